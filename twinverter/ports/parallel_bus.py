"""The parallel bus: one unit of a system in this process, the others in processes of their own.

Ten times a second a unit says how it is and what it gives; the master says what each is to carry,
and once a second the marks of its settings, its clock and its bank. A slave whose settings have
another mark asks for them all and writes what differs. A plug pulled out at this unit sends and
hears nothing. A bus that is lost is joined again. The frames: `ports/parallel_frames.py`.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from twinverter.catalog.parallel_frames import BEAT_S
from twinverter.live.group import System
from twinverter.live.group_step import Afar, Badge, Order
from twinverter.ports import parallel_frames as frames
from twinverter.ports.can_bms import bus_options
from twinverter.ports.parallel_follower import Follower
from twinverter.ports.port import CLOSED, OPEN, Counter, PortError

if TYPE_CHECKING:
    from can import BusABC, Message

# How often the bus is asked, and how many frames are taken at once (assumed).
ASK_S, MOST_AT_ONCE = 0.01, 256
BEATS_A_SECOND = round(1.0 / BEAT_S)
# So many settings go out with a beat, which leaves a real bus three quarters of its time.
SETTINGS_A_BEAT = 30
MOST_ECHOES = 512
UDP, SOCKETCAN, MULTICAST = "udp", "socketcan:", "udp_multicast"

NO_BUS = (
    "is no bus here (allowed: udp, a multicast address such as 239.1.2.3, socketcan:NAME of an"
    " interface, virtual:NAME)"
)


class ParallelBus:
    """One unit on one bus; `others` are the badges that the house file gives the other units."""

    name = "parallel"

    def __init__(
        self,
        system: System,
        others: Sequence[Badge],
        channel: str,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._system, self._unit = system, system.units[0]
        self._channel, self._now = channel, now
        self._ears = {int(badge.address): frames.Ear(badge) for badge in others}
        self._twin = frames.Ear(self._unit.badge)
        self._counter = Counter()
        self._bus: BusABC | None = None
        self._echoes: deque[tuple[int, bytes]] = deque(maxlen=MOST_ECHOES)
        self._hands_back = False
        self._beats = 0
        self._withheld = 0.0
        self._follower = Follower(self._unit, system.is_shared)
        self._outbox: deque[tuple[int, int]] = deque()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Join the bus and live on it; PortError where it cannot be had."""
        self.join()
        for period_s, call in ((BEAT_S, self.beat), (ASK_S, self.take)):
            self._tasks.append(asyncio.create_task(_every(period_s, call)))

    async def stop(self) -> None:
        """Leave the bus."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self.leave()

    def told(self) -> dict[str, Any]:
        """Return what the panel shows of it."""
        return self._counter.told(self.name, self._channel, OPEN if self._bus else CLOSED)

    def join(self) -> None:
        """Join the bus, and let the system hear the others; PortError where it cannot be had."""
        import can

        channel = self._channel.removeprefix(SOCKETCAN)
        try:
            options = bus_options(MULTICAST if channel == UDP else channel)
        except ValueError:
            raise PortError(f"parallel bus {self._channel}: {NO_BUS}") from None
        try:
            self._bus = can.Bus(**options)
        except (ValueError, can.CanError) as error:
            raise PortError(f"parallel bus {self._channel}: {error}") from None
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise PortError(f"parallel bus {self._channel}: cannot be had ({reason})") from None
        self._hands_back = options["interface"] == MULTICAST
        self._system.others = self.others
        self._system.ordered = self.ordered

    def leave(self) -> None:
        """Leave the bus; nobody is heard from then on."""
        bus, self._bus = self._bus, None
        if bus is not None:
            bus.shutdown()

    # ---- what the system asks -----------------------------------------------------------------

    def others(self) -> list[Afar]:
        """Return the other units as they said last, and whoever has this unit's own address."""
        now_s = self._now()
        found = [ear.afar(now_s) for ear in self._ears.values()]
        if self._twin.loss(now_s) < 1.0:
            found.append(self._twin.afar(now_s))
        return found

    def ordered(self) -> list[Order] | None:
        """Return the master's order to this unit, None where none has come of late."""
        order = self._follower.order(self._now())
        return None if order is None or self._unit.is_master else [order]

    # ---- speaking -----------------------------------------------------------------------------

    def beat(self) -> None:
        """Say what is due; a plug that loses a share of its frames withholds that share."""
        if self._bus is None:
            self._rejoin()
            return
        self._beats += 1
        self._withheld += self._unit.loss
        if self._withheld >= 1.0:
            self._withheld -= 1.0
            return
        self._say_itself()
        if self._unit.is_master:
            self._say_orders()
        if self._beats % BEATS_A_SECOND == 0:
            self._say_each_second()
        for _ in range(min(SETTINGS_A_BEAT, len(self._outbox))):
            number, raw = self._outbox.popleft()
            self._send("setting", number=number, value=raw)

    def _say_itself(self) -> None:
        if not self._system.told:
            return
        told, badge, flows = self._system.told[0], self._unit.badge, self._unit.flows
        plant = self._unit.state.plant
        self._send(
            "heartbeat",
            count=self._beats % frames.COUNTS,
            flags=frames.flags_of(badge, told),
            phase=badge.phase,
            model=badge.model,
        )
        l1_w, l2_w, l3_w = flows.grid_w
        self._send(
            "status", grid_l1_w=l1_w, grid_l2_w=l2_w, grid_l3_w=l3_w, battery_w=flows.battery_w
        )
        self._send(
            "limits",
            sun_w=told.sun_w,
            feed_w=told.feed_w,
            spare_w=told.spare_w,
            draw_w=told.draw_w,
        )
        self._send("reactive", grid_var=plant.grid_var, stand_w=told.stand_w, gain=badge.gain - 1.0)

    def _say_orders(self) -> None:
        for address, order in zip(self._ears, self._system.orders[1:], strict=False):
            self._send("set_point", unit=address, demand=order.demand, bank=order.bank)

    def _say_each_second(self) -> None:
        badge, bank = self._unit.badge, self._unit.state.plant.battery
        self._send("battery", bank=badge.bank, size=badge.size)
        if self._unit.is_master:
            self._send("bank", soc=bank.soc, voltage_v=bank.voltage_v, temp_c=bank.temp_c)
            self._send("clock", clock_s=self._unit.clock_s)
            self._send("fingerprint", mark=frames.mark_of(frames.raws_of(self._unit.values)))

    def _send(self, key: str, **figures: float) -> None:
        from can import CanError, Message

        if self._bus is None:
            return
        frame_id, data = frames.written(key, self._unit.address, figures)
        try:
            self._bus.send(Message(arbitration_id=frame_id, data=data, is_extended_id=True), 0.0)
        except (CanError, OSError):
            # Nobody acknowledges, or the bus is full: the next beat has newer figures.
            self._counter.fail("bus")
            return
        if self._hands_back:
            self._echoes.append((frame_id, data))

    # ---- hearing ------------------------------------------------------------------------------

    def take(self) -> None:
        """Take what has come; a bus that fails is left, and joined again."""
        from can import CanError

        for _ in range(MOST_AT_ONCE):
            try:
                message = self._bus.recv(0.0) if self._bus else None
            except (CanError, OSError, ValueError):
                self._counter.fail("bus")
                self.leave()
                return
            if message is None:
                return
            self.hear(message)

    def hear(self, message: "Message") -> None:
        """Take one frame from the bus."""
        if message.is_error_frame or message.is_remote_frame or not message.is_extended_id:
            return
        sent = message.arbitration_id, bytes(message.data)
        if sent in self._echoes:
            self._echoes.remove(sent)
            return
        heard = frames.read(*sent)
        if heard is None or self._unit.loss >= 1.0:
            return
        ear = self._twin if heard.sender == self._unit.address else self._ears.get(heard.sender)
        if ear is None:
            self._counter.fail(f"unit {heard.sender}")
            return
        ear.hear(heard, self._now())
        self._counter.note(f"unit {heard.sender}")
        if self._unit.is_master:
            if heard.frame.key == "ask" and not self._outbox:
                self._outbox.extend(enumerate(frames.raws_of(self._unit.values)))
        elif ear.is_master and self._follower.obey(heard, self._now()):
            own = frames.mark_of(frames.raws_of(self._unit.values))
            self._send("ask", mark=own)

    def _rejoin(self) -> None:
        self._beats += 1
        if self._beats % BEATS_A_SECOND == 0:
            try:
                self.join()
            except PortError:
                self._counter.fail("bus")


async def _every(period_s: float, call: Callable[[], None]) -> None:
    while True:
        call()
        await asyncio.sleep(period_s)
