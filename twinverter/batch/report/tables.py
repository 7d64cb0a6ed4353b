"""What is told in words and rows: reasons, battery, alarms, settings."""

import numpy as np

from twinverter.batch.report.markup import card, escape, figure_of, table
from twinverter.batch.run import Run
from twinverter.batch.story import SUBJECTS
from twinverter.batch.tally import LINES
from twinverter.catalog.reasons import find_reason
from twinverter.catalog.row import CHOICE, SWITCH, Setting, Value
from twinverter.catalog.settings import SETTINGS, SettingError, find
from twinverter.words import figures, wording

SHOWN_SHARE = 0.001
# A line that had nothing but these had nothing to tell.
IDLE = {int(wording.code_of("gen_not_needed"))}
SEVERITY_WORDS = {"fault": "fault", "fault (grid side only)": "fault, grid side"}


def reasons_card(run: Run) -> str:
    """Return the card that says why each line did what it did, for how long."""
    total_s = run.steps * run.step_s
    blocks = []
    for line in LINES:
        spans = run.tally.spans[line].table()
        spans = spans[spans["code"] > 0]
        if set(spans["code"]) <= IDLE:
            continue
        codes, where = np.unique(spans["code"], return_inverse=True)
        seconds = np.bincount(where, weights=spans["steps"]) * run.step_s
        rows = [
            _reason(run, line, int(codes[at]), float(seconds[at]), total_s)
            for at in np.argsort(-seconds)
            if seconds[at] >= SHOWN_SHARE * total_s
        ]
        subject = SUBJECTS.get(line, "The GEN port")
        blocks.append(f"<div><h3>{subject}</h3><ul>{''.join(rows)}</ul></div>")
    aside = "The rule that bound each line, step by step. Rules below a thousandth are left out."
    body = f'<div class="why">{"".join(blocks)}</div>'
    return card("Why", body, aside=aside, name="why", kind="card long")


def _reason(run: Run, line: str, code: int, seconds: float, total_s: float) -> str:
    row = find_reason(float(code))
    part = seconds / total_s
    sentence = run.example(line, code)
    source = f"Manual {escape(row.section)}"
    try:
        setting = find(row.setting)
        source = f"{escape(setting.label)} <span>({setting.path})</span> &#183; {source}"
    except SettingError:
        pass
    bar = f'<span class="bar"><i style="width:{100.0 * part:.1f}%"></i></span>'
    return (
        f'<li><p class="share">{figure_of(figures.share(part))}'
        f"<small>{escape(figures.hours(seconds))}</small>{bar}</p>"
        f'<p>{escape(sentence)}<br/><span class="src">{source}</span></p></li>'
    )


def battery_card(run: Run) -> str:
    """Return the card of the battery's use and health."""
    found, tally = run.summary, run.tally
    if tally.hours["discharge_as"].sum() <= 0.0 and found["battery_charge_wh"] <= 0.0:
        return ""
    seconds = float(tally.hours["seconds"].sum())
    mean_soc = float(tally.hours["soc_s"].sum()) / seconds
    mean_c = float(tally.hours["battery_c_s"].sum()) / seconds
    facts = (
        ("Health", f"{100.0 * found['battery_soh']:.1f}\u00a0%", "of the new capacity, at the end"),
        ("Full cycles", figures.plain(found["battery_cycles"]), "by ampere-hours given"),
        ("Given", figures.energy(found["battery_discharge_wh"]), ""),
        ("Taken", figures.energy(found["battery_charge_wh"]), "the rest warms its cells"),
        ("Charge", figures.share(mean_soc), _range_of(tally.soc_min, tally.soc_max)),
        ("Warmth", _warmth(mean_c), f"on average, {_warmth(tally.battery_c_max)} at most"),
    )
    shown = "".join(
        f"<div><dt>{name}</dt><dd>{figure_of(value)}<small>{escape(more)}</small></dd></div>"
        for name, value, more in facts
    )
    aside = "Ageing is modelled from time, charge, warmth and cycles; it is an estimate."
    return card("Battery", f'<dl class="facts">{shown}</dl>', aside=aside, name="battery")


def alarms_card(run: Run) -> str:
    """Return the card of the alarms that were raised."""
    found = run.summary["alarms"]
    if not found:
        return card("Alarms", "<p>None was raised.</p>", name="alarms")
    rows = [
        [
            f"<b>{code}</b> {escape(alarm['name'])}",
            escape(SEVERITY_WORDS.get(alarm["severity"], alarm["severity"])),
            figures.plain(alarm["count"]),
            escape(figures.duration(alarm["seconds"])),
        ]
        for code, alarm in found.items()
    ]
    return card("Alarms", table(("Alarm", "Kind", "Times", "Together"), rows), name="alarms")


def settings_card(run: Run) -> str:
    """Return the card of the settings that differ from their default."""
    values = run.house.values
    rows = [
        [
            f'{escape(row.label)}<span class="key">{row.path}</span>',
            f"<b>{_value(row, values[row.key])}</b>",
            _value(row, row.default),
        ]
        for row in SETTINGS
        if row.stored and row.key in values and values[row.key] != row.default
    ]
    if not rows:
        body = "<p>All settings stand at their default.</p>"
    else:
        body = table(("Setting", "Here", "Default"), rows, "settings")
    title = "Settings that differ from the default"
    return card(title, body, name="settings", kind="card long")


def _value(row: Setting, value: Value | None) -> str:
    if value is None:
        return "\u2013"
    if row.kind == SWITCH:
        return "on" if value else "off"
    if row.kind == CHOICE:
        return escape(str(value).replace("_", " "))
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return figure_of(f"{shown}\u00a0{row.unit}") if row.unit else escape(shown)


def _warmth(temperature_c: float) -> str:
    return f"{figures.plain(temperature_c)}\u00a0°C"


def _range_of(low: float, high: float) -> str:
    return f"on average, from {figures.share(low)} to {figures.share(high)}"
