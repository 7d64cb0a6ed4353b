"""Micro-inverters on the GEN port: surplus, level, island frequency, cut-off (C-21b, C-35 to C-37)."""

import pytest

MICRO = {"gen_port_mode": "micro_inv_input", "max_discharge_a": 190}  # brings ON 90 %, OFF 95 %


def coupled(machine, settings=None, **world):
    """Return a machine with micro-inverters that offer 3000 W, and 1000 W of load."""
    world = {"micro_inverter_w": 3000.0, "load": 1000, **world}
    return machine({**MICRO, **(settings or {})}, **world)


def test_choosing_the_mode_brings_its_levels(machine):
    """CH5.9-ACC-011, CH5.9-ACC-017, CH5.9-GEN-001: C-35. ON below OFF, 90 and 95 %."""
    m = machine().set(gen_port_mode="micro_inv_input")
    port = m.settings.gen_port
    assert (port.port_on_soc, port.port_off_soc, port.port_on_v, port.port_off_v) == (
        0.9,
        0.95,
        54.0,
        56.0,
    )


# fmt: off
@pytest.mark.parametrize(
    ("settings",                                    "sun_w", "battery_w", "micro_w", "pv_w", "grid_w"),
    [
        # K23: 2000 W of surplus charge before the sun does; nothing else takes the sun
        ({},                                         2000.0,   -2000.0,    3000.0,     0.0,     0.0),
        # with room for both, 20 W of import are kept and the sun charges the rest
        ({"max_charge_a": 60},                       2000.0,   -3000.0,    3000.0,   980.0,    20.0),
        # K24: no room in the battery: it flows to the mains in every work mode
        ({"max_charge_a": 0},                        2000.0,       0.0,    3000.0,     0.0, -2000.0),
        ({"max_charge_a": 0, "work_mode": "zero_export_ct"}, 2000.0, 0.0,  3000.0,     0.0, -2000.0),
        # the sun's own right is another matter
        ({"max_charge_a": 0, "solar_sell": 1},       2000.0,       0.0,    3000.0,  2000.0, -4000.0),
        ({"max_charge_a": 0, "solar_sell": 1, "max_sell_power_w": 3000}, 2000.0, 0.0, 3000.0, 1000.0, -3000.0),
        # a part of it is needed as standing import: never more than it gives
        ({"max_charge_a": 190},                         0.0,   -2020.0,    3000.0,     0.0,    20.0),
        ({"max_charge_a": 190, "solar_sell": 1},        0.0,   -2000.0,    3000.0,     0.0,     0.0),
        # Grid Charge or not, the row or not: it cannot be throttled here
        ({"tou_enable": 1, "tou1_batt_pct": 20, "tou1_grid_charge": 0}, 0.0, -2000.0, 3000.0, 0.0, 0.0),
    ],
)
# fmt: on
def test_on_grid_its_surplus_charges_first_and_then_leaves(machine, settings, sun_w, battery_w, micro_w, pv_w, grid_w):
    """CH5.9-ACC-011, CH5.9-ACC-016, CH6-ACC-004: C-21b, C-37, K23, K24."""
    m = coupled(machine, settings, sun=sun_w).at(0.6).run(5)
    figures = (m.battery_w, m.micro_inverter_w, m.pv_w, m.grid_w)
    wanted = (battery_w, micro_w, pv_w, grid_w)
    assert figures == tuple(pytest.approx(value, abs=0.01) for value in wanted)
    assert "micro_inverter" in m.relays and m.frequency_hz == 50.0


def test_while_the_battery_is_sold_the_surplus_is_sold_first(machine):
    """C-21b: only what would pass Max Sell Power is charged."""
    rows = {f"tou{i}_{key}": value for i in range(1, 7) for key, value in (("batt_pct", 40), ("power_w", 1000))}
    selling = {"work_mode": "selling_first", "tou_enable": 1, **rows}
    m = coupled(machine, {**selling, "max_sell_power_w": 5000}).at(0.8).run(5)
    assert (m.battery_w, m.grid_w) == (pytest.approx(1000.0), pytest.approx(-3000.0))
    m.set(max_sell_power_w=1500).run(5)
    assert (m.battery_w, m.grid_w) == (pytest.approx(-500.0), pytest.approx(-1500.0))


