"""A browser for the tests of the cards, and a stage for each test in it."""

import pytest
from playwright.sync_api import sync_playwright

from tests.panel.cards.stage import CHROMIUM, DESK, Stage


@pytest.fixture(scope="package")
def browser():
    """A browser for this folder alone: while it is open, no other test may run a loop."""
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def stage(browser):
    """A page at a desk; what the browser complains of fails the test."""
    stage = Stage(browser, viewport=DESK)
    yield stage
    stage.context.close()
    assert stage.complaints == []
