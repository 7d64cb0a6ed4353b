"""The self-test before the panel of a real device: begun by a press, followed, and its faults named."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# As fast as the test lets a device go.
SPEED = 4.0
# Less than two minutes of the device, and a slow computer.
PATIENCE_MS = 60_000


def test_a_turned_clamp_is_named_by_the_test_that_a_press_begins(screen):
    """CH3.6-MET-001, CH5.7-MET-013: the arrow of the clamp points to the inverter."""
    screen.device.world(**{"defect.ct_reversed": 1, "load_l1_w": 1000})
    screen.run(5)
    before = screen.device.settings
    card = screen.page.locator("#selftest")
    screen.device.post("speed", speed=SPEED, paused=False)
    screen.press(card.get_by_role("button", name="Start the self-test"))
    expect(card).to_contain_text("under way")
    expect(card.get_by_role("progressbar")).to_be_visible()
    expect(card).to_contain_text("Clamp on L1 turned round", timeout=PATIENCE_MS)
    screen.device.post("speed", paused=True)
    after = screen.device.settings
    assert {key for key in before if before[key] != after[key] and ".clock_" not in key} == set()
    screen.press(card.get_by_role("button", name="What was found"))
    expect(screen.page.get_by_role("dialog")).to_contain_text("Turn the clamp on L1")
    screen.page.keyboard.press("Escape")
    expect(screen.page.get_by_role("dialog")).to_have_count(0)


def test_a_held_device_says_why_it_cannot_be_tested(screen):
    card = screen.page.locator("#selftest")
    screen.press(card.get_by_role("button", name="Start the self-test"))
    expect(card).to_contain_text("The machine is held: let it run on first.")
    # The refusal is the point of this story, not a complaint.
    screen.complaints.clear()
