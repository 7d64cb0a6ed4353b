"""Effective limits: PV inputs, battery, power stage, heat, level basis (C-06 to C-09, C-13)."""

import pytest

from twinverter.catalog.settings import kernel_settings
from twinverter.catalog.states import BULK
from twinverter.control import guards
from twinverter.control.guards import InputState
from twinverter.control.level import measured
from twinverter.inverter import measure
from twinverter.plant.plant import terminals

SELLS = {"work_mode": "selling_first", "max_sell_power_w": 8800}
DEFAULT = kernel_settings({})
DARK = InputState(0.0, 0.0, 0.0)
RUNS = InputState(1.0, 0.0, 0.0)
BLOCKED = InputState(0.0, 1.0, 0.0)


# fmt: off
@pytest.mark.parametrize(
    ("before",                    "volts", "dt_s", "on",  "blocked"),
    [
        (DARK,                      149.9,    1.0,  0.0,  0.0),
        (DARK,                      150.0,    1.0,  0.0,  0.0),  # the minute has only begun
        (InputState(0., 0., 58.0),  150.0,    1.0,  0.0,  0.0),
        (InputState(0., 0., 59.0),  150.0,    1.0,  1.0,  0.0),
        (DARK,                      150.0, 3600.0,  1.0,  0.0),  # a minute passes within the step
        (InputState(0., 0., 59.0),  149.9,    1.0,  0.0,  0.0),  # and begins anew after a gap
        (RUNS,                      150.0,    1.0,  1.0,  0.0),
        (RUNS,                      149.9,    1.0,  0.0,  0.0),
        (RUNS,                      800.0,    1.0,  1.0,  0.0),
        (RUNS,                      800.1,    1.0,  0.0,  1.0),  # F55
        (BLOCKED,                   780.0, 3600.0,  0.0,  1.0),
        (BLOCKED,                   779.9,    1.0,  0.0,  0.0),  # cleared, then the start minute
    ],
)
# fmt: on
def test_a_pv_input_starts_after_a_minute_at_150_v_and_rests_above_800_v(before, volts, dt_s, on, blocked):
    """CH9-DAT-010, CH9-DAT-012, CH3.5.1-WIR-001, CH3.5.1-DAT-003: C-06."""
    after = guards.pv_input(DEFAULT, before, volts, dt_s)
    assert (after.on, after.blocked) == (on, blocked)


def test_a_lower_pv_ceiling_of_the_installer_blocks_earlier():
    settings = kernel_settings({"pv_max_v": 600})
    assert guards.pv_input(settings, RUNS, 600.1, 1.0).blocked == 1.0


def test_an_over_voltage_on_a_pv_input_shows_f55_and_opens_only_that_input(machine):
    m = machine(SELLS, sun=6000.0).run(1).set(pv_max_v=650).run(1)
    assert m.relays & {"pv1", "pv2"} == {"pv1", "pv2"} and m.alarms == set()
    # Nobody draws from input 1 for a moment: its open circuit lies above 650 V and holds it off.
    m.change(plant_tracker1_current_a=0).run(2)
    assert m.relays & {"pv1", "pv2"} == {"pv2"} and m.alarms == {"F55"}
    assert m.flows.pv1_w == 0.0 and m.flows.pv2_w == pytest.approx(3000.0)


# fmt: off
@pytest.mark.parametrize(
    ("max_solar_w", "sun_w", "ambient_c", "pv_w",   "why"),
    [
        (5000,         3000.0,     25.0,  3000.0,  "pv_all_used"),
        (5000,         8000.0,     25.0,  5000.0,  "pv_max_solar"),
        (10400,        8000.0,     25.0,  8000.0,  "pv_all_used"),
        (10400,       12000.0,     25.0, 10400.0,  "pv_max_solar"),   # the machine's own rating
        (10400,       10400.0,     52.5,  7800.0,  "heat_derating"),  # K14: 0.75 of 10400
        (5000,        10400.0,     52.5,  5000.0,  "pv_max_solar"),   # never the user's setting
        (0,            3000.0,     25.0,     0.0,  "pv_max_solar"),
        (5000,            0.0,     25.0,     0.0,  "pv_dark"),
    ],
)
# fmt: on
def test_pv_is_capped_by_max_solar_power_and_by_the_rating(machine, max_solar_w, sun_w, ambient_c, pv_w, why):
    """CH9-DAT-009, CH5.7-CTL-024, CH9-PRO-042: C-06, K13, K14."""
    m = machine({**SELLS, "max_solar_power_w": max_solar_w, "max_charge_a": 190}, sun=sun_w)
    m.world(ambient_c=ambient_c).run(2)
    assert m.pv_w == pytest.approx(pv_w, abs=0.01)
    assert m.why["pv"] == why


