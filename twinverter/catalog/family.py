"""What the family's documents and clients say about the registers that settings own.

The marks of `seen_in`, here and in the tables of telemetry and held registers:

M104, M100  the maker's protocol V104 (githubDante/deye-controller, docs) and V100
            (klatremis/esphome-for-deye)
KS          kellerza/sunsynk, src/sunsynk/definitions
HS          davidrapan/ha-solarman, inverter_definitions/deye_p3.yaml
SJ          StephanJoubert/home_assistant_solarman, inverter_definitions/deye_sg04lp3.yaml
EV          evcc-io/evcc, templates/definition/meter/deye-hybrid-3p.yaml
KB          kbialek/deye-inverter-mqtt, src/deye_sensors_deye_sg04lp3.py
LR          Lewa-Reka/esphome-deye-inverter, packages/deye_hybrid_3p
KL          klatremis/esphome-for-deye, esphome configuration
GD          githubDante/deye-controller, modbus/protocol.py

Addresses are zero based and decimal, as on the wire. Ranges are raw register values.
"""

from typing import NamedTuple

MARKS = {
    "M104": "protocol V104 of the maker (githubDante/deye-controller, docs)",
    "M100": "protocol V100 of the maker (klatremis/esphome-for-deye)",
    "KS": "kellerza/sunsynk",
    "HS": "davidrapan/ha-solarman, deye_p3",
    "SJ": "StephanJoubert/home_assistant_solarman, deye_sg04lp3",
    "EV": "evcc-io/evcc, deye-hybrid-3p",
    "KB": "kbialek/deye-inverter-mqtt",
    "LR": "Lewa-Reka/esphome-deye-inverter",
    "KL": "klatremis/esphome-for-deye, configuration",
    "GD": "githubDante/deye-controller, protocol.py",
}


class Known(NamedTuple):
    """The family's name of a register, its raw range, who shows it, and what to know about it."""

    address: int
    name: str
    range: str
    seen_in: str
    values: str
    note: str


def known(
    address: int, name: str, raw_range: str, seen_in: str, *, values: str = "", note: str = ""
) -> Known:
    """Return one row."""
    return Known(address, name, raw_range, seen_in, values, note)


