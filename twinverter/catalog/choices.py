"""Kernel codes of the choices: the place of a choice in its row, as a float."""

from twinverter.catalog.pages import SETTINGS

_ROWS = {row.key: row for row in SETTINGS}


def code(key: str, choice: str) -> float:
    """Return the kernel's float for one choice of a setting."""
    return _ROWS[key].to_kernel(choice)


LITHIUM = code("batt_mode", "lithium")
USE_BATT_V = code("batt_mode", "use_batt_v")
USE_BATT_PCT = code("batt_mode", "use_batt_pct")
NO_BATT = code("batt_mode", "no_batt")

AGM = code("lead_acid_type", "agm")
GEL = code("lead_acid_type", "gel")
WET = code("lead_acid_type", "wet")

SELLING_FIRST = code("work_mode", "selling_first")
ZERO_EXPORT_LOAD = code("work_mode", "zero_export_load")
ZERO_EXPORT_CT = code("work_mode", "zero_export_ct")

BATT_FIRST = code("energy_pattern", "batt_first")
LOAD_FIRST = code("energy_pattern", "load_first")

GENERATOR_INPUT = code("gen_port_mode", "generator_input")
SMART_LOAD_OUTPUT = code("gen_port_mode", "smart_load_output")
MICRO_INV_INPUT = code("gen_port_mode", "micro_inv_input")

FLOOR_LOW_BATT = code("on_grid_floor", "low_batt")
FLOOR_SHUTDOWN = code("on_grid_floor", "shutdown")

BY_FIRMWARE = code("gen_down_meaning", "by_firmware")
REST = code("gen_down_meaning", "rest")
RUN_ON = code("gen_down_meaning", "run_on")

PEAK_FLOOR_SLOT_TARGET = code("peak_shave_floor", "slot_target")
PEAK_FLOOR_LOW_BATT = code("peak_shave_floor", "low_batt")

PER_PHASE = code("zero_export_scope", "per_phase")
SUM = code("zero_export_scope", "sum")

MANUAL = code("firmware", "manual")
LATER = code("firmware", "later")
