"""A parallel system in a test's hands: a quiet house of several units, its time as for one twin."""

import os

from twinverter.live.clock import Clock
from twinverter.live.group import System
from twinverter.live.group_open import opened
from twinverter.scenario.house import load_house

# A multicast address that no other test run of this machine takes.
OWN_BUS = "239.74.{}.{}".format(*divmod(os.getpid() % 65000, 256))

# Monday noon, 6 kW over three phases, no sun but by hand, one bank of 20 kWh.
GROUP = """
[site]
name = "quiet group"
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
[site.measuring]
ct = true
[site.feeder]
resistance_ohm = 0.0
[settings.battery]
batt_mode = "lithium"
batt_capacity_ah = 400
[settings.installer]
parallel_feature = true
[world]
start = 2023-01-02T12:00:00
initial_soc_pct = 60
acknowledge = "never"
[world.load]
appliances = [
    { name = "on L1", phase = 1, power_w = 2000 },
    { name = "on L2", phase = 2, power_w = 2000 },
    { name = "on L3", phase = 3, power_w = 2000 },
]
[parallel]
"""
THREE = GROUP + "units = 3\n"


class Wall:
    """A wall clock that stands until a test moves it."""

    def __init__(self):
        self.now_s = 1000.0

    def __call__(self):
        return self.now_s


class Alive:
    """A system without sun, its units by address and its world in a test's hands."""

    def __init__(self, house, folder, sun_w_m2=0.0):
        self.house, self.folder, self.ended = house, folder, False
        self.stores, self.system = opened(house, folder, Clock(now=Wall()))
        if sun_w_m2 is not None:
            self.world(1, sun_w_m2=sun_w_m2)

    def unit(self, address) -> object:
        return next(unit for unit in self.system.units if unit.address == address)

    def world(self, address, **taken):
        """Take keys of the world over at a unit; None gives one back."""
        for key, value in taken.items():
            if value is None:
                self.unit(address).give_back(key)
            else:
                self.unit(address).take(key, value)
        return self

    def cable(self, address, pulled):
        """Pull a unit's cable out, or put it in."""
        return self.world(address, **{"defect.peers_loss": 1.0 if pulled else None})

    def set(self, address, **changes):
        """Write settings of one unit."""
        self.unit(address).write(changes)
        return self

    def run(self, seconds):
        for _ in range(round(seconds)):
            self.system.tick()
        return self

    def until(self, condition, most_s):
        """Go on until `condition(self)` holds; return the seconds it took."""
        for count in range(1, round(most_s) + 1):
            if condition(self.run(1)):
                return count
        raise AssertionError(f"not within {most_s} s: {self.alarms}")

    @property
    def shown(self):
        self.system.save()
        return self.system.snapshot()

    @property
    def alarms(self):
        """Return the codes that stand, by address."""
        return {one["address"]: set(one["alarms"]) for one in self.shown["units"]}

    def of_all(self, key):
        """Return one figure of every unit, in their order."""
        return [one[key] for one in self.shown["units"]]

    def end(self):
        if not self.ended:
            self.ended = True
            self.system.close()
            for store in self.stores:
                store.close()


def group_house(folder, text=THREE):
    path = folder / "group.toml"
    path.write_text(text, encoding="utf-8")
    return load_house(path)


__all__ = ["GROUP", "THREE", "Alive", "System", "Wall", "group_house"]
