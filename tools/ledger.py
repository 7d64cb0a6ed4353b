"""The ledger: which statements of the manual are shown by what, and which are not shown yet.

`docs/ledger.csv` carries one row per statement. A test, a panel page, an installation check or a
line of the bench shows a statement by naming its id, `CH5.7-CTL-011`, in its docstring, in a
comment or in a parameter. An id named elsewhere, beside the code that obeys it, shows nothing.
`docs/ledger_reasons.csv` names what no software can show, each with the reason why.
"""

import argparse
import ast
import csv
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LEDGER = ROOT / "docs" / "ledger.csv"
REASONS = ROOT / "docs" / "ledger_reasons.csv"
SHOWING = ("tests", "twinverter/panel", "twinverter/planner", "twinverter/bench")
SUFFIXES = {".py", ".toml", ".csv", ".md"}
ID = re.compile(r"\bCH\d+(?:\.\d+)*-[A-Z]{3}-\d{3}\b")

Places = dict[str, list[str]]
Reasons = dict[str, str]


class Statement(NamedTuple):
    """One row of the ledger."""

    id: str
    section: str
    area: str
    kind: str
    statement: str


def statements(path: Path = LEDGER) -> list[Statement]:
    """Return all rows of the ledger, in its order."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Statement(**row) for row in csv.DictReader(file)]


def reasons(path: Path = REASONS) -> Reasons:
    """Return id -> why software cannot show a statement."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["reason"] for row in csv.DictReader(file)}


def shown(root: Path = ROOT) -> Places:
    """Return id -> places that show it, `file::function` where a function names it."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for path in _files(root):
        text = path.read_text(encoding="utf-8")
        owners = _owners(text) if path.suffix == ".py" else {}
        name = path.relative_to(root).as_posix()
        for number, line in enumerate(text.splitlines(), start=1):
            for found in ID.findall(line):
                owner = owners.get(number)
                place = f"{name}::{owner}" if owner else name
                if place not in places[found]:
                    places[found].append(place)
    return dict(places)


def _files(root: Path) -> Iterator[Path]:
    for folder in SHOWING:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield path


def _owners(text: str) -> dict[int, str]:
    """Return line number -> function or class around it, decorators and their tables included."""
    owners: dict[int, str] = {}

    def visit(body: Iterable[ast.stmt], prefix: str) -> None:
        for node in body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
            name = prefix + node.name
            owners.update(dict.fromkeys(range(first, (node.end_lineno or first) + 1), name))
            if isinstance(node, ast.ClassDef):
                visit(node.body, f"{name}::")

    visit(ast.parse(text).body, "")
    return owners


def report(rows: list[Statement], places: Places, named: Reasons, verbose: bool) -> Iterator[str]:
    """Yield the lines of the report; the last one is the count."""
    if verbose:
        yield from (f"{row.id}  {place}" for row in rows for place in places.get(row.id, []))
        yield ""
    by_reason = [row for row in rows if row.id in named and row.id not in places]
    if by_reason:
        yield "named with the reason why software cannot show it:"
    for row in by_reason:
        yield f"  {row.id:<16} {row.area:<13} {row.statement}"
        yield f"  {'':<16} {'':<13} {named[row.id]}"
    open_rows = [row for row in rows if row.id not in places and row.id not in named]
    if open_rows:
        yield "not shown yet:"
    for row in open_rows:
        yield f"  {row.id:<16} {row.area:<13} {row.kind:<9} {row.statement}"
    yield ""
    yield from _counts(rows, open_rows, by_reason)


def _counts(
    rows: list[Statement], open_rows: list[Statement], by_reason: list[Statement]
) -> Iterator[str]:
    """Yield a line for each area, then the count of all."""
    count = Counter(row.area for row in rows)
    missing = Counter(row.area for row in open_rows)
    for area in sorted(count):
        yield f"{area:<13} {count[area] - missing[area]:>3} of {count[area]:>3}"
    met = len(rows) - len(open_rows)
    shown_count = met - len(by_reason)
    words = f"{shown_count} shown, {len(by_reason)} named with the reason why software cannot"
    yield f"{met} of {len(rows)}: {words}"


def main() -> int:
    """Print the report and return the exit status: 2 where an id or a filter is unknown."""
    parser = argparse.ArgumentParser(description="What of the manual is shown, and what is not.")
    parser.add_argument("--area", action="append", help="only this area (may be repeated)")
    parser.add_argument("--kind", action="append", help="only this kind (may be repeated)")
    parser.add_argument("--verbose", action="store_true", help="also who shows each statement")
    options = parser.parse_args()

    rows, places, named = statements(), shown(), reasons()
    known_ids = {row.id for row in rows}
    strangers = sorted({*places, *named} - known_ids)
    for stranger in strangers:
        where = ", ".join(places.get(stranger, [REASONS.name]))
        print(f"not in the ledger: {stranger} ({where})", file=sys.stderr)
    for field, wanted in (("area", options.area), ("kind", options.kind)):
        known = {getattr(row, field) for row in rows}
        for name in sorted(set(wanted or ()) - known):
            parser.error(f"no {field} {name!r}; there are {', '.join(sorted(known))}")
        rows = [row for row in rows if not wanted or getattr(row, field) in wanted]
    for line in report(rows, places, named, options.verbose):
        print(line)
    return 2 if strangers else 0


if __name__ == "__main__":
    sys.exit(main())
