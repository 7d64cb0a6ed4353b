"""Telemetry: every measured, counted or constant value the family's registers show.

A row says what stands in its registers: a field of the flows, inputs or meters (`source`), what the
live twin makes of several (`live`), a constant of this machine (`fixed`), zero for hardware it does
not have (`ABSENT`), or the function that will feed it (`later`). Documents and clients behind each
register: see `catalog/family.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from twinverter.catalog.pages.device import DEVICE_INFO

# What the Device info page prints: a serial number, and versions as four hexadecimal digits.
SERIAL, HMI, MAIN = (
    next(str(row.default) for row in DEVICE_INFO if row.key == key)
    for key in ("inverter_id", "hmi_version", "main_version")
)

# A stored value of the kernel times this is the value in the table's unit.
FROM_SI = {"%": 100.0, "kWh": 0.001, "h": 1.0 / 3600.0}


@dataclass(frozen=True)
class Feed:
    """What stands in a register that no field of the model feeds."""

    fixed: float | str | None = None
    live: str = ""
    later: str = ""
    absent: bool = False


ABSENT = Feed(absent=True)


def fixed(value: float | str) -> Feed:
    """Return the feed of a constant, in the row's unit."""
    return Feed(fixed=value)


def version(printed: str) -> Feed:
    """Return the feed of a firmware version printed as `Ver0302`."""
    return fixed(int(printed.removeprefix("Ver"), 16))


def live(what: str) -> Feed:
    """Return the feed of a value that the live twin makes of several (`ports/readings.py`)."""
    return Feed(live=what)


def later(function: str) -> Feed:
    """Return the feed of a value whose function the model does not have yet."""
    return Feed(later=function)


@dataclass(frozen=True)
class Telemetry:
    """One value to read: `value = (raw - offset) * scale`, low word first where it has several.

    `high` is the address of the high word where it does not follow the low one. `source` names
    record fields joined by + and -; a field of three phases stands for their sum. `period` says
    over which time a counter runs.
    """

    key: str
    address: int
    unit: str
    scale: float
    source: str
    feed: Feed
    meaning: str
    seen_in: str
    words: int = 1
    high: int | None = None
    offset: int = 0
    signed: bool = False
    text: bool = False
    period: str = ""
    values: str = ""
    note: str = ""

    @property
    def addresses(self) -> tuple[int, ...]:
        """Return the addresses of all words, low word first."""
        if self.high is not None:
            return (self.address, self.high)
        return tuple(range(self.address, self.address + self.words))

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the record fields that feed the row."""
        return tuple(term for term in self.source.split() if term not in "+-")

    def from_kernel(self, value: float) -> float:
        """Return a kernel value in the row's unit."""
        return value * FROM_SI.get(self.unit, 1.0)

    def to_word(self, value: float | str) -> dict[int, int]:
        """Return address -> register word for a value in the row's unit, saturated."""
        if self.text:
            data = str(value).encode("ascii", "replace").ljust(2 * self.words, b"\0")
            return {
                address: int.from_bytes(data[2 * place : 2 * place + 2], "big")
                for place, address in enumerate(self.addresses)
            }
        limit = 1 << 16 * len(self.addresses)
        low, high = (-(limit >> 1), (limit >> 1) - 1) if self.signed else (0, limit - 1)
        raw = max(low, min(round(float(value) / self.scale) + self.offset, high))
        return {a: raw >> 16 * place & 0xFFFF for place, a in enumerate(self.addresses)}

    def from_word(self, image: Mapping[int, int]) -> float | str:
        """Return the value in the row's unit that the registers hold."""
        words = [image[address] for address in self.addresses]
        if self.text:
            data = b"".join(word.to_bytes(2, "big") for word in words)
            return data.rstrip(b"\0").decode("ascii", "replace")
        raw = sum(word << 16 * place for place, word in enumerate(words))
        if self.signed and raw >> 16 * len(words) - 1:
            raw -= 1 << 16 * len(words)
        return round((raw - self.offset) * self.scale, 6)


def measured(
    key: str,
    address: int,
    unit: str,
    scale: float,
    source: str | Feed,
    meaning: str,
    seen_in: str,
    *,
    words: int = 1,
    high: int | None = None,
    offset: int = 0,
    signed: bool = False,
    text: bool = False,
    period: str = "",
    values: str = "",
    note: str = "",
) -> Telemetry:
    """Return one row; `source` is record fields, or the feed of what no field gives."""
    fields, feed = (source, Feed()) if isinstance(source, str) else ("", source)
    return Telemetry(
        key, address, unit, scale, fields, feed, meaning, seen_in,
        words, high, offset, signed, text, period, values, note,
    )  # fmt: skip


