"""The story of a day: what changed on which line, when, and why, in sentences for an owner.

A line is told about when its reason changes. Changes shorter than a minute are flicker; on a
restless day longer ones are left out too, until the story fits a page, and it says so. What
happens at one moment is told together.
"""

import textwrap
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

import numpy as np

from twinverter.batch.run import Run
from twinverter.batch.spans import SPAN, Spans
from twinverter.catalog.alarms import FAULT, rows_of
from twinverter.catalog.reasons import find_reason
from twinverter.catalog.settings import Settings
from twinverter.words import figures, wording
from twinverter.words.clauses import BECAUSE, DOING

MOST_MOMENTS = 40
SHORTEST_S = (60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0)
NOTHING_W = 15.0
# In this order within one moment; the house is told about however short it was dark.
ORDER = ("grid", "generator", "load", "battery", "pv", "aux")
SUBJECTS = {
    "grid": "The mains",
    "generator": "The generator",
    "load": "The house",
    "battery": "The battery",
    "pv": "The sun",
}
DARK = ("load_shut_down", "load_overload", "load_shortage", "load_off")
QUIET_AT_FIRST = ("gen_not_needed", "pv_dark")

COLUMNS = tuple(
    dict.fromkeys(
        (
            *wording.COLUMNS,
            *(f"reasons_{line}" for line in ORDER),
            "alarms",
            "pv1_w",
            "pv2_w",
            *(f"gen_w_{phase}" for phase in wording.PHASES),
            *(f"smart_load_w_{phase}" for phase in wording.PHASES),
            *(f"load_unserved_w_{phase}" for phase in wording.PHASES),
            *(f"home_w_{phase}" for phase in wording.PHASES),
            *(f"home_unserved_w_{phase}" for phase in wording.PHASES),
        )
    )
)

Columns = Mapping[str, np.ndarray]


class Line(NamedTuple):
    """One sentence of a story and the wall clock it belongs to."""

    clock_s: float
    text: str


class Story(NamedTuple):
    """One day: its sentences in order, and how short a change had to be to be left out."""

    day: date
    lines: list[Line]
    left_out_s: float

    def rows(self) -> list[tuple[str, str]]:
        """Return (time, sentences) of each moment at which something changed."""
        rows: list[tuple[str, str]] = []
        for line in self.lines:
            time = figures.clock(line.clock_s)
            if line is self.lines[-1] and time == "00:00":
                time = "24:00"
            if rows and rows[-1][0] == time:
                rows[-1] = (time, f"{rows[-1][1]} {line.text}")
            else:
                rows.append((time, line.text))
        return rows

    @property
    def remark(self) -> str:
        """Return what was left out, empty where nothing was."""
        if self.left_out_s <= SHORTEST_S[0]:
            return ""
        return f"changes shorter than {figures.duration(self.left_out_s)} are left out"

    def text(self, width: int = 100) -> str:
        """Return the story as plain lines under the day's name."""
        remark = f" ({self.remark})" if self.remark else ""
        told = [f"{figures.day_name(self.day)}{remark}"]
        for time, text in self.rows():
            told += textwrap.wrap(f"  {time}  {text}", width, subsequent_indent=" " * 9)
        return "\n".join(told)


def stories(run: Run) -> Iterator[Story]:
    """Yield the story of each day of a run."""
    for midnight_s, columns in run.days(COLUMNS):
        yield day_story(run.house.settings, midnight_s, columns, run.step_s)


def day_story(settings: Settings, midnight_s: float, columns: Columns, step_s: float) -> Story:
    """Return the story of one day from its columns of flows."""
    spans = {line: _spans(columns, f"reasons_{line}", step_s) for line in ORDER}
    alarms = list(_alarm_lines(_spans(columns, "alarms", step_s)))
    told: list[Line] = []
    shortest_s = SHORTEST_S[0]
    for shortest_s in SHORTEST_S:
        told = alarms + [
            line
            for name in ORDER
            for line in _told_line(settings, name, steady(spans[name], shortest_s), columns)
        ]
        if len({line.clock_s for line in told}) <= MOST_MOMENTS:
            break
    told.sort(key=lambda line: line.clock_s)
    end_s = float(columns["clock_s"][-1]) + step_s
    told.append(Line(end_s, _balance(columns, step_s)))
    return Story(figures.moment(midnight_s).date(), told, shortest_s)


def steady(spans: np.ndarray, shortest_s: float) -> np.ndarray:
    """Return the runs with those shorter than `shortest_s` merged into the one before them.

    A dark house is kept however short it was.
    """
    kept: list[np.void] = []
    for span in spans:
        dark = bool(span["code"]) and _key(span) in DARK
        short = span["end_s"] - span["start_s"] < shortest_s and not dark
        if kept and (short or span["code"] == kept[-1]["code"]):
            kept[-1]["steps"] += span["steps"]
            kept[-1]["end_s"] = span["end_s"]
        else:
            kept.append(span.copy())
    return np.array(kept, SPAN)


