"""Handbooks for the tests: the built-in house, and one with everything told and one danger."""

import random

import pytest

from tests.checker.installations import house_text, sound
from twinverter.book.html import html
from twinverter.book.paper import markup
from twinverter.handbook.book import handbook_of
from twinverter.scenario.house import load_house


@pytest.fixture(scope="session")
def house():
    """Return the built-in house."""
    return load_house()


@pytest.fixture(scope="session")
def book(house):
    """Return its handbook."""
    return handbook_of(house)


@pytest.fixture(scope="session")
def page(book):
    """Return it as HTML."""
    return html(book)


@pytest.fixture(scope="session")
def paper(book):
    """Return it as Typst markup."""
    return markup(book)


@pytest.fixture(scope="session")
def faulty(tmp_path_factory):
    """Return a told house without earth, whose name would be markup if it could."""
    tables = sound("generator", random.Random(3))
    tables["site"]["name"] = 'The <b>"#Ikeja"</b> house & co_$[x]'
    tables["site"]["wiring"]["earth"]["connected"] = False
    path = tmp_path_factory.mktemp("handbook") / "faulty.toml"
    path.write_text(house_text(tables), encoding="utf-8")
    return load_house(path)
