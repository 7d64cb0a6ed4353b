"""The runner of a parallel system: it lets all units live at one pace, and tells who listens.

A panel of one unit has a runner as that of a single device has; what it asks of the pace it asks
for all units.
"""

import asyncio
from collections.abc import Sequence

from twinverter.live.group import System
from twinverter.live.group_unit import Unit
from twinverter.live.runner import Runner


class UnitRunner(Runner):
    """One unit to its panel; the system's runner lets it live, and wakes by `wake`."""

    def __init__(self, unit: Unit, wake: asyncio.Event) -> None:
        super().__init__(unit)
        self._wake = wake
        unit.on_change = wake.set

    def tell(self) -> None:
        """Hand the newest moment to all subscribers, where it is new."""
        if self.twin.seq == self._told_seq:
            return
        self._told_seq = self.twin.seq
        snapshot = self.twin.snapshot()
        for subscriber in self._subscribers:
            subscriber.offer(snapshot)

    def end(self) -> None:
        """End all subscriptions."""
        self._stopping = True
        for subscriber in self._subscribers:
            subscriber.offer(None)


class GroupRunner(Runner):
    """Runs a system at the speed of its clock until `stop`."""

    def __init__(self, system: System) -> None:
        # A system lives, is stored and is shown by the same calls as one twin.
        super().__init__(system)  # type: ignore[arg-type]
        self.system = system
        self.units: Sequence[UnitRunner] = [UnitRunner(unit, self._wake) for unit in system.units]

    async def run(self) -> None:
        """Live until `stop`; the last moment of every unit is on disk when this returns."""
        try:
            await super().run()
        finally:
            for unit in self.units:
                unit.end()

    async def _publish(self) -> None:
        await super()._publish()
        for unit in self.units:
            unit.tell()
