"""Alarms: faults, warnings and states the machine shows, one kernel bit each.

An alarm is raised where the control law says so; the rows hold what a reader, a panel and a port
need: cause, detection, severity, how it goes away, words for the user, the bit of the family's
fault registers (fault Fnn is bit nn-1 counted from register 555, warning Wnn from 553).
The manual prints no threshold (chart 7-1): figures marked `assumed` are ours, `family` says that
the code comes from public texts of the same family. A name in braces in a row's text is a figure
of `catalog/law.py`, where it stands once, and is filled in here.
"""

from typing import NamedTuple

from twinverter.catalog.law import LAW, law_key


class Alarm(NamedTuple):
    """One alarm; `register_bit` is (address, bit), or None for words of our own."""

    code: str
    name: str
    severity: str
    latching: str
    register_bit: tuple[int, int] | None
    cause: str
    detection: str
    restart: str
    message: str
    effect: str
    source: str


ALARMS: list[Alarm] = []
NONE = 0.0
FIGURES = {law_key(row): f"{row.value:g}" for row in LAW}

FAULT, GRID_FAULT, WARNING, STATE = "fault", "fault (grid side only)", "warning", "state"
CLEARS, RETRIES, LATCHES = "self-clearing", "auto-retry then latching", "latching"


def alarm(
    code: str,
    name: str,
    severity: str,
    latching: str,
    register_bit: tuple[int, int] | None,
    *,
    cause: str,
    detection: str,
    restart: str,
    message: str,
    effect: str,
    source: str,
) -> float:
    """Return the kernel bit of a new row."""
    row = (code, name, severity, latching, register_bit)
    told = (detection.format_map(FIGURES), restart.format_map(FIGURES), message)
    ALARMS.append(Alarm(*row, cause, *told, effect, source))
    return 2.0 ** (len(ALARMS) - 1)


def rows_of(bits: float) -> list[Alarm]:
    """Return the rows of a kernel bit sum, in table order."""
    return [row for index, row in enumerate(ALARMS) if int(bits) >> index & 1]


def names(bits: float) -> list[str]:
    """Return the codes of a kernel bit sum, in table order."""
    return [row.code for row in rows_of(bits)]


def find_alarm(code: str) -> Alarm:
    """Return the row of a code; F84 of the printed sample log is read as F64."""
    wanted = "F64" if code == "F84" else code
    return next(row for row in ALARMS if row.code == wanted)


def registers_of(bits: float) -> dict[int, int]:
    """Return address -> word of the warning and fault registers for a kernel bit sum."""
    words = dict.fromkeys(range(553, 559), 0)
    for row in rows_of(bits):
        if row.register_bit:
            address, place = row.register_bit
            words[address] |= 1 << place
    return words


# fmt: off
RETRY = "automatic retry after {overload_retry_s} s, at most {overload_retries} per hour, then latched until the button or the DC and AC switches are cycled with 60 s off (assumed)"
RECONNECT = "reconnect window held for reconnection_time_s"
STOPPED = "Alarm LED red solid, Normal LED off; centre icon shows the code with the name under it; entry in alarm log; beep if enabled"
OFF_THE_GRID = "Alarm LED red solid, AC LED off, Normal LED stays green while backup output runs; centre icon shows the code; entry in alarm log"
WARNED = "Alarm LED red solid, Normal LED stays green; icon stays ON with the warning text under it (assumed); entry in alarm log"

