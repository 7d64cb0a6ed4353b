"""Drawings on paper: one page of A4 in landscape for each, as a PDF.

Typst sets the pages; the pictures stay lines and text, so that a page can be enlarged and searched.
Its own faces serve where the machine has no sans-serif one.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import typst

from twinverter.drawings.sheets import Sheet

PAGE = '#set page(paper: "a4", flipped: true, margin: 0pt)\n'


def pdf(sheets: Sequence[Sheet], title: str = "Drawings") -> bytes:
    """Return the sheets as one PDF, a page each, the same bytes for the same sheets.

    ValueError where there is none.
    """
    if not sheets:
        raise ValueError("no sheet to print")
    pages = [
        f'#image("{number}.svg", width: 100%, height: 100%, alt: {_quoted(one.caption)})'
        for number, one in enumerate(sheets)
    ]
    text = f"#set document(title: {_quoted(title)}, date: none)\n{PAGE}"
    with tempfile.TemporaryDirectory() as folder:
        for number, one in enumerate(sheets):
            (Path(folder) / f"{number}.svg").write_text(one.svg, encoding="utf-8")
        source = Path(folder) / "sheets.typ"
        source.write_text(text + "\n#pagebreak()\n".join(pages), encoding="utf-8")
        made = typst.compile(source, timestamp=0)
    assert isinstance(made, bytes)
    return made


def _quoted(words: str) -> str:
    """Return a text as a string of Typst."""
    safe = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'
