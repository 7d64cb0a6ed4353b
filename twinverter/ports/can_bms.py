"""The battery's CAN bus: the twin's battery speaks on it, or its inverter obeys a foreign one.

A channel is a SocketCAN interface (`can0`, `vcan0`), `virtual:NAME` for a bus within this process,
or, for a bus over the network, `udp_multicast` or the address of another multicast group; all as
python-can has them. A part may be asked for behind it: `vcan0,inverter`. The battery sends all its
frames once a second; the inverter answers each frame of measured values with the one that says it
is there, as the family does.
"""

import asyncio
import contextlib
import ipaddress
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twinverter.ports import can_frames
from twinverter.ports.battery_word import own_word
from twinverter.ports.bms_role import BATTERY, INVERTER, Role, split_role
from twinverter.ports.foreign_bms import ForeignBms
from twinverter.ports.port import CLOSED, Counter, PortError

if TYPE_CHECKING:
    from can import BusABC, Message

    from twinverter.live.twin import Twin

PERIOD_S = 1.0
# How often the bus is asked; not every one can be waited for (assumed).
ASK_S = 0.02
# So many frames are read at once, so that a flooded bus does not keep the twin waiting.
MOST_AT_ONCE = 64
# So many failures in a row, and there is no bus any more.
MOST_FAILURES = 100
VIRTUAL, MULTICAST = "virtual", "udp_multicast"
# The group that python-can takes where IPv6 is not to be had.
GROUP = "239.74.163.2"
NETS = Path("/sys/class/net")
# Makes a family's inverter show the state of health, as Pylontech's own batteries do.
NAME = "PYLON"
SOURCE, MODE = "can_bms", 0
ALIVE_DATA = bytes(can_frames.LENGTH)


class CanBms:
    """One twin on one CAN bus."""

    name = "can"

    def __init__(self, twin: "Twin", channel: str) -> None:
        self._twin = twin
        self._where = channel
        self._role = Role()
        self._hearing = can_frames.Hearing()
        self._foreign = ForeignBms(twin, SOURCE, MODE)
        self._counter = Counter()
        self._bus: BusABC | None = None
        # What was said and comes back: a network bus hands everybody also his own frames.
        self._echoes: deque[tuple[int, bytes]] | None = None
        self._failures = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Open the bus and live on it; PortError where it cannot be had."""
        self.join()
        for period_s, call in ((PERIOD_S, self.beat), (ASK_S, self.read)):
            self._tasks.append(asyncio.create_task(self._every(period_s, call)))

    async def stop(self) -> None:
        """Leave the bus; the battery is its own management's again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._leave()
        self._foreign.end()

    def told(self) -> dict[str, Any]:
        """Return how the port is and what went over it."""
        return self._counter.told(self.name, self._where, self._state())

    def join(self) -> None:
        """Join the bus; PortError where it cannot be had."""
        import can

        try:
            channel, part = split_role(self._where)
            options = bus_options(channel)
            self._bus = can.Bus(**options)
        except (ValueError, can.CanError) as error:
            raise PortError(f"can {self._where}: {error}") from None
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise PortError(f"can {self._where}: cannot be had ({reason})") from None
        echoes = options["interface"] == MULTICAST
        self._echoes = deque(maxlen=MOST_AT_ONCE) if echoes else None
        self._failures = 0
        # Back on a bus that was lost, it goes on with the part it had.
        if self._foreign.word is None:
            self._role = Role(part)
            self._role.begin(self._twin.clock.now())

    def _leave(self) -> None:
        bus, self._bus = self._bus, None
        if bus is not None:
            bus.shutdown()

    def beat(self) -> None:
        """Do what is due every second: speak as the battery, or look whether it is silent."""
        now_s = self._twin.clock.now()
        self._foreign.look()
        if self._bus is None:
            with contextlib.suppress(PortError):
                self.join()
        elif self._role.speaks(now_s):
            word = own_word(self._twin.snapshot(), NAME)
            for frame_id, data in can_frames.written(word).items() if word else ():
                self._send(frame_id, data)

    def read(self) -> None:
        """Take what has come; a bus that only fails is left, and joined again later."""
        from can import CanError

        for _ in range(MOST_AT_ONCE):
            try:
                message = self._bus.recv(0.0) if self._bus else None
            except CanError:
                self._counter.fail("bus")
                self._failures += 1
                if self._failures >= MOST_FAILURES:
                    self._leave()
                return
            if message is None:
                return
            self._failures = 0
            self.hear(message)

    def hear(self, message: "Message") -> None:
        """Take one frame from the bus."""
        if message.is_error_frame or message.is_remote_frame or message.is_extended_id:
            return
        now_s, frame_id = self._twin.clock.now(), message.arbitration_id
        data = bytes(message.data)
        if self._echoes and (frame_id, data) in self._echoes:
            self._echoes.remove((frame_id, data))
            return
        if frame_id == can_frames.ALIVE:
            if self._role.hear_inverter(now_s):
                self._counter.note("inverter")
            return
        if frame_id not in can_frames.FROM_BATTERY or not self._role.hear_battery(now_s):
            return
        word = self._hearing.hear(frame_id, data)
        self._counter.note(word.maker if word and word.maker else "battery")
        if word is not None:
            self._foreign.hear(word, frame_id == can_frames.LIMITS)
        if frame_id == can_frames.MEASURED:
            self._send(can_frames.ALIVE, ALIVE_DATA)

    def _send(self, frame_id: int, data: bytes) -> None:
        from can import CanError, Message

        if self._bus is None:
            return
        try:
            self._bus.send(Message(arbitration_id=frame_id, data=data, is_extended_id=False), 0.0)
            if self._echoes is not None:
                self._echoes.append((frame_id, data))
        except CanError:
            # Nobody acknowledges, or the bus is full: the next second has newer frames.
            self._counter.fail("bus")

    def _state(self) -> str:
        if self._bus is None:
            return CLOSED
        if self._role.part == INVERTER:
            return self._foreign.told()
        return "plays the battery" if self._role.part == BATTERY else "open for both parts"

    async def _every(self, period_s: float, call: Callable[[], None]) -> None:
        while True:
            call()
            await asyncio.sleep(period_s)


def bus_options(channel: str) -> dict[str, Any]:
    """Return what python-can needs to join a channel; ValueError where it is none."""
    kind, _, name = channel.partition(":")
    if kind == VIRTUAL:
        return {"interface": VIRTUAL, "channel": name}
    if channel == MULTICAST:
        channel = GROUP
    try:
        is_group = ipaddress.ip_address(channel).is_multicast
    except ValueError:
        is_group = False
    if is_group:
        return {"interface": MULTICAST, "channel": channel, "fd": False}
    if (NETS / channel).exists() and "/" not in channel:
        return {"interface": "socketcan", "channel": channel}
    raise ValueError(
        "is no interface of this machine (allowed: a SocketCAN interface, virtual:NAME,"
        f" {MULTICAST}, or a multicast address such as {GROUP})"
    )
