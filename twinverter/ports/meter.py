"""The energy meter's wire: the twin reads a foreign DTSU666, or offers its own one.

The client asks twice a second, over Modbus TCP or RTU (9600 8N1), whoever answers as address 1.
Assumptions: a reading that is late or cannot have been measured counts as none; one question may
be lost on a line, so each is asked a second time before it counts as not answered.
"""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from pymodbus.client import AsyncModbusSerialClient, AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException

from twinverter.ports import dtsu666
from twinverter.ports.foreign_meter import ForeignMeter, Three
from twinverter.ports.image import ILLEGAL_ADDRESS, ILLEGAL_VALUE, MOST_READ, Refused
from twinverter.ports.modbus import ADDRESS_KEY, BAUD_KEY, ModbusRtu, ModbusTcp
from twinverter.ports.port import CLOSED, SEARCHING, Counter, PortError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twinverter.live.twin import Twin

PERIOD_S, PATIENCE_S, RETRIES = 0.5, 0.3, 1


class MeterClient:
    """Reads a foreign meter at `HOST:PORT` or on a serial device, and regulates by it."""

    name = "meter"

    def __init__(self, twin: "Twin", where: str) -> None:
        self._where = where
        self.foreign = ForeignMeter(twin)
        self._counter = Counter()
        self._setup: dtsu666.Setup | None = None
        self._client: AsyncModbusTcpClient | AsyncModbusSerialClient | None = None
        self._asking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to ask; PortError where there is no such device. A meter may come later."""
        self._client = client(self._where)
        there = await self._client.connect()
        if not there and isinstance(self._client, AsyncModbusSerialClient):
            self._client.close()
            self._client = None
            raise PortError(f"meter {self._where}: cannot be had")
        self._asking = asyncio.create_task(self._ask_on())

    async def stop(self) -> None:
        """Ask no more; the mains is the clamps' again."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)
            self._asking = None
        if self._client is not None:
            self._client.close()
            self._client = None
        self.foreign.end()

    def told(self) -> dict[str, Any]:
        """Return how the port is and what went over it."""
        state = self.foreign.told()
        if self._client is None:
            state = CLOSED
        elif self.foreign.is_silent and self.foreign.power_w is None:
            state = SEARCHING
        return self._counter.told(self.name, self._where, state)

    def hear(self, power_w: Three) -> None:
        """Take a reading of phases A, B and C."""
        self._counter.note(self._where)
        self.foreign.hear(power_w)

    def miss(self) -> None:
        """Take note of a question that was not answered."""
        self._counter.note(self._where)
        self._counter.fail(self._where)
        # A meter that comes back may be another one.
        self._setup = None
        self.foreign.miss()

    async def _ask_on(self) -> None:
        loop = asyncio.get_running_loop()
        due_s = loop.time()
        while True:
            try:
                self.hear(await self._reading())
            except (ModbusException, ValueError, OSError):
                self.miss()
            due_s = max(due_s + PERIOD_S, loop.time())
            await asyncio.sleep(due_s - loop.time())

    async def _reading(self) -> Three:
        """Return what the meter reads; ValueError or ModbusException where it does not."""
        assert self._client is not None
        if not self._client.connected:
            self._client.close()
            await self._client.connect()
        if self._setup is None:
            self._setup = dtsu666.setup(await self._words(dtsu666.SET_FIRST, dtsu666.SET_COUNT))
        words = await self._words(dtsu666.POWER_FIRST, dtsu666.POWER_COUNT)
        return dtsu666.powers_w(words, self._setup)

    async def _words(self, first: int, count: int) -> list[int]:
        assert self._client is not None
        answer = await self._client.read_holding_registers(
            first, count=count, device_id=dtsu666.ADDRESS
        )
        if answer.isError() or len(answer.registers) != count:
            raise ValueError(f"{answer}")
        return list(answer.registers)


class MeterImage:
    """The registers of the twin's own meter, as the Modbus servers want an image."""

    def __init__(self, twin: "Twin") -> None:
        self._twin = twin

    def read(self, first: int, count: int) -> list[int]:
        """Return words; addresses between the measures read 0. Refused where none stands."""
        if not 1 <= count <= MOST_READ:
            raise Refused(ILLEGAL_VALUE, f"{count} registers (allowed: 1 to {MOST_READ})")
        found = dtsu666.registers(self._twin.snapshot())
        asked = range(first, first + count)
        if not any(address in found for address in asked):
            raise Refused(ILLEGAL_ADDRESS, f"nothing stands at {first} to {first + count - 1}")
        return [found.get(address, 0) for address in asked]

    def write(self, first: int, words: "Sequence[int]", by: str) -> None:
        """Refuse: the meter's own settings are fixed."""
        raise Refused(ILLEGAL_ADDRESS, f"{first}: the meter's settings are fixed")

    def value(self, key: str) -> float:
        """Return the meter's address on the line, or the line's speed."""
        return float({ADDRESS_KEY: dtsu666.ADDRESS, BAUD_KEY: dtsu666.BAUD}[key])


class MeterServer(ModbusTcp):
    """Offers the twin's own meter over Modbus TCP."""

    name = "meter_server"

    def __init__(self, twin: "Twin", host: str, port: int) -> None:
        super().__init__(MeterImage(twin), host, port)


class MeterLine(ModbusRtu):
    """Offers the twin's own meter on a serial device."""

    name = "meter_line"

    def __init__(self, twin: "Twin", device: str) -> None:
        super().__init__(MeterImage(twin), device)


def client(where: str) -> AsyncModbusTcpClient | AsyncModbusSerialClient:
    """Return a client for `HOST:PORT`, else for a serial device."""
    # What is not answered is told on the panel and by W04, not in a line per question.
    logging.getLogger("pymodbus.logging").setLevel(logging.CRITICAL)
    host, _, port = where.rpartition(":")
    if host and port.isdecimal() and int(port) <= 0xFFFF:
        return AsyncModbusTcpClient(
            host.strip("[]"),
            port=int(port),
            timeout=PATIENCE_S,
            retries=RETRIES,
            reconnect_delay=0.0,
        )
    return AsyncModbusSerialClient(
        where,
        baudrate=dtsu666.BAUD,
        timeout=PATIENCE_S,
        retries=RETRIES,
        reconnect_delay=0.0,
    )
