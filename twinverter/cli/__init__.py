"""The commands, one module each; `main` is the program `twinverter`."""

from twinverter.cli import ask, simulate
from twinverter.cli.frame import app, main

__all__ = ["app", "ask", "main", "simulate"]
