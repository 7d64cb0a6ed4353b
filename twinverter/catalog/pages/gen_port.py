"""Gen port: generator, smart load or micro-inverter. Manual 5.9.

Columns: see `catalog/columns.py`.
"""

from twinverter.catalog.columns import choice, number, page, switch
from twinverter.catalog.row import ASSUMED, FAMILY, KERNEL, MANUAL
from twinverter.catalog.word import codes, flag, pair, word

# fmt: off
GEN_PORT = page("Gen port", "gen_port", (
    choice("gen_port_mode",          "Mode",                      "generator_input", ("generator_input", "smart_load_output", "micro_inv_input"), ASSUMED, MANUAL, "5.9:869", KERNEL, codes(133, 0, 1, 2),
           "", "Use of the GEN terminals."),
    number("gen_rated_w",            "Rated Power",               "W",  5000,  0, 8800,   10, MANUAL,  ASSUMED, "5.9:873", KERNEL, word(190),
           "gen_port_mode=generator_input or gen_on_grid_port=1", "Most power to be drawn from the generator: caps charging always (firmware manual), the load share only with Gen Peak-shaving."),
    switch("gen_on_grid_port",       "GEN connect to Grid Input", False, ASSUMED, MANUAL, "5.9:871", KERNEL, flag(189),
           "", "The generator is wired to the grid terminals."),
    switch("smart_on_grid_always",   "On Grid always on",         False, ASSUMED, MANUAL, "5.9:875", KERNEL, pair(178, 6),
           "gen_port_mode=smart_load_output", "Smart load is on whenever the grid is present."),
    number("smart_power_w",          "Power",                     "W",   500,  0, 8000,   10, MANUAL,  FAMILY,  "5.9:877", KERNEL, word(139),
           "gen_port_mode=smart_load_output", "PV power that must be exceeded for the smart load."),
    number("port_off_soc_pct",       "OFF %",                     "%",    95,  0,  100,    1, MANUAL,  FAMILY,  "5.9:879", KERNEL, word(135),
           "gen_port_mode!=generator_input; batt_mode!=use_batt_v", "Smart load switches off below it; micro-inverter is shut down above it."),
    number("port_on_soc_pct",        "ON %",                      "%",   100,  0,  100,    1, MANUAL,  FAMILY,  "5.9:881", KERNEL, word(137),
           "gen_port_mode!=generator_input; batt_mode!=use_batt_v", "Smart load switches on at or above it; micro-inverter may work below it (must then be below OFF)."),
    number("port_off_v",             "OFF V",                     "V",  51.0, 40,   60,  0.1, FAMILY,  ASSUMED, "5.9",     KERNEL, word(134, 0.01),
           "gen_port_mode!=generator_input; batt_mode=use_batt_v", "Voltage twin of OFF."),
    number("port_on_v",              "ON V",                      "V",  54.0, 40,   60,  0.1, FAMILY,  ASSUMED, "5.9",     KERNEL, word(136, 0.01),
           "gen_port_mode!=generator_input; batt_mode=use_batt_v", "Voltage twin of ON."),
    number("ac_couple_freq_high_hz", "AC Couple Fre High",        "Hz", 52.0, 50,   65, 0.01, MANUAL,  ASSUMED, "5.9:877", KERNEL, word(131, 0.01),
           "gen_port_mode=micro_inv_input", "Frequency reached when SOC equals OFF, off grid."),
    switch("mi_export_cutoff",       "MI export to Grid cutoff",  False, ASSUMED, MANUAL, "5.9:883", KERNEL, pair(178, 0),
           "gen_port_mode=micro_inv_input", "Keeps micro-inverter energy from being exported; off means it may flow to the grid in every work mode, up to Max Sell Power."),
    number("gen_stop_soc_pct",       "Gen stop %",                "%",    95,  0,  100,    1, ASSUMED, ASSUMED, "5.9",     KERNEL, None,
           "gen_charge=1; batt_mode!=use_batt_v", "SOC at which generator charging ends outside a time-of-use target; our own field, the manual gives no stop."),
    number("gen_stop_v",             "Gen stop V",                "V",  57.0, 40,   60,  0.1, ASSUMED, ASSUMED, "5.9",     KERNEL, None,
           "gen_charge=1; batt_mode=use_batt_v", "Voltage twin of Gen stop, compared with the resistance-corrected voltage; must stay below the absorption voltage."),
))
# fmt: on
