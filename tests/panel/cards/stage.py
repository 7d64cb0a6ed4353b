"""A stage for the panel's page: its files in a browser, and a server and a stream that a test plays.

Nothing listens anywhere: the browser's requests are answered here, with the headers of the real
server, so that what its content policy forbids fails here too.
"""

import json
import math
import shutil
from typing import Any

from playwright.sync_api import Browser, Page, Route, WebSocketRoute

from tests.panel.eye import served
from twinverter.catalog.settings import SETTINGS, default_values, find
from twinverter.live.world import CONTROLS
from twinverter.panel.menu import menu
from twinverter.web.assets import ICONS, ICONS_MARK

HOME = "http://panel.test/"
DESK, PHONE = {"width": 1440, "height": 1000}, {"width": 360, "height": 740}
NOON_S = 1619530480.0  # Tuesday 27 April 2021, 13:34:40
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".html": "text/html",
    ".svg": "image/svg+xml",
}
POLICY = {"Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'"}
CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    "",
)


def world(**taken: float | bool) -> dict[str, dict[str, Any]]:
    """Return the world of a quiet noon, with what hands hold of it."""
    quiet = {one.key: (one.sound or 0.0) if one.kind == "slider" else False for one in CONTROLS}
    # fmt: off
    quiet |= {
        "sun_w_m2": 820.0, "ambient_c": 31.0, "battery_c": 25.0, "grid_hz": 50.0,
        "load_l1_w": 940.0, "load_l2_w": 310.0, "load_l3_w": 1530.0,
        "grid_l1_v": 230.0, "grid_l2_v": 230.0, "grid_l3_v": 230.0,
        "grid_on": True, "gen_ready": True, "phase_order_ok": True, "ct_ok": True, "battery_sensor_ok": True,
    }
    # fmt: on
    held = {key.replace("__", "."): value for key, value in taken.items()}
    return {key: {"value": held.get(key, quiet[key]), "taken": key in held} for key in quiet}


def noon(**other: Any) -> dict[str, Any]:
    """Return a snapshot of a quiet noon; `other` takes the place of top-level parts."""
    none = [0.0, 0.0, 0.0]
    # fmt: off
    flows = {
        "pv_w": 6840.0, "pv1_w": 3540.0, "pv2_w": 3300.0, "pv1_v": 571.0, "pv2_v": 548.0, "pv1_a": 6.2, "pv2_a": 6.0,
        "battery_w": -3920.0, "battery_v": 52.8, "battery_a": -74.2, "battery_c": 25.0, "soc": 0.88, "soh": 1.0,
        "grid_w": [20.0, 0.0, 0.0], "ld_w": none, "inverter_w": [920.0, 310.0, 1530.0], "load_w": [940.0, 310.0, 1530.0],
        "home_w": none, "smart_load_w": none, "gen_w": none, "micro_inverter_w": 0.0, "load_unserved_w": none,
        "loss_w": 160.0, "frequency_hz": 50.0, "sink_c": 40.0, "grid_v": [230.0] * 3, "grid_there": True, "load_v": [230.0] * 3,
        "gen_v": none, "grid_hz": 50.0, "gen_hz": 0.0, "stage": "bulk", "state": "on_grid", "relays": ["load", "battery", "grid"],
    }
    energy = dict.fromkeys(("pv", "load", "buy", "sell", "charge", "discharge", "generator", "home", "smart_load"),
                           {"today_wh": 0.0, "total_wh": 0.0})
    gauges = {"pv": {"w": 6840.0, "limit_w": 10400.0}, "grid": {"w": 20.0, "limit_w": 8800.0},
              "battery": {"w": -3920.0, "limit_w": 5000.0}, "load": {"w": 2780.0, "limit_w": 8000.0},
              "gen": {"w": 0.0, "limit_w": 5000.0}}
    return {
        "seq": 1, "clock_s": NOON_S, "clock": "04/27/2021 13:34:40",
        "speed": {"asked": 1.0, "held": 1.0, "paused": False, "fastest": 3600.0},
        "lamps": {"dc": 1, "ac": 1, "normal": 1, "alarm": 0}, "power_on": True, "dc_on": True,
        "locked": False, "dimmed": False, "centre": {"kind": "on", "code": "", "text": "ON", "message": ""},
        "flows": flows, "bms": {"packs": []}, "energy": energy, "gauges": gauges,
        "reasons": [
            {"line": "battery", "key": "batt_charging_pv", "setting": "work_mode.energy_pattern", "section": "5.7",
             "label": "Energy pattern: LoadFirst", "text": "Solar power that the loads do not need (3920 W) charges the battery."},
            {"line": "pv", "key": "pv_all_used", "setting": "", "section": "5.7", "label": "", "text": "All available solar power is used."},
        ],
        "tou_row": 4, "alarms": [], "journal_seq": 1, "world": world(), "settings_rev": 1, "strip_seq": 1,
    } | other
    # fmt: on


