"""What a history holds, how fast, and what it survives: measured beside the goals.

    python tools/history.py year [FLOWS]            a simulated year into both databases, and read
    python tools/history.py fleet [--devices N] [--every S] [--minutes M] [--writers W]
    python tools/history.py kills [--times N]       writers killed, a server crashed, at random

PostgreSQL is started for it from the programs installed here, with its durable defaults; without
them only the file is measured. Times of reading are the least and the median on the wall, beside
the least of this process's processor time, which other work on the machine hardly lengthens. The
load average at the end tells how busy it was. Exit status 1 where a sample was lost or doubled.
"""

import argparse
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from deliverer import EACH, START_S, sums_of
from pg_server import Server, programs

from twinverter.batch.simulate import simulate
from twinverter.monitor.batch import Batch, columns
from twinverter.monitor.columns import KEYS, SUMS
from twinverter.monitor.curves import curve, day_of
from twinverter.monitor.flows import file_batches
from twinverter.monitor.levels import DAY_S, Plan
from twinverter.monitor.opened import open_history
from twinverter.scenario.house import load_house

MIB = 2**20
ALL = (0.0, 1e10)
FIGURES, ENERGIES = ("pv1_power", "battery_power", "grid_power_total"), ("solar_wh", "load_wh")
REPEATS = 30
# Figures that a fleet's devices send: as many as a simulated run holds.
SENT = 48


def say(name: str, value: str, goal: str = "") -> None:
    """Print one line: what, how much, and what it should be."""
    print(f"{name:<60} {value:>14}   {goal}", flush=True)


@contextmanager
def server() -> Iterator[Server | None]:
    """Yield a running PostgreSQL, None where its programs are not installed."""
    binaries = programs()
    if binaries is None:
        print("PostgreSQL's programs are not installed here: only the file is measured")
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="twinverter-pg-", dir="/tmp") as folder:
        running = Server(binaries, Path(folder))
        try:
            yield running
        finally:
            running.stop()


# ---- a year ----------------------------------------------------------------------------------


def year(flows: Path | None) -> int:
    """Load a year and read it, in both databases."""
    with tempfile.TemporaryDirectory(prefix="twinverter-year-") as folder, server() as running:
        if flows is None:
            flows = simulate(load_house(), days=365, out=folder).path
        path = Path(folder) / "history.duckdb"
        _year("file", str(path), flows, (5.0, 10.0))
        say("file: size of a device-year", f"{path.stat().st_size / MIB:.1f} MiB", "<= 45 MiB")
        if running is not None:
            url = running.fresh()
            _year("PostgreSQL", url, flows, (20.0, 50.0))
            with psycopg.connect(url) as connection:
                size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
            say("PostgreSQL: size of a device-year", f"{(size or [0])[0] / MIB:.0f} MiB")
    return 0


def _year(kind: str, place: str, flows: Path, goals_ms: tuple[float, float]) -> None:
    history, began, busy_s = open_history(place, Plan()), time.perf_counter(), time.process_time()
    with history.loading():
        for _, rows in file_batches(flows, "home"):
            history.write([rows])
    took_s, busy_s = time.perf_counter() - began, time.process_time() - busy_s
    say(f"{kind}: a year at 1 min loaded ({busy_s:.1f} s busy)", f"{took_s:.1f} s", "<= 30 s")
    history.close()
    history = open_history(place)
    first_s, last_s = history.span("home")
    day_s = first_s + 180 * DAY_S
    # fmt: off
    spans = (
        ("day curve, samples",    "samples", day_s,   day_s + DAY_S,       goals_ms[0]),
        ("day curve, minutes",    "minute",  day_s,   day_s + DAY_S,       goals_ms[0]),
        ("day by quarter hour",   "quarter", day_s,   day_s + DAY_S,       goals_ms[0]),
        ("month by day",          "day",     day_s,   day_s + 31 * DAY_S,  goals_ms[1]),
        ("year by month",         "month",   first_s - 31 * DAY_S, last_s, goals_ms[1]),
    )
    # fmt: on
    for name, level, start_s, end_s, goal_ms in spans:
        read = partial(history.read, "home", level, start_s, end_s, FIGURES, ENERGIES)
        _say_reading(f"{kind}: {name}", read, goal_ms)
    drawn = partial(curve, history, "home", "day", day_of(day_s))
    _say_reading(f"{kind}: day curve, all lines of a page", drawn, goals_ms[0])
    history.close()


