"""A store of an older version becomes one of this version, with everything that was in it."""

import json
import sqlite3
import struct
import zlib
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from twinverter.catalog.settings import kernel_settings
from twinverter.core import records
from twinverter.inverter import State, initial
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
# Those of version 2, which kept the floats in one row and knew the five minutes.
VERSION_2 = f"""
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
CREATE TABLE layouts (id INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE);
CREATE TABLE held (
    id INTEGER PRIMARY KEY CHECK (id = 1), layout INTEGER NOT NULL REFERENCES layouts,
    floats BLOB NOT NULL, crc INTEGER NOT NULL
);
CREATE TABLE days (day INTEGER PRIMARY KEY, {SPANS}, {ENERGIES});
CREATE TABLE minutes (slot INTEGER NOT NULL UNIQUE, {SPANS}, {ENERGIES});
CREATE TABLE fives (slot INTEGER NOT NULL UNIQUE, {SPANS}, {ENERGIES});
PRAGMA application_id = {0x54574E56};
PRAGMA user_version = 2;
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


@pytest.fixture
def second(tmp_path):
    """The file of a device of version 2 with one alarm and one day of sun on the grid."""
    file = tmp_path / "twin.sqlite"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(VERSION_2)
        floats = struct.pack(f"<{len(NAMES)}d", *(index / 7.0 for index in range(len(NAMES))))
        database.execute("INSERT INTO layouts VALUES (1, ?)", (json.dumps(NAMES),))
        database.execute("INSERT INTO held VALUES (1, 1, ?, ?)", (floats, zlib.crc32(floats)))
        database.execute("INSERT INTO kept VALUES ('device', '{}'), ('world', '{}')")
        database.execute("INSERT INTO alarms (clock_s, code, raised) VALUES (2.0, 'F42', 1)")
        marks = ", ".join("?" * (4 + LINES))
        day = (719200, 86400.0, 3600.0, 0.5, *[1.0] * LINES)
        database.execute(f"INSERT INTO days VALUES ({marks})", day)
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


def test_everything_of_version_2_is_there_and_its_alarms_have_no_evidence(second):
    """CH7-FLT-005: the first day on the grid is known of an older device, too."""
    with closing(Store.open(second.parent)) as store:
        assert store.load().clock_s == 0.0
        rose = AlarmEntry(2.0, "F42", True, 1)
        assert store.journal() == [rose]
        assert store.alarm(1) == (rose, None, None)
        assert store.first_on_grid() == date.fromordinal(719200)
    assert version(second) == schema.VERSION
    assert version(second.with_name("twin-v2.sqlite")) == 2


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
        patch.setattr(schema, "STEPS", {**steps, 1: cut})
        with pytest.raises(KeyboardInterrupt):
            Store.open(old.parent)
        assert version(old) == 1
    with closing(Store.open(old.parent)) as store:
        assert store.load().settings == {"max_charge_a": 80}


@pytest.mark.parametrize("before", ["old", "second"])
def test_a_migrated_store_has_the_tables_of_a_new_one(before, request, tmp_path):
    Store.open(request.getfixturevalue(before).parent).close()
    Store.open(tmp_path / "new").close()

    def tables(file):
        with closing(sqlite3.connect(file)) as database:
            names = [row[0] for row in database.execute("SELECT name FROM sqlite_master")]
            return {name: list(database.execute(f"PRAGMA table_info({name})")) for name in names}

    assert tables(tmp_path / "twin.sqlite") == tables(tmp_path / "new" / "twin.sqlite")


# Every float of a device before grid support and protection, in the order of its record.
BEFORE_SUPPORT = Path(__file__).with_name("names_before_grid_support.txt").read_text().split()


def test_a_device_from_before_grid_support_starts_as_a_new_one_in_what_is_new(quiet):
    """At 60 Hz what follows the frequency starts there, so nothing takes it for a jump."""
    kept = dict.fromkeys(BEFORE_SUPPORT, 7.0)
    figures = {"nominal_v": 220.0, "nominal_hz": 60.0}
    found = carried(kept, NAMES, figures=figures)
    settings = kernel_settings(quiet.values | {"grid_frequency_hz": 60, "grid_type": "3p_220_380"})
    assert (settings.grid.nominal_v, settings.grid.grid_frequency_hz) == (220.0, 60.0)
    fresh = records.as_dict(initial(quiet.site, settings, 0.5, 25.0))
    new = [name for name in NAMES if name not in kept and "_fault_bms_" not in name]
    assert "state_control_island_seen_hz" in new
    assert {name: found[name] for name in new} == {
        name: fresh[name.removeprefix("state_")] for name in new
    }
    assert {found[name] for name in NAMES if name not in new} == {7.0}


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
