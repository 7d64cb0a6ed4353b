"""`twinverter load` and `twinverter export`: a simulated run into a history, and rows out of it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from twinverter.cli.frame import FINE, InputError, app, progress_bar, start_moment

if TYPE_CHECKING:
    from twinverter.monitor.history import History
    from twinverter.monitor.levels import Plan

Database = Annotated[
    str,
    typer.Option("--db", help="A file, or postgresql://USER@HOST/NAME.", metavar="PLACE"),
]
DATABASE, DEVICE = "history.duckdb", "twin"


@app.command(epilog="Example: [bold]twinverter load out/flows.parquet --device home[/]")
def load(
    flows: Annotated[Path, typer.Argument(help="A run's flows.parquet (simulate --out DIR).")],
    database: Database = DATABASE,
    device: Annotated[
        str, typer.Option(help="Under which name its samples stand.", metavar="NAME")
    ] = DEVICE,
) -> int:
    """Load a simulated run into a history; what is there already is not counted again."""
    from twinverter.monitor.flows import file_batches, step_of
    from twinverter.monitor.history import HistoryError, Receipt
    from twinverter.monitor.levels import LEAST_TICK_S, MOST_TICK_S, Plan

    with refused(HistoryError):
        tick_s = min(max(step_of(flows), LEAST_TICK_S), MOST_TICK_S)
    with opened(database, Plan(tick_s)) as history, progress_bar() as bar:
        receipts = []
        with history.loading():
            for share, rows in file_batches(flows, device):
                receipts += history.write([rows])
                bar(share)
                bar.say("loading")
    taken, repeated, expired = map(sum, zip(*receipts, strict=True))
    print(told(Receipt(taken, repeated, expired)))
    return FINE


@app.command(epilog="Example: [bold]twinverter export days.csv --device home --level day[/]")
def export(
    file: Annotated[Path, typer.Argument(help="Where to: NAME.csv or NAME.parquet.")],
    database: Database = DATABASE,
    device: Annotated[str, typer.Option(help="Whose rows.", metavar="NAME")] = DEVICE,
    level: Annotated[
        str,
        typer.Option(help="samples, minute, quarter, hour, day, month, year or total."),
    ] = "hour",
    start: Annotated[
        str | None, typer.Option(help="First day, 2023-03-01 (else all).", metavar="D")
    ] = None,
    days: Annotated[
        float | None, typer.Option(help="How many days (else to the end).", metavar="N", min=0)
    ] = None,
    figure: Annotated[
        list[str] | None,
        typer.Option(help="A figure, as battery_power (else all); may come again.", metavar="KEY"),
    ] = None,
) -> int:
    """Write a device's history to a file: figures with min, mean and max, energies, times."""
    from twinverter.monitor.columns import KEYS
    from twinverter.monitor.export import export as write_file
    from twinverter.scenario.clock import wall_of

    first = start_moment(start)
    start_s = None if first is None else wall_of(first)
    if "://" not in database and not Path(database).exists():
        raise InputError(f"--db {database}: no such history")
    with opened(database) as history:
        count = write_file(
            history,
            device,
            level,
            file,
            start_s,
            days,
            tuple(figure) if figure else KEYS,
        )
    print(f"{count} rows in {file}")
    return FINE


@contextlib.contextmanager
def opened(place: str, plan: "Plan | None" = None) -> "Iterator[History]":
    """Yield the history at a place, closed at the end; its errors are those of the input."""
    from twinverter.monitor.history import HistoryError
    from twinverter.monitor.opened import open_history

    with refused(HistoryError):
        history = open_history(place, plan)
        try:
            yield history
        finally:
            history.close()


@contextlib.contextmanager
def refused(error: type[Exception]) -> Iterator[None]:
    """Turn a history's error into one of the input."""
    try:
        yield
    except error as found:
        raise InputError(str(found)) from None


def told_place(place: str) -> str:
    """Return a place as it may be shown: a URL without its password."""
    from twinverter.monitor import opened as places

    return places.told_place(place)


def told(receipt: tuple[int, int, int]) -> str:
    """Return in words what became of samples."""
    taken, repeated, expired = receipt
    text = f"{taken} samples taken"
    if repeated:
        text += f", {repeated} were there already"
    return text + (f", {expired} are older than what is kept" if expired else "")
