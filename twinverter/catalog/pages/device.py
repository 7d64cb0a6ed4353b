"""Pages that only show: Li-BMS, Device info; and the front button. Manual 4.1, 5.2, 5.11.

Columns: see `catalog/columns.py`.
"""

from twinverter.catalog.columns import page, shown_only, switch
from twinverter.catalog.row import ASSUMED, FAMILY, INFO, KERNEL, LIST, MANUAL, PANEL
from twinverter.catalog.word import flag

# fmt: off
LI_BMS = page("Li-BMS", "bms", (
    shown_only(INFO, "bms_voltage_v",         "Mean Voltage",         "V",    None, ASSUMED, FAMILY, "5.2:595", PANEL, "bms1_voltage",
               "batt_mode=lithium", "Read-only value from the BMS."),
    shown_only(INFO, "bms_current_a",         "Total Current",        "A",    None, ASSUMED, FAMILY, "5.2",     PANEL, "bms1_current",
               "batt_mode=lithium", "Read-only value from the BMS."),
    shown_only(INFO, "bms_temp_c",            "Mean Temp",            "degC", None, ASSUMED, FAMILY, "5.2",     PANEL, "bms1_temperature",
               "batt_mode=lithium", "Read-only value from the BMS."),
    shown_only(INFO, "bms_soc_pct",           "Total SOC",            "%",    None, ASSUMED, FAMILY, "5.2",     PANEL, "bms1_soc",
               "batt_mode=lithium", "Read-only value from the BMS."),
    shown_only(INFO, "bms_charge_v",          "Charging Voltage",     "V",    None, ASSUMED, FAMILY, "5.2",     PANEL, "bms1_charge_voltage",
               "batt_mode=lithium", "Read-only value from the BMS."),
    shown_only(INFO, "bms_discharge_v",       "Discharging Voltage",  "V",    None, ASSUMED, FAMILY, "5.2",     PANEL, "bms1_discharge_voltage",
               "batt_mode=lithium", "Read-only value from the BMS."),
    shown_only(INFO, "bms_charge_limit_a",    "Charging current",     "A",    None, ASSUMED, FAMILY, "5.2",     PANEL, "bms1_charge_current_limit",
               "batt_mode=lithium", "Read-only value from the BMS."),
    shown_only(INFO, "bms_discharge_limit_a", "Discharging current",  "A",    None, ASSUMED, FAMILY, "5.2",     PANEL, "bms1_discharge_current_limit",
               "batt_mode=lithium", "Read-only value from the BMS."),
    shown_only(INFO, "bms_force_charge",      "Request Force Charge", "",     None, ASSUMED, FAMILY, "5.2",     PANEL, "bms1_other_flags",
               "batt_mode=lithium", "Read-only value from the BMS."),
))

DEVICE_INFO = page("Device info", "device", (
    shown_only(INFO, "inverter_id",  "Inverter ID",            "", "1801012001", MANUAL, MANUAL, "5.11:938", PANEL, "serial_number",
               "", "Serial number shown on screen (sample)."),
    shown_only(INFO, "flash_mark",   "Flash",                  "", "Flash",      MANUAL, MANUAL, "5.11:938", PANEL, "",
               "", "Text beside the ID."),
    shown_only(INFO, "hmi_version",  "HMI",                    "", "Ver0302",    MANUAL, MANUAL, "5.11:939", PANEL, "comm_fw_main",
               "", "LCD version (sample)."),
    shown_only(INFO, "main_version", "MAIN",                   "", "Ver2138",    MANUAL, MANUAL, "5.11:939", PANEL, "control_fw_main",
               "", "Control-board firmware version (sample)."),
    shown_only(LIST, "alarm_log",    "Alarms Code / Occurred", "", None,         MANUAL, MANUAL, "5.11:940", PANEL, "",
               "", "Alarm codes with time, newest first."),
))

FRONT_BUTTON = page("Front button", "button", (
    switch("power_button", "ON/OFF", True, ASSUMED, MANUAL, "4.1:496", KERNEL, flag(80),
           "", "Latching button on the left side; off shows OFF on the LCD."),
))
# fmt: on
