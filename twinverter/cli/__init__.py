"""The commands, one module each; `main` is the program `twinverter`."""

from twinverter.cli import ask, live, simulate
from twinverter.cli.frame import app, main

__all__ = ["app", "ask", "live", "main", "simulate"]
