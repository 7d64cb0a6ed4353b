"""What the law remembers from step to step, and how a machine begins."""

from typing import NamedTuple

from twinverter.catalog.choices import LITHIUM
from twinverter.catalog.states import BULK, FLOAT
from twinverter.control import latches, protection, transfer
from twinverter.control.alarm import FaultState
from twinverter.control.auxport import MicroState, SmartState, SunState
from twinverter.control.charger import ChargerState
from twinverter.control.generator import GeneratorState
from twinverter.control.gridcode import gridcode
from twinverter.control.gridcode.gridcode import SupportState
from twinverter.control.guards import BatteryGuard, InputState, StageGuard
from twinverter.control.islanding import IslandWatch
from twinverter.control.latches import Latches
from twinverter.control.level import Latch, LevelState
from twinverter.control.limits import LimitState
from twinverter.control.output import OutputState
from twinverter.control.protection import ProtectionState
from twinverter.control.transfer import GridWatch
from twinverter.core.kernel import kernel

# A machine that has long been running: every start timer has passed.
LONG_S = 1.0e6


class Carrier(NamedTuple):
    """Whether a source carried the bus in the last step, and the rest of the change-over gap."""

    source: float
    gap_s: float


class ControlState(NamedTuple):
    """Everything the law remembers from step to step.

    `ats_live_s` is the time of the ATS output, see `control/bond.py`.
    """

    level: LevelState
    charger: ChargerState
    limits: LimitState
    latches: Latches
    grid: GridWatch
    generator: GeneratorState
    sun: SunState
    smart: SmartState
    micro: MicroState
    output: OutputState
    fault: FaultState
    carrier: Carrier
    protection: ProtectionState
    island: IslandWatch
    ats_live_s: float
    support: SupportState


def initial(settings, battery_v, soc, bms_charge_a, bms_discharge_a):
    """Return the state of a machine that has long been running on a healthy mains."""
    off = Latch(0.0, 0.0)
    full = soc >= 1.0 and settings.battery.batt_mode != LITHIUM
    awake = InputState(0.0, 0.0, LONG_S)
    return ControlState(
        LevelState(battery_v, soc),
        ChargerState(FLOAT if full else BULK, 0.0, 0.0, 0.0, 0.0, 0.0),
        LimitState(
            awake,
            awake,
            BatteryGuard(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, bms_charge_a, bms_discharge_a),
            StageGuard(0.0, 0.0, 0.0, 0.0),
        ),
        latches.initial(),
        transfer.initial(LONG_S),
        GeneratorState(
            off, off, latches.NO_LEVEL, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        ),
        SunState(0.0, 0.0),
        SmartState(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        MicroState(0.0, 0.0, 0.0, 0.0, 0.0, settings.grid.grid_frequency_hz),
        OutputState(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        FaultState(settings.law.overload.selftest_s, off, 0.0, off, 0.0),
        Carrier(1.0, 0.0),
        protection.initial(settings),
        IslandWatch(settings.grid.grid_frequency_hz, settings.grid.grid_frequency_hz, 0.0),
        settings.law.bond.lead_s,
        gridcode.initial(settings),
    )


@kernel
def acknowledged(state):
    """Return the state after somebody has switched off and on what had latched (C-64)."""
    gen = state.generator
    out = state.output
    return ControlState(
        state.level,
        state.charger,
        state.limits,
        state.latches,
        state.grid,
        GeneratorState(
            gen.wish,
            gen.charge,
            gen.wish_target,
            gen.requested,
            gen.good_s,
            gen.lost_s,
            gen.try_s,
            gen.pause_s,
            0.0,
            0.0,
            gen.run_today_s,
            gen.day,
            gen.rest_s,
            gen.run_on_s,
        ),
        state.sun,
        state.smart,
        state.micro,
        OutputState(
            out.heat,
            out.phase_heat,
            out.shortage_s,
            out.port_s,
            out.tripped,
            out.off_s,
            0.0,
            out.hour_s,
            0.0,
        ),
        state.fault,
        state.carrier,
        protection.acknowledged(state.protection),
        state.island,
        state.ats_live_s,
        state.support,
    )
