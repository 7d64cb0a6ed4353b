"""What the tests of the live room share: a quiet house, and a twin whose time a test moves."""

import pytest

from twinverter.live.clock import Clock
from twinverter.live.store import Store
from twinverter.live.twin import Twin
from twinverter.scenario.house import load_house

# Monday noon; 1 kW on L1 day and night, a steady mains, a lossless wire to it, no sun but by hand.
QUIET = """
[site]
name = "quiet house"
latitude = 6.52
longitude = 3.38
timezone = "Africa/Lagos"
[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = 9
tilt_deg = 12
azimuth_deg = 120
[site.battery]
chemistry = "lfp"
capacity_ah = 400
bms_speaks = true
[site.genset]
fuel = "petrol"
rated_w = 5000
[site.measuring]
ct = true
[site.feeder]
resistance_ohm = 0.0
[settings.battery]
batt_mode = "lithium"
batt_capacity_ah = 400
[world]
start = 2023-01-02T12:00:00
initial_soc_pct = 60
acknowledge = "never"
[world.load]
appliances = [{ name = "always on", phase = 1, power_w = 1000 }]
[world.generator]
hours = ["00:00-24:00"]
"""


class Wall:
    """A wall clock that stands until a test moves it."""

    def __init__(self):
        self.now_s = 1000.0

    def __call__(self):
        return self.now_s


class Living:
    """A twin without sun, its panel and its world in a test's hands."""

    def __init__(self, house, folder, tick_s=1.0):
        self.house, self.folder = house, folder
        self.wall, self.ended = Wall(), False
        self.store = Store.open(folder)
        self.twin = Twin(house, self.store, Clock(now=self.wall), tick_s)

    def set(self, **changes):
        """Write settings by their bare keys."""
        self.twin.write(changes)
        return self

    def world(self, **taken):
        """Take keys of the world over; None gives one back."""
        for key, value in taken.items():
            if value is None:
                self.twin.give_back(key)
            else:
                self.twin.take(key, value)
        return self

    def run(self, seconds):
        """Let seconds of the device pass."""
        for _ in range(round(seconds / self.twin.tick_s)):
            self.twin.tick()
        return self

    def until(self, condition, most_s):
        """Go on until `condition(self)` holds; return the seconds it took."""
        for count in range(1, round(most_s) + 1):
            if condition(self.run(1.0)):
                return count
        raise AssertionError(f"not within {most_s} s: {self.flows} {self.alarms}")

    def seen(self, part):
        """Return one part of a snapshot of this moment."""
        self.twin.save()
        return self.twin.snapshot()[part]

    def end(self):
        """Close twin and store, once."""
        if self.ended:
            return
        self.ended = True
        self.twin.close()
        self.store.close()

    @property
    def flows(self):
        return self.seen("flows")

    @property
    def mode(self):
        return self.flows["state"]

    @property
    def alarms(self):
        return [alarm["code"] for alarm in self.seen("alarms")]

    @property
    def lamps(self):
        return "".join(name[0].upper() for name, lit in self.seen("lamps").items() if lit)

    @property
    def relays(self):
        return set(self.flows["relays"])

    @property
    def why(self):
        return {reason["line"]: reason["key"] for reason in self.seen("reasons")}

    @property
    def journal(self):
        self.twin.save()
        return [(entry.code, entry.raised) for entry in reversed(self.store.journal())]


@pytest.fixture(scope="session")
def quiet(tmp_path_factory):
    path = tmp_path_factory.mktemp("house") / "quiet.toml"
    path.write_text(QUIET, encoding="utf-8")
    return load_house(path)


@pytest.fixture(scope="session")
def house():
    """The built-in house."""
    return load_house()


@pytest.fixture
def wall():
    return Wall()


class Makes:
    """Makes twins of the quiet house, settings by their bare keys, and wakes the last one again."""

    def __init__(self, house, place):
        self._house, self._place = house, place
        self.made = []

    def __call__(self, folder="memory", house=None, tick_s=1.0, **settings):
        self.made.append(Living(house or self._house, self._place / folder, tick_s))
        self.made[-1].world(sun_w_m2=0)
        return self.made[-1].set(**settings) if settings else self.made[-1]

    def again(self):
        """Return the last device after its process has ended."""
        last = self.made[-1]
        last.end()
        self.made.append(Living(last.house, last.folder))
        return self.made[-1]


@pytest.fixture
def alive(tmp_path, quiet):
    makes = Makes(quiet, tmp_path)
    yield makes
    for living in makes.made:
        living.end()
