"""Ours under test: the standard's words turned into this machine's menu and law, and its steps.

Only the grid-support law is driven here (`loop`), not the whole inverter.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from twinverter.bench.case import Case, Course, Trace
from twinverter.bench.loop import Driven, driven
from twinverter.bench.support import CEASES_ABOVE, CEASES_BELOW, NOMINAL_HZ, Support
from twinverter.catalog.law import kernel_law
from twinverter.catalog.record import kernel_settings
from twinverter.catalog.row import Value
from twinverter.catalog.settings import default_values
from twinverter.control import transfer
from twinverter.control.gridcode import gridcode
from twinverter.core.blocks import Phases

NOMINAL_V = 230.0
RATED_W = 8000.0
# A window that nothing on the bench reaches: the trip levels alone are under test.
OPEN_V, OPEN_HZ = (0.0, 400.0), (0.0, 100.0)


# A machine that has long been on the mains, and a step in which everything settles.
LONG_S = 1.0e6


def initial(settings: Any) -> Driven:
    """Return the memory of a machine that has long been on a healthy mains."""
    return Driven(transfer.initial(LONG_S), gridcode.initial(settings), 0.0, 0.0)


def trace(case: Case) -> Trace:
    """Return what ours gives over a case."""
    return run(case.support, case.storage, case.course, case.dt_s)


def rows(met: Course) -> Iterator[tuple[Phases, Phases, float, float]]:
    """Yield voltages, angles, frequency and wish of each step, in volts, radian, hertz, watts."""
    for voltage_v, angle_rad, frequency_hz, wish_w in zip(
        (met.voltage * NOMINAL_V).tolist(),
        met.angle_rad.tolist(),
        met.frequency_hz.tolist(),
        (met.wish * RATED_W).tolist(),
        strict=True,
    ):
        yield Phases(*voltage_v), Phases(*angle_rad), frequency_hz, wish_w


def run(support: Support, storage: bool, met: Course, dt_s: float) -> Trace:
    """Return what ours gives over a course of steps of `dt_s`, begun where it has settled."""
    settings = settings_of(support)
    state = initial(settings)
    steps = met.steps
    active, reactive = np.zeros(steps), np.zeros(steps)
    connected, resting = np.zeros(steps, bool), np.zeros(steps, bool)
    has_battery = float(storage)
    for step, row in enumerate(rows(met)):
        if step == 0:
            state = driven(settings, state, *row, has_battery, LONG_S)
        state = driven(settings, state, *row, has_battery, dt_s)
        active[step] = state.power_w / RATED_W
        reactive[step] = state.reactive_var / RATED_W
        connected[step] = state.watch.qualified > 0.0
        resting[step] = state.watch.ride.ceased > 0.0
    return Trace(active, reactive, connected, resting)


def settings_of(support: Support, law: Mapping[str, float] | None = None, **menu: Value) -> Any:
    """Return the kernel's settings for a set of grid-support settings, and others beside them."""
    values = default_values() | _menu(support) | _curves(support) | _levels(support) | menu
    return kernel_settings(values, kernel_law(_law(support) | dict(law or {})))


def _menu(support: Support) -> dict[str, Any]:
    enter = support.enter
    return {
        "grid_mode": "general_standard",
        "grid_type": "3p_230_400",
        "grid_frequency_hz": round(NOMINAL_HZ),
        "grid_vol_low": OPEN_V[0], "grid_vol_high": OPEN_V[1],
        "grid_hz_low": OPEN_HZ[0], "grid_hz_high": OPEN_HZ[1],
        "reconnect_vol_low": enter.low_v * NOMINAL_V,
        "reconnect_vol_high": enter.high_v * NOMINAL_V,
        "reconnect_hz_low": enter.low_hz, "reconnect_hz_high": enter.high_hz,
        "reconnection_time_s": enter.delay_s,
        "power_factor": support.power_factor * (-1.0 if support.absorbing else 1.0),
        "normal_ramp_pct_s": 100.0 * support.rise_per_s,
    }  # fmt: skip


def _curves(support: Support) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if support.volt_var:
        said["qv_enable"] = True
        for place, (voltage, reactive) in enumerate(support.volt_var, 1):
            said |= {f"qv_v{place}": voltage * NOMINAL_V, f"qv_q{place}": reactive}
    if support.volt_watt:
        (start, _), (stop, _) = support.volt_watt
        said |= {"vw_enable": True, "vw_vstart_v": start * NOMINAL_V}
        said["vw_vstop_v"] = stop * NOMINAL_V
    if support.freq_watt:
        (start_hz, _), (stop_hz, _) = support.freq_watt
        said |= {"fw_enable": True, "fw_fstart_hz": start_hz, "fw_fstop_hz": stop_hz}
    return said


