"""Clues at the battery: its terminals, its limits, and what its management says."""

import math

from twinverter.words import figures
from twinverter.words.clues.clue import clue, in_a, in_w
from twinverter.words.clues.loads import heaviest
from twinverter.words.readings import HAIR_S, Readings, told

# A bank with its cables loses 2 V at 100 A by this; sound ones lose less.
BAD_BATTERY_OHM = 0.02


@clue
def battery_sagged(readings: Readings) -> str:
    """The battery's voltage fell further under current than a sound bank's does."""
    volts, amperes = readings.span("battery_v", -90.0), readings.span("battery_a", -90.0)
    if not volts or len(volts) != len(amperes):
        return ""
    heavy = amperes.index(max(amperes))
    light = amperes.index(min(amperes))
    moved_a, fell_v = amperes[heavy] - amperes[light], volts[light] - volts[heavy]
    if moved_a < 20.0 or fell_v < BAD_BATTERY_OHM * moved_a:
        return ""
    return (
        f"The battery fell from {told('battery_v', volts[light])} to"
        f" {told('battery_v', volts[heavy])} when it had to give {in_a(amperes[heavy])}."
    )


def _discharge_limit(readings: Readings) -> float:
    limits = (readings.now("discharge_limit_a"), readings.now("bms_discharge_a"))
    return min((limit for limit in limits if limit >= 0.0), default=math.nan)


@clue
def at_discharge_limit(readings: Readings) -> str:
    """The battery gives what it may."""
    given_a, limit_a = readings.high("battery_a"), _discharge_limit(readings)
    if not given_a > 0.95 * limit_a:
        return ""
    return f"The battery gave {in_a(given_a)}, and {in_a(limit_a)} is allowed."


@clue
def load_in_limit(readings: Readings) -> str:
    """The battery could have given more."""
    given_a, limit_a = readings.high("battery_a"), _discharge_limit(readings)
    if not given_a < 0.7 * limit_a:
        return ""
    return f"The battery gave only {in_a(given_a)} of {in_a(limit_a)} allowed."


@clue
def bms_holds_back(readings: Readings) -> str:
    """The battery's management allows much less than the setting."""
    bms_a, set_a = readings.now("bms_discharge_a"), readings.now("discharge_limit_a")
    if not 0.0 <= bms_a < 0.7 * set_a:
        return ""
    return f"The battery itself allowed {in_a(bms_a)} only; {in_a(set_a)} is set."


@clue
def bms_gives(readings: Readings) -> str:
    """The battery's management allows what is set."""
    bms_a, set_a = readings.now("bms_discharge_a"), readings.now("discharge_limit_a")
    return f"The battery itself allowed {in_a(bms_a)}." if bms_a >= set_a > 0.0 else ""


@clue
def unordered_battery_current(readings: Readings) -> str:
    """More flows out of the battery than any load can ask for."""
    flowed_a, asked_w = readings.high("battery_a"), heaviest(readings)
    if not asked_w or not flowed_a > 50.0 + 1.5 * sum(asked_w) / max(
        readings.now("battery_v"), 1.0
    ):
        return ""
    return f"{in_a(flowed_a)} flowed out of the battery while the loads took {in_w(sum(asked_w))}."


@clue
def charging_hard(readings: Readings) -> str:
    """The battery takes what it may."""
    taken_a, limit_a = -readings.low("battery_a"), readings.now("charge_limit_a")
    if not (taken_a > 50.0 and taken_a > 0.9 * limit_a):
        return ""
    return f"The battery was charged with {in_a(taken_a)}, {in_a(limit_a)} is set."


def _battery_use(readings: Readings) -> float:
    most_a = max(readings.now("charge_limit_a"), readings.now("discharge_limit_a"), 1.0)
    return abs(readings.mean("battery_a")) / most_a


@clue
def battery_hard(readings: Readings) -> str:
    """The battery had carried much current for minutes."""
    if not _battery_use(readings) > 0.6:
        return ""
    return f"It had carried {in_a(abs(readings.mean('battery_a')))} on average before."


@clue
def battery_easy(readings: Readings) -> str:
    """The battery had carried little current."""
    if not _battery_use(readings) < 0.3:
        return ""
    return f"It had carried only {in_a(abs(readings.mean('battery_a')))} on average before."


def _silences(readings: Readings) -> tuple[int, float, bool]:
    """Return how often the battery fell silent, when the last time, and whether it ever spoke."""
    count, last_s, spoke, before = 0, 0.0, False, 1.0
    for at_s, silent in zip(readings.times_s, readings.column("bms_silent"), strict=False):
        if at_s > HAIR_S:
            break
        spoke = spoke or silent < 0.5
        if silent > 0.5 > before:
            count, last_s = count + 1, at_s
        before = silent
    return count, last_s, spoke


@clue
def frames_stopped(readings: Readings) -> str:
    """The battery spoke and then fell silent once for all."""
    count, last_s, spoke = _silences(readings)
    if count != 1 or not spoke:
        return ""
    return f"It answered until {figures.duration(-last_s)} before, and not once since."


@clue
def frames_flicker(readings: Readings) -> str:
    """The battery comes and goes."""
    count, _, _ = _silences(readings)
    return f"Its answers came and went {count} times before." if count > 1 else ""


@clue
def never_spoke(readings: Readings) -> str:
    """The battery has not answered for as long as anything is known."""
    _, _, spoke = _silences(readings)
    if spoke or not readings.column("bms_silent") or readings.length_s < 60.0:
        return ""
    return f"It had not answered for {figures.duration(readings.length_s)} at least."
