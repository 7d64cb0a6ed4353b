"""The store remembers: what a call has saved is there for the next process, whole or not at all."""

import random
import shutil
import sqlite3
from contextlib import closing

import pytest

from twinverter.catalog.settings import default_values
from twinverter.core import records
from twinverter.inverter import State
from twinverter.live import store as store_module
from twinverter.live.memory import NO_ENERGY, AlarmEntry, Change, Count, Device, Moment, Sample
from twinverter.live.store import Store, StoreError

SETTINGS = default_values()


def state_of(number):
    """Return a state in which every float differs, from the others and from other numbers'."""
    names = records.leaves(State)
    return records.build(State, {name: number + index / 7.0 for index, name in enumerate(names)})


def moment_of(number, **parts):
    """Return the moment `number` minutes after the clock's zero."""
    count = Count(60.0 * number, 1.0, 0.5, NO_ENERGY, NO_ENERGY._replace(load_wh=-number))
    whole = {"device": Device(), "world": {}} | parts
    return Moment(60.0 * number + 1.0, 7.0 * number, count, **whole)


@pytest.fixture
def store(tmp_path):
    with closing(Store.open(tmp_path / "deep" / "folder")) as opened:
        yield opened


def again(store, folder):
    """Return the store as the next process finds it."""
    store.close()
    return Store.open(folder)


def test_a_new_store_remembers_nothing(store):
    assert store.load() is None
    assert store.journal() == store.changes() == store.strip(1e9) == []


def test_everything_saved_is_found_again(tmp_path):
    store = Store.open(tmp_path)
    device = Device(power_on=False, dc_on=False, locked=True, alarms={"F35": 12.5})
    entered = SETTINGS | {"max_charge_a": 80}
    store.save_tick(
        state_of(3), moment_of(3, device=device, world={"sun_w_m2": 0.1}, settings=entered)
    )
    with closing(again(store, tmp_path)) as store:
        memory = store.load()
    assert memory.settings == SETTINGS | {"max_charge_a": 80}
    assert [type(value) for value in memory.settings.values()] == [
        type((SETTINGS | {"max_charge_a": 80})[key]) for key in memory.settings
    ]
    assert memory.state == state_of(3)
    assert (memory.clock_s, memory.course_s) == (181.0, 21.0)
    assert memory.count == moment_of(3).count
    assert (memory.device, memory.world) == (device, {"sun_w_m2": 0.1})


def test_the_last_save_counts_also_where_a_rare_thing_goes_back_to_what_it_was(store):
    for power_on in (True, False, True):
        store.save_tick(state_of(1), moment_of(1, device=Device(power_on=power_on)))
        assert store.load().device.power_on == power_on


def test_journals_go_on_counting_and_come_newest_first(tmp_path):
    store = Store.open(tmp_path)
    made = Change(6.0, "Ada", "battery.max_charge_a", 100, 80)
    rose = AlarmEntry(5.0, "F35", True)
    store.save_tick(
        state_of(0),
        moment_of(0, alarms=[rose], settings={"max_charge_a": 80}, changes=[made]),
    )
    with closing(again(store, tmp_path)) as store:
        rose, went = AlarmEntry(8.0, "W03", True), AlarmEntry(9.0, "F35", False)
        made = Change(7.0, "Bo", "work_mode.work_mode", None, "selling_first")
        entered = {"work_mode": "selling_first"}
        store.save_tick(
            state_of(1), moment_of(1, alarms=[rose, went], settings=entered, changes=[made])
        )
        assert [(e.seq, e.code, e.raised, e.clock_s) for e in store.journal()] == [
            (3, "F35", False, 9.0),
            (2, "W03", True, 8.0),
            (1, "F35", True, 5.0),
        ]
        assert [e.seq for e in store.journal(limit=1)] == [3]
        assert store.changes() == [
            Change(7.0, "Bo", "work_mode.work_mode", None, "selling_first", 2),
            Change(6.0, "Ada", "battery.max_charge_a", 100, 80, 1),
        ]


def test_journals_drop_their_oldest_lines_only(store, monkeypatch):
    monkeypatch.setattr(store_module, "KEPT_ENTRIES", 3)
    for second in range(5):
        store.save_tick(
            state_of(0), moment_of(0, alarms=[AlarmEntry(float(second), "F35", second % 2 == 0)])
        )
    assert [entry.clock_s for entry in store.journal()] == [4.0, 3.0, 2.0]


def test_a_save_that_fails_in_the_middle_leaves_nothing_of_itself(store):
    store.save_tick(state_of(1), moment_of(1))
    broken = moment_of(
        2,
        device=Device(power_on=False),
        alarms=[AlarmEntry(1.0, "F35", True), AlarmEntry(2.0, None, True)],
        samples=[Sample(60.0, 60.0, 60.0, NO_ENERGY, 0.5)],
        settings={"max_charge_a": 80},
    )
    with pytest.raises(StoreError, match=r"twin\.sqlite: cannot be used \(NOT NULL"):
        store.save_tick(state_of(2), broken)
    assert store.load().state == state_of(1)
    assert store.load().device.power_on and store.load().settings == {}
    assert store.journal() == store.strip(1e9) == []
    store.save_tick(state_of(3), moment_of(3, device=Device(power_on=False)))
    assert not store.load().device.power_on


def test_a_full_disk_is_one_line_and_what_was_saved_stays(store):
    store.save_tick(state_of(1), moment_of(1))
    store._database.execute("PRAGMA max_page_count = 1")
    many = [AlarmEntry(1.0, "F35", True)] * 2000
    with pytest.raises(
        StoreError, match=r"twin\.sqlite: cannot be used \(.*full\); see to its disk"
    ):
        store.save_tick(state_of(2), moment_of(2, alarms=many))
    assert store.load().state == state_of(1)


def test_every_commit_waits_for_the_disk(store):
    assert store._database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert store._database.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_log_torn_anywhere_leaves_the_last_whole_save_before_the_tear(tmp_path):
    there = tmp_path / "there"
    sizes = {}
    with closing(Store.open(there)) as store:
        log = there / "twin.sqlite-wal"
        for number in range(1, 13):
            entry, entered = (
                AlarmEntry(float(number), "F35", bool(number % 2)),
                {"max_charge_a": number},
            )
            store.save_tick(state_of(number), moment_of(number, alarms=[entry], settings=entered))
            sizes[number] = log.stat().st_size
        before, after = sizes[1], sizes[12]
        dice = random.Random(7)
        for tear in [dice.randrange(before, after) for _ in range(40)]:
            torn = tmp_path / f"torn {tear}"
            torn.mkdir()
            shutil.copy(there / "twin.sqlite", torn)
            (torn / log.name).write_bytes(log.read_bytes()[:tear])
            whole = max(number for number, size in sizes.items() if size <= tear)
            with closing(Store.open(torn)) as found:
                memory, journal = found.load(), found.journal()
            assert memory.state == state_of(whole)
            assert memory.settings["max_charge_a"] == whole
            assert [entry.clock_s for entry in journal] == list(range(whole, 0, -1))


def test_others_may_read_while_it_saves(store, tmp_path):
    store.save_tick(state_of(1), moment_of(1))
    with closing(sqlite3.connect(tmp_path / "deep" / "folder" / "twin.sqlite")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM held").fetchall()
        store.save_tick(state_of(2), moment_of(2))
    assert store.load().state == state_of(2)
