"""A Chromium for this folder, a device for each file, and a screen for each test.

Playwright holds an event loop while it is open, so it is closed where the folder ends: what comes
then may want a loop of its own.
"""

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.chromium import chromium
from tests.browser.device import Device
from tests.browser.screen import DESK, PHONE, WAIT_MS, Screen

# Text drawn the same on every machine, as far as that can be asked for.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-lcd-text",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
)


@pytest.fixture(scope="package")
def browser():
    with sync_playwright() as playwright:
        path = chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        expect.set_options(timeout=WAIT_MS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def device(tmp_path_factory):
    """A device held still at eleven on a Monday."""
    device = Device(tmp_path_factory.mktemp("device") / "memory")
    yield device
    device.end()


def screens(browser, device, context):
    screen = Screen(browser, device, **context).open()
    yield screen
    screen.end()
    assert screen.complaints == []


@pytest.fixture
def screen(browser, device):
    """A desk with a mouse and a keyboard, before a device as it was at first."""
    yield from screens(browser, device.begin(), DESK)


@pytest.fixture(scope="module")
def desk(browser, device):
    """One desk for the whole file."""
    yield from screens(browser, device, DESK)


@pytest.fixture(scope="module")
def phone(browser, device):
    """One phone, touched, for the whole file."""
    yield from screens(browser, device, PHONE)
