"""Writable registers of the family that no setting of the manual owns.

A client reads and writes them; the machine keeps what was written and does nothing with it, for
the reason each row gives; the live twin obeys those that say so. Documents and clients behind each register: see `catalog/family.py`.
"""

from dataclasses import dataclass

FACTORY = "factory parameter of the maker, kept without effect"
FAMILY_ONLY = "function of the family that the manual does not have, kept without effect"
NOT_FITTED = "hardware this machine does not have"
TWIN = "obeyed by the live twin"
METER = "awaits the external meter"
PROTECTION = "kept without effect; the law has its own figure"
GRID_SUPPORT = "grid support is entered on the panel, kept here without effect"
NO_SIDE = "which side is meant is not published, kept without effect"
BMS_LINK = "awaits the BMS link"
PARALLEL = "awaits parallel operation"


@dataclass(frozen=True)
class Held:
    """One register, or some bits of it, kept as written; `reset` is the raw value at delivery."""

    key: str
    address: int
    unit: str
    scale: float
    range: str
    reason: str
    meaning: str
    seen_in: str
    words: int = 1
    bit: int = 0
    bits: int = 16
    signed: bool = False
    high_first: bool = False
    reset: int = 0
    values: str = ""
    note: str = ""

    @property
    def mask(self) -> int:
        """Return the bits that belong to this row."""
        return ((1 << self.bits) - 1) << self.bit

    @property
    def addresses(self) -> tuple[int, ...]:
        """Return the addresses of all words, low word first."""
        words = range(self.address, self.address + self.words)
        return tuple(reversed(words)) if self.high_first else tuple(words)


def held(
    key: str,
    address: int,
    unit: str,
    scale: float,
    raw_range: str,
    reason: str,
    meaning: str,
    seen_in: str,
    *,
    words: int = 1,
    bit: int = 0,
    bits: int = 16,
    signed: bool = False,
    high_first: bool = False,
    reset: int = 0,
    values: str = "",
    note: str = "",
) -> Held:
    """Return one row."""
    return Held(
        key, address, unit, scale, raw_range, reason, meaning, seen_in,
        words, bit, bits, signed, high_first, reset, values, note,
    )  # fmt: skip


