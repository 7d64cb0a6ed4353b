"""Roll-ups and levels: the slots of the calendar, and sums that do not depend on any order."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.monitor.samples import MONDAY_S, minutes, sample
from twinverter.live.memory import Energies
from twinverter.monitor.batch import batch, joined
from twinverter.monitor.columns import KEYS, PLACE, SUMS
from twinverter.monitor.levels import LEVEL, LEVELS, Plan, slots
from twinverter.monitor.rollup import coarser, single


def rolled(rows):
    return single(joined([(1, batch("a", rows))]))


def seconds(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


# fmt: off
SLOTS = [
    # level     time                   slot
    ("minute",  "2024-02-29T23:59:59", "2024-02-29T23:59:00"),
    ("quarter", "2024-02-29T23:59:59", "2024-02-29T23:45:00"),
    ("hour",    "2024-02-29T23:59:59", "2024-02-29T23:00:00"),
    ("day",     "2024-02-29T23:59:59", "2024-02-29T00:00:00"),
    ("month",   "2024-02-29T23:59:59", "2024-02-01T00:00:00"),
    ("year",    "2024-02-29T23:59:59", "2024-01-01T00:00:00"),
    ("month",   "2024-03-01T00:00:00", "2024-03-01T00:00:00"),
    ("year",    "2025-01-01T00:00:00", "2025-01-01T00:00:00"),
    ("total",   "2024-02-29T23:59:59", "1970-01-01T00:00:00"),
]
# fmt: on


@pytest.mark.parametrize("level, time, slot", SLOTS)
def test_the_slot_that_holds_a_time(level, time, slot):
    assert slots(LEVEL[level], np.array([float(seconds(time))])).tolist() == [seconds(slot)]


# fmt: off
KEPT = [
    # tick   level      days given   rows kept
    (60.0,   "samples", {},              400 * 1440),
    (10.0,   "samples", {},              7 * 8640),
    (10.0,   "samples", {"samples": 1},  8640),
    (10.0,   "minute",  {},              400 * 1440),
    (60.0,   "hour",    {"hour": 2},     48),
    (60.0,   "hour",    {"hour": None},  None),
    (60.0,   "day",     {},              None),
    (60.0,   "total",   {},              None),
]
# fmt: on


@pytest.mark.parametrize("tick_s, level, given_days, kept", KEPT)
def test_how_many_rows_a_level_keeps(tick_s, level, given_days, kept):
    assert Plan(tick_s, given_days).kept_rows(level) == kept


@pytest.mark.parametrize("wrong", [{"week": 1}, {"hour": 0}])
def test_a_plan_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="no such level|out of range"):
        Plan(kept_days=wrong)


def test_all_that_moves_has_a_column_and_nothing_has_two():
    assert len(set(KEYS)) == len(KEYS)
    assert {"battery_power", "grid_voltage_a", "bms1_soc", "run_state", "fault_1"} <= set(KEYS)
    assert not {"serial_number", "pv_energy_today", "modbus_address"} & set(KEYS)


def test_the_first_sums_are_the_lines_of_the_devices_own_curves():
    assert SUMS[: len(Energies._fields)] == Energies._fields


def test_a_sample_without_a_span_is_heard_where_nothing_else_is():
    alone = coarser(rolled([sample(0, span_s=0, battery=7.0)]), LEVEL["hour"])
    assert alone.mean[0, PLACE["battery_power"]] == 7.0
    assert alone.span_ms.tolist() == [0]


ROW = st.tuples(
    st.integers(0, 400 * 86400), st.integers(0, 300), st.integers(0, 10**9),
    st.one_of(st.none(), st.integers(-8000, 8000)),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=40), st.randoms())
def test_every_level_has_the_same_sums_and_extremes_in_any_order(found, dice):
    rows = [
        sample(number, MONDAY_S + at_s, span_s=span_s, solar=solar, battery=power)
        for number, (at_s, span_s, solar, power) in enumerate(
            (*row[:3], None if row[3] is None else float(row[3])) for row in found
        )
    ]
    shuffled = rows[:]
    dice.shuffle(shuffled)
    levels, others = rolled(rows), rolled(shuffled)
    place = PLACE["battery_power"]
    for level in LEVELS:
        levels, others = coarser(levels, level), coarser(others, level)
        assert levels.slot_s.tolist() == others.slot_s.tolist() == sorted(set(levels.slot_s))
        assert levels.sums[:, 0].tolist() == others.sums[:, 0].tolist()
        assert levels.sums[:, 0].sum() == sum(row[2] for row in found)
        assert levels.span_ms.sum() == 1000 * sum(row[1] for row in found)
        assert levels.samples.sum() == len(found)
        low, mean, high = (part[:, place] for part in (levels.low, levels.mean, levels.high))
        np.testing.assert_array_equal(low, others.low[:, place])
        np.testing.assert_array_equal(high, others.high[:, place])
        heard = ~np.isnan(mean)
        assert np.all(low[heard] <= mean[heard] + 1e-6)
        assert np.all(mean[heard] <= high[heard] + 1e-6)


def test_a_batch_knows_no_figure_that_no_history_keeps():
    with pytest.raises(KeyError, match="speed"):
        batch("a", [sample(0, speed=3.0)])


def test_what_is_no_number_was_not_measured():
    rows = batch("a", [sample(0, battery=float("inf")), sample(1, battery=float("nan"))])
    assert np.isnan(rows.figures[:, PLACE["battery_power"]]).all()
    assert minutes(0, 2).size == 2
