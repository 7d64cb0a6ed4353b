"""A search in a process of its own: it tells how far it is, hands over its best, and can be ended."""

import time

import pytest

from twinverter.planner.suggestion import BROKEN, STOPPED, Suggestion

# A cold compiler on a slow computer.
PATIENCE_S = 240.0


@pytest.fixture
def job(weak_house):
    job = Suggestion(weak_house.file)
    yield job
    job.close()


def until(job, met):
    end_s = time.monotonic() + PATIENCE_S
    while not met(job.state()):
        assert time.monotonic() < end_s, job.state()
        time.sleep(0.05)
    return job.state()


def test_it_searches_from_the_settings_it_is_given_and_hands_over_plain_data(job, weak_house):
    values = weak_house.values | {"low_batt_soc_pct": 55, "restart_soc_pct": 60}
    job.start(values, 0.1)
    assert job.state()["running"]
    with pytest.raises(ValueError, match="under way already"):
        job.start(values, 0.1)
    state = until(job, lambda state: not state["running"])
    assert state["error"] == ""
    changes = {one["key"]: one for one in state["found"]["changes"]}
    assert changes and all(one["before"] == values[key] for key, one in changes.items())
    assert [line[0] for line in state["found"]["lines"]][:1] == ["As it is set"]


def test_stopped_it_hands_over_the_best_so_far(job, weak_house):
    job.start(weak_house.values, 20.0)
    until(job, lambda state: "tried" in state["words"])
    job.stop()
    state = until(job, lambda state: not state["running"])
    assert state["found"]["stopped"] or state["error"] == STOPPED


def test_what_the_search_refuses_is_one_line(job, weak_house):
    with pytest.raises(ValueError, match=r"99 minutes not taken: 0.1 to 30 are possible"):
        job.start(weak_house.values, 99.0)
    job.start(weak_house.values | {"batt_mode": "use_batt_v"}, 0.1)
    state = until(job, lambda state: not state["running"])
    assert "batt_mode = 'use_batt_v'" in state["error"] and "\n" not in state["error"]


def test_a_search_that_dies_says_so(job, weak_house):
    job.start(weak_house.values, 20.0)
    job.close()
    assert until(job, lambda state: state["error"])["error"] == BROKEN
