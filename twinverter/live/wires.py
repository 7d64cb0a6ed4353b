"""What devices outside say over a wire: inputs that stand above the hands and the house's course.

A foreign battery management or a foreign meter is a source; what it says holds until it says
something else or its wire is taken away. Nothing of it is remembered over a restart: the device
outside will say it again.
"""

import math
from collections.abc import Mapping

from twinverter.live.course import NAMES

Row = dict[str, float]
# Time and the look of a person come over no wire.
WIRED = frozenset(NAMES) - {"clock_s", "acknowledged"}


class Wires:
    """The inputs that wires hold, by source; where two hold one, the later to begin counts."""

    def __init__(self) -> None:
        self._held: dict[str, Row] = {}

    def put(self, source: str, values: Mapping[str, float]) -> None:
        """Let a source hold these inputs and no others; ValueError where one cannot be held."""
        for name, value in values.items():
            if name not in WIRED:
                raise ValueError(f"wire {source}: {name} is no input that a wire can hold")
            if not math.isfinite(value):
                raise ValueError(f"wire {source}: {name} = {value} is no number")
        self._held[source] = {name: float(value) for name, value in values.items()}

    def drop(self, source: str) -> None:
        """Give back what a source holds."""
        self._held.pop(source, None)

    def applied(self, row: Row) -> Row:
        """Return a row of the world, changed in place to what wires hold of it."""
        for values in self._held.values():
            row.update(values)
        return row

    def shown(self) -> dict[str, Row]:
        """Return what each source holds, for whoever shows it."""
        return {
            source: {name: round(value, 2) for name, value in values.items()}
            for source, values in self._held.items()
        }
