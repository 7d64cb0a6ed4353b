"""The summary and the stories of a run on a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from twinverter.batch.run import Run
from twinverter.batch.story import SUBJECTS, Story
from twinverter.words import figures, wording

HOUR_S = figures.HOUR_S
LEAST_WH = 50.0
Summary = dict[str, Any]


def print_summary(console: Console, run: Run) -> None:
    """Print the figures of a run as a table."""
    found = run.summary
    console.print(
        f"[bold]{found['house']}[/]  {found['start']} to {found['end']}  {found['timezone']}"
    )
    if run.interrupted:
        done = figures.share(run.steps / run.planned)
        console.print(f"[bold]Interrupted: {done} of the time is done, and kept.[/]")
    table = Table(box=box.SIMPLE, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(justify="right", style="bold", no_wrap=True)
    table.add_column(style="dim")
    for name, figure, more in _rows(run):
        table.add_row(name, figure, more)
    console.print(table)
    for note in found["notes"]:
        console.print(Text(f"Note: {note}", style="dim"))
    error = found["balance_error_relative"]
    console.print(
        f"[dim]{found['steps']} steps of {found['step_s']:g} s in {found['stepping_seconds']:.2f} s"
        f" ({found['ns_per_step']:.0f} ns each); balances close to {error:.0e}.[/]"
    )


def print_stories(console: Console, stories: Sequence[Story], most: int, *, in_file: bool) -> None:
    """Print the stories of the first days, and where the others are."""
    for story in stories[:most]:
        console.print(Text(story.text(max(40, console.width))))
        console.print()
    left = len(stories) - most
    if left > 0:
        where = "are in story.txt" if in_file else "go to story.txt with --out DIR"
        console.print(f"[dim]The stories of {left} more days {where}.[/]\n")


Row = tuple[str, str, str]


def _rows(run: Run) -> Iterator[Row]:
    """Yield (name, figure, remark) of what an owner asks for."""
    yield from _sources(run.summary)
    yield from _house(run.summary)
    yield from _machine(run)


def _sources(found: Summary) -> Iterator[Row]:
    curtailed = ""
    if found["curtailed_wh"] >= 500.0:
        curtailed = f"{figures.energy(found['curtailed_wh'])} more was there"
    yield "Sun", figures.energy(found["pv_wh"]), curtailed
    away = figures.hours(found["hours_without_mains"] * HOUR_S)
    outages = f"{figures.count(found['outages'], 'outage', 'outages')}, {away} together"
    yield "Bought", figures.energy(found["grid_import_wh"]), outages if found["outages"] else ""
    for name, key in (("Sold", "grid_export_wh"), ("Micro-inverters", "micro_inverter_wh")):
        if found[key] >= LEAST_WH:
            yield name, figures.energy(found[key]), ""
    if found["generator_hours"]:
        starts = figures.count(found["generator_starts"], "start", "starts")
        ran = f"{figures.hours(found['generator_hours'] * HOUR_S)}, {starts}"
        fuel = figures.litres(found["fuel_l"])
        yield "Generator", figures.energy(found["generator_wh"]), f"{ran}, {fuel} of fuel"


def _house(found: Summary) -> Iterator[Row]:
    if found["load_wh"]:
        got = f"{figures.share(found['served_wh'] / found['load_wh'])} of what it asked for"
        yield "House", figures.energy(found["served_wh"]), got
    if found["home_wh"] >= LEAST_WH:
        got_wh = found["home_wh"] - found["home_unserved_wh"]
        yield "House, before the inverter", figures.energy(got_wh), ""
    dark_s = found["hours_unserved"] * HOUR_S
    missed = ""
    if dark_s >= 1.0:
        phases = (f"L{at} {figures.hours(found[f'hours_unserved_l{at}'] * HOUR_S)}" for at in "123")
        missed = f"{figures.energy(found['unserved_wh'])} missed: {', '.join(phases)}"
    yield "Without power", figures.hours(dark_s), missed
    if found["self_sufficiency"] is not None:
        yield "From its own sun", figures.share(found["self_sufficiency"]), "of what the house got"


def _machine(run: Run) -> Iterator[Row]:
    found = run.summary
    health = f"health {100.0 * found['battery_soh']:.1f}\u00a0% at the end"
    yield "Battery", figures.count(found["battery_cycles"], "cycle", "cycles"), health
    yield "Lost as heat", figures.energy(found["losses_wh"]), ""
    for line, seconds in found["reasons"].items():
        if set(seconds) <= {"gen_not_needed"}:
            continue
        for key, held_s in list(seconds.items())[:1]:
            subject = SUBJECTS.get(line, "The GEN port")
            sentence = run.example(line, int(wording.code_of(key)))
            yield f"{subject}, mostly", figures.share(held_s / (run.steps * run.step_s)), sentence
    if found["alarms"]:
        shown = ", ".join(f"{code} {alarm['count']}x" for code, alarm in found["alarms"].items())
        yield "Alarms", figures.plain(len(found["alarms"])), shown


# What an answer shows of each line: its name, the power in it, and the line of its reason.
ANSWER_LINES = (
    ("Sun", "pv_w", "pv"),
    ("Battery", "battery_w", "battery"),
    ("Mains", "grid_w", "grid"),
    ("Generator", "gen_w", "generator"),
    ("Micro-inverter", "micro_inverter_w", ""),
    ("House", "load_w", "load"),
    ("Before the inverter", "home_w", ""),
    ("Smart load", "smart_load_w", "aux"),
    ("Without power", "unserved_w", ""),
    ("Held back", "curtailed_w", ""),
    ("Lost as heat", "loss_w", ""),
)
PHASE_NAMES = (("L1", "l1"), ("L2", "l2"), ("L3", "l3"))


def print_answer(console: Console, answer: Mapping[str, Any]) -> None:
    """Print one situation's answer: power on every line, per phase where it has some, and why."""
    soc, volts = figures.share(answer["soc"]), f"{answer['battery_v']:.1f} V"
    met = answer["situation"]
    grid_v = "/".join(f"{phase:.0f}" for phase in met["grid_v"])
    console.print(
        f"[dim]{met['at'].replace('T', ' ')}, sun for {met['sun_w']:.0f} W,"
        f" mains {grid_v} V {met['grid_hz']:.2f} Hz, {met['ambient_c']:.0f} degC[/]"
    )
    console.print(f"[bold]{answer['state']}[/]  battery at {soc}, {volts}")
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("")
    table.add_column("W", justify="right", style="bold", no_wrap=True)
    table.add_column("L1 / L2 / L3", justify="right", style="dim", no_wrap=True)
    table.add_column("why")
    for name, key, line in ANSWER_LINES:
        why = answer["why"].get(line, "")
        if abs(answer[key]) < 0.5 and not why:
            continue
        split = [answer.get(f"{key}_{phase}") for _, phase in PHASE_NAMES]
        phases = " / ".join(f"{watts:.0f}" for watts in split if watts is not None)
        table.add_row(name, f"{answer[key]:.0f}", phases, why)
    console.print(table)
    closed = [name.replace("_", " ") for name, on in answer["relays"].items() if on]
    console.print(f"[dim]Closed relays: {', '.join(closed) or 'none'}.[/]")
    if answer["alarms"]:
        console.print(f"[bold]Alarms: {', '.join(answer['alarms'])}[/]")
