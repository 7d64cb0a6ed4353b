"""The values that a reason's sentence shows, from the flows of the moment and the settings.

A value that nobody can know from the flows alone is left out; the sentence then shows an ellipsis
or drops its bracket (see `catalog.reasons.sentence`).
"""

import re
from collections.abc import Callable, Mapping

from twinverter.catalog.choices import LATER, LITHIUM
from twinverter.catalog.reasons import REASONS, find_reason, sentence
from twinverter.catalog.settings import Settings
from twinverter.catalog.states import STAGES
from twinverter.words import figures
from twinverter.words.orders import Orders, in_volts, level_text, orders_at

Moment = Mapping[str, float]

# The columns of the flows that a sentence may need.
COLUMNS = (
    "clock_s",
    "soc",
    "battery_w",
    "battery_v",
    "battery_a",
    "battery_c",
    "grid_w_l1",
    "grid_w_l2",
    "grid_w_l3",
    "load_w_l1",
    "load_w_l2",
    "load_w_l3",
    "inverter_w_l1",
    "inverter_w_l2",
    "inverter_w_l3",
    "frequency_hz",
    "stage",
)

UNKNOWN = "…"  # what stands for a value that is not known
PHASES = ("l1", "l2", "l3")


_CODES = {row.key: place + 1.0 for place, row in enumerate(REASONS)}
STAGE_WORDS = dict(zip(STAGES, ("bulk", "absorption", "float", "equalisation"), strict=True))


def summed(moment: Moment, name: str) -> float:
    """Return a column summed over the phases."""
    return sum(moment[f"{name}_{phase}"] for phase in PHASES)


# What `limit_w`, `limit_a` and `power_w` mean in each sentence that has them.
# fmt: off
LIMITS_W: dict[str, Callable[[Settings, Orders], float]] = {
    "batt_row_power":   lambda settings, orders: orders.row_power_w,
    "batt_shaves_peak": lambda settings, orders: settings.work_mode.grid_peak_shaving_w,
    "grid_setpoint":    lambda settings, orders: settings.work_mode.zero_export_power_w,
    "grid_max_sell":    lambda settings, orders: settings.work_mode.max_sell_power_w,
    "grid_peak_limit":  lambda settings, orders: settings.work_mode.grid_peak_shaving_w,
    "pv_max_solar":     lambda settings, orders: settings.work_mode.max_solar_power_w,
    "gen_rated":        lambda settings, orders: settings.gen_port.gen_rated_w,
    "smart_sun_low":    lambda settings, orders: settings.gen_port.smart_power_w,
}
LIMITS_A: dict[str, Callable[[Settings], float]] = {
    "batt_charge_limit":    lambda settings: settings.battery.max_charge_a,
    "batt_discharge_limit": lambda settings: settings.battery.max_discharge_a,
    "batt_rating":          lambda settings: settings.law.rating.battery_a,  # type: ignore[attr-defined]
}
POWERS_W: dict[str, Callable[[Moment], float]] = {
    "batt_charging_pv": lambda moment: max(0.0, -moment["battery_w"]),
    "grid_rest":        lambda moment: max(0.0, summed(moment, "grid_w")),
    "load_shortage":    lambda moment: summed(moment, "load_w"),
}
# fmt: on


def settled_values(key: str, settings: Settings, clock_s: float | None) -> dict[str, object]:
    """Return the values of a sentence that the settings give, with the timetable's at a moment."""
    orders = orders_at(settings, clock_s or 0.0)
    port, volts = settings.gen_port, in_volts(settings)
    threshold = port.port_off_v if volts else port.port_off_soc
    values: dict[str, object] = {
        "floor": level_text(settings, orders.floor),
        "shutdown": level_text(settings, orders.shutdown),
        "restart": level_text(settings, orders.restart),
        "threshold": level_text(settings, threshold),
        "hours": settings.battery.gen_max_run_s / figures.HOUR_S,
        "seconds": settings.grid.reconnection_time_s,
    }
    if clock_s is not None or not settings.time_of_use.tou_enable:
        values["start"] = level_text(settings, orders.gen_start)
        values["stop"] = level_text(settings, orders.gen_stop)
        values["target"] = level_text(settings, orders.target)
        values["row"] = str(orders.row)
        if key == "batt_charging_grid" and not orders.row:
            values["target"] = _grid_charge_goal(settings)
    if key in LIMITS_W and (clock_s is not None or key != "batt_row_power"):
        values["limit_w"] = LIMITS_W[key](settings, orders)
    if key in LIMITS_A:
        values["limit_a"] = LIMITS_A[key](settings)
    return values


def moment_values(key: str, settings: Settings, moment: Moment) -> dict[str, object]:
    """Return all values of a sentence that settings and flows of one moment give."""
    values = settled_values(key, settings, moment["clock_s"])
    values["lev"] = level_now(settings, moment)
    values["frequency_hz"] = moment["frequency_hz"]
    if key in POWERS_W:
        values["power_w"] = POWERS_W[key](moment)
    if key == "batt_temperature":
        values["temp_c"] = moment["battery_c"]
    elif key == "batt_bms_limit":
        values["limit_a"] = abs(moment["battery_a"])
    elif key == "pv_ac_limit":
        values["limit_w"] = summed(moment, "inverter_w")
    elif key == "batt_charge_stage":
        values["voltage_v"] = moment["battery_v"]
        if settings.battery.batt_mode != LITHIUM:
            values["stage"] = STAGE_WORDS[STAGES[int(moment["stage"])]]
    elif key == "gen_resting":
        values["time"] = figures.clock(moment["clock_s"] + settings.battery.gen_down_s)
    elif key == "load_overload":
        power_w = summed(moment, "load_w")
        limit_w = settings.law.rating.ac_max_w  # type: ignore[attr-defined]
        # Otherwise one phase is too much: the sum says nothing.
        if power_w > limit_w:
            values |= {"power_w": power_w, "limit_w": limit_w}
    return values


def level_now(settings: Settings, moment: Moment) -> str:
    """Return the battery's level with its unit."""
    return level_text(settings, moment["battery_v"] if in_volts(settings) else moment["soc"])


def filled(text: str, values: Mapping[str, object]) -> str:
    """Return a text with its words in braces filled in, an ellipsis for an unknown one."""

    def shown(match: re.Match[str]) -> str:
        value = values.get(match[1], UNKNOWN)
        if not isinstance(value, float):
            return str(value)
        return figures.plain(value, 0 if value == round(value) or abs(value) >= 100.0 else 1)

    return re.sub(r"\{(\w+)\}", shown, text)


def code_of(key: str) -> float:
    """Return the kernel code of a reason's key; KeyError for an unknown one."""
    return _CODES[key]


def told(code: float, settings: Settings, moment: Moment) -> str:
    """Return the sentence of a reason at one moment, empty for none."""
    if not code:
        return ""
    return sentence(code, **moment_values(find_reason(code).key, settings, moment))


def told_at_all_times(code: float, settings: Settings) -> str:
    """Return the sentence of a reason with what the settings alone give."""
    if not code:
        return ""
    return sentence(code, **settled_values(find_reason(code).key, settings, None))


def _grid_charge_goal(settings: Settings) -> str:
    """Return the level at which grid charging ends without a timetable (C-28)."""
    installer, battery = settings.installer, settings.battery
    if installer.firmware == LATER or installer.grid_charge_start_active > 0.0:
        start = battery.grid_charge_start_v
        return level_text(settings, start if in_volts(settings) else battery.grid_charge_start_soc)
    return "full"
