"""What `make speed` measures of this package, each in a process of its own.

    python tools/ours.py year|fleet|cold|start|tick [--repeats N]

The last line of the output is JSON: lists of seconds, one per repeat, and what they cover.
"""

import argparse
import json
import statistics
import time
from typing import Any

import numba
import numpy as np

from twinverter.batch import loop
from twinverter.core.kernel import compiled
from twinverter.core.records import at_rest, build, dtype, readable
from twinverter.inverter import Flows, Inputs, initial, step
from twinverter.scenario.house import load_house

STEP_S = 60.0
FLEET_DEVICES = 1000
FLEET_DAYS = 3.0
THREADS = (1, 2)


class Device:
    """The machine of the built-in house, its inputs in memory, to be carried through them again.

    Making it compiles the loop or fetches it from the disk cache.
    """

    def __init__(self, days: float | None = None) -> None:
        self.house = load_house()
        self.chunks = list(self.house.chunks(days=days, step_s=STEP_S))
        self.steps = sum(len(chunk) for chunk in self.chunks)
        self.ambient_c = float(self.chunks[0]["ambient_c"][0])
        self._site, self._settings = readable(self.house.site), readable(self.house.settings)
        self._flows = np.empty(max(len(chunk) for chunk in self.chunks), dtype(Flows))
        self._run = compiled(loop.run)
        self._through(self.first_state(), self.chunks[0][:0])

    def first_state(self, soc: float | None = None) -> np.ndarray:
        """Return the state before the first step, at the house's own charge or another."""
        level = self.house.initial_soc if soc is None else soc
        return at_rest(initial(self.house.site, self.house.settings, level, self.ambient_c))

    def step_through(self) -> None:
        """Step through all inputs from the first state on."""
        state = self.first_state()
        for chunk in self.chunks:
            self._through(state, chunk)

    def seconds(self) -> float:
        """Return how long `step_through` takes."""
        began = time.perf_counter()
        self.step_through()
        return time.perf_counter() - began

    def _through(self, state: np.ndarray, inputs: np.ndarray) -> None:
        flows = self._flows[: len(inputs)]
        self._run(self._site, self._settings, state, inputs, flows, STEP_S)


def year(repeats: int) -> dict[str, Any]:
    """Return the stepping seconds of a year, and how much of them a processor was at work."""
    device = Device()
    device.step_through()
    seconds, busy_s = [], []
    for _ in range(repeats):
        began_s = time.process_time()
        seconds.append(device.seconds())
        busy_s.append(time.process_time() - began_s)
    return {"steps": device.steps, "seconds": seconds, "busy_seconds": busy_s}


def fleet(repeats: int) -> dict[str, Any]:
    """Return the seconds of a fleet by number of threads, taken in turn.

    The devices differ in charge (0.4 to 0.9) and size of loads (half to one and a half).
    """
    device = Device(days=FLEET_DAYS)
    inputs = np.concatenate(device.chunks)
    sites = readable(device.house.site, FLEET_DEVICES)
    settings = readable(device.house.settings, FLEET_DEVICES)
    socs = np.linspace(0.4, 0.9, FLEET_DEVICES)
    first = np.concatenate([device.first_state(float(soc)) for soc in socs])
    scales = np.random.default_rng(1).permutation(np.linspace(0.5, 1.5, FLEET_DEVICES))
    worst = np.zeros(FLEET_DEVICES)
    through = compiled(loop.fleet, parallel=True)
    through(sites, settings, first.copy(), inputs[:1], scales, worst, STEP_S)
    possible = [threads for threads in THREADS if threads <= numba.config.NUMBA_NUM_THREADS]
    seconds: dict[int, list[float]] = {threads: [] for threads in possible}
    for _ in range(repeats):
        for threads in possible:
            numba.set_num_threads(threads)
            states = first.copy()
            began = time.perf_counter()
            through(sites, settings, states, inputs, scales, worst, STEP_S)
            seconds[threads].append(time.perf_counter() - began)
    return {"devices": FLEET_DEVICES, "rows": len(inputs), "seconds": seconds}


def cold() -> dict[str, Any]:
    """Return the seconds from asking for the compiled year to having it; the cache is empty."""
    house = load_house()
    inputs = next(house.chunks(days=1.0, step_s=STEP_S))
    state = at_rest(initial(house.site, house.settings, house.initial_soc, 25.0))
    site, settings, flows = (
        readable(house.site),
        readable(house.settings),
        np.empty(0, dtype(Flows)),
    )
    began = time.perf_counter()
    compiled(loop.run)(site, settings, state, inputs[:0], flows, STEP_S)
    return {"seconds": time.perf_counter() - began}


def start() -> dict[str, Any]:
    """Make one compiled step of the built-in house; the caller holds the clock."""
    house = load_house()
    inputs = next(house.chunks(days=STEP_S / 86400.0, step_s=STEP_S))
    ambient_c = float(inputs["ambient_c"][0])
    state = at_rest(initial(house.site, house.settings, house.initial_soc, ambient_c))
    flows = np.empty(len(inputs), dtype(Flows))
    compiled(loop.run)(readable(house.site), readable(house.settings), state, inputs, flows, STEP_S)
    return {"steps": len(inputs)}


def tick(repeats: int) -> dict[str, Any]:
    """Return the median seconds of an interpreted step, over each of as many days."""
    house = load_house()
    rows = next(house.chunks(days=1.0, step_s=STEP_S))
    names = rows.dtype.names or ()
    world = [build(Inputs, {name: float(row[name]) for name in names}) for row in rows]
    state = initial(house.site, house.settings, house.initial_soc, world[0].ambient_c)
    site, settings = house.site, house.settings
    medians = []
    for _ in range(repeats):
        seconds = []
        for inputs in world:
            began = time.perf_counter()
            state, _flows = step(site, settings, state, inputs, STEP_S)
            seconds.append(time.perf_counter() - began)
        medians.append(statistics.median(seconds))
    return {"steps": len(world), "seconds": medians}


def main() -> None:
    """Measure one thing and print it as JSON."""
    once = {"cold": cold, "start": start}
    repeated = {"year": year, "fleet": fleet, "tick": tick}
    parser = argparse.ArgumentParser(description="Measure one thing of this package.")
    parser.add_argument("measure", choices=[*once, *repeated])
    parser.add_argument("--repeats", type=int, default=1)
    options = parser.parse_args()
    name = options.measure
    found = once[name]() if name in once else repeated[name](options.repeats)
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
