"""The AC side wire by wire: the blocks GRID, LOAD and GEN down to busbars and boards."""

import schemdraw.elements as elm

from twinverter.catalog.terminals import BY_KEY, FIVE, Block
from twinverter.checker.engine import GENERATOR, MICRO
from twinverter.drawings import symbols
from twinverter.drawings.board import (
    AC,
    DASHED,
    LINK,
    NAME_PT,
    OUTLINE,
    PE,
    SIGNAL,
    UNTOLD,
    Board,
    Kind,
    Place,
    wrapped,
)
from twinverter.drawings.plan import (
    ABSENT,
    MAYBE,
    Plan,
    breaker_words,
    cable_words,
    drop_words,
    guard_words,
    laying_words,
    told,
    torque_words,
)
from twinverter.scenario.wiring_form import AcPortForm

# The blocks from left to right, where their first terminal lies, and the pitch of terminals.
BLOCKS_CM = {"gen": 2.2, "load": 11.2, "grid": 20.2}
PITCH_CM = 1.1
TOP_CM, TERMINAL_CM = 19.3, 17.9
BREAKER_CM, DEVICE_CM, BUS_CM, EARTH_BAR_CM, FOOT_CM = 16.2, 13.5, 9.2, 8.3, 10.3
NOTES_CM = 7.2
PHASES = 3
NEUTRAL, EARTH = 3, 4


def draw(board: Board, plan: Plan) -> None:
    """Draw the three blocks and what lies under each."""
    board.box((1.4, TERMINAL_CM - 0.35), (28.3, TOP_CM))
    board.text("inverter, AC terminals", (28.1, TOP_CM - 0.5), "right")
    _bars(board, plan)
    for key in ("gen", "load", "grid"):
        used = {"gen": plan.gen_used, "load": True, "grid": plan.has_mains or plan.gen_on_grid}
        _block(board, BY_KEY[key], used[key])
        if used[key]:
            _wires(board, plan, key)
            _notes(board, plan, key)
    _bond(board, plan)


def _x_cm(key: str, place: int) -> float:
    return BLOCKS_CM[key] + place * PITCH_CM


def _block(board: Board, block: Block, used: bool) -> None:
    """Draw a terminal block with its five printed names."""
    key = block.key
    board.text(block.name, (_x_cm(key, 2), TOP_CM - 0.5), "center", NAME_PT)
    for place, name in enumerate(FIVE):
        at = (_x_cm(key, place), TERMINAL_CM)
        board.put(elm.Dot(radius=0.14, open=True).at(at))
        board.text(name, (at[0], at[1] + 0.3), "center")
    if not used:
        board.text("not used", (_x_cm(key, 2), TERMINAL_CM - 0.9), "center")


def _bars(board: Board, plan: Plan) -> None:
    """Draw the N busbar and the earth bar."""
    for level_cm, name in ((BUS_CM, "N busbar"), (EARTH_BAR_CM, "PE bar")):
        board.line(Kind("-", 3.0, ""), (3.6, level_cm), (27.2, level_cm))
        board.text(name, (1.5, level_cm - 0.12), size_pt=NAME_PT)
    if told(plan.of.wiring.earth.connected) != ABSENT:
        board.line(PE, (27.6, EARTH_BAR_CM), (27.2, EARTH_BAR_CM))
        board.put(elm.Ground().at((27.6, EARTH_BAR_CM)))


def _port(plan: Plan, key: str) -> AcPortForm:
    form = getattr(plan.of.wiring, key)
    assert isinstance(form, AcPortForm)
    return form


def _wires(board: Board, plan: Plan, key: str) -> None:
    """Draw the five wires of a block."""
    state, low_cm = told(_port(plan, key).breaker_a), TERMINAL_CM - 0.14
    for place in range(PHASES):
        x_cm = _x_cm(key, place)
        board.line(AC, (x_cm, low_cm), (x_cm, BREAKER_CM))
        if state == ABSENT:
            board.line(AC, (x_cm, BREAKER_CM), (x_cm, BREAKER_CM - 1.2))
        else:
            look = DASHED if state == MAYBE else OUTLINE
            breaker = symbols.CircuitBreaker(ls=look.dashes, lw=look.weight_pt)
            board.put(breaker.at((x_cm, BREAKER_CM)).to((x_cm, BREAKER_CM - 1.2)))
        board.line(AC, (x_cm, BREAKER_CM - 1.2), (x_cm, FOOT_CM))
    if state != ABSENT:
        link_cm = BREAKER_CM - 0.6
        board.line(LINK, (_x_cm(key, 0) + 0.2, link_cm), (_x_cm(key, 2) + 0.1, link_cm))
    neutral_cm, earth_cm = _x_cm(key, NEUTRAL), _x_cm(key, EARTH)
    wired = _port(plan, key).conductors or FIVE
    if "N" in wired:
        board.line(AC, (neutral_cm, low_cm), (neutral_cm, FOOT_CM if key == "load" else BUS_CM))
    if "N" in wired and key != "load":
        board.dot((neutral_cm, BUS_CM))
    if "PE" in wired:
        board.line(PE, (earth_cm, low_cm), (earth_cm, EARTH_BAR_CM))
        board.dot((earth_cm, EARTH_BAR_CM))
    _UNDER[key](board, plan)


