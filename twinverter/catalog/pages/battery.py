"""Battery 1 to 3: bank, charging from generator and grid, lead-acid voltages, thresholds. Manual 5.6.

Columns: see `catalog/columns.py`.
"""

from twinverter.catalog.columns import choice, number, page, switch
from twinverter.catalog.row import ASSUMED, FAMILY, KERNEL, MANUAL, PORTS
from twinverter.catalog.word import bit, codes, flag, word

# fmt: off
# Register 98 says lead-acid or lithium, 111 what the thresholds are compared with.
BATT_MODE = (codes(111, (1, 0), 0, 1, 2), codes(98, 1, 0, 0, (0, 1)))

BATTERY_1 = page("Battery 1", "battery", (
    choice("batt_mode",        "Batt Mode",        "use_batt_pct", ("lithium", "use_batt_v", "use_batt_pct", "no_batt"), ASSUMED, MANUAL, "5.6:630", KERNEL, BATT_MODE,
           "", "Basis of all battery thresholds. Volts, percent and no battery are in the manual; lithium (BMS) is implied by the family and by the lithium rows."),
    number("batt_capacity_ah", "Batt Capacity",    "Ah", 400, 0, 2000, 1, FAMILY, FAMILY,               "5.6:628", KERNEL, word(102),
           "batt_mode!=no_batt", "Bank size; needed to compute SOC and C-rates."),
    number("max_charge_a",     "Max A Charge",     "A",   40, 0,  190, 1, FAMILY, "manual (datasheet)", "5.6:634", KERNEL, word(108),
           "batt_mode!=no_batt", "Upper limit of charge current. The manual prints 0-115 here and 190 in the datasheet; values above 115 ask for confirmation."),
    number("max_discharge_a",  "Max A Discharge",  "A",   40, 0,  190, 1, FAMILY, "manual (datasheet)", "5.6:634", KERNEL, word(109),
           "batt_mode!=no_batt", "Upper limit of discharge current, on and off grid; same range conflict as charge."),
    switch("active_battery",   "Activate Battery", True,  ASSUMED, MANUAL, "5.6:644", KERNEL, bit(112, 0),
           "batt_mode!=no_batt", "Slow recovery charge of an over-discharged battery from PV or grid."),
    switch("gen_force",        "Gen Force",        False, ASSUMED, FAMILY, "5.6",     KERNEL, flag(132),
           "gen_port_mode=generator_input or gen_on_grid_port=1", "Starts the generator at once without other conditions (test)."),
))

BATTERY_2 = page("Battery 2", "battery", (
    number("gen_start_soc_pct",         "Start % (Gen)",    "%",   30,  0, 100,   1, MANUAL,  FAMILY,  "5.6:650", KERNEL, word(124),
           "gen_charge=1; batt_mode!=use_batt_v", "SOC at or below which the generator is asked to start; should lie above Shutdown."),
    number("gen_start_v",               "Start V (Gen)",    "V", 46.5, 40,  60, 0.1, ASSUMED, ASSUMED, "5.6",     KERNEL, word(123, 0.01),
           "gen_charge=1; batt_mode=use_batt_v", "Voltage twin of the generator start value."),
    number("gen_charge_a",              "A (Gen)",          "A",   40,  0, 190,   1, MANUAL,  FAMILY,  "5.6:652", KERNEL, word(125),
           "gen_charge=1", "Upper limit of charge current from the generator."),
    # 255 is what sunsynk writes for on.
    switch("gen_charge",                "Gen Charge",       True,  ASSUMED, MANUAL, "5.6:654", KERNEL, codes(129, 0, (1, 255)),
           "gen_port_mode=generator_input", "Allows the GEN input to charge the battery."),
    switch("gen_signal",                "Gen Signal",       True,  ASSUMED, MANUAL, "5.6:656", KERNEL, bit(140, 1),
           "", "Enables the normally open start relay for the generator."),
    number("gen_max_run_h",             "Gen Max Run Time", "h", 24.0,  0,  24, 0.1, FAMILY,  FAMILY,  "5.6:658", KERNEL, word(121, 0.1),
           "gen_signal=1 or grid_signal=1", "Longest generator running time per day; 24 means no limit."),
    number("gen_down_h",                "Gen Down Time",    "h",  0.0,  0,  24, 0.1, FAMILY,  FAMILY,  "5.6:660", KERNEL, word(122, 0.1),
           "gen_signal=1 or grid_signal=1", "Time tied to the end of the running time; see gen_down_meaning."),
    number("grid_charge_start_soc_pct", "Start % (Grid)",   "%",   30,  0, 100,   1, MANUAL,  FAMILY,  "5.6:665", KERNEL, word(127),
           "batt_mode!=use_batt_v", "Stored and shown only, unless grid_charge_start_active is set, firmware is later, or a generator is on the grid port (then its start level)."),
    number("grid_charge_start_v",       "Start V (Grid)",   "V", 46.5, 40,  60, 0.1, ASSUMED, ASSUMED, "5.6",     KERNEL, word(126, 0.01),
           "batt_mode=use_batt_v", "Voltage twin of grid Start."),
    number("grid_charge_a",             "A (Grid)",         "A",   40,  0, 190,   1, MANUAL,  FAMILY,  "5.6:667", KERNEL, word(128),
           "grid_charge=1", "Upper limit of charge current from the grid port."),
    switch("grid_charge",               "Grid Charge",      False, ASSUMED, MANUAL, "5.6:669", KERNEL, flag(130),
           "batt_mode!=no_batt", "Allows energy from the grid port to charge the battery; without time of use it also keeps the battery full."),
    switch("grid_signal",               "Grid Signal",      False, MANUAL,  MANUAL, "5.6:671", KERNEL, bit(140, 0),
           "gen_on_grid_port=1", "Start relay for a generator on the grid port, by grid Start; the manual says disabled."),
))

