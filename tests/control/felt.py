"""A machine's law alone, its sensors held by hand: what it sees, what it says, what it stops."""

from twinverter.catalog import alarms
from twinverter.catalog.reasons import key_of
from twinverter.control import control
from twinverter.core.blocks import total
from twinverter.inverter import sensed

ISLAND, MAINS = "island", "mains"


class Sensors:
    """A machine's law alone: the test holds what it sees and reads what it commands."""

    def __init__(self, machine, settings=None, where=MAINS, **world):
        world = {"sun": 3000.0, "load": 1500.0} | world
        m = machine(settings, soc=0.6, forced_island=float(where == ISLAND), **world).run(2)
        self.settings, self.state = m.settings, m.state.control
        self.healthy = self.seen = sensed(m.site, m.state, m.inputs)
        self.commands = self.report = None

    def read(self, sensors):
        """Let sensors, by dotted name, read these values from now on."""
        for name, value in sensors.items():
            group, _, field = name.rpartition(".")
            part = getattr(self.seen, group)._replace(**{field: value}) if group else value
            self.seen = self.seen._replace(**{group or field: part})
        return self

    def mend(self):
        """Let every sensor read well again."""
        self.seen = self.healthy
        return self

    def run(self, seconds, dt_s=1.0):
        """Go on for some seconds."""
        for _ in range(max(1, round(seconds / dt_s))):
            self.state, self.commands, self.report = control.step(
                self.settings, self.state, self.seen, dt_s
            )
        return self

    def until(self, condition, most_s, dt_s):
        """Go on until the condition holds; return the seconds it took."""
        for count in range(1, round(most_s / dt_s) + 2):
            if condition(self.run(dt_s, dt_s)):
                return count * dt_s
        raise AssertionError(f"not within {most_s} s: {self.codes} {self.commands}")

    def acknowledge(self):
        """Look after the machine: switch off and on what has given up."""
        self.seen = self.seen._replace(acknowledged=1.0)
        self.run(1)
        self.seen = self.seen._replace(acknowledged=0.0)
        return self.run(1)

    @property
    def codes(self):
        return set(alarms.names(self.report.alarms))

    @property
    def why(self):
        return {line: key_of(code) for line, code in self.report.reasons._asdict().items() if code}

    @property
    def stopped(self):
        """Return how much of the machine rests."""
        ordered = self.commands
        inverter_w = total(ordered.inverter_w)
        if ordered.output_on == 0.0:
            assert ordered.grid_on + ordered.pv_w + abs(inverter_w) == 0.0
            return "machine"
        if ordered.pv_w == 0.0:
            return "stage" if inverter_w == 0.0 else "pv"
        if ordered.pv1_on != ordered.pv2_on:
            return "input"
        balance_w = inverter_w + ordered.own_w - ordered.pv_w
        return "battery" if abs(balance_w) < 1.0 else "nothing"
