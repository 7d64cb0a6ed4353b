"""The function port: its two rows of terminals, what hangs on each pair, and the other signals."""

import schemdraw.elements as elm

from twinverter.catalog.sockets import SOCKETS
from twinverter.catalog.terminals import FUNCTION_ROWS
from twinverter.drawings import symbols
from twinverter.drawings.board import NAME_PT, SIGNAL, Board, Place
from twinverter.drawings.plan import Plan
from twinverter.drawings.table import table

TOP_CM, STRIP_CM, SYMBOL_CM = 19.1, 17.4, 15.7
STARTS_CM = {"CN1": 2.0, "CN2": 15.6}
PITCH_CM = 1.5
TABLE_CM = 14.1
COLUMNS = (("Terminals", 3.0), ("Signal", 3.4), ("What it is for", 11.4), ("In this house", 9.2))


def draw(board: Board, plan: Plan) -> None:
    """Draw both strips and the table of all signals."""
    for name, contacts in FUNCTION_ROWS:
        start_cm = STARTS_CM[name]
        board.text(name, (start_cm - 0.6, TOP_CM), size_pt=NAME_PT)
        for place, contact in enumerate(contacts):
            x_cm = start_cm + place * PITCH_CM
            board.box((x_cm - 0.6, STRIP_CM), (x_cm + 0.6, STRIP_CM + 1.2))
            board.text(contact.number, (x_cm, STRIP_CM + 0.75), "center")
            board.put(elm.Dot(radius=0.12, open=True).at((x_cm, STRIP_CM + 0.35)))
        for place in range(0, len(contacts), 2):
            at = (start_cm + place * PITCH_CM, STRIP_CM)
            _pair(board, at, contacts[place].signal)
    table(board, (1.3, TABLE_CM), COLUMNS, _rows(plan))


def _pair(board: Board, at: Place, signal: str) -> None:
    """Draw what hangs on two neighbours."""
    end_cm = at[0] + PITCH_CM
    middle_cm = at[0] + 0.5 * PITCH_CM
    name = signal.removesuffix("+")
    board.text(name, (middle_cm, SYMBOL_CM - 0.9), "center", NAME_PT)
    if name in ("RSD", "Grid_Ry"):
        return
    for x_cm in (at[0], end_cm):
        board.line(SIGNAL, (x_cm, at[1]), (x_cm, SYMBOL_CM))
    start = (at[0], SYMBOL_CM)
    if name == "TEMP":
        board.put(elm.Thermistor().at(start).to((end_cm, SYMBOL_CM)))
    elif name.startswith("CT"):
        board.put(symbols.Clamp().at(start).to((end_cm, SYMBOL_CM)))
    else:
        board.put(elm.Switch().at(start).to((end_cm, SYMBOL_CM)))


def _rows(plan: Plan) -> list[tuple[str, str, str, str]]:
    """Return a row for each pair, and for the outputs and leads that have no number."""
    rows = []
    for name, contacts in FUNCTION_ROWS:
        for place in range(0, len(contacts), 2):
            one, other = contacts[place], contacts[place + 1]
            signal = one.signal if one.signal == other.signal else f"{one.signal}, {other.signal}"
            numbers = f"{name}: {one.number}, {other.number}"
            rows.append((numbers, signal, one.meaning, _used(plan, one.signal)))
    sockets = {row.key: row for row in SOCKETS}
    ats = next(one for one in sockets["function"].contacts if one.signal == "ATS")
    rows.append(("not printed", ats.signal, ats.meaning, _used(plan, ats.signal)))
    wifi = sockets["wifi"]
    pins = ", ".join(f"{one.number}: {one.signal}".replace(" ", "\u00a0") for one in wifi.contacts)
    logger = plan.of.site.link.logger.replace("_", " ")
    rows.append((f"{wifi.name}, {wifi.shape}", pins, "the data logger", f"logger: {logger}"))
    return rows


def _used(plan: Plan, signal: str) -> str:
    """Return whether a pair is used in this house."""
    of = plan.of
    if signal == "TEMP":
        sensed = of.lead_acid and of.site.battery.temperature_sensor
        return "sensor on the bank" if sensed else "free"
    if signal.startswith("CT"):
        return "clamp at the mains" if of.site.measuring.ct else "free"
    if signal == "G-start":
        return "starts the generator" if plan.starts_generator else "free"
    if signal in ("ATS", "G-valve"):
        island = bool(of.values["signal_island_mode"])
        relay = signal == "ATS" and of.wiring.earth.neutral_bond == "ats_relay"
        words = "neutral-earth relay; " if relay else ""
        return f"{words}Signal island mode {'ticked' if island else 'not ticked'}"
    return "free"


KINDS = (SIGNAL,)
NOTE = "Numbers are the family's: compare them with the print beside the terminals."


def caption(plan: Plan) -> str:
    """Return what the sheet shows."""
    return (
        "The terminals of the function port: temperature sensor, three clamps, start contact, "
        "island contact, and the outputs; with what this house has on each."
    )
