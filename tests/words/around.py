"""Hand-made readings around an alarm: a sound house at rest, and what a test changes of it."""

from twinverter.catalog.evidence import FIGURES, of_phases
from twinverter.words.readings import Readings

MORNING_S, NOON_S = 7.5 * 3600.0, 12 * 3600.0
TIMES_S = (*range(-1740, -60, 60), *range(-60, 31))

# fmt: off
SOUND = dict.fromkeys([figure.key for figure in FIGURES], 0.0) | {
    "grid_v_l1": 230.0, "grid_v_l2": 230.0, "grid_v_l3": 230.0, "grid_hz": 50.0,
    "grid_w_l1": 300.0, "grid_w_l2": 300.0, "grid_w_l3": 300.0,
    "load_w_l1": 300.0, "load_w_l2": 300.0, "load_w_l3": 300.0,
    "pv1_v": 350.0, "pv2_v": 350.0, "pv_w": 300.0,
    "battery_v": 52.0, "battery_c": 25.0, "soc": 0.3, "bms_discharge_a": 150.0, "bms_charge_a": 150.0,
    "sink_c": 45.0, "ambient_c": 37.0, "fan": 0.5, "insulation_ohm": 5e4, "link_v": 650.0,
    "unbalance_v": 45.0, "peers_heard": 0.95, "order_ok": 1.0, "ct_ok": 1.0, "on_grid": 0.8, "output_on": 1.0,
    "low_limit_v": 185.0, "high_limit_v": 265.0, "low_limit_hz": 48.0, "high_limit_hz": 51.5,
    "nominal_v": 230.0, "nominal_hz": 50.0, "charge_limit_a": 100.0, "discharge_limit_a": 100.0,
    "gen_rated_w": 5000.0, "rated_w": 8000.0,
}
# fmt: on


class Course:
    """A value from each of some times on; the first one held before, too."""

    def __init__(self, *steps):
        self.steps = sorted(steps)

    def at(self, at_s):
        return next((v for t, v in reversed(self.steps) if t <= at_s), self.steps[0][1])


def around(clock_s=NOON_S, times_s=TIMES_S, **changes):
    """Return readings of a sound house with figures changed: a value, or a `Course`.

    A figure that stands per phase is changed on all of them under its bare name.
    """
    values = dict(SOUND)
    for key, value in changes.items():
        for name in [key] if key in values else of_phases(key):
            assert name in values, name
            values[name] = value
    columns = {
        key: [value.at(at_s) if isinstance(value, Course) else value for at_s in times_s]
        for key, value in values.items()
    }
    return Readings(clock_s, times_s, columns)
