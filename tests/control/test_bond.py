"""C-56 and C-55 at 1 ms: the ATS output, the grid relay, and the output, in their order."""

import pytest

from twinverter.batch.situation import phases
from twinverter.catalog.settings import default_values, kernel_settings
from twinverter.control import bond

MODE = kernel_settings(default_values() | {"signal_island_mode": True})
PLAIN = kernel_settings(default_values())
LEAD_S = MODE.law.bond.lead_s

STEPS = [
    # live before  relay  wanted  dt      live after  output
    (LEAD_S,       True,  True,   0.001,  LEAD_S,     1.0),
    (0.0,          False, False,  0.001,  0.0,        0.0),
    (0.0,          False, True,   0.001,  0.001,      1.0),  # first the output
    (0.099,        False, True,   0.001,  LEAD_S,     1.0),
    (LEAD_S,       False, False,  0.001, -0.004,      1.0),  # the relay opens, the output stays
    (-0.004,       False, False,  0.001, -0.003,      1.0),
    (-0.001,       False, False,  0.002,  0.0,        0.0),
    (LEAD_S,       False, False,  1.0,    0.0,        0.0),  # both within one long step
    (0.05,         False, False,  0.001,  0.0,        0.0),  # a return given up
    (-0.004,       False, True,   0.001,  0.001,      1.0),
]  # fmt: skip


@pytest.mark.parametrize("live_s, closed, wanted, dt_s, after_s, output", STEPS)
def test_one_time_is_all_the_order_needs(live_s, closed, wanted, dt_s, after_s, output):
    found_s = bond.step(MODE, live_s, closed, wanted, dt_s)
    assert found_s == pytest.approx(after_s)
    assert bond.ats_on(MODE, found_s) == output
    assert bond.ats_on(PLAIN, found_s) == 0.0


CLOSING = [
    # settings  live    dt     may close
    (MODE,      0.0,    0.001, False),
    (MODE,      0.05,   0.001, False),
    (MODE,     -0.004,  0.001, False),
    (MODE,      LEAD_S, 0.001, True),
    (MODE,      0.0,    0.1,   True),  # the lead has passed within the step
    (PLAIN,     0.0,    0.001, True),
]  # fmt: skip


@pytest.mark.parametrize("settings, live_s, dt_s, may", CLOSING)
def test_the_grid_relay_closes_only_over_an_open_bond(settings, live_s, dt_s, may):
    assert bond.may_close(settings, live_s, dt_s) == may


def changes(house, seconds, dt_s=0.001):
    """Run on and return the milliseconds at which a relay moved, as "+name" and "-name"."""
    was, found = house.relays, {}
    for count in range(1, round(seconds / dt_s) + 1):
        now = house.run(dt_s, dt_s).relays
        found |= {f"+{name}": count for name in now - was}
        found |= {f"-{name}": count for name in was - now}
        was = now
    return found


def served(machine, **wanted):
    """Return a machine on a healthy mains with 3600 W of backup load."""
    plain = {"max_discharge_a": 190, "reconnection_time_s": 10}
    return machine(plain | wanted, soc=0.9, load=3600).at(0.9).run(1.0)


def test_a_lost_mains_opens_the_relay_then_bonds_the_neutral_then_feeds(machine):
    """CH2.3-OPR-004 CH5.10-GRD-008 CH5.10-GRD-009: C-55, C-56.

    4 ms to see it, 10 ms without voltage, and within these the neutral is earthed.
    """
    house = served(machine, signal_island_mode=1)
    assert {"grid", "ats", "load"} <= house.relays
    found = changes(house.world(grid="off"), 0.2)
    assert found["-grid"] == 4
    assert found["-ats"] - found["-grid"] in (4, 5)
    assert found["+load"] - found["-grid"] == 10
    assert found["-ats"] < found["+load"]
    assert house.alarms == {"F35"} and house.frequency_hz == 50.0


def test_a_mains_that_returns_finds_the_bond_open_and_takes_over_without_a_gap(machine):
    """CH5.10-GRD-008 CH2.3-OPR-004: C-56, 100 ms of lead; C-55, no gap at all."""
    house = served(machine, signal_island_mode=1)
    house.world(grid="off").run(1.0, 0.001)
    lost_wh = house.state.meters.load_unserved_wh
    house.world(grid="on").run(9.95, 0.01)
    assert house.why["grid"] == "grid_reconnecting" and "ats" not in house.relays
    found = changes(house, 0.3)
    assert found["+grid"] - found["+ats"] == 100
    assert not {"-load", "+load"} & set(found)
    assert house.state.meters.load_unserved_wh == lost_wh
    assert house.mode == "ON_GRID"


def test_without_the_mode_the_output_is_dead_and_nothing_waits(machine):
    """CH5.10-GRD-009"""
    house = served(machine)
    found = changes(house.world(grid="off"), 0.1)
    assert found["-grid"] == 4 and "-ats" not in found
    house.world(grid="on").run(9.95, 0.01)
    found = changes(house, 0.2)
    assert "+grid" in found and "+ats" not in found and "ats" not in house.relays


@pytest.mark.parametrize("dt_s", [0.001, 0.1, 1.0])
def test_the_order_is_the_same_story_at_any_step(machine, dt_s):
    """C-05a: long steps hold lead and lag within them."""
    house = served(machine, signal_island_mode=1)
    house.world(grid="off").run(1.0, dt_s)
    assert not {"grid", "ats"} & house.relays
    house.world(grid="on").run(10.0, min(dt_s, 0.1)).run(1.0, dt_s)
    assert {"grid", "ats"} <= house.relays


def test_a_machine_switched_off_earths_its_output(machine):
    """CH5.10-GRD-009: a relay that is open for whatever cause leaves the bond made."""
    house = served(machine, signal_island_mode=1).set(power_button=0).run(1.0)
    assert not {"grid", "ats"} & house.relays


SAGS = [
    # what remains      opens after ms  gap in the output ms
    ("45.9",            4,              10),  # below a fifth: the backup detector
    ("45.9,230,230",    4,              10),
    ("115",             160,            10),  # a dip reaches the load until the window acts
    ("184.9",           160,            10),
]  # fmt: skip


@pytest.mark.parametrize("grid, opens_ms, gap_ms", SAGS)
def test_a_sag_is_left_in_its_time_and_the_load_goes_on(machine, grid, opens_ms, gap_ms):
    """CH2-IDN-001 CH2.3-OPR-004: C-55."""
    house = served(machine)
    assert house.inputs.load_w == phases("load", 3600)
    found = changes(house.world(grid=grid), 0.25)
    assert found["-grid"] in (opens_ms, opens_ms + 1)
    assert found["+load"] - found["-grid"] == gap_ms
    assert house.load_unserved_w == 0.0


def test_the_transfer_time_is_the_gap(machine):
    """CH2.3-OPR-004"""
    for gap_ms in (4, 10, 20):
        found = changes(served(machine, transfer_time_ms=gap_ms).world(grid="off"), 0.1)
        assert found["+load"] - found["-grid"] == pytest.approx(gap_ms, abs=1.0)