# fmt: off
@pytest.mark.parametrize(
    ("settings",                          "world",                           "charge_w", "why"),
    [
        ({"max_charge_a": 40},            {},                                    2000.0, "batt_charge_limit"),
        ({"max_charge_a": 0},             {},                                       0.0, "batt_charge_limit"),
        ({"max_charge_a": 190},           {"ambient_c": 52.5},                   7125.0, "batt_rating"),
        ({"max_charge_a": 100},           {"ambient_c": 52.5},                   5000.0, "batt_charge_limit"),
        ({"max_charge_a": 40},            {"bms_charge_max_a": 30.0},            1500.0, "batt_bms_limit"),
        ({"max_charge_a": 20},            {"bms_charge_max_a": 30.0},            1000.0, "batt_charge_limit"),
        ({"max_charge_a": 40},            {"bms_charge_max_a": 0.0},                0.0, "batt_bms_limit"),
    ],
)
# fmt: on
def test_charging_stops_at_the_smallest_limit_and_says_which(machine, settings, world, charge_w, why):
    """CH5.6-CHG-004, CH9-DAT-004, CH9-BMS-008, CH2.3-CHG-005: C-07."""
    m = machine({**SELLS, **settings, "max_sell_power_w": 0}, sun=10400.0, **world).run(2)
    assert -m.battery_w == pytest.approx(charge_w, abs=0.01)
    assert m.why["battery"] == why


# fmt: off
@pytest.mark.parametrize(
    ("settings",                 "world",                       "discharge_w", "why"),
    [
        ({"max_discharge_a": 40},  {},                                2000.0, "batt_discharge_limit"),
        ({"max_discharge_a": 190}, {"ambient_c": 52.5},               6000.0, "batt_serves_load"),
        ({"max_discharge_a": 40},  {"bms_discharge_max_a": 30.0},     1500.0, "batt_bms_limit"),
        ({"max_discharge_a": 40},  {"bms_discharge_max_a": 0.0},         0.0, "batt_bms_limit"),
        ({"max_discharge_a": 0},   {},                                   0.0, "batt_discharge_limit"),
        ({"max_discharge_a": 190}, {},                                8480.0, "batt_serves_load"),
    ],
)
# fmt: on
def test_on_grid_discharging_stops_at_the_smallest_limit_and_says_which(machine, settings, world, discharge_w, why):
    """CH5.6-CHG-005, CH9-DAT-005, CH9-BMS-008: C-07. The grid gives the rest."""
    m = machine(settings, soc=0.9, load=8500, **world).run(2)
    assert m.battery_w == pytest.approx(discharge_w, abs=0.01)
    assert m.grid_w == pytest.approx(8500.0 - discharge_w, abs=0.01)
    assert m.why["battery"] == why


def test_a_limit_of_zero_rests_one_side_of_the_battery_and_the_house_goes_on(machine):
    m = machine({"max_charge_a": 0, "max_discharge_a": 0}, soc=0.9, sun=3000.0, load=1000).run(2)
    assert m.battery_w == pytest.approx(0.0, abs=1e-6)
    assert (m.pv_w, m.grid_w) == (pytest.approx(980.0), pytest.approx(20.0))
    m.world(sun=500.0).run(2)
    assert (m.pv_w, m.grid_w) == (pytest.approx(500.0), pytest.approx(500.0))


def at_temperature(m, temp_c, seconds=1):
    """Return the machine after some seconds with the battery held at a temperature."""
    for _ in range(seconds):
        m.change(battery_temp_c=temp_c).run(1)
    return m