# fmt: off
REGISTERS_HELD = (
    held("remote_lock",                  60, "",          1, "",                             TWIN,         "remote lock-out of the inverter", "M104 M100",
         values="0=run; 2=shut down"),
    held("startup_selfcheck_time",       61, "s",         1, "0-1000",                       FACTORY,      "start-up self-check time", "M104 M100 HS LR",
         note="marked as meant for micro-inverters"),
    held("insulation_minimum",           65, "kohm",    0.1, "100-20000",                    PROTECTION,   "lower limit of PV insulation resistance", "M100",
         note="blank in M104"),
    held("meter_port_function",          76, "",          1, "",                             METER,        "use of the meter RS485 port", "M104",
         values="bit0: 0=debug, 1=meter", note="reserved in M100"),
    held("active_power_regulation",      77, "%",       0.1, "0-1200",                       TWIN,         "active power limit in percent of rated; none from 100 % on", "M104 M100", reset=1000,
         note="100 % at delivery is assumed"),
    held("reactive_power_regulation",    78, "%",       0.1, "0-1200",                       NO_SIDE,      "reactive power setting", "M104 M100"),
    held("apparent_power_regulation",    79, "%",       0.1, "0-1200",                       GRID_SUPPORT, "apparent power limit", "M104 M100"),
    held("factory_reset",                81, "",          1, "",                             TWIN,         "restore factory settings", "M104 M100",
         values="0=no action; 1=reset; 3=locked"),
    held("selfcheck_time",               82, "s",         1, "0-360",                        FACTORY,      "grid self-check time", "M104 M100",
         note="range column of the document says 0-1, remark says 0-360"),
    held("island_protection_enable",     83, "",          1, "",                             GRID_SUPPORT, "anti-islanding protection", "M104 M100", reset=1,
         values="0/1"),
    held("mppt_number_enable",           84, "",          1, "",                             FACTORY,      "tracker enable field", "M104 M100",
         values="0/1"),
    held("gfdi_enable",                  85, "",          1, "",                             PROTECTION,   "ground fault detector enable", "M104 M100",
         values="0/1"),
    held("riso_enable",                  87, "",          1, "",                             PROTECTION,   "insulation test enable", "M104 M100",
         values="0/1"),
    held("grid_standard_legacy",         88, "",          1, "0-20",                         FAMILY_ONLY,  "old grid standard selector", "M104 M100",
         values="1=China; 2=Brazil; 3=India; 4=EN50438; 5=other", note="superseded by 182"),
    held("lvrt_enable",                  90, "",          1, "",                             GRID_SUPPORT, "low-voltage ride-through enable", "M104 M100",
         values="0/1"),
    held("control_eeprom_init",          91, "",          1, "0-2",                          FACTORY,      "initialise the control board parameter memory", "M104 M100",
         values="0=normal; 1=initialise"),
    held("comm_eeprom_init",             92, "",          1, "",                             FACTORY,      "initialise the communication board parameter memory", "M104 M100",
         values="0=normal; 1=initialise; 3=locked (Sunsynk brand)"),
    held("control_board_test",           93, "",          1, "",                             FACTORY,      "factory test commands of the control board", "M104 M100",
         values="bit0 test enable; bit1 all fans; bit4 generator signal relay"),
    held("comm_board_test",              94, "",          1, "",                             FACTORY,      "factory test commands of the communication board", "M104 M100",
         values="bit0 test enable; bit2 blink LEDs and buzzer; bit3 lithium port test; bit5 restart LCD"),
    held("energy_correction",            96, "",       0.01, "",                             FACTORY,      "correction factor applied to energy counters", "M104 M100", reset=100,
         values="100=1.00"),
    held("pv_as_supply_test",            97, "",          1, "",                             FACTORY,      "test mode flag for the solar input", "M104 M100"),
    held("battery_empty_voltage",       103, "V",      0.01, "",                             FAMILY_ONLY,  "voltage regarded as empty", "M104 M100 KS HS LR GD",
         note="KS applies 0.1 signed (wrong) and gives it the same name as 120 so 120 wins; SJ reads 102 for it"),
    held("battery_parallel_bat2",       110, "",          1, "",                             NOT_FITTED,   "parallel battery inputs (high-voltage models)", "M104",
         values="0/1"),
    held("external_ct_direction",       144, "",          1, "",                             FAMILY_ONLY,  "direction / phase of the external current clamps", "M104 M100",
         values="11 or 12 style code", note="meaning of the code not published"),
    held("grid_phase_sequence",         147, "",          1, "",                             FAMILY_ONLY,  "phase rotation", "M104 M100",
         values="0=0/120/240; 1=0/240/120"),
    held("special_functions_2",         179, "",          1, "",                             TWIN,         "further two-bit switches", "M104 M100 KS HS LR",
         values="bits0-1 external CT direction check; bits2-3 forced off-grid", note="KS, HS and LR write plain 0/1 (bit0) for forced off-grid, users confirm it works on 12 kW units, and HS ignores readings above 1: report 0 or 1; accept bits2-3 = 11/10 as the documented form (inferred)"),
    held("smart_load_open_delay",       192, "min",       1, "1-120",                        FAMILY_ONLY,  "delay before the smart load is released", "M104 M100 GD"),
    held("output_power_factor",         193, "",      0.001, "800-1200",                     NO_SIDE,      "power factor setting", "M104 M100 GD", reset=1000,
         values="800=0.800; 1200 described as 120 %", note="GD scales by 0.1 %; how leading/lagging is told apart is not published (inferred: above 1000 = 2000-x on the other side)"),
    held("external_relay_bits",         194, "",          1, "",                             FACTORY,      "manual control of external relays", "M104 M100",
         values="bits0-8 relays"),
    held("arc_factory_b",               195, "",          1, "",                             PROTECTION,   "arc detector factory parameter B", "M104 M100", words=2, high_first=True,
         note="the only pairs of the map with the high word first"),
    held("arc_factory_i",               197, "",          1, "",                             PROTECTION,   "arc detector factory parameter I", "M104 M100", words=2, high_first=True),
    held("arc_factory_f",               199, "",          1, "",                             PROTECTION,   "arc detector factory parameter F", "M104 M100", words=2, high_first=True),
    held("arc_factory_d",               201, "",          1, "",                             PROTECTION,   "arc detector factory parameter D", "M104 M100", words=2, high_first=True),
    held("arc_factory_t",               203, "",          1, "",                             PROTECTION,   "arc detector factory parameter T", "M104 M100", words=2, high_first=True),
    held("arc_factory_c",               205, "",          1, "",                             PROTECTION,   "arc detector factory parameter C", "M104 M100", words=2, high_first=True),
    held("arc_factory_frz",             207, "",          1, "",                             PROTECTION,   "arc detector factory parameter FRZ", "M104 M100", words=2, high_first=True),
    held("lcd_upgrade_test",            227, "",          1, "",                             FACTORY,      "LCD upgrade test", "M104 M100",
         values="0/1"),
    held("battery1_vendor",             229, "",          1, "",                             BMS_LINK,     "battery 1 maker", "M104 KS",
         values="0=HereYin; 1=PYLON; 2=SOLAX; 3=DYNESS_L; 4=CCGX; 5=Alpha_ESS; 6=SUNGO CAN; 7=VISION CAN; 8=WATTSONIC CAN; 9=KUNLAN; 10=GSEnergy; 11=GS_HUB; 12=BYD_LV; 13=AOBO; 14=DEYE; 15=CFE; 16=DMEGC; 17=UZENERGY; 18=GROWATT", note="detected from CAN frame 0x35E (inferred from Battery-Emulator behaviour)"),
    held("battery2_vendor",             230, "",          1, "",                             NOT_FITTED,   "battery 2 maker (high-voltage models)", "M104"),
    held("grid_max_export_power",       231, "W",        10, "0-8000",                       FAMILY_ONLY,  "export ceiling used by newer firmware", "HS",
         note="not in M104/M100"),
    held("grid_max_import_power",       233, "W",        10, "0-8000",                       FAMILY_ONLY,  "import ceiling used by newer firmware", "HS",
         note="not in M104/M100"),
    held("ac_coupling_side",            234, "",          1, "",                             FAMILY_ONLY,  "where AC-coupled inverters are attached", "HS LR",
         values="0=none; bit0 grid side; bit1 load side", note="not in M104/M100"),
    held("track_grid_phase",            235, "",          1, "",                             FAMILY_ONLY,  "follow grid phase", "M104 KS",
         values="0/1"),
    held("it_system",                   236, "",          1, "",                             FAMILY_ONLY,  "grid with isolated neutral", "M104",
         values="0/1"),
    held("unbalance_power_trip",        238, "W",         1, "0-65535",                      FAMILY_ONLY,  "trip power for phase unbalance", "M104",
         note="unit not stated (inferred W)"),
    held("fan_alarm_enable",            239, "",          1, "",                             FAMILY_ONLY,  "which fans may raise an alarm", "M104",
         values="bit0 master; bit1-2 inner fans; bit3-5 outer fans"),
    held("factory_test_entry",          240, "",          1, "",                             FACTORY,      "enter factory test", "M104 M100",
         values="12345 enters"),
    held("cal_grid1_i",                 269, "",      0.001, "900-1100",                     FACTORY,      "calibration of grid1 i", "M104", reset=1000,
         note="1000 = unity (inferred)"),
    held("cal_grid2_i",                 270, "",      0.001, "900-1100",                     FACTORY,      "calibration of grid2 i", "M104", reset=1000),
    held("cal_grid3_i",                 271, "",      0.001, "900-1100",                     FACTORY,      "calibration of grid3 i", "M104", reset=1000),
    held("cal_grid_v_l1",               272, "",      0.001, "900-1100",                     FACTORY,      "calibration of grid v l1", "M104", reset=1000),
    held("cal_grid_v_l2",               273, "",      0.001, "900-1100",                     FACTORY,      "calibration of grid v l2", "M104", reset=1000),
    held("cal_grid_v_l3",               274, "",      0.001, "900-1100",                     FACTORY,      "calibration of grid v l3", "M104", reset=1000),
    held("cal_limit1_i",                275, "",      0.001, "900-1100",                     FACTORY,      "calibration of limit1 i", "M104", reset=1000),
    held("cal_limit2_i",                276, "",      0.001, "900-1100",                     FACTORY,      "calibration of limit2 i", "M104", reset=1000),
    held("cal_limit3_i",                277, "",      0.001, "900-1100",                     FACTORY,      "calibration of limit3 i", "M104", reset=1000),
    held("cal_pv1_v",                   278, "",      0.001, "900-1100",                     FACTORY,      "calibration of pv1 v", "M104", reset=1000),
    held("cal_pv1_i",                   279, "",      0.001, "900-1100",                     FACTORY,      "calibration of pv1 i", "M104", reset=1000),
    held("cal_pv2_v",                   280, "",      0.001, "900-1100",                     FACTORY,      "calibration of pv2 v", "M104", reset=1000),
    held("cal_pv2_i",                   281, "",      0.001, "900-1100",                     FACTORY,      "calibration of pv2 i", "M104", reset=1000),
    held("cal_inv_a_i",                 282, "",      0.001, "900-1100",                     FACTORY,      "calibration of inv a i", "M104", reset=1000),
    held("cal_inv_b_i",                 283, "",      0.001, "900-1100",                     FACTORY,      "calibration of inv b i", "M104", reset=1000),
    held("cal_inv_c_i",                 284, "",      0.001, "900-1100",                     FACTORY,      "calibration of inv c i", "M104", reset=1000),
    held("cal_inv_a_v",                 285, "",      0.001, "900-1100",                     FACTORY,      "calibration of inv a v", "M104", reset=1000),
    held("cal_inv_b_v",                 286, "",      0.001, "900-1100",                     FACTORY,      "calibration of inv b v", "M104", reset=1000),
    held("cal_inv_c_v",                 287, "",      0.001, "900-1100",                     FACTORY,      "calibration of inv c v", "M104", reset=1000),
    held("cal_bat1_i",                  288, "",      0.001, "900-1100",                     FACTORY,      "calibration of bat1 i", "M104", reset=1000),
    held("cal_bat1_v",                  289, "",      0.001, "900-1100",                     FACTORY,      "calibration of bat1 v", "M104", reset=1000),
    held("cal_gen1_i",                  290, "",      0.001, "900-1100",                     FACTORY,      "calibration of gen1 i", "M104", reset=1000),
    held("cal_gen2_i",                  291, "",      0.001, "900-1100",                     FACTORY,      "calibration of gen2 i", "M104", reset=1000),
    held("cal_gen3_i",                  292, "",      0.001, "900-1100",                     FACTORY,      "calibration of gen3 i", "M104", reset=1000),
    held("cal_gen1_v",                  293, "",      0.001, "900-1100",                     FACTORY,      "calibration of gen1 v", "M104", reset=1000),
    held("cal_gen2_v",                  294, "",      0.001, "900-1100",                     FACTORY,      "calibration of gen2 v", "M104", reset=1000),
    held("cal_gen3_v",                  295, "",      0.001, "900-1100",                     FACTORY,      "calibration of gen3 v", "M104", reset=1000),
    held("cal_pv3_v",                   296, "",      0.001, "900-1100",                     FACTORY,      "calibration of pv3 v", "M104", reset=1000),
    held("cal_pv3_i",                   297, "",      0.001, "900-1100",                     FACTORY,      "calibration of pv3 i", "M104", reset=1000),
    held("cal_pv4_v",                   298, "",      0.001, "900-1100",                     FACTORY,      "calibration of pv4 v", "M104", reset=1000),
    held("cal_pv4_i",                   299, "",      0.001, "900-1100",                     FACTORY,      "calibration of pv4 i", "M104", reset=1000),
    held("cal_bat2_i",                  300, "",      0.001, "900-1100",                     FACTORY,      "calibration of bat2 i", "M104", reset=1000),
    held("cal_bat2_v",                  301, "",      0.001, "900-1100",                     FACTORY,      "calibration of bat2 v", "M104", reset=1000),
    held("wind_input_enable",           310, "",          1, "",                             NOT_FITTED,   "use a PV input for a wind turbine", "M104 M100",
         values="bit0 input 1; bit1 input 2"),
    held("wind_voltage_1",              311, "V",       0.1, "500-5000",                     NOT_FITTED,   "wind curve voltage point 1", "M104 M100"),
    held("wind_voltage_2",              312, "V",       0.1, "500-5000",                     NOT_FITTED,   "wind curve voltage point 2", "M104 M100"),
    held("wind_voltage_3",              313, "V",       0.1, "500-5000",                     NOT_FITTED,   "wind curve voltage point 3", "M104 M100"),
    held("wind_voltage_4",              314, "V",       0.1, "500-5000",                     NOT_FITTED,   "wind curve voltage point 4", "M104 M100"),
    held("wind_voltage_5",              315, "V",       0.1, "500-5000",                     NOT_FITTED,   "wind curve voltage point 5", "M104 M100"),
    held("wind_voltage_6",              316, "V",       0.1, "500-5000",                     NOT_FITTED,   "wind curve voltage point 6", "M104 M100"),
    held("wind_voltage_7",              317, "V",       0.1, "500-5000",                     NOT_FITTED,   "wind curve voltage point 7", "M104 M100"),
    held("wind_voltage_8",              318, "V",       0.1, "500-5000",                     NOT_FITTED,   "wind curve voltage point 8", "M104 M100"),
    held("wind_voltage_9",              319, "V",       0.1, "500-5000",                     NOT_FITTED,   "wind curve voltage point 9", "M104 M100"),
    held("wind_voltage_10",             320, "V",       0.1, "500-5000",                     NOT_FITTED,   "wind curve voltage point 10", "M104 M100"),
    held("wind_voltage_11",             321, "V",       0.1, "500-5000",                     NOT_FITTED,   "wind curve voltage point 11", "M104 M100"),
    held("wind_voltage_12",             322, "V",       0.1, "500-5000",                     NOT_FITTED,   "wind curve voltage point 12", "M104 M100"),
    held("wind_current_1",              323, "A",       0.1, "0-200",                        NOT_FITTED,   "wind curve current point 1", "M104 M100"),
    held("wind_current_2",              324, "A",       0.1, "0-200",                        NOT_FITTED,   "wind curve current point 2", "M104 M100"),
    held("wind_current_3",              325, "A",       0.1, "0-200",                        NOT_FITTED,   "wind curve current point 3", "M104 M100"),
    held("wind_current_4",              326, "A",       0.1, "0-200",                        NOT_FITTED,   "wind curve current point 4", "M104 M100"),
    held("wind_current_5",              327, "A",       0.1, "0-200",                        NOT_FITTED,   "wind curve current point 5", "M104 M100"),
    held("wind_current_6",              328, "A",       0.1, "0-200",                        NOT_FITTED,   "wind curve current point 6", "M104 M100"),
    held("wind_current_7",              329, "A",       0.1, "0-200",                        NOT_FITTED,   "wind curve current point 7", "M104 M100"),
    held("wind_current_8",              330, "A",       0.1, "0-200",                        NOT_FITTED,   "wind curve current point 8", "M104 M100"),
    held("wind_current_9",              331, "A",       0.1, "0-200",                        NOT_FITTED,   "wind curve current point 9", "M104 M100"),
    held("wind_current_10",             332, "A",       0.1, "0-200",                        NOT_FITTED,   "wind curve current point 10", "M104 M100"),
    held("wind_current_11",             333, "A",       0.1, "0-200",                        NOT_FITTED,   "wind curve current point 11", "M104 M100"),
    held("wind_current_12",             334, "A",       0.1, "0-200",                        NOT_FITTED,   "wind curve current point 12", "M104 M100"),
    held("parallel_2",                  337, "",          1, "",                             PARALLEL,     "parallel operation, second word (content not published)", "M104 M100"),
    held("meter_ct_ratio",              348, "",          1, "",                             METER,        "ratio of clamps used with a meter, N:1", "M100",
         note="blank in M104"),
    held("overvoltage_trip_1",          354, "V",       0.1, "0-10000",                      GRID_SUPPORT, "over-voltage level 1", "M104"),
    held("overvoltage_trip_2",          355, "V",       0.1, "0-10000",                      GRID_SUPPORT, "over-voltage level 2", "M104"),
    held("undervoltage_trip_1",         356, "V",       0.1, "0-10000",                      GRID_SUPPORT, "under-voltage level 1", "M104"),
    held("undervoltage_trip_2",         357, "V",       0.1, "0-10000",                      GRID_SUPPORT, "under-voltage level 2", "M104"),
    held("overfrequency_trip_1",        358, "Hz",     0.01, "0-10000",                      GRID_SUPPORT, "over-frequency level 1", "M104"),
    held("overfrequency_trip_2",        359, "Hz",     0.01, "0-10000",                      GRID_SUPPORT, "over-frequency level 2", "M104",
         note="M100 used 359 for off-grid overload time below 180 V"),
    held("underfrequency_trip_1",       360, "Hz",     0.01, "0-10000",                      GRID_SUPPORT, "under-frequency level 1", "M104"),
    held("underfrequency_trip_2",       361, "Hz",     0.01, "0-10000",                      GRID_SUPPORT, "under-frequency level 2", "M104"),
    held("overvoltage_10min",           362, "V",       0.1, "0-10000",                      GRID_SUPPORT, "long-time average over-voltage", "M104"),
    held("volt_var_lock_in",            363, "%Pn",    0.01, "0-10000",                      GRID_SUPPORT, "power above which volt-var starts", "M104"),
    held("volt_var_lock_out",           364, "%Pn",    0.01, "0-10000",                      GRID_SUPPORT, "power below which volt-var stops", "M104"),
    held("volt_watt_enable",            365, "",          1, "",                             GRID_SUPPORT, "volt-watt function", "M104",
         values="0/1"),
    held("volt_watt_v1",                366, "%Un",    0.01, "0-10000",                      GRID_SUPPORT, "volt-watt voltage point 1", "M104"),
    held("volt_watt_p1",                367, "%Pn",    0.01, "0-10000",                      GRID_SUPPORT, "volt-watt power point 1", "M104"),
    held("volt_watt_v2",                368, "%Un",    0.01, "0-10000",                      GRID_SUPPORT, "volt-watt voltage point 2", "M104"),
    held("volt_watt_p2",                369, "%Pn",    0.01, "0-10000",                      GRID_SUPPORT, "volt-watt power point 2", "M104"),
    held("volt_watt_v3",                370, "%Un",    0.01, "0-10000",                      GRID_SUPPORT, "volt-watt voltage point 3", "M104"),
    held("volt_watt_p3",                371, "%Pn",    0.01, "0-10000",                      GRID_SUPPORT, "volt-watt power point 3", "M104"),
    held("volt_watt_v4",                372, "%Un",    0.01, "0-10000",                      GRID_SUPPORT, "volt-watt voltage point 4", "M104"),
    held("volt_watt_p4",                373, "%Pn",    0.01, "0-10000",                      GRID_SUPPORT, "volt-watt power point 4", "M104"),
    held("volt_var_enable",             374, "",          1, "",                             GRID_SUPPORT, "volt-var function", "M104",
         values="0/1"),
    held("volt_var_v1",                 375, "%Un",    0.01, "0-10000",                      GRID_SUPPORT, "volt-var voltage point 1", "M104",
         note="M100 map 380-414 differs"),
    held("volt_var_q1",                 376, "%Pn",    0.01, "-7000..7000",                  GRID_SUPPORT, "volt-var reactive point 1", "M104", signed=True),
    held("volt_var_v2",                 377, "%Un",    0.01, "0-10000",                      GRID_SUPPORT, "volt-var voltage point 2", "M104"),
    held("volt_var_q2",                 378, "%Pn",    0.01, "-7000..7000",                  GRID_SUPPORT, "volt-var reactive point 2", "M104", signed=True),
    held("volt_var_v3",                 379, "%Un",    0.01, "0-10000",                      GRID_SUPPORT, "volt-var voltage point 3", "M104"),
    held("volt_var_q3",                 380, "%Pn",    0.01, "-7000..7000",                  GRID_SUPPORT, "volt-var reactive point 3", "M104", signed=True),
    held("volt_var_v4",                 381, "%Un",    0.01, "0-10000",                      GRID_SUPPORT, "volt-var voltage point 4", "M104"),
    held("volt_var_q4",                 382, "%Pn",    0.01, "-7000..7000",                  GRID_SUPPORT, "volt-var reactive point 4", "M104", signed=True),
    held("freq_watt_enable",            383, "",          1, "0-7",                          GRID_SUPPORT, "frequency-watt function", "M104",
         values="bit0 under-frequency loading; bit1 over-frequency reduction"),
    held("freq_watt_under_stop",        384, "%",       0.1, "0-200",                        GRID_SUPPORT, "under-frequency end point", "M104",
         note="ranges of 384-391 in M104 look shifted by a row against the names; treat units as doubtful"),
    held("freq_watt_under_start",       385, "%",       0.1, "0-200",                        GRID_SUPPORT, "under-frequency start point", "M104"),
    held("freq_watt_under_droop",       386, "Hz",    0.001, "0-10000",                      GRID_SUPPORT, "under-frequency droop", "M104"),
    held("freq_watt_under_start_delay", 387, "s",       0.1, "0-65535",                      GRID_SUPPORT, "delay at the under-frequency start", "M104"),
    held("freq_watt_under_stop_delay",  388, "s",       0.1, "0-65535",                      GRID_SUPPORT, "delay at the under-frequency end", "M104"),
    held("freq_watt_over_stop",         389, "Hz",     0.01, "4500-6500",                    GRID_SUPPORT, "over-frequency end point", "M104"),
    held("freq_watt_over_start",        390, "",          1, "0-30000",                      GRID_SUPPORT, "over-frequency start point", "M104",
         note="unit column shows %Prated/min, probably misplaced; Hz x 0.01 inferred"),
    held("freq_watt_over_droop",        391, "",          1, "",                             GRID_SUPPORT, "over-frequency droop", "M104"),
    held("freq_watt_over_start_delay",  392, "s",       0.1, "0-65535",                      GRID_SUPPORT, "delay at the over-frequency start", "M104"),
    held("freq_watt_over_stop_delay",   393, "s",       0.1, "0-65535",                      GRID_SUPPORT, "delay at the over-frequency end", "M104"),
    held("watt_var_enable",             395, "",          1, "",                             GRID_SUPPORT, "watt-var function", "M104",
         values="0/1"),
    held("watt_var_p1",                 396, "%Pn",    0.01, "-10000..10000",                GRID_SUPPORT, "watt-var power point 1", "M104", signed=True),
    held("watt_var_q1",                 397, "%Pn",    0.01, "-7000..7000",                  GRID_SUPPORT, "watt-var reactive point 1", "M104", signed=True),
    held("watt_var_p2",                 398, "%Pn",    0.01, "-10000..10000",                GRID_SUPPORT, "watt-var power point 2", "M104", signed=True),
    held("watt_var_q2",                 399, "%Pn",    0.01, "-7000..7000",                  GRID_SUPPORT, "watt-var reactive point 2", "M104", signed=True),
    held("watt_var_p3",                 400, "%Pn",    0.01, "-10000..10000",                GRID_SUPPORT, "watt-var power point 3", "M104", signed=True),
    held("watt_var_q3",                 401, "%Pn",    0.01, "-7000..7000",                  GRID_SUPPORT, "watt-var reactive point 3", "M104", signed=True),
    held("watt_var_p4",                 402, "%Pn",    0.01, "-10000..10000",                GRID_SUPPORT, "watt-var power point 4", "M104", signed=True),
    held("watt_var_q4",                 403, "%Pn",    0.01, "-7000..7000",                  GRID_SUPPORT, "watt-var reactive point 4", "M104", signed=True),
    held("watt_pf_enable",              404, "",          1, "",                             GRID_SUPPORT, "watt-power-factor function", "M104",
         values="0/1"),
    held("watt_pf_p1",                  405, "%Pn",    0.01, "-10000..10000",                GRID_SUPPORT, "watt-power-factor power point 1", "M104", signed=True),
    held("watt_pf_pf1",                 406, "",     0.0001, "8000..10000 or -8000..-10000", GRID_SUPPORT, "watt-power-factor value 1", "M104", signed=True),
    held("watt_pf_p2",                  407, "%Pn",    0.01, "-10000..10000",                GRID_SUPPORT, "watt-power-factor power point 2", "M104", signed=True),
    held("watt_pf_pf2",                 408, "",     0.0001, "8000..10000 or -8000..-10000", GRID_SUPPORT, "watt-power-factor value 2", "M104", signed=True),
    held("watt_pf_p3",                  409, "%Pn",    0.01, "-10000..10000",                GRID_SUPPORT, "watt-power-factor power point 3", "M104", signed=True),
    held("watt_pf_pf3",                 410, "",     0.0001, "8000..10000 or -8000..-10000", GRID_SUPPORT, "watt-power-factor value 3", "M104", signed=True),
    held("watt_pf_p4",                  411, "%Pn",    0.01, "-10000..10000",                GRID_SUPPORT, "watt-power-factor power point 4", "M104", signed=True),
    held("watt_pf_pf4",                 412, "",     0.0001, "8000..10000 or -8000..-10000", GRID_SUPPORT, "watt-power-factor value 4", "M104", signed=True),
    held("ca_vw_start",                 413, "",          1, "",                             GRID_SUPPORT, "Californian volt-watt start", "M104 M100"),
    held("ca_vw_stop",                  414, "",          1, "",                             GRID_SUPPORT, "Californian volt-watt stop", "M104 M100"),
    held("normal_ramp_rate",            415, "%",         1, "1-100",                        GRID_SUPPORT, "normal power ramp", "M104 M100",
         note="LCD shows %/s; later manuals show seconds"),
    held("soft_start_ramp_rate",        416, "%",         1, "1-100",                        GRID_SUPPORT, "ramp after reconnection", "M104 M100"),
    held("overvoltage_trip_1_delay",    417, "s",       0.1, "1-6000",                       GRID_SUPPORT, "trip delay of overvoltage trip 1", "M104",
         note="M100 used 417-419 as response times of QV, VW, FW in s"),
    held("overvoltage_trip_2_delay",    418, "s",       0.1, "1-6000",                       GRID_SUPPORT, "trip delay of overvoltage trip 2", "M104"),
    held("undervoltage_trip_1_delay",   419, "s",       0.1, "1-6000",                       GRID_SUPPORT, "trip delay of undervoltage trip 1", "M104"),
    held("undervoltage_trip_2_delay",   420, "s",       0.1, "1-6000",                       GRID_SUPPORT, "trip delay of undervoltage trip 2", "M104"),
    held("overfrequency_trip_1_delay",  421, "s",       0.1, "1-6000",                       GRID_SUPPORT, "trip delay of overfrequency trip 1", "M104"),
    held("overfrequency_trip_2_delay",  422, "s",       0.1, "1-6000",                       GRID_SUPPORT, "trip delay of overfrequency trip 2", "M104"),
    held("underfrequency_trip_1_delay", 423, "s",       0.1, "1-6000",                       GRID_SUPPORT, "trip delay of underfrequency trip 1", "M104"),
    held("underfrequency_trip_2_delay", 424, "s",       0.1, "1-6000",                       GRID_SUPPORT, "trip delay of underfrequency trip 2", "M104"),
    held("watt_pf_lock_in",             480, "%Pn",    0.01, "0-10000",                      GRID_SUPPORT, "power above which watt-power-factor starts", "M104"),
    held("watt_pf_lock_out",            481, "%Pn",    0.01, "0-10000",                      GRID_SUPPORT, "power below which watt-power-factor stops", "M104"),
)

