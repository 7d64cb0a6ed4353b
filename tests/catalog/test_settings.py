"""The table proves itself: what it must hold, and that every row can be stored, read and written."""

import re
from pathlib import Path

import pytest

from twinverter.catalog.pages import PAGES, SETTINGS
from twinverter.catalog.row import CHOICE, NUMBER, SWITCH
from twinverter.catalog.settings import default_values, find, full_values, parse_values

PACKAGE = Path(__file__).resolve().parents[2] / "twinverter"
STORED = [row for row in SETTINGS if row.stored]
GROUPS = ("basic", "battery", "work_mode", "time_of_use", "grid", "gen_port", "advanced",
          "parallel", "bms", "device", "button", "installer")  # fmt: skip
ORIGINS = ("manual", "family", "assumed")


def named(rows):
    return pytest.mark.parametrize("row", rows, ids=[row.key for row in rows])


def samples(row):
    """Return every kind of value a row can hold: its ends and its default, or all of a few."""
    if row.kind == NUMBER:
        convert = int if row.whole else float
        return [convert(row.low), row.default, convert(row.high)]
    if row.kind == CHOICE:
        return [choice for choice in row.choices if choice not in row.refused]
    return [False, True] if row.kind == SWITCH else ["00:00", row.default, "23:59"]


def test_the_table_holds_all_rows_of_the_manual_under_unique_keys():
    assert len(SETTINGS) == 227
    assert len({row.key for row in SETTINGS}) == 227


def test_pages_stand_in_lcd_order_and_rows_are_counted_within_them():
    sizes = [(page[0].page, len(page)) for page in PAGES]
    assert sizes == [
        ("Basic", 14), ("Battery 1", 6), ("Battery 2", 12), ("Battery 3", 16),
        ("System Work Mode 1", 8), ("System Work Mode 2", 44),
        ("Grid 1", 2), ("Grid 2", 11), ("Grid 3", 17), ("Grid 4", 20),
        ("Gen port", 13), ("Advanced", 14), ("Parallel", 5), ("Li-BMS", 9),
        ("Device info", 5), ("Front button", 1), ("Installer profile (ours)", 30),
    ]  # fmt: skip
    for page in PAGES:
        assert [row.order for row in page] == list(range(1, len(page) + 1))
    assert tuple(dict.fromkeys(row.group for row in SETTINGS)) == GROUPS


@named(SETTINGS)
def test_every_row_says_what_it_means_and_where_it_comes_from(row):
    assert row.label and row.meaning.endswith(".")
    assert re.fullmatch(r"\d+(\.\d+)*", row.section)
    assert row.default_origin in ORIGINS
    assert any(word in row.range_origin for word in ORIGINS)


@named(SETTINGS)
def test_a_dependency_names_rows_and_choices_that_exist(row):
    outside = {"password", "access"}
    for name, value in re.findall(r"(\w+)!?[=>]+(\w+)", row.depends_on):
        if name in outside:
            continue
        needed = find(name)
        if needed.kind == CHOICE:
            assert value in needed.choices
        else:
            assert needed.parse(value) is not None


@named(STORED)
def test_a_default_is_an_allowed_value_of_its_own_kind(row):
    assert row.parse(row.default) == row.default
    assert type(row.parse(row.default)) is type(row.default)


@named([row for row in STORED if row.words])
def test_register_words_carry_every_sample_there_and_back(row):
    foreign = {word.address: 0xFFFF & ~word.mask for word in row.words}
    for value in samples(row):
        words = row.to_word(value, foreign)
        assert row.from_word(words) == value
        for word in row.words:
            assert words[word.address] & ~word.mask == foreign[word.address]
            assert 0 <= words[word.address] <= 0xFFFF


@named([row for row in SETTINGS if row.stored and not row.in_kernel])
def test_a_row_the_kernel_does_not_read_names_its_reader_or_its_reason(row):
    assert [bool(row.use.read_by), bool(row.use.awaits), bool(row.use.reserved)].count(True) == 1


def test_only_what_the_manual_leaves_without_effect_is_reserved():
    reserved = {row.key: row.use.reserved for row in SETTINGS if row.use.reserved}
    assert reserved == {
        "system_selfcheck": "factory use, the manual shows it disabled",
        "backup_delay_ms": "printed as 'Reserved'",
    }


def law_text():
    rooms = ("control", "batch", "inverter")
    files = [path for room in rooms for path in sorted((PACKAGE / room).rglob("*.py"))]
    files.append(PACKAGE / "catalog" / "support.py")
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@named([row for row in SETTINGS if row.in_kernel])
def test_the_law_reads_every_kernel_field(row):
    field = re.sub(r"^rows_\d_|_\d$", "", row.field)
    assert re.search(rf"\.{field}\b", law_text()), f"no law reads {row.group}.{field}"


ACCEPTED = [
    # key                   typed        stored
    ("max_charge_a",        "115",       115),
    ("max_charge_a",        "115 A",     115),
    ("max_charge_a",        115.0,       115),
    ("shutdown_soc_pct",    "25%",       25),
    ("float_v",             54,          54.0),
    ("float_v",             "54.4 V",    54.4),
    ("power_factor",        -0.9,        -0.9),
    ("energy_pattern",      "load_first", "load_first"),
    ("grid_frequency_hz",   "60",        60),
    ("grid_frequency_hz",   60.0,        60),
    ("solar_sell",          "on",        True),
    ("solar_sell",          0,           False),
    ("tou1_time",           "5:30",      "05:30"),
    ("tou1_time",           "24:00",     "00:00"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "typed", "stored"), ACCEPTED)
def test_a_value_is_understood_as_people_write_it(key, typed, stored):
    value = find(key).parse(typed)
    assert value == stored
    assert type(value) is type(stored)


SI = [
    # key                    stored        kernel
    ("shutdown_soc_pct",     20,           0.20),
    ("low_batt_soc_pct",     35,           0.35),
    ("gen_max_run_h",        24.0,         86400.0),
    ("absorption_max_h",     4.0,          14400.0),
    ("equalization_days",    30,           2592000.0),
    ("equalization_hours",   3.0,          10800.0),
    ("transfer_time_ms",     10,           0.010),
    ("tempco_mv_c_cell",     -5,           -0.005),
    ("batt_resistance_mohm", 25,           0.025),
    ("absorption_tail_c",    0.05,         0.05),
    ("tou2_time",            "05:30",      19800.0),
    ("grid_frequency_hz",    60,           60.0),
    ("grid_type",            "3p_220_380", 220.0),
    ("energy_pattern",       "load_first", 1.0),
    ("solar_sell",           True,         1.0),
]  # fmt: skip


@pytest.mark.parametrize(("key", "stored", "kernel"), SI)
def test_the_kernel_reads_si_units_and_codes(key, stored, kernel):
    assert find(key).to_kernel(stored) == kernel


def test_a_row_is_found_by_its_path_and_by_its_bare_key():
    assert find("battery.max_charge_a") is find("max_charge_a")
    assert find("work_mode") is find("work_mode.work_mode")


def test_parsed_values_carry_bare_keys():
    typed = {"battery.max_charge_a": "60", "tou1_time": "24:00"}
    assert parse_values(typed) == {"max_charge_a": 60, "tou1_time": "00:00"}


def test_full_values_stand_on_the_defaults():
    assert full_values({}) == default_values()
    assert full_values({"max_charge_a": 60}) == default_values() | {"max_charge_a": 60}
