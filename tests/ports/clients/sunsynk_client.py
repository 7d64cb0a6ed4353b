"""Runs in the environment of the package sunsynk: does what lines of JSON say, answers in JSON.

`sunsynk_client.py URL SERIAL` tracks all three-phase low-voltage definitions; URL is a logger's,
`solarman-tcp://`, or an inverter's, `tcp://`. Lines: ["sensors"], ["read"] or ["read", sensor, ...],
["write", sensor, value], which reads back what stands there.
"""

import asyncio
import json
import logging
import sys

from sunsynk import sensors as kinds
from sunsynk.definitions import import_defs
from sunsynk.rwsensors import RWSensor

# Kinds that came after 0.8.4, which has only what stands in registers.
NO_REGISTERS = getattr(kinds, "Constant", ())
SUMS = getattr(kinds, "PVDynamicTotalSensor", ())


def described(sensor):
    """Return what a definition is: its kind, registers, and what it takes."""
    return {
        "kind": type(sensor).__name__,
        "address": list(sensor.address),
        "bitmask": sensor.bitmask,
        "unit": sensor.unit,
        "options": list(getattr(sensor, "options", {}).values()),
        "writable": isinstance(sensor, RWSensor),
    }


async def obeyed(client, sensors, command, parts):
    """Return the answer to one line."""
    if command == "sensors":
        return {key: described(sensor) for key, sensor in sensors.items()}
    if command == "read":
        wanted = [sensors[key] for key in parts] or list(sensors.values())
        await client.read_sensors(wanted)
        return {key: client.state[sensors[key]] for key in parts or sensors}
    key, value = parts
    sensor = sensors[key]
    # Its bounds are other sensors' values.
    await client.read_sensors([*sensor.dependencies, sensor])
    await client.write_sensor(sensor, value)
    await client.read_sensors([sensor])
    return client.state[sensor]


def client_of(url, serial):
    """Return a client of a logger or of an inverter, as this version of the package makes it."""
    if not NO_REGISTERS:
        from sunsynk.pysunsynk import PySunsynk

        return PySunsynk(port=url)
    from sunsynk import Sunsynk
    from sunsynk.solarman import SolarmanUnit

    if url.startswith("solarman"):
        return Sunsynk(unit=SolarmanUnit(port=url, dongle_serial_number=serial))
    return Sunsynk.from_url(url)


async def leave(client):
    """Close the connection."""
    if NO_REGISTERS:
        await (client.connection or client.unit).disconnect()
    else:
        client.client.close()


async def main(url, serial):
    """Connect, then obey until the input ends."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    client = client_of(url, serial)
    known = import_defs("three-phase").all
    sensors = {key: one for key, one in known.items() if not isinstance(one, NO_REGISTERS)}
    for sensor in sensors.values():
        if isinstance(sensor, SUMS):
            sensor.resolve(sensors, sensors.values())
    client.state.track(*sensors.values())
    await client.connect()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command, *parts = json.loads(line)
        print(json.dumps(await obeyed(client, sensors, command, parts)), flush=True)
    await leave(client)


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
