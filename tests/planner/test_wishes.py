"""What an owner wishes is kept by every hand of the menu, or refused with what could be kept."""

import numpy as np
import pytest

from twinverter.batch.simulate import simulate
from twinverter.planner.advice import advised
from twinverter.planner.changes import changes_of
from twinverter.planner.judge import World, trial_of
from twinverter.planner.menu import ROWS, Menu
from twinverter.planner.search import Search
from twinverter.planner.seeds import policies
from twinverter.planner.tune import mixed, shaken
from twinverter.planner.unseen import factory
from twinverter.planner.wishes import DARK_MARGIN, Wishes, dark_most_h, reserve_pct
from twinverter.planner.years import as_it_is
from twinverter.scenario.error import HouseError

NIGHT = Wishes(quiet_s=((22 * 3600.0, 30 * 3600.0),))


def shaken_hands(menu, count=150):
    """Return hands of all kinds, as a search makes them."""
    chance = np.random.default_rng(5)
    hands = policies(menu, menu.now)
    for _ in range(count):
        one, other = (hands[chance.integers(len(hands))] for _ in range(2))
        hands.append(shaken(menu, mixed(menu, one, other, chance), chance, 0.5))
    return hands


def test_a_reserve_is_as_many_percent_as_its_energy(weak_house):
    """6 h at 900 W are 5.4 kWh of some 10 that a full bank brings."""
    world = World(as_it_is(weak_house), step_s=300.0)
    assert 50.0 <= reserve_pct(world, Wishes(reserve_h=6.0)) <= 60.0


def test_a_reserve_beyond_the_bank_is_refused_with_what_it_holds(weak_house):
    world = World(as_it_is(weak_house), step_s=300.0)
    with pytest.raises(HouseError, match=r"18.0 kWh at the mean backup load of 900 W; .* 1\d.\d h"):
        reserve_pct(world, Wishes(reserve_h=20.0))


def test_every_hand_holds_the_reserve(weak_house):
    menu = Menu(weak_house, reserve_pct=55.0)
    for hand in shaken_hands(menu):
        values = menu.house_of(hand).values
        floor_pct = values["shutdown_soc_pct"] + 55.0
        assert values["low_batt_soc_pct"] >= floor_pct
        assert all(values[f"tou{row}_batt_pct"] >= floor_pct for row in range(1, ROWS + 1))


def test_the_device_keeps_the_reserve_while_there_are_mains(tariff_house):
    menu = Menu(tariff_house, reserve_pct=35.0)
    house = menu.house_of(menu.changed(menu.now, shutdown_soc_pct=10.0, tou_enable=1.0))
    run = simulate(house)
    assert float(np.min(run.flows["soc"])) > 0.44


def test_no_hand_lets_the_generator_run_in_quiet_hours(weak_house):
    menu = Menu(weak_house, NIGHT)
    for hand in shaken_hands(menu):
        values = menu.house_of(hand).values
        if not values["tou_enable"]:
            assert not values["gen_charge"]
            continue
        starts = [int(values[f"tou{row}_time"][:2]) * 60 + int(values[f"tou{row}_time"][3:])
                  for row in range(1, ROWS + 1)]  # fmt: skip
        for minute in (22 * 60, 23 * 60 + 59, 0, 5 * 60 + 59):
            row = max((one for one in range(ROWS) if starts[one] <= minute), default=ROWS - 1)
            assert not values[f"tou{row + 1}_gen_charge"]


def test_a_contract_that_forbids_selling_leaves_no_knob_for_it(weak_house):
    menu = Menu(weak_house)
    words = menu.knobs[menu.place["work_mode"]].words
    assert "selling_first" not in words and "solar_sell" not in menu.place
    assert menu.settings_of(menu.now)["solar_sell"] is False


@pytest.mark.parametrize(
    ("changes", "objective", "said"),
    [
        ({}, "fuel", "site.genset: has no generator"),
        ({"buy": 0.0}, "money", "world.tariff: has no prices"),
    ],
)
def test_a_search_for_nothing_is_refused(tariff_house, weak_house, changes, objective, said):
    house = tariff_house
    if changes:
        form = weak_house.form.world.tariff.model_copy(update=changes)
        world = weak_house.form.world.model_copy(update={"tariff": form})
        made, _ = type(weak_house.world).of(weak_house.form.site, world, "weak.toml", None)
        house = type(weak_house)(**vars(weak_house) | {"world": made})
    with pytest.raises(HouseError, match=said):
        advised(house, objective, minutes=0.0)


def test_what_a_wish_turns_is_among_the_changes(weak_house):
    """Quiet nights take the generator's tick; whoever copies the changes has to see it."""
    house = weak_house.with_settings({"gen_charge": True, "gen_signal": True})
    menu = Menu(house, NIGHT)
    search = Search(menu, [World(as_it_is(house), step_s=300.0)], "money")
    told = changes_of(search, house, menu.house_of(menu.now))
    assert [(one.key, one.before, one.after) for one in told if one.key == "gen_charge"] == [
        ("gen_charge", True, False)
    ]


@pytest.mark.parametrize(
    ("wishes", "share"),
    # fmt: off
    [
        (Wishes(), 1.0),
        (Wishes(dark_share=0.2), 0.2 * DARK_MARGIN),
        (Wishes(dark_share=0.0), 0.0),
    ],
    # fmt: on
)
def test_a_search_is_held_to_a_share_of_the_dark_hours_of_factory_settings(
    engineless_house, wishes, share
):
    world = World(as_it_is(engineless_house), step_s=300.0)
    (verdict,) = world.judge([trial_of(factory(engineless_house))])
    dark_h = float(verdict.account.unserved_s.sum()) / 3600.0
    assert dark_h > 1.0
    most_h = dark_most_h(engineless_house, [world], wishes)
    assert most_h == pytest.approx(share * dark_h * 365.25 / 4.0)


def test_a_wish_in_hours_does_without_the_factory(weak_house):
    world = World(as_it_is(weak_house), step_s=300.0)
    assert dark_most_h(weak_house, [world], Wishes(dark_h=40.0)) == 40.0 * DARK_MARGIN
    assert Wishes(dark_h=40.0).dark_hours(1000.0) == 40.0
