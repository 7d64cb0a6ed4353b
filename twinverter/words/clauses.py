"""Reasons as half sentences: what a line does, and why in a few words, for the story of a day.

Words in braces are those of the full sentences in `catalog/reasons.py`.
"""

# fmt: off
# What the line does, where its power alone does not tell it.
DOING = {
    "grid_setpoint":        "gives {limit_w} W at most, so that nothing is fed back",
    "grid_absent":          "is gone",
    "grid_outside_window":  "is left alone",
    "grid_forced_island":   "is left alone",
    "grid_reconnecting":    "is back",

    "pv_dark":              "is down",
    "pv_over_voltage":      "is kept off",
    "pv_blocked":           "is kept off",

    "gen_runs_low":         "runs",
    "gen_runs_row":         "runs",
    "gen_forced":           "runs",
    "gen_by_hand":          "runs",
    "gen_stopped_level":    "stops",
    "gen_time_used":        "stops",
    "gen_resting":          "rests until {time}",
    "gen_failed":           "does not start",
    "gen_not_needed":       "is not needed",

    "load_grid":            "hangs on the mains",
    "load_inverter":        "runs on sun and battery",
    "load_generator":       "runs on the generator",
    "load_shut_down":       "goes dark",
    "load_overload":        "goes dark",
    "load_shortage":        "goes dark",
    "load_off":             "goes dark",

    "smart_on":             "runs",
    "smart_always_on":      "runs",
    "smart_battery_low":    "is off",
    "smart_sun_low":        "is off",
    "smart_dropped":        "is off",

    "mi_slowed":            "is slowed",
    "mi_stopped":           "is stopped",
    "mi_no_export":         "is cut off",
}

# Why, to follow a colon. What needs no reason has none: a missing mains, a sun that is down.
BECAUSE = {
    "batt_charging_pv":     "the sun gives more than the house needs",
    "batt_charging_grid":   "Grid Charge fills it from the mains, to {target}",
    "batt_charging_gen":    "the generator fills it, to {stop}",
    "batt_charging_mi":     "the micro-inverter gives more than the house needs",
    "batt_forced_charge":   "it asks to be charged itself",
    "batt_charge_limit":    "Max A Charge allows {limit_a} A",
    "batt_discharge_limit": "Max A Discharge allows {limit_a} A",
    "batt_bms_limit":       "its own management allows {limit_a} A",
    "batt_rating":          "the inverter's battery side is at its limit",
    "batt_charge_stage":    "it is nearly full and held at {voltage_v} V",
    "batt_full":            "it is full",
    "batt_temperature":     "at {temp_c} degC it has to rest",
    "batt_serves_load":     "the house needs more than the sun gives",
    "batt_sells":           "above {target} it is sold",
    "batt_row_power":       "row {row} of the timetable allows {limit_w} W",
    "batt_below_target":    "row {row} of the timetable holds {target}",
    "batt_below_floor":     "{floor} is kept for an outage",
    "batt_tou_off":         "Time Of Use is off, so it is kept for outages",
    "batt_kept_full":       "Grid Charge without a timetable keeps it full",
    "batt_pv_first":        "Battery First fills it before the sun feeds the house",
    "batt_wait_restart":    "it was empty and gives nothing before {restart}",
    "batt_empty":           "it went below Shutdown, {shutdown}",
    "batt_shaves_peak":     "it helps, because no more than {limit_w} W may be drawn",
    "batt_absent":          "No Batt is set",
    "batt_bms_silent":      "its management does not answer",
    "batt_fault":           "its own management reports a fault",
    "batt_stage_rests":     "a fault rests the power stage",
    "batt_idle":            "nothing to charge from, nothing to serve",

    "grid_rest":            "it covers what sun and battery do not",
    "grid_weak_phase":      "more from here would be sold on the weakest phase",
    "grid_sells_pv":        "nobody here needs this sun",
    "grid_sells_battery":   "the timetable sells what is above its target",
    "grid_takes_mi":        "nobody here needs what the micro-inverter gives",
    "grid_max_sell":        "Max Sell Power allows {limit_w} W",
    "grid_peak_limit":      "peak shaving holds it at {limit_w} W",
    "grid_peak_exceeded":   "more than peak shaving allows, as sun and battery cannot help",
    "grid_outside_window":  "voltage or frequency is out of range",
    "grid_forced_island":   "the machine was told to leave it",
    "grid_reconnecting":    "it is taken after {seconds} s",
    "grid_demand_response": "the network operator limits this machine",
    "grid_support":         "output is reduced to support the grid",
    "grid_sensor_lost":     "clamps or meter are not usable",
    "grid_is_generator":    "it is a generator, nothing may be fed back",

    "pv_over_voltage":      "the strings give more voltage than the inputs bear",
    "pv_blocked":           "a fault keeps the inputs off",
    "pv_max_solar":         "Max Solar Power allows {limit_w} W",
    "pv_no_use":            "nobody needs more, so the rest stays on the roof",
    "pv_ac_limit":          "the inverter's AC side is full",

    "gen_runs_low":         "the battery is down to {start}",
    "gen_runs_row":         "row {row} of the timetable asks for {target}",
    "gen_forced":           "Gen Force is on",
    "gen_by_hand":          "somebody started it by hand",
    "gen_rated":            "it carries {limit_w} W at most",
    "gen_stopped_level":    "the battery has {stop}",
    "gen_time_used":        "it has run its {hours} h of today",

    "load_shut_down":       "the battery has to reach {restart}, or mains or generator come",
    "load_overload":        "the loads are more than the inverter can carry",
    "load_shortage":        "sun and battery cannot carry {power_w} W",
    "load_off":             "the inverter is off or stopped by a fault",

    "smart_on":             "battery and sun are above their thresholds",
    "smart_always_on":      "the mains is there",
    "smart_battery_low":    "the battery is below {threshold}",
    "smart_sun_low":        "the sun gives less than {limit_w} W",
    "smart_dropped":        "the house comes first",

    "mi_slowed":            "the frequency is raised to {frequency_hz} Hz",
    "mi_stopped":           "the battery has {lev} or cannot take more",
    "mi_no_export":         "its power would flow to the mains",

    "heat_derating":        "less than it could, because of heat",
}
# fmt: on
