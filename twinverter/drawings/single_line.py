"""The single-line diagram: every part of the house and what joins it, a line for each circuit."""

import schemdraw.elements as elm

from twinverter.catalog.limits import limit
from twinverter.checker.check import in_short
from twinverter.checker.installation import module_of
from twinverter.checker.pv import array_w
from twinverter.drawings import symbols
from twinverter.drawings.board import (
    AC,
    DASHED,
    DC,
    FLOOR_CM,
    NAME_PT,
    PE,
    SIGNAL,
    UNTOLD,
    Board,
    Place,
    width_cm,
)
from twinverter.drawings.line_grid import draw_grid
from twinverter.drawings.line_load import draw_gen, draw_load
from twinverter.drawings.line_rows import (
    BATTERY_CM,
    BMS_CM,
    HIGH_CM,
    LEFT_CM,
    LOW_CM,
    PV_ROWS_CM,
    RIGHT_CM,
    SOURCE_CM,
)
from twinverter.drawings.parts import device, hanging, machine, rating_words, under
from twinverter.drawings.plan import (
    ABSENT,
    MAYBE,
    THERE,
    Plan,
    breaker_words,
    cable_words,
    told,
)


def draw(board: Board, plan: Plan) -> None:
    """Draw the whole house."""
    machine(board, (LEFT_CM, LOW_CM), (RIGHT_CM, HIGH_CM), rating_words())
    for number in range(len(plan.of.site.pv)):
        _string(board, plan, number)
    if plan.of.has_battery:
        _battery(board, plan)
    draw_grid(board, plan)
    draw_load(board, plan)
    if plan.gen_used:
        draw_gen(board, plan)
    _earth(board, plan)
    words = f"Installation check: {in_short(plan.found.values())}."
    board.text(words, (SOURCE_CM, FLOOR_CM + 0.3))


def _string(board: Board, plan: Plan, number: int) -> None:
    """Draw one PV input: string, breaker, surge protection, the machine's own DC switch."""
    level_cm, string, pv = PV_ROWS_CM[number], plan.of.site.pv[number], plan.of.wiring.pv
    module = module_of(string)
    side_by_side = (pv.strings_per_tracker or [1, 1])[number : number + 1] or [1]
    count = f"{side_by_side[0]} strings of " if side_by_side[0] > 1 else ""
    facing = f"{string.tilt_deg:g}° tilt, facing {string.azimuth_deg:g}°, {string.mounting}"
    board.text(f"String {number + 1}", (SOURCE_CM, level_cm + 2.05), size_pt=NAME_PT)
    board.text(
        [f"{count}{string.modules_in_series} × {module.name}", facing],
        (SOURCE_CM, level_cm + 1.6),
    )
    end = device(board, elm.Solar, (SOURCE_CM + 0.2, level_cm), 1.0, THERE, DC)
    state = told(pv.breaker)
    board.line(DC, end, (4.6, level_cm))
    if state == ABSENT:
        board.line(DC, (4.6, level_cm), (5.8, level_cm))
    else:
        device(board, symbols.CircuitBreaker, (4.6, level_cm), 1.2, state, DC)
        words = UNTOLD if state == MAYBE else ""
        under(board, (5.2, level_cm), "DC breaker", words, down_cm=0.6)
    board.line(DC, (5.8, level_cm), (LEFT_CM, level_cm))
    _surge(board, plan, (6.7, level_cm))
    board.text(cable_words(pv.cable), (7.0, level_cm + 0.25))
    _dc_switch(board, f"PV{number + 1}", level_cm)


def _surge(board: Board, plan: Plan, at: Place) -> None:
    state = told(plan.of.wiring.pv.surge_protection)
    if state == ABSENT:
        return
    hanging(board, at, "SPD", state, DC)
    words = ["surge protection", UNTOLD if state == MAYBE else "outside the machine"]
    board.text(words, (at[0] + 0.75, at[1] - 0.8))


