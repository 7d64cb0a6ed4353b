"""A machine's settings as one of several units has them: what stands once for the house, divided.

What bounds a machine (Max Charge, Max Sell, a row's Power, the limits of peak shaving and of the
engine) is each unit's own, so that the group has it as often as it has units (C-60). What belongs
to the house stands once: the standing import, the engine itself, and a bank that all share.
"""

import zlib
from collections.abc import Mapping
from typing import Any

from twinverter.catalog.choices import ZERO_EXPORT_CT
from twinverter.catalog.machine import MODEL
from twinverter.catalog.settings import SETTINGS, Settings
from twinverter.group.told import Badge
from twinverter.plant.site import Site

# Of the battery page, what may differ from unit to unit where each has a bank of its own.
SIZE = frozenset(
    ("batt_capacity_ah", "max_charge_a", "max_discharge_a", "grid_charge_a", "gen_charge_a")
)
BANK = frozenset(row.key for row in SETTINGS if row.stored and row.group == "battery") - SIZE


def mark(values: Mapping[str, Any], keys: frozenset[str]) -> float:
    """Return a number that is the same for equal values of these keys, and hardly for others."""
    return float(zlib.crc32(repr([values[key] for key in sorted(keys)]).encode()))


def badge_of(values: Mapping[str, Any], gain: float, phase: float) -> Badge:
    """Return who a unit is, from its stored settings."""
    return Badge(
        float(values["parallel_address"]),
        1.0 if values["parallel_role"] == "master" else 0.0,
        phase,
        float(int(MODEL.encode()[-4:].hex(), 16)),
        mark(values, BANK),
        mark(values, SIZE),
        gain,
    )


def member_settings(
    settings: Settings, units: int, master: bool, shared: bool, single: bool
) -> Settings:
    """Return the settings of one of so many units; `single`: it is a single-phase machine.

    Only the master has clamps to test; what they read reaches a slave by wire, as a meter's does.
    """
    made: Any = settings
    mode, battery = made.work_mode, made.battery
    law, advanced = made.law, made.advanced
    if not master and mode.work_mode == ZERO_EXPORT_CT:
        advanced = advanced._replace(ex_meter_for_ct=1.0)
    if single:
        # One port of 50 A feeds all three legs (datasheet).
        rating = law.rating._replace(port_a=law.rating.port_a / 3.0)
        law = law._replace(rating=rating)
    if shared:
        battery = battery._replace(
            batt_capacity_ah=battery.batt_capacity_ah / units,
            batt_resistance_ohm=battery.batt_resistance_ohm * units,
        )
    member: Settings = made._replace(
        battery=battery,
        advanced=advanced,
        work_mode=mode._replace(zero_export_power_w=mode.zero_export_power_w / units),
        law=law,
    )
    return member


def member_site(site: Site, units: int) -> Site:
    """Return the site as one of so many units finds it: its part of the one engine."""
    engine = site.genset
    return site._replace(
        genset=engine._replace(
            rated_w=engine.rated_w / units,
            droop_v_per_w=engine.droop_v_per_w * units,
            droop_hz_per_w=engine.droop_hz_per_w * units,
            fuel_idle_l_per_s=engine.fuel_idle_l_per_s / units,
        )
    )
