"""The Modbus ports: TCP with a unit id, and RTU on a serial line.

Both answer from the register image. TCP hears the unit's own address, and 0 and 255, which mean the
device itself where no line lies behind it; another unit gets exception 11 at once instead of the
silence of a gateway's line. On the serial line only the own address is answered and 0 is a
broadcast. The address is the Modbus SN of the Parallel page, the line 8N1 at the speed set there.
Why the serial transport is pymodbus's and the servers are not: docs/decisions/0007.
"""

import asyncio
import os
from typing import Any

from pymodbus.transport.serialtransport import create_serial_connection

from twinverter.ports import pdu
from twinverter.ports.mbap import Connection
from twinverter.ports.port import CLOSED, OPEN, SEARCHING, Counter, PortError
from twinverter.ports.rtu_line import Line

ADDRESS_KEY, BAUD_KEY = "parallel_address", "modbus_baud"
# What stands for the device itself on TCP (implementation guide, section 4.4).
ANY_UNIT = (0, 255)
# More connections than this push the one out that is the least use (assumed).
MOST_CONNECTIONS = 128
# How often a serial device is looked after: one that is gone, or set to another speed (assumed).
CARE_S = 1.0


class ModbusTcp:
    """The Modbus TCP server."""

    name = "modbus"

    def __init__(self, image: pdu.RegisterMap, host: str, port: int) -> None:
        self._image = image
        self._host, self._port = host, port
        self._counter = Counter()
        self.connections: set[Connection] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen; a port of 0 becomes a free one. PortError where it cannot be had."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                lambda: Connection(self), self._host, self._port
            )
        except OSError as error:
            raise PortError(f"{self._where} cannot be had ({_reason(error)})") from None
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """End all connections and listen no longer."""
        if self._server is None:
            return
        self._server.close()
        for connection in tuple(self.connections):
            connection.end()
        await self._server.wait_closed()
        self._server = None

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return self._port

    @property
    def _where(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{host}:{self._port}"

    def told(self) -> dict[str, Any]:
        """Return what the panel shows of it."""
        state = CLOSED if self._server is None else OPEN
        return self._counter.told(self.name, self._where, state)

    def opened(self, connection: Connection) -> None:
        """Keep a connection; the least useful one goes where there are too many.

        That is one that never asked before one that did, then the longest silent (the
        implementation guide, section 4.2, closes the longest unused one).
        """
        if len(self.connections) >= MOST_CONNECTIONS:
            least = min(self.connections, key=lambda known: (known.asked > 0, known.heard_s))
            self.connections.discard(least)
            least.end()
        self.connections.add(connection)

    def closed(self, connection: Connection) -> None:
        """Forget a connection."""
        self.connections.discard(connection)

    def serve(self, unit: int, body: bytes, client: str) -> bytes:
        """Return the answer's PDU to a request's PDU."""
        if unit not in ANY_UNIT and unit != address(self._image):
            self._counter.note(client)
            self._counter.fail(client)
            return pdu.exception(body[0], pdu.NO_TARGET)
        return counted(self._image, body, self.name, client, self._counter)

    def broken(self, client: str) -> None:
        """Count bytes that are no request."""
        self._counter.fail(client)


class ModbusRtu:
    """The Modbus RTU slave on a serial device.

    A device that is gone later, such as an adapter pulled out, is opened again when it is back.
    """

    name = "rtu"

    def __init__(self, image: pdu.RegisterMap, device: str) -> None:
        self._image = image
        self._device = device
        self._counter = Counter()
        self._line: Line | None = None
        self._baud = 0
        self._care: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the device and answer on it. PortError where it cannot be had."""
        try:
            await self._open()
        except (OSError, ValueError) as error:
            raise PortError(f"{self._device} cannot be had ({_reason(error)})") from None
        self._care = asyncio.create_task(self._look_after())

    async def stop(self) -> None:
        """Close the device."""
        if self._care is not None:
            self._care.cancel()
            self._care = None
        if self._line is not None:
            self._line.close()
            self._line = None

    def told(self) -> dict[str, Any]:
        """Return what the panel shows of it."""
        state = CLOSED if self._care is None else OPEN if self._is_open else SEARCHING
        return self._counter.told(self.name, f"{self._device} at {self._baud} Bd", state)

    @property
    def _is_open(self) -> bool:
        return self._line is not None and self._line.is_open

    async def _open(self) -> None:
        self._baud = int(self._image.value(BAUD_KEY))
        line = self._ear()
        await create_serial_connection(
            asyncio.get_running_loop(),
            lambda: line,
            self._device,
            baudrate=self._baud,
            bytesize=8,
            parity="N",
            stopbits=1,
            timeout=0.0,
        )
        await line.ready.wait()
        self._line = line

    def _ear(self) -> Line:
        """Return who listens on the device and answers there."""
        return Line(lambda: address(self._image), self._serve, self._broken)

    async def _look_after(self) -> None:
        """Open the device again where it was lost or its speed was set."""
        while True:
            await asyncio.sleep(CARE_S)
            if self._is_open and int(self._image.value(BAUD_KEY)) == self._baud:
                continue
            if self._line is not None:
                self._line.close()
            try:
                await self._open()
            except OSError:
                self._line = None

    def _serve(self, body: bytes) -> bytes:
        return counted(self._image, body, self.name, self._device, self._counter)

    def _broken(self) -> None:
        self._counter.fail(self._device)


def address(image: pdu.RegisterMap) -> int:
    """Return the unit's own address on a line."""
    return int(image.value(ADDRESS_KEY))


def _reason(error: Exception) -> str:
    """Return why, without where Python tried it."""
    number = getattr(error, "errno", None)
    return os.strerror(number).lower() if number and number > 0 else str(error)


def counted(image: pdu.RegisterMap, body: bytes, name: str, client: str, counter: Counter) -> bytes:
    """Return the answer's PDU, counted."""
    counter.note(client)
    answer = pdu.answer(image, body, f"{name} {client}")
    if pdu.is_exception(answer):
        counter.fail(client)
    return answer