def test_the_cut_off_opens_the_port_after_two_seconds_and_tries_again_after_a_minute(machine):
    """CH5.9-ACC-016: C-37, K24. Closed again when loads and charging exceed what it gave."""
    m = coupled(machine, {"mi_export_cutoff": 1, "max_charge_a": 0}, sun=2000.0).at(0.6).run(1.9, 0.1)
    assert m.grid_w == pytest.approx(-2000.0)
    m.run(0.2, 0.1)
    assert "micro_inverter" not in m.relays and m.why["aux"] == "mi_no_export"
    assert (m.pv_w, m.grid_w) == (pytest.approx(980.0), pytest.approx(20.0))
    assert m.run(120).micro_inverter_w == 0.0
    m.world(load=2900).run(5)
    assert m.micro_inverter_w == 0.0
    m.world(load=3100).run(1)
    assert m.micro_inverter_w == pytest.approx(3000.0) and m.grid_w == pytest.approx(20.0)
    m.world(load=1000).run(3)
    assert m.micro_inverter_w == 0.0
    m.world(load=3100).run(55)
    assert m.micro_inverter_w == 0.0  # not before its minute
    assert m.run(6).micro_inverter_w == pytest.approx(3000.0)


def test_max_sell_power_binds_it_with_the_cut_off_off_too(machine):
    """CH5.9-ACC-016: C-37."""
    m = coupled(machine, {"max_charge_a": 0, "max_sell_power_w": 1900}).at(0.6).run(3)
    assert m.micro_inverter_w == 0.0 and m.grid_w == pytest.approx(20.0)
    assert m.why["aux"] == "mi_no_export"
    m = coupled(machine, {"max_charge_a": 0, "max_sell_power_w": 2000}).at(0.6).run(60)
    assert m.grid_w == pytest.approx(-2000.0)


# fmt: off
@pytest.mark.parametrize(
    ("cutoff", "firmware", "soc", "before", "open_"),
    [
        (0,        "manual",   0.99,  0.50,     False),  # it has an export right
        (1,        "later",    0.99,  0.50,     False),
        (1,        "manual",   0.94,  0.50,     False),
        (1,        "manual",   0.95,  0.50,     True),
        (1,        "manual",   0.90,  0.96,     True),   # until below ON
        (1,        "manual",   0.89,  0.96,     False),
    ],
)
# fmt: on
def test_on_grid_without_export_right_the_level_opens_the_port(machine, cutoff, firmware, soc, before, open_):
    """CH5.9-ACC-012, CH5.9-ACC-013, CH5.9-ACC-017: C-35, C-19a."""
    m = coupled(machine, {"mi_export_cutoff": cutoff, "firmware": firmware}, load=4000)
    m.at(before).run(2).at(soc).run(2)
    assert ("micro_inverter" not in m.relays) is open_
    if open_:
        assert m.why["aux"] == "mi_stopped"


# fmt: off
@pytest.mark.parametrize(
    ("soc",   "frequency_hz", "share"),
    [
        (0.50,    50.0,        1.0),
        (0.90,    50.0,        1.0),
        (0.905,   50.2,        1.0),      # the plant gives all up to 0.2 Hz above
        (0.925,   51.0,        1.0 / 1.8),  # K12
        (0.94,    51.6,        0.4 / 1.8),
        (0.95,    52.0,        0.0),
        (1.00,    52.0,        0.0),
    ],
)
# fmt: on
def test_in_an_island_the_frequency_slows_it_from_on_to_off(machine, soc, frequency_hz, share):
    """CH5.9-ACC-014, CH5.9-ACC-015, CH5.9-ACC-012: C-35, K12."""
    m = coupled(machine, {"max_charge_a": 190}, grid="off").at(soc).run(10)
    assert m.frequency_hz == pytest.approx(frequency_hz)
    assert m.micro_inverter_w == pytest.approx(3000.0 * share, abs=0.01)
    assert m.load_unserved_w == 0.0
    if 50.2 < frequency_hz < 52.0:
        assert m.why["aux"] == "mi_slowed"


