"""EPRI's OpenDER, the public model of IEEE 1547-2018, driven over the same courses.

It is a development dependency and is loaded only when asked for; without it `available` is
False and the bench judges by formulas alone. Its step length belongs to the class, so one
device runs at a time. Read for this: opender 2.2.0 (BSD 3-clause), EPRI report 3002030962.
"""

import contextlib
import importlib.util
import logging
import warnings
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np

from twinverter.bench.case import PHASES, Course, Trace
from twinverter.bench.support import MOST_CURRENT, Cessation, Support

RATING_VA = 8000.0
LINE_V = 400.0
# Most reactive power, of a power factor of 0.8 either way (manual 9).
MOST_REACTIVE = 0.6
WATT_VAR_PLACES = ("P3_LOAD", "P2_LOAD", "P1_LOAD", "P1_GEN", "P2_GEN", "P3_GEN")


def available() -> bool:
    """Return whether the reference is installed here."""
    return importlib.util.find_spec("opender") is not None


def named() -> str:
    """Return the reference's name and version."""
    return f"OpenDER {version('opender')}"


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the reference's advice on settings off the terminal."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def nameplate(support: Support) -> dict[str, Any]:
    """Return the parameters that are the machine itself; response times of 0 have no lag."""
    return {
        "NP_PHASE": "THREE",
        "NP_AC_V_NOM": LINE_V,
        "NP_VA_MAX": RATING_VA,
        "NP_P_MAX": RATING_VA,
        "NP_P_MAX_CHARGE": RATING_VA,
        "NP_APPARENT_POWER_CHARGE_MAX": RATING_VA,
        "NP_Q_CAPABILITY_LOW_P": "REDUCED" if support.reduced_at_low_power else "SAME",
        "NP_Q_MAX_INJ": MOST_REACTIVE * RATING_VA,
        "NP_Q_MAX_ABS": MOST_REACTIVE * RATING_VA,
        "NP_INV_DELAY": 0.0,
        "NP_CURRENT_PU": MOST_CURRENT,
        "NP_CTE_RESP_T": 0.0,
        "NP_MODE_TRANSITION_TIME": 0.0,
        "NP_ABNORMAL_OP_CAT": f"CAT_{support.category}",
        "NP_PRIO_OUTSIDE_MIN_Q_REQ": "REACTIVE" if support.reactive_before >= 1.0 else "ACTIVE",
        "NP_V_MEAS_UNBALANCE": "POS" if support.positive_sequence else "AVG",
        "AP_RT": 0.0,
        "MC_ENABLE": support.cessation is not None,
    }


def parameters(support: Support) -> dict[str, Any]:
    """Return the settings under the reference's own names."""
    said = nameplate(support)
    rest = support.cessation or Cessation()
    said |= {
        "MC_LVRT_V1": rest.low_v, "MC_HVRT_V1": rest.high_v,
        "MC_RESP_T": rest.response_s, "MC_RETURN_T": rest.return_s,
        "NP_RT_RAMP_UP_TIME": rest.recover_s,
    }  # fmt: skip
    for name, level in support.trips._asdict().items():
        where, unit = name.split("_")
        stage = ("O" if where.startswith("over") else "U") + unit.upper().replace("HZ", "F")
        stage += where[-1]
        quantity = "V" if unit == "v" else "F"
        said |= {f"{stage}_TRIP_{quantity}": level.beyond, f"{stage}_TRIP_T": level.lasts_s}
    enter = support.enter
    said |= {
        "ES_V_LOW": enter.low_v, "ES_V_HIGH": enter.high_v,
        "ES_F_LOW": enter.low_hz, "ES_F_HIGH": enter.high_hz,
        "ES_DELAY": enter.delay_s, "ES_RAMP_RATE": enter.ramp_s,
        "ES_RANDOMIZED_DELAY_ACTUAL": enter.own_lot_s,
    }  # fmt: skip
    return said | _active(support) | _reactive(support)


