"""Ratings of the machine and the figures of its law that no menu holds.

One row is one figure: printed ones name the manual's chapter, the rest says `assumed`, or
`family` where public descriptions of the same family give it. A house file may change any of
them under `[settings.law]`, e.g. `grid_open_s = 0.2`. Ratios are 0..1, everything else SI.
"""

from typing import NamedTuple


class LawRow(NamedTuple):
    """One figure: its group in the kernel record, key, value, unit, origin and meaning."""

    group: str
    key: str
    value: float
    unit: str
    origin: str
    meaning: str


# fmt: off
LAW = tuple(LawRow(*row) for row in (
    # group      key                      value     unit    origin        meaning
    ("rating",   "pv_w",                  10400.0,  "W",    "manual 9",   "most DC power both trackers take"),
    ("rating",   "ac_max_w",               8800.0,  "W",    "manual 9",   "AC output without time limit up to the derating temperature (A11)"),
    ("rating",   "ac_rated_w",             8000.0,  "W",    "manual 9",   "rated AC output; the rating that heat reduces"),
    ("rating",   "phase_a",                  18.0,  "A",    "manual 9",   "continuous inverter current of one phase (A9)"),
    ("rating",   "battery_a",               190.0,  "A",    "manual 9",   "battery current of the power stage (A1)"),
    ("rating",   "port_a",                   50.0,  "A",    "manual 9",   "continuous pass-through current of the grid port per phase"),

    ("heat",     "derate_from_c",            45.0,  "degC", "manual 9",   "ambient at which ratings begin to fall"),
    ("heat",     "derate_to_c",              60.0,  "degC", "manual 9",   "ambient at which the power stage stops"),
    ("heat",     "derate_clear_k",            1.0,  "K",    "assumed",    "DERATE goes this far below the ambient at which it came"),
    ("heat",     "stop_low_c",              -25.0,  "degC", "manual 9",   "ambient below which the power stage stops"),
    ("heat",     "stop_clear_k",              2.0,  "K",    "assumed",    "how far inside the range it must be again"),
    ("heat",     "sink_stop_c",              90.0,  "degC", "assumed",    "heat sink temperature of F64"),
    ("heat",     "sink_stop_s",               3.0,  "s",    "assumed",    "how long before F64"),
    ("heat",     "sink_clear_c",             65.0,  "degC", "assumed",    "heat sink temperature that clears F64"),
    ("heat",     "sink_clear_s",            600.0,  "s",    "assumed",    "shortest stop after F64"),

    ("pv",       "start_v",                 150.0,  "V",    "manual 9",   "string voltage that wakes a PV input"),
    ("pv",       "start_s",                  60.0,  "s",    "assumed",    "how long it must be there"),
    ("pv",       "over_clear_v",            780.0,  "V",    "assumed",    "string voltage that clears F55"),
    ("pv",       "present_w",               100.0,  "W",    "assumed",    "PV counts as present from here (C-21a)"),
    ("pv",       "gone_w",                   50.0,  "W",    "assumed",    "and as gone below this"),
    ("pv",       "gone_s",                   60.0,  "s",    "assumed",    "after this time"),

    ("battery",  "low_v",                    40.0,  "V",    "manual 9",   "no discharge at or below"),
    ("battery",  "low_clear_v",              42.0,  "V",    "assumed",    "discharge again from"),
    ("battery",  "high_v",                   60.0,  "V",    "manual 9",   "no charge above"),
    ("battery",  "high_clear_v",             59.5,  "V",    "assumed",    "charge again below"),
    ("battery",  "over_v",                   60.5,  "V",    "assumed",    "battery voltage of F55"),
    ("battery",  "over_s",                    2.0,  "s",    "assumed",    "how long before F55"),
    ("battery",  "cold_clear_k",              2.0,  "K",    "assumed",    "charging again this far above the lowest charge temperature"),
    ("battery",  "hot_c",                    55.0,  "degC", "assumed",    "battery temperature of F51"),
    ("battery",  "hot_s",                    10.0,  "s",    "assumed",    "how long before F51"),
    ("battery",  "hot_clear_c",              50.0,  "degC", "assumed",    "battery temperature that clears F51"),
    ("battery",  "filter_s",                 10.0,  "s",    "assumed",    "time constant of the battery voltage used as level"),
    ("battery",  "hold_s",                   10.0,  "s",    "assumed",    "persistence of every level threshold"),
    ("battery",  "warn_soc",              0.005,  "",     "assumed",    "LOWBAT from so far below Low Batt on: half the last digit shown"),
    ("battery",  "warn_v",                 0.05,  "V",    "assumed",    "the same where the basis is voltage"),
    ("battery",  "wake_v",                   44.0,  "V",    "assumed",    "recovery charge of an empty bank ends here"),
    ("battery",  "wake_s",                14400.0,  "s",    "assumed",    "longest recovery charge"),
    ("battery",  "wake_pause_s",           3600.0,  "s",    "assumed",    "pause between tries"),
    ("battery",  "wake_tries",                3.0,  "",     "assumed",    "tries of a recovery charge"),

    ("bms",      "warn_s",                   10.0,  "s",    "assumed",    "silence before W31"),
    ("bms",      "rise_per_s",               0.10,  "1/s",  "assumed",    "how fast a rising limit is followed, per rating"),
    ("bms",      "force_charge_a",            5.0,  "A",    "assumed",    "current of a charge the battery asks for"),
    ("bms",      "alone_low_v",              46.0,  "V",    "assumed",    "off grid without BMS: lowest voltage"),
    ("bms",      "alone_high_v",             56.0,  "V",    "assumed",    "off grid without BMS: highest voltage"),

    ("charge",   "reach_v",                  0.05,  "V",    "assumed",    "a voltage set-point counts as reached this near"),
    ("charge",   "held_v",                    0.5,  "V",    "assumed",    "absorption counts while the voltage is this near to its set-point"),
    ("charge",   "tail_s",                  600.0,  "s",    "assumed",    "how long the tail current ends absorption"),
    ("charge",   "rebulk_drop_v",             2.0,  "V",    "assumed",    "below float by this much: bulk again"),
    ("charge",   "rebulk_s",                300.0,  "s",    "assumed",    "after this time"),
    ("charge",   "rebulk_soc",               0.90,  "",     "assumed",    "or below this state of charge"),
    ("charge",   "count_high",                0.99, "",     "assumed",    "as far as counting alone lifts a lead-acid bank; float makes it full"),
    ("charge",   "give_up_factor",            3.0,  "",     "assumed",    "equalisation gives up after this many times its length"),
    ("charge",   "reference_c",              25.0,  "degC", "manual 5.6", "temperature at which set-points are given"),
    ("charge",   "comp_low_c",                0.0,  "degC", "assumed",    "compensation is clamped below"),
    ("charge",   "comp_high_c",              50.0,  "degC", "assumed",    "compensation is clamped above"),
    ("charge",   "sensor_low_c",            -40.0,  "degC", "assumed",    "sensor readings outside are no readings"),
    ("charge",   "sensor_high_c",            90.0,  "degC", "assumed",    "sensor readings outside are no readings"),

    ("grid",     "open_s",                   0.16,  "s",    "manual 5.8", "time outside the window before the relay opens (printed in Grid Set4)"),
    ("grid",     "type_window",              0.20,  "",     "assumed",    "measured voltage must be this near to the chosen type"),
    ("grid",     "dead_v",                   50.0,  "V",    "assumed",    "all phases below: F35, no grid"),
    ("grid",     "dead_s",                    0.1,  "s",    "assumed",    "how long before F35; the relay is open by then (see dip_ratio)"),
    ("grid",     "dip_ratio",                0.20,  "",     "assumed",    "backup detector: a phase below this share of nominal"),
    ("grid",     "dip_s",                   0.004,  "s",    "assumed",    "opens the relay after this time"),
    ("grid",     "order_s",                   1.0,  "s",    "assumed",    "wrong phase order before W03"),
    ("grid",     "sensor_s",                  2.0,  "s",    "assumed",    "dead clamps or meter before falling back to the inner sensors"),
    ("grid",     "over_port_s",               5.0,  "s",    "assumed",    "current above the pass-through rating before F33 or F34"),

    # How the mains is supported. Powers are shares of the rating `rating_ac_rated_w`, voltages of nominal;
    # a response time is that to 90 % of a step, a first-order lag. Menu rows (Grid 3) hold PF, Q(V), FW, VW.
    ("support",  "apparent_va",            8800.0,  "VA",   "assumed",    "apparent power of the stage in all phases, in both directions (C-08)"),
    ("support",  "positive_sequence",         0.0,  "",     "IEEE 1547-2018 4.3", "1: voltage functions follow the positive sequence; 0: the mean of the phases"),
    ("support",  "pf_min",                    0.8,  "",     "manual 9",   "smallest cos phi at any power, so none at no power; 0: no such limit"),
    ("support",  "q_max_inject",              0.6,  "",     "manual 9",   "most Q injected (cos phi 0.8 at rated power); IEEE 1547-2018 5.2 asks for 0.44"),
    ("support",  "q_max_absorb",              0.6,  "",     "manual 9",   "most Q absorbed; IEEE 1547-2018 5.2 asks for 0.44 (category B) or 0.25 (A)"),
    ("support",  "q_from_p",                  0.0,  "",     "IEEE 1547-2018 5.2", "no Q is asked below this active power (0.05 there)"),
    ("support",  "q_full_p",                  0.0,  "",     "IEEE 1547-2018 5.2", "most Q from this active power on, in proportion below (0.2 there); 0: at any power"),
    ("support",  "q_first_inject",            0.0,  "",     "manual 9",   "Q injected up to here goes before P in the circle: 0 P first, 1 Q first, 0.44 as IEEE 1547-2018 5.2"),
    ("support",  "q_first_absorb",            0.0,  "",     "manual 9",   "Q absorbed up to here goes before P in the circle"),
    ("support",  "pf_response_s",             5.0,  "s",    "IEEE 1547-2018 5.3.2", "response time of the constant power factor, at most 10 s there; menu row PF"),
    ("support",  "const_q_on",                0.0,  "",     "IEEE 1547-2018 5.3.5", "1: constant reactive power"),
    ("support",  "const_q",                   0.0,  "",     "IEEE 1547-2018 5.3.5", "its Q, + injects"),
    ("support",  "const_q_response_s",        5.0,  "s",    "IEEE 1547-2018 5.3.5", "its response time, at most 10 s there"),
    ("support",  "qv_response_s",         11.5129,  "s",    "assumed",    "response time of Q(V): a time constant of 5 s (C-50); IEEE 1547-2018 5.3.3 has 5 s (B) and 10 s (A)"),
    ("support",  "qv_reference",              1.0,  "",     "IEEE 1547-2018 5.3.3", "reference voltage the points of Q(V) are given for; another one shifts them"),
    ("support",  "qv_auto",                   0.0,  "",     "IEEE 1547-2018 5.3.3", "1: the reference follows the measured voltage"),
    ("support",  "qv_auto_s",               300.0,  "s",    "IEEE 1547-2018 5.3.3", "its time constant, 300 to 5000 s there"),
    ("support",  "qv_auto_min",              0.95,  "",     "IEEE 1547-2018 5.3.3", "lowest reference it may take"),
    ("support",  "qv_auto_max",              1.05,  "",     "IEEE 1547-2018 5.3.3", "highest reference it may take"),
    ("support",  "qp_on",                     0.0,  "",     "IEEE 1547-2018 5.3.4", "1: Q follows P (watt-var) through the points below"),
    ("support",  "qp_p1",                     0.2,  "",     "IEEE 1547-2018 5.3.4", "first point: active power fed"),
    ("support",  "qp_q1",                     0.0,  "",     "IEEE 1547-2018 5.3.4", "its Q, + injects; held below"),
    ("support",  "qp_p2",                     0.5,  "",     "IEEE 1547-2018 5.3.4", "second point"),
    ("support",  "qp_q2",                     0.0,  "",     "IEEE 1547-2018 5.3.4", "its Q"),
    ("support",  "qp_p3",                     1.0,  "",     "IEEE 1547-2018 5.3.4", "third point"),
    ("support",  "qp_q3",                   -0.44,  "",     "IEEE 1547-2018 5.3.4", "its Q (-0.25 for category A)"),
    ("support",  "qp_charge_p1",              0.2,  "",     "IEEE 1547-2018 5.3.4", "first point while drawing: active power drawn"),
    ("support",  "qp_charge_q1",              0.0,  "",     "IEEE 1547-2018 5.3.4", "its Q"),
    ("support",  "qp_charge_p2",              0.5,  "",     "IEEE 1547-2018 5.3.4", "second point while drawing"),
    ("support",  "qp_charge_q2",              0.0,  "",     "IEEE 1547-2018 5.3.4", "its Q"),
    ("support",  "qp_charge_p3",              1.0,  "",     "IEEE 1547-2018 5.3.4", "third point while drawing"),
    ("support",  "qp_charge_q3",             0.44,  "",     "IEEE 1547-2018 5.3.4", "its Q"),
    ("support",  "qp_response_s",             5.0,  "s",    "IEEE 1547-2018 5.3.4", "response time of watt-var, at most 10 s there"),
    ("support",  "vw_stop_share",             0.0,  "",     "manual 5.8", "power left at Vstop of VW; 0.2 in IEEE 1547-2018 5.4.2; negative: the battery must charge with it"),
    ("support",  "vw_highest_phase",          1.0,  "",     "assumed",    "1: VW judges the highest phase (C-51); 0: the voltage of the other functions, as IEEE 1547-2018"),
    ("support",  "vw_response_s",             0.0,  "s",    "manual 5.8", "response time of VW; 10 s in IEEE 1547-2018 5.4.2"),
    ("support",  "vw_charge_high",            0.0,  "",     "AS/NZS 4777.2", "volt-watt of charging: below this voltage it is reduced (215 V / 230 V there); 0: off"),
    ("support",  "vw_charge_low",             0.0,  "",     "AS/NZS 4777.2", "and at this voltage only the share below is left (207 V / 230 V there)"),
    ("support",  "vw_charge_share",           0.2,  "",     "AS/NZS 4777.2", "charging power left there"),
    ("support",  "fw_return_hz",              0.0,  "Hz",   "assumed",    "FW holds the lowest power reached until the frequency is below this; 0: follows both ways"),
    ("support",  "droop_over_k",              0.0,  "",     "IEEE 1547-2018 6.5.2.7", "droop at over-frequency: frequency share per power share (0.05 there); 0: off"),
    ("support",  "droop_over_hz",           0.036,  "Hz",   "IEEE 1547-2018 6.5.2.7", "its dead band above nominal"),
    ("support",  "droop_under_k",             0.0,  "",     "IEEE 1547-2018 6.5.2.7", "droop at under-frequency (0.05 there); 0: off"),
    ("support",  "droop_under_hz",          0.036,  "Hz",   "IEEE 1547-2018 6.5.2.7", "its dead band below nominal"),
    ("support",  "droop_response_s",          5.0,  "s",    "IEEE 1547-2018 6.5.2.7", "response time of both"),
    ("support",  "droop_battery",             1.0,  "",     "IEEE 1547-2018 6.5.2.7", "1: over-frequency may also make the battery charge; 0: droop ends at no feeding"),
    ("support",  "limit_on",                  0.0,  "",     "IEEE 1547-2018 4.6.2", "1: active power limit in force"),
    ("support",  "limit",                     1.0,  "",     "IEEE 1547-2018 4.6.2", "most power fed; negative: the battery must charge with it"),
    ("support",  "limit_response_s",         15.0,  "s",    "IEEE 1547-2018 4.6.2", "time of a ramp over the whole rating, at most 30 s there"),
    ("support",  "service_ramp_s",            0.0,  "s",    "IEEE 1547-2018 4.10.3", "ramp from nothing to rated power after connecting (300 s there); 0: Soft Start Ramp rate of the menu"),

    # Riding through. Trip levels and times are those of the menu (Grid 4); 0 switches a row off.
    ("ride",     "permit",                    1.0,  "",     "IEEE 1547-2018 4.10.2", "permit service; 0: leave the mains at once and stay away"),
    ("ride",     "line_volts",                0.0,  "",     "IEEE 1547-2018 4.3", "1: windows and levels judge phase-to-phase voltages too (shares of their own nominal)"),
    ("ride",     "random_s",                  0.0,  "s",    "IEEE 1547-2018 4.10.3", "longest random delay added to Reconnection Time"),
    ("ride",     "random_share",              0.5,  "",     "assumed",    "this device's share of it, 0..1: its lot, drawn once and not by the kernel"),
    ("ride",     "cease_low",                 0.0,  "",     "IEEE 1547-2018 6.4.2", "voltage below which the stage ceases but stays connected: 0.5 (I and III), 0.3 (II)"),
    ("ride",     "cease_high",                0.0,  "",     "IEEE 1547-2018 6.4.2", "voltage above which it does (1.2)"),
    ("ride",     "cease_s",                   0.0,  "s",    "IEEE 1547-2018 6.4.2", "how long before it ceases: momentary cessation at most 0.083 (III), cease to energize 0.16 (I, II)"),
    ("ride",     "return_s",                  0.0,  "s",    "IEEE 1547-2018 6.4.2", "how long the voltage must be back before it gives again"),
    ("ride",     "recover_s",                 0.0,  "s",    "IEEE 1547-2018 6.4.2", "time from nothing to rated power after that (0.4 there)"),
    ("ride",     "continuous_low",           0.88,  "",     "IEEE 1547-2018 6.4.2", "below this voltage the operation is called mandatory"),
    ("ride",     "continuous_high",          1.10,  "",     "IEEE 1547-2018 6.4.2", "above this voltage too"),
    ("ride",     "continuous_under_hz",       1.2,  "Hz",   "IEEE 1547-2018 6.5.2", "and further below nominal frequency than this"),
    ("ride",     "continuous_over_hz",        1.2,  "Hz",   "IEEE 1547-2018 6.5.2", "and further above"),
    ("ride",     "mean_high",                 0.0,  "",     "VDE-AR-N 4105", "running mean of the highest phase above which the relay opens (1.1 there)"),
    ("ride",     "mean_s",                  600.0,  "s",    "VDE-AR-N 4105", "length of that mean; made by a lag with half of it as time constant (assumed)"),
    ("ride",     "rocof_hz_per_s",            0.0,  "Hz/s", "EREC G98 and G99", "rate of change of frequency that opens the relay (1 there)"),
    ("ride",     "rocof_s",                   0.5,  "s",    "EREC G98 and G99", "for this time"),
    ("ride",     "rocof_window_s",            0.1,  "s",    "assumed",    "time constant of the measured rate; IEEE 1547-2018 6.5.2.5 averages over 0.1 s at least"),
    ("ride",     "jump_rad",                  0.0,  "rad",  "assumed",    "jump of a phase's angle from one step to the next that opens the relay; IEEE 1547-2018 6.5.2.6 rides through 1.047"),

    ("gen",      "low_v",                   170.0,  "V",    "assumed",    "generator window"),
    ("gen",      "high_v",                  280.0,  "V",    "assumed",    "generator window"),
    ("gen",      "low_hz",                   45.0,  "Hz",   "assumed",    "generator window"),
    ("gen",      "high_hz",                  55.0,  "Hz",   "assumed",    "generator window; at 60 Hz both move by 10 Hz"),
    ("gen",      "good_s",                   10.0,  "s",    "assumed",    "inside the window before it counts as running"),
    ("gen",      "try_s",                    60.0,  "s",    "assumed",    "one start try"),
    ("gen",      "pause_s",                 120.0,  "s",    "assumed",    "pause after a failed start"),
    ("gen",      "tries",                     3.0,  "",     "assumed",    "start tries before F60 latches"),
    ("gen",      "warm_s",                   60.0,  "s",    "assumed",    "warm-up before it takes load"),
    ("gen",      "cool_s",                    0.0,  "s",    "assumed",    "unloaded cool-down before it stops"),
    ("gen",      "lost_s",                    5.0,  "s",    "assumed",    "outside the window while running before F60"),
    ("gen",      "no_limit_s",            86400.0,  "s",    "manual 5.6", "run time setting that means no limit (24 h)"),

    ("aux",      "smart_bar_s",             600.0,  "s",    "assumed",    "the held-off-MPP clause is barred this long after a sun drop"),
    ("aux",      "smart_back_s",            300.0,  "s",    "assumed",    "a dropped smart load waits this long"),
    ("aux",      "mi_slew_hz_per_s",          0.5,  "Hz/s", "assumed",    "how fast the island frequency moves"),
    ("aux",      "mi_slow_hz",                0.2,  "Hz",   "assumed",    "micro-inverters begin to give less this far above nominal"),
    ("aux",      "mi_open_s",                 2.0,  "s",    "assumed",    "surplus that cannot be placed opens the port"),
    ("aux",      "mi_back_s",                60.0,  "s",    "assumed",    "and keeps it open at least"),

    ("overload", "long_w",                12000.0,  "W",    "assumed",    "off grid up to here for long_s"),
    ("overload", "long_s",                   60.0,  "s",    "assumed",    "heating budget between the continuous and the long step"),
    ("overload", "short_w",               16000.0,  "W",    "manual 9",   "twice rated, for short_s"),
    ("overload", "short_s",                  10.0,  "s",    "manual 9",   "heating budget up to twice rated"),
    ("overload", "trip_s",                    0.1,  "s",    "assumed",    "above every step"),
    ("overload", "recover_s",                60.0,  "s",    "assumed",    "the heating budget recovers in this time"),
    ("overload", "phase_short_a",            24.0,  "A",    "assumed",    "one phase for phase_s (A10)"),
    ("overload", "phase_s",                  10.0,  "s",    "assumed",    "one phase above its continuous current"),
    ("overload", "grace_factor",              2.0,  "",     "assumed",    "battery current allowed for grace_s off grid"),
    ("overload", "grace_s",                  10.0,  "s",    "assumed",    "shortage where Max A Discharge or the rating binds"),
    ("overload", "short_of_s",                0.2,  "s",    "assumed",    "shortage where BMS, 40 V or No Batt binds"),
    ("overload", "retry_s",                  60.0,  "s",    "assumed",    "pause before output is tried again"),
    ("overload", "retries",                   3.0,  "",     "assumed",    "tries within an hour, then latched"),
    ("overload", "selftest_s",               10.0,  "s",    "assumed",    "self-test after power-on"),
    ("overload", "dark_s",                   60.0,  "s",    "assumed",    "panel stays lit this long on battery alone"),

    ("protect",  "reversed_v",               10.0,  "V",    "assumed",    "a PV input this far below zero is connected the wrong way round (F01)"),
    ("protect",  "reversed_s",                0.5,  "s",    "assumed",    "how long before F01"),
    ("protect",  "upright_s",                 5.0,  "s",    "assumed",    "right polarity for this time clears F01"),
    ("protect",  "pv_over_s",                 0.1,  "s",    "assumed",    "a PV input above the ceiling for this time: F55; it rests at once"),
    ("protect",  "pv_over_clear_s",          60.0,  "s",    "assumed",    "and below the clearing voltage for this time: over"),
    ("protect",  "battery_over_v",           63.0,  "V",    "assumed",    "battery voltage of the fast F55"),
    ("protect",  "battery_over_s",           0.01,  "s",    "assumed",    "how long before the fast F55"),
    ("protect",  "battery_over_clear_s",     60.0,  "s",    "assumed",    "battery back in its range for this time clears F55"),
    ("protect",  "battery_low_s",             2.0,  "s",    "assumed",    "battery at its lowest voltage for this time: F56; it rests at once"),
    ("protect",  "battery_low_clear_s",      60.0,  "s",    "assumed",    "above the clearing voltage for this time: discharge again"),
    ("protect",  "battery_peak_a",          420.0,  "A",    "assumed",    "battery current of the fast F20"),
    ("protect",  "battery_peak_s",          0.001,  "s",    "assumed",    "how long before the fast F20"),
    ("protect",  "battery_long",             1.25,  "",     "assumed",    "battery current of the slow F20, per rating"),
    ("protect",  "battery_long_s",           12.0,  "s",    "assumed",    "how long before it: above the peak allowance of 10 s"),
    ("protect",  "link_v",                  650.0,  "V",    "assumed",    "set-point of the DC link: above the peak of 400 V and a full string's tracking range"),
    ("protect",  "link_built",                0.8,  "",     "assumed",    "share of it below which the link is not built (F07)"),
    ("protect",  "link_built_s",             10.0,  "s",    "assumed",    "how long pre-charging may take before F07"),
    ("protect",  "link_weak",                 0.9,  "",     "assumed",    "share of it below which a built link is too weak for an island (F56)"),
    ("protect",  "link_weak_s",               0.2,  "s",    "assumed",    "how long before F56"),
    ("protect",  "link_a",                   30.0,  "A",    "assumed",    "current of the DC link of F21"),
    ("protect",  "link_a_s",                  0.1,  "s",    "assumed",    "how long before F21"),
    ("protect",  "link_unbalance_v",         60.0,  "V",    "assumed",    "how far the halves of the link may differ (F26)"),
    ("protect",  "link_unbalance_s",          0.5,  "s",    "assumed",    "how long before F26"),
    ("protect",  "phase_peak_a",             50.0,  "A",    "assumed",    "momentary phase current of the fast comparator (F18)"),
    ("protect",  "phase_peak_s",            0.001,  "s",    "assumed",    "how long before F18"),
    ("protect",  "input_a",                  17.0,  "A",    "assumed",    "current of a PV input of F17"),
    ("protect",  "input_s",                   0.1,  "s",    "assumed",    "how long before F17"),
    ("protect",  "arc_s",                     0.2,  "s",    "assumed",    "time with the signature of an arc before F63"),
    ("protect",  "arc_window_s",              2.5,  "s",    "assumed",    "within this time"),
    ("protect",  "leak_a",                    0.3,  "A",    "assumed",    "standing residual current of F16, as public standards have it"),
    ("protect",  "leak_s",                    0.3,  "s",    "assumed",    "how long before F16"),
    ("protect",  "jump_small_a",             0.03,  "A",    "assumed",    "sudden residual current of F23, smallest; steps and times as public standards have them"),
    ("protect",  "jump_small_s",              0.3,  "s",    "assumed",    "how long before F23 from there"),
    ("protect",  "jump_a",                   0.06,  "A",    "assumed",    "sudden residual current of F23, middle"),
    ("protect",  "jump_s",                   0.15,  "s",    "assumed",    "how long before F23 from there"),
    ("protect",  "jump_large_a",             0.15,  "A",    "assumed",    "sudden residual current of F23, large"),
    ("protect",  "jump_large_s",             0.04,  "s",    "assumed",    "how long before F23 from there"),
    ("protect",  "creep_a_per_s",           0.001,  "A/s",  "assumed",    "a residual current that rises no faster creeps, faster is sudden"),
    ("protect",  "insulation_ohm",        30000.0,  "ohm",  "assumed",    "insulation of the strings to earth of F24: 800 V over 30 mA, rounded up"),
    ("protect",  "insulation_s",              3.0,  "s",    "assumed",    "three tests, one a second, before F24"),
    ("protect",  "insulation_clear_ohm",  36000.0,  "ohm",  "assumed",    "insulation that clears F24"),
    ("protect",  "insulation_again_s",       60.0,  "s",    "assumed",    "time from a failed test to the next"),
    ("protect",  "neutral_v",                30.0,  "V",    "assumed",    "voltage of the LOAD neutral to earth of F08"),
    ("protect",  "neutral_s",                 1.0,  "s",    "assumed",    "how long before F08; a bond that reports itself open is F08 at once"),
    ("protect",  "fan_share",                 0.2,  "",     "assumed",    "a fan slower than this share of its command stands (W02)"),
    ("protect",  "fan_s",                    10.0,  "s",    "assumed",    "how long before W02"),
    ("protect",  "mute_s",                    1.0,  "s",    "assumed",    "no heartbeat of a parallel unit before F29"),
    ("protect",  "beats_lost",                0.1,  "",     "assumed",    "share of lost heartbeats of W32"),
    ("protect",  "beats_lost_s",             10.0,  "s",    "assumed",    "how long before W32"),
    ("protect",  "beats_clear",              0.02,  "",     "assumed",    "share of lost heartbeats that clears W32"),
    ("protect",  "meter_s",                  10.0,  "s",    "assumed",    "silence of the external meter before W04"),
    ("protect",  "clamp_w",                 300.0,  "W",    "assumed",    "how far the test of the clamps lowers the feed of one phase"),
    ("protect",  "clamp_s",                   2.0,  "s",    "assumed",    "length of each of its four parts on a phase"),
    ("protect",  "clamp_share",               0.5,  "",     "assumed",    "a clamp that follows by less than this share does not follow"),
    ("protect",  "clamp_trials",              3.0,  "",     "assumed",    "equal failures in a row before W05 or W06"),
    ("protect",  "clamp_again_s",            60.0,  "s",    "assumed",    "time from a failed test to the next, and patience of one that cannot begin"),

    ("islanding", "lock_s",                  0.02,  "s",    "assumed",    "time constant of the frequency measurement: one period"),
    ("islanding", "mean_s",                   1.0,  "s",    "assumed",    "time constant of the slow mean a move is measured from"),
    ("islanding", "quiet_hz",                0.05,  "Hz",   "assumed",    "moves up to here are not answered"),
    ("islanding", "gain_per_hz",             0.10,  "1/Hz", "assumed",    "reactive power that pushes a move on, per active power"),
    ("islanding", "most",                    0.20,  "",     "assumed",    "most of it, per active power"),
    ("islanding", "swing",                  0.005,  "",     "assumed",    "reactive power of changing sign while all is quiet, per active power"),
    ("islanding", "swing_s",                 0.10,  "s",    "assumed",    "its period"),
    ("islanding", "proof_hz",                 3.5,  "Hz",   "assumed",    "a move this far from the slow mean"),
    ("islanding", "proof_s",                 0.15,  "s",    "assumed",    "proves the island after this time"),

    ("parallel", "virtual_ohm",               0.5,  "ohm",  "assumed",    "output resistance that a unit imitates towards the others"),
    ("parallel", "voltage_spread",          0.001,  "",     "assumed",    "how far a unit's voltage lies from that of all, per nominal"),
    ("parallel", "power_spread",            0.005,  "",     "assumed",    "how far a unit's measured power lies from the true one"),

    ("bond",     "lead_s",                    0.1,  "s",    "assumed",    "the ATS output is live this long before the grid relay closes (C-56)"),
    ("bond",     "lag_s",                   0.005,  "s",    "assumed",    "and this long after it was told to open: its own opening time"),
))
# fmt: on


