"""A run through a world in which something breaks and is mended: cut there, compiled or not."""

import numpy as np
import pytest

from twinverter.batch.ask import ask
from twinverter.batch.cases import ask_all
from twinverter.batch.fleet import Member, fleet
from twinverter.batch.simulate import pieces, simulate
from twinverter.batch.situation import SituationError, struck
from twinverter.catalog.causes import CAUSES
from twinverter.scenario.house import load_house

# A clear noon on the built-in roof: strings turned round, damp, a bypass, and clamps turned round.
BREAKS = """
[[world.defect]]
cause = "pv1_reversed"
at = 2023-01-01T10:30:30
lasts = "30 min"
[[world.defect]]
cause = "bypass_a"
value = 20
at = 2023-01-01T02:00:00
until = 2023-01-01T05:00:00
[[world.defect]]
cause = "damp_leak_a"
value = 0.2
at = 2023-01-01T12:00:00
lasts = "2 h"
"""


@pytest.fixture(scope="module")
def breaking(tmp_path_factory):
    from importlib.resources import files

    text = (files("twinverter.scenario") / "houses" / "lagos.toml").read_text(encoding="utf-8")
    path = tmp_path_factory.mktemp("house") / "breaking.toml"
    path.write_text(text + BREAKS, encoding="utf-8")
    return load_house(path)


# fmt: off
CUTS = [
    # chunks    the site over so many rows    at most  rows and sites of the pieces
    ([10],      [(10, "a")],                  10,      [(10, "a")]),
    ([10],      [(10, "a")],                  4,       [(4, "a"), (4, "a"), (2, "a")]),
    ([6, 4],    [(10, "a")],                  10,      [(6, "a"), (4, "a")]),
    ([6, 4],    [(5, "a"), (5, "b")],         10,      [(5, "a"), (1, "b"), (4, "b")]),
    ([6, 4],    [(6, "a"), (4, "b")],         10,      [(6, "a"), (4, "b")]),
    ([10],      [(1, "a"), (8, "b"), (1, "a")], 5,     [(1, "a"), (5, "b"), (3, "b"), (1, "a")]),
]
# fmt: on


@pytest.mark.parametrize("chunks, stretches, most, expected", CUTS)
def test_rows_are_cut_where_the_site_changes_and_none_is_lost(chunks, stretches, most, expected):
    rows = np.arange(sum(chunks))
    given = np.split(rows, np.cumsum(chunks)[:-1])
    found = list(pieces(given, stretches, most))
    assert [(len(piece), site) for piece, site in found] == expected
    assert np.concatenate([piece for piece, _ in found]).tolist() == rows.tolist()


@pytest.mark.compiled
def test_interpreted_equals_compiled_with_defects_that_come_and_go(breaking, tmp_path):
    runs = [
        simulate(breaking, days=1, out=tmp_path / str(interpreted), interpreted=interpreted)
        for interpreted in (False, True)
    ]
    first, second = (run.flows.to_pandas() for run in runs)
    assert len(first) == 1440
    assert first.columns.tolist() == second.columns.tolist()
    for name in first.select_dtypes("number"):
        np.testing.assert_allclose(first[name], second[name], rtol=1e-6, atol=1e-6, err_msg=name)
    assert max(run.balance_error for run in runs) <= 1e-9


@pytest.mark.compiled
def test_what_breaks_shows_in_the_flows_while_it_stands(breaking, house, tmp_path):
    broken = simulate(breaking, days=1, out=tmp_path / "broken").flows.to_pandas()
    sound = simulate(house, days=1, out=tmp_path / "sound").flows.to_pandas()
    # The string is turned round from the minute that holds 10:30:30 on, to that of 11:00:30.
    turned = slice(630, 661)
    assert (broken.pv1_w[turned] == 0.0).all() and (sound.pv1_w[turned] > 0.0).any()
    assert broken.pv1_w[629] == pytest.approx(sound.pv1_w[629], rel=1e-3)
    more_w = broken.home_w_l1 - sound.home_w_l1
    assert not more_w[:120].any() and not more_w[300:].any()
    assert more_w[120:300].max() == pytest.approx(20.0 * 230.0, rel=0.15)


@pytest.mark.compiled
def test_a_fleet_lives_in_the_same_breaking_world(breaking):
    members = [Member("one", breaking.site, breaking.settings, breaking.initial_soc)]
    table = fleet(breaking, members, days=1)
    alone = simulate(breaking, days=1).meters
    assert table["balance_error_relative"][0].as_py() <= 1e-9
    for name in ("pv_wh", "home_wh", "grid_import_wh", "losses_wh"):
        assert table[name][0].as_py() == pytest.approx(getattr(alone, name), rel=1e-9), name


def test_ask_takes_what_is_broken_and_finds_what_the_house_has_broken(house, breaking):
    plain = {"sun": 3000, "soc": "50%"}
    sound = ask(house, at="10:40", **plain)
    turned = ask(house, at="10:40", defects={"pv1_reversed": ""}, **plain)
    # Both strings give half of it each.
    assert turned["pv_w"] == pytest.approx(0.5 * sound["pv_w"], rel=0.05)
    assert ask(breaking, at="10:40", **plain)["pv_w"] == pytest.approx(turned["pv_w"])
    assert ask(breaking, at="12:40", **plain)["pv_w"] == pytest.approx(sound["pv_w"])
    mended = ask(breaking, at="10:40", defects={"pv1_reversed": 0}, **plain)
    assert mended["pv_w"] == pytest.approx(sound["pv_w"])


def test_cases_name_defects_bare_or_with_a_value(house, tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text(
        "at,sun,defect,defect.bypass_a\n10:40,3000,,\n10:40,3000,pv1_reversed;pv2_reversed,\n"
        "10:40,3000,,10\n",
        encoding="utf-8",
    )
    sound, dark, bypass = ask_all(house, path)
    assert (sound["pv_w"] > 2000.0, dark["pv_w"]) == (True, 0.0)
    assert bypass["home_w_l1"] - sound["home_w_l1"] == pytest.approx(2300.0, rel=0.1)


# fmt: off
WRONG = [
    # cause          value    the line
    ("estopp",       "",      "defect = estopp: is no cause; did you mean estop?"),
    ("estop",        "2",     "estop = 2: takes 0 or 1"),
    ("estop",        "0.5",   "estop = 0.5: takes 0 or 1"),
    ("earth_leak_a", "6",     "earth_leak_a = 6 A: takes 0 to 5 A"),
    ("earth_leak_a", "nan",   "earth_leak_a = nan: is not a finite number"),
    ("earth_leak_a", "much",  "earth_leak_a = much: is not a number"),
]
# fmt: on


@pytest.mark.parametrize("cause, value, line", WRONG)
def test_a_defect_that_cannot_be_asked_about_is_told_in_one_line(house, cause, value, line):
    with pytest.raises(SituationError) as caught:
        struck(house.site, {cause: value})
    assert str(caught.value) == line


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.key)
def test_every_cause_can_be_asked_about_and_the_balance_closes(house, cause):
    said = ask(house, at="12:00", defects={cause.key: ""}, after="100ms")
    sources = ("pv_w", "battery_w", "grid_w", "gen_w", "micro_inverter_w", "unserved_w")
    sinks = ("load_w", "home_w", "smart_load_w", "loss_w")
    gap_w = sum(said[name] for name in sources) - sum(said[name] for name in sinks)
    assert abs(gap_w) <= 1e-6
