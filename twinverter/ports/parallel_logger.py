"""The data loggers of a parallel system: one for each unit, with a serial of its own.

All are reached at one address, where real ones have one each: the serial in a frame says which is
meant, 0 and unknown ones the master's. As users report of the family, a logger reads its own unit
both under that unit's address and under address 1 (protocols of the wire: `ports/v5frame.py`).
"""

from collections.abc import Sequence
from typing import Any

from twinverter.ports import rtu
from twinverter.ports.image import Image
from twinverter.ports.logger import ADDRESS_KEY, DOUBLE_CRC, Logger
from twinverter.ports.solarman import SolarmanServer
from twinverter.ports.v5frame import Frame

# Under this address a logger finds the one unit that it is plugged into.
ITS_UNIT = 1
CODE_LENGTH = 2


class UnitLogger(Logger):
    """The logger of one unit, which answers for it under address 1 as well."""

    def _words(self, serial: int, address: int, request: bytes, client: str) -> bytes:
        own = int(self._image.value(ADDRESS_KEY))
        if address != ITS_UNIT or own == ITS_UNIT:
            return super()._words(serial, address, request, client)
        words = super()._words(serial, own, request, client)
        if len(words) == CODE_LENGTH:
            return words
        answer = words.removesuffix(DOUBLE_CRC) if self._trailer else words
        return rtu.sealed(ITS_UNIT, answer[1:-2]) + self._trailer


class ParallelLoggers(SolarmanServer):
    """The loggers of several units on one port, the first image being the master's.

    Their serials follow each other from the one that the house file gives.
    """

    def __init__(
        self, images: Sequence[Image], host: str, port: int, first: int, **ways: Any
    ) -> None:
        super().__init__(images[0], host, port, first, **ways)
        double_crc = bool(ways.get("double_crc"))
        self._loggers = {
            serial: UnitLogger(image, self.name, serial, double_crc)
            for serial, image in enumerate(images, start=first)
        }
        self._logger = next(iter(self._loggers.values()))

    def serve(self, frame: Frame, client: str) -> Frame | None:
        """Return the answer of the logger that is meant; None where it stays silent."""
        logger = self._loggers.get(frame.serial, self._logger)
        answer = logger.answer(frame, client)
        if logger is not self._logger:
            self._logger.counter.note(client)
        return answer
