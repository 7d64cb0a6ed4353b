"""A device on the bench of the wires' tests: a quiet house whose wall clock a test moves."""

from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.live.conftest import QUIET, Living
from twinverter.scenario.house import load_house

# A meter besides the clamps, and wires at the battery without loss: 1 A is 1 A at any voltage.
METERED = QUIET.replace("ct = true", 'ct = true\nmeter = "chnt_dtsu666"')


@cache
def house(text):
    """Return the house of a file that reads so."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "house.toml"
        path.write_text(text, encoding="utf-8")
        return load_house(path)


@contextmanager
def benched(folder, text=METERED, **settings):
    """Yield a device of a house without sun."""
    living = Living(house(text), folder / "memory")
    try:
        yield living.world(sun_w_m2=0).set(**settings)
    finally:
        living.end()


def pass_by(living, seconds, each_second=lambda: None):
    """Let seconds pass on the wall and in the device alike; ports are called once in each."""
    for _ in range(seconds):
        living.wall.now_s += 1.0
        each_second()
        living.run(1)
        living.twin.save()
