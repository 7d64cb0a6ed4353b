"""Walks through every page of a full portal in Chromium: how long each takes, and how it looks.

    python tools/portal_walk.py [FOLDER] [--devices 50] [--days 1095] [--shots FOLDER]

A page's time runs from the press that asks for it to the frame that shows it whole, the server's
work included. Exit status 1 where a page takes longer than a second, stands past its edge, or
complains. FOLDER keeps the filled portal for the next time.
"""

import argparse
import gzip
import shutil
import statistics
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Browser, Page, sync_playwright
from portal_demo import DAYS, DEVICES, build, served

LIMIT_MS, LIMIT_LIST_B, LIMIT_VISIT_B = 1000.0, 60_000, 150_000
ROUNDS = 3
DEVICE = "device/inverter-003"
# fmt: off
PAGES = (
    # name              address
    ("sites",           ""),
    ("map",             "map"),
    ("site",            "site/3"),
    ("now",             f"{DEVICE}/now"),
    ("curve-day",       f"{DEVICE}/curves"),
    ("curve-day-two",   f"{DEVICE}/curves?date=2026-06-16&with=2026-06-15"),
    ("curve-month",     f"{DEVICE}/curves?period=month&date=2026-05-01&with=2025-05-01"),
    ("curve-year",      f"{DEVICE}/curves?period=year&date=2025-06-01&with=2024-06-01"),
    ("curve-total",     f"{DEVICE}/curves?period=total"),
    ("balance-month",   f"{DEVICE}/balance"),
    ("balance-total",   f"{DEVICE}/balance?period=total"),
    ("outages-month",   f"{DEVICE}/outages"),
    ("outages-year",    f"{DEVICE}/outages?period=year&date=2025-12-01"),
    ("alarms",          f"{DEVICE}/alarms"),
    ("settings",        f"{DEVICE}/settings"),
    ("pages",           f"{DEVICE}/pages"),
    ("pages-then",      f"{DEVICE}/pages?at=1766000000"),
    ("export",          f"{DEVICE}/export"),
    ("tokens",          "people/tokens"),
    ("audit",           "people/audit"),
)
LOOKS = (
    # name    width  height  theme
    ("light",  1440,   1000, "light"),
    ("dark",   1440,   1000, "dark"),
    ("360",     360,    740, "light"),
)
# fmt: on
WHOLE = """(address) => new Promise((done) => {
  const began = performance.now();
  const look = () => document.body.dataset.page === 'ready'
    ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)))
    : requestAnimationFrame(look);
  document.body.dataset.page = 'asked';
  location.hash = `#/${address}`;
  requestAnimationFrame(look);
})"""
PAST_EDGE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Walked(NamedTuple):
    """One page in one look: its times in ms, and how far it stands past the edge in px."""

    times_ms: list[float]
    past_px: int


class Walk:
    """A page of a browser that is led from page to page."""

    def __init__(self, browser: Browser, address: str, look: tuple[str, int, int, str]) -> None:
        self.name, width, height, theme = look
        self.complaints: list[str] = []
        size: Any = {"width": width, "height": height}
        scheme: Any = theme
        self.context = browser.new_context(viewport=size, color_scheme=scheme)
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda message: self._listen(message.type, message.text))
        self.page.goto(address)
        self.page.wait_for_selector("body[data-page=ready]")
        self.first_ms = float(self.page.evaluate("() => performance.now()"))

    def through(self, shots: Path | None) -> dict[str, Walked]:
        """Return what each page took, a round at a time, and keep the last round's pictures."""
        found = {name: Walked([], 0) for name, _ in PAGES}
        for number in range(ROUNDS):
            for name, address in PAGES:
                # From a page of another kind, so that nothing of the page asked for stands already.
                self.page.evaluate(WHOLE, "people/sites" if "/" in address else DEVICE)
                found[name].times_ms.append(self.page.evaluate(WHOLE, address))
                past_px = int(self.page.evaluate(PAST_EDGE))
                found[name] = found[name]._replace(past_px=max(past_px, found[name].past_px))
                if shots and number == ROUNDS - 1:
                    self.page.screenshot(path=shots / f"{name}-{self.name}.png", full_page=True)
        self.context.close()
        return found

    def _listen(self, kind: str, text: str) -> None:
        if kind == "error":
            self.complaints.append(text)


def weighed(address: str) -> dict[str, int]:
    """Return the bytes that a first visit and the list of sites take on the wire."""

    def fetched(path: str) -> tuple[bytes, int]:
        asked = urllib.request.Request(address + path, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(asked) as reply:
            body = reply.read()
            is_packed = reply.headers.get("Content-Encoding") == "gzip"
            return gzip.decompress(body) if is_packed else body, len(body)

    text, whole_b = fetched("")
    parts = {part for part in text.decode().split('"') if part.startswith("/static/")}
    return {
        "first visit": whole_b + sum(fetched(part.lstrip("/"))[1] for part in parts),
        "list of sites": fetched("api/v1/sites")[1],
    }


def told(look: str, found: dict[str, Walked]) -> int:
    """Print a look's pages and return how many of them break a limit."""
    worst = 0
    for name, (times_ms, past_px) in found.items():
        slowest_ms = max(times_ms)
        is_bad = slowest_ms > LIMIT_MS or past_px > 0
        mark = "TOO SLOW" if slowest_ms > LIMIT_MS else "TOO WIDE" if past_px > 0 else ""
        middle_ms = statistics.median(times_ms)
        print(f"{look:<6} {name:<16} {middle_ms:7.0f} ms, {slowest_ms:5.0f} at most  {mark}")
        worst += is_bad
    return worst


def walked(place: str, shots: Path | None) -> int:
    """Walk in all looks and return how much is wrong."""
    wrong = 0
    with served(place, is_single=True) as address, sync_playwright() as playwright:
        limits = {"first visit": LIMIT_VISIT_B, "list of sites": LIMIT_LIST_B}
        for what, size_b in weighed(address).items():
            print(f"{what:<23} {size_b / 1000.0:7.1f} kB of {limits[what] / 1000.0:.0f}")
            wrong += size_b > limits[what]
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for look in LOOKS:
            walk = Walk(browser, address, look)
            print(f"{look[0]:<6} {'first visit':<16} {walk.first_ms:7.0f} ms")
            wrong += walk.first_ms > LIMIT_MS
            wrong += told(look[0], walk.through(shots)) + len(walk.complaints)
            print(*walk.complaints, sep="\n", end="\n" if walk.complaints else "")
        browser.close()
    return wrong


def main() -> int:
    """Fill a portal and walk through it."""
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--devices", type=int, default=DEVICES)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--shots", type=Path)
    asked = parser.parse_args()
    if asked.shots:
        asked.shots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="twinverter-walk-") as folder:
        wrong = walked(build(asked.folder or Path(folder), asked.devices, asked.days), asked.shots)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