COMM = alarm(
    "COMM", "Panel communication error", FAULT, CLEARS, None,
    cause="Display and control board lost contact",
    detection="no valid frame from control board for 5 s (assumed)",
    restart="clears with the first 3 good frames",
    message="The display has lost contact with the control board; values are stale.",
    effect="Centre icon shows comm.; all values greyed; LEDs keep the control board state",
    source="manual 5.1 (line 528); thresholds assumed",
)
OFF_SHOWN = alarm(
    "OFF", "Switched off", STATE, CLEARS, None,
    cause="Power button released",
    detection="power_button == 0 while any source keeps the panel alive",
    restart="pressing the button starts the power-on sequence",
    message="The inverter is switched off.",
    effect="LCD shows OFF; Normal LED off; DC and AC LEDs follow their sources",
    source="manual 4.1 (line 496)",
)
F01 = alarm(
    "F01", "DC input polarity reversed", FAULT, CLEARS, (555, 0),
    cause="PV string connected the wrong way round",
    detection="PV input voltage < -{protect_reversed_v} V for {protect_reversed_s} s (assumed), checked before the DC link is charged",
    restart="clears when polarity is right for {protect_upright_s} s, seen in the light; PV input stays blocked meanwhile",
    message="A PV string is connected with wrong polarity. Open the DC switch and correct it.",
    effect=STOPPED,
    source="family (three-phase LV); protection listed in manual 9 (line 1082)",
)
F05 = alarm(
    "F05", "EEPROM read failure", FAULT, LATCHES, (555, 4),
    cause="Settings memory unreadable",
    detection="checksum of stored settings wrong when they are read at power-on",
    restart="restart, which reads them again",
    message="Stored settings could not be read.",
    effect=STOPPED,
    source="family",
)
F06 = alarm(
    "F06", "EEPROM write failure", FAULT, LATCHES, (555, 5),
    cause="Settings memory cannot be written",
    detection="read-back differs from written value in 3 tries",
    restart="restart",
    message="A setting could not be stored.",
    effect=STOPPED,
    source="family",
)
F07 = alarm(
    "F07", "DC start failure", FAULT, RETRIES, (555, 6),
    cause="DC link cannot be built from PV or battery",
    detection="bus < {protect_link_built} of its set-point of {protect_link_v} V {protect_link_built_s} s after pre-charge began (assumed)",
    restart=RETRY,
    message="The internal DC link could not start. Check PV and battery supply.",
    effect=STOPPED,
    source="family (three-phase LV)",
)
F08 = alarm(
    "F08", "GFDI_Relay_Failure", FAULT, RETRIES, (555, 7),
    cause="Earth-neutral bond of the load port missing or ground-fault relay defective",
    detection="(grid type 120/208, or off grid with signal_island_mode=1) and bond commanded closed and (V_N-PE > {protect_neutral_v} V for {protect_neutral_s} s or relay feedback open) (assumed)",
    restart=RETRY,
    message="The neutral of the backup output is not tied to earth as required.",
    effect=STOPPED,
    source="manual 7 (line 995); thresholds assumed",
)
F13 = alarm(
    "F13", "Working mode change", "fault (informative)", CLEARS, (555, 12),
    cause="Grid type or frequency changed, battery mode set to No Batt, in old firmware also work mode",
    detection="event: committed change of grid_type, grid_frequency_hz, or batt_mode -> no_batt; work_mode only if f13_on_work_mode=1",
    restart="output pauses up to 10 s (without battery until the relay closes), grid reconnection time runs again, clears by itself within 60 s after that; if not, DC and AC off for 60 s (1 min printed; rest assumed)",
    message="A basic setting was changed. The inverter restarts by itself.",
    effect=STOPPED,
    source="manual 7 (line 996)",
)
F15 = alarm(
    "F15", "AC over-current, software", FAULT, RETRIES, (555, 14),
    cause="Phase current too high for too long",
    detection="inverter current of one phase > {rating_phase_a} A for {overload_phase_s} s, or > {overload_phase_short_a} A for {overload_trip_s} s (times assumed); on grid the controller clips before this",
    restart=RETRY,
    message="Too much AC current. Reduce the load.",
    effect=STOPPED,
    source="family (three-phase LV); 18 A from manual 9 (line 1066)",
)
F16 = alarm(
    "F16", "AC leakage current", FAULT, RETRIES, (555, 15),
    cause="Continuous leakage to earth",
    detection="residual current > {protect_leak_a} A for {protect_leak_s} s (assumed from public standard practice); stops the PV inputs, and where that does not end it the whole machine",
    restart=RETRY,
    message="Leakage current is too high. Check PV wiring to earth.",
    effect=STOPPED,
    source="family (three-phase LV)",
)
F17 = alarm(
    "F17", "PV over-current", FAULT, RETRIES, (556, 0),
    cause="Unstable or shorted PV input",
    detection="current of any PV input > {protect_input_a} A for {protect_input_s} s (assumed)",
    restart=RETRY,
    message="PV input current is too high.",
    effect=STOPPED,
    source="family",
)
F18 = alarm(
    "F18", "AC over-current, hardware", FAULT, RETRIES, (556, 1),
    cause="AC-side over-current seen by the fast comparator",
    detection="instantaneous phase current > {protect_phase_peak_a} A peak, trip within {protect_phase_peak_s} s (assumed)",
    restart=RETRY,
    message="AC over-current. Check that backup and house loads are within range, then restart.",
    effect=STOPPED,
    source="manual 7 (line 997); threshold assumed",
)
F20 = alarm(
    "F20", "DC over-current, hardware", FAULT, RETRIES, (556, 3),
    cause="DC-side over-current, also when starting off grid into a big load",
    detection="|battery current| > {protect_battery_peak_a} A for {protect_battery_peak_s} s, or > {protect_battery_long} times {rating_battery_a} A for {protect_battery_long_s} s (assumed: above the peak allowance of {overload_grace_s} s)",
    restart=RETRY + "; manual recovery: DC and AC switches off for 1 min",
    message="DC over-current. Check PV and battery connections and switch off big loads before starting.",
    effect=STOPPED,
    source="manual 7 (line 998); thresholds assumed",
)
F21 = alarm(
    "F21", "DC bus over-current", FAULT, RETRIES, (556, 4),
    cause="Link current too high",
    detection="DC link current > {protect_link_a} A for {protect_link_a_s} s (assumed)",
    restart=RETRY,
    message="Internal DC current is too high. Check battery current setting.",
    effect=STOPPED,
    source="family (three-phase LV)",
)
F22 = alarm(
    "F22", "Tz_EmergStop_Fault", FAULT, LATCHES, (556, 5),
    cause="Emergency stop or remote shutdown",
    detection="remote-shutdown input asserted: immediate stop of all conversion",
    restart="input released, then button off and on",
    message="The inverter was stopped by the emergency or remote stop. Call the installer.",
    effect=STOPPED,
    source="manual 7 (line 999); meaning from the family",
)
F23 = alarm(
    "F23", "AC leakage current, transient", FAULT, RETRIES, (556, 6),
    cause="Sudden leakage to earth",
    detection="step of residual current >= {protect_jump_small_a} A lasting {protect_jump_small_s} s, or >= {protect_jump_a} A lasting {protect_jump_s} s, or >= {protect_jump_large_a} A lasting {protect_jump_large_s} s (public standard figures, assumed here); what rises slower than {protect_creep_a_per_s} A/s is no step; stops as F16",
    restart=RETRY,
    message="Sudden leakage current. Check earthing of PV cables; restart two or three times.",
    effect=STOPPED,
    source="manual 7 (line 1000); thresholds assumed",
)
F24 = alarm(
    "F24", "DC insulation failure", FAULT, CLEARS, (556, 7),
    cause="PV isolation resistance too low",
    detection="min(R_PV+,PE ; R_PV-,PE) < {protect_insulation_ohm} ohm for {protect_insulation_s} s, three tests one a second, while a string is lit (assumed; 800 V / 30 mA = 26.7 kOhm rounded up)",
    restart="re-test every {protect_insulation_again_s} s; clears above {protect_insulation_clear_ohm} ohm (assumed)",
    message="PV insulation to earth is too low. Check panels and the PE cable.",
    effect=STOPPED,
    source="manual 7 (line 1001); threshold assumed",
)
F26 = alarm(
    "F26", "DC busbar unbalanced", FAULT, RETRIES, (556, 9),
    cause="Halves of the DC link differ, loads of the phases differ greatly",
    detection="|Vbus+ - Vbus-| > {protect_link_unbalance_v} V for {protect_link_unbalance_s} s (assumed); the neutral current of loads in phase never exceeds that of the largest phase, which F15 watches",
    restart=RETRY,
    message="The phases are loaded too unequally. Wait, spread the loads, restart two or three times.",
    effect=STOPPED,
    source="manual 7 (line 1002); thresholds assumed",
)
F29 = alarm(
    "F29", "Parallel CAN bus fault", FAULT, CLEARS, (556, 12),
    cause="Cable or address problem between parallel units",
    detection="parallel_enable=1 and (no heartbeat of a configured peer for {protect_mute_s} s, or duplicate address, or number of masters != 1); during start until all units are ON (assumed timing)",
    restart="clears when all units report ON and heartbeats are complete",
    message="Parallel communication is missing. Check cable and addresses; normal while the system starts.",
    effect=STOPPED,
    source="manual 7 (line 1004)",
)
F33 = alarm(
    "F33", "Grid over-current", FAULT, RETRIES, (557, 0),
    cause="Grid-port current too high",
    detection="grid-port phase current > {rating_port_a} A for {grid_over_port_s} s with LOAD current <= {rating_port_a} A, after charging has been cut (assumed)",
    restart=RETRY,
    message="Current through the grid connection is too high.",
    effect=STOPPED,
    source="family; 50 A from manual 9 (line 1067)",
)
F34 = alarm(
    "F34", "AC over-current of load", FAULT, RETRIES, (557, 1),
    cause="Backup load above allowed power",
    detection="off grid: load > {rating_ac_max_w} W for {overload_long_s} s, > {overload_long_w} W for {overload_short_s} s, > {overload_short_w} W for {overload_trip_s} s; on grid: LOAD current > {rating_port_a} A on any phase for {grid_over_port_s} s; above {heat_derate_from_c} degC the off-grid steps are derated (only 2 x for 10 s and 50 A are printed)",
    restart=RETRY,
    message="The backup load is too big. Switch something off.",
    effect=STOPPED,
    source="manual 7 (line 1008), 9 (line 1064), 9 (line 1067); curve assumed",
)
F35 = alarm(
    "F35", "No AC grid", GRID_FAULT, CLEARS, (557, 2),
    cause="Utility missing",
    detection="all phase voltages < {grid_dead_v} V for {grid_dead_s} s, or no zero crossings for 0.04 s (assumed); the backup output is transferred earlier, see C-55",
    restart="grid inside window for reconnection_time_s",
    message="No mains supply. Check whether the grid is out and the grid breaker is on.",
    effect=OFF_THE_GRID,
    source="manual 7 (line 1009); thresholds assumed",
)
F41 = alarm(
    "F41", "Parallel system stop", FAULT, CLEARS, (557, 8),
    cause="A unit of the parallel system is off or stopped",
    detection="parallel_enable=1 and any configured peer reports OFF or a latched fault",
    restart="clears when all peers are ON",
    message="Another inverter of the parallel system is off. Check each unit.",
    effect=STOPPED,
    source="manual 7 (line 1010)",
)
F42 = alarm(
    "F42", "AC line low voltage", GRID_FAULT, CLEARS, (557, 9),
    cause="Grid voltage too low",
    detection="any phase < grid_vol_low (185.0 V) for {grid_open_s} s, or, where voltage ride-through is on for that side, its level exceeded for its time instead",
    restart=RECONNECT,
    message="Grid voltage is too low. Check supply and AC cables.",
    effect=OFF_THE_GRID,
    source="manual 7 (line 1011); thresholds from family",
)
F45 = alarm(
    "F45", "AC line high voltage", GRID_FAULT, CLEARS, (557, 12),
    cause="Grid voltage too high",
    detection="any phase > grid_vol_high (265.0 V) for {grid_open_s} s, or, where voltage ride-through is on for that side, its level exceeded for its time instead",
    restart=RECONNECT,
    message="Grid voltage is too high. Check supply; thin AC cables also raise it.",
    effect=OFF_THE_GRID,
    source="family of other models; the manual lists no code for it (assumed)",
)
F46 = alarm(
    "F46", "Backup battery fault", FAULT, CLEARS, (557, 13),
    cause="Unequal battery data in a parallel system or battery fault",
    detection="BMS fault flag set, or battery settings differ between parallel units: charging and discharging stop",
    restart="clears with the flag or the difference",
    message="The battery reports a fault or settings of parallel units differ.",
    effect=STOPPED,
    source="family (three-phase LV)",
)
F47 = alarm(
    "F47", "AC over frequency", GRID_FAULT, CLEARS, (557, 14),
    cause="Grid frequency too high",
    detection="f > grid_hz_high (51.50 Hz, 61.50 at 60 Hz) for {grid_open_s} s, or, where frequency ride-through is on for that side, its level exceeded for its time instead",
    restart=RECONNECT,
    message="Grid frequency is too high.",
    effect=OFF_THE_GRID,
    source="manual 7 (line 1012); thresholds from family",
)
F48 = alarm(
    "F48", "AC under frequency", GRID_FAULT, CLEARS, (557, 15),
    cause="Grid frequency too low",
    detection="f < grid_hz_low (48.00 Hz, 58.00 at 60 Hz) for {grid_open_s} s, or, where frequency ride-through is on for that side, its level exceeded for its time instead",
    restart=RECONNECT,
    message="Grid frequency is too low.",
    effect=OFF_THE_GRID,
    source="manual 7 (line 1013); thresholds from family",
)
F51 = alarm(
    "F51", "Battery temperature high", "fault (battery only)", CLEARS, (558, 2),
    cause="Battery too hot",
    detection="battery temperature > {battery_hot_c} degC for {battery_hot_s} s by sensor or BMS (assumed); charging and discharging stop",
    restart="below {battery_hot_clear_c} degC (assumed)",
    message="The battery is too hot.",
    effect=STOPPED,
    source="family of other models (assumed)",
)
F55 = alarm(
    "F55", "DC busbar voltage too high", FAULT, CLEARS, (558, 6),
    cause="PV or battery voltage too high",
    detection="any PV input > pv_max_v (800 V) for {protect_pv_over_s} s, which rests at once, or battery > {battery_over_v} V for {battery_over_s} s, or > {protect_battery_over_v} V for {protect_battery_over_s} s (assumed)",
    restart="PV < {pv_over_clear_v} V for {protect_pv_over_clear_s} s and battery < {battery_high_clear_v} V for {protect_battery_over_clear_s} s (assumed)",
    message="DC voltage is too high. Check PV string length and battery voltage.",
    effect=STOPPED,
    source="family (three-phase LV); limits from manual 9 (line 1047), 9 (line 1055)",
)
F56 = alarm(
    "F56", "DC busbar voltage too low", FAULT, CLEARS, (558, 7),
    cause="Battery voltage too low",
    detection="battery <= {battery_low_v} V for {protect_battery_low_s} s, which rests at once, or off grid bus < {protect_link_weak} of set-point for {protect_link_weak_s} s (assumed), or off-grid shortage: load - PV above the battery limit, {overload_short_of_s} s where BMS, {battery_low_v} V or No Batt binds, {overload_grace_s} s where Max A Discharge or {rating_battery_a} A binds (assumed)",
    restart="low voltage: battery >= {battery_low_clear_v} V for {protect_battery_low_clear_s} s, then AC output waits for Restart; shortage: new try after {overload_retry_s} s, {overload_retries} per hour, then latched, at once with grid or generator (assumed)",
    message="Battery voltage is too low, or sun and battery cannot carry the load. Charge the battery or reduce the load.",
    effect=STOPPED,
    source="manual 7 (line 1014); 40 V from manual 9 (line 1047)",
)
F58 = alarm(
    "F58", "BMS communication fault", FAULT, CLEARS, (558, 9),
    cause="BMS silent while BMS_Err_Stop is set",
    detection="batt_mode=lithium and bms_err_stop=1 and no valid BMS frame for bms_timeout_s (30 s)",
    restart="valid frames for {bms_warn_s} s; battery current 0 and inverter stopped meanwhile",
    message="Contact to the battery is lost and the inverter has stopped, because BMS_Err_Stop is on.",
    effect=STOPPED,
    source="manual 5.10 (line 928), 7 (line 1015); time-out assumed",
)
F60 = alarm(
    "F60", "Generator fault", "fault (generator only)", RETRIES, (558, 11),
    cause="Generator voltage or frequency out of range",
    detection="generator signal closed for {gen_try_s} s and no voltage, or running generator outside {gen_low_v}-{gen_high_v} V or {gen_low_hz}-{gen_high_hz} Hz for {gen_lost_s} s (assumed)",
    restart="start sequence repeated {gen_tries} times with {gen_pause_s} s pauses",
    message="The generator does not deliver usable power.",
    effect=WARNED,
    source="family of other models (assumed)",
)
F61 = alarm(
    "F61", "Manual off in parallel", STATE, CLEARS, (558, 12),
    cause="A unit was switched off by its button",
    detection="parallel_enable=1 and power_button=0",
    restart="button on",
    message="This unit of the parallel system was switched off by hand.",
    effect="LCD shows OFF",
    source="family of other models",
)
F62 = alarm(
    "F62", "DRM stop", GRID_FAULT, CLEARS, (558, 13),
    cause="Demand response asked for disconnection",
    detection="drm=1 and DRM0 asserted",
    restart="DRM0 released; backup output goes on meanwhile, then reconnection_time_s",
    message="The network operator has switched feeding off.",
    effect=OFF_THE_GRID,
    source="family (three-phase LV); DRM in manual 5.10 (line 926)",
)
F63 = alarm(
    "F63", "Arc fault", FAULT, LATCHES, (558, 14),
    cause="Series arc in PV wiring",
    detection="solar_arc_fault_on=1 and arc signature for {protect_arc_s} s within {protect_arc_window_s} s (assumed model flag)",
    restart="clear_arc_fault, or switching off and on after a look (assumed)",
    message="An arc was seen in the PV wiring. Check all PV connectors before clearing.",
    effect=STOPPED,
    source="manual 7 (line 1016); detection assumed",
)
F64 = alarm(
    "F64", "Heatsink_HighTemp_Fault", FAULT, CLEARS, (558, 15),
    cause="Heat sink too hot",
    detection="heat-sink temperature >= {heat_sink_stop_c} degC for {heat_sink_stop_s} s (assumed)",
    restart="heat sink <= {heat_sink_clear_c} degC (assumed) and at least {heat_sink_clear_s} s since the trip",
    message="The inverter is too hot. Check ambient temperature and ventilation; leave it off for 10 minutes.",
    effect=STOPPED,
    source="manual 7 (line 1018); thresholds assumed",
)
F84 = alarm(
    "F84", "alias of F64 (misprint)", "alias", "not applicable", None,
    cause="Printed in the sample log only",
    detection="never raised; read as F64 when importing a log",
    restart="not applicable",
    message="see F64",
    effect="shown as F64",
    source="manual 5.11 (line 941), 5.11 (line 943)",
)
LOWBAT = alarm(
    "LOWBAT", "Low battery", WARNING, CLEARS, None,
    cause="SOC or voltage below Low Batt",
    detection="SOC < low_batt_soc_pct, or V < low_batt_v in Use Batt V, by half the last digit shown, for {battery_hold_s} s (assumed)",
    restart="above Low Batt + 2 % or + 0.4 V (assumed)",
    message="Battery is low.",
    effect=WARNED,
    source="manual 5.6 (line 681); own code, none printed",
)
BATSHUT_ALARM = alarm(
    "BATSHUT", "Battery shutdown", WARNING, CLEARS, None,
    cause="SOC or voltage below Shutdown",
    detection="off grid and SOC < shutdown_soc_pct, or V < shutdown_v for {battery_hold_s} s (assumed delay)",
    restart="SOC >= restart_soc_pct or V >= restart_v; grid or generator back restores the output at once, the battery itself waits for Restart",
    message="Battery is empty; the backup output waits for recharge or grid.",
    effect="Alarm LED red solid; icon shows ON with battery-empty text (assumed)",
    source="manual 5.6 (line 679), 5.6 (line 683); own code",
)
COLDCHG = alarm(
    "COLDCHG", "Charging blocked by cold", WARNING, CLEARS, None,
    cause="Battery at or below the lowest charge temperature",
    detection="battery temperature <= min_charge_temp_c (0 degC)",
    restart="{battery_cold_clear_k} degC above the limit (assumed)",
    message="Charging is paused because the battery may be frozen.",
    effect=WARNED,
    source="manual 1 (line 74); own code",
)
DERATE = alarm(
    "DERATE", "Power derating", WARNING, CLEARS, None,
    cause="Ambient or heat sink warm",
    detection="ambient > {heat_derate_from_c} degC",
    restart="ambient {heat_derate_clear_k} degC below that",
    message="Output is reduced because of heat.",
    effect="no LED change; note on inverter page (assumed)",
    source="manual 9 (line 1095); own code",
)
W02 = alarm(
    "W02", "Inner fan", WARNING, CLEARS, (553, 1),
    cause="Fan blocked or missing",
    detection="fan commanded and speed < {protect_fan_share} of the command for {protect_fan_s} s (assumed)",
    restart="speed back",
    message="A fan does not turn.",
    effect=WARNED,
    source="family",
)
W03 = alarm(
    "W03", "Grid phase warning", WARNING, CLEARS, (553, 2),
    cause="Phase order wrong",
    detection="measured sequence not L1-L2-L3 for {grid_order_s} s",
    restart="right sequence; grid relay stays open meanwhile (assumed)",
    message="Grid phases are in the wrong order.",
    effect=WARNED,
    source="family",
)
W04 = alarm(
    "W04", "Meter offline", WARNING, CLEARS, (553, 3),
    cause="No answer from external meter",
    detection="ex_meter_for_ct=1 and no valid reply for {protect_meter_s} s (assumed); zero export falls back to LD after {grid_sensor_s} s of silence already",
    restart="valid replies",
    message="No contact to the energy meter.",
    effect=WARNED,
    source="family; meter in manual 5.10 (line 933)",
)
W05 = alarm(
    "W05", "CT direction wrong", WARNING, CLEARS, (553, 4),
    cause="CT reversed",
    detection="CT power of a phase moves against LD power, {protect_clamp_trials} times in a row, while the CT test lowers its feed by {protect_clamp_w} W",
    restart="test passed, which is repeated every {protect_clamp_again_s} s; mode falls back to zero_export_load meanwhile",
    message="A current clamp is turned round.",
    effect=WARNED,
    source="family",
)
W06 = alarm(
    "W06", "CT not connected", WARNING, CLEARS, (553, 5),
    cause="CT missing",
    detection="work_mode=zero_export_ct and CT power does not follow a test step of {protect_clamp_w} W on a phase, {protect_clamp_trials} times in a row, or the clamps are dead for {grid_sensor_s} s (assumed)",
    restart="test passed; mode falls back to zero_export_load meanwhile",
    message="A current clamp is missing.",
    effect=WARNED,
    source="family; CT need in manual 5.7 (line 718)",
)
W10 = alarm(
    "W10", "Volt-watt active", WARNING, CLEARS, (553, 9),
    cause="Power cut by grid voltage",
    detection="vw_enable=1 and limit below available power",
    restart="limit released",
    message="Output is reduced because the grid voltage is high.",
    effect="no LED change",
    source="family",
)
W31 = alarm(
    "W31", "Battery communication", WARNING, CLEARS, (554, 14),
    cause="BMS frames unstable",
    detection="batt_mode=lithium and no valid frame for {bms_warn_s} s (assumed), with bms_err_stop=1 it turns into F58 at bms_timeout_s",
    restart="valid frames for {bms_warn_s} s",
    message="Contact to the battery is unstable; on grid its current is taken back to zero; off grid it goes on carefully unless BMS_Err_Stop is set.",
    effect=WARNED,
    source="family",
)
W32 = alarm(
    "W32", "Parallel communication", WARNING, CLEARS, (554, 15),
    cause="Link quality poor",
    detection="more than {protect_beats_lost} of the heartbeats lost for {protect_beats_lost_s} s (assumed)",
    restart="no more than {protect_beats_clear} of them lost",
    message="The parallel link is unstable.",
    effect=WARNED,
    source="family",
)
# fmt: on
