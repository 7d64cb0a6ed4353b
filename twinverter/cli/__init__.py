"""The commands, one module each; `main` is the program `twinverter`."""

from twinverter.cli import ask, bench, check, compare, history, live, reserve, simulate, size, tune
from twinverter.cli.frame import app, main

__all__ = [
    "app",
    "ask",
    "bench",
    "check",
    "compare",
    "history",
    "live",
    "main",
    "reserve",
    "simulate",
    "size",
    "tune",
]
