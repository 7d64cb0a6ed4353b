"""What is wired to GEN, or a generator on GRID: its circuit and the settings for it."""

import schemdraw.elements as elm

from twinverter.catalog.settings import find
from twinverter.catalog.terminals import FIVE
from twinverter.checker.engine import GENERATOR, MICRO
from twinverter.drawings import symbols
from twinverter.drawings.board import (
    AC,
    DASHED,
    DC,
    LINK,
    NAME_PT,
    OUTLINE,
    PE,
    SIGNAL,
    Board,
    wrapped,
)
from twinverter.drawings.plan import (
    ABSENT,
    MAYBE,
    SMART,
    Plan,
    Told,
    breaker_words,
    cable_words,
    squared,
    told,
)
from twinverter.drawings.table import table

BLOCK_CM, PITCH_CM, TERMINAL_CM, TOP_CM = 2.6, 1.2, 17.6, 19.3
BREAKER_CM, ATS_CM, FOOT_CM = 15.6, 12.4, 8.4
START_CM, NOTES_CM = 11.4, 14.2
PHASES, EARTH = 3, 4
# fmt: off
SETTINGS = {
    GENERATOR: (
        "gen_port_mode", "gen_on_grid_port", "gen_rated_w", "gen_charge", "gen_charge_a",
        "gen_signal", "gen_start{end}", "gen_stop{end}", "gen_max_run_h", "gen_down_h",
        "gen_peak_shaving",
    ),
    MICRO: (
        "gen_port_mode", "port_off{end}", "port_on{end}", "ac_couple_freq_high_hz",
        "mi_export_cutoff",
    ),
    SMART: (
        "gen_port_mode", "smart_on_grid_always", "smart_power_w", "port_off{end}", "port_on{end}",
    ),
}
CHECKS = {
    GENERATOR: (
        "gen-connection", "gen-port", "gen-rating", "gen-window", "gen-breaker-size", "gen-load",
    ),
    MICRO: ("gen-port", "mi-sum", "mi-frequency", "gen-breaker-size"),
    SMART: ("gen-breaker-size", "gen-guard"),
}
# fmt: on


def use_of(plan: Plan) -> str:
    """Return what the sheet is about, an empty text where there is nothing to show."""
    return GENERATOR if plan.of.site.genset is not None else plan.on_gen


def title_of(plan: Plan) -> str:
    """Return the title of the sheet."""
    if use_of(plan) == GENERATOR:
        return "Generator on GRID" if plan.gen_on_grid else "Generator on GEN"
    return {MICRO: "Micro-inverters on GEN", SMART: "Smart load on GEN"}[use_of(plan)]


def draw(board: Board, plan: Plan) -> None:
    """Draw the circuit on the left, settings and checks on the right."""
    key = "grid" if plan.gen_on_grid else "gen"
    port = plan.of.wiring.grid if plan.gen_on_grid else plan.of.wiring.gen
    board.box((1.4, TERMINAL_CM - 0.4), (13.4, TOP_CM))
    board.text(key.upper(), (_x_cm(2), TOP_CM - 0.5), "center", NAME_PT)
    for place, name in enumerate(FIVE):
        at = (_x_cm(place), TERMINAL_CM)
        board.put(elm.Dot(radius=0.14, open=True).at(at))
        board.text(name, (at[0], at[1] + 0.3), "center")
    _wires(board, plan, told(port.breaker_a))
    words = [f"breaker {breaker_words(port.breaker_a)}", cable_words(port.cable)]
    board.text(words, (_x_cm(EARTH) + 0.3, BREAKER_CM - 0.5))
    _change_over(board, plan)
    _source(board, plan)
    _notes(board, plan)


def _x_cm(place: int) -> float:
    return BLOCK_CM + place * PITCH_CM


def _wires(board: Board, plan: Plan, state: Told) -> None:
    """Draw the five wires, through the breaker and, where there is one, the change-over."""
    top_cm, behind_cm = TERMINAL_CM - 0.14, BREAKER_CM - 1.2
    for place in range(len(FIVE)):
        x_cm, start_cm = _x_cm(place), top_cm
        if place < PHASES and state != ABSENT:
            look = DASHED if state == MAYBE else OUTLINE
            board.line(AC, (x_cm, top_cm), (x_cm, BREAKER_CM))
            breaker = symbols.CircuitBreaker(ls=look.dashes, lw=look.weight_pt)
            board.put(breaker.at((x_cm, BREAKER_CM)).to((x_cm, behind_cm)))
            start_cm = behind_cm
        if place == EARTH:
            board.line(PE, (x_cm, start_cm), (x_cm, FOOT_CM))
        elif plan.gen_on_grid and plan.has_mains:
            board.line(AC, (x_cm, start_cm), (x_cm, ATS_CM))
            board.line(AC, (x_cm, ATS_CM - 1.0), (x_cm, FOOT_CM))
        else:
            board.line(AC, (x_cm, start_cm), (x_cm, FOOT_CM))
    if state != ABSENT:
        link_cm = BREAKER_CM - 0.6
        board.line(LINK, (_x_cm(0) + 0.2, link_cm), (_x_cm(2) + 0.1, link_cm))


