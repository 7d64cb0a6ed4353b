"""What the plant carries from step to step."""

from typing import NamedTuple

from twinverter.core.blocks import Phases
from twinverter.plant.rlc import RlcState


class TrackerState(NamedTuple):
    """Where one PV input worked in the last step.

    `share` is the diode's share of the light current at the string's last maximum power point, from
    which the search for the next one begins (0: none yet).
    """

    voltage_v: float
    current_a: float
    share: float


class BatteryState(NamedTuple):
    """What the bank carries from step to step.

    Losses are shares of the new capacity. The half cycle in progress began at `turn_soc` and has
    come as far as `peak_soc`; the one before it was `depth` deep. The `ageing_` fields gather
    what happened since ageing was last worked out.
    """

    soc: float
    temp_c: float
    voltage_v: float
    current_a: float
    calendar_loss: float
    cycle_loss: float
    throughput_ah: float
    turn_soc: float
    peak_soc: float
    depth: float
    ageing_s: float
    ageing_ah: float
    ageing_soc_s: float
    ageing_c_s: float


class GensetState(NamedTuple):
    """What the engine is doing: running or not, cranking time, its load in the last step.

    `standing_s` is how long its voltage has stood without a break.
    """

    running: float
    crank_s: float
    power_w: float
    standing_s: float


class PlantState(NamedTuple):
    """Everything physical that carries over.

    `grid_w` and `grid_var` are what the mains gave (all phases' reactive power in one), `ld_w` what
    passed the GRID terminals, `leak_a` the leakage that has crept in so far. `working` is 1.0 if a
    converter or a relay to loads was on, `grid_on` if the GRID relay was. `rlc` is what stands
    across the resonant load on the mains, where there is one.
    """

    tracker1: TrackerState
    tracker2: TrackerState
    battery: BatteryState
    genset: GensetState
    sink_c: float
    leak_a: float
    grid_w: Phases
    grid_var: float
    ld_w: Phases
    rlc: RlcState
    working: float
    grid_on: float
