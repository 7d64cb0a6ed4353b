"""What protection and limits must keep, whatever happens: random settings, worlds, causes, steps.

The ordeal is `tests/laws/ordeal.py`. A few thousand steps run plainly, more of them compiled;
`TWINVERTER_FUZZ_STEPS=10000000` sets how many. A life that breaks a law is named by its seed and is
the same in both, so it can be gone through in the interpreter.
"""

import os
import random
from typing import NamedTuple

import numpy as np
import pytest

from tests.laws import breaches, ordeal
from tests.laws.breaches import CALM
from twinverter.catalog import alarms
from twinverter.catalog.states import STATES
from twinverter.core.blocks import Phases, total
from twinverter.core.kernel import compiled
from twinverter.core.records import at_rest, readable
from twinverter.inverter import step
from twinverter.plant.defects import broken

LIFE_STEPS = 2000
BATCH = 250
STEPS = int(os.environ.get("TWINVERTER_FUZZ_STEPS", "200000"))
SETTLED = {"soc": 0.6, "sun": 3000.0, "load": 1500.0, "home": 600.0}


class Fates(NamedTuple):
    """What many lives begin with, a row each."""

    sites: np.ndarray
    settings: np.ndarray
    states: np.ndarray
    inputs: np.ndarray
    dice: np.ndarray


def born(chance, seed):
    """Return site, settings, state, world and dice of one life; every other bank is a lithium one."""
    maker = chance(random.Random(seed))
    rules = maker.settings(**({"batt_mode": "lithium"} if seed % 2 else {}))
    site, world = maker.site(rules), maker.inputs(rules)
    return site, rules, maker.state(site, rules, world), world, seed + 1.0


def fates(chance, seeds, rest):
    """Return the beginnings of lives; `rest` lays settings down as the loop reads them."""
    lives = [born(chance, seed) for seed in seeds]
    sites, rules, states, worlds, dice = zip(*lives, strict=True)
    return Fates(
        np.concatenate([at_rest(site) for site in sites]),
        rest(rules),
        np.concatenate([at_rest(state) for state in states]),
        np.concatenate([at_rest(world) for world in worlds]),
        np.array(dice),
    )


def lived(run, fate, steps):
    """Go through lives; return what they broke, the alarms seen, the steps in each state."""
    seen = np.zeros(1 + len(STATES), np.int64)
    broke = np.zeros((len(fate.dice), 2))
    run(*fate, steps, seen, broke)
    return broke, set(alarms.names(float(seen[0]))), dict(zip(STATES, seen[1:], strict=True))


def told(seeds, broke):
    """Return what was broken by whom and when, in words."""
    return [
        f"life {seed}, step {int(count)}: {breaches.LAWS[int(law)]}"
        for seed, (law, count) in zip(seeds, broke, strict=True)
        if law
    ]


