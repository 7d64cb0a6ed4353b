"""A book as pages: Typst markup made from it, and the PDF that Typst makes of that.

Every text goes in as a string, so nothing of a house's own words can become markup. Only the fonts
that Typst brings are used: a book looks the same on every machine.
"""

from collections.abc import Iterable
from importlib.resources import files

import typst

from twinverter.book.document import (
    WORDS,
    Block,
    Bullets,
    Chapter,
    Document,
    Figure,
    Note,
    Paragraph,
    Section,
    Table,
    spans,
)

# Python counts these among what is not printed; a figure stays beside its unit by them.
SPACES = "\n\t\u00a0\u202f"
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "", "\t": " "})


def pdf(document: Document) -> bytes:
    """Return the book as a PDF of A4 pages."""
    return typst.compile(markup(document).encode(), format="pdf", ignore_system_fonts=True)


def markup(document: Document) -> str:
    """Return the book as one Typst source."""
    look = (files("twinverter.book") / "book.typ").read_text(encoding="utf-8")
    facts = _array(_texts(fact) for fact in document.facts)
    body = "\n".join(map(_chapter, document.chapters))
    return (
        f"{look}\n#show: it => book({string(document.title)}, {string(document.subtitle)},"
        f" {facts}, [{_blocks(document.opening)}], {str(document.is_brief).lower()}, it)\n{body}\n"
    )


def string(text: str) -> str:
    """Return a text as a Typst string."""
    printable = "".join(one for one in text if one.isprintable() or one in SPACES)
    return f'"{printable.translate(ESCAPES)}"'


def _text(text: str) -> str:
    """Return a text as Typst content, its code marked."""
    pieces = (
        f"#raw({string(piece)})" if is_code else f"#{string(piece)}"
        for is_code, piece in spans(text)
    )
    return f"[{''.join(pieces)}]"


def _array(items: Iterable[str]) -> str:
    return "(" + "".join(f"{item}, " for item in items) + ")"


def _texts(items: Iterable[str]) -> str:
    return _array(map(_text, items))


def _chapter(chapter: Chapter) -> str:
    head = f"#chapter({string(chapter.number)}, {string(chapter.title)})"
    return "\n".join([head, *map(_section, chapter.sections)])


def _section(section: Section) -> str:
    body = _blocks(section.blocks)
    if not section.title:
        return body
    return f"#part({string(section.number)}, {string(section.title)})\n{body}"


def _blocks(blocks: Iterable[Block]) -> str:
    return "\n\n".join(map(_block, blocks))


def _block(block: Block) -> str:
    match block:
        case Paragraph(text=text):
            return f"#par({_text(text)})"
        case Bullets(items=items, ordered=ordered):
            return f"#bullets({str(ordered).lower()}, {_texts(items)})"
        case Note(severity=severity, items=items, title=title):
            word = string(WORDS[severity])
            return f"#boxed({string(severity)}, {word}, {_text(title)}, {_texts(items)})"
        case Figure(svg=svg, caption=caption, is_sheet=True):
            return f"#sheet({string(svg)}, {_text(caption)})"
        case Figure(svg=svg, caption=caption, share=share):
            return f"#drawing({string(svg)}, {_text(caption)}, {share:.0%})"
        case Table():
            return _table(block)


def _table(table: Table) -> str:
    shares = table.shares or (1.0,) * len(table.head)
    widths = _array(f"{share:g}fr" for share in shares)
    cells = _texts(cell for row in table.rows for cell in row)
    caption = _text(table.caption) if table.caption else "none"
    return f"#rows({widths}, {_texts(table.head)}, {cells}, {caption})"
