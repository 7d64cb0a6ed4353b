"""What a slave does with its master's words on the parallel bus: its order, bank, clock, settings.

What is refused here, by a lock or by the installation, is not tried again until it is another.
"""

import logging
from typing import Any

from twinverter.catalog.errors import SettingError
from twinverter.catalog.parallel_frames import MISSED_S
from twinverter.live.codes import Locked
from twinverter.live.date import SYNC_KEY
from twinverter.live.group_step import LEAST, Order
from twinverter.live.group_sync import clock_changes
from twinverter.live.group_unit import MASTER, Unit
from twinverter.live.memory import MINUTE_S
from twinverter.ports import parallel_frames as frames

log = logging.getLogger("twinverter.ports")

# The slave's bank is put to the master's where they differ by more (assumed).
SOC_APART = 0.002


class Follower:
    """One slave; `is_shared` says that all units have one bank."""

    def __init__(self, unit: Unit, is_shared: bool) -> None:
        self._unit, self._is_shared = unit, is_shared
        self._ordered_s = float("-inf")
        self._order = Order(0.0, 0.0)
        self._inbox: dict[int, int] = {}
        self._refused: float | None = None

    def order(self, now_s: float) -> Order | None:
        """Return the master's order to this unit, None where none has come of late."""
        return self._order if now_s - self._ordered_s <= MISSED_S else None

    def obey(self, heard: frames.Heard, now_s: float) -> bool:
        """Take a frame of the master; return whether its settings have to be asked for."""
        found, key = heard.figures, heard.frame.key
        if key == "set_point" and found["unit"] == self._unit.address:
            self._ordered_s = now_s
            self._order = Order(min(found["demand"], 1.0), min(max(found["bank"], LEAST), 1.0))
        elif key == "bank" and self._is_shared:
            soc = min(found["soc"], 1.0)
            if abs(self._unit.state.plant.battery.soc - soc) > SOC_APART:
                self._unit.hold_soc(soc)
        elif key == "clock" and not self._unit.values[SYNC_KEY]:
            changes = clock_changes(self._unit.clock_s, found["clock_s"])
            self._write(changes, found["clock_s"], int(found["clock_s"] % MINUTE_S))
        elif key == "setting" and found["number"] < len(frames.ROWS):
            self._inbox[int(found["number"])] = int(found["value"])
        elif key == "fingerprint":
            return self._follow(int(found["mark"]))
        return False

    def _follow(self, mark: int) -> bool:
        """Have the settings of this mark, or return that they have not come yet."""
        own = frames.raws_of(self._unit.values)
        if frames.mark_of(own) == mark or self._refused == mark:
            return False
        came = [self._inbox.get(number) for number in range(len(frames.ROWS))]
        whole = [raw for raw in came if raw is not None]
        if len(whole) < len(came) or frames.mark_of(whole) != mark:
            return True
        changes = {
            row.path: frames.value_of(row, raw)
            for row, raw, has in zip(frames.ROWS, whole, own, strict=True)
            if raw != has
        }
        self._inbox.clear()
        self._write(changes, mark)
        return False

    def _write(self, changes: dict[str, Any], what: float, second: int = 0) -> None:
        """Write what the master has, all or none."""
        if not changes:
            return
        try:
            self._unit.write(changes, by=MASTER, second=second)
        except (Locked, SettingError) as error:
            self._refused = what
            log.warning("unit %d does not follow its master: %s", self._unit.address, error)
