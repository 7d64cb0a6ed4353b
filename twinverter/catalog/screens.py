"""Where a setting stands on the LCD: tile of System Setup, title of the page, words of a choice.

Titles and choices are written as the machine prints them, manual 3.11 and 5.4 to 5.11. Order and
rows of a page are those of the settings table; the weekdays stand on a page of their own, as in
later firmware of the family. The installer's page is ours.
"""

from collections.abc import Mapping
from typing import NamedTuple

from twinverter.catalog.depends import clauses
from twinverter.catalog.pages import PAGES, SETTINGS
from twinverter.catalog.profiles import LABELS
from twinverter.catalog.row import CHOICE, NUMBER, SECRET, SWITCH, Setting, Value

ROWS = {row.key: row for row in SETTINGS}


class Screen(NamedTuple):
    """One page: its route, the tile that leads to it, its title, its rows in the manual's order."""

    key: str
    tile: str
    title: str
    rows: tuple[Setting, ...]


# Tiles of System Setup in the order of the screen (S11), the last one ours.
TILES = (
    "Battery Setting",
    "System Work Mode",
    "Grid Setting",
    "Gen Port Use",
    "Basic Setting",
    "Advanced Function",
    "Li-Batt Info",
    "Device Info",
    "Installer",
)

# fmt: off
_TITLES = (
    # key          page of the table           first row     tile                 title
    ("basic",      "Basic",                    "",           "Basic Setting",     "Basic Setting"),
    ("batt1",      "Battery 1",                "",           "Battery Setting",   "Batt Mode"),
    ("batt2",      "Battery 2",                "",           "Battery Setting",   "Batt Set2"),
    ("batt3",      "Battery 3",                "",           "Battery Setting",   "Batt Set3"),
    ("work1",      "System Work Mode 1",       "",           "System Work Mode",  "Work Mode1"),
    ("work2",      "System Work Mode 2",       "",           "System Work Mode",  "Work Mode2"),
    ("days",       "System Work Mode 2",       "tou_mon",    "System Work Mode",  "Days"),
    ("grid1",      "Grid 1",                   "",           "Grid Setting",      "Grid Set1"),
    ("grid2",      "Grid 2",                   "",           "Grid Setting",      "Grid Set2"),
    ("grid3",      "Grid 3",                   "",           "Grid Setting",      "Grid Set3"),
    ("grid4",      "Grid 4",                   "",           "Grid Setting",      "Grid Set4"),
    ("port",       "Gen port",                 "",           "Gen Port Use",      "PORT Set1"),
    ("func",       "Advanced",                 "",           "Advanced Function", "Func Set1"),
    ("par",        "Parallel",                 "",           "Advanced Function", "Par. Set"),
    ("bms",        "Li-BMS",                   "",           "Li-Batt Info",      "Li-BMS"),
    ("info",       "Device info",              "",           "Device Info",       "Device Info."),
    ("button",     "Front button",             "",           "",                  "ON/OFF button"),
    ("installer1", "Installer profile (ours)", "",           "Installer",         "Installer1"),
    ("installer2", "Installer profile (ours)", "smart_pv_hold_s", "Installer",    "Installer2"),
    ("installer3", "Installer profile (ours)", "offgrid_no_battery", "Installer", "Installer3"),
)

_CHOICES = {
    "batt_mode":         ("Lithium", "Use Batt V", "Use Batt %", "No Batt"),
    "lead_acid_type":    ("AGM", "Gel", "Wet"),
    "work_mode":         ("Selling First", "Zero Export To Load", "Zero Export To CT"),
    "energy_pattern":    ("BattFirst", "LoadFirst"),
    "grid_mode":         LABELS,
    "grid_type":         ("230/400V 3 Phase", "220/380V 3 Phase", "240/415V 3 Phase", "120/208V 3 Phase",
                          "220V Single Phase", "120/240V Split Phase", "120V Single Phase"),
    "grid_frequency_hz": ("50HZ", "60HZ"),
    "gen_port_mode":     ("Generator Input", "Smart Load Output", "Micro Inv Input"),
    "ex_meter_phase":    ("A Phase", "B Phase", "C Phase"),
    "meter_select":      ("None", "CHNT DTSU666", "Eastron"),
    "parallel_role":     ("Master", "Slave"),
    "parallel_phase":    ("A Phase", "B Phase", "C Phase"),
    "modbus_baud":       ("9600", "19200", "38400", "57600", "115200"),
    "on_grid_floor":     ("Low Batt", "Shutdown"),
    "gen_down_meaning":  ("By firmware", "Rest", "Run on"),
    "peak_shave_floor":  ("Slot target", "Low Batt"),
    "zero_export_scope": ("Per phase", "Sum of phases"),
    "phase_mode":        ("Three-phase", "Single-phase"),
    "firmware":          ("Manual", "Later"),
}

# Names for sentences where the label of the page lists the choices instead.
_NAMES = {
    "work_mode":      "Work mode",
    "ex_meter_phase": "Meter phase",
    "parallel_role":  "Role",
    "parallel_phase": "Phase",
    "alarm_log":      "Alarms",
}

_UNITS = {"degC": "°C", "d": "days", "h": "hours", "mOhm": "mOhms", "mV/degC/cell": "mV/C/Cell", "hh:mm": ""}

