"""The GRID row of the single-line diagram: breaker, change-over, main board, meters, mains."""

import schemdraw.elements as elm

from twinverter.drawings import symbols
from twinverter.drawings.board import (
    AC,
    NAME_PT,
    SIGNAL,
    UNTOLD,
    Board,
    Place,
)
from twinverter.drawings.line_rows import (
    BOARD_CM,
    BOX_CM,
    CLAMP_CM,
    FAR_CM,
    GRID_CM,
    METER_CM,
    RIGHT_CM,
    SECOND_CM,
    SUPPLY_CM,
    ac_breaker,
)
from twinverter.drawings.parts import device, earth, several, under
from twinverter.drawings.plan import (
    MAKES,
    MAYBE,
    THERE,
    Plan,
    Told,
    cable_words,
    told,
)
from twinverter.scenario.load_form import AppliancesForm


def draw_grid(board: Board, plan: Plan) -> None:
    """Draw the GRID port: breaker, change-over, main board with its loads, clamps, meter, mains."""
    port, level_cm = plan.of.wiring.grid, GRID_CM
    board.text("GRID", (RIGHT_CM - 0.2, level_cm - 0.1), "right", NAME_PT)
    if not plan.has_mains and not plan.gen_on_grid:
        board.text(["nothing connected:", "no mains here"], (RIGHT_CM + 0.3, level_cm))
        return
    board.line(AC, (RIGHT_CM, level_cm), (17.7, level_cm))
    end = ac_breaker(board, (17.7, level_cm), port.breaker_a)
    board.text(cable_words(port.cable), (RIGHT_CM + 0.2, level_cm + 0.75))
    several(board, (17.3, level_cm))
    if plan.gen_on_grid:
        end = _generator_on_grid(board, plan, end)
    if plan.has_mains:
        _house_connection(board, plan, end)


def _house_connection(board: Board, plan: Plan, start: Place) -> None:
    """Draw the main board, what measures there, and the mains."""
    level_cm, ct = start[1], plan.of.wiring.ct
    measured = plan.of.site.measuring.meter != "none"
    boxes_cm = (METER_CM, SUPPLY_CM) if measured else (SUPPLY_CM,)
    for box_cm in boxes_cm:
        board.line(AC, start, (box_cm, level_cm))
        start = (box_cm + BOX_CM, level_cm)
    board.line(AC, start, (FAR_CM - 1.0, level_cm))
    board.box((BOARD_CM - 0.08, level_cm - 0.8), (BOARD_CM + 0.08, level_cm + 2.4))
    board.text("main board", (BOARD_CM, level_cm + 2.6), "center", NAME_PT)
    if _has_home(plan):
        home_cm = level_cm + 1.9
        device(board, symbols.CircuitBreaker, (BOARD_CM + 0.08, home_cm), 1.2, MAYBE)
        board.put(elm.Arrow(lw=AC.weight_pt).at((BOARD_CM + 1.28, home_cm)).to((23.4, home_cm)))
        board.text(["home loads: dark", "in an outage"], (23.6, home_cm + 0.1))
    if plan.of.site.measuring.ct:
        behind = ct.before_all_loads is False
        _clamps(board, plan, (BOARD_CM - 0.9 if behind else BOARD_CM + 0.9, level_cm))
    _meters(board, plan, level_cm)
    board.put(symbols.Rotating("3~").at((FAR_CM - 1.0, level_cm)).theta(0).length(1.0))
    volts = plan.of.world.grid.voltage_v
    shown_v = max(volts) if isinstance(volts, list) else volts
    board.text("mains", (FAR_CM, level_cm + 1.1), "right", NAME_PT)
    words = f"{shown_v:g} V, {plan.of.world.grid.frequency_hz:g} Hz"
    board.text(words, (FAR_CM, level_cm + 0.7), "right")


def _has_home(plan: Plan) -> bool:
    home = plan.of.world.home
    return not isinstance(home, AppliancesForm) or bool(home.appliances)


