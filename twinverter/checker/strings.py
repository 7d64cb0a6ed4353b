"""A string's voltages and currents at the edges of its climate, from its modules' datasheet.

Cold: cells as cold as the air, full sun, as IEC 62548 and NEC 690.7 do. Hot: 1000 W/m2 on cells by
King's model of their mounting (SAPM, 2004) in a wind of 1 m/s. Voltages move with the printed
coefficients; that of the voltage at maximum power is the power's less the current's.
"""

import math
from typing import NamedTuple

from twinverter.catalog.modules import Module
from twinverter.scenario.site_form import MOUNTINGS

REFERENCE_C = 25.0
SUN_W_M2, WIND_M_S = 1000.0, 1.0


class StringEdges(NamedTuple):
    """One string at one cell temperature."""

    cell_c: float
    open_v: float
    power_v: float
    power_a: float
    short_a: float


def hot_cell_c(air_c: float, mounting: str) -> float:
    """Return the cells' temperature under full sun."""
    a, b, warmer_k = MOUNTINGS[mounting]
    return air_c + SUN_W_M2 * math.exp(a + b * WIND_M_S) + warmer_k


def longest(module: Module, air_c: float, most_v: float) -> int:
    """Return how many modules in series stay at or below a voltage in the cold."""
    return int(most_v / edges(module, 1, 1, air_c).open_v + 1.0e-9)


def edges(module: Module, in_series: int, strings: int, cell_c: float) -> StringEdges:
    """Return what equal strings side by side give at a cell temperature."""
    rise_k = cell_c - REFERENCE_C
    beta_per_k, alpha_per_k = module.beta_voc_per_k, module.alpha_isc_per_k
    gamma_per_k = module.gamma_power_per_k
    power_v_per_k = beta_per_k if gamma_per_k is None else gamma_per_k - alpha_per_k
    return StringEdges(
        cell_c=cell_c,
        open_v=in_series * module.voc_v * (1.0 + beta_per_k * rise_k),
        power_v=in_series * module.vmp_v * (1.0 + power_v_per_k * rise_k),
        power_a=strings * module.imp_a,
        short_a=strings * module.isc_a * (1.0 + alpha_per_k * max(rise_k, 0.0)),
    )
