"""What each setting that sunsynk can write does: the same hour lived without and with the write.

An `Effect` is one experiment. Two new devices are given settings and a world, live `warm_s` seconds, are
given those of `then`, and only the second gets the client's write; both live `run_s` seconds more,
and one figure of the panel differs as the columns say. Monday noon, a bank of 400 Ah at 60 % on a
steady mains, 1 kW on L1, no sun but by hand. A `batt_mode` by voltage or percent means lead-acid.
"""

from typing import Any, NamedTuple

SUN = {"sun_w_m2": 800}
DARK = {"sun_w_m2": 0}
ISLAND = {"grid_on": 0}
SECONDS = 60


# How far a figure may be from what its column says; powers pass a converter with losses.
# fmt: off
TOLERANCES = {
    "battery_v":    {"abs": 0.05},
    "battery_a":    {"abs": 0.3},
    "frequency_hz": {"abs": 0.01},
}
# fmt: on
BY_POWER = {"rel": 0.01, "abs": 1.0}


class Effect(NamedTuple):
    """One experiment; keys of settings, of the world and of the `state.` stand side by side."""

    sensor: str
    value: Any
    figure: str
    without: Any
    with_it: Any
    given: dict[str, Any]
    run_s: int = SECONDS
    warm_s: int = 0
    then: dict[str, Any] = {}


FULL = {"max_charge_a": 0, "max_solar_power_w": 3000}
SLOTS = {"tou_enable": True, **{f"tou{row}_batt_pct": 40 for row in range(1, 7)}}
# A timetable whose target the battery is below: it rests.
REST = SLOTS | {f"tou{row}_batt_pct": 80 for row in range(1, 7)}
LEAD = {"batt_mode": "use_batt_pct"}
VOLTS = {"batt_mode": "use_batt_v", "gen_stop_v": 48}
CHARGED = SUN | VOLTS | {"absorption_v": 50, "float_v": 49, "tempco_mv_c_cell": 0}
GENSET = {**ISLAND, "gen_charge": True, "gen_signal": True, "gen_start_soc_pct": 70}
SMART = {"gen_port_mode": "smart_load_output", "smart_load_w": 1000, "port_off_soc_pct": 40}
COUPLED = {"gen_port_mode": "micro_inv_input", "micro_inverter_w": 3000}
LOADED = {"load_l1_w": 1000, "load_l2_w": 1000, "load_l3_w": 1000}
STARTS = {"grid_charge": True, "grid_charge_start_active": True}
ON_GRID_PORT = ISLAND | {"grid_charge": True, "grid_charge_start_soc_pct": 70}
EMPTY = {"low_batt_soc_pct": 80, "restart_soc_pct": 90}
EMPTY_V = VOLTS | {"shutdown_v": 40, "low_batt_v": 55, "restart_v": 56}
# As after a day since the last equalisation.
A_DAY = {"equalization_days": 1, "state.since_equalization_s": 86400}

