"""The panel as somebody in front of it has it: fingers, the four keys, and what can be read."""

import re
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.device import Device

DESK = {"viewport": {"width": 1440, "height": 1000}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
# Patience with a busy computer.
WAIT_MS = 15_000
# What a way of keys is written with.
KEYBOARD = {"E": "Enter", "D": "ArrowDown", "U": "ArrowUp", "X": "Escape"}

# A page has fewer targets than this.
MOST_STEPS = 60
CURSOR = """() => {
  const at = document.querySelector('.lcd .cur');
  return at ? (at.getAttribute('aria-label') || at.textContent).trim() : '';
}"""

# How wide the letters of the page are, as far as a line of them tells.
LETTERS = """() => {
  const pen = document.createElement('canvas').getContext('2d');
  const family = getComputedStyle(document.body).fontFamily;
  return [400, 600].map((weight) => {
    pen.font = `${weight} 100px ${family}`;
    return Math.round(pen.measureText('Max A Charge 0123456789 kWh').width);
  }).join(' ');
}"""

# What stands further right or left than it may: the page itself, anything on the LCD, what scrolls
# sideways where only the table of packs may, and text that is cut off without a sign of it.
OVERFLOWS = """() => {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`page: ${root.scrollWidth} px`);
  const lcd = document.querySelector('.lcd');
  const box = lcd.getBoundingClientRect();
  const scrolls = (node) => /auto|scroll/.test(getComputedStyle(node).overflowX);
  for (const node of lcd.querySelectorAll('*')) {
    if (node.closest('.vh') || node.closest('svg') || !node.checkVisibility()) continue;
    let inside = node.parentElement;
    while (inside !== lcd && !scrolls(inside)) inside = inside.parentElement;
    const {left, right, width} = node.getBoundingClientRect();
    const name = `${node.tagName}.${node.className} "${node.textContent.slice(0, 30)}"`;
    const past = right > box.right + 1 || left < box.left - 1;
    if (inside === lcd && width && past) found.push(`past the LCD: ${name}`);
    const wider = scrolls(node) && node.scrollWidth > node.clientWidth + 1;
    if (wider && !node.matches('.roll')) found.push(`scrolls sideways: ${name}`);
    const style = getComputedStyle(node);
    const hides = style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis';
    const written = [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
    if (written && hides && node.scrollWidth > node.clientWidth + 1) found.push(`cut: ${name}`);
  }
  return found;
}"""


# The keys and cells of a keypad of which a corner lies under something else, or nowhere.
COVERED = """() => [...document.querySelectorAll('.k-key, .k-cell')].filter((node) => {
  const {left, right, top, bottom} = node.getBoundingClientRect();
  const [x, y] = [[left + 4, right - 4], [top + 4, bottom - 4]];
  return !x.every((at) => y.every((height) => node.contains(document.elementFromPoint(at, height))));
}).map((node) => node.textContent || node.getAttribute('aria-label'))"""


class Screen:
    """One browser page on a device's panel; it notes what the browser complains of."""

    def __init__(self, browser: Browser, device: Device, **context: Any) -> None:
        self.device = device
        self.touches = bool(context.get("has_touch"))
        self._context = browser.new_context(
            base_url=device.address, reduced_motion="reduce", timezone_id="UTC", **context
        )
        self._context.set_default_timeout(WAIT_MS)
        self.page: Page = self._context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("request", lambda request: self._judge(request.url))
        self.page.on("websocket", lambda socket: self._judge(socket.url))

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _judge(self, url: str) -> None:
        if url.partition("://")[2].partition("/")[0] != self.device.address.partition("://")[2]:
            self.complaints.append(f"a request left this machine: {url}")

    def run(self, seconds: int) -> "Screen":
        """Let seconds of the device pass, and wait until the page has heard of the last one."""
        self.device.run(seconds)
        clock = self.device.snapshot["clock"]
        expect(self.page.locator("#speed")).to_contain_text(clock.partition(" ")[2])
        return self

    def excuse(self, words: str) -> "Screen":
        """Strike out complaints with these words, of which there must be one at least."""
        left = [complaint for complaint in self.complaints if words not in complaint]
        assert len(left) < len(self.complaints), self.complaints
        self.complaints = left
        return self

    def end(self) -> None:
        """Close the page."""
        self._context.close()

    def open(self, view: str = "twin") -> "Screen":
        """Open the panel and wait until device, world and reasons are drawn."""
        self.page.goto(f"/#{view}")
        expect(self.page.locator("#world [data-key=grid_on]")).to_be_attached()
        expect(self.page.locator("#why li").first).to_be_attached()
        expect(self.page.locator(".clock b")).to_contain_text(":")
        return self

    # ---- the LCD and the front ---------------------------------------------------------------

    @property
    def lcd(self) -> Locator:
        """Return the LCD."""
        return self.page.locator(".lcd")

    def go(self, route: str) -> "Screen":
        """Open a page of the LCD by its link."""
        self.page.evaluate("(route) => { location.hash = `#lcd/${route}`; }", route)
        return self.at(route.partition("/")[0])

    def at(self, page: str) -> "Screen":
        """Expect a page of the LCD, by the first word of its route."""
        expect(self.lcd).to_have_attribute("data-page", page)
        return self

    def home(self) -> "Screen":
        """Go back to the main screen, however deep the LCD is."""
        return self.go("home")

    def target(self, name: str) -> Locator:
        """Return what is touched under this name: the whole name, or how a gauge begins."""
        words = re.compile(rf"^{re.escape(name)}(?=$|[;:]| [\d–−])")
        button, tick, radio = (
            self.lcd.get_by_role(role, name=words) for role in ("button", "checkbox", "radio")
        )
        return button.or_(tick).or_(radio).first

    def touch(self, *names: str) -> "Screen":
        """Touch one thing on the LCD after the other."""
        for name in names:
            self.press(self.target(name))
        return self

    def press(self, target: Locator, greyed: bool = False) -> None:
        """Press something with what this screen is used with: a finger, or a mouse.

        Waits until it can be pressed, unless it is `greyed`, which says why when it is pressed.
        """
        if self.touches:
            target.tap(force=greyed)
        else:
            target.click(force=greyed)

    def field(self, path: str) -> Locator:
        """Return the field of a setting."""
        return self.lcd.locator(f'[data-path="{path}"]')

    def keys(self, way: str) -> "Screen":
        """Press keys of a keyboard: E, D, U, X are Enter, Down, Up, Esc, digits are typed."""
        for letter in way.replace(" ", ""):
            self.page.keyboard.press(KEYBOARD.get(letter, letter))
        return self

    def step_to(self, name: str) -> "Screen":
        """Press Up until the cursor of the LCD stands on what has this name."""
        passed = []
        for _ in range(MOST_STEPS):
            self.keys("U")
            passed.append(self.page.evaluate(CURSOR))
            if passed[-1] == name:
                return self
        raise AssertionError(f"the cursor does not reach {name}: {passed}")

    def front(self, way: str) -> "Screen":
        """Press the four keys under the LCD."""
        names = {"E": "enter", "D": "down", "U": "up", "X": "esc"}
        for letter in way.replace(" ", ""):
            self.press(self.page.locator(f".key[data-key={names[letter]}]"))
        return self

    def push(self, name: str) -> "Screen":
        """Push a button or turn a switch on the case, and wait until the device has taken it."""
        with self.page.expect_response("**/api/press"):
            self.press(self.page.get_by_role("button", name=name))
        return self

    def lamps(self, *lit: str) -> "Screen":
        """Expect these lamps lit and the others dark."""
        for name in ("DC", "AC", "Normal", "Alarm"):
            lamp = self.page.get_by_role("img", name=re.compile(f"^{name}: "))
            expect(lamp).to_have_accessible_name(f"{name}: {'lit' if name in lit else 'dark'}")
        return self

    def centre(self, text: str, message: str = "") -> "Screen":
        """Expect this text in the middle of the main screen, and these words under it."""
        expect(self.lcd.locator(".core b")).to_have_text(text)
        if message:
            expect(self.lcd.locator(".msg")).to_contain_text(message)
        return self

    def gauge(self, name: str) -> Locator:
        """Return a gauge of the main screen."""
        return self.lcd.get_by_role("button", name=re.compile(f"^{name} "))

    def reads(self, name: str, *words: str) -> "Screen":
        """Expect words in what a gauge of the main screen says."""
        for word in words:
            expect(self.gauge(name)).to_have_accessible_name(re.compile(re.escape(word)))
        return self

    def shows(self, *words: str) -> "Screen":
        """Expect words on the LCD; spaces that never break count as spaces."""
        for word in words:
            expect(self.lcd).to_contain_text(word)
        return self

    # ---- the world and the other cards -------------------------------------------------------

    def world(self, key: str) -> Locator:
        """Return a control of the world."""
        return self.page.locator(f'#world [data-key="{key}"]')

    def turn(self, key: str) -> "Screen":
        """Turn a switch of the world, or press one of its buttons."""
        control = self.world(key)
        mark = "aria-checked" if control.get_attribute("role") == "switch" else "aria-pressed"
        before = control.get_attribute(mark)
        with self.page.expect_response("**/api/world"):
            self.press(control)
        expect(control).to_have_attribute(mark, "false" if before == "true" else "true")
        return self

    def slide(self, key: str, value: float) -> "Screen":
        """Move a slider of the world."""
        with self.page.expect_response("**/api/world"):
            self.world(key).fill(f"{value:g}")
        return self

    def says(self, card: str, *words: str) -> "Screen":
        """Expect words in a card beside the device: why, alarms."""
        for word in words:
            expect(self.page.locator(f"#{card}")).to_contain_text(word)
        return self

    @property
    def letters(self) -> str:
        """Return how wide the letters of the page are."""
        return self.page.evaluate(LETTERS)

    def covered(self) -> list[str]:
        """Return the keys and cells of a keypad that something covers."""
        self.lcd.scroll_into_view_if_needed()
        return self.page.evaluate(COVERED)

    def overflows(self) -> list[str]:
        """Return what stands past its edge."""
        return self.page.evaluate(OVERFLOWS)
