"""What a grid mode puts in force: the figures of its profile over what was typed in.

Under General Standard every field is the owner's (manual 5.8, C-47). Every other grid mode holds
the fields that its profile names (`catalog/profiles.py`): what stands in them is the code's, and
what was typed in comes back with General Standard. Fields that a profile leaves out stay open: the
ticks of functions that a code leaves off by default, for instance. A law figure of a profile is in
force unless the house file has its own.

A code is written for one nominal voltage and frequency: voltages are scaled to the chosen grid
type, frequencies shifted with the chosen grid frequency, as the windows of Grid Set2 are (C-48).
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from twinverter.catalog.law import LAW, Law, law_key
from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.profiles import ASSUMED, BY_KEY, GENERAL, Figure, Profile
from twinverter.catalog.row import SWITCH, Setting, Value

MODE_KEY, TYPE_KEY, FREQUENCY_KEY = "grid_mode", "grid_type", "grid_frequency_hz"
SECONDS_PER_MINUTE = 60.0
ROWS = {row.key: row for row in SETTINGS}
LAW_ROWS = {law_key(row): row for row in LAW}
# The levels of Grid Set4 on each side, from the inside outwards.
HIGH_V, LOW_V = ("vrt_hv1_v", "vrt_hv2_v"), ("vrt_lv1_v", "vrt_lv2_v", "vrt_lv3_v")
HIGH_HZ, LOW_HZ = ("frt_hf1_hz", "frt_hf2_hz"), ("frt_lf1_hz", "frt_lf2_hz")
# What a level of Grid Set4 holds that is not used.
UNUSED, NO_LEVEL = 0.0, "level unused"
DECIMALS = 6


class Held(NamedTuple):
    """One setting that a profile holds: its figure, and its value in the unit of its row."""

    row: Setting
    figure: Figure
    value: Value


def profile_of(values: Mapping[str, Value]) -> Profile:
    """Return the profile of the grid mode in some stored values."""
    return BY_KEY[str(values.get(MODE_KEY, GENERAL))]


def held(values: Mapping[str, Value]) -> Mapping[str, Held]:
    """Return key -> what the grid mode holds, empty under General Standard."""
    mode = profile_of(values)
    if mode.key == GENERAL:
        return {}
    nominal_v = ROWS[TYPE_KEY].to_kernel(values.get(TYPE_KEY, _default(TYPE_KEY)))
    nominal_hz = float(values.get(FREQUENCY_KEY, _default(FREQUENCY_KEY)))
    return _held(mode.key, nominal_v, nominal_hz)


def in_force(values: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return stored values with those in place that the grid mode holds; the same where none."""
    taken = held(values)
    if not taken:
        return values
    return {**values, **{key: one.value for key, one in taken.items()}}


def law_in_force(values: Mapping[str, Value], law: Law) -> Law:
    """Return the law with the figures of the grid mode, where the house has none of its own."""
    changes: dict[str, dict[str, float]] = {}
    for key, value in law_figures(profile_of(values).key).items():
        row = LAW_ROWS[key]
        if getattr(getattr(law, row.group), row.key) == row.value:
            changes.setdefault(row.group, {})[row.key] = value
    groups = {name: getattr(law, name)._replace(**values) for name, values in changes.items()}
    return law._replace(**groups) if groups else law


@cache
def figures(key: str) -> tuple[Figure, ...]:
    """Return all figures of a profile: its own, and what follows from them.

    Levels that the code does not have are unused, and the window of Grid Set2 is that of the
    innermost levels, which rule in its place (C-52).
    """
    own = BY_KEY[key].figures
    if not own:
        return ()
    by_key = {figure.key: figure for figure in own}
    unused = (
        Figure(level, UNUSED, "", NO_LEVEL, ASSUMED)
        for level in (*HIGH_V, *LOW_V, *HIGH_HZ, *LOW_HZ)
        if level not in by_key
    )
    window = (
        _innermost("grid_vol_high", by_key, HIGH_V),
        _innermost("grid_vol_low", by_key, LOW_V),
        _innermost("grid_hz_high", by_key, HIGH_HZ),
        _innermost("grid_hz_low", by_key, LOW_HZ),
    )
    return (*own, *unused, *window)


def _innermost(key: str, by_key: Mapping[str, Figure], levels: Iterable[str]) -> Figure:
    """Return the first of some levels that a code has, as a limit of the window."""
    return next(by_key[level] for level in levels if level in by_key)._replace(key=key)


@cache
def law_figures(key: str) -> Mapping[str, float]:
    """Return flat law key -> value of a profile, in the units of the law."""
    mode = BY_KEY[key]
    return {
        one.key: float(one.value) / mode.nominal_v if one.unit == "V" else float(one.value)
        for one in mode.figures
        if one.key in LAW_ROWS
    }


@cache
def _held(key: str, nominal_v: float, nominal_hz: float) -> Mapping[str, Held]:
    mode = BY_KEY[key]
    found = {}
    for figure in figures(key):
        if figure.key in ROWS:
            row = ROWS[figure.key]
            found[row.key] = Held(row, figure, _stored(row, figure, mode, nominal_v, nominal_hz))
    return found


def _stored(
    row: Setting, figure: Figure, mode: Profile, nominal_v: float, nominal_hz: float
) -> Value:
    """Return a figure as its row stores it, inside the row's bounds."""
    if row.kind == SWITCH:
        return bool(figure.value)
    number = float(figure.value)
    if figure.unit == "pu" and row.unit == "V":
        number *= nominal_v
    elif figure.unit == "V":
        number *= nominal_v / mode.nominal_v
    elif figure.unit == "Hz":
        number += nominal_hz - mode.nominal_hz
    elif figure.unit == "%/min":
        number /= SECONDS_PER_MINUTE
    assert row.low is not None and row.high is not None
    number = round(float(max(row.low, min(number, row.high))), DECIMALS)
    return int(number) if row.whole else number


def _default(key: str) -> Value:
    default = ROWS[key].default
    assert default is not None
    return default


def place(key: str) -> str:
    """Return the dotted name of what a figure sets, as a house file writes it under `settings`."""
    return ROWS[key].path if key in ROWS else f"law.{key}"


def ruling(mode: Profile, figure: Figure) -> tuple[Value, str]:
    """Return what a figure puts in force at the code's own nominal values, and its unit."""
    if figure.key in LAW_ROWS:
        return law_figures(mode.key)[figure.key], LAW_ROWS[figure.key].unit
    one = _held(mode.key, mode.nominal_v, mode.nominal_hz)[figure.key]
    return one.value, one.row.unit
