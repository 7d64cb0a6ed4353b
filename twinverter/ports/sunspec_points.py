"""What a SunSpec model is made of: points, their kinds, and what feeds them.

Names, kinds, order and sizes of points are those of the SunSpec Alliance's model definitions
(github.com/sunspec/models, json/model_*.json). A source is a figure of `ports/sunspec_figures.py`
in SI units, or a constant; a point without one is sent as "not implemented".
"""

from typing import NamedTuple

UINT16, INT16, UINT32, INT32, UINT64 = "uint16", "int16", "uint32", "int32", "uint64"
ENUM16, BITS16, BITS32, ACC32 = "enum16", "bitfield16", "bitfield32", "acc32"
STRING, SCALE, PAD, COUNT = "string", "sunssf", "pad", "count"
# Registers of a point of each kind; a string brings its own.
# fmt: off
SIZES = {UINT16: 1, INT16: 1, UINT32: 2, INT32: 2, UINT64: 4, ENUM16: 1, BITS16: 1, BITS32: 2,
         ACC32: 2, SCALE: 1, PAD: 1, COUNT: 1}
# What stands in a point that the machine does not have.
NOT_IMPLEMENTED = {
    UINT16: 0xFFFF, INT16: 0x8000, UINT32: 0xFFFFFFFF, INT32: 0x80000000,
    UINT64: 0xFFFFFFFFFFFFFFFF, ENUM16: 0xFFFF, BITS16: 0xFFFF, BITS32: 0xFFFFFFFF, ACC32: 0,
    SCALE: 0x8000, PAD: 0x8000, COUNT: 0xFFFF,
}
# fmt: on


class Point(NamedTuple):
    """One point; `value = figure / figures[per] * times`, as a multiple of 10**factor.

    `sets` is the setting that a write of the point enters; the figure is then that setting's value
    in force. `orders` is the register of the family that it writes instead. What `stays` may be
    written by its definition, but takes nothing but what it shows.
    """

    name: str
    kind: str
    source: str | float | None = None
    factor: str = ""
    times: float = 1.0
    per: str = ""
    sets: str = ""
    stays: bool = False
    size: int = 1
    orders: str = ""


class Model(NamedTuple):
    """One model: its number and its points behind number and length."""

    number: int
    points: tuple[Point, ...]

    @property
    def length(self) -> int:
        """Return how many registers the points take."""
        return sum(point.size for point in self.points)


def of(kind: str, name: str, source: str | float | None = None, factor: str = "") -> Point:
    """Return a point that is only read."""
    return Point(name, kind, source, factor, size=SIZES[kind])


def scale(name: str, exponent: int) -> Point:
    """Return a scale factor."""
    return Point(name, SCALE, exponent)


def text(name: str, size: int, source: str | None = None) -> Point:
    """Return a string of so many registers."""
    return Point(name, STRING, source, size=size)


def percent(name: str, source: str | float, factor: str, kind: str = UINT16) -> Point:
    """Return a ratio, shown in percent."""
    return Point(name, kind, source, factor, times=100.0)


def entry(
    kind: str, name: str, key: str, factor: str = "", times: float = 1.0, per: str = ""
) -> Point:
    """Return a point whose write enters a setting."""
    return Point(name, kind, key, factor, times, per, sets=key, size=SIZES[kind])


def fixed(kind: str, name: str, source: str | float) -> Point:
    """Return a point that takes nothing but what it shows."""
    return Point(name, kind, source, stays=True, size=SIZES[kind])


def nothing(kind: str, *names: str) -> tuple[Point, ...]:
    """Return points that the machine does not have."""
    return tuple(of(kind, name) for name in names)
