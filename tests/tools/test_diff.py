"""The behaviour diff tells what moved, when first, by how much, and stays silent otherwise."""

import pyarrow as pa
import pytest

from tools import diff


def flows(**columns):
    return pa.table({"clock_s": [0.0, 60.0, 120.0], **columns})


DIFFS = [
    # before                         after                            told
    ({"pv_w": [1.0, 2.0, 3.0]},      {"pv_w": [1.0, 2.0, 3.0]},       None),
    ({"pv_w": [1.0, 2.0, 3e9]},      {"pv_w": [1.0, 3.0, 3e9]},       None),
    ({"pv_w": [1.0, 2.0, 3.0]},      {"pv_w": [1.0, 2.5, 1.0]},       "first 1970-01-01 00:01:00: 2 -> 2.5, most -2 at 1970-01-01 00:02:00, 2 of 3 steps"),
    ({"pv_w": [1.0, 2.0, 3.0]},      {"pv_w": [1.0, 2.0, None]},      "3 -> nan"),
    ({"pv_w": [1.0, 2.0, None]},     {"pv_w": [1.0, 2.0, None]},      None),
    ({"pv_w": [1.0, 2.0, 3.0]},      {},                              "pv_w: gone"),
    ({},                             {"pv_w": [1.0, 2.0, 3.0]},       "pv_w: new"),
]  # fmt: skip


@pytest.mark.parametrize("before, after, told", DIFFS)
def test_the_diff_tells_what_moved_and_nothing_else(before, after, told):
    lines = list(diff.story(flows(**before), flows(**after)))
    assert len(lines) == (told is not None)
    assert told is None or told in lines[0]


def test_the_diff_says_which_side_has_more_steps():
    assert list(diff.story(flows(), flows()[:2])) == ["steps: 3 before, 2 after"]


def test_the_diff_names_the_side_that_cannot_run_a_house(tmp_path):
    lines = list(diff.compare(tmp_path, "no such house.toml", days=1, step_s=3600.0))
    assert any(line.startswith("the base cannot run it: ") for line in lines)
