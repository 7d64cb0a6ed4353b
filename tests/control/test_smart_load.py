"""The GEN port as smart-load output (C-34)."""

import pytest

SMART = {"gen_port_mode": "smart_load_output", "max_charge_a": 0, "max_discharge_a": 190}
# The printed example: Power 500 W, ON 100 %, OFF 95 %.
EXAMPLE = {**SMART, "smart_power_w": 500, "port_on_soc_pct": 100, "port_off_soc_pct": 95}


def example(machine, settings=None, **world):
    """Return a machine in an island, its battery held full, with 5 kW of load for all sun."""
    world = {"grid": "off", "load": 5000, "smart": 600, **world}
    return machine({**EXAMPLE, **(settings or {})}, **world).at(1.0).run(2)


def is_on(m):
    """Return whether the port is live; it and its relay must agree."""
    assert (m.smart_load_w > 0.0) is ("smart_load" in m.relays)
    return m.smart_load_w > 0.0


def test_the_printed_example(machine):
    """CH5.9-SML-005, CH5.9-SML-006, CH5.9-SML-007, CH6-SML-003, CH2.3-SML-014: C-34."""
    m = example(machine)
    # fmt: off
    story = (
        # sun W   soc    for s   on     why
        (600.0,   0.99,    120,  False, "smart_battery_low"),  # 100 % are asked for
        (490.0,   1.00,    120,  False, "smart_sun_low"),      # and more than 500 W
        (510.0,   1.00,     50,  False, "smart_sun_low"),      # for a minute
        (510.0,   1.00,     20,  True,  "smart_on"),
        (510.0,   0.96,    120,  True,  "smart_on"),           # between the thresholds it stays
        (490.0,   0.96,     50,  True,  "smart_on"),
        (490.0,   0.96,     20,  False, "smart_battery_low"),  # no sun for a minute
        (510.0,   1.00,     70,  True,  "smart_on"),
        (510.0,   0.94,      9,  True,  "smart_on"),
        (510.0,   0.94,      1,  False, "smart_battery_low"),  # the battery acts after ten seconds
    )
    # fmt: on
    for sun_w, soc, seconds, on, why in story:
        m.world(sun=sun_w).at(soc).run(seconds)
        assert (is_on(m), m.why["aux"]) == (on, why), (sun_w, soc, seconds)


def test_the_thresholds_are_settings(machine):
    """CH5.9-SML-008, CH5.9-SML-009: C-34, ON 60 %, OFF 40 %, Power 1000 W."""
    settings = {"port_on_soc_pct": 60, "port_off_soc_pct": 40, "smart_power_w": 1000}
    m = example(machine, settings, sun=1100.0).at(0.60).run(70)
    assert is_on(m)
    assert is_on(m.at(0.40).run(20)) and not is_on(m.at(0.39).run(20))
    assert not is_on(m.at(0.59).run(20)) and is_on(m.at(0.60).run(20))


def test_the_thresholds_in_volts(machine):
    settings = {"batt_mode": "use_batt_v", "port_on_v": 50.0, "port_off_v": 49.9, "shutdown_v": 44}
    m = example(machine, {**settings, "batt_resistance_mohm": 0}, sun=1100.0).run(70)
    assert is_on(m)
    assert not is_on(m.set(port_on_v=51.0, port_off_v=50.5).run(20))


@pytest.mark.parametrize("hold_s", [0, 60, 300])
def test_the_sun_must_hold_in_either_direction(machine, hold_s):
    """C-34: smart_pv_hold_s."""
    m = example(machine, {"smart_pv_hold_s": hold_s}).run(15).world(sun=600.0).run(60)
    m.world(sun=400.0).run(hold_s + 3).world(sun=600.0)
    assert m.until(is_on, 400) == pytest.approx(max(1, hold_s), abs=2.0)
    m.world(sun=400.0)
    assert m.until(lambda m: not is_on(m), 400) == pytest.approx(max(1, hold_s), abs=2.0)


def test_sun_that_nobody_takes_counts_as_sun(machine):
    """C-34: a full battery without export right holds the tracker at 200 W, far below 500."""
    m = example(machine, {}, sun=3000.0, load=200).run(65)
    assert is_on(m) and m.pv_w == pytest.approx(800.0)


