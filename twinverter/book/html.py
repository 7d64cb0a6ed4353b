"""A book as one HTML file that asks for nothing else: reads on a phone, in the dark, on paper."""

import base64
from collections.abc import Iterable
from html import escape
from importlib.resources import files

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

# A drawing above this share of the text has too much on it to shrink onto a phone.
CROWDED = 0.8


def html(document: Document) -> str:
    """Return the book as an HTML page."""
    style = (files("twinverter.book") / "book.css").read_text(encoding="utf-8")
    title = escape(f"{document.title}: {document.subtitle}")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f"<title>{title}</title><style>{style}</style></head><body>"
        '<a class="skip" href="#book">To the text</a>'
        f'<div class="page{" brief" if document.is_brief else ""}">{_contents(document)}'
        f'<main id="book">{_title(document)}'
        f"{''.join(map(_chapter, document.chapters))}</main></div></body></html>\n"
    )


def _title(document: Document) -> str:
    facts = "".join(
        f"<div><dt>{inline(name)}</dt><dd>{inline(value)}</dd></div>"
        for name, value in document.facts
    )
    return (
        f'<header class="cover"><p class="brand">{escape(document.subtitle)}</p>'
        f"<h1>{escape(document.title)}</h1><dl>{facts}</dl></header>"
        f'<section class="opening">{_blocks(document.opening)}</section>'
    )


def _contents(document: Document) -> str:
    if document.is_brief:
        return ""
    entries = "".join(
        f'<li><a href="#c{chapter.number}"><b>{chapter.number}</b> {escape(chapter.title)}</a>'
        f"{_inner(chapter)}</li>"
        for chapter in document.chapters
    )
    return (
        f'<nav class="beside" aria-label="Contents"><p>Contents</p><ol>{entries}</ol></nav>'
        '<nav class="above" aria-label="Contents"><details><summary>Contents</summary>'
        f"<ol>{entries}</ol></details></nav>"
    )


def _inner(chapter: Chapter) -> str:
    entries = "".join(
        f'<li><a href="#s{section.number}"><b>{section.number}</b> {escape(section.title)}</a></li>'
        for section in chapter.sections
        if section.title
    )
    return f"<ol>{entries}</ol>" if entries else ""


def _chapter(chapter: Chapter) -> str:
    return (
        f'<section class="chapter" id="c{chapter.number}"><h2><b>{chapter.number}</b> '
        f"{escape(chapter.title)}</h2>{''.join(map(_section, chapter.sections))}</section>"
    )


def _section(section: Section) -> str:
    body = _blocks(section.blocks)
    if not section.title:
        return f'<div class="lead">{body}</div>'
    return (
        f'<section id="s{section.number}"><h3><b>{section.number}</b> {escape(section.title)}</h3>'
        f"{body}</section>"
    )


def _blocks(blocks: Iterable[Block]) -> str:
    return "".join(map(_block, blocks))


def _block(block: Block) -> str:
    match block:
        case Paragraph(text=text):
            return f"<p>{inline(text)}</p>"
        case Bullets(items=items, ordered=ordered):
            kind = "ol" if ordered else "ul"
            return f"<{kind}>{_items(items)}</{kind}>"
        case Note(severity=severity, items=items, title=title):
            head = f"<b>{WORDS[severity]}.</b> {inline(title)}".rstrip()
            said = f"<ul>{_items(items)}</ul>" if len(items) > 1 else f"<p>{inline(items[0])}</p>"
            return f'<aside class="note {severity}"><p class="head">{head}</p>{said}</aside>'
        case Figure():
            return _figure(block)
        case Table():
            return _table(block)


def _figure(figure: Figure) -> str:
    """Return a drawing as a picture, so that its style and names stay its own."""
    drawn = base64.b64encode(figure.svg.encode()).decode()
    kind = "sheet" if figure.is_sheet else "whole" if figure.share > CROWDED else "part"
    return (
        f'<figure class="{kind}"><div class="scroll" tabindex="0">'
        f'<img alt="{escape(figure.caption)}" style="max-width:{figure.share:.0%}" '
        f'src="data:image/svg+xml;base64,{drawn}"/></div>'
        f"<figcaption>{inline(figure.caption)}</figcaption></figure>"
    )


def _items(items: Iterable[str]) -> str:
    return "".join(f"<li>{inline(item)}</li>" for item in items)


def _table(table: Table) -> str:
    caption = f"<caption>{inline(table.caption)}</caption>" if table.caption else ""
    head = "".join(f'<th scope="col">{inline(cell)}</th>' for cell in table.head)
    total = sum(table.shares)
    widths = "".join(f'<col style="width:{100.0 * share / total:.1f}%"/>' for share in table.shares)
    rows = "".join(map(_row, [table.head] * len(table.rows), table.rows))
    return (
        f"<table>{caption}<colgroup>{widths}</colgroup><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _row(head: tuple[str, ...], cells: tuple[str, ...]) -> str:
    """Return one row; a cell carries its head for narrow screens, where rows become blocks."""
    rest = "".join(
        f'<td data-head="{escape(name)}">{inline(cell)}</td>'
        for name, cell in zip(head[1:], cells[1:], strict=True)
    )
    return f'<tr><th scope="row">{inline(cells[0])}</th>{rest}</tr>'


def inline(text: str) -> str:
    """Return a text as HTML, its code marked, lines broken where it breaks them."""
    pieces = (
        f"<code>{escape(piece)}</code>" if is_code else escape(piece)
        for is_code, piece in spans(text)
    )
    return "".join(pieces).replace("\n", "<br/>")
