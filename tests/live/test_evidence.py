"""What is kept around an alarm: before and after, bounded, on disk with the journal, for good."""

import random

import pytest

from tests.live.conftest import QUIET
from twinverter.catalog.evidence import BY_KEY
from twinverter.live import casefile, evidence
from twinverter.live.evidence import MINUTES, SECONDS, STEPS, Ring, Step, packed, unpacked
from twinverter.live.memory import AlarmEntry, Evidence
from twinverter.scenario.house import load_house
from twinverter.words.diagnosis import diagnosed
from twinverter.words.readings import Readings

# A case holds this much at most: the deepest ring and everything that may follow.
MOST_ROWS = STEPS + SECONDS + MINUTES + 180
USUAL_BYTES, MOST_BYTES = 5_000, 100_000


def case_of(living, code, count=1):
    """Return the evidence of the newest alarms of a code, the newest first."""
    living.twin.save()
    rose = [one for one in living.store.journal(1000) if one.code == code and one.raised]
    found = [living.store.alarm(one.seq)[2] for one in rose[:count]]
    return found[0] if count == 1 else found


def column(case, key):
    """Return (second from the alarm, value) of a figure."""
    return list(zip(case.times_s, case.figures[key], strict=True))


def first_cause(case):
    return diagnosed(case.code, Readings(case.clock_s, case.times_s, case.figures))[0]


# ---- the ring ------------------------------------------------------------------------------


def step_at(at_s):
    return Step(at_s, None, None, None, None, None)


def test_the_ring_keeps_every_step_of_late_then_seconds_then_minutes():
    ring = Ring()
    for tenth in range(40_000):
        ring.add(step_at(tenth / 10))
    times = [step.at_s for step in ring]
    assert times == sorted(set(times)) and times[-1] == 3999.9
    assert len(times) <= STEPS + SECONDS + MINUTES
    gaps = [b - a for a, b in zip(times, times[1:], strict=False)]
    assert gaps[-1] == pytest.approx(0.1)
    assert max(gap for gap, at_s in zip(gaps, times, strict=False) if at_s > 3912) < 1.01
    assert times[0] == pytest.approx(4000 - 60 * MINUTES, abs=60.0) and max(gaps) < 60.1


def test_a_ring_of_long_steps_reaches_back_as_far():
    ring = Ring()
    for minute in range(200):
        ring.add(step_at(60.0 * minute))
    times = [step.at_s for step in ring]
    assert times[-1] == 199 * 60.0 and len(times) == SECONDS


# ---- a device ------------------------------------------------------------------------------


def test_an_alarm_keeps_what_was_measured_before_and_a_minute_after(alive):
    living = alive().run(200).world(grid_l2_v=170).run(90)
    case = case_of(living, "F42")
    assert case.complete and case.standing == ("F42",)
    assert case.lamps == {"dc": 0, "ac": 0, "normal": 1, "alarm": 1}
    assert set(case.figures) == set(BY_KEY)
    volts = dict(column(case, "grid_v_l2"))
    assert volts[0.0] == 170.0
    assert {volt for at_s, volt in volts.items() if at_s < -0.3} == {230.0}
    assert {volt for at_s, volt in volts.items() if at_s > 0.0} == {170.0}
    assert {volt for _, volt in column(case, "grid_v_l1")} == {230.0}
    # Two minutes back second by second at least, then in minutes; one minute on.
    assert case.times_s[0] < -190.0 and 58.0 < case.times_s[-1] <= 60.0
    assert len(case.times_s) <= MOST_ROWS
    relays = dict(column(case, "on_grid"))
    assert relays[case.times_s[0]] == 1.0 and relays[case.times_s[-1]] == 0.0


def test_the_steps_around_a_trip_of_milliseconds_are_all_there(alive):
    case = case_of(alive().run(30).world(grid_on=False).run(5), "F35")
    near = [at_s for at_s in case.times_s if -0.2 < at_s < 0.2]
    assert len(near) > 4 and min(b - a for a, b in zip(near, near[1:], strict=False)) < 0.011