# fmt: off
IDENTITY = (
    measured("device_type",           0, "",    1, fixed(5),      "product class code", "M104 M100 KS HS LR GD",
             values="0x0005 or 0x0500=three-phase low-voltage hybrid; 0x0003/0x0300=single-phase hybrid; 0x0002/0x0200=string; 0x0004/0x0400=micro; 0x0006/0x0600/0x0601=three-phase high-voltage", note="M104 says 0x0005 and M100 says 0x0500 for this class; KS and HS accept both; use 0x0005 (0x0200 makes KS load a 16 kW single-phase map)"),
    measured("modbus_address",        1, "",    1, live("Modbus SN"), "slave address of the unit", "M104 M100 KS HS LR KL GD",
             note="1 by default; follows the Modbus SN set in 336 when that is not zero (inferred)"),
    measured("protocol_version",      2, "",    1, fixed(0x104),  "version of the register protocol, high byte major, low byte minor", "M104 M100 KS HS LR",
             values="0x0104 = 1.4 / V104", note="KS prints high.low; HS prints nibbles"),
    measured("serial_number",         3, "",    1, fixed(SERIAL), "inverter serial, ten ASCII characters, two per word, first character in the high byte", "M104 M100 KS HS SJ LR GD", words=5, text=True,
             note="real serials are ten digits such as 21xxxxxxxx"),
    measured("power_class",           8, "",    1, fixed(2),      "power rating class (model index)", "M104 M100 GD",
             note="content undocumented; GD prints it as rated power; HS uses it only on single-phase units; suggested 2 for the 8 kW frame to match 23 (inferred)"),
    measured("reserved_9",            9, "",    1, fixed(0),      "not used", "M104 M100"),
    measured("mcu_board_version",    10, "",    1, fixed(0),      "board version shown by newer clients", "HS LR",
             note="reserved in M104/M100"),
    measured("aux_and_boot_version", 11, "",    1, fixed(0),      "high byte auxiliary controller version, low byte boot loader version", "M104 M100 HS LR",
             note="HS appends it to the control firmware text"),
    measured("afci_version",         12, "",    1, fixed(0),      "arc detector firmware", "HS LR",
             note="reserved in M104/M100; newer LCDs show e.g. D206"),
    measured("eeprom_initialised",   13, "",    1, fixed(1),      "1 once the parameter memory has been initialised", "M104 HS SJ LR",
             values="0/1", note="HS and LR label it a microcontroller version"),
    measured("control_fw_platform",  14, "",    1, fixed(0x2001), "control firmware field 2: high byte 0x20 marks three-phase low voltage, low byte hardware revision", "M104 M100 HS LR",
             values="0x2001 typical"),
    measured("control_fw_main",      15, "",    1, version(MAIN), "control firmware main version: top nibble release line (F = internal), low 12 bits build", "M104 M100 HS LR",
             values="0x1141 typical", note="LCD line MAIN shows 14-15(-11), e.g. 2001-1141; the manual shows an older four digit style"),
    measured("comm_fw_field1",       16, "",    1, fixed(0x1),    "communication/LCD board firmware field 1", "M104 M100 HS LR"),
    measured("comm_fw_field2",       17, "",    1, fixed(0x1),    "communication/LCD board firmware field 2", "M104 M100 HS SJ LR"),
    measured("comm_fw_main",         18, "",    1, version(HMI),  "communication/LCD board firmware main version", "M104 M100 HS LR",
             note="LCD line HMI; HS prints 17-18-16"),
    measured("safety_type",          19, "",    1, fixed(0),      "safety regulation type", "M104 M100"),
    measured("rated_power",          20, "W", 0.1, fixed(8000.0), "rated AC power", "M104 M100 KS HS LR", words=2,
             values="80000 for 8 kW (0x3880, 0x0001)", note="KS uses it as the upper limit for power settings; HS uses it to reject implausible power"),
    measured("mppt_and_phases",      22, "",    1, fixed(0x203),  "high byte number of MPP trackers, low byte number of phases", "M104 M100 HS LR",
             values="0x0203 for 2 trackers, 3 phases"),
    measured("model_select",         23, "",    1, fixed(2),      "rated power frame of the low-voltage three-phase line", "M104",
             values="0=12k; 1=10k; 2=8k; 3=6k; 4=5k", note="M100 used 23 for the nominal voltage class (0=127/220, 1=220/380)"),
    measured("battery_input_count",  24, "",    1, fixed(1),      "number of battery inputs", "M104",
             values="0 or 1=one; 2=two"),
    measured("output_topology",      25, "",    1, fixed(0),      "three-phase or split-phase build", "M104",
             values="0=three-phase; 1=split-phase", note="reserved serial bytes in M100"),
    measured("region_build",         26, "",    1, fixed(0),      "EU or US build", "M104",
             values="0=EU; 1=UL"),
    measured("fan_config",           27, "",    1, fixed(0x3),    "fans fitted", "M104",
             values="bit0 master enable; bit1 inner fan 1; bit2 inner fan 2; bit3-5 outer fans 1-3"),
    measured("rtc_type",             30, "",    1, fixed(1),      "which clock chip is used", "M104",
             values="1=internal; 0=external"),
    measured("lcd_mcu_type",         31, "",    1, fixed(0),      "LCD controller type (high byte) and index (low byte)", "M104"),
    measured("control_mcu_type",     32, "",    1, fixed(0),      "control controller type (high byte) and index (low byte)", "M104"),
    measured("self_check_flag",      36, "",    1, fixed(0),      "self check enabled flag seen by newer clients", "HS LR",
             values="0/1", note="not in M104/M100"),
    measured("comm_address",         74, "",    1, live("Modbus SN"), "communication address", "M104 M100 GD"),
    measured("comm_baud",            75, "",    1, fixed(0),      "communication speed", "M104 M100",
             note="documents give 0 as content"),
)