def _levels(support: Support) -> dict[str, Any]:
    trips = support.trips
    said: dict[str, Any] = {"vrt_enable": True, "frt_enable": True}
    for word, level in (
        ("hv2", trips.over2_v),
        ("hv1", trips.over1_v),
        ("lv1", trips.under1_v),
        ("lv2", trips.under2_v),
    ):
        said |= {f"vrt_{word}_v": level.beyond * NOMINAL_V, f"vrt_{word}_s": level.lasts_s}
    for word, level in (
        ("hf2", trips.over2_hz),
        ("hf1", trips.over1_hz),
        ("lf1", trips.under1_hz),
        ("lf2", trips.under2_hz),
    ):
        said |= {f"frt_{word}_hz": level.beyond, f"frt_{word}_s": level.lasts_s}
    return said


def _law(support: Support) -> dict[str, float]:
    said = {
        "rating_ac_rated_w": RATED_W,
        "support_apparent_va": RATED_W,
        "support_pf_min": 0.0,
        "support_positive_sequence": float(support.positive_sequence),
        "support_q_first_inject": support.reactive_before,
        "support_q_first_absorb": support.reactive_before,
        "support_q_from_p": 0.05 if support.reduced_at_low_power else 0.0,
        "support_q_full_p": 0.2 if support.reduced_at_low_power else 0.0,
        "support_pf_response_s": support.reactive_s,
        "support_const_q_response_s": support.reactive_s,
        "support_qp_response_s": support.reactive_s,
        "support_const_q_on": float(support.fixed_var != 0.0),
        "support_const_q": support.fixed_var,
        "support_qv_response_s": support.volt_var_s,
        "support_qv_auto": float(support.reference_s > 0.0),
        "support_qv_auto_s": support.reference_s or 300.0,
        "support_vw_highest_phase": float(support.highest_phase),
        "support_vw_response_s": support.volt_watt_s,
        "support_limit_on": float(support.power_limit < 1.0),
        "support_limit": support.power_limit,
        "support_limit_response_s": 0.0,
        "support_service_ramp_s": support.enter.ramp_s,
        "ride_line_volts": 1.0,
        "ride_random_s": 2.0 * support.enter.own_lot_s,
        "ride_random_share": 0.5,
    }
    if support.volt_watt:
        said["support_vw_stop_share"] = support.volt_watt[1][1]
    return said | _law_of_watts(support) | _law_of_riding(support)


def _law_of_watts(support: Support) -> dict[str, float]:
    said: dict[str, float] = {}
    if support.droop is not None:
        droop = support.droop
        said |= {
            "support_droop_over_k": droop.over, "support_droop_over_hz": droop.over_hz,
            "support_droop_under_k": droop.under, "support_droop_under_hz": droop.under_hz,
            "support_droop_response_s": droop.response_s,
        }  # fmt: skip
    if support.charge_volts:
        (low, share), (high, _) = support.charge_volts
        said |= {"support_vw_charge_low": low, "support_vw_charge_share": share}
        said["support_vw_charge_high"] = high
    if support.watt_var:
        said["support_qp_on"] = 1.0
        drawn, fed = support.watt_var[2::-1], support.watt_var[3:]
        for place, ((power, reactive), (fed_power, fed_reactive)) in enumerate(
            zip(drawn, fed, strict=True), 1
        ):
            said |= {f"support_qp_charge_p{place}": -power}
            said |= {f"support_qp_charge_q{place}": reactive}
            said |= {f"support_qp_p{place}": fed_power, f"support_qp_q{place}": fed_reactive}
    return said


def _law_of_riding(support: Support) -> dict[str, float]:
    detectors = support.detectors
    said = {
        "ride_rocof_hz_per_s": detectors.hz_per_s, "ride_rocof_s": detectors.lasts_s,
        "ride_rocof_window_s": detectors.window_s, "ride_jump_rad": detectors.jump_rad,
        "ride_cease_low": 0.0, "ride_cease_high": 0.0, "ride_cease_s": 0.0,
    }  # fmt: skip
    if support.cessation is not None:
        rest = support.cessation
        return said | {
            "ride_cease_low": rest.low_v, "ride_cease_high": rest.high_v,
            "ride_cease_s": rest.response_s, "ride_return_s": rest.return_s,
            "ride_recover_s": rest.recover_s,
        }  # fmt: skip
    if support.category in CEASES_BELOW:
        said["ride_cease_low"] = CEASES_BELOW[support.category]
        said["ride_cease_high"] = CEASES_ABOVE
    return said
