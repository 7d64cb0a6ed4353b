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

class BatterySettings(NamedTuple):
    batt_mode: float  # code: lithium, use_batt_v, use_batt_pct, no_batt
    batt_capacity_ah: float  # Batt Capacity
    max_charge_a: float  # Max A Charge
    max_discharge_a: float  # Max A Discharge
    active_battery: float  # 1.0 on, 0.0 off
    gen_force: float  # 1.0 on, 0.0 off
    gen_start_soc: float  # Start % (Gen)
    gen_start_v: float  # Start V (Gen)
    gen_charge_a: float  # A (Gen)
    gen_charge: float  # 1.0 on, 0.0 off
    gen_signal: float  # 1.0 on, 0.0 off
    gen_max_run_s: float  # Gen Max Run Time
    gen_down_s: float  # Gen Down Time
    grid_charge_start_soc: float  # Start % (Grid)
    grid_charge_start_v: float  # Start V (Grid)
    grid_charge_a: float  # A (Grid)
    grid_charge: float  # 1.0 on, 0.0 off
    grid_signal: float  # 1.0 on, 0.0 off
    lead_acid_type: float  # code: agm, gel, wet
    float_v: float  # Float V
    absorption_v: float  # Absorption V
    equalization_v: float  # Equalization V
    equalization_interval_s: float  # Equalization Days
    equalization_s: float  # Equalization Hours
    tempco_v_per_k_cell: float  # TEMPCO
    batt_resistance_ohm: float  # Batt Resistance
    batt_efficiency: float  # Batt Charge Efficiency
    shutdown_soc: float  # Shutdown %
    low_batt_soc: float  # Low Batt %
    restart_soc: float  # Restart %
    shutdown_v: float  # Shutdown V
    low_batt_v: float  # Low Batt V
    restart_v: float  # Restart V

class WorkModeSettings(NamedTuple):
    work_mode: float  # code: selling_first, zero_export_load, zero_export_ct
    solar_sell: float  # 1.0 on, 0.0 off
    max_solar_power_w: float  # Max Solar Power
    max_sell_power_w: float  # Max Sell Power
    zero_export_power_w: float  # Zero-export Power
    energy_pattern: float  # code: batt_first, load_first
    grid_peak_shaving: float  # 1.0 on, 0.0 off
    grid_peak_shaving_w: float  # Power (Grid Peak Shaving)

class TouRow(NamedTuple):
    grid_charge: float  # 1.0 on, 0.0 off
    gen_charge: float  # 1.0 on, 0.0 off
    start_s: float  # seconds since midnight
    power_w: float  # Power (row 1)
    batt_v: float  # Batt V (row 1)
    batt_soc: float  # Batt % (row 1)

class TimeOfUseSettings(NamedTuple):
    tou_enable: float  # 1.0 on, 0.0 off
    # 1.0 where the rows apply, from Monday
    days: tuple[float, float, float, float, float, float, float]
    rows: tuple[TouRow, TouRow, TouRow, TouRow, TouRow, TouRow]

class GridSettings(NamedTuple):
    nominal_v: float  # Grid Type
    grid_frequency_hz: float  # Grid Frequency
    reconnection_time_s: float  # Reconnection Time
    power_factor: float  # PF
    grid_high_hz: float  # Grid HZ High
    grid_low_hz: float  # Grid HZ Low
    grid_high_v: float  # Grid Vol High
    grid_low_v: float  # Grid Vol Low
    reconnect_high_hz: float  # Reconnect HZ High
    reconnect_low_hz: float  # Reconnect HZ Low
    reconnect_high_v: float  # Reconnect Vol High
    reconnect_low_v: float  # Reconnect Vol Low
    qv_enable: float  # 1.0 on, 0.0 off
    qv_v1: float  # V1
    qv_q1: float  # Q1
    qv_v2: float  # V2
    qv_q2: float  # Q2
    qv_v3: float  # V3
    qv_q3: float  # Q3
    qv_v4: float  # V4
    qv_q4: float  # Q4
    fw_enable: float  # 1.0 on, 0.0 off
    fw_fstart_hz: float  # Fstart
    fw_fstop_hz: float  # Fstop
    vw_enable: float  # 1.0 on, 0.0 off
    vw_vstart_v: float  # Vstart
    vw_vstop_v: float  # Vstop
    normal_ramp_per_s: float  # Normal Ramp rate
    soft_start_ramp_per_s: float  # Soft Start Ramp rate
    vrt_enable: float  # 1.0 on, 0.0 off
    vrt_hv2_v: float  # HV2
    vrt_hv2_s: float  # HV2 time
    vrt_hv1_v: float  # HV1
    vrt_hv1_s: float  # HV1 time
    vrt_lv1_v: float  # LV1
    vrt_lv1_s: float  # LV1 time
    vrt_lv2_v: float  # LV2
    vrt_lv2_s: float  # LV2 time
    vrt_lv3_v: float  # LV3
    vrt_lv3_s: float  # LV3 time
    frt_enable: float  # 1.0 on, 0.0 off
    frt_hf2_hz: float  # HF2
    frt_hf2_s: float  # HF2 time
    frt_hf1_hz: float  # HF1
    frt_hf1_s: float  # HF1 time
    frt_lf1_hz: float  # LF1
    frt_lf1_s: float  # LF1 time
    frt_lf2_hz: float  # LF2
    frt_lf2_s: float  # LF2 time

