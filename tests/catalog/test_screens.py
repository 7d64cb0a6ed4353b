"""Where settings stand on the LCD: every row on one page, in order, or hidden with the reason."""

import pytest

from twinverter.catalog.pages import PAGES, SETTINGS
from twinverter.catalog.row import CHOICE, NUMBER, SWITCH
from twinverter.catalog.screens import (
    SCREENS,
    TILES,
    choice_text,
    decimals_of,
    hidden_reason,
    name_of,
    place_of,
    remark,
    value_text,
)
from twinverter.catalog.settings import default_values, find


def test_every_setting_stands_on_exactly_one_page_in_the_order_of_the_table():
    shown = [row.key for screen in SCREENS for row in screen.rows]
    assert sorted(shown) == sorted(row.key for row in SETTINGS)
    for page in PAGES:
        of_page = [row.key for screen in SCREENS for row in screen.rows if row.page == page[0].page]
        assert of_page == [row.key for row in page]


def test_every_page_but_the_button_on_the_case_hangs_on_a_tile():
    tiles = [screen.tile for screen in SCREENS]
    assert [screen.title for screen in SCREENS if not screen.tile] == ["ON/OFF button"]
    assert set(tiles) - {""} == set(TILES)
    assert len({screen.key for screen in SCREENS}) == len(SCREENS)


TITLES = [
    # row                    where
    ("beep",                 "Basic Setting"),
    ("batt_capacity_ah",     "Battery Setting, Batt Mode"),
    ("gen_charge",           "Battery Setting, Batt Set2"),
    ("float_v",              "Battery Setting, Batt Set3"),
    ("work_mode",            "System Work Mode, Work Mode1"),
    ("tou1_time",            "System Work Mode, Work Mode2"),
    ("grid_mode",            "Grid Setting, Grid Set1"),
    ("grid_frequency_hz",    "Grid Setting, Grid Set2"),
    ("qv_v1",                "Grid Setting, Grid Set3"),
    ("vrt_hv2_v",            "Grid Setting, Grid Set4"),
    ("gen_port_mode",        "Gen Port Use, PORT Set1"),
    ("drm",                  "Advanced Function, Func Set1"),
    ("parallel_enable",      "Advanced Function, Par. Set"),
    ("alarm_log",            "Device Info."),
]  # fmt: skip


@pytest.mark.parametrize(("key", "where"), TITLES)
def test_a_page_bears_the_title_of_the_machine(key, where):
    # CH5.5-SET-001, CH5.10-SET-001
    assert place_of(key) == where


@pytest.mark.parametrize(
    "row", [row for row in SETTINGS if row.kind == CHOICE], ids=lambda r: r.key
)
def test_every_choice_has_words_of_its_own(row):
    words = [choice_text(row, choice) for choice in row.choices]
    assert len(set(words)) == len(row.choices)


WORDS = [
    # row                   value              words
    ("gen_charge",          True,              "on"),
    ("gen_charge",          False,             "off"),
    ("batt_mode",           "use_batt_pct",    "Use Batt %"),
    ("energy_pattern",      "load_first",      "LoadFirst"),
    ("grid_frequency_hz",   60,                "60HZ"),
    ("max_charge_a",        40,                "40 A"),
    ("float_v",             53.6,              "53.6 V"),
    ("grid_hz_high",        51.5,              "51.50 Hz"),
    ("power_factor",        1.0,               "1.000"),
    ("gen_max_run_h",       24.0,              "24.0 hours"),
    ("equalization_days",   30,                "30 days"),
    ("min_charge_temp_c",   0,                 "0 °C"),
    ("tou1_time",           "05:00",           "05:00"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "words"), WORDS)
def test_a_value_is_written_as_the_screen_writes_it(key, value, words):
    assert value_text(find(key), value) == words


@pytest.mark.parametrize(
    "row", [row for row in SETTINGS if row.kind == NUMBER], ids=lambda r: r.key
)
def test_the_decimals_of_a_number_are_those_of_its_step(row):
    assert round(row.step, decimals_of(row)) == row.step
    assert decimals_of(row) == 0 or round(row.step, decimals_of(row) - 1) != row.step