# A clause of a row that hides it instead of greying it: page ("" any), clause, the manual's reason.
_HIDING = (
    ("",           "batt_mode=use_batt_v",  "In volts only while Batt Mode is Use Batt V; its percent stands here otherwise (5.6)."),
    ("",           "batt_mode!=use_batt_v", "In percent; its volts stand here while Batt Mode is Use Batt V (5.6)."),
    ("Battery 2",  "gen_on_grid_port=1",    "Grid Signal is disabled unless a generator is connected to the grid input (5.6)."),
    ("Battery 3",  "batt_mode=lithium",     "The page of a lithium battery has this field, that of a lead-acid one has not (5.6)."),
    ("Battery 3",  "batt_mode!=lithium",    "The charge stages are those of a lead-acid battery; a lithium battery's own management leads (5.6)."),
    ("Battery 3",  "batt_mode=use_batt_v or batt_mode=use_batt_pct", "Only a lead-acid battery is AGM, gel or wet (5.6)."),
    ("Parallel",   "parallel_feature=1",    "Parallel operation is announced and not yet available (3.11)."),
    ("Parallel",   "phase_mode=single",     "A phase is chosen on single-phase units; this machine carries all three (3.11, 9)."),
)
# Region 2 of Batt Set3.
_PROFESSIONAL = ("equalization_days", "equalization_hours", "tempco_mv_c_cell", "batt_resistance_mohm")
_LEFT_ALONE = "For professional installers, best left alone (5.6)."
_CALIFORNIAN = ("Grid 3", "Grid 4")
_ELSEWHERE = "The manual means this page for California only (5.8)."
_SECRET = "The code is asked for on the PassWord page and cannot be changed (5.5)."
# fmt: on


def _screens() -> tuple[Screen, ...]:
    found = []
    for place, (key, page, first, tile, title) in enumerate(_TITLES):
        rows = next(rows for rows in PAGES if rows[0].page == page)
        keys = [row.key for row in rows]
        start = keys.index(first) if first else 0
        end = len(rows)
        if place + 1 < len(_TITLES) and _TITLES[place + 1][1] == page:
            end = keys.index(_TITLES[place + 1][2])
        found.append(Screen(key, tile, title, rows[start:end]))
    return tuple(found)


SCREENS = _screens()
_SCREEN_OF = {row.key: screen for screen in SCREENS for row in screen.rows}


def screen_of(key: str) -> Screen:
    """Return the page on which the row of a bare key stands."""
    return _SCREEN_OF[key]


def place_of(key: str) -> str:
    """Return where a row is found, in words: tile and title of its page."""
    screen = _SCREEN_OF[key]
    if screen.tile in ("", screen.title, screen.title.rstrip(".")):
        return screen.title
    return f"{screen.tile}, {screen.title}"


def name_of(row: Setting) -> str:
    """Return what a sentence calls a row."""
    return _NAMES.get(row.key, row.label)


def unit_of(row: Setting) -> str:
    """Return the unit as the screen writes it."""
    return _UNITS.get(row.unit, row.unit)


def choice_text(row: Setting, choice: Value) -> str:
    """Return one choice as the screen writes it."""
    return _CHOICES[row.key][row.choices.index(choice)]


def decimals_of(row: Setting) -> int:
    """Return how many decimals a number of the row shows, as many as its step has."""
    text = f"{row.step or 1:f}".rstrip("0")
    return len(text.partition(".")[2])


def value_text(row: Setting, value: Value) -> str:
    """Return a stored value in words: on, Use Batt %, 40 A, 05:00."""
    if row.kind == SWITCH:
        return "on" if value else "off"
    if row.kind == CHOICE:
        return choice_text(row, value)
    if row.kind == NUMBER:
        return f"{float(value):.{decimals_of(row)}f} {unit_of(row)}".rstrip()
    return str(value)


def hiding_clauses(row: Setting) -> dict[str, str]:
    """Return clause -> reason for what hides a row from its page, instead of greying it."""
    known = {(page, clause): reason for page, clause, reason in _HIDING}
    found = {}
    for part in row.depends_on.split("; "):
        reason = known.get((row.page, part)) or known.get(("", part))
        if reason:
            found[part] = reason
    return found


def remark(row: Setting) -> str:
    """Return what a page says beside a row: who should leave it alone, what it does not do."""
    if row.key in _PROFESSIONAL:
        return _LEFT_ALONE
    if row.use.awaits:
        return f"Kept, without effect yet: awaits {row.use.awaits}."
    if row.page in _CALIFORNIAN:
        return _ELSEWHERE
    return f"Without effect: {row.use.reserved}." if row.use.reserved else ""


def never_shown(row: Setting) -> str:
    """Return why no page shows a row, empty for every other."""
    return _SECRET if row.kind == SECRET else ""


def hidden_reason(row: Setting, values: Mapping[str, Value]) -> str:
    """Return why a row does not stand on its page now, empty where it does."""
    if never_shown(row):
        return never_shown(row)
    for clause, reason in hiding_clauses(row).items():
        if not any(condition.holds(values) for condition in clauses(clause)[0]):
            return reason
    for clause_ in clauses(row.depends_on):
        reasons = [
            hidden_reason(ROWS[one.key], values) if one.key in ROWS else "" for one in clause_
        ]
        if all(reasons):
            return reasons[0]
    return ""
