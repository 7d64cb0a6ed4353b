"""Each code from its physical cause to its end: when it comes, what it stops, how it goes (C-64, C-65).

A row is one story through the whole device. `after_s` is how long the cause must stand, in steps of
any length at least one step. `restart` is how the code goes once the cause is mended: a figure is
the seconds it takes by itself, `RETRY` the pause after the trip and at most three tries an hour,
`LATCHED` never without somebody. Codes that need a longer story, or another room, have a test of
their own, named in `ELSEWHERE`.
"""

import math
from pathlib import Path

import pytest

from tests.stories.patient import Patient
from twinverter.catalog import alarms
from twinverter.catalog.advice import ADVICE
from twinverter.catalog.causes import CAUSES
from twinverter.catalog.diagnosis import help_steps, suspects

ROOT = Path(__file__).resolve().parents[2]
RETRY, LATCHED = "retry", "latched"
PAUSE_S = 60.0

MAINS = {}
ISLAND = {"forced_island": 1.0}
BRIGHT = {"forced_island": 1.0, "sun": 8000.0}
NIGHT = {"forced_island": 1.0, "sun": 0.0}
SELLS = {"sun": 8000.0}
MAINS_208 = {"grid": "on"}

UNITS = {"parallel_feature": 1, "parallel_enable": 1}
BOND = {"signal_island_mode": 1}
TYPE_208 = {"grid_type": "3p_120_208"}
STRONG = {"max_discharge_a": 190}
METER = {"ex_meter_for_ct": 1}
VOLT_WATT = {"work_mode": "selling_first", "vw_enable": 1, "vw_vstart_v": 240, "vw_vstop_v": 260}
VOLT_WATT |= {"max_sell_power_w": 8000}