BMS = (
    measured("bms1_charge_voltage",          210, "V",    0.01, live("BMS link"),  "charge voltage requested by the BMS", "M104 M100 KS HS LR GD",
             note="documents list 210-226 as writable (internal link between boards); treat as read only for clients (inferred)"),
    measured("bms1_discharge_voltage",       211, "V",    0.01, live("BMS link"),  "discharge voltage limit from the BMS", "M104 M100 KS HS LR GD"),
    measured("bms1_charge_current_limit",    212, "A",       1, live("BMS link"),  "charge current limit from the BMS", "M104 M100 KS HS LR GD"),
    measured("bms1_discharge_current_limit", 213, "A",       1, live("BMS link"),  "discharge current limit from the BMS", "M104 M100 KS HS LR GD"),
    measured("bms1_soc",                     214, "%",       1, live("BMS link"),  "state of charge reported by the BMS", "M104 M100 KS HS LR GD"),
    measured("bms1_voltage",                 215, "V",    0.01, live("BMS link"),  "pack voltage reported by the BMS", "M104 M100 KS HS LR GD"),
    measured("bms1_current",                 216, "A",       1, live("BMS link"),  "pack current reported by the BMS", "M104 M100 KS HS LR GD", signed=True,
             note="document and HS use 1 A steps signed; KS scales 0.01 (would only match if the unit sent 0.01 A); prefer 1 A"),
    measured("bms1_temperature",             217, "degC",  0.1, live("BMS link"),  "pack temperature", "M104 M100 KS GD", offset=1000),
    measured("bms1_offgrid_charge_limit",    218, "A",       1, live("BMS link"),  "largest off-grid charge current", "M104 M100 KS HS LR GD"),
    measured("bms1_offgrid_discharge_limit", 219, "A",       1, live("BMS link"),  "largest off-grid discharge current", "M104 M100 KS HS LR GD"),
    measured("bms1_alarm",                   220, "",        1, later("BMS link"), "alarm flags", "M104 M100 KS HS LR GD",
             values="bit field, layout not published", note="suggest alarm bytes of CAN frame 0x359 (inferred)"),
    measured("bms1_fault",                   221, "",        1, later("BMS link"), "fault flags", "M104 M100 HS LR GD",
             values="bit field, layout not published", note="suggest protection bytes of CAN frame 0x359 (inferred)"),
    measured("bms1_other_flags",             222, "",        1, live("BMS link"),  "other flags", "M104 M100 HS LR GD",
             values="bit1 battery 1 asks for forced charge; bit2 battery 2 asks", note="bit2 only in M104"),
    measured("bms1_soh",                     224, "%",       1, live("BMS link"),  "state of health", "M104 M100 GD", signed=True,
             note="GD sees -1 on real units (not reported)"),
    measured("bms1_version",                 225, "",        1, later("BMS link"), "BMS version", "M104"),
    measured("bms1_rated_capacity",          226, "Ah",      1, live("BMS link"),  "rated capacity", "M104"),
    measured("bms2_charge_voltage",          241, "V",    0.01, ABSENT,            "second battery: charge voltage requested", "M104",
             note="units taken over from the first block (inferred)"),
    measured("bms2_discharge_voltage",       242, "V",    0.01, ABSENT,            "second battery: discharge voltage limit", "M104"),
    measured("bms2_charge_current_limit",    243, "A",       1, ABSENT,            "second battery: charge current limit", "M104"),
    measured("bms2_discharge_current_limit", 244, "A",       1, ABSENT,            "second battery: discharge current limit", "M104"),
    measured("bms2_soc",                     245, "%",       1, ABSENT,            "second battery: state of charge", "M104"),
    measured("bms2_voltage",                 246, "V",    0.01, ABSENT,            "second battery: pack voltage", "M104"),
    measured("bms2_current",                 247, "A",       1, ABSENT,            "second battery: pack current", "M104", signed=True),
    measured("bms2_temperature",             248, "degC",  0.1, ABSENT,            "second battery: pack temperature", "M104", offset=1000),
    measured("bms2_offgrid_charge_limit",    249, "A",       1, ABSENT,            "second battery: largest off-grid charge current", "M104"),
    measured("bms2_offgrid_discharge_limit", 250, "A",       1, ABSENT,            "second battery: largest off-grid discharge current", "M104"),
    measured("bms2_alarm",                   251, "",        1, ABSENT,            "second battery: alarm flags", "M104"),
    measured("bms2_fault",                   252, "",        1, ABSENT,            "second battery: fault flags", "M104"),
    measured("bms2_other_flags",             253, "",        1, ABSENT,            "second battery: other flags", "M104"),
    measured("bms2_version",                 254, "",        1, ABSENT,            "second battery: BMS version", "M104"),
    measured("bms2_rated_capacity",          255, "Ah",      1, ABSENT,            "second battery: rated capacity", "M104"),
)

COUNTERS = (
    measured("run_state",               500, "",        1, live("operating state"),                                                               "operating state", "M104 M100 KS HS KB LR KL GD",
             values="0=standby; 1=self-check; 2=normal; 3=alarm; 4=fault", note="KS adds 5=activating"),
    measured("energy_active_today",     501, "kWh",   0.1, live("counters"),                                                                      "inverter active energy today, grid side", "M104 M100 GD", signed=True,
             note="KS takes 502 for this"),
    measured("energy_reactive_today",   502, "kvarh", 0.1, later("a var-hour meter"),                                                             "inverter reactive energy today", "M104 M100 KS KL GD", signed=True),
    measured("grid_connect_time_today", 503, "s",       1, live("time with the mains"),                                                           "time connected to the grid today", "M104 M100 GD",
             note="GD divides by 60 for minutes"),
    measured("energy_active_total",     504, "kWh",   0.1, live("counters"),                                                                      "inverter active energy total", "M104 M100", words=2,
             note="low word first"),
    measured("energy_reactive_total",   506, "kvarh", 0.1, later("a var-hour meter"),                                                             "inverter reactive energy total", "M104 M100 KS", words=2,
             note="KS labels it active energy"),
    measured("inverter_status_1",       508, "",        1, fixed(1),                                                                              "debug status bits", "M104 M100",
             values="bit0 inner fan present; bit1 outer fan present"),
    measured("inverter_status_2",       509, "",        1, fixed(0),                                                                              "debug status bits", "M104 M100"),
    measured("gen_runtime_total",       512, "h",     0.1, "meters.generator_s",                                                                  "generator run time total", "M104", words=2, period="total"),
    measured("battery_charge_today",    514, "kWh",   0.1, "meters.battery_charge_wh",                                                            "energy into the battery today", "M104 M100 KS HS SJ KB LR GD", period="today"),
    measured("battery_discharge_today", 515, "kWh",   0.1, "meters.battery_discharge_wh",                                                         "energy out of the battery today", "M104 M100 KS HS SJ KB LR GD", period="today"),
    measured("battery_charge_total",    516, "kWh",   0.1, "meters.battery_charge_wh",                                                            "energy into the battery, total", "M104 M100 KS HS SJ EV KB LR KL GD", words=2, period="total"),
    measured("battery_discharge_total", 518, "kWh",   0.1, "meters.battery_discharge_wh",                                                         "energy out of the battery, total", "M104 M100 KS HS SJ EV KB LR KL GD", words=2, period="total"),
    measured("grid_import_today",       520, "kWh",   0.1, "meters.grid_import_wh",                                                               "energy bought today", "M104 M100 KS HS SJ KB LR KL GD", period="today"),
    measured("grid_export_today",       521, "kWh",   0.1, "meters.grid_export_wh",                                                               "energy sold today", "M104 M100 KS HS SJ KB LR KL GD", period="today"),
    measured("grid_import_total",       522, "kWh",   0.1, "meters.grid_import_wh",                                                               "energy bought, total", "M104 M100 KS HS SJ EV KB LR KL GD", words=2, period="total"),
    measured("grid_export_total",       524, "kWh",   0.1, "meters.grid_export_wh",                                                               "energy sold, total", "M104 M100 KS HS SJ EV KB LR KL GD", words=2, period="total"),
    measured("load_energy_today",       526, "kWh",   0.1, "meters.load_wh - meters.load_unserved_wh + meters.home_wh - meters.home_unserved_wh", "load energy today", "M104 M100 KS HS SJ KB LR GD", period="today"),
    measured("load_energy_total",       527, "kWh",   0.1, "meters.load_wh - meters.load_unserved_wh + meters.home_wh - meters.home_unserved_wh", "load energy total", "M104 M100 KS HS SJ KB LR KL GD", words=2, period="total"),
    measured("pv_energy_today",         529, "kWh",   0.1, "meters.pv_wh",                                                                        "PV energy today", "M104 M100 KS HS SJ KB LR KL GD", period="today",
             note="HS rejects jumps above 100 kWh"),
    measured("pv1_energy_today",        530, "kWh",   0.1, later("counters of the live twin"),                                                    "PV input 1 energy today", "M104 M100 GD",
             note="marked reserved"),
    measured("pv2_energy_today",        531, "kWh",   0.1, later("counters of the live twin"),                                                    "PV input 2 energy today", "M104 M100 GD",
             note="marked reserved"),
    measured("pv3_energy_today",        532, "kWh",   0.1, ABSENT,                                                                                "PV input 3 energy today", "M104 M100 GD",
             note="marked reserved"),
    measured("pv4_energy_today",        533, "kWh",   0.1, ABSENT,                                                                                "PV input 4 energy today", "M104 M100 GD",
             note="marked reserved"),
    measured("pv_energy_total",         534, "kWh",   0.1, "meters.pv_wh",                                                                        "PV energy total", "M104 M100 KS HS SJ EV KB LR KL GD", words=2, period="total"),
    measured("gen_energy_today",        536, "kWh",   0.1, "meters.generator_wh + meters.micro_inverter_wh",                                      "generator-port energy today", "M104 KS HS SJ KB LR GD", period="today"),
    measured("gen_energy_total",        537, "kWh",   0.1, "meters.generator_wh + meters.micro_inverter_wh",                                      "generator-port energy total", "M104 HS SJ EV LR GD", words=2, period="total",
             note="EV decodes it signed"),
    measured("gen_runtime_today",       539, "h",     0.1, "meters.generator_s",                                                                  "generator run time today", "M104 M100 GD", period="today"),
)

