"""Reasons: why a line carries what it carries, one sentence each.

A reason is true when changing the named setting, or the named cause, changes the action. The
kernel carries codes, 0 for none; words in braces are filled in where the moment is known.
Source: manual sections as given; the sentences are ours.
"""

import re
from typing import NamedTuple


class Reason(NamedTuple):
    """One rule that can bind a line, the setting behind it, and where the manual says so."""

    key: str
    line: str
    setting: str
    section: str
    sentence: str

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the values the sentence shows."""
        return tuple(re.findall(r"\{(\w+)\}", self.sentence))


LINES = ("battery", "grid", "pv", "generator", "load", "aux")
REASONS: list[Reason] = []
NONE = 0.0


def reason(key: str, line: str, setting: str, section: str, sentence: str) -> float:
    """Return the kernel code of a new row."""
    REASONS.append(Reason(key, line, setting, section, sentence))
    return float(len(REASONS))


# fmt: off
BATT_CHARGING_PV     = reason("batt_charging_pv",     "battery",   "energy_pattern",         "5.7",       "Solar power that the loads do not need ({power_w} W) charges the battery.")
BATT_CHARGING_GRID   = reason("batt_charging_grid",   "battery",   "grid_charge",            "5.6, 5.7",  "The grid charges the battery because Grid Charge is on and the level {lev} is below {target}.")
BATT_CHARGING_GEN    = reason("batt_charging_gen",    "battery",   "gen_charge",             "5.6",       "The generator charges the battery until {stop}.")
BATT_CHARGING_MI     = reason("batt_charging_mi",     "battery",   "gen_port_mode",          "5.9",       "Surplus of the micro-inverter goes into the battery because it cannot be throttled here.")
BATT_FORCED_CHARGE   = reason("batt_forced_charge",   "battery",   "bms_force_charge",       "9",         "The battery itself asks to be charged, so any source is used.")
BATT_CHARGE_LIMIT    = reason("batt_charge_limit",    "battery",   "max_charge_a",           "5.6",       "Charging stops at Max A Charge ({limit_a} A).")
BATT_DISCHARGE_LIMIT = reason("batt_discharge_limit", "battery",   "max_discharge_a",        "5.6",       "Discharging stops at Max A Discharge ({limit_a} A).")
BATT_BMS_LIMIT       = reason("batt_bms_limit",       "battery",   "bms_charge_limit_a",     "9",         "The battery's own management allows only {limit_a} A now.")
BATT_RATING          = reason("batt_rating",          "battery",   "",                       "9",         "The inverter's battery side is at its own limit ({limit_a} A, 40-60 V).")
BATT_CHARGE_STAGE    = reason("batt_charge_stage",    "battery",   "absorption_v",           "5.6",       "The battery is nearly full: charging is held at {voltage_v} V ({stage}).")
BATT_FULL            = reason("batt_full",            "battery",   "float_v",                "5.6",       "The battery is full.")
BATT_TEMPERATURE     = reason("batt_temperature",     "battery",   "min_charge_temp_c",      "1",         "The battery is too cold or too hot ({temp_c} degC), so it rests.")
BATT_SERVES_LOAD     = reason("batt_serves_load",     "battery",   "work_mode",              "5.7, 6",    "The battery supplies what solar power does not cover.")
BATT_SELLS           = reason("batt_sells",           "battery",   "tou_enable",             "5.7",       "The battery is being sold to the grid because Selling First and Time Of Use are on and {lev} is above {target}.")
BATT_ROW_POWER       = reason("batt_row_power",       "battery",   "tou1_power_w",           "5.7",       "Row {row} of the timetable allows at most {limit_w} W from the battery.")
BATT_BELOW_TARGET    = reason("batt_below_target",    "battery",   "tou1_batt_pct",          "5.7",       "The battery is held: {lev} is not above the target {target} of row {row}.")
BATT_BELOW_FLOOR     = reason("batt_below_floor",     "battery",   "on_grid_floor",          "5.6",       "The battery is held for an outage: {lev} is not above {floor}.")
BATT_TOU_OFF         = reason("batt_tou_off",         "battery",   "tou_enable",             "5.7",       "Time Of Use is off, so in this mode the battery is kept for outages while the grid is there.")
BATT_KEPT_FULL       = reason("batt_kept_full",       "battery",   "grid_charge",            "5.6",       "Grid Charge is on without a timetable, so the battery is kept full and does not serve the loads.")
BATT_PV_FIRST        = reason("batt_pv_first",        "battery",   "energy_pattern",         "5.7",       "Battery First: the sun fills the battery before it feeds the house, so the grid feeds the house meanwhile.")
BATT_WAIT_RESTART    = reason("batt_wait_restart",    "battery",   "restart_soc_pct",        "5.6",       "The battery was empty; it only charges until it reaches Restart ({restart}).")
BATT_EMPTY           = reason("batt_empty",           "battery",   "shutdown_soc_pct",       "5.6",       "The battery fell below Shutdown ({shutdown}).")
BATT_SHAVES_PEAK     = reason("batt_shaves_peak",     "battery",   "grid_peak_shaving_w",    "5.7, 5.10", "The battery helps because the loads exceed the allowed {limit_w} W.")
BATT_FAULT           = reason("batt_fault",           "battery",   "",                       "7",         "The battery's own management reports a fault, so the battery rests.")
BATT_STAGE_RESTS     = reason("batt_stage_rests",     "battery",   "",                       "7",         "A fault rests the power stage, so the battery rests too.")
BATT_ABSENT          = reason("batt_absent",          "battery",   "batt_mode",              "4.1, 5.6",  "No Batt is selected, no battery is used.")
BATT_BMS_SILENT      = reason("batt_bms_silent",      "battery",   "bms_err_stop",           "5.10",      "The battery does not answer, so its current is taken back.")
BATT_IDLE            = reason("batt_idle",            "battery",   "",                       "5.7",       "There is nothing to charge from and nothing to serve.")

GRID_REST            = reason("grid_rest",            "grid",      "work_mode",              "5.7",       "The grid supplies the rest of the loads ({power_w} W).")
GRID_SETPOINT        = reason("grid_setpoint",        "grid",      "zero_export_power_w",    "5.7",       "A small import of {limit_w} W is held so that nothing is fed back.")
GRID_WEAK_PHASE      = reason("grid_weak_phase",      "grid",      "zero_export_scope",      "5.7",       "One phase needs only {power_w} W; feeding more would export on that phase.")
GRID_SELLS_PV        = reason("grid_sells_pv",        "grid",      "solar_sell",             "5.7",       "Solar power nobody needs is sold to the grid.")
GRID_SELLS_BATTERY   = reason("grid_sells_battery",   "grid",      "tou1_power_w",           "5.7",       "What the battery gives beyond the loads is sold to the grid.")
GRID_TAKES_MI        = reason("grid_takes_mi",        "grid",      "mi_export_cutoff",       "5.9",       "Surplus of the micro-inverter flows to the grid.")
GRID_MAX_SELL        = reason("grid_max_sell",        "grid",      "max_sell_power_w",       "5.7",       "Selling is limited to Max Sell Power ({limit_w} W).")
GRID_PEAK_LIMIT      = reason("grid_peak_limit",      "grid",      "grid_peak_shaving_w",    "5.7",       "Import is held at the peak-shaving limit of {limit_w} W.")
GRID_PEAK_EXCEEDED   = reason("grid_peak_exceeded",   "grid",      "grid_peak_shaving_w",    "5.7",       "Import is above the peak-shaving limit because sun and battery cannot give more.")
GRID_ABSENT          = reason("grid_absent",          "grid",      "",                       "7",         "There is no mains supply.")
GRID_OUTSIDE_WINDOW  = reason("grid_outside_window",  "grid",      "grid_vol_low",           "5.8",       "Mains voltage or frequency is outside the allowed range, so the machine has left the grid.")
GRID_RECONNECTING    = reason("grid_reconnecting",    "grid",      "reconnection_time_s",    "5.8",       "The mains is back; {seconds} s of healthy supply are awaited before reconnecting.")
GRID_DEMAND_RESPONSE = reason("grid_demand_response", "grid",      "drm",                    "5.10",      "The network operator's signal limits this machine (DRM{mode}).")
GRID_SUPPORT         = reason("grid_support",         "grid",      "vw_enable",              "5.8",       "Output is reduced to support the grid (voltage {voltage_v} V, frequency {frequency_hz} Hz).")
GRID_SENSOR_LOST     = reason("grid_sensor_lost",     "grid",      "ex_meter_for_ct",        "5.7, 5.10", "The clamps or the meter are not usable, so only the backup loads are regulated.")
GRID_IS_GENERATOR    = reason("grid_is_generator",    "grid",      "gen_on_grid_port",       "5.9",       "What comes in here is a generator; nothing may be fed into it.")
GRID_FORCED_ISLAND   = reason("grid_forced_island",   "grid",      "",                       "2.3",       "The machine was told to leave the mains, which is there.")

PV_ALL_USED          = reason("pv_all_used",          "pv",        "",                       "5.7",       "All available solar power is used.")
PV_MAX_SOLAR         = reason("pv_max_solar",         "pv",        "max_solar_power_w",      "5.7",       "Solar power is limited to Max Solar Power ({limit_w} W).")
PV_NO_USE            = reason("pv_no_use",            "pv",        "solar_sell",             "5.7",       "Solar power is held back: loads are served, the battery takes no more and selling is not allowed.")
PV_AC_LIMIT          = reason("pv_ac_limit",          "pv",        "",                       "9",         "Solar power is held back because the inverter's AC side is full ({limit_w} W).")
PV_OVER_VOLTAGE      = reason("pv_over_voltage",      "pv",        "pv_max_v",               "3.5.1",     "The strings give more voltage than the inputs bear, so these stay off.")
PV_BLOCKED           = reason("pv_blocked",           "pv",        "",                       "7",         "A fault keeps the solar inputs off.")
PV_DARK              = reason("pv_dark",              "pv",        "",                       "9",         "There is not enough sun to start (below 150 V).")

GEN_RUNS_LOW         = reason("gen_runs_low",         "generator", "gen_start_soc_pct",      "5.6",       "The generator runs because the battery fell to {start}.")
GEN_RUNS_ROW         = reason("gen_runs_row",         "generator", "tou1_gen_charge",        "5.7",       "The generator runs because row {row} asks to charge to {target}.")
GEN_FORCED           = reason("gen_forced",           "generator", "gen_force",              "5.6",       "The generator was started by Gen Force.")
GEN_BY_HAND          = reason("gen_by_hand",          "generator", "",                       "6",         "The generator was started by hand, so it is used while there is no mains.")
GEN_RATED            = reason("gen_rated",            "generator", "gen_rated_w",            "5.9",       "Charging is reduced so that the generator stays within {limit_w} W.")
GEN_STOPPED_LEVEL    = reason("gen_stopped_level",    "generator", "gen_stop_soc_pct",       "5.6",       "The generator stops: the battery has reached {stop}.")
GEN_TIME_USED        = reason("gen_time_used",        "generator", "gen_max_run_h",          "5.6",       "The generator has used its running time for today ({hours} h).")
GEN_RESTING          = reason("gen_resting",          "generator", "gen_down_h",             "5.6",       "The generator rests or cools down until {time}.")
GEN_FAILED           = reason("gen_failed",           "generator", "",                       "7",         "The generator did not deliver usable power.")
GEN_NOT_NEEDED       = reason("gen_not_needed",       "generator", "gen_with_grid",          "6",         "The generator is not needed or not allowed now.")

LOAD_GRID            = reason("load_grid",            "load",      "work_mode",              "5.7",       "The backup loads hang on the grid, the inverter adds what the settings allow.")
LOAD_INVERTER        = reason("load_inverter",        "load",      "",                       "2.3",       "The backup loads run on sun and battery.")
LOAD_GENERATOR       = reason("load_generator",       "load",      "gen_port_mode",          "5.9",       "The backup loads run on the generator.")
LOAD_SHUT_DOWN       = reason("load_shut_down",       "load",      "restart_soc_pct",        "5.6",       "The backup output is off until the battery reaches Restart ({restart}) or a grid or generator comes.")
LOAD_OVERLOAD        = reason("load_overload",        "load",      "",                       "9",         "The loads ({power_w} W) are more than the inverter can carry ({limit_w} W).")
LOAD_SHORTAGE        = reason("load_shortage",        "load",      "max_discharge_a",        "5.6, 7",    "Sun and battery together cannot carry the loads ({power_w} W).")
LOAD_OFF             = reason("load_off",             "load",      "power_button",           "4.1",       "The inverter is switched off or stopped by a fault.")

SMART_ON             = reason("smart_on",             "aux",       "port_on_soc_pct",        "5.9",       "The smart load runs: battery and sun are above their thresholds.")
SMART_ALWAYS_ON      = reason("smart_always_on",      "aux",       "smart_on_grid_always",   "5.9",       "The smart load runs because the grid is present.")
SMART_BATTERY_LOW    = reason("smart_battery_low",    "aux",       "port_off_soc_pct",       "5.9",       "The smart load is off: the battery is below {threshold}.")
SMART_SUN_LOW        = reason("smart_sun_low",        "aux",       "smart_power_w",          "5.9",       "The smart load is off: solar power is below {limit_w} W.")
SMART_DROPPED        = reason("smart_dropped",        "aux",       "",                       "5.9",       "The smart load was dropped to save the backup loads.")
MI_SLOWED            = reason("mi_slowed",            "aux",       "ac_couple_freq_high_hz", "5.9",       "The island frequency is {frequency_hz} Hz so that the micro-inverter gives less.")
MI_STOPPED           = reason("mi_stopped",           "aux",       "port_off_soc_pct",       "5.9",       "The micro-inverter is stopped: the battery is at {lev} or cannot take its power.")
MI_NO_EXPORT         = reason("mi_no_export",         "aux",       "mi_export_cutoff",       "5.9",       "The micro-inverter is cut off because its power would flow to the grid.")
HEAT_DERATING        = reason("heat_derating",        "aux",       "derate_end_pct",         "9",         "Power is reduced because of heat ({temp_c} degC).")
# fmt: on


def find_reason(code: float) -> Reason:
    """Return the row of a kernel code; IndexError for a code that is none."""
    if not 1 <= code <= len(REASONS):
        raise IndexError(f"no reason has the code {code:g}")
    return REASONS[int(code) - 1]


def key_of(code: float) -> str:
    """Return the key of a kernel code, empty for none."""
    return find_reason(code).key if code else ""


def sentence(code: float, **values: object) -> str:
    """Return the sentence of a kernel code with its values, empty for none.

    A bracket whose value is not known is left out, another unknown value becomes an ellipsis.
    """
    if not code:
        return ""
    text = find_reason(code).sentence
    known = {name: _shown(value) for name, value in values.items()}
    for bracket in re.findall(r" ?\([^()]*\{[^()]*\)", text):
        if not all(name in known for name in re.findall(r"\{(\w+)\}", bracket)):
            text = text.replace(bracket, "")
    return re.sub(r"\{(\w+)\}", lambda match: known.get(match[1], "\u2026"), text)


def _shown(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:.0f}" if abs(value) >= 100.0 else f"{value:.2f}".rstrip("0").rstrip(".")
