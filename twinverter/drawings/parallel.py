"""Units side by side: one line for each, their breakers by the manual's numbers, one set of clamps.

The manual's drawing of three units (3.11) numbers the batteries' breakers first, then for each unit
that of GRID and that of LOAD, and last the one of the home loads; more units go on the same way.
"""

import schemdraw.elements as elm

from twinverter.drawings import symbols
from twinverter.drawings.board import (
    AC,
    DASHED,
    DC,
    NAME_PT,
    OUTLINE,
    PE,
    SIGNAL,
    Board,
    Kind,
    Place,
    wrapped,
)
from twinverter.drawings.plan import ABSENT, MAYBE, Plan, Told, breaker_words, told

PER_SHEET, MOST_NUMBERS = 6, 4
FIRST_CM, PITCH_CM, HALF_CM = 4.3, 4.25, 1.5
GRID_CM, LOAD_CM, BREAKER_CM = 18.2, 17.0, 15.9
BLOCK_CM = (9.6, 13.7)
LINK_CM, BATTERY_CM, EARTH_CM = 10.9, 7.0, 5.7
LEFT_CM, RIGHT_CM = 1.5, 28.2
NOTES_CM = 4.55
BAR = Kind("-", 2.6, "")


def breaker_numbers(units: int, unit: int) -> tuple[int, int, int]:
    """Return the numbers of a unit's breakers at battery, GRID and LOAD; units count from 0."""
    return unit + 1, units + 1 + 2 * unit, units + 2 + 2 * unit


def home_number(units: int) -> int:
    """Return the number of the breaker of the home loads."""
    return 3 * units + 1


def pages(units: int) -> list[range]:
    """Return the units on each sheet."""
    return [range(first, min(first + PER_SHEET, units)) for first in range(0, units, PER_SHEET)]


def draw(board: Board, plan: Plan, shown: range) -> None:
    """Draw the units of one sheet between the bars they share."""
    first, last = shown.start == 0, shown.stop == plan.group.units
    end_cm = _x_cm(len(shown) - 1) + HALF_CM + 0.4
    _bars(board, plan, end_cm, first, last)
    for place, unit in enumerate(shown):
        _unit(board, plan, unit, _x_cm(place))
    for place in range(len(shown)):
        _chain(board, _x_cm(place), place > 0 or not first, place < len(shown) - 1 or not last)
    if first and plan.of.site.measuring.ct:
        _clamps(board, plan)
    _notes(board, plan)


def _x_cm(place: int) -> float:
    return FIRST_CM + place * PITCH_CM


def _bars(board: Board, plan: Plan, end_cm: float, first: bool, last: bool) -> None:
    """Draw what all units hang on: mains, backup loads, earth, and the bank where they share it."""
    start_cm = LEFT_CM + 1.0
    if plan.has_mains:
        board.line(BAR, (start_cm, GRID_CM), (end_cm, GRID_CM))
    board.line(BAR, (start_cm, LOAD_CM), (end_cm, LOAD_CM))
    board.line(PE, (start_cm, EARTH_CM), (end_cm, EARTH_CM))
    if first and plan.has_mains:
        board.put(symbols.Rotating("3~").at((LEFT_CM, GRID_CM)).theta(0).length(1.0))
        board.text("mains", (LEFT_CM, GRID_CM + 0.7), size_pt=NAME_PT)
    if first:
        board.put(elm.Ground().at((start_cm, EARTH_CM)))
        board.text("PE", (LEFT_CM, EARTH_CM - 0.1), size_pt=NAME_PT)
        board.text("LOAD", (LEFT_CM - 0.2, LOAD_CM - 0.1), size_pt=NAME_PT)
    if plan.group.shared_bank and plan.of.has_battery:
        board.line(DC, (start_cm, BATTERY_CM), (end_cm, BATTERY_CM))
    if not last:
        board.text("goes on", (end_cm + 0.4, GRID_CM + 0.25), "right")
        return
    _consumers(board, plan, end_cm)


