"""What a history takes, counts and gives back: the same on both kinds of database."""

import numpy as np
import pytest

from tests.monitor.samples import DAY_S, HOUR_S, MINUTE_S, MONDAY_S, minutes, sample, shuffled
from twinverter.monitor.batch import batch
from twinverter.monitor.history import HistoryError, Receipt
from twinverter.monitor.levels import NAMES, Plan
from twinverter.monitor.opened import open_history

ALL = (0, 1e10)


def solar_wh(history, level="total", span=ALL, device="home"):
    return history.read(device, level, *span, figures=(), sums=("solar_wh",))[
        "solar_wh"
    ].to_pylist()


def rows(history, level, figures=("battery_power",), device="home"):
    return history.read(device, level, *ALL, figures=figures, sums=("solar_wh",)).to_pylist()


# ---- what is taken, and how often ------------------------------------------------------------


def test_what_was_acknowledged_is_there_after_opening_again(place):
    history = open_history(place, Plan())
    assert history.write([minutes(0, 90)]) == [Receipt(90, 0, 0)]
    history.close()
    again = open_history(place)
    assert solar_wh(again) == [90.0]
    assert again.devices() == ["home"]
    again.close()


def test_a_delivery_that_comes_twice_is_counted_once(history):
    assert history.write([minutes(0, 60)]) == [Receipt(60, 0, 0)]
    assert history.write([minutes(0, 60)]) == [Receipt(0, 60, 0)]
    assert history.write([minutes(30, 60)]) == [Receipt(30, 30, 0)]
    for level in NAMES:
        assert sum(solar_wh(history, level)) == 90.0, level


def test_a_sample_twice_in_one_delivery_is_counted_once(history):
    twice = batch("home", [sample(0, solar=1000), sample(0, solar=1000), sample(1, solar=500)])
    assert history.write([twice]) == [Receipt(2, 1, 0)]
    assert solar_wh(history) == [1.5]


def test_late_samples_fill_the_gap_they_left_at_every_level(history):
    history.write([minutes(0, 60)])
    history.write([minutes(120, 60)])
    assert history.write([minutes(60, 60)]) == [Receipt(60, 0, 0)]
    assert solar_wh(history, "hour") == [60.0, 60.0, 60.0]
    assert solar_wh(history, "quarter") == [15.0] * 12
    assert solar_wh(history, "minute") == [1.0] * 180


def test_the_order_within_a_delivery_does_not_matter(history):
    history.write([shuffled(minutes(0, 120), seed=3)])
    assert solar_wh(history, "hour") == [60.0, 60.0]
    starts = history.read("home", "samples", *ALL)["start_s"].to_pylist()
    assert starts == sorted(starts)


def test_devices_of_one_delivery_are_kept_apart(history):
    receipts = history.write([minutes(0, 10, device="b"), minutes(0, 5, device="a")])
    assert receipts == [Receipt(10, 0, 0), Receipt(5, 0, 0)]
    assert history.devices() == ["a", "b"]
    assert solar_wh(history, device="a") == [5.0]
    assert solar_wh(history, device="b") == [10.0]


def test_two_batches_of_one_device_in_a_delivery_are_refused_whole(history):
    with pytest.raises(HistoryError, match="one batch of each device"):
        history.write([minutes(0, 5), minutes(3, 5)])
    assert history.devices() == []


# ---- clocks ----------------------------------------------------------------------------------


def test_an_hour_that_comes_twice_holds_the_energy_of_both(history):
    first = [sample(n, MONDAY_S + 2 * HOUR_S + n * 60, solar=1000) for n in range(60)]
    second = [sample(60 + n, MONDAY_S + 2 * HOUR_S + n * 60, solar=2000) for n in range(60)]
    history.write([batch("home", first)])
    history.write([batch("home", second)])
    (hour,) = rows(history, "hour")
    assert (hour["solar_wh"], hour["span_s"], hour["samples"]) == (180.0, 7200.0, 120)
    assert solar_wh(history, "minute") == [3.0] * 60


def test_a_clock_set_years_ahead_and_back_loses_nothing(history):
    ahead_s = MONDAY_S + 10 * 366 * DAY_S
    history.write([minutes(0, 10)])
    history.write([batch("home", [sample(10, ahead_s, solar=7000)])])
    history.write([minutes(11, 10)])
    history.sweep()
    assert solar_wh(history) == [27.0]
    assert solar_wh(history, "samples") == [1.0] * 10 + [7.0] + [1.0] * 10
    assert solar_wh(history, "year") == [20.0, 7.0]


