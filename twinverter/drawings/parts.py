"""Pieces that several drawings share: a device in a line, an earth, the block of the machine."""

import schemdraw.elements as elm

from twinverter.catalog.limits import limit
from twinverter.catalog.machine import MODEL
from twinverter.drawings import symbols
from twinverter.drawings.board import (
    AC,
    DASHED,
    NAME_PT,
    OUTLINE,
    PE,
    Board,
    Kind,
    Place,
)
from twinverter.drawings.plan import MAYBE, Told


def device(
    board: Board,
    symbol: type[elm.Element2Term],
    at: Place,
    long_cm: float,
    state: Told,
    kind: Kind = AC,
    **arguments: object,
) -> Place:
    """Draw a device from a place to the right, dashed where nobody told it; return its far end."""
    end = (at[0] + long_cm, at[1])
    look = DASHED if state == MAYBE else OUTLINE
    element = symbol(ls=look.dashes, lw=max(look.weight_pt, 0.7 * kind.weight_pt), **arguments)
    board.put(element.at(at).theta(0).length(long_cm))
    return end


def earth(board: Board, at: Place, down_cm: float = 0.3) -> None:
    """Draw a connection to earth below a place."""
    foot = (at[0], at[1] - down_cm)
    board.line(PE, at, foot)
    board.put(elm.Ground(lead=False).at(foot))


def machine(board: Board, lower_left: Place, upper_right: Place, words: list[str]) -> None:
    """Draw the machine as a block, with its model and some lines in the middle of it."""
    board.box(lower_left, upper_right, Kind("-", 1.8, ""))
    middle_cm = 0.5 * (lower_left[0] + upper_right[0])
    level_cm = 0.5 * (lower_left[1] + upper_right[1])
    board.text(MODEL, (middle_cm, level_cm), "center", NAME_PT)
    board.text(words, (middle_cm, level_cm - 0.5), "center")


def rating_words() -> list[str]:
    """Return what the machine is, in short lines."""
    return [
        "hybrid inverter",
        f"{limit('rated_w'):g} W, 3L+N+PE",
        f"{limit('nominal_phase_v'):g}/400 V",
    ]


def under(board: Board, at: Place, *words: str, down_cm: float = 0.75) -> None:
    """Write lines centred under a device."""
    board.text(words, (at[0], at[1] - down_cm), "center")


def several(board: Board, at: Place) -> None:
    """Mark a line as several conductors."""
    board.put(symbols.Conductors().at(at).theta(0))


def hanging(board: Board, at: Place, letters: str, state: Told, kind: Kind = AC) -> None:
    """Draw a device that hangs from a line and leads to earth, dashed where nobody told it."""
    top_cm, foot_cm = at[1] - 0.5, at[1] - 1.2
    board.dot(at)
    board.line(kind, at, (at[0], top_cm))
    look = DASHED if state == MAYBE else OUTLINE
    board.box((at[0] - 0.55, foot_cm), (at[0] + 0.55, top_cm), look)
    board.text(letters, (at[0], foot_cm + 0.24), "center")
    earth(board, (at[0], foot_cm))