def test_the_frequency_moves_by_half_a_hertz_a_second(machine):
    m = coupled(machine, {"max_charge_a": 190}, grid="off").at(0.5).run(2).at(0.94)
    assert [round(m.run(1).frequency_hz, 2) for _ in range(4)] == [50.5, 51.0, 51.5, 51.6]


def test_at_60_hz_the_high_end_is_62(machine):
    settings = {"grid_frequency_hz": 60, "max_charge_a": 190}
    m = coupled(machine, settings, grid="off").at(0.925).run(10)
    assert m.frequency_hz == pytest.approx(61.0)


def test_once_stopped_it_waits_until_the_level_is_below_on(machine):
    """CH5.9-ACC-013: C-35."""
    m = coupled(machine, {"max_charge_a": 190}, grid="off").at(0.95).run(10)
    assert m.micro_inverter_w == 0.0
    m.at(0.91).run(200)
    assert m.frequency_hz == 52.0 and m.why["aux"] == "mi_stopped"
    m.at(0.89).run(5)
    assert m.frequency_hz == 50.0 and m.micro_inverter_w == pytest.approx(3000.0)


def test_an_island_that_cannot_take_it_stops_it_at_once(machine):
    """CH5.9-ACC-011: C-36. 3000 W into 1000 W of load and no charging; the level is far below ON."""
    m = coupled(machine, {"max_charge_a": 60}, grid="off").at(0.5).run(5)
    assert m.micro_inverter_w == pytest.approx(3000.0) and m.battery_w == pytest.approx(-2000.0)
    m.set(max_charge_a=0).run(0.1, 0.1)
    assert m.frequency_hz == 52.0 and m.micro_inverter_w == 0.0 and m.why["aux"] == "mi_stopped"
    assert m.battery_w == pytest.approx(1000.0) and m.load_unserved_w == 0.0
    # Room again: but not before its minute, and no chatter meanwhile.
    m.set(max_charge_a=60)
    assert {m.run(1).micro_inverter_w for _ in range(55)} == {0.0}
    assert m.until(lambda m: m.micro_inverter_w > 2999.0, 20) < 15.0


def test_a_surplus_that_lasts_is_tried_once_a_minute(machine):
    """C-36: below ON the port closes again, finds no room, and opens again."""
    m = coupled(machine, {"max_charge_a": 0}, grid="off").at(0.5)
    given = [m.run(1).micro_inverter_w > 0.0 for _ in range(300)]
    assert sum(given) <= 5 and m.load_unserved_w == 0.0


def test_a_shut_down_island_has_no_voltage_for_it(machine):
    """C-43 with C-36."""
    m = coupled(machine, {"max_charge_a": 190}, grid="off").at(0.19).run(15)
    assert m.mode == "BATSHUT" and m.micro_inverter_w == 0.0


def test_back_on_grid_an_islands_emergency_is_over(machine):
    m = coupled(machine, {"max_charge_a": 0, "mi_export_cutoff": 1}, grid="off").at(0.92).run(5)
    assert m.why["aux"] == "mi_stopped"
    m.world(grid="on", load=3500).run(130)
    assert m.micro_inverter_w == pytest.approx(3000.0)


def test_without_a_battery_only_the_cut_off_rules_it(machine):
    """C-45, C-37."""
    m = coupled(machine, {"batt_mode": "no_batt"}).run(10)
    assert (m.micro_inverter_w, m.grid_w) == (pytest.approx(3000.0), pytest.approx(-2000.0))
    m.set(mi_export_cutoff=1).run(5)
    assert (m.micro_inverter_w, m.grid_w) == (0.0, pytest.approx(1000.0))
