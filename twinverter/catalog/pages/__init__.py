"""The settings table, one module per menu: pages and rows in the order of the LCD."""

from twinverter.catalog.pages import (
    advanced,
    basic,
    battery,
    device,
    gen_port,
    grid,
    installer,
    parallel,
    time_of_use,
    work_mode,
)
from twinverter.catalog.row import Setting

PAGES: tuple[tuple[Setting, ...], ...] = (
    basic.BASIC,
    battery.BATTERY_1,
    battery.BATTERY_2,
    battery.BATTERY_3,
    work_mode.WORK_MODE,
    time_of_use.TIME_OF_USE,
    grid.GRID_1,
    grid.GRID_2,
    grid.GRID_3,
    grid.GRID_4,
    gen_port.GEN_PORT,
    advanced.ADVANCED,
    parallel.PARALLEL,
    device.LI_BMS,
    device.DEVICE_INFO,
    device.FRONT_BUTTON,
    installer.INSTALLER,
)

SETTINGS: tuple[Setting, ...] = tuple(row for page in PAGES for row in page)
