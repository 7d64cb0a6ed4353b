"""What the device itself measures or counts for its registers, beyond single fields of the model.

Most telemetry rows name record fields (`catalog/telemetry.py`) and are read from those. The rows
here are made of several, or are what the panel shows too: both are taken from the same moment, so
a client and the panel agree. Loads take no reactive power: that of the inverter, alike on every
phase, passes the GRID terminals and the mains.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from twinverter.catalog import alarms
from twinverter.catalog.states import (
    BATSHUT,
    FAULT,
    GEN,
    OFF_GRID,
    ON_GRID,
    RELAY_GEN,
    RELAY_GRID,
    RELAY_LOAD,
    RELAY_MI,
    RELAY_SMART,
    RELAY_START,
    SELFTEST,
)
from twinverter.catalog.telemetry import Telemetry
from twinverter.core.blocks import total
from twinverter.live.memory import Energies, Spans, energies
from twinverter.live.snapshot import Scene

WORKING = (ON_GRID, GEN, OFF_GRID)
# Codes of register 500.
AT_REST, SELF_CHECK, NORMAL, ALARM, STOPPED = 0.0, 1.0, 2.0, 3.0, 4.0
CLAMPS_GOOD = 7.0
ASKS_FOR_CHARGE = 2.0
NOT_REPORTED = -1.0
# Below this a terminal is dead and its current is not told.
DEAD_V = 1.0
KILO, HOUR_S = 1000.0, 3600.0

# Bits of register 552, and the kernel's relays that stand behind each.
# fmt: off
RELAY_BITS = (
    (1, RELAY_LOAD),
    (2, RELAY_GRID),
    (3, RELAY_GEN + RELAY_SMART + RELAY_MI),
    (7, RELAY_START),
)
# fmt: on


class Now(NamedTuple):
    """One moment on disk: the records, and the parts of its snapshot that registers share."""

    scene: Scene
    flows: Mapping[str, Any]
    bms: Mapping[str, Any]
    lamps: Mapping[str, int]
    spans: Spans


Reading = Callable[[Now], float]


def now(scene: Scene, snapshot: Mapping[str, Any], spans: Spans) -> Now:
    """Return a moment from its records, its snapshot, and what is filed of its day."""
    return Now(scene, snapshot["flows"], snapshot["bms"], snapshot["lamps"], spans)


def reading(row: Telemetry) -> Reading | None:
    """Return what gives a row its value in the row's unit, None for a row that never changes."""
    if row.key in READINGS:
        return READINGS[row.key]
    if not row.source:
        return None
    terms = _terms(row.source)

    def read(now: Now) -> float:
        return row.from_kernel(sum(sign * number(now.scene) for sign, number in terms))

    return read


def _terms(source: str) -> list[tuple[float, Callable[[Scene], float]]]:
    """Return sign and reader of each record field in a row's source."""
    terms, sign = [], 1.0
    for part in source.split():
        if part in "+-":
            sign = 1.0 if part == "+" else -1.0
        else:
            terms.append((sign, _field(part)))
    return terms


def _field(name: str) -> Callable[[Scene], float]:
    """Return the reader of a record field; three phases stand for their sum."""
    get = attrgetter(f"state.{name}" if name.startswith("meters.") else name)

    def read(scene: Scene) -> float:
        value: Any = get(scene)
        return total(value) if isinstance(value, tuple) else value

    return read


# ---- state -----------------------------------------------------------------------------------


def _run_state(now: Now) -> float:
    state = now.scene.flows.state
    if state == FAULT:
        return STOPPED
    if state == SELFTEST:
        return SELF_CHECK
    if state == BATSHUT:
        return ALARM
    if state in WORKING:
        return ALARM if now.lamps["alarm"] else NORMAL
    return AT_REST


def _relays(now: Now) -> float:
    closed = int(now.scene.flows.relays)
    bits = sum(1 << place for place, behind in RELAY_BITS if closed & int(behind))
    return float(bits | int(_inverts(now)))


def _inverts(now: Now) -> bool:
    flow = now.scene.flows
    return flow.state in WORKING and bool(int(flow.relays) & int(RELAY_LOAD))


