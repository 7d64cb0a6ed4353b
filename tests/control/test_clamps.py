"""The test of the current clamps: who is turned round, who is missing, and what it costs (W05, W06)."""

import pytest

from twinverter.control import clamps
from twinverter.core.blocks import Phases, total
from twinverter.inverter import sensed
from twinverter.plant.defects import SOUND, broken

HOUSE = {"work_mode": "zero_export_ct"}


def clamped(machine, settings=None, **world):
    """Return a machine that has been regulating at its clamps for a while."""
    world = {"soc": 0.6, "sun": 6000.0, "load": 1500.0, "home": 1500.0} | world
    return machine(HOUSE | (settings or {}), **world).run(3)


def wired(m, defects):
    """Let the clamps be placed so from now on."""
    m.site = m.site._replace(defects=defects)
    return m


def switched_on(m, dt_s=1.0):
    """Switch the machine off and on and wait for the end of its self-test."""
    m.set(power_button=0).run(2).set(power_button=1)
    m.until(lambda m: m.mode == "ON_GRID", 30 if dt_s <= 10.0 else 300, dt_s)
    return m


def state_of(m):
    """Return where the test of the clamps stands."""
    return m.state.control.protection.clamps


# fmt: off
@pytest.mark.parametrize(
    ("defects",                  "codes",          "after_s"),
    [
        (SOUND,                    set(),               25),  # twelve parts of 2 s
        (broken(ct_reversed=1.0),  {"W05"},             41),  # two trials more on L1
        (broken(ct_off=1.0),       {"W06"},             41),
        (broken(ct_swapped=1.0),   {"W06"},             57),  # and two more on L2
        (broken(ct_swapped=1.0, ct_reversed=1.0), {"W06"}, 57),
    ],
)
# fmt: on
def test_after_power_on_each_clamp_has_to_follow_its_phase(machine, defects, codes, after_s):
    """A step of 300 W on one phase after the other."""
    m = switched_on(wired(clamped(machine), defects))
    running = m.until(lambda m: state_of(m).stage in (clamps.PASSED, clamps.FAILED), 90)
    assert running == pytest.approx(after_s, abs=1.0)
    assert m.run(2).alarms == codes
    # Where the clamps are no use only the backup loads are regulated, as without them.
    assert m.why["grid"] == ("grid_setpoint" if not codes else "grid_sensor_lost")
    assert m.ld_w == pytest.approx(-1480.0 if not codes else 20.0, abs=0.1)
    assert m.run(600).alarms == codes


def test_a_mended_clamp_is_found_by_the_next_test(machine):
    m = switched_on(wired(clamped(machine), broken(ct_reversed=1.0))).run(60)
    assert m.alarms == {"W05"}
    cleared_s = wired(m, SOUND).until(lambda m: not m.alarms, 120)
    assert cleared_s <= 60.0 + 8.0 + 24.0 + 8.0
    assert m.run(2).why["grid"] == "grid_setpoint"


@pytest.mark.parametrize("defects, codes", [(SOUND, set()), (broken(ct_reversed=1.0), {"W05"})])
def test_steps_of_a_minute_tell_the_same_later(machine, defects, codes):
    m = switched_on(wired(clamped(machine), defects), 60.0).run(40 * 60, 60.0)
    assert m.alarms == codes


def test_the_test_never_exports_and_never_charges_by_itself(machine):
    """Zero export and a full battery hold while a phase is lowered."""
    m = switched_on(clamped(machine, {"max_charge_a": 0}))
    seen = []
    while state_of(m.run(1)).stage != clamps.PASSED:
        assert min(m.flows.grid_w) >= -0.1 and m.battery_w >= -0.1
        seen.append(tuple(round(power_w) for power_w in m.flows.ld_w))
    # At the GRID terminals 20 W are held, 300 W more on the phase whose turn it is.
    assert set(seen) == {(7, 7, 7), (307, 7, 7), (7, 307, 7), (7, 7, 307)}


