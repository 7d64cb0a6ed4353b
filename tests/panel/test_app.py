"""The panel's server: what each address answers, what it refuses in one line, and what a page costs."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.panel.eye import FOLDERS, served
from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.settings import default_values, find
from twinverter.live.store import StoreError
from twinverter.panel import schemas
from twinverter.panel.app import create_app
from twinverter.panel.guard import LARGEST_BODY
from twinverter.web.assets import Assets

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {
    path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
    for folder in FOLDERS
    for path in folder.rglob("*")
    if path.is_file()
}
STORED = [row.path for row in SETTINGS if row.stored]


@pytest.fixture
def client(runner):
    with TestClient(create_app(runner), base_url="http://127.0.0.1:8080") as client:
        yield client


def error(answer):
    """Return the one line of a refusal."""
    text = answer.json()["error"]["text"]
    assert "\n" not in text and text
    return text


# ---- the page and its files ----------------------------------------------------------------


def test_the_page_is_told_to_load_from_here_alone(client):
    answer = client.get("/")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


# Names of vocabularies: they are never asked for.
NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
ADDRESS = re.compile(r"\b(?:https?|wss?|ftp):(?://|\\/\\/)[^\s'\"`<>)]*|(?:url\(|src=|href=|from |import )['\"]?//[^\s'\"`<>)]*")  # fmt: skip


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_no_file_of_the_page_names_another_server(name):
    assert set(ADDRESS.findall(TEXTS[name])) - NAMESPACES == set()


@pytest.mark.parametrize(
    "text", ['src="//cdn.x/a.js"', "url(//x.y/f.woff)", "fetch('https://x.y')", "from '//x.y/m.js'"]
)
def test_the_search_for_other_servers_finds_them(text):
    assert ADDRESS.findall(text)


# What the policy makes the browser ignore: such a line would look fine and do nothing.
BLOCKED = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=[\"'`$]|\son[a-z]+=[\"']|javascript:|\beval\(|new Function\(")  # fmt: skip


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_no_file_of_the_page_needs_what_its_policy_forbids(name):
    assert BLOCKED.findall(TEXTS[name]) == []


def packed_bytes(client, address):
    """Return what an answer weighs on the line, compressed, headers apart."""
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, address
    assert answer.headers["content-encoding"] == "gzip"
    return int(answer.headers["content-length"])


def first_addresses(client):
    """Return every address that the first page names, modules included."""
    return re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get("/").text)


def test_the_first_page_names_every_module_so_that_none_waits_for_another(client):
    named = {address.split("/", 3)[3] for address in first_addresses(client)}
    assert {name for name in TEXTS if name.endswith(".js")} <= named


def test_the_first_page_weighs_at_most_300_kb_with_everything_it_loads(client):
    files = sum(packed_bytes(client, address) for address in {"/", *first_addresses(client)})
    data = sum(packed_bytes(client, f"/api/{name}") for name in ("menu", "settings", "snapshot"))
    assert files <= 300_000
    assert files + data <= 300_000


def test_every_file_is_small_because_it_is_served_compressed(client):
    for name, text in TEXTS.items():
        if name == "index.html":
            continue  # stamped on its way out
        answer = client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"})
        assert answer.text == text
        assert int(answer.headers["content-length"]) <= len(gzip.compress(text.encode())) + 8


def test_a_client_without_gzip_gets_the_plain_file(client):
    name = "icon.svg"
    answer = client.get(f"/static/{name}", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.content == served(name).read_bytes()


def test_a_file_under_the_current_stamp_is_kept_for_a_year_any_other_is_asked_again(client):
    stamped = first_addresses(client)[0]
    plain = re.sub("^/static/[0-9a-f]{12}/", "/static/", stamped)
    stale = re.sub("^/static/[0-9a-f]{12}/", "/static/000000000000/", stamped)
    caching = [client.get(path).headers["cache-control"] for path in (stamped, plain, stale)]
    assert caching == ["public, max-age=31536000, immutable", "no-cache", "no-cache"]
    assert client.get("/").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/static/icon.svg", "/api/menu"])
def test_what_has_not_changed_is_not_sent_again(path, client):
    tag = client.get(path).headers["etag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert again.status_code == 304 and again.content == b""
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_changed_file_gets_a_new_stamp(tmp_path):
    from starlette.requests import Request

    def page(assets):
        scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
        return assets.page(Request(scope)).body.decode()

    (tmp_path / "js").mkdir()
    (tmp_path / "index.html").write_text('<head></head><img src="/static/a.svg">')
    (tmp_path / "js" / "main.js").write_text("1")
    assets = Assets(tmp_path, look_s=0.0)
    before = page(assets)
    assert re.search(r'href="/static/[0-9a-f]{12}/js/main.js"', before)
    (tmp_path / "js" / "main.js").write_text("22")
    assert page(assets) != before


OUTSIDE = ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd",
           "/static/", "/static/js", "/static/nothing.js"]  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_the_folder_is_served(path, client):
    answer = client.get(path)
    assert answer.status_code == 404
    assert error(answer)


def test_there_is_a_schema_but_no_page_that_loads_scripts_from_elsewhere(client):
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths) == {
        "/api/menu", "/api/settings", "/api/preview", "/api/press", "/api/code", "/api/set_clock",
        "/api/world", "/api/pins", "/api/speed", "/api/snapshot", "/api/journal", "/api/changes", "/api/curve",
        "/api/alarms/{seq}/diagnosis",
        "/api/selftest",
        "/api/strip", "/api/login", "/api/logout",
    }  # fmt: skip
    assert all(one.get("summary") for path in paths.values() for one in path.values())


def test_the_panel_is_quick_to_import():
    # A word on what is not loaded, not a time: neither the compiler nor tables of weather.
    code = "import sys, twinverter.panel.app; print([name for name in ('numba', 'pandas', 'pvlib', 'pyarrow') if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert answer.stdout.strip() == "[]", answer.stderr


# ---- settings ------------------------------------------------------------------------------


def test_settings_come_by_path_with_what_they_grey_hide_and_refuse(client, twin):
    state = client.get("/api/settings").json()
    assert set(state["values"]) == set(STORED)
    assert state["values"] == {find(key).path: value for key, value in twin.values.items()}
    assert set(state["greyed"]) | set(state["hidden"]) <= {row.path for row in SETTINGS}
    assert "1p_220" in state["refused_choices"]["grid.grid_type"]


def test_a_write_is_taken_whole_and_told_back(client, twin):
    before = client.get("/api/settings").json()
    changes = {
        "battery.max_charge_a": 77,
        "work_mode.solar_sell": True,
        "time_of_use.tou1_time": "02:30",
    }
    answer = client.post("/api/settings", json={"changes": changes})
    assert answer.status_code == 200
    state = answer.json()
    assert state["rev"] > before["rev"]
    assert {path: state["values"][path] for path in changes} == changes
    assert twin.values["max_charge_a"] == 77
    assert client.get("/api/settings").json()["values"] == state["values"]


def test_a_refused_write_changes_nothing_and_says_why(client, twin):
    before = dict(twin.values)
    changes = {"battery.max_discharge_a": 60, "battery.max_charge_a": 200}
    answer = client.post("/api/settings", json={"changes": changes})
    assert answer.status_code == 422
    told = answer.json()["error"]
    still = before["max_charge_a"]
    assert told == {
        "key": "battery.max_charge_a", "label": "Max A Charge", "value": 200, "unit": "A",
        "low": 0, "high": 190,
        "text": f"Max A Charge not taken: 200 A is above the largest value, 190 A. Still {still} A.",
    }  # fmt: skip
    assert twin.values == before


BAD_WRITES = [
    # body                                              told
    ({"changes": {"battery.max_charge": 40}},           "did you mean battery.max_charge_a?"),
    ({"changes": {"advanced.system_selfcheck": True}},  "For factory use"),
    ({"changes": {"basic.lock_password": "1234"}},      "cannot be set"),
    ({"changes": {"bms.bms_soc_pct": 50}},              "cannot be set"),
    ({"changes": {"battery.max_charge_a": None}},       "changes.battery.max_charge_a"),
    ({"changes": {"battery.max_charge_a": [1]}},        "changes.battery.max_charge_a"),
    ({"changes": []},                                   "changes: "),
    ({},                                                "changes: "),
    ({"changes": {}, "codes": "7777"},                  "codes: "),
    ([],                                                "The request: "),
]  # fmt: skip


@pytest.mark.parametrize(("body", "told"), BAD_WRITES)
def test_what_cannot_be_written_is_told_in_one_line(body, told, client):
    answer = client.post("/api/settings", json=body)
    assert answer.status_code == 422
    assert told in error(answer)


def test_a_number_that_is_none_is_refused(client):
    body = '{"changes": {"battery.max_charge_a": NaN}}'
    headers = {"Content-Type": "application/json"}
    answer = client.post("/api/settings", content=body, headers=headers)
    assert answer.status_code == 422 and error(answer)


def test_a_preview_shows_what_a_page_would_look_like_and_stores_nothing(client, twin):
    before = dict(twin.values)
    changes = {"battery.max_charge_a": 150, "gen_port.gen_port_mode": "smart_load_output"}
    view = client.post("/api/preview", json={"changes": changes}).json()
    assert view["errors"] == {}
    assert view["confirm"] == [
        "Max A Charge 150 A: above 115 A cable, breaker and battery must allow it."
    ]
    assert view["greyed"]["battery.gen_charge"] == (
        "Mode is Smart Load Output (Gen Port Use, PORT Set1)"
    )
    assert twin.values == before


def test_the_preview_offers_what_the_write_then_stores(client):
    changes = {"changes": {"gen_port.gen_port_mode": "micro_inv_input"}}
    offered = client.post("/api/preview", json=changes).json()["offered"]
    assert offered["gen_port.port_on_soc_pct"] == 90
    values = client.post("/api/settings", json=changes).json()["values"]
    assert {path: values[path] for path in offered} == offered


# ---- lock, reset, buttons, clock -----------------------------------------------------------


def test_while_locked_a_write_needs_the_code_and_reading_goes_on(client):
    # CH5.5-SET-003, CH5.5-SET-006
    lock = {"purpose": "lock", "code": "7777"}
    assert client.post("/api/code", json=lock).status_code == 200
    change = {"changes": {"battery.max_charge_a": 50}}
    refused = client.post("/api/settings", json=change)
    assert refused.status_code == 423 and "code" in error(refused)
    assert client.get("/api/settings").status_code == 200
    assert client.get("/api/snapshot").json()["locked"] is True
    wrong = client.post("/api/settings", json=change | {"code": "1111"})
    assert wrong.status_code == 403 and error(wrong).startswith("Wrong code")
    assert client.post("/api/settings", json=change | {"code": "7777"}).status_code == 200
    unlock = {"purpose": "unlock", "code": "7777"}
    assert client.post("/api/code", json=unlock).status_code == 200
    assert client.post("/api/settings", json=change).status_code == 200


def test_the_reset_code_brings_back_the_factorys_values(client, twin):
    # CH5.5-SET-004, CH5.5-SET-005
    client.post("/api/settings", json={"changes": {"battery.max_charge_a": 99}})
    wrong = client.post("/api/code", json={"purpose": "reset", "code": "7777"})
    assert wrong.status_code == 403 and twin.values["max_charge_a"] == 99
    assert client.post("/api/code", json={"purpose": "reset", "code": "9999"}).status_code == 200
    assert twin.values["max_charge_a"] == default_values()["max_charge_a"]


def test_three_wrong_codes_are_told_to_wait(client):
    wrong = {"purpose": "lock", "code": "0000"}
    waits = [client.post("/api/code", json=wrong).json()["error"]["wait_s"] for _ in range(3)]
    assert waits == [0.0, 0.0, 5.0]


def test_the_buttons_of_the_front_are_pressed(client):
    client.post("/api/press", json={"button": "dc"})
    client.post("/api/press", json={"button": "power"})
    snapshot = client.get("/api/snapshot").json()
    assert (snapshot["power_on"], snapshot["dc_on"]) == (False, False)
    assert client.post("/api/press", json={"button": "acknowledge"}).json() == {"ok": True}
    assert client.post("/api/press", json={"button": "bell"}).status_code == 422


def test_the_clock_is_set_once_it_does_not_follow_the_platform(client):
    wanted = {"year": 2030, "month": 2, "day": 3, "hour": 4, "minute": 5}
    following = client.post("/api/set_clock", json=wanted)
    assert following.status_code == 422 and "Time Syncs" in error(following)
    client.post("/api/settings", json={"changes": {"basic.time_syncs": False}})
    assert client.post("/api/set_clock", json=wanted).status_code == 200
    assert client.get("/api/snapshot").json()["clock"].startswith("02/03/2030 04:05")
    bad = client.post("/api/set_clock", json=wanted | {"month": 13})
    assert bad.status_code == 422 and error(bad).startswith("Month not taken: 13 is above")


# ---- the world and the speed ---------------------------------------------------------------


def test_the_world_is_taken_over_and_given_back(client):
    taken = client.post("/api/world", json={"take": {"sun_w_m2": 500, "grid_on": False}}).json()
    assert taken["sun_w_m2"] == {"value": 500.0, "taken": True}
    assert taken["grid_on"] == {"value": False, "taken": True}
    back = client.post("/api/world", json={"give_back": ["sun_w_m2"]}).json()
    assert (back["sun_w_m2"]["taken"], back["grid_on"]["taken"]) == (False, True)
    free = client.post("/api/world", json={"give_back": "all"}).json()
    assert not any(one["taken"] for one in free.values())
    assert client.get("/api/world").json() == free


def test_of_several_hands_none_moves_when_one_is_refused(client):
    answer = client.post("/api/world", json={"take": {"sun_w_m2": 500, "grid_hz": 9000}})
    assert answer.status_code == 422 and "grid_hz = 9000" in error(answer)
    assert not any(one["taken"] for one in client.get("/api/world").json().values())
    assert client.post("/api/world", json={"take": {"moon": 1}}).status_code == 422
    client.post("/api/world", json={"take": {"sun_w_m2": 500}})
    answer = client.post("/api/world", json={"give_back": ["sun_w_m2", "moon"]})
    assert answer.status_code == 422 and "moon" in error(answer)
    assert client.get("/api/world").json()["sun_w_m2"]["taken"]


def test_speed_pause_and_single_steps_are_asked_for(client, runner):
    asked = client.post("/api/speed", json={"speed": 60}).json()
    assert asked["asked"] == 60 and asked["paused"] is False
    assert client.post("/api/speed", json={"paused": True}).json()["paused"] is True
    assert client.post("/api/speed", json={"step": True}).json()["paused"] is True
    assert runner.clock.due_s() == 1.0
    assert client.post("/api/speed", json={"paused": False}).json()["paused"] is False
    for speed in (0, -1, 1e9, "fast"):
        assert client.post("/api/speed", json={"speed": speed}).status_code == 422


# ---- what is read --------------------------------------------------------------------------


def test_a_change_is_in_the_book_with_who_and_both_values_in_words(client):
    for pattern in ("load_first", "batt_first"):
        client.post("/api/settings", json={"changes": {"work_mode.energy_pattern": pattern}})
    line = client.get("/api/changes").json()[0]
    assert line["key"] == "work_mode.energy_pattern" and line["label"] == "Energy pattern"
    assert (line["before_text"], line["after_text"]) == ("LoadFirst", "BattFirst")
    assert line["by"] == "panel testclient"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", line["clock"])


def test_the_journal_has_alarms_with_time_name_and_advice_newest_first(client, twin):
    # CH5.11-FLT-004
    for there in (False, True, False):
        twin.take("grid_on", there)
        for _ in range(90):
            twin.tick()
    twin.save()
    lines = client.get("/api/journal").json()
    assert [line["raised"] for line in lines if line["code"] == "F35"] == [True, False, True]
    times = [line["clock_s"] for line in lines]
    assert times == sorted(times, reverse=True)
    assert lines[0]["name"] and lines[0]["advice"] and lines[0]["severity"].startswith("fault")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", lines[0]["clock"])
    assert client.get("/api/journal?limit=0").status_code == 422


@pytest.mark.parametrize("line", ["solar", "load", "grid", "battery", "generator", "buy", "sell"])
@pytest.mark.parametrize(("period", "places"), [("day", 1440), ("month", 30), ("year", 12)])
def test_a_curve_has_as_many_places_as_its_period(line, period, places, client):
    answer = client.get(f"/api/curve?line={line}&period={period}&date=2021-04-27")
    curve = answer.json()
    assert len(curve["labels"]) == len(curve["up"]) == places


BAD_CURVES = [
    ("line=moon&period=day&date=2021-04-27",     "line: "),
    ("line=solar&period=week&date=2021-04-27",   "period: "),
    ("line=solar&period=day&date=2021-04-31",    "date: "),
    ("line=solar&period=day",                    "date: "),
]  # fmt: skip


@pytest.mark.parametrize(("query", "told"), BAD_CURVES)
def test_a_curve_that_does_not_exist_is_told_in_one_line(query, told, client):
    answer = client.get(f"/api/curve?{query}")
    assert answer.status_code == 422 and error(answer).startswith(told)


def test_the_strip_is_a_list_of_points(client, twin):
    for _ in range(11):
        twin.tick(60.0)
    twin.save()
    points = client.get("/api/strip").json()
    assert points and {"clock_s", "pv_w", "battery_w", "grid_w", "load_w", "soc"} <= set(points[0])


READ = [
    # address                                           model of one line
    ("/api/journal",                                    schemas.AlarmLine),
    ("/api/changes",                                    schemas.ChangeLine),
    ("/api/strip",                                      schemas.StripPoint),
    ("/api/curve?line=battery&period=day&date=2021-04-27", schemas.CurveState),
    ("/api/settings",                                   schemas.SettingsState),
]  # fmt: skip


@pytest.mark.parametrize(("address", "model"), READ)
def test_the_schema_describes_what_is_sent(address, model, client, twin):
    client.post("/api/settings", json={"changes": {"battery.max_charge_a": 33}})
    twin.take("grid_on", False)
    for _ in range(11):
        twin.tick(60.0)
    twin.save()
    answer = client.get(address).json()
    for line in answer if isinstance(answer, list) else [answer]:
        assert set(line) == set(model.model_fields)
        model.model_validate(line)
    assert answer


def test_the_snapshot_can_be_read_by_every_browser(client):
    text = client.get("/api/snapshot").text
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert {"seq", "clock", "lamps", "centre", "flows", "energy", "reasons", "alarms", "world"} <= set(json.loads(text))  # fmt: skip


def test_the_stream_begins_with_the_whole_snapshot(client):
    with client.websocket_connect("ws://127.0.0.1:8080/api/stream") as stream:
        assert stream.receive_json() == client.get("/api/snapshot").json()


# ---- what is too much ----------------------------------------------------------------------


def test_a_request_that_is_too_large_or_does_not_say_how_large_is_refused(client):
    large = b" " * (LARGEST_BODY + 1)
    answer = client.post("/api/settings", content=large)
    assert answer.status_code == 413 and error(answer)
    answer = client.post("/api/settings", content=iter([b"{}"]))
    assert answer.status_code == 411 and error(answer)


def test_an_unknown_address_or_method_is_told_in_one_line(client):
    assert error(client.get("/api/nothing")) == "Not Found."
    assert error(client.delete("/api/settings")).endswith(".")


HUGE = "1" + "0" * 400
# fmt: off
NONSENSE = [
    # address         body
    ("/api/settings", '{"changes": {"battery.max_charge_a": "\\ud800"}}'),
    ("/api/settings", '{"changes": {"battery.max_charge_a": [1]}}'),
    ("/api/settings", '{"changes": {"battery.max_charge_a": null}}'),
    ("/api/settings", '{"changes": {"battery.max_charge_a": ' + HUGE + '}}'),
    ("/api/settings", '{"changes": {"battery.max_charge_a": -Infinity}}'),
    ("/api/settings", '{"changes": {"battery.beep": 1, "\\ud800": 1}}'),
    ("/api/settings", '{"changes": {"two\\nlines": 1}}'),
    ("/api/settings", '{"changes": {"' + "k" * 3000 + '": 1}}'),
    ("/api/settings", '{"changes": {"battery.max_charge_a": 50}, "\\ud800": 1}'),
    ("/api/preview",  '{"changes": {"battery.max_charge_a": {"a": 1}}}'),
    ("/api/world",    '{"take": {"sun_w_m2": 5, "cloud": ' + HUGE + '}}'),
    ("/api/world",    '{"take": {"sun_w_m2": 5, "cloud": "\\ud800"}}'),
    ("/api/world",    '{"take": {"sun_w_m2": 5}, "give_back": [""]}'),
    ("/api/world",    '{"take": {"sun_w_m2": 5}, "give_back": ["\\ud800"]}'),
    ("/api/world",    '{"give_back": [' + '"grid_on",' * 300 + '"grid_on"]}'),
    ("/api/speed",    '{"speed": NaN}'),
    ("/api/press",    '{"button": "power", "twice": true}'),
    ("/api/login",    '{"password": "\\ud800"}'),
]
# fmt: on


@pytest.mark.parametrize(("address", "body"), NONSENSE)
def test_nonsense_is_refused_in_one_short_line_and_changes_nothing(address, body, client, twin):
    twin.take("load_l1_w", 700)
    before, seq = twin.values, twin.seq
    answer = client.post(address, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422 and len(error(answer)) <= 200
    assert (twin.values, twin.seq) == (before, seq)


def test_what_cannot_be_stored_is_told_in_one_line(client, twin, monkeypatch):
    def full(state, moment):
        raise StoreError("twin.sqlite: cannot be used (the disk is full)")

    monkeypatch.setattr(twin.store, "save_tick", full)
    for address, body in (
        ("/api/settings", {"changes": {"battery.max_charge_a": 33}}),
        ("/api/press", {"button": "dc"}),
        ("/api/world", {"take": {"grid_on": 0}}),
        ("/api/speed", {"paused": True}),
    ):
        answer = client.post(address, json=body)
        assert answer.status_code == 503 and "the disk is full" in error(answer)
    assert client.get("/api/snapshot").json()["dc_on"]
