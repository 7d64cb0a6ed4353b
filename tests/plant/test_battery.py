"""The bank: current, charge, heat, ageing, and what its management allows."""

import csv
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinverter.catalog.installed import CHEMISTRIES, bank, defaults, flat, site_defaults
from twinverter.core.kernel import compiled, kernel
from twinverter.core.records import build, replaced, values
from twinverter.plant import battery
from twinverter.plant.ideal import ideal
from twinverter.plant.site import Site


@kernel
def stepped(bank, state, power_w, ambient_c, dt_s):
    """Return the state after a step that begins from the bank as it is."""
    return battery.step(bank, state, battery.source(bank, state), power_w, ambient_c, dt_s)


@kernel
def limits_of(bank, state):
    """Return what the bank's management allows now."""
    return battery.bms_limits(bank, state, battery.source(bank, state))


@kernel
def source_of(bank, state, charging):
    """Return the bank's voltage and its resistance in one direction."""
    found = battery.source(bank, state)
    return found.emf_v, found.charge_ohm if charging else found.discharge_ohm


DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "batteries"
HOUR_S = 3600.0

FLAT = ideal(build(Site, site_defaults())).battery


def made(chemistry, capacity_ah=200.0):
    """Return a bank of the catalog."""
    return build(Site, flat(defaults() | bank(chemistry, capacity_ah))).battery


def changed(**changes):
    """Return the lossless 50 V, 200 Ah bank with some figures changed."""
    return replaced(FLAT, changes)


def line(empty_v, full_v):
    """Return a straight open-circuit curve."""
    return {f"ocv_v_{i + 1}": empty_v + (full_v - empty_v) * i / 20.0 for i in range(21)}


# Voltage, current and resistance ---------------------------------------------------------------

VOLTAGES = [
    # soc    voltage_v of a bank from 40 V empty to 60 V full
    (0.0,    40.0),
    (0.5,    50.0),
    (0.525,  50.5),
    (0.999,  59.98),
    (1.0,    60.0),
]  # fmt: skip


@pytest.mark.parametrize("soc, voltage_v", VOLTAGES)
def test_the_voltage_at_rest_follows_the_curve(soc, voltage_v):
    assert battery.open_circuit_v(changed(**line(40.0, 60.0)), soc) == pytest.approx(voltage_v)


CURRENTS = [
    # ohm   power_w   current_a
    (0.0,    2000.0,   40.0),
    (0.0,   -2000.0,  -40.0),
    (0.0,       0.0,    0.0),
    (0.1,    2250.0,   50.0),  # 50 V - 5 V = 45 V
    (0.1,   -2750.0,  -50.0),  # 50 V + 5 V = 55 V
    (0.1,    6250.0,  250.0),  # the most it can give: half the voltage
    (0.1,    9999.0,  250.0),
]  # fmt: skip


@pytest.mark.parametrize("ohm, power_w, current_a", CURRENTS)
def test_a_power_at_the_terminals_takes_its_current(ohm, power_w, current_a):
    assert battery.current_a(changed(resistance_ohm=ohm), 0.5, 25.0, power_w) == current_a


RESISTANCES = [
    # soc  temp_c  charging  ohm      of 0.01 ohm: x = 0.01 per K of cold, 3 times when empty,
    (1.0,  25.0,   False,    0.01),   # 11 times when full, half of that rise at 0.9
    (1.0,  15.0,   False,    0.0111),
    (1.0,  35.0,   False,    0.0091),
    (0.0,  25.0,   False,    0.03),
    (0.5,  25.0,   False,    0.01125),
    (1.0,  25.0,   True,     0.11),
    (0.9,  25.0,   True,     0.06),
    (0.1,  25.0,   True,     0.02),
]  # fmt: skip


