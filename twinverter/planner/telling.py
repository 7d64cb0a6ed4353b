"""An advice in words and cells, the same on a terminal and on a page."""

import math
from calendar import month_name

from twinverter.catalog.screens import name_of, value_text
from twinverter.catalog.settings import find
from twinverter.planner.advice import NOW, TUNED, Advice
from twinverter.planner.changes import Change
from twinverter.planner.seasons import Season
from twinverter.planner.unseen import Line

UNITS = {"money": "", "mix": "", "fuel": "l", "dark": "h"}
LINE_HEAD = ("", "Costs", "of that paid", "Fuel, l", "Dark, h", "Unserved, kWh")
CHANGE_HEAD = ("On the LCD", "Setting", "Now", "To", "Brings alone")
SAVED = {"money": "", "mix": " (weighed)", "fuel": " of fuel", "dark": " of darkness"}
# From so many days on a stretch is called a year.
YEAR_DAYS = 360.0
NAMES = {
    "as it is set": "As it is set",
    "factory settings": "Factory settings",
    "tuned": "Tuned",
    "tuned by season": "Tuned by season",
    "bound": "Nobody can beat",
}


def amount(advice: Advice, value: float) -> str:
    """Return a figure of the objective with its unit."""
    unit = UNITS[advice.objective] or advice.currency
    digits = 0 if abs(value) >= 100.0 else 1
    return f"{value:,.{digits}f} {unit}"


def span(advice: Advice) -> str:
    """Return what the figures are about: a year, or the days that were asked for."""
    return "a year" if advice.days >= YEAR_DAYS else f"in {advice.days:g} days"


def headline(advice: Advice) -> str:
    """Return in two sentences what was found, and how sure it is."""
    saved, closed = advice.saved, advice.closed
    if saved.value <= 0.0:
        words = _dearer(advice)
    else:
        words = f"Saves {amount(advice, saved.value)}{SAVED[advice.objective]} {span(advice)}"
        if not math.isnan(saved.spread):
            spread = amount(advice, saved.spread)
            words += f", give or take {spread} (95 %, {advice.years} unseen years)"
            words += "" if saved.value > saved.spread else ", which is not sure"
    # In a few days the charge that is left at the end weighs as much as what is saved.
    if not math.isnan(closed.value) and advice.days >= YEAR_DAYS:
        words += f". Of what foresight could save on factory settings it saves {closed.value:.0%}"
        if not math.isnan(closed.spread):
            words += f" (give or take {100.0 * closed.spread:.1f} points)"
    if advice.seasons:
        words += f". {_by_season(advice)}"
    if advice.too_dark_h > 0.0:
        words += (
            f". Nothing was found that stays within {advice.dark_wish_h:.1f} dark hours"
            f" {span(advice)}: {advice.too_dark_h:.1f} h are left over"
        )
    return words + "."


def _dearer(advice: Advice) -> str:
    """Return what there is to say where nothing is saved: a wish may be worth its price."""
    now_h, tuned_h = advice.dark_h(NOW), advice.dark_h(TUNED)
    wished = advice.dark_wish_h is not None and not UNITS[advice.objective]
    if not wished or tuned_h >= now_h or advice.saved.value == 0.0:
        return "Nothing better was found than what is set"
    return (
        f"Costs {amount(advice, -advice.saved.value)} more {span(advice)} than what is set, for"
        f" {tuned_h:,.1f} dark hours instead of {now_h:,.1f}"
    )


def _by_season(advice: Advice) -> str:
    more = advice.seasons_saved
    words = f"Changed {len(advice.seasons)} times a year it saves {amount(advice, more.value)} more"
    if not math.isnan(more.spread):
        words += f" (give or take {amount(advice, more.spread)})"
    return words


def season_words(season: Season) -> str:
    """Return when a season's settings are to be set."""
    return f"From 1 {month_name[season.month]} on, as against the season before:"


def line_cells(line: Line) -> tuple[str, ...]:
    """Return a way to run the house as cells."""
    return (
        NAMES.get(line.name, line.name),
        f"{line.money:,.0f}",
        f"{line.cash:,.0f}",
        f"{line.fuel_l:,.0f}",
        f"{line.dark_h:,.0f}",
        f"{line.unserved_kwh:,.0f}",
    )


def change_words(advice: Advice, change: Change) -> tuple[str, ...]:
    """Return a change as cells: where, what, from, to, and what it brings alone."""
    row = find(change.key)
    brings = "-" if math.isnan(change.brings) else amount(advice, change.brings)
    return (
        change.screen,
        name_of(row),
        value_text(row, change.before),
        value_text(row, change.after),
        brings,
    )
