"""What the settings order at one moment: row of the timetable, target, reserve, generator stop.

The figures that sentences show. Levels come as texts in the basis of the battery mode, percent or
volts. The control law works them out for itself (rules C-13, C-17, C-18, C-29); tests hold both
together.
"""

from typing import NamedTuple

from twinverter.catalog.choices import FLOOR_SHUTDOWN, USE_BATT_V
from twinverter.catalog.settings import Settings

DAY_S = 86400.0
FIRST_WEEKDAY = 3  # 1970-01-01 was a Thursday; the timetable's days count from Monday


class Orders(NamedTuple):
    """Row 0 stands for no timetable; the levels are numbers in the battery's basis."""

    row: int
    row_power_w: float
    target: float
    floor: float
    shutdown: float
    restart: float
    gen_start: float
    gen_stop: float


def in_volts(settings: Settings) -> bool:
    """Return whether levels are voltages."""
    return settings.battery.batt_mode == USE_BATT_V


def level_text(settings: Settings, level: float) -> str:
    """Return a level with its unit."""
    return f"{level:.1f} V" if in_volts(settings) else f"{100.0 * level:.0f} %"


def row_at(settings: Settings, clock_s: float) -> int:
    """Return the number of the timetable's row that holds, 0 where none does (C-17)."""
    table = settings.time_of_use
    if table.tou_enable == 0.0:
        return 0
    day, time_s = divmod(clock_s, DAY_S)
    starts_s = [row.start_s for row in table.rows]
    # Row 6 runs into row 1 and is asked first; where all start together row 1 holds all day.
    places = [place for place in (5, 0, 1, 2, 3, 4) if _holds(starts_s, place, time_s)]
    place = places[0] if places else 0
    yesterday = time_s < starts_s[place]
    weekday = int(day + FIRST_WEEKDAY - yesterday) % len(table.days)
    return place + 1 if table.days[weekday] > 0.0 else 0


def _holds(starts_s: list[float], place: int, time_s: float) -> bool:
    """Return whether a row holds at a time of day: from its start to the next row's."""
    start_s, end_s = starts_s[place], starts_s[(place + 1) % len(starts_s)]
    if start_s <= end_s:
        return start_s <= time_s < end_s
    return time_s >= start_s or time_s < end_s


def orders_at(settings: Settings, clock_s: float) -> Orders:
    """Return what the settings order at a wall clock reading."""
    battery, volts = settings.battery, in_volts(settings)
    shutdown = battery.shutdown_v if volts else battery.shutdown_soc
    low = battery.low_batt_v if volts else battery.low_batt_soc
    floor = shutdown if settings.installer.on_grid_floor == FLOOR_SHUTDOWN else low
    hysteresis = settings.installer.v_hysteresis_v if volts else settings.installer.soc_hysteresis
    if settings.gen_port.gen_on_grid_port > 0.0:
        start = battery.grid_charge_start_v if volts else battery.grid_charge_start_soc
    else:
        start = battery.gen_start_v if volts else battery.gen_start_soc
    stop = settings.gen_port.gen_stop_v if volts else settings.gen_port.gen_stop_soc
    number, power_w, target = row_at(settings, clock_s), 0.0, floor
    least_stop = start + hysteresis
    if number:
        row = settings.time_of_use.rows[number - 1]
        power_w, target = row.power_w, max(row.batt_v if volts else row.batt_soc, floor)
        start, stop = max(start, target - hysteresis), target
    return Orders(
        number,
        power_w,
        target,
        floor,
        shutdown,
        battery.restart_v if volts else battery.restart_soc,
        start,
        max(stop, least_stop),
    )
