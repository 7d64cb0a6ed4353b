"""Charging a lead-acid bank: set-points, stages, equalisation, temperature (C-38 to C-40)."""

import pytest

from twinverter.catalog.states import ABSORB, BULK, EQUALIZE, FLOAT
from twinverter.control import charger
from twinverter.inverter import measure
from twinverter.plant.plant import terminals

LEAD = {"batt_mode": "use_batt_pct", "lead_acid_type": "agm", "max_sell_power_w": 0}
HOUR_S, DAY_S = 3600.0, 86400.0


def set_point_v(m, stage):
    """Return the voltage a stage charges to."""
    seen = measure(m.site, m.state, m.inputs, terminals(m.site, m.state.plant, m.inputs))
    state = m.state.control.charger._replace(stage=stage)
    return charger.set_point_v(m.settings, state, seen)


def held(m, volts, amps, seconds, dt_s=60.0):
    """Return the machine after some time in which the bank shows a voltage, charged with `amps`."""
    for _ in range(round(seconds / dt_s)):
        m.bank(voltage_v=volts, current_a=-amps).run(dt_s, dt_s)
    return m


# fmt: off
@pytest.mark.parametrize(
    ("kind", "absorption_v", "float_v", "equalization_v"),
    [
        ("agm",          57.6,     53.6,             57.6),
        ("gel",          56.4,     54.0,             56.4),  # its row only repeats absorption
        ("wet",          59.0,     55.0,             59.0),
    ],
)
# fmt: on
def test_each_battery_type_brings_its_voltages(machine, kind, absorption_v, float_v, equalization_v):
    """C-38: CH5.6-CHG-030, CH5.6-CHG-031, CH5.6-CHG-032, CH5.6-CHG-033, CH5.6-CHG-034,
    CH5.6-CHG-036, CH5.6-CHG-037, CH5.6-CHG-038."""
    m = machine(LEAD).set(lead_acid_type=kind)
    stages = (BULK, ABSORB, FLOAT, EQUALIZE)
    wanted = (absorption_v, absorption_v, float_v, equalization_v)
    assert [set_point_v(m, stage) for stage in stages] == pytest.approx(wanted)


def test_the_three_voltages_are_settings(machine):
    """CH2.3-CHG-012, CH2.3-CHG-005: three settable stages."""
    m = machine({**LEAD, "absorption_v": 58.0, "float_v": 54.2, "equalization_v": 58.4})
    assert [set_point_v(m, s) for s in (ABSORB, FLOAT, EQUALIZE)] == pytest.approx((58.0, 54.2, 58.4))


# fmt: off
@pytest.mark.parametrize(
    ("settings",                                    "world",                      "temp_c", "volts"),
    [
        ({},                                          {},                             25.0,    57.6),
        ({},                                          {},                             35.0,    56.4),
        ({},                                          {},                              5.0,    60.0),
        ({},                                          {},                              0.0,    60.0),  # 60.6 met the clamp
        ({},                                          {},                            -10.0,    60.0),
        ({},                                          {},                             50.0,    54.6),
        ({},                                          {},                             60.0,    54.6),  # as at 50 degC
        ({"lead_acid_type": "wet"},                   {},                             16.7,    59.996),
        ({"lead_acid_type": "wet"},                   {},                             16.6,    60.0),
        ({"tempco_mv_c_cell": 0},                     {},                             35.0,    57.6),
        ({"tempco_mv_c_cell": -3},                    {},                             35.0,    56.88),
        ({"absorption_v": 50.0, "tempco_mv_c_cell": -50}, {},                         50.0,    40.0),  # -30 V met it below
        # Nobody knows the temperature, so it is taken to be 25 degC.
        ({"battery_temp_sensor": 0},                  {},                             35.0,    57.6),
        ({},                                          {"battery_sensor_ok": 0.0},     35.0,    57.6),
        ({},                                          {},                             90.1,    57.6),
        ({},                                          {},                            -40.1,    57.6),
    ],
)
# fmt: on
def test_the_set_point_moves_with_temperature(machine, settings, world, temp_c, volts):
    """CH9-DAT-007, CH9-DAT-003, CH3.3.3-CHG-001: C-40. -5 mV on 24 cells are -0.12 V per degC."""
    m = machine(LEAD).set(**settings).world(**world).change(battery_temp_c=temp_c)
    assert set_point_v(m, ABSORB) == pytest.approx(volts)


def test_a_lithium_bank_is_not_compensated(machine):
    m = machine({"batt_mode": "lithium"}).change(battery_temp_c=35.0)
    assert set_point_v(m, BULK) == m.site.battery.bms_charge_v


