"""A refused setting reads as one line: key, value, unit, what is allowed."""

import pickle

import pytest

from twinverter.catalog.settings import SettingError, check_all, find, parse_values

REFUSED = [
    # key, value, line
    ("max_charge_a",    250,         "battery.max_charge_a = 250 A: is out of range (allowed: 0 to 190 A)"),
    ("max_charge_a",    -1,          "battery.max_charge_a = -1 A: is out of range (allowed: 0 to 190 A)"),
    ("max_charge_a",    2.5,         "battery.max_charge_a = 2.5 A: is not a whole number (allowed: 0 to 190 A)"),
    ("max_charge_a",    "lots",      "battery.max_charge_a = lots A: is not a number (allowed: 0 to 190 A)"),
    ("max_charge_a",    True,        "battery.max_charge_a = True A: is not a number (allowed: 0 to 190 A)"),
    ("max_charge_a",    [1],         "battery.max_charge_a = [1] A: is not a number (allowed: 0 to 190 A)"),
    ("float_v",         float("nan"), "battery.float_v = nan V: is not a number (allowed: 40 to 60 V)"),
    ("float_v",         float("inf"), "battery.float_v = inf V: is not a number (allowed: 40 to 60 V)"),
    ("power_factor",    0.5,         "grid.power_factor = 0.5: lies between -0.8 and 0.8 (allowed: -1 to 1)"),
    ("energy_pattern",  "sun_first", "work_mode.energy_pattern = sun_first: is no choice of this setting (allowed: one of batt_first, load_first)"),
    ("grid_type",       "1p_220",    "grid.grid_type = 1p_220: is refused on this three-phase machine (allowed: one of 3p_230_400, 3p_220_380, 3p_240_415, 3p_120_208)"),
    ("grid_type",       "split_120_240", "grid.grid_type = split_120_240: is refused on this three-phase machine (allowed: one of 3p_230_400, 3p_220_380, 3p_240_415, 3p_120_208)"),
    ("solar_sell",      "perhaps",   "work_mode.solar_sell = perhaps: is not on or off"),
    ("tou1_time",       "24:01",     "time_of_use.tou1_time = 24:01: is not a time of day, 00:00 to 24:00"),
    ("tou1_time",       "noon",      "time_of_use.tou1_time = noon: is not a time of day, 00:00 to 24:00"),
    ("factory_reset",   1,           "basic.factory_reset = 1: Factory Reset cannot be set"),
    ("bms_soc_pct",     50,          "bms.bms_soc_pct = 50 %: Total SOC cannot be set"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "line"), REFUSED)
def test_a_refused_value_is_one_line(key, value, line):
    with pytest.raises(SettingError) as caught:
        find(key).parse(value)
    assert str(caught.value) == line


UNKNOWN = [
    ("battery.max_charge_amp", "battery.max_charge_amp: no such setting; did you mean battery.max_charge_a?"),
    ("energy_patern",          "energy_patern: no such setting; did you mean work_mode.energy_pattern?"),
    ("grid.max_charge_a",      "grid.max_charge_a: no such setting; did you mean battery.max_charge_a?"),
    ("qqqq",                   "qqqq: no such setting"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "line"), UNKNOWN)
def test_an_unknown_key_names_the_nearest_known_one(key, line):
    with pytest.raises(SettingError) as caught:
        find(key)
    assert str(caught.value) == line


def test_a_long_value_does_not_fill_the_screen():
    with pytest.raises(SettingError) as caught:
        find("max_charge_a").parse("never\n" * 100)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 120


def test_the_error_carries_its_parts_and_survives_another_process():
    with pytest.raises(SettingError) as caught:
        find("max_charge_a").parse(250)
    error = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(error, ValueError)
    assert (error.key, error.value, error.unit, error.low, error.high) == (
        "battery.max_charge_a", 250, "A", 0, 190,
    )  # fmt: skip
    assert str(error) == str(caught.value)


def test_one_setting_under_two_names_is_refused():
    with pytest.raises(SettingError, match=r"battery\.float_v = 54 V: is set twice"):
        parse_values({"float_v": 53, "battery.float_v": 54})


def test_all_wrong_rows_are_named_at_once():
    wrong = {"max_charge_a": 250, "float_v": 70.0, "no_such": 1}
    assert [error.key for error in check_all(wrong)] == [
        "battery.max_charge_a", "battery.float_v", "no_such",
    ]  # fmt: skip
