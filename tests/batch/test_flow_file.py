"""The Parquet file of the flows: columns, types, a row group per chunk, the balance of a row."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from twinverter.batch.flow_file import (
    NAMES,
    SCHEMA,
    FlowWriter,
    as_table,
    read_flows,
    row_groups,
    rows_between,
)
from twinverter.catalog.alarms import ALARMS
from twinverter.catalog.reasons import REASONS
from twinverter.catalog.states import RELAYS, STAGES, STATES


@pytest.fixture
def written(tmp_path, rows):
    """Two chunks of three minutes."""
    path = tmp_path / "flows.parquet"
    with FlowWriter(path) as writer:
        for first in (0, 3):
            clock_s = rows.midnight_s + (first + np.arange(3)) * 60.0
            writer.write(clock_s, rows.flows(3, pv1_w=[first, first + 1, first + 2]))
    return path


# fmt: off
@pytest.mark.parametrize("name, kind", [
    ("clock_s",         pa.float64()),
    ("time",            pa.timestamp("ms")),
    ("grid_w_l1",       pa.float64()),
    ("soc",             pa.float64()),
    ("fuel_l",          pa.float64()),
    ("battery_v",       pa.float32()),
    ("frequency_hz",    pa.float32()),
    ("reasons_battery", pa.int8()),
    ("alarms",          pa.int64()),
])
# fmt: on
def test_a_column_is_as_wide_as_it_needs(name, kind):
    assert SCHEMA.field(name).type == kind


def test_all_codes_fit_their_columns():
    assert len(REASONS) <= 127 and len(STATES) <= 127 and len(STAGES) <= 127
    assert len(RELAYS) <= 15 and len(ALARMS) <= 63


def test_every_field_of_the_flows_is_a_column(written):
    assert read_flows(written).column_names == ["clock_s", "time", *NAMES]


def test_a_chunk_is_a_row_group_and_time_is_the_wall_clock(written):
    assert pq.ParquetFile(written).num_row_groups == 2
    assert [group.num_rows for group in row_groups(written)] == [3, 3]
    assert str(read_flows(written)["time"][4]) == "2023-01-01 00:04:00"


def test_rows_between_two_times_are_read_alone(written, rows):
    found = rows_between(written, rows.midnight_s + 120.0, rows.midnight_s + 240.0, ["pv1_w"])
    assert found["pv1_w"].to_pylist() == [2.0, 3.0]


def test_no_rows_are_an_empty_table(written):
    assert rows_between(written, 0.0, 60.0, ["pv1_w"]).num_rows == 0


def test_milliseconds_survive(rows):
    assert as_table(np.array([0.001]), rows.flows(1))["time"][0].value == 1


@pytest.mark.compiled
def test_the_balance_of_every_stored_row_closes(week):
    flows = {name: column.to_numpy() for name, column in zip(NAMES, week.flows.columns[2:], strict=True)}

    def phases(name):
        return sum(flows[f"{name}_w_l{phase}"] for phase in (1, 2, 3))

    sources_w = flows["pv1_w"] + flows["pv2_w"] + flows["battery_w"] + flows["micro_inverter_w"]
    sources_w = sources_w + phases("grid") + phases("gen")
    sources_w = sources_w + phases("load_unserved") + phases("home_unserved")
    sinks_w = phases("load") + phases("home") + phases("smart_load") + flows["loss_w"]
    size_w = np.maximum(1.0, np.maximum(abs(sources_w), abs(sinks_w)))
    assert (abs(sources_w - sinks_w) / size_w).max() <= 1e-9
