"""`twinverter draw`: the drawings of a house as SVG or PDF."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from twinverter.cli.frame import FINE, InputError, app

FORMATS = ("svg", "pdf")


@app.command(epilog="Example: [bold]twinverter draw house.toml --out drawings --format pdf[/]")
def draw(
    house: Annotated[
        Path | None,
        typer.Argument(help="House file (TOML); the built-in Lagos home without one."),
    ] = None,
    out: Annotated[
        Path, typer.Option(help="Folder to write to; made where it is not there.", metavar="DIR")
    ] = Path("drawings"),
    drawing: Annotated[
        list[str] | None,
        typer.Option(help="Only this drawing; may be given several times.", metavar="NAME"),
    ] = None,
    form: Annotated[
        str, typer.Option("--format", help="svg (a file each) or pdf (one file).")
    ] = "svg",
    on: Annotated[
        str | None,
        typer.Option("--date", help="Day in the title block; today without it.", metavar="DAY"),
    ] = None,
) -> int:
    """Draw a house as it is installed: diagrams, wiring, schedules, pins."""
    if form not in FORMATS:
        raise InputError(f"--format {form}: is no format (allowed: {', '.join(FORMATS)})")
    day = _day(on)
    from twinverter.drawings.sheets import NAMES, sheets
    from twinverter.scenario.error import HouseError, nearest
    from twinverter.scenario.house import load_house

    for name in drawing or ():
        if name not in NAMES:
            allowed = ", ".join(NAMES)
            raise InputError(
                f"--drawing {name}: is no drawing{nearest(name, NAMES)} (allowed: {allowed})"
            )
    try:
        loaded = load_house(house)
    except HouseError as error:
        raise InputError(str(error)) from None
    made = sheets(loaded, date=day, names=tuple(drawing or NAMES))
    missing = [name for name in drawing or () if not any(one.is_of(name) for one in made)]
    if missing:
        raise InputError(f"--drawing {missing[0]}: {loaded.name} has none of it to draw")
    files = {f"{one.name}.svg": one.svg.encode("utf-8") for one in made}
    if form == "pdf":
        from twinverter.drawings.paper import pdf

        files = {"drawings.pdf": pdf(made, loaded.name)}
    _write(out, files)
    return FINE


def _day(text: str | None) -> str:
    """Return the day as it is written in the title block."""
    if text is None:
        return date.today().isoformat()
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise InputError(f"--date {text}: is no date (allowed: as in 2026-03-01)") from None


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files and say which."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
            print(folder / name)
    except OSError as error:
        raise InputError(f"--out {folder}: cannot be written ({error.strerror})") from None