def test_the_stages_follow_each_other(machine):
    """CH5.6-CHG-023, CH2.3-CHG-012, CH9-CHG-006: C-38. Tail 0.05 C of 200 Ah is 10 A."""
    m = machine({**LEAD, "equalization_days": 0})
    assert held(m, 57.5, 40.0, 300).stage == "BULK"
    assert held(m, 57.6, 0.0, 300).stage == "BULK"       # reached, but nobody charges
    assert held(m, 57.6, 40.0, 60).stage == "ABSORB"
    assert held(m, 57.6, 10.1, HOUR_S).stage == "ABSORB"
    assert held(m, 57.6, 10.0, 540).stage == "ABSORB"
    assert held(m, 57.6, 10.1, 60).stage == "ABSORB"     # a break begins the ten minutes anew
    assert held(m, 57.6, 10.0, 540).stage == "ABSORB"
    assert held(m, 57.6, 10.0, 60).stage == "FLOAT"
    assert held(m, 53.6, 2.0, 10 * HOUR_S).stage == "FLOAT"


def test_a_weak_sun_does_not_pass_for_a_full_bank(machine):
    """C-38: absorption holds its voltage; a small current below it says nothing, nor does time."""
    m = held(machine(LEAD), 57.6, 40.0, 60)
    assert held(m, 54.0, 5.0, 6 * HOUR_S).stage == "ABSORB"
    assert held(m, 57.6, 40.0, 4 * HOUR_S - 60.0).stage == "ABSORB"
    assert held(m, 57.6, 40.0, 60).stage == "FLOAT"


def test_absorption_ends_after_its_longest_time_and_stands_still_without_a_source(machine):
    """C-38: absorption_max_h, here 1 h."""
    m = held(machine({**LEAD, "absorption_max_h": 1.0}), 57.6, 40.0, 60)
    held(m, 57.6, 40.0, 1800)
    assert held(m, 52.0, 0.0, 3 * HOUR_S).stage == "ABSORB"
    assert held(m, 57.6, 40.0, 1740).stage == "ABSORB"
    assert held(m, 57.6, 40.0, 60).stage == "FLOAT"


