"""`twinverter compare`: the same world under two or more houses or settings."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twinverter.cli.frame import FINE, InputError, app, lone, progress_bar
from twinverter.cli.simulate import step_seconds

if TYPE_CHECKING:
    from twinverter.planner.compare import Comparison

MOST = 8


@app.command(
    epilog="Example: [bold]twinverter compare house.toml tuned.toml --days 60 --report both.html[/]"
)
def compare(
    houses: Annotated[
        list[Path],
        typer.Argument(help="House files; a file of nothing but settings changes the first house."),
    ],
    days: Annotated[
        float | None, typer.Option(help="How many days (else the first house's).", metavar="N")
    ] = None,
    step: Annotated[str, typer.Option(help="Length of a step: 60s, 5min.", metavar="60s")] = "60s",
    report: Annotated[
        Path | None, typer.Option(help="Write the comparison as a page.", metavar="FILE.html")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON.")] = False,
) -> int:
    """Compare houses or settings in the same world, day by day, with how sure the difference is."""
    if not 2 <= len(houses) <= MOST:
        raise InputError(f"compare takes 2 to {MOST} houses (given: {len(houses)})")
    if report is not None and not report.parent.is_dir():
        raise InputError(f"--report {report}: there is no folder {report.parent}")
    step_s = step_seconds(step)
    from twinverter.planner.compare import compared, read_ways
    from twinverter.scenario.error import HouseError

    with progress_bar() as bar:
        bar(0.0)
        try:
            ways = [
                lone(house, file, "compare")
                for house, file in zip(read_ways(houses), houses, strict=True)
            ]
            found = compared(ways, names_of(houses), days, step_s)
        except HouseError as error:
            raise InputError(str(error)) from None
    if report is not None:
        from twinverter.planner.compare_page import comparison_html

        report.write_text(comparison_html(found), encoding="utf-8")
    if as_json:
        print(json.dumps(plain(found), indent=2))
    else:
        _print(found, report)
    return FINE


def names_of(paths: list[Path]) -> list[str]:
    """Return a name for each file, none twice."""
    stems = [path.stem for path in paths]
    return [
        stem if stems.count(stem) == 1 else f"{stem} ({place})"
        for place, stem in enumerate(stems, start=1)
    ]


def plain(found: "Comparison") -> dict[str, Any]:
    """Return a comparison as plain data."""
    from twinverter.planner.compare import FIGURES

    ways = []
    for place, way in enumerate(found.ways):
        differences = {figure.name: found.difference(figure, place) for figure in FIGURES}
        ways.append(
            {
                "name": way.name,
                "totals": {name: one.total for name, one in differences.items()},
                "more_than_first": {
                    name: {"value": one.more, "low": one.low, "high": one.high}
                    for name, one in differences.items()
                    if place > 0
                },
            }
        )
    return {
        "days": found.days,
        "currency": found.tariff.currency,
        "ways": ways,
        "settings": found.settings(),
        "notes": list(found.notes),
    }


def _print(found: "Comparison", report: Path | None) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from twinverter.planner.compare import FIGURES
    from twinverter.planner.compare_page import difference_text, figure_text

    console = Console(highlight=False)
    currency = found.tariff.currency
    names = [way.name for way in found.ways]
    console.print(
        f"The same {found.days} days. Differences are 95 % intervals, against {names[0]}."
    )
    for note in found.notes:
        console.print(f"[dim]{note}[/]")
    table = Table("", names[0], box=box.SIMPLE, pad_edge=False)
    for name in names[1:]:
        table.add_column(name)
        table.add_column("difference")
    for figure in FIGURES:
        cells = [figure_text(figure, found.difference(figure, 0).total, currency)]
        for place in range(1, len(names)):
            one = found.difference(figure, place)
            cells += [
                figure_text(figure, one.total, currency),
                difference_text(figure, one, currency),
            ]
        table.add_row(figure.name, *cells)
    console.print(table)
    if report is not None:
        console.print(f"Report: {report}", soft_wrap=True)
