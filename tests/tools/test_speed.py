"""The benchmark report counts, words and judges its figures rightly; no time is tested here."""

import pytest

from tools.score import Figure, Line, at_least, at_most, figure, number, ratio


@pytest.mark.parametrize("samples, scale, expected", [
    ([2.0],                 1.0,   Figure(2.0, 2.0, 2.0)),
    ([3.0, 1.0, 2.0],       1.0,   Figure(2.0, 1.0, 3.0)),
    ([4.0, 1.0, 2.0, 3.0],  1.0,   Figure(2.5, 1.0, 4.0)),
    ([3.0, 1.0, 2.0],       1e3,   Figure(2000.0, 1000.0, 3000.0)),
])  # fmt: skip
def test_a_figure_is_the_median_between_the_extremes(samples, scale, expected):
    assert figure(samples, scale) == expected


def test_a_ratio_is_that_of_the_medians_and_its_range_that_of_the_extremes():
    assert ratio([10.0, 20.0, 40.0], [1.0, 2.0, 5.0]) == Figure(10.0, 2.0, 40.0)


@pytest.mark.parametrize("value, text", [
    (0.0,       "0"),
    (5.0,       "5"),
    (1e-4,      "1.0e-04"),
    (0.0441,    "0.044"),
    (1.234,     "1.23"),
    (12.34,     "12.3"),
    (123.4,     "123"),
    (4567.8,    "4,568"),
])  # fmt: skip
def test_numbers_have_about_three_digits(value, text):
    assert number(value) == text


@pytest.mark.parametrize("median, goal, is_bound, verdict", [
    # value  goal             lower bound  verdict
    (0.10,   at_most(0.10),   False,       "met"),
    (0.11,   at_most(0.10),   False,       "missed"),
    (1.8,    at_least(1.8),   False,       "met"),
    (1.7,    at_least(1.8),   False,       "missed"),
    (1.9,    at_least(1.8),   True,        "met"),
    (1.7,    at_least(1.8),   True,        "open"),
    (0.05,   at_most(0.10),   True,        "open"),
    (0.11,   at_most(0.10),   True,        "missed"),
    (7.0,    None,            False,       ""),
])  # fmt: skip
def test_a_goal_is_met_or_missed_and_open_where_a_lower_bound_cannot_tell(
    median, goal, is_bound, verdict
):
    line = Line("any", figure([median]), "s", goal, at_least=is_bound)
    assert line.verdict == verdict
    assert line.as_dict()["verdict"] == verdict


@pytest.mark.parametrize("line, words", [
    (Line("year", figure([0.2, 0.1, 0.3]), "s", at_most(0.1)),           "year 0.200 s (0.100-0.300) goal <= 0.100 s: missed"),
    (Line("year", figure([0.05]), "s", at_most(0.1)),                    "year 0.050 s goal <= 0.100 s: met"),
    (Line("peer", figure([200.0]), "s", note="cut", at_least=True),      "peer at least 200 s cut"),
    (Line("gain", Figure(1500.0, 900.0, 2000.0), "times", at_least(1000.0), "", True), "gain at least 1,500 times (900-2,000) goal >= 1,000 times: met"),
])  # fmt: skip
def test_a_line_names_figure_unit_spread_goal_and_verdict(line, words):
    assert " ".join(line.text.split()) == words


def test_a_line_for_a_machine_carries_the_bare_numbers():
    said = Line("year", figure([0.2, 0.1, 0.3]), "s", at_most(0.1), "busy").as_dict()
    assert said == {
        "name": "year",
        "figure": {"median": 0.2, "low": 0.1, "high": 0.3},
        "unit": "s",
        "goal": "<= 0.1",
        "note": "busy",
        "at_least": False,
        "verdict": "missed",
    }