# fmt: off
FAMILY: tuple[Known, ...] = (
    known( 62, "clock_year_month",              "year 0-255, month 1-12",                                           "M104 M100 KS HS KB LR GD",
           note="clients write 62-64 together or one by one; all bytes binary, not BCD"),
    known( 63, "clock_day_hour",                "day 1-31, hour 0-23",                                              "M104 M100 KS HS KB LR GD"),
    known( 64, "clock_minute_second",           "0-59 each",                                                        "M104 M100 KS HS KB LR GD"),
    known( 80, "power_on_off",                  "",                                                                 "M104 M100 KS HS LR GD",
           values="0=off; 1=on", note="GD reports fault F19 on the display after writing 0; micro-inverters use 2 for off"),
    known( 98, "battery_charge_type",           "",                                                                 "M104 M100 HS LR GD",
           values="0=lead-acid (staged); 1=lithium"),
    known( 99, "battery_equalization_voltage",  "3800-6100",                                                        "M104 M100 KS HS SJ LR GD"),
    known(100, "battery_absorption_voltage",    "3800-6100",                                                        "M104 M100 KS HS SJ LR GD"),
    known(101, "battery_float_voltage",         "3800-6100",                                                        "M104 M100 KS HS SJ LR GD"),
    known(102, "battery_capacity",              "0-2000",                                                           "M104 M100 KS HS SJ LR GD"),
    known(104, "zero_export_power",             "0-500; clients allow negative values (KS -500..500, HS -20..500)", "M104 M100 KS HS LR GD",
           note="documents give no range; the manual recommends 20-100 W; high-voltage units use 10 W steps"),
    known(105, "battery_equalization_interval", "0-90",                                                             "M104 M100 KS HS LR"),
    known(106, "battery_equalization_duration", "0-20",                                                             "M104 M100 KS HS LR"),
    known(107, "battery_tempco",                "0-50 (signed)",                                                    "M104 M100 HS LR GD",
           note="a later family manual shows -5 mV/degC/cell"),
    known(108, "battery_max_charge_current",    "0-185 in the documents; 0-190 for this model",                     "M104 M100 KS HS SJ KB LR KL GD",
           note="the data sheet says 190 A but its battery page says 0-115 A (text inherited from a single-phase manual, inferred); KS allows up to 240, HS up to 350"),
    known(109, "battery_max_discharge_current", "0-185 in the documents; 0-190 for this model",                     "M104 M100 KS HS SJ EV KB LR KL GD",
           note="EV writes 0 to hold the battery"),
    known(111, "battery_control_basis",         "",                                                                 "M104 M100 KS HS LR GD",
           values="0=voltage; 1=state of charge; 2=no battery", note="setting 2 raises F13 according to the manual"),
    known(112, "battery_wake_up",               "",                                                                 "M104 M100 KS LR GD",
           values="bit0 battery 1; bit8 battery 2", note="documents say 0=enabled 1=disabled; KS users found the opposite (bit set = enabled); LR uses bit0/bit8 as switches; HS uses 129 by mistake; here bit set = enabled"),
    known(113, "battery_resistance",            "0-6000",                                                           "M104 M100 KS HS LR GD"),
    known(114, "battery_charge_efficiency",     "0-1000",                                                           "M104 M100 KS HS LR GD"),
    known(115, "battery_shutdown_soc",          "0-100",                                                            "M104 M100 KS HS LR GD",
           note="the manual order is shutdown < low < restart"),
    known(116, "battery_restart_soc",           "0-100",                                                            "M104 M100 KS HS LR GD"),
    known(117, "battery_low_soc",               "0-100",                                                            "M104 M100 KS HS LR GD"),
    known(118, "battery_shutdown_voltage",      "3800-6100",                                                        "M104 M100 KS HS LR GD"),
    known(119, "battery_restart_voltage",       "3800-6100",                                                        "M104 M100 KS HS LR GD"),
    known(120, "battery_low_voltage",           "3800-6100",                                                        "M104 M100 KS HS LR GD"),
    known(121, "gen_max_run_time",              "0-240",                                                            "M104 M100 KS HS LR GD",
           values="240 = no limit"),
    known(122, "gen_cooling_time",              "0-240",                                                            "M104 M100 KS HS LR GD"),
    known(123, "gen_start_voltage",             "0-6300",                                                           "M104 M100 KS HS LR GD"),
    known(124, "gen_start_soc",                 "0-100",                                                            "M104 M100 KS HS LR GD"),
    known(125, "gen_charge_current",            "0-185",                                                            "M104 M100 KS HS LR GD"),
    known(126, "grid_charge_start_voltage",     "0-6300",                                                           "M104 M100 KS HS LR GD",
           note="the manual says the Start fields of grid charge are for customised units; EV relies on 127 with time-of-use off"),
    known(127, "grid_charge_start_soc",         "0-100",                                                            "M104 M100 KS HS EV LR GD"),
    known(128, "grid_charge_current",           "0-185",                                                            "M104 M100 KS HS EV KB LR KL GD"),
    known(129, "gen_charge_enable",             "",                                                                 "M104 M100 KS HS LR",
           values="0/1"),
    known(130, "grid_charge_enable",            "",                                                                 "M104 M100 KS HS EV KB LR KL",
           values="0/1"),
    known(131, "ac_couple_freq_high",           "5000-6500",                                                        "M104 M100 KS"),
    known(132, "force_generator_load",          "",                                                                 "M104 M100 KS HS LR",
           values="0=no; 1=force", note="document ties it to another enable register (text says 234 in one place and 235 in another)"),
    known(133, "gen_port_use",                  "",                                                                 "M104 M100 KS HS SJ LR GD",
           values="0=generator input; 1=smart load output; 2=micro-inverter input"),
    known(134, "smart_load_off_voltage",        "3800-6300",                                                        "M104 M100 HS LR"),
    known(135, "smart_load_off_soc",            "0-100",                                                            "M104 M100 KS HS LR",
           note="KS labels it generator off SOC"),
    known(136, "smart_load_on_voltage",         "3800-6300",                                                        "M104 M100 HS LR"),
    known(137, "smart_load_on_soc",             "0-100",                                                            "M104 M100 KS HS LR",
           note="KS labels it generator on SOC"),
    known(138, "output_voltage_level",          "0-5",                                                              "M104 M100 HS LR",
           values="0=220/380 V; 1=230/398 V; 2=240/415 V; 3=120/208 V; 4=133/220 V; 5=100/173 V", note="M100 list stops at 4"),
    known(139, "smart_load_min_pv_power",       "0-8000",                                                           "M104 M100 KS HS LR",
           note="document text speaks of starting a generator; LCD calls it Power in the smart load page"),
    known(140, "start_signals",                 "",                                                                 "M104 M100 KS HS LR",
           values="bit0 grid signal; bit1 generator signal"),
    known(141, "energy_priority",               "",                                                                 "M104 M100 KS HS LR KL",
           values="0=battery first; 1=load first", note="documents describe two-bit fields (bits0-1: 10 battery first, 11 load first; bits2-3 and 4-5 passive/active power balance 10 off 11 on); every client reads/writes plain 0/1; decode bit0 so both fit"),
    known(142, "work_mode",                     "0-2",                                                              "M104 M100 KS HS KB LR KL GD",
           values="0=selling first; 1=zero export to load; 2=zero export to CT"),
    known(143, "max_sell_power",                "0-8000",                                                           "M104 M100 KS HS EV KB LR KL GD",
           note="high-voltage units use 10 W steps; EV uses it for curtailment"),
    known(145, "solar_sell",                    "",                                                                 "M104 M100 KS HS KB LR KL GD",
           values="0/1"),
    known(146, "tou_enable_days",               "",                                                                 "M104 M100 KS HS EV KB LR KL GD",
           values="bit0 enable; bit1 Mon; bit2 Tue; bit3 Wed; bit4 Thu; bit5 Fri; bit6 Sat; bit7 Sun; bit8 Spanish tariff mode", note="KB readme lists the days in reverse order, prefer this order; EV writes 0x00FF and 0x0000; bit8 only in M104"),
    known(148, "tou_time_1",                    "0-2359",                                                           "M104 M100 KS HS KB LR KL GD",
           note="slot lasts until the next slot starts, slot 6 until slot 1"),
    known(149, "tou_time_2",                    "0-2359",                                                           "M104 M100 KS HS KB LR KL GD"),
    known(150, "tou_time_3",                    "0-2359",                                                           "M104 M100 KS HS KB LR KL GD"),
    known(151, "tou_time_4",                    "0-2359",                                                           "M104 M100 KS HS KB LR KL GD"),
    known(152, "tou_time_5",                    "0-2359",                                                           "M104 M100 KS HS KB LR KL GD"),
    known(153, "tou_time_6",                    "0-2359",                                                           "M104 M100 KS HS KB LR KL GD"),
    known(154, "tou_power_1",                   "0-8000",                                                           "M104 M100 KS HS KB LR KL GD",
           note="high-voltage units use 10 W steps; inside the machine the time grid is 5 minutes"),
    known(155, "tou_power_2",                   "0-8000",                                                           "M104 M100 KS HS KB LR KL GD"),
    known(156, "tou_power_3",                   "0-8000",                                                           "M104 M100 KS HS KB LR KL GD"),
    known(157, "tou_power_4",                   "0-8000",                                                           "M104 M100 KS HS KB LR KL GD"),
    known(158, "tou_power_5",                   "0-8000",                                                           "M104 M100 KS HS KB LR KL GD"),
    known(159, "tou_power_6",                   "0-8000",                                                           "M104 M100 KS HS KB LR KL GD"),
    known(160, "tou_voltage_1",                 "0-6300",                                                           "M104 M100 KS HS KB LR GD",
           note="used when 111 is 0"),
    known(161, "tou_voltage_2",                 "0-6300",                                                           "M104 M100 KS HS KB LR GD"),
    known(162, "tou_voltage_3",                 "0-6300",                                                           "M104 M100 KS HS KB LR GD"),
    known(163, "tou_voltage_4",                 "0-6300",                                                           "M104 M100 KS HS KB LR GD"),
    known(164, "tou_voltage_5",                 "0-6300",                                                           "M104 M100 KS HS KB LR GD"),
    known(165, "tou_voltage_6",                 "0-6300",                                                           "M104 M100 KS HS KB LR GD"),
    known(166, "tou_soc_1",                     "0-100",                                                            "M104 M100 KS HS EV KB LR KL GD",
           note="used when 111 is 1"),
    known(167, "tou_soc_2",                     "0-100",                                                            "M104 M100 KS HS EV KB LR KL GD"),
    known(168, "tou_soc_3",                     "0-100",                                                            "M104 M100 KS HS EV KB LR KL GD"),
    known(169, "tou_soc_4",                     "0-100",                                                            "M104 M100 KS HS EV KB LR KL GD"),
    known(170, "tou_soc_5",                     "0-100",                                                            "M104 M100 KS HS EV KB LR KL GD"),
    known(171, "tou_soc_6",                     "0-100",                                                            "M104 M100 KS HS EV KB LR KL GD"),
    known(172, "tou_charge_flags_1",            "",                                                                 "M104 M100 KS HS KB LR KL GD",
           values="bit0 grid charge; bit1 generator charge; bit2 GM; bit3 BU; bit4 CH (Spanish modes); bit5 sell", note="bits2-4 only in M104; bit5 is not in the documents, found by users of three-phase units (KS), single-phase units use bit6"),
    known(173, "tou_charge_flags_2",            "",                                                                 "M104 M100 KS HS KB LR KL GD",
           values="bit0 grid charge; bit1 generator charge; bit2 GM; bit3 BU; bit4 CH (Spanish modes); bit5 sell"),
    known(174, "tou_charge_flags_3",            "",                                                                 "M104 M100 KS HS KB LR KL GD",
           values="bit0 grid charge; bit1 generator charge; bit2 GM; bit3 BU; bit4 CH (Spanish modes); bit5 sell"),
    known(175, "tou_charge_flags_4",            "",                                                                 "M104 M100 KS HS KB LR KL GD",
           values="bit0 grid charge; bit1 generator charge; bit2 GM; bit3 BU; bit4 CH (Spanish modes); bit5 sell"),
    known(176, "tou_charge_flags_5",            "",                                                                 "M104 M100 KS HS KB LR KL GD",
           values="bit0 grid charge; bit1 generator charge; bit2 GM; bit3 BU; bit4 CH (Spanish modes); bit5 sell"),
    known(177, "tou_charge_flags_6",            "",                                                                 "M104 M100 KS HS KB LR KL GD",
           values="bit0 grid charge; bit1 generator charge; bit2 GM; bit3 BU; bit4 CH (Spanish modes); bit5 sell"),
    known(178, "special_functions_1",           "",                                                                 "M104 M100 KS HS LR GD",
           values="bits0-1 micro-inverter export cut-off; 2-3 generator peak shaving; 4-5 grid peak shaving; 6-7 on-grid always on; 8-9 external relay (signal island / ATS, inferred); 10-11 stop on lost lithium battery (BMS_Err_Stop); 12-13 DRM; 14-15 US ground fault", note="HS and LR toggle only the low bit of a pair and write the rest back, so report 1 in every high bit (0xAAAA when all off); KS replaces the two bits"),
    known(180, "reconnect_time",                "10-300",                                                           "M104 M100 HS",
           note="HS allows 1-300"),
    known(181, "solar_arc_fault_mode",          "0-2",                                                              "M104 M100",
           values="0=off; 1=on; 2=clear latched arc fault then returns to 1", note="M100 has only 0/1"),
    known(182, "grid_standard",                 "",                                                                 "M104 M100 KS",
           values="0=general; 1=UL1741/IEEE1547; 2=Rule 21; 3=SRD-UL-1741; 4=CEI 0-21; 5=EN50549 CZ; 6=Australia A; 7=Australia B; 8=Australia C; 9=New Zealand; 10=VDE 4105; 11=OVE R25; 12=EN50549 CZ PPDS <16 A", note="documents list 0-4 only, 5-12 from KS; the manual offers 0-3"),
    known(183, "grid_frequency_nominal",        "0-1",                                                              "M104 M100 KS HS LR GD",
           values="0=50 Hz; 1=60 Hz"),
    known(184, "grid_type",                     "",                                                                 "M104 M100 KS",
           values="0=three-phase; 1=single-phase; 2=split-phase", note="marked as without effect on this line; M100 order is 0=single 220-240, 1=split 120/240, 2=three-phase 120/208, 3=single 120, which is also the order of the LCD list in the manual"),
    known(185, "grid_voltage_high",             "1800-2700",                                                        "M104 M100 HS GD",
           note="HS allows 100-290 V"),
    known(186, "grid_voltage_low",              "1800-2700",                                                        "M104 M100 HS GD",
           note="HS allows 100-290 V"),
    known(187, "grid_frequency_high",           "4500-6500",                                                        "M104 M100 HS GD"),
    known(188, "grid_frequency_low",            "4500-6500",                                                        "M104 M100 HS GD"),
    known(189, "generator_on_grid_input",       "",                                                                 "M104 M100 KS HS LR GD",
           values="0/1"),
    known(190, "gen_peak_shaving_power",        "0-16000",                                                          "M104 M100 HS LR GD",
           note="LCD: generator rated power"),
    known(191, "grid_peak_shaving_power",       "0-16000",                                                          "M104 M100 KS HS LR GD"),
    known(209, "ups_delay",                     "",                                                                 "M104 M100 KS",
           values="0=default", note="the documents count in seconds, later manuals and this machine in milliseconds"),
    known(223, "lithium_protocol",              "",                                                                 "M104 M100 HS LR GD",
           values="0=Pylon/Solax generic CAN; 1=Tianbangda RS485 Modbus; 2=KOK; 3=Keith; 4=Topband; 5=Pylon RS485; 6=Jelis 485; 7=Sunwoda 485; 8=Xinruineng 485; 9=Tianbangda 485; 10=Shenggao CAN; 13=Vision CAN; 14=WattSonic", note="13 and 14 only from GD; Battery-Emulator and YamBMS notes say mode 00 = Pylon CAN; a change needs a restart"),
    known(228, "comm_board_functions",          "",                                                                 "M104 M100 KS",
           values="bits0-1 time sync; 2-3 beep; 4-5 AM/PM; 6-7 auto dim; 14-15 allow remote", note="bits14-15 only from KS, which warns when a pair reads 00; start with 0x80AA plus the enabled low bits"),
    known(237, "asymmetric_phase_feeding",      "",                                                                 "M104 HS LR",
           values="0/1"),
    known(336, "parallel_1",                    "",                                                                 "M104 M100 KS",
           values="bit0 enable; bit1 1=master 0=slave; bits8-9 phase 0=A 1=B 2=C; bits10-15 Modbus SN 0-63", note="bit layout only in M104; KS labels bit1 0=Server 1=Client, which contradicts M104; M104 is followed"),
    known(340, "max_solar_power",               "",                                                                 "M104 M100 KS HS LR KL GD",
           note="documents call it max solar sell power; high-voltage units use 10 W steps"),
    known(341, "mppt_scan",                     "",                                                                 "HS LR",
           values="bit2 multi-point scan", note="reserved in the documents; HS and LR use it; newer manual: full sweep every 5 minutes"),
    known(344, "grid_sensing_source",           "",                                                                 "M104 M100",
           values="bit0: 0=CT; 1=meter"),
    known(345, "meter_vendor",                  "",                                                                 "M104",
           values="0=none; 1=Eastron; 2=CHNT"),
    known(346, "meter_limit_mode",              "0-1",                                                              "M104",
           values="0=average; 1=minimum"),
    known(347, "ct_ratio",                      "",                                                                 "M104 M100",
           values="30 = 30:1; shipped clamps are 100 A / 50 mA = 2000:1"),
    known(350, "reconnect_voltage_max",         "0-10000",                                                          "M104",
           note="M100 used 350/351 for the charge power ramp up/down in W per mains cycle, 0-500"),
    known(351, "reconnect_voltage_min",         "0-10000",                                                          "M104"),
    known(352, "reconnect_frequency_max",       "0-10000",                                                          "M104"),
    known(353, "reconnect_frequency_min",       "0-10000",                                                          "M104"),
)
# fmt: on
