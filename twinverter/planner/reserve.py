"""How long the bank lasts without the mains, and how often it does not last long enough.

Both are asked of the device itself. Hours to empty: its own law in the dark, without mains and
generator, at a steady load, until it gives up. Odds: every outage of some years of the house, each
begun at the same state of charge, with the sun, loads and generator of its own hours.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from twinverter.batch.situation import quiet_inputs
from twinverter.core.blocks import Phases, total
from twinverter.core.records import at_rest, readable
from twinverter.inverter import initial, step
from twinverter.planner.judge import World
from twinverter.planner.walk import COUNTERS
from twinverter.planner.wishes import mean_load_w
from twinverter.planner.years import REPORTED, years_of
from twinverter.scenario.clock import HOUR_S, MINUTE_S
from twinverter.scenario.house import House

STEP_S = 60.0
LONGEST_H = 1000.0
# A change-over is no darkness; an outage counts as dark from a whole minute on.
DARK_S = 60.0
NORMAL_95 = 1.96
NO_PHASES = Phases(0.0, 0.0, 0.0)
ROWS = 6


class Odds(NamedTuple):
    """Of so many outages from one state of charge: how many ran dark, and for how long if so.

    `low` and `high` are the 95 % interval of the share (Wilson 1927).
    """

    soc: float
    hours: float
    dark: int
    share: float
    low: float
    high: float
    dark_h: float


@dataclass(frozen=True)
class Reserve:
    """What the bank is good for in outages: `rows` by state of charge, from the lowest on."""

    load_w: float
    outages: int
    mean_h: float
    longest_h: float
    years: int
    shutdown_soc: float
    floors: tuple[float, ...]
    rows: tuple[Odds, ...]


def hours_to_empty(house: House, soc: float, load_w: float) -> float:
    """Return for how long a load spread over the phases is served; infinite beyond `LONGEST_H`."""
    third_w = load_w / 3.0
    dark = quiet_inputs(0.0, 0.0)._replace(
        load_w=Phases(third_w, third_w, third_w), grid_v=NO_PHASES
    )
    now = initial(house.site, house.settings, soc, dark.ambient_c)
    for count in range(int(LONGEST_H * HOUR_S / STEP_S)):
        seen = dark._replace(clock_s=count * STEP_S)
        now, flow = step(house.site, house.settings, now, seen, STEP_S)
        # In the first step the machine changes over.
        if count > 0 and total(flow.load_unserved_w) > 0.5 * load_w:
            return count * STEP_S / HOUR_S
    return math.inf


def outages_of(world: World) -> list[tuple[int, int]]:
    """Return first row and the row after the last of every outage that begins in the world."""
    dead_v = world.house.settings.law.grid.dead_v  # type: ignore[attr-defined]
    volts = np.max([world.inputs[f"grid_v_l{phase}"] for phase in (1, 2, 3)], axis=0)
    gone = np.concatenate(([False], volts < dead_v, [False]))
    edges = np.flatnonzero(np.diff(gone.astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def floors_of(house: House) -> tuple[float, ...]:
    """Return the states of charge down to which the bank serves while there are mains."""
    values = house.values
    low = float(values["low_batt_soc_pct"])
    if not values["tou_enable"]:
        return (low / 100.0,)
    targets = (float(values[f"tou{row}_batt_pct"]) for row in range(1, ROWS + 1))
    return tuple(sorted({max(low, target) / 100.0 for target in targets}))


def reserve(
    house: House,
    socs: Sequence[float],
    load_w: float | None = None,
    years: int = 2,
    days: float | None = None,
    worlds: Iterable[World] | None = None,
) -> Reserve:
    """Return what the bank is good for from each of some states of charge.

    `load_w` is that of the hours to empty, the mean backup load where none is given. `worlds` are
    as many years at one minute a step, where they have been made before.
    """
    made = worlds or (World(year, days, MINUTE_S) for year in years_of(house, years, REPORTED))
    levels = sorted(set(socs))
    lasted_h: list[float] = []
    dark_s = np.zeros((0, len(levels)))
    steady_w = load_w
    for world in made:
        steady_w = mean_load_w(world) if steady_w is None else steady_w
        spans = outages_of(world)
        lasted_h += [(last - first) * MINUTE_S / HOUR_S for first, last in spans]
        told = [_dark_s(world, house, levels, first, last) for first, last in spans]
        dark_s = np.concatenate([dark_s, *(one[None] for one in told)])
    assert steady_w is not None
    return Reserve(
        load_w=steady_w,
        outages=len(lasted_h),
        mean_h=float(np.mean(lasted_h)) if lasted_h else 0.0,
        longest_h=max(lasted_h, default=0.0),
        years=years,
        shutdown_soc=float(house.values["shutdown_soc_pct"]) / 100.0,
        floors=floors_of(house),
        rows=tuple(
            _odds(soc, hours_to_empty(house, soc, steady_w), dark_s[:, place])
            for place, soc in enumerate(levels)
        ),
    )


def _dark_s(
    world: World, house: House, levels: Sequence[float], first: int, last: int
) -> np.ndarray:
    """Return for how long the house is dark in one outage, from each state of charge."""
    ambient_c = float(world.inputs["ambient_c"][first])
    states = np.concatenate(
        [at_rest(initial(house.site, house.settings, soc, ambient_c)) for soc in levels]
    )
    count = len(levels)
    _, _, _, counters = world.walked(
        readable(house.site, count), readable(house.settings, count), states, slice(first, last)
    )
    ended = world.calendar.day[last - 1]
    found: np.ndarray = counters[:, ended, COUNTERS.index("unserved_s")]
    return found


def _odds(soc: float, hours: float, dark_s: np.ndarray) -> Odds:
    dark = dark_s[dark_s >= DARK_S]
    low, high = wilson(len(dark), len(dark_s))
    return Odds(
        soc=soc,
        hours=hours,
        dark=len(dark),
        share=len(dark) / len(dark_s) if len(dark_s) else 0.0,
        low=low,
        high=high,
        dark_h=float(dark.mean()) / HOUR_S if len(dark) else 0.0,
    )


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share by E. B. Wilson (1927); 0 to 1 where nothing was seen."""
    if count == 0:
        return 0.0, 1.0
    share, z2 = hits / count, NORMAL_95**2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = NORMAL_95 * math.sqrt(share * (1 - share) / count + z2 / (4 * count**2))
    half /= 1 + z2 / count
    return max(0.0, middle - half), min(1.0, middle + half)
