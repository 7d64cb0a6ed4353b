"""What every clue is made with: the register, limits that several share, and figures in words.

The docstring of a clue says when it holds; what it returns is the sentence, else nothing.
"""

from collections.abc import Callable

from twinverter.words import figures
from twinverter.words.readings import Readings, told

Find = Callable[[Readings], str]

FINDERS: dict[str, Find] = {}
NAMES = ("L1", "L2", "L3")
# A load has moved a figure where power moved this much, and the figure this much.
MOVED_W, MOVED_V, MOVED_HZ = 500.0, 8.0, 0.3
# So many readings may be of the moment at which a load comes or goes.
PASSING = 2


def clue(find: Find) -> Find:
    """Register a function under its own name as a clue."""
    FINDERS[find.__name__] = find
    return find


def in_w(value_w: float) -> str:
    """Return a power as a sentence shows it."""
    return figures.power(value_w)


def in_v(value_v: float) -> str:
    """Return a voltage as a sentence shows it."""
    return told("grid_v_l1", value_v)


def in_hz(value_hz: float) -> str:
    """Return a frequency as a sentence shows it."""
    return told("grid_hz", value_hz)


def in_a(value_a: float) -> str:
    """Return a current as a sentence shows it."""
    return told("charge_limit_a", value_a)


def in_ma(value_a: float) -> str:
    """Return a leakage as a sentence shows it."""
    return told("residual_a", value_a)