def _consumers(board: Board, plan: Plan, end_cm: float) -> None:
    """Draw the loads at the end of both bars."""
    number = home_number(plan.group.units)
    if plan.has_mains:
        tap_cm = end_cm - 0.5
        board.line(AC, (tap_cm, GRID_CM), (tap_cm, GRID_CM + 0.5))
        board.put(symbols.CircuitBreaker().at((tap_cm, GRID_CM + 0.5)).theta(180).length(1.2))
        board.put(
            elm.Arrow(lw=AC.weight_pt)
            .at((tap_cm - 1.2, GRID_CM + 0.5))
            .to((tap_cm - 1.9, GRID_CM + 0.5))
        )
        board.text(f"{number}", (tap_cm - 0.6, GRID_CM + 1.0), "center", NAME_PT)
        board.text("home loads", (tap_cm - 2.1, GRID_CM + 0.4), "right")
    board.put(elm.Arrow(lw=AC.weight_pt).at((end_cm, LOAD_CM)).to((end_cm + 0.6, LOAD_CM)))
    board.text("backup loads", (end_cm + 0.4, LOAD_CM + 0.25), "right")


def _unit(board: Board, plan: Plan, unit: int, x_cm: float) -> None:
    """Draw one unit with its three breakers, its battery and its earth."""
    low_cm, high_cm = BLOCK_CM
    group, wiring = plan.group, plan.of.wiring
    battery, grid, load = breaker_numbers(group.units, unit)
    board.box((x_cm - HALF_CM, low_cm), (x_cm + HALF_CM, high_cm), Kind("-", 1.6, ""))
    board.text(f"Unit {unit + 1}", (x_cm, high_cm - 1.2), "center", NAME_PT)
    phase = f"phase {group.phases[unit]}" if group.phases else "three phases"
    words = ["master" if unit == 0 else "slave", f"Modbus DN {unit + 1}", phase]
    board.text(words, (x_cm, high_cm - 1.65), "center")
    # fmt: off
    ports = (
        ("GRID", x_cm - 0.8, GRID_CM, grid, told(wiring.grid.breaker_a), plan.has_mains),
        ("LOAD", x_cm + 0.8, LOAD_CM, load, told(wiring.load.breaker_a), True),
    )
    # fmt: on
    for name, at_cm, bar_cm, number, state, used in ports:
        board.text(name, (at_cm, high_cm - 0.5), "center", NAME_PT)
        if used:
            _drop(board, (at_cm, bar_cm), high_cm, state, number)
    if plan.of.has_battery:
        _bank(board, plan, x_cm, battery)
    board.line(PE, (x_cm + 1.1, low_cm), (x_cm + 1.1, EARTH_CM))
    board.dot((x_cm + 1.1, EARTH_CM))
    board.text("PE", (x_cm + 1.1, low_cm + 0.2), "center")


def _drop(board: Board, top: Place, foot_cm: float, state: Told, number: int) -> None:
    """Draw the line from a bar to a port through its breaker."""
    board.dot(top)
    board.line(AC, top, (top[0], BREAKER_CM))
    if state == ABSENT:
        board.line(AC, (top[0], BREAKER_CM), (top[0], foot_cm))
        return
    look = DASHED if state == MAYBE else OUTLINE
    breaker = symbols.CircuitBreaker(ls=look.dashes, lw=look.weight_pt)
    board.put(breaker.at((top[0], BREAKER_CM)).to((top[0], BREAKER_CM - 1.2)))
    board.line(AC, (top[0], BREAKER_CM - 1.2), (top[0], foot_cm))
    board.text(str(number), (top[0] - 0.3, BREAKER_CM - 0.7), "right", NAME_PT)


