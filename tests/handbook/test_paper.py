"""The PDF: it is made, on A4, in black and grey, with whatever a house is called."""

import io
import shutil
import subprocess

import pytest
import typst
from PIL import Image

from twinverter.book.document import (
    Bullets,
    Chapter,
    Document,
    Figure,
    Note,
    Paragraph,
    Section,
    Table,
)
from twinverter.book.paper import markup, pdf, string
from twinverter.handbook.book import handbook_of

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="9" height="9"/></svg>'
)
A4_PT = (595, 842)


def pages(document, per_inch=72.0):
    """Return the pages as pictures; at 72 an inch a point is a pixel."""
    source = markup(document).encode()
    made = typst.compile(source, format="png", ppi=per_inch, ignore_system_fonts=True)
    return [Image.open(io.BytesIO(one)) for one in (made if isinstance(made, list) else [made])]


def small(*blocks, title="T"):
    return Document(
        title, "S", (("a", "b"),), (), (Chapter("1", "C", (Section("1.1", "A", blocks),)),)
    )


def test_upright_pages_are_a4_and_a_wide_drawing_lies_across_one():
    upright = pages(small(Paragraph("x")))
    assert {page.size for page in upright} == {A4_PT} and len(upright) == 3
    drawn = pages(small(Figure(SVG, "c", is_sheet=True)))
    assert (A4_PT[1], A4_PT[0]) in {page.size for page in drawn}


def test_every_severity_is_told_in_black_and_grey():
    notes = [Note(kind, ("x", "y")) for kind in ("danger", "wrong", "doubtful", "warning", "note")]
    text = markup(small(*notes))
    for word in ("Danger", "Wrong", "Doubtful", "Warning", "Note"):
        assert f'"{word}"' in text
    for page in pages(small(*notes, Table(("a", "b"), (("1", "2"),)), Bullets(("x",), True))):
        red, green, blue = page.convert("RGB").split()
        assert red.tobytes() == green.tobytes() == blue.tobytes()


# fmt: off
HOSTILE = (
    '"#Ikeja" $x$ [a] {b} \\ end',
    '#import "@preview/x:1.0.0": *',
    "*bold* _it_ = head - list + enum / term: <label> @ref ~ // c /* d",
    "tab\there and a bell \x07 and a null \x00",
    "Ünïcødé 日本 🙂",
)
# fmt: on


@pytest.mark.parametrize("words", HOSTILE)
def test_a_house_cannot_write_markup(words):
    document = small(Paragraph(words), Bullets((words,)), Table((words,), ((words,),)), title=words)
    assert pdf(document).startswith(b"%PDF-")
    assert markup(document).count(string(words)[1:-1]) >= 4


def test_a_whole_handbook_with_a_hostile_name_becomes_a_pdf(faulty):
    assert pdf(handbook_of(faulty)).startswith(b"%PDF-")


def test_the_words_of_the_book_can_be_read_out_of_the_pdf(book, tmp_path):
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("no pdftotext, which comes with poppler")
    path = tmp_path / "book.pdf"
    path.write_bytes(pdf(book))
    text = subprocess.run(
        [reader, "-layout", str(path), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "Lagos three-bedroom home" in text and "▲ Danger." in text
    assert text.count("\f") > 30 and f"of {text.count(chr(12))}" in text
    for chapter in book.chapters:
        assert f"{chapter.number} {chapter.title}" in " ".join(text.split())
