"""Clues at the GRID terminals: voltage, frequency, and whether a load moved them."""

import math

from twinverter.catalog.evidence import of_phases
from twinverter.words import figures
from twinverter.words.clues.clue import MOVED_V, MOVED_W, NAMES, PASSING, clue, in_a, in_v, in_w
from twinverter.words.readings import Readings

# No cable in use is worse: what it cannot explain comes from the grid itself.
WORST_OHM = 3.0


def _pull(readings: Readings, drawn: bool) -> tuple[str, float, float, float, float] | None:
    """Return (phase, voltage and power at the alarm, then with less power) where a voltage left.

    The phase is the one that stood lowest where power is `drawn`, else the one that stood highest.
    `power` counts in the direction asked for. Where the voltage stood well under the same power,
    too, that is what it is compared with. None where no voltage has left its place.
    """
    sign = 1.0 if drawn else -1.0
    volts = [sign * value for value in readings.phases("grid_v")]
    if any(map(math.isnan, volts)):
        return None
    place = volts.index(min(volts))
    name = of_phases("grid_v")[place].removeprefix("grid_v")
    powers = [sign * value for value in readings.column("grid_w" + name)]
    levels = [sign * value for value in readings.column("grid_v" + name)]
    power_w = sign * readings.now("grid_w" + name)
    pairs = [
        (level_v, one_w)
        for level_v, one_w in zip(levels, powers, strict=False)
        if abs(level_v) > 50
    ]
    less = [pair for pair in pairs if pair[1] <= power_w - MOVED_W]
    well = [pair for pair in pairs if pair[0] >= volts[place] + MOVED_V and pair not in less]
    calm = well if len(well) > PASSING or not less else less
    if not calm:
        return None
    level_v = sum(pair[0] for pair in calm) / len(calm)
    if level_v - volts[place] < MOVED_V:
        return None
    return (
        NAMES[place], sign * volts[place], power_w, sign * level_v,
        sum(pair[1] for pair in calm) / len(calm),
    )  # fmt: skip


def _explained(volts: float, power_w: float, calm_v: float, calm_w: float) -> bool:
    """Return whether a cable can lose this voltage by that power."""
    most_v = (power_w - calm_w) / max(volts, 1.0) * WORST_OHM
    return power_w - calm_w >= MOVED_W and most_v >= abs(calm_v - volts)


@clue
def sag_with_load(readings: Readings) -> str:
    """The voltage fell while power was drawn, and no further than a cable can explain."""
    pull = _pull(readings, drawn=True)
    if not pull or not _explained(*pull[1:]):
        return ""
    phase, volts, power_w, calm_v, calm_w = pull
    return (
        f"The voltage fell only while {in_w(power_w)} were drawn: {phase} stood at"
        f" {in_v(volts)} then, and at {in_v(calm_v)} with {in_w(calm_w)}."
    )


@clue
def sag_alone(readings: Readings) -> str:
    """The voltage fell without a load that could explain it."""
    pull = _pull(readings, drawn=True)
    if not pull or _explained(*pull[1:]):
        return ""
    phase, volts, power_w, calm_v, _ = pull
    return (
        f"{phase} fell from {in_v(calm_v)} to {in_v(volts)} by itself: the power drawn there,"
        f" {in_w(max(0.0, power_w))}, does not explain it."
    )


@clue
def rise_with_feed(readings: Readings) -> str:
    """The voltage rose while power was fed in, and no further than a cable can explain."""
    pull = _pull(readings, drawn=False)
    if not pull or not _explained(*pull[1:]):
        return ""
    phase, volts, power_w, calm_v, calm_w = pull
    return (
        f"The voltage rose only while {in_w(power_w)} were fed in: {phase} stood at"
        f" {in_v(volts)} then, and at {in_v(calm_v)} with {in_w(max(0.0, calm_w))}."
    )


@clue
def rise_alone(readings: Readings) -> str:
    """The voltage rose without anything fed in that could explain it."""
    pull = _pull(readings, drawn=False)
    if not pull or _explained(*pull[1:]):
        return ""
    phase, volts, power_w, calm_v, _ = pull
    return (
        f"{phase} rose from {in_v(calm_v)} to {in_v(volts)} by itself: the power fed in there,"
        f" {in_w(max(0.0, power_w))}, does not explain it."
    )


@clue
def one_phase_low(readings: Readings) -> str:
    """One phase is below its limit and the other two are not."""
    volts, limit_v = readings.phases("grid_v"), readings.now("low_limit_v")
    low = [place for place in range(3) if volts[place] < limit_v]
    if len(low) != 1 or any(map(math.isnan, volts)):
        return ""
    others = " and ".join(in_v(volts[place]) for place in range(3) if place not in low)
    return f"{NAMES[low[0]]} stood at {in_v(volts[low[0]])}, the other two at {others}."


