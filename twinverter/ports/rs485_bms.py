"""The battery's RS485 line: the twin's battery answers on it, or its inverter asks a foreign one.

A device may bear speed and part behind it: `/dev/ttyUSB0@9600,inverter`. Whoever hears the other
side first keeps to its part: a reply makes the twin the inverter, a request the battery, and while
nobody is heard the inverter asks once a second. The battery answers what the family's protocol
description gives a layout for, other commands with the result that means not known.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pymodbus.transport.serialtransport import create_serial_connection

from twinverter.ports import rs485_frames as frames
from twinverter.ports.battery_word import Word, own_word
from twinverter.ports.bms_role import BATTERY, INVERTER, Role, split_role
from twinverter.ports.foreign_bms import ForeignBms
from twinverter.ports.port import CLOSED, Counter, PortError
from twinverter.ports.rs485_frames import Frame, FrameError

if TYPE_CHECKING:
    from twinverter.live.twin import Twin

BAUD = 115_200
PERIOD_S = 1.0
# The master of the first stack; 0 asks whoever is there.
ADDRESS, ANYBODY = 2, 0
# Makers put 16 cells of iron phosphate into a bank of 48 V; five sensors as Pylontech has them.
CELLS, SENSORS = 16, 5
NAME, DEVICE, SOFTWARE = "PYLON", b"TWINVERTER", (1, 0)
SERIAL_NUMBER = b"TWINVERTER000001"
SOURCE, MODE = "rs485_bms", 5
UNKNOWN = Word(0.0, 0.0, 0.0, 0.0)
# Pieces not yet on the wire: past that nobody takes them.
MOST_WAITING = 4


class Rs485Bms:
    """One twin on one RS485 line to a battery or to an inverter."""

    name = "bms"

    def __init__(self, twin: "Twin", device: str) -> None:
        self._twin = twin
        self._where = device
        self._role = Role()
        self._foreign = ForeignBms(twin, SOURCE, MODE)
        self._counter = Counter()
        self._word = UNKNOWN
        self._line: Line | None = None
        self._beating: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the line and live on it; PortError where it cannot be had."""
        self._role = Role(self._parts()[2])
        self._role.begin(self._twin.clock.now())
        await self._open()
        self._beating = asyncio.create_task(self._beat())

    async def stop(self) -> None:
        """Close the line; the battery is its own management's again."""
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
            self._beating = None
        if self._line is not None:
            self._line.close()
            self._line = None
        self._foreign.end()

    def told(self) -> dict[str, Any]:
        """Return how the port is and what went over it."""
        return self._counter.told(self.name, self._where, self._state())

    def due(self) -> bytes:
        """Return what is to be asked this second, and look whether the battery is silent."""
        self._foreign.look()
        # An inverter asks, and so does a twin that nobody has asked yet.
        if self._role.part == BATTERY and not self._role.rests(self._twin.clock.now()):
            return b""
        return _request(frames.MANAGEMENT)

    def answer(self, text: bytes) -> bytes:
        """Return what is to be said to a text between start and end of a frame, nothing to most."""
        try:
            frame = frames.opened(text)
            if frame.code in frames.COMMANDS:
                return self._serve(frame)
            return self._hear(frame)
        except FrameError as broken:
            self._counter.fail("line")
            if self._role.part == BATTERY and broken.address in (ADDRESS, ANYBODY):
                return frames.sealed(Frame(ADDRESS, broken.code))
            return b""

    def _serve(self, request: Frame) -> bytes:
        """Return the battery's reply to an inverter."""
        if not self._role.hear_inverter(self._twin.clock.now()):
            return b""
        word = own_word(self._twin.snapshot(), NAME)
        if request.address not in (ADDRESS, ANYBODY) or word is None:
            return b""
        self._counter.note("inverter")
        replies: dict[int, Callable[[], bytes]] = {
            frames.PROTOCOL: lambda: b"",
            frames.MAKER: lambda: DEVICE + bytes(SOFTWARE) + NAME.encode().ljust(20),
            frames.MANAGEMENT: lambda: frames.management(word, ADDRESS),
            frames.SERIAL: lambda: bytes((ADDRESS,)) + SERIAL_NUMBER,
            frames.VALUES: lambda: frames.values(word, _asked(request), CELLS, SENSORS),
        }
        if request.code not in replies:
            return frames.sealed(Frame(ADDRESS, frames.BAD_COMMAND))
        return frames.sealed(Frame(ADDRESS, frames.FINE, replies[request.code]()))

    def _hear(self, reply: Frame) -> bytes:
        """Obey a battery's reply; return the next question."""
        if not self._role.hear_battery(self._twin.clock.now()):
            return b""
        self._counter.note("battery")
        if reply.code != frames.FINE:
            raise FrameError(reply.code)
        # A reply does not say to what; its length does.
        if len(reply.info) == frames.MANAGED.size:
            self._word = frames.managed(reply.info, self._word)
            self._foreign.hear(self._word)
            return _request(frames.VALUES)
        self._word = frames.valued(reply.info, self._word)
        if self._foreign.word is not None:
            self._foreign.hear(self._word, fresh=False)
        return b""

    def _state(self) -> str:
        if self._line is None or not self._line.is_open:
            return CLOSED
        if self._role.part == BATTERY:
            return "plays the battery"
        return self._foreign.told() if self._role.part == INVERTER else "asks for a battery"

    def _parts(self) -> tuple[str, int, str]:
        """Return device, speed and part; PortError where they are none."""
        try:
            where, part = split_role(self._where)
            device, _, baud = where.partition("@")
            return device, int(baud or BAUD), part
        except ValueError as error:
            raise PortError(f"bms {self._where}: {error}") from None

    async def _open(self) -> None:
        device, baud, _ = self._parts()
        line = Line(self.answer)
        try:
            await create_serial_connection(
                asyncio.get_running_loop(),
                lambda: line,
                device,
                baudrate=baud,
                bytesize=8,
                parity="N",
                stopbits=1,
                timeout=0.0,
            )
        except (OSError, ValueError) as error:
            raise PortError(f"bms {device} cannot be had ({error})") from None
        await line.ready.wait()
        self._line = line

    async def _beat(self) -> None:
        """Ask once a second; open a line again that was lost."""
        while True:
            if self._line is not None and self._line.is_open:
                self._line.say(self.due())
            else:
                self._foreign.look()
                with contextlib.suppress(PortError):
                    await self._open()
            await asyncio.sleep(PERIOD_S)