# fmt: off
@pytest.mark.parametrize(
    ("stage", "soc", "volts", "amps", "seconds", "after"),
    [
        # 2 V below float (51.6 V) for 5 min
        (FLOAT,   0.95,   51.6,    0.0,      3600,  "FLOAT"),
        (FLOAT,   0.95,   51.5,    0.0,       240,  "FLOAT"),
        (FLOAT,   0.95,   51.5,    0.0,       300,  "BULK"),
        (ABSORB,  0.95,   51.5,    0.0,       300,  "BULK"),
        (EQUALIZE, 0.95,  51.5,    0.0,       300,  "BULK"),
        # below 90 %
        (FLOAT,   0.91,   53.0,    0.0,       600,  "FLOAT"),
        (FLOAT,   0.89,   53.0,    0.0,        60,  "BULK"),
        # charged fast a bank absorbs below 90 %; only a discharge sends it back
        (ABSORB,  0.85,   57.6,   40.0,       600,  "ABSORB"),
        (ABSORB,  0.85,   53.0,  -10.0,       240,  "ABSORB"),
        (ABSORB,  0.85,   53.0,  -10.0,       300,  "BULK"),
    ],
)
# fmt: on
def test_a_drained_bank_is_charged_in_bulk_again(machine, stage, soc, volts, amps, seconds, after):
    m = machine(LEAD).change(charger_stage=stage, counted_soc=soc)
    for _ in range(seconds // 60):
        m.change(counted_soc=soc)
        held(m, volts, amps, 60)
    assert m.stage == after


def test_float_makes_the_count_full_and_leaving_it_ends_that(machine):
    """C-38, C-13: counting alone goes to 99 %, only float is full."""
    m = machine(LEAD, soc=0.98)
    assert held(m, 55.0, 40.0, 2 * HOUR_S).state.control.level.counted_soc == pytest.approx(0.99)
    held(held(m, 57.6, 8.0, 60), 57.6, 8.0, 660)
    assert (m.stage, m.state.control.level.counted_soc) == ("FLOAT", 1.0)
    held(m, 53.0, -20.0, 180)
    assert m.state.control.level.counted_soc == pytest.approx(0.995)  # 1 Ah of 200
    held(m, 51.0, 0.0, 300)
    assert m.stage == "BULK" and m.state.control.level.counted_soc == 0.99


def due(machine, days=30.0, **settings):
    """Return a machine in absorption, `days` after its last equalisation."""
    m = machine({**LEAD, **settings}, soc=0.95)
    return m.change(charger_stage=ABSORB, since_equalization_s=days * DAY_S)


# fmt: off
@pytest.mark.parametrize(
    ("settings",                                    "days", "after"),
    [
        ({},                                            29.9, "FLOAT"),
        ({},                                            30.0, "EQUALIZE"),
        ({"equalization_days": 7},                       7.0, "EQUALIZE"),
        ({"equalization_days": 0},                     900.0, "FLOAT"),
        ({"lead_acid_type": "wet"},                     30.0, "EQUALIZE"),
        ({"lead_acid_type": "gel"},                     30.0, "FLOAT"),
    ],
)
# fmt: on
def test_equalisation_follows_an_absorption_when_it_is_due(machine, settings, days, after):
    """CH5.6-CHG-029, CH5.6-CHG-035, CH9-CHG-006: C-39. Every 30 days, gel never."""
    assert held(due(machine, days, **settings), 59.5, 5.0, 660).stage == after


def test_equalisation_lasts_its_hours_without_the_pauses(machine):
    """CH5.6-CHG-029, CH5.6-CHG-032: C-39. 3 h at its voltage, then float and 30 days of rest."""
    m = held(due(machine), 57.6, 5.0, 600)
    assert m.stage == "EQUALIZE"
    assert held(m, 57.6, 5.0, 2 * HOUR_S).stage == "EQUALIZE"
    assert held(m, 53.0, 0.0, 2 * HOUR_S).stage == "EQUALIZE"
    assert held(m, 57.6, 5.0, HOUR_S - 60.0).stage == "EQUALIZE"
    assert held(m, 57.6, 5.0, 60).stage == "FLOAT"
    assert m.state.control.charger.since_equalization_s == 0.0


def test_equalisation_gives_up_after_three_times_its_hours_and_stays_due(machine):
    m = held(due(machine, equalization_hours=1.0), 57.6, 5.0, 600)
    assert held(m, 54.0, 5.0, 3 * HOUR_S - 60.0).stage == "EQUALIZE"
    assert held(m, 54.0, 5.0, 60).stage == "FLOAT"
    assert m.state.control.charger.since_equalization_s > 30.0 * DAY_S


def test_a_lithium_bank_has_no_stages(machine):
    m = machine({"batt_mode": "lithium"}, soc=0.95)
    m.change(since_equalization_s=90 * DAY_S)
    assert held(m, 60.0, 5.0, 2 * HOUR_S).stage == "BULK"


def test_the_sum_of_all_sources_obeys_one_charge_limit(machine):
    """CH2.3-CHG-005, CH5.6-CHG-020: C-07, C-38. 40 A in all, from sun, grid and micro-inverter."""
    settings = {**LEAD, "grid_charge": 1, "grid_charge_a": 40, "gen_port_mode": "micro_inv_input"}
    m = machine({**settings, "port_off_soc_pct": 95, "port_on_soc_pct": 90}, load=500)
    m.world(sun=1200.0, micro_inverter_w=1000.0).run(30)
    assert -m.battery_w == pytest.approx(2000.0)
    assert m.micro_inverter_w == pytest.approx(1000.0) and m.pv_w == pytest.approx(1200.0)
    assert m.grid_w == pytest.approx(2000.0 + 500.0 - 1000.0 - 1200.0)


def agm_day(machine, dt_s):
    """Return stages in order, the highest voltage over its set-point, and the machine."""
    settings = {**LEAD, "max_charge_a": 40, "max_discharge_a": 100, "energy_pattern": "batt_first"}
    m = machine(settings, soc=0.5, chemistry="agm", lossless=False, load=300, at_h=6.0)
    stages, over_v = [], 0.0
    for minute in range(0, 24 * 60, round(dt_s / 60.0)):
        hour = 6.0 + minute / 60.0
        m.world(sun=round(max(0.0, 3500.0 * (1.0 - ((hour - 12.0) / 6.0) ** 2)), -1))
        bound_v = set_point_v(m, m.state.control.charger.stage)
        m.run(dt_s, dt_s)
        if not stages or stages[-1] != m.stage:
            stages.append(m.stage)
        if m.battery_w < 0.0:
            bound_v = max(bound_v, set_point_v(m, m.state.control.charger.stage))
            over_v = max(over_v, m.battery_v - bound_v)
    return stages, over_v, m


@pytest.mark.parametrize("dt_s", [60.0, 600.0])
def test_a_day_of_an_agm_bank_goes_through_all_stages_and_never_over_its_voltage(machine, dt_s):
    """CH5.6-CHG-023, CH2.3-CHG-012, CH9-CHG-006: C-38 on the real bank, 6 kWh of load at night."""
    stages, over_v, m = agm_day(machine, dt_s)
    assert stages[:3] == ["BULK", "ABSORB", "FLOAT"]
    assert set(stages[3:]) <= {"BULK"}
    assert over_v < 0.06
    assert m.alarms <= {"LOWBAT"}
