"""The page: whole, alone, safe, and its links lead somewhere."""

import html.parser
import re

from twinverter.book.document import Chapter, Document, Paragraph, Section
from twinverter.book.html import html as made
from twinverter.handbook.book import handbook_of

VOID = {"meta", "img", "br", "col", "link", "input"}


class Reader(html.parser.HTMLParser):
    """Reads a page: open tags, headings in order, ids, links, what it fetches."""

    def __init__(self):
        super().__init__()
        self.open, self.headings, self.ids, self.links, self.fetched = [], [], [], [], []
        self.wrong = []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag == "a":
            self.links.append(attrs["href"])
        self.fetched += [attrs[key] for key in ("src", "srcset", "data") if key in attrs]
        if tag in ("script", "link", "iframe", "object"):
            self.wrong.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")


def read(text):
    reader = Reader()
    reader.feed(text)
    return reader


def test_tags_close_ids_are_unique_and_links_lead_to_them(page):
    found = read(page)
    assert found.open == [] and found.wrong == []
    assert len(found.ids) == len(set(found.ids))
    assert {link[1:] for link in found.links} <= set(found.ids)
    assert len(found.links) > 100


def test_the_page_asks_nobody_for_anything(page):
    assert all(source.startswith("data:image/svg+xml;base64,") for source in read(page).fetched)
    style = page[page.index("<style>") : page.index("</style>")]
    assert "url(" not in style and "@import" not in style


def test_headings_come_in_steps_after_one_title(page):
    headings = read(page).headings
    assert headings[0] == 1 and headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(headings, headings[1:], strict=False))


def test_a_house_cannot_write_markup(faulty):
    text = made(handbook_of(faulty))
    found = read(text)
    assert found.open == [] and found.wrong == []
    assert "<b>&quot;#Ikeja" not in text and "&lt;b&gt;&quot;#Ikeja&quot;&lt;/b&gt;" in text


def test_words_between_backticks_are_code_and_a_line_breaks_where_the_text_does():
    section = Section("1.1", "A", (Paragraph("set `a.b` to 1\nor <2>"),))
    text = made(Document("T", "S", (), (), (Chapter("1", "C", (section,)),)))
    assert "<p>set <code>a.b</code> to 1<br/>or &lt;2&gt;</p>" in text


def test_every_cell_carries_the_head_of_its_column_for_narrow_screens(page):
    cells = re.findall(r"<td( data-head=\"[^\"]*\")?>", page)
    assert cells and all(cells)
