"""The measurement of the wires: it finds nothing wrong, and finds it where there is something."""

import asyncio
import importlib.util
import random
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def wires(monkeypatch):
    """The measurement's module, in which its neighbours can be imported as when it is run."""
    monkeypatch.syspath_prepend(str(TOOLS))
    spec = importlib.util.spec_from_file_location("wires_exact_tool", TOOLS / "wires_exact.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.modules.pop("score", None)


def test_it_makes_as_many_transactions_as_asked_for_and_none_is_wrong(wires, tmp_path):
    found = asyncio.run(wires.ask_exactly(tmp_path, 400))
    assert found["asked"] >= 400
    assert found["wrong"] == 0


class Zeros:
    """An image in which every register is 0."""

    def read(self, first, count):
        return [0] * count


class Ones:
    """An image in which every register is 1, and a server's owner that answers from it."""

    def __init__(self, wires):
        self._wires = wires

    def read(self, first, count):
        return [1] * count

    def opened(self, connection):
        pass

    def closed(self, connection):
        pass

    def serve(self, unit, body, client):
        return self._wires.pdu.answer(self, body, client)

    def write(self, first, words, by):
        pass


@pytest.mark.parametrize(("agrees", "wrong"), ((True, False), (False, True)))
def test_answers_that_are_not_the_images_are_counted(wires, agrees, wrong):
    async def asked():
        owner = Ones(wires)
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: wires.mbap.Connection(owner), wires.HOST, 0)
        asking = wires.Asking(owner if agrees else Zeros(), random.Random(1))
        await asking.run(server.sockets[0].getsockname()[1], 100)
        server.close()
        return asking

    asking = asyncio.run(asked())
    assert (asking.wrong == asking.asked) == wrong
    assert (asking.wrong == 0) == agrees