class Line(asyncio.Protocol):
    """One open line; `answer` returns what is to be said to a text that was heard."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self.ready = asyncio.Event()
        self.is_open = False
        self._answer = answer
        self._ear = frames.Ear()
        self._echo = b""
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        """Begin to listen."""
        self._transport = transport
        self.is_open = True
        self.ready.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """End: the device is gone."""
        self.is_open = False

    def data_received(self, data: bytes) -> None:
        """Answer all that is complete; two wires may bring back what was just said."""
        for text in self._ear.add(data):
            echo, self._echo = self._echo, b""
            if text != echo:
                self.say(self._answer(text))

    def say(self, frame: bytes) -> None:
        """Put a frame on the line, or drop it where nobody takes what was said before."""
        if not frame or not self.is_open:
            return
        if self._transport.get_write_buffer_size() < MOST_WAITING:
            self._echo = frame[1:-1]
            self._transport.write(frame)

    def close(self) -> None:
        """Close the device."""
        if self.is_open:
            self.is_open = False
            with contextlib.suppress(OSError):
                self._transport.close()


def _request(command: int) -> bytes:
    return frames.sealed(Frame(ADDRESS, command, bytes((ADDRESS,))))


def _asked(request: Frame) -> int:
    """Return the pack whose values are asked for; all of them are one."""
    return 1 if request.info[:1] == b"\xff" else ADDRESS