# fmt: off
BORDERS = [
    # begin of the sample       span    its hour's begin
    (MONDAY_S + HOUR_S,          60,    MONDAY_S + HOUR_S),
    (MONDAY_S + HOUR_S - 60,     60,    MONDAY_S),
    (MONDAY_S + HOUR_S - 29,     60,    MONDAY_S + HOUR_S),  # more of it lies in the later hour
    (MONDAY_S + HOUR_S - 31,     60,    MONDAY_S),
    (MONDAY_S + HOUR_S - 59.999, 60,    MONDAY_S),           # a hair of rounding moves nothing
    (MONDAY_S + HOUR_S,           0,    MONDAY_S + HOUR_S),
]
# fmt: on


def test_a_sample_belongs_to_the_slot_of_its_middle(history):
    for place, (start_s, span_s, _) in enumerate(BORDERS):
        history.write([batch(f"d{place}", [sample(0, start_s, span_s=span_s, solar=1000)])])
    for place, (_, _, hour_s) in enumerate(BORDERS):
        (hour,) = rows(history, "hour", device=f"d{place}")
        assert hour["start_s"] == hour_s
        # Minutes are rolled up by the database as they are read: by the same rule.
        (minute,) = rows(history, "minute", device=f"d{place}")
        assert minute["start_s"] // HOUR_S * HOUR_S == hour_s


# ---- roll-ups --------------------------------------------------------------------------------


def test_a_slot_has_the_lowest_the_highest_and_the_mean_by_time(history):
    powers = [sample(0, span_s=60, battery=-100.0), sample(1, span_s=180, battery=300.0)]
    history.write([batch("home", powers)])
    for level in ("quarter", "hour", "day", "month", "year", "total"):
        (slot,) = rows(history, level)
        found = [slot[f"battery_power_{part}"] for part in ("min", "mean", "max")]
        assert found == [-100.0, 200.0, 300.0], level
        assert slot["samples"] == 2


def test_roll_ups_of_single_deliveries_are_those_of_one(history):
    rng = np.random.default_rng(5)
    powers = rng.integers(-8000, 8000, 90)
    whole = batch("once", [sample(n, battery=float(p)) for n, p in enumerate(powers)])
    history.write([whole])
    for n in range(0, 90, 15):
        history.write([whole.rows(slice(n, n + 15))._replace(device="often")])
    for level in ("hour", "day", "total"):
        for one, other in zip(
            rows(history, level, device="once"), rows(history, level, device="often"), strict=True
        ):
            assert other.pop("battery_power_mean") == pytest.approx(
                one.pop("battery_power_mean"), rel=1e-5, abs=1e-3
            )
            assert one == other


def test_a_figure_that_was_silent_counts_where_it_was_heard(history):
    history.write([batch("home", [sample(0, battery=100.0), sample(1), sample(2, battery=300.0)])])
    for level in ("minute", "hour"):
        found = rows(history, level)
        means = [slot["battery_power_mean"] for slot in found]
        assert means == ([100.0, None, 300.0] if level == "minute" else [200.0])


def test_a_figure_that_was_never_heard_is_not_zero(history):
    history.write([minutes(0, 3)])
    (hour,) = rows(history, "hour", figures=("bms1_soc",))
    assert hour["bms1_soc_mean"] is hour["bms1_soc_min"] is None


def test_figures_keep_the_resolution_of_their_register(history):
    history.write([batch("home", [sample(0, battery_voltage=51.23456, grid_voltage_a=229.96)])])
    (found,) = history.read("home", "samples", *ALL, ("battery_voltage", "grid_voltage_a"),
                            ()).to_pylist()  # fmt: skip
    assert found["battery_voltage"] == pytest.approx(51.23, abs=1e-5)
    assert found["grid_voltage_a"] == pytest.approx(230.0, abs=1e-4)


