"""`twinverter reserve`: how long the bank lasts in an outage, and how often not long enough."""

import json
import math
from pathlib import Path
from typing import Annotated

import typer

from twinverter.cli.frame import FINE, InputError, app, lone_house, progress_bar

MOST_YEARS = 10
LOAD_LOW_W, LOAD_HIGH_W = 1.0, 16000.0


@app.command(epilog="Example: [bold]twinverter reserve house.toml --soc 60% --load 800[/]")
def reserve(
    house: Annotated[
        Path | None,
        typer.Argument(help="House file (TOML); the built-in Lagos home without one."),
    ] = None,
    soc: Annotated[
        str, typer.Option(help="State of charge when the mains go.", metavar="60%")
    ] = "60%",
    load: Annotated[
        float | None,
        typer.Option(help="Steady load in W (else the mean backup load).", metavar="W"),
    ] = None,
    years: Annotated[int, typer.Option(help="Years of outages to try.", metavar="N")] = 2,
    days: Annotated[
        float | None, typer.Option(help="Days of a year (else the house's).", metavar="N")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> int:
    """Tell the hours to empty and the odds of running dark, from a state of charge on."""
    level = share_of(soc)
    if not 1 <= years <= MOST_YEARS:
        raise InputError(f"--years {years}: is out of range (allowed: 1 to {MOST_YEARS})")
    if load is not None and not LOAD_LOW_W <= load <= LOAD_HIGH_W:
        allowed = f"{LOAD_LOW_W:g} to {LOAD_HIGH_W:g} W"
        raise InputError(f"--load {load:g}: is out of range (allowed: {allowed})")
    from twinverter.planner.reserve import floors_of
    from twinverter.planner.reserve import reserve as reserve_of
    from twinverter.scenario.error import HouseError

    with progress_bar() as bar:
        bar(0.0)
        try:
            here = lone_house(house, "reserve")
            found = reserve_of(here, [level, *floors_of(here), 1.0], load, years, days)
        except HouseError as error:
            raise InputError(str(error)) from None
    if as_json:
        rows = [
            row._asdict() | {"hours": row.hours if math.isfinite(row.hours) else None}
            for row in found.rows
        ]
        print(json.dumps(vars(found) | {"rows": rows}, indent=2))
        return FINE
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from twinverter.planner.reserve_words import RESERVE_HEAD, odds_cells, reserve_words

    console = Console(highlight=False)
    console.print(f"[bold]{here.name}[/] at {found.load_w:,.0f} W. {reserve_words(found)}")
    table = Table(*RESERVE_HEAD, box=box.SIMPLE, pad_edge=False)
    for row in found.rows:
        table.add_row(*odds_cells(found, row))
    console.print(table)
    return FINE


def share_of(text: str) -> float:
    """Return a state of charge written as 60% or 60; InputError where it is none."""
    try:
        value = float(text.strip().removesuffix("%"))
    except ValueError:
        value = math.nan
    if not 0.0 <= value <= 100.0:
        raise InputError(f"--soc {text}: is no state of charge (allowed: 0% to 100%)")
    return value / 100.0
