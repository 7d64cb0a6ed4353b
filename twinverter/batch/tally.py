"""What a run adds up while it goes: hours, paths and runs of codes, in memory that does not grow
with the step.

`hours` has one row per wall clock hour, energies in watt-hours and times in seconds; it is all
that year pictures need. A phase without power for a part of a step counts for that part, so that
a change-over of milliseconds is no dark minute; the house is as dark as its darkest phase.
"""

from collections.abc import Iterator

import numpy as np

from twinverter.batch.paths import PATHS, path_powers_w, phase_sum
from twinverter.batch.spans import Spans
from twinverter.core.lines import Reasons

HOUR_S = 3600.0
LINES = Reasons._fields
PHASES = ("l1", "l2", "l3")

# fmt: off
HOURS = np.dtype([(name, np.float64) for name in (
    "clock_s", "seconds",
    "pv_available_wh", "pv_wh", "micro_inverter_wh", "generator_wh",
    "grid_import_wh", "grid_export_wh", "battery_charge_wh", "battery_discharge_wh",
    "load_wh", "home_wh", "smart_load_wh", "losses_wh",
    "unserved_l1_wh", "unserved_l2_wh", "unserved_l3_wh", "home_unserved_wh",
    "unserved_s", "unserved_l1_s", "unserved_l2_s", "unserved_l3_s",
    "mains_gone_s", "dark_away_s", "generator_s", "fuel_l", "soc_s", "battery_c_s", "discharge_as",
)])
# fmt: on


class Tally:
    """Sums of one run, fed chunk by chunk; mains below `dead_v` on all phases are gone."""

    def __init__(self, step_s: float, dead_v: float) -> None:
        self.step_s = step_s
        self.dead_v = dead_v
        self.steps = 0
        self.paths_wh = dict.fromkeys(PATHS, 0.0)
        self.battery_c_max = -np.inf
        self.soc_min, self.soc_max = np.inf, -np.inf
        self.spans = {name: Spans() for name in (*LINES, "state", "alarms")}
        self.mains_gone, self.dark, self.generator = Spans(), Spans(), Spans()
        self._hours = np.zeros(0, HOURS)
        self._first_hour = 0

    @property
    def hours(self) -> np.ndarray:
        """Return the `HOURS` records of all wall clock hours from the first to the last."""
        return self._hours

    def add(self, inputs: np.ndarray, flows: np.ndarray) -> None:
        """Count one chunk of `Inputs` and `Flows` records."""
        clock_s = inputs["clock_s"]
        volts = np.maximum(inputs["grid_v_l1"], inputs["grid_v_l2"])
        gone = np.maximum(volts, inputs["grid_v_l3"]) < self.dead_v
        unserved = [_share(flows, phase) for phase in PHASES]
        dark = np.maximum(np.maximum(unserved[0], unserved[1]), unserved[2])
        running = flows["fuel_l"] > 0.0

        self.steps += len(flows)
        hours = self.step_s / HOUR_S
        for path, power_w in path_powers_w(flows).items():
            self.paths_wh[path] += float(power_w.sum()) * hours
        self.battery_c_max = max(self.battery_c_max, float(flows["battery_c"].max()))
        self.soc_min = min(self.soc_min, float(flows["soc"].min()))
        self.soc_max = max(self.soc_max, float(flows["soc"].max()))
        self._add_hours(clock_s, self._columns(flows, unserved, dark, gone, running))
        for name, spans in self.spans.items():
            column = f"reasons_{name}" if name in LINES else name
            spans.add(clock_s, flows[column], self.step_s)
        flags = ((self.mains_gone, gone), (self.dark, dark >= 0.5), (self.generator, running))
        for spans, on in flags:
            spans.add(clock_s, on, self.step_s)

    def _columns(
        self,
        flows: np.ndarray,
        unserved: list[np.ndarray],
        dark: np.ndarray,
        gone: np.ndarray,
        running: np.ndarray,
    ) -> Iterator[tuple[str, np.ndarray, float]]:
        """Yield (name, values, factor) of every summed column of `HOURS`."""
        hours, step_s = self.step_s / HOUR_S, self.step_s
        grid_w, battery_w = phase_sum(flows, "grid_w"), flows["battery_w"]
        yield "pv_available_wh", flows["pv_available_w"], hours
        yield "pv_wh", flows["pv1_w"] + flows["pv2_w"], hours
        yield "micro_inverter_wh", flows["micro_inverter_w"], hours
        yield "generator_wh", np.maximum(phase_sum(flows, "gen_w"), 0.0), hours
        yield "grid_import_wh", np.maximum(grid_w, 0.0), hours
        yield "grid_export_wh", np.maximum(-grid_w, 0.0), hours
        yield "battery_charge_wh", np.maximum(-battery_w, 0.0), hours
        yield "battery_discharge_wh", np.maximum(battery_w, 0.0), hours
        for name in ("load", "home", "smart_load"):
            yield f"{name}_wh", phase_sum(flows, f"{name}_w"), hours
        yield "losses_wh", flows["loss_w"], hours
        yield "home_unserved_wh", phase_sum(flows, "home_unserved_w"), hours
        for phase, share in zip(PHASES, unserved, strict=True):
            yield f"unserved_{phase}_wh", flows[f"load_unserved_w_{phase}"], hours
            yield f"unserved_{phase}_s", share, step_s
        yield "unserved_s", dark, step_s
        yield "mains_gone_s", gone, step_s
        yield "dark_away_s", np.where(gone, dark, 0.0), step_s
        yield "generator_s", running, step_s
        yield "fuel_l", flows["fuel_l"], 1.0
        yield "soc_s", flows["soc"], step_s
        yield "battery_c_s", flows["battery_c"], step_s
        yield "discharge_as", np.maximum(flows["battery_a"], 0.0), step_s

    def _add_hours(
        self, clock_s: np.ndarray, columns: Iterator[tuple[str, np.ndarray, float]]
    ) -> None:
        hour = (clock_s // HOUR_S).astype(np.int64)
        self._reach(int(hour.min()), int(hour.max()))
        at = np.concatenate(([0], np.flatnonzero(np.diff(hour)) + 1))
        rows = hour[at] - self._first_hour
        counts = np.diff(np.append(at, len(hour)))
        np.add.at(self._hours["seconds"], rows, counts * self.step_s)
        for name, values, factor in columns:
            sums = np.add.reduceat(values.astype(np.float64, copy=False), at)
            np.add.at(self._hours[name], rows, sums * factor)

    def _reach(self, first: int, last: int) -> None:
        """Let the table of hours reach from the first to the last hour."""
        if not len(self._hours):
            self._first_hour = first
        before = max(0, self._first_hour - first)
        after = max(0, last + 1 - self._first_hour - len(self._hours))
        if before or after:
            self._first_hour -= before
            grown = np.zeros(before + len(self._hours) + after, HOURS)
            grown[before : before + len(self._hours)] = self._hours
            grown["clock_s"] = (self._first_hour + np.arange(len(grown))) * HOUR_S
            self._hours = grown


def _share(flows: np.ndarray, phase: str) -> np.ndarray:
    """Return the share of each step for which a phase found no power for its loads."""
    load_w = flows[f"load_w_{phase}"]
    some = load_w > 0.0
    return np.where(some, flows[f"load_unserved_w_{phase}"] / np.where(some, load_w, 1.0), 0.0)
