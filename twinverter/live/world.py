"""The world's controls: what a hand may take over from the house's own course, and give back.

Sun, loads, mains, engine, battery, signals, and everything that may be broken: the causes of
`catalog/causes.py`, each a control of the group "defects" under its own key.
"""

import math
from typing import Any, NamedTuple

from twinverter.catalog.causes import CAUSES, Cause
from twinverter.catalog.errors import SettingError

SLIDER, SWITCH, MOMENT = "slider", "switch", "moment"
# A slider has about so many places.
PLACES = 100


class Control(NamedTuple):
    """One control: its place, label, unit, range and kind; a switch is 0 or 1.

    A defect also has the value of a sound site, the one a press puts it to, and what it is.
    """

    key: str
    group: str
    label: str
    unit: str
    low: float
    high: float
    step: float
    kind: str = SLIDER
    sound: float | None = None
    usual: float | None = None
    told: str = ""


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


def defect_key(cause: str) -> str:
    """Return the key of the control that is a cause of faults."""
    return f"defect.{cause}"


def defect(cause: Cause) -> Control:
    """Return the control of a cause of faults."""
    kind, step = (SWITCH, 1.0) if cause.is_flag else (SLIDER, (cause.high - cause.low) / PLACES)
    return Control(
        defect_key(cause.key),
        "defects",
        cause.label,
        cause.unit,
        cause.low,
        cause.high,
        step,
        kind,
        cause.sound,
        cause.usual,
        cause.told,
    )


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
    *(defect(cause) for cause in CAUSES),
)
# fmt: on
BY_KEY = {control.key: control for control in CONTROLS}


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
