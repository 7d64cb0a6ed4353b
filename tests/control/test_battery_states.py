"""Low battery, shutdown and restart, recovery of an empty bank (C-42 to C-44)."""

import pytest

ISLAND = {"max_charge_a": 190, "max_discharge_a": 190, "gen_signal": 0}
EMPTY = {**ISLAND, "batt_mode": "use_batt_pct", "active_battery": 1}


def test_low_batt_warns_after_ten_seconds_and_clears_two_percent_above(machine):
    """CH5.6-CTL-026: C-42. Low Batt is 35 %."""
    m = machine()
    # fmt: off
    story = (
        # soc   for s  shown
        (0.36,   20,   False),
        (0.35,   20,   False),  # at it, not below
        (0.34,    9,   False),
        (0.35,    1,   False),  # a break begins the ten seconds anew
        (0.34,    9,   False),
        (0.34,    1,   True),
        (0.36,   20,   True),   # the band of 2 % keeps it
        (0.37,    9,   True),
        (0.37,    1,   False),
    )
    # fmt: on
    for soc, seconds, shown in story:
        assert ("LOWBAT" in m.at(soc).run(seconds).alarms) is shown, (soc, seconds)


def test_off_grid_the_output_goes_off_below_shutdown_and_comes_back_at_restart(machine):
    """CH5.6-CTL-025, CH5.6-CTL-027: C-43, K10. Shutdown 20 %, Restart 50 %."""
    m = machine(ISLAND, soc=0.2, grid="off", load=500)
    # fmt: off
    story = (
        # soc    for s  served  state
        (0.20,    20,   True,   "OFF_GRID"),  # at it, not below
        (0.19,     9,   True,   "OFF_GRID"),
        (0.19,     1,   False,  "BATSHUT"),
        (0.35,    60,   False,  "BATSHUT"),
        (0.499,   60,   False,  "BATSHUT"),
        (0.50,     1,   True,   "OFF_GRID"),
        (0.21,    60,   True,   "OFF_GRID"),  # and only Shutdown ends it again
    )
    # fmt: on
    for soc, seconds, served, state in story:
        m.at(soc).run(seconds)
        assert (m.load_unserved_w == 0.0) is served, (soc, seconds)
        assert m.mode == state and ("BATSHUT" in m.alarms) is not served
        assert m.why["load"] == ("load_inverter" if served else "load_shut_down")


def test_shut_down_the_sun_goes_on_charging(machine):
    m = machine(ISLAND, grid="off", load=500).at(0.19).run(12)
    assert m.mode == "BATSHUT" and m.battery_w == 0.0
    m.world(sun=3000.0).run(62)
    assert m.battery_w == pytest.approx(-3000.0) and m.load_unserved_w == pytest.approx(500.0)
    assert m.why["battery"] == "batt_empty"


def test_a_shut_down_machine_lives_on_its_own_consumption_until_it_is_dark(machine):
    """CH4.1-OPR-002: C-11a, C-43. The stage idles; at 40 V nothing lives."""
    m = machine(
        {"batt_mode": "use_batt_pct"}, chemistry="agm", lossless=False, grid="off", load=500
    )
    m.at(0.19).run(12)
    assert m.mode == "BATSHUT" and m.battery_w == pytest.approx(m.site.bridge.own_idle_w, rel=0.02)
    m.change(battery_voltage_v=40.0).run(0.001, 0.001)
    assert m.mode == "DARK" and m.battery_w == 0.0


def test_the_mains_restores_the_output_and_the_battery_waits_for_restart(machine):
    """CH5.6-CTL-027: C-43. The next outage finds the output off still, below Restart."""
    m = machine(ISLAND, grid="off", load=500).at(0.19).run(12)
    m.world(grid="on").run(61)
    assert m.mode in ("ON_GRID", "STANDBY") and m.load_unserved_w == 0.0
    # 40 % lies above every floor, yet the battery only charges.
    m.at(0.4).run(30)
    assert m.battery_w == 0.0 and m.why["battery"] == "batt_wait_restart"
    m.world(sun=1500.0).run(62)
    assert m.battery_w == pytest.approx(-1020.0)
    m.world(sun=0.0, grid="off").run(2)
    assert m.mode == "BATSHUT" and m.load_unserved_w == pytest.approx(500.0)
    m.at(0.5).run(2)
    assert m.mode == "OFF_GRID" and m.load_unserved_w == 0.0


def test_a_generator_restores_the_output_too(machine):
    m = machine({**ISLAND, "gen_signal": 1}, grid="off", load=500).at(0.19).run(12)
    assert m.mode == "BATSHUT"
    m.world(gen_ready=1.0).run(90)
    assert m.mode == "GEN" and m.load_unserved_w == 0.0 and m.gen_w > 500.0