# fmt: off
STORIES = [
    # code     settings                    where    cause                              after_s  stops        restart
    ("OFF",    {},                         MAINS,   {"power_button": 0},                   0.0, "machine",     0.0),
    ("F01",    {},                         MAINS,   {"pv1_reversed": 1.0},                 0.5, "input",       5.0),
    ("F01",    {},                         ISLAND,  {"pv2_reversed": 1.0},                 0.5, "input",       5.0),
    ("F06",    {},                         MAINS,   {"memory_unwritable": 1.0},            0.0, "machine", LATCHED),
    ("F07",    {},                         MAINS,   {"link_open": 1.0},                   10.0, "machine",   RETRY),
    ("F07",    {},                         ISLAND,  {"link_open": 1.0},                   10.0, "machine",   RETRY),
    ("F08",    BOND,                       ISLAND,  {"bond_open": 1.0},                    0.0, "machine",   RETRY),
    ("F08",    TYPE_208,                   MAINS_208, {"bond_open": 1.0},                  0.0, "machine",   RETRY),
    ("F15",    STRONG,                     ISLAND,  {"load": "4600,0,0"},                 10.0, "machine",   RETRY),
    ("F15",    STRONG,                     ISLAND,  {"load": "5600,0,0"},                  0.1, "machine",   RETRY),
    ("F16",    {},                         MAINS,   {"damp_leak_a": 0.5},                550.0, "pv",        RETRY),
    ("F17",    {},                         MAINS,   {"input1_short_a": 25.0},              0.1, "pv",        RETRY),
    ("F17",    {},                         ISLAND,  {"input2_short_a": 25.0},              0.1, "pv",        RETRY),
    ("F18",    {},                         MAINS,   {"load_short": 1.0},                 0.001, "machine",   RETRY),
    ("F18",    {},                         ISLAND,  {"load_short": 1.0},                 0.001, "machine",   RETRY),
    ("F20",    {},                         ISLAND,  {"battery_short_a": 500.0},          0.001, "machine",   RETRY),
    ("F20",    {},                         MAINS,   {"battery_short_a": 350.0},           12.0, "machine",   RETRY),
    ("F21",    {},                         MAINS,   {"link_short_a": 40.0},                0.1, "machine",   RETRY),
    ("F22",    {},                         ISLAND,  {"estop": 1.0},                        0.0, "machine", LATCHED),
    ("F24",    {},                         MAINS,   {"pv_insulation_ohm": 1.0e4},          3.0, "pv",       PAUSE_S),
    ("F26",    {},                         MAINS,   {"link_unbalance_v": 80.0},            0.5, "machine",   RETRY),
    ("F29",    UNITS,                      MAINS,   {"peers_loss": 1.0},                   1.0, "stage",       0.0),
    ("F29",    UNITS,                      ISLAND,  {"peers_loss": 1.0},                   1.0, "machine",     0.0),
    ("F29",    UNITS,                      MAINS,   {"peer_clash": 1.0},                   0.0, "stage",       0.0),
    ("F33",    {},                         MAINS,   {"bypass_a": 60.0},                    5.0, "machine",   RETRY),
    ("F34",    STRONG,                     BRIGHT,  {"load": 9000.0},                     60.0, "machine",   RETRY),
    ("F34",    STRONG,                     BRIGHT,  {"load": 12300.0},                    10.0, "machine",   RETRY),
    ("F34",    STRONG,                     BRIGHT,  {"load": 16300.0},                     0.1, "machine",   RETRY),
    ("F34",    {},                         MAINS,   {"load": "12000,0,0"},                 5.0, "machine",   RETRY),
    ("F35",    {},                         MAINS,   {"grid": "off"},                       0.1, "grid side",  60.0),
    ("F41",    UNITS,                      MAINS,   {"peer_off": 1.0},                     0.0, "stage",       0.0),
    ("F41",    UNITS,                      ISLAND,  {"peer_off": 1.0},                     0.0, "machine",     0.0),
    ("F42",    {},                         MAINS,   {"grid": "230,230,184"},              0.16, "grid side",  60.0),
    ("F45",    {},                         MAINS,   {"grid": "230,266,230"},              0.16, "grid side",  60.0),
    ("F46",    {},                         MAINS,   {"bms_fault": 1.0},                    0.0, "battery",     0.0),
    ("F47",    {},                         MAINS,   {"grid": "230@51.6"},                 0.16, "grid side",  60.0),
    ("F48",    {},                         MAINS,   {"grid": "230@47.9"},                 0.16, "grid side",  60.0),
    ("F56",    {},                         NIGHT,   {"bms_discharge_max_a": 5.0},          0.2, "machine",   RETRY),
    ("F56",    {},                         NIGHT,   {"load": 4000.0},                     10.0, "machine",   RETRY),
    ("F61",    UNITS,                      MAINS,   {"power_button": 0},                   0.0, "machine",     0.0),
    ("F62",    {"drm": 1},                 MAINS,   {"drm_signal": 1.0},                   0.0, "grid side",  60.0),
    ("F63",    {"solar_arc_fault_on": 1},  MAINS,   {"pv_arc": 1.0},                       0.2, "pv",      LATCHED),
    ("DERATE", {},                         MAINS,   {"ambient_c": 46.0},                   0.0, "nothing",     0.0),
    ("W02",    {},                         MAINS,   {"fan_blocked": 1.0},                 10.0, "nothing",     0.0),
    ("W03",    {},                         MAINS,   {"phase_order_ok": 0.0},               1.0, "grid side",   0.0),
    ("W04",    METER,                      MAINS,   {"ct_ok": 0.0},                       10.0, "nothing",     0.0),
    ("W10",    VOLT_WATT,                  SELLS,   {"grid": "250"},                       0.0, "nothing",     0.0),
    ("W31",    {},                         MAINS,   {"bms_silent": 1.0},                  10.0, "nothing",    10.0),
    ("W32",    UNITS,                      MAINS,   {"peers_loss": 0.2},                  10.0, "nothing",     0.0),
]
# Codes with a story of their own, and where it is told.
LONG, SLOW = "tests/stories/test_long_codes.py::", "tests/stories/test_slow_codes.py::"
ALIVE = "tests/live/test_code_stories.py::"
ELSEWHERE = {
    "COMM":    "tests/browser/test_comm.py::test_a_control_board_that_falls_silent_is_told_as_comm_and_comes_back_by_itself",
    "F05":     LONG + "test_an_unreadable_memory_is_found_when_the_machine_starts_and_never_before",
    "F13":     ALIVE + "test_a_basic_setting_restarts_the_machine_and_its_code_goes_by_itself",
    "F23":     LONG + "test_somebody_who_touches_a_live_part_stops_the_sun_first_and_then_the_machine",
    "F51":     SLOW + "test_a_battery_in_a_hot_room_rests_at_55_degc_and_works_again_below_50",
    "F55":     SLOW + "test_a_string_that_is_too_long_rests_above_800_volts_and_comes_back_below_780",
    "F58":     SLOW + "test_a_silent_bms_is_warned_of_first_and_stops_the_machine_where_somebody_wants_that",
    "F60":     LONG + "test_an_engine_without_fuel_is_cranked_three_times_and_then_left_alone",
    "F64":     SLOW + "test_a_blocked_fan_under_load_ends_in_a_hot_sink_and_ten_minutes_of_rest",
    "F84":     LONG + "test_the_misprint_f84_is_read_as_f64_and_never_raised",
    "LOWBAT":  SLOW + "test_a_battery_runs_low_shuts_down_and_comes_back_at_restart",
    "BATSHUT": SLOW + "test_a_battery_runs_low_shuts_down_and_comes_back_at_restart",
    "COLDCHG": SLOW + "test_a_frozen_battery_is_not_charged_until_it_is_two_degrees_above_the_limit",
    "W05":     LONG + "test_a_clamp_put_on_wrongly_is_found_by_the_test_after_power_on",
    "W06":     LONG + "test_a_clamp_put_on_wrongly_is_found_by_the_test_after_power_on",
}
# fmt: on
# What the machine tells while it starts again.
STARTING = {"F61": {"F29"}}
WORDLESS = {"OFF", "F61", "F84"}


