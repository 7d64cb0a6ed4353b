"""Steps per second of the grid-support law, of the whole inverter, and of the reference.

All in one run: volt-var, volt-watt and droop are on, voltage and frequency vary. Told is the
median of three runs in time of the processor, so that a busy machine says the same. Compiling is
not counted.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from twinverter.batch.loop import run as run_inverter
from twinverter.batch.situation import quiet_inputs, with_sun
from twinverter.bench import loop, machine, reference
from twinverter.bench.case import PHASES, Course, Floats
from twinverter.bench.support import (
    CATEGORIES,
    NOMINAL_HZ,
    VOLT_VAR_B,
    VOLT_WATT,
    Droop,
    Support,
)
from twinverter.catalog import installed
from twinverter.core.blocks import Phases
from twinverter.core.kernel import compiled
from twinverter.core.records import at_rest, build, dtype, readable
from twinverter.inverter import Flows, Site, initial

SEED = 1
TIMES = 3
DT_S = 1.0
OUR_STEPS, WHOLE_STEPS, THEIR_STEPS = 1_000_000, 300_000, 20_000
SUN_W, SOC, AMBIENT_C = 6000.0, 0.6, 25.0
ALL_ON = Support(volt_var=VOLT_VAR_B, volt_watt=VOLT_WATT, droop=Droop(), trips=CATEGORIES["III"])


class Speed(NamedTuple):
    """How fast one of them ran."""

    name: str
    steps_per_s: float
    is_reference: bool


def weather(steps: int) -> tuple[Floats, Floats, Floats]:
    """Return voltage per unit, hertz and the wish of a restless day."""
    dice = np.random.default_rng(SEED)
    time_s = np.arange(steps) * DT_S
    voltage = 1.0 + 0.04 * np.sin(2.0 * np.pi * time_s / 3600.0)
    voltage += 0.005 * dice.standard_normal(steps)
    frequency_hz = NOMINAL_HZ + 0.05 * np.sin(2.0 * np.pi * time_s / 600.0)
    frequency_hz += 0.01 * dice.standard_normal(steps)
    return voltage, frequency_hz, np.maximum(0.0, np.sin(np.pi * np.arange(steps) / steps))


def measured(beside: bool) -> Iterator[Speed]:
    """Yield the speed of each, the reference last and only where it is to run."""
    yield Speed("grid support alone, compiled", law_steps_per_s(), False)
    yield Speed("whole inverter with it, compiled", inverter_steps_per_s(), False)
    if beside:
        yield Speed(reference.named(), reference_steps_per_s(), True)


def median(steps: int, course: Callable[[], object]) -> float:
    """Return the median of steps per second over a few runs."""
    speeds = []
    for _ in range(TIMES):
        began_s = time.process_time()
        course()
        speeds.append(steps / (time.process_time() - began_s))
    return statistics.median(speeds)


def law_steps_per_s() -> float:
    """Return the compiled speed of grid support by itself."""
    settings = machine.settings_of(ALL_ON)
    state = machine.initial(settings)
    voltage, frequency_hz, wish = weather(OUR_STEPS)
    run: Any = compiled(loop.run)
    given = (voltage * machine.NOMINAL_V, frequency_hz, wish * machine.RATED_W)
    run(settings, state, *(each[:1] for each in given), DT_S)
    return median(OUR_STEPS, lambda: run(settings, state, *given, DT_S))


def inverter_steps_per_s() -> float:
    """Return the compiled speed of the whole inverter, selling with all of it on."""
    site = build(Site, installed.site_defaults())
    settings = machine.settings_of(ALL_ON, batt_mode="lithium", work_mode="selling_first")
    voltage, frequency_hz, wish = weather(WHOLE_STEPS)
    lit = with_sun(site, quiet_inputs(0.0, NOMINAL_HZ), SUN_W)
    inputs = at_rest(lit, WHOLE_STEPS)
    inputs["clock_s"] = np.arange(WHOLE_STEPS) * DT_S
    for phase in Phases._fields:
        inputs[f"grid_v_{phase}"] = voltage * machine.NOMINAL_V
    inputs["grid_hz"] = frequency_hz
    for string in ("irradiance1_w_m2", "irradiance2_w_m2"):
        inputs[string] *= wish
    flows = np.empty(WHOLE_STEPS, dtype(Flows))
    run: Any = compiled(run_inverter)
    records = readable(site), readable(settings)

    def through(steps: int) -> None:
        state: Any = at_rest(initial(site, settings, SOC, AMBIENT_C))
        run(*records, state, inputs[:steps], flows[:steps], DT_S)

    through(1)
    return median(WHOLE_STEPS, lambda: through(WHOLE_STEPS))


def reference_steps_per_s() -> float:
    """Return the speed of the reference."""
    voltage, frequency_hz, wish = weather(THEIR_STEPS)
    even = np.repeat(voltage[:, None], PHASES, axis=1)
    met = Course(even, np.zeros_like(even), frequency_hz, wish)
    device = reference.Reference(ALL_ON, False)
    return median(THEIR_STEPS, lambda: device.run(met, DT_S))
