"""Every planted wiring fault is named from measurements alone, and a sound wiring has none."""

import ast
import importlib
from pathlib import Path

import pytest

from tests.live.selftest.bed import Bed, named, rows
from twinverter.catalog.selftests import BY_ID, FAULTS, LIKELY, PARTS, SURE
from twinverter.live.selftest.findings import judged
from twinverter.live.selftest.told import Told

PLANTED, SOUND = rows("planted.toml"), rows("sound.toml")


@pytest.fixture
def bed(tmp_path, monkeypatch):
    made = []

    def make(row, seed=1):
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Bed(row, folder, seed, monkeypatch))
        return made[-1]

    yield make
    for one in made:
        one.end()


@pytest.mark.parametrize("row", PLANTED, ids=lambda row: row["name"])
def test_a_planted_fault_is_named_and_nothing_else(row, bed):
    """CH3.6-MET-001, CH5.7-MET-013, CH3.5.2-WIR-005, CH3.3-WIR-008: what a sensor can show."""
    one = bed(row)
    before = one.set_now
    report = one.go()
    assert named(report) == sorted(row["found"])
    assert report["ended"] == ""
    assert all(finding["confidence"] in (SURE, LIKELY) for finding in report["findings"])
    assert one.set_now == before


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("row", SOUND, ids=lambda row: row["name"])
def test_a_sound_wiring_has_no_fault(row, seed, bed):
    one = bed(row, seed)
    before = one.set_now
    report = one.go()
    assert named(report) == []
    assert report["length_s"] < 120.0
    assert one.set_now == before


def test_at_least_twelve_kinds_of_faults_are_planted_and_every_row_of_the_table_is_met():
    met = {text.split()[0] for row in PLANTED for text in row["found"]}
    assert met == {fault.id for fault in FAULTS}
    assert len(met) >= 12


JUDGES = ("bank", "clamps", "findings", "finding", "reading", "strings", "supply", "told")
# Rooms from which the truth could come, instead of what a sensor reads.
TRUTHS = (
    "twinverter.plant", "twinverter.inverter", "twinverter.control",
    "twinverter.live.twin", "twinverter.live.keeping",
)  # fmt: skip


@pytest.mark.parametrize("name", JUDGES)
def test_no_judge_can_ask_anything_but_the_readings(name):
    module = importlib.import_module(f"twinverter.live.selftest.{name}")
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    named += [
        one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names
    ]
    assert [one for one in named if one.startswith(TRUTHS)] == []


def test_the_verdict_comes_from_the_readings_alone(bed):
    """The record of one device, judged without it, says what was said of it."""
    turned, sound = bed({"defect": {"ct_reversed": 1}}), bed({})
    for one in (turned, sound):
        one.go()
        one.end()
    house = sound.living.house
    law = house.settings.law
    for one, found in ((turned, ["ct-reversed"]), (sound, [])):
        verdict = judged(list(one.test.readings), Told.of(house), law)
        assert [finding.id for finding in verdict.found] == found


def test_what_stands_in_the_plant_but_reaches_no_sensor_is_not_named(bed, monkeypatch):
    """With the sensors of a sound machine in front, a planted fault cannot be known."""
    good, bad = bed({}), bed({"defect": {"bond_open": 1, "pv1_reversed": 1}})
    monkeypatch.setattr(bad.test, "_measure", lambda: good.living.twin.measured)
    bad.test.start("the installer")
    while bad.test.running:
        good.living.twin.tick()
        bad.living.twin.tick()
        bad.test.follow()
    assert not {one["id"] for one in bad.test.report["findings"]} & {"bond-open", "string-reversed"}


def test_a_home_load_that_jumps_meanwhile_turns_no_clamp(bed):
    one = bed({"load_w": [800, 500, 700]})

    def jump(second):
        if second % 7 == 0:
            one.living.world(home_w=(second * 137) % 2400)

    assert named(one.go(each=jump)) == []


def test_every_sentence_has_its_figures(bed):
    report = bed(PLANTED[0]).go()
    (finding,) = report["findings"]
    assert finding["title"] == "Clamp on L1 turned round"
    assert finding["found"].startswith("When 3")
    assert finding["found"].endswith("of what moved, the wrong way.")
    assert finding["advice"] == "Turn the clamp on L1: its arrow points to the inverter."
    assert finding["source"] == "manual 3.6 and 5.7"
    labels = {row["label"] for row in report["measured"]}
    assert {"Mains", "Clamp L1 followed", "Strings, open", "Battery"} <= labels


def test_a_row_of_the_table_says_where_it_belongs_what_to_do_and_where_that_stands():
    keys = {part.key for part in PARTS}
    for row in BY_ID.values():
        assert row.part in keys
        assert row.advice and row.source and row.ledger and row.rule
