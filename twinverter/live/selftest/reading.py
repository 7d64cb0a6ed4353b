"""What the self-test keeps of one moment: what the machine's sensors read, as control sees it."""

from collections.abc import Callable, Iterable, Sequence
from statistics import fmean
from typing import Any, NamedTuple

Three = tuple[float, float, float]
Two = tuple[float, float]


class Reading(NamedTuple):
    """The sensors at one moment of a step of the test; powers and currents are positive as sources.

    `at_s` counts from the begin of the test. Flags are 1.0 or 0.0.
    """

    at_s: float
    step: str
    grid_v: Three
    order_ok: float
    ct_w: Three
    ct_ok: float
    ld_w: Three
    load_w: Three
    pv_v: Two
    pv_a: Two
    insulation_ohm: float
    battery_v: float
    battery_a: float
    battery_sensor_ok: float
    bms_silent: float
    ambient_c: float
    neutral_v: float
    bond_open: float
    stray_a: float


def read(at_s: float, step: str, seen: Any) -> Reading:
    """Return what is kept of the kernel's `Measurements`."""
    loads, pv, battery, safety = seen.loads, seen.pv, seen.battery, seen.safety
    return Reading(
        at_s,
        step,
        tuple(seen.ac.grid_v),
        seen.ac.order_ok,
        tuple(loads.ct_w),
        loads.ct_ok,
        tuple(loads.ld_w),
        tuple(loads.load_w),
        (pv.voltage1_v, pv.voltage2_v),
        (pv.current1_a, pv.current2_a),
        safety.insulation_ohm,
        battery.voltage_v,
        battery.current_a,
        battery.sensor_ok,
        seen.bms.silent,
        seen.stage.ambient_c,
        safety.neutral_v,
        safety.bond_open,
        safety.stray_a,
    )


def of_step(readings: Iterable[Reading], *steps: str) -> list[Reading]:
    """Return the readings of these steps."""
    return [one for one in readings if one.step in steps]


def mean(readings: Sequence[Reading], figure: Callable[[Reading], float]) -> float:
    """Return the mean of a figure; 0 without readings."""
    return fmean(map(figure, readings)) if readings else 0.0


def watched(readings: Sequence[Reading]) -> float:
    """Return how long readings were taken, s."""
    return readings[-1].at_s - readings[0].at_s if readings else 0.0