def test_on_grid_below_shutdown_nothing_is_interrupted_and_nothing_waits(machine):
    """CH5.6-CTL-025: C-43. No discharge, not for peak shaving either, and no Restart."""
    settings = {**ISLAND, "on_grid_floor": "shutdown", "peak_shave_floor": "slot_target"}
    m = machine({**settings, "grid_peak_shaving": 1, "grid_peak_shaving_w": 1000}, load=3000)
    m.at(0.19).run(60)
    assert (m.battery_w, m.grid_w) == (0.0, pytest.approx(3000.0))
    assert m.why["battery"] == "batt_below_floor" and m.why["grid"] == "grid_peak_exceeded"
    m.at(0.25).run(12)
    assert m.battery_w == pytest.approx(2980.0)


def recovering(machine, **world):
    """Return an AGM machine on a bank at 38 V, whose voltage the test holds."""
    return machine(EMPTY, chemistry="agm", soc=0.0, grid="off", **world)


def held(m, volts, seconds, dt_s=1.0):
    """Return the machine after some time with the terminals seen at a voltage."""
    for _ in range(round(seconds / dt_s)):
        m.bank(voltage_v=volts).run(dt_s, dt_s)
    return m


@pytest.mark.parametrize("source", [{"sun": 3000.0}, {"grid": "on"}])
def test_an_over_discharged_bank_is_revived_slowly_from_sun_or_mains(machine, source):
    """CH5.6-CHG-010: C-44. 5 A at 38 V are 190 W, up to 44 V."""
    m = held(recovering(machine), 38.0, 2)
    assert m.mode == "DARK" and m.battery_w == 0.0
    m.world(**source)
    held(m, 38.0, 65)
    assert -m.battery_w == pytest.approx(190.0)
    assert m.why["battery"] in ("batt_empty", "batt_forced_charge")
    assert -held(m, 43.9, 2).battery_w == pytest.approx(219.5)
    held(m, 44.0, 2)
    assert -m.battery_w == pytest.approx(3000.0 if "sun" in source else 0.0)


# fmt: off
@pytest.mark.parametrize(
    ("settings",                        "world"),
    [
        ({"active_battery": 0},           {}),                    # stays disconnected, F56
        ({},                              {"sun": 0.0}),          # nothing to charge from
        ({"max_charge_a": 0},             {}),                    # the user's limit holds
    ],
)
# fmt: on
def test_an_empty_bank_stays_alone_without_leave_or_source(machine, settings, world):
    m = recovering(machine, sun=3000.0).set(**settings).world(**world)
    assert held(m, 38.0, 65).battery_w == 0.0
    assert "F56" in m.alarms


def test_a_frozen_empty_bank_is_not_revived(machine):
    """CH1-CHG-007: C-44."""
    m = recovering(machine, sun=3000.0)
    for _ in range(65):
        m.bank(voltage_v=38.0, temp_c=-1.0).run(1)
    assert m.battery_w == 0.0 and m.why["battery"] == "batt_empty"


def test_reviving_takes_three_tries_of_four_hours_with_an_hour_between(machine):
    """C-44: (a) 4 h, 1 h pause, 3 tries, and then never until the bank has recovered."""
    m = recovering(machine, sun=3000.0)
    held(m, 38.0, 120, 60.0)
    assert m.battery_w < 0.0
    held(m, 38.0, 900, 300.0)
    charged = [held(m, 39.0, 1800, 300.0).battery_w < 0.0 for _ in range(47)]
    try_and_pause = [True] * 8 + [False] * 2
    assert charged == (try_and_pause * 3)[1:] + [False] * 18
    # Between the tries 43 V are no reason to charge in earnest.
    assert held(m, 43.0, 60, 60.0).battery_w == 0.0
    held(m, 44.0, 120, 60.0)
    assert -m.battery_w == pytest.approx(3000.0)


def test_a_night_interrupts_a_try_and_does_not_grant_new_ones(machine):
    m = held(recovering(machine, sun=3000.0), 38.0, 3 * 3600, 60.0)
    assert m.battery_w < 0.0
    held(m.world(sun=0.0), 39.0, 12 * 3600, 600.0)
    held(m.world(sun=3000.0), 39.0, 1800, 60.0)
    assert m.battery_w < 0.0
    held(m, 39.0, 3600, 60.0)
    assert m.battery_w == 0.0


def test_a_silent_lithium_bank_after_a_full_discharge_is_revived_until_it_answers(machine):
    """CH5.6-CHG-010: C-44. Its management has switched it off; 5 A wake it."""
    m = machine({"batt_mode": "lithium", "active_battery": 1}, soc=0.0, bms_silent=1.0)
    held(m, 42.0, 40)
    assert -m.battery_w == pytest.approx(5 * 42.0)
    held(m.world(bms_silent=0.0), 42.0, 3)
    assert m.battery_w == 0.0