STATE = (
    measured("dc_temperature",       540, "degC", 0.1, live("heat sink"),                                                                     "DC converter / transformer temperature", "M104 M100 KS HS SJ KB LR GD", offset=1000),
    measured("heatsink_temperature", 541, "degC", 0.1, "flows.sink_c",                                                                        "heat sink temperature", "M104 M100 KS HS SJ KB LR KL GD", offset=1000),
    measured("temperature_3",        542, "degC", 0.1, fixed(25.0),                                                                           "reserved temperature", "M104 M100", offset=1000),
    measured("temperature_4",        543, "degC", 0.1, fixed(25.0),                                                                           "reserved temperature", "M104 M100", offset=1000),
    measured("temperature_5_or_drm", 544, "",       1, live("DRM inputs"),                                                                    "documents: reserved temperature; KS: active demand-response modes", "M104 M100 KS",
             values="bit n = DRMn active, n=0..8 (KS)", note="conflict; with no DRM active 0 suits both readings; prefer KS bit field for Australian units"),
    measured("load_energy_year",     545, "kWh",  0.1, "meters.load_wh - meters.load_unserved_wh + meters.home_wh - meters.home_unserved_wh", "load energy this year", "M104 GD", words=2, period="year"),
    measured("comm_board_faults",    548, "",       1, fixed(0),                                                                              "communication board faults", "M104 M100 LR KL",
             values="bit0 flash; bit1 clock; bit2 parameter memory"),
    measured("mcu_test_flags",       549, "",       1, fixed(0),                                                                              "control board test flags", "M104 M100",
             values="bit0 arc board link; bit1 parallel CAN link"),
    measured("lcd_test_flags",       550, "",       1, fixed(0),                                                                              "display board test flags", "M104 M100",
             values="bit8 lithium RS485; bit9 lithium CAN; bit10 keys; bit11 LCD interrupt"),
    measured("power_on_state",       551, "",       1, "settings.button.power_button",                                                        "soft on/off state", "M104 M100 HS LR KL",
             values="low four bits: 0=off; 1=on"),
    measured("ac_relays",            552, "",       1, live("relays"),                                                                        "AC relay states", "M104 M100 KS HS KB LR KL GD",
             values="bit0 inverter; bit1 load (reserved); bit2 grid; bit3 generator; bit4 grid feeds relay; bit7 dry contact 1; bit8 dry contact 2", note="KS takes dry contacts at bits5/6, M100 has one at bit5; KB and HS use bit2 as on-grid"),
    measured("warning_1",            553, "",       1, "flows.alarms",                                                                        "warning bits W01-W16", "M104 M100 HS SJ LR KL GD",
             values="bit n = W(n+1)"),
    measured("warning_2",            554, "",       1, "flows.alarms",                                                                        "warning bits W17-W32", "M104 M100 HS SJ KL GD",
             values="bit n = W(n+17)"),
    measured("fault_1",              555, "",       1, "flows.alarms",                                                                        "fault bits F01-F16", "M104 M100 KS HS SJ LR KL GD",
             values="bit n = F(n+1)"),
    measured("fault_2",              556, "",       1, "flows.alarms",                                                                        "fault bits F17-F32", "M104 M100 KS HS SJ KL GD",
             values="bit n = F(n+17)"),
    measured("fault_3",              557, "",       1, "flows.alarms",                                                                        "fault bits F33-F48", "M104 M100 KS HS SJ KL GD",
             values="bit n = F(n+33)"),
    measured("fault_4",              558, "",       1, "flows.alarms",                                                                        "fault bits F49-F64", "M104 M100 KS HS SJ KL GD",
             values="bit n = F(n+49)"),
    measured("on_off_trip_data",     559, "",       1, fixed(0),                                                                              "internal on/off trip data", "M104 M100"),
    measured("debug_560",            560, "",       1, fixed(0),                                                                              "first of 24 debug words, 560-583", "M104 M100", words=24),
)