# fmt: off
EFFECTS = [
    #      sensor                                  value            figure         without    with it     given
    Effect("inverter_enabled",                     "OFF",           "mode",        "on_grid", "off",      {}),
    Effect("off_grid_mode",                        "ON",            "mode",        "on_grid", "off_grid", {}),
    Effect("max_solar_power",                      1000,            "pv_w",        3230,      1000,       SUN),
    Effect("system_zero_export_power",             200,             "grid_w",      20,        200,        SUN),
    Effect("load_limit",                           "Allow Export",  "grid_w",      20,        -1898,      SUN | FULL),
    Effect("solar_export",                         "ON",            "grid_w",      20,        -1898,      SUN | FULL),
    Effect("export_limit_power",                   500,             "grid_w",      -1898,     -500,       SUN | FULL | {"work_mode": "selling_first"}),
    Effect("priority_load",                        "OFF",           "battery_a",   0,         -40,        {"sun_w_m2": 400} | LOADED | REST),
    Effect("grid_peak_shaving",                    "Enable",        "grid_w",      3000,      1000,       LOADED | REST | {"max_discharge_a": 100, "grid_peak_shaving_w": 1000}),
    Effect("grid_peak_shaving_power",              1500,            "grid_w",      1000,      1500,       LOADED | REST | {"max_discharge_a": 100, "grid_peak_shaving": True, "grid_peak_shaving_w": 1000}),
    Effect("battery_type",                         "No Battery",    "battery_a",   -40,       0,          SUN),
    Effect("battery_max_charge_current",           10,              "battery_a",   -40,       -10,        SUN),
    Effect("battery_max_discharge_current",        10,              "battery_a",   20,        10,         {}),
    Effect("battery_capacity_current",             100,             "smart_load_w", 0,        1000,       SUN | SMART | LEAD | {"port_on_soc_pct": 65}, 900),
    Effect("battery_resistance",                   100,             "mode",        "batshut", "off_grid", ISLAND | VOLTS | {"batt_resistance_mohm": 0, "shutdown_v": 49.6, "low_batt_v": 50, "restart_v": 56}, 120),
    Effect("battery_wake_up",                      "Disabled",      "battery_a",   -5,        0,          {"bms_silent": 1, "state.battery_soc": 0, "state.counted_soc": 0}),
    Effect("battery_absorption_voltage",           50.5,            "battery_v",   51.29,     50.5,       CHARGED | {"absorption_v": 55}, 300),
    Effect("battery_float_voltage",                50.8,            "battery_v",   50.5,      50.8,       CHARGED | {"absorption_v": 51, "float_v": 50.5, "absorption_max_h": 0.5}, 3600),
    Effect("battery_equalization_days",            1,               "stage",       "float",   "equalize", CHARGED | A_DAY | {"equalization_days": 0}, 3000),
    Effect("battery_equalization_hours",           0,               "stage",       "equalize", "float",   CHARGED | A_DAY, 3000),
    Effect("battery_equalization_voltage",         51.0,            "battery_v",   51.9,      51.0,       CHARGED | A_DAY, 3000),
    Effect("battery_shutdown_capacity",            65,              "mode",        "off_grid", "batshut", ISLAND | EMPTY),
    Effect("battery_low_capacity",                 70,              "battery_w",   1065,      0,          SLOTS | {"restart_soc_pct": 80}),
    Effect("battery_restart_capacity",             55,              "mode",        "batshut", "off_grid", ISLAND | EMPTY | {"shutdown_soc_pct": 70}, 60, 60, {"shutdown_soc_pct": 20, "low_batt_soc_pct": 35}),
    Effect("battery_shutdown_voltage",             54,              "mode",        "off_grid", "batshut", ISLAND | EMPTY_V),
    Effect("battery_low_voltage",                  54,              "battery_w",   1065,      0,          VOLTS | {"low_batt_v": 44, "shutdown_v": 42, "restart_v": 56}),
    Effect("battery_restart_voltage",              46,              "mode",        "batshut", "off_grid", ISLAND | EMPTY_V | {"shutdown_v": 54}, 60, 60, {"shutdown_v": 42, "low_batt_v": 44}),
    Effect("grid_charge_enabled",                  "ON",            "battery_a",   20,        -40,        {}),
    Effect("grid_charge_battery_current",          10,              "battery_a",   -40,       -10,        {"grid_charge": True}),
    Effect("grid_charge_start_battery_soc",        80,              "battery_a",   0,         -40,        STARTS),
    Effect("grid_charge_start_battery_voltage",    55,              "battery_a",   0,         -40,        STARTS | VOLTS),
    Effect("generator_charge_start_battery_soc",   70,              "gen_start",   False,     True,       GENSET | {"gen_start_soc_pct": 30}),
    Effect("generator_charge_start_battery_voltage", 55,            "gen_start",   False,     True,       GENSET | VOLTS | {"gen_start_v": 42}),
    Effect("generator_charge_enabled",             "OFF",           "gen_start",   True,      False,      GENSET),
    Effect("generator_charge_battery_current",     10,              "battery_a",   -40,       -10,        GENSET, 300),
    Effect("gen_signal_on",                        "OFF",           "gen_start",   True,      False,      GENSET),
    Effect("grid_signal_on",                       "ON",            "gen_start",   False,     True,       ON_GRID_PORT | {"gen_on_grid_port": True}),
    Effect("generator_connected_to_grid_input",    "ON",            "gen_start",   False,     True,       ON_GRID_PORT | {"gen_signal": False, "grid_signal": True}),
    Effect("force_on_generator_as_load_function",  "ON",            "gen_start",   False,     True,       {}),
    Effect("generator_max_operating_time",         0.1,             "gen_start",   True,      False,      GENSET, 600),
    Effect("generator_cooling_time",               0.1,             "gen_start",   False,     True,       GENSET | {"gen_max_run_h": 0.1, "gen_down_meaning": "run_on"}, 500),
    Effect("gen_peak_shaving",                     "Enable",        "gen_w",       3000,      2000,       GENSET | LOADED | {"gen_rated_w": 2000, "max_charge_a": 0}, 300),
    Effect("aux_port_usage",                       "Smartload",     "smart_load_w", 0,        1000,       SUN | SMART | {"gen_port_mode": "generator_input", "port_on_soc_pct": 50}, 180),
    Effect("generator_on_soc",                     50,              "smart_load_w", 0,        1000,       SUN | SMART, 180),
    Effect("generator_off_soc",                    65,              "smart_load_w", 1000,     0,          SUN | SMART | {"port_on_soc_pct": 50}, 180, 180, {"port_on_soc_pct": 70}),
    Effect("min_pv_power_for_gen_start",           100,             "smart_load_w", 0,        1000,       SMART | {"sun_w_m2": 200, "port_on_soc_pct": 50, "smart_power_w": 8000}, 180),
    Effect("on_grid_always_on",                    "Enable",        "smart_load_w", 0,        1000,       SMART),
    Effect("microinverter_export_to_grid_cutoff",  "Enable",        "grid_w",      -1990,     20,         COUPLED | {"max_charge_a": 0}),
    Effect("generator_ac_couple_frz_high",         51,              "frequency_hz", 52,       51,         ISLAND | COUPLED | {"port_off_soc_pct": 60, "port_on_soc_pct": 50}),
    Effect("loss_of_lithium_battery_report_fault", "Enable",        "mode",        "standby", "fault",    {"bms_silent": 1}),
    Effect("drm",                                  "Enable",        "mode",        "on_grid", "off_grid", {"drm.0": 1}),
    Effect("grid_standard",                        "VDE4105",       "mode",        "on_grid", "off_grid", {"grid_l1_v": 262}),
    Effect("external_relay",                       "Enable",        "ats",         False,     True,       {}),
    Effect("parallel_enable",                      "ON",            "codes",       "",        "F29",      {"parallel_feature": True, "defect.peer_clash": 1}),
    Effect("configured_grid_frequency",            "60Hz",          "mode",        "on_grid", "off_grid", {}),
    Effect("prog_time_of_use_enabled",             "ON",            "battery_w",   1065,      0,          REST | {"tou_enable": False}),
]
# fmt: on


