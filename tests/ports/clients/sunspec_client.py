"""pysunspec2 as a command, in its own environment: scan a device, or write one of its points.

It prints JSON: what a scan found, model by model, or the point's value after the write.
"""

import json
import sys

from sunspec2.modbus.client import SunSpecModbusClientDeviceTCP
from sunspec2.modbus.modbus import ModbusClientError, ModbusClientException


def points_of(group):
    """Yield every point of a group and of the groups in it, in wire order."""
    yield from group.points.values()
    for inner in group.groups.values():
        for one in inner if isinstance(inner, list) else [inner]:
            yield from points_of(one)


def told(model):
    """Return number, length and complaints of a model, and its points."""
    return {
        "number": model.model_id,
        "length": model.model_len,
        "complaint": str(model.error_info or ""),
        "points": [
            {
                "name": point.pdef["name"],
                "kind": point.pdef["type"],
                "place": point.offset,
                "size": point.len,
                "factor": point.sf if isinstance(point.sf, str) else "",
                "writable": point.pdef.get("access") == "RW",
                "value": point.cvalue,
            }
            for point in points_of(model)
            if point.pdef["name"] not in ("ID", "L") or point.offset > 1
        ],
    }


def main(host, port, *command):
    """Scan, then write where asked: `write MODEL POINT VALUE`."""
    device = SunSpecModbusClientDeviceTCP(1, ipaddr=host, ipport=int(port), timeout=5)
    device.scan()
    if not command:
        print(json.dumps([told(model) for model in device.model_list]))
        return
    _, number, name, value = command
    model = device.models[int(number)][0]
    point = getattr(model, name)
    point.cvalue = float(value) if "." in value else int(value)
    try:
        point.write()
    except (ModbusClientError, ModbusClientException) as error:
        print(json.dumps({"refused": str(error)}))
        return
    model.read()
    print(json.dumps({"value": point.cvalue}))


main(*sys.argv[1:])
