"""One device of a parallel system: a twin whose time its system lets pass, for all units at once.

Sky, loads, mains and engine are the same for all units: who takes one of these over at one unit
takes it over at all. What is broken, a switch or a contact is each unit's own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from twinverter.catalog.row import Value
from twinverter.catalog.settings import Settings
from twinverter.group.member import badge_of, member_settings
from twinverter.group.told import Badge
from twinverter.inverter import Inputs
from twinverter.live.clock import Clock
from twinverter.live.course import Course
from twinverter.live.group_house import UnitCourse
from twinverter.live.group_step import Part
from twinverter.live.group_voice import voice_of
from twinverter.live.life import Life
from twinverter.live.memory import Memory
from twinverter.live.store import Store
from twinverter.live.twin import PANEL, Twin
from twinverter.live.world import BY_KEY, control_of
from twinverter.scenario.group import phase_number
from twinverter.scenario.house import House

ADDRESS_KEY, ROLE_KEY, ENABLE_KEY = "parallel_address", "parallel_role", "parallel_enable"
MASTER = "master"
COMMON_GROUPS = ("sun", "loads", "grid", "generator")
COMMON = frozenset(key for key, control in BY_KEY.items() if control.group in COMMON_GROUPS)
# With one bank for all, who warms it warms it for all.
OF_THE_BANK = frozenset(("battery_c",))


class UnitLife(Life):
    """The life of a unit among `count`, which have one bank where `is_shared`."""

    def __init__(
        self,
        count: int,
        is_shared: bool,
        address: Callable[[], int],
        house: House,
        course: Course,
        memory: Memory,
        *rest: Any,
    ) -> None:
        self._count, self._is_shared, self._address = count, is_shared, address
        super().__init__(house, course, memory, *rest)

    def _note(self, clock_s: float) -> None:
        """Write down what is new, in this unit's name."""
        with voice_of(self._address):
            super()._note(clock_s)

    def _settings(self, values: Mapping[str, Value]) -> Settings:
        """Return the kernel's record of these values, as one of several units has them."""
        made = super()._settings(values)
        is_master = values[ROLE_KEY] == MASTER
        single = phase_number(values) > 0.0
        return member_settings(made, self._count, is_master, self._is_shared, single)


class Unit(Twin):
    """One device of a system of `count`; `gain` is its true power over what it measures."""

    def __init__(
        self,
        house: House,
        store: Store,
        clock: Clock,
        tick_s: float,
        begin: datetime | None,
        *,
        count: int,
        is_shared: bool,
        gain: float = 1.0,
        like: Course | None = None,
    ) -> None:
        self._of = (count, is_shared)
        self._gain, self._like = gain, like
        self._common = COMMON | OF_THE_BANK if is_shared else COMMON
        self._badge: tuple[Mapping[str, Value], Badge] | None = None
        self.fellows: Sequence[Unit] = ()
        super().__init__(house, store, clock, tick_s, begin)

    @property
    def life(self) -> UnitLife:
        """Return its life, which its system carries on."""
        assert isinstance(self._life, UnitLife)
        return self._life

    @property
    def address(self) -> int:
        """Return its Modbus SN, by which the others know it."""
        return int(self._values[ADDRESS_KEY])

    @property
    def is_master(self) -> bool:
        """Return whether it is set to be the master."""
        return self._values[ROLE_KEY] == MASTER

    @property
    def badge(self) -> Badge:
        """Return who it is, by its settings of now."""
        if self._badge is None or self._badge[0] is not self._values:
            phase = phase_number(self._values)
            self._badge = self._values, badge_of(self._values, self._gain, phase)
        return self._badge[1]

    @property
    def loss(self) -> float:
        """Return the share of frames that its plug loses: all where it takes no part."""
        if not self._values[ENABLE_KEY]:
            return 1.0
        return float(self.life.machine.site.defects.peers_loss)

    def part(self, world: Inputs) -> Part:
        """Return the unit as it stands, in this world."""
        machine = self.life.machine
        return Part(machine.site, machine.settings, machine.state, world, self.badge, self.loss)

    def hold_soc(self, soc: float) -> None:
        """Put the bank to a state of charge: that of the one bank, as the master has it."""
        machine = self.life.machine
        plant = machine.state.plant
        bank = plant.battery._replace(soc=soc)
        machine.state = machine.state._replace(plant=plant._replace(battery=bank))

    def turn(self, take: Mapping[str, Any], back: Iterable[str], by: str = PANEL) -> None:
        """Take controls of the world over and give others back, common ones at all units."""
        returned = [control_of(key).key for key in back]
        super().turn(take, returned, by)
        shared = {key: value for key, value in take.items() if key in self._common}
        given = [key for key in returned if key in self._common]
        for other in self.fellows if shared or given else ():
            Twin.turn(other, shared, given, by)

    def _course(self) -> Course:
        return UnitCourse(self.house, self.tick_s, self._like)

    def _lived(self, course: Course, memory: Memory) -> UnitLife:
        return UnitLife(
            *self._of, self._spoken, self.house, course, memory, self._values, self._filed
        )

    def _adopt(self, *entry: Any, **ways: Any) -> None:
        with voice_of(self._spoken):
            super()._adopt(*entry, **ways)

    def _done(self, *told: str) -> None:
        with voice_of(self._spoken):
            super()._done(*told)

    def _spoken(self) -> int:
        return self.address
