"""What a book is made of: chapters, sections, and the blocks of a section.

Plain data, written once by the chapters and set twice, as HTML and as PDF. A text may hold words
between backticks, which are set as code; nothing else in it is markup.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

DANGER, WRONG, DOUBTFUL, WARNING, NOTE = "danger", "wrong", "doubtful", "warning", "note"
# What a note is headed with: colour is never its only sign.
WORDS = {
    DANGER: "Danger",
    WRONG: "Wrong",
    DOUBTFUL: "Doubtful",
    WARNING: "Warning",
    NOTE: "Note",
}
CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list; `ordered` where its order counts."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Table:
    """A table; the first column heads its rows, `shares` are the widths of the columns."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...] = ()
    caption: str = ""


@dataclass(frozen=True)
class Note:
    """Something that must not be missed, with its severity."""

    severity: str
    items: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True)
class Figure:
    """A drawing as SVG text: a sheet of its own, or `share` of the width of the text."""

    svg: str
    caption: str
    is_sheet: bool = False
    share: float = 1.0


Block = Paragraph | Bullets | Table | Note | Figure


@dataclass(frozen=True)
class Section:
    """One section; without a title it opens its chapter."""

    number: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Chapter:
    """One chapter."""

    number: str
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Document:
    """A whole book: its title page and its chapters; a brief one opens on its first page."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    opening: tuple[Block, ...]
    chapters: tuple[Chapter, ...] = ()
    is_brief: bool = False

    def section(self, number: str) -> Section:
        """Return a section by its number; KeyError where there is none."""
        for chapter in self.chapters:
            for section in chapter.sections:
                if section.number == number:
                    return section
        raise KeyError(number)


def some(*blocks: Block | None) -> tuple[Block, ...]:
    """Return the blocks that hold something."""
    return tuple(block for block in blocks if block is not None and not _is_empty(block))


def _is_empty(block: Block) -> bool:
    match block:
        case Bullets(items=items) | Note(items=items):
            return not items
        case Table(rows=rows):
            return not rows
        case Paragraph(text=text):
            return not text
        case Figure(svg=svg):
            return not svg


def spans(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the pieces of a text and whether each is code."""
    for place, piece in enumerate(CODE.split(text)):
        if piece:
            yield place % 2 == 1, piece


def words(blocks: Iterable[Block]) -> str:
    """Return all that blocks say, as plain text."""
    said: list[str] = []
    for block in blocks:
        match block:
            case Paragraph(text=text):
                said.append(text)
            case Bullets(items=items):
                said += items
            case Note(severity=severity, items=items, title=title):
                said += [WORDS[severity], title, *items]
            case Table(head=head, rows=rows, caption=caption):
                said += [caption, *head, *(cell for row in rows for cell in row)]
            case Figure(caption=caption):
                said.append(caption)
    return "\n".join(piece for text in said for piece in [text.replace("`", "")] if piece)
