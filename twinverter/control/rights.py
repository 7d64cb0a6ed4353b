"""What the settings allow while the mains carries the bus (C-16, C-18 to C-21a, C-25, C-28).

Source: manual 5.6 (Grid Charge), 5.7 (work mode, Solar Sell, Energy Pattern, time of use) and
the personality `firmware` where the manual and later texts of the family differ (C-19a).
"""

from typing import NamedTuple

from twinverter.catalog.choices import BATT_FIRST, LATER, SELLING_FIRST, ZERO_EXPORT_CT
from twinverter.core.kernel import kernel


class Rights(NamedTuple):
    """What the settings allow while the mains is on the bus.

    `row_empties` says that Battery First is set, but the row above its target orders a discharge.
    """

    sell_w: float
    pv_export: float
    discharge: float
    sell_battery: float
    row_binds: float
    grid_charge: float
    batt_first: float
    row_empties: float
    at_mains: float


@kernel
def rights(settings, level, slot, latches, sensor_ok, response):
    """Return what may be exported, discharged and charged now (C-16, C-18 to C-20, C-28)."""
    mode = settings.work_mode
    later = settings.installer.firmware == LATER
    selling = mode.work_mode == SELLING_FIRST
    no_sell = response.no_sell > 0.0
    charges_from_grid = settings.battery.grid_charge > 0.0
    timetable = slot.row > 0.0
    holds = latches.discharge.on > 0.0 and latches.wait_restart == 0.0 and level.present > 0.0

    want_charge = charges_from_grid and level.present > 0.0 and latches.grid_charge.on > 0.0
    if timetable:
        want_charge = want_charge and slot.grid_charge > 0.0
    if selling or later:
        discharge = timetable and holds
    else:
        discharge = holds and (timetable or not charges_from_grid)
    sell = selling and discharge and slot.power_w > 0.0 and not no_sell
    row_binds = timetable and (not later or selling)
    first = (
        mode.energy_pattern == BATT_FIRST
        and not (later and charges_from_grid)
        and latches.sun > 0.0
    )
    # The row is the more special order: above its target it wants the bank emptied.
    empties = first and timetable and discharge and not (row_binds and slot.power_w <= 0.0)
    at_mains = sensor_ok and (selling or mode.work_mode == ZERO_EXPORT_CT) and not no_sell
    export = (selling or mode.solar_sell > 0.0) and not no_sell
    return Rights(
        min(mode.max_sell_power_w, response.sell_w),
        1.0 if export else 0.0,
        1.0 if discharge else 0.0,
        1.0 if sell else 0.0,
        1.0 if row_binds else 0.0,
        1.0 if want_charge else 0.0,
        1.0 if first and not empties else 0.0,
        1.0 if empties else 0.0,
        1.0 if at_mains else 0.0,
    )


@kernel
def on_generator(settings, latches):
    """Return the rights while a generator carries the bus: no export, no discharge (C-20)."""
    first = settings.work_mode.energy_pattern == BATT_FIRST and latches.sun > 0.0
    return Rights(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0 if first else 0.0, 0.0, 0.0)
