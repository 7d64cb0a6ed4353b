"""What the settings order at a moment: the same as the control law works out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinverter.catalog.settings import full_values, kernel_settings, parse_values
from twinverter.control import generator, level, schedule
from twinverter.words.orders import level_text, orders_at, row_at

MONDAY_S = 4 * 86400.0  # 1970-01-05
QUARTERS = st.integers(0, 95)


def settings_of(**given):
    return kernel_settings(full_values(parse_values(given)))


def level_of(record):
    """Return the control law's level record, its base floor the way the law sets it."""
    battery, volts = record.battery, record.battery.batt_mode == 1.0
    low = record.installer.on_grid_floor == 0.0
    soc_base = battery.low_batt_soc if low else battery.shutdown_soc
    volt_base = battery.low_batt_v if low else battery.shutdown_v
    return level.Level(
        lev=0.5,
        soc=0.5,
        volts=1.0 if volts else 0.0,
        present=1.0,
        shutdown=battery.shutdown_v if volts else battery.shutdown_soc,
        low=battery.low_batt_v if volts else battery.low_batt_soc,
        restart=battery.restart_v if volts else battery.restart_soc,
        hysteresis=record.installer.v_hysteresis_v if volts else record.installer.soc_hysteresis,
        base=volt_base if volts else soc_base,
        capacity_ws=0.0,
    )


@settings(max_examples=60)
@given(
    starts=st.lists(QUARTERS, min_size=6, max_size=6),
    at=QUARTERS,
    day=st.integers(0, 13),
    ticks=st.lists(st.booleans(), min_size=7, max_size=7),
    mode=st.sampled_from(["lithium", "use_batt_v"]),
)
def test_row_target_and_generator_levels_are_those_of_the_law(starts, at, day, ticks, mode):
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    given = {
        f"tou{place + 1}_time": f"{q // 4:02d}:{q % 4 * 15:02d}" for place, q in enumerate(starts)
    }
    given |= {f"tou_{name}": tick for name, tick in zip(names, ticks, strict=True)}
    record = settings_of(tou_enable=True, batt_mode=mode, tou3_batt_pct=77, **given)
    clock_s = MONDAY_S + day * 86400.0 + at * 900.0
    seen = level_of(record)
    slot = schedule.slot_at(record.time_of_use, seen, clock_s)
    start, stop = generator.thresholds(record, seen, slot)
    orders = orders_at(record, clock_s)
    assert orders.row == slot.row
    assert orders.target == pytest.approx(slot.target)
    assert (orders.gen_start, orders.gen_stop) == pytest.approx((start, stop))


def test_without_a_timetable_there_is_no_row_and_the_target_is_the_floor():
    record = settings_of(tou_enable=False, low_batt_soc_pct=35)
    assert row_at(record, MONDAY_S) == 0
    assert orders_at(record, MONDAY_S).target == pytest.approx(0.35)


# fmt: off
@pytest.mark.parametrize("mode, value, text", [
    ("lithium",      0.405, "40 %"),
    ("use_batt_pct", 1.0,   "100 %"),
    ("use_batt_v",   51.23, "51.2 V"),
])
# fmt: on
def test_a_level_is_shown_in_the_basis_of_its_battery(mode, value, text):
    assert level_text(settings_of(batt_mode=mode), value) == text
