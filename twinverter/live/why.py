"""Why every line does what it does, as the panel shows it: sentence, setting behind it, section."""

from collections.abc import Mapping

from twinverter.catalog.gridcodes import in_force
from twinverter.catalog.reasons import LINES, find_reason
from twinverter.catalog.row import Value
from twinverter.catalog.screens import name_of, value_text
from twinverter.catalog.settings import BY_KEY, Settings
from twinverter.core.lines import Reasons
from twinverter.words import wording
from twinverter.words.orders import in_volts, row_at

PERCENT, VOLTS = "_soc_pct", "_v"
# The first row of the timetable stands for whichever holds.
ROW_PREFIX, ROW_PERCENT, ROW_VOLTS = "tou1_", "_batt_pct", "_batt_v"


def reasons(
    codes: Reasons, settings: Settings, values: Mapping[str, Value], moment: wording.Moment
) -> list[dict[str, str]]:
    """Return one entry per line that has a reason; setting and label are empty where none binds.

    A setting that the grid mode holds stands with the code's figure.
    """
    values = in_force(values)
    found = []
    for line in LINES:
        code = getattr(codes, line)
        if not code:
            continue
        row = find_reason(code)
        key = setting_behind(row.setting, settings, moment["clock_s"])
        setting = BY_KEY.get(key)
        found.append(
            {
                "line": line,
                "key": row.key,
                "text": wording.told(code, settings, moment),
                "setting": setting.path if setting else "",
                "label": f"{name_of(setting)}: {value_text(setting, values[key])}"
                if setting and setting.stored
                else "",
                "section": row.section,
            }
        )
    return found


def setting_behind(key: str, settings: Settings, clock_s: float) -> str:
    """Return the key of a reason's setting as it holds now: its row, and volts or percent."""
    if key.startswith(ROW_PREFIX):
        key = f"tou{row_at(settings, clock_s) or 1}_{key[len(ROW_PREFIX) :]}"
    if in_volts(settings):
        for percent, volts in ((ROW_PERCENT, ROW_VOLTS), (PERCENT, VOLTS)):
            twin = key.removesuffix(percent) + volts
            if key.endswith(percent) and twin in BY_KEY:
                return twin
    return key
