"""The soak: a living device over long, through its real command, runner and panel.

`soak.py watched` lets many look at it at once: WebSocket viewers and, if wanted, pages in a
Chromium. It reports how late ticks begin, what the process weighs and works, and what viewers
wait for. `soak.py day` lets a day pass at a speed and holds its meters beside `simulate` of the
same day in steps of a second. Exit status 1 where something is beyond its limit.
"""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from twinverter.batch.simulate import simulate
from twinverter.live.store import Store
from twinverter.scenario.house import load_house

# Limits of a machine in order: the 99th percentile of ticks, growth, drift against the wall. The
# stream keeps a snapshot up to 0.25 s, a tick may be as late as its limit at either end.
LATE_S, GROWN, DRIFT_S = 0.050, 0.10, 0.35
# An energy lived may differ from the one simulated by so much of it; less than a Wh is nothing.
APART, NOTHING_WH = 1e-3, 1.0
WARM_S, SAMPLE_S, DAY_S = 20.0, 5.0, 86400.0
# The last hours of a day are stepped, so that it ends on the second.
STEPPED_S = 7200.0
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


class Device:
    """A `twinverter live` in a process of its own, with its memory in a folder of its own."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "twinverter", "live", "--no-browser", "--port", "0"]
        self.process = subprocess.Popen(
            [*command, "--data", str(folder), *words], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline().split()
        if len(said) != 2:
            sys.exit(self.process.wait())
        self.address = said[1]

    def ask(self, path: str, **body: Any) -> Any:
        """Return what the panel answers, to a POST where there is a body."""
        request = urllib.request.Request(
            f"{self.address}/api/{path}",
            data=json.dumps(body).encode() if body else None,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def resident_mb(self) -> float:
        """Return what the process holds in memory (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        (line,) = [line for line in status if line.startswith("VmRSS:")]
        return int(line.split()[1]) * 1024 / 1e6

    def worked_s(self) -> float:
        """Return the processor time the process has taken (Linux)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        """Stop the device in order."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)


@contextlib.contextmanager
def living(*words: str) -> Iterator[Device]:
    """Yield a device that ends with the block."""
    with tempfile.TemporaryDirectory(prefix="twinverter-soak-") as folder:
        device = Device(Path(folder), *words)
        try:
            yield device
        finally:
            device.end()


# ---- watched -------------------------------------------------------------------------------


@dataclass
class Viewer:
    """What one viewer has got."""

    messages: int = 0
    bytes: int = 0
    longest_s: float = 0.0

    async def look(self, address: str) -> None:
        """Look until cancelled."""
        async with connect(address) as stream:
            last_s = time.monotonic()
            async for text in stream:
                now_s = time.monotonic()
                self.longest_s = max(self.longest_s, now_s - last_s)
                self.messages += 1
                self.bytes += len(text)
                last_s = now_s


async def pages(address: str, count: int) -> None:
    """Hold so many pages open in one Chromium until cancelled."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        path = next(filter(None, map(shutil.which, NAMES)), None)
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for _ in range(count):
            await (await browser.new_page()).goto(address)
        await asyncio.Event().wait()


async def moment_of_a_tick(device: Device) -> tuple[float, float]:
    """Return moment on the wall and clock of the device as a snapshot of a new tick arrives.

    The device's clock moves in whole ticks, so only the moment of a tick says where it stands.
    """
    stream = f"{device.address.replace('http', 'ws', 1)}/api/stream"
    async with connect(stream) as messages:
        clock_s = float(json.loads(await messages.recv())["clock_s"])
        async for text in messages:
            arrived_s = time.monotonic()
            parts = json.loads(text)
            now_s = float(parts.get("patch", parts).get("clock_s", clock_s))
            if now_s != clock_s:
                return arrived_s, now_s
    raise RuntimeError("the stream of snapshots ended")


async def watch(device: Device, viewers: int, shown: int, span_s: float) -> dict[str, float]:
    """Return the figures of a span in which so many viewers and pages look on at speed 1."""
    lookers = [Viewer() for _ in range(viewers)]
    stream = f"{device.address.replace('http', 'ws', 1)}/api/stream"
    tasks = [asyncio.create_task(looker.look(stream)) for looker in lookers]
    if shown:
        tasks.append(asyncio.create_task(pages(device.address, shown)))
    await asyncio.sleep(WARM_S)
    device.ask("speed", speed=1.0)
    for looker in lookers:
        looker.messages, looker.bytes, looker.longest_s = 0, 0, 0.0
    first_wall_s, first_clock_s = await moment_of_a_tick(device)
    began_s, worked_s = time.monotonic(), device.worked_s()
    sizes_mb, most_s = [device.resident_mb()], 0.0
    while (passed_s := time.monotonic() - began_s) < span_s:
        await asyncio.sleep(min(SAMPLE_S, span_s - passed_s))
        shown_now = await asyncio.to_thread(device.ask, "snapshot")
        most_s = max(most_s, shown_now["speed"]["late_most_s"])
        sizes_mb.append(device.resident_mb())
    passed_s = time.monotonic() - began_s
    watched_s = passed_s * len(lookers)
    last_wall_s, last_clock_s = await moment_of_a_tick(device)
    figures = {
        "late median ms": shown_now["speed"]["late_median_s"] * 1e3,
        "late p99 ms": shown_now["speed"]["late_s"] * 1e3,
        "late most ms": most_s * 1e3,
        "drift s": (last_clock_s - first_clock_s) - (last_wall_s - first_wall_s),
        "memory start MB": sizes_mb[0],
        "memory end MB": sizes_mb[-1],
        "memory most MB": max(sizes_mb),
        "share of a core": (device.worked_s() - worked_s) / passed_s,
        "messages a second and viewer": sum(one.messages for one in lookers) / watched_s,
        "kB a second and viewer": sum(one.bytes for one in lookers) / watched_s / 1e3,
        "longest wait of a viewer s": max(one.longest_s for one in lookers),
    }
    for task in tasks:
        if task.done():
            task.result()
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return figures


def watched(viewers: int, shown: int, minutes: float) -> int:
    """Print what many viewers do to a device; lateness is that of the last ten minutes."""
    with living() as device:
        figures = asyncio.run(watch(device, viewers, shown, 60.0 * minutes))
    print(f"{viewers} viewers and {shown} pages for {minutes:g} minutes")
    for name, value in figures.items():
        print(f"  {name:<30} {value:10.3f}")
    return found(
        {
            f"ticks begin later than {LATE_S * 1e3:g} ms": figures["late p99 ms"] > LATE_S * 1e3,
            f"memory grows by more than {GROWN:.0%}": figures["memory end MB"]
            > (1.0 + GROWN) * figures["memory start MB"],
            f"the clock drifts by more than {DRIFT_S:g} s": abs(figures["drift s"]) > DRIFT_S,
        }
    )


# ---- a day ---------------------------------------------------------------------------------


def live_a_day(device: Device, start_s: float, speed: float) -> None:
    """Let a day pass, its last hours in single ticks; RuntimeError where its end was missed."""

    def left_s() -> float:
        return start_s + DAY_S - float(device.ask("snapshot")["clock_s"])

    while (ahead_s := left_s() - STEPPED_S) > 0.0:
        time.sleep(min(1.0, ahead_s / speed + 0.05))
    device.ask("speed", paused=True)
    # What was on its way to the disk when the pause came is shown by then.
    time.sleep(1.0)
    ticks = round(left_s())
    if ticks <= 0:
        raise RuntimeError(f"the day was missed by {-ticks} s; ask for a lower speed")
    device.ask("speed", step=ticks)
    while left_s() > 0.5:
        time.sleep(0.5)


def day(house_file: Path | None, start: datetime, speed: float) -> int:
    """Print each energy of a day lived beside the one simulated."""
    house = load_house(house_file)
    start_s = (start - datetime(1970, 1, 1)) / timedelta(seconds=1)
    words = [str(house_file)] if house_file else []
    with living(*words, "--speed", f"{speed:g}", "--start", start.isoformat()) as device:
        began_s = time.monotonic()
        live_a_day(device, start_s, speed)
        took_s = time.monotonic() - began_s
        device.end()
        store = Store.open(device.folder)
        memory = store.load()
        store.close()
    assert memory is not None
    lived, simulated = memory.state.meters, simulate(house, start, days=1, step_s=1.0).meters
    print(f"{house.name}, {start:%Y-%m-%d}, lived in {took_s:.0f} s")
    print(f"  {'':<22} {'lived Wh':>12} {'simulated Wh':>12} {'apart':>10}")
    wrong = {}
    for name in [name for name in lived._fields if name.endswith("_wh")]:
        here_wh, there_wh = getattr(lived, name), getattr(simulated, name)
        apart_wh = abs(here_wh - there_wh)
        share = f"{apart_wh / there_wh:.6%}" if there_wh > NOTHING_WH else "-"
        print(f"  {name:<22} {here_wh:12.2f} {there_wh:12.2f} {share:>10}")
        wrong[f"{name} differs by more than {APART:.1%}"] = apart_wh > max(
            NOTHING_WH, APART * there_wh
        )
    return found(wrong)


def found(judged: dict[str, bool]) -> int:
    """Print what is beyond its limit and return the exit status."""
    beyond = [text for text, is_so in judged.items() if is_so]
    for text in beyond:
        print(f"beyond its limit: {text}")
    return 1 if beyond else 0


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description="A living device over long.")
    kinds = parser.add_subparsers(dest="kind", required=True)
    many = kinds.add_parser("watched", help="looked at by many")
    many.add_argument("--viewers", type=int, default=20)
    many.add_argument("--pages", type=int, default=0, help="pages in a Chromium")
    many.add_argument("--minutes", type=float, default=10.0)
    one = kinds.add_parser("day", help="a day beside the one simulated")
    one.add_argument("house", type=Path, nargs="?")
    one.add_argument("--start", type=datetime.fromisoformat, default=datetime(2023, 3, 8))
    one.add_argument("--speed", type=float, default=3600.0)
    options = parser.parse_args()
    if options.kind == "watched":
        return watched(max(1, options.viewers), options.pages, options.minutes)
    return day(options.house, options.start, options.speed)


if __name__ == "__main__":
    sys.exit(main())
