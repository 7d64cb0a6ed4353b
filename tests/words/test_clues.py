"""Each clue holds where it should and nowhere else; its sentence tells the figures behind it."""

import pytest

from tests.words.around import MORNING_S, TIMES_S, Course, around
from twinverter.catalog.diagnosis import ABOVE, CLUES, SUSPECTS
from twinverter.catalog.evidence import BY_KEY
from twinverter.words import clues
from twinverter.words.readings import Readings


def at(before, then, when_s=0):
    """Return a course that leaves a value at a time."""
    return Course((-2000, before), (when_s, then))


SHORT_S = tuple(range(-20, 11))
# fmt: off
HOLDS = [
    # clue                   what is different                                                            what the sentence says
    ("sag_with_load",        dict(grid_v_l2=at(228, 170, -3), grid_w_l2=at(300, 6000, -3)),                "fell only while 6.00 kW were drawn: L2 stood at 170 V then, and at 228 V with 300 W"),
    ("sag_alone",            dict(grid_v_l2=at(228, 170, -3)),                                             "L2 fell from 228 V to 170 V by itself: the power drawn there, 300 W, does not explain it"),
    ("sag_alone",            dict(grid_v_l2=at(228, 120, -3), grid_w_l2=at(300, 900, -3)),                 "L2 fell from 228 V to 120 V by itself"),
    ("sag_alone",            dict(grid_v_l2=at(228, 180, -3), grid_w_l2=Course((-2000, 300), (-600, 3300))), "the power drawn there, 3.30 kW, does not explain it"),
    ("rise_with_feed",       dict(grid_v_l1=at(240, 266, -3), grid_w_l1=at(-100, -3000, -3)),              "rose only while 3.00 kW were fed in: L1 stood at 266 V then, and at 240 V with 100 W"),
    ("rise_alone",           dict(grid_v_l1=at(240, 266, -3)),                                             "L1 rose from 240 V to 266 V by itself"),
    ("one_phase_low",        dict(grid_v_l3=at(230, 170)),                                                 "L3 stood at 170 V, the other two at 230 V and 230 V"),
    ("one_phase_dead",       dict(grid_v_l3=at(230, 0)),                                                   "L3 was dead"),
    ("all_phases_low",       dict(grid_v=at(230, 180)),                                                    "All three phases were low, the highest at 180 V"),
    ("all_phases_dead",      dict(grid_v=at(230, 0)),                                                      "All three phases were dead"),
    ("phases_apart",         dict(grid_v_l1=at(230, 280), grid_v_l2=at(230, 190)),                         "190 V on one, 280 V on another"),
    ("phases_together",      dict(grid_v=at(230, 266)),                                                    "between 266 V and 266 V"),
    ("grid_unsettled",       dict(grid_v_l1=Course((-2000, 230), (-300, 205), (-200, 230))),               "wandered between 205 V and 230 V"),
    ("grid_quiet",           dict(),                                                                       "quietly at 230 V"),
    ("low_window_narrow",    dict(low_limit_v=207),                                                        "Grid Vol Low stands at 207 V, 90 %"),
    ("low_window_wide",      dict(),                                                                       "Grid Vol Low stands at 185 V, 80 %"),
    ("high_window_narrow",   dict(high_limit_v=253),                                                       "Grid Vol High stands at 253 V, 110 %"),
    ("high_window_wide",     dict(),                                                                       "Grid Vol High stands at 265 V, 115 %"),
    ("hz_window_narrow",     dict(high_limit_hz=50.5),                                                     "by 0.50 Hz only"),
    ("hz_window_wide",       dict(),                                                                       "by 1.50 Hz"),
    ("hz_restless",          dict(grid_hz=Course((-2000, 50), (-30, 50.8), (-20, 50))),                    "between 50.00 Hz and 50.80 Hz"),
    ("hz_calm",              dict(),                                                                       "stood at 50.00 Hz"),
    ("hz_fell_with_load",    dict(grid_hz=at(50, 47.5, -3), grid_w=at(300, 1500, -3)),                     "sank to 47.50 Hz under 4.50 kW, and stood at 50.00 Hz with 900 W"),
    ("port_current_high",    dict(ld_w_l1=11500),                                                          "50 A flowed at the GRID terminals"),
    ("load_over_rating",     dict(load_w=4100),                                                            "asked for 12.30 kW; 8.00 kW is the rating"),
    ("load_in_rating",       dict(),                                                                       "asked for 900 W only"),
    ("one_phase_heavy",      dict(load_w_l2=5000),                                                         "L2 carried 5.00 kW of 5.60 kW"),
    ("phases_even",          dict(load_w=2000),                                                            "2.00 kW on the heaviest phase"),
    ("load_jumped",          dict(load_w_l1=at(300, 4300, -10)),                                           "jumped from 900 W to 4.90 kW, 10 s before"),
    ("load_steady",          dict(),                                                                       "hardly moved"),
    ("load_unserved",        dict(unserved_w=at(0, 2500)),                                                 "2.50 kW of the backup loads found no supply"),
    ("used_much",            dict(load_w=1500),                                                            "4.50 kW on average"),
    ("used_little",          dict(load_w=100),                                                             "only 300 W on average"),
    ("grid_away",            dict(on_grid=0),                                                              "away for most of the time"),
    ("grid_stood",           dict(on_grid=1),                                                              "there all the time"),
    ("worked_hard",          dict(inverter_w=2500),                                                        "7.50 kW on average"),
    ("worked_little",        dict(inverter_w=100),                                                         "300 W only"),
    ("battery_sagged",       dict(battery_v=at(51.2, 46.2, -2), battery_a=at(0, 100, -2)),                 "fell from 51.20 V to 46.20 V when it had to give 100 A"),
    ("at_discharge_limit",   dict(battery_a=at(0, 100)),                                                   "gave 100 A, and 100 A is allowed"),
    ("load_in_limit",        dict(),                                                                       "only 0 A of 100 A"),
    ("bms_holds_back",       dict(bms_discharge_a=20),                                                     "itself allowed 20 A only; 100 A is set"),
    ("bms_gives",            dict(),                                                                       "itself allowed 150 A"),
    ("unordered_battery_current", dict(battery_a=at(5, 450)),                                              "450 A flowed out of the battery while the loads took 900 W"),
    ("charging_hard",        dict(battery_a=-98),                                                          "charged with 98 A, 100 A is set"),
    ("battery_hard",         dict(battery_a=80),                                                           "80 A on average"),
    ("battery_easy",         dict(battery_a=-10),                                                          "only 10 A on average"),
    ("frames_stopped",       dict(bms_silent=at(0, 1, -30)),                                               "answered until 30 s before"),
    ("frames_flicker",       dict(bms_silent=Course((-2000, 0), (-50, 1), (-40, 0), (-10, 1))),            "came and went 2 times"),
    ("never_spoke",          dict(bms_silent=1),                                                           "not answered for 29\N{NO-BREAK SPACE}min"),
    ("gen_silent",           dict(gen_asked=1),                                                            "asked to run and gave no voltage"),
    ("gen_runs",             dict(gen_v=231),                                                              "gave 231 V"),
    ("gen_sank_with_load",   dict(gen_v=220, gen_hz=at(51, 44, -6), gen_w=at(0, 4000, -6)),                "sank to 44.00 Hz under 4.00 kW, and stood at 51.00 Hz with 0 W"),
    ("gen_unloaded",         dict(gen_v=231),                                                              "ran without load"),
    ("gen_out_unloaded",     dict(gen_v=150, gen_hz=50),                                                   "gave 150 V and 50.00 Hz"),
    ("leak_jumped",          dict(residual_a=at(0.005, 0.105)),                                            "jumped from 5 mA to 105 mA"),
    ("leak_crept",           dict(residual_a=Course(*((t, 0.01 + 0.3 * (t + 1740) / 1740) for t in TIMES_S))), "rose from 10 mA to 310 mA within 29\N{NO-BREAK SPACE}min"),
    ("morning",              dict(clock_s=MORNING_S),                                                      "It was 07:30"),
    ("clamp_against",        dict(ld_w_l1=at(0, 300, -5), ct_w_l1=at(0, -300, -5)),                        "When 300 W more flowed on L1, the clamp there read −300 W more"),
    ("clamp_still",          dict(ld_w_l1=at(0, 300, -5)),                                                 "300 W moved on L1, and no clamp followed"),
    ("clamp_crossed",        dict(ld_w_l1=at(0, 300, -5), ct_w_l2=at(0, 300, -5)),                         "300 W moved on L1, and the clamp of L2 followed"),
]
# What a sound house at rest says already: its windows are wide, its grid quiet, its loads small.
AT_REST = {
    "phases_together", "grid_quiet", "low_window_wide", "high_window_wide", "hz_window_wide", "hz_calm",
    "load_in_rating", "load_steady", "load_in_limit", "bms_gives", "worked_little", "battery_easy",
    "terminals_live", "stop_open", "bms_no_flag", "bond_closed", "mains_there",
}
# fmt: on


