"""Many devices in one world, each with its own site, settings, charge and size of loads."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from twinverter.batch import loop
from twinverter.batch.simulate import COMPILING, Progress, pieces, silent
from twinverter.catalog.settings import Settings
from twinverter.core.kernel import compiled, is_warm
from twinverter.core.records import at_rest, dtype, readable
from twinverter.inverter import Meters, Site, State, initial
from twinverter.scenario.house import House


class Member(NamedTuple):
    """One device of a fleet; `load_scale` multiplies what the world's loads ask for."""

    name: str
    site: Site
    settings: Settings
    soc: float
    load_scale: float = 1.0


def fleet(
    house: House,
    members: Sequence[Member],
    start: date | datetime | None = None,
    days: float | None = None,
    step_s: float = 60.0,
    progress: Progress | None = None,
) -> pa.Table:
    """Return the meters of every member after it went through the world of `house`.

    One row per member, in order: `name`, the fields of `Meters`, `soc` at the end, and
    `balance_error_relative`, the largest of any step. All processor cores share the work. What
    breaks in this world breaks at every member, in place of the defects of its own site.
    """
    if not members:
        raise ValueError("a fleet needs at least one member")
    steps = house.steps(start, days, step_s)
    planned = steps.count
    chunks = house.chunks(start, days, step_s)
    mishaps = house.world.mishaps
    report = progress or silent
    report(0.0, "" if is_warm() else COMPILING)
    through = compiled(loop.fleet, parallel=True)
    sites = np.concatenate([readable(member.site) for member in members])
    settings = np.concatenate([readable(member.settings) for member in members])
    scales = np.array([member.load_scale for member in members])
    states = np.empty(0, dtype(State))
    worst, error = np.zeros(len(members)), np.zeros(len(members))
    done = 0
    for inputs, site in pieces(chunks, mishaps.stretches(steps, house.site), planned):
        if mishaps.course:
            sites["defects"] = tuple(site.defects)
        if not done:
            states = _first_states(members, float(inputs["ambient_c"][0]))
        through(sites, settings, states, inputs, scales, error, step_s)
        worst = np.maximum(worst, error)
        done += len(inputs)
        report(done / planned)
    columns: dict[str, object] = {"name": [member.name for member in members]}
    columns |= {name: states[f"meters_{name}"] for name in Meters._fields}
    columns["soc"] = states["plant_battery_soc"]
    columns["balance_error_relative"] = worst
    return pa.table(columns)


def _first_states(members: Sequence[Member], ambient_c: float) -> np.ndarray:
    return np.concatenate(
        [
            at_rest(initial(member.site, member.settings, member.soc, ambient_c))
            for member in members
        ]
    )