def _alarm_word(address: int) -> Reading:
    def read(now: Now) -> float:
        places = (alarms.find_alarm(code).register_bit for code in now.scene.alarms)
        return float(sum(1 << place[1] for place in places if place and place[0] == address))

    return read


# ---- electrical -------------------------------------------------------------------------------


def _phase(name: str, place: int) -> Reading:
    return lambda now: now.flows[name][place]


def _between(name: str, one: int, other: int) -> Reading:
    """Return the voltage between two phases a third of a turn apart."""

    def read(now: Now) -> float:
        a_v, b_v = now.flows[name][one], now.flows[name][other]
        return math.sqrt(a_v * a_v + b_v * b_v + a_v * b_v)

    return read


def _current(power: str, voltage: str, place: int, *, reactive: bool = False) -> Reading:
    """Return the reading of a current with the sign of its power, the reactive part included."""

    def read(now: Now) -> float:
        volts, power_w = now.flows[voltage][place], now.flows[power][place]
        reactive_var = _inverter_var(now) / 3.0 if reactive else 0.0
        apparent_va = math.copysign(math.hypot(power_w, reactive_var), power_w)
        return apparent_va / volts if volts > DEAD_V else 0.0

    return read


def _inverter_var(now: Now) -> float:
    return now.scene.flows.reactive_var


def _output_v(place: int) -> Reading:
    return lambda now: now.flows["load_v"][place] if _inverts(now) else 0.0


def _apparent(*powers: str) -> Reading:
    """Return the reading of loads' apparent power."""
    return lambda now: sum(abs(sum(now.flows[power])) for power in powers)


def _apparent_of(power: str) -> Reading:
    """Return the reading of the apparent power where the inverter's reactive power passes."""
    return lambda now: math.hypot(sum(now.flows[power]), _inverter_var(now))


def _grid_power_factor(now: Now) -> float:
    """Return cos phi at the mains, without side; 1 where nothing flows."""
    power_w = sum(now.flows["grid_w"])
    apparent_va = math.hypot(power_w, _inverter_var(now))
    return abs(power_w) / apparent_va if apparent_va > 0.0 else 1.0


# ---- energies ---------------------------------------------------------------------------------


def _today(*lines: str) -> Reading:
    return lambda now: max(0.0, _sum(now.scene.today, lines)) / KILO


def _total(*lines: str) -> Reading:
    return lambda now: max(0.0, _sum(energies(now.scene.state.meters), lines)) / KILO


def _sum(counted: Energies, lines: Sequence[str]) -> float:
    return sum(getattr(counted, line) for line in lines)


def _active_wh(counted: Energies) -> float:
    """Return what came out of the inverter: what was used and sold, less what others fed."""
    used_wh = counted.load_wh + counted.home_wh + counted.smart_load_wh + counted.sell_wh
    return used_wh - counted.buy_wh - counted.generator_wh - counted.micro_inverter_wh


def _active_total(now: Now) -> float:
    return max(0.0, _active_wh(energies(now.scene.state.meters))) / KILO


# ---- the battery's management -----------------------------------------------------------------


def _bms(name: str, silent: float = 0.0) -> Reading:
    return lambda now: float(now.bms[name]) if now.bms["speaks"] else silent


def _bms_flags(now: Now) -> float:
    return ASKS_FOR_CHARGE if now.bms["speaks"] and now.bms["bms_force_charge"] else 0.0


def _bms_soh(now: Now) -> float:
    return now.scene.flows.soh * 100.0 if now.bms["speaks"] else NOT_REPORTED


def _capacity_ah(now: Now) -> float:
    return now.scene.site.battery.capacity_ah


# ---- the table --------------------------------------------------------------------------------


def _address(now: Now) -> float:
    return float(now.scene.values["parallel_address"])


