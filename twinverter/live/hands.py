"""What hands hold of the world, laid over the house's own course.

A control that nobody has taken follows the course. What is taken holds until it is given back,
over a restart too. Appliances are added to the load, a cloud dims whatever sun there is.
"""

from collections.abc import Mapping
from typing import Any

from twinverter.catalog.causes import CAUSES
from twinverter.catalog.settings import Settings
from twinverter.live.world import (
    APPLIANCES,
    BY_KEY,
    DRM_MODES,
    SLIDER,
    Control,
    defect_key,
    drm_key,
)

Row = dict[str, float]

# What is left of the sun under a sky covered by a share c: 1 - 0.75 c^3.4 (Kasten, Czeplak 1980).
CLOUD_TAKES, CLOUD_POWER = 0.75, 3.4
# How much warmer cells get by light, on a roof with little wind (assumed).
CELL_K_PER_W_M2 = 0.04
PHASES = (1, 2, 3)
# Controls that are a field of the inputs under its own name.
PLAIN = (
    "micro_inverter_w",
    "phase_order_ok",
    "gen_ready",
    "gen_by_hand",
    "battery_sensor_ok",
    "bms_silent",
    "ct_ok",
    "forced_island",
)
SPLIT = ("home_w", "smart_load_w")
# Controls that break something: key of the control -> cause.
BREAKING = {defect_key(cause.key): cause for cause in CAUSES}


class Hands:
    """What hands hold of the world; `taken` maps the key of a control to where it stands.

    `strings` is the number of PV inputs that have modules: only these get light.
    """

    def __init__(self, taken: Mapping[str, float], settings: Settings, strings: int) -> None:
        self.taken = dict(taken)
        self._places = range(1, strings + 1)
        law: Any = settings.law
        self._dead_v = law.grid.dead_v
        self._nominal_v = settings.grid.nominal_v
        self._nominal_hz = settings.grid.grid_frequency_hz

    def applied(self, row: Row) -> Row:
        """Return a row of the course, changed in place to what is taken of it."""
        if self.taken:
            self._follow(row)
            self._cloud(row)
            for one in APPLIANCES:
                if self.taken.get(f"appliance.{one.name}", 0.0):
                    row[f"load_w_l{one.phase}"] += one.power_w
        return row

    def broken(self, own: Mapping[str, float]) -> dict[str, float]:
        """Return cause -> value of what is broken, from what the house itself has broken."""
        held = {BREAKING[key].key: to for key, to in self.taken.items() if key in BREAKING}
        return {**own, **held}

    def shown(
        self, row: Row, battery_c: float, own: Mapping[str, float]
    ) -> dict[str, dict[str, float | bool]]:
        """Return where every control stands, from a row of the course (which is changed).

        `own` is cause -> value of what the house itself has broken.
        """
        self._follow(row)
        read = {"battery_c": battery_c, "ambient_c": row["ambient_c"], "grid_hz": row["grid_hz"]}
        read["sun_w_m2"] = max(row["irradiance1_w_m2"], row["irradiance2_w_m2"])
        read["grid_on"] = 1.0 if self._stands(row) else 0.0
        read |= {key: row[key] for key in PLAIN}
        read |= {key: own.get(cause.key, cause.sound) for key, cause in BREAKING.items()}
        read |= {drm_key(mode): float(int(row["drm"]) >> mode & 1) for mode in DRM_MODES}
        read |= {key: sum(row[f"{key}_l{phase}"] for phase in PHASES) for key in SPLIT}
        for phase in PHASES:
            read[f"load_l{phase}_w"] = row[f"load_w_l{phase}"]
            read[f"grid_l{phase}_v"] = row[f"grid_v_l{phase}"]
        return {key: self._place(control, read) for key, control in BY_KEY.items()}

    def _place(self, control: Control, read: Row) -> dict[str, float | bool]:
        taken = control.key in self.taken
        value = self.taken[control.key] if taken else read.get(control.key, 0.0)
        shown = round(value, 2)
        return {"value": shown if control.kind == SLIDER else bool(shown), "taken": taken}

    def _follow(self, row: Row) -> None:
        """Put everything but clouds and appliances where hands hold it."""
        taken = self.taken
        if "ambient_c" in taken:
            warmer_k = taken["ambient_c"] - row["ambient_c"]
            for name in ("ambient_c", "cell1_c", "cell2_c"):
                row[name] += warmer_k
        if "sun_w_m2" in taken:
            for place in self._places:
                _light(row, place, taken["sun_w_m2"])
        for phase in PHASES:
            if f"load_l{phase}_w" in taken:
                row[f"load_w_l{phase}"] = taken[f"load_l{phase}_w"]
        for key in SPLIT:
            if key in taken:
                for phase in PHASES:
                    row[f"{key}_l{phase}"] = taken[key] / len(PHASES)
        for key in PLAIN:
            if key in taken:
                row[key] = taken[key]
        for mode in DRM_MODES:
            if drm_key(mode) in taken:
                others = int(row["drm"]) & ~(1 << mode)
                row["drm"] = float(others | int(taken[drm_key(mode)]) << mode)
        self._mains(row)

    def _mains(self, row: Row) -> None:
        there = self._stands(row)
        if not self.taken.get("grid_on", 1.0 if there else 0.0):
            row["grid_v_l1"] = row["grid_v_l2"] = row["grid_v_l3"] = row["grid_hz"] = 0.0
            return
        for phase in PHASES:
            own_v = row[f"grid_v_l{phase}"] if there else self._nominal_v
            row[f"grid_v_l{phase}"] = self.taken.get(f"grid_l{phase}_v", own_v)
        row["grid_hz"] = self.taken.get("grid_hz", row["grid_hz"] if there else self._nominal_hz)

    def _cloud(self, row: Row) -> None:
        cover = self.taken.get("cloud", 0.0) / 100.0
        if cover > 0.0:
            left = 1.0 - CLOUD_TAKES * cover**CLOUD_POWER
            for place in self._places:
                _light(row, place, row[f"irradiance{place}_w_m2"] * left)
            if "micro_inverter_w" not in self.taken:
                row["micro_inverter_w"] *= left

    def _stands(self, row: Row) -> bool:
        """Return whether any phase of the mains is above the law's figure for a dead one."""
        return max(row["grid_v_l1"], row["grid_v_l2"], row["grid_v_l3"]) >= self._dead_v


def _light(row: Row, place: int, light_w_m2: float) -> None:
    """Put the light on a plane, and its cells as much warmer or cooler as that makes them."""
    before_w_m2 = row[f"irradiance{place}_w_m2"]
    row[f"irradiance{place}_w_m2"] = light_w_m2
    row[f"cell{place}_c"] += CELL_K_PER_W_M2 * (light_w_m2 - before_w_m2)
