"""What is set, in the words and per-unit terms of IEEE 1547-2018, apart from any machine.

Voltages are per unit of nominal, powers of the active rating, reactive and apparent powers of the
apparent rating. Positive is generating and injecting, as everywhere here. Defaults are the
standard's own (clauses 4.10, 5.3, 5.4, 6.4, 6.5), as OpenDER 2.2.0 carries them too.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

NOMINAL_HZ = 60.0
# Open-loop response time is the time to 90 % of a step; a first-order lag is there after ln 10.
RESPONSE_CONSTANTS = 2.302585092994046

Points = tuple[tuple[float, float], ...]


class Level(NamedTuple):
    """A must-trip level and the time beyond it after which the machine has tripped."""

    beyond: float
    lasts_s: float


class Droop(NamedTuple):
    """Frequency droop: dead band to either side, change per unit frequency, response time."""

    over_hz: float = 0.036
    under_hz: float = 0.036
    over: float = 0.05
    under: float = 0.05
    response_s: float = 5.0


class EnterService(NamedTuple):
    """The window in which service may be entered, the time in it, and the ramp afterwards.

    `own_lot_s` is what this device has drawn of a random delay, added to the time.
    """

    low_v: float = 0.917
    high_v: float = 1.05
    low_hz: float = 59.5
    high_hz: float = 60.1
    delay_s: float = 300.0
    ramp_s: float = 300.0
    own_lot_s: float = 0.0


class Trips(NamedTuple):
    """The eight must-trip levels: voltage per unit, frequency in hertz."""

    over2_v: Level = Level(1.2, 0.16)
    over1_v: Level = Level(1.1, 13.0)
    under1_v: Level = Level(0.88, 21.0)
    under2_v: Level = Level(0.5, 2.0)
    over2_hz: Level = Level(62.0, 0.16)
    over1_hz: Level = Level(61.2, 300.0)
    under1_hz: Level = Level(58.5, 300.0)
    under2_hz: Level = Level(56.5, 0.16)


class Cessation(NamedTuple):
    """Voltages at and beyond which a category III machine rests without leaving.

    It rests after `response_s`, gives again `return_s` after the voltage is back, and takes
    `recover_s` from nothing to its rating.
    """

    low_v: float = 0.5
    high_v: float = 1.1
    response_s: float = 0.0
    return_s: float = 0.0
    recover_s: float = 0.0


class Detectors(NamedTuple):
    """What the standard rides through and other codes trip on; 0 is off."""

    hz_per_s: float = 0.0
    lasts_s: float = 0.5
    window_s: float = 0.1
    jump_rad: float = 0.0


# Default settings of the abnormal operating categories, IEEE 1547-2018 tables 11 to 13 and 18.
CATEGORIES = {
    "I": Trips(over1_v=Level(1.1, 2.0), under1_v=Level(0.7, 2.0), under2_v=Level(0.45, 0.16)),
    "II": Trips(over1_v=Level(1.1, 2.0), under1_v=Level(0.7, 10.0), under2_v=Level(0.45, 0.16)),
    "III": Trips(),
}
# Current of a phase per unit of rated: 18 A where 8000 W at 230 V are 11.6 A (manual 9).
MOST_CURRENT = 18.0 * 3.0 * 230.0 / 8000.0
# Where categories I and II cease to energise at once, tables 14 and 15.
CEASES_BELOW = {"I": 0.5, "II": 0.3}
CEASES_ABOVE = 1.2
# Levels that nothing in a sweep of static points reaches.
NO_TRIPS = Trips(
    *(Level(1.24, 1.0e6),) * 2,
    *(Level(0.45, 1.0e6),) * 2,
    *(Level(64.9, 1.0e6),) * 2,
    *(Level(45.1, 1.0e6),) * 2,
)

# Reactive power that a machine of category B must be able to give at rated power, clause 5.2.
LEAST_REACTIVE = 0.44
VOLT_VAR_A: Points = ((0.90, 0.25), (1.0, 0.0), (1.0, 0.0), (1.10, -0.25))
VOLT_VAR_B: Points = ((0.92, 0.44), (0.98, 0.0), (1.02, 0.0), (1.08, -0.44))
VOLT_WATT: Points = ((1.06, 1.0), (1.10, 0.2))
VOLT_WATT_STORAGE: Points = ((1.06, 1.0), (1.10, -1.0))
WATT_VAR: Points = (
    (-1.0, 0.44), (-0.5, 0.0), (-0.2, 0.0), (0.2, 0.0), (0.5, 0.0), (1.0, -0.44)
)  # fmt: skip


@dataclass(frozen=True)
class Support:
    """One machine's grid-support settings; what is None or empty is off.

    Reactive power up to `reactive_before` goes before active power where both do not fit: 1 all of
    it, 0.44 the standard's least capability, 0 none of it. `reduced_at_low_power` takes reactive
    power away below 0.2 of rated active power, and all of it below 0.05 (clause 5.2).
    """

    volt_var: Points = ()
    volt_var_s: float = 5.0
    reference_s: float = 0.0
    watt_var: Points = ()
    power_factor: float = 1.0
    absorbing: bool = True
    fixed_var: float = 0.0
    reactive_s: float = 5.0
    volt_watt: Points = ()
    volt_watt_s: float = 10.0
    droop: Droop | None = None
    power_limit: float = 1.0
    reactive_before: float = 1.0
    reduced_at_low_power: bool = False
    positive_sequence: bool = False
    trips: Trips = NO_TRIPS
    enter: EnterService = field(default_factory=EnterService)
    cessation: Cessation | None = None
    category: str = "III"
    # Beyond the standard: the manual's FW, VW and ramp, and volt-watt of charging.
    freq_watt: Points = ()
    highest_phase: bool = False
    charge_volts: Points = ()
    rise_per_s: float = 0.0
    detectors: Detectors = Detectors()

    @property
    def quickest_s(self) -> float:
        """Return the shortest response time of the functions that are on."""
        times_s = [self.volt_var_s if self.volt_var else self.reactive_s]
        times_s += [self.volt_watt_s] if self.volt_watt else []
        times_s += [self.droop.response_s] if self.droop is not None else []
        return min(times_s)