def test_a_fast_tick_stores_the_minutes_that_its_samples_will_not_outlive(tmp_path):
    plan = Plan(tick_s=10.0, kept_days={"samples": 1})
    history = open_history(tmp_path / "fast.duckdb", plan)
    ticks = [sample(n, MONDAY_S + 10 * n, span_s=10, solar=100, battery=n) for n in range(8700)]
    history.write([batch("home", ticks)])
    history.sweep()
    assert len(solar_wh(history, "samples")) == 8640
    assert solar_wh(history, "minute") == [0.6] * 1450
    first = rows(history, "minute")[0]
    assert [first[f"battery_power_{part}"] for part in ("min", "mean", "max")] == [0.0, 2.5, 5.0]
    history.close()


# ---- retention -------------------------------------------------------------------------------


def test_what_is_older_than_kept_goes_and_its_energy_stays(place):
    history = open_history(place, Plan(kept_days={"samples": 1, "hour": 2}))
    history.write([minutes(0, 5 * 1440)])
    history.sweep()
    assert len(solar_wh(history, "samples")) == 1440
    assert solar_wh(history, "hour") == [60.0] * 48
    assert solar_wh(history, "day") == [1440.0] * 5
    assert solar_wh(history) == [7200.0]
    history.close()


def test_only_the_devices_named_are_swept(place):
    history = open_history(place, Plan(kept_days={"samples": 1}))
    history.write([minutes(0, 1500, device="a"), minutes(0, 1500, device="b")])
    history.sweep(["a"])
    assert len(solar_wh(history, "samples", device="a")) == 1440
    assert len(solar_wh(history, "samples", device="b")) == 1500
    history.close()


def test_a_sample_from_before_what_is_kept_is_not_counted_again(place):
    history = open_history(place, Plan(kept_days={"samples": 1}))
    history.write([minutes(0, 2 * 1440)])
    history.sweep()
    assert history.write([minutes(1430, 20)]) == [Receipt(0, 10, 10)]
    assert solar_wh(history) == [2880.0]
    history.close()


# ---- reading ---------------------------------------------------------------------------------


def test_a_span_ends_before_its_end(history):
    history.write([minutes(0, 180)])
    hour = (MONDAY_S + HOUR_S, MONDAY_S + 2 * HOUR_S)
    assert len(solar_wh(history, "samples", hour)) == 60
    assert len(solar_wh(history, "minute", hour)) == 60
    assert len(solar_wh(history, "quarter", hour)) == 4
    assert len(solar_wh(history, "hour", hour)) == 1
    assert history.span("home") == (MONDAY_S, MONDAY_S + 180 * MINUTE_S)


# fmt: off
REFUSED = [
    # device       level      figures             what is wrong
    ("nobody",     "hour",    (),                 "nobody"),
    ("home",       "week",    (),                 "week"),
    ("home",       "hour",    ("battery",),       "battery"),
    ("home",       "hour",    ("x; DROP TABLE",), "DROP"),
]
# fmt: on


@pytest.mark.parametrize("device, level, figures, what", REFUSED)
def test_a_name_that_is_none_is_refused(history, device, level, figures, what):
    history.write([minutes(0, 1)])
    with pytest.raises(HistoryError, match=what):
        history.read(device, level, *ALL, figures=figures)


@pytest.mark.parametrize("device", ["", "x" * 121, "a\nb", "nul\0"])
def test_a_device_that_has_no_name_is_refused(history, device):
    with pytest.raises(HistoryError, match="is no name"):
        history.write([minutes(0, 1, device=device)])


def test_a_name_full_of_quotes_is_a_name(history):
    name = "'; DROP TABLE devices; -- <b>"
    history.write([minutes(0, 2, device=name)])
    assert solar_wh(history, device=name) == [2.0]


def test_a_history_of_another_version_is_left_alone(place):
    history = open_history(place, Plan())
    with history._transaction():
        connection = getattr(history, "_database", None) or history._inside
        connection.execute("UPDATE layout SET version = 99")
    history.close()
    with pytest.raises(HistoryError, match="version 99"):
        open_history(place, Plan())


def test_a_history_that_exists_keeps_its_tick(place):
    open_history(place, Plan(tick_s=10.0)).close()
    again = open_history(place, Plan(tick_s=60.0))
    assert again.plan.tick_s == 10.0
    again.close()


def test_a_file_that_is_no_history_is_left_as_it_is(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("not a database" * 1000)
    with pytest.raises(HistoryError, match="notes.txt"):
        open_history(path)
    assert path.read_text() == "not a database" * 1000
