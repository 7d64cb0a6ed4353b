"""The SunSpec port: the machine's measurements and limits in the SunSpec Alliance's own models.

The family has no SunSpec map; this one is ours, on its own Modbus TCP port. It begins at 40000 with
the marker, then the chain of `ports/sunspec_models.py`, then the end model. High words come first.
A write is checked like an entry at the panel: whole points only, all of them or none. Source:
SunSpec Device Information Model Specification V1.1, sections 6.4 to 6.6.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from twinverter.catalog import gridcodes
from twinverter.catalog.errors import SettingError
from twinverter.catalog.orders import WHOLE
from twinverter.catalog.row import NUMBER, Value
from twinverter.catalog.settings import find
from twinverter.live.codes import Locked
from twinverter.live.memory import Registers
from twinverter.live.snapshot import Scene
from twinverter.live.store import StoreError
from twinverter.live.twin import Twin
from twinverter.ports.image import (
    DEVICE_FAILURE,
    ILLEGAL_ADDRESS,
    ILLEGAL_VALUE,
    Image,
    Refused,
)
from twinverter.ports.modbus import ModbusTcp
from twinverter.ports.sunspec_figures import Figures, figures
from twinverter.ports.sunspec_models import MODELS
from twinverter.ports.sunspec_points import (
    ENUM16,
    INT16,
    INT32,
    NOT_IMPLEMENTED,
    SCALE,
    STRING,
    Model,
    Point,
)

FIRST = 40000
MARKER = (0x5375, 0x6E53)
END = (0xFFFF, 0)
SIGNED = (INT16, INT32, SCALE)


class Placed(NamedTuple):
    """A point at its address, with the decimal exponent of its scale factor."""

    address: int
    point: Point
    exponent: int

    @property
    def addresses(self) -> range:
        """Return the addresses of the point's registers."""
        return range(self.address, self.address + self.point.size)


class Chain:
    """The register map: what stands where, read from and written through the twin."""

    def __init__(self, twin: Twin, image: Image, models: Sequence[Model] = MODELS) -> None:
        self._twin, self._image = twin, image
        self._scene: Scene | None = None
        self._words: list[int] = []
        self._figures: Figures = {}
        self._frame, points = _laid_out(models)
        self._by_address = {address: placed for placed in points for address in placed.addresses}
        self._moving = [placed for placed in points if isinstance(placed.point.source, str)]

    @property
    def last(self) -> int:
        """Return the last address of the map."""
        return FIRST + len(self._frame) - 1

    def value(self, key: str) -> float | str:
        """Return a telemetry row or setting of the machine."""
        return self._image.value(key)

    def read(self, first: int, count: int) -> list[int]:
        """Return words of the newest moment on disk; Refused outside the map."""
        if first < FIRST or first + count - 1 > self.last:
            raise Refused(ILLEGAL_ADDRESS, f"registers {first} to {first + count - 1}: no model")
        if self._twin.scene is not self._scene:
            self._renew()
        return self._words[first - FIRST : first - FIRST + count]

    def write(self, first: int, words: Sequence[int], by: str) -> None:
        """Enter what a block of whole points says, all or nothing; Refused else."""
        if self._twin.scene is not self._scene:
            self._renew()
        changes: dict[str, Value] = {}
        orders: dict[str, int] = {}
        released: dict[str, int] = {}
        for placed, raw in self._given(first, words):
            key = placed.point.sets
            if key in changes:
                raise Refused(ILLEGAL_VALUE, f"{placed.point.name}: {key} is entered twice")
            if key:
                changes[key] = self._entered(placed, raw)
            elif placed.point.kind == ENUM16:
                released |= _released(placed, raw)
            else:
                orders |= _ordered(placed, raw)
        registers = self._registers(orders | released)
        try:
            self._twin.write(changes, by, registers=registers)
        except SettingError as error:
            raise Refused(ILLEGAL_VALUE, str(error)) from None
        except (Locked, StoreError) as error:
            raise Refused(DEVICE_FAILURE, str(error)) from None

    def _registers(self, orders: Mapping[str, int]) -> Registers | None:
        """Return what wires hold of the device with these orders, None where there are none."""
        was = self._twin.scene.registers
        return Registers({**was.held, **orders}, was.wear) if orders else None

    def _renew(self) -> None:
        """Take over the newest moment on disk."""
        scene = self._twin.scene
        self._figures = figures(self._twin, self._image)
        words = list(self._frame)
        for placed in self._moving:
            start = placed.address - FIRST
            words[start : start + placed.point.size] = encoded(placed, self._figures)
        self._words, self._scene = words, scene

    def _given(self, first: int, words: Sequence[int]) -> Iterator[tuple[Placed, int]]:
        """Yield the points in a written block and their raw values; Refused for anything else."""
        place, end = first, first + len(words)
        taken = gridcodes.held(self._twin.scene.values)
        while place < end:
            placed = self._by_address.get(place)
            if placed is None or not _is_written(placed.point):
                raise Refused(ILLEGAL_ADDRESS, f"register {place} cannot be written")
            if placed.address != place or placed.addresses.stop > end:
                raise Refused(ILLEGAL_VALUE, f"{placed.point.name} is written in part")
            given = list(words[place - first : placed.addresses.stop - first])
            # What the grid mode holds stays too.
            if not placed.point.stays and placed.point.sets not in taken:
                yield placed, sum(word << 16 * at for at, word in enumerate(reversed(given)))
            elif given != self.read(place, len(given)):
                raise Refused(ILLEGAL_VALUE, f"{placed.point.name} stays as it is")
            place = placed.addresses.stop

    def _entered(self, placed: Placed, raw: int) -> Value:
        """Return the setting's value that a raw point stands for, on the setting's own steps."""
        point = placed.point
        row = find(point.sets)
        if row.kind != NUMBER:
            return raw
        if raw == NOT_IMPLEMENTED[point.kind]:
            raise Refused(ILLEGAL_VALUE, f"{point.name} is written as not implemented")
        if point.kind in SIGNED and raw >> 15:
            raw -= 1 << 16
        number = raw * 10.0**placed.exponent / point.times * _per(point, self._figures)
        step = row.step or 1.0
        return round(round(number / step) * step, 6)


