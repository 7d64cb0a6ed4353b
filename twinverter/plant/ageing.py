"""How a battery bank loses capacity with time and use.

Capacity fades by a power law of time and throughput whose rates are data (`site.Ageing`), worked
out once an hour from the hour's means: for lithium iron phosphate after Naumann et al., J. Energy
Storage 17 (2018) 153-169 (calendar: Arrhenius, cubic over SOC) and J. Power Sources 451 (2020)
227666 (cycles: rate of charge, cubic over depth); for lead-acid a life in years that halves per
10 K and a cycle life that is a power of depth. The depth is that of the half cycle in progress or
of the one before, whichever is deeper; half cycles end at the turning points of SOC.
"""

import math

from twinverter.core.kernel import kernel
from twinverter.plant.state import BatteryState

HOUR_S = 3600.0
REFERENCE_C = 25.0
ZERO_CELSIUS_K = 273.15
REFERENCE_K = REFERENCE_C + ZERO_CELSIUS_K

DEPTH_MIDDLE = 0.6  # where Naumann's cubics over depth and SOC turn
SOC_MIDDLE = 0.5
TURN_SOC = 0.05  # a smaller swing back does not end a half cycle (assumed)


@kernel
def faded(loss, order, stress, amount):
    """Return `loss` after `amount` more of time or cycles under `stress`.

    From new and under constant stress it is `stress * amount ** (1 / order)`; under changing
    stress each part goes on from where the loss stands.
    """
    return (loss**order + stress**order * amount) ** (1.0 / order)


@kernel
def aged(battery, state):
    """Return the state with the gathered time and throughput turned into loss of capacity."""
    ageing = battery.ageing
    mean_soc = state.ageing_soc_s / state.ageing_s
    mean_k = state.ageing_c_s / state.ageing_s + ZERO_CELSIUS_K
    middle = mean_soc - SOC_MIDDLE
    calendar = (
        ageing.calendar_rate
        * math.exp(ageing.calendar_activation_k * (1.0 / REFERENCE_K - 1.0 / mean_k))
        * max(0.0, ageing.calendar_soc_cubic * middle * middle * middle + ageing.calendar_soc_base)
    )
    turn_soc, peak_soc, depth = half_cycle(state)
    deepest = max(depth, abs(peak_soc - turn_soc))
    offset = deepest - DEPTH_MIDDLE
    c_rate_per_h = state.ageing_ah / battery.capacity_ah * (HOUR_S / state.ageing_s)
    cycle = (
        ageing.cycle_rate
        * (1.0 + ageing.cycle_current_h * c_rate_per_h)
        * max(0.0, ageing.cycle_depth_cubic * offset * offset * offset + ageing.cycle_depth_base)
        * deepest**ageing.cycle_depth_exponent
    )
    cycles = 0.5 * state.ageing_ah / battery.capacity_ah
    return BatteryState(
        state.soc,
        state.temp_c,
        state.voltage_v,
        state.current_a,
        faded(state.calendar_loss, ageing.order, calendar, state.ageing_s),
        faded(state.cycle_loss, ageing.order, cycle, cycles),
        state.throughput_ah,
        turn_soc,
        peak_soc,
        depth,
        0.0,
        0.0,
        0.0,
        0.0,
    )


@kernel
def half_cycle(state):
    """Return turning point, farthest point and last depth, after looking whether SOC turned."""
    turn_soc = state.turn_soc
    peak_soc = state.peak_soc
    if peak_soc == turn_soc:
        return turn_soc, state.soc, state.depth
    if abs(state.soc - peak_soc) > TURN_SOC:
        return peak_soc, state.soc, abs(peak_soc - turn_soc)
    return turn_soc, peak_soc, state.depth
