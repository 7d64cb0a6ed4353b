"""`twinverter tune`: the best settings the menu of a house can hold."""

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twinverter.cli.frame import FINE, FOUND, InputError, app, lone_house, progress_bar

if TYPE_CHECKING:
    from twinverter.planner.advice import Advice

LONGEST_MIN, LONGEST_RESERVE_H, MOST_CHANGES = 600.0, 1000.0, 6


@app.command(epilog="Example: [bold]twinverter tune house.toml --minutes 2 --report tuned.html[/]")
def tune(
    house: Annotated[
        Path | None,
        typer.Argument(help="House file (TOML); the built-in Lagos home without one."),
    ] = None,
    minutes: Annotated[float, typer.Option(help="How long to search.", metavar="N")] = 2.0,
    objective: Annotated[
        str, typer.Option(help="What to make small: money, fuel, dark, mix.", metavar="WORD")
    ] = "money",
    years: Annotated[int, typer.Option(help="Years to search on.", metavar="N")] = 2,
    unseen: Annotated[int, typer.Option(help="Other years to report on.", metavar="N")] = 4,
    days: Annotated[
        float | None, typer.Option(help="Days of a year (else the house's).", metavar="N")
    ] = None,
    reserve: Annotated[
        float, typer.Option(help="Hours of mean backup load to keep on the mains.", metavar="H")
    ] = 0.0,
    quiet: Annotated[
        list[str] | None,
        typer.Option(help="Hours without the generator; may be repeated.", metavar="HH:MM-HH:MM"),
    ] = None,
    dark: Annotated[
        str | None,
        typer.Option(
            help="Most dark hours a year, or as a share of the factory settings' (else those).",
            metavar="H|PCT%",
        ),
    ] = None,
    changes: Annotated[
        int,
        typer.Option(help="Most changes a year, by season (0: one set all year).", metavar="N"),
    ] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the search.", metavar="N")] = 1,
    report: Annotated[
        Path | None, typer.Option(help="Write the advice as a page.", metavar="FILE.html")
    ] = None,
    settings: Annotated[
        Path | None, typer.Option(help="Write the settings as TOML.", metavar="FILE.toml")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the advice as JSON.")] = False,
) -> int:
    """Search the best settings for a house: less money, less fuel, fewer dark hours."""
    from twinverter.planner.search import OBJECTIVES

    if objective not in OBJECTIVES:
        known = ", ".join(OBJECTIVES)
        raise InputError(f"--objective {objective}: is not known (allowed: {known})")
    for name, value, low, high in (
        ("minutes", minutes, 0.0, LONGEST_MIN),
        ("years", years, 1, 10),
        ("unseen", unseen, 2, 20),
        ("reserve", reserve, 0.0, LONGEST_RESERVE_H),
        ("changes", changes, 0, MOST_CHANGES),
    ):
        if not low <= value <= high:
            raise InputError(f"--{name} {value:g}: is out of range (allowed: {low:g} to {high:g})")
    if changes == 1:
        raise InputError("--changes 1: has to be undone within the year (allowed: 0, 2 to 6)")
    for option, path in (("report", report), ("settings", settings)):
        if path is not None and not path.parent.is_dir():
            raise InputError(f"--{option} {path}: there is no folder {path.parent}")
    from twinverter.planner.advice import advised
    from twinverter.planner.changes import settings_toml
    from twinverter.planner.wishes import Wishes
    from twinverter.scenario.error import HouseError

    windows = tuple(window_s(text) for text in quiet or ())
    wishes = Wishes(reserve, windows, **dark_wish(dark) if dark else {})

    with progress_bar() as bar:

        def tell(share: float, words: str) -> None:
            bar(share)
            bar.say(words)

        try:
            found = advised(
                lone_house(house, "tune"), objective, minutes, years, unseen, days, seed,
                tell, wishes, changes=changes,
            )  # fmt: skip
        except HouseError as error:
            raise InputError(str(error)) from None
    if settings is not None:
        settings.write_text(found.toml() + "\n", encoding="utf-8")
        for season in found.seasons:
            season_file(settings, season.month).write_text(
                settings_toml(season.house) + "\n", encoding="utf-8"
            )
    if report is not None:
        from twinverter.planner.page import advice_html

        report.write_text(advice_html(found), encoding="utf-8")
    if as_json:
        print(json.dumps(plain(found), indent=2))
    else:
        _print(found, report, settings)
    return FOUND if found.interrupted else FINE


def season_file(path: Path, month: int) -> Path:
    """Return the file of a season's settings, beside that of the year's."""
    return path.with_name(f"{path.stem}.from-{month:02d}-01{path.suffix}")


def window_s(text: str) -> tuple[float, float]:
    """Return a stretch of a day in seconds after midnight; InputError where it is none."""
    from pydantic_core import PydanticCustomError

    from twinverter.scenario import form

    try:
        return form.window_s(text)
    except PydanticCustomError:
        raise InputError(f"--quiet {text}: is no stretch of a day (allowed: HH:MM-HH:MM)") from None


def dark_wish(text: str) -> dict[str, float]:
    """Return the wish for few dark hours: in hours a year, or as a share of the factory's."""
    figure, most = text.removesuffix("%"), 100.0 if text.endswith("%") else LONGEST_RESERVE_H
    try:
        value = float(figure)
    except ValueError:
        value = math.nan
    if not 0.0 <= value <= most:
        unit = "%" if text.endswith("%") else " h"
        raise InputError(f"--dark {text}: is no wish for dark hours (allowed: 0 to {most:g}{unit})")
    return {"dark_share": value / 100.0} if text.endswith("%") else {"dark_h": value}


def number(value: float) -> float | None:
    """Return a figure as JSON knows it: none where it is not a number."""
    return value if math.isfinite(value) else None


def plain(found: "Advice") -> dict[str, Any]:
    """Return an advice as plain data."""
    return {
        "house": found.house.name,
        "objective": found.objective,
        "currency": found.currency,
        "lines": [asdict(line) for line in found.lines],
        "changes": [asdict(change) | {"brings": number(change.brings)} for change in found.changes],
        "settings": dict(found.tuned.typed),
        "seasons": [
            {"from_month": season.month, "settings": dict(season.house.typed)}
            for season in found.seasons
        ],
        "seasons_saving_per_year": number(found.seasons_saved.value),
        "seasons_saving_give_or_take": number(found.seasons_saved.spread),
        "saving_per_year": number(found.saved.value),
        "saving_give_or_take": number(found.saved.spread),
        "too_dark_h": found.too_dark_h,
        "gap_closed": number(found.closed.value),
        "gap_closed_give_or_take": number(found.closed.spread),
        "hands_tried": found.tried,
        "unseen_years": found.years,
        "seconds": found.seconds,
        "interrupted": found.interrupted,
    }


def _print(found: "Advice", report: Path | None, settings: Path | None) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from twinverter.planner.reserve_words import reserve_words
    from twinverter.planner.telling import (
        CHANGE_HEAD,
        LINE_HEAD,
        change_words,
        headline,
        line_cells,
        season_words,
    )

    console = Console(highlight=False)
    console.print(f"[bold]{found.house.name}[/]  {headline(found)}")
    lines = Table(*LINE_HEAD, box=box.SIMPLE, pad_edge=False)
    for column in lines.columns[1:]:
        column.justify = "right"
    for line in found.lines:
        lines.add_row(*line_cells(line))
    console.print(lines)
    tables = [("", found.changes)]
    tables += [(season_words(season), season.changes) for season in found.seasons]
    for words, turned in tables:
        changes = Table(*CHANGE_HEAD, box=box.SIMPLE, pad_edge=False)
        for change in turned:
            changes.add_row(*change_words(found, change))
        if words:
            console.print(f"[bold]{words}[/]")
        console.print(changes)
    console.print(f"[dim]In an outage, tuned: {reserve_words(found.reserve)}[/]")
    for path, words in ((report, "Report"), (settings, "Settings")):
        if path is not None:
            console.print(f"{words}: {path}", soft_wrap=True)
    if settings is None:
        console.print("[dim]--settings FILE.toml writes the settings.[/]")