def test_evidence_is_on_disk_with_its_alarm_and_grows_until_it_is_whole(alive):
    living = alive().run(60).world(grid_on=False).run(2)
    first = case_of(living, "F35")
    assert not first.complete and first.times_s[-1] < 2.0
    later = case_of(living.run(30), "F35")
    assert not later.complete and later.times_s[-1] > 20.0
    assert later.times_s[: len(first.times_s)] == first.times_s
    assert case_of(living.run(60), "F35").complete
    rose = living.store.journal()[-1]
    assert living.store.alarm(rose.seq)[0] == rose


def test_after_a_restart_it_is_shown_as_it_was_even_if_cut_short(alive):
    living = alive().run(60).world(grid_on=False).run(20)
    before = case_of(living, "F35")
    again = alive.again()
    assert case_of(again, "F35") == before
    assert first_cause(before).key == "outage"
    assert case_of(again.run(100), "F35") == before


def test_a_code_that_comes_again_begins_a_story_of_its_own(alive):
    living = alive(reconnection_time_s=5).run(60)
    for _ in range(3):
        living.world(grid_on=False).run(4).world(grid_on=True).run(15)
    newest, middle, oldest = case_of(living, "F35", 3)
    assert middle.complete and oldest.complete and not newest.complete
    assert oldest.times_s[-1] < 25.0
    # The second knows of the first: the grid was away before.
    assert 0.0 in [volts for at_s, volts in column(middle, "grid_v_l1") if -30 < at_s < -10]


def test_two_alarms_of_one_step_have_one_past(alive):
    living = alive().run(120).world(grid_on=False, load_l1_w=6000, load_l2_w=6000, load_l3_w=6000)
    living.run(30)
    codes = {code for code, raised in living.journal if raised}
    assert {"F35"} < codes
    for code in codes:
        assert case_of(living, code).times_s[0] < -60.0


def test_a_clock_set_by_hand_does_not_tear_the_evidence(alive):
    living = alive(time_syncs=False).run(100)
    living.twin.set_clock(year=2031, month=5, day=6, hour=7, minute=8)
    living.run(20).world(grid_on=False).run(5)
    case = case_of(living, "F35")
    gaps = [b - a for a, b in zip(case.times_s, case.times_s[1:], strict=False)]
    assert min(gaps) > 0.0 and case.times_s[0] == pytest.approx(-120.0, abs=2.0)


def test_the_evidence_of_a_silent_battery_says_since_when(alive):
    """CH7-FLT-040."""
    living = alive(bms_err_stop=True).run(100).world(bms_silent=True).run(40)
    found = first_cause(case_of(living, "F58"))
    assert found.key == "bms_cable"
    assert found.because[0].startswith("It answered until 30\N{NO-BREAK SPACE}s before")


STIFF, THIN = "resistance_ohm = 0.0", "resistance_ohm = 2.6"


def test_a_thin_cable_is_told_from_a_weak_grid(alive, tmp_path):
    """CH7-FLT-032, CH7-FLT-033: the same code, told apart by what was drawn."""
    path = tmp_path / "thin.toml"
    path.write_text(QUIET.replace(STIFF, THIN), encoding="utf-8")
    thin = alive("thin", load_house(path)).run(100).world(home_w=12000).run(10)
    cause = first_cause(case_of(thin, "F42"))
    assert (cause.key, cause.verdict) == ("thin_cable", "likely")
    assert "The voltage fell only while" in cause.because[0]
    weak = alive("weak").run(100).world(grid_l1_v=176, grid_l2_v=178, grid_l3_v=177).run(10)
    cause = first_cause(case_of(weak, "F42"))
    assert (cause.key, cause.verdict) == ("weak_grid", "likely")


# ---- the case file -------------------------------------------------------------------------


