"""A portal of some houses for each file, and visitors in front of it."""

import pytest

from tests.browser.portal.visitor import Visitor
from tests.browser.screen import DESK, PHONE
from tools import portal_demo

# Enough for every page: all kinds of states, an outage or two, two months to compare.
DEVICES, DAYS = 9, 70


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    """A portal's files, filled once."""
    return portal_demo.build(tmp_path_factory.mktemp("portal"), DEVICES, DAYS)


@pytest.fixture(scope="module")
def house(place):
    """The portal without a login, as on a machine of one's own."""
    with portal_demo.served(place, is_single=True) as address:
        yield address


@pytest.fixture(scope="module")
def portal(place):
    """The portal with its doors shut."""
    with portal_demo.served(place) as address:
        yield address


def visit(browser, address, context):
    visitor = Visitor(browser, address, **context)
    yield visitor
    visitor.leave()
    assert visitor.complaints == []


@pytest.fixture
def desk(browser, house):
    """Somebody at a desk, let in."""
    yield from visit(browser, house, DESK)


@pytest.fixture
def phone(browser, house):
    """Somebody with a phone, let in."""
    yield from visit(browser, house, PHONE)


@pytest.fixture
def stranger(browser, portal):
    """Somebody at a desk whom the portal does not know yet."""
    yield from visit(browser, portal, DESK)