def _say_reading(name: str, read: Callable[[], object], goal_ms: float) -> None:
    """Read some times and say how long it took."""
    walls_ms, busy_ms = [], []
    for _ in range(REPEATS):
        began, busy_s = time.perf_counter(), time.process_time()
        read()
        walls_ms.append((time.perf_counter() - began) * 1000.0)
        busy_ms.append((time.process_time() - busy_s) * 1000.0)
    beside = f"median {statistics.median(walls_ms):.1f}, busy {min(busy_ms):.1f}"
    say(f"{name} ({beside})", f"{min(walls_ms):.1f} ms", f"<= {goal_ms:g} ms")


# ---- a fleet ---------------------------------------------------------------------------------


def fleet(devices: int, every_s: float, minutes: float, writers: int) -> int:
    """Let devices report every so many seconds, then as fast as they are taken."""
    with server() as running:
        if running is None:
            return 0
        url = running.fresh()
        open_history(url, Plan(tick_s=10.0)).close()
        shares = np.array_split(np.arange(devices), writers)
        with ProcessPoolExecutor(writers) as pool:
            print(f"{devices} devices every {every_s:g} s for {minutes:g} min, {writers} writers")
            words = [(url, share, every_s, minutes * 60.0, True) for share in shares]
            _tell(list(pool.map(_report, *zip(*words, strict=True))), devices / every_s)
            bad = _lost(url, devices)
            print("as fast as they are taken, 20 s")
            words = [(url, share, every_s, 20.0, False) for share in shares]
            _tell(list(pool.map(_report, *zip(*words, strict=True))), 0.0)
        with psycopg.connect(url) as connection:
            count, size = connection.execute(
                "SELECT (SELECT count(*) FROM samples), pg_database_size(current_database())"
            ).fetchone() or (1, 0)
        say("bytes a sample, roll-ups and indices included", f"{size / count:.0f}")
    return bad


def _report(
    url: str, share: np.ndarray, every_s: float, run_s: float, paced: bool
) -> tuple[int, list[float], float]:
    """Return samples taken, seconds of each delivery from its due time, and processor seconds."""
    history = open_history(url)
    rng, latencies_s, taken = np.random.default_rng(int(share[0])), [], 0
    # A portal puts together what arrives in a second.
    groups = np.array_split(share, max(1, round(every_s)))
    number = 0 if paced else 10**6
    began, busy_s = time.perf_counter(), time.process_time()
    turn = 0
    while (passed_s := time.perf_counter() - began) < run_s:
        due_s = turn * every_s / len(groups)
        if paced and passed_s < due_s:
            time.sleep(due_s - passed_s)
        group, step = groups[turn % len(groups)], number + turn // len(groups)
        sent_s = began + due_s if paced else time.perf_counter()
        receipts = history.write([_tick(device, step, every_s, rng) for device in group])
        latencies_s.append(time.perf_counter() - sent_s)
        taken += sum(receipt.taken for receipt in receipts)
        turn += 1
    busy_s = time.process_time() - busy_s
    history.close()
    return taken, latencies_s, busy_s


def _tick(device: int, number: int, every_s: float, rng: np.random.Generator) -> Batch:
    figures = np.full((1, len(KEYS)), np.nan)
    figures[:, :SENT] = rng.normal(1000.0, 300.0, (1, SENT))
    return columns(
        f"device{device}",
        np.array([number]),
        np.array([START_S + number * every_s]),
        np.array([every_s]),
        figures,
        np.array([sums_of(number)]),
    )


