"""A device that something happens to: struck by a cause, watched, mended, looked after."""

from twinverter.catalog import alarms
from twinverter.catalog.settings import full_values
from twinverter.core.blocks import total
from twinverter.live.snapshot import lamps
from twinverter.plant.defects import Defects

SIGNAL = "drm_signal"
WORLD = ("sun", "load", "home", "smart", "grid")
NOTHING_W = 1.0


class Patient:
    """One machine of the `machine` fixture in a sunny house on the mains, or as a test has it.

    A cause is a mapping: fields of the plant's `Defects` are what breaks, fields and short names of
    the world are what happens outside, everything else is somebody's hand at a setting.
    """

    def __init__(self, machine, settings=None, **world):
        world = {"soc": 0.6, "sun": 4000.0, "load": 1500.0} | world
        self.m = machine(settings, **world)
        self.sound = None

    def strike(self, cause):
        """Let the cause stand from now on; `mend` puts things back as they are now."""
        m = self.m
        self.sound = (m.site, m.inputs, {key: full_values(m.typed).get(key) for key in cause})
        broken = {key: value for key, value in cause.items() if key in Defects._fields}
        outside = {key: value for key, value in cause.items() if self._is_outside(key)}
        typed = {key: cause[key] for key in cause.keys() - broken.keys() - outside.keys()}
        if SIGNAL in outside:  # the input at the terminals has its setting's name
            outside["drm"] = outside.pop(SIGNAL)
        m.site = m.site._replace(defects=m.site.defects.but(broken))
        m.world(**outside)
        if typed:
            m.set(**typed)
        return self

    def mend(self):
        """Put everything back as it was before the cause."""
        m = self.m
        m.site, inputs, typed = self.sound
        m.inputs = inputs._replace(clock_s=m.inputs.clock_s)
        typed = {key: value for key, value in typed.items() if value is not None}
        if typed:
            m.set(**typed)
        return self

    def acknowledge(self, dt_s=1.0):
        """Look after it: switch off and on what had given up."""
        self.m.world(acknowledged=1.0).run(dt_s, dt_s)
        self.m.world(acknowledged=0.0).run(dt_s, dt_s)
        return self

    def run(self, seconds, dt_s=1.0):
        """Go on for some seconds."""
        self.m.run(seconds, dt_s)
        return self

    def within(self, condition, most_s, dt_s=1.0):
        """Go on until the condition holds; return the seconds and all codes shown on the way."""
        codes = set()
        for count in range(1, int(most_s / dt_s + 2.5)):
            self.m.run(dt_s, dt_s)
            codes |= self.m.alarms
            if condition(self):
                return count * dt_s, codes
        raise AssertionError(f"not within {most_s} s: {codes} {self.stops} {self.m}")

    @property
    def codes(self):
        """Return the codes that stand."""
        return self.m.alarms

    @property
    def lamps(self):
        """Return the initials of the lamps that are lit: DC, AC, normal, alarm."""
        m = self.m
        rows = (alarms.find_alarm(code) for code in self.codes)
        codes = {row.code: 0.0 for row in rows if row.severity != alarms.STATE}
        lit = lamps(m.site, m.settings, m.state, m.inputs, m.flows, codes)
        return {name for name, on in lit.items() if on}

    @property
    def stops(self):
        """Return how much of the machine rests, as the flows have it."""
        m, flows = self.m, self.m.flows
        if "load" not in m.relays:
            assert "grid" not in m.relays
            assert m.pv_w + total(flows.ld_w) + abs(total(flows.inverter_w)) == 0.0
            return "machine"
        assert total(flows.load_unserved_w) <= 0.02 * total(flows.load_w)
        if "grid" not in m.relays and not m.inputs.forced_island:
            return "grid side"
        if m.pv_w == 0.0:
            return "stage" if total(flows.inverter_w) == 0.0 else "pv"
        if {"pv1", "pv2"} - m.relays:
            return "input"
        if abs(flows.battery_w) < NOTHING_W:
            return "battery"
        return "nothing"

    def _is_outside(self, key):
        return key in WORLD or key == SIGNAL or key in self.m.inputs._fields


def shows(code):
    """Return the condition that a code stands."""
    return lambda it: code in it.codes


def lacks(code):
    """Return the condition that a code does not stand."""
    return lambda it: code not in it.codes
