"""The machine that does what the closed forms say, and nothing else: the bench's own judge.

Inputs hold over a step; timers count steps. Sources: IEEE 1547-2018 clauses 4.10 (enter
service), 5.3 and 5.4 (reactive and active power), 6.4 and 6.5 (abnormal voltage and frequency);
manual C-49 and C-51 for what the manual adds.
"""

import math

import numpy as np

from twinverter.bench.case import Case, Course, Trace
from twinverter.bench.formula import Lag, Timer, Voltages, along, circle, per_active, seen
from twinverter.bench.support import (
    CEASES_ABOVE,
    CEASES_BELOW,
    MOST_CURRENT,
    NOMINAL_HZ,
    RESPONSE_CONSTANTS,
    Cessation,
    Support,
)

# A droop is over when its power is this near to the undisturbed one again.
SETTLED_AGAIN = 1.0e-3
REFERENCE_LOW, REFERENCE_HIGH = 0.95, 1.05
# A step in which everything comes to rest.
SETTLING_S = 1.0e6


class Expected:
    """One machine that does what the closed forms say."""

    def __init__(self, support: Support, storage: bool) -> None:
        self.support, self.storage, self.dt_s = support, storage, SETTLING_S
        self.connected = True
        self.ramp = math.inf
        self.given = 0.0
        self.before_droop: float | None = None
        self.drooping = False
        self.trips = [Timer() for _ in support.trips]
        self.inside, self.beyond, self.back = Timer(), Timer(), Timer()
        self.resting, self.recovered = False, math.inf
        self.last_hz: float | None = None
        self.last_rad = 0.0
        self.rate_lag, self.rate_timer = Lag(), Timer()
        self._fresh()

    def _fresh(self) -> None:
        self.watt_lag, self.var_lag, self.droop_lag = Lag(), Lag(), Lag()
        self.reference_lag = Lag()

    def step(self, volts: Voltages, hertz: float, wish: float, dt_s: float) -> tuple[float, float]:
        """Return active and reactive power of one step, per unit."""
        self.dt_s = dt_s
        self._watch(volts, hertz)
        self._rest(volts)
        if not self.connected:
            self._fresh()
            self.watt_lag.value, self.var_lag.value = 1.0, 0.0
            self.given, self.before_droop, self.drooping = 0.0, None, False
            return 0.0, 0.0
        wanted = self._active(volts, hertz, wish)
        reactive = self._reactive(volts, wanted)
        size = min(1.0, MOST_CURRENT * volts.applicable)
        active, reactive = circle(self.support, wanted, reactive, size)
        if self.resting:
            active = reactive = 0.0
        self.given = active
        return active, reactive

    def _rest(self, volts: Voltages) -> None:
        """Follow the voltage into momentary cessation, or ceasing to energise, and back."""
        support = self.support
        beyond, rest = False, Cessation()
        if support.cessation is not None:
            rest = support.cessation
            beyond = volts.low <= rest.low_v or volts.high >= rest.high_v
        elif support.category in CEASES_BELOW:
            beyond = volts.low < CEASES_BELOW[support.category] or volts.high > CEASES_ABOVE
        due = self.beyond(beyond, rest.response_s, self.dt_s)
        back = self.back(not beyond, rest.return_s, self.dt_s)
        self.resting = self.connected and (due or (self.resting and not back))
        if self.resting:
            self.recovered = 0.0
        elif rest.recover_s > 0.0:
            self.recovered += self.dt_s / rest.recover_s
        else:
            self.recovered = math.inf

    def _watch(self, volts: Voltages, hertz: float) -> None:
        enter, dt_s = self.support.enter, self.dt_s
        good = (
            enter.low_v <= volts.low
            and volts.high <= enter.high_v
            and enter.low_hz <= hertz <= enter.high_hz
        )
        if self.inside(good, enter.delay_s + enter.own_lot_s, dt_s) and not self.connected:
            self.connected, self.ramp = True, 0.0
        left = self._detected(volts, hertz)
        for (name, level), timer in zip(
            self.support.trips._asdict().items(), self.trips, strict=True
        ):
            value = hertz
            if name.endswith("_v"):
                value = volts.high if name.startswith("over") else volts.low
            over = name.startswith("over")
            beyond = value > level.beyond if over else value < level.beyond
            left |= timer(beyond, level.lasts_s, dt_s)
        if left:
            self.connected = False

    def _detected(self, volts: Voltages, hertz: float) -> bool:
        """Return whether the frequency has changed too fast for its time, or the phase jumped."""
        detectors, dt_s = self.support.detectors, self.dt_s
        begun, last_hz, last_rad = self.last_hz is not None, self.last_hz or hertz, self.last_rad
        self.last_hz, self.last_rad = hertz, volts.angle_rad
        jumped = abs(volts.angle_rad - last_rad) > detectors.jump_rad
        rate = self.rate_lag(
            (hertz - last_hz) / dt_s, RESPONSE_CONSTANTS * detectors.window_s, dt_s
        )
        fast = self.rate_timer(0.0 < detectors.hz_per_s < abs(rate), detectors.lasts_s, dt_s)
        return fast or (begun and detectors.jump_rad > 0.0 and jumped)

    def _active(self, volts: Voltages, hertz: float, wish: float) -> float:
        support, dt_s = self.support, self.dt_s
        limit = 1.0
        if support.volt_watt:
            judged = volts.highest_phase if support.highest_phase else volts.applicable
            along_curve = along(support.volt_watt, judged)
            limit = self.watt_lag(along_curve, support.volt_watt_s, dt_s)
        self.ramp += dt_s / support.enter.ramp_s if support.enter.ramp_s > 0.0 else math.inf
        most = min(self.ramp, self.recovered)
        if support.rise_per_s > 0.0:
            most = min(most, abs(self.given) + support.rise_per_s * dt_s)
        least = -most
        if support.charge_volts:
            least = max(least, -along(support.charge_volts, volts.applicable))
        wanted = max(least, min(wish, most, limit, support.power_limit))
        if support.droop is not None:
            wanted = self._droop(hertz, wish, wanted, limit)
        if support.freq_watt:
            wanted = self._cut_back(hertz, wanted)
        return max(-1.0, min(1.0, wanted))

    def _cut_back(self, hertz: float, wanted: float) -> float:
        """Return what the manual's FW leaves of the power that was when its start was passed."""
        if hertz <= self.support.freq_watt[0][0]:
            self.before_droop = None
            return wanted
        if self.before_droop is None:
            self.before_droop = self.given
        return min(wanted, max(0.0, self.before_droop) * along(self.support.freq_watt, hertz))

    def _droop(self, hertz: float, wish: float, wanted: float, limit: float) -> float:
        droop = self.support.droop
        assert droop is not None
        over_hz = hertz - (NOMINAL_HZ + droop.over_hz)
        under_hz = (NOMINAL_HZ - droop.under_hz) - hertz
        beyond = over_hz > 0.0 or under_hz > 0.0
        if not beyond or self.before_droop is None:
            self.before_droop = self.given
        most = 1.0 if self.storage else wish
        target = wanted
        if over_hz > 0.0:
            least = -1.0 if self.storage else 0.0
            target = max(least, self.before_droop - over_hz / (NOMINAL_HZ * droop.over))
        elif under_hz > 0.0:
            target = min(most, self.before_droop + under_hz / (NOMINAL_HZ * droop.under))
        response_s = droop.response_s if beyond or self.drooping else 0.0
        power = self.droop_lag(target, response_s, self.dt_s)
        self.drooping = beyond or (self.drooping and abs(power - target) >= SETTLED_AGAIN)
        return min(most, power, limit) if self.drooping else wanted

    def _reactive(self, volts: Voltages, active: float) -> float:
        support, dt_s = self.support, self.dt_s
        response_s = support.reactive_s
        if support.volt_var:
            response_s = support.volt_var_s
            shift = 0.0
            if support.reference_s > 0.0:
                constant_s = support.reference_s * RESPONSE_CONSTANTS
                followed = self.reference_lag(volts.applicable, constant_s, dt_s)
                shift = max(REFERENCE_LOW, min(followed, REFERENCE_HIGH)) - 1.0
            wanted = along(support.volt_var, volts.applicable - shift)
        elif support.watt_var:
            wanted = along(support.watt_var, active)
        elif support.fixed_var:
            wanted = support.fixed_var
        else:
            wanted = active * per_active(support)
        return self.var_lag(wanted, response_s, dt_s)


def trace(case: Case) -> Trace:
    """Return what the closed forms say of a case."""
    return run(case.support, case.storage, case.course, case.dt_s)


def run(support: Support, storage: bool, met: Course, dt_s: float) -> Trace:
    """Return what the closed forms say over a course of steps, begun where all has settled."""
    machine = Expected(support, storage)
    active, reactive = np.zeros(met.steps), np.zeros(met.steps)
    connected, resting = np.zeros(met.steps, bool), np.zeros(met.steps, bool)
    for step in range(met.steps):
        volts = seen(met.voltage[step], met.angle_rad[step], support.positive_sequence)
        hertz, wish = float(met.frequency_hz[step]), float(met.wish[step])
        if step == 0:
            machine.step(volts, hertz, wish, SETTLING_S)
        active[step], reactive[step] = machine.step(volts, hertz, wish, dt_s)
        connected[step] = machine.connected
        resting[step] = machine.resting
    return Trace(active, reactive, connected, resting)
