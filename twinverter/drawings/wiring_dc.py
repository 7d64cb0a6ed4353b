"""The DC side wire by wire: both inputs of the array and the bank, down to the terminals."""

import schemdraw.elements as elm

from twinverter.catalog.terminals import BY_KEY, Block
from twinverter.checker.installation import module_of
from twinverter.drawings import symbols
from twinverter.drawings.board import (
    DASHED,
    DC,
    HAIR,
    LINK,
    NAME_PT,
    OUTLINE,
    PE,
    SIGNAL,
    UNTOLD,
    Board,
    Place,
    wrapped,
)
from twinverter.drawings.parts import device, earth
from twinverter.drawings.plan import (
    ABSENT,
    MAYBE,
    Plan,
    Told,
    breaker_words,
    cable_words,
    laying_words,
    squared,
    told,
    torque_words,
)
from twinverter.scenario.wiring_form import CableForm

# Plus of each pair, from the top; minus lies a pitch below.
PAIRS_CM = {"pv1": 17.7, "pv2": 13.9, "bat": 8.7}
PITCH_CM = 1.1
SOURCE_CM, BREAKER_CM, SURGE_CM, PLUG_CM, MACHINE_CM, NOTES_CM = 1.5, 6.5, 9.3, 12.2, 13.0, 17.4
NOTES_WIDE_CM = 11.0


def draw(board: Board, plan: Plan) -> None:
    """Draw the array's and the bank's wires."""
    board.box((MACHINE_CM, 5.6), (16.6, 19.0))
    board.text(["inverter,", "DC terminals"], (14.8, 11.9), "center", NAME_PT)
    for number in range(len(plan.of.site.pv)):
        _string(board, plan, number)
    if plan.of.has_battery:
        _battery(board, plan)
    foot = (14.8, 5.6)
    if told(plan.of.wiring.earth.connected) != ABSENT:
        earth(board, foot, 0.5)
        board.text("PE of the case", (15.3, 5.1))


def _pair(board: Board, block: Block, level_cm: float, start_cm: float) -> None:
    """Draw the two conductors of a pair and their terminals, by their printed names."""
    for terminal, down_cm in zip(block.terminals, (0.0, PITCH_CM), strict=True):
        at = (PLUG_CM, level_cm - down_cm)
        board.line(DC, (start_cm, at[1]), (PLUG_CM - 0.12, at[1]))
        board.put(elm.Dot(radius=0.12, open=True).at(at))
        board.line(DC, (PLUG_CM + 0.12, at[1]), (MACHINE_CM, at[1]))
        board.text(terminal, (MACHINE_CM + 0.2, at[1] - 0.12), size_pt=NAME_PT)


def _two_pole(
    board: Board, symbol: type[elm.Element2Term], state: Told, start: Place, source_cm: float
) -> None:
    """Draw a device in both conductors, with the link that moves them together."""
    for down_cm in (0.0, PITCH_CM):
        at = (start[0], start[1] - down_cm)
        board.line(DC, (source_cm, at[1]), at)
        if state == ABSENT:
            board.line(DC, at, (at[0] + 1.2, at[1]))
        else:
            device(board, symbol, at, 1.2, state, DC)
    if state != ABSENT and symbol is symbols.CircuitBreaker:
        link_cm = start[0] + 0.6
        board.line(LINK, (link_cm, start[1] + 0.1), (link_cm, start[1] - PITCH_CM + 0.2))


def _source(board: Board, level_cm: float, name: str, words: list[str]) -> float:
    """Draw a source as a box with plus and minus; return where its wires begin."""
    end_cm = SOURCE_CM + 3.9
    board.box((SOURCE_CM, level_cm - PITCH_CM - 0.6), (end_cm, level_cm + 0.6))
    board.text(name, (SOURCE_CM + 0.2, level_cm + 0.05), size_pt=NAME_PT)
    board.text(words, (SOURCE_CM + 0.2, level_cm - 0.45))
    for sign, down_cm in (("+", 0.0), ("−", PITCH_CM)):
        board.text(sign, (end_cm - 0.3, level_cm - down_cm - 0.12), size_pt=NAME_PT)
    return end_cm


def _string(board: Board, plan: Plan, number: int) -> None:
    key = f"pv{number + 1}"
    block, level_cm = BY_KEY[key], PAIRS_CM[key]
    string, pv = plan.of.site.pv[number], plan.of.wiring.pv
    words = wrapped(f"{string.modules_in_series} × {module_of(string).name}", 3.2, 3)
    end_cm = _source(board, level_cm, f"String {number + 1}", words)
    state = told(pv.breaker)
    _two_pole(board, symbols.CircuitBreaker, state, (BREAKER_CM, level_cm), end_cm)
    if state != ABSENT:
        words = ["DC breaker, 2 poles"] if state != MAYBE else [f"DC breaker {UNTOLD}"]
        board.text(words, (BREAKER_CM + 0.6, level_cm - PITCH_CM - 0.55), "center")
    _pair(board, block, level_cm, BREAKER_CM + 1.2)
    _surge(board, plan, level_cm)
    # fmt: off
    _notes(board, level_cm + 0.9, f"{block.name}: string {number + 1}", (
        ("cable", _bare(pv.cable)),
        ("laid", laying_words(pv.cable)),
        ("type, plug", _both(pv.cable_type, pv.connector)),
        ("carries", plan.finding("pv-cable-ampacity")),
        ("loss", plan.finding("pv-cable-loss")),
        *((("worst cold", plan.finding("pv-cold-voltage")),) if number == 0 else ()),
    ))
    # fmt: on


