"""`twinverter simulate`: a house through days or years."""

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twinverter.cli.frame import FINE, FOUND, Bar, InputError, app, progress_bar, start_moment

if TYPE_CHECKING:
    from twinverter.batch.run import Run
    from twinverter.batch.story import Story

BALANCE_LIMIT = 1e-9
STORY_DAYS = 7
STEP = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|m|h)?")
STEP_UNITS_S = {"ms": 0.001, "s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0, None: 1.0}
SUMMARY_FILE, STORY_FILE, REPORT_FILE = "summary.json", "story.txt", "report.html"


@app.command(
    epilog="Example: [bold]twinverter simulate house.toml --start 2023-03-01 --days 7 --explain[/]"
)
def simulate(
    house: Annotated[
        Path | None,
        typer.Argument(help="House file (TOML); the built-in Lagos home without one."),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(help="First day, 2023-03-01 (else the house's).", metavar="D"),
    ] = None,
    days: Annotated[
        float | None, typer.Option(help="How many days (else the house's, 365).", metavar="N")
    ] = None,
    step: Annotated[
        str, typer.Option(help="Length of a step: 1s, 60s, 5min, 1h.", metavar="60s")
    ] = "60s",
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for report.html, flows.parquet and summary.json.", metavar="DIR"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Tell the story of the days in sentences.")
    ] = False,
    interpreted: Annotated[
        bool, typer.Option("--interpreted", help="Run without the compiler, slowly.", hidden=True)
    ] = False,
) -> int:
    """Run a house, or its units in parallel, through days or years: summary, flows, and why."""
    step_s, first = step_seconds(step), start_moment(start)
    if out is not None and out.exists() and not out.is_dir():
        raise InputError(f"--out {out}: is a file, a folder is wanted")
    from twinverter.batch.simulate import simulate as run_house
    from twinverter.scenario.error import HouseError
    from twinverter.scenario.house import load_house

    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(published(out)) if out is not None else None
        bar = stack.enter_context(progress_bar())
        try:
            run = run_house(load_house(house), first, days, step_s, folder, interpreted, bar)
        except HouseError as error:
            raise InputError(_as_typed(error)) from None
        bar.done()
        stories = _stories(run, folder) if explain else []
        if folder is not None:
            _write(run, folder, bar)
    if out is not None:
        run.path = out / run.path.name
    if as_json:
        found = dict(run.summary)
        if explain:
            found["story"] = {story.day.isoformat(): story.rows() for story in stories}
        print(json.dumps(found, indent=2))
    else:
        _print(run, out, stories)
    return FOUND if run.interrupted or run.balance_error > BALANCE_LIMIT else FINE


def step_seconds(text: str) -> float:
    """Return the length of a step written as 1s, 60s, 5min or 1h; seconds without a unit."""
    found = STEP.fullmatch(text.strip())
    if not found:
        raise InputError(f"--step {text}: is no length (allowed: 1ms to 1h, as 60s, 5min)")
    step_s = float(found[1]) * STEP_UNITS_S[found[2]]
    if not 0.001 <= step_s <= 3600.0:
        raise InputError(f"--step {text}: is out of range (allowed: 1ms to 1h)")
    return step_s


@contextlib.contextmanager
def published(target: Path) -> Iterator[Path]:
    """Yield a folder beside `target` whose files appear there whole once the block has ended well.

    Where the block fails nothing is left, not even the folder.
    """
    made = [folder for folder in (target, *target.parents) if not folder.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-")
    except OSError as error:
        raise InputError(f"--out {target}: cannot be written ({error.strerror})") from None
    try:
        yield Path(draft.name)
        target.mkdir(exist_ok=True)
        for file in sorted(Path(draft.name).iterdir()):
            os.replace(file, target / file.name)
    except BaseException:
        draft.cleanup()
        for folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise
    draft.cleanup()


def _stories(run: "Run", folder: Path | None) -> "list[Story]":
    """Return the stories of all days; they go to `story.txt` where there is a folder."""
    from twinverter.batch.story import stories

    told = list(stories(run))
    if folder is not None:
        texts = "\n\n".join(story.text() for story in told)
        (folder / STORY_FILE).write_text(texts + "\n", encoding="utf-8")
    return told


def _write(run: "Run", folder: Path, bar: Bar) -> None:
    from twinverter.batch.report import write_report

    text = json.dumps(run.summary, indent=2, ensure_ascii=False)
    (folder / SUMMARY_FILE).write_text(text + "\n", encoding="utf-8")
    write_report(run, folder / REPORT_FILE)
    bar.done()


def _print(run: "Run", out: Path | None, stories: "list[Story]") -> None:
    from rich.console import Console

    from twinverter.batch.group_screen import print_units
    from twinverter.batch.screen import print_stories, print_summary

    console = Console(highlight=False)
    print_stories(console, stories, STORY_DAYS, in_file=out is not None)
    print_summary(console, run)
    if "parallel" in run.summary:
        print_units(console, run.summary["parallel"])
    if out is None:
        console.print("[dim]--out DIR writes the report, the flows and this summary.[/]")
    else:
        console.print(f"Report: {out / REPORT_FILE}", soft_wrap=True)


def _as_typed(error: Any) -> str:
    """Return a house's error, its options named as they are typed."""
    text = str(error)
    return f"--{text}" if error.key in ("step", "days", "start") and not error.file else text
