"""The lines of the machine that carry a reason."""

from typing import NamedTuple


class Reasons(NamedTuple):
    """The binding rule of each line, as codes of `catalog/reasons.py` (0: none)."""

    battery: float
    grid: float
    pv: float
    generator: float
    load: float
    aux: float