def _dc_switch(board: Board, port: str, level_cm: float) -> None:
    """Draw the switch inside the machine (callout 15)."""
    start_cm = LEFT_CM + 1.0
    board.text(port, (LEFT_CM + 0.2, level_cm + 0.2), size_pt=NAME_PT)
    board.line(DC, (LEFT_CM, level_cm), (start_cm, level_cm))
    board.put(elm.Switch().at((start_cm, level_cm)).to((start_cm + 1.2, level_cm)))
    board.line(DC, (start_cm + 1.2, level_cm), (start_cm + 1.6, level_cm))
    board.text("DC switch", (start_cm, level_cm - 0.5))


def _battery(board: Board, plan: Plan) -> None:
    """Draw the bank, its fuse or breaker, and the wire of its management or sensor."""
    of, wiring, level_cm = plan.of, plan.of.wiring.battery, BATTERY_CM
    model = of.site.battery.model or of.chemistry.upper()
    board.text("Battery", (SOURCE_CM, level_cm - 1.2), size_pt=NAME_PT)
    board.text(
        [f"{model}, {of.capacity_ah:g} Ah", f"{limit('battery_nominal_v'):g} V nominal"],
        (SOURCE_CM, level_cm - 1.65),
    )
    end = device(board, elm.Battery, (SOURCE_CM + 0.5, level_cm), 0.57, THERE, DC)
    board.line(DC, end, (4.6, level_cm))
    state = told(wiring.protection)
    if state == ABSENT:
        board.line(DC, (4.6, level_cm), (5.8, level_cm))
    else:
        fused = wiring.protection == "fuse"
        symbol = elm.FuseIEEE if fused else symbols.CircuitBreaker
        device(board, symbol, (4.6, level_cm), 1.2, state, DC)
        name = {"fuse": "fuse", "breaker": "DC breaker"}.get(str(wiring.protection), "protection")
        under(board, (5.2, level_cm), name, breaker_words(wiring.rating_a))
    board.line(DC, (5.8, level_cm), (LEFT_CM, level_cm))
    board.text(cable_words(wiring.cable), (7.0, level_cm + 0.25))
    board.text("BAT", (LEFT_CM + 0.2, level_cm - 0.1), size_pt=NAME_PT)
    speaks = of.site.battery.bms_speaks and not of.lead_acid
    sensed = of.lead_acid and of.site.battery.temperature_sensor
    if speaks or sensed:
        port, words = ("BMS", "management (RJ45)") if speaks else ("TEMP", "temperature sensor")
        bank_cm = SOURCE_CM + 0.8
        board.line(SIGNAL, (bank_cm, level_cm + 0.5), (bank_cm, BMS_CM), (LEFT_CM, BMS_CM))
        board.text(words, (bank_cm + 0.3, BMS_CM + 0.2))
        board.text(port, (LEFT_CM + 0.2, BMS_CM - 0.1), size_pt=NAME_PT)


def _earth(board: Board, plan: Plan) -> None:
    """Draw the machine's earth."""
    told_earth = plan.of.wiring.earth
    if told(told_earth.connected) == ABSENT:
        return
    foot = (LEFT_CM + 1.2, LOW_CM - 1.1)
    board.line(PE, (foot[0], LOW_CM), foot)
    board.put(elm.Ground(lead=False).at(foot))
    board.text("PE", (foot[0], LOW_CM + 0.2), "center", NAME_PT)
    size = f"{told_earth.mm2:g} mm²" if told_earth.mm2 is not None else f"size {UNTOLD}"
    places = {
        "grid_side": "earth bar, grid side",
        "load_side": "earth bar, load side",
        "own_rod": "rod of its own",
    }
    place = places.get(str(told_earth.at), f"place {UNTOLD}")
    words = ["earth", f"{size}, {place}"]
    if told_earth.connected is None:
        words[1:] = [UNTOLD]
    room_cm = max(width_cm(one) for one in words)
    board.text(words, (foot[0] - 0.5 - room_cm, foot[1] + 0.3))


KINDS = (DC, AC, PE, SIGNAL, DASHED)
NOTE = "Stroke across a line: L1, L2, L3, N, PE."


def caption(plan: Plan) -> str:
    """Return what the drawing shows."""
    return (
        f"The whole installation of {plan.house.name} on one line per circuit: "
        f"{array_w(plan.of):.0f} W of modules, the machine's ports, and what is joined to each."
    )
