"""The commands, one module each; `main` is the program `twinverter`."""

from twinverter.cli import (
    accounts,
    ask,
    bench,
    check,
    compare,
    draw,
    grafana,
    handbook,
    history,
    live,
    places,
    portal,
    reserve,
    simulate,
    size,
    tune,
)
from twinverter.cli.frame import app, main

__all__ = [
    "accounts",
    "app",
    "ask",
    "bench",
    "check",
    "compare",
    "draw",
    "grafana",
    "handbook",
    "history",
    "live",
    "main",
    "places",
    "portal",
    "reserve",
    "simulate",
    "size",
    "tune",
]
