"""Twinverter: a smart hybrid inverter in software.

>>> from twinverter import load_house, simulate
>>> run = simulate(load_house(), days=1)    # the built-in house, or that of a file
>>> run.summary["steps"], run.summary["balance_error_relative"] < 1e-9
(1440, True)

`run.flows` is an Arrow table with every line at every step, `run.reasons` one that says which rule
bound which line, from when to when:

>>> run.flows.num_rows
1440
>>> run.reasons.column_names
['line', 'reason', 'start', 'end', 'seconds', 'sentence']

What is named here is imported when it is first asked for, so `import twinverter` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twinverter.batch.ask import ask
    from twinverter.batch.fleet import Member, fleet
    from twinverter.batch.run import Run
    from twinverter.batch.simulate import simulate
    from twinverter.scenario.error import HouseError
    from twinverter.scenario.house import House, load_house

__all__ = ["House", "HouseError", "Member", "Run", "ask", "fleet", "load_house", "simulate"]

_HOMES = {
    "House": "twinverter.scenario.house",
    "HouseError": "twinverter.scenario.error",
    "Member": "twinverter.batch.fleet",
    "Run": "twinverter.batch.run",
    "ask": "twinverter.batch.ask",
    "fleet": "twinverter.batch.fleet",
    "load_house": "twinverter.scenario.house",
    "simulate": "twinverter.batch.simulate",
}


def __getattr__(name: str) -> Any:
    """Return a public name from the module that holds it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'twinverter' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
