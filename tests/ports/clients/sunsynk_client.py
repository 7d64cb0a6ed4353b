"""Runs in the environment of the package sunsynk: does what lines of JSON say, answers in JSON.

`sunsynk_client.py URL SERIAL` tracks all three-phase low-voltage definitions; URL is a logger's,
`solarman-tcp://`, or an inverter's, `tcp://`. Lines: ["sensors"], ["read"] or ["read", sensor, ...],
["write", sensor, value], which reads back what stands there.
"""

import asyncio
import json
import logging
import sys

from sunsynk import Sunsynk
from sunsynk.definitions import import_defs
from sunsynk.rwsensors import RWSensor
from sunsynk.sensors import Constant, PVDynamicTotalSensor
from sunsynk.solarman import SolarmanUnit


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
    """Return a client of a logger or of an inverter."""
    if url.startswith("solarman"):
        return Sunsynk(unit=SolarmanUnit(port=url, dongle_serial_number=serial))
    return Sunsynk.from_url(url)


async def main(url, serial):
    """Connect, then obey until the input ends."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    client = client_of(url, serial)
    known = import_defs("three-phase").all
    sensors = {key: one for key, one in known.items() if not isinstance(one, Constant)}
    for sensor in sensors.values():
        if isinstance(sensor, PVDynamicTotalSensor):
            sensor.resolve(sensors, sensors.values())
    client.state.track(*sensors.values())
    await client.connect()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command, *parts = json.loads(line)
        print(json.dumps(await obeyed(client, sensors, command, parts)), flush=True)
    await (client.connection or client.unit).disconnect()


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
