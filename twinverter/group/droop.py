"""How far units err that form one voltage together: circulating current and unlike shares (C-60).

Units on one bus share active power by their falling frequency, alike where their slopes are alike,
whatever their cables; what remains is the error of each one's own power sensor. Their voltages
differ by their references and meet over the output resistance that each imitates, so a current
circulates that carries no load. Small-signal and in the steady state; J. M. Guerrero et al.,
IEEE Trans. Ind. Electronics 58 (2011) 158. The figures are law rows of group `parallel`.
"""

from collections.abc import Sequence
from typing import Any

from twinverter.catalog.settings import Settings


def circulating_a(settings: Settings, references_v: Sequence[float]) -> list[float]:
    """Return the current that each unit sends round through the others; their sum is 0."""
    law: Any = settings.law.parallel
    bus_v = sum(references_v) / len(references_v)
    return [(reference_v - bus_v) / law.virtual_ohm for reference_v in references_v]


def circulating_most_a(settings: Settings) -> float:
    """Return the largest circulating current of a unit among units within the spread."""
    law: Any = settings.law.parallel
    # Half of the units at one end of the spread, half at the other: the mean is nominal.
    return float(settings.grid.nominal_v * law.voltage_spread / law.virtual_ohm)


def unlike_most(settings: Settings) -> float:
    """Return by how much a unit's share may lie from the mean's, as a ratio."""
    law: Any = settings.law.parallel
    spread = float(law.power_spread)
    return 2.0 * spread / (1.0 - spread)
