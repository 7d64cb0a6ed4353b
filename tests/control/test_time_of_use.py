"""Time of use: which row holds, what it orders, and how its latches turn.

Expected powers are lossless: 40 A are 2000 W, the load is 1000 W, Zero-export Power is 20 W.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinverter.catalog.settings import full_values, kernel_settings, parse_values
from twinverter.control.level import Level
from twinverter.control.schedule import row_at, slot_at

TOU = "tou_enable=1;"  # as delivered: 01:00 80 %, 05:00 40 %, 09:00 40 %, 13:00 80 %, 17:00 40 %, 21:00 35 %
SELL = "work_mode=selling_first;"
WIDE = "max_discharge_a=190;"
FILL = "grid_charge=1;"
DAY_S = 86400.0
MONDAY = 19359  # 2 January 2023, in days since 1970


def seconds(text):
    hour, minute = text.split(":")
    return int(hour) * 3600.0 + int(minute) * 60.0


def rows_of(times, **more):
    starts = {f"tou{row + 1}_time": text for row, text in enumerate(times.split())}
    return kernel_settings(full_values(parse_values(starts | more)))


VOLTS = "01:00 05:00 09:00 13:00 17:00 21:00"
PERCENT = "01:00 05:00 08:00 10:00 15:00 18:00"
ROWS = [
    # six start times                       clock    row
    (VOLTS,                                 "00:00",   6),
    (VOLTS,                                 "00:59",   6),
    (VOLTS,                                 "01:00",   1),
    (VOLTS,                                 "04:59",   1),
    (VOLTS,                                 "05:00",   2),
    (VOLTS,                                 "12:59",   3),
    (VOLTS,                                 "16:59",   4),
    (VOLTS,                                 "17:00",   5),
    (VOLTS,                                 "21:00",   6),
    (VOLTS,                                 "23:59",   6),
    (PERCENT,                               "04:59",   1),
    (PERCENT,                               "07:59",   2),
    (PERCENT,                               "08:00",   3),
    (PERCENT,                               "14:59",   4),
    (PERCENT,                               "17:59",   5),
    (PERCENT,                               "00:30",   6),
    ("22:00 23:00 00:00 01:00 02:00 03:00", "21:59",   6),  # midnight between rows
    ("22:00 23:00 00:00 01:00 02:00 03:00", "22:00",   1),
    ("22:00 23:00 00:00 01:00 02:00 03:00", "23:59",   2),
    ("22:00 23:00 00:00 01:00 02:00 03:00", "00:00",   3),
    ("22:00 23:00 00:00 01:00 02:00 03:00", "03:00",   6),
    ("05:00 09:00 13:00 17:00 21:00 01:00", "23:00",   5),  # midnight inside row 5
    ("05:00 09:00 13:00 17:00 21:00 01:00", "00:59",   5),
    ("05:00 09:00 13:00 17:00 21:00 01:00", "01:00",   6),
    ("23:00 01:00 05:00 09:00 13:00 17:00", "00:30",   1),  # inside row 1
    ("05:00 05:00 09:00 13:00 17:00 21:00", "05:00",   2),  # row 1 is empty
    ("01:00 05:00 09:00 13:00 21:00 21:00", "21:00",   6),  # row 5 is
    ("01:00 05:00 09:00 13:00 17:00 01:00", "00:30",   5),  # row 6 is
    ("00:00 00:00 00:00 00:00 00:00 12:00", "11:59",   5),  # two rows are left
    ("00:00 00:00 00:00 00:00 00:00 12:00", "12:00",   6),
    ("06:00 06:00 06:00 06:00 06:00 06:00", "06:00",   1),  # all equal: row 1 all day
    ("06:00 06:00 06:00 06:00 06:00 06:00", "05:59",   1),
    ("00:00 00:00 00:00 00:00 00:00 00:00", "23:59",   1),
    ("01:00 05:00 09:00 13:00 17:00 24:00", "23:59",   5),  # 24:00 is 00:00
    ("01:00 05:00 09:00 13:00 17:00 24:00", "00:00",   6),
]  # fmt: skip


@pytest.mark.parametrize("times, clock, row", ROWS)
def test_a_row_holds_from_its_start_to_the_next_one(times, clock, row):
    """CH5.7-TOU-030 CH5.7-TOU-035"""
    assert row_at(rows_of(times).time_of_use.rows, seconds(clock)) + 1 == row


MINUTES = st.lists(st.integers(0, 1439), min_size=6, max_size=6)


@given(minutes=MINUTES, turn=st.integers(0, 5), now=st.integers(0, 1439))
def test_exactly_one_row_holds_at_any_moment(minutes, turn, now):
    rising = sorted(minutes)
    times = [60.0 * minute for minute in rising[turn:] + rising[:turn]]
    ends = times[1:] + times[:1]
    now_s = 60.0 * now
    holding = [
        row
        for row, (start_s, end_s) in enumerate(zip(times, ends, strict=True))
        if start_s < end_s
        and start_s <= now_s < end_s
        or start_s > end_s
        and (now_s >= start_s or now_s < end_s)
    ] or [0]
    rows = kernel_settings({}).time_of_use.rows
    rows = tuple(row._replace(start_s=start_s) for row, start_s in zip(rows, times, strict=True))
    assert [row_at(rows, now_s)] == holding


WEEK = [
    # unticked     day  clock    row
    ("",             0, "12:00",   3),
    ("tou_mon",      0, "12:00",   0),
    ("tou_mon",      0, "00:30",   6),  # Sunday's row 6
    ("tou_mon",      0, "00:59",   6),
    ("tou_mon",      0, "01:00",   0),
    ("tou_mon",      1, "00:30",   0),  # Monday's row 6
    ("tou_mon",      1, "01:00",   1),
    ("tou_sun",      0, "00:30",   0),
    ("tou_sun",      6, "21:00",   0),
    ("tou_sat",      5, "12:00",   0),
    ("tou_sat",      6, "12:00",   3),
    ("tou_enable",   2, "12:00",   0),
]  # fmt: skip


@pytest.mark.parametrize("unticked, day, clock, row", WEEK)
def test_a_weekday_tick_is_that_of_the_day_the_row_starts(unticked, day, clock, row):
    """CH5.7-TOU-031"""
    values = {"tou_enable": 1} | ({unticked: 0} if unticked else {})
    settings = rows_of(VOLTS, **values)
    level = Level(0.5, 0.5, 0.0, 1.0, 0.2, 0.35, 0.5, 0.02, 0.35, 0.0)
    slot = slot_at(settings.time_of_use, level, (MONDAY + day) * DAY_S + seconds(clock))
    assert slot.row == row
    if row == 0:
        assert (slot.target, slot.power_w, slot.grid_charge, slot.gen_charge) == (0.35, 0, 0, 0)


# C-18, C-19: what a row does. Row 2 (05:00-09:00) stands at 40 %, row 1 at 80 %.
ROW2, ROW1 = " load=1000 at=06:00", " load=1000 at=02:00"
# fmt: off
ORDERS = [
    # case                               set                                                         situation                  pv_w  batt_w   ld_w
    ("below, grid tick: grid charges",   TOU + FILL + "tou2_grid_charge=1",                          "soc=39%" + ROW2,             0,  -2000,  3000),
    ("but not without Grid Charge",      TOU + "tou2_grid_charge=1",                                 "soc=39%" + ROW2,             0,      0,  1000),
    ("nor without the tick",             TOU + FILL,                                                 "soc=39%" + ROW2,             0,      0,  1000),
    ("nor does a gen tick on grid",      TOU + FILL + "tou2_gen_charge=1",                           "soc=39%" + ROW2,             0,      0,  1000),
    ("at grid_charge_a",                 TOU + FILL + "tou2_grid_charge=1;grid_charge_a=10",         "soc=39%" + ROW2,             0,   -500,  1500),
    ("below, no tick: held, PV charges", TOU,                                                        "soc=39% sun=1500" + ROW2, 1500,   -520,    20),
    ("above: discharge",                 TOU + WIDE,                                                 "soc=41%" + ROW2,             0,    980,    20),
    ("above: at most the row's Power",   TOU + WIDE + "tou2_power_w=700",                            "soc=41%" + ROW2,             0,    700,   300),
    ("above: ticks do not charge",       TOU + FILL + WIDE + "tou2_grid_charge=1;tou2_gen_charge=1", "soc=41%" + ROW2,             0,    980,    20),
    ("above: PV still charges",          TOU + WIDE,                                                 "soc=41% sun=1500" + ROW2, 1500,   -520,    20),
    ("at the target: PV, then grid",     TOU + FILL + WIDE + "tou2_grid_charge=1",                   "soc=40%" + ROW2,             0,      0,  1000),
    ("at the target: PV, then grid",     TOU + WIDE,                                                 "soc=40% sun=600" + ROW2,   600,      0,   400),
    ("selling: sold to the target",      SELL + TOU + WIDE,                                          "soc=41%" + ROW2,             0,   5000, -4000),
    ("selling: at the target",           SELL + TOU + WIDE,                                          "soc=40%" + ROW2,             0,      0,  1000),
    ("selling: Power 0",                 SELL + TOU + WIDE + "tou2_power_w=0",                       "soc=90%" + ROW2,             0,      0,  1000),
    ("selling: Power 0, PV by pattern",  SELL + TOU + "tou2_power_w=0",                              "soc=90% sun=1500" + ROW2, 1500,   -500,     0),
    ("example 01:00-05:00, below 80 %",  TOU + FILL + "tou1_grid_charge=1",                          "soc=79%" + ROW1,             0,  -2000,  3000),
    ("example 01:00-05:00, at 80 %",     TOU + FILL + "tou1_grid_charge=1",                          "soc=80%" + ROW1,             0,      0,  1000),
    # C-15: the base below every row
    ("row below Low Batt: held at 35 %", TOU + WIDE + "tou2_batt_pct=10",                        "soc=35%" + ROW2, 0,     0, 1000),
    ("row below Low Batt: held at 35 %", TOU + WIDE + "tou2_batt_pct=10",                        "soc=36%" + ROW2, 0,   980,   20),
    ("row below, floor at Shutdown",     TOU + WIDE + "tou2_batt_pct=10;on_grid_floor=shutdown", "soc=21%" + ROW2, 0,   980,   20),
    ("no row, floor at Low Batt",        WIDE,                                                   "soc=35%" + ROW2, 0,     0, 1000),
    ("no row, floor at Shutdown",        WIDE + "on_grid_floor=shutdown",                        "soc=35%" + ROW2, 0,   980,   20),
    ("no row, floor at Shutdown",        WIDE + "on_grid_floor=shutdown",                        "soc=20%" + ROW2, 0,     0, 1000),
    ("row and grid charge to the base",  TOU + FILL + "tou2_grid_charge=1;tou2_batt_pct=10",     "soc=34%" + ROW2, 0, -2000, 3000),
    # C-19: without the tick, or on an unticked day, a row has no effect
    ("off: down to Low Batt",              WIDE + "tou2_batt_pct=90;tou2_power_w=0",  "soc=41%" + ROW2, 0,   980,   20),
    ("off: the grid charges to full",      FILL + "tou2_batt_pct=40",                 "soc=99%" + ROW2, 0, -2000, 3000),
    ("unticked: down to Low Batt",         TOU + WIDE + "tou2_batt_pct=90;tou_mon=0", "soc=41%" + ROW2, 0,   980,   20),
    ("unticked: the grid charges to full", TOU + FILL + "tou_mon=0",                  "soc=99%" + ROW2, 0, -2000, 3000),
    ("unticked: nothing is sold",          SELL + TOU + WIDE + "tou_mon=0",           "soc=90%" + ROW2, 0,     0, 1000),
    # off grid a row's Power and Batt have no meaning
    ("off grid: below the target", TOU + WIDE + "tou2_batt_pct=80", "soc=41% grid=off" + ROW2, 0, 1000, 0),
    ("off grid: Power 0",          TOU + WIDE + "tou2_power_w=0",   "soc=41% grid=off" + ROW2, 0, 1000, 0),
]
# fmt: on


@pytest.mark.parametrize("case, settings, situation, pv_w, batt_w, ld_w", ORDERS)
def test_what_a_row_orders(asked, case, settings, situation, pv_w, batt_w, ld_w):
    """CH2.3-TOU-013 CH5.6-CTL-026 CH5.7-TOU-004 CH5.7-TOU-031 CH5.7-TOU-032 CH5.7-TOU-033

    CH5.7-TOU-036 CH5.7-TOU-037 CH5.7-TOU-039 CH5.7-TOU-040
    """
    said = asked(settings, situation)
    found = tuple(said[name] for name in ("pv_w", "battery_w", "ld_w"))
    assert found == pytest.approx((pv_w, batt_w, ld_w), abs=0.5)


# The worked example of the text, sentence by sentence; its first row has the grid tick.
EXAMPLE = (
    "tou_enable=1;grid_charge=1;tou1_grid_charge=1;max_discharge_a=190;"
    "tou1_time=01:00;tou2_time=05:00;tou3_time=08:00;tou4_time=10:00;tou5_time=15:00;tou6_time=18:00;"
    "tou1_batt_pct=80;tou2_batt_pct=40;tou3_batt_pct=40;tou4_batt_pct=80;tou5_batt_pct=40;tou6_batt_pct=35"
)
SENTENCES = [
    # clock   soc    batt_w  ld_w
    ("01:00", "79%",  -2000, 3000),  # CH5.7-TOU-039
    ("04:59", "79%",  -2000, 3000),
    ("04:59", "80%",      0, 1000),
    ("05:00", "41%",    980,   20),  # CH5.7-TOU-040
    ("05:00", "40%",      0, 1000),
    ("09:59", "41%",    980,   20),
    ("09:59", "40%",      0, 1000),
    ("09:59", "20%",      0, 1000),
    ("10:00", "81%",    980,   20),  # CH5.7-TOU-041
    ("14:59", "80%",      0, 1000),
    ("14:59", "41%",      0, 1000),
    ("15:00", "41%",    980,   20),  # CH5.7-TOU-042
    ("17:59", "40%",      0, 1000),
    ("18:00", "36%",    980,   20),  # CH5.7-TOU-043
    ("00:59", "36%",    980,   20),  # CH5.7-TOU-030
    ("00:59", "35%",      0, 1000),
]  # fmt: skip


@pytest.mark.parametrize("clock, soc, batt_w, ld_w", SENTENCES)
def test_the_worked_example_of_the_manual(asked, clock, soc, batt_w, ld_w):
    said = asked(EXAMPLE, f"at={clock} soc={soc} load=1000")
    assert (said["battery_w"], said["ld_w"]) == pytest.approx((batt_w, ld_w))


# Row 2 stands at 40 %, so its request begins at 38 %.
GEN_TICKS = [
    # set                                       soc    grid   asked for
    (TOU + "tou2_gen_charge=1",                 "37%", "off", True),
    (TOU + "tou2_gen_charge=1",                 "41%", "off", False),
    (TOU,                                       "37%", "off", False),  # no tick: not even at Shutdown
    (TOU,                                       "20%", "off", False),
    (TOU + "tou2_gen_charge=1;gen_charge=0",    "37%", "off", False),
    (TOU + "tou2_gen_charge=1",                 "37%", "on",  False),
    (TOU + "tou2_gen_charge=1;gen_with_grid=1", "37%", "on",  True),
    ("",                                        "37%", "off", False),  # the menu's start is 30 %
    ("",                                        "29%", "off", True),
]  # fmt: skip


@pytest.mark.parametrize("settings, soc, grid, wanted", GEN_TICKS)
def test_a_gen_tick_asks_for_the_generator(asked, settings, soc, grid, wanted):
    """CH5.7-TOU-034"""
    said = asked(settings, f"soc={soc} grid={grid} after=20s" + ROW2)
    assert said["relays"]["gen_start"] == wanted


# Hysteresis 2 %: discharge stops at the target and comes back 2 % above, charge the other way.
TURNS = [
    # clock     soc  batt_w  what
    ("06:00", 0.410,    980, "begins as above the target, without hysteresis"),
    ("06:00", 0.400,      0, "stops at it"),
    ("06:00", 0.410,      0, "holds"),
    ("06:00", 0.419,      0, "holds"),
    ("06:00", 0.421,    980, "comes back 2 % above"),
    ("06:00", 0.401,    980, "goes on"),
    ("06:00", 0.400,      0, "stops"),
    ("06:00", 0.380,      0, "no tick, no charge"),
    ("13:30", 0.410,      0, "row 4 stands at 80 %"),
    ("17:30", 0.410,    980, "a new row begins without hysteresis"),
    ("02:00", 0.790,  -2000, "row 1: below 80 % the grid charges, without hysteresis"),
    ("02:00", 0.800,      0, "stops at the target"),
    ("02:00", 0.790,      0, "holds"),
    ("02:00", 0.781,      0, "holds"),
    ("02:00", 0.779,  -2000, "charges 2 % below"),
    ("02:00", 0.799,  -2000, "goes on"),
    ("02:00", 0.800,      0, "stops"),
    ("02:00", 0.819,      0, "holds: charge and discharge never meet"),
    ("02:00", 0.821,    980, "discharges 2 % above"),
    ("02:00", 0.801,    980, "goes on"),
    ("02:00", 0.800,      0, "stops"),
    ("02:00", 0.781,      0, "holds"),
]  # fmt: skip


def test_the_latches_of_a_row_turn_with_their_hysteresis(machine):
    """CH5.7-TOU-037 CH5.7-TOU-039 CH5.7-TOU-040"""
    wanted = {"tou_enable": 1, "grid_charge": 1, "tou1_grid_charge": 1, "max_discharge_a": 190}
    house = machine(wanted, soc=0.41, load=1000)
    for clock, soc, batt_w, what in TURNS:
        house.world(clock_s=MONDAY * DAY_S + seconds(clock))
        assert house.at(soc).run(11.0).battery_w == pytest.approx(batt_w), what


def test_a_turn_takes_ten_seconds(machine):
    house = machine({"tou_enable": 1, "max_discharge_a": 190}, soc=0.40, load=1000, at_h=6.0)
    assert house.at(0.40).run(60.0).battery_w == 0.0
    assert house.at(0.43).run(9.0).battery_w == 0.0
    assert house.run(1.0).battery_w == pytest.approx(980.0)
    # A level that comes and goes within the time turns nothing.
    house.at(0.40).run(60.0)
    for _ in range(5):
        assert house.at(0.43).run(9.0).battery_w == 0.0
        assert house.at(0.41).run(1.0).battery_w == 0.0


def test_a_changed_setting_is_judged_afresh(machine):
    house = machine({"tou_enable": 1, "max_discharge_a": 190}, soc=0.40, load=1000, at_h=6.0)
    assert house.at(0.40).run(60.0).at(0.41).run(60.0).battery_w == 0.0
    assert house.set(tou2_batt_pct=39).run(1.0).battery_w == pytest.approx(980.0)
    assert house.set(tou2_batt_pct=80).run(1.0).battery_w == 0.0
    # With a target so high that the hysteresis would pass full, full resumes.
    assert house.set(tou2_batt_pct=99).at(0.99).run(60.0).battery_w == 0.0
    assert house.at(1.0).run(10.0).battery_w == pytest.approx(980.0)


def test_a_jump_of_the_clock_changes_the_row_at_once(machine):
    house = machine({"tou_enable": 1, "max_discharge_a": 190}, soc=0.5, load=1000, at_h=6.0)
    assert house.at(0.5).run(1.0).battery_w == pytest.approx(980.0)
    house.world(clock_s=MONDAY * DAY_S + seconds("14:00"))
    assert house.run(1.0).battery_w == 0.0
    house.world(clock_s=MONDAY * DAY_S + seconds("06:00"))
    assert house.run(1.0).battery_w == pytest.approx(980.0)


@pytest.mark.parametrize("dt_s", [1.0, 60.0, 900.0, 3600.0])
def test_no_step_passes_a_target(machine, dt_s):
    """C-05a: the mean power of the step that reaches a target is what it takes to get there."""
    wanted = {"tou_enable": 1, "grid_charge": 1, "tou1_grid_charge": 1, "max_discharge_a": 190}
    long_s = max(dt_s, 1200.0)
    charging = machine(wanted, soc=0.79, load=1000, at_h=1.0).run(long_s, dt_s)
    assert charging.soc == pytest.approx(0.80, abs=1e-9)
    emptying = machine(wanted, soc=0.42, load=1000, at_h=5.0).run(long_s, dt_s)
    assert emptying.soc == pytest.approx(0.40, abs=1e-9)
    selling = machine(wanted | {"work_mode": "selling_first"}, soc=0.5, at_h=5.0).run(long_s, dt_s)
    assert selling.soc == pytest.approx(0.40, abs=1e-9)
    assert selling.state.meters.grid_export_wh == pytest.approx(1000.0, abs=1e-3)
