"""A run: summary, flows and reasons of the built-in house, however it is cut, and interruptions."""

import os
import signal
import weakref
from datetime import date, datetime

import numpy as np
import pytest

from twinverter.batch.simulate import COMPILING, simulate, uninterrupted
from twinverter.batch.tally import LINES
from twinverter.scenario.error import HouseError
from twinverter.words import figures, wording

pytestmark = pytest.mark.compiled

KEYS = """
    steps step_s stepping_seconds ns_per_step balance_error_relative pv_available_wh pv_wh
    curtailed_wh load_wh served_wh unserved_wh hours_unserved grid_import_wh grid_export_wh
    generator_wh fuel_l generator_hours generator_starts battery_charge_wh battery_discharge_wh
    battery_soh losses_wh alarms reasons
""".split()


def test_the_summary_has_all_its_keys(week):
    assert set(KEYS) <= set(week.summary)
    assert week.summary["steps"] == 7 * 1440
    assert (week.summary["start"], week.summary["end"]) == (
        "2023-01-01T00:00:00",
        "2023-01-08T00:00:00",
    )


def test_energies_add_up(week):
    found = week.summary
    sources = found["pv_wh"] + found["grid_import_wh"] + found["generator_wh"]
    sources += found["battery_discharge_wh"] + found["unserved_wh"] + found["home_unserved_wh"]
    sinks = found["load_wh"] + found["home_wh"] + found["grid_export_wh"] + found["losses_wh"]
    assert sources == pytest.approx(sinks + found["battery_charge_wh"], rel=1e-9)
    assert found["served_wh"] + found["unserved_wh"] == pytest.approx(found["load_wh"])
    assert found["pv_wh"] + found["curtailed_wh"] == pytest.approx(found["pv_available_wh"])
    assert sum(found[f"unserved_l{phase}_wh"] for phase in (1, 2, 3)) == pytest.approx(
        found["unserved_wh"]
    )
    assert found["balance_error_relative"] <= 1e-9


def test_paths_carry_what_the_meters_counted(week):
    found = week.summary
    leaving = {
        "sun": "pv_wh",
        "grid": "grid_import_wh",
        "generator": "generator_wh",
        "battery": "battery_discharge_wh",
    }
    for source, total in leaving.items():
        wh = sum(wh for name, wh in found["paths"].items() if name.startswith(f"{source}_to_"))
        assert wh == pytest.approx(found[total], rel=1e-9), source
    got = found["served_wh"] + found["home_wh"] - found["home_unserved_wh"]
    assert sum(
        wh for name, wh in found["paths"].items() if name.endswith("_to_loads_wh")
    ) == pytest.approx(got)


def test_every_line_has_a_reason_at_all_times(week):
    total_s = week.steps * week.step_s
    for line in LINES[:-1]:
        assert sum(week.summary["reasons"][line].values()) == pytest.approx(total_s), line


def test_hours_agree_with_the_meters(week):
    hours, meters = week.tally.hours, week.meters
    assert len(hours) == 7 * 24
    for name in ("pv_wh", "load_wh", "grid_import_wh", "generator_wh", "losses_wh", "fuel_l"):
        assert hours[name].sum() == pytest.approx(getattr(meters, name), rel=1e-9, abs=1e-6), name
    assert hours["generator_s"].sum() == meters.generator_s


def test_reasons_are_stretches_in_order_with_filled_sentences(week):
    rows = week.reasons.to_pylist()
    assert [row["start"] for row in rows] == sorted(row["start"] for row in rows)
    assert all(row["end"] > row["start"] and row["seconds"] > 0.0 for row in rows)
    held = next(row for row in rows if row["reason"] == "batt_below_floor")
    floor = week.house.values["low_batt_soc_pct"]
    assert held["sentence"].endswith(f"is not above {floor} %.")
    assert not [row["sentence"] for row in rows if "{" in row["sentence"] or "…" in row["sentence"]]


def test_flows_are_written_where_they_are_wanted(week):
    assert week.path.name == "flows.parquet" and week.path.is_file()
    flows = week.flows
    assert flows.num_rows == week.steps
    assert flows["soc"][-1].as_py() == week.soc_end


def test_flows_of_a_run_without_a_folder_live_as_long_as_the_run(house):
    run = simulate(house, days=1)
    path = run.path
    assert run.flows.num_rows == 1440
    del run
    assert not path.exists()


def test_days_come_whole_whatever_the_row_groups(week, tmp_path):
    days = list(week.days(["soc"]))
    assert [len(columns["soc"]) for _, columns in days] == [1440] * 7
    assert [columns["clock_s"][0] for _, columns in days] == [midnight_s for midnight_s, _ in days]


