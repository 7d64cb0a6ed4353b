"""What binds several settings at once: whole-page checks, and fields a choice writes beside it.

A page is judged as a whole, never field by field, so that two fields can change together.
Sources: manual 5.6 to 5.9; figures without a printed value are marked in the row they go to.
"""

from collections.abc import Callable, Mapping

from twinverter.catalog.errors import SettingError
from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.row import Value

Values = Mapping[str, Value]

ROWS = {row.key: row for row in SETTINGS}
TIMES = tuple(f"tou{row}_time" for row in range(1, 7))

# Bank voltages the manual recommends (5.6): float, absorption, equalisation. Gel is never
# equalised, its row holds the absorption voltage.
LEAD_ACID = {"agm": (53.6, 57.6, 57.6), "gel": (54.0, 56.4, 56.4), "wet": (55.0, 59.0, 59.0)}
# Generator charging ends this far below absorption, so that it ends at all (assumed).
GEN_STOP_BELOW_V = 0.6
# The default windows of Grid 2 are those of 230 V and 50 Hz.
WINDOW_V, WINDOW_HZ = 230.0, 50.0
VOLTAGE_WINDOW = ("grid_vol_high", "grid_vol_low", "reconnect_vol_high", "reconnect_vol_low")
FREQUENCY_WINDOW = (
    "grid_hz_high",
    "grid_hz_low",
    "reconnect_hz_high",
    "reconnect_hz_low",
    "ac_couple_freq_high_hz",
)


def offered(key: str, values: Values) -> dict[str, Value]:
    """Return the other fields that go with the value `key` now has in `values`."""
    offer = _OFFERS.get(key)
    return offer(values) if offer else {}


def broken_rules(values: Values) -> list[SettingError]:
    """Return one error per whole-page rule that a full set of stored values breaks."""
    found = [rule(values) for rule in _RULES]
    return [error for errors in found for error in errors]


def _offer_port_levels(values: Values) -> dict[str, Value]:
    if values["gen_port_mode"] != "micro_inv_input":
        return {}
    return {
        "port_off_soc_pct": values["mi_off_soc_pct"],
        "port_on_soc_pct": values["mi_on_soc_pct"],
        "port_off_v": values["mi_off_v"],
        "port_on_v": values["mi_on_v"],
    }


def _offer_lead_acid(values: Values) -> dict[str, Value]:
    float_v, absorption_v, equalization_v = LEAD_ACID[str(values["lead_acid_type"])]
    stop_v = min(float(ROWS["gen_stop_v"].default), absorption_v - GEN_STOP_BELOW_V)  # type: ignore
    return {
        "float_v": float_v,
        "absorption_v": absorption_v,
        "equalization_v": equalization_v,
        "gen_stop_v": round(stop_v, 1),
    }


def _offer_voltage_window(values: Values) -> dict[str, Value]:
    row = ROWS["grid_type"]
    ratio = row.to_kernel(values["grid_type"]) / WINDOW_V
    return {key: _scaled(key, ratio) for key in VOLTAGE_WINDOW}


def _scaled(key: str, ratio: float) -> float:
    row = ROWS[key]
    return max(row.low, min(round(float(row.default) * ratio, 1), row.high))  # type: ignore


def _offer_frequency_window(values: Values) -> dict[str, Value]:
    shift_hz = float(values["grid_frequency_hz"]) - WINDOW_HZ
    return {key: round(float(ROWS[key].default) + shift_hz, 2) for key in FREQUENCY_WINDOW}  # type: ignore


_OFFERS: dict[str, Callable[[Values], dict[str, Value]]] = {
    "gen_port_mode": _offer_port_levels,
    "lead_acid_type": _offer_lead_acid,
    "grid_type": _offer_voltage_window,
    "grid_frequency_hz": _offer_frequency_window,
}


def _refused(values: Values, low: str, high: str, relation: str) -> SettingError:
    """Return the error that says how `low` stands to `high`."""
    other = ROWS[high]
    reason = f"must be {relation} {other.path} ({values[high]} {other.unit})"
    return SettingError(ROWS[low].path, values[low], ROWS[low].unit, reason=reason)


def _threshold_order(values: Values) -> list[SettingError]:
    """C-14: Shutdown <= Low Batt <= Restart and Shutdown < Restart, in percent and in volts."""
    errors = []
    for ending in ("_soc_pct", "_v"):
        shutdown, low, restart = "shutdown" + ending, "low_batt" + ending, "restart" + ending
        if values[shutdown] > values[low]:  # type: ignore[operator]
            errors.append(_refused(values, shutdown, low, "at most"))
        if values[low] > values[restart]:  # type: ignore[operator]
            errors.append(_refused(values, low, restart, "at most"))
        elif not values[shutdown] < values[restart]:  # type: ignore[operator]
            errors.append(_refused(values, shutdown, restart, "below"))
    return errors


def _slot_times(values: Values) -> list[SettingError]:
    """C-17: going round the six rows, times rise or repeat, with at most one wrap."""
    times = [str(values[key]) for key in TIMES]
    falls = [i for i in range(len(times)) if times[(i + 1) % len(times)] < times[i]]
    if len(falls) <= 1:
        return []
    row = ROWS[TIMES[(falls[0] + 1) % len(times)]]
    reason = "slot times must rise from row to row and pass midnight once: " + " ".join(times)
    return [SettingError(row.path, values[row.key], reason=reason)]


def _port_levels(values: Values) -> list[SettingError]:
    """C-34, C-35: ON below OFF for a micro-inverter, OFF at most ON for a smart load."""
    mode = values["gen_port_mode"]
    errors = []
    for off, on in (("port_off_soc_pct", "port_on_soc_pct"), ("port_off_v", "port_on_v")):
        if mode == "micro_inv_input" and not values[on] < values[off]:  # type: ignore[operator]
            errors.append(_refused(values, on, off, "below"))
        if mode == "smart_load_output" and values[off] > values[on]:  # type: ignore[operator]
            errors.append(_refused(values, off, on, "at most"))
    return errors


def _windows(values: Values) -> list[SettingError]:
    """C-47: every window of Grid 2 has its lower limit below its upper one."""
    pairs = [(key, key.replace("_high", "_low")) for key in VOLTAGE_WINDOW + FREQUENCY_WINDOW[:4]]
    return [
        _refused(values, low, high, "below")
        for high, low in pairs
        if high != low and not values[low] < values[high]  # type: ignore[operator]
    ]


def _gen_stop(values: Values) -> list[SettingError]:
    """Gen port: a stop voltage at or above absorption would never be reached."""
    if values["batt_mode"] != "use_batt_v" or values["gen_stop_v"] < values["absorption_v"]:  # type: ignore[operator]
        return []
    return [_refused(values, "gen_stop_v", "absorption_v", "below")]


_RULES = (_threshold_order, _slot_times, _port_levels, _windows, _gen_stop)
