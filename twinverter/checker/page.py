"""The findings as one page: what is dangerous first, then the rest, then what nobody told."""

from collections.abc import Sequence
from importlib.resources import files

from twinverter.batch.report.markup import card, escape, table
from twinverter.catalog.checks import DANGER, DOUBTFUL, FINE, PARTS, UNTOLD, WRONG
from twinverter.checker.check import Finding, in_short
from twinverter.scenario.house import House

HEAD = ("Check", "Found", "Limit", "What to do")
TITLES = {
    DANGER: ("Dangerous", "Switch nothing on before these are put right."),
    WRONG: ("Wrong", "Against the manual or a rule, or it will not work."),
    DOUBTFUL: ("Doubtful", "It works, but not as well as it could, or not for sure."),
}
# Cells of text may break, and the colour is never the only sign: the card's title says it too.
STYLE = """
.checks td { white-space: normal; text-align: left; overflow-wrap: anywhere; }
.checks th { text-align: left; } .checks td { min-width: 9em; }
.danger { border-left: 6px solid var(--alarm); } .wrong { border-left: 6px solid var(--alarm-f); }
.doubtful { border-left: 6px solid var(--away-f); }
.checks td:nth-child(4) { font-weight: 500; }
@media (max-width: 719px) {
  .checks thead { display: none; }
  .checks tr { display: block; padding: 8px 0; border-bottom: 1px solid var(--hair); }
  .checks th, .checks td { display: block; padding: 2px 0; border: 0; }
  .checks th { font-weight: 600; }
  .checks td:nth-child(2)::before { content: "Found: "; color: var(--ink-3); }
  .checks td:nth-child(3)::before { content: "Limit: "; color: var(--ink-3); }
}
"""


def check_html(house: House, found: Sequence[Finding]) -> str:
    """Return the findings of a house as one HTML page that needs nothing else."""
    style = (files("twinverter.batch.report") / "report.css").read_text(encoding="utf-8")
    name = escape(house.name)
    cards = (
        f'<header class="top"><p class="brand">Twinverter</p><h1>{name}</h1>'
        f"<p>Installation check: {escape(in_short(found))}.</p></header>",
        *(_faults(found, severity) for severity in TITLES),
        _fine(found),
        _untold(found),
        "<footer><p>Limits are those of the manual and of the public tables named beside them."
        " A check of what was told; it replaces no inspection by an electrician.</p></footer>",
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f"<title>{name} &#183; Twinverter</title>"
        f"<style>{style}{STYLE}</style></head><body><main>{''.join(cards)}</main></body></html>\n"
    )


def _cells(one: Finding, *more: str) -> list[str]:
    row = one.check
    return [
        f'{escape(row.title)}<span class="key">{escape(row.id)}</span>',
        escape(one.found),
        f'{escape(row.limit)}<span class="key">{escape(row.source)}</span>',
        *map(escape, more),
    ]


def _faults(found: Sequence[Finding], severity: str) -> str:
    rows = [_cells(one, one.advice) for one in found if one.severity == severity]
    if not rows:
        return ""
    title, aside = TITLES[severity]
    body = table(HEAD, rows, "checks")
    return card(title, body, aside=aside, name=severity, kind=f"card long {severity}")


def _fine(found: Sequence[Finding]) -> str:
    rows = [_cells(one) for one in found if one.severity == FINE]
    if not rows:
        return ""
    return card("Fine", table(HEAD[:3], rows, "checks"), name="fine", kind="card long")


def _untold(found: Sequence[Finding]) -> str:
    blocks = []
    for part in PARTS:
        lines = [
            f"<li>{escape(one.check.title)}: <code>{escape(one.found)}</code></li>"
            for one in found
            if one.severity == UNTOLD and one.check.part == part
        ]
        if lines:
            blocks.append(f"<h3>{escape(part)}</h3><ul>{''.join(lines)}</ul>")
    if not blocks:
        return ""
    aside = "What is not told is not judged. These keys of the house file would tell."
    return card("Not told", "".join(blocks), aside=aside, name="untold", kind="card long")
