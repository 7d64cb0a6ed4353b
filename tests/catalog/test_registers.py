"""The register map: complete, without two rows on the same bits, and true in both directions."""

import pytest

from twinverter.catalog.held import HELD
from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.registers import (
    READ,
    REGISTERS,
    WRITE,
    read_settings,
    settings_at,
    settings_image,
)
from twinverter.catalog.settings import SettingError, Settings, default_values, find
from twinverter.catalog.telemetry import TELEMETRY
from twinverter.core.records import fields, is_record
from twinverter.inverter import Flows, Meters
from twinverter.plant.world import Inputs


def test_the_map_carries_all_entries_of_the_family():
    assert len(REGISTERS) == 578
    assert [entry.access for entry in REGISTERS].count(READ) == 291
    assert [entry.access for entry in REGISTERS].count(WRITE) == 287


def test_no_two_rows_claim_the_same_bits():
    owners = {}

    def claim(address, mask, key):
        for bit in range(16):
            if mask >> bit & 1:
                assert owners.setdefault((address, bit), key) == key, f"{address}.{bit}"

    for row in SETTINGS:
        for word in row.words:
            claim(word.address, word.mask, row.key)
    for row in HELD:
        for address in row.addresses:
            claim(address, row.mask, row.key)
    for row in TELEMETRY:
        for address in row.addresses:
            claim(address, 0xFFFF, row.key)
    listed = {a for e in REGISTERS for a in range(e.address, e.address + e.words)}
    assert {address for address, _ in owners} == listed


def test_every_entry_holds_something_and_names_are_unique():
    assert all(entry.settings or entry.held or entry.telemetry for entry in REGISTERS)
    assert len({entry.name for entry in REGISTERS}) == len(REGISTERS)
    assert len({entry.address for entry in REGISTERS}) == len(REGISTERS)
    assert all(row.reason for row in HELD)


def test_a_row_shown_on_a_page_stands_in_the_telemetry():
    keys = {row.key for row in TELEMETRY}
    assert {row.shows for row in SETTINGS if row.shows} <= keys


def test_the_default_image_reads_back_as_the_defaults():
    image = settings_image(default_values())
    values = read_settings(image, image)
    assert values == {key: value for key, value in default_values().items() if find(key).words}


IMAGE = [
    # address  word    what
    (62,       0x1504, "April 2021: 21 and 4"),
    (101,      5360,   "float 53.6 V in 0.01 V"),
    (106,      6,      "3 h in half hours"),
    (107,      0xFFFB, "-5 mV"),
    (111,      1,      "state of charge"),
    (98,       0,      "lead-acid"),
    (146,      0x00FE, "timetable off, all days"),
    (149,      500,    "05:00 as HHMM"),
    (178,      0xAAAA, "eight two-bit switches off"),
    (228,      0x80EF, "time, beep, dim on; AM/PM and remote off"),
    (336,      0x0400, "address 1, slave, off"),
    (346,      0,      "average: the sum"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "word", "what"), IMAGE)
def test_a_machine_at_delivery_shows_what_clients_expect(address, word, what):
    assert settings_image(default_values())[address] == word, what


BASIS = [
    # 111 98  mode
    (0,   0,  "use_batt_v"),
    (1,   0,  "use_batt_pct"),
    (2,   0,  "no_batt"),
    (2,   1,  "no_batt"),
    (1,   1,  "lithium"),
    (0,   1,  "lithium"),
]  # fmt: skip


@pytest.mark.parametrize(("basis", "chemistry", "mode"), BASIS)
def test_two_registers_together_say_the_battery_mode(basis, chemistry, mode):
    assert find("batt_mode").from_word({111: basis, 98: chemistry}) == mode


PAIRS = [
    # 178      peak shaving (bits 4-5)
    (0b000000, None),
    (0b010000, None),
    (0b100000, False),
    (0b110000, True),
]  # fmt: skip


@pytest.mark.parametrize(("word", "value"), PAIRS)
def test_a_two_bit_switch_can_say_unchanged(word, value):
    assert find("grid_peak_shaving").from_word({178: word}) is value


def test_unchanged_switches_are_left_out_of_what_was_written():
    image = settings_image(default_values())
    image[178] = 0b110000
    assert read_settings(image, [178]) == {"grid_peak_shaving": True}


def test_settings_are_found_by_address():
    assert [row.key for row in settings_at([344, 178, 143])] == [
        "max_sell_power_w", "grid_peak_shaving", "smart_on_grid_always", "mi_export_cutoff",
        "gen_peak_shaving", "drm", "bms_err_stop", "signal_island_mode", "ex_meter_for_ct",
    ]  # fmt: skip


def test_a_code_nobody_defined_is_refused():
    with pytest.raises(SettingError, match=r"work_mode\.work_mode = 3: no choice has this"):
        find("work_mode").from_word({142: 3})


def test_a_register_value_out_of_range_is_refused():
    with pytest.raises(SettingError, match=r"battery\.max_charge_a = 191 A: is out of range"):
        find("max_charge_a").from_word({108: 191})


WORDS = [
    # key                  value          words
    ("battery_power",      -1.0,          {590: 0xFFFF}),
    ("battery_voltage",    51.2,          {587: 5120}),
    ("battery_temperature", 25.0,         {586: 1250}),
    ("battery_temperature", -10.0,        {586: 900}),
    ("grid_power_total",   -1.0,          {625: 0xFFFF, 690: 0xFFFF}),
    ("grid_power_total",   70000.0,       {625: 70000 - 65536, 690: 1}),
    ("grid_import_total",  6553.7,        {522: 1, 523: 1}),
    ("rated_power",        8000.0,        {20: 0x3880, 21: 0x0001}),
    ("serial_number",      "1801012001",  {3: 0x3138, 4: 0x3031, 5: 0x3031, 6: 0x3230, 7: 0x3031}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "words"), WORDS)
def test_a_measured_value_stands_in_its_words(key, value, words):
    row = next(row for row in TELEMETRY if row.key == key)
    assert row.to_word(value) == words
    assert row.from_word(words) == value


def test_a_value_too_large_for_its_register_saturates():
    row = next(row for row in TELEMETRY if row.key == "battery_power")
    assert row.to_word(40000.0) == {590: 32767}
    assert row.to_word(-40000.0) == {590: 32768}


def test_kernel_values_are_shown_in_the_unit_of_the_register():
    soc = next(row for row in TELEMETRY if row.key == "battery_soc")
    energy = next(row for row in TELEMETRY if row.key == "pv_energy_total")
    assert soc.from_kernel(0.55) == pytest.approx(55.0)
    assert energy.from_kernel(12500.0) == pytest.approx(12.5)


@pytest.mark.parametrize("row", TELEMETRY, ids=[row.key for row in TELEMETRY])
def test_every_value_has_exactly_one_feed(row):
    feed = row.feed
    feeds = [row.source, feed.fixed is not None, feed.live, feed.later, feed.absent]
    feeds = [bool(given) for given in feeds]
    assert feeds.count(True) == 1
    if row.feed.fixed is not None:
        assert row.from_word(row.to_word(row.feed.fixed)) == row.feed.fixed


ROOTS = {"flows": Flows, "inputs": Inputs, "meters": Meters, "settings": Settings}


@pytest.mark.parametrize("row", [row for row in TELEMETRY if row.source], ids=lambda row: row.key)
def test_a_source_is_a_field_that_exists(row):
    for source in row.sources:
        root, *path = source.split(".")
        kind = ROOTS[root]
        for name in path:
            assert is_record(kind)
            kind = dict(fields(kind))[name]