BATTERY = (
    measured("battery_temp_sensor_spare",  585, "degC",  0.1, fixed(25.0),                                   "spare battery temperature sensor", "M104", offset=1000),
    measured("battery_temperature",        586, "degC",  0.1, "flows.battery_c",                             "battery temperature", "M104 M100 KS HS SJ KB LR KL GD", offset=1000,
             note="GD scales 0.01 without the offset (wrong)"),
    measured("battery_voltage",            587, "V",    0.01, "flows.battery_v",                             "battery voltage", "M104 M100 KS HS SJ KB LR KL GD"),
    measured("battery_soc",                588, "%",       1, "flows.soc",                                   "battery state of charge", "M104 M100 KS HS SJ EV KB LR KL GD"),
    measured("battery2_soc",               589, "%",       1, ABSENT,                                        "second battery state of charge", "M104 KS EV LR"),
    measured("battery_power",              590, "W",       1, "flows.battery_w",                             "battery power, positive = discharge", "M104 M100 KS HS SJ EV KB LR KL GD", signed=True),
    measured("battery_current",            591, "A",    0.01, "flows.battery_a",                             "battery current, positive = discharge", "M104 M100 KS HS SJ KB LR KL GD", signed=True),
    measured("battery_corrected_capacity", 592, "Ah",      1, live("capacity times SOH"),                    "corrected capacity", "M104 M100 HS LR GD"),
    measured("battery2_voltage",           593, "V",    0.01, ABSENT,                                        "second battery voltage", "M104 KS LR"),
    measured("battery2_current",           594, "A",    0.01, ABSENT,                                        "second battery current", "M104 KS HS LR", signed=True,
             note="HS adds it to 591"),
    measured("battery2_power",             595, "W",       1, ABSENT,                                        "second battery power", "M104 KS EV LR", signed=True),
    measured("battery2_temperature",       596, "degC",  0.1, ABSENT,                                        "second battery temperature", "M104 KS LR", offset=1000),
    measured("ct_selfcheck",               597, "",        1, live("check of the clamps"),                   "result of the clamp self-check", "LR",
             values="bits0-2 phases A-C", note="LR shows a problem when the bit is 0"),
)

GRID = (
    measured("grid_voltage_a",            598, "V",    0.1, "inputs.grid_v.l1",      "grid phase A voltage", "M104 M100 KS HS SJ EV KB LR KL GD"),
    measured("grid_voltage_b",            599, "V",    0.1, "inputs.grid_v.l2",      "grid phase B voltage", "M104 M100 KS HS SJ EV KB LR KL GD"),
    measured("grid_voltage_c",            600, "V",    0.1, "inputs.grid_v.l3",      "grid phase C voltage", "M104 M100 KS HS SJ EV KB LR KL GD"),
    measured("grid_voltage_ab",           601, "V",    0.1, live("line voltages"),   "grid line voltage AB", "M104 M100 GD"),
    measured("grid_voltage_bc",           602, "V",    0.1, live("line voltages"),   "grid line voltage BC", "M104 M100 GD"),
    measured("grid_voltage_ca",           603, "V",    0.1, live("line voltages"),   "grid line voltage CA", "M104 M100 GD"),
    measured("grid_inner_power_a",        604, "W",      1, "flows.ld_w.l1",         "phase A power seen by the built-in sensors (LCD LD)", "M104 M100 KS HS SJ KB LR KL GD", high=700, signed=True,
             note="positive = import"),
    measured("grid_inner_power_b",        605, "W",      1, "flows.ld_w.l2",         "phase B power seen by the built-in sensors (LCD LD)", "M104 M100 KS HS SJ KB LR KL GD", high=701, signed=True,
             note="positive = import"),
    measured("grid_inner_power_c",        606, "W",      1, "flows.ld_w.l3",         "phase C power seen by the built-in sensors (LCD LD)", "M104 M100 KS HS SJ KB LR KL GD", high=702, signed=True,
             note="positive = import"),
    measured("grid_inner_power_total",    607, "W",      1, "flows.ld_w",            "total power of the built-in sensors", "M104 M100 KS HS KB LR KL GD", high=703, signed=True),
    measured("grid_inner_apparent_total", 608, "VA",     1, live("P and Q"),         "apparent power of the built-in sensors", "M104 M100 KS GD", high=704,
             note="reserved"),
    measured("grid_frequency",            609, "Hz",  0.01, "inputs.grid_hz",        "grid frequency", "M104 M100 KS HS LR GD"),
    measured("grid_inner_current_a",      610, "A",   0.01, live("phase currents"),  "phase A built-in sensor current", "M104 M100 KS HS LR GD", signed=True),
    measured("grid_inner_current_b",      611, "A",   0.01, live("phase currents"),  "phase B built-in sensor current", "M104 M100 KS HS LR GD", signed=True),
    measured("grid_inner_current_c",      612, "A",   0.01, live("phase currents"),  "phase C built-in sensor current", "M104 M100 KS HS LR GD", signed=True),
    measured("grid_ct_current_a",         613, "A",   0.01, live("phase currents"),  "phase A external clamp current", "M104 M100 KS HS EV LR GD", signed=True),
    measured("grid_ct_current_b",         614, "A",   0.01, live("phase currents"),  "phase B external clamp current", "M104 M100 KS HS EV LR GD", signed=True),
    measured("grid_ct_current_c",         615, "A",   0.01, live("phase currents"),  "phase C external clamp current", "M104 M100 KS HS EV LR GD", signed=True),
    measured("grid_ct_power_a",           616, "W",      1, "flows.grid_w.l1",       "phase A power of the external clamps or meter (LCD CT)", "M104 M100 KS HS SJ KB LR KL GD", high=705, signed=True,
             note="positive = import"),
    measured("grid_ct_power_b",           617, "W",      1, "flows.grid_w.l2",       "phase B power of the external clamps or meter (LCD CT)", "M104 M100 KS HS SJ KB LR KL GD", high=706, signed=True,
             note="positive = import"),
    measured("grid_ct_power_c",           618, "W",      1, "flows.grid_w.l3",       "phase C power of the external clamps or meter (LCD CT)", "M104 M100 KS HS SJ KB LR KL GD", high=707, signed=True,
             note="positive = import"),
    measured("grid_ct_power_total",       619, "W",      1, "flows.grid_w",          "total power of the external clamps or meter", "M104 M100 KS HS LR KL GD", high=708, signed=True),
    measured("grid_ct_apparent_total",    620, "VA",     1, live("P and Q"),         "apparent power of the external clamps", "M104 M100 GD", high=709, signed=True),
    measured("grid_power_factor",         621, "",   0.001, live("P and Q"),         "grid power factor", "M104 M100 HS LR"),
    measured("grid_power_a",              622, "W",      1, "flows.grid_w.l1",       "phase A grid power, built-in or external source as configured", "M104 M100 KS HS LR GD", high=687, signed=True,
             note="users see it equal to the external clamps"),
    measured("grid_power_b",              623, "W",      1, "flows.grid_w.l2",       "phase B grid power, built-in or external source as configured", "M104 M100 KS HS LR GD", high=688, signed=True,
             note="users see it equal to the external clamps"),
    measured("grid_power_c",              624, "W",      1, "flows.grid_w.l3",       "phase C grid power, built-in or external source as configured", "M104 M100 KS HS LR GD", high=689, signed=True,
             note="users see it equal to the external clamps"),
    measured("grid_power_total",          625, "W",      1, "flows.grid_w",          "total grid power, built-in or external source as configured", "M104 M100 KS HS SJ EV KB LR KL GD", high=690, signed=True,
             note="positive = import, negative = export; EV, KB read only this word"),
)

