"""The stub beside `record.py`: the fields of the kernel's record, so that an editor completes them."""

import re

from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.record import TOU_ROWS, WEEK, Settings, TouRow, kernel_rows
from twinverter.catalog.row import CHOICE, SWITCH, TIME, Setting

HEAD = '''\
"""Made by python -m twinverter.catalog.docs from the settings table; edit the table, not this."""

from collections.abc import Mapping
from typing import NamedTuple

from twinverter.catalog.law import Law
from twinverter.catalog.row import Setting, Value
from twinverter.catalog.support import Support

TOU_ROWS: int
WEEK: int

def kernel_rows(group: str) -> list[Setting]: ...
def kernel_settings(values: Mapping[str, Value], law: Law | None = None) -> Settings: ...
'''


def kernel_path(row: Setting) -> str:
    """Return how kernel code reads a row: `settings.battery.float_v`."""
    field = re.sub(r"^(rows|days)_(\d)_?", _indexed, row.field).rstrip(".")
    return f"settings.{row.group}.{field}"


def _indexed(match: re.Match[str]) -> str:
    return f"{match[1]}[{int(match[2]) - 1}]."


def record_stub() -> str:
    """Return the text of `record.pyi`."""
    parts = [HEAD]
    for group, kind in Settings.__annotations__.items():
        if group == "time_of_use":
            parts.append(_timetable())
        elif group not in ("law", "support"):
            lines = [f"    {row.field}: float  # {_note(row)}" for row in kernel_rows(group)]
            parts.append(_class(kind.__name__, lines))
    groups = [f"    {group}: {kind.__name__}" for group, kind in Settings.__annotations__.items()]
    parts.append(_class("Settings", groups))
    return "\n".join(parts)


def _class(name: str, lines: list[str]) -> str:
    return f"class {name}(NamedTuple):\n" + "\n".join(lines) + "\n"


def _timetable() -> str:
    rows = {row.field: row for row in SETTINGS if row.group == "time_of_use"}
    fields = [f"    {name}: float  # {_note(rows[f'rows_1_{name}'])}" for name in TouRow._fields]
    week = ", ".join(["float"] * WEEK)
    timetable = ", ".join(["TouRow"] * TOU_ROWS)
    lines = [
        "    tou_enable: float  # " + _note(rows["tou_enable"]),
        "    # 1.0 where the rows apply, from Monday",
        f"    days: tuple[{week}]",
        f"    rows: tuple[{timetable}]",
    ]
    return _class("TouRow", fields) + "\n" + _class("TimeOfUseSettings", lines)


def _note(row: Setting) -> str:
    if row.kind == CHOICE and not row.kernel_values:
        return "code: " + ", ".join(str(choice) for choice in row.choices)
    if row.kind == SWITCH:
        return "1.0 on, 0.0 off"
    return "seconds since midnight" if row.kind == TIME else row.label