def _change_over(board: Board, plan: Plan) -> None:
    """Draw the switch between mains and generator, where both come to the GRID terminals."""
    if not plan.gen_on_grid or not plan.has_mains:
        return
    left_cm, right_cm = _x_cm(0) - 0.5, _x_cm(PHASES) + 0.5
    board.box((left_cm, ATS_CM - 1.0), (right_cm, ATS_CM))
    board.text("ATS, change-over", (0.5 * (left_cm + right_cm), ATS_CM - 0.6), "center", NAME_PT)
    side_cm, level_cm = right_cm + 1.1, ATS_CM - 0.5
    board.line(AC, (right_cm, level_cm), (side_cm, level_cm))
    words = wrapped("to the main board: mains or generator, never both", 3.0)
    board.text(words, (side_cm + 0.15, level_cm + 0.1))


def _source(board: Board, plan: Plan) -> None:
    """Draw what stands at the far end of the wires."""
    left_cm, right_cm = _x_cm(0) - 0.6, _x_cm(4) + 0.6
    board.box((left_cm, FOOT_CM - 2.6), (right_cm, FOOT_CM))
    for place, name in enumerate(FIVE):
        board.text(name, (_x_cm(place), FOOT_CM - 0.5), "center")
    middle_cm, site = 0.5 * (left_cm + right_cm), plan.of.site
    if use_of(plan) == GENERATOR:
        assert site.genset is not None
        words = [f"{site.genset.fuel}, {site.genset.rated_w:g} W"]
        name = "generator, G 3~"
        _start(board, plan, right_cm)
    elif use_of(plan) == MICRO:
        assert site.micro_inverters is not None
        micro = site.micro_inverters
        words = [f"{micro.rated_w:g} W AC from {micro.peak_w:g} W of modules"]
        name = "micro-inverters"
        board.line(DC, (right_cm, FOOT_CM - 1.3), (right_cm + 1.0, FOOT_CM - 1.3))
        modules = elm.Solar().at((right_cm + 1.0, FOOT_CM - 1.3)).theta(0).length(1.0)
        board.put(modules)
    else:
        names = [one.name for one in getattr(plan.of.world.smart_load, "appliances", [])]
        words = wrapped(", ".join(names) or "loads not told", right_cm - left_cm - 0.4, 2)
        name = "smart load"
    board.text(name, (middle_cm, FOOT_CM - 1.3), "center", NAME_PT)
    board.text(words, (middle_cm, FOOT_CM - 1.75), "center")


def _start(board: Board, plan: Plan, side_cm: float) -> None:
    """Draw the two wires of the start contact (CN2, terminals 1 and 2)."""
    if not plan.starts_generator:
        return
    board.text("function port, CN2", (START_CM + 0.5, TOP_CM - 0.5), "center")
    for number, x_cm in (("1", START_CM), ("2", START_CM + 1.0)):
        level_cm = FOOT_CM - (1.6 if number == "1" else 2.1)
        board.put(elm.Dot(radius=0.14, open=True).at((x_cm, TERMINAL_CM)))
        board.text(number, (x_cm, TERMINAL_CM + 0.3), "center")
        board.line(SIGNAL, (x_cm, TERMINAL_CM - 0.14), (x_cm, level_cm), (side_cm, level_cm))
    words = wrapped("G-start to the remote start, closed while it is to run", 2.7)
    board.text(words, (side_cm + 0.2, FOOT_CM - 0.1))


def _notes(board: Board, plan: Plan) -> None:
    """Write the settings that go with it and what the check says."""
    use, top_cm = use_of(plan), TOP_CM - 0.4
    board.text("Settings that go with it", (NOTES_CM, top_cm), size_pt=NAME_PT)
    columns = (("Label", 6.6), ("Page", 3.4), ("Set", 4.2))
    end = "_v" if plan.of.values["batt_mode"] == "use_batt_v" else "_soc_pct"
    keys = [key.format(end=end) for key in SETTINGS[use]]
    rows = [(find(key).label, find(key).page, plan.value(key)) for key in keys]
    low_cm = table(board, (NOTES_CM, top_cm - 0.15), columns, rows)
    found = [plan.found[key] for key in CHECKS[use] if key in plan.found]
    if not found:
        return
    board.text("What the check says", (NOTES_CM, low_cm - 0.8), size_pt=NAME_PT)
    checks = (("Check", 5.4), ("Found", 6.6), ("", 2.2))
    table(
        board,
        (NOTES_CM, low_cm - 0.95),
        checks,
        [(one.check.title, squared(one.found), one.severity) for one in found],
    )


KINDS = (AC, PE, SIGNAL, LINK, DASHED)
NOTE = ""


def caption(plan: Plan) -> str:
    """Return what the drawing shows."""
    return (
        f"{title_of(plan)}: wires, breaker and start contact, with the settings that have to match "
        "and what the installation check says of them."
    )