def named(story):
    """Return a name of a row for the list of tests."""
    code, _, where, cause, after_s, *_ = story
    place = "island" if "forced_island" in where else "mains"
    return f"{code}-{'-'.join(cause)}-{after_s:g}s-{place}"


def begun(machine, story):
    """Return the device of a story, at work and healthy, and what it stops there."""
    code, settings, where, *_ = story
    patient = Patient(machine, settings, **where).run(5)
    assert patient.codes == set(), code
    return patient, patient.stops


# A story told in other steps, as long as they are not too many.
IN_STEPS = [
    pytest.param(story, dt_s, id=f"{named(story)}-{dt_s:g}")
    for story in STORIES
    for dt_s in (0.001, 1.0, 60.0)
    if story[4] / dt_s <= 1000.0
]


@pytest.mark.parametrize("story, dt_s", IN_STEPS)
def test_a_cause_has_its_code_at_its_time_alone_and_stops_what_it_must(machine, story, dt_s):
    """CH7-FLT-008, CH7-FLT-012, CH7-FLT-014, CH7-FLT-016, CH7-FLT-020, CH7-FLT-022, CH7-FLT-026,
    CH7-FLT-028, CH7-FLT-032, CH7-FLT-034, CH7-FLT-036, CH7-FLT-042, CH9-PRO-029, CH9-PRO-032,
    CH9-PRO-033, CH9-PRO-034, CH9-PRO-035, CH9-PRO-036, CH9-PRO-042, CH3.6-GRD-002."""
    code, _, _, cause, after_s, stops, _ = story
    patient, _ = begun(machine, story)
    found_s, codes = patient.strike(cause).within(lambda it: code in it.codes, 2 * after_s, dt_s)
    least_s = dt_s * max(1, math.ceil(after_s / dt_s - 1e-6))
    assert least_s - 1e-9 <= found_s <= least_s + max(dt_s, 0.01 * after_s) + 1e-9
    assert codes == {code}
    # The change-over takes ten milliseconds; in a minute the pause of a trip is over.
    if dt_s < PAUSE_S:
        assert patient.run(0.02, min(dt_s, 0.02)).codes == {code} and patient.stops == stops


