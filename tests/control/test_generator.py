"""The generator: request, start, running time, power, ports (C-18, C-29 to C-33)."""

import pytest


def timetable(**row):
    """Return settings of a timetable whose six rows are all alike."""
    rows = {f"tou{i}_{key}": value for i in range(1, 7) for key, value in row.items()}
    return {"tou_enable": 1, **rows}


def outage(machine, settings=None, **world):
    """Return a machine in an outage, its engine ready, at 29 % with 1000 W of load."""
    world = {"load": 1000, "grid": "off", "gen_ready": 1.0, **world}
    return machine({"low_batt_soc_pct": 20, **(settings or {})}, **world).at(0.29)


def carried(m):
    """Return the machine when the engine carries the bus."""
    m.until(lambda m: m.mode == "GEN", 120)
    return m


# fmt: off
@pytest.mark.parametrize(
    ("settings",                              "soc",  "runs"),
    [
        ({},                                    0.31,   False),
        ({},                                    0.30,   True),   # at or below Start
        ({"gen_start_soc_pct": 60},             0.60,   True),
        ({"gen_charge": 0},                     0.29,   False),  # nobody allows it to charge
        ({"gen_signal": 0},                     0.29,   False),  # the contact stays open
        ({"gen_port_mode": "smart_load_output"}, 0.29,  False),
        ({"power_button": 0},                   0.29,   False),
        ({"gen_max_run_h": 0},                  0.29,   False),
        ({"gen_force": 1},                      0.90,   True),   # without any other condition
        ({"gen_force": 1, "gen_charge": 0},     0.90,   True),
        ({"gen_force": 1, "gen_signal": 0},     0.90,   False),
        ({"batt_mode": "no_batt"},              0.29,   False),  # no level, no wish
        # A row with the tick: start below its target, whatever the menu says.
        (timetable(batt_pct=80, gen_charge=1),  0.79,   False),  # 2 % of band
        (timetable(batt_pct=80, gen_charge=1),  0.78,   True),
        (timetable(batt_pct=20, gen_charge=1),  0.30,   True),   # the menu's Start is the higher
        (timetable(batt_pct=80, gen_charge=0),  0.29,   False),  # no tick, no start, not even low
    ],
)
# fmt: on
def test_the_start_contact_closes_when_the_battery_is_low_and_the_menu_allows(machine, settings, soc, runs):
    """CH5.6-GEN-012, CH5.6-GEN-014, CH5.6-GEN-015, CH5.7-TOU-034, CH5.9-GEN-001: C-29."""
    m = outage(machine, settings, gen_ready=0.0).at(soc).run(12)
    assert ("gen_start" in m.relays) is runs


# fmt: off
@pytest.mark.parametrize(
    ("settings",                               "start", "stop", "why"),
    [
        ({},                                     0.30,   0.95,  "gen_runs_low"),
        ({"gen_stop_soc_pct": 60},               0.30,   0.60,  "gen_runs_low"),
        ({"gen_stop_soc_pct": 20},               0.30,   0.32,  "gen_runs_low"),  # Start and the band
        (timetable(batt_pct=80, gen_charge=1),   0.78,   0.80,  "gen_runs_row"),
        (timetable(batt_pct=20, gen_charge=1),   0.30,   0.32,  "gen_runs_low"),
    ],
)
# fmt: on
def test_it_runs_from_its_start_to_its_stop_and_rests_between(machine, settings, start, stop, why):
    """CH5.6-GEN-012, CH5.7-TOU-034: C-29. A break of the ten seconds changes nothing."""
    m = outage(machine, settings).at(start + 0.005).run(20)
    assert "gen_start" not in m.relays
    assert "gen_start" in m.at(start).run(10).relays and m.why["generator"] == why
    assert "gen_start" in m.at(stop - 0.001).run(20).relays
    assert "gen_start" in m.at(stop).run(9).relays
    assert m.run(1).why["generator"] == "gen_stopped_level" and "gen_start" not in m.relays
    assert "gen_start" not in m.at(start + 0.005).run(20).relays


def test_the_start_in_volts_goes_by_the_voltage_basis(machine):
    m = outage(machine, {"batt_mode": "use_batt_v", "gen_start_v": 49.9, "batt_resistance_mohm": 0})
    m.run(12)
    assert "gen_start" not in m.relays
    assert "gen_start" in m.set(gen_start_v=50.0).run(12).relays