@pytest.mark.parametrize(("key", "changes", "words"), HOLDS)
def test_a_clue_holds_and_tells_its_figures(key, changes, words):
    told = clues.found(key, around(**changes)).replace("\N{NO-BREAK SPACE}", " ")
    assert words.replace("\N{NO-BREAK SPACE}", " ") in told


def test_every_clue_that_is_a_function_is_shown_to_hold():
    simple = {row.key for row in CLUES}
    assert {row[0] for row in HOLDS} == set(clues.NAMES) - simple


@pytest.mark.parametrize("row", CLUES, ids=[row.key for row in CLUES])
def test_a_clue_of_one_figure_holds_beyond_its_limit_and_not_before(row):
    step = max(abs(row.limit) * 0.01, 1e-4)
    beyond, before = (row.limit + step, row.limit - step)
    if row.sense != ABOVE:
        beyond, before = before, beyond
    assert clues.found(row.key, around(**{row.figure: beyond}))
    assert not clues.found(row.key, around(**{row.figure: before}))


def test_a_sound_house_gives_no_clue_but_those_that_say_so():
    assert {key for key in clues.NAMES if clues.found(key, around())} == AT_REST


@pytest.mark.parametrize("key", clues.NAMES)
def test_where_nothing_was_kept_no_clue_is_found(key):
    for nothing in (Readings(0.0, (), {}), Readings(0.0, SHORT_S, {})):
        assert clues.found(key, nothing) == ""


