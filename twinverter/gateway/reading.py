"""A reading of a foreign device: figures, and counters since the device was made.

Whoever cannot deliver samples still tells counters, and a counter loses nothing on the way: what a
lost message would have said is in the next one. `None` in `counters` is what was not told.
"""

from collections.abc import Mapping
from typing import NamedTuple

from twinverter.catalog import alarms
from twinverter.catalog.telemetry import TELEMETRY, Telemetry
from twinverter.monitor.columns import PLACE, SUMS

ROWS = {row.key: row for row in TELEMETRY}
HOUR_S, KILO = 3600.0, 1000.0
# What one of a counter's unit is in Wh or s.
SIZES = {"kWh": KILO, "h": HOUR_S}
# fmt: off
COUNTERS = {
    # sum                 counter it is told by
    "solar_wh":           "pv_energy_total",
    "load_wh":            "load_energy_total",
    "buy_wh":             "grid_import_total",
    "sell_wh":            "grid_export_total",
    "grid_import_wh":     "grid_import_total",
    "grid_export_wh":     "grid_export_total",
    "charge_wh":          "battery_charge_total",
    "discharge_wh":       "battery_discharge_total",
    "generator_wh":       "gen_energy_total",
    "generator_s":        "gen_runtime_total",
}
# fmt: on
# Wider than any figure of the table: what is beyond is a fault on the way.
WIDEST = 1e9


class Reading(NamedTuple):
    """Figures by telemetry key, and counters in the order of the sums, in Wh and s."""

    figures: Mapping[str, float]
    counters: tuple[float | None, ...]


def of_values(values: Mapping[str, object]) -> Reading:
    """Return a reading of values by telemetry key; what is no figure of the table is left out."""
    numbers = {
        key: float(value)
        for key, value in values.items()
        if key in ROWS and isinstance(value, int | float) and abs(value) < WIDEST
    }
    counted = [_counted(numbers, COUNTERS.get(name)) for name in SUMS]
    return Reading({key: one for key, one in numbers.items() if key in PLACE}, tuple(counted))


def of_words(words: Mapping[int, int]) -> Reading:
    """Return a reading of register words by address; rows that are not whole are left out."""
    values = {
        row.key: row.from_word(words)
        for row in TELEMETRY
        if not row.text and all(address in words for address in row.addresses)
    }
    return of_values(values)


def codes(figures: Mapping[str, float]) -> list[str]:
    """Return the alarms whose bits stand in the words of warnings and faults, in table order."""
    words = {ROWS[key].address: int(value) for key, value in figures.items() if key in WORDS}
    found = []
    for row in alarms.ALARMS:
        address, bit = row.register_bit or (0, 0)
        if words.get(address, 0) >> bit & 1:
            found.append(row.code)
    return found


def _counted(numbers: Mapping[str, float], key: str | None) -> float | None:
    if key is None or key not in numbers or numbers[key] < 0.0:
        return None
    return numbers[key] * SIZES[ROWS[key].unit]


def _is_alarm_word(row: Telemetry) -> bool:
    return row.source == "flows.alarms"


WORDS = {row.key for row in TELEMETRY if _is_alarm_word(row)}
