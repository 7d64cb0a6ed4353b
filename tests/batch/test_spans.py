"""Runs of codes: found across chunks, with their places and times."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinverter.batch.spans import Spans, bit_spans


def table_of(*chunks, step_s=60.0):
    spans, first = Spans(), 0
    for chunk in chunks:
        clock_s = (first + np.arange(len(chunk))) * step_s
        spans.add(clock_s, np.array(chunk), step_s)
        first += len(chunk)
    return spans.table()


# fmt: off
@pytest.mark.parametrize("chunks, codes, firsts, steps", [
    # one code throughout        code   first   steps
    ([[5, 5, 5]],               [5],    [0],    [3]),
    # a change inside a chunk
    ([[5, 5, 7]],               [5, 7], [0, 2], [2, 1]),
    # a run that goes on in the next chunk is one run
    ([[5, 5], [5, 7]],          [5, 7], [0, 3], [3, 1]),
    # a change exactly between two chunks
    ([[5, 5], [7, 7]],          [5, 7], [0, 2], [2, 2]),
])
# fmt: on
def test_runs_do_not_care_where_a_chunk_ends(chunks, codes, firsts, steps):
    table = table_of(*chunks)
    assert table["code"].tolist() == codes
    assert table["first"].tolist() == firsts
    assert table["steps"].tolist() == steps


def test_a_run_ends_when_the_next_one_begins_and_the_last_with_its_step():
    table = table_of([1, 1, 2])
    assert table["start_s"].tolist() == [0.0, 120.0]
    assert table["end_s"].tolist() == [120.0, 180.0]


def test_nothing_added_is_no_run():
    assert len(Spans().table()) == 0


@given(st.lists(st.integers(0, 2), min_size=1, max_size=30), st.integers(1, 29))
def test_every_row_lies_in_exactly_one_run(codes, cut):
    chunks = [part for part in (codes[:cut], codes[cut:]) if part]
    table = table_of(*chunks)
    assert np.repeat(table["code"], table["steps"]).tolist() == codes
    assert (table["code"][1:] != table["code"][:-1]).all()


def test_a_bit_of_a_sum_has_runs_of_its_own():
    # bit 1 is set in 2 and in 3: one run of four steps, then one of one step
    table = table_of([0, 2, 2, 3, 3, 1, 2])
    spans = bit_spans(table, 1)
    assert spans["first"].tolist() == [1, 6]
    assert spans["steps"].tolist() == [4, 1]
    assert spans["end_s"].tolist() == [300.0, 420.0]
