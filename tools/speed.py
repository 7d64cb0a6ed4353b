"""The benchmarks: medians with spread, beside their goals, and beside peers in the same run.

    python tools/speed.py [NAME ...] [--quick] [--json] [--limit S]

Every measurement runs in a process of its own, with a compiler cache that begins empty; this one
loads nothing heavy, so that it disturbs neither times nor memory. Times are those on the wall: on
a busy machine they are longer, which the load average at the end shows. A ratio is that of the
medians, its range that of the extremes. A missed goal and a peer that is not installed are no
errors: exit status 1 only where a measurement failed.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fresh import AbsentError, Bench
from score import Line, at_least, at_most, figure, ratio

# Of a year's time, more than this share spent waiting for a processor is worth a word.
WAITED = 0.1


def cold(bench: Bench) -> Iterator[Line]:
    """Yield the time of a cold compile."""
    # The first fills the cache that all others share.
    caches = ["shared"] if bench.quick else ["shared", "second", "third"]
    seconds = [bench.ask("ours.py", "cold", cache=cache)["seconds"] for cache in caches]
    yield Line("cold compile of the year's loop", figure(seconds), "s", at_most(10.0))


def year(bench: Bench) -> Iterator[Line]:
    """Yield the stepping time of a year, whole and per step."""
    found = bench.ask("ours.py", "year", "--repeats", "5" if bench.quick else "15")
    busy = sum(found["busy_seconds"]) / sum(found["seconds"])
    note = f"{1.0 - busy:.0%} of it waiting for a processor" if busy < 1.0 - WAITED else ""
    seconds = found["seconds"]
    yield Line("compiled year at 60 s, one core", figure(seconds), "s", at_most(0.10), note)
    yield Line("  the same", figure(seconds, 1e9 / found["steps"]), "ns per step")


def start(bench: Bench) -> Iterator[Line]:
    """Yield the time from the start of a process to its first compiled step."""
    seconds = [bench.first_word_s("ours.py", "start") for _ in range(3 if bench.quick else 7)]
    note = "interpreter, imports (numba, pvlib), house, its sun and loads, cached code, one step"
    # The first process fills Python's and the disk's own caches.
    yield Line("warm start to the first step", figure(seconds[1:]), "s", at_most(1.0), note)


def fleet(bench: Bench) -> Iterator[Line]:
    """Yield the time of a fleet's step by number of threads, and what the second one gives."""
    found = bench.ask("ours.py", "fleet", "--repeats", "3" if bench.quick else "7")
    steps, seconds = found["devices"] * found["rows"], found["seconds"]
    for threads, samples in seconds.items():
        per_core = figure(samples, int(threads) * 1e9 / steps)
        name = f"fleet of {found['devices']:,}, {threads} thread{'s' if threads != '1' else ''}"
        yield Line(name, per_core, "ns per step and core", at_most(120.0))
    if "2" in seconds:
        gain = ratio(seconds["1"], seconds["2"])
        yield Line("  two threads against one", gain, "times as fast", at_least(1.8))


def tick(bench: Bench) -> Iterator[Line]:
    """Yield the time of an interpreted step."""
    found = bench.ask("ours.py", "tick", "--repeats", "3" if bench.quick else "9")
    note = "each sample the median of one simulated day at 60 s"
    yield Line("interpreted tick", figure(found["seconds"], 1e6), "us", at_most(40.0), note)


def memory(bench: Bench) -> Iterator[Line]:
    """Yield the peak memory of the command that simulates a year."""
    words = ("-m", "twinverter", "simulate", "--days", "365", "--out", str(bench.folder / "year"))
    note = "twinverter simulate --days 365 --out DIR, its report and flows included"
    yield Line("peak memory of a year", figure([bench.peak_mb(*words)]), "MB", at_most(500.0), note)


