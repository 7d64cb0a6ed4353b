"""`twinverter check`: is the installation right, and where the manual contradicts itself."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twinverter.cli.frame import FINE, FOUND, InputError, app

if TYPE_CHECKING:
    from twinverter.checker.check import Finding
    from twinverter.live.twin import Twin
    from twinverter.panel.check import HouseCheck
    from twinverter.scenario.house import House

COLOURS = {"danger": "bold red", "wrong": "red", "doubtful": "yellow", "fine": "green"}


@app.command(epilog="Example: [bold]twinverter check house.toml --report check.html[/]")
def check(
    house: Annotated[
        Path | None,
        typer.Argument(help="House file (TOML); the built-in Lagos home without one."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Show what is fine and what is not told, too.")
    ] = False,
    manual: Annotated[
        bool, typer.Option("--manual", help="Show where the manual contradicts itself instead.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write the findings as a page.", metavar="FILE.html")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> int:
    """Check an installation against the manual, the cable tables and itself."""
    if report is not None and not report.parent.is_dir():
        raise InputError(f"--report {report}: there is no folder {report.parent}")
    if manual:
        if house is not None or report is not None:
            raise InputError("--manual takes neither a house nor --report")
        return _print_manual(as_json)
    from twinverter.checker.check import check_house
    from twinverter.scenario.error import HouseError
    from twinverter.scenario.house import load_house

    try:
        loaded = load_house(house)
    except HouseError as error:
        raise InputError(str(error)) from None
    found = check_house(loaded)
    if report is not None:
        from twinverter.checker.page import check_html

        report.write_text(check_html(loaded, found), encoding="utf-8")
    if as_json:
        print(json.dumps(_plain(loaded, found), indent=2))
    else:
        _print(loaded, found, every, report)
    return FOUND if any(one.is_fault for one in found) else FINE


def _plain(house: "House", found: "list[Finding]") -> dict[str, object]:
    from twinverter.checker.check import counts, worst_of

    return {
        "house": house.name,
        "worst": worst_of(found),
        "counts": counts(found),
        "findings": [one.plain() for one in found],
    }


def _print(house: "House", found: "list[Finding]", every: bool, report: Path | None) -> None:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from twinverter.checker.check import in_short

    console = Console(highlight=False)
    console.print(f"[bold]{escape(house.name)}[/]: {in_short(found)}")
    shown = [one for one in found if every or one.is_fault]
    if shown:
        table = Table("", "", "Found", "Limit", "Source", "What to do", box=box.SIMPLE)
        for one in shown:
            row, colour = one.check, COLOURS.get(one.severity, "dim")
            title = f"{escape(row.title)}\n[dim]{row.id}[/]"
            cells = map(escape, (one.found, row.limit, row.source, one.advice))
            table.add_row(f"[{colour}]{one.severity}[/]", title, *cells)
        console.print(table)
    if not every:
        console.print("[dim]--all shows what is fine and which keys of the file are not told.[/]")
    if report is not None:
        console.print(f"Report: {report}", soft_wrap=True)


def _print_manual(as_json: bool) -> int:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from twinverter.checker.printed import contradictions

    found = contradictions()
    if as_json:
        print(json.dumps([one._asdict() for one in found], indent=2))
        return FOUND if found else FINE
    table = Table("", "The manual prints", "In", "The stand taken", box=box.SIMPLE)
    for one in found:
        table.add_row(one.number, *map(escape, (one.found, ", ".join(one.sections), one.stand)))
    Console(highlight=False).print(table)
    return FOUND if found else FINE


def house_check(twin: "Twin", house: "House", folder: Path) -> "HouseCheck":
    """Return the installation check of a house as it is set at each moment."""
    from twinverter.checker.check import check_house
    from twinverter.panel.check import HouseCheck

    def findings() -> list[dict[str, Any]]:
        return [one.plain() for one in check_house(replace(house, values=twin.values))]

    return HouseCheck(findings, folder)