@pytest.mark.parametrize("soc, temp_c, charging, ohm", RESISTANCES)
def test_resistance_rises_in_the_cold_towards_empty_and_towards_full(soc, temp_c, charging, ohm):
    tested = changed(
        resistance_ohm=0.01,
        resistance_cold_per_k=0.01,
        resistance_empty_factor=3.0,
        resistance_full_factor=11.0,
        resistance_full_soc=0.1,
    )
    assert battery.resistance_ohm(tested, soc, temp_c, charging) == pytest.approx(ohm)


@pytest.mark.parametrize("chemistry", CHEMISTRIES)
@pytest.mark.parametrize("held_v", [53.0, 56.4, 57.6])
def test_a_held_voltage_is_met_to_the_last_digit(chemistry, held_v):
    tested = made(chemistry)
    state = battery.rested(tested, 0.8, 20.0)
    emf_v, source_ohm = source_of(tested, state, held_v > battery.open_circuit_v(tested, 0.8))
    power_w = held_v * (emf_v - held_v) / source_ohm
    after = stepped(tested, state, power_w, 20.0, 60.0)
    assert after.voltage_v == pytest.approx(held_v, rel=1e-12)


def test_a_lead_acid_bank_at_absorption_voltage_lets_its_current_fade():
    tested = made("agm")
    state = battery.rested(tested, 0.7, 25.0)
    currents_a = {}
    for minute in range(12 * 60):
        emf_v, source_ohm = source_of(tested, state, True)
        charge_a = min(40.0, (57.6 - emf_v) / source_ohm)
        state = stepped(tested, state, -charge_a * 57.6, 25.0, 60.0)
        currents_a[minute] = charge_a
    assert currents_a[0] == 40.0
    assert currents_a[4 * 60] < 20.0
    assert currents_a[719] == pytest.approx(0.01 * 200.0, rel=0.3)
    assert state.soc > 0.98


# Charge, heat and energy -----------------------------------------------------------------------

COUNTS = [
    # kept  power_w   hours  soc before  soc after
    (1.0,    2000.0,  1.0,   0.5,        0.3),   # 40 A of 200 Ah
    (1.0,   -2000.0,  1.0,   0.5,        0.7),
    (0.9,   -2000.0,  1.0,   0.5,        0.68),
    (0.9,    2000.0,  1.0,   0.5,        0.3),
    (1.0,   -2000.0,  3.0,   0.5,        1.0),
    (1.0,    2000.0,  3.0,   0.5,        0.0),
    (1.0,       0.0,  9.0,   0.5,        0.5),
]  # fmt: skip


@pytest.mark.parametrize("kept, power_w, hours, before, after", COUNTS)
def test_charge_is_counted_within_empty_and_full(kept, power_w, hours, before, after):
    tested = changed(coulomb_efficiency=kept)
    state = stepped(tested, battery.rested(tested, before, 25.0), power_w, 25.0, hours * HOUR_S)
    assert state.soc == pytest.approx(after, abs=1e-15)
    assert state.current_a == power_w / 50.0


def test_self_discharge_takes_a_share_of_what_is_there():
    tested = changed(self_discharge_per_s=1.0e-6)
    state = stepped(tested, battery.rested(tested, 0.5, 25.0), 0.0, 25.0, 1.0e4)
    assert state.soc == pytest.approx(0.495)


HEATS = [
    # power_w  ambient_c  soc  rise_k in an hour of a bank of 36 kJ/K that loses 10 W/K, at 20 degC
    (0.0,      20.0,      0.5, 0.0),
    (0.0,      30.0,      0.5, 5.0),   # 100 W into 36 + 36 kJ/K
    (2250.0,   20.0,      0.5, 12.5),  # 50 A through 0.1 ohm: 250 W
    (-2750.0,  20.0,      1.0, 137.5),  # full: 250 W, and 50 A x 50 V that do not fit
]  # fmt: skip


@pytest.mark.parametrize("power_w, ambient_c, soc, rise_k", HEATS)
def test_losses_and_what_does_not_fit_warm_the_bank(power_w, ambient_c, soc, rise_k):
    tested = changed(resistance_ohm=0.1, heat_capacity_j_per_k=36000.0, heat_loss_w_per_k=10.0)
    state = stepped(tested, battery.rested(tested, soc, 20.0), power_w, ambient_c, HOUR_S)
    assert state.temp_c - 20.0 == pytest.approx(rise_k)