def pvlib(bench: Bench) -> Iterator[Line]:
    """Yield exact curve and table against pvlib's Newton."""
    found = bench.ask("peers.py", "pvlib", "--repeats", "2" if bench.quick else "7")
    seconds, scale = found["seconds"], 1e9 / found["points"]
    peer = f"pvlib {found['version']} Newton"
    points = f"{found['points']:,} lit points of a year"
    yield Line(f"{peer}, baseline", figure(seconds["pvlib"], scale), "ns per point", None, points)
    for side, wanted in (("exact", 5.0), ("table", 100.0)):
        name = "curve and exact maximum" if side == "exact" else "table"
        times = ratio(seconds["pvlib"], seconds[side])
        yield Line(f"  our {name}", figure(seconds[side], scale), "ns per point")
        yield Line(f"  baseline against our {side}", times, "times", at_least(wanted))
    apart = figure([found["exact_apart"]])
    yield Line("  our exact power against the baseline's", apart, "of the largest, at most")
    apart = figure([found["table_energy_apart"]])
    yield Line("  our table against our exact", apart, "of the year's energy", at_most(1e-4))


def bslib(bench: Bench) -> Iterator[Line]:
    """Yield our year against bslib's measured DC-coupled system."""
    found = bench.ask("peers.py", "bslib", "--repeats", "3")
    yield from beside(found, "bslib {version} DC-coupled year at 60 s", 15.0, "a whole year")


def pysam(bench: Bench) -> Iterator[Line]:
    """Yield our year against PySAM's Pvsamv1 with a battery."""
    words = ["--repeats", "5", "--limit", f"{bench.limit_s:g}"]
    found = bench.ask("peers.py", "pysam", *words)
    share = found.get("share", 1)
    note = "a whole year" if share == 1 else f"stopped at {share:.0%} by its own count"
    yield from beside(found, "PySAM {version} Pvsamv1 battery year, 60 s", 1000.0, note, share < 1)


def beside(
    found: dict[str, Any], title: str, wanted: float, note: str, stopped: bool = False
) -> Iterator[Line]:
    """Yield a peer's year, and how much faster ours is; both at least so where it was stopped."""
    name = f"{title.format(version=found['version'])}, baseline"
    yield Line(name, figure(found["theirs"]), "s", None, note, stopped)
    yield Line("  our year beside it", figure(found["ours"]), "s")
    times = ratio(found["theirs"], found["ours"])
    yield Line("  baseline against our year", times, "times", at_least(wanted), at_least=stopped)


BENCHES = {
    "cold": cold,
    "year": year,
    "start": start,
    "tick": tick,
    "fleet": fleet,
    "memory": memory,
    "pvlib": pvlib,
    "bslib": bslib,
    "pysam": pysam,
}
SLOW_PEERS = ("bslib", "pysam")


def main() -> int:
    """Print a line per figure and return 0, or 1 where a measurement failed."""
    parser = argparse.ArgumentParser(description="Medians with spread, goals, and peers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--quick", action="store_true", help="fewer repeats, no slow peers")
    parser.add_argument("--json", action="store_true", help="print JSON at the end")
    parser.add_argument("--limit", type=float, default=180.0, help="seconds for PySAM's year")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in BENCHES]
    if unknown:
        parser.error(f"{unknown[0]}: no such measurement ({', '.join(BENCHES)})")
    chosen = options.names or [n for n in BENCHES if not (options.quick and n in SLOW_PEERS)]
    lines, remarks, failed = [], [], False
    with tempfile.TemporaryDirectory(prefix="twinverter-speed-") as folder:
        bench = Bench(Path(folder), options.quick, options.limit)
        for name in (name for name in BENCHES if name in chosen):
            print(f"measuring {name} …", file=sys.stderr, flush=True)
            try:
                for line in BENCHES[name](bench):
                    lines.append(line)
                    if not options.json:
                        print(line.text, flush=True)
            except (AbsentError, RuntimeError) as error:
                absent = isinstance(error, AbsentError)
                failed = failed or not absent
                remarks.append(
                    f"{name}: {error} is not installed" if absent else f"{name}: {error}"
                )
                print(remarks[-1], file=sys.stderr if options.json else sys.stdout, flush=True)
    load = os.getloadavg()
    if options.json:
        found = {"lines": [line.as_dict() for line in lines], "remarks": remarks}
        print(json.dumps(found | {"cores": os.cpu_count(), "load_average": load}, indent=2))
    else:
        loads = ", ".join(f"{value:.1f}" for value in load)
        print(f"{os.cpu_count()} cores; load average over 1, 5 and 15 minutes {loads}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
