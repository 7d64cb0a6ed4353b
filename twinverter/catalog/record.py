"""The kernel's `Settings` record, built from the rows of the table.

All fields are floats in SI units: switches are 1.0 or 0.0, choices the codes of
`catalog/choices.py`, times of day seconds since midnight. An editor sees the fields through
`record.pyi`, which `python -m twinverter.catalog.docs` writes from the same rows.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from twinverter.catalog.gridcodes import in_force, law_in_force
from twinverter.catalog.law import Law, kernel_law
from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.row import Setting, Value
from twinverter.catalog.support import Support, kernel_support

TOU_ROWS, WEEK = 6, 7


def kernel_rows(group: str) -> list[Setting]:
    """Return the rows of one group that the kernel reads, in table order."""
    return [row for row in SETTINGS if row.in_kernel and row.group == group]


def _record(name: str, group: str) -> Any:
    made = NamedTuple(name, [(row.field, float) for row in kernel_rows(group)])  # type: ignore[misc]
    made.__doc__ = f"Settings of group `{group}` as the kernel reads them."
    return made


BatterySettings = _record("BatterySettings", "battery")
WorkModeSettings = _record("WorkModeSettings", "work_mode")
GridSettings = _record("GridSettings", "grid")
GenPortSettings = _record("GenPortSettings", "gen_port")
AdvancedSettings = _record("AdvancedSettings", "advanced")
ParallelSettings = _record("ParallelSettings", "parallel")
ButtonSettings = _record("ButtonSettings", "button")
InstallerSettings = _record("InstallerSettings", "installer")


class TouRow(NamedTuple):
    """One row of the timetable; it ends where the next one starts."""

    grid_charge: float
    gen_charge: float
    start_s: float
    power_w: float
    batt_v: float
    batt_soc: float


class TimeOfUseSettings(NamedTuple):
    """The timetable: its switch, its weekdays from Monday, its six rows."""

    tou_enable: float
    days: tuple[(float,) * WEEK]  # type: ignore[valid-type]
    rows: tuple[(TouRow,) * TOU_ROWS]  # type: ignore[valid-type]


class Settings(NamedTuple):
    """Everything somebody typed in, the figures of the law no menu holds, and what follows."""

    battery: BatterySettings
    work_mode: WorkModeSettings
    time_of_use: TimeOfUseSettings
    grid: GridSettings
    gen_port: GenPortSettings
    advanced: AdvancedSettings
    parallel: ParallelSettings
    button: ButtonSettings
    installer: InstallerSettings
    law: Law
    support: Support


def kernel_settings(values: Mapping[str, Value], law: Law | None = None) -> Settings:
    """Return the kernel's record for stored values; what is missing stands at its default.

    What the grid mode holds stands over what is stored (C-47).
    """
    values = in_force(values)
    flat: dict[str, dict[str, float]] = {}
    for row in SETTINGS:
        if row.in_kernel:
            value = values.get(row.key, row.default)
            flat.setdefault(row.group, {})[row.field] = row.to_kernel(value)  # type: ignore[arg-type]
    figures: Any = law_in_force(values, law or kernel_law())
    grid = GridSettings(**flat["grid"])
    return Settings(
        battery=BatterySettings(**flat["battery"]),
        work_mode=WorkModeSettings(**flat["work_mode"]),
        time_of_use=_timetable(flat["time_of_use"]),
        grid=grid,
        gen_port=GenPortSettings(**flat["gen_port"]),
        advanced=AdvancedSettings(**flat["advanced"]),
        parallel=ParallelSettings(**flat["parallel"]),
        button=ButtonSettings(**flat["button"]),
        installer=InstallerSettings(**flat["installer"]),
        law=figures,
        support=kernel_support(grid, figures),
    )


def _timetable(flat: dict[str, float]) -> TimeOfUseSettings:
    days = tuple(flat[f"days_{day + 1}"] for day in range(WEEK))
    rows = tuple(
        TouRow(**{name: flat[f"rows_{place + 1}_{name}"] for name in TouRow._fields})
        for place in range(TOU_ROWS)
    )
    return TimeOfUseSettings(flat["tou_enable"], days, rows)
