"""The orders of the self-test, step by step, all of them settings that anybody could write.

`look` orders nothing. `open` rests both inputs and lets the battery carry the loads; `charge` takes
a little from the mains; `rest` is `open` again; `clamps` lets the machine test its clamps, which
lowers the feed of one phase after the other. Without the mains, or without what a step needs, the
step is left out. Times are in seconds of the device; the figures are assumed.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from twinverter.catalog.row import Value
from twinverter.live.selftest.told import Told

Values = Mapping[str, Value]

# How much it charges: enough to be seen on every phase and in the battery's voltage.
CHARGE_A = 20.0
ROWS, DAYS = range(1, 7), ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST, RESTARTS = "look", "restarts"


class Step(NamedTuple):
    """One step: key, the part it serves, what it does in words, how long it lasts at most."""

    key: str
    part: str
    words: str
    most_s: float


STEPS = (
    Step("look", "mains", "Reads voltages, order of phases, sensors and signal wires", 4.0),
    Step("open", "strings", "Rests both solar inputs and reads their open voltage", 7.0),
    Step("charge", "battery", "Charges the battery a little from the mains", 9.0),
    Step("rest", "battery", "Rests again and looks how far the voltage comes back", 7.0),
    Step(
        "clamps",
        "clamps",
        "Lowers the feed on one phase after the other and watches the clamps",
        75.0,
    ),
)
MOST_S = sum(step.most_s for step in STEPS)


def why_no_clamps(values: Values, told: Told) -> str:
    """Return why the clamps' step is left out, by its key in the table; "" where it is not."""
    if not told.clamps:
        return "meter" if told.meter else "no_clamps"
    return RESTARTS if values["f13_on_work_mode"] else ""


def orders(key: str, values: Values, told: Told) -> dict[str, Any]:
    """Return the settings that a step writes over `values`, those before the test; {} for none."""
    if key == "look":
        return {}
    wanted: dict[str, Any] = _feeding(values) | {"max_solar_power_w": 0}
    tests_clamps = not why_no_clamps(values, told)
    if key == "charge":
        if not told.battery:
            return {}
        wanted |= _charging(values)
    if tests_clamps:
        # Out of use, so that the machine tests its clamps anew when they come back.
        wanted |= {"work_mode": "zero_export_load"}
    if key == "clamps":
        if not tests_clamps:
            return {}
        wanted |= {"max_solar_power_w": values["max_solar_power_w"]}
        wanted |= {"work_mode": "zero_export_ct", "ex_meter_for_ct": False}
    return wanted


def _feeding(values: Values) -> dict[str, Any]:
    """Return what lets sun and battery carry the loads, and nothing charge from the mains."""
    wanted: dict[str, Any] = {"energy_pattern": "load_first"}
    if values["firmware"] != "later":
        return wanted | {"tou_enable": False, "grid_charge": False}
    # Only a row of the timetable lets later firmware discharge (C-19a).
    wanted |= {"tou_enable": True, "grid_charge": False}
    wanted |= {f"tou_{day}": True for day in DAYS}
    wanted |= {f"tou{row}_batt_pct": 0 for row in ROWS}
    wanted |= {f"tou{row}_batt_v": 40.0 for row in ROWS}
    return wanted


def _charging(values: Values) -> dict[str, Any]:
    """Return what lets the mains charge the battery a little."""
    most_a = min(CHARGE_A, float(values["max_charge_a"]))
    wanted: dict[str, Any] = {"tou_enable": False, "grid_charge": True, "grid_charge_a": most_a}
    if values["firmware"] == "later" or values["grid_charge_start_active"]:
        wanted |= {"grid_charge_start_soc_pct": 100, "grid_charge_start_v": 60.0}
    return wanted