def test_a_frozen_battery_is_never_charged_and_may_discharge(machine):
    """CH1-CHG-007: C-07, COLDCHG at 0 degC, free again above 2 degC."""
    m = machine({"max_sell_power_w": 0}, soc=0.9, sun=3000.0)
    for temp_c, charge_w in ((0.1, 2000.0), (0.0, 0.0), (2.0, 0.0), (2.1, 2000.0), (2.0, 2000.0)):
        at_temperature(m, temp_c)
        assert -m.battery_w == pytest.approx(charge_w, abs=0.01)
        assert ("COLDCHG" in m.alarms) is (charge_w == 0.0)
        assert (m.why["battery"] == "batt_temperature") is (charge_w == 0.0)
    m.world(sun=0.0, load=1000)
    assert at_temperature(m, -10.0).battery_w == pytest.approx(980.0)


def test_a_hot_battery_rests_altogether_after_ten_seconds(machine):
    """C-07, F51 above 55 degC for 10 s, free again below 50 degC."""
    m = machine({"max_sell_power_w": 0}, soc=0.9, sun=3000.0)
    assert at_temperature(m, 55.1, 9).battery_w < -1999.0
    assert at_temperature(m, 55.1).battery_w == 0.0
    assert "F51" in m.alarms and m.why["battery"] == "batt_temperature"
    m.world(sun=0.0, load=1000)
    assert at_temperature(m, 50.0).battery_w == 0.0
    assert at_temperature(m, 49.9).battery_w == pytest.approx(980.0)
    assert "F51" not in m.alarms


def test_a_lead_acid_bank_without_a_sensor_cannot_be_known_to_be_frozen(machine):
    """CH3.3.3-CHG-001: the sensor belongs to a lead-acid bank; without it 25 degC are taken."""
    settings = {"batt_mode": "use_batt_pct", "max_sell_power_w": 0}
    m = machine(settings, chemistry="agm", sun=3000.0).change(battery_temp_c=-5.0).run(1)
    assert m.battery_w == 0.0 and "COLDCHG" in m.alarms
    m = machine(settings, chemistry="agm", sun=3000.0, battery_sensor_ok=0.0)
    m.change(battery_temp_c=-5.0).run(1)
    assert m.battery_w < -1999.0 and m.alarms == set()


# fmt: off
@pytest.mark.parametrize(
    ("load_w", "sun_w", "volts", "battery_w", "why"),
    [
        (0,      3000.0,     60.0,   -2000.0, "batt_charge_limit"),
        (0,      3000.0,     60.1,       0.0, "batt_rating"),      # above the port's range
        (1000,      0.0,     60.1,     980.0, "batt_serves_load"),
        (1000,      0.0,     40.1,     980.0, "batt_serves_load"),
        (1000,      0.0,     40.0,       0.0, "batt_empty"),
        (0,      3000.0,     40.0,   -2000.0, "batt_charge_limit"),
        (0,      3000.0,     39.9,       0.0, "batt_empty"),       # stays disconnected, see C-44
    ],
)
# fmt: on
def test_outside_40_to_60_v_one_side_of_the_battery_rests(machine, load_w, sun_w, volts, battery_w, why):
    """CH9-DAT-003: C-07."""
    settings = {"max_sell_power_w": 0, "active_battery": 0}
    m = machine(settings, soc=0.9, load=load_w, sun=sun_w).change(battery_voltage_v=volts).run(0.001, 0.001)
    assert m.battery_w == pytest.approx(battery_w, abs=1.0)
    assert m.why["battery"] == why


def test_the_voltage_latches_clear_at_59_5_and_42_v(machine):
    m = machine()
    steps = ((60.1, 1, 0), (59.5, 1, 0), (59.4, 0, 0), (40.0, 0, 1), (41.9, 0, 1), (42.0, 0, 0))
    for voltage_v, high, low in steps:
        m.change(battery_voltage_v=voltage_v).run(0.001, 0.001)
        guard = m.state.control.limits.guard
        assert (guard.high, guard.low) == (high, low)