def _bare(cable: CableForm | None) -> str:
    return cable_words(cable) if cable else UNTOLD


def _both(one: str | None, other: str | None) -> str:
    """Return two answers, `not told` once where neither is."""
    return f"{one or UNTOLD}, {other or UNTOLD}" if one or other else UNTOLD


def _surge(board: Board, plan: Plan, level_cm: float) -> None:
    """Draw the arresters of both poles."""
    state = told(plan.of.wiring.pv.surge_protection)
    if state == ABSENT:
        return
    top_cm, foot_cm = level_cm - PITCH_CM - 0.5, level_cm - PITCH_CM - 1.2
    for x_cm, down_cm in ((SURGE_CM + 0.2, 0.0), (SURGE_CM + 0.9, PITCH_CM)):
        board.dot((x_cm, level_cm - down_cm))
        board.line(DC, (x_cm, level_cm - down_cm), (x_cm, top_cm))
    look = DASHED if state == MAYBE else OUTLINE
    board.box((SURGE_CM, foot_cm), (SURGE_CM + 1.1, top_cm), look)
    board.text("SPD", (SURGE_CM + 0.55, foot_cm + 0.24), "center")
    earth(board, (SURGE_CM + 0.55, foot_cm))
    words = ["surge", UNTOLD] if state == MAYBE else ["surge", "protection"]
    board.text(words, (SURGE_CM + 1.25, foot_cm + 0.4))


def _battery(board: Board, plan: Plan) -> None:
    block, level_cm = BY_KEY["bat"], PAIRS_CM["bat"]
    of, wiring = plan.of, plan.of.wiring.battery
    name = of.site.battery.model or of.chemistry.upper()
    end_cm = _source(board, level_cm, "Battery", wrapped(f"{name}, {of.capacity_ah:g} Ah", 3.2, 3))
    state = told(wiring.protection)
    fused = wiring.protection == "fuse"
    symbol = elm.FuseIEEE if fused else symbols.CircuitBreaker
    _two_pole(board, symbol, state, (BREAKER_CM, level_cm), end_cm)
    if state != ABSENT:
        kind = {"fuse": "fuses", "breaker": "DC breaker"}.get(str(wiring.protection), "protection")
        words = [f"{kind}, {breaker_words(wiring.rating_a)}"]
        board.text(words, (BREAKER_CM + 0.6, level_cm - PITCH_CM - 0.75), "center")
    _pair(board, block, level_cm, BREAKER_CM + 1.2)
    _bank_signal(board, plan, level_cm)
    torque = None if wiring.torque_nm is None else torque_words(wiring.torque_nm)
    # fmt: off
    _notes(board, level_cm + 0.9, "BAT: battery", (
        ("cable", _bare(wiring.cable)),
        ("laid", laying_words(wiring.cable)),
        ("carries", plan.finding("bat-cable-ampacity")),
        ("loss", plan.finding("bat-cable-loss")),
        ("protection", plan.finding("bat-breaker")),
        ("lug, torque", _both(wiring.lug, torque)),
    ))
    # fmt: on


def _bank_signal(board: Board, plan: Plan, level_cm: float) -> None:
    """Draw the wire of the bank's management or of its temperature sensor."""
    of = plan.of
    speaks = of.site.battery.bms_speaks and not of.lead_acid
    if not speaks and not (of.lead_acid and of.site.battery.temperature_sensor):
        return
    port, words = ("BMS", "RJ45, 8 pins") if speaks else ("TEMP", "temperature sensor")
    wire_cm = level_cm + 1.5
    board.line(SIGNAL, (3.4, level_cm + 0.6), (3.4, wire_cm), (MACHINE_CM, wire_cm))
    board.text(words, (3.7, wire_cm + 0.15))
    board.text(port, (MACHINE_CM + 0.2, wire_cm - 0.12), size_pt=NAME_PT)


def _notes(board: Board, top_cm: float, title: str, rows: tuple[tuple[str, str], ...]) -> None:
    """Write what the check knows of a pair of wires."""
    board.text(title, (NOTES_CM, top_cm), size_pt=NAME_PT)
    board.line(HAIR, (NOTES_CM, top_cm - 0.15), (NOTES_CM + NOTES_WIDE_CM, top_cm - 0.15))
    level_cm = top_cm - 0.58
    for name, words in rows:
        lines = wrapped(squared(words or UNTOLD), NOTES_WIDE_CM - 2.5, 2)
        board.text(name, (NOTES_CM, level_cm))
        board.text(lines, (NOTES_CM + 2.4, level_cm))
        level_cm -= 0.4 * len(lines) + 0.03


KINDS = (DC, PE, SIGNAL, LINK, DASHED)
NOTE = ""


def caption(plan: Plan) -> str:
    """Return what the drawing shows."""
    return (
        "Array and battery wire by wire, with plus and minus at their printed terminals; "
        "the figures are those of the installation check."
    )
