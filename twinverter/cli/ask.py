"""`twinverter ask`: one situation, what every line would carry, and why."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from twinverter.cli.frame import FINE, InputError, app, lone_house

PAIR = "KEY=VALUE"


@app.command(epilog="Example: [bold]twinverter ask --at 18:30 --soc 40% --sun 3000 --grid off[/]")
def ask(
    house: Annotated[
        Path | None,
        typer.Argument(help="House file (TOML); the built-in Lagos home without one."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(help="Time of the house's first day, or a date and time.", metavar="18:30"),
    ] = None,
    soc: Annotated[str | None, typer.Option(help="State of charge.", metavar="40%")] = None,
    sun: Annotated[
        str | None, typer.Option(help="What the strings could give, W.", metavar="3000")
    ] = None,
    load: Annotated[
        str | None,
        typer.Option(help="Backup load, W in all or on L1,L2,L3.", metavar="1000,200,0"),
    ] = None,
    home: Annotated[
        str | None, typer.Option(help="Load before the inverter, likewise.", metavar="500")
    ] = None,
    grid: Annotated[
        str | None,
        typer.Option(help="off, on, or volts with @Hz.", metavar="230,231,180@49.9"),
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="A setting, as often as wanted.", metavar=PAIR)
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(help="A field of the machine's memory (see --fields).", metavar=PAIR),
    ] = None,
    single: Annotated[
        list[str] | None,
        typer.Option("--input", help="A field of the world (see --fields).", metavar=PAIR),
    ] = None,
    defect: Annotated[
        list[str] | None,
        typer.Option(
            help="Something broken or wrongly wired (see --causes).", metavar="KEY[=VALUE]"
        ),
    ] = None,
    after: Annotated[
        str | None,
        typer.Option(help="So long after it began, not settled.", metavar="120s"),
    ] = None,
    ideal: Annotated[
        bool,
        typer.Option("--ideal", help="No losses, battery at 50.0 V, no sun or load unless given."),
    ] = False,
    cases: Annotated[
        Path | None,
        typer.Option(help="Answer every row of a CSV file; columns are these options."),
    ] = None,
    fields: Annotated[
        bool, typer.Option("--fields", help="List what --state and --input can name.")
    ] = False,
    causes: Annotated[bool, typer.Option("--causes", help="List what --defect can name.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> int:
    """Answer one situation: what would it do, and why."""
    if fields:
        return _print_fields()
    if causes:
        return _print_causes()
    from twinverter.batch.ask import ask as ask_house
    from twinverter.batch.cases import ask_all, named, pairs

    try:
        where = lone_house(house, "ask")
        if cases is not None:
            answers = ask_all(where, cases, ideal)
            _print_json(answers)
            return FINE
        answer = ask_house(
            where,
            at=at,
            soc=soc,
            sun=sun,
            load=load,
            home=home,
            grid=grid,
            settings=pairs("--set", settings or []),
            state=pairs("--state", state or []),
            inputs=pairs("--input", single or []),
            defects=named("--defect", defect or []),
            after=after,
            ideal=ideal,
        )
    except ValueError as error:
        raise InputError(str(error)) from None
    if as_json:
        _print_json(answer)
    else:
        _print_answer(answer)
    return FINE


def _print_json(answer: Any) -> None:
    print(json.dumps(answer, indent=2, ensure_ascii=False))


def _print_fields() -> int:
    from twinverter.core.records import leaves
    from twinverter.inverter import Inputs, State

    for option, kind in (("--input", Inputs), ("--state", State)):
        print(f"{option}\n  " + "\n  ".join(leaves(kind)))
    return FINE


def _print_causes() -> int:
    from twinverter.catalog.causes import CAUSES

    for row in CAUSES:
        values = "0 or 1" if row.is_flag else f"{row.low:g} to {row.high:g} {row.unit}"
        print(f"{row.key}={row.usual:g}  ({values})\n  {row.told}")
    return FINE


def _print_answer(answer: dict[str, Any]) -> None:
    from rich.console import Console

    from twinverter.batch.screen import print_answer

    print_answer(Console(highlight=False), answer)
