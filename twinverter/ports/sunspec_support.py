"""The figures of grid support behind the SunSpec points: what is in force, as the kernel has it.

Shares of the rating and of nominal voltage are ratios. A trip curve is the stair of its stages from
the outermost inwards: at each level its own time, then that of the next level further in.
"""

from collections.abc import Sequence
from typing import Any

from twinverter.catalog.support import CONSTANT_PF
from twinverter.live.snapshot import Scene
from twinverter.ports.sunspec_grid import CORNERS

Figure = float | str | None
Figures = dict[str, Figure]
Stages = Sequence[tuple[float, float]]

ACTIVE, REACTIVE = 0.0, 1.0
OVER_EXCITED, UNDER_EXCITED = 0.0, 1.0


def support_figures(scene: Scene) -> Figures:
    """Return every figure of the models 703 to 712 that is no setting."""
    settings, law = scene.settings, scene.settings.law
    asked: Any = law.support
    rated_w = law.rating.ac_rated_w  # type: ignore[attr-defined]
    per_s = settings.support.service_per_s
    ride: Any = law.ride
    q_per_p = settings.support.q_per_p
    q_first = max(asked.q_first_inject, asked.q_first_absorb)
    found: Figures = {
        "most_inject_var": asked.q_max_inject * rated_w,
        "most_absorb_var": asked.q_max_absorb * rated_w,
        "service_random_s": ride.random_s,
        "service_ramp_s": 1.0 / per_s if per_s > 0.0 else 0.0,
        "pf_on": float(settings.support.q_mode == CONSTANT_PF),
        "pf_size": abs(settings.grid.power_factor),
        "pf_side": UNDER_EXCITED if q_per_p < 0.0 else OVER_EXCITED,
        "q_priority": REACTIVE if q_first > 0.0 else ACTIVE,
        "droop_on": float(asked.droop_over_k > 0.0 or asked.droop_under_k > 0.0),
        "droop_least": -1.0 if asked.droop_battery > 0.0 else 0.0,
    }
    for key in SHOWN:
        found[key] = getattr(asked, key)
    return found | _curves(settings.grid) | _watt_var(asked) | _trips(settings)


# Figures of the law that points show under their own names.
SHOWN = (
    "limit_on",
    "limit",
    "const_q_on",
    "const_q",
    "qv_reference",
    "qv_auto",
    "qv_auto_s",
    "qv_response_s",
    "vw_response_s",
    "vw_stop_share",
    "droop_over_hz",
    "droop_under_hz",
    "droop_over_k",
    "droop_under_k",
    "droop_response_s",
    "qp_on",
)


def _curves(grid: Any) -> Figures:
    found: Figures = {name: getattr(grid, name) for name in ("vw_vstart_v", "vw_vstop_v")}
    for place in range(1, 5):
        found[f"qv_v{place}"] = getattr(grid, f"qv_v{place}")
        found[f"qv_q{place}"] = getattr(grid, f"qv_q{place}")
    return found


def _watt_var(asked: Any) -> Figures:
    """Return the six points of watt-var, from full charging to full feeding."""
    points = [
        (-getattr(asked, f"qp_charge_p{n}"), getattr(asked, f"qp_charge_q{n}")) for n in (3, 2, 1)
    ]
    points += [(getattr(asked, f"qp_p{n}"), getattr(asked, f"qp_q{n}")) for n in (1, 2, 3)]
    found: Figures = {}
    for place, (power, reactive) in enumerate(points):
        found |= {f"qp_{place}_w": power, f"qp_{place}_var": reactive}
    return found


def _trips(settings: Any) -> Figures:
    """Return the corners of the four trip curves; where no level is used, the plain window's."""
    grid, support, nominal_v = settings.grid, settings.support, settings.grid.nominal_v
    open_s = settings.law.grid.open_s
    sides = (
        ("lv", support.ride_low_v, "vrt_lv{}", "_v", (3, 2, 1), grid.grid_low_v),
        ("hv", support.ride_high_v, "vrt_hv{}", "_v", (2, 1), grid.grid_high_v),
        ("lf", support.ride_low_hz, "frt_lf{}", "_hz", (2, 1), grid.grid_low_hz),
        ("hf", support.ride_high_hz, "frt_hf{}", "_hz", (2, 1), grid.grid_high_hz),
    )
    found: Figures = {}
    for side, rides, name, ending, places, limit in sides:
        stages: list[tuple[float, float]] = [(limit, open_s)]
        if rides > 0.0:
            levels = [name.format(place) for place in places]
            stages = [
                (getattr(grid, level + ending), getattr(grid, f"{level}_s"))
                for level in levels
                if getattr(grid, level + ending) > 0.0
            ]
        found |= _stair(side, stages, nominal_v if ending == "_v" else 1.0)
    return found


def _stair(side: str, stages: Stages, unit: float) -> Figures:
    corners: list[tuple[float, float]] = []
    for place, (level, time_s) in enumerate(stages):
        corners.append((level, time_s))
        if place + 1 < len(stages):
            corners.append((level, stages[place + 1][1]))
    found: Figures = {f"{side}_corners": float(len(corners))}
    for place in range(CORNERS[side]):
        known = place < len(corners)
        found[f"{side}_{place}"] = corners[place][0] / unit if known else None
        found[f"{side}_{place}_s"] = corners[place][1] if known else None
    return found
