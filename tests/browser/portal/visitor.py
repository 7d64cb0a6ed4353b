"""The portal as somebody in front of it has it: where they go, what they see, what they press."""

from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.screen import WAIT_MS

# A page has fewer stops than this.
MOST_STOPS = 80
# What stands past the right edge, of things that do not scroll by themselves.
PAST_THE_EDGE = """() => {
  const wide = document.documentElement.clientWidth;
  const scrolls = (node) => node.closest('.p-scroll, .tabs, .nav, .map, .vh, .sprite');
  return [...document.querySelectorAll('main *, header *')]
    .filter((node) => !scrolls(node) && node.getBoundingClientRect().right > wide + 1 && node.getBoundingClientRect().width > 0)
    .map((node) => node.outerHTML.slice(0, 90));
}"""
# Icons that the sprite does not draw.
UNDRAWN = """() => [...document.querySelectorAll('use')].map((use) => use.getAttribute('href'))
  .filter((href) => href.startsWith('#') && !document.getElementById(href.slice(1)))"""
# Things to press that are smaller than a finger, links inside sentences and tables excepted.
SMALL = """() => [...document.querySelectorAll('button, .chip, .tabs a, .nav a, .sel, a.btn, a.site')]
  .filter((node) => node.offsetParent && !node.closest('[hidden]'))
  .filter((node) => { const box = node.getBoundingClientRect(); return box.height < 43.5 || box.width < 43.5; })
  .map((node) => node.outerHTML.slice(0, 90))"""  # noqa: E501


class Visitor:
    """One page of a browser, and what it complains of."""

    def __init__(self, browser: Browser, address: str, **context: Any) -> None:
        self.address = address
        self.context = browser.new_context(**context)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)
        self.page.on("dialog", lambda dialog: self.complaints.append(f"said {dialog.message}"))

    def go(self, page: str = "") -> "Visitor":
        """Open a page by its address and wait until it is drawn."""
        self.page.goto(f"{self.address}#/{page}")
        if self.page.url.endswith(f"#/{page}"):
            self.page.reload()
        return self.arrived()

    def arrived(self) -> "Visitor":
        """Wait until the page that was asked for is drawn."""
        self.page.wait_for_selector("body[data-page=ready]")
        return self

    def press(self, name: str, role: str = "link") -> "Visitor":
        """Press what is called so."""
        self.page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]
        return self

    def keys(self, *names: str) -> "Visitor":
        """Press keys one after another."""
        for name in names:
            self.page.keyboard.press(name)
        return self

    def tab_to(self, words: str) -> "Visitor":
        """Press Tab until something that says these words has the focus."""
        for _ in range(MOST_STOPS):
            self.keys("Tab")
            if words in self.focused:
                return self
        raise AssertionError(f"no stop says {words}; the last one says {self.focused}")

    @property
    def focused(self) -> str:
        """Return the words of what has the focus."""
        return self.page.evaluate(
            "() => (document.activeElement.getAttribute('aria-label')"
            " || document.activeElement.textContent).trim()"
        )

    def sees(self, words: str) -> Locator:
        """Expect words somewhere on the page, and return where."""
        found = self.page.get_by_text(words).first
        expect(found).to_be_visible()
        return found

    def faults(self) -> list[str]:
        """Return what is wrong with the page as it is drawn now."""
        found = [f"past the edge: {one}" for one in self.page.evaluate(PAST_THE_EDGE)]
        found += [f"undrawn: {one}" for one in self.page.evaluate(UNDRAWN)]
        return found + [f"small: {one}" for one in self.page.evaluate(SMALL)]

    def leave(self) -> None:
        """Close the page."""
        self.context.close()

    def _listen(self, message: Any) -> None:
        # What the server refuses is told on the page; a 401 is how a login is asked for.
        refused = "Failed to load resource" in message.text
        if message.type == "error" and not refused:
            self.complaints.append(message.text)