INVERTER = (
    measured("inverter_voltage_a",      627, "V",   0.1, live("output voltages"),  "inverter output phase A voltage", "M104 M100 KS HS LR GD"),
    measured("inverter_voltage_b",      628, "V",   0.1, live("output voltages"),  "inverter output phase B voltage", "M104 M100 KS HS LR GD"),
    measured("inverter_voltage_c",      629, "V",   0.1, live("output voltages"),  "inverter output phase C voltage", "M104 M100 KS HS LR GD"),
    measured("inverter_current_a",      630, "A",  0.01, live("phase currents"),   "inverter output phase A current", "M104 M100 KS HS SJ KB LR KL GD", signed=True),
    measured("inverter_current_b",      631, "A",  0.01, live("phase currents"),   "inverter output phase B current", "M104 M100 KS HS SJ KB LR KL GD", signed=True),
    measured("inverter_current_c",      632, "A",  0.01, live("phase currents"),   "inverter output phase C current", "M104 M100 KS HS SJ KB LR KL GD", signed=True),
    measured("inverter_power_a",        633, "W",     1, "flows.inverter_w.l1",    "inverter output phase A power", "M104 M100 KS HS SJ KB LR GD", high=691, signed=True,
             note="positive = out of the inverter"),
    measured("inverter_power_b",        634, "W",     1, "flows.inverter_w.l2",    "inverter output phase B power", "M104 M100 KS HS SJ KB LR GD", high=692, signed=True,
             note="positive = out of the inverter"),
    measured("inverter_power_c",        635, "W",     1, "flows.inverter_w.l3",    "inverter output phase C power", "M104 M100 KS HS SJ KB LR GD", high=693, signed=True,
             note="positive = out of the inverter"),
    measured("inverter_power_total",    636, "W",     1, "flows.inverter_w",       "inverter output power", "M104 M100 KS HS LR GD", high=694, signed=True,
             note="HS drops values above 1.1 x rated"),
    measured("inverter_apparent_total", 637, "VA",    1, live("P and Q"),          "inverter output apparent power", "M104 M100 GD", high=695, signed=True),
    measured("inverter_frequency",      638, "Hz", 0.01, "flows.frequency_hz",     "inverter output frequency", "M104 M100 KS HS LR KL GD"),
)

LOADS = (
    measured("ups_power_a",         640, "W",     1, "flows.load_w.l1 - flows.load_unserved_w.l1",                                              "backup (load terminal) phase A power", "M104 M100 KS HS LR GD", high=696, signed=True,
             note="documents unsigned; can be negative with AC coupling, served signed"),
    measured("ups_power_b",         641, "W",     1, "flows.load_w.l2 - flows.load_unserved_w.l2",                                              "backup (load terminal) phase B power", "M104 M100 KS HS LR GD", high=697, signed=True,
             note="documents unsigned; can be negative with AC coupling, served signed"),
    measured("ups_power_c",         642, "W",     1, "flows.load_w.l3 - flows.load_unserved_w.l3",                                              "backup (load terminal) phase C power", "M104 M100 KS HS LR GD", high=698, signed=True,
             note="documents unsigned; can be negative with AC coupling, served signed"),
    measured("ups_power_total",     643, "W",     1, "flows.load_w - flows.load_unserved_w",                                                    "backup power", "M104 M100 KS HS LR GD", high=699, signed=True),
    measured("load_voltage_a",      644, "V",   0.1, live("output voltages"),                                                                   "load phase A voltage", "M104 M100 KS HS SJ KB LR GD"),
    measured("load_voltage_b",      645, "V",   0.1, live("output voltages"),                                                                   "load phase B voltage", "M104 M100 KS HS SJ KB LR GD"),
    measured("load_voltage_c",      646, "V",   0.1, live("output voltages"),                                                                   "load phase C voltage", "M104 M100 KS HS SJ KB LR GD"),
    measured("load_current_a",      647, "A",  0.01, live("phase currents"),                                                                    "load phase A current (documents: not used)", "M104 M100 GD", signed=True),
    measured("load_current_b",      648, "A",  0.01, live("phase currents"),                                                                    "load phase B current (documents: not used)", "M104 M100 GD", signed=True),
    measured("load_current_c",      649, "A",  0.01, live("phase currents"),                                                                    "load phase C current (documents: not used)", "M104 M100 GD", signed=True),
    measured("load_power_a",        650, "W",     1, "flows.load_w.l1 - flows.load_unserved_w.l1 + flows.home_w.l1 - flows.home_unserved_w.l1", "phase A total load (backup plus home in CT mode)", "M104 M100 KS HS SJ KB LR GD", high=656, signed=True),
    measured("load_power_b",        651, "W",     1, "flows.load_w.l2 - flows.load_unserved_w.l2 + flows.home_w.l2 - flows.home_unserved_w.l2", "phase B total load (backup plus home in CT mode)", "M104 M100 KS HS SJ KB LR GD", high=657, signed=True),
    measured("load_power_c",        652, "W",     1, "flows.load_w.l3 - flows.load_unserved_w.l3 + flows.home_w.l3 - flows.home_unserved_w.l3", "phase C total load (backup plus home in CT mode)", "M104 M100 KS HS SJ KB LR GD", high=658, signed=True),
    measured("load_power_total",    653, "W",     1, "flows.load_w - flows.load_unserved_w + flows.home_w - flows.home_unserved_w",             "total load", "M104 M100 KS HS SJ KB LR KL GD", high=659, signed=True),
    measured("load_apparent_total", 654, "VA",    1, live("active power"),                                                                      "load apparent power, low word (reserved)", "M104 M100", high=660, signed=True),
    measured("load_frequency",      655, "Hz", 0.01, "flows.frequency_hz",                                                                      "load frequency", "M104 M100 KS HS LR KL"),
)