BATTERY_3 = page("Battery 3", "battery", (
    number("lithium_mode",         "Lithium Mode",           "",                0,   0,   99,   1, FAMILY,  ASSUMED,                       "5.6",     PORTS,  word(223),
           "batt_mode=lithium", "Code of the BMS protocol."),
    choice("lead_acid_type",       "Battery type",           "agm", ("agm", "gel", "wet"), ASSUMED, MANUAL, "5.6:687", KERNEL, None,
           "batt_mode=use_batt_v or batt_mode=use_batt_pct", "Chooses the row of recommended voltages; our own field, the table itself is in the manual."),
    number("float_v",              "Float V",                "V",            53.6,  40,   60, 0.1, MANUAL,  ASSUMED,                       "5.6:688", KERNEL, word(101, 0.01),
           "batt_mode!=lithium; batt_mode!=no_batt", "Float voltage per bank at 25 degC. Presets: AGM 53.6, gel 54.0, wet 55.0."),
    number("absorption_v",         "Absorption V",           "V",            57.6,  40,   60, 0.1, MANUAL,  ASSUMED,                       "5.6:688", KERNEL, word(100, 0.01),
           "batt_mode!=lithium; batt_mode!=no_batt", "Absorption voltage per bank at 25 degC. Presets: AGM 57.6, gel 56.4, wet 59.0."),
    number("equalization_v",       "Equalization V",         "V",            57.6,  40,   60, 0.1, MANUAL,  ASSUMED,                       "5.6:688", KERNEL, word(99, 0.01),
           "lead_acid_type!=gel; batt_mode!=lithium", "Equalisation voltage per bank. Presets: AGM 57.6, wet 59.0, gel never."),
    number("equalization_days",    "Equalization Days",      "d",              30,   0,   90,   1, MANUAL,  FAMILY,                        "5.6:687", KERNEL, word(105),
           "batt_mode!=lithium; lead_acid_type!=gel", "Interval between equalisations; 0 turns it off.",
           renamed="equalization_interval_s"),
    number("equalization_hours",   "Equalization Hours",     "h",             3.0,   0,   10, 0.5, MANUAL,  FAMILY,                        "5.6:687", KERNEL, word(106, 0.5),
           "equalization_days>0", "Length of one equalisation.",
           renamed="equalization_s"),
    number("tempco_mv_c_cell",     "TEMPCO",                 "mV/degC/cell",   -5, -50,    0,   1, FAMILY,  FAMILY,                        "5.6",     KERNEL, word(107, signed=True),
           "batt_mode!=lithium", "Lead-acid temperature compensation about 25 degC, 24 cells."),
    number("batt_resistance_mohm", "Batt Resistance",        "mOhm",           25,   0, 6000,   1, FAMILY,  FAMILY,                        "5.6",     KERNEL, word(113),
           "batt_mode!=lithium", "Internal resistance used to estimate open-circuit voltage and SOC."),
    number("batt_efficiency_pct",  "Batt Charge Efficiency", "%",            99.0,   0,  100, 0.1, FAMILY,  FAMILY,                        "5.6",     KERNEL, word(114, 0.1),
           "batt_mode!=lithium", "Coulomb efficiency used in the SOC count; 99 as seen in the family, 85-95 typical of lead-acid."),
    number("shutdown_soc_pct",     "Shutdown %",             "%",              20,   0,  100,   1, MANUAL,  "manual order, limits family", "5.6:679", KERNEL, word(115),
           "batt_mode!=use_batt_v", "SOC below which the inverter shuts down off grid. Not above Low Batt, below Restart."),
    number("low_batt_soc_pct",     "Low Batt %",             "%",              35,   0,  100,   1, MANUAL,  "manual order, limits family", "5.6:681", KERNEL, word(117),
           "batt_mode!=use_batt_v", "SOC below which an alarm is given; default on-grid discharge floor."),
    number("restart_soc_pct",      "Restart %",              "%",              50,   0,  100,   1, MANUAL,  "manual order, limits family", "5.6:683", KERNEL, word(116),
           "batt_mode!=use_batt_v", "SOC at which AC output comes back after a shutdown."),
    number("shutdown_v",           "Shutdown V",             "V",            46.0,  40,   60, 0.1, ASSUMED, ASSUMED,                       "5.6",     KERNEL, word(118, 0.01),
           "batt_mode=use_batt_v", "Voltage twin of Shutdown; compared with the resistance-corrected voltage."),
    number("low_batt_v",           "Low Batt V",             "V",            47.0,  40,   60, 0.1, ASSUMED, ASSUMED,                       "5.6",     KERNEL, word(120, 0.01),
           "batt_mode=use_batt_v", "Voltage twin of Low Batt; kept below the smallest sample slot value 47.1 V."),
    number("restart_v",            "Restart V",              "V",            52.0,  40,   60, 0.1, ASSUMED, ASSUMED,                       "5.6",     KERNEL, word(119, 0.01),
           "batt_mode=use_batt_v", "Voltage twin of Restart."),
))
# fmt: on
