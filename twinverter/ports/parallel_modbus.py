"""Modbus of a parallel system: every unit under its own address, on one socket or one line.

The address is the unit's Modbus SN, as it is set now. On TCP 0 and 255 stand for the master, as
they stand for the device itself where there is one. On a serial line each unit is a slave of its
own: it hears every byte, answers what is for it, and obeys a broadcast as all do. Source: MODBUS
over Serial Line V1.02, section 2.2.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from twinverter.ports import pdu
from twinverter.ports.modbus import ANY_UNIT, ModbusRtu, ModbusTcp, address, counted
from twinverter.ports.rtu_line import Line

Images = Sequence[pdu.RegisterMap]


def image_at(images: Images, asked: int) -> pdu.RegisterMap | None:
    """Return the image of the unit with an address; the first one where several have it."""
    return next((image for image in images if address(image) == asked), None)


class ParallelTcp(ModbusTcp):
    """The Modbus TCP server of several units; the first image is the master's."""

    def __init__(self, images: Images, host: str, port: int) -> None:
        super().__init__(images[0], host, port)
        self._images = tuple(images)

    def serve(self, unit: int, body: bytes, client: str) -> bytes:
        """Return the answer's PDU of the unit that is asked."""
        image = self._images[0] if unit in ANY_UNIT else image_at(self._images, unit)
        if image is None:
            return super().serve(unit, body, client)
        return counted(image, body, self.name, client, self._counter)


class Slaves(Line):
    """Several slaves at one open line, which they hear and answer on as one plug has them."""

    def __init__(self, lines: Sequence[Line]) -> None:
        super().__init__(lambda: 0, lambda body: body, lambda: None)
        self._lines = tuple(lines)

    def connection_made(self, transport: Any) -> None:
        """Let all begin to listen."""
        super().connection_made(transport)
        for line in self._lines:
            line.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """End all: the device is gone."""
        super().connection_lost(exc)
        for line in self._lines:
            line.connection_lost(exc)

    def close(self) -> None:
        """Close the device."""
        super().close()
        for line in self._lines:
            line.connection_lost(None)

    def data_received(self, data: bytes) -> None:
        """Let all hear it."""
        for line in self._lines:
            line.data_received(data)


class ParallelRtu(ModbusRtu):
    """The slaves of several units on one serial device; its speed is the master's."""

    def __init__(self, images: Images, device: str) -> None:
        super().__init__(images[0], device)
        self._images = tuple(images)

    def _ear(self) -> Line:
        return Slaves([self._slave(image) for image in self._images])

    def _slave(self, image: pdu.RegisterMap) -> Line:
        own: Callable[[], int] = partial(address, image)
        # What is none of one slave's business is another's: no noise is counted.
        return Line(own, partial(self._answered, image), lambda: None)

    def _answered(self, image: pdu.RegisterMap, body: bytes) -> bytes:
        return counted(image, body, self.name, self._device, self._counter)
