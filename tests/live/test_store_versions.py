"""A store of an older version becomes one of this version, with everything that was in it."""

import json
import sqlite3
from contextlib import closing

import pytest

from twinverter.core import records
from twinverter.inverter import State
from twinverter.live import schema
from twinverter.live.layout import Added, LayoutError, Removed, Renamed, carried, renamed
from twinverter.live.memory import AlarmEntry, Energies, Held
from twinverter.live.store import Store

# The tables of version 1, as stores of that version have them.
ENERGIES = ", ".join(f"{name} REAL NOT NULL" for name in Energies._fields)
SPANS = "span_s REAL NOT NULL, grid_s REAL NOT NULL, soc REAL NOT NULL"
VERSION_1 = f"""
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE kept (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, clock_s REAL NOT NULL, by TEXT NOT NULL,
    key TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL
);
CREATE TABLE alarms (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, clock_s REAL NOT NULL, code TEXT NOT NULL,
    raised INTEGER NOT NULL
);
CREATE TABLE days (day INTEGER PRIMARY KEY, {SPANS}, {ENERGIES});
CREATE TABLE minutes (slot INTEGER NOT NULL UNIQUE, {SPANS}, {ENERGIES});
CREATE TABLE floats (name TEXT PRIMARY KEY, value REAL NOT NULL);
PRAGMA application_id = {0x54574E56};
PRAGMA user_version = 1;
"""
NAMES = list(records.leaves(Held))
LINES = len(Energies._fields)


@pytest.fixture
def old(tmp_path):
    """The file of a device of version 1: ten minutes of which the first began at 00:04."""
    file = tmp_path / "twin.sqlite"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(VERSION_1)
        floats = [(name, index / 7.0) for index, name in enumerate(NAMES)]
        database.executemany("INSERT INTO floats VALUES (?, ?)", floats)
        database.execute("INSERT INTO settings VALUES ('max_charge_a', '80')")
        device = {"power_on": False, "dc_on": True, "locked": False, "alarms": {"F35": 2.0}}
        kept = [("device", json.dumps(device)), ("world", '{"sun_w_m2": 500.0}')]
        database.executemany("INSERT INTO kept VALUES (?, ?)", kept)
        database.execute("INSERT INTO alarms (clock_s, code, raised) VALUES (2.0, 'F35', 1)")
        marks = ", ".join("?" * (4 + LINES))
        for minute in range(4, 14):
            row = (60 * minute, 60.0, 30.0, minute / 100.0, *[float(minute)] * LINES)
            database.execute(f"INSERT INTO minutes VALUES ({marks})", row)
        database.commit()
    return file


def version(file):
    with closing(sqlite3.connect(file)) as database:
        return database.execute("PRAGMA user_version").fetchone()[0]


def test_everything_of_version_1_is_there(old):
    with closing(Store.open(old.parent)) as store:
        memory = store.load()
        assert store.journal() == [AlarmEntry(2.0, "F35", True, 1)]
        strip = store.strip(3600.0, hours=1.0)
    numbers = {name: index / 7.0 for index, name in enumerate(NAMES)}
    state = records.as_dict(memory.state)
    assert state == {name: numbers[f"state_{name}"] for name in records.leaves(State)}
    assert (memory.clock_s, memory.course_s) == (numbers["clock_s"], numbers["course_s"])
    assert memory.settings == {"max_charge_a": 80}
    assert memory.world == {"sun_w_m2": 500.0}
    assert not memory.device.power_on and memory.device.alarms == {"F35": 2.0}
    # Minutes 5 to 9 hold 5 + 6 + 7 + 8 + 9 = 35 Wh in five minutes: 420 W.
    assert [(point["clock_s"], point["pv_w"], point["soc"]) for point in strip] == [
        (0, 240.0, 0.04),
        (300, 420.0, 0.09),
        (600, 690.0, 0.13),
    ]
    assert {point["grid_there"] for point in strip} == {0.5}


def test_the_store_as_it_was_stays_beside_the_new_one(old):
    Store.open(old.parent).close()
    assert version(old) == schema.VERSION
    assert version(old.with_name("twin-v1.sqlite")) == 1
    with closing(sqlite3.connect(old.with_name("twin-v1.sqlite"))) as database:
        assert database.execute("SELECT count(*) FROM floats").fetchone() == (len(NAMES),)


def test_a_migration_cut_short_leaves_version_1_and_is_done_the_next_time(old, monkeypatch):
    steps = schema.STEPS

    def cut(database):
        steps[1](database)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(schema, "STEPS", {1: cut})
        with pytest.raises(KeyboardInterrupt):
            Store.open(old.parent)
        assert version(old) == 1
    with closing(Store.open(old.parent)) as store:
        assert store.load().settings == {"max_charge_a": 80}


def test_a_migrated_store_has_the_tables_of_a_new_one(old, tmp_path):
    Store.open(old.parent).close()
    Store.open(tmp_path / "new").close()

    def tables(file):
        with closing(sqlite3.connect(file)) as database:
            names = [row[0] for row in database.execute("SELECT name FROM sqlite_master")]
            return {name: list(database.execute(f"PRAGMA table_info({name})")) for name in names}

    assert tables(old) == tables(tmp_path / "new" / "twin.sqlite")


RULES = (Added("meter_*", 0.0), Added("stage", 2.0), Removed("old"), Renamed("fill", "soc"))

# fmt: off
CARRIED = [
    # kept                              wanted                    found
    ({"soc": 0.5},                      ("soc",),                 {"soc": 0.5}),
    ({"b": 1.0, "a": 2.0},              ("a", "b"),               {"a": 2.0, "b": 1.0}),
    ({"soc": 0.5},                      ("soc", "meter_x_wh"),    {"soc": 0.5, "meter_x_wh": 0.0}),
    ({"meter_x_wh": 7.0},               ("meter_x_wh",),          {"meter_x_wh": 7.0}),
    ({"soc": 0.5},                      ("soc", "stage"),         {"soc": 0.5, "stage": 2.0}),
    ({"soc": 0.5, "old": 1.0},          ("soc",),                 {"soc": 0.5}),
    ({"fill": 0.5},                     ("soc",),                 {"soc": 0.5}),
    ({"soc": 0.5},                      ("soc", "new"),           "it holds no 'new', which this version needs"),
    ({"soc": 0.5, "gone": 1.0},         ("soc",),                 "it holds 'gone', which this version does not know"),
    ({"meter_x_wh": 7.0, "soc": 0.5},   ("soc",),                 "it holds 'meter_x_wh', which this version does not know"),
]
# fmt: on


@pytest.mark.parametrize(("kept", "wanted", "found"), CARRIED)
def test_kept_values_follow_the_rules_or_are_refused(kept, wanted, found):
    if isinstance(found, str):
        with pytest.raises(LayoutError, match=found):
            carried(kept, wanted, RULES)
    else:
        assert carried(kept, wanted, RULES) == found


def test_settings_follow_renamings_and_removals_too():
    assert renamed({"fill": True, "old": 1, "max_a": 80}, RULES) == {"soc": True, "max_a": 80}


def test_a_meter_that_a_store_does_not_know_begins_at_zero_and_a_timer_is_refused():
    names = [name for name in NAMES if name != "state_meters_fuel_l"]
    kept = dict.fromkeys(names, 1.0)
    assert carried(kept, NAMES)["state_meters_fuel_l"] == 0.0
    del kept["state_control_charger_stage_s"]
    with pytest.raises(LayoutError, match="state_control_charger_stage_s"):
        carried(kept, NAMES)