def heat_w(tested, before, after, ambient_c, dt_s):
    """Return the heat a step set free, read from the bank's own thermometer."""
    gained_w = tested.heat_capacity_j_per_k * (after.temp_c - before.temp_c) / dt_s
    return gained_w + tested.heat_loss_w_per_k * (after.temp_c - ambient_c)


@settings(max_examples=40)
@given(
    chemistry=st.sampled_from(CHEMISTRIES),
    soc=st.floats(0.2, 1.0),
    dt_s=st.sampled_from([1.0, 60.0, 600.0]),
    powers_w=st.lists(st.floats(-9000.0, 5000.0), min_size=1, max_size=20),
)
def test_what_goes_in_is_stored_or_heat(chemistry, soc, dt_s, powers_w):
    tested = made(chemistry)
    state = battery.rested(tested, soc, 25.0)
    taken_ws = stored_ws = heat_ws = size_ws = 0.0
    for power_w in powers_w:
        after = stepped(tested, state, power_w, 25.0, dt_s)
        if after.soc == 0.0:
            break
        capacity_as = tested.capacity_ah * HOUR_S * battery.soh(state)
        emf_v = battery.open_circuit_v(tested, state.soc)
        taken_ws -= power_w * dt_s
        stored_ws += (after.soc - state.soc) * capacity_as * emf_v
        heat_ws += heat_w(tested, state, after, 25.0, dt_s) * dt_s
        size_ws += abs(power_w) * dt_s + 10.0
        state = after
    assert taken_ws == pytest.approx(stored_ws + heat_ws, abs=1e-9 * size_ws)


def test_a_round_trip_returns_what_the_resistance_leaves():
    tested = changed(resistance_ohm=0.1)
    state = battery.rested(tested, 0.5, 25.0)
    for _ in range(60):
        state = stepped(tested, state, -54.0 * 40.0, 25.0, 60.0)
    for _ in range(60):
        state = stepped(tested, state, 46.0 * 40.0, 25.0, 60.0)
    assert state.soc == pytest.approx(0.5, abs=1e-12)
    assert state.throughput_ah == pytest.approx(80.0)


@settings(max_examples=40)
@given(
    chemistry=st.sampled_from(CHEMISTRIES),
    soc=st.floats(0.05, 0.95),
    target_soc=st.floats(0.0, 1.0),
    dt_s=st.sampled_from([60.0, 3600.0, 36000.0]),
)
def test_the_power_that_reaches_a_charge_lands_on_it(chemistry, soc, target_soc, dt_s):
    tested = made(chemistry)
    state = battery.rested(tested, soc, 25.0)
    power_w = battery.reaching_w(tested, state, target_soc, dt_s)
    emf_v, source_ohm = source_of(tested, state, power_w < 0.0)
    reached_soc = stepped(tested, state, power_w, 25.0, dt_s).soc
    if power_w == pytest.approx(emf_v * emf_v / (4.0 * source_ohm), rel=1e-12):
        assert reached_soc >= target_soc - 1e-9
    else:
        assert reached_soc == pytest.approx(target_soc, abs=1e-9)


def energy_wh(tested, low_soc, high_soc, power_w, dt_s):
    """Return terminal energy to charge from low to high, and that of the way back."""
    state = battery.rested(tested, low_soc, 25.0)
    charged_wh = discharged_wh = 0.0
    while high_soc - state.soc > 1e-12:
        emf_v, source_ohm = source_of(tested, state, True)
        held_w = 57.6 * (57.6 - emf_v) / source_ohm
        charge_w = min(power_w, held_w, -battery.reaching_w(tested, state, high_soc, dt_s))
        state = stepped(tested, state, -charge_w, 25.0, dt_s)
        charged_wh += charge_w * dt_s / HOUR_S
    while state.soc - low_soc > 1e-12:
        discharge_w = min(power_w, battery.reaching_w(tested, state, low_soc, dt_s))
        state = stepped(tested, state, discharge_w, 25.0, dt_s)
        discharged_wh += discharge_w * dt_s / HOUR_S
    return charged_wh, discharged_wh, state


