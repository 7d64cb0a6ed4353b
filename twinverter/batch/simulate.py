"""One house through days to years, chunk by chunk, so that memory does not grow with the time."""

import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

import numpy as np

from twinverter.batch import loop
from twinverter.batch.flow_file import FlowWriter
from twinverter.batch.group import simulate_group
from twinverter.batch.run import Run
from twinverter.batch.tally import Tally
from twinverter.core.kernel import compiled, is_warm
from twinverter.core.records import at_rest, dtype, readable
from twinverter.inverter import Flows, Inputs, Meters, Site, initial
from twinverter.scenario.house import House

FLOWS_FILE = "flows.parquet"
COMPILING = "compiling the kernel once (about 10 s) …"
FLOWS, INPUTS = dtype(Flows), dtype(Inputs)
# An interpreted step takes some 40 us: so many of them answer Ctrl-C within half a second.
INTERPRETED_ROWS = 10000


class Progress(Protocol):
    """Whoever wants to know how far it is: the share done, 0 to 1, and what is going on."""

    def __call__(self, share: float, doing: str = "") -> None:
        """Take note."""


def simulate(
    house: House,
    start: date | datetime | None = None,
    days: float | None = None,
    step_s: float = 60.0,
    out: str | Path | None = None,
    interpreted: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Return the run of a house over `days` local days, those of its file where none are given.

    The flows go to `flows.parquet` in the folder `out`, else to a temporary file that lives as
    long as the run. `interpreted` runs the same step without the compiler, slowly, for a
    debugger. A keyboard interrupt ends the run early and keeps what is done. Raises HouseError
    before anything is written where the house's files do not cover the days.
    """
    if house.group is not None:
        report = progress or silent
        if not interpreted:
            report(0.0, "" if is_warm() else COMPILING)
        return simulate_group(house, start, days, step_s, out, interpreted, report)
    steps = house.steps(start, days, step_s)
    planned = steps.count
    chunks = house.chunks(start, days, step_s)
    stretches = house.world.mishaps.stretches(steps, house.site)
    most = INTERPRETED_ROWS if interpreted else planned
    folder = tempfile.TemporaryDirectory(prefix="twinverter-") if out is None else None
    place = Path(folder.name if folder else str(out))
    place.mkdir(parents=True, exist_ok=True)
    device = Device(house, step_s, interpreted)
    report = progress or silent
    try:
        with FlowWriter(place / FLOWS_FILE) as writer:
            if not interpreted:
                report(0.0, "" if is_warm() else COMPILING)
            for inputs, site in pieces(chunks, stretches, most):
                device.stand_at(site)
                flows = device.step(inputs)
                with uninterrupted():
                    writer.write(inputs["clock_s"], flows)
                    device.count(inputs, flows)
                report(device.tally.steps / planned)
    except KeyboardInterrupt:
        if not device.tally.steps:
            raise
    return device.run(planned, place / FLOWS_FILE, folder)


class Device:
    """One device on its way through the rows: its records, its loop, and what has been counted."""

    def __init__(self, house: House, step_s: float, interpreted: bool) -> None:
        self.house = house
        self.step_s = step_s
        dead_v = house.settings.law.grid.dead_v  # type: ignore[attr-defined]
        self.tally = Tally(step_s, dead_v)
        self.stepping_seconds = 0.0
        self.balance_error = 0.0
        self.soh = 1.0
        self._interpreted = interpreted
        self._loop = loop.run if interpreted else compiled(loop.run)
        self._stands_at = house.site
        self._site = self._at_hand(house.site)
        self._settings = self._at_hand(house.settings)
        self._state: np.ndarray | None = None
        self._rows = np.empty(0, FLOWS)
        self._counted: np.ndarray | None = None

    def stand_at(self, site: Site) -> None:
        """Let the device stand at this site from the next rows on."""
        if site is not self._stands_at:
            self._stands_at = site
            self._site = self._at_hand(site)

    def step(self, inputs: np.ndarray) -> np.ndarray:
        """Return the flows of one chunk of inputs; the next call writes over them."""
        if self._state is None:
            self._state = self._first_state(inputs)
            # No rows: the compiler works here, outside the time that is measured.
            self._through(self._state.copy(), inputs[:0])
        state = self._state.copy()
        if len(self._rows) < len(inputs):
            # One room for the flows of all chunks; zeros written, so that memory is really there.
            self._rows = np.empty(len(inputs), FLOWS)
            self._rows.view(np.uint8)[:] = 0
        began = time.perf_counter()
        flows, error = self._through(state, inputs)
        self.stepping_seconds += time.perf_counter() - began
        self.balance_error = max(self.balance_error, error)
        self._state = state
        return flows

    def count(self, inputs: np.ndarray, flows: np.ndarray) -> None:
        """Add one chunk that is written to what the run adds up."""
        self.tally.add(inputs, flows)
        self.soh = float(flows["soh"][-1])
        self._counted = self._state

    def run(self, planned: int, path: Path, folder: Any) -> Run:
        """Return the run as far as it was counted."""
        assert self._counted is not None
        last = self._counted[0]
        return Run(
            house=self.house,
            step_s=self.step_s,
            planned=planned,
            steps=self.tally.steps,
            meters=Meters(*(float(last[f"meters_{name}"]) for name in Meters._fields)),
            soh=self.soh,
            soc_start=self.house.initial_soc,
            soc_end=float(last["plant_battery_soc"]),
            balance_error=self.balance_error,
            stepping_seconds=self.stepping_seconds,
            tally=self.tally,
            path=path,
            folder=folder,
        )

    def _at_hand(self, record: Any) -> Any:
        """Return a record as the loop reads it: interpreted the tuple itself, else a nested row."""
        return (record,) if self._interpreted else readable(record)

    def _first_state(self, inputs: np.ndarray) -> np.ndarray:
        house, ambient_c = self.house, float(inputs["ambient_c"][0])
        return at_rest(initial(house.site, house.settings, house.initial_soc, ambient_c))

    def _through(self, state: np.ndarray, inputs: np.ndarray) -> tuple[np.ndarray, float]:
        if self._interpreted:
            # The compiler widens single precision as it reads; the interpreter would go on in it.
            inputs = inputs.astype(INPUTS)
        flows = self._rows[: len(inputs)]
        return flows, self._loop(self._site, self._settings, state, inputs, flows, self.step_s)


def pieces(
    chunks: Iterable[np.ndarray], stretches: Iterable[tuple[int, Site]], most: int
) -> Iterator[tuple[np.ndarray, Site]]:
    """Yield the rows of `chunks`, at most so many at once, with the site as it is over them.

    `stretches` tells the site over so many rows each, as `Mishaps.stretches` returns them.
    """
    course = iter(stretches)
    left, site = next(course)
    for chunk in chunks:
        first = 0
        while first < len(chunk):
            if not left:
                left, site = next(course)
            count = min(left, most, len(chunk) - first)
            yield chunk[first : first + count], site
            first, left = first + count, left - count


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold a keyboard interrupt back until the block is done, so that nothing is half done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []

    def hold(number: int, frame: FrameType | None) -> None:
        held.append(number)

    before = signal.signal(signal.SIGINT, hold)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if held:
        raise KeyboardInterrupt


def silent(share: float, doing: str = "") -> None:
    """Tell nothing but that the compiler is at work."""
    if doing:
        print(doing, file=sys.stderr)
