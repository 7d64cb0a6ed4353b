"""The world's controls: what a hand may take over from the house's own course, and give back.

A control that nobody has taken follows the course. What is taken holds until it is given back,
over a restart too. Appliances are added to the load, a cloud dims whatever sun there is.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from twinverter.catalog.errors import SettingError
from twinverter.catalog.settings import Settings

SLIDER, SWITCH, MOMENT = "slider", "switch", "moment"
Row = dict[str, float]

# What is left of the sun under a sky covered by a share c: 1 - 0.75 c^3.4 (Kasten, Czeplak 1980).
CLOUD_TAKES, CLOUD_POWER = 0.75, 3.4
# How much warmer cells get by light, on a roof with little wind (assumed).
CELL_K_PER_W_M2 = 0.04


class Control(NamedTuple):
    """One control: its place, label, unit, range and kind; a switch is 0 or 1."""

    key: str
    group: str
    label: str
    unit: str
    low: float
    high: float
    step: float
    kind: str = SLIDER


class Appliance(NamedTuple):
    """Something to switch on at the backup output: phase and power (assumed)."""

    name: str
    label: str
    phase: int
    power_w: float

    @property
    def told(self) -> str:
        """Return its label with phase and power."""
        return f"{self.label}, {self.power_w:.0f} W on L{self.phase}"


def switch(key: str, group: str, label: str, kind: str = SWITCH) -> Control:
    """Return a control that is on or off."""
    return Control(key, group, label, "", 0.0, 1.0, 1.0, kind)


# fmt: off
# The modes of the DRM input in short, by number (public standard AS/NZS 4777.2).
DRM_MODES = {
    0: "leave the grid",
    1: "no charging from the grid",
    2: "charge with half power at most",
    3: "charge with three quarters at most",
    4: "charge more",
    5: "feed nothing in",
    6: "feed in half power at most",
    7: "feed in three quarters at most",
    8: "feed in more",
}

APPLIANCES = (
    Appliance("kettle",          "Kettle",          1, 2000.0),
    Appliance("fridge",          "Fridge",          1,  150.0),
    Appliance("pump",            "Water pump",      2, 1100.0),
    Appliance("air_conditioner", "Air conditioner", 3, 1400.0),
)

CONTROLS = (
    #       key                  group        label                 unit       low     high  step
    Control("sun_w_m2",          "sun",       "Sun on the modules", "W/m2",    0.0,  1200.0, 10.0),
    Control("cloud",             "sun",       "Cloud cover",        "%",       0.0,   100.0,  5.0),
    Control("ambient_c",         "sun",       "Air temperature",    "degC",  -30.0,    70.0,  1.0),
    Control("load_l1_w",         "loads",     "Load on L1",         "W",       0.0,  8000.0, 50.0),
    Control("load_l2_w",         "loads",     "Load on L2",         "W",       0.0,  8000.0, 50.0),
    Control("load_l3_w",         "loads",     "Load on L3",         "W",       0.0,  8000.0, 50.0),
    *(switch(f"appliance.{one.name}", "loads", one.told) for one in APPLIANCES),
    Control("home_w",            "loads",     "Home load",          "W",       0.0, 12000.0, 50.0),
    Control("smart_load_w",      "loads",     "Smart load",         "W",       0.0,  6000.0, 50.0),
    Control("micro_inverter_w",  "loads",     "Micro-inverter",     "W",       0.0,  6000.0, 50.0),
    switch("grid_on",            "grid",      "Grid"),
    Control("grid_l1_v",         "grid",      "Voltage on L1",      "V",       0.0,   300.0,  1.0),
    Control("grid_l2_v",         "grid",      "Voltage on L2",      "V",       0.0,   300.0,  1.0),
    Control("grid_l3_v",         "grid",      "Voltage on L3",      "V",       0.0,   300.0,  1.0),
    Control("grid_hz",           "grid",      "Frequency",          "Hz",     44.0,    66.0, 0.05),
    switch("phase_order_ok",     "grid",      "Phases in the right order"),
    switch("gen_ready",          "generator", "Generator would start"),
    switch("gen_by_hand",        "generator", "Generator started by hand"),
    Control("battery_c",         "battery",   "Battery temperature", "degC", -20.0,    70.0,  1.0),
    switch("battery_sensor_ok",  "battery",   "Battery temperature sensor"),
    switch("bms_silent",         "battery",   "BMS silent"),
    switch("ct_ok",              "battery",   "Current clamps or meter"),
    *(switch(f"drm.{mode}", "signals", f"DRM{mode}: {asks}") for mode, asks in DRM_MODES.items()),
    switch("forced_island",      "signals",   "Told to leave the grid"),
    switch("acknowledged",       "battery",   "Look after the alarms", MOMENT),
)
# fmt: on
BY_KEY = {control.key: control for control in CONTROLS}
PHASES = (1, 2, 3)
# Controls that are a field of the inputs under its own name.
PLAIN = (
    "micro_inverter_w",
    "phase_order_ok",
    "gen_ready",
    "gen_by_hand",
    "battery_sensor_ok",
    "bms_silent",
    "ct_ok",
    "forced_island",
)
SPLIT = ("home_w", "smart_load_w")


def drm_key(mode: int) -> str:
    """Return the key of the control that is a mode of the DRM input."""
    return f"drm.{mode}"


def control_of(key: str) -> Control:
    """Return a control; SettingError for an unknown key."""
    if key not in BY_KEY:
        raise SettingError(key, reason="is nothing in the world that can be taken over")
    return BY_KEY[key]


def taken_value(key: str, value: Any) -> float:
    """Return what a hand puts a control to; SettingError where it cannot stand there."""
    control = control_of(key)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if control.kind == SWITCH:
        if number not in (0.0, 1.0):
            raise SettingError(key, value, reason="is not on or off")
    elif not control.low <= number <= control.high:
        unit, low, high = control.unit, control.low, control.high
        raise SettingError(key, value, unit, low, high, reason="is out of range")
    return number


class Hands:
    """What hands hold of the world; `taken` maps the key of a control to where it stands.

    `strings` is the number of PV inputs that have modules: only these get light.
    """

    def __init__(self, taken: Mapping[str, float], settings: Settings, strings: int) -> None:
        self.taken = dict(taken)
        self._places = range(1, strings + 1)
        law: Any = settings.law
        self._dead_v = law.grid.dead_v
        self._nominal_v = settings.grid.nominal_v
        self._nominal_hz = settings.grid.grid_frequency_hz

    def applied(self, row: Row) -> Row:
        """Return a row of the course, changed in place to what is taken of it."""
        if self.taken:
            self._follow(row)
            self._cloud(row)
            for one in APPLIANCES:
                if self.taken.get(f"appliance.{one.name}", 0.0):
                    row[f"load_w_l{one.phase}"] += one.power_w
        return row

    def shown(self, row: Row, battery_c: float) -> dict[str, dict[str, float | bool]]:
        """Return where every control stands, from a row of the course (which is changed)."""
        self._follow(row)
        read = {"battery_c": battery_c, "ambient_c": row["ambient_c"], "grid_hz": row["grid_hz"]}
        read["sun_w_m2"] = max(row["irradiance1_w_m2"], row["irradiance2_w_m2"])
        read["grid_on"] = 1.0 if self._stands(row) else 0.0
        read |= {key: row[key] for key in PLAIN}
        read |= {drm_key(mode): float(int(row["drm"]) >> mode & 1) for mode in DRM_MODES}
        read |= {key: sum(row[f"{key}_l{phase}"] for phase in PHASES) for key in SPLIT}
        for phase in PHASES:
            read[f"load_l{phase}_w"] = row[f"load_w_l{phase}"]
            read[f"grid_l{phase}_v"] = row[f"grid_v_l{phase}"]
        return {key: self._place(control, read) for key, control in BY_KEY.items()}

    def _place(self, control: Control, read: Row) -> dict[str, float | bool]:
        taken = control.key in self.taken
        value = self.taken[control.key] if taken else read.get(control.key, 0.0)
        shown = round(value, 2)
        return {"value": shown if control.kind == SLIDER else bool(shown), "taken": taken}

    def _follow(self, row: Row) -> None:
        """Put everything but clouds and appliances where hands hold it."""
        taken = self.taken
        if "ambient_c" in taken:
            warmer_k = taken["ambient_c"] - row["ambient_c"]
            for name in ("ambient_c", "cell1_c", "cell2_c"):
                row[name] += warmer_k
        if "sun_w_m2" in taken:
            for place in self._places:
                _light(row, place, taken["sun_w_m2"])
        for phase in PHASES:
            if f"load_l{phase}_w" in taken:
                row[f"load_w_l{phase}"] = taken[f"load_l{phase}_w"]
        for key in SPLIT:
            if key in taken:
                for phase in PHASES:
                    row[f"{key}_l{phase}"] = taken[key] / len(PHASES)
        for key in PLAIN:
            if key in taken:
                row[key] = taken[key]
        for mode in DRM_MODES:
            if drm_key(mode) in taken:
                others = int(row["drm"]) & ~(1 << mode)
                row["drm"] = float(others | int(taken[drm_key(mode)]) << mode)
        self._mains(row)

    def _mains(self, row: Row) -> None:
        there = self._stands(row)
        if not self.taken.get("grid_on", 1.0 if there else 0.0):
            row["grid_v_l1"] = row["grid_v_l2"] = row["grid_v_l3"] = row["grid_hz"] = 0.0
            return
        for phase in PHASES:
            own_v = row[f"grid_v_l{phase}"] if there else self._nominal_v
            row[f"grid_v_l{phase}"] = self.taken.get(f"grid_l{phase}_v", own_v)
        row["grid_hz"] = self.taken.get("grid_hz", row["grid_hz"] if there else self._nominal_hz)

    def _cloud(self, row: Row) -> None:
        cover = self.taken.get("cloud", 0.0) / 100.0
        if cover > 0.0:
            left = 1.0 - CLOUD_TAKES * cover**CLOUD_POWER
            for place in self._places:
                _light(row, place, row[f"irradiance{place}_w_m2"] * left)
            if "micro_inverter_w" not in self.taken:
                row["micro_inverter_w"] *= left

    def _stands(self, row: Row) -> bool:
        """Return whether any phase of the mains is above the law's figure for a dead one."""
        return max(row["grid_v_l1"], row["grid_v_l2"], row["grid_v_l3"]) >= self._dead_v


def _light(row: Row, place: int, light_w_m2: float) -> None:
    """Put the light on a plane, and its cells as much warmer or cooler as that makes them."""
    before_w_m2 = row[f"irradiance{place}_w_m2"]
    row[f"irradiance{place}_w_m2"] = light_w_m2
    row[f"cell{place}_c"] += CELL_K_PER_W_M2 * (light_w_m2 - before_w_m2)