def _group(name: str) -> type:
    made = NamedTuple(  # type: ignore[misc]
        f"Law{name.capitalize()}", [(row.key, float) for row in LAW if row.group == name]
    )
    made.__doc__ = f"Law figures of group `{name}`; units and origins in catalog/law.py."
    made.__module__ = __name__
    return made


LawRating = _group("rating")
LawHeat = _group("heat")
LawPv = _group("pv")
LawBattery = _group("battery")
LawBms = _group("bms")
LawCharge = _group("charge")
LawGrid = _group("grid")
LawSupport = _group("support")
LawRide = _group("ride")
LawGen = _group("gen")
LawAux = _group("aux")
LawOverload = _group("overload")
LawProtect = _group("protect")
LawIslanding = _group("islanding")
LawParallel = _group("parallel")
LawBond = _group("bond")


class Law(NamedTuple):
    """All law figures, by group."""

    rating: LawRating  # type: ignore[valid-type]
    heat: LawHeat  # type: ignore[valid-type]
    pv: LawPv  # type: ignore[valid-type]
    battery: LawBattery  # type: ignore[valid-type]
    bms: LawBms  # type: ignore[valid-type]
    charge: LawCharge  # type: ignore[valid-type]
    grid: LawGrid  # type: ignore[valid-type]
    support: LawSupport  # type: ignore[valid-type]
    ride: LawRide  # type: ignore[valid-type]
    gen: LawGen  # type: ignore[valid-type]
    aux: LawAux  # type: ignore[valid-type]
    overload: LawOverload  # type: ignore[valid-type]
    protect: LawProtect  # type: ignore[valid-type]
    islanding: LawIslanding  # type: ignore[valid-type]
    parallel: LawParallel  # type: ignore[valid-type]
    bond: LawBond  # type: ignore[valid-type]


def law_key(row: LawRow) -> str:
    """Return the flat key of a row, as a house file writes it: group and key."""
    return f"{row.group}_{row.key}"


def kernel_law(changes: dict[str, float] | None = None) -> Law:
    """Return the law record, with some flat keys changed; KeyError names an unknown one."""
    values = {law_key(row): row.value for row in LAW}
    for key, value in (changes or {}).items():
        if key not in values:
            raise KeyError(key)
        values[key] = float(value)
    groups = Law.__annotations__
    return Law(
        *(
            groups[group](*(values[law_key(row)] for row in LAW if row.group == group))
            for group in Law._fields
        )
    )
