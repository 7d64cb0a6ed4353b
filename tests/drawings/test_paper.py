"""On paper: a page for each sheet, the same bytes every time."""

import re

import pytest

from twinverter.drawings.paper import pdf


def pages(content):
    """Return how many pages a PDF says it has."""
    return int(re.search(rb"/Type\s*/Pages.*?/Count (\d+)", content, re.DOTALL)[1])


def test_a_pdf_has_a_page_of_a4_in_landscape_for_every_sheet(drawn):
    made = list(drawn("plain").values())
    content = pdf(made, 'a "title" with \\')
    assert content.startswith(b"%PDF-") and pages(content) == len(made) == 6
    boxes = set(re.findall(rb"/MediaBox\s*\[([^\]]+)\]", content))
    assert [round(float(one)) for one in boxes.pop().split()] == [0, 0, 842, 595] and not boxes


def test_the_same_sheets_give_the_same_bytes(drawn):
    one = [drawn("plain")["rj45"]]
    assert pdf(one) == pdf(one) and pages(pdf(one)) == 1


def test_nothing_to_print_is_refused():
    with pytest.raises(ValueError, match="no sheet"):
        pdf([])