def _active(support: Support) -> dict[str, Any]:
    said: dict[str, Any] = {"PF_MODE_ENABLE": support.droop is not None}
    if support.droop is not None:
        droop = support.droop
        said |= {
            "PF_DBOF": droop.over_hz, "PF_DBUF": droop.under_hz,
            "PF_KOF": droop.over, "PF_KUF": droop.under, "PF_OLRT": droop.response_s,
        }  # fmt: skip
    if support.volt_watt:
        (v1, p1), (v2, p2) = support.volt_watt
        said |= {"PV_MODE_ENABLE": True, "PV_OLRT": support.volt_watt_s}
        said |= {"PV_CURVE_V1": v1, "PV_CURVE_P1": p1, "PV_CURVE_V2": v2, "PV_CURVE_P2": p2}
    if support.power_limit < 1.0:
        said |= {"AP_LIMIT_ENABLE": True, "AP_LIMIT": support.power_limit}
    return said


def _reactive(support: Support) -> dict[str, Any]:
    response = {"CONST_PF_RT": support.reactive_s, "CONST_Q_RT": support.reactive_s}
    said: dict[str, Any] = response | {"QP_RT": support.reactive_s}
    if support.volt_var:
        said |= {"QV_MODE_ENABLE": True, "QV_OLRT": support.volt_var_s}
        for number, (voltage, reactive) in enumerate(support.volt_var, 1):
            said |= {f"QV_CURVE_V{number}": voltage, f"QV_CURVE_Q{number}": reactive}
        if support.reference_s > 0.0:
            said |= {"QV_VREF_AUTO_MODE": True, "QV_VREF_TIME": support.reference_s}
    elif support.watt_var:
        said["QP_MODE_ENABLE"] = True
        for place, (active, reactive) in zip(WATT_VAR_PLACES, support.watt_var, strict=True):
            said |= {f"QP_CURVE_{place}": active, f"QP_CURVE_Q{place[1:]}": reactive}
    elif support.fixed_var:
        said |= {"CONST_Q_MODE_ENABLE": True, "CONST_Q": support.fixed_var}
    elif support.power_factor < 1.0:
        said |= {"CONST_PF_MODE_ENABLE": True, "CONST_PF": support.power_factor}
        said["CONST_PF_EXCITATION"] = "ABS" if support.absorbing else "INJ"
    return said


@cache
def _parts() -> tuple[Any, Any, Any]:
    """Return the class that holds the step, the device with sun and the one with storage."""
    with quiet():
        from opender import DER, DER_BESS, DER_PV
    return DER, DER_PV, DER_BESS


@cache
def _shared(storage: bool) -> Any:
    """Return settings that devices use one after the other: reading them takes milliseconds."""
    _, pv, bess = _parts()
    with quiet():
        return (bess if storage else pv)(**nameplate(Support())).der_file


class Reference:
    """One device of the reference.

    Without `anew` it takes over settings that another device of its kind has left, which only
    serves where both set the same ones.
    """

    def __init__(self, support: Support, storage: bool, *, anew: bool = True) -> None:
        _, pv, bess = _parts()
        kind = bess if storage else pv
        self.storage = storage
        with quiet():
            if anew:
                self.device = kind(**parameters(support))
                return
            file = _shared(storage)
            for key, value in parameters(support).items():
                setattr(file, key, value)
            self.device = kind(file)

    def run(self, met: Course, dt_s: float) -> Trace:
        """Return what the device gives over a course of steps of `dt_s`."""
        _parts()[0].t_s = dt_s
        device = self.device
        steps = met.steps
        active, reactive = np.zeros(steps), np.zeros(steps)
        connected, resting = np.zeros(steps, bool), np.zeros(steps, bool)
        rows = zip(
            met.voltage.tolist(),
            (met.angle_rad + _places()).tolist(),
            met.frequency_hz.tolist(),
            met.wish.tolist(),
            strict=True,
        )
        wish_word = "p_dem_pu" if self.storage else "p_dc_pu"
        with quiet():
            for step, (voltage, angle, frequency, wish) in enumerate(rows):
                device.update_der_input(v_pu=voltage, theta=angle, f=frequency, **{wish_word: wish})
                device.run()
                active[step] = device.p_out_pu
                reactive[step] = device.q_out_pu
                connected[step] = device.der_status != "Trip"
                resting[step] = device.ridethroughperf.rt_ctrl == "Cease to Energize"
        return Trace(active, reactive, connected, resting)


def _places() -> np.ndarray:
    """Return where the three phases stand when nothing is wrong."""
    return np.array([0.0, -2.0, 2.0]) * np.pi / PHASES