def _bank(board: Board, plan: Plan, x_cm: float, number: int) -> None:
    """Draw a unit's breaker at the battery, and its own bank or the way to the shared one."""
    low_cm, at_cm = BLOCK_CM[0], x_cm - 0.5
    state = told(plan.of.wiring.battery.protection)
    board.text("BAT", (at_cm, low_cm + 0.2), "center", NAME_PT)
    if state == ABSENT:
        board.line(DC, (at_cm, low_cm), (at_cm, low_cm - 1.4))
    else:
        look = DASHED if state == MAYBE else OUTLINE
        fused = plan.of.wiring.battery.protection == "fuse"
        symbol = elm.FuseIEEE if fused else symbols.CircuitBreaker
        board.line(DC, (at_cm, low_cm), (at_cm, low_cm - 0.3))
        element = symbol(ls=look.dashes, lw=look.weight_pt)
        board.put(element.at((at_cm, low_cm - 0.3)).to((at_cm, low_cm - 1.4)))
        board.text(str(number), (at_cm - 0.4, low_cm - 1.0), "right", NAME_PT)
    if plan.group.shared_bank:
        board.line(DC, (at_cm, low_cm - 1.4), (at_cm, BATTERY_CM))
        board.dot((at_cm, BATTERY_CM))
        if number == 1:
            board.put(elm.Battery(lw=1.4).at((LEFT_CM + 0.3, BATTERY_CM)).to((2.5, BATTERY_CM)))
            board.text("one bank", (LEFT_CM - 0.2, BATTERY_CM + 0.6))
        return
    board.line(DC, (at_cm, low_cm - 1.4), (at_cm, BATTERY_CM + 0.5))
    board.put(elm.Battery(lw=1.4).at((at_cm, BATTERY_CM + 0.5)).to((at_cm, BATTERY_CM - 0.1)))


def _chain(board: Board, x_cm: float, before: bool, after: bool) -> None:
    """Draw the sockets of the parallel cable and the cable to the next unit."""
    half_cm = 0.5 * (PITCH_CM - 2.0 * HALF_CM)
    board.text("B", (x_cm - HALF_CM + 0.15, LINK_CM - 0.12), size_pt=NAME_PT)
    board.text("A", (x_cm + HALF_CM - 0.15, LINK_CM - 0.12), "right", NAME_PT)
    for there, side in ((before, -1.0), (after, 1.0)):
        if there:
            edge_cm = x_cm + side * HALF_CM
            board.line(SIGNAL, (edge_cm, LINK_CM), (edge_cm + side * half_cm, LINK_CM))


def _clamps(board: Board, plan: Plan) -> None:
    """Draw the one set of clamps at the mains, wired to the master."""
    ring_cm, low_cm, edge_cm = LEFT_CM + 1.35, 12.6, FIRST_CM - HALF_CM
    board.put(symbols.Clamp().at((ring_cm - 0.25, GRID_CM)).theta(0).length(0.5))
    board.line(SIGNAL, (ring_cm, GRID_CM - 0.25), (ring_cm, GRID_CM - 2.0), (1.8, GRID_CM - 2.0))
    board.line(SIGNAL, (1.8, GRID_CM - 2.0), (1.8, low_cm), (edge_cm, low_cm))
    board.text("CT", (edge_cm + 0.15, low_cm - 0.12), size_pt=NAME_PT)


def _notes(board: Board, plan: Plan) -> None:
    """Write the ratings of the numbered breakers and the rules of the group."""
    units, wiring = plan.group.units, plan.of.wiring
    numbers = [breaker_numbers(units, unit) for unit in range(units)]
    battery, grid, load = (_series([row[port] for row in numbers]) for port in range(3))
    lines = [
        f"Breakers: {battery} battery, {breaker_words(wiring.battery.rating_a)}; "
        f"{grid} GRID, {breaker_words(wiring.grid.breaker_a)}; "
        f"{load} LOAD, {breaker_words(wiring.load.breaker_a)}; "
        f"{home_number(units)} home loads, sized by them.",
        "One set of clamps, to the master. The parallel cable (CAN) goes from A to B. "
        "Every unit has its own strings, its own Modbus DN and the same settings.",
    ]
    lines = [part for line in lines for part in wrapped(line, RIGHT_CM - LEFT_CM, 2)]
    board.text(lines[:3], (LEFT_CM, NOTES_CM))


def _series(numbers: list[int]) -> str:
    """Return equally spaced numbers, the middle of a long row left out."""
    if len(numbers) <= MOST_NUMBERS:
        return ", ".join(map(str, numbers))
    return f"{numbers[0]}, {numbers[1]} … {numbers[-1]}"


KINDS = (DC, AC, PE, SIGNAL, DASHED)
NOTE = "Bars: L1, L2, L3, N, PE."


def caption(plan: Plan) -> str:
    """Return what the drawing shows."""
    group = plan.group
    how = "single-phase units on their phases" if group.phases else "three-phase units"
    bank = "one shared bank" if group.shared_bank else "a bank each"
    return f"{group.units} {how} side by side with {bank}, one set of clamps and one CAN chain."
