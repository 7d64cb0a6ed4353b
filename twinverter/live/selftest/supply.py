"""The judges of the mains' wires, of neutral and earth, and of what hangs on the backup output."""

from collections.abc import Sequence
from typing import Any

from twinverter.catalog.selftests import LIKELY, SURE
from twinverter.live.selftest.finding import Verdict, fault, joined, untested
from twinverter.live.selftest.reading import Reading, mean
from twinverter.words import figures

PHASES = ("L1", "L2", "L3")
DEAD_V = 50.0
# Two phases at the voltage between phases, within this share (assumed: no mains is so uneven).
BETWEEN, NEAR = 3.0**0.5, 0.1
MOST = 0.5
STRAY_A = 1.0


def mains(readings: Sequence[Reading], law: Any) -> Verdict:
    """Return the verdict on voltages and order of the phases; `law` holds the machine's figures."""
    volts = [mean(readings, lambda one, phase=phase: one.grid_v[phase]) for phase in range(3)]  # type: ignore[misc]
    if max(volts) < DEAD_V:
        return untested("mains", "dead_mains")
    dead = [phase for phase in range(3) if volts[phase] < DEAD_V]
    if dead:
        living = _words(volts[phase] for phase in range(3) if phase not in dead)
        return joined(
            fault("phase-missing", PHASES[phase], dead=_v(volts[phase]), volts=living)
            for phase in dead
        )
    verdicts = []
    for phase in range(3):
        others = [volts[other] / volts[phase] for other in range(3) if other != phase]
        if all(abs(one / BETWEEN - 1.0) < NEAR for one in others):
            high = _words(volts[other] for other in range(3) if other != phase)
            said = {"volts": _v(volts[phase]), "high": high}
            verdicts.append(fault("neutral-exchanged", PHASES[phase], **said))
    wrong = sum(one.order_ok == 0.0 for one in readings)
    if wrong > MOST * len(readings):
        sure = SURE if wrong == len(readings) else LIKELY
        verdicts.append(fault("phase-order", "", sure, volts=_words(volts)))
    return joined(verdicts)


def neutral(readings: Sequence[Reading], law: Any) -> Verdict:
    """Return the verdict on the bond of neutral and earth."""
    volts = max((one.neutral_v for one in readings), default=0.0)
    open_share = mean(readings, lambda one: one.bond_open)
    high = volts > law.protect.neutral_v
    if open_share <= MOST and not high:
        return Verdict()
    said = f", and the neutral stood at {_v(volts)} to earth" if high else ""
    return fault("bond-open", "", SURE if open_share > MOST else LIKELY, volts=said)


def load(readings: Sequence[Reading], law: Any) -> Verdict:
    """Return the verdict on circuits between GRID and LOAD."""
    stray_a = mean(readings, lambda one: one.stray_a)
    if stray_a <= STRAY_A:
        return Verdict()
    return fault("load-bypass", stray=f"{figures.plain(stray_a, 1)}{figures.GAP}A")


def _v(value: float) -> str:
    return f"{figures.plain(value)}{figures.GAP}V"


def _words(volts: Any) -> str:
    texts = [_v(value) for value in volts]
    return f"{', '.join(texts[:-1])} and {texts[-1]}" if len(texts) > 1 else texts[0]
