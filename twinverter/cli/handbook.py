"""`twinverter handbook`: the handbook of a house, as a page and as a PDF."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from twinverter.cli.frame import FINE, InputError, app

if TYPE_CHECKING:
    from twinverter.book.document import Document

PAGE, PAPER = ".html", ".pdf"
NAME = "handbook"


@app.command(epilog="Example: [bold]twinverter handbook house.toml --out handbook.pdf[/]")
def handbook(
    house: Annotated[
        Path | None,
        typer.Argument(help="House file (TOML); the built-in Lagos home without one."),
    ] = None,
    out: Annotated[
        Path,
        typer.Option(
            help="File to write, .html or .pdf; a folder gets both.", metavar="FILE.html|FILE.pdf"
        ),
    ] = Path(),
) -> int:
    """Write the handbook of a house: its wiring, its settings, its limits, what to do."""
    targets = _targets(out)
    from twinverter.handbook.book import handbook_of
    from twinverter.scenario.error import HouseError
    from twinverter.scenario.house import load_house

    try:
        document = handbook_of(load_house(house))
    except HouseError as error:
        raise InputError(str(error)) from None
    for target in targets:
        _write(target, _made(document, target.suffix.lower()))
        print(f"Handbook: {target}")
    return FINE


def _targets(out: Path) -> list[Path]:
    """Return the files to write; InputError where there is no place or no such form."""
    if out.is_dir():
        return [out / f"{NAME}{PAGE}", out / f"{NAME}{PAPER}"]
    if out.suffix.lower() not in (PAGE, PAPER):
        raise InputError(
            f"--out {out}: is no handbook (allowed: FILE{PAGE}, FILE{PAPER}, a folder that exists)"
        )
    if not out.parent.is_dir():
        raise InputError(f"--out {out}: there is no folder {out.parent}")
    return [out]


def _made(document: "Document", suffix: str) -> bytes:
    if suffix == PAGE:
        from twinverter.book.html import html

        return html(document).encode()
    from twinverter.book.paper import pdf

    return pdf(document)


def _write(target: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    try:
        handle, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(draft, 0o644)
        os.replace(draft, target)
    except OSError as error:
        raise InputError(f"--out {target}: cannot be written ({error.strerror})") from None