@clue
def one_phase_dead(readings: Readings) -> str:
    """One phase has no voltage at all."""
    volts = readings.phases("grid_v")
    dead = [place for place in range(3) if volts[place] < 50.0]
    return f"{NAMES[dead[0]]} was dead." if len(dead) == 1 else ""


@clue
def all_phases_low(readings: Readings) -> str:
    """No phase stands where it should."""
    highest_v = max(readings.phases("grid_v"))
    if not 50.0 <= highest_v < 0.92 * readings.now("nominal_v"):
        return ""
    return f"All three phases were low, the highest at {in_v(highest_v)}."


@clue
def all_phases_dead(readings: Readings) -> str:
    """No phase has voltage."""
    return "All three phases were dead." if max(readings.phases("grid_v")) < 50.0 else ""


@clue
def phases_apart(readings: Readings) -> str:
    """One phase stands high while another stands low, as with a loose neutral."""
    low_v, high_v = min(readings.phases("grid_v")), max(readings.phases("grid_v"))
    if not high_v - low_v > 0.15 * readings.now("nominal_v"):
        return ""
    return f"The phases drifted apart: {in_v(low_v)} on one, {in_v(high_v)} on another."


@clue
def phases_together(readings: Readings) -> str:
    """All phases stand alike."""
    low_v, high_v = min(readings.phases("grid_v")), max(readings.phases("grid_v"))
    if not high_v - low_v < 0.06 * readings.now("nominal_v"):
        return ""
    return f"The phases stood alike, between {in_v(low_v)} and {in_v(high_v)}."


def _wandered(readings: Readings) -> tuple[float, float] | None:
    """Return the lowest and highest voltage of the grid before the last second, None without."""
    columns = [readings.span(name, -readings.length_s, -1.0) for name in of_phases("grid_v")]
    volts = [value for column in columns for value in column if value > 50.0]
    return (min(volts), max(volts)) if volts else None


@clue
def grid_unsettled(readings: Readings) -> str:
    """Before the alarm the grid had already wandered."""
    wandered = _wandered(readings)
    if not wandered or not wandered[1] - wandered[0] > 0.1 * readings.now("nominal_v"):
        return ""
    return f"It had wandered between {in_v(wandered[0])} and {in_v(wandered[1])} before."


@clue
def grid_quiet(readings: Readings) -> str:
    """Before the alarm the grid stood still."""
    wandered = _wandered(readings)
    if not wandered or not wandered[1] - wandered[0] < 0.05 * readings.now("nominal_v"):
        return ""
    return f"Until then it had stood quietly at {in_v(sum(wandered) / 2.0)}."


def _window(readings: Readings, key: str, share: float, narrow: bool, high: bool) -> str:
    limit, nominal = readings.now(key), readings.now("nominal_v")
    if not (limit > 0.0 and nominal > 0.0):
        return ""
    tight = limit < share * nominal if high else limit > share * nominal
    if tight != narrow:
        return ""
    name = "Grid Vol High" if high else "Grid Vol Low"
    return f"{name} stands at {in_v(limit)}, {figures.share(limit / nominal)} of nominal."


@clue
def low_window_narrow(readings: Readings) -> str:
    """Grid Vol Low stands near the nominal voltage."""
    return _window(readings, "low_limit_v", 0.87, narrow=True, high=False)


@clue
def low_window_wide(readings: Readings) -> str:
    """Grid Vol Low stands far from the nominal voltage."""
    return _window(readings, "low_limit_v", 0.87, narrow=False, high=False)


@clue
def high_window_narrow(readings: Readings) -> str:
    """Grid Vol High stands near the nominal voltage."""
    return _window(readings, "high_limit_v", 1.12, narrow=True, high=True)


@clue
def high_window_wide(readings: Readings) -> str:
    """Grid Vol High stands far from the nominal voltage."""
    return _window(readings, "high_limit_v", 1.12, narrow=False, high=True)


@clue
def port_current_high(readings: Readings) -> str:
    """One phase of the GRID terminals carries about what it may."""
    amperes = [
        abs(readings.now(f"ld_w{name}")) / max(readings.now(f"grid_v{name}"), 1.0)
        for name in ("_l1", "_l2", "_l3")
    ]
    most_a = max(amperes)
    return f"{in_a(most_a)} flowed at the GRID terminals." if most_a > 45.0 else ""
