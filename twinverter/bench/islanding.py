"""Anti-islanding as IEC 62116 measures it: how long a balanced island is kept alive (C-53).

The whole machine, step by step. It sells a share of its rating into a stiff mains; a resonant
load is tuned to what it feeds, active and reactive, and to the voltage it finds, so that no
current passes the source's switch; then its capacitor is detuned by the reactive mismatch, and
the switch opens. The run-on time is the one until the grid relay opens. The same again with the
detection at rest must go on to the end: that proves that the cell holds by itself, and that it is
the detection which leaves.

As in the standard: quality factor 1, a third, two thirds and all of the rating, mismatch in steps
of 1 % to 5 % either way, 2 s allowed. Not as there: the sun is steady and the load ideal, so one
run of a cell is as good as many.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from twinverter.batch.situation import quiet_inputs, with_sun
from twinverter.catalog import alarms, installed
from twinverter.catalog.law import kernel_law
from twinverter.catalog.row import Value
from twinverter.catalog.settings import (
    Settings,
    full_values,
    kernel_settings,
    parse_values,
)
from twinverter.catalog.states import RELAY_GRID
from twinverter.core.blocks import Phases, total
from twinverter.core.records import build
from twinverter.inverter import Flows, Inputs, Site, State, initial, sensed, step
from twinverter.plant.rlc import Rlc, RlcState

POWERS = (0.33, 0.66, 1.0)
MISMATCHES = tuple(percent / 100.0 for percent in range(-5, 6))
ALLOWED_S = 2.0
QUALITY = 1.0
FINE_S, COARSE_S, SETTLE_S = 0.001, 0.01, 1.0
SETTLE_STEPS = 120
# The code of a lost mains follows the relay after its own time outside the window.
CODE_S = 0.25
# Enough sun for the whole rating, a battery that only watches.
SUN_W, SOC, AMBIENT_C = 8600.0, 0.9, 25.0
AT_REST = {"islanding_gain_per_hz": 0.0, "islanding_swing": 0.0}
CUT_V = Phases(0.0, 0.0, 0.0)


class Cell(NamedTuple):
    """One cell of the matrix: what was balanced, and how long it lived; None: to the end.

    `power` is the share of the rating that was fed, `mismatch` that of the capacitor's reactive
    power above the inductor's. `code` is what the machine shows after it has left.
    """

    power: float
    mismatch: float
    fed_w: float
    run_on_s: float | None
    at_rest_s: float | None
    code: str

    @property
    def passed(self) -> bool:
        """Return whether the island was left in time, and would not have ended by itself."""
        return self.run_on_s is not None and self.run_on_s <= ALLOWED_S and self.at_rest_s is None


class Bench(NamedTuple):
    """A machine that feeds its share into a stiff mains: ready for the switch."""

    site: Site
    settings: Settings
    state: State
    inputs: Inputs
    fed_w: float
    fed_var: float
    voltage_v: float


def matrix(
    powers: Sequence[float] = POWERS,
    mismatches: Sequence[float] = MISMATCHES,
    *,
    dt_s: float = FINE_S,
    quality: float = QUALITY,
    **settings: Value,
) -> list[Cell]:
    """Return a cell for each power and mismatch; `settings` are the machine's, as a panel's."""
    cells = []
    for power in powers:
        ready = settled(power, {}, settings)
        dull = settled(power, AT_REST, settings)
        for mismatch in mismatches:
            run_on_s, code = run_on(ready, mismatch, quality, dt_s)
            at_rest_s, _ = run_on(dull, mismatch, quality, COARSE_S)
            cells.append(Cell(power, mismatch, ready.fed_w, run_on_s, at_rest_s, code))
    return cells


def settled(power: float, law: dict[str, float], settings: dict[str, Value]) -> Bench:
    """Return a machine that sells a share of its rating, with some figures of the law changed."""
    site = build(Site, installed.site_defaults())
    figures = kernel_law(law)
    values: dict[str, Any] = {
        "batt_mode": "lithium",
        "work_mode": "selling_first",
        "max_sell_power_w": power * figures.rating.ac_rated_w,  # type: ignore[attr-defined]
        "max_solar_power_w": figures.rating.pv_w,  # type: ignore[attr-defined]
        "max_charge_a": 0,
    }
    record = kernel_settings(full_values(parse_values(values | settings)), figures)
    nominal_v = record.grid.nominal_v
    inputs = with_sun(site, quiet_inputs(0.0, record.grid.grid_frequency_hz), SUN_W)
    inputs = inputs._replace(grid_v=Phases(nominal_v, nominal_v, nominal_v))
    state = initial(site, record, SOC, AMBIENT_C)
    for _ in range(SETTLE_STEPS):
        state, flows = step(site, record, state, inputs, SETTLE_S)
        inputs = inputs._replace(clock_s=inputs.clock_s + SETTLE_S)
    mains_v = total(sensed(site, state, inputs).ac.grid_v) / 3.0
    return Bench(site, record, state, inputs, -total(flows.grid_w), flows.reactive_var, mains_v)


def islanded(
    ready: Bench, mismatch: float, quality: float, dt_s: float
) -> Iterator[tuple[State, Flows]]:
    """Yield state and flows after each step from the cut on, without an end."""
    half_var = 0.5 * ready.fed_var
    mean_var = math.hypot(half_var, quality * ready.fed_w)
    capacitive_var = (mean_var - half_var) * (1.0 + mismatch)
    hz = ready.inputs.grid_hz
    tuned = Rlc(ready.fed_w, mean_var + half_var, capacitive_var, ready.voltage_v, hz)
    site = ready.site._replace(rlc=tuned)
    plant = ready.state.plant._replace(rlc=RlcState(ready.voltage_v, hz))
    state = ready.state._replace(plant=plant)
    inputs = ready.inputs._replace(grid_v=CUT_V)
    while True:
        state, flows = step(site, ready.settings, state, inputs, dt_s)
        inputs = inputs._replace(clock_s=inputs.clock_s + dt_s)
        yield state, flows


def run_on(ready: Bench, mismatch: float, quality: float, dt_s: float) -> tuple[float | None, str]:
    """Return when after the cut the relay opens and what is shown then; None: not in the time."""
    opened_s = None
    for count, (_, flows) in enumerate(islanded(ready, mismatch, quality, dt_s), start=1):
        now_s = count * dt_s
        if opened_s is None and not int(flows.relays) & int(RELAY_GRID):
            opened_s = now_s
        if opened_s is None and now_s > ALLOWED_S:
            return None, ""
        if opened_s is not None and now_s >= opened_s + CODE_S:
            return opened_s, " ".join(alarms.names(flows.alarms))
    raise AssertionError("the course has no end")


def passed(cells: Sequence[Cell]) -> bool:
    """Return whether every cell was left in time and would have lived on by itself."""
    return all(cell.passed for cell in cells)


def as_rows(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """Return the cells as plain values, for a machine to read."""
    return [{**cell._asdict(), "passed": cell.passed} for cell in cells]


def table(cells: Sequence[Cell]) -> list[str]:
    """Return the matrix as lines of text: a row per mismatch, run-on times in ms per power."""
    powers = list(dict.fromkeys(cell.power for cell in cells))
    found = {(cell.power, cell.mismatch): cell for cell in cells}
    lines = ["mismatch" + "".join(f"{power:>10.0%}" for power in powers)]
    for mismatch in dict.fromkeys(cell.mismatch for cell in cells):
        row = (said(found[power, mismatch]) for power in powers)
        lines.append(f"{mismatch:>+8.0%}" + "".join(f"{word:>10}" for word in row))
    return lines


def said(cell: Cell) -> str:
    """Return one cell in a word: its run-on time, or what is wrong with it."""
    if cell.run_on_s is None:
        return "stays"
    if cell.at_rest_s is not None:
        return "no island"
    return f"{cell.run_on_s * 1000.0:.0f} ms"