GENERATOR_PORT = (
    measured("gen_voltage_a",   661, "V", 0.1, live("generator voltages"),             "generator port phase A voltage", "M104 M100 KS HS SJ KB LR GD"),
    measured("gen_voltage_b",   662, "V", 0.1, live("generator voltages"),             "generator port phase B voltage", "M104 M100 KS HS SJ KB LR GD"),
    measured("gen_voltage_c",   663, "V", 0.1, live("generator voltages"),             "generator port phase C voltage", "M104 M100 KS HS SJ KB LR GD"),
    measured("gen_power_a",     664, "W",   1, "flows.gen_w.l1",                       "generator port phase A power", "M104 M100 KS HS SJ KB LR GD", high=668, signed=True,
             note="sign not documented"),
    measured("gen_power_b",     665, "W",   1, "flows.gen_w.l2",                       "generator port phase B power", "M104 M100 KS HS SJ KB LR GD", high=669, signed=True,
             note="sign not documented"),
    measured("gen_power_c",     666, "W",   1, "flows.gen_w.l3",                       "generator port phase C power", "M104 M100 KS HS SJ KB LR GD", high=670, signed=True,
             note="sign not documented"),
    measured("gen_power_total", 667, "W",   1, "flows.gen_w + flows.micro_inverter_w", "generator port power", "M104 M100 KS HS SJ EV KB LR GD", high=671, signed=True,
             note="EV treats positive as production"),
)

PV = (
    measured("pv1_power",   672, "W",   1, "flows.pv1_w", "PV input 1 power", "M104 M100 KS HS SJ EV KB LR KL GD",
             note="high-voltage units use 10 W steps"),
    measured("pv2_power",   673, "W",   1, "flows.pv2_w", "PV input 2 power", "M104 M100 KS HS SJ EV KB LR KL GD"),
    measured("pv3_power",   674, "W",   1, ABSENT,        "PV input 3 power", "M104 M100 KS HS EV LR GD",
             note="not fitted on this model, read 0"),
    measured("pv4_power",   675, "W",   1, ABSENT,        "PV input 4 power", "M104 M100 KS HS EV LR GD",
             note="not fitted on this model, read 0"),
    measured("pv1_voltage", 676, "V", 0.1, "flows.pv1_v", "PV input 1 voltage", "M104 M100 KS HS SJ KB LR KL GD"),
    measured("pv1_current", 677, "A", 0.1, "flows.pv1_a", "PV input 1 current", "M104 M100 KS HS SJ KB LR KL GD"),
    measured("pv2_voltage", 678, "V", 0.1, "flows.pv2_v", "PV input 2 voltage", "M104 M100 KS HS SJ KB LR KL GD"),
    measured("pv2_current", 679, "A", 0.1, "flows.pv2_a", "PV input 2 current", "M104 M100 KS HS SJ KB LR KL GD"),
    measured("pv3_voltage", 680, "V", 0.1, ABSENT,        "PV input 3 voltage", "M104 M100 KS HS LR GD"),
    measured("pv3_current", 681, "A", 0.1, ABSENT,        "PV input 3 current", "M104 M100 KS HS LR GD"),
    measured("pv4_voltage", 682, "V", 0.1, ABSENT,        "PV input 4 voltage", "M104 M100 KS HS LR GD"),
    measured("pv4_current", 683, "A", 0.1, ABSENT,        "PV input 4 current", "M104 M100 KS HS LR GD"),
    measured("pv5_voltage", 719, "V", 0.1, ABSENT,        "PV input 5 voltage (larger models)", "HS"),
    measured("pv6_voltage", 720, "V", 0.1, ABSENT,        "PV input 6 voltage (larger models)", "HS"),
    measured("pv7_voltage", 721, "V", 0.1, ABSENT,        "PV input 7 voltage (larger models)", "HS"),
    measured("pv8_voltage", 722, "V", 0.1, ABSENT,        "PV input 8 voltage (larger models)", "HS"),
    measured("pv5_current", 723, "A", 0.1, ABSENT,        "PV input 5 current (larger models)", "HS"),
    measured("pv6_current", 724, "A", 0.1, ABSENT,        "PV input 6 current (larger models)", "HS"),
    measured("pv7_current", 725, "A", 0.1, ABSENT,        "PV input 7 current (larger models)", "HS"),
    measured("pv8_current", 726, "A", 0.1, ABSENT,        "PV input 8 current (larger models)", "HS"),
    measured("pv5_power",   727, "W",   1, ABSENT,        "PV input 5 power (larger models)", "HS"),
    measured("pv6_power",   728, "W",   1, ABSENT,        "PV input 6 power (larger models)", "HS"),
    measured("pv7_power",   729, "W",   1, ABSENT,        "PV input 7 power (larger models)", "HS"),
    measured("pv8_power",   730, "W",   1, ABSENT,        "PV input 8 power (larger models)", "HS"),
)

SPARE = (
    measured("fan_inner_ad",       738, "", 1, fixed(0), "inner fan feedback, raw converter value", "M104"),
    measured("fan_outer_ad",       739, "", 1, fixed(0), "outer fan feedback, raw converter value", "M104"),
    measured("factory_selfcheck",  800, "", 1, fixed(0), "factory self-check", "M104"),
    measured("fault_log",         1000, "", 1, fixed(0), "start of the stored fault records, 500 words, 1000-1499", "M104", words=500,
             note="record layout not published; the same document also lists 1000 as grid sensing mode"),
)

