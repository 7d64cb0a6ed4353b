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
    ("grid",     "dip_ratio",                0.20,  "",     "assumed",    "backup detector: a phase below this share of nominal"),
    ("grid",     "dip_s",                   0.004,  "s",    "assumed",    "opens the relay after this time"),
    ("grid",     "order_s",                   1.0,  "s",    "assumed",    "wrong phase order before W03"),
    ("grid",     "sensor_s",                  2.0,  "s",    "assumed",    "dead clamps or meter before falling back to the inner sensors"),
    ("grid",     "over_port_s",               5.0,  "s",    "assumed",    "current above the pass-through rating before F33 or F34"),

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
LawGen = _group("gen")
LawAux = _group("aux")
LawOverload = _group("overload")


class Law(NamedTuple):
    """All law figures, by group."""

    rating: LawRating  # type: ignore[valid-type]
    heat: LawHeat  # type: ignore[valid-type]
    pv: LawPv  # type: ignore[valid-type]
    battery: LawBattery  # type: ignore[valid-type]
    bms: LawBms  # type: ignore[valid-type]
    charge: LawCharge  # type: ignore[valid-type]
    grid: LawGrid  # type: ignore[valid-type]
    gen: LawGen  # type: ignore[valid-type]
    aux: LawAux  # type: ignore[valid-type]
    overload: LawOverload  # type: ignore[valid-type]


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
