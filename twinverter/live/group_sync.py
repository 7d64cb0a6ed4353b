"""What the master makes its slaves follow: its settings and its clock, as in the family (C-60).

Battery, parallel page and button are each unit's own. A slave that is locked, or that cannot hear
the master, keeps what it has; so does one whose installation does not allow a value.
"""

import logging
from collections.abc import Sequence

from twinverter.catalog.errors import SettingError
from twinverter.catalog.row import Value
from twinverter.catalog.settings import SETTINGS
from twinverter.live.codes import Locked
from twinverter.live.date import FIELDS, SYNC_KEY, clock_values
from twinverter.live.group_unit import MASTER, Unit
from twinverter.live.memory import MINUTE_S
from twinverter.live.twin import LOCK_KEY
from twinverter.scenario.group import OWN_GROUPS

log = logging.getLogger("twinverter.live")


# How often the master looks (assumed), and how far a slave's clock may be off.
EVERY_S, APART_S = 5.0, 2.0
PUSHED = {
    row.key: row.path
    for row in SETTINGS
    if row.stored and row.group not in OWN_GROUPS and row.key not in (*FIELDS, LOCK_KEY)
}


class Sync:
    """Keeps slaves at their master's settings; `due` is the moment of the next look."""

    def __init__(self) -> None:
        self._due_s = float("-inf")
        self._refused: dict[int, int] = {}

    def look(self, units: Sequence[Unit], moment_s: float) -> None:
        """Write to every slave what differs, where it is time."""
        if moment_s < self._due_s:
            return
        self._due_s = moment_s + EVERY_S
        masters = [unit for unit in units if unit.is_master]
        if len(masters) != 1 or masters[0].loss >= 1.0:
            return
        for unit in units:
            if unit is not masters[0] and unit.loss < 1.0:
                self._follow(unit, masters[0])

    def _follow(self, slave: Unit, master: Unit) -> None:
        values = master.values
        changes, second = pushed(slave.values, values), int(master.clock_s % MINUTE_S)
        if not values[SYNC_KEY]:
            changes |= clock_changes(slave.clock_s, master.clock_s)
        if not changes or self._refused.get(slave.address) == master.settings_rev:
            return
        try:
            slave.write(changes, by=MASTER, second=second)
        except (Locked, SettingError) as error:
            self._refused[slave.address] = master.settings_rev
            log.warning("unit %d does not follow its master: %s", slave.address, error)


def pushed(own: dict[str, Value], masters: dict[str, Value]) -> dict[str, Value]:
    """Return what a slave has to write, by path, to have what its master has."""
    return {path: masters[key] for key, path in PUSHED.items() if own[key] != masters[key]}


def clock_changes(own_s: float, masters_s: float) -> dict[str, Value]:
    """Return what a slave has to write to have its master's minute; nothing where it has it."""
    return clock_values(masters_s) if abs(own_s - masters_s) >= APART_S else {}
