"""What binds several settings at once, and what a choice writes beside it."""

import pytest

from twinverter.catalog.settings import check_all, default_values, full_values


def lines(**changes):
    return [str(error) for error in check_all(full_values(changes))]


def broken(**changes):
    return [error.key.split(".")[1] for error in check_all(full_values(changes))]


def test_the_defaults_break_no_rule():
    assert check_all(default_values()) == []


ORDER = [
    # shutdown low restart  broken (C-14)
    (20,       35, 50,      []),
    (20,       20, 50,      []),
    (20,       50, 50,      []),
    (36,       35, 50,      ["shutdown{}"]),
    (20,       51, 50,      ["low_batt{}"]),
    (50,       50, 50,      ["shutdown{}"]),
    (60,       55, 50,      ["shutdown{}", "low_batt{}"]),
]  # fmt: skip


@pytest.mark.parametrize(("shutdown", "low", "restart", "expected"), ORDER)
def test_thresholds_keep_their_order_in_percent(shutdown, low, restart, expected):
    found = broken(shutdown_soc_pct=shutdown, low_batt_soc_pct=low, restart_soc_pct=restart)
    assert found == [key.format("_soc_pct") for key in expected]


@pytest.mark.parametrize(("shutdown", "low", "restart", "expected"), ORDER)
def test_thresholds_keep_their_order_in_volts(shutdown, low, restart, expected):
    def volts(percent):
        return 42.0 + percent / 10.0

    found = broken(shutdown_v=volts(shutdown), low_batt_v=volts(low), restart_v=volts(restart))
    assert found == [key.format("_v") for key in expected]


def test_a_broken_order_names_both_settings_and_their_values():
    assert lines(shutdown_soc_pct=40) == [
        "battery.shutdown_soc_pct = 40 %: must be at most battery.low_batt_soc_pct (35 %)"
    ]


SLOTS = [
    # six start times                                        accepted (C-17)
    ("01:00 05:00 09:00 13:00 17:00 21:00",                  True),   # the printed example
    ("00:00 05:00 09:00 13:00 17:00 21:00",                  True),
    ("05:00 09:00 13:00 17:00 21:00 01:00",                  True),   # midnight between 5 and 6
    ("22:00 23:00 00:00 01:00 02:00 03:00",                  True),   # midnight between 2 and 3
    ("05:00 05:00 09:00 13:00 17:00 21:00",                  True),   # row 1 is empty
    ("06:00 06:00 06:00 06:00 06:00 06:00",                  True),   # row 1 holds all day
    ("05:00 09:00 08:00 13:00 17:00 21:00",                  False),
    ("21:00 17:00 13:00 09:00 05:00 01:00",                  False),
    ("05:00 09:00 13:00 01:00 17:00 21:00",                  False),
]  # fmt: skip


@pytest.mark.parametrize(("times", "accepted"), SLOTS)
def test_slot_times_rise_or_repeat_with_one_wrap(times, accepted):
    slots = {f"tou{row + 1}_time": time for row, time in enumerate(times.split())}
    assert (lines(**slots) == []) == accepted


def test_a_slot_out_of_order_is_named_with_all_times():
    assert lines(tou3_time="04:00") == [
        "time_of_use.tou3_time = 04:00: slot times must rise from row to row and pass midnight "
        "once: 01:00 05:00 04:00 13:00 17:00 21:00"
    ]


PORT = [
    # mode                off on   broken (C-34, C-35)
    ("smart_load_output", 95, 100, []),
    ("smart_load_output", 95, 95,  []),
    ("smart_load_output", 96, 95,  ["port_off_soc_pct"]),
    ("micro_inv_input",   95, 90,  []),
    ("micro_inv_input",   95, 95,  ["port_on_soc_pct"]),
    ("micro_inv_input",   95, 100, ["port_on_soc_pct"]),
    ("generator_input",   96, 95,  []),
]  # fmt: skip


@pytest.mark.parametrize(("mode", "off", "on", "expected"), PORT)
def test_port_levels_face_the_way_of_their_mode(mode, off, on, expected):
    assert broken(gen_port_mode=mode, port_off_soc_pct=off, port_on_soc_pct=on) == expected


def port(values):
    return [
        values[key] for key in ("port_off_soc_pct", "port_on_soc_pct", "port_off_v", "port_on_v")
    ]


def test_choosing_the_micro_inverter_writes_the_offered_levels():
    assert port(full_values({"gen_port_mode": "micro_inv_input"})) == [95, 90, 56.0, 54.0]
    assert port(full_values({"gen_port_mode": "smart_load_output"})) == [95, 100, 51.0, 54.0]


def test_levels_that_are_given_stay():
    given = {"gen_port_mode": "micro_inv_input", "port_off_soc_pct": 80, "port_on_soc_pct": 70}
    assert port(full_values(given)) == [80, 70, 56.0, 54.0]


def test_an_own_offer_goes_into_the_port():
    given = {"gen_port_mode": "micro_inv_input", "mi_off_soc_pct": 85, "mi_on_soc_pct": 75}
    assert port(full_values(given)) == [85, 75, 56.0, 54.0]


def test_a_frequency_moves_its_windows():
    values = full_values({"grid_frequency_hz": 60})
    assert [values[key] for key in ("grid_hz_low", "grid_hz_high")] == [58.0, 61.5]
    assert [values[key] for key in ("reconnect_hz_low", "reconnect_hz_high")] == [58.2, 61.3]
    assert values["ac_couple_freq_high_hz"] == 62.0
    assert check_all(values) == []


def test_a_grid_type_scales_its_windows():
    values = full_values({"grid_type": "3p_240_415"})
    # 265 V and 185 V times 240 over 230.
    assert [values[key] for key in ("grid_vol_low", "grid_vol_high")] == [193.0, 276.5]
    assert check_all(full_values({"grid_type": "3p_120_208"})) == []


LEAD_ACID = [
    # type  float absorption equalisation gen stop
    ("agm", 53.6, 57.6,      57.6,        57.0),
    ("gel", 54.0, 56.4,      56.4,        55.8),
    ("wet", 55.0, 59.0,      59.0,        57.0),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "float_v", "absorption_v", "equalization_v", "stop_v"), LEAD_ACID)
def test_a_lead_acid_type_writes_its_voltages(kind, float_v, absorption_v, equalization_v, stop_v):
    values = full_values({"lead_acid_type": kind, "batt_mode": "use_batt_v"})
    assert values["float_v"] == float_v
    assert values["absorption_v"] == absorption_v
    assert values["equalization_v"] == equalization_v
    assert values["gen_stop_v"] == stop_v
    assert check_all(values) == []


def test_a_generator_stop_that_would_never_be_reached_is_refused_in_volts_only():
    changes = {"gen_stop_v": 57.6}
    assert broken(batt_mode="use_batt_v", **changes) == ["gen_stop_v"]
    assert broken(batt_mode="use_batt_pct", **changes) == []


def test_an_inverted_window_is_refused():
    assert lines(grid_vol_low=266.0) == [
        "grid.grid_vol_low = 266 V: must be below grid.grid_vol_high (265.0 V)"
    ]