def test_it_runs_when_the_clamps_come_into_use_and_when_they_come_back(machine):
    m = machine({"work_mode": "zero_export_load"}, soc=0.6, sun=6000.0, load=1500.0).run(3)
    assert state_of(m).stage == clamps.UNUSED
    m.set(work_mode="zero_export_ct").run(3)
    assert state_of(m).stage >= clamps.RUNNING
    assert state_of(m.run(60)).stage == clamps.PASSED
    m.world(ct_ok=0.0).run(1).world(ct_ok=1.0).run(1)  # too short to have lost them
    assert state_of(m).stage == clamps.PASSED
    m.world(ct_ok=0.0).run(5)
    assert m.alarms == {"W06"} and m.why["grid"] == "grid_sensor_lost"
    m.world(ct_ok=1.0).run(3)
    assert state_of(m).stage >= clamps.RUNNING and m.alarms == set()
    m.set(ex_meter_for_ct=1).run(1)
    assert state_of(m).stage == clamps.UNUSED


def test_with_loads_of_the_home_alone_it_waits_and_then_believes_the_clamps_to_test_them(machine):
    m = switched_on(clamped(machine, load=0.0))
    assert m.run(30).why["grid"] == "grid_sensor_lost"
    assert state_of(m.run(80)).stage == clamps.PASSED
    assert m.why["grid"] == "grid_setpoint" and m.alarms == set()


def test_in_an_outage_it_waits(machine):
    m = switched_on(clamped(machine)).run(5).world(grid="off").run(20)
    assert state_of(m).stage == clamps.PENDING and m.alarms == {"F35"}


# fmt: off
@pytest.mark.parametrize(
    ("ct_w",    "ld_w", "trials", "stage",            "after"),
    [
        ( 600.0,  600.0,     0.0, clamps.RUNNING + 4,   0.0),
        ( 301.0,  600.0,    -2.0, clamps.RUNNING + 4,   0.0),  # half of it follows
        ( 899.0,  600.0,     0.0, clamps.RUNNING + 4,   0.0),
        ( 901.0,  600.0,     2.0, clamps.RUNNING,       0.0),  # the home has moved more: no verdict
        ( 299.0,  600.0,     0.0, clamps.RUNNING,      -1.0),
        (   0.0,  600.0,     2.0, clamps.RUNNING,      -1.0),  # not the same failure as before
        (-301.0,  600.0,     0.0, clamps.RUNNING,       1.0),
        (-600.0,  600.0,    -1.0, clamps.RUNNING,       1.0),
        (-901.0,  600.0,     2.0, clamps.RUNNING,       0.0),
        ( 600.0, -600.0,     2.0, clamps.RUNNING + 4,   0.0),  # the third: noted, on to L2
        (-600.0, -600.0,     0.0, clamps.RUNNING + 4,   0.0),
        ( 299.0,  299.0,     0.0, clamps.PENDING,       0.0),  # nothing has moved
    ],
)
# fmt: on
def test_a_phase_is_judged_by_what_it_did_itself(machine, ct_w, ld_w, trials, stage, after):
    settings = machine(HOUSE).settings
    test = clamps.ClampTest(clamps.RUNNING + 3, 2.0, 0.0, 0.0, 0.0, trials, 0.0, 0.0)
    found = clamps.judged(settings, test, 0.0, ct_w, ld_w, 1.0)
    assert (found.stage, found.trials) == (stage, after)
    assert found.found == (clamps.TURNED if (ct_w, trials) == (600.0, 2.0) else 0.0)


def test_a_machine_that_feeds_too_little_is_not_lowered(machine):
    m = machine(HOUSE, soc=0.6, sun=6000.0).run(1)
    test = clamps.ClampTest(clamps.RUNNING + 1, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    stage = sensed(m.site, m.state, m.inputs).stage
    for feed_w, lowered in ((99.0, False), (100.0, True)):
        inverter, pv_w = clamps.lowered(
            m.settings, test, stage, Phases(feed_w, feed_w, feed_w), 1000.0
        )
        assert (inverter.l1 == feed_w - 300.0) is lowered
        assert pv_w == pytest.approx(700.0 if lowered else 1000.0)
        assert total(inverter) == pytest.approx(3.0 * feed_w - (300.0 if lowered else 0.0))
