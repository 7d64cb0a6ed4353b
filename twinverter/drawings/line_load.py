"""The LOAD and GEN rows of the single-line diagram: what the machine feeds, or is fed by."""

import schemdraw.elements as elm

from twinverter.checker.engine import GENERATOR, MICRO
from twinverter.drawings import symbols
from twinverter.drawings.board import (
    AC,
    DC,
    NAME_PT,
    UNTOLD,
    Board,
    Place,
    wrapped,
)
from twinverter.drawings.line_grid import generator
from twinverter.drawings.line_rows import (
    FAR_CM,
    GEN_CM,
    LOAD_CM,
    LOW_CM,
    LOW_LOAD_CM,
    PHASES,
    RIGHT_CM,
    ac_breaker,
)
from twinverter.drawings.parts import device, hanging, several, under
from twinverter.drawings.plan import (
    ABSENT,
    MAYBE,
    SMART,
    THERE,
    Plan,
    cable_words,
    told,
)
from twinverter.scenario.load_form import AppliancesForm


def draw_load(board: Board, plan: Plan) -> None:
    """Draw the LOAD port: breaker, residual current device, neutral bond, board and its loads."""
    port = plan.of.wiring.load
    level_cm = LOW_LOAD_CM if plan.gen_on_grid and plan.has_mains else LOAD_CM
    board.text("LOAD", (RIGHT_CM - 0.2, level_cm - 0.1), "right", NAME_PT)
    board.line(AC, (RIGHT_CM, level_cm), (17.7, level_cm))
    several(board, (17.3, level_cm))
    board.text(cable_words(port.cable), (RIGHT_CM + 0.2, level_cm + 0.75))
    end = ac_breaker(board, (17.7, level_cm), port.breaker_a)
    board.line(AC, end, (20.6, level_cm))
    state = told(port.rcd)
    if state == ABSENT:
        board.line(AC, (20.6, level_cm), (21.8, level_cm))
    else:
        device(board, symbols.Boxed, (20.6, level_cm), 1.2, state, letters="RCD")
        words = UNTOLD if state == MAYBE else f"type {port.rcd}"
        under(board, (21.2, level_cm), words)
    _bond(board, plan, (19.75, level_cm))
    board.line(AC, (21.8, level_cm), (23.1, level_cm))
    board.box((23.02, level_cm - 2.0), (23.18, level_cm + 1.8))
    board.text("LOAD board", (23.1, level_cm + 2.0), "center", NAME_PT)
    for place in range(len(PHASES)):
        branch_cm = level_cm + 1.4 - 1.4 * place
        board.put(elm.Arrow(lw=AC.weight_pt).at((23.18, branch_cm)).to((23.9, branch_cm)))
        board.text(_consumers(plan, place), (24.05, branch_cm - 0.1))


def _consumers(plan: Plan, place: int) -> list[str]:
    """Return what hangs on a phase of the LOAD board, in two lines, and its peak."""
    load, peak, phase = plan.of.world.load, plan.of.peak, PHASES[place]
    peak_words = f"{peak.phases_w[place]:.0f} W" if peak.known else UNTOLD
    shown = f"{phase}, peak {peak_words}"
    names = [motor.name for motor in plan.of.wiring.motors if motor.phase == place + 1]
    if isinstance(load, AppliancesForm):
        names += [one.name for one in load.appliances if one.phase in (place + 1, "all")]
    else:
        names.append("measured load")
    if not names:
        return [shown]
    return [f"{shown}:", *wrapped(", ".join(names), FAR_CM - 24.05, 2)]


def _bond(board: Board, plan: Plan, at: Place) -> None:
    """Draw what ties neutral to earth."""
    bond = plan.of.wiring.earth.neutral_bond
    state = told(bond)
    if state == ABSENT:
        return
    words = {
        "ats_relay": ["relay on ATS,", "closed off grid"],
        "other_relay": ["own relay,", "closed off grid"],
        "fixed": ["fixed link"],
    }.get(str(bond), [UNTOLD])
    hanging(board, at, "N–PE", state)
    board.text(["neutral bond:", *words], (at[0] + 0.75, at[1] - 1.5))


def draw_gen(board: Board, plan: Plan) -> None:
    """Draw what is wired to the GEN port."""
    port, level_cm = plan.of.wiring.gen, GEN_CM
    board.text("GEN", (RIGHT_CM - 0.2, level_cm - 0.1), "right", NAME_PT)
    board.line(AC, (RIGHT_CM, level_cm), (17.7, level_cm))
    several(board, (17.3, level_cm))
    board.text(cable_words(port.cable), (RIGHT_CM + 0.2, level_cm + 0.75))
    end = ac_breaker(board, (17.7, level_cm), port.breaker_a)
    board.line(AC, end, (22.4, level_cm))
    if plan.on_gen == GENERATOR:
        generator(board, plan, (22.4, level_cm), _from_below(board, plan))
    elif plan.on_gen == MICRO:
        micro = plan.of.site.micro_inverters
        assert micro is not None
        device(board, symbols.Boxed, (22.4, level_cm), 1.2, THERE, letters="DC/AC")
        board.line(DC, (23.6, level_cm), (24.2, level_cm))
        device(board, elm.Solar, (24.2, level_cm), 1.0, THERE, DC)
        board.text("micro-inverters", (22.4, level_cm - 0.85), size_pt=NAME_PT)
        words = [f"{micro.rated_w:g} W AC, {micro.peak_w:g} W of modules"]
        board.text(words, (22.4, level_cm - 1.3))
    elif plan.on_gen == SMART:
        board.put(elm.Arrow(lw=AC.weight_pt).at((22.4, level_cm)).to((23.3, level_cm)))
        board.text("smart load", (23.45, level_cm + 0.1), size_pt=NAME_PT)
        smart = plan.of.world.smart_load
        names = [one.name for one in getattr(smart, "appliances", [])] or [UNTOLD]
        board.text(wrapped(", ".join(names), FAR_CM - 23.45, 2), (23.45, level_cm - 0.35))


def _from_below(board: Board, plan: Plan) -> list[Place]:
    """Return where the start wire of a generator on the GEN port leaves the machine."""
    port_cm = RIGHT_CM - 1.0
    if plan.starts_generator:
        board.text("G-start", (port_cm, LOW_CM + 0.2), "center", NAME_PT)
    return [(port_cm, LOW_CM), (port_cm, LOW_CM - 1.1)]
