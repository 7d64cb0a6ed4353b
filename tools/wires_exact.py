"""The exactness of the Modbus TCP wire: a device lives, and each answer is held to the byte.

Four connections ask at once, reads of every length anywhere, refused ones, and writes that are
read back; an answer is right if the register image said so at a moment between request and answer.
"""

import asyncio
import random
import struct
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from score import Line, at_most, figure

from twinverter.live.clock import Clock
from twinverter.live.runner import Runner
from twinverter.live.store import Store
from twinverter.live.twin import Twin
from twinverter.ports import mbap, pdu
from twinverter.ports.image import Image, Refused
from twinverter.ports.modbus import ModbusTcp
from twinverter.scenario.house import load_house

HOST, UNIT, BEGIN = "127.0.0.1", 1, datetime(2023, 1, 2, 6)
CONNECTIONS, SPEED = 4, 60.0
# Requests sent at once, and how seldom one is a write or one that is refused.
DEPTH, WRITES, WRONG = 16, 2000, 50
# So many moments may pass between a request and its answer.
REMEMBERED = 64
LAST_REGISTER = 1500
# Twelve registers that are kept without effect: a wind turbine's curve.
KEPT, KEPT_COUNT, KEPT_MOST = 323, 12, 200


class Witness(Image):
    """An image that remembers the registers of its latest moments, and since when each stood.

    Between a request and its answer more than one moment may pass: a tick, another's write.
    """

    def __init__(self, twin: Twin) -> None:
        super().__init__(twin)
        self.moment = 0
        self.past: deque[tuple[int, list[int]]] = deque(maxlen=REMEMBERED)

    def _renew(self) -> None:
        super()._renew()
        self.moment += 1
        self.past.append((self.moment, self._low.copy()))


class Asking:
    """One connection that asks and compares; `asked` and `wrong` count its transactions."""

    def __init__(self, image: Image, chance: random.Random) -> None:
        self.asked = self.wrong = 0
        self._image = image
        self._chance = chance

    async def run(self, port: int, transactions: int) -> None:
        """Ask until so many transactions are done."""
        reader, writer = await asyncio.open_connection(HOST, port)
        while self.asked < transactions:
            bodies = [self._body() for _ in range(self._chance.randint(1, DEPTH))]
            numbers = [(self.asked + place) & 0xFFFF for place in range(len(bodies))]
            since = getattr(self._image, "moment", 0)
            before = [self._expected(body) for body in bodies]
            asked = zip(numbers, bodies, strict=True)
            writer.write(b"".join(mbap.framed(number, UNIT, body) for number, body in asked))
            for number, body, expected in zip(numbers, bodies, before, strict=True):
                header = await reader.readexactly(mbap.HEADER.size)
                answer = await reader.readexactly(mbap.HEADER.unpack(header)[2] - 1)
                fits = answer in (expected, self._expected(body)) or self._stood(
                    body, answer, since
                )
                whole = header + answer == mbap.framed(number, UNIT, answer)
                self.wrong += not (fits and whole)
            self.asked += len(bodies)
        writer.close()

    def _body(self) -> bytes:
        chance = self._chance
        if chance.randrange(WRITES) == 0:
            words = [chance.randint(0, KEPT_MOST) for _ in range(KEPT_COUNT)]
            block = struct.pack(">BHHB", pdu.WRITE, KEPT, KEPT_COUNT, 2 * KEPT_COUNT)
            return block + struct.pack(f">{KEPT_COUNT}H", *words)
        count = chance.randint(1, 125)
        most = LAST_REGISTER - count if chance.randrange(WRONG) else 0xFFFF
        return struct.pack(">BHH", pdu.READ, chance.randint(0, most), count)

    def _stood(self, body: bytes, answer: bytes, since: int) -> bool:
        """Return whether an answer is what the image gave at a moment since the request."""
        first, count = struct.unpack(">HH", body[1 : pdu.SHORT])
        past = getattr(self._image, "past", ())
        return any(
            answer == _answer(low[first : first + count])
            for moment, low in past
            if moment > since and body[0] == pdu.READ
        )

    def _expected(self, body: bytes) -> bytes:
        """Return the answer that the image gives now; that to a write is known without one."""
        if body[0] == pdu.WRITE:
            return body[: pdu.SHORT]
        first, count = struct.unpack(">HH", body[1:])
        try:
            words = self._image.read(first, count)
        except Refused as refusal:
            return pdu.exception(pdu.READ, refusal.code)
        return _answer(words)


def _answer(words: Sequence[int]) -> bytes:
    """Return the answer to a read that gives these words."""
    return bytes((pdu.READ, 2 * len(words))) + b"".join(word.to_bytes(2, "big") for word in words)


async def ask_exactly(folder: Path, transactions: int) -> dict[str, float]:
    """Return how many transactions were made, how many were wrong, and in how many moments."""
    store = Store.open(folder)
    twin = Twin(load_house(), store, Clock(SPEED), begin=BEGIN)
    runner, image = Runner(twin), Witness(twin)
    port = ModbusTcp(image, HOST, 0)
    living = asyncio.create_task(runner.run())
    await port.start()
    began_s, began_seq = time.perf_counter(), twin.seq
    asking = [Asking(image, random.Random(place)) for place in range(CONNECTIONS)]
    await asyncio.gather(*(one.run(port.port, transactions // CONNECTIONS) for one in asking))
    seconds, moments = time.perf_counter() - began_s, twin.seq - began_seq
    await port.stop()
    runner.stop()
    await living
    store.close()
    return {
        "asked": sum(one.asked for one in asking),
        "wrong": sum(one.wrong for one in asking),
        "seconds": seconds,
        "moments": moments,
    }


def exact(transactions: int) -> Iterator[Line]:
    """Yield how many transactions were wrong."""
    with tempfile.TemporaryDirectory(prefix="twinverter-wires-") as folder:
        found = asyncio.run(ask_exactly(Path(folder), transactions))
    note = f"over {found['moments']:,} moments of the device, in {found['seconds']:.0f} s"
    name = f"wrong answers of {found['asked']:,}"
    yield Line(name, figure([found["wrong"]]), "", at_most(0.0), note)
