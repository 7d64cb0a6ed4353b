"""The run in a few plain sentences and figures."""

from collections.abc import Mapping
from typing import Any

from twinverter.batch import figures
from twinverter.batch.report.markup import card, escape, figure_of
from twinverter.batch.run import Run

HOUR_S = figures.HOUR_S


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
        f"<h1>{escape(found['house'])}</h1><p>{span} &#183; {escape(found['timezone'])}</p>{stopped}"
        "</header>"
        + (f'<aside class="notes"><b>What to know of this house</b><ul>{notes}</ul></aside>' if notes else "")
    )


def headline(run: Run) -> str:
    """Return the card with the sentences and the figures."""
    found = run.summary
    body = f'<p class="lead">{sentence(found)}</p><dl class="tiles">{"".join(_tiles(found))}</dl>'
    return card("In short", body, name="short")


def sentence(found: Mapping[str, Any]) -> str:
    """Return the run in plain words."""
    total_s = found["steps"] * found["step_s"]
    dark_s = found["hours_unserved"] * HOUR_S
    away_s = found["hours_without_mains"] * HOUR_S
    words = [
        f"The house asked for {_bold(figures.energy(found['load_wh']))} on its backup output and got"
        f" {_bold(figures.share(found['served_wh'] / found['load_wh']))} of it."
        if found["load_wh"] > 0.0
        else "Nothing hung on the backup output."
    ]
    if away_s > 0.0:
        words.append(f"The mains was away for {_bold(figures.hours(away_s))}.")
    if dark_s > 0.0:
        words.append(
            f"Something in the house had no power for {_bold(figures.hours(dark_s))},"
            f" {figures.share(dark_s / total_s)} of the time."
        )
    elif found["load_wh"] > 0.0:
        words.append("It was never without power.")
    if found["self_sufficiency"] is not None:
        words.append(
            f"{_bold(figures.share(found['self_sufficiency']))} of what it used came from its own sun."
        )
    return " ".join(words)


def _tiles(found: Mapping[str, Any]) -> list[str]:
    curtailed = found["curtailed_wh"]
    sun_more = f"{figures.energy(curtailed)} more was there but nobody needed it"
    tiles = [
        _tile("solar", "Sun", figures.energy(found["pv_wh"]), sun_more if curtailed > 500.0 else ""),
        _tile("grid", "Bought", figures.energy(found["grid_import_wh"]), _outages(found)),
    ]
    if found["grid_export_wh"] >= 50.0:
        tiles.append(_tile("grid", "Sold", figures.energy(found["grid_export_wh"]), ""))
    if found["micro_inverter_wh"] >= 50.0:
        tiles.append(
            _tile("solar", "Micro-inverters", figures.energy(found["micro_inverter_wh"]), "")
        )
    if found["generator_starts"] or found["generator_wh"] > 0.0:
        more = (
            f"{figures.energy(found['generator_wh'])}, {figures.litres(found['fuel_l'])} of fuel,"
            f" {figures.count(found['generator_starts'], 'start', 'starts')}"
        )
        ran = figures.hours(found["generator_hours"] * HOUR_S)
        tiles.append(_tile("gen", "Generator ran", ran, more))
    house_wh = found["served_wh"] + found["home_wh"] - found["home_unserved_wh"]
    house_wh += found["smart_load_wh"]
    tiles += [
        _tile("load", "House used", figures.energy(house_wh), _before(found)),
        _tile(
            "dark",
            "Without power",
            figures.hours(found["hours_unserved"] * HOUR_S),
            f"{figures.energy(found['unserved_wh'])} missed: "
            + ", ".join(
                f"L{phase} {figures.hours(found[f'hours_unserved_l{phase}'] * HOUR_S)}"
                for phase in (1, 2, 3)
            )
            if found["hours_unserved"]
            else "",
        ),
        _tile(
            "battery",
            "Battery",
            figures.count(found["battery_cycles"], "cycle", "cycles"),
            f"health {100.0 * found['battery_soh']:.1f}\u00a0% at the end",
        ),
        _tile(
            "",
            "Lost as heat",
            figures.energy(found["losses_wh"]),
            "in the inverter, its own consumption included",
        ),
    ]
    return tiles


def _outages(found: Mapping[str, Any]) -> str:
    if not found["outages"]:
        return "the mains never failed"
    return figures.count(found["outages"], "outage", "outages")


def _before(found: Mapping[str, Any]) -> str:
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