# fmt: off
@pytest.mark.parametrize(
    ("ambient_c", "derate_end", "share", "ac_w",  "phase_a"),
    [
        (-25.0,        50,       1.0,   8800.0,   18.0),
        (25.0,         50,       1.0,   8800.0,   18.0),
        (45.0,         50,       1.0,   8800.0,   18.0),
        (48.0,         50,       0.9,   7200.0,   16.2),
        (52.5,         50,       0.75,  6000.0,   13.5),  # K14
        (60.0,         50,       0.5,   4000.0,    9.0),
        (60.0,          0,       0.0,      0.0,    0.0),
        (60.0,        100,       1.0,   8000.0,   18.0),  # 8800 W is for 45 degC and below
    ],
)
# fmt: on
def test_heat_takes_its_share_of_every_rating(machine, ambient_c, derate_end, share, ac_w, phase_a):
    """CH9-PRO-042, CH9-DAT-041, CH9-DAT-016, CH9-DAT-017, CH9-DAT-020: C-08, C-09, K14."""
    m = machine({**SELLS, "max_charge_a": 0, "derate_end_pct": derate_end}, sun=10400.0)
    m.world(ambient_c=ambient_c).run(2)
    assert -m.grid_w == pytest.approx(min(ac_w, 10400.0 * share), abs=0.01)
    # One heavy phase with asymmetric feeding carries up to its own limit.
    alone = {"asymmetric_phase_feeding": 1, "zero_export_scope": "per_phase"}
    m = machine({**alone, "max_discharge_a": 190, "derate_end_pct": derate_end}, soc=0.9)
    m.world(load="6000,0,0", ambient_c=ambient_c).run(2)
    assert m.inverter_w == pytest.approx(min(phase_a * 230.0, ac_w), abs=0.01)


def test_the_ac_stage_limits_both_directions_and_pv_passes_it_by_into_the_battery(machine):
    """CH9-DAT-016, CH9-DAT-017: C-08. 10.4 kW of sun: 8.8 kW AC and 1.6 kW into the battery."""
    m = machine({**SELLS, "max_charge_a": 40}, sun=10400.0, load=1000).run(2)
    assert (m.inverter_w, m.battery_w) == (pytest.approx(8400.0), pytest.approx(-2000.0))
    m = machine({**SELLS, "max_charge_a": 20}, sun=10400.0, load=1000).run(2)
    assert (m.inverter_w, m.battery_w) == (pytest.approx(8800.0), pytest.approx(-1000.0))
    assert m.pv_w == pytest.approx(9800.0) and m.why["pv"] == "pv_ac_limit"
    # 10 kW of charging are asked of the grid; the stage takes 8.8 kW.
    m = machine({"grid_charge": 1, "grid_charge_a": 190, "max_charge_a": 190}).run(20)
    m.change(battery_voltage_v=52.0).run(1)
    assert m.inverter_w == pytest.approx(-8800.0)


def test_charging_from_the_grid_leaves_the_port_its_50_a(machine):
    """CH9-DAT-021: C-08. 11500 W are 50 A on one phase, so 45 A leave 5 A on each for charging."""
    settings = {"grid_charge": 1, "grid_charge_a": 190, "max_charge_a": 190}
    m = machine(settings, load="10350,0,0").run(20)
    assert m.ld_w - 10350.0 == pytest.approx(3 * 5 * 230.0)
    assert m.flows.ld_w.l1 == pytest.approx(11500.0)


# fmt: off
@pytest.mark.parametrize(
    ("trips_c", "still_c", "clears_c"),
    [
        (-25.1,    -23.1,    -23.0),
        (60.1,      58.1,     58.0),
    ],
)
# fmt: on
def test_outside_its_temperatures_the_stage_stops_and_the_load_passes_through(machine, trips_c, still_c, clears_c):
    """CH9-DAT-041, CH9-PRO-042, CH2.3-PRO-008: C-09."""
    m = machine(soc=0.9, sun=3000.0, load=1000).run(2)
    for ambient_c, stops in ((trips_c, True), (still_c, True), (clears_c, False)):
        m.world(ambient_c=ambient_c).change(battery_temp_c=25).run(1)
        assert (m.pv_w == 0.0 and m.battery_w == 0.0) is stops
        assert m.load_unserved_w == 0.0 and "grid" in m.relays
        assert m.grid_w == pytest.approx(1000.0 if stops else 20.0)
    m.world(grid="off").run(2)
    assert m.load_unserved_w == 0.0
    m.world(ambient_c=trips_c).change(battery_temp_c=25).run(1)
    assert m.load_unserved_w == pytest.approx(1000.0) and "load" not in m.relays


def test_a_heat_sink_at_90_degc_stops_the_machine_for_ten_minutes(machine):
    """CH9-PRO-042: C-09, F64."""
    m = machine(soc=0.9, load=1000)
    for _ in range(2):
        m.change(plant_sink_c=90.0).run(1)
    assert "F64" not in m.alarms
    m.change(plant_sink_c=90.0).run(1)
    assert "F64" in m.alarms and m.mode == "FAULT" and m.load_unserved_w == pytest.approx(1000.0)
    assert m.until(lambda m: "F64" not in m.alarms, 700) == pytest.approx(600.0, abs=1.0)


