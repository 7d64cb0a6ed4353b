"""The RJ45 sockets from their front with what each pin carries, and what is plugged in here."""

from twinverter.catalog.sockets import SOCKETS, Socket
from twinverter.catalog.terminals import PLUGS
from twinverter.drawings import symbols
from twinverter.drawings.board import NAME_PT, UNTOLD, Board, Kind, wrapped
from twinverter.drawings.plan import MAKES, Plan
from twinverter.drawings.table import table

LEFT_CM, PITCH_CM, WIDE_CM = 1.4, 6.85, 6.4
TITLE_CM, PLUG_CM, TABLE_CM = 19.2, 16.1, 15.3
BY_KEY = {row.key: row for row in (*SOCKETS, *PLUGS)}
# Sockets that share one table stand in one column.
COLUMNS = (("bms_485", "bms_can"), ("rs485",), ("drm",), ("parallel_a", "parallel_b"))
COLUMN_WIDTHS = (("No.", 0.9), ("Signal", 1.9), ("Carries", 3.6))


def draw(board: Board, plan: Plan) -> None:
    """Draw a column for each kind of socket."""
    for place, keys in enumerate(COLUMNS):
        _column(board, plan, LEFT_CM + place * PITCH_CM, [BY_KEY[key] for key in keys])


def _column(board: Board, plan: Plan, x_cm: float, rows: list[Socket]) -> None:
    first = rows[0]
    callouts = " and ".join(dict.fromkeys(str(row.callout) for row in rows))
    board.text(" / ".join(row.name for row in rows), (x_cm, TITLE_CM), size_pt=NAME_PT)
    board.text(f"callout {callouts}, {_source(first)}", (x_cm, TITLE_CM - 0.45))
    board.put(symbols.Plug().at((x_cm + 0.6, PLUG_CM)).theta(0))
    pins = [(one.number, one.signal or "–", one.meaning) for one in first.contacts]
    low_cm = table(board, (x_cm, TABLE_CM), COLUMN_WIDTHS, pins, most=3)
    here = ["In this house:", *wrapped(_used(plan, first.key), WIDE_CM, 3)]
    board.text(here, (x_cm + 0.1, low_cm - 0.55))


def _source(row: Socket) -> str:
    """Return where the pins come from."""
    if row.origin == "manual":
        return f"manual {row.section}"
    return {"family": "the family's texts", "public": "AS/NZS 4777.2"}.get(row.origin, row.origin)


def _used(plan: Plan, key: str) -> str:
    """Return what is plugged into a socket of this house."""
    of = plan.of
    if key == "bms_485":
        return _management(plan)
    if key == "rs485":
        make = of.site.measuring.meter
        return f"energy meter {MAKES[make]}" if make != "none" else "free for Modbus RTU"
    if key == "drm":
        return "DRM is ticked" if of.values["drm"] else "not used"
    return "the CAN chain of the group" if plan.group.units > 1 else "not used: one unit"


def _management(plan: Plan) -> str:
    """Return how the bank's management is plugged in, with the pins that are told."""
    of = plan.of
    if not of.has_battery or of.lead_acid or not of.site.battery.bms_speaks:
        return "not used: the bank has no management that speaks"
    pins = plan.finding("bat-bms-pins")
    told = f"plug {UNTOLD}" if pins == UNTOLD else f"plug: {pins}"
    return f"the bank's management, Lithium Mode {plan.value('lithium_mode')}; {told}"


KINDS: tuple[Kind, ...] = ()
NOTE = "Sockets seen from the front, contact 1 on the left."


def caption(plan: Plan) -> str:
    """Return what the sheet shows."""
    return (
        "The pins of the RJ45 sockets: BMS as in the manual's appendix I, RS485, DRMs and the "
        "parallel sockets, each with its source and with what is plugged in here."
    )