def _foot(board: Board, key: str, words: list[str]) -> None:
    """Write what the phases go to; behind LOAD, neutral goes there too and to no common busbar."""
    last = NEUTRAL if key == "load" else PHASES - 1
    left_cm, right_cm = _x_cm(key, 0) - 0.5, _x_cm(key, last) + 0.5
    board.box((left_cm, FOOT_CM - 0.6), (right_cm, FOOT_CM))
    board.text(words, (0.5 * (left_cm + right_cm), FOOT_CM - 0.42), "center")


def _under_grid(board: Board, plan: Plan) -> None:
    """Draw the clamps around the phases at the mains, and the board."""
    if plan.gen_on_grid and not plan.has_mains:
        _foot(board, "grid", ["generator"])
        return
    ct = plan.of.wiring.ct
    if plan.of.site.measuring.ct:
        count = PHASES if ct.count is None else min(ct.count, PHASES)
        for place in range(count):
            x_cm = _x_cm("grid", place)
            board.put(symbols.Clamp().at((x_cm, DEVICE_CM)).to((x_cm, DEVICE_CM - 0.5)))
        level_cm, end_cm = DEVICE_CM - 0.25, _x_cm("grid", 0) - 1.4
        board.line(SIGNAL, (_x_cm("grid", 0) - 0.25, level_cm), (end_cm, level_cm))
        board.line(SIGNAL, (end_cm, level_cm), (end_cm, TERMINAL_CM - 0.35))
        board.text("CT", (end_cm, TERMINAL_CM - 0.15), "center")
        phases = ", ".join(ct.phases) if ct.phases else f"phases {UNTOLD}"
        facing = {"inverter": "arrow to the inverter", "grid": "arrow to the mains"}
        words = [f"clamps: {phases};", facing.get(str(ct.facing), f"direction {UNTOLD}")]
        board.text(words, (_x_cm("grid", EARTH) + 0.25, DEVICE_CM - 0.2))
    _foot(board, "grid", ["ATS, main board" if plan.gen_on_grid else "main board"])


def _under_load(board: Board, plan: Plan) -> None:
    """Draw the residual current device and the LOAD board."""
    rcd = plan.of.wiring.load.rcd
    state = told(rcd)
    if state != ABSENT:
        look = DASHED if state == MAYBE else OUTLINE
        low_cm, high_cm = DEVICE_CM - 0.9, DEVICE_CM
        left_cm, right_cm = _x_cm("load", 0) - 0.4, _x_cm("load", NEUTRAL) + 0.4
        board.box((left_cm, low_cm), (right_cm, high_cm), look)
        kind = UNTOLD if state == MAYBE else f"type {rcd}"
        board.text(f"RCD {kind}", (left_cm - 0.2, low_cm + 0.35), "right")
    _foot(board, "load", ["LOAD board"])


def _under_gen(board: Board, plan: Plan) -> None:
    words = {GENERATOR: "generator", MICRO: "micro-inverters"}.get(plan.on_gen, "smart load")
    _foot(board, "gen", [words])


_UNDER = {"grid": _under_grid, "load": _under_load, "gen": _under_gen}


def _bond(board: Board, plan: Plan) -> None:
    """Draw what ties neutral of the LOAD block to earth, before the residual current device."""
    bond = plan.of.wiring.earth.neutral_bond
    state = told(bond)
    if state == ABSENT:
        return
    look, level_cm = DASHED if state == MAYBE else OUTLINE, BREAKER_CM - 0.6
    start_cm, end_cm = _x_cm("load", NEUTRAL), _x_cm("load", EARTH)
    board.dot((start_cm, level_cm))
    board.line(AC, (start_cm, level_cm), (start_cm + 0.25, level_cm))
    board.box((start_cm + 0.25, level_cm - 0.3), (end_cm - 0.25, level_cm + 0.3), look)
    board.line(PE, (end_cm - 0.25, level_cm), (end_cm, level_cm))
    board.dot((end_cm, level_cm))
    words = {
        "ats_relay": ["relay on ATS,", "closed off grid"],
        "other_relay": ["a relay of its own,", "closed off grid"],
        "fixed": ["a fixed link"],
    }.get(str(bond), [UNTOLD])
    board.text(["neutral bond:", *words], (end_cm + 0.25, level_cm + 0.2))


def _notes(board: Board, plan: Plan, key: str) -> None:
    """Write what the check knows of a block's cable and breaker."""
    port, left = _port(plan, key), _x_cm(key, 0) - 0.6
    size = breaker_words(port.breaker_a)
    at: Place = (left, NOTES_CM)
    board.text(f"{BY_KEY[key].name}: breaker {size}", at, size_pt=NAME_PT)
    lines = [cable_words(port.cable)]
    if port.cable is not None:
        lines += [laying_words(port.cable), f"drop: {drop_words(port)}"]
        lines += wrapped(guard_words(plan, key), 7.6, 2)
    lines.append(f"torque: {torque_words(port.torque_nm)}")
    earth_mm2 = plan.of.wiring.earth.mm2
    if key == "grid":
        lines.append(f"PE to earth: {UNTOLD if earth_mm2 is None else f'{earth_mm2:g} mm²'}")
    board.text(lines, (left, NOTES_CM - 0.5))


KINDS = (AC, PE, SIGNAL, LINK, DASHED)
NOTE = ""


def caption(plan: Plan) -> str:
    """Return what the drawing shows."""
    return (
        "The blocks GRID, LOAD and GEN terminal by terminal, with breakers, clamps, residual "
        "current device, N busbar, earth bar and the neutral bond."
    )