def test_every_clue_speaks_for_or_against_a_cause_and_every_cause_knows_its_clues():
    used = {key for row in SUSPECTS for key in (*row.speaks, *row.denies)}
    assert used == set(clues.NAMES)
    assert all(row.figure in BY_KEY for row in CLUES)


# fmt: off
STEADY = {"grid_w_l2": Course((-2000, 300), (-600, 3300))}
NOT = [
    # clue                 why not                                                changes
    ("sag_with_load",      "no cable loses 110 V by 600 W",                        dict(grid_v_l2=at(228, 120, -3), grid_w_l2=at(300, 900, -3))),
    ("sag_with_load",      "the load did not move",                                dict(grid_v_l2=at(228, 170, -3))),
    ("sag_with_load",      "it stood well under the same load before",             dict(grid_v_l2=at(228, 180, -3), **STEADY)),
    ("hz_fell_with_load",  "it stood well under the same load before",             dict(grid_hz=at(50, 47, -3), grid_w=Course((-2000, 300), (-600, 1500)))),
    ("sag_alone",          "the load explains it",                                 dict(grid_v_l2=at(228, 170, -3), grid_w_l2=at(300, 6000, -3))),
    ("sag_alone",          "4 V are no fall",                                      dict(grid_v_l2=at(228, 224, -3))),
    ("one_phase_low",      "all are low",                                          dict(grid_v=170)),
    ("load_jumped",        "it rose a minute and a half before",                   dict(load_w_l1=at(300, 4300, -90))),
    ("load_jumped",        "it rose after the alarm",                              dict(load_w_l1=at(300, 4300, 2))),
    ("frames_stopped",     "it never spoke",                                       dict(bms_silent=1)),
    ("battery_sagged",     "1 V at 100 A is a sound bank",                         dict(battery_v=at(52, 51, -2), battery_a=at(0, 100, -2))),
    ("leak_crept",         "it jumped",                                            dict(residual_a=at(0.005, 0.105))),
    ("leak_jumped",        "it rose after the alarm",                              dict(residual_a=at(0.005, 0.105, 1))),
    ("never_spoke",        "20 s are too short to say so",                         dict(bms_silent=1, times_s=SHORT_S)),
    ("clamp_still",        "all phases moved at once",                             dict(ld_w=at(0, 300, -5))),
    ("morning",            "it is noon",                                           dict()),
]
# fmt: on


@pytest.mark.parametrize(("key", "why", "changes"), NOT)
def test_a_clue_does_not_hold(key, why, changes):
    assert clues.found(key, around(**changes)) == "", why
