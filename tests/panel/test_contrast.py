"""The colours of the panel can be told apart and read, in both themes and by red-green blind eyes.

The figures are those the palette was chosen by: 4.5 for text, 3 for lines, icons and the borders
of controls. A distance of 2.3 in CIELAB is just noticeable; areas also carry patterns, so 12 is
enough between two of the four sources.
"""

import re
from itertools import combinations

import pytest

from tests.panel.eye import (
    DARK,
    DEUTERANOPIA,
    LIGHT,
    NORMAL,
    PROTANOPIA,
    contrast,
    distance,
    lab,
    mixed,
    seen,
    served,
    tokens,
)

TEXT, LINE = 4.5, 3.0
THEMES = {"light": LIGHT, "dark": DARK}
EYES = {"normal": NORMAL, "protanopia": PROTANOPIA, "deuteranopia": DEUTERANOPIA}
SOURCES = ("solar", "battery", "grid", "gen")

# fmt: off
ON_PAPER = (
    # token        needs  light on card, wall, sunken   dark on card, wall, sunken
    ("--ink",      TEXT,  (15.7, 13.5, 14.3),           (14.5, 15.8, 13.0)),
    ("--ink-2",    TEXT,  ( 8.2,  7.1,  7.5),           ( 9.2, 10.1,  8.3)),
    ("--ink-3",    TEXT,  ( 5.9,  5.1,  5.4),           ( 6.6,  7.2,  5.9)),
    ("--accent",   TEXT,  ( 6.7,  5.8,  6.1),           ( 8.4,  9.1,  7.5)),
    ("--ok",       TEXT,  ( 6.3,  5.5,  5.8),           ( 8.3,  9.1,  7.5)),
    ("--warn",     TEXT,  ( 6.8,  5.8,  6.2),           ( 9.3, 10.1,  8.3)),
    ("--alarm",    TEXT,  ( 6.8,  5.9,  6.2),           ( 7.4,  8.0,  6.6)),
    ("--edge",     LINE,  ( 3.6,  3.1,  3.3),           ( 4.0,  4.3,  3.6)),
    ("--solar",    LINE,  ( 4.0,  3.5,  3.7),           ( 9.2, 10.1,  8.3)),
    ("--battery",  LINE,  ( 5.1,  4.4,  4.6),           ( 8.2,  9.0,  7.4)),
    ("--grid",     LINE,  ( 5.4,  4.6,  4.9),           ( 7.2,  7.9,  6.5)),
    ("--gen",      LINE,  ( 5.4,  4.7,  5.0),           ( 7.2,  7.8,  6.5)),
)
ON_THE_LCD = (
    # token        needs  light on screen, tile         dark on screen, tile
    ("--l-ink",    TEXT,  (16.7, 15.0),                 (17.4, 15.8)),
    ("--l-ink-2",  TEXT,  ( 7.6,  6.8),                 ( 9.6,  8.7)),
    ("--l-dis",    TEXT,  ( 5.0,  4.5),                 ( 5.5,  5.0)),
    ("--l-tick",   TEXT,  ( 6.6,  6.0),                 ( 8.1,  7.3)),
    ("--l-ok",     TEXT,  ( 5.2,  4.7),                 ( 9.0,  8.2)),
    ("--l-mid",    LINE,  ( 4.0,  3.6),                 ( 9.8,  8.9)),
    ("--l-hot",    TEXT,  ( 5.6,  5.1),                 ( 6.8,  6.1)),
    ("--l-warn",   TEXT,  ( 6.7,  6.0),                 (10.5,  9.5)),
    ("--l-edge",   LINE,  ( 3.8,  3.4),                 ( 4.2,  3.8)),
)
ON_WASHES = (
    # token        wash             needs
    ("--ink",      "--alarm-wash",  5.5),
    ("--ink-2",    "--alarm-wash",  5.5),
    ("--alarm",    "--alarm-wash",  5.5),
    ("--ink-2",    "--warn-wash",   5.5),
    ("--warn",     "--warn-wash",   5.5),
    ("--ok",       "--ok-wash",     5.5),
    ("--ink-2",    "--accent-wash", 5.5),
    ("--accent",   "--accent-wash", 5.5),
    ("--on-accent", "--accent",     7.0),
)
# fmt: on
PAPER, SCREEN = ("--surface", "--wall", "--sunken"), ("--l-bg", "--l-tile")


@pytest.fixture(scope="module")
def colours():
    return tokens()


def measured(colours, token, grounds, theme):
    """Return the ratios of a token on its grounds, one decimal."""
    pairs = [(colours[token][theme], colours[ground][theme]) for ground in grounds]
    return tuple(round(contrast(*pair), 1) for pair in pairs)


