"""Every unit of a system under its own address: Modbus TCP and RTU, and loggers with serials."""

import asyncio
import contextlib
import threading

import pytest
from pymodbus.client import ModbusSerialClient, ModbusTcpClient

from tests.live.units import Alive, group_house
from tests.ports.served import HOST, Cable
from twinverter.live.group_runner import GroupRunner
from twinverter.ports import pdu, rtu, v5frame
from twinverter.ports.image import Image
from twinverter.ports.parallel_logger import ParallelLoggers
from twinverter.ports.parallel_modbus import ParallelRtu, ParallelTcp

PARALLEL_1 = 336
FIRST_SERIAL = 2712345678
READ = bytes((3, PARALLEL_1 >> 8, PARALLEL_1 & 0xFF, 0, 1))


@contextlib.contextmanager
def served(folder, make):
    """Yield a port that serves a system of three in a thread of its own, and the system."""
    started, box = threading.Event(), {}

    async def live():
        box["loop"], box["stop"] = asyncio.get_running_loop(), asyncio.Event()
        alive = Alive(group_house(folder), folder / "memory")
        runner = GroupRunner(alive.system)
        box["port"], box["system"] = make([Image(unit) for unit in alive.system.units]), alive
        await box["port"].start()
        living = asyncio.create_task(runner.run())
        started.set()
        await box["stop"].wait()
        await box["port"].stop()
        runner.stop()
        await living
        for store in alive.stores:
            store.close()

    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    assert started.wait(30.0)
    try:
        yield box["port"], box["system"]
    finally:
        box["loop"].call_soon_threadsafe(box["stop"].set)
        thread.join(30.0)


def sn(word):
    """Return the Modbus SN in register 336."""
    return word >> 10


def test_a_unit_answers_under_its_modbus_sn_on_tcp_and_0_is_the_master(tmp_path):
    with served(tmp_path, lambda images: ParallelTcp(images, HOST, 0)) as (port, _):
        client = ModbusTcpClient(HOST, port=port.port)
        assert client.connect()
        for unit in (1, 2, 3):
            assert (
                sn(client.read_holding_registers(PARALLEL_1, device_id=unit).registers[0]) == unit
            )
        assert sn(client.read_holding_registers(PARALLEL_1, device_id=0).registers[0]) == 1
        assert (
            client.read_holding_registers(PARALLEL_1, device_id=9).exception_code == pdu.NO_TARGET
        )
        client.close()


def test_what_is_written_to_one_unit_is_that_units_alone(tmp_path):
    with served(tmp_path, lambda images: ParallelTcp(images, HOST, 0)) as (port, alive):
        client = ModbusTcpClient(HOST, port=port.port)
        assert client.connect()
        # Max A Charge, register 108.
        assert not client.write_registers(108, [33], device_id=2).isError()
        client.close()
        values = [unit.values["max_charge_a"] for unit in alive.system.units]
    assert values[1] == 33 and values[0] == values[2] != 33


def test_three_slaves_hang_on_one_serial_line(tmp_path):
    cable = Cable()
    with served(tmp_path, lambda images: ParallelRtu(images, cable.near)):
        client = ModbusSerialClient(cable.far, baudrate=9600, timeout=3)
        assert client.connect()
        for unit in (2, 1, 3):
            assert (
                sn(client.read_holding_registers(PARALLEL_1, device_id=unit).registers[0]) == unit
            )
        client.close()
    cable.close()


# fmt: off
@pytest.mark.parametrize(("serial", "address", "found"), [
    #  logger of unit      asked for     the SN that answers, or the two bytes of a refusal
    (FIRST_SERIAL,         1,            1),
    (FIRST_SERIAL + 1,     2,            2),
    (FIRST_SERIAL + 1,     1,            2),
    (FIRST_SERIAL + 2,     1,            3),
    (FIRST_SERIAL + 2,     2,            b"\x05\x00"),
    (0,                    1,            1),
    (77,                   1,            b"\x06\x00"),
])
# fmt: on
def test_each_unit_has_a_logger_of_its_own_serial(tmp_path, serial, address, found):
    alive = Alive(group_house(tmp_path), tmp_path / "memory")
    loggers = ParallelLoggers([Image(unit) for unit in alive.system.units], HOST, 0, FIRST_SERIAL)
    payload = v5frame.asking(rtu.sealed(address, READ))
    asked = v5frame.Frame(v5frame.REQUEST, 1, 0, serial, payload)
    answer = loggers.serve(asked, "test")
    alive.end()
    _, words = v5frame.answered(answer.payload)
    if isinstance(found, bytes):
        assert words == found
    else:
        own, body = rtu.opened(words)
        assert (own, sn(int.from_bytes(body[2:4]))) == (address, found)
        assert answer.serial == (serial or FIRST_SERIAL)
