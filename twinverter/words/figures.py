"""Figures as people read them: units, steps of rounding, thin gaps, durations and clock times.

A unit stays beside its figure: no-break spaces, and a true minus sign.
"""

from datetime import UTC, date, datetime

GAP, THIN, MINUS = "\u00a0", "\u202f", "\u2212"
HOUR_S, DAY_S = 3600.0, 86400.0


def plain(value: float, decimals: int = 0) -> str:
    """Return a number with a true minus, and thin gaps from five digits on."""
    text = f"{abs(value):.{decimals}f}"
    whole, dot, rest = text.partition(".")
    if len(whole) > 4:
        whole = f"{int(whole):,}".replace(",", THIN)
    sign = MINUS if value < 0.0 and float(text) != 0.0 else ""
    return f"{sign}{whole}{dot}{rest}"


def power(value_w: float) -> str:
    """Return a power in W below 1000 W, else in kW with two decimals."""
    if abs(value_w) < 999.5:
        return f"{plain(value_w)}{GAP}W"
    return f"{plain(value_w / 1000.0, 2)}{GAP}kW"


def energy(value_wh: float) -> str:
    """Return an energy in kWh, in MWh from 10 000 kWh on."""
    value_kwh = value_wh / 1000.0
    if abs(value_kwh) >= 9999.95:
        return f"{plain(value_kwh / 1000.0, 2)}{GAP}MWh"
    return f"{plain(value_kwh, 1 if abs(value_kwh) < 999.95 else 0)}{GAP}kWh"


def share(value: float) -> str:
    """Return a ratio in percent, with a decimal where it would else look like none or all."""
    if 0.0 < value < 0.0005:
        return f"<0.1{GAP}%"
    if 0.9995 <= value < 1.0:
        return f">99.9{GAP}%"
    near = 0.0 < value < 0.0095 or 0.9905 < value < 1.0
    return f"{plain(value * 100.0, 1 if near else 0)}{GAP}%"


def hours(value_s: float) -> str:
    """Return a length of time in hours, with a decimal below 100."""
    value_h = value_s / HOUR_S
    return f"{plain(value_h, 1 if value_h < 99.95 else 0)}{GAP}h"


def duration(value_s: float) -> str:
    """Return a length of time in the two largest units that fit: days, hours, minutes, seconds."""
    parts = []
    for size_s, unit in ((DAY_S, "d"), (HOUR_S, "h"), (60.0, "min"), (1.0, "s")):
        count = int(round(value_s) // size_s)
        value_s = round(value_s) - count * size_s
        if count:
            parts.append(f"{count}{GAP}{unit}")
        elif parts:
            break
    return " ".join(parts[:2]) or f"0{GAP}s"


def litres(value_l: float) -> str:
    """Return a volume of fuel."""
    return f"{plain(value_l, 1 if value_l < 99.95 else 0)}{GAP}l"


def count(value: float, one: str, many: str) -> str:
    """Return a number of things with their name."""
    return f"{plain(value)}{GAP}{one if round(value) == 1 else many}"


def moment(clock_s: float) -> datetime:
    """Return a wall clock reading in seconds as a naive date and time."""
    return datetime.fromtimestamp(clock_s, UTC).replace(tzinfo=None)


def clock(clock_s: float) -> str:
    """Return the time of day, HH:MM."""
    return moment(clock_s).strftime("%H:%M")


def day_name(day: date) -> str:
    """Return a date in words: Tuesday 27 April 2021."""
    return f"{day:%A} {day.day} {day:%B %Y}"
