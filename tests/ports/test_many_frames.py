"""Many frames over many connections: not one wrong byte, whoever else asks at the same time.

Ten thousand frames with every run; `TWINVERTER_HOSTILE_INPUTS` asks for more.
"""

import asyncio
import random

from tests.ports.hostile import INPUTS
from tests.ports.living import Living
from twinverter.ports import rtu, v5frame
from twinverter.ports.logger import SERIAL
from twinverter.ports.solarman import SolarmanServer
from twinverter.ports.v5frame import Frame, Splitter

HOST, CLIENTS = "127.0.0.1", 50
# What a client may read at once, and where registers end.
MOST, END = 125, 1000


async def ask(port, words, count, chance):
    """Ask for blocks all over the map, and compare every answer with the words that stand there."""
    reader, writer = await asyncio.open_connection(HOST, port)
    splitter = Splitter()
    for number in range(count):
        first, length = chance.randrange(END - MOST), chance.randint(1, MOST)
        inner = rtu.sealed(1, b"\x03" + first.to_bytes(2, "big") + length.to_bytes(2, "big"))
        sequence = number % 256
        asked = Frame(v5frame.REQUEST, sequence, 0, SERIAL, v5frame.asking(inner))
        writer.write(v5frame.pack(asked))
        found = splitter.feed(await reader.read(v5frame.LONGEST))
        answer = b"".join(word.to_bytes(2, "big") for word in words[first : first + length])
        expected = rtu.sealed(1, bytes((3, 2 * length)) + answer)
        assert len(found) == 1 and found[0].sequence == sequence
        assert v5frame.answered(found[0].payload)[1] == expected
    writer.close()
    await writer.wait_closed()


def test_no_byte_is_wrong_in_any_frame(house, tmp_path):
    living = Living(house, tmp_path, lambda _, image: [SolarmanServer(image, HOST, 0)])
    words = [word for first in range(0, END, MOST) for word in living.read(first, MOST)]
    count = max(1, INPUTS // CLIENTS)

    async def all_of_them():
        port = living.ports[0].port
        await asyncio.gather(
            *(ask(port, words, count, random.Random(seed)) for seed in range(CLIENTS))
        )

    asyncio.run(all_of_them())
    told = living.call(living.ports[0].told)
    assert (told["requests"], told["errors"]) == (count * CLIENTS, 0)
    living.end()