def test_a_sentence_names_a_row_of_radios_shortly():
    assert name_of(find("work_mode")) == "Work mode"
    assert name_of(find("gen_charge")) == "Gen Charge"


def hidden(**changes):
    """Return the keys of all rows that stand on no page, with these changes of the defaults."""
    values = default_values() | changes
    return {row.key for row in SETTINGS if hidden_reason(row, values)}


VOLTS_ROWS = {row.key for row in SETTINGS if "batt_mode=use_batt_v" in row.depends_on.split("; ")}
PERCENT_ROWS = {row.key for row in SETTINGS if "batt_mode!=use_batt_v" in row.depends_on.split("; ")}  # fmt: skip
SECRETS = {"factory_reset_password", "lock_password"}
PARALLEL = {"parallel_enable", "parallel_address", "parallel_role", "parallel_phase"}


def test_by_default_only_twins_secrets_and_what_this_machine_has_not_are_hidden():
    assert hidden() == VOLTS_ROWS | SECRETS | PARALLEL | {"grid_signal", "lithium_mode"}


def test_volts_and_percent_stand_in_the_same_place():
    assert len(VOLTS_ROWS) == 16 and len(PERCENT_ROWS) == 14
    assert not hidden(batt_mode="use_batt_v") & VOLTS_ROWS
    assert hidden(batt_mode="use_batt_v") >= PERCENT_ROWS


def test_a_lithium_battery_has_the_short_page_of_thresholds():
    page = next(screen for screen in SCREENS if screen.key == "batt3")
    gone = hidden(batt_mode="lithium")
    shown = [row.key for row in page.rows if row.key not in gone]
    assert shown == ["lithium_mode", "shutdown_soc_pct", "low_batt_soc_pct", "restart_soc_pct"]


def test_grid_signal_shows_with_a_generator_on_the_grid_port():
    # CH5.6-SET-022
    assert "grid_signal" not in hidden(gen_on_grid_port=True)


def test_the_parallel_page_shows_with_its_feature_and_the_phase_on_single_phase_units():
    # CH3.11-PAR-006
    assert hidden(parallel_feature=True) & PARALLEL == {"parallel_phase"}
    assert not hidden(parallel_feature=True, phase_mode="single") & PARALLEL


@pytest.mark.parametrize("key", sorted(SECRETS | PARALLEL | {"grid_signal", "gen_start_v"}))
def test_what_is_hidden_says_why_with_a_section_of_the_manual(key):
    reason = hidden_reason(find(key), default_values())
    assert reason.endswith(").") and "(" in reason


REMARKS = [
    # row                     what the page says beside it
    ("equalization_days",     "For professional installers, best left alone (5.6)."),
    ("batt_resistance_mohm",  "For professional installers, best left alone (5.6)."),
    ("backup_delay_ms",       "Without effect: printed as 'Reserved'."),
    ("qv_v1",                 "The manual means this page for California only (5.8)."),
    ("vrt_hv2_v",             "The manual means this page for California only (5.8)."),
    ("float_v",               ""),
]  # fmt: skip


@pytest.mark.parametrize(("key", "text"), REMARKS)
def test_a_page_says_what_to_leave_alone_and_what_has_no_effect(key, text):
    # CH5.6-SET-024, CH5.8-GSP-017, CH5.8-GSP-021, CH5.10-SET-006
    assert remark(find(key)) == text


def test_each_column_of_grid_set4_has_its_tick_and_the_second_tells_how_it_is_printed():
    # CH5.8-GSP-019: both columns are headed L/HVRT in print, the second holds frequencies.
    page = next(screen for screen in SCREENS if screen.key == "grid4")
    ticks = [row for row in page.rows if row.kind == SWITCH]
    assert [row.label for row in ticks] == ["L/HVRT enable", "L/HFRT enable"]
    assert "headed L/HVRT in print" in ticks[1].meaning
