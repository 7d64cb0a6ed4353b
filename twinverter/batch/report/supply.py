"""When the mains was away, and who stepped in: battery, generator, nobody."""

import numpy as np

from twinverter.batch.report import ink
from twinverter.batch.report.maps import fine, frame, picture
from twinverter.batch.report.markup import card, escape, figure_of, legend
from twinverter.batch.run import Run
from twinverter.words import figures

QUARTER_S = 900.0
THERE, AWAY, ENGINE, DARK = 0, 1, 2, 3


def supply_card(run: Run) -> str:
    """Return the card that shows when the mains was away, and who stepped in; empty without."""
    gone = run.tally.mains_gone.table()
    dark, engine = run.tally.dark.table(), run.tally.generator.table()
    outages = gone[gone["code"] > 0]
    if not len(outages) and not dark["code"].any() and not engine["code"].any():
        return ""
    clock_s = run.tally.hours["clock_s"]
    first_s = clock_s[0] // figures.DAY_S * figures.DAY_S
    days = int((clock_s[-1] - first_s) // figures.DAY_S) + 1
    quarters = np.full(days * int(figures.DAY_S / QUARTER_S), ink.UNKNOWN, np.uint8)
    for code, spans, on in (
        (THERE, gone, (0, 1)),
        (AWAY, gone, (1,)),
        (ENGINE, engine, (1,)),
        (DARK, dark, (1,)),
    ):
        for span in spans[np.isin(spans["code"], on)]:
            begin = int((span["start_s"] - first_s) // QUARTER_S)
            end = int(np.ceil((span["end_s"] - first_s) / QUARTER_S))
            quarters[begin : max(end, begin + 1)] = code
    light = [ink.rgb(colour) for colour in ink.SUPPLY_LIGHT]
    dark_theme = [ink.rgb(colour) for colour in ink.SUPPLY_DARK]
    quarters[quarters == ink.UNKNOWN] = len(light)
    indices = quarters.reshape(days, -1).T
    image = picture(
        fine(indices, 2, 1), light, dark_theme, len(light), "Mains, generator and dark hours"
    )
    first = figures.moment(float(first_s)).date()
    entries = [("supply-there", "Mains there"), ("supply-away", "Mains away, house lit")]
    if engine["code"].any():
        entries.append(("supply-gen", "Generator running"))
    if dark["code"].any():
        entries.append(("supply-dark", "Something without power"))
    body = legend(entries)
    body += f'<figure class="map">{frame(image, days, first)}</figure>'
    body += _outage_facts(outages, run)
    return card(
        "When the mains was away",
        body,
        aside="In quarters of an hour; the worst of each quarter is shown.",
        name="supply",
    )


def _outage_facts(outages: np.ndarray, run: Run) -> str:
    if not len(outages):
        return ""
    lengths_s = outages["steps"] * run.step_s
    longest = outages[int(lengths_s.argmax())]
    hours = run.tally.hours
    away_s = float(hours["mains_gone_s"].sum())
    held = 1.0 - float(hours["dark_away_s"].sum()) / away_s
    since = figures.day_name(figures.moment(float(longest["start_s"])).date())
    facts = (
        ("Mains away", figures.hours(away_s), figures.count(len(outages), "outage", "outages")),
        ("Longest", figures.duration(float(lengths_s.max())), f"from {since}"),
        ("Half are shorter than", figures.duration(float(np.median(lengths_s))), ""),
        ("House kept going", figures.share(held), "of the time without mains"),
    )
    shown = "".join(
        f"<div><dt>{name}</dt><dd>{figure_of(value)}<small>{escape(more)}</small></dd></div>"
        for name, value, more in facts
    )
    return f'<dl class="facts">{shown}</dl>'