# fmt: off
READINGS: dict[str, Reading] = {
    "modbus_address":               _address,
    "comm_address":                 _address,
    "bms1_charge_voltage":          _bms("bms_charge_v"),
    "bms1_discharge_voltage":       _bms("bms_discharge_v"),
    "bms1_charge_current_limit":    _bms("bms_charge_limit_a"),
    "bms1_discharge_current_limit": _bms("bms_discharge_limit_a"),
    "bms1_soc":                     _bms("bms_soc_pct"),
    "bms1_voltage":                 _bms("bms_voltage_v"),
    "bms1_current":                 _bms("bms_current_a"),
    "bms1_temperature":             _bms("bms_temp_c"),
    "bms1_offgrid_charge_limit":    _bms("bms_charge_limit_a"),
    "bms1_offgrid_discharge_limit": _bms("bms_discharge_limit_a"),
    "bms1_other_flags":             _bms_flags,
    "bms1_soh":                     _bms_soh,
    "bms1_rated_capacity":          lambda now: _capacity_ah(now) if now.bms["speaks"] else 0.0,
    "run_state":                    _run_state,
    "energy_active_today":          lambda now: _active_wh(now.scene.today) / KILO,
    "energy_active_total":          _active_total,
    "grid_connect_time_today":      lambda now: now.spans.grid_s,
    "gen_runtime_today":            lambda now: now.spans.generator_s / HOUR_S,
    "load_energy_year":             lambda now: now.spans.year_load_wh / KILO,
    "battery_charge_today":         _today("charge_wh"),
    "battery_discharge_today":      _today("discharge_wh"),
    "grid_import_today":            _today("buy_wh"),
    "grid_export_today":            _today("sell_wh"),
    "grid_import_total":            _total("buy_wh"),
    "grid_export_total":            _total("sell_wh"),
    "load_energy_today":            _today("load_wh", "home_wh"),
    "pv_energy_today":              _today("solar_wh"),
    "gen_energy_today":             _today("generator_wh", "micro_inverter_wh"),
    "dc_temperature":               lambda now: now.scene.flows.sink_c,
    "temperature_5_or_drm":         lambda now: now.scene.inputs.drm,
    "ac_relays":                    _relays,
    "warning_1":                    _alarm_word(553),
    "warning_2":                    _alarm_word(554),
    "fault_1":                      _alarm_word(555),
    "fault_2":                      _alarm_word(556),
    "fault_3":                      _alarm_word(557),
    "fault_4":                      _alarm_word(558),
    "battery_corrected_capacity":   lambda now: _capacity_ah(now) * now.scene.flows.soh,
    "ct_selfcheck":                 lambda now: CLAMPS_GOOD * now.scene.inputs.ct_ok,
    "grid_voltage_ab":              _between("grid_v", 0, 1),
    "grid_voltage_bc":              _between("grid_v", 1, 2),
    "grid_voltage_ca":              _between("grid_v", 2, 0),
    "pv1_voltage":                  lambda now: now.flows["pv1_v"],
    "pv2_voltage":                  lambda now: now.flows["pv2_v"],
    "grid_frequency":               lambda now: now.flows["grid_hz"],
    "grid_power_factor":            _grid_power_factor,
    "grid_inner_apparent_total":    _apparent_of("ld_w"),
    "grid_ct_apparent_total":       _apparent_of("grid_w"),
    "inverter_apparent_total":      _apparent_of("inverter_w"),
    "load_apparent_total":          _apparent("load_w", "home_w"),
}
for _place, _letter in enumerate("abc"):
    READINGS |= {
        f"grid_voltage_{_letter}":       _phase("grid_v", _place),
        f"grid_inner_current_{_letter}": _current("ld_w", "grid_v", _place, reactive=True),
        f"grid_ct_current_{_letter}":    _current("grid_w", "grid_v", _place, reactive=True),
        f"inverter_voltage_{_letter}":   _output_v(_place),
        f"inverter_current_{_letter}":   _current("inverter_w", "load_v", _place, reactive=True),
        f"load_voltage_{_letter}":       _phase("load_v", _place),
        f"load_current_{_letter}":       _current("load_w", "load_v", _place),
        f"gen_voltage_{_letter}":        _phase("gen_v", _place),
    }
# fmt: on
