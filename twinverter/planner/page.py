"""An advice as one page: what is saved, what to turn on the LCD, and the settings to copy."""

from collections.abc import Sequence
from importlib.resources import files

from twinverter.batch.report.markup import card, escape, table
from twinverter.planner.advice import Advice
from twinverter.planner.changes import Change, settings_toml
from twinverter.planner.reserve_words import RESERVE_HEAD, odds_cells, reserve_words
from twinverter.planner.telling import (
    CHANGE_HEAD,
    LINE_HEAD,
    change_words,
    headline,
    line_cells,
    season_words,
    span,
)


def advice_html(advice: Advice) -> str:
    """Return an advice as one HTML page that needs nothing else."""
    style = (files("twinverter.batch.report") / "report.css").read_text(encoding="utf-8")
    lines = table(LINE_HEAD, [[escape(cell) for cell in line_cells(line)] for line in advice.lines])
    aside = f"{span(advice)}, means over the unseen years, in {advice.currency}"
    stopped = "<p><b>Stopped early: the best so far.</b></p>" if advice.interrupted else ""
    cards = (
        f'<header class="top"><p class="brand">Twinverter</p><h1>{escape(advice.house.name)}</h1>'
        f"<p>Suggested settings</p>{stopped}</header>",
        card("In short", f'<p class="lead">{escape(headline(advice))}</p>', name="short"),
        card("What it comes to", lines, name="year", aside=escape(aside)),
        card("What to turn", _changes(advice, advice.changes), name="changes"),
        *_seasons(advice),
        _reserve(advice),
        card("For the house file", f"<pre>{escape(advice.toml())}</pre>", name="toml"),
        f"<footer><p>{advice.tried} settings tried in {advice.seconds:.0f} s by the device's own"
        " law. A simulation; the bound knows the future, nobody does.</p></footer>",
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f"<title>{escape(advice.house.name)} &#183; Twinverter</title>"
        f"<style>{style}</style></head><body><main>{''.join(cards)}</main></body></html>\n"
    )


def _changes(advice: Advice, changes: Sequence[Change]) -> str:
    return table(
        CHANGE_HEAD, [[escape(cell) for cell in change_words(advice, one)] for one in changes]
    )


def _seasons(advice: Advice) -> list[str]:
    """Return a card with the sets by season, where there are any."""
    if not advice.seasons:
        return []
    parts = [
        f"<h3>{escape(season_words(season))}</h3>{_changes(advice, season.changes)}"
        f"<pre>{escape(settings_toml(season.house))}</pre>"
        for season in advice.seasons
    ]
    return [card("By season", "".join(parts), name="seasons")]


def _reserve(advice: Advice) -> str:
    found = advice.reserve
    rows = [[escape(cell) for cell in odds_cells(found, odds)] for odds in found.rows]
    words = f"<p>{escape(reserve_words(found))} Lasts: at {found.load_w:,.0f} W, without sun.</p>"
    return card("In an outage, tuned", words + table(RESERVE_HEAD, rows), name="reserve")
