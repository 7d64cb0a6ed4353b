"""All judges over a record of readings: the one way from measurements to named faults."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from twinverter.catalog.selftests import PARTS
from twinverter.live.selftest import bank, clamps, strings, supply
from twinverter.live.selftest.finding import Verdict, joined, untested
from twinverter.live.selftest.reading import Reading, mean, of_step
from twinverter.live.selftest.told import Told
from twinverter.words import figures


def judged(readings: Sequence[Reading], told: Told, law: Any) -> Verdict:
    """Return every fault that the readings show, and what they cannot tell.

    `law` holds the machine's own figures (`catalog/law.py`); nothing else is known.
    """
    if not readings:
        return joined(untested(part.key, "unread") for part in PARTS)
    return joined(
        (
            supply.mains(readings, law),
            clamps.judge(readings, told, law.protect.clamp_w),
            supply.neutral(readings, law),
            supply.load(readings, law),
            strings.judge(readings, told, law),
            bank.cables(readings, told),
            bank.signals(readings, told),
        )
    )


def measured(readings: Sequence[Reading]) -> list[dict[str, str]]:
    """Return the figures behind the verdict as label and text, for whoever wants to see them."""
    if not readings:
        return []
    rows = [("Mains", _each(readings, lambda one: one.grid_v, "V"))]
    found = clamps.response([one for one in readings if one.ct_ok > 0.0])
    if found is not None:
        for clamp, name in enumerate(clamps.PHASES):
            if math.isnan(found.share[clamp, 0]):
                continue
            shares = [figures.share(float(value)) for value in found.share[clamp]]
            text = f"{shares[0]} of what moved there"
            if found.apart:
                pairs = zip(clamps.PHASES, shares, strict=True)
                text = ", ".join(f"{phase} {share}" for phase, share in pairs)
            rows.append((f"Clamp {name} followed", text))
    rested = of_step(readings, "open", "rest") or readings
    rows.append(("Strings, open", _each(rested, lambda one: one.pv_v, "V")))
    rows.append(
        ("Strings to earth", strings.to_earth(mean(readings, lambda one: one.insulation_ohm)))
    )
    volts, amperes = (_span(readings, key, 1) for key in ("battery_v", "battery_a"))
    rows.append(("Battery", f"{volts}{figures.GAP}V at {amperes}{figures.GAP}A"))
    rows.append(("Neutral to earth", _most(readings, "neutral_v", "V")))
    rows.append(("Past the LOAD sensor", _most(readings, "stray_a", "A")))
    return [{"label": label, "text": text} for label, text in rows]


def _each(readings: Sequence[Reading], figure: Callable[[Reading], Any], unit: str) -> str:
    count = len(figure(readings[0]))
    means = [mean(readings, lambda one, place=place: figure(one)[place]) for place in range(count)]  # type: ignore[misc]
    return f"{', '.join(figures.plain(value) for value in means)}{figures.GAP}{unit}"


def _span(readings: Sequence[Reading], key: str, decimals: int) -> str:
    values = [getattr(one, key) for one in readings]
    return f"{figures.plain(min(values), decimals)} to {figures.plain(max(values), decimals)}"


def _most(readings: Sequence[Reading], key: str, unit: str) -> str:
    most = max(getattr(one, key) for one in readings)
    return f"{figures.plain(most, 1)}{figures.GAP}{unit} at most"
