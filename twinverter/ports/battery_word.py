"""What a battery management says to its inverter, whatever wire carries it.

The words are those of Pylontech's low-voltage protocols; units are SI, ratios 0 to 1, currents
positive out of the battery.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

# A protection that has acted ends the one direction, the other, or both.
CHARGE_ENDS = frozenset(
    {"over_voltage", "over_temperature", "under_temperature", "charge_over_current", "system_error"}
)
DISCHARGE_ENDS = frozenset(
    {"under_voltage", "over_temperature", "discharge_over_current", "system_error"}
)
# How the device's own battery reports what the device found on it.
REPORTED = {
    "F55": "over_voltage",
    "F56": "under_voltage",
    "F51": "over_temperature",
    "COLDCHG": "under_temperature",
}
# Batteries of these makers leave the bits of may_charge and may_discharge at zero while they work.
BITS_UNUSED = ("DEYE",)


class Word(NamedTuple):
    """The last word of a battery management; `protections` are those that have acted.

    `soc` is None while it has not said how full it is.
    """

    charge_v: float
    discharge_v: float
    charge_a: float
    discharge_a: float
    may_charge: bool = True
    may_discharge: bool = True
    force_charge: bool = False
    soc: float | None = None
    soh: float = 1.0
    voltage_v: float = 0.0
    current_a: float = 0.0
    temp_c: float = 25.0
    capacity_ah: float = 0.0
    maker: str = ""
    protections: frozenset[str] = frozenset()

    @property
    def allowed_charge_a(self) -> float:
        """Return the current that may charge now."""
        return self.charge_a if self._is_open(self.may_charge, CHARGE_ENDS) else 0.0

    @property
    def allowed_discharge_a(self) -> float:
        """Return the current that may discharge now."""
        return self.discharge_a if self._is_open(self.may_discharge, DISCHARGE_ENDS) else 0.0

    def _is_open(self, allowed: bool, ends: frozenset[str]) -> bool:
        ignored = self.maker.startswith(BITS_UNUSED)
        return (allowed or ignored) and not self.protections & ends


def own_word(shown: Mapping[str, Any], maker: str) -> Word | None:
    """Return what the device's own battery says, from a snapshot; None while it says nothing."""
    bms = shown["bms"]
    if not bms["speaks"]:
        return None
    soc = bms["bms_soc_pct"] / 100.0
    standing = (REPORTED.get(alarm["code"]) for alarm in shown["alarms"])
    return Word(
        bms["bms_charge_v"],
        bms["bms_discharge_v"],
        bms["bms_charge_limit_a"],
        bms["bms_discharge_limit_a"],
        bms["bms_charge_limit_a"] > 0.0,
        bms["bms_discharge_limit_a"] > 0.0,
        bms["bms_force_charge"],
        soc,
        shown["flows"]["soh"],
        bms["bms_voltage_v"],
        bms["bms_current_a"],
        bms["bms_temp_c"],
        bms["dump_energy_ah"] / soc if soc > 0.0 else 0.0,
        maker,
        frozenset(filter(None, standing)),
    )