def _spans(columns: Columns, name: str, step_s: float) -> np.ndarray:
    spans = Spans()
    spans.add(columns["clock_s"], columns[name], step_s)
    return spans.table()


def _key(span: np.void) -> str:
    return find_reason(float(span["code"])).key


def _told_line(
    settings: Settings, name: str, spans: np.ndarray, columns: Columns
) -> Iterator[Line]:
    """Yield what happened on one line."""
    before = ""
    for place, span in enumerate(spans):
        if not span["code"] or (place == 0 and _key(span) in QUIET_AT_FIRST):
            continue
        text = _told(settings, name, span, columns, before)
        if text != before:
            yield Line(float(span["start_s"]), text)
        before = text


def _told(settings: Settings, name: str, span: np.void, columns: Columns, before: str) -> str:
    """Return one sentence: who does what, and why."""
    key, first = _key(span), int(span["first"])
    part = slice(first, first + int(span["steps"]))
    moment = {column: float(columns[column][first]) for column in wording.COLUMNS}
    values = wording.moment_values(key, settings, moment)
    doing = DOING.get(key) or _doing(name, columns, part, before)
    subject = SUBJECTS.get(name) or _aux_subject(key)
    if name == "battery":
        doing += f" at {wording.level_now(settings, moment)}"
    because = f": {BECAUSE[key]}" if key in BECAUSE else ""
    return wording.filled(f"{subject} {doing}{because}.", values)


def _doing(name: str, columns: Columns, part: slice, before: str) -> str:
    """Return what a line does, from its mean power over a run."""
    power_w = _mean_w(name, columns, part)
    amount = figures.power(abs(power_w))
    if name == "battery":
        if abs(power_w) < NOTHING_W:
            ran = before and " rests " not in before and " stops " not in before
            return "stops" if ran else "rests"
        return f"gives {amount}" if power_w > 0.0 else f"takes {amount}"
    if abs(power_w) < NOTHING_W:
        return "gives nothing"
    return f"gives {amount}" if power_w > 0.0 else f"takes {amount}"


def _mean_w(name: str, columns: Columns, part: slice) -> float:
    if name == "battery":
        return float(columns["battery_w"][part].mean())
    if name == "pv":
        return float((columns["pv1_w"][part] + columns["pv2_w"][part]).mean())
    prefix = {"grid": "grid_w", "generator": "gen_w", "load": "load_w", "aux": "smart_load_w"}[name]
    return sum(float(columns[f"{prefix}_{phase}"][part].mean()) for phase in wording.PHASES)


def _aux_subject(key: str) -> str:
    if key.startswith("smart_"):
        return "The smart load"
    return "The micro-inverter" if key.startswith("mi_") else "The machine"


def _alarm_lines(spans: np.ndarray) -> Iterator[Line]:
    """Yield the faults that came up; a missing grid is told by its line already."""
    before: set[str] = set()
    for span in spans:
        faults = {row.code: row for row in rows_of(int(span["code"])) if row.severity == FAULT}
        for code in sorted(set(faults) - before):
            yield Line(float(span["start_s"]), f"Fault {code}: {faults[code].message}")
        before = set(faults)


def _balance(columns: Columns, step_s: float) -> str:
    """Return the day's energies in one sentence."""
    hours = step_s / figures.HOUR_S
    whole = slice(None)
    steps = len(columns["clock_s"])
    parts = [f"sun {figures.energy(_mean_w('pv', columns, whole) * steps * hours)}"]
    grid_w = sum(columns[f"grid_w_{phase}"] for phase in wording.PHASES)
    for word, energy_wh in (
        ("bought", float(np.maximum(grid_w, 0.0).sum()) * hours),
        ("sold", float(np.maximum(-grid_w, 0.0).sum()) * hours),
        ("generator", _mean_w("generator", columns, whole) * steps * hours),
    ):
        if energy_wh >= 50.0:
            parts.append(f"{word} {figures.energy(energy_wh)}")
    parts.append(f"house {figures.energy(float(used_w(columns).sum()) * hours)}")
    dark_s = float(unserved_share(columns).sum()) * step_s
    dark = f"{figures.duration(dark_s)} without power" if dark_s >= 1.0 else "never without power"
    return f"The day: {', '.join(parts)}; {dark}."


def used_w(columns: Columns) -> np.ndarray:
    """Return what the whole house got in each step, on the backup output and before it."""

    def phases(name: str) -> np.ndarray:
        return columns[f"{name}_l1"] + columns[f"{name}_l2"] + columns[f"{name}_l3"]

    got_w = phases("load_w") - phases("load_unserved_w") + phases("smart_load_w")
    return got_w + phases("home_w") - phases("home_unserved_w")


def unserved_share(columns: Columns) -> np.ndarray:
    """Return the share of each step for which the darkest phase found no power."""
    shares = []
    for phase in wording.PHASES:
        load_w = columns[f"load_w_{phase}"]
        shares.append(columns[f"load_unserved_w_{phase}"] / np.where(load_w > 0.0, load_w, 1.0))
    return np.maximum(np.maximum(shares[0], shares[1]), shares[2])