@pytest.mark.parametrize("chemistry", CHEMISTRIES)
def test_energies_do_not_depend_on_the_step(chemistry):
    tested = made(chemistry)
    fine = energy_wh(tested, 0.1, 0.9, 4000.0, 1.0)
    for dt_s in (10.0, 60.0):
        coarse = energy_wh(tested, 0.1, 0.9, 4000.0, dt_s)
        assert coarse[0] == pytest.approx(fine[0], rel=1e-3)
        assert coarse[1] == pytest.approx(fine[1], rel=1e-3)
        assert coarse[2].temp_c == pytest.approx(fine[2].temp_c, abs=0.2)


EFFICIENCIES = [
    # chemistry  lowest  highest round trip at 2 kW with 10 kWh (makers' sheets and textbooks)
    ("lfp",      0.94,   0.98),
    ("agm",      0.80,   0.92),
    ("gel",      0.75,   0.90),
    ("flooded",  0.70,   0.85),
]  # fmt: skip


@pytest.mark.parametrize("chemistry, lowest, highest", EFFICIENCIES)
def test_round_trips_are_as_good_as_their_chemistry(chemistry, lowest, highest):
    charged_wh, discharged_wh, _ = energy_wh(made(chemistry), 0.3, 0.8, 2000.0, 60.0)
    assert lowest < discharged_wh / charged_wh < highest


# Management ------------------------------------------------------------------------------------

LIMITS = [
    # soc   temp_c  charge_a  discharge_a
    (0.5,   25.0,   100.0,    200.0),
    (0.95,  25.0,   100.0,    200.0),
    (0.9875, 25.0,   50.0,    200.0),   # a quarter of the last 5 %, its root
    (1.0,   25.0,     0.0,    200.0),
    (0.05,  25.0,   100.0,    100.0),   # half of the first 10 %
    (0.0,   25.0,   100.0,      0.0),
    (0.5,   10.0,   100.0,    200.0),
    (0.5,    5.0,    50.0,    200.0),
    (0.5,    0.0,     0.0,    200.0),
    (0.5,  -20.0,     0.0,    200.0),
    (0.5,   50.0,   100.0,    200.0),
    (0.5,   52.5,    50.0,    100.0),
    (0.5,   55.0,     0.0,      0.0),
    (0.5,   70.0,     0.0,      0.0),
]  # fmt: skip

MANAGED = changed(
    bms_charge_a=100.0,
    bms_discharge_a=200.0,
    bms_taper_soc=0.95,
    bms_low_soc=0.1,
    bms_cold_c=0.0,
    bms_cool_c=10.0,
    bms_warm_c=50.0,
    bms_hot_c=55.0,
)


@pytest.mark.parametrize("soc, temp_c, charge_a, discharge_a", LIMITS)
def test_the_management_allows_less_at_the_edges(soc, temp_c, charge_a, discharge_a):
    limits = limits_of(MANAGED, battery.rested(MANAGED, soc, temp_c))
    assert limits == pytest.approx((60.0, charge_a, discharge_a))


def test_the_management_keeps_the_terminals_between_its_voltages():
    tested = MANAGED._replace(resistance_ohm=0.1, bms_charge_v=54.0, bms_discharge_v=42.0)
    limits = limits_of(tested, battery.rested(tested, 0.5, 25.0))
    assert limits == pytest.approx((54.0, 40.0, 80.0))  # 4 V and 8 V over 0.1 ohm


