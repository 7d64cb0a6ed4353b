"""What the house file lets happen to a unit's button or settings, at its moments (C-60).

What breaks at a unit's site or plug is a part of its course. A button and a setting are a unit's
own and on disk, so they are moved once where the trouble begins, and put back where it ends to what
the house file says, unless hands have moved them on meanwhile. A trouble holds for every tick that
it touches, as in `simulate`; one that stands while a unit is opened again has begun before.
"""

import logging
from collections.abc import Iterable, Mapping

from twinverter.catalog.errors import SettingError
from twinverter.catalog.row import Value
from twinverter.catalog.settings import find
from twinverter.live.codes import Locked
from twinverter.live.group_unit import Unit
from twinverter.live.twin import BUTTON_KEY
from twinverter.scenario.group import OWN_GROUPS, Group
from twinverter.scenario.mishaps import Mishap
from twinverter.scenario.parallel_form import SETTING, SWITCHED_OFF, TroubleForm
from twinverter.scenario.steps import Steps

log = logging.getLogger("twinverter.live")

HOUSE = "house file"


class Trouble:
    """One that moves `key` of a unit to a value; `back` is what the house file says of it else."""

    def __init__(self, unit: Unit, mishap: Mishap, key: str, value: Value, back: Value) -> None:
        self._unit, self._mishap = unit, mishap
        self._key, self._value, self._back = key, value, back
        self._stands = unit.remembers and self._touches(unit.life.moment_s)

    def look(self, moment_s: float) -> None:
        """Move the setting where this begins or ends with the tick at a moment."""
        stands = self._touches(moment_s)
        if stands == self._stands:
            return
        self._stands = stands
        if stands:
            self._move(self._value)
        elif self._unit.values[self._key] == self._value:
            self._move(self._back)

    def _touches(self, moment_s: float) -> bool:
        first, end = self._mishap.rows(Steps(moment_s, self._unit.tick_s, 1))
        return first < end

    def _move(self, value: Value) -> None:
        if self._unit.values[self._key] == value:
            return
        try:
            self._unit.write({find(self._key).path: value}, by=HOUSE)
        except (Locked, SettingError) as error:
            log.warning("unit %d: %s: %s", self._unit.address, HOUSE, error)


def troubles_of(group: Group, units: Iterable[tuple[int, Unit]]) -> list[Trouble]:
    """Return what happens so to these units, each with the address that the house file gives it.

    A slave's setting beside its own pages is its master's, so nothing happens to it.
    """
    by_address: Mapping[int, Unit] = dict(units)
    found = []
    for form, mishap in group.troubles:
        unit = by_address.get(form.unit)
        moved = None if unit is None else _moved(form, form.unit == group.master.address)
        if unit is not None and moved is not None:
            key, value = moved
            found.append(Trouble(unit, mishap, key, value, unit.house.values[key]))
    return found


def _moved(form: TroubleForm, of_master: bool) -> tuple[str, Value] | None:
    """Return which setting a trouble moves, and where to; None where it moves none."""
    if form.cause == SWITCHED_OFF:
        return BUTTON_KEY, False
    if form.cause != SETTING or form.setting is None:
        return None
    row = find(form.setting)
    return (row.key, row.parse(form.to)) if of_master or row.group in OWN_GROUPS else None