# fmt: off
@pytest.mark.parametrize(
    ("grid_tick", "gen_tick", "grid", "soc",  "charges", "engine"),
    [
        # below the target of 60 %
        (1,           1,         "on",  0.50,  "grid",    False),
        (1,           0,         "on",  0.50,  "grid",    False),
        (0,           1,         "on",  0.50,  "",        False),  # the mains is there: held
        (0,           0,         "on",  0.50,  "",        False),
        (1,           1,         "off", 0.50,  "gen",     True),   # the first line does not apply
        (0,           1,         "off", 0.50,  "gen",     True),
        (1,           0,         "off", 0.50,  "",        False),
        # above it neither charges
        (1,           1,         "on",  0.70,  "",        False),
        (1,           1,         "off", 0.70,  "",        False),
    ],
)
# fmt: on
def test_a_row_says_who_charges_below_its_target(machine, grid_tick, gen_tick, grid, soc, charges, engine):
    """CH5.7-TOU-033, CH5.7-TOU-034: C-18, the columns of the grid and gen ticks."""
    row = timetable(batt_pct=60, grid_charge=grid_tick, gen_charge=gen_tick)
    m = outage(machine, {**row, "grid_charge": 1}, grid=grid).at(soc).run(100)
    assert ("gen_start" in m.relays) is engine
    by_whom = {"grid": m.grid_w > 2000.0, "gen": m.gen_w > 2000.0}
    assert [name for name, works in by_whom.items() if works] == ([charges] if charges else [])
    assert (m.battery_w < -1999.0) is bool(charges)


def test_it_warms_up_before_it_takes_the_load(machine):
    """CH5.6-GEN-015: C-30. 5 s of cranking, 10 s of good voltage, 60 s of warming up."""
    m = outage(machine)
    assert m.until(lambda m: m.mode == "GEN", 120) == pytest.approx(75.0, abs=1.0)
    assert m.load_unserved_w == 0.0 and {"gen", "gen_start"} <= m.relays
    assert m.why["load"] == "load_generator"


def test_three_failed_starts_latch_f60_until_the_button_is_cycled(machine):
    """C-30: tries of 60 s with 120 s between, F60 from the first, latched with the third."""
    m = outage(machine, gen_ready=0.0)
    closed = [("gen_start" in m.run(30).relays) for _ in range(20)]
    one_try = [True, True, False, False, False, False]
    assert closed == (one_try * 3)[:14] + [False] * 6
    assert "F60" in m.alarms and m.why["generator"] == "gen_failed"
    assert "gen_start" not in m.world(gen_ready=1.0).run(600).relays
    m.set(power_button=0).run(2).set(power_button=1)
    assert carried(m).alarms & {"F60"} == set()


def test_f60_shows_while_a_start_is_tried_again(machine):
    m = outage(machine, gen_ready=0.0).run(60)
    assert "F60" not in m.alarms
    assert "F60" in m.run(60).alarms and m.why["generator"] == "gen_failed"
    assert "F60" in m.world(gen_ready=1.0).run(50).alarms  # the pause goes on
    assert "F60" not in carried(m).alarms


def test_an_engine_that_dies_leaves_the_load_to_the_battery(machine):
    """F60 when the running generator is out of its window for 5 s."""
    m = carried(outage(machine))
    m.world(gen_ready=0.0).run(3)
    assert m.mode == "OFF_GRID" and m.battery_w == pytest.approx(1000.0)
    assert "F60" not in m.run(2).alarms
    assert "F60" in m.run(2).alarms


# fmt: off
@pytest.mark.parametrize(
    ("settings",                                            "closed", "loaded"),
    [
        # of the seven half hours from 20:15 to midnight; time for four of them
        ({},                                                   7,       7),
        ({"gen_max_run_h": 2.5},                               4,       4),
        ({"gen_max_run_h": 2.5, "gen_down_h": 1},                6,       4),   # runs on unloaded
        ({"gen_max_run_h": 2.5, "gen_down_h": 1, "gen_down_meaning": "run_on"}, 6, 4),
        ({"gen_max_run_h": 2.5, "gen_down_h": 1, "gen_down_meaning": "rest"},   4, 4),
        ({"gen_max_run_h": 2.5, "gen_down_h": 1, "firmware": "later"},          4, 4),
    ],
)
# fmt: on
def test_the_days_running_time_ends_charge_and_load(machine, settings, closed, loaded):
    """CH5.6-GEN-016, CH5.6-GEN-017, CH5.6-GEN-018: C-31, C-19a. Until midnight."""
    m = outage(machine, settings, at_h=20.0).run(900, 60.0)
    seen = []
    for _ in range(7):
        m.run(1800, 60.0)
        seen.append(("gen_start" in m.relays, m.gen_w > 0.0))
    assert sum(contact for contact, _ in seen) == closed
    assert sum(load for _, load in seen) == loaded
    m.run(3600, 60.0)
    assert m.mode == "GEN"