@pytest.mark.parametrize(("token", "needs", "light", "dark"), ON_PAPER)
def test_a_token_on_paper_has_the_ratio_it_was_chosen_by(colours, token, needs, light, dark):
    for theme, expected in ((LIGHT, light), (DARK, dark)):
        assert measured(colours, token, PAPER, theme) == expected
        assert min(expected) >= needs


@pytest.mark.parametrize(("token", "needs", "light", "dark"), ON_THE_LCD)
def test_a_token_on_the_lcd_has_the_ratio_it_was_chosen_by(colours, token, needs, light, dark):
    for theme, expected in ((LIGHT, light), (DARK, dark)):
        assert measured(colours, token, SCREEN, theme) == expected
        assert min(expected) >= needs


@pytest.mark.parametrize(("token", "wash", "needs"), ON_WASHES)
def test_text_on_a_wash_can_be_read(colours, token, wash, needs):
    for theme in (LIGHT, DARK):
        assert measured(colours, token, [wash], theme)[0] >= needs


@pytest.mark.parametrize("theme", THEMES)
def test_a_refused_field_can_be_read_on_its_own_wash(colours, theme):
    rule = re.compile(
        r"\.is-bad[^{]*\{[^}]*color-mix\(in oklab, var\((--[\w-]+)\) (\d+)%, var\((--[\w-]+)\)\)"
    )
    washes = rule.findall(served("setup.css").read_text())
    assert washes
    here = THEMES[theme]
    for top, percent, ground in washes:
        wash = mixed(colours[top][here], colours[ground][here], int(percent) / 100.0)
        assert contrast(colours["--l-hot"][here], wash) >= TEXT
        assert contrast(colours["--l-ink"][here], wash) >= TEXT


@pytest.mark.parametrize("theme", THEMES)
def test_a_greyed_field_can_be_read_and_is_not_faded(colours, theme):
    here = THEMES[theme]
    greyed = colours["--l-dis"][here]
    assert min(measured(colours, "--l-dis", SCREEN, here)) >= TEXT
    # Greyed and live text differ for every eye.
    for eye in EYES.values():
        live = lab(seen(colours["--l-ink"][here], eye))
        assert live[0] != pytest.approx(lab(seen(greyed, eye))[0], abs=30.0)
    for sheet in ("device.css", "setup.css"):
        rules = re.findall(r"\.greyed[^{]*\{([^}]*)\}", served(sheet).read_text())
        assert not any("opacity" in rule for rule in rules)


@pytest.mark.parametrize("kind", ["", "-f"])
@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("theme", THEMES)
def test_the_four_sources_stay_apart_for_every_eye(colours, theme, eye, kind):
    labs = {
        name: lab(seen(colours[f"--{name}{kind}"][THEMES[theme]], EYES[eye])) for name in SOURCES
    }
    for one, other in combinations(SOURCES, 2):
        assert distance(labs[one], labs[other]) >= 12.0, (one, other)


def test_the_areas_of_the_strip_differ_in_pattern_too():
    drawing = served("js/strip_draw.js").read_text()
    sheet = served("world.css").read_text()
    fills = {
        name: re.search(rf"\.d-{name} \{{ fill: ([^;]+);", sheet)[1]
        for name in ("pv", "battery", "grid", "gen")
    }
    assert fills["pv"] == "var(--solar-f)"
    marks = {
        name: re.search(rf"tile\('{name}',.*?'(d-\w+)'", drawing)[1]
        for name in ("battery", "grid", "gen")
    }
    assert all(fills[name] == f"url(#d-{name})" for name in marks)
    assert len(set(marks.values())) == 3


def test_contrast_of_black_and_white_is_21_and_of_one_colour_1():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0, abs=0.01)
    assert contrast("#345678", "#345678") == 1.0


def test_red_and_green_of_one_lightness_fall_together_without_green_cones():
    # A dark red and an olive: far apart for most, close for a deuteranope.
    red, olive = "#A03C28", "#6A6A1E"
    normal = distance(lab(seen(red)), lab(seen(olive)))
    blind = distance(lab(seen(red, DEUTERANOPIA)), lab(seen(olive, DEUTERANOPIA)))
    assert normal > 50.0
    assert blind < normal / 2.0


def test_half_of_black_and_white_is_the_grey_of_css():
    assert mixed("#FFFFFF", "#000000", 0.5) == "#636363"
    assert mixed("#123456", "#FFFFFF", 1.0) == "#123456"