PACKS = (
    measured("pack_device_type",                 10000, "",         1, ABSENT, "battery protocol marker", "M104",
             values="0x0700 when Deye packs are present"),
    measured("pack_protocol_version",            10001, "",         1, ABSENT, "battery protocol version", "M104"),
    measured("pack_count",                       10002, "",         1, ABSENT, "number of battery packs", "M104",
             note="HS reads it once during detection (0x2712); 0 = no pack groups"),
    measured("pack_sum_voltage",                 10003, "V",      0.1, ABSENT, "all packs: battery voltage", "M104"),
    measured("pack_sum_current",                 10004, "A",      0.1, ABSENT, "all packs: battery current", "M104", signed=True),
    measured("pack_sum_soc",                     10005, "%",        1, ABSENT, "all packs: state of charge", "M104"),
    measured("pack_sum_soh",                     10006, "%",        1, ABSENT, "all packs: state of health", "M104"),
    measured("pack_sum_remaining_capacity",      10007, "Ah",       1, ABSENT, "all packs: remaining capacity", "M104"),
    measured("pack_sum_temperature",             10008, "degC",   0.1, ABSENT, "all packs: temperature", "M104",
             note="offset not stated, the per-pack temperatures use 1000"),
    measured("pack_sum_charge_voltage",          10009, "V",      0.1, ABSENT, "all packs: charge voltage", "M104"),
    measured("pack_sum_discharge_voltage",       10010, "V",      0.1, ABSENT, "all packs: discharge voltage", "M104"),
    measured("pack_sum_charge_end_voltage",      10011, "V",        1, ABSENT, "all packs: charge cut-off voltage", "M104"),
    measured("pack_sum_discharge_end_voltage",   10012, "V",        1, ABSENT, "all packs: discharge cut-off voltage", "M104"),
    measured("pack_sum_charge_current_limit",    10013, "A",        1, ABSENT, "all packs: charge current limit", "M104"),
    measured("pack_sum_discharge_current_limit", 10014, "A",        1, ABSENT, "all packs: discharge current limit", "M104"),
    measured("pack_sum_offgrid_charge_limit",    10015, "A",        1, ABSENT, "all packs: off-grid charge current limit", "M104"),
    measured("pack_sum_offgrid_discharge_limit", 10016, "A",        1, ABSENT, "all packs: off-grid discharge current limit", "M104"),
    measured("pack_sum_force_charge",            10017, "",         1, ABSENT, "all packs: forced charge flag", "M104"),
    measured("pack_sum_soc_calibration",         10018, "",         1, ABSENT, "all packs: capacity calibration flag", "M104"),
    measured("pack_sum_fault_1",                 10019, "",         1, ABSENT, "all packs: fault word 1", "M104"),
    measured("pack_sum_fault_2",                 10020, "",         1, ABSENT, "all packs: fault word 2", "M104"),
    measured("pack_sum_alarm_1",                 10021, "",         1, ABSENT, "all packs: alarm word 1", "M104"),
    measured("pack_sum_alarm_2",                 10022, "",         1, ABSENT, "all packs: alarm word 2", "M104"),
    measured("pack1_serial",                     10032, "",         1, ABSENT, "pack 1 serial, up to 16 ASCII characters", "M104 HS", words=8, text=True,
             note="pack k starts at 10032+38*(k-1) in HS and in the address column of M104; a remark in M104 says 30 words per pack; prefer 38"),
    measured("pack1_voltage",                    10040, "V",     0.01, ABSENT, "pack 1 module voltage", "M104 HS",
             note="M104 0.01 V, HS 0.1 V"),
    measured("pack1_current",                    10041, "A",      0.1, ABSENT, "pack 1 module current", "M104 HS", signed=True),
    measured("pack1_temp_average",               10042, "degC",   0.1, ABSENT, "pack 1 average temperature", "M104 HS", offset=1000),
    measured("pack1_temp_cell_max",              10043, "degC",   0.1, ABSENT, "pack 1 highest cell temperature", "M104 HS", offset=1000),
    measured("pack1_temp_cell_min",              10044, "degC",   0.1, ABSENT, "pack 1 lowest cell temperature", "M104 HS", offset=1000),
    measured("pack1_temp_mos",                   10045, "degC",   0.1, ABSENT, "pack 1 switch temperature", "M104 HS", offset=1000),
    measured("pack1_temp_heater",                10046, "degC",   0.1, ABSENT, "pack 1 heater foil temperature", "M104", offset=1000),
    measured("pack1_soc",                        10047, "%",      0.1, ABSENT, "pack 1 state of charge", "M104 HS"),
    measured("pack1_soh",                        10048, "%",      0.1, ABSENT, "pack 1 state of health", "M104 HS"),
    measured("pack1_remaining_capacity",         10049, "Ah",     0.1, ABSENT, "pack 1 remaining capacity", "M104"),
    measured("pack1_total_capacity",             10050, "Ah",     0.1, ABSENT, "pack 1 full capacity", "M104 HS"),
    measured("pack1_charge_voltage",             10051, "V",     0.01, ABSENT, "pack 1 charge voltage", "M104"),
    measured("pack1_charge_current",             10052, "A",      0.1, ABSENT, "pack 1 charge current limit", "M104"),
    measured("pack1_discharge_current",          10053, "A",      0.1, ABSENT, "pack 1 discharge current limit", "M104"),
    measured("pack1_cell_v_max",                 10054, "V",    0.001, ABSENT, "pack 1 highest cell voltage", "M104 HS",
             note="M104 0.01 V, HS 0.001 V; prefer HS"),
    measured("pack1_cell_v_min",                 10055, "V",    0.001, ABSENT, "pack 1 lowest cell voltage", "M104 HS",
             note="M104 0.01 V, HS 0.001 V; prefer HS"),
    measured("pack1_cycles",                     10056, "",         1, ABSENT, "pack 1 cycle count", "M104 HS"),
    measured("pack1_mos_status",                 10057, "",         1, ABSENT, "pack 1 switch status", "M104 HS"),
    measured("pack1_warning_1",                  10058, "",         1, ABSENT, "pack 1 warning word 1", "M104 HS"),
    measured("pack1_warning_2",                  10059, "",         1, ABSENT, "pack 1 warning word 2", "M104 HS"),
    measured("pack1_fault_1",                    10060, "",         1, ABSENT, "pack 1 fault word 1", "M104 HS"),
    measured("pack1_fault_2",                    10061, "",         1, ABSENT, "pack 1 fault word 2", "M104 HS"),
    measured("pack1_sw_version",                 10062, "",         1, ABSENT, "pack 1 software version", "M104 HS"),
    measured("pack1_hw_version",                 10063, "",         1, ABSENT, "pack 1 hardware version", "M104 HS"),
)
# fmt: on

TELEMETRY: tuple[Telemetry, ...] = (
    *IDENTITY,
    *BMS,
    *COUNTERS,
    *STATE,
    *BATTERY,
    *GRID,
    *INVERTER,
    *LOADS,
    *GENERATOR_PORT,
    *PV,
    *SPARE,
    *PACKS,
)