class SunSpec(ModbusTcp):
    """The SunSpec server; PortError from `start` where the address cannot be had."""

    name = "sunspec"

    def __init__(self, twin: Twin, image: Image, host: str, port: int) -> None:
        super().__init__(Chain(twin, image), host, port)


def _is_written(point: Point) -> bool:
    return bool(point.sets or point.orders or point.stays)


def _ordered(placed: Placed, raw: int) -> dict[str, int]:
    """Return the register that a raw limit orders; it is in force below 100 %. Refused above."""
    share = raw * 10.0**placed.exponent / placed.point.times
    if share > 1.0:
        raise Refused(ILLEGAL_VALUE, f"{placed.point.name} takes 0 to 100 %")
    return {placed.point.orders: round(share * WHOLE)}


def _released(placed: Placed, raw: int) -> dict[str, int]:
    """Return the register that a raw enable orders: off takes the limit back, on leaves it."""
    if raw > 1:
        raise Refused(ILLEGAL_VALUE, f"{placed.point.name} takes 0 or 1")
    return {} if raw else {placed.point.orders: WHOLE}


def encoded(placed: Placed, known: Figures) -> list[int]:
    """Return the words of a point, saturated; those of "not implemented" where nothing is known."""
    point = placed.point
    figure = known.get(point.source) if isinstance(point.source, str) else point.source
    if point.kind == STRING:
        data = str(figure or "").encode("ascii", "replace")[: 2 * point.size]
        data = data.ljust(2 * point.size, b"\0")
        return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]
    bits = 16 * point.size
    raw = NOT_IMPLEMENTED[point.kind]
    if figure is not None:
        number = float(figure) / _per(point, known) * point.times / 10.0**placed.exponent
        raw = _saturated(point.kind, round(number), bits)
    return [raw >> place & 0xFFFF for place in range(bits - 16, -1, -16)]


def _saturated(kind: str, number: int, bits: int) -> int:
    """Return a raw value inside the kind's range, its "not implemented" left out."""
    if kind in SIGNED:
        return max(1 - (1 << bits - 1), min(number, (1 << bits - 1) - 1)) & (1 << bits) - 1
    return max(0, min(number, (1 << bits) - 2))


def _per(point: Point, known: Figures) -> float:
    return float(known[point.per] or 0.0) if point.per else 1.0


def _laid_out(models: Sequence[Model]) -> tuple[list[int], list[Placed]]:
    """Return all words before anything is known, and every point at its place."""
    frame, points = [*MARKER], []
    for model in models:
        frame += [model.number, model.length]
        exponents = {
            point.name: int(point.source)
            for point in model.points
            if point.kind == SCALE and isinstance(point.source, int | float)
        }
        for point in model.points:
            placed = Placed(FIRST + len(frame), point, exponents.get(point.factor, 0))
            points.append(placed)
            frame += encoded(placed, {})
    return frame + [*END], points
