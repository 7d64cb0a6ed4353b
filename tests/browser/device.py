"""A `twinverter live` process that stands still: its time passes when a test says so."""

import http.client
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).with_name("house.toml")
START = "2023-01-02T11:00"
# At this speed the first tick is due 10 s after the start: long enough to hold the device before.
SLOWEST = "0.1"
LOCK_CODE = "7777"
# Rows that show the running clock, and the button, which is pressed and not written.
RUNNING = re.compile(r"basic\.clock_(year|month|day|hour|minute)|button\.")
# After this the device is on the grid again and at rest, whatever a test left behind.
SETTLING_S = 120
PATIENCE_S, QUIET_S = 20.0, 2.0


class Device:
    """One device with its panel on a free port of this machine."""

    def __init__(self, folder: Path, house: Path = HOUSE) -> None:
        command = [sys.executable, "-m", "twinverter", "live", str(house), "--no-browser"]
        command += ["--port", "0", "--data", str(folder), "--start", START, "--speed", SLOWEST]
        self._log = folder.with_suffix(".log")
        with self._log.open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("Panel: http://127.0.0.1:"):
            self._process.communicate()
            raise RuntimeError(f"no panel: {line}{self._log.read_text(encoding='utf-8')}")
        self.address = line.split()[1]
        self._line = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=30)
        self._asked_s = time.monotonic()
        self.post("speed", paused=True)
        self._first = self.settings

    def end(self) -> None:
        """End the process; it must end in order."""
        self._line.close()
        self._process.terminate()
        self._process.communicate(timeout=15)
        told = self._log.read_text(encoding="utf-8")
        assert self._process.returncode == 0, told
        assert "Traceback" not in told, told

    def get(self, name: str) -> Any:
        """Return what the panel's API says at an address."""
        return self._ask("GET", name)

    def post(self, name: str, **body: Any) -> Any:
        """Tell the panel's API something; AssertionError with its words where it refuses."""
        return self._ask("POST", name, json.dumps(body))

    def _ask(self, method: str, name: str, body: str | None = None) -> Any:
        # The server hangs up on a line that is quiet for some seconds.
        if time.monotonic() - self._asked_s > QUIET_S:
            self._line.close()
        self._asked_s = time.monotonic()
        self._line.request(method, f"/api/{name}", body, {"Content-Type": "application/json"})
        reply = self._line.getresponse()
        answer = json.loads(reply.read())
        assert reply.status == 200, answer
        return answer

    @property
    def settings(self) -> dict[str, Any]:
        """Return the stored values by path."""
        return self.get("settings")["values"]

    @property
    def snapshot(self) -> dict[str, Any]:
        """Return the newest moment that is on disk."""
        return self.get("snapshot")

    @property
    def flows(self) -> dict[str, Any]:
        """Return the powers of that moment."""
        return self.snapshot["flows"]

    def set(self, **changes: Any) -> "Device":
        """Write settings by their bare keys, as somebody did before the story begins."""
        self.post("settings", changes=changes)
        return self

    def world(self, **taken: float) -> "Device":
        """Take keys of the world over."""
        self.post("world", take=taken)
        return self

    def run(self, seconds: int) -> "Device":
        """Let seconds of the device pass."""
        until_s = self.snapshot["clock_s"] + seconds
        self.post("speed", step=seconds)
        deadline_s = time.monotonic() + PATIENCE_S
        while self.snapshot["clock_s"] < until_s:
            assert time.monotonic() < deadline_s, "the device does not go on"
            time.sleep(0.01)
        return self

    def until(self, holds: Callable[[dict[str, Any]], bool], most_s: int, step_s: int = 1) -> int:
        """Go on until `holds(snapshot)`; return the seconds it took."""
        for passed_s in range(0, most_s + 1, step_s):
            if holds(self.snapshot):
                return passed_s
            self.run(step_s)
        raise AssertionError(f"not within {most_s} s: {self.snapshot}")

    def begin(self) -> "Device":
        """Put settings, world and switches back to what they were at first, and let it settle."""
        if self.snapshot["locked"]:
            self.post("code", purpose="unlock", code=LOCK_CODE)
        self.post("world", give_back="all")
        now = self.settings
        changes = {path: value for path, value in self._first.items() if now[path] != value}
        changes = {path: value for path, value in changes.items() if not RUNNING.match(path)}
        if changes:
            self.post("settings", changes=changes)
        if not self.snapshot["power_on"]:
            self.post("press", button="power")
        if not self.snapshot["dc_on"]:
            self.post("press", button="dc")
        self.post("press", button="acknowledge")
        return self.run(SETTLING_S)
