"""A device with its wires in a thread of its own; its time passes when a test says so."""

import asyncio
import threading

from twinverter.live.clock import Clock
from twinverter.live.store import Store
from twinverter.live.twin import Twin
from twinverter.ports.image import Image
from twinverter.scenario.house import House, load_house

# Monday noon; 1 kW on L1, a steady mains through a lossless wire, no sun but by hand.
QUIET = """
[site]
name = "house on wires"
latitude = 6.52
longitude = 3.38
timezone = "Africa/Lagos"
[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = 9
tilt_deg = 12
azimuth_deg = 120
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
[world.load]
appliances = [{ name = "always on", phase = 1, power_w = 1000 }]
[world.generator]
hours = ["00:00-24:00"]
"""
# The same with a lead-acid bank.
LEAD = (
    QUIET.replace("lfp", "agm")
    .replace("bms_speaks = true\n", "")
    .replace("lithium", "use_batt_pct")
)
PATIENCE_S = 30.0


def quiet_house(folder, text=QUIET) -> House:
    """Return one of the houses above."""
    path = folder / "house.toml"
    path.write_text(text, encoding="utf-8")
    return load_house(path)


class Living:
    """One device and the ports that `wires(twin, image)` gives, all in one thread.

    Nothing but `call` and `run` touches them from outside.
    """

    def __init__(self, house, folder, wires):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.call(self._open, house, folder, wires)
        for port in self.ports:
            self.run(port.start())

    def _open(self, house, folder, wires):
        self.store = Store.open(folder)
        self.twin = Twin(house, self.store, Clock(now=lambda: 0.0))
        self.image = Image(self.twin)
        self.ports = wires(self.twin, self.image)

    def call(self, act, *parts, **named):
        """Return what a function returns in the device's thread."""

        async def called():
            return act(*parts, **named)

        return self.run(called())

    def run(self, coroutine):
        """Return what a coroutine returns in the device's loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE_S)

    def pass_s(self, seconds):
        """Let the device's time pass, and store the last moment."""

        def passed():
            for _ in range(round(seconds)):
                self.twin.tick()
            self.twin.save()

        self.call(passed)

    def read(self, first, count=1):
        """Return words of the register image."""
        return self.call(self.image.read, first, count)

    @property
    def shown(self):
        """Return the newest snapshot."""
        return self.call(self.twin.snapshot)

    def end(self):
        """Close wires, twin and store."""
        for port in self.ports:
            self.run(port.stop())
        self.call(self.twin.close)
        self.call(self.store.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()
