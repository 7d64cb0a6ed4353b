"""`twinverter bench`: what the machine promises, measured beside formulas and other models."""

import itertools
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twinverter.cli.frame import FINE, FOUND, InputError, app, progress_bar

if TYPE_CHECKING:
    from twinverter.bench.conformance import Row
    from twinverter.bench.speed import Speed

bench = typer.Typer(
    help="The virtual laboratory: what the machine promises, measured.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
app.add_typer(bench, name="bench")

AS_JSON = Annotated[bool, typer.Option("--json", help="Print every row as JSON.")]
ALONE = "no OpenDER here: judged by formulas alone (pip install opender adds the reference)"


@bench.command(epilog="Example: [bold]twinverter bench grid droop 'volt-var' --no-speed[/]")
def grid(
    groups: Annotated[
        list[str] | None,
        typer.Argument(help="Only these groups of cases, e.g. volt-var, droop, trip."),
    ] = None,
    speed: Annotated[
        bool, typer.Option(help="Also measure steps per second, of both in the same run.")
    ] = True,
    reference: Annotated[
        bool, typer.Option(help="Run OpenDER beside ours, where it is installed.")
    ] = True,
    inverter: Annotated[
        bool, typer.Option(help="Put the whole inverter through the cases with sun, too.")
    ] = True,
    as_json: AS_JSON = False,
) -> int:
    """Grid support: curves, responses, priorities, trips, ride-through and return."""
    from twinverter.bench import cases, conformance, machine
    from twinverter.bench import reference as opender

    table = list(cases.cases())
    known = list(dict.fromkeys(case.group for case in table))
    for group in groups or []:
        if group not in known:
            raise InputError(f"bench grid {group}: no such group (allowed: {', '.join(known)})")
    table = [case for case in table if not groups or case.group in groups]
    beside = reference and opender.available()
    found: list[Row] = []
    runs = [conformance.rows(table, machine.trace, beside)]
    runs += [conformance.whole_rows(table)] if inverter else []
    with progress_bar() as bar:
        for row in itertools.chain(*runs):
            found.append(row)
            bar(len(found) / (len(runs) * len(table)))
    speeds = _speeds(beside) if speed else []
    named = opender.named() if beside else ""
    if as_json:
        said = {
            "reference": named or None,
            "verdicts": dict(conformance.counted(found)),
            "speed": [each._asdict() for each in speeds],
            "rows": [row.as_data() for row in found],
        }
        print(json.dumps(said, indent=2))
    else:
        _print_rows(found, named)
        _print_speeds(speeds)
    return FOUND if any(row.verdict == conformance.DEVIATES for row in found) else FINE


def _speeds(beside: bool) -> "list[Speed]":
    from twinverter.bench import speed

    return list(speed.measured(beside))


def _print_rows(found: "list[Row]", named: str) -> None:
    from twinverter.bench import conformance

    print(f"beside {named}" if named else ALONE)
    print(f"{'group':14}{'case':42}{'device':9}{'step':>7}{'P':>10}{'Q':>10}  verdict")
    for row in found:
        judges = [row.formula, *([row.reference] if row.reference else [])]
        active, reactive = (max(each[place] for each in judges) for place in (0, 1))
        verdict = f"{row.verdict}: {row.explained}" if row.explained else row.verdict
        missed = sum(each.missed for each in judges)
        if row.judged == "moments":
            steps = max(each.steps for each in judges)
            power = f"{missed:>7d} missed" if missed else f"{steps:>14d} steps"
            power = f"{power:>20}"
        else:
            power = f"{active:>10.1e}{reactive:>10.1e}"
        print(f"{row.group:14}{row.name:42}{row.device:9}{row.dt_s:>6g}s{power}  {verdict}")
    counts = conformance.counted(found)
    said = ", ".join(f"{count} {word}" for word, count in counts.items())
    print(f"{len(found)} cases: {said}. Distances are the worst, per unit of rating.")


def _print_speeds(speeds: "list[Speed]") -> None:
    theirs = next((each for each in speeds if each.is_reference), None)
    for each in speeds:
        ratio = ""
        if theirs is not None and not each.is_reference:
            ratio = f"  {each.steps_per_s / theirs.steps_per_s:,.0f} times"
        print(f"{each.name:44}{each.steps_per_s:>14,.0f} steps/s{ratio}")


@bench.command(epilog="Example: [bold]twinverter bench histories --count 1000 --seed 7[/]")
def histories(
    count: Annotated[int, typer.Option(min=1, help="How many histories.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="Which ones.")] = 1,
    first: Annotated[int, typer.Option(min=0, help="Number of the first one.")] = 0,
    jobs: Annotated[int, typer.Option(min=1, help="Processes beside each other.")] = 1,
    as_json: AS_JSON = False,
) -> int:
    """Random voltages and frequencies: trips, rests and returns, beside OpenDER or formulas."""
    from twinverter.bench import histories as drawn
    from twinverter.bench import reference as opender

    beside = opender.available()
    found: list[Any] = []
    done = 0
    with progress_bar() as bar:
        for part, size in drawn.in_parts(seed, range(first, first + count), beside, jobs):
            found += part
            done += size
            bar(done / count)
    counts = drawn.counted(found)
    if as_json:
        said = {
            "reference": opender.named() if beside else None,
            "count": count,
            "seed": seed,
            "classes": dict(counts),
            "disagreements": [each._asdict() for each in found],
        }
        print(json.dumps(said, indent=2))
    else:
        print(f"{count} histories beside {opender.named() if beside else 'formulas'}, seed {seed}")
        for word, number in counts.most_common():
            print(f"{number:>8} {word}")
        for each in found:
            if not each.explained:
                print(f"history {each.number}, step {each.step}: ours {each.kind}")
    return FOUND if any(not each.explained for each in found) else FINE


@bench.command(epilog="Example: [bold]twinverter bench islanding[/]")
def islanding(as_json: AS_JSON = False) -> int:
    """A balanced load on a mains that is cut: how long the machine keeps it alive."""
    from twinverter.bench import islanding as lab

    cells = lab.matrix()
    if as_json:
        print(json.dumps(lab.as_rows(cells), indent=2))
    else:
        print("run-on time after the cut, by power and reactive mismatch; allowed:", end=" ")
        print(f"{lab.ALLOWED_S:g} s")
        print("\n".join(lab.table(cells)))
    return FINE if lab.passed(cells) else FOUND
