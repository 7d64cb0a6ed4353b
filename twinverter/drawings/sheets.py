"""All drawings of a house in reading order."""

from collections.abc import Callable, Sequence
from functools import partial
from types import ModuleType
from typing import NamedTuple

from twinverter.drawings import (
    engine,
    function_port,
    parallel,
    schedule,
    single_line,
    sockets,
    wiring_ac,
    wiring_dc,
)
from twinverter.drawings.board import Board, Kind, TitleBlock
from twinverter.drawings.plan import Group, Plan, plan_of
from twinverter.scenario.house import House

NAMES = (
    "single-line", "wiring-dc", "wiring-ac", "schedule", "gen-port", "parallel", "rj45",
    "function-port",
)  # fmt: skip


class Sheet(NamedTuple):
    """One drawing on a page of A4 in landscape: its name, title, picture and what it shows."""

    name: str
    title: str
    svg: str
    caption: str

    def is_of(self, name: str) -> bool:
        """Return whether it is the drawing of a name, or one of its several sheets."""
        return _is_of(self.name, name)


class _Drawing(NamedTuple):
    """One sheet before it is drawn."""

    name: str
    title: str
    caption: str
    draw: Callable[[Board], None]
    kinds: Sequence[Kind]
    note: str


def sheets(
    house: House, group: Group | None = None, date: str = "", names: Sequence[str] = NAMES
) -> tuple[Sheet, ...]:
    """Return the drawings of a house, or those of some names, in reading order.

    A house without a battery, an array or anything on GEN has no drawing of it; `parallel` is
    there for a group. A group of many units has one sheet for each six of them.
    """
    plan = plan_of(house, group, date)
    drawings = _drawings(plan)
    made = []
    for number, one in enumerate(drawings, start=1):
        if any(_is_of(one.name, name) for name in names):
            source = f"twinverter draw, {house.file}"
            place = f"{number} of {len(drawings)}"
            block = TitleBlock(_name(plan, one), one.title, place, plan.date, source)
            board = Board(block, one.kinds, one.note)
            one.draw(board)
            made.append(Sheet(one.name, one.title, board.svg(one.caption), one.caption))
    return tuple(made)


def _name(plan: Plan, one: _Drawing) -> str:
    """Return the house, and that a sheet shows each unit of a group where it does."""
    alone = plan.group.units == 1 or one.name.startswith("parallel")
    return plan.house.name if alone else f"{plan.house.name}, each of {plan.group.units} units"


def _is_of(sheet: str, name: str) -> bool:
    return sheet == name or sheet.startswith(f"{name}-")


def _drawings(plan: Plan) -> list[_Drawing]:
    """Return every sheet that a house has."""
    of = plan.of
    made = [_plain(plan, "single-line", "Single-line diagram", single_line)]
    if of.site.pv or of.has_battery:
        made.append(_plain(plan, "wiring-dc", "Wiring, DC side", wiring_dc))
    made.append(_plain(plan, "wiring-ac", "Wiring, AC side", wiring_ac))
    made.append(_plain(plan, "schedule", "Cables and terminals", schedule))
    if engine.use_of(plan):
        made.append(_plain(plan, "gen-port", engine.title_of(plan), engine))
    if plan.group.units > 1:
        made += _parallel(plan)
    made.append(_plain(plan, "rj45", "RJ45 sockets", sockets))
    made.append(_plain(plan, "function-port", "Function port", function_port))
    return made


def _plain(plan: Plan, name: str, title: str, drawing: ModuleType) -> _Drawing:
    return _Drawing(
        name,
        title,
        drawing.caption(plan),
        lambda board: drawing.draw(board, plan),
        drawing.KINDS,
        drawing.NOTE,
    )


def _parallel(plan: Plan) -> list[_Drawing]:
    """Return the sheets of a group, numbered where there are several."""
    shown = parallel.pages(plan.group.units)
    return [
        _Drawing(
            "parallel" if len(shown) == 1 else f"parallel-{number}",
            f"{plan.group.units} units side by side",
            parallel.caption(plan),
            partial(_draw_units, plan, units),
            parallel.KINDS,
            parallel.NOTE,
        )
        for number, units in enumerate(shown, start=1)
    ]


def _draw_units(plan: Plan, units: range, board: Board) -> None:
    parallel.draw(board, plan, units)
