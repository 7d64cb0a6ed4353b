"""The strips of the transients: round levels, curves as steps, bars, and marks."""

import xml.etree.ElementTree as ElementTree

import pytest

from tools.strips import LEFT, RIGHT, WIDTH, Bar, Column, Curve, Strip, figure, picture, ticks

LEVELS = [
    # low    high     levels
    (0.0,    10.0,    [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]),
    (-4000.0, 5000.0, [-4000.0, -2000.0, 0.0, 2000.0, 4000.0]),
    (49.8,   52.0,    [50.0, 50.5, 51.0, 51.5, 52.0]),
    (1.0,    9.0,     [2.0, 4.0, 6.0, 8.0]),
]  # fmt: skip


@pytest.mark.parametrize("low, high, levels", LEVELS)
def test_levels_are_round_and_within(low, high, levels):
    assert ticks(low, high) == pytest.approx(levels)


@pytest.mark.parametrize("value, words", [(50.5, "50.5"), (-2000.0, "−2000"), (0.0, "0")])
def test_a_figure_is_short_and_has_a_real_minus(value, words):
    assert figure(value) == words


@pytest.fixture
def drawn():
    """Return the elements of a picture: a curve of 0 and 10, a bar on in the second half."""
    column = Column(
        "a & b",
        "s",
        (1.0, 2.0, 3.0, 4.0),
        (Strip("Height, m", 0.0, 10.0, (Curve("hill", "#123456", (0.0, 0.0, 10.0, 10.0)),)),),
        (Bar("door", "#654321", (False, False, True, True)),),
        ((2.0, "opens"),),
    )
    root = ElementTree.fromstring(picture("A hill", [column, column], "told"))
    return lambda name: [item for item in root.iter() if item.tag.endswith("}" + name)]


def test_a_curve_is_level_over_a_step_and_upright_between_two(drawn):
    points = [tuple(map(float, at.split(","))) for at in drawn("polyline")[0].get("points").split()]
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2.0
    assert [x for x, _ in points] == pytest.approx([LEFT, middle, middle, WIDTH - RIGHT], abs=0.1)
    heights = [y for _, y in points]
    assert heights[0] == heights[1] > heights[2] == heights[3]


def test_a_bar_is_filled_while_the_thing_is_on(drawn):
    (bar,) = [item for item in drawn("rect") if item.get("fill") == "#654321"][:1]
    assert float(bar.get("x")) == pytest.approx(LEFT + (WIDTH - LEFT - RIGHT) / 2.0, abs=0.1)
    assert float(bar.get("width")) == pytest.approx((WIDTH - LEFT - RIGHT) / 2.0, abs=0.1)


def test_every_column_has_its_words(drawn):
    words = [item.text for item in drawn("text")]
    assert words.count("a & b") == words.count("opens") == words.count("hill") == 2
    assert words.count("A hill") == words.count("told") == 1
