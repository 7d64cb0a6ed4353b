"""Clues in frequencies: of the grid, and of an engine that sinks under load."""

from collections.abc import Sequence

from twinverter.words.clues.clue import MOVED_HZ, MOVED_W, PASSING, clue, in_hz, in_w
from twinverter.words.readings import Readings


def _hz_room(readings: Readings) -> float:
    """Return how far the nearer limit of the frequency lies from nominal."""
    nominal_hz = readings.now("nominal_hz")
    limits = (readings.now("low_limit_hz"), readings.now("high_limit_hz"))
    return min(abs(limit - nominal_hz) for limit in limits)


@clue
def hz_window_narrow(readings: Readings) -> str:
    """The frequency has little room."""
    room_hz = _hz_room(readings)
    return f"The frequency may leave nominal by {in_hz(room_hz)} only." if room_hz < 0.6 else ""


@clue
def hz_window_wide(readings: Readings) -> str:
    """The frequency has room enough."""
    room_hz = _hz_room(readings)
    return f"The frequency may leave nominal by {in_hz(room_hz)}." if room_hz >= 0.6 else ""


def _hz_range(readings: Readings) -> tuple[float, float] | None:
    values = [value for value in readings.span("grid_hz", -readings.length_s, -1.0) if value > 0.0]
    return (min(values), max(values)) if values else None


@clue
def hz_restless(readings: Readings) -> str:
    """The frequency had moved before."""
    seen = _hz_range(readings)
    if not seen or not seen[1] - seen[0] > 0.5:
        return ""
    return f"The frequency had moved between {in_hz(seen[0])} and {in_hz(seen[1])} before."


@clue
def hz_calm(readings: Readings) -> str:
    """The frequency had stood still before."""
    seen = _hz_range(readings)
    if not seen or not seen[1] - seen[0] < 0.2:
        return ""
    return f"Until then the frequency had stood at {in_hz(seen[1])}."


@clue
def hz_fell_with_load(readings: Readings) -> str:
    """The frequency was low while more was drawn than when it stood."""
    return sank(readings, "grid_hz", readings.summed("grid_w"), "The grid's frequency")


def sank(readings: Readings, key: str, powers: Sequence[float], name: str) -> str:
    """Return what to say where a frequency sank under load."""
    column = readings.column(key)
    known = [
        (one_hz, one_w) for one_hz, one_w in zip(column, powers, strict=False) if one_hz > 20.0
    ]
    if not known:
        return ""
    heavy_w, light_w = max(pair[1] for pair in known), min(pair[1] for pair in known)
    if heavy_w - light_w < MOVED_W:
        return ""
    middle_w = (heavy_w + light_w) / 2.0
    loaded = [pair[0] for pair in known if pair[1] > middle_w]
    loaded_hz = min(loaded)
    if sum(one_hz >= loaded_hz + MOVED_HZ for one_hz in loaded) > PASSING:
        return ""
    calm = [pair[0] for pair in known if pair[1] <= middle_w]
    calm_hz = sum(calm) / len(calm)
    if calm_hz - loaded_hz < MOVED_HZ:
        return ""
    return (
        f"{name} sank to {in_hz(loaded_hz)} under {in_w(heavy_w)}, and stood at"
        f" {in_hz(calm_hz)} with {in_w(light_w)}."
    )
