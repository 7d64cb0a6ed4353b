"""The judge of the strings: poles, places, modules in series, and resistance to earth.

Voltages are read while both inputs are told to rest (step `open`), the working point while they
feed (step `clamps`). Whether there is light is seen at the strings themselves.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from twinverter.catalog.selftests import LIKELY, SURE
from twinverter.live.selftest.finding import Verdict, fault, joined, untested
from twinverter.live.selftest.reading import Reading, mean, of_step
from twinverter.live.selftest.told import Told, ToldString
from twinverter.words import figures

REVERSED_V, DEAD_V, LIT_V = -10.0, 15.0, 60.0
# How far a string may lie from what is told, and how near to be the other one (assumed).
OFF, NEAR, SURE_OFF = 0.08, 0.06, 0.12
# The same where the light behind a voltage is not known (assumed).
OFF_UNLIT = 0.14
# Below this share of a module's current the open voltage depends too much on the light (assumed).
DIM = 0.08
# Two strings differ enough to be told apart by voltage (assumed).
APART = 0.15
# No sun gives one string more than so many times its standard current; from so much of that on the
# light behind a working point is known well enough (assumed).
FULL_SUN, KNOWN, PASSED = 1.25, 0.25, 0.4
STILL_A = 0.05


class Input(NamedTuple):
    """One input: open voltage (None where it could not be read), and where it works at most."""

    lowest_v: float
    open_v: float | None
    work_v: float
    work_a: float

    @property
    def shown_v(self) -> float:
        """Return the voltage that says whether something lit hangs here."""
        return self.work_v if self.open_v is None else self.open_v


def judge(readings: Sequence[Reading], told: Told, law: Any) -> Verdict:
    """Return the verdict on the strings."""
    inputs = [_input(readings, place) for place in range(2)]
    if not told.strings and max(one.shown_v for one in inputs) < LIT_V:
        return untested("strings", "no_strings")
    turned = [place for place, one in enumerate(inputs) if one.lowest_v < REVERSED_V]
    verdict = joined(
        fault("string-reversed", str(place + 1), volts=_v(inputs[place].lowest_v))
        for place in turned
    )
    verdict += _insulation(readings, inputs, law)
    if turned:
        return verdict
    if max(one.shown_v for one in inputs) < LIT_V:
        return verdict + untested("strings", "night")
    return verdict + _places(inputs, told, mean(readings, lambda one: one.ambient_c))


def _input(readings: Sequence[Reading], place: int) -> Input:
    volts = [one.pv_v[place] for one in readings]
    rested = [one for one in of_step(readings, "open", "rest", "look") if _rests(one)]
    open_v = None
    if rested:
        last = rested[len(rested) // 2 :]
        open_v = mean(last, lambda one: one.pv_v[place])
    work = max(readings, key=lambda one: one.pv_a[place], default=None)
    if work is None:
        return Input(0.0, None, 0.0, 0.0)
    near = [one for one in readings if one.pv_a[place] >= 0.95 * work.pv_a[place]]
    return Input(
        min(volts, key=lambda one: one),
        open_v,
        mean(near, lambda one: one.pv_v[place]),
        mean(near, lambda one: one.pv_a[place]),
    )


def _rests(reading: Reading) -> bool:
    """Return whether no string works."""
    return max(reading.pv_a) < STILL_A


def _places(inputs: Sequence[Input], told: Told, ambient_c: float) -> Verdict:
    """Return what hangs at the inputs, against what is told."""
    dead = [place for place in range(len(told.strings)) if inputs[place].shown_v < DEAD_V]
    if len(told.strings) == 1 and dead:
        first = {"first": _v(inputs[0].shown_v), "second": _v(inputs[1].shown_v)}
        meant = {"told1": _v(told.strings[0].lit_v(ambient_c)), "told2": "nothing"}
        return fault("strings-exchanged", **first, **meant)
    if dead:
        place = dead[0]
        return _missing(inputs, told, place, 1 - place)
    if any(one.open_v is None for one in inputs[: len(told.strings)]):
        return untested("strings", "working")
    strings, count = told.strings, len(told.strings)
    bright = [inputs[place].work_a >= DIM * strings[place].module.imp_a for place in range(count)]
    open_v = [float(inputs[place].open_v or 0.0) for place in range(count)]
    lights = [_light(inputs[place], string) for place, string in enumerate(strings)]
    meant_v = [
        string.lit_v(ambient_c, light) for string, light in zip(strings, lights, strict=True)
    ]
    if count == 2 and abs(meant_v[0] / meant_v[1] - 1.0) > APART:
        # Of two strings under one sky the ratio holds better than either voltage.
        crossed = [abs(open_v[place] / meant_v[1 - place] - 1.0) for place in range(2)]
        straight = [abs(open_v[place] / meant_v[place] - 1.0) for place in range(2)]
        if max(crossed) < min(straight) and max(crossed) < OFF + NEAR:
            first = {"first": _v(open_v[0]), "second": _v(open_v[1])}
            meant = {"told1": _v(meant_v[0]), "told2": _v(meant_v[1])}
            return fault(
                "strings-exchanged", "", SURE if max(crossed) < OFF else LIKELY, **first, **meant
            )
    verdict = joined(
        _length(place, strings[place], open_v[place], meant_v[place], lights[place] is not None)
        for place in range(count)
        if bright[place]
    )
    if not all(bright):
        verdict += untested("strings", "dim")
    if count == 2 and abs(meant_v[0] / meant_v[1] - 1.0) <= APART:
        verdict += untested("strings", "alike")
    return verdict


def _light(at: Input, string: ToldString) -> float | None:
    """Return the light on a string as a share of full sun; None where it is not known."""
    if at.open_v is None or at.work_a < DIM * string.module.isc_a:
        return None
    if string.passed(at.open_v, at.work_v, at.work_a) < PASSED:
        return None
    light = string.light(at.open_v, at.work_v, at.work_a)
    return light if light < FULL_SUN else None


def _length(place: int, string: ToldString, open_v: float, meant_v: float, lit: bool) -> Verdict:
    """Return what the open voltage says of the modules in series."""
    off = abs(open_v / meant_v - 1.0)
    count = round(string.in_series * open_v / meant_v)
    if off <= (OFF if lit else OFF_UNLIT) or count == string.in_series:
        return Verdict()
    said = {"volts": _v(open_v), "count": str(count), "told": str(string.in_series)}
    return fault(
        "string-length", str(place + 1), SURE if lit and off > SURE_OFF else LIKELY, **said
    )


def _missing(inputs: Sequence[Input], told: Told, place: int, other: int) -> Verdict:
    """Return what a dead input beside a lit one means: nothing there, or both on the other."""
    lit, string = inputs[other], told.strings[other]
    if lit.open_v is not None and lit.work_a > KNOWN * string.module.isc_a:
        # What one string would need to give this current so near to its open voltage.
        light = string.light(lit.open_v, lit.work_v, lit.work_a)
        if light > FULL_SUN:
            amperes = f"{figures.plain(lit.work_a, 1)}{figures.GAP}A"
            said = {"dead": _v(inputs[place].shown_v), "volts": _v(lit.work_v), "amperes": amperes}
            where = {"other": str(place + 1), "times": figures.plain(light, 1)}
            return fault("strings-parallel", str(other + 1), **said, **where)
    said = {"volts": _v(inputs[place].shown_v), "lit": _v(lit.shown_v), "other": str(other + 1)}
    return fault("string-missing", str(place + 1), **said)


def _insulation(readings: Sequence[Reading], inputs: Sequence[Input], law: Any) -> Verdict:
    """Return the verdict on the strings' resistance to earth, tested while one is lit."""
    if max(abs(one.shown_v) for one in inputs) < law.pv.start_v:
        return Verdict()
    ohm = mean(readings, lambda one: one.insulation_ohm)
    limit_ohm = law.protect.insulation_clear_ohm
    if ohm >= limit_ohm:
        return Verdict()
    return fault("string-insulation", ohm=to_earth(ohm), limit=to_earth(limit_ohm))


def _v(value: float) -> str:
    return f"{figures.plain(value)}{figures.GAP}V"


def to_earth(value: float) -> str:
    """Return a resistance to earth in words."""
    if value >= 1.0e6:
        return f"{figures.plain(value / 1.0e6, 1)}{figures.GAP}Mohm"
    return f"{figures.plain(value / 1000.0, 1)}{figures.GAP}kohm"
