"""Sums of a run: hours, dark time by its share, and no dependence on how rows come in chunks."""

import numpy as np
import pytest

from twinverter.batch.tally import HOURS, Tally

DEAD_V = 50.0


def tally_of(rows, flows, step_s=60.0, chunk=None, **inputs):
    tally, count = Tally(step_s, DEAD_V), len(flows)
    seen = rows.inputs(count, step_s, **inputs)
    for first in range(0, count, chunk or count):
        part = slice(first, first + (chunk or count))
        tally.add(seen[part], flows[part])
    return tally


def test_an_hour_holds_what_flowed_in_it(rows):
    # 1000 W for one hour, then 2000 W for half an hour
    power_w = np.repeat([1000.0, 2000.0], [60, 30])
    hours = tally_of(rows, rows.flows(90, pv1_w=power_w)).hours
    assert hours["pv_wh"].tolist() == pytest.approx([1000.0, 1000.0])
    assert hours["seconds"].tolist() == [3600.0, 1800.0]
    assert hours["clock_s"].tolist() == [rows.midnight_s, rows.midnight_s + 3600.0]


def test_buying_and_selling_are_counted_apart(rows):
    grid_w = np.repeat([600.0, -300.0], 60)
    hours = tally_of(rows, rows.flows(120, grid_w_l2=grid_w)).hours
    assert hours["grid_import_wh"].tolist() == pytest.approx([600.0, 0.0])
    assert hours["grid_export_wh"].tolist() == pytest.approx([0.0, 300.0])


# fmt: off
@pytest.mark.parametrize("asked_w, missed_w, dark_s", [
    # L1 L2     L1 L2
    ((100, 0),  (100, 0),   60.0),   # a dark phase
    ((100, 0),  (25, 0),    15.0),   # dark for a quarter of the step
    ((100, 50), (25, 25),   30.0),   # the house is as dark as its darkest phase
    ((100, 50), (0, 0),      0.0),
    ((0, 0),    (0, 0),      0.0),   # nothing asked, nothing missed
])
# fmt: on
def test_dark_time_counts_by_its_share_of_the_step(rows, asked_w, missed_w, dark_s):
    flows = rows.flows(
        1,
        load_w_l1=asked_w[0],
        load_w_l2=asked_w[1],
        load_unserved_w_l1=missed_w[0],
        load_unserved_w_l2=missed_w[1],
    )
    assert tally_of(rows, flows).hours["unserved_s"].sum() == pytest.approx(dark_s)


def test_mains_are_gone_when_no_phase_is_alive(rows):
    volts = np.array([230.0, 0.0, 0.0, 230.0])
    tally = tally_of(rows, rows.flows(4), grid_v_l1=volts, grid_v_l2=volts * 0.0, grid_v_l3=0.0)
    assert tally.hours["mains_gone_s"].sum() == 120.0
    assert tally.mains_gone.table()["code"].tolist() == [0, 1, 0]


def test_chunks_of_any_size_give_the_same_sums(rows):
    rng = np.random.default_rng(1)
    columns = {name: rng.uniform(-900.0, 900.0, 500) for name in ("battery_w", "grid_w_l1", "ld_w_l1")}
    flows = rows.flows(500, reasons_battery=rng.integers(1, 4, 500), **columns)
    whole, parts = tally_of(rows, flows), tally_of(rows, flows, chunk=37)
    for name in HOURS.names:
        assert np.allclose(whole.hours[name], parts.hours[name]), name
    assert parts.paths_wh == pytest.approx(whole.paths_wh)
    assert (parts.spans["battery"].table() == whole.spans["battery"].table()).all()


def test_an_hour_that_the_clock_repeats_holds_both(rows):
    # the clock goes back by an hour after the first one
    tally = Tally(3600.0, DEAD_V)
    for clock_s in (rows.midnight_s, rows.midnight_s + 3600.0, rows.midnight_s + 3600.0):
        tally.add(rows.inputs(1, start_s=clock_s), rows.flows(1, pv1_w=100.0))
    assert tally.hours["pv_wh"].tolist() == pytest.approx([100.0, 200.0])
    assert tally.hours["seconds"].tolist() == [3600.0, 7200.0]