@settings(max_examples=60)
@given(soc=st.floats(0.0, 1.0), temp_c=st.floats(-30.0, 70.0))
def test_limits_do_not_jump(soc, temp_c):
    tested = made("lfp")
    _, charge_a, discharge_a = limits_of(tested, battery.rested(tested, soc, temp_c))
    assert 0.0 <= charge_a <= 100.0
    assert 0.0 <= discharge_a <= 200.0
    beside = battery.rested(tested, max(0.0, soc - 1e-9), temp_c + 1e-9)
    _, beside_charge_a, beside_discharge_a = limits_of(tested, beside)
    assert beside_charge_a == pytest.approx(charge_a, abs=0.02)
    assert beside_discharge_a == pytest.approx(discharge_a, abs=0.02)


@pytest.mark.parametrize("dt_s", [1.0, 60.0])
def test_the_fading_charge_current_gets_the_bank_full(dt_s):
    # With 100 A from 0.95 of 200 Ah a current that falls by the root is there after 0.2 h.
    state = battery.rested(MANAGED, 0.95, 25.0)
    passed_s = 0.0
    while state.soc < 1.0 and passed_s < HOUR_S:
        _, charge_a, _ = limits_of(MANAGED, state)
        power_w = max(-50.0 * charge_a, battery.reaching_w(MANAGED, state, 1.0, dt_s))
        state = stepped(MANAGED, state, power_w, 25.0, dt_s)
        passed_s += dt_s
    assert passed_s == pytest.approx(0.2 * HOUR_S, rel=0.1)


# Both ways to run, and the measured cells ------------------------------------------------------


def ridden(tested, state, count):
    """Return state, and sums of limits, after an uneven ride."""
    charge_sum_a = discharge_sum_a = 0.0
    for index in range(count):
        power_w = 3000.0 * math.sin(0.01 * index) - 500.0 * math.cos(0.37 * index)
        state = stepped(tested, state, power_w, 20.0 + 10.0 * math.sin(0.001 * index), 60.0)
        _, charge_a, discharge_a = limits_of(tested, state)
        charge_sum_a += charge_a
        discharge_sum_a += discharge_a
    return state, charge_sum_a, discharge_sum_a


@pytest.mark.compiled
@pytest.mark.parametrize("chemistry", CHEMISTRIES)
def test_compiled_equals_interpreted(chemistry):
    tested = made(chemistry)
    state = battery.rested(tested, 0.6, 25.0)
    fast = compiled(ridden)(tested, state, 2000)
    plain = ridden(tested, state, 2000)
    assert list(values(fast)) == pytest.approx(list(values(plain)), rel=1e-12)


def measured(name):
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"the measured cells are not beside this checkout: {path.name}")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_lithium_curve_is_that_of_measured_cells():
    tested = made("lfp")
    rows = measured("pack_48v_voltage_vs_soc.csv")
    ours_v = [battery.open_circuit_v(tested, float(row["soc"])) for row in rows]
    sony_v = [float(row["lfp16s_sony_ocv_v"]) for row in rows]
    a123_v = [float(row["lfp16s_a123_mid_v"]) for row in rows]
    assert sum(ours_v) / len(rows) == pytest.approx(sum(sony_v) / len(rows), rel=2e-3)
    for row, ours, sony, a123 in zip(rows, ours_v, sony_v, a123_v, strict=True):
        if 0.05 <= float(row["soc"]) <= 0.95:
            assert ours == pytest.approx(sony, abs=0.25), row
            assert ours == pytest.approx(a123, abs=0.45), row


def test_the_lithium_resistance_is_that_of_measured_cells():
    tested = made("lfp")
    rows = measured("lfp_sony_us26650_resistance.csv")
    for temp_c in (10.0, 25.0, 40.0):
        cells_ohm = [
            float(row["r_ohm"])
            for row in rows
            if float(row["temp_c"]) == temp_c and 0.2 <= float(row["soc"]) <= 0.8
        ]
        bank_ohm = (16.0 * 3.0 * sum(cells_ohm) / len(cells_ohm) + 0.6) / 200.0
        ours_ohm = battery.resistance_ohm(tested, 0.8, temp_c, False)
        assert ours_ohm == pytest.approx(bank_ohm, rel=0.04)