# The bits that no setting owns in registers which settings share.
BITS_HELD = (
    held("clock_second",      64, "", 1, "0-59", TWIN,        "seconds of the clock", "M104 M100 KS HS KB LR GD", bit=0, bits=8),
    held("battery2_wake_up",  112, "", 1, "",     NOT_FITTED,  "wake-up of a second battery", "M104 M100 KS LR GD", bit=8, bits=1),
    held("power_balance",     141, "", 1, "",     FAMILY_ONLY, "passive and active power balance, two bits each", "M104 M100", bit=2, bits=4, values="10=off; 11=on"),
    held("spanish_tariff",    146, "", 1, "",     FAMILY_ONLY, "Spanish tariff mode", "M104", bit=8, bits=1),
    held("tou1_extra",        172, "", 1, "",     FAMILY_ONLY, "Spanish modes GM, BU, CH and forced selling of slot 1", "M104 KS", bit=2, bits=4, values="bit2 GM; bit3 BU; bit4 CH; bit5 sell"),
    held("tou2_extra",        173, "", 1, "",     FAMILY_ONLY, "Spanish modes GM, BU, CH and forced selling of slot 2", "M104 KS", bit=2, bits=4, values="bit2 GM; bit3 BU; bit4 CH; bit5 sell"),
    held("tou3_extra",        174, "", 1, "",     FAMILY_ONLY, "Spanish modes GM, BU, CH and forced selling of slot 3", "M104 KS", bit=2, bits=4, values="bit2 GM; bit3 BU; bit4 CH; bit5 sell"),
    held("tou4_extra",        175, "", 1, "",     FAMILY_ONLY, "Spanish modes GM, BU, CH and forced selling of slot 4", "M104 KS", bit=2, bits=4, values="bit2 GM; bit3 BU; bit4 CH; bit5 sell"),
    held("tou5_extra",        176, "", 1, "",     FAMILY_ONLY, "Spanish modes GM, BU, CH and forced selling of slot 5", "M104 KS", bit=2, bits=4, values="bit2 GM; bit3 BU; bit4 CH; bit5 sell"),
    held("tou6_extra",        177, "", 1, "",     FAMILY_ONLY, "Spanish modes GM, BU, CH and forced selling of slot 6", "M104 KS", bit=2, bits=4, values="bit2 GM; bit3 BU; bit4 CH; bit5 sell"),
    held("us_ground_fault",   178, "", 1, "",     FAMILY_ONLY, "US ground fault detector", "M104 M100", bit=14, bits=2, reset=2, values="10=off; 11=on"),
    held("arc_fault_clear",   181, "", 1, "",     TWIN,        "written with value 2: clears a latched arc fault", "M104", bit=1, bits=1),
)
# fmt: on

HELD: tuple[Held, ...] = REGISTERS_HELD + BITS_HELD
