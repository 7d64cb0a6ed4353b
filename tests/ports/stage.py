"""One data logger beside one Modbus server, and behind them one new device after another."""

from tests.ports.living import Living
from twinverter.batch.situation import changed
from twinverter.catalog.settings import SETTINGS
from twinverter.live.clock import Clock
from twinverter.live.store import Store
from twinverter.live.twin import Twin
from twinverter.ports.image import Image
from twinverter.ports.modbus import ModbusTcp
from twinverter.ports.solarman import SolarmanServer

KEYS = {row.key for row in SETTINGS}
STATE = "state."
# The longest tick that the device cuts no further.
LONG_TICK_S = 60.0


class Present:
    """The register image of the device that stands behind the logger now."""

    def __init__(self, image):
        self.image = image

    def __getattr__(self, name):
        return getattr(self.image, name)


class Stage(Living):
    """Devices of two houses, lithium and lead-acid; clients stay while they change."""

    def __init__(self, lithium, lead, folder):
        self._lithium, self._lead = lithium, lead
        self._folder, self._number = folder, 0
        super().__init__(lithium, folder / "first", self._wires)
        self.logger, self.inverter = (port.port for port in self.ports)

    def _wires(self, twin, image):
        self.image = Present(image)
        return [SolarmanServer(self.image, "127.0.0.1", 0), ModbusTcp(self.image, "127.0.0.1", 0)]

    def renew(self, batt_mode="lithium"):
        """Put a new device behind the wires, with a bank for that mode."""
        self.call(self._renew, self._lithium if batt_mode == "lithium" else self._lead)

    def _renew(self, house):
        self.twin.close()
        self.store.close()
        self._number += 1
        self.store = Store.open(self._folder / f"device{self._number}")
        self.twin = Twin(house, self.store, Clock(now=lambda: 0.0))
        self.image.image = Image(self.twin)

    def give(self, given):
        """Set settings, take controls of the world, change the state: told apart by their keys."""
        self.call(self._give, given)

    def _give(self, given):
        settings = {key: value for key, value in given.items() if key in KEYS}
        state = {
            key.removeprefix(STATE): float(value)
            for key, value in given.items()
            if key.startswith(STATE)
        }
        if settings:
            self.twin.write(settings)
        for key, value in given.items():
            if key not in KEYS and not key.startswith(STATE):
                self.twin.take(key, value)
        machine = self.twin._life.machine
        machine.state = changed(machine.state, state)

    def live(self, seconds):
        """Let seconds pass, hours of them in long ticks."""
        tick_s = LONG_TICK_S if seconds > 3600 else 1.0

        def lived():
            for _ in range(round(seconds / tick_s)):
                self.twin.tick(tick_s)
            self.twin.save()

        self.call(lived)

    def lived(self, effect, client=None):
        """Return the figure that an experiment comes to, with the client's write or without."""
        self.renew(effect.given.get("batt_mode", "lithium"))
        self.give({"sun_w_m2": 0} | effect.given)
        self.live(effect.warm_s)
        self.give(effect.then)
        if client is not None:
            client.ask("write", effect.sensor, effect.value)
        self.live(effect.run_s)
        return self.figure(effect.figure)

    def figure(self, name):
        """Return a figure of the newest snapshot."""
        shown = self.shown
        flows = shown["flows"]
        if name == "mode":
            return flows["state"]
        if name in ("gen_start", "ats"):
            return name in flows["relays"]
        if name == "soc_pct":
            return round(100.0 * flows["soc"], 1)
        if name == "codes":
            return " ".join(alarm["code"] for alarm in shown["alarms"])
        if name == "clock":
            return shown[name]
        value = flows[name]
        return sum(value) if isinstance(value, list) else value