def _clamps(board: Board, plan: Plan, at: Place) -> None:
    """Draw the clamps and their wire to the function port."""
    ct = plan.of.wiring.ct
    board.put(symbols.Clamp().at(at).theta(0).length(0.5))
    count = f"CT × {ct.count}" if ct.count is not None else "CT"
    board.text(count, (at[0] + 0.55, at[1] + 0.5), "right")
    facing = {"inverter": "arrow to inverter", "grid": "arrow to mains"}.get(
        str(ct.facing), f"direction {UNTOLD}"
    )
    ring_cm = at[0] + 0.25
    board.line(SIGNAL, (ring_cm, at[1] - 0.25), (ring_cm, CLAMP_CM), (RIGHT_CM, CLAMP_CM))
    board.text(facing, (RIGHT_CM + 0.2, CLAMP_CM + 0.15))
    board.text("CT", (RIGHT_CM - 0.2, CLAMP_CM - 0.1), "right", NAME_PT)


def _meters(board: Board, plan: Plan, level_cm: float) -> None:
    """Draw the machine's own meter, where there is one, and the supplier's."""
    make = plan.of.site.measuring.meter
    if make != "none":
        at_cm, wire_cm = METER_CM, CLAMP_CM - 0.8
        _in_line(board, (at_cm, level_cm), "meter", THERE)
        board.text(MAKES[make], (at_cm + 0.6, level_cm + 1.0), "center")
        board.line(
            SIGNAL, (at_cm + 0.6, level_cm - 0.4), (at_cm + 0.6, wire_cm), (RIGHT_CM, wire_cm)
        )
        board.text("RS485", (RIGHT_CM - 0.2, wire_cm - 0.1), "right", NAME_PT)
    counts = plan.of.wiring.meter_counts
    at_cm = SUPPLY_CM
    _in_line(board, (at_cm, level_cm), "kWh", told(counts))
    words = {"sum": "counts the sum", "per_phase": "each phase"}.get(str(counts), UNTOLD)
    under(board, (at_cm + 0.6, level_cm), "supply meter", words)


def _in_line(board: Board, at: Place, letters: str, state: Told) -> None:
    """Draw a box in a line that leaves room for it."""
    device(board, symbols.Boxed, at, BOX_CM, state, letters=letters)


def _generator_on_grid(board: Board, plan: Plan, start: Place) -> Place:
    """Draw a generator on the GRID port, behind a change-over where there are mains too.

    Returns where the mains go on.
    """
    level_cm, pole_cm = start[1], 19.8
    row_cm = SECOND_CM if plan.has_mains else level_cm
    if plan.has_mains:
        _in_line(board, (19.2, level_cm), "ATS", THERE)
        board.line(AC, start, (19.2, level_cm))
        board.line(AC, (pole_cm, level_cm - 0.4), (pole_cm, row_cm), (22.4, row_cm))
        board.text(
            ["change-over: mains", "or generator, never both"], (pole_cm + 0.2, row_cm + 1.1)
        )
    else:
        board.line(AC, start, (22.4, row_cm))
    wire_cm = row_cm - (1.2 if plan.has_mains else 1.7)
    if plan.starts_generator:
        board.text("G-start", (RIGHT_CM - 0.2, wire_cm - 0.1), "right", NAME_PT)
    generator(board, plan, (22.4, row_cm), [(RIGHT_CM, wire_cm)])
    return 20.4, level_cm


def generator(board: Board, plan: Plan, at: Place, start: list[Place]) -> None:
    """Draw a generator, and the wire that starts it from the machine through some places."""
    genset = plan.of.site.genset
    assert genset is not None
    board.put(symbols.Rotating("G 3~").at(at).theta(0).length(1.0))
    board.text("generator", (at[0] + 1.3, at[1] + 0.05), size_pt=NAME_PT)
    board.text(f"{genset.fuel}, {genset.rated_w:g} W", (at[0] + 1.3, at[1] - 0.4))
    earth(board, (at[0] + 0.25, at[1] - 0.45), 0.4)
    if plan.starts_generator:
        engine_cm = at[0] + 0.75
        board.line(SIGNAL, *start, (engine_cm, start[-1][1]), (engine_cm, at[1] - 0.45))
        board.text("start contact", (start[-1][0] + 0.3, start[-1][1] + 0.15))