def worst_case(code="F42", clock_s=5.0, rows=MOST_ROWS):
    """Return a case in which every figure differs from row to row."""
    times_s = tuple(place / 7.0 for place in range(-rows, 1))
    dice = random.Random(1)
    columns = {key: tuple(dice.random() * 1000.0 for _ in times_s) for key in BY_KEY}
    return Evidence(code, clock_s, times_s, columns, {"dc": 1}, (code,), True)


def test_a_case_is_kept_in_few_bytes_and_read_as_it_was(alive):
    living = alive().run(2000).world(grid_on=False).run(100)
    case = case_of(living, "F35")
    assert len(packed(case)) < USUAL_BYTES
    assert len(packed(worst_case())) < MOST_BYTES
    again = unpacked("F35", case.clock_s, packed(case))
    assert again == case


def test_a_figure_that_older_evidence_lacks_is_missing_and_one_it_has_too_much_is_passed_over(
    monkeypatch,
):
    blob = packed(worst_case())
    kept = tuple(key for key in BY_KEY if key != "fan")
    monkeypatch.setattr(evidence, "KEYS", (*kept, "brand_new"))
    found = unpacked("F42", 5.0, blob)
    assert set(found.figures) == set(kept)
    readings = Readings(5.0, found.times_s, found.figures)
    assert diagnosed("F64", readings) and diagnosed("F42", readings)


@pytest.mark.parametrize("cut", [b"", b"no", packed(worst_case())[:-9]])
def test_damaged_evidence_is_named(cut):
    with pytest.raises(ValueError, match="damaged"):
        unpacked("F42", 5.0, cut)


def test_only_the_newest_cases_of_a_code_are_kept_and_no_other_code_is_driven_out(alive):
    living = alive().run(5)
    database = living.store._database
    for second in range(casefile.KEPT_PER_CODE + 15):
        for code in ("F42", "W03") if second == 3 else ("F42",):
            row = (float(second), code)
            database.execute("INSERT INTO alarms (clock_s, code, raised) VALUES (?, ?, 1)", row)
            casefile.keep(database, [worst_case(code, float(second), rows=3)])
    counted = database.execute("SELECT code, count(*) FROM evidence GROUP BY code ORDER BY code")
    assert counted.fetchall() == [("F42", casefile.KEPT_PER_CODE), ("W03", 1)]
    newest = living.store.alarm(living.store.journal(1)[0].seq)
    assert newest[2].clock_s == newest[0].clock_s


def test_evidence_of_an_entry_that_the_journal_dropped_goes_with_it(alive):
    living = alive().run(5)
    database = living.store._database
    database.execute("INSERT INTO alarms (clock_s, code, raised) VALUES (1.0, 'F42', 1)")
    casefile.keep(database, [worst_case("F42", 1.0)])
    database.execute("DELETE FROM alarms")
    database.execute("INSERT INTO alarms (clock_s, code, raised) VALUES (9.0, 'F35', 1)")
    casefile.keep(database, [worst_case("F35", 9.0)])
    assert database.execute("SELECT code FROM evidence").fetchall() == [("F35",)]


def test_an_alarm_is_found_with_its_end_and_an_unknown_number_is_nothing(alive):
    living = alive(reconnection_time_s=5).run(30).world(grid_on=False).run(5)
    living.world(grid_on=True).run(20)
    living.twin.save()
    end, rose = living.store.journal()
    assert (rose.code, rose.raised, end.raised) == ("F35", True, False)
    found = living.store.alarm(rose.seq)
    assert found[:2] == (rose, end)
    assert living.store.alarm(end.seq) is None and living.store.alarm(999) is None
    assert isinstance(found[0], AlarmEntry)


def test_the_first_day_on_which_it_gave_power_on_the_grid_is_known(alive):
    """CH7-FLT-005."""
    living = alive().run(130)
    assert living.store.first_on_grid() is None
    living.world(sun_w_m2=800).run(300)
    living.twin.save()
    assert living.store.first_on_grid().isoformat() == "2023-01-02"