# fmt: off
@pytest.mark.parametrize(
    ("basis",        "soc", "volts", "amps", "resistance_mohm", "lev"),
    [
        ("lithium",      0.6,  52.0,   0.0,     25,                 0.6),
        ("use_batt_pct", 0.6,  52.0,   0.0,     25,                 0.6),
        ("use_batt_v",   0.6,  52.0,   0.0,     25,                52.0),
        # A load of 100 A sags 25 mOhm by 2.5 V and does not fake an empty bank.
        ("use_batt_v",   0.6,  48.0, 100.0,     25,                50.5),
        ("use_batt_v",   0.6,  48.0, 100.0,      0,                48.0),
        # 100 A of charging lift it by as much and do not fake a full one.
        ("use_batt_v",   0.6,  54.0, -100.0,    25,                51.5),
    ],
)
# fmt: on
def test_the_level_is_counted_or_the_corrected_voltage(machine, basis, soc, volts, amps, resistance_mohm, lev):
    """CH5.6-SET-001, CH5.6-SET-002, CH5.6-SET-003: C-13."""
    m = machine({"batt_mode": basis, "batt_resistance_mohm": resistance_mohm}, soc=soc)
    m.change(battery_voltage_v=volts, plant_battery_current_a=amps)
    seen = measure(m.site, m.state, m.inputs, terminals(m.site, m.state.plant, m.inputs))
    # So long a step that the filter has settled; the count, one step of 0 s later, has not moved.
    dt_s = 1e9 if basis == "use_batt_v" else 1e-9
    _, level = measured(m.settings, m.state.control.level, seen, BULK, BULK, dt_s)
    assert level.lev == pytest.approx(lev)


def test_the_voltage_level_follows_with_ten_seconds(machine):
    """A sag of 4 V is half seen after about 7 s (10 s filter)."""
    m = machine({"batt_mode": "use_batt_v", "batt_resistance_mohm": 0})
    assert m.state.control.level.filtered_v == 50.0
    for _ in range(70):
        m.change(battery_voltage_v=46.0).run(0.1, 0.1)
    assert m.state.control.level.filtered_v == pytest.approx(48.0, abs=0.05)


def test_without_a_battery_no_level_rule_is_true(machine):
    """CH5.6-SET-009, CH4.1-OPR-003: C-13, C-45. Every limit is 0, slots and thresholds rest."""
    settings = {"batt_mode": "no_batt", "grid_charge": 1, "tou_enable": 1, "tou1_grid_charge": 1}
    m = machine(settings, soc=0.1, sun=500.0, load=1000).run(30)
    assert m.battery_w == 0.0 and "battery" not in m.relays
    assert (m.pv_w, m.grid_w) == (pytest.approx(500.0), pytest.approx(500.0))
    assert m.why["battery"] == "batt_absent" and m.alarms == set()
    m.world(sun=3000.0).run(2)
    assert (m.pv_w, m.grid_w) == (pytest.approx(980.0), pytest.approx(20.0))
    m.set(work_mode="selling_first").run(2)
    assert (m.pv_w, m.grid_w) == (pytest.approx(3000.0), pytest.approx(-2000.0))
    m.world(grid="off").run(2)
    assert m.load_unserved_w == pytest.approx(1000.0)


def test_without_a_battery_sun_alone_may_form_the_output(machine):
    """C-45 with offgrid_no_battery: on while the sun suffices, off for a minute when it does not."""
    settings = {"batt_mode": "no_batt", "offgrid_no_battery": 1}
    m = machine(settings, sun=3000.0, load=1000).run(1)
    m.world(grid="off").run(5)
    assert m.load_unserved_w == 0.0 and m.pv_w == pytest.approx(1000.0)
    m.world(load=4000).run(0.1, 0.1)
    assert "F56" not in m.alarms
    m.run(0.2, 0.1)
    assert "F56" in m.alarms and m.load_unserved_w == pytest.approx(4000.0)
    m.world(load=1000)
    assert m.until(lambda m: m.load_unserved_w == 0.0, 70) == pytest.approx(60.0, abs=2.0)