def slot(row, **given):
    """Return a timetable in which `row` has noon and all other rows let the battery rest."""
    hours = [*range(1, row), 11, *range(18, 24)][:6]
    times = {f"tou{at}_time": f"{hour:02d}:00" for at, hour in enumerate(hours, 1)}
    return REST | times | {f"tou{row}_{key}": value for key, value in given.items()}


def slot_effects(row):
    """Return the experiments with one row of the timetable."""
    at = f"prog{row}_"
    volts = {f"tou{other}_batt_v": 55 for other in range(1, 7)}
    return [
        Effect(at + "time", "12:30", "battery_w", 1065, 0, slot(row, batt_pct=40)),
        Effect(at + "capacity", 40, "battery_w", 0, 1065, slot(row)),
        Effect(at + "power", 500, "battery_w", 1065, 500, slot(row, batt_pct=40)),
        Effect(at + "charge", "Allow Grid", "battery_a", 0, -40, slot(row) | {"grid_charge": True}),
        Effect(at + "voltage", 47, "battery_w", 0, 1065, slot(row) | VOLTS | volts),
    ]


def day_effects():
    """Return the experiments with the days of the timetable: 2 January 2023 is a Monday."""
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    free = SLOTS | {f"tou{row}_batt_pct": 80 for row in range(1, 7)} | {"time_syncs": False}
    return [
        Effect(f"prog_{name}_enabled", "OFF", "battery_w", 0, 1065, free | {"clock_day": day})
        for day, name in enumerate(days, 2)
    ]


EFFECTS += [effect for row in range(1, 7) for effect in slot_effects(row)]
EFFECTS += day_effects()
