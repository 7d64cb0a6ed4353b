"""The schedule of cables, breakers and terminals, and what the check finds wrong with them."""

from twinverter.catalog.checks import FINE
from twinverter.catalog.checks import UNTOLD as UNTOLD_FINDING
from twinverter.catalog.limits import limit
from twinverter.catalog.terminals import BY_KEY, Block
from twinverter.checker.cable import size_text
from twinverter.checker.check import Finding
from twinverter.drawings.board import NAME_PT, UNTOLD, Board, Kind
from twinverter.drawings.plan import (
    Plan,
    breaker_words,
    drop_words,
    guard_words,
    laying_words,
    squared,
    torque_words,
)
from twinverter.drawings.table import table
from twinverter.scenario.wiring_form import AcPortForm, CableForm

LEFT_CM, TOP_CM = 1.3, 19.1
# fmt: off
COLUMNS = (
    ("Terminals", 4.2), ("Cable", 1.9), ("Length", 1.5), ("Sheath, laying", 4.0),
    ("Carries, against", 5.4), ("Drop", 2.6), ("Breaker", 2.4), ("Held by, torque", 4.9),
)
FAULTS = (
    ("Check", 5.2), ("How bad", 2.0), ("Found", 7.6), ("What to do", 12.1),
)
# fmt: on
# Parts of the check that a wire, a breaker or a terminal belongs to.
PARTS = ("PV", "battery", "AC", "earth", "measuring", "generator")
MOST_FAULTS = 6


def draw(board: Board, plan: Plan) -> None:
    """Draw both tables."""
    board.text("Cables, breakers, terminals", (LEFT_CM, TOP_CM), size_pt=NAME_PT)
    low_cm = table(board, (LEFT_CM, TOP_CM - 0.15), COLUMNS, _runs(plan))
    found = [one for one in plan.found.values() if _counts(one)]
    many = f": {len(found)} to put right or to look at" if found else ""
    title = f"What the check finds{many}"
    board.text(title, (LEFT_CM, low_cm - 0.8), size_pt=NAME_PT)
    if not found:
        words = "Nothing in these parts, as far as they are told."
        board.text(words, (LEFT_CM, low_cm - 1.3))
        return
    shown = found[:MOST_FAULTS]
    rows = [
        (one.check.title, one.severity, squared(one.found), squared(one.advice)) for one in shown
    ]
    end_cm = table(board, (LEFT_CM, low_cm - 0.95), FAULTS, rows)
    if len(found) > MOST_FAULTS:
        words = f"and {len(found) - MOST_FAULTS} more: twinverter check shows them all"
        board.text(words, (LEFT_CM + 0.1, end_cm - 0.42))


def _counts(one: Finding) -> bool:
    return one.check.part in PARTS and one.severity not in (FINE, UNTOLD_FINDING)


def _runs(plan: Plan) -> list[tuple[str, ...]]:
    """Return a row for every pair or block of terminals in use."""
    wiring, rows = plan.of.wiring, []
    for number in range(len(plan.of.site.pv)):
        block = BY_KEY[f"pv{number + 1}"]
        rows.append(
            _run(
                block, wiring.pv.cable, plan.finding("pv-cable-ampacity"),
                plan.finding("pv-cable-loss"), _yes(wiring.pv.breaker),
                f"plug {wiring.pv.connector or UNTOLD}",
            )
        )  # fmt: skip
    if plan.of.has_battery:
        bank = wiring.battery
        held = f"lug {bank.lug or UNTOLD}, {_torque(BY_KEY['bat'], bank.torque_nm)}"
        kind = {"none": "none", None: ""}.get(bank.protection, f"{bank.protection} ")
        rating = "" if bank.protection == "none" else breaker_words(bank.rating_a)
        rows.append(
            _run(
                BY_KEY["bat"], bank.cable, plan.finding("bat-cable-ampacity"),
                plan.finding("bat-cable-loss"), f"{kind}{rating}", held,
            )
        )  # fmt: skip
    for key in ("grid", "load", "gen"):
        if key != "gen" or plan.gen_used:
            rows.append(_ac(plan, key))
    return rows


def _ac(plan: Plan, key: str) -> tuple[str, ...]:
    port, block = getattr(plan.of.wiring, key), BY_KEY[key]
    assert isinstance(port, AcPortForm)
    held = f"{block.held.partition(',')[0]}, {_torque(block, port.torque_nm)}"
    guard = guard_words(plan, key).removeprefix("carries: ")
    return _run(block, port.cable, guard, drop_words(port), breaker_words(port.breaker_a), held)


def _run(
    block: Block, cable: CableForm | None, carries: str, drop: str, breaker: str, held: str
) -> tuple[str, ...]:
    """Return one row of the schedule."""
    names = " ".join(block.terminals)
    shown = names if block.name in names else f"{block.name}: {names}"
    return (
        shown,
        squared(size_text(cable)) if cable else UNTOLD,
        f"{cable.length_m:g} m" if cable else UNTOLD,
        laying_words(cable),
        squared(carries or UNTOLD),
        drop or UNTOLD,
        breaker,
        held,
    )


def _torque(block: Block, told_nm: float | None) -> str:
    return f"{torque_words(told_nm)} (at most {limit(block.torque):g} Nm)"


def _yes(answer: bool | None) -> str:
    return {True: "2 poles", False: "none", None: UNTOLD}[answer]


KINDS: tuple[Kind, ...] = ()
NOTE = ""


def caption(plan: Plan) -> str:
    """Return what the sheet shows."""
    return (
        "Every cable with its size, length, laying, what it carries and drops, its breaker, and "
        "how its terminal is held; below, what the installation check finds wrong."
    )
