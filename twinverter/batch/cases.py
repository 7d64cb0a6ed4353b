"""Many situations from a CSV file, one row each, answered in one call.

Columns are the options of `ask` (`at`, `soc`, `sun`, `load`, `home`, `grid`, `set`, `state`,
`input`, `defect`, `after`, `ideal`); `set`, `state`, `input` and `defect` hold `KEY=VALUE` pairs
separated by `;` (a defect may be a bare key), or have columns of their own: `set.max_charge_a`,
`input.ambient_c`. An empty cell is not given. Other columns (a name, a remark) are handed back as
they are.
"""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from twinverter.batch.ask import ask
from twinverter.batch.situation import SituationError
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import House

PLAIN = ("at", "soc", "sun", "load", "home", "grid", "after")
GROUPS = {"set": "settings", "state": "state", "input": "inputs", "defect": "defects"}
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


def pairs(option: str, items: Iterable[str]) -> dict[str, str]:
    """Return `KEY=VALUE` words as a mapping; SituationError names a word without `=`."""
    found: dict[str, str] = {}
    for item in items:
        key, equals, value = item.partition("=")
        if not equals or not key.strip():
            raise SituationError(option, item, "takes KEY=VALUE")
        found[key.strip()] = value.strip()
    return found


def named(option: str, items: Iterable[str]) -> dict[str, str]:
    """Return `KEY` or `KEY=VALUE` words as a mapping; a bare key has an empty value."""
    return pairs(option, (item if "=" in item else f"{item}=" for item in items))


def read_cases(path: str | Path) -> list[dict[str, str]]:
    """Return the rows of a file of cases; HouseError names a file that cannot be read."""
    place = Path(path)
    if not place.is_file():
        raise HouseError("no such file", file=str(place))
    with place.open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(line for line in stream if not line.startswith("#")))
    if not rows:
        raise HouseError("holds no cases", file=str(place))
    return rows


def arguments(row: Mapping[str, str], ideal: bool) -> dict[str, Any]:
    """Return the arguments of `ask` that one row stands for."""
    given: dict[str, Any] = {name: row[name] for name in PLAIN if row.get(name)}
    for column, argument in GROUPS.items():
        words = [word for word in (row.get(column) or "").split(";") if word.strip()]
        chosen = (named if column == "defect" else pairs)(column, words)
        for name, text in row.items():
            if name and name.startswith(f"{column}.") and text:
                chosen[name.removeprefix(f"{column}.")] = text
        if chosen:
            given[argument] = chosen
    word = (row.get("ideal") or "").strip().lower()
    if word not in YES + NO:
        raise SituationError("ideal", word, "takes 1 or 0")
    given["ideal"] = word in YES or (not word and ideal)
    return given


def ask_all(house: House, path: str | Path, ideal: bool = False) -> list[dict[str, Any]]:
    """Return the answer to every row of a file, each with the row itself under `case`.

    Any row that cannot be asked raises, naming file and line; nothing is answered then.
    """
    rows = read_cases(path)
    answers = []
    for line, row in enumerate(rows, start=2):
        try:
            said = ask(house, **arguments(row, ideal))
        except ValueError as error:
            raise HouseError(str(error), file=str(path), line=line) from None
        answers.append({"case": {k: v for k, v in row.items() if k and v}, **said})
    return answers
