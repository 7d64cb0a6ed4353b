"""Advanced functions: arc, peak shaving of the generator, DRM, BMS stop, meter. Manual 5.10.

Columns: see `catalog/columns.py`.
"""

from twinverter.catalog.columns import choice, number, page, shown_only, switch
from twinverter.catalog.row import (
    ACTION,
    ASSUMED,
    FAMILY,
    KERNEL,
    MANUAL,
    PORTS,
    TWIN,
    awaits,
    reserved,
)
from twinverter.catalog.word import bit, codes, flag, pair, word

# fmt: off
ADVANCED = page("Advanced", "advanced", (
    switch("solar_arc_fault_on",       "Solar Arc Fault ON",          False, ASSUMED, MANUAL, "5.10:923", KERNEL,                        bit(181, 0),
           "", "Arc detection on the PV side; US only."),
    shown_only(ACTION, "clear_arc_fault", "Clear Arc_Fault", "", None, ASSUMED, FAMILY, "5.10", TWIN, "",
               "solar_arc_fault_on=1", "Acknowledges a latched arc fault."),
    switch("system_selfcheck",         "System selfcheck",            False, MANUAL,  MANUAL, "5.10:924", reserved("factory use, the manual shows it disabled"), None,
           "access=factory", "Factory use; shown disabled."),
    switch("gen_peak_shaving",         "Gen Peak-shaving",            False, ASSUMED, MANUAL, "5.10:925", KERNEL,                                                pair(178, 2),
           "gen_port_mode=generator_input or gen_on_grid_port=1", "Inverter adds power when demand exceeds the generator rating."),
    switch("drm",                      "DRM",                         False, ASSUMED, MANUAL, "5.10:926", KERNEL,                                                pair(178, 12),
           "", "Obeys the demand-response input (AS4777)."),
    number("backup_delay_ms",          "Backup Delay",                "ms",    0,   0, 30000, 1, ASSUMED, ASSUMED, "5.10:927", reserved("printed as 'Reserved'"), word(209),
           "", "Reserved; delay before off-grid output in later firmware."),
    switch("bms_err_stop",             "BMS_Err_Stop",                False, ASSUMED, MANUAL, "5.10:928", KERNEL,                                                pair(178, 10),
           "batt_mode=lithium", "Stops with F58 when the BMS is silent."),
    switch("signal_island_mode",       "Signal island mode",          False, ASSUMED, MANUAL, "5.10:929", KERNEL,                                                pair(178, 8),
           "", "Drives the ATS output that controls the earth-neutral relay."),
    switch("ex_meter_for_ct",          "Ex_Meter For CT",             False, ASSUMED, MANUAL, "5.10:933", KERNEL,                                                bit(344, 0),
           "", "Uses the external three-phase meter in place of CTs."),
    choice("ex_meter_phase",           "A Phase / B Phase / C Phase", "A",            ("A", "B", "C"),                     ASSUMED, MANUAL, "5.10:933", PORTS, None,
           "ex_meter_for_ct=1", "Meter phase to which inverter L1 belongs."),
    choice("meter_select",             "Meter Select",                "chnt_dtsu666", ("none", "chnt_dtsu666", "eastron"), MANUAL,  FAMILY, "5.10:933", PORTS, codes(345, 0, 2, 1),
           "ex_meter_for_ct=1", "Make of external meter; only CHNT is in the manual."),
    number("ct_ratio",                 "CT Ratio",                    "",   2000, 100,  5000, 1, FAMILY,  ASSUMED, "5.10",     PORTS,                             word(347),
           "ex_meter_for_ct=0", "Turns ratio of the clamps (100 A / 50 mA)."),
    switch("asymmetric_phase_feeding", "Asymmetric phase feeding",    False, ASSUMED, FAMILY, "5.10",     KERNEL,                                                flag(237),
           "", "Inverter feeds phases unequally so the grid sees equal power on each."),
    switch("mppt_scan",                "MPPT Scan",                   False, ASSUMED, FAMILY, "5.10",     awaits("I-V scan of the trackers"),                    bit(341, 2),
           "", "Periodic I-V scan to leave a local maximum."),
))
# fmt: on
