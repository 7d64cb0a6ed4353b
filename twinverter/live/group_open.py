"""The parallel system of a house from its folder: one store for each unit, all or none."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from twinverter.group.member import badge_of
from twinverter.group.told import Badge
from twinverter.live.clock import Clock
from twinverter.live.course import Course
from twinverter.live.group import System
from twinverter.live.group_house import unit_house
from twinverter.live.group_trouble import troubles_of
from twinverter.live.group_unit import Unit
from twinverter.live.store import Store
from twinverter.live.twin import TICK_S
from twinverter.scenario import group as scenario
from twinverter.scenario.house import House


def unit_folder(folder: Path, address: int) -> Path:
    """Return where a unit keeps its memory: by the number the house file gives it."""
    return folder / f"unit-{address}"


def unit_at(house: House, address: int) -> scenario.Unit:
    """Return the unit of a house with an address; ValueError where there is none."""
    units = house.group.units if house.group else ()
    for one in units:
        if one.address == address:
            return one
    known = ", ".join(str(one.address) for one in units)
    raise ValueError(f"{house.file}: has no unit {address} (allowed: {known})")


def badges(house: House, but: int) -> list[Badge]:
    """Return who the units of a house are by its file, all but the one with an address."""
    group, found = house.group, []
    assert group is not None
    for one in group.units:
        if one.address != but:
            values = unit_house(house, group, one).values
            found.append(badge_of(values, one.gain, scenario.phase_number(values)))
    return found


def opened(
    house: House,
    folder: Path,
    clock: Clock,
    begin: datetime | None = None,
    tick_s: float = TICK_S,
    only: int | None = None,
) -> tuple[Sequence[Store], System]:
    """Return the stores and the system of a house of several units; StoreError as of one store.

    New units begin at `begin` on the house's wall clock. The stores are the caller's to close.
    `only` is the address of the one unit that lives in this process, without it all do.
    """
    group = house.group
    assert group is not None
    is_shared = group.shared and len(group.units) > 1
    with contextlib.ExitStack() as undo:
        stores, units = [], []
        courses: dict[int, Course] = {}
        here = group.units if only is None else [unit_at(house, only)]
        for one in here:
            store = Store.open(unit_folder(folder, one.address))
            undo.callback(store.close)
            stores.append(store)
            unit = Unit(
                unit_house(house, group, one),
                store,
                clock,
                tick_s,
                begin,
                count=len(group.units),
                is_shared=is_shared,
                gain=one.gain,
                like=courses.get(one.roof),
            )
            undo.callback(unit.close)
            courses.setdefault(one.roof, unit.life.course)
            units.append(unit)
        system = System(house.name, units, is_shared)
        addresses = [one.address for one in here]
        system.troubles = troubles_of(group, zip(addresses, units, strict=True))
        undo.pop_all()
    return stores, system
