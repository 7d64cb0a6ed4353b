"""A device that is killed in the midst of its self-test: FOLDER SECONDS, the house as in `bed`."""

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.live.selftest.bed import Bed  # noqa: E402

folder, seconds = Path(sys.argv[1]), int(sys.argv[2])
bed = Bed({"set": {"max_solar_power_w": 7000, "grid_charge": False}}, folder)
bed.test.start("the installer")
for _ in range(seconds):
    bed.living.twin.tick()
    bed.test.follow()
os.kill(os.getpid(), signal.SIGKILL)
