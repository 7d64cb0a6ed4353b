"""The bench over grid support: ours agrees with the closed forms and with the reference.

Shows CH5.8-GSP-007 (power factor), CH5.8-GSP-012 (Q(V)), CH5.8-GSP-013 (FW), CH5.8-GSP-014 (VW),
CH5.8-GSP-015 and CH5.8-GSP-016 (ramps), CH5.8-GSP-018 and CH5.8-GSP-020 (ride-through levels).
"""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from twinverter.bench import conformance, machine, reference
from twinverter.bench.case import MOMENTS, RESPONSE
from twinverter.bench.cases import cases

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = list(cases())
GROUPS = list(dict.fromkeys(case.group for case in TABLE))
# Every class of docs/conformance.md that a case of the table may be of.
CLASSES = {
    "coarse-lag", "gives-up-at-once", "ramp-on-current", "demand-forgotten", "var-kept",
}  # fmt: skip

needs_reference = pytest.mark.skipif(
    not reference.available(), reason="OpenDER is not installed (pip install opender)"
)


def of_group(group):
    return [case for case in TABLE if case.group == group]


def told(rows):
    """Return the rows that deviate, one line each."""
    return [
        f"{row.group}, {row.name}, {row.device}, {row.dt_s:g} s: {row.formula} {row.reference}"
        for row in rows
        if row.verdict == conformance.DEVIATES
    ]


@pytest.mark.parametrize("group", GROUPS)
def test_ours_agrees_with_the_closed_forms(group):
    rows = list(conformance.rows(of_group(group), machine.trace, with_reference=False))
    assert told(rows) == []
    assert {row.verdict for row in rows} == {conformance.AGREES}
    assert max(row.worst for row in rows) <= 1e-6


@needs_reference
@pytest.mark.parametrize("group", [group for group in GROUPS if group != "beyond 1547"])
def test_ours_agrees_with_the_reference_or_the_difference_has_a_class(group):
    rows = list(conformance.rows(of_group(group), machine.trace, with_reference=True))
    assert told(rows) == []
    assert {row.explained for row in rows} <= CLASSES | {""}
    agree = sum(row.verdict == conformance.AGREES for row in rows)
    assert agree >= 0.5 * len(rows), "most of a group must agree outright"


@pytest.mark.parametrize("group", ["priority", "unbalance", "droop", "power factor"])
def test_the_whole_inverter_gives_at_its_terminals_what_its_law_says(group):
    table = [case for case in of_group(group) if case.dt_s > 0.05]
    rows = list(conformance.whole_rows(table))
    assert told(rows) == []
    assert len(rows) == sum(not case.storage and case.course.wish[0] > 0.0 for case in table)
    assert {row.device for row in rows} == {"inverter"}


def test_every_class_has_its_paragraph_in_the_docs():
    text = (ROOT / "docs" / "conformance.md").read_text(encoding="utf-8")
    for word in CLASSES | {"timer-edge", "frequency-first"}:
        assert f"`{word}`" in text, word


def test_the_docs_count_the_cases():
    text = (ROOT / "docs" / "conformance.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z0-9, -]+) \| (\d+) \|", text, re.MULTILINE)
    said = {name: int(count) for name, count in rows}
    found = Counter(case.group for case in TABLE)
    assert {name: sum(found[each] for each in name.split(", ")) for name in said} == said
    assert sum(said.values()) == len(TABLE)
    assert f"{len(TABLE)} cases" in text


def test_the_table_tries_every_function_with_sun_and_with_storage():
    both = {case.group for case in TABLE if case.storage}
    assert {"volt-var", "volt-watt", "watt-var", "power factor", "fixed var", "droop"} <= both
    assert {case.support.category for case in TABLE} == {"I", "II", "III"}
    assert min(case.course.wish.min() for case in TABLE) == -1.0


# fmt: off
WRONG = [
    # group            what is wrong with the machine                       in its trace
    ("volt-var",       "a thousandth too much reactive power",              lambda ours: ours._replace(reactive=ours.reactive + 1e-3)),
    ("volt-watt",      "no cut-back",                                       lambda ours: ours._replace(active=np.ones_like(ours.active))),
    ("trip",           "two steps late",                                    lambda ours: ours._replace(connected=np.concatenate([ours.connected[:2], ours.connected[:-2]]))),
    ("ride-through",   "it leaves in every sag",                            lambda ours: ours._replace(connected=np.arange(len(ours.connected)) < 4)),
    ("enter service",  "it never comes back",                               lambda ours: ours._replace(connected=ours.connected & (np.cumsum(~ours.connected) == 0))),
]
# fmt: on


@pytest.mark.parametrize("group, what, spoiled", WRONG, ids=[row[1] for row in WRONG])
def test_the_bench_finds_a_machine_that_does_it_wrong(group, what, spoiled):
    table = of_group(group)
    rows = conformance.rows(table, lambda case: spoiled(machine.trace(case)), False)
    assert any(row.verdict == conformance.DEVIATES for row in rows)


def test_a_difference_from_the_formula_is_never_explained(monkeypatch):
    case = replace(TABLE[0], explained="coarse-lag")
    far = machine.trace(case)._replace(reactive=np.full(case.course.steps, 0.9))
    monkeypatch.setattr(conformance, "beside_reference", lambda case, parts=1: machine.trace(case))
    assert conformance.judged(case, far, with_reference=True).verdict == conformance.DEVIATES


@needs_reference
def test_a_coarse_lag_is_one_that_goes_away_with_short_steps():
    case = next(
        case for case in of_group("volt-var") if case.judged == RESPONSE and case.dt_s == 1.0
    )
    ours = machine.trace(case)
    assert conformance.reason(case, ours) == "coarse-lag"
    late = ours._replace(reactive=np.concatenate([ours.reactive[:1], ours.reactive[:-1]]))
    assert conformance.reason(case, late) == ""


def test_a_case_without_a_like_in_the_reference_is_judged_alone():
    case = next(case for case in TABLE if case.alone and case.judged == MOMENTS)
    row = conformance.judged(case, machine.trace(case), with_reference=True)
    assert row.reference is None
    assert row.verdict == conformance.AGREES