def _tell(found: list[tuple[int, list[float], float]], goal: float) -> None:
    latencies_ms = np.concatenate([one[1] for one in found]) * 1000.0
    say("samples taken", f"{sum(one[0] for one in found)}")
    wall_s = max(sum(one[1]) for one in found)
    rate = sum(one[0] for one in found) / wall_s if not goal else goal
    say("samples a second", f"{rate:.0f}")
    for name, share in (("median", 50), ("p99", 99), ("worst", 100)):
        say(f"from due to durable, {name}", f"{np.percentile(latencies_ms, share):.0f} ms")
    say("writers' processor time", f"{sum(one[2] for one in found):.1f} s")


def _lost(url: str, devices: int) -> int:
    """Return 1 where a sample is missing or its sums are not exact."""
    history = open_history(url)
    wrong = 0
    for device in range(devices):
        (total,) = history.read(f"device{device}", "total", *ALL, figures=()).to_pylist()
        expected = np.sum([sums_of(number) for number in range(total["samples"])], axis=0)
        found = [round(total[name] * 1000.0) for name in SUMS]
        wrong += found != expected.tolist()
    history.close()
    say("devices with a lost, doubled or inexact sample", str(wrong), "0")
    return int(wrong > 0)


# ---- kills -----------------------------------------------------------------------------------


def kills(times: int) -> int:
    """Kill writers at random, and crash the server now and then; count what is wrong."""
    bad = 0
    with tempfile.TemporaryDirectory(prefix="twinverter-kill-") as folder, server() as running:
        path = str(Path(folder) / "history.duckdb")
        bad += _kills("file: writer", path, times, lambda: None)
        if running is not None:
            bad += _kills("PostgreSQL: writer", running.fresh(), times, lambda: None)
            crash = max(1, times // 10)
            bad += _kills("PostgreSQL: server", running.fresh(), crash, running.stop, running)
    return int(bad > 0)


def _kills(
    name: str, place: str, times: int, crash: Callable[[], None], running: Server | None = None
) -> int:
    dice, acknowledged, wrong = random.Random(11), 0, 0
    open_history(place, Plan()).close()
    for _ in range(times):
        words = [sys.executable, "-m", "tools.deliverer", place, "home", str(acknowledged)]
        root = Path(__file__).resolve().parents[1]
        with subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=root
        ) as writer:
            assert writer.stdout is not None
            acknowledged = int(writer.stdout.readline() or acknowledged)
            time.sleep(dice.uniform(0.0, 0.3))
            crash()
            writer.send_signal(signal.SIGKILL)
            acknowledged = max([acknowledged, *map(int, writer.stdout.read().split())])
        if running is not None:
            running.start()
        history = open_history(place)
        (total,) = history.read("home", "total", *ALL, figures=()).to_pylist()
        held = history.read("home", "samples", *ALL, figures=(), sums=()).num_rows
        history.close()
        expected = np.sum([sums_of(number) for number in range(held)], axis=0).tolist()
        exact = [round(total[one] * 1000.0) for one in SUMS] == expected
        wrong += not (exact and total["samples"] == held)
        wrong += not acknowledged <= held <= acknowledged + EACH
    say(f"{name} killed {times} times, {acknowledged} samples: wrong", str(wrong), "0")
    return wrong


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parts = parser.add_subparsers(dest="what", required=True)
    parts.add_parser("year").add_argument("flows", nargs="?", type=Path)
    many = parts.add_parser("fleet")
    many.add_argument("--devices", type=int, default=1000)
    many.add_argument("--every", type=float, default=10.0)
    many.add_argument("--minutes", type=float, default=10.0)
    many.add_argument("--writers", type=int, default=1)
    parts.add_parser("kills").add_argument("--times", type=int, default=200)
    asked = parser.parse_args()
    if asked.what == "year":
        status = year(asked.flows)
    elif asked.what == "fleet":
        status = fleet(asked.devices, asked.every, asked.minutes, asked.writers)
    else:
        status = kills(asked.times)
    print("load average", *(f"{load:.1f}" for load in os.getloadavg()))
    return status


if __name__ == "__main__":
    sys.exit(main())