class GenPortSettings(NamedTuple):
    gen_port_mode: float  # code: generator_input, smart_load_output, micro_inv_input
    gen_rated_w: float  # Rated Power
    gen_on_grid_port: float  # 1.0 on, 0.0 off
    smart_on_grid_always: float  # 1.0 on, 0.0 off
    smart_power_w: float  # Power
    port_off_soc: float  # OFF %
    port_on_soc: float  # ON %
    port_off_v: float  # OFF V
    port_on_v: float  # ON V
    ac_couple_freq_high_hz: float  # AC Couple Fre High
    mi_export_cutoff: float  # 1.0 on, 0.0 off
    gen_stop_soc: float  # Gen stop %
    gen_stop_v: float  # Gen stop V

class AdvancedSettings(NamedTuple):
    solar_arc_fault_on: float  # 1.0 on, 0.0 off
    gen_peak_shaving: float  # 1.0 on, 0.0 off
    drm: float  # 1.0 on, 0.0 off
    bms_err_stop: float  # 1.0 on, 0.0 off
    signal_island_mode: float  # 1.0 on, 0.0 off
    ex_meter_for_ct: float  # 1.0 on, 0.0 off
    asymmetric_phase_feeding: float  # 1.0 on, 0.0 off

class ParallelSettings(NamedTuple):
    parallel_enable: float  # 1.0 on, 0.0 off

class ButtonSettings(NamedTuple):
    power_button: float  # 1.0 on, 0.0 off

class InstallerSettings(NamedTuple):
    battery_temp_sensor: float  # 1.0 on, 0.0 off
    min_charge_temp_c: float  # Lowest charge temperature
    on_grid_floor: float  # code: low_batt, shutdown
    soc_hysteresis: float  # Threshold hysteresis
    v_hysteresis_v: float  # Threshold hysteresis V
    gen_down_meaning: float  # code: by_firmware, rest, run_on
    grid_charge_start_active: float  # 1.0 on, 0.0 off
    gen_with_grid: float  # 1.0 on, 0.0 off
    peak_shave_floor: float  # code: slot_target, low_batt
    zero_export_scope: float  # code: per_phase, sum
    smart_pv_hold_s: float  # Smart load PV hold
    bms_timeout_s: float  # BMS time-out
    absorption_tail: float  # Absorption tail
    absorption_max_s: float  # Absorption limit
    active_battery_a: float  # Active battery current
    derate_end: float  # Derating end
    transfer_time_s: float  # Transfer time
    offgrid_no_battery: float  # 1.0 on, 0.0 off
    parallel_feature: float  # 1.0 on, 0.0 off
    pv_max_v: float  # PV ceiling
    fan_present: float  # 1.0 on, 0.0 off
    firmware: float  # code: manual, later

class Settings(NamedTuple):
    battery: BatterySettings
    work_mode: WorkModeSettings
    time_of_use: TimeOfUseSettings
    grid: GridSettings
    gen_port: GenPortSettings
    advanced: AdvancedSettings
    parallel: ParallelSettings
    button: ButtonSettings
    installer: InstallerSettings
    law: Law
    support: Support
