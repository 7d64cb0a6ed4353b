"""The likeliest cause comes first: by hand-made evidence, one story per cause."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.words.around import MORNING_S, NOON_S, TIMES_S, Course, around
from twinverter.catalog.causes import CAUSES
from twinverter.catalog.diagnosis import SUSPECTS, suspects
from twinverter.catalog.evidence import FIGURES
from twinverter.words.diagnosis import LIKELY, OPEN, UNLIKELY, diagnosed
from twinverter.words.readings import Readings


def at(before, then, when_s=0):
    """Return a course that leaves a value at a time."""
    return Course((-2000, before), (when_s, then))


CREEPING = Course(*((t, 0.01 + 0.3 * (t + 1740) / 1740) for t in TIMES_S))
SAG = {"grid_v_l2": at(228, 170, -3), "grid_w_l2": at(300, 6000, -3)}
# fmt: off
STORIES = [
    # code     first cause           what was measured
    ("F01",    "pv1_reversed",       dict(pv1_v=-350)),
    ("F01",    "pv2_reversed",       dict(pv2_v=-350)),
    ("F05",    "memory_unreadable",  dict(memory_unreadable=1)),
    ("F06",    "memory_unwritable",  dict(memory_unwritable=1)),
    ("F07",    "link_open",          dict(link_v=0)),
    ("F07",    "weak_source",        dict(link_v=300, battery_v=41, pv_w=0)),
    ("F08",    "bond_open",          dict(bond_open=1, neutral_v=115)),
    ("F08",    "bond_wire",          dict(neutral_v=115)),
    ("F15",    "phase_overload",     dict(load_w_l1=5000)),
    ("F15",    "motor_start",        dict(load_w=at(300, 2000, -5))),
    ("F16",    "damp_leak_a",        dict(residual_a=CREEPING)),
    ("F16",    "worn_insulation",    dict(residual_a=at(0.01, 0.4), insulation_ohm=2e4)),
    ("F17",    "input1_short_a",     dict(pv1_a=25)),
    ("F17",    "input2_short_a",     dict(pv2_a=25)),
    ("F18",    "load_short",         dict(peak_a=200)),
    ("F18",    "load_too_big",       dict(load_w=at(300, 5000, -1), peak_a=60)),
    ("F20",    "battery_short_a",    dict(battery_a=at(5, 450))),
    ("F20",    "start_under_load",   dict(load_w=at(0, 5000), battery_a=at(0, 430))),
    ("F21",    "link_short_a",       dict(link_a=40)),
    ("F21",    "current_set_high",   dict(link_a=31, battery_a=-98)),
    ("F22",    "estop",              dict(estop=1)),
    ("F22",    "stop_wire",          dict(estop=0)),
    ("F23",    "earth_leak_a",       dict(residual_a=at(0.0, 0.1))),
    ("F23",    "damp_leak_a",        dict(residual_a=CREEPING)),
    ("F24",    "pv_insulation_ohm",  dict(insulation_ohm=1e4)),
    ("F24",    "morning_dew",        dict(clock_s=MORNING_S)),
    ("F26",    "link_unbalance_v",   dict(unbalance_v=80)),
    ("F26",    "uneven_phases",      dict(unbalance_v=5, load_w_l1=5000)),
    ("F29",    "peers_loss",         dict(peers_heard=0)),
    ("F29",    "peer_clash",         dict(peer_clash=1)),
    ("F33",    "bypass_a",           dict(stray_a=60)),
    ("F33",    "port_overload",      dict(ld_w_l1=12000)),
    ("F34",    "overload",           dict(load_w=4100)),
    ("F34",    "motor_start",        dict(load_w=at(1000, 2500, -5))),
    ("F35",    "outage",             dict(grid_v=at(230, 0))),
    ("F35",    "outage",             dict(grid_v=Course((-2000, 230), (-300, 190), (-200, 230), (0, 0)))),
    ("F35",    "generator_stopped",  dict(grid_v=at(230, 0), gen_on_grid_port=1)),
    ("F41",    "peer_off",           dict(peer_off=1)),
    ("F42",    "thin_cable",         SAG),
    ("F42",    "weak_grid",          dict(grid_v=at(228, 180, -3))),
    ("F42",    "phase_lost",         dict(grid_v_l2=at(230, 0))),
    ("F42",    "narrow_window",      dict(grid_v=213, low_limit_v=214)),
    ("F45",    "thin_cable",         dict(grid_v_l1=at(240, 266, -3), grid_w_l1=at(-100, -3000, -3))),
    ("F45",    "strong_grid",        dict(grid_v=at(240, 266, -3))),
    ("F45",    "neutral_lost",       dict(grid_v_l1=280, grid_v_l2=190)),
    ("F46",    "bms_fault",          dict(bms_fault=1)),
    ("F46",    "settings_differ",    dict()),
    ("F47",    "grid_surplus",       dict(grid_hz=at(50, 52))),
    ("F47",    "small_grid",         dict(grid_hz=Course((-2000, 50), (-30, 51), (-20, 50), (0, 52)), gen_on_grid_port=1)),
    ("F48",    "grid_short",         dict(grid_hz=at(50, 47))),
    ("F48",    "small_grid",         dict(grid_hz=at(50, 47, -3), grid_w=at(300, 1500, -3))),
    ("F51",    "hot_place",          dict(ambient_c=46, battery_c=56)),
    ("F51",    "hard_use",           dict(battery_a=80, battery_c=56)),
    ("F51",    "cell_defect",        dict(ambient_c=25, battery_a=5, battery_c=56)),
    ("F55",    "string_too_long",    dict(pv1_v=820, pv2_v=820, ambient_c=10)),
    ("F55",    "battery_over",       dict(battery_v=61)),
    ("F56",    "battery_empty",      dict(soc=0.1, battery_v=44, pv_w=0)),
    ("F56",    "battery_cable",      dict(soc=0.7, battery_v=at(52, 39, -2), battery_a=at(0, 60, -2))),
    ("F56",    "shortage",           dict(soc=0.7, battery_a=100, unserved_w=2000)),
    ("F56",    "bms_holds",          dict(soc=0.7, bms_discharge_a=20, battery_a=0)),
    ("F58",    "bms_cable",          dict(bms_silent=at(0, 1, -30))),
    ("F58",    "wrong_protocol",     dict(bms_silent=1)),
    ("F58",    "noise",              dict(bms_silent=Course((-2000, 0), (-50, 1), (-40, 0), (-30, 1)))),
    ("F60",    "no_fuel",            dict(gen_asked=1)),
    ("F60",    "gen_small",          dict(gen_v=220, gen_hz=at(51, 44, -6), gen_w=at(0, 4000, -6))),
    ("F60",    "gen_governor",       dict(gen_v=150, gen_hz=50)),
    ("F62",    "operator",           dict(drm0=1)),
    ("F63",    "pv_arc",             dict(arc=1)),
    ("F64",    "fan_blocked",        dict(fan=0, sink_c=90)),
    ("F64",    "hot_place",          dict(fan=1, sink_c=90, ambient_c=48)),
    ("F64",    "hard_work",          dict(fan=1, sink_c=90, inverter_w=2500)),
    ("LOWBAT", "long_outage",        dict(on_grid=0)),
    ("LOWBAT", "little_sun",         dict(on_grid=1, pv_w=0)),
    ("BATSHUT", "much_use",          dict(on_grid=1, load_w=2000)),
    ("COLDCHG", "cold_place",        dict(battery_c=-3, ambient_c=-5)),
    ("W02",    "fan_blocked",        dict(fan=0)),
    ("W03",    "phases_exchanged",   dict(order_ok=0)),
    ("W04",    "meter_cable",        dict(ct_ok=0)),
    ("W05",    "ct_reversed",        dict(ld_w_l1=at(0, 300, -5), ct_w_l1=at(0, -300, -5))),
    ("W06",    "ct_off",             dict(ld_w_l1=at(0, 300, -5))),
    ("W06",    "ct_swapped",         dict(ld_w_l1=at(0, 300, -5), ct_w_l2=at(0, 300, -5))),
    ("W10",    "thin_cable",         dict(grid_v_l1=at(240, 253, -3), grid_w_l1=at(-100, -2500, -3))),
    ("W31",    "bms_cable",          dict(bms_silent=at(0, 1, -10))),
    ("W31",    "battery_asleep",     dict(bms_silent=at(0, 1, -10), battery_v=at(52, 0, -10))),
    ("W32",    "peers_loss",         dict(peers_heard=0.8)),
]
# fmt: on
NAMES = [f"{code}-{cause}" for code, cause, _ in STORIES]


@pytest.mark.parametrize(("code", "first", "measured"), STORIES, ids=NAMES)
def test_the_cause_that_the_readings_speak_for_comes_first(code, first, measured):
    findings = diagnosed(code, around(**measured))
    told = [(one.key, one.verdict, one.because, one.but) for one in findings]
    assert findings[0].key == first, told
    assert {one.key for one in findings} == {row.key for row in suspects(code)}


def test_every_cause_that_can_be_injected_has_its_story():
    told = {(code, first) for code, first, _ in STORIES}
    assert {(code, cause.key) for cause in CAUSES for code in cause.codes} <= told


def test_a_cause_says_why_and_what_speaks_against_it_with_figures():
    cable, grid = diagnosed("F42", around(**SAG))[0], diagnosed("F42", around(**SAG))[-2]
    assert (cable.cause, cable.verdict) == ("Thin, long or loose supply cable", LIKELY)
    assert cable.because[0].startswith("The voltage fell only while 6.00\N{NO-BREAK SPACE}kW were")
    assert "electrician tighten the grid terminals" in cable.check
    assert grid.verdict == UNLIKELY and grid.but == cable.because


def test_without_readings_the_commonest_cause_comes_first_and_none_is_judged():
    findings = diagnosed("F42", None)
    assert [one.key for one in findings] == [row.key for row in suspects("F42")]
    assert {one.verdict for one in findings} == {OPEN}
    assert not any(one.because or one.but for one in findings)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(-2000, 60), min_size=1, max_size=12, unique=True).map(sorted),
    st.sets(st.sampled_from([figure.key for figure in FIGURES])),
    st.randoms(use_true_random=False),
)
def test_whatever_was_measured_every_code_has_an_answer_without_a_figure_nobody_knows(
    times_s, missing, dice
):
    kept = [figure.key for figure in FIGURES if figure.key not in missing]
    columns = {
        key: [dice.choice((0.0, 1.0, dice.uniform(-1e3, 1e3))) for _ in times_s] for key in kept
    }
    readings = Readings(NOON_S, times_s, columns)
    for code in {row.code for row in SUSPECTS}:
        findings = diagnosed(code, readings)
        assert [one.weight for one in findings] == sorted(one.weight for one in findings)[::-1]
        assert "nan" not in " ".join(text for one in findings for text in one.because + one.but)