@pytest.mark.parametrize("story", STORIES, ids=named)
def test_a_code_goes_as_its_row_says_once_the_cause_is_mended(machine, story):
    """CH7-FLT-002: what remains after that is latched, and for the dealer."""
    code, _, _, cause, after_s, _, restart = story
    patient, at_work = begun(machine, story)
    patient.strike(cause).within(lambda it: code in it.codes, 2 * after_s)
    patient.mend()
    if restart == LATCHED:
        assert patient.run(4000, 60.0).codes == {code}
        assert patient.acknowledge().run(2).codes == set()
    else:
        due_s = PAUSE_S if restart == RETRY else restart
        gone_s, codes = patient.within(lambda it: code not in it.codes, due_s + 5)
        assert max(1.0, due_s) - 1.0 <= gone_s <= due_s + 2.0
        assert codes <= {code} | STARTING.get(code, set())
    _, codes = patient.within(lambda it: it.stops == at_work, 75)
    assert codes <= STARTING.get(code, set()) and patient.run(120).codes == set()


@pytest.mark.parametrize(
    "story", [story for story in STORIES if story[-1] == RETRY and story[4] < 100], ids=named
)
def test_what_stays_broken_is_tried_three_times_an_hour_and_then_waits_for_somebody(machine, story):
    code, _, _, cause, after_s, *_ = story
    patient, at_work = begun(machine, story)
    patient.strike(cause).within(lambda it: code in it.codes, 2 * after_s)
    shown = set()
    for _ in range(4 * int(PAUSE_S + 2 * after_s)):
        shown |= patient.run(1).codes
        assert shown <= {code}
    assert patient.mend().run(4000, 60.0).codes == {code}
    assert patient.acknowledge().run(62).codes == set() and patient.stops == at_work


@pytest.mark.parametrize("story", STORIES, ids=named)
def test_lamps_words_and_registers_tell_a_code_as_its_row_says(machine, story):
    """CH4.2-DSP-005, CH5.1-DSP-003."""
    code, _, _, cause, after_s, *_ = story
    row = alarms.find_alarm(code)
    patient, _ = begun(machine, story)
    patient.strike(cause).within(lambda it: code in it.codes, 2 * after_s)
    if row.severity != alarms.STATE:
        assert ("alarm" in patient.lamps) == ("Alarm LED red" in row.effect)
        assert ("normal" in patient.lamps) == ("Normal LED off" not in row.effect)
        if "AC LED off" in row.effect:
            assert "ac" not in patient.lamps
    words = alarms.registers_of(patient.m.flows.alarms)
    bits = {
        (address, bit) for address, word in words.items() for bit in range(16) if word >> bit & 1
    }
    assert bits == ({row.register_bit} if row.register_bit else set())
    assert row.message.endswith(".") and row.name
    if code not in WORDLESS:
        assert ADVICE[code].endswith(".") and help_steps(code)
        assert all(suspect.check for suspect in suspects(code)) and suspects(code)


def test_every_code_has_its_story():
    told = {story[0] for story in STORIES} | ELSEWHERE.keys()
    assert told == {row.code for row in alarms.ALARMS} and len(told) == 50


def test_every_cause_has_been_met_with_each_of_its_codes():
    met = {(key, code) for code, _, _, cause, *_ in STORIES for key in cause}
    for cause in CAUSES:
        for code in cause.codes:
            assert (cause.key, code) in met or code in ELSEWHERE, (cause.key, code)


@pytest.mark.parametrize("code", ELSEWHERE)
def test_a_story_told_elsewhere_is_there(code):
    path, _, name = ELSEWHERE[code].partition("::")
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")