@pytest.fixture(scope="module")
def fast(tmp_path_factory):
    """Return the ordeal compiled anew: its dice and laws are not among the sources of the cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWINVERTER_CACHE", str(tmp_path_factory.mktemp("ordeal")))
        yield compiled(ordeal.lives)


def together(rows):
    """Return settings as compiled code reads them."""
    return np.concatenate([readable(row) for row in rows])


@pytest.mark.parametrize("first", range(0, 40, 4))
def test_no_law_is_broken_in_a_few_random_lives(chance, first):
    """C-03, C-06 to C-09, C-20, C-29, C-56, C-57, C-59."""
    seeds = range(first, first + 4)
    broke, _, _ = lived(ordeal.lives, fates(chance, seeds, tuple), 100)
    assert told(seeds, broke) == []


@pytest.mark.compiled
def test_no_law_is_broken_in_many_random_lives(chance, fast):
    """The same over hundreds of thousands of steps, and almost every code and state is met."""
    met, spent, count = set(), dict.fromkeys(STATES, 0), max(1, STEPS // LIFE_STEPS)
    for first in range(1000, 1000 + count, BATCH):
        seeds = range(first, min(first + BATCH, 1000 + count))
        fate = fates(chance, seeds, together)
        broke, codes, states = lived(fast, fate, LIFE_STEPS)
        assert told(seeds, broke) == []
        assert all(np.isfinite(fate.states[name]).all() for name in fate.states.dtype.names)
        met |= codes
        spent = {name: spent[name] + states[name] for name in STATES}
    if count >= 100:
        assert len(met) >= 35, sorted(met)
        assert all(spent.values()), spent


@pytest.mark.compiled
def test_compiled_lives_are_the_interpreted_ones(chance, fast):
    """C-05a: the same laws kept, the same codes, the same last states."""
    seeds = range(100, 112)
    ends = []
    for run, rest in ((ordeal.lives, tuple), (fast, together)):
        fate = fates(chance, seeds, rest)
        ends.append((fate.states, *lived(run, fate, 300)))
    (plain, *seen), (quick, *same) = ends
    assert seen[1:] == same[1:] and (seen[0] == same[0]).all()
    for name in plain.dtype.names:
        np.testing.assert_allclose(quick[name], plain[name], rtol=1e-9, atol=1e-9, err_msg=name)


def three(power_w):
    """Return a power that is the same on every phase."""
    return Phases(power_w, power_w, power_w)


HOT, FROZEN = {"ambient_c": 61.0}, {"ambient_c": -26.0}
# fmt: off
TOO_MUCH = [
    # what the flows show                                   in this world   law
    ({},                                                    {},             0.0),
    ({"sink_c": float("nan")},                              {},             breaches.NAN),
    ({"loss_w": 1.0},                                       {},             breaches.BALANCE),
    ({"soc": 1.01},                                         {},             breaches.METER),
    ({"pv1_w": 10500.0},                                    {},             breaches.PV),
    ({"battery_w": -3000.0, "battery_a": -41.0},            {},             breaches.CHARGE),
    ({"battery_w": -100.0, "battery_a": -2.0},              {"bms_charge_max_a": 0.0}, breaches.CHARGE),
    ({"battery_w": 3000.0, "battery_a": 41.0},              {},             breaches.DISCHARGE),
    ({"inverter_w": three(3000.0)},                         {},             breaches.STAGE),
    ({"inverter_w": Phases(4200.0, 0.0, 0.0)},              {},             breaches.PHASE),
    ({"inverter_w": three(2900.0), "reactive_var": 5000.0}, {},             breaches.CIRCLE),
    ({"battery_w": 0.0},                                    HOT,            breaches.ROOM),
    ({"battery_w": 0.0},                                    FROZEN,         breaches.ROOM),
    ({"gen_w": three(-10.0)},                               {},             breaches.ENGINE),
    ({"relays": 7.0},                                       {},             breaches.SOURCES),
]
TOO_LONG = [
    # what has lasted      so long   longer   law
    ("island",                60.0,    60.1,  breaches.LOAD),
    ("island_long",           10.0,    10.1,  breaches.LOAD),
    ("island_short",           0.1,    0.11,  breaches.LOAD),
    ("phase",                 10.0,    10.1,  breaches.LOAD_PHASE),
    ("phase_short",            0.1,    0.11,  breaches.LOAD_PHASE),
    ("peak",                  10.0,    10.1,  breaches.PEAK),
    ("short",                  0.2,    0.21,  breaches.PEAK),
    ("port",                   5.0,     5.1,  breaches.PORT),
    ("export",                 1.0,     1.1,  breaches.EXPORT),
    ("bond",                   1.0,     1.1,  breaches.BOND),
]
# fmt: on


def judged(machine, shown, settings=None, site=None, world=None, settled=None):
    """Return the law found broken, and the watch, where a settled machine's flows show this."""
    m = machine(settings, **SETTLED | (settled or {})).run(5)
    before = m.state
    after, flows = step(m.site, m.settings, before, m.inputs, 1.0)
    flows = flows._replace(**shown)
    if "loss_w" not in shown:
        # What one line shows too much is booked as loss, so that the balance stays closed.
        given_w = flows.pv1_w + flows.pv2_w + flows.battery_w + total(flows.grid_w)
        taken_w = total(flows.load_w) + total(flows.home_w)
        flows = flows._replace(loss_w=given_w + total(flows.gen_w) - taken_w)
    site, inputs = site or m.site, m.inputs._replace(**(world or {}))
    derate = breaches.derate_of(m.settings, inputs.ambient_c)
    battery, over = breaches.battery_law(site, m.settings, before, inputs, flows, derate)
    watch = breaches.watched(site, m.settings, CALM, before, after, inputs, flows, over, 1.0)
    law = breaches.broken_law(site, m.settings, before, after, inputs, flows, watch, over, battery)
    return law, watch


@pytest.mark.parametrize("shown, world, law", TOO_MUCH)
def test_a_law_sees_what_breaks_it(machine, shown, world, law):
    assert judged(machine, shown, world=world)[0] == law


def test_a_law_sees_a_cold_battery_charged_and_a_hot_sink_at_work(machine):
    m = machine(**SETTLED).run(5)
    cold = m.state._replace(
        plant=m.state.plant._replace(battery=m.state.plant.battery._replace(temp_c=-1.0))
    )
    charged = m.flows._replace(battery_w=-500.0, battery_a=-10.0)
    assert breaches.battery_law(m.site, m.settings, cold, m.inputs, charged, 1.0) == (
        breaches.COLD,
        0.0,
    )
    hot = CALM._replace(sink=3.0)
    assert breaches.stage_law(m.site, m.settings, m.inputs, m.flows, hot, 1.0) == breaches.SINK


@pytest.mark.parametrize("what, borne_s, broken_s, law", TOO_LONG)
def test_a_law_counts_how_long_something_lasts(what, borne_s, broken_s, law):
    assert breaches.worn_out(CALM._replace(**{what: borne_s})) == 0.0
    assert breaches.worn_out(CALM._replace(**{what: broken_s})) == law


def test_the_watch_counts_export_and_a_bad_bond(machine):
    """Zero export at the clamps, at the inner sensors, not where selling is allowed."""
    given = {"grid_w": three(-10.0), "ld_w": three(-10.0)}
    for settings, lasts_s in (
        ({"work_mode": "zero_export_ct"}, 1.0),
        ({"work_mode": "zero_export_load"}, 1.0),
        ({"work_mode": "zero_export_ct", "solar_sell": 1}, 0.0),
        ({"work_mode": "selling_first"}, 0.0),
    ):
        assert judged(machine, given, settings)[1].export == lasts_s, settings
    loose = machine().site._replace(defects=broken(bond_open=1.0))
    island = {"forced_island": 1.0}
    for settings, lasts_s in (({"signal_island_mode": 1}, 1.0), ({}, 0.0)):
        assert judged(machine, {}, settings, loose, settled=island)[1].bond == lasts_s, settings
