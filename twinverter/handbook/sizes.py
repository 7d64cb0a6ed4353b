"""Which cable and breaker would do for a current: the smallest in `catalog/cables.py`."""

from collections.abc import Sequence

from twinverter.book.document import Table
from twinverter.catalog.cables import CARRIED, MM2, Carried

LAID = {
    "insulated_wall": "in an insulated wall",
    "conduit": "in a conduit",
    "surface": "on a surface",
    "free_air": "free in air",
}


def breaker_a(current_a: float, sizes_a: Sequence[float], most_a: float) -> float | None:
    """Return the smallest breaker sold for a current and not above a bound, None where none is."""
    fits = [size_a for size_a in sizes_a if current_a <= size_a <= most_a]
    return min(fits, default=None)


def smallest_mm2(row: Carried, current_a: float, least_mm2: float) -> float | None:
    """Return the smallest listed size that carries a current, None where none does."""
    fits = (
        size_mm2
        for size_mm2, carried_a in zip(MM2, row.amperes, strict=True)
        if carried_a >= current_a and size_mm2 >= least_mm2
    )
    return next(fits, None)


def cable_table(
    currents_a: Sequence[float], loaded: int, least_mm2: float, insulations: set[str]
) -> Table:
    """Return the smallest copper cables behind breakers, by insulation and how they are laid."""
    rows = tuple(
        (
            LAID[row.method],
            row.insulation.upper(),
            *(_size(smallest_mm2(row, current_a, least_mm2)) for current_a in currents_a),
            f"{row.source}, air at {row.reference_c:g} °C",
        )
        for row in CARRIED
        if row.loaded == loaded and row.insulation in insulations
    )
    caption = (
        f"Smallest copper cables, none below {least_mm2:g} mm²; warmer air and bundles need more."
    )
    head = ("Laid", "Insulation", *(f"For {current_a:g} A" for current_a in currents_a), "Table")
    shares = (24.0, 14.0, *(18.0 for _ in currents_a), 40.0)
    return Table(head, rows, shares, caption)


def _size(size_mm2: float | None) -> str:
    return "none of the table" if size_mm2 is None else f"{size_mm2:g} mm²"