def test_that_clause_rests_ten_minutes_after_the_sun_was_too_weak(machine):
    """C-34: 450 W of sun are held off at 200 W of load, but do not feed the port's 600 W."""
    m = example(machine, {"smart_pv_hold_s": 5}, sun=450.0, load=200).run(12)
    assert is_on(m)
    assert m.until(lambda m: not is_on(m), 60) < 10.0
    assert m.why["aux"] == "smart_sun_low"
    off_s = m.until(is_on, 900)
    assert off_s == pytest.approx(605.0, abs=3.0)
    # Real sun needs no such clause and switches at once.
    m.until(lambda m: not is_on(m), 60)
    m.world(sun=700.0, load=700)
    assert m.until(is_on, 60) < 10.0


def test_later_firmware_looks_at_the_battery_alone(machine):
    """C-19a."""
    m = example(machine, {"firmware": "later"}).run(15)
    assert is_on(m) and m.pv_w == 0.0
    assert not is_on(m.at(0.94).run(11))


def test_on_grid_always_on_asks_neither_battery_nor_sun(machine):
    """CH5.9-SML-010: C-34. Lost with the grid at once."""
    m = example(machine, {"smart_on_grid_always": 1}, grid="on").at(0.5).run(2)
    assert is_on(m) and m.why["aux"] == "smart_always_on"
    m.world(grid="off").run(1)
    assert not is_on(m) and m.load_unserved_w < 60.0
    # The latch decides alone, and keeps what it had decided.
    m = example(machine, {"smart_on_grid_always": 1}, grid="on", sun=600.0).run(70)
    assert m.why["aux"] == "smart_on"
    m.world(grid="off").run(2)
    assert is_on(m)


def test_without_a_battery_only_always_on_closes_it(machine):
    """C-34, C-45."""
    m = example(machine, {"batt_mode": "no_batt"}, grid="on", sun=6000.0).run(100)
    assert not is_on(m)
    assert is_on(m.set(smart_on_grid_always=1).run(2))


def test_the_ports_load_is_load(machine):
    """C-34: sun serves it as any other; on grid it counts at the terminals."""
    m = (
        example(machine, {"smart_on_grid_always": 1}, grid="on", load=400, sun=3000.0)
        .at(0.3)
        .run(5)
    )
    assert (m.pv_w, m.grid_w) == (pytest.approx(980.0), pytest.approx(20.0))


# fmt: off
@pytest.mark.parametrize(
    ("trouble",                                              "settings"),
    [
        ({"load": 8500},                                       {}),                      # above 8800 W together
        ({"load": "4000,0,0", "smart_load_l1": 600},           {}),                      # above 18 A on one phase
        ({"load": 2000},                                       {"max_discharge_a": 40}), # above what the battery gives
        ({"load": 2000, "bms_discharge_max_a": 40.0},          {}),
    ],
)
# fmt: on
def test_it_is_dropped_before_the_load_and_comes_back_after_five_minutes(machine, trouble, settings):
    """CH2.3-PRO-008: C-34, C-57, C-57a."""
    m = example(machine, {**settings, "smart_pv_hold_s": 0}, load=1000).world(sun=600.0).run(70)
    assert is_on(m)
    on_one_phase = trouble.pop("smart_load_l1", None)
    if on_one_phase:
        m.world(smart=f"{on_one_phase},0,0")
    m.world(sun=501.0, **trouble).run(0.1, 0.1)
    assert not is_on(m) and m.why["aux"] == "smart_dropped" and m.load_unserved_w == 0.0
    trouble["smart_load_l1"] = on_one_phase
    m.world(load=1000, smart=600, bms_discharge_max_a=1000.0, sun=700.0)
    assert m.until(is_on, 400) == pytest.approx(300.0, abs=1.0)


def test_a_shut_down_output_drops_it_and_waits_five_minutes(machine):
    """C-34: BATSHUT; at 50 % the output is back, the port needs its pause and its battery."""
    m = example(machine, {"port_on_soc_pct": 50, "port_off_soc_pct": 10}, sun=600.0).run(70)
    assert is_on(m)
    m.at(0.19).run(15)
    assert m.mode == "BATSHUT" and not is_on(m) and m.why["aux"] == "smart_dropped"
    m.at(0.60).run(2)
    assert m.load_unserved_w == 0.0 and not is_on(m)
    assert m.until(is_on, 400) == pytest.approx(300.0, abs=3.0)
