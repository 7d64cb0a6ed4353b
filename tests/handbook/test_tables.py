"""The tables a book is written from name statements, stands and sections that exist."""

import re

import pytest

from tools import ledger
from twinverter.catalog.callouts import CALLOUTS
from twinverter.catalog.contradictions import PARTS, READINGS, WHY
from twinverter.catalog.datasheet import DATASHEET
from twinverter.catalog.glossary import GLOSSARY
from twinverter.catalog.printed import STANDS
from twinverter.catalog.sockets import SOCKETS
from twinverter.catalog.told import DANGER, EXCLUDED, FACT, RULE, STEP, TOLD, WARNING, told

STATEMENTS = {row.id: row for row in ledger.statements()}
NUMBERS = {*STANDS, *(row.number for row in READINGS)}


@pytest.mark.parametrize("row", [*TOLD, *EXCLUDED], ids=lambda row: row.text[:40])
def test_what_is_told_is_a_sentence_of_ours_with_statements_that_exist(row):
    assert set(row.ledger) <= set(STATEMENTS)
    assert row.kind in (DANGER, WARNING, RULE, STEP, FACT)
    assert "{" not in row.text and "}" not in row.text
    if row in TOLD:
        assert row.text[0].isupper() and row.text.endswith(".")


def test_sentences_come_by_section_and_kind():
    assert told("1", DANGER)[0].startswith("Take every wire off")
    assert len(told("1", DANGER, WARNING)) == len(told("1", DANGER)) + len(told("1", WARNING))
    assert told("no such section") == ()


def test_callouts_are_the_twenty_of_the_manual_and_sockets_stand_under_theirs():
    assert [row.number for row in CALLOUTS] == list(range(1, 21))
    assert all(row.ledger in STATEMENTS for row in CALLOUTS)
    names = {row.number: row.name for row in CALLOUTS}
    for socket in SOCKETS:
        assert socket.name.split(",")[0].split()[0].lower() in names[socket.callout].lower()


def test_a_line_of_the_datasheet_names_its_statement_and_a_stand_that_exists():
    for line in DATASHEET:
        assert STATEMENTS[line.ledger].section in ("9", "2.3")
        assert not line.taken or line.taken in NUMBERS


def test_every_number_has_its_reason_and_names_statements_that_exist():
    assert set(WHY) == set(STANDS)
    for row in READINGS:
        assert set(row.ledger) <= set(STATEMENTS)
        assert row.number[0] in PARTS and row.printed and row.stand
    numbers = [row.number for row in READINGS]
    for part in "CDE":
        own = [int(number[1:]) for number in numbers if number[0] == part]
        assert sorted(own) == list(range(1, len(own) + 1))


def test_words_stand_once_in_the_order_of_the_alphabet():
    names = [re.sub(r"[^a-z]", "", term.word.lower()) for term in GLOSSARY]
    assert names == sorted(names) and len(set(names)) == len(names)