def test_used_up_running_time_is_told(machine):
    m = outage(machine, {"gen_max_run_h": 1}).run(5400, 60.0)
    assert m.why["generator"] == "gen_time_used" and m.battery_w == pytest.approx(1000.0)


def test_down_time_as_rest_delays_every_next_start(machine):
    """CH5.6-GEN-018: C-31 with gen_down_meaning = rest, one hour, within the day's budget too."""
    m = carried(outage(machine, {"gen_down_meaning": "rest", "gen_down_h": 1.0}))
    m.at(0.96).run(12)
    assert "gen_start" not in m.relays
    m.at(0.29).run(12)
    assert m.why["generator"] == "gen_resting"
    m.run(3500, 10.0)
    assert "gen_start" not in m.relays
    assert "gen_start" in m.run(100, 10.0).relays


def test_run_on_follows_only_used_up_time(machine):
    """CH5.6-GEN-018: as printed; an engine that has reached its stop goes out at once."""
    m = carried(outage(machine, {"gen_max_run_h": 2.5, "gen_down_h": 1.0}))
    m.at(0.96).run(12)
    assert "gen_start" not in m.relays


def test_gen_force_runs_it_beyond_the_days_time(machine):
    m = outage(machine, {"gen_max_run_h": 1, "gen_down_h": 1.0}).run(4000, 10.0)
    assert m.gen_w == 0.0
    m.set(gen_force=1).run(100)
    assert m.mode == "GEN" and m.why["generator"] == "gen_forced"


# fmt: off
@pytest.mark.parametrize(
    ("settings",                              "sun_w", "load_w", "gen_w", "battery_w", "pv_w"),
    [
        # 40 A are 2000 W; Rated Power 5000 W; 20 W stay as margin at its terminals
        ({},                                     0.0,   1000,   3000.0,  -2000.0,      0.0),
        ({"gen_charge_a": 20},                   0.0,   1000,   2000.0,  -1000.0,      0.0),
        ({"gen_charge_a": 60},                   0.0,   1000,   3000.0,  -2000.0,      0.0),  # Max A Charge
        ({"gen_rated_w": 2500},                  0.0,   1000,   2500.0,  -1500.0,      0.0),
        ({"gen_rated_w": 800},                   0.0,   1000,   1000.0,      0.0,      0.0),  # load is served
        ({"gen_rated_w": 800, "firmware": "later"}, 0.0, 1000,  3000.0,  -2000.0,      0.0),
        # the sun keeps first rank
        ({},                                   600.0,   1000,   2400.0,  -2000.0,    600.0),
        ({},                                  1500.0,   1000,   1500.0,  -2000.0,   1500.0),
        ({},                                  4000.0,   1000,     20.0,  -2000.0,   2980.0),  # rest curtailed
        ({"energy_pattern": "batt_first"},    1500.0,   1000,   1500.0,  -2000.0,   1500.0),
        # peak shaving takes what exceeds the rating from charging, then from the battery
        ({"gen_peak_shaving": 1},                0.0,   4000,   5000.0,  -1000.0,      0.0),
        ({"gen_peak_shaving": 1},                0.0,   6000,   5000.0,   1000.0,      0.0),
        ({"gen_peak_shaving": 1},              500.0,   6000,   5000.0,    500.0,    500.0),
        ({"gen_peak_shaving": 1},                0.0,   8000,   6000.0,   2000.0,      0.0),  # soft: 40 A
        ({"gen_peak_shaving": 1, "energy_pattern": "batt_first"}, 1500.0, 6000, 5000.0, -500.0, 1500.0),
        ({},                                     0.0,   6000,   6000.0,      0.0,      0.0),  # not limited by us
    ],
)
# fmt: on
def test_the_engine_gives_load_and_charge_within_its_limits(machine, settings, sun_w, load_w, gen_w, battery_w, pv_w):
    """CH5.6-GEN-013, CH5.9-GEN-003, CH5.10-GEN-004, CH6-GEN-002, CH6-GEN-007: C-32."""
    m = carried(outage(machine, settings))
    m.world(sun=sun_w, load=load_w).run(65)
    figures = (m.gen_w, m.battery_w, m.pv_w)
    assert figures == tuple(pytest.approx(value, abs=0.01) for value in (gen_w, battery_w, pv_w))
    assert m.load_unserved_w == 0.0 and m.grid_w == 0.0


