"""The wires of `twinverter live`: one option each, and the ports they ask for.

A wire's libraries are imported where the wire is asked for.
"""

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

if TYPE_CHECKING:
    from twinverter.live.twin import Twin
    from twinverter.ports.image import Image
    from twinverter.ports.port import Port

PANEL = "Wires"
# A broker's URL may hold a password, which a command line shows to everybody on the machine.
MQTT = "TWINVERTER_MQTT"
MOST_PORT = 65535


def _port(text: str) -> typer.models.OptionInfo:
    return typer.Option(help=text, min=0, max=MOST_PORT, metavar="PORT", rich_help_panel=PANEL)


def _text(text: str, metavar: str, envvar: str | None = None) -> typer.models.OptionInfo:
    return typer.Option(help=text, metavar=metavar, envvar=envvar, rich_help_panel=PANEL)


CHANNEL = "Battery bus: a SocketCAN name, or udp_multicast, or virtual."
BROKER = "MQTT broker: mqtt://user:word@host:port, or mqtts:// with TLS."
METER = "Energy meter to read, DTSU666: on a serial device or by Modbus TCP."
OWN_METER = "Offer the twin's own meter as a DTSU666: by Modbus TCP or on a serial device."

# fmt: off
Modbus       = Annotated[int | None, _port("Modbus TCP server.")]
Rtu          = Annotated[str | None, _text("Modbus RTU on a serial device.", "DEV")]
Solarman     = Annotated[int | None, _port("Data logger (Solarman V5), 8899 on the real one.")]
SolarmanPush = Annotated[str | None, _text("Server the data logger reports to.", "HOST:PORT")]
Can          = Annotated[str | None, _text(CHANNEL, "CHANNEL")]
Bms          = Annotated[str | None, _text("Battery management on an RS485 device.", "DEV")]
Meter        = Annotated[str | None, _text(METER, "DEV|HOST:PORT")]
MeterServer  = Annotated[str | None, _text(OWN_METER, "PORT|DEV")]
Mqtt         = Annotated[str | None, _text(BROKER, "URL", MQTT)]
SunSpec      = Annotated[int | None, _port("SunSpec server.")]
# fmt: on


class Wires(NamedTuple):
    """What was asked for, None for a wire that was not."""

    modbus: int | None = None
    rtu: str | None = None
    solarman: int | None = None
    solarman_push: str | None = None
    can: str | None = None
    bms: str | None = None
    meter: str | None = None
    meter_server: str | None = None
    mqtt: str | None = None
    sunspec: int | None = None


def ports(twin: "Twin", host: str, wires: Wires) -> list["Port"]:
    """Return the wires asked for, closed; servers will listen on `host`. ValueError for a word."""
    if wires == Wires():
        return []
    from twinverter.ports.image import Image

    image = Image(twin)
    return [*_clients(twin, image, host, wires), *_plant(twin, host, wires)]


def _clients(twin: "Twin", image: "Image", host: str, wires: Wires) -> list["Port"]:
    """Return the wires on which somebody reads and sets the device."""
    found: list[Port] = []
    link = twin.house.form.site.link
    if wires.modbus is not None:
        from twinverter.ports.modbus import ModbusTcp

        found.append(ModbusTcp(image, host, wires.modbus))
    if wires.rtu is not None:
        from twinverter.ports.modbus import ModbusRtu

        found.append(ModbusRtu(image, wires.rtu))
    if wires.solarman is not None:
        from twinverter.ports.quirks import solarman

        found.append(solarman(image, host, wires.solarman, link.logger, link.logger_serial))
    if wires.solarman_push is not None:
        from twinverter.ports.solarman import SolarmanPush

        found.append(SolarmanPush(image, wires.solarman_push, link.logger_serial))
    if wires.mqtt is not None:
        from twinverter.ports.mqtt import Mqtt

        found.append(Mqtt(twin, image, wires.mqtt))
    if wires.sunspec is not None:
        from twinverter.ports.sunspec import SunSpec

        found.append(SunSpec(twin, image, host, wires.sunspec))
    return found


def _plant(twin: "Twin", host: str, wires: Wires) -> list["Port"]:
    """Return the wires to what stands beside the device: its battery, its meter."""
    found: list[Port] = []
    if wires.can is not None:
        from twinverter.ports.can_bms import CanBms

        found.append(CanBms(twin, wires.can))
    if wires.bms is not None:
        from twinverter.ports.rs485_bms import Rs485Bms

        found.append(Rs485Bms(twin, wires.bms))
    if wires.meter is not None:
        from twinverter.ports.meter import MeterClient

        found.append(MeterClient(twin, wires.meter))
    if wires.meter_server is not None:
        found.append(_own_meter(twin, host, wires.meter_server))
    return found


def _own_meter(twin: "Twin", host: str, where: str) -> "Port":
    """Return the wire on which the twin's own meter answers; ValueError for a number too high."""
    from twinverter.ports.meter import MeterLine, MeterServer

    if not where.isdecimal():
        return MeterLine(twin, where)
    if int(where) > MOST_PORT:
        raise ValueError(f"--meter-server {where}: is no port (allowed: 0 to {MOST_PORT})")
    return MeterServer(twin, host, int(where))
