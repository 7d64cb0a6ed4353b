"""What the tests of the wires share: a device in the test's own thread, and its registers."""

import json
from pathlib import Path

import pytest

from tests.ports.living import quiet_house
from twinverter.live.clock import Clock
from twinverter.live.store import Store
from twinverter.live.twin import Twin
from twinverter.ports.image import Image, Refused
from twinverter.scenario.house import load_house


class Device:
    """A twin whose time a test moves, and its register image."""

    def __init__(self, house, folder):
        self.house, self._folder = house, folder
        self.open()

    def open(self):
        """Switch on; what the folder remembers goes on."""
        self.store = Store.open(self._folder)
        self.twin = Twin(self.house, self.store, Clock(now=lambda: 0.0))
        self.image = Image(self.twin)

    def close(self):
        """End the process."""
        self.twin.close()
        self.store.close()

    def again(self):
        """End the process and begin another on the same memory."""
        self.close()
        self.open()
        return self

    def run(self, seconds):
        """Let seconds pass, and store the last moment."""
        for _ in range(round(seconds)):
            self.twin.tick()
        self.twin.save()
        return self

    def write(self, first, *words):
        """Write a block; return the code and the text of what refused it, or 0 and none."""
        try:
            self.image.write(first, words, "a test")
        except Refused as refused:
            return refused.code, str(refused)
        return 0, ""

    def word(self, address):
        """Return one register."""
        return self.image.read(address, 1)[0]

    def words(self, *addresses):
        """Return registers by address."""
        return {address: self.word(address) for address in addresses}


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """A house with a lithium bank, two strings, clamps and a generator set."""
    return quiet_house(tmp_path_factory.mktemp("house"))


@pytest.fixture
def linked(tmp_path, house):
    """Return a maker of the same house with other words in its `[site.link]`."""

    def make(**link):
        rows = "\n".join(f"{key} = {json.dumps(value)}" for key, value in link.items())
        path = tmp_path / "linked.toml"
        path.write_text(f"{Path(house.file).read_text()}\n[site.link]\n{rows}\n", encoding="utf-8")
        return load_house(path)

    return make


@pytest.fixture
def devices(tmp_path):
    """Make devices of houses; all are closed at the end."""
    made = []

    def make(house):
        made.append(Device(house, tmp_path / f"memory{len(made)}"))
        return made[-1]

    yield make
    for device in made:
        device.close()


@pytest.fixture
def device(devices, house):
    """A device of the quiet house."""
    return devices(house)