def test_peak_shaving_leaves_the_battery_alone_below_shutdown(machine):
    m = carried(outage(machine, {"gen_peak_shaving": 1}))
    m.world(load=6000).at(0.20).run(2)
    assert (m.gen_w, m.battery_w) == (pytest.approx(6000.0), pytest.approx(0.0, abs=0.01))
    m.at(0.21).run(2)
    assert (m.gen_w, m.battery_w) == (pytest.approx(5000.0), pytest.approx(1000.0))
    assert m.why["battery"] == "batt_shaves_peak"


def test_the_battery_does_not_serve_beside_the_engine(machine):
    m = carried(outage(machine, {"gen_charge_a": 0}))
    assert (m.battery_w, m.gen_w) == (pytest.approx(0.0, abs=1e-6), pytest.approx(1000.0))


def test_a_healthy_mains_keeps_the_engine_out(machine):
    """CH2.3-GEN-007, CH6-GEN-007: either source is taken, the mains first, the engine last."""
    m = outage(machine, {"gen_force": 1}, grid="on", home=500).run(120)
    assert m.mode == "ON_GRID" and "gen_start" in m.relays  # the engine runs unloaded, a test
    assert (m.gen_w, m.grid_w) == (0.0, pytest.approx(520.0))
    m.set(gen_force=0).run(2)
    assert "gen_start" not in m.relays and m.why["generator"] == "gen_not_needed"


def test_with_gen_with_grid_the_two_never_share_the_bus(machine):
    """CH2.3-GEN-007: C-29. The grid relay opens first; the home load stays on the mains."""
    m = outage(machine, {"gen_with_grid": 1, "gen_stop_soc_pct": 60}, grid="on", home=500)
    both, modes = 0, []
    for soc in [0.29] * 120 + [0.61] * 60:
        m.at(soc).run(1)
        both += {"grid", "gen"} <= m.relays
        assert m.load_unserved_w == 0.0
        if modes[-1:] != [m.mode]:
            modes.append(m.mode)
        if m.mode == "GEN":
            assert (m.grid_w, m.ld_w) == (pytest.approx(500.0), 0.0)
    assert both == 0 and modes == ["ON_GRID", "GEN", "ON_GRID"]


def test_an_outage_with_an_engine_hands_over_without_ever_joining_two_sources(machine):
    m = outage(machine, grid="on").run(2)
    for grid, seconds in (("off", 100), ("on", 65), ("off", 40), ("on", 100)):
        m.world(grid=grid)
        for _ in range(seconds):
            assert not {"grid", "gen"} <= m.run(1).relays
    assert m.mode == "ON_GRID"


# fmt: off
@pytest.mark.parametrize(
    ("settings",                            "gen_w", "battery_w"),
    [
        ({"gen_charge": 0},                  1000.0,     0.0),   # for the load only
        ({"gen_charge": 1},                  3000.0, -2000.0),
        ({"gen_signal": 0},                  3000.0, -2000.0),   # used if it appears
        ({"batt_mode": "no_batt"},           1000.0,     0.0),
        (timetable(batt_pct=60, gen_charge=0), 1000.0,   0.0),
    ],
)
# fmt: on
def test_an_engine_started_by_hand_is_used_in_an_outage(machine, settings, gen_w, battery_w):
    """CH5.6-GEN-014: C-29, C-45. 50 % is above Start: nobody asked for it."""
    m = outage(machine, settings, gen_by_hand=1.0).at(0.5)
    carried(m).run(2)
    assert (m.gen_w, m.battery_w) == (pytest.approx(gen_w), pytest.approx(battery_w, abs=1e-6))
    m.world(grid="on").run(62)
    assert m.mode in ("ON_GRID", "STANDBY") and m.gen_w == 0.0