def strip_points() -> list[dict[str, Any]]:
    """Return the 288 points before noon: a sunny day, an outage from 02:30 to 03:30."""
    points = []
    for place in range(288):
        clock_s = NOON_S // 300 * 300 - (287 - place) * 300
        hour = clock_s % 86400 / 3600
        pv_w = 6000.0 * max(0.0, math.sin((hour - 6.0) / 12.0 * math.pi))
        there = not 2.5 <= hour < 3.5
        points.append(
            {"clock_s": clock_s, "pv_w": pv_w, "battery_w": (1000.0 - pv_w) if there else 1000.0, "grid_w": 0.0,
             "load_w": 1000.0, "home_w": 0.0, "gen_w": 0.0, "soc": 0.5, "grid_there": 1.0 if there else 0.0}
        )  # fmt: skip
    return points


class Stage:
    """One page, what its server was asked, and the stream to play to it."""

    def __init__(self, browser: Browser, **context: Any) -> None:
        self.context = browser.new_context(**context)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(5000)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.complaints: list[str] = []
        self.refusal: dict[str, Any] | None = None
        self.streams: list[WebSocketRoute] = []
        self.snapshot = noon()
        values = {find(key).path: value for key, value in default_values().items()}
        self.replies: dict[str, Any] = {
            "menu": menu(),
            "settings": {"rev": 1, "values": values, "greyed": {}, "hidden": {}, "refused_choices": {}},
            "strip": strip_points(),
            "journal": [],
        }  # fmt: skip
        assert len(values) == sum(row.stored for row in SETTINGS)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)
        self.page.route("**/*", self._answer)
        self.page.route_web_socket("**/api/stream", self._stream)

    def open(self, **snapshot: Any) -> Page:
        """Open the page with a snapshot in the stream, and wait until it is drawn."""
        self.snapshot = noon(**snapshot)
        self.page.goto(HOME)
        self.page.wait_for_selector("#world [data-key]")
        self.page.wait_for_selector("#strip .d-load", state="attached")
        return self.page

    def play(self, **patch: Any) -> None:
        """Send changed parts of the snapshot down the stream."""
        self.snapshot = self.snapshot | patch | {"seq": self.snapshot["seq"] + 1}
        for stream in self.streams:
            stream.send(json.dumps({"seq": self.snapshot["seq"], "patch": patch}))
        self.page.wait_for_timeout(30)

    def posted(self, name: str) -> list[dict[str, Any]]:
        """Return the bodies posted to an address, oldest first."""
        return [body for path, body in self.asked if path == name]

    def _listen(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def _stream(self, stream: WebSocketRoute) -> None:
        self.streams.append(stream)
        stream.send(json.dumps(self.snapshot))

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(HOME).partition("?")[0]
        if path.startswith("api/"):
            self._api(route, path.removeprefix("api/"))
            return
        file = served(path.removeprefix("static/") or "index.html")
        if not file.is_file():
            route.fulfill(status=404, body="")
            return
        if file.name == "index.html":
            page = file.read_text(encoding="utf-8").replace(ICONS_MARK, served(ICONS).read_text())
            route.fulfill(body=page, headers=POLICY | {"Content-Type": TYPES[file.suffix]})
            return
        route.fulfill(path=file, headers=POLICY | {"Content-Type": TYPES[file.suffix]})

    def _api(self, route: Route, name: str) -> None:
        if route.request.method == "POST":
            self.asked.append((name, route.request.post_data_json))
            if self.refusal:
                route.fulfill(status=422, json={"error": self.refusal})
                return
        route.fulfill(json=self.replies.get(name, {}))
