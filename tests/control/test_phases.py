"""Three phases (C-58) and the pass-through from grid to loads (C-59)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinverter.catalog import alarms
from twinverter.catalog.settings import full_values, kernel_settings
from twinverter.control import output, phases
from twinverter.core.blocks import Phases, total

LIMIT_W = 4140.0  # 18 A at 230 V
APART = "zero_export_scope=per_phase;"
ASYM = "asymmetric_phase_feeding=1;"
WIDE = "max_discharge_a=190;"
SELL = "work_mode=selling_first;"


def settings_of(**values):
    return kernel_settings(full_values(values))


SUM, EACH = "sum", "per_phase"
ROOM = [
    # scopeasymmetric  sum only   l1    l2    l3  floor_w  room_w
    (SUM,           0, False,   1000, 1000, 1000,      30,   2970),
    (SUM,           0, False,   3000,    0,    0,      30,   2970),
    (SUM,           1, False,   3000,    0,    0,      30,   2970),
    (EACH,          0, False,   1000, 1000, 1000,      30,   2970),
    (EACH,          0, False,   2000,  500,  500,      30,   1470),  # the weakest phase three times
    (EACH,          0, False,   3000,    0,    0,      30,    -30),
    (EACH,          0, False,   3000,   10,   10,      30,      0),
    (EACH,          1, False,   2000,  500,  500,      30,   2970),
    (EACH,          1, False,   3000,    0,    0,      30,   2970),  # never more than the sum
    (EACH,          1, False,   6000,  300,    0,      30,   4430),  # 18 A on L1
    (EACH,          1, False,   1000,    5,    5,      30,    980),
    (EACH,          0, True,    3000,    0,    0,       0,   3000),  # a right to export: the sum
    (EACH,          1, True,    3000,    0,    0,       0,   3000),
    (SUM,           0, False,   -900, -900, -900,      30,  -2730),
]  # fmt: skip


@pytest.mark.parametrize("scope, asymmetric, sum_only, l1, l2, l3, floor_w, room_w", ROOM)
def test_how_much_may_be_fed(scope, asymmetric, sum_only, l1, l2, l3, floor_w, room_w):
    settings = settings_of(zero_export_scope=scope, asymmetric_phase_feeding=asymmetric)
    found = phases.room_to(settings, Phases(l1, l2, l3), floor_w, sum_only, LIMIT_W)
    assert found == pytest.approx(room_w)


SPLIT = [
    # asymmetric   l1    l2    l3  inverter_w     p1     p2     p3
    (        0,  3000,  500,   10,       2400,   800,   800,   800),
    (        0,  3000,  500,   10,      -2400,  -800,  -800,  -800),
    (        1,  3000,  500,  100,       2400,  2400,     0,     0),
    (        1,  3000, 2000,  100,       2400,  1700,   700,     0),
    (        1,  2000, 1000, 1000,       1000,  1000,     0,     0),
    (        1,  2000, 1000, 1000,       2500,  1500,   500,   500),
    (        1,  5000, 1000,    0,       5000,  4140,   860,     0),  # 18 A on L1
    (        1,  9000,    0,    0,       8000,  4140,  1930,  1930),
    (        1, 10000,  500,    0,       8000,  4140,  2180,  1680),
    (        1,  3000,    0,    0,      -2000,     0, -1000, -1000),  # charging evens out too
    (        1,  3000,    0,    0,      -9000, -1000, -4000, -4000),
    (        1,  4000,    0,    0,     -12000, -3720, -4140, -4140),
    (        1,  1000, 1000, 1000,          0,     0,     0,     0),
]  # fmt: skip


@pytest.mark.parametrize("asymmetric, l1, l2, l3, inverter_w, p1, p2, p3", SPLIT)
def test_how_it_is_split(asymmetric, l1, l2, l3, inverter_w, p1, p2, p3):
    settings = settings_of(asymmetric_phase_feeding=asymmetric)
    found = phases.split(settings, Phases(l1, l2, l3), float(inverter_w), LIMIT_W)
    assert found == pytest.approx((p1, p2, p3))


POWER = st.floats(-3000.0, 12000.0)
DEMAND = st.builds(Phases, POWER, POWER, POWER)
EVEN = settings_of(zero_export_scope="per_phase")
UNEVEN = settings_of(zero_export_scope="per_phase", asymmetric_phase_feeding=1)


@given(demand=DEMAND, share=st.floats(-1.0, 1.0))
def test_the_split_adds_up_and_leaves_phases_as_equal_as_it_can(demand, share):
    inverter_w = share * 8800.0
    found = phases.split(UNEVEN, demand, inverter_w, LIMIT_W)
    assert total(found) == pytest.approx(inverter_w, abs=1e-6)
    left = [d - p for d, p in zip(demand, found, strict=True)]
    for one in range(3):
        assert -LIMIT_W - 1e-6 <= found[one] <= LIMIT_W + 1e-6
        for other in range(3):
            # Power moves from `one` to `other` only while both may and it would even them out.
            may_give = found[one] > 1e-6 if share > 0.0 else found[one] > -LIMIT_W + 1e-6
            may_take = found[other] < LIMIT_W - 1e-6 if share > 0.0 else found[other] < -1e-6
            if may_give and may_take:
                assert left[other] <= left[one] + 1e-4


@given(demand=DEMAND, floor_w=st.floats(0.0, 500.0), settings=st.sampled_from([EVEN, UNEVEN]))
def test_no_phase_is_taken_below_its_third(demand, floor_w, settings):
    room_w = phases.room_to(settings, demand, floor_w, False, LIMIT_W)
    fed = phases.split(settings, demand, min(max(0.0, room_w), 8800.0), LIMIT_W)
    for demand_w, fed_w in zip(demand, fed, strict=True):
        assert demand_w - fed_w >= min(floor_w / 3.0, demand_w) - 1e-4
    assert total(demand) - total(fed) >= min(floor_w, total(demand)) - 1e-4


# The whole machine: without export right each phase by choice, with one only the sum.
WHOLE = [
    # set                     situation                          batt_w  ld_l1  ld_l2  ld_l3  grid line
    (WIDE,                    "soc=90% load=3000,0,0",             2980,  2007,  -993,  -993, "grid_setpoint"),
    (WIDE + ASYM,             "soc=90% load=3000,0,0",             2980,    20,     0,     0, "grid_setpoint"),
    (WIDE + APART,            "soc=90% load=3000,0,0",                0,  3000,     0,     0, "grid_weak_phase"),
    (WIDE + APART,            "soc=90% load=2000,500,500",         1480,  1507,     7,     7, "grid_weak_phase"),
    (WIDE + APART + ASYM,     "soc=90% load=3000,0,0",             2980,    20,     0,     0, "grid_setpoint"),
    (WIDE + APART + ASYM,     "soc=90% load=2000,1000,0",          2980,    10,    10,     0, "grid_setpoint"),
    (WIDE + APART + ASYM,     "soc=90% load=6000,300,0",           4433,  1860,     7,     0, "grid_weak_phase"),
    (APART,                   "soc=100% sun=3000 load=3000,0,0",      0,  3000,     0,     0, "grid_weak_phase"),
    (APART + SELL,            "soc=100% sun=3000 load=3000,0,0",      0,  2000, -1000, -1000, "grid_rest"),
    (APART + "solar_sell=1",  "soc=100% sun=3000 load=3000,0,0",      0,  2000, -1000, -1000, "grid_rest"),
    (APART + SELL + ASYM,     "soc=100% sun=4500 load=3000,0,0",      0,  -500,  -500,  -500, "grid_sells_pv"),
    ("grid_charge=1;" + ASYM, "soc=60% load=3000,0,0",            -2000,  3000,  1000,  1000, "grid_rest"),
    ("grid_charge=1",         "soc=60% load=3000,0,0",            -2000,  3667,   667,   667, "grid_rest"),
]  # fmt: skip


@pytest.mark.parametrize("settings, situation, batt_w, ld_l1, ld_l2, ld_l3, reason", WHOLE)
def test_phases_at_the_grid_terminals(
    asked, settings, situation, batt_w, ld_l1, ld_l2, ld_l3, reason
):
    said = asked(settings, situation)
    found = tuple(said[name] for name in ("battery_w", "ld_w_l1", "ld_w_l2", "ld_w_l3"))
    assert found == pytest.approx((batt_w, ld_l1, ld_l2, ld_l3), abs=0.5)
    assert said["ld_w"] == pytest.approx(ld_l1 + ld_l2 + ld_l3, abs=1.0)
    assert said["reasons"]["grid"] == reason


def test_off_grid_each_phase_gets_what_it_asks(asked):
    said = asked(WIDE, "soc=90% load=4000,500,0 grid=off")
    found = tuple(said[f"inverter_w_l{place}"] for place in (1, 2, 3))
    assert found == pytest.approx((4000.0, 500.0, 0.0))
    assert said["alarms"] == ["F35"]


PASS_THROUGH = [
    # load                after   relay  state      alarms
    ("11500,11500,11500", "10s",  True,  "ON_GRID", []),
    ("11501,0,0",         "4.9s", True,  "ON_GRID", []),
    ("11501,0,0",         "5.1s", False, "FAULT",   ["F34"]),
    ("0,0,12000",         "5.1s", False, "FAULT",   ["F34"]),
]  # fmt: skip


@pytest.mark.parametrize("load, after, relay, state, shown", PASS_THROUGH)
def test_the_grid_relay_carries_fifty_amperes_a_phase(asked, load, after, relay, state, shown):
    said = asked(SELL, f"soc=90% load={load} after={after}")
    assert said["relays"]["grid"] == relay
    assert said["alarms"] == shown
    if relay:
        assert said["ld_w"] == pytest.approx(said["load_w"])
    else:
        assert (said["state"], said["unserved_w"]) == (state, pytest.approx(said["load_w"]))


PORT = [
    # load_wport_w  code
    (11500,  11500, 0.0),
    (11501,  11501, alarms.F34),
    (11000,  11501, alarms.F33),
    (11501,   8000, alarms.F34),  # what the stage gives does not relieve the LOAD side
]  # fmt: skip


@pytest.mark.parametrize("load_w, port_w, code", PORT)
def test_too_much_current_is_named_by_its_side(load_w, port_w, code):
    load, port = Phases(0.0, load_w, 0.0), Phases(0.0, port_w, 0.0)
    assert output.port_code(settings_of(), load, port, 0.0) == code
