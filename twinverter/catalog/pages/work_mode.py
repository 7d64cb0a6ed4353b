"""System Work Mode 1: export, solar and peak-shaving limits. Manual 5.7.

Columns: see `catalog/columns.py`.
"""

from twinverter.catalog.columns import choice, number, page, switch
from twinverter.catalog.row import ASSUMED, KERNEL, MANUAL
from twinverter.catalog.word import bit_codes, codes, flag, pair, word

# fmt: off
WORK_MODE = page("System Work Mode 1", "work_mode", (
    choice("work_mode",           "Selling First / Zero Export To Load / Zero Export To CT", "zero_export_load", ("selling_first", "zero_export_load", "zero_export_ct"), ASSUMED, MANUAL, "5.7:698", KERNEL, codes(142, 0, 1, 2),
           "", "Master rule for export and for which loads are served. Safest default: zero export to load needs no CT."),
    switch("solar_sell",          "Solar Sell",                                              False, ASSUMED, MANUAL, "5.7:699", KERNEL, flag(145),
           "work_mode!=selling_first", "Allows PV surplus to be exported in the zero-export modes. Printed beside both modes; one shared setting."),
    number("max_solar_power_w",   "Max Solar Power",                                         "W", 5000, 0, 10400, 10, MANUAL, "manual (datasheet)",           "5.7:698", KERNEL, word(340),
           "", "Cap of total DC input power. The screen shows 5000, the machine can 10400."),
    number("max_sell_power_w",    "Max Sell Power",                                          "W", 5000, 0,  8800, 10, MANUAL, "manual (datasheet)",           "5.7:701", KERNEL, word(143),
           "work_mode=selling_first or solar_sell=1 or gen_port_mode=micro_inv_input", "Cap of power flowing to the grid."),
    number("zero_export_power_w", "Zero-export Power",                                       "W",   20, 0,   500,  1, MANUAL, "advice manual, limits family", "5.7:701", KERNEL, word(104, signed=True),
           "work_mode!=selling_first", "Standing import held at the measuring point; 20-100 advised."),
    choice("energy_pattern",      "Energy pattern",                                          "load_first",       ("batt_first", "load_first"),                            ASSUMED, MANUAL, "5.7:702", KERNEL, bit_codes(141, 0, 1, 0, 1),
           "batt_mode!=no_batt", "First consumer of PV power."),
    switch("grid_peak_shaving",   "Grid Peak Shaving",                                       False, ASSUMED, MANUAL, "5.7:703", KERNEL, pair(178, 4),
           "", "Turns the soft import limit on."),
    number("grid_peak_shaving_w", "Power (Grid Peak Shaving)",                               "W", 5000, 0, 34500, 10, MANUAL, ASSUMED,                        "5.7:703", KERNEL, word(191),
           "grid_peak_shaving=1", "Soft limit of power drawn from the grid. Upper bound from 50 A pass-through x 3 x 230 V."),
))
# fmt: on
