"""The display without its control board: the code that only the display itself can tell (COMM)."""

import signal

import pytest

from tests.browser.screen import DESK, Screen


@pytest.fixture
def watched(browser, device):
    """A screen whose own clock a test moves."""
    screen = Screen(browser, device, **DESK)
    screen.page.clock.install()
    yield screen.open()
    screen.end()


def test_a_control_board_that_falls_silent_is_told_as_comm_and_comes_back_by_itself(watched):
    """COMM, CH5.1-DSP-003: after a minute all values are old, the lamps keep their state."""
    screen, process = watched, watched.device._process
    screen.centre("ON").lamps("DC", "AC", "Normal")
    process.send_signal(signal.SIGSTOP)
    try:
        screen.page.clock.fast_forward(50_000)
        screen.centre("ON")
        screen.page.clock.fast_forward(15_000)
        screen.centre("comm.", "No contact with the control board.").lamps("DC", "AC", "Normal")
    finally:
        process.send_signal(signal.SIGCONT)
    screen.page.clock.fast_forward(15_000)
    screen.centre("ON").lamps("DC", "AC", "Normal")
