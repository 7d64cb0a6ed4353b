"""States of the machine (rule C-10), stages of the charger (C-38), and relay bits, as kernel codes."""

STATES: list[str] = []
STAGES: list[str] = []
RELAYS: list[str] = []


def _code(table: list[str], name: str) -> float:
    table.append(name)
    return float(len(table) - 1)


def _bit(name: str) -> float:
    return 2.0 ** _code(RELAYS, name)


DARK = _code(STATES, "DARK")
OFF = _code(STATES, "OFF")
SELFTEST = _code(STATES, "SELFTEST")
ON_GRID = _code(STATES, "ON_GRID")
GEN = _code(STATES, "GEN")
OFF_GRID = _code(STATES, "OFF_GRID")
BATSHUT = _code(STATES, "BATSHUT")
STANDBY = _code(STATES, "STANDBY")
FAULT = _code(STATES, "FAULT")

BULK = _code(STAGES, "BULK")
ABSORB = _code(STAGES, "ABSORB")
FLOAT = _code(STAGES, "FLOAT")
EQUALIZE = _code(STAGES, "EQUALIZE")

RELAY_GRID = _bit("grid")
RELAY_LOAD = _bit("load")
RELAY_GEN = _bit("gen")
RELAY_SMART = _bit("smart_load")
RELAY_MI = _bit("micro_inverter")
RELAY_START = _bit("gen_start")
RELAY_BATTERY = _bit("battery")
RELAY_PV1 = _bit("pv1")
RELAY_PV2 = _bit("pv2")
RELAY_ATS = _bit("ats")


def relay_names(bits: float) -> list[str]:
    """Return the names of the closed relays in a kernel bit sum."""
    return [name for index, name in enumerate(RELAYS) if int(bits) >> index & 1]
