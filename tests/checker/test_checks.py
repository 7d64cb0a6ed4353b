"""Every check, broken one at a time in a house that is sound otherwise."""

import csv
from pathlib import Path

import pytest

from tests.checker.installations import Mistake, mistakes, patch, planted
from twinverter.catalog.checks import BY_ID, CHECKS, PARTS, SEVERITIES
from twinverter.catalog.limits import LIMITS
from twinverter.catalog.limits import PARTS as BOX_PARTS
from twinverter.checker import check_house, worst_of
from twinverter.checker.judgement import JUDGES
from twinverter.scenario.house import load_house

ROOT = Path(__file__).resolve().parents[2]
BROKEN = mistakes("broken.csv")


@pytest.mark.parametrize(
    "mistake",
    BROKEN,
    ids=[f"{one.check}: {one.severity}: {place}" for place, one in enumerate(BROKEN)],
)
def test_a_broken_rule_is_found_with_its_severity_and_its_ledger_ids(mistake, base, loaded):
    found = {one.check.id: one for one in check_house(loaded(planted(base[mistake.kind], mistake)))}
    one = found[mistake.check]
    assert one.severity == mistake.severity, one.found
    assert one.check.ledger == mistake.ledger
    assert one.found and one.advice and one.check.limit and one.check.source


# fmt: off
BOX = [
    # part                  pieces  ledger
    ("inverter",            1,      "CH3.1-INS-002"),
    ("wall bracket",        1,      "CH3.1-INS-003"),
    ("bolt M8x80",          4,      "CH3.1-INS-004"),
    ("screw M6x12",         2,      "CH3.1-INS-005"),
    ("parallel cable",      1,      "CH3.1-INS-006"),
    ("hexagon wrench",      1,      "CH3.1-INS-007"),
    ("user manual",         1,      "CH3.1-INS-008"),
    ("wifi dongle",         1,      "CH3.1-INS-009"),
    ("temperature sensor",  1,      "CH3.1-INS-010"),
    ("sensor clamp",        1,      "CH3.1-INS-011"),
]
# fmt: on


@pytest.mark.parametrize("part, pieces, ledger", BOX, ids=[row[0] for row in BOX])
def test_a_part_missing_in_the_box_is_named_with_its_number(part, pieces, ledger, base, loaded):
    house = base["plain"]
    house["site"]["wiring"]["work"]["parts_missing"] = [part]
    one = next(one for one in check_house(loaded(house)) if one.check.id == "work-parts")
    assert (one.severity, one.found) == ("doubtful", f"{part} (of {pieces})")
    assert ledger in one.check.ledger and len(BOX) == len(BOX_PARTS)


def test_every_check_has_a_judge_and_a_row_that_breaks_it():
    assert set(JUDGES) == set(BY_ID) == {one.check for one in BROKEN}
    assert len(BY_ID) == len(CHECKS)


def test_the_rows_name_only_statements_of_the_ledger():
    with (ROOT / "docs" / "ledger.csv").open(encoding="utf-8", newline="") as text:
        known = {row["id"] for row in csv.DictReader(text)}
    assert {id for row in CHECKS for id in row.ledger} <= known
    assert all(row.ledger and row.part in PARTS and row.worst in SEVERITIES for row in CHECKS)


def test_every_limit_says_where_it_comes_from():
    words = ("manual", "assumed", "IEC")
    assert [key for key, row in LIMITS.items() if not row.origin.startswith(words)] == []


def test_a_house_that_tells_no_wiring_has_no_fault_in_it(base, loaded):
    """What is absent is not told, and raises nothing."""
    for kind, house in base.items():
        del house["site"]["wiring"]
        found = check_house(loaded(house))
        assert [(kind, one.check.id) for one in found if one.is_fault] == []
        assert sum(one.severity == "not told" for one in found) > 50


def test_the_built_in_house_is_sound():
    found = check_house(load_house())
    assert worst_of(found) == "fine"


def test_the_gravest_findings_come_first(base, loaded):
    house = base["plain"]
    house["site"]["wiring"]["place"] |= {"tv_antenna": True, "rain": True, "explosive": True}
    found = check_house(loaded(house))
    assert [one.severity for one in found[:3]] == ["danger", "wrong", "doubtful"]
    assert worst_of(found) == "danger"


# fmt: off
ALLOWED = [
    # kind         what is told                                                          check            severity
    ("plain",      'settings.grid.grid_mode = "vde_4105"',                               "ac-grid-mode",  "fine"),
    ("plain",      'site.wiring.earth.neutral_bond = "other_relay"',                     "neutral-bond",  "fine"),
    ("plain",      'site.wiring.battery.cable = {length_m = 2.0, awg = "1"}',            "bat-cable-size", "fine"),
    ("plain",      'site.wiring.battery.cable = {length_m = 2.0, mm2 = 50.0}',           "bat-cable-guard", "not told"),
    ("plain",      'site.wiring.grid.cable = {length_m = 5.0, awg = "11"}',              "ac-cable-size", "fine"),
    ("ct",         'site.wiring.meter_counts = "per_phase" | settings.installer.zero_export_scope = "per_phase"', "meter-counts", "fine"),
    ("micro",      "site.micro_inverters.stop_hz = 52.0",                                "mi-frequency",  "fine"),
    ("plain",      "settings.grid.qv_enable = true | settings.grid.qv_v1 = 207.0",       "set-curves",    "fine"),
    ("generator",  "settings.advanced.gen_peak_shaving = true | site.wiring.load_peak_w = [2500.0, 2500.0, 2500.0] | site.genset.rated_w = 5000.0 | settings.gen_port.gen_rated_w = 5000", "gen-load", "fine"),
]
# fmt: on


@pytest.mark.parametrize("kind, patches, check, severity", ALLOWED, ids=[row[2] for row in ALLOWED])
def test_what_is_allowed_is_no_fault(kind, patches, check, severity, base, loaded):
    mistake = Mistake("", kind, tuple(map(patch, patches.split(" | "))), check, severity, ())
    found = {
        one.check.id: one.severity for one in check_house(loaded(planted(base[kind], mistake)))
    }
    assert found[check] == severity
