"""What a battery's management says of itself from outside rules the law, not the bank behind it."""

import pytest

from twinverter.inverter import NO_LIMIT_V, UNSAID, sensed

WIDE = {"max_charge_a": 190, "max_discharge_a": 190, "max_sell_power_w": 0}
FLOORS = {"low_batt_soc_pct": 35, "shutdown_soc_pct": 20, "restart_soc_pct": 50}

# fmt: off
SAID = [
    # said of the charge, of the voltage   control sees (own: 60 %, the bank's own charge voltage)
    (UNSAID,  NO_LIMIT_V,                  0.60,  None),
    (0.0,     NO_LIMIT_V,                  0.0,   None),
    (0.25,    NO_LIMIT_V,                  0.25,  None),
    (1.0,     NO_LIMIT_V,                  1.0,   None),
    (UNSAID,  50.0,                        0.60,  50.0),
    (0.25,    90.0,                        0.25,  None),
]
# fmt: on


@pytest.mark.parametrize("said_soc, said_v, soc, charge_v", SAID)
def test_control_sees_the_said_charge_and_the_lower_of_both_voltages(
    machine, said_soc, said_v, soc, charge_v
):
    """C-46: a word of the management stands for the bank's own; silence leaves it its own."""
    m = machine(WIDE, soc=0.6, bms_soc=said_soc, bms_charge_max_v=said_v)
    seen = sensed(m.site, m.state, m.inputs).bms
    own_v = m.site.battery.bms_charge_v
    assert (seen.soc, seen.charge_v) == (pytest.approx(soc), pytest.approx(charge_v or own_v))


# fmt: off
FLOOR = [
    # said   grid    from the battery to 1 kW of load and 20 W from or to the mains
    (UNSAID, "on",   980.0),
    (0.90,   "on",   980.0),
    (0.35,   "on",   0.0),
    (0.05,   "on",   0.0),
    (0.25,   "off",  1000.0),
    (0.20,   "off",  1000.0),
    (0.19,   "off",  0.0),
]
# fmt: on


@pytest.mark.parametrize("said, grid, battery_w", FLOOR)
def test_the_said_charge_decides_where_the_discharge_ends(machine, said, grid, battery_w):
    """C-13, C-14: Low Batt 35 % on grid, below Shutdown 20 % off grid, the bank itself at 60 %."""
    m = machine({**WIDE, **FLOORS}, soc=0.6, load=1000, grid=grid, bms_soc=said).run(15)
    assert m.battery_w == pytest.approx(battery_w, abs=1e-6)


def test_a_lead_acid_bank_has_no_management_whose_word_could_count(machine):
    m = machine({**WIDE, **FLOORS, "batt_mode": "use_batt_pct"}, soc=0.6, load=1000, bms_soc=0.05)
    assert m.run(15).battery_w == pytest.approx(980.0)


def test_a_bank_is_charged_no_higher_than_the_voltage_that_is_said(machine):
    """CH5.6-BMS-039: on real cells, below what the bank itself would take."""
    m = machine(
        {**WIDE, "max_charge_a": 100}, soc=0.9, lossless=False, sun=8000.0, bms_charge_max_v=54.0
    )
    highest_v = max(m.run(60, 60.0).battery_v for _ in range(60))
    # What a step of a minute charges lifts the cells by less than a millivolt.
    assert 53.5 < highest_v < 54.001 < m.site.battery.bms_charge_v