def test_no_more_than_two_chunks_are_in_memory(house):
    class Watched(type(house)):
        def chunks(self, *words):
            seen = []
            for chunk in house.chunks(*words):
                seen.append(weakref.ref(chunk))
                yield chunk
                del chunk
                alive.append(sum(ref() is not None for ref in seen))

    alive = []
    watched = Watched(**{name: getattr(house, name) for name in house.__dataclass_fields__})
    simulate(watched, days=150)
    assert len(alive) == 5 and max(alive) <= 2


def test_a_reason_is_shown_by_an_example_where_the_settings_alone_do_not_tell(week):
    # which level it was is known at a moment only; the longest time it held is taken
    spans = week.tally.spans["battery"].table()
    code = wording.code_of("batt_below_floor")
    longest = spans[spans["code"] == code]
    begin = figures.moment(longest["start_s"][longest["steps"].argmax()])
    shown = week.example("battery", int(code))
    assert shown.endswith(f"% is not above 35 %. (as on {begin.day} January, {begin:%H:%M})")
    assert week.example("battery", int(wording.code_of("batt_full"))) == "The battery is full."


def test_interpreted_and_compiled_agree(house):
    start = datetime(2023, 1, 1, 6)
    fast = simulate(house, start, 0.25)
    slow = simulate(house, start, 0.25, interpreted=True)
    for name in fast.flows.column_names[2:]:
        ours, theirs = fast.flows[name].to_numpy(), slow.flows[name].to_numpy()
        assert np.allclose(ours, theirs, rtol=1e-9, atol=1e-6), name


def test_an_interrupted_run_keeps_its_chunks_and_says_so(house, shortened, tmp_path):
    run = simulate(shortened(house, 2), days=100, out=tmp_path)
    chunk = 31 * 1440
    assert run.interrupted and run.summary["interrupted"] is True
    assert (run.steps, run.planned) == (2 * chunk, 100 * 1440)
    assert run.flows.num_rows == 2 * chunk
    assert run.summary["load_wh"] == pytest.approx(run.tally.hours["load_wh"].sum())
    assert run.soc_end == run.flows["soc"][-1].as_py()


def test_an_interruption_before_the_first_chunk_is_passed_on(house, shortened):
    with pytest.raises(KeyboardInterrupt):
        simulate(shortened(house, 0), days=1)


def test_a_signal_waits_until_the_block_is_done():
    done = []
    with pytest.raises(KeyboardInterrupt):
        with uninterrupted():
            os.kill(os.getpid(), signal.SIGINT)
            done.append("whole")
    assert done == ["whole"]


def test_progress_is_told_from_nothing_to_all(house, shortened):
    told = []
    simulate(house, days=40, progress=lambda share, doing="": told.append((share, doing)))
    assert told[0][0] == 0.0 and told[-1] == (1.0, "")
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert {doing for _, doing in told} <= {"", COMPILING}


def test_what_cannot_be_run_is_refused_before_anything_is_written(house, tmp_path):
    with pytest.raises(HouseError, match="days"):
        simulate(house, days=-1.0, out=tmp_path / "new")
    assert not (tmp_path / "new").exists()


# fmt: off
@pytest.mark.parametrize("day, lines", [
    # without the generator: every energy; with it: what happened, not how long it idled
    (date(2023, 6, 5), ("load", "battery_side")),
    (date(2023, 1, 1), ("load", "generator")),
])
# fmt: on
def test_a_day_tells_the_same_story_at_any_step(house, day, lines):
    runs = {step_s: simulate(house, day, 1, step_s) for step_s in (1.0, 10.0, 60.0)}
    for step_s in (10.0, 60.0):
        for line in set(lines) & set(LINES):
            fine, coarse = events_of(runs[1.0], line), events_of(runs[step_s], line)
            assert [what for what, _ in coarse] == [what for what, _ in fine]
            late_s = [abs((at - then).total_seconds()) for (_, at), (_, then) in zip(coarse, fine, strict=True)]
            assert max(late_s) <= 60.0 + step_s
        if "battery_side" in lines:
            for name, wh in energies_of(runs[1.0]).items():
                assert energies_of(runs[step_s])[name] == pytest.approx(wh, rel=5e-3), name


def events_of(run, line):
    return [(row["reason"], row["start"]) for row in run.reasons.to_pylist() if row["line"] == line]


def energies_of(run):
    return {name: wh for name, wh in run.summary.items() if name.endswith("_wh") and wh > 100.0}
