"""The behaviour diff: which flow moved between a base revision and the working tree.

Every house is replayed on both, each with its own code in a process of its own: the houses of
`tests/scenarios` as they stand now, and the built-in house as each side carries it. What is
printed per column is when it moved first, from what to what, and the largest difference. A
refactoring prints that nothing moved. A column moves where it differs by more than 1e-9 of its
largest value, which leaves room for a sum taken in another order.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS = "tests/scenarios"
BUILT_IN = "the built-in house"
TOLERANCE = 1e-9


class Move(NamedTuple):
    """How one column moved: the first row that differs, and the row that differs most."""

    column: str
    rows: int
    first: int
    before: float
    after: float
    largest: int
    difference: float


def moves(before: pa.Table, after: pa.Table, tolerance: float = TOLERANCE) -> list[Move]:
    """Return the columns of both tables that differ, in the table's order."""
    found = []
    for column in before.column_names:
        if column not in after.column_names:
            continue
        old, new = before[column].to_numpy(), after[column].to_numpy()
        # A value that is missing on both sides agrees; one missing on one side differs.
        difference = np.where(np.isnan(old) & np.isnan(new), 0.0, new - old)
        difference = np.where(np.isnan(difference), np.inf, difference)
        size = max(1.0, np.nanmax(np.abs(old), initial=0.0), np.nanmax(np.abs(new), initial=0.0))
        rows = np.flatnonzero(np.abs(difference) > tolerance * size)
        if rows.size:
            first, largest = int(rows[0]), int(np.argmax(np.abs(difference)))
            ends = float(old[first]), float(new[first])
            found.append(Move(column, rows.size, first, *ends, largest, float(difference[largest])))
    return found


def story(before: pa.Table, after: pa.Table) -> Iterator[str]:
    """Yield one line per thing that moved; none where nothing did."""
    if before.num_rows != after.num_rows:
        yield f"steps: {before.num_rows} before, {after.num_rows} after"
        return
    for column in sorted(set(before.column_names) ^ set(after.column_names)):
        yield f"{column}: {'gone' if column in before.column_names else 'new'}"
    clock_s = after["clock_s"].to_numpy()
    for move in moves(before, after):
        yield (
            f"{move.column:<22} first {_time(clock_s[move.first])}: "
            f"{move.before:.6g} -> {move.after:.6g}, most {move.difference:+.6g} "
            f"at {_time(clock_s[move.largest])}, {move.rows} of {after.num_rows} steps"
        )


def _time(clock_s: float) -> str:
    return datetime.fromtimestamp(clock_s, UTC).strftime("%Y-%m-%d %H:%M:%S")


def replay(house: str | None, target: Path, days: int, step_s: float) -> None:
    """Write the flows of one house, run by the `twinverter` of the current folder."""
    import twinverter
    from twinverter import load_house, simulate

    tree = Path.cwd().resolve()
    if not Path(twinverter.__file__).resolve().is_relative_to(tree):
        raise SystemExit(f"no package twinverter in {tree}")
    run = simulate(load_house(house) if house else load_house(), days=days, step_s=step_s)
    # Moments are the clock column in another dress.
    feather.write_feather(run.flows.drop_columns("time"), target, compression="uncompressed")


def start_replay(
    tree: Path, house: str | None, target: Path, days: int, step_s: float
) -> subprocess.Popen[str]:
    """Start `replay` with the code of `tree`."""
    words = [sys.executable, __file__, "--days", str(days), "--step", str(step_s)]
    words += ["--replay", house or "", str(target)]
    environment = os.environ | {"PYTHONPATH": str(tree), "PYTHONSAFEPATH": "1"}
    return subprocess.Popen(words, cwd=tree, env=environment, stderr=subprocess.PIPE, text=True)


def compare(base: Path, house: str | None, days: int, step_s: float) -> Iterator[str]:
    """Yield what moved for one house, or the reason why one side cannot run it."""
    with tempfile.TemporaryDirectory() as folder:
        targets = {name: Path(folder) / f"{name}.arrow" for name in ("base", "working tree")}
        trees = {"base": base, "working tree": ROOT}
        running = {
            name: start_replay(trees[name], house, target, days, step_s)
            for name, target in targets.items()
        }
        errors = {name: process.communicate()[1] for name, process in running.items()}
        failed = {name for name, process in running.items() if process.returncode}
        for name in sorted(failed):
            lines = errors[name].strip().splitlines() or ["no reason given"]
            yield f"the {name} cannot run it: {lines[-1]}"
        if not failed:
            yield from story(*(feather.read_table(target) for target in targets.values()))


def git(*words: str) -> str | None:
    """Return what git prints, None where it fails."""
    answer = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    return answer.stdout.strip() if answer.returncode == 0 else None


def default_base() -> str | None:
    """Return where the work began: the main branch, else the last commit that differs."""
    head, main = git("rev-parse", "HEAD"), git("merge-base", "origin/main", "HEAD")
    if main and main != head:
        return main
    if git("status", "--porcelain"):
        return head
    return git("rev-parse", "--verify", "--quiet", "HEAD~1")


def unpack(revision: str, folder: Path) -> None:
    """Write the files of a revision into a folder, the repository untouched."""
    archive = subprocess.run(["git", "archive", revision], cwd=ROOT, stdout=subprocess.PIPE)
    archive.check_returncode()
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)


def main() -> int:
    """Print the diff and return 0 where nothing moved, 1 where something did, 2 on wrong input."""
    parser = argparse.ArgumentParser(description="Which flow moved, when first, by how much.")
    parser.add_argument("base", nargs="?", help="revision to compare with (default: origin/main)")
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--step", type=float, default=60.0, help="seconds")
    parser.add_argument("--replay", nargs=2, metavar=("HOUSE", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.replay:
        house, target = options.replay
        replay(house or None, Path(target), options.days, options.step)
        return 0

    base = options.base or default_base()
    commit = base and git("rev-parse", "--verify", "--quiet", f"{base}^{{commit}}")
    if not commit:
        print(f"no revision {base!r} to compare with" if base else "there is no earlier revision")
        return 2 if options.base else 0
    houses = [None, *(str(path) for path in sorted((ROOT / SCENARIOS).glob("*.toml")))]
    print(f"{len(houses)} houses, {options.days} days each, {commit[:10]} against the working tree")
    moved = False
    with tempfile.TemporaryDirectory() as folder:
        unpack(commit, Path(folder))
        for house in houses:
            lines = list(compare(Path(folder), house, options.days, options.step))
            print(f"{Path(house).stem if house else BUILT_IN}:{'' if lines else ' nothing moved'}")
            for line in lines:
                print(f"  {line}")
            moved = moved or bool(lines)
    return int(moved)


if __name__ == "__main__":
    sys.exit(main())
