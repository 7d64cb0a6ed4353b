"""The run in a few plain sentences and figures."""

from collections.abc import Iterator, Mapping
from typing import Any

from twinverter.batch.report.markup import card, escape, figure_of
from twinverter.batch.run import Run
from twinverter.words import figures

HOUR_S = figures.HOUR_S
Summary = Mapping[str, Any]
NOTES = "What to know of this house"


def top(run: Run) -> str:
    """Return the title, the span of time, and what of the house is modelled."""
    found = run.summary
    first = figures.moment(float(run.tally.hours["clock_s"][0])).date()
    ended = run.tally.spans["state"].table()["end_s"][-1]
    last = figures.moment(float(ended) - 1.0).date()
    span = figures.day_name(first)
    if last != first:
        span += f" to {figures.day_name(last)}"
    stopped = ""
    if run.interrupted:
        done = figures.share(run.steps / run.planned)
        stopped = f"<p><b>Stopped early: {done} of the time that was asked for.</b></p>"
    notes = "".join(f"<li>{escape(_capital(note))}.</li>" for note in found["notes"])
    return (
        '<header class="top"><p class="brand">Twinverter</p>'
        f"<h1>{escape(found['house'])}</h1>"
        f"<p>{span} &#183; {escape(found['timezone'])}</p>{stopped}</header>"
        + (f'<aside class="notes"><b>{NOTES}</b><ul>{notes}</ul></aside>' if notes else "")
    )


def headline(run: Run) -> str:
    """Return the card with the sentences and the figures."""
    found = run.summary
    body = f'<p class="lead">{sentence(found)}</p><dl class="tiles">{"".join(_tiles(found))}</dl>'
    return card("In short", body, name="short")


def sentence(found: Summary) -> str:
    """Return the run in plain words."""
    total_s = found["steps"] * found["step_s"]
    dark_s = found["hours_unserved"] * HOUR_S
    away_s = found["hours_without_mains"] * HOUR_S
    words = ["Nothing hung on the backup output."]
    if found["load_wh"] > 0.0:
        asked = _bold(figures.energy(found["load_wh"]))
        got = _bold(figures.share(found["served_wh"] / found["load_wh"]))
        words = [f"The house asked for {asked} on its backup output and got {got} of it."]
    if away_s > 0.0:
        words.append(f"The mains was away for {_bold(figures.hours(away_s))}.")
    if dark_s >= 1.0:
        part = figures.share(dark_s / total_s)
        dark = _bold(figures.hours(dark_s))
        words.append(f"Something in the house had no power for {dark}, {part} of the time.")
    elif found["load_wh"] > 0.0:
        words.append("It was never without power.")
    if found["self_sufficiency"] is not None:
        own = _bold(figures.share(found["self_sufficiency"]))
        words.append(f"{own} of what it used came from its own sun.")
    return " ".join(words)


def _tiles(found: Summary) -> Iterator[str]:
    more = f"{figures.energy(found['curtailed_wh'])} more was there and held back"
    yield _tile(
        "solar",
        "Sun",
        figures.energy(found["pv_wh"]),
        more if found["curtailed_wh"] > 500.0 else "",
    )
    yield _tile("grid", "Bought", figures.energy(found["grid_import_wh"]), _outages(found))
    if found["grid_export_wh"] >= 50.0:
        yield _tile("grid", "Sold", figures.energy(found["grid_export_wh"]), "")
    if found["micro_inverter_wh"] >= 50.0:
        yield _tile("solar", "Micro-inverters", figures.energy(found["micro_inverter_wh"]), "")
    if found["generator_hours"]:
        starts = figures.count(found["generator_starts"], "start", "starts")
        fuel = f"{figures.litres(found['fuel_l'])} of fuel"
        more = f"{figures.energy(found['generator_wh'])}, {fuel}, {starts}"
        ran = figures.hours(found["generator_hours"] * HOUR_S)
        yield _tile("gen", "Generator ran", ran, more)
    used_wh = found["served_wh"] + found["home_wh"] - found["home_unserved_wh"]
    used = figures.energy(used_wh + found["smart_load_wh"])
    yield _tile("load", "House used", used, _before(found))
    dark = figures.hours(found["hours_unserved"] * HOUR_S)
    yield _tile("dark", "Without power", dark, _missed(found))
    cycles = figures.count(found["battery_cycles"], "cycle", "cycles")
    health = f"health {100.0 * found['battery_soh']:.1f}\u00a0% at the end"
    yield _tile("battery", "Battery", cycles, health)
    own = "in the inverter, its own consumption included"
    yield _tile("", "Lost as heat", figures.energy(found["losses_wh"]), own)


def _missed(found: Summary) -> str:
    if found["hours_unserved"] * HOUR_S < 1.0:
        return ""
    phases = (f"L{at} {figures.hours(found[f'hours_unserved_l{at}'] * HOUR_S)}" for at in (1, 2, 3))
    return f"{figures.energy(found['unserved_wh'])} missed: {', '.join(phases)}"


def _outages(found: Summary) -> str:
    if not found["outages"]:
        return "the mains never failed"
    return figures.count(found["outages"], "outage", "outages")


def _before(found: Summary) -> str:
    home_wh = found["home_wh"] - found["home_unserved_wh"]
    return f"{figures.energy(home_wh)} of it before the inverter" if home_wh >= 50.0 else ""


def _tile(kind: str, name: str, figure: str, more: str) -> str:
    return (
        f'<div class="tile {kind}"><dt>{name}</dt><dd class="big">{figure_of(figure)}</dd>'
        f'<dd class="more">{escape(more)}</dd></div>'
    )


def _bold(text: str) -> str:
    return f"<b>{escape(text)}</b>"


def _capital(text: str) -> str:
    """Return a note as a sentence begins; a key of the house file stays as it is written."""
    first = text.split(" ", 1)[0]
    return (text if "." in first else text[:1].upper() + text[1:]).rstrip(".")
