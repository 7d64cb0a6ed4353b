"""The house as each unit of a parallel system has it: its own strings, its part of what is common.

What a house file lets happen to one unit's site or plug is a part of its course; a button or a
setting that it moves at a moment is moved by `group_trouble`.
"""

from dataclasses import replace

from twinverter.catalog.settings import full_values, kernel_settings
from twinverter.group.member import member_settings, member_site
from twinverter.live.course import Course
from twinverter.scenario.group import Group, Unit, phase_number
from twinverter.scenario.house import House
from twinverter.scenario.mishaps import Mishap, Mishaps
from twinverter.scenario.parallel_form import CABLE_PULLED, FRAMES_LOST, SETTING, SWITCHED_OFF
from twinverter.scenario.site_form import SiteForm


class UnitCourse(Course):
    """The course of one unit; its rows are made once for all units under the same roof."""

    def __init__(self, house: House, tick_s: float, like: Course | None = None) -> None:
        super().__init__(house, tick_s)
        self._like = like

    def at(self, moment_s: float) -> dict[str, float]:
        """Return flat name -> value of the inputs in the row that holds a moment (UTC)."""
        return self._like.at(moment_s) if self._like else super().at(moment_s)


def unit_house(house: House, group: Group, unit: Unit) -> House:
    """Return the house of one of its units, as a single device would have it."""
    count = len(group.units)
    values = full_values(unit.typed)
    world = replace(
        house.world, planes=group.roofs[unit.roof], mishaps=Mishaps(tuple(_mishaps(group, unit)))
    )
    typed = kernel_settings(values, house.settings.law)
    single = phase_number(values) > 0.0
    shared = group.shared and count > 1
    return replace(
        house,
        name=f"{house.name}, unit {unit.address}",
        site=member_site(unit.site, count),
        settings=member_settings(typed, count, unit.master, shared, single),
        values=values,
        typed=dict(unit.typed),
        form=house.form.model_copy(update={"site": _site_form(house, unit)}),
        world=world,
        group=None,
    )


def _site_form(house: House, unit: Unit) -> SiteForm:
    """Return what the unit's part of the house file says of its site."""
    parallel = house.form.parallel
    own = parallel and next(one for one in parallel.members() if one.address == unit.address)
    if not own or own.pv is None:
        return house.form.site
    return house.form.site.model_copy(update={"pv": own.pv})


def _mishaps(group: Group, unit: Unit) -> list[Mishap]:
    """Return what breaks at a unit; a cable pulled out loses every frame."""
    found = []
    for trouble, mishap in group.troubles:
        if trouble.unit != unit.address or trouble.cause in (SWITCHED_OFF, SETTING):
            continue
        if trouble.cause == CABLE_PULLED:
            mishap = replace(mishap, cause=FRAMES_LOST, value=1.0)
        found.append(mishap)
    return found
