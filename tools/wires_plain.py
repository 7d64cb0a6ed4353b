"""Pymodbus's own server over constant registers, beside which ours is measured.

It prints the port it listens on, and ends when its input does.
"""

import asyncio
import socket
import sys

from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

HOST, REGISTERS = "127.0.0.1", 1500


async def serve() -> None:
    """Serve until the input ends."""
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    registers = SimData(0, count=REGISTERS, values=7, datatype=DataType.REGISTERS)
    server = ModbusTcpServer(SimDevice(id=0, simdata=[registers]), address=(HOST, port))
    await server.serve_forever(background=True)
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await server.shutdown()


if __name__ == "__main__":
    asyncio.run(serve())
