"""Basic: clock, display, reset, lock. Manual 5.5.

Columns: see `catalog/columns.py`.
"""

from twinverter.catalog.columns import number, page, shown_only, switch
from twinverter.catalog.row import ACTION, ASSUMED, FAMILY, MANUAL, PANEL, PORTS, SECRET, TWIN
from twinverter.catalog.word import bits, pair

# fmt: off
BASIC = page("Basic", "basic", (
    switch("time_syncs",           "Time Syncs",             True,  ASSUMED, FAMILY, "5.5",     TWIN,  pair(228, 0),
           "", "Clock follows the cloud platform automatically."),
    switch("beep",                 "Beep",                   True,  ASSUMED, FAMILY, "5.5",     PANEL, pair(228, 2),
           "", "Buzzer sounds during alarms."),
    switch("auto_dim",             "Auto Dim",               True,  ASSUMED, FAMILY, "5.5",     PANEL, pair(228, 6),
           "", "LCD brightness falls when nobody touches the panel."),
    switch("clock_24h",            "24-Hour",                True,  ASSUMED, FAMILY, "5.5",     PANEL, pair(228, 4, inverted=True),
           "", "Clock format: 24 h, or AM/PM when off."),
    number("clock_year",           "Year",                   "", 2021, 2000, 2099, 1, ASSUMED, FAMILY, "5.5", TWIN, bits(62, 8, 8, offset=-2000),
           "time_syncs=0", "Manual date and time entry; the time of day drives time of use, daily counters and the alarm log."),
    number("clock_month",          "Month",                  "",    4,    1,   12, 1, ASSUMED, FAMILY, "5.5", TWIN, bits(62, 0, 8),
           "time_syncs=0", "Manual date and time entry; the time of day drives time of use, daily counters and the alarm log."),
    number("clock_day",            "Day",                    "",    1,    1,   31, 1, ASSUMED, FAMILY, "5.5", TWIN, bits(63, 8, 8),
           "time_syncs=0", "Manual date and time entry; the time of day drives time of use, daily counters and the alarm log."),
    number("clock_hour",           "Hour",                   "",    0,    0,   23, 1, ASSUMED, FAMILY, "5.5", TWIN, bits(63, 0, 8),
           "time_syncs=0", "Manual date and time entry; the time of day drives time of use, daily counters and the alarm log."),
    number("clock_minute",         "Minute",                 "",    0,    0,   59, 1, ASSUMED, FAMILY, "5.5", TWIN, bits(64, 8, 8),
           "time_syncs=0", "Manual date and time entry; the time of day drives time of use, daily counters and the alarm log."),
    shown_only(ACTION, "factory_reset",          "Factory Reset",          "", None,   MANUAL, MANUAL, "5.5:615", TWIN, "",
               "password=factory_reset_password; lock_out_all_changes=0", "Returns every parameter to its default; counters, serial number and alarm log are kept (assumed)."),
    shown_only(SECRET, "factory_reset_password", "Factory Reset PassWord", "", "9999", MANUAL, MANUAL, "5.5:620", TWIN, "",
               "", "Code asked before a factory reset."),
    switch("lock_out_all_changes", "Lock out all changes",   False, ASSUMED, MANUAL, "5.5:616", TWIN,  None,
           "password=lock_password", "While set, no parameter can be changed from panel or wire; reading stays possible."),
    shown_only(SECRET, "lock_password",          "Lock out PassWork",      "", "7777", MANUAL, MANUAL, "5.5:622", TWIN, "",
               "", "Code asked to set or clear the lock-out."),
    switch("allow_remote",         "Allow Remote",           False, ASSUMED, FAMILY, "5.5",     PORTS, pair(228, 14),
           "", "Permits parameter writes from the logger or cloud."),
))
# fmt: on
