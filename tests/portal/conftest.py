"""Portals over both kinds of database for the same tests."""

import pytest

from tests.monitor.conftest import place, server  # noqa: F401
from twinverter.monitor.levels import Plan
from twinverter.portal.asked import Portal


@pytest.fixture
def portal(place):  # noqa: F811
    """Return a portal with samples a minute apart, on both kinds of database in turn."""
    with Portal.opened(str(place), plan=Plan()) as opened:
        yield opened
