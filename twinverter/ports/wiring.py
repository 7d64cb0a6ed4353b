"""All wires of one device: opened together, closed together, told on the panel."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from twinverter.live.twin import Twin
from twinverter.ports.port import Port, PortError

log = logging.getLogger("twinverter.ports")

KEY = "ports"


class Ports:
    """The wires of a twin; while they are open each snapshot tells of them."""

    def __init__(self, twin: Twin, ports: Sequence[Port]) -> None:
        self._twin = twin
        self._ports = tuple(ports)
        self._open: list[Port] = []

    async def start(self) -> None:
        """Open all wires; PortError, one line, where one or more cannot be had."""
        problems = []
        for port in self._ports:
            try:
                await port.start()
            except PortError as error:
                problems.append(str(error))
            except OSError as error:
                reason = error.strerror or error
                problems.append(f"{port.name}: {port.told()['where']} cannot be had ({reason})")
            else:
                self._open.append(port)
        if problems:
            await self.stop()
            raise PortError("; ".join(problems))
        if self._open:
            self._twin.tells[KEY] = self.told
        for port in self._open:
            told = port.told()
            log.info("%s: %s, %s", told["name"], told["where"], told["state"])

    async def stop(self) -> None:
        """Close all wires, whatever becomes of one of them."""
        self._twin.tells.pop(KEY, None)
        closing, self._open = self._open, []
        results = await asyncio.gather(*(port.stop() for port in closing), return_exceptions=True)
        for port, result in zip(closing, results, strict=True):
            if isinstance(result, Exception):
                log.error("%s: did not close well (%s)", port.name, result)

    def told(self) -> list[dict[str, Any]]:
        """Return what each open wire tells of itself."""
        return [port.told() for port in self._open]
