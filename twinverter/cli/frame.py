"""What every command stands in: the app, its errors, its exit status, and a bar for long work.

Wrong input is one line on the standard error. Exit status: 0 fine, 1 found something (a run that
was interrupted, a balance that did not close), 2 wrong input. Heavy libraries are imported by the
command that needs them, so `--help` is quick.
"""

import contextlib
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from twinverter.scenario.house import House

FINE, FOUND, WRONG = 0, 1, 2
PATIENCE_S = 1.0

app = typer.Typer(
    name="twinverter",
    help="A smart hybrid inverter in software: what it decides, over what, and why.",
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


class InputError(Exception):
    """Something the user typed that cannot be used; `str` is the one line."""


# What typer raises for wrong words; the class itself moved between its versions.
UsageError: Any = typer.BadParameter.__mro__[1]


@app.callback(invoke_without_command=True)
def _commands(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())


class Bar:
    """A progress bar on a terminal that shows up once the work has taken a second."""

    def __init__(self, console: "Console") -> None:
        self._console = console
        self._began = time.monotonic()
        self._shown: Any = None
        self._task: Any = None

    def __call__(self, share: float, doing: str = "") -> None:
        """Show how far it is, and a line about what is going on."""
        if doing:
            self._console.print(doing, highlight=False)
        late = time.monotonic() - self._began >= PATIENCE_S
        if self._shown is None and late and self._console.is_terminal and share < 1.0:
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
            self._shown = Progress(*columns, console=self._console, transient=True)
            self._task = self._shown.add_task("simulating", total=1.0)
            self._shown.start()
        if self._shown is not None:
            self._shown.update(self._task, completed=share)

    def say(self, words: str) -> None:
        """Say beside the bar what is going on."""
        if self._shown is not None:
            self._shown.update(self._task, description=words)

    def done(self) -> None:
        """Take the bar away."""
        if self._shown is not None:
            self._shown.stop()
            self._shown = None


@contextlib.contextmanager
def progress_bar() -> Iterator[Bar]:
    """Yield a bar on the standard error, gone at the end however it ends."""
    from rich.console import Console

    bar = Bar(Console(stderr=True))
    try:
        yield bar
    finally:
        bar.done()


def main() -> None:
    """Run the command line and leave with its exit status."""
    try:
        status = app(standalone_mode=False)
    except InputError as error:
        status = _refused(str(error))
    except UsageError as error:
        where = error.ctx.command_path if error.ctx else "twinverter"
        status = _refused(f"{error.format_message()} (see {where} --help)")
    except (KeyboardInterrupt, typer.Abort):
        status = _refused("interrupted before anything was done", FOUND)
    sys.exit(status or FINE)


def _refused(text: str, status: int = WRONG) -> int:
    print(" ".join(f"twinverter: {text}".split()), file=sys.stderr)
    return status


def start_moment(text: str | None) -> datetime | None:
    """Return a start written as a date, or as a date and a time of day."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None:
        raise InputError(
            f"--start {text}: is no date of the house's calendar (allowed: 2023-03-01,"
            " 2023-03-01T06:00)"
        )
    from twinverter.scenario.clock import FIRST_YEAR, LAST_YEAR

    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise InputError(f"--start {text}: is out of range (allowed: {FIRST_YEAR} to {LAST_YEAR})")
    return moment


def lone_house(file: Path | None, command: str) -> "House":
    """Return a house with one machine; InputError where several work side by side.

    ValueError for a file that is none.
    """
    from twinverter.scenario.house import load_house

    return lone(load_house(file), file, command)


def lone(house: "House", file: Path | None, command: str) -> "House":
    """Return a house that has one machine; InputError where several work side by side."""
    if house.group is not None:
        raise InputError(
            f"{file}: parallel: holds {len(house.group.units)} units side by side;"
            f" {command} knows one machine (twinverter simulate runs them all)"
        )
    return house
