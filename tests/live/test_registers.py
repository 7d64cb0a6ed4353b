"""What only wires know of a device: kept with the entries it came with, and through restarts."""

import json

import pytest

from twinverter.catalog.errors import SettingError
from twinverter.live.memory import Registers

SOME = Registers({"remote_lock": 2}, {60: 1, 108: 7})


def test_registers_are_stored_with_the_entries_they_came_with(alive):
    twin = alive().twin
    twin.write({"max_charge_a": 33}, "a wire", registers=SOME)
    assert twin.scene.registers == SOME
    again = alive.again().twin
    assert again.scene.registers == SOME and again.values["max_charge_a"] == 33


def test_an_entry_that_is_refused_leaves_them_as_they_were(alive):
    twin = alive().twin
    twin.write({}, registers=SOME)
    with pytest.raises(SettingError):
        twin.write({"max_charge_a": 999}, registers=Registers())
    assert twin.scene.registers == SOME
    twin.write({"max_charge_a": 33})
    assert twin.scene.registers == SOME


def test_a_store_of_an_older_program_has_none(alive):
    living = alive()
    living.twin.write({}, registers=SOME)
    living.store._database.execute("DELETE FROM kept WHERE key = 'registers'")
    assert alive.again().twin.scene.registers == Registers()


def test_they_are_written_only_when_they_change(alive):
    living = alive()
    living.twin.write({}, registers=SOME)
    statements = []
    living.store._database.set_trace_callback(statements.append)
    living.run(1).twin.save()
    assert not [text for text in statements if "'registers'" in text]
    living.twin.write({}, registers=Registers(SOME.held, SOME.wear | {60: 2}))
    assert len([text for text in statements if "'registers'" in text]) == 1


def test_a_clock_is_set_to_the_second(alive):
    twin = alive().set(time_syncs=False).twin
    twin.write({"clock_hour": 8, "clock_minute": 30}, second=17)
    assert twin.snapshot()["clock"].endswith(" 08:30:17")


def test_the_scene_is_the_moment_of_the_snapshot_and_a_new_one_each_time(alive):
    living = alive()
    first = living.twin.scene
    assert living.twin.scene is first
    living.run(1)
    assert living.twin.scene is first, "nothing is on disk yet"
    living.twin.save()
    assert living.twin.scene is not first
    assert living.twin.scene.clock_s == living.twin.shown["clock_s"]


def test_others_tell_of_themselves_in_the_snapshot(alive):
    twin = alive().twin
    twin.tells["ports"] = lambda: [{"name": "one"}]
    assert json.loads(json.dumps(twin.snapshot()))["ports"] == [{"name": "one"}]
    assert "ports" not in twin.shown


def test_a_day_is_told_by_its_minutes_and_its_year(alive):
    living = alive().set(time_syncs=False)
    living.twin.set_clock(year=2024, month=1, day=1, hour=0, minute=0)
    living.run(60).world(grid_on=0).run(121).twin.save()
    spans = living.store.spans(738886)
    assert spans.generator_s == 0.0
    assert spans.grid_s == pytest.approx(60.0, abs=1.0)
    assert spans.year_load_wh == pytest.approx(50.0, abs=1.0)
    assert living.store.spans(738885).year_load_wh == 0.0
