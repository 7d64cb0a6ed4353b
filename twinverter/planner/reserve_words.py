"""What the bank is good for in outages, in words and cells, for a terminal and for a page."""

import math

from twinverter.planner.reserve import Odds, Reserve

RESERVE_HEAD = ("Begun at", "Lasts", "Runs dark", "95 %", "Dark then")


def reserve_words(found: Reserve) -> str:
    """Return in a few sentences what the rows are about."""
    floors = ", ".join(f"{100.0 * one:.0f} %" for one in found.floors)
    words = (
        f"With mains the bank serves down to {floors}; without them down to"
        f" {100.0 * found.shutdown_soc:.0f} %."
    )
    span = "a year" if found.years == 1 else f"{found.years} years"
    if not found.outages:
        return f"{words} No outage in {span}."
    return (
        f"{words} {found.outages} outages in {span}, {found.mean_h:.1f} h on average,"
        f" the longest {found.longest_h:.1f} h."
    )


def odds_cells(found: Reserve, odds: Odds) -> tuple[str, ...]:
    """Return one state of charge as cells."""
    lasts = "as long as wanted" if math.isinf(odds.hours) else f"{odds.hours:.1f} h"
    if not found.outages:
        return (f"{100.0 * odds.soc:.0f} %", lasts, "-", "-", "-")
    return (
        f"{100.0 * odds.soc:.0f} %",
        lasts,
        f"{100.0 * odds.share:.1f} %",
        f"{100.0 * odds.low:.1f} to {100.0 * odds.high:.1f} %",
        f"{odds.dark_h:.1f} h",
    )
