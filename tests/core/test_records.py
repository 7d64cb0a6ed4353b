"""Records at rest, tuples in motion: the glue loses nothing and names everything."""

from typing import NamedTuple

import numpy as np
import pytest

from twinverter.core.records import (
    as_dict,
    at_rest,
    build,
    dtype,
    leaves,
    loader,
    nested_dtype,
    readable,
    replaced,
    storer,
)


class Inner(NamedTuple):
    """A record inside a record."""

    a: float
    b: float


class Outer(NamedTuple):
    """Floats, a record, and a fixed-length tuple of records."""

    x: float
    inner: Inner
    rows: tuple[Inner, Inner]


SAMPLE = Outer(1.0, Inner(2.0, 3.0), (Inner(4.0, 5.0), Inner(6.0, 7.0)))
FLAT = ["x", "inner_a", "inner_b", "rows_1_a", "rows_1_b", "rows_2_a", "rows_2_b"]


class Clash(NamedTuple):
    """Two fields that flatten to one name."""

    inner: Inner
    inner_a: float


def test_flat_names_follow_field_order():
    assert list(leaves(Outer)) == FLAT
    assert list(as_dict(SAMPLE)) == FLAT
    assert list(as_dict(SAMPLE).values()) == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]


def test_a_record_survives_the_way_to_rest_and_back():
    rows = at_rest(SAMPLE, 2)
    assert loader(Outer)(rows[1]) == SAMPLE
    assert build(Outer, as_dict(SAMPLE)) == SAMPLE


def test_store_writes_every_field():
    row = np.zeros(1, dtype(Outer))
    storer(Outer)(row[0], SAMPLE)
    assert row[0].tolist() == (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)


def test_a_narrow_row_loads_as_doubles():
    narrow = np.zeros(1, dtype(Outer, frozenset({"inner_a"})))
    assert narrow.dtype["inner_a"] == np.float32
    assert narrow.dtype["x"] == np.float64
    narrow["inner_a"] = 0.1
    assert loader(Outer)(narrow[0]).inner.a == pytest.approx(0.1, rel=1e-7)


def test_a_readable_row_keeps_the_nesting():
    row = readable(SAMPLE)[0]
    assert row["rows"][1]["b"] == 7.0
    assert nested_dtype(Outer)["inner"].names == ("a", "b")


def test_replaced_changes_what_is_named_and_refuses_what_is_not():
    assert replaced(SAMPLE, {"rows_2_a": 9.0}).rows[1] == Inner(9.0, 7.0)
    with pytest.raises(KeyError, match="rows_3_a"):
        replaced(SAMPLE, {"rows_3_a": 9.0})


def test_a_missing_field_fails_instead_of_resetting():
    with pytest.raises(KeyError, match="inner_b"):
        build(Outer, {name: 0.0 for name in FLAT if name != "inner_b"})


def test_two_fields_of_one_flat_name_are_refused():
    with pytest.raises(TypeError, match="inner_a"):
        dtype(Clash)