def on_port(machine, settings=None, **world):
    """Return a machine whose engine is wired to the grid terminals."""
    typed = {"gen_on_grid_port": 1, "grid_signal": 1, "grid_charge": 1, **(settings or {})}
    m = outage(machine, typed, **world)
    m.site = m.site._replace(genset=m.site.genset._replace(on_grid_port=1.0))
    return m


# fmt: off
@pytest.mark.parametrize(
    ("settings",                                          "sun_w", "ld_w",  "battery_w"),
    [
        ({},                                                  0.0, 3000.0,  -2000.0),
        ({"grid_charge_a": 20},                               0.0, 2000.0,  -1000.0),
        ({"grid_charge": 0},                                  0.0, 1000.0,      0.0),
        ({"gen_rated_w": 2500},                               0.0, 2500.0,  -1500.0),
        # no export, no selling, no work mode
        ({"work_mode": "selling_first"},                   4000.0,   20.0,  -2000.0),
        ({"solar_sell": 1},                                4000.0,   20.0,  -2000.0),
        (timetable(batt_pct=20, power_w=5000) | {"work_mode": "selling_first"}, 0.0, 1000.0, 0.0),
    ],
)
# fmt: on
def test_a_generator_on_the_grid_port_is_never_fed(machine, settings, sun_w, ld_w, battery_w):
    """CH5.9-GEN-004: C-33. The grid's fields take the place of the generator's."""
    m = on_port(machine, settings, gen_by_hand=1.0)
    carried(m).world(sun=sun_w).run(65)
    assert (m.ld_w, m.battery_w) == (pytest.approx(ld_w), pytest.approx(battery_w, abs=1e-6))
    assert m.grid_w == m.ld_w and m.gen_w == 0.0
    assert m.why["grid"] == "grid_is_generator" and "grid" in m.relays


# fmt: off
@pytest.mark.parametrize(
    ("settings",                                                      "soc",  "starts"),
    [
        ({},                                                            0.30,  True),
        ({},                                                            0.31,  False),
        ({"grid_charge_start_soc_pct": 40},                             0.40,  True),
        ({"gen_start_soc_pct": 90},                                     0.40,  False),
        ({"grid_signal": 0},                                            0.29,  False),
        ({"grid_charge": 0},                                            0.29,  False),
        ({"gen_charge": 0, "gen_signal": 0},                            0.29,  True),
        (timetable(batt_pct=60, grid_charge=1, gen_charge=0),           0.58,  True),
        (timetable(batt_pct=60, grid_charge=0, gen_charge=1),           0.29,  False),
    ],
)
# fmt: on
def test_on_the_grid_port_the_grids_fields_start_it(machine, settings, soc, starts):
    """CH5.9-GEN-004, CH5.6-SET-022: C-33."""
    m = on_port(machine, settings).at(soc).run(12)
    assert ("gen_start" in m.relays) is starts


# fmt: off
@pytest.mark.parametrize(
    ("volts", "hertz", "taken"),
    [
        (170.0,    50.0,  True),
        (169.9,    50.0,  False),
        (280.0,    50.0,  True),
        (280.1,    50.0,  False),
        (230.0,    45.0,  True),
        (230.0,    44.9,  False),
        (230.0,    55.0,  True),
        (230.0,    55.1,  False),
    ],
)
# fmt: on
def test_a_generator_may_be_rougher_than_the_mains(machine, volts, hertz, taken):
    """C-30, C-33: 170 to 280 V and 45 to 55 Hz."""
    m = outage(machine, gen_by_hand=1.0)
    engine = m.site.genset._replace(no_load_v=volts, no_load_hz=hertz)
    m.site = m.site._replace(genset=engine)
    assert (m.run(100).mode == "GEN") is taken


def test_micro_inverters_beside_a_generator_are_cut_off_at_once(machine):
    """CH5.9-GEN-004: C-32, C-37. 3000 W into 500 W of load and 2000 W of charging."""
    settings = {"gen_port_mode": "micro_inv_input", "port_on_soc_pct": 90, "port_off_soc_pct": 95}
    m = on_port(machine, settings, gen_by_hand=1.0, load=500)
    carried(m).world(micro_inverter_w=2000.0).run(65)
    assert m.micro_inverter_w == pytest.approx(2000.0) and m.ld_w >= 0.0
    m.world(micro_inverter_w=3000.0).run(0.1, 0.1)
    assert m.micro_inverter_w == 0.0 and "micro_inverter" not in m.relays
    assert m.why["aux"] == "mi_no_export" and m.ld_w > 500.0
