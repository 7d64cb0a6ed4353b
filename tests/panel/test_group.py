"""The page of a parallel system: what it shows, and the hands on button and cable of a unit."""

import pytest
from starlette.testclient import TestClient

from tests.live.units import Alive, group_house
from twinverter.live.group_runner import GroupRunner
from twinverter.panel.app import create_app
from twinverter.panel.group import create_group_app

BASE = "http://127.0.0.1:8080"


@pytest.fixture
def alive(tmp_path):
    made = Alive(group_house(tmp_path), tmp_path / "memory").run(5)
    yield made
    made.end()


def page(alive, password=None):
    app = create_group_app(GroupRunner(alive.system), {1: 8081, 2: 8082, 3: 8083}, password)
    return TestClient(app, base_url=BASE)


def test_it_shows_every_unit_the_sum_and_where_their_panels_are(alive):
    group = page(alive).get("/api/group").json()
    assert [unit["address"] for unit in group["units"]] == [1, 2, 3]
    assert [unit["role"] for unit in group["units"]] == ["master", "slave", "slave"]
    assert group["sum"]["load_w"] == pytest.approx(sum(one["load_w"] for one in group["units"]))
    assert group["panels"] == {"1": 8081, "2": 8082, "3": 8083}
    assert group["alarms"] == []


def test_a_unit_is_switched_off_and_on_by_the_page(alive):
    client = page(alive)
    client.post("/api/units/2", json={"power_on": False}).raise_for_status()
    alive.run(5)
    group = client.get("/api/group").json()
    assert [unit["power_on"] for unit in group["units"]] == [True, False, True]
    assert {(one["address"], one["code"]) for one in alive.shown["alarms"]} >= {
        (1, "F41"),
        (3, "F41"),
    }
    client.post("/api/units/2", json={"power_on": True}).raise_for_status()
    alive.until(lambda now: not any(now.alarms.values()), 900)


def test_a_cable_is_pulled_and_put_in_by_the_page(alive):
    client = page(alive)
    shown = client.post("/api/units/3", json={"cable_in": False}).json()
    assert alive.run(3).of_all("loss") == [0.0, 0.0, 1.0]
    assert shown["units"][2]["address"] == 3
    assert "F29" in alive.alarms[1]
    client.post("/api/units/3", json={"cable_in": True}).raise_for_status()
    assert alive.run(1).of_all("loss") == [0.0, 0.0, 0.0]


# fmt: off
@pytest.mark.parametrize(("address", "body", "status", "text"), [
    (9,   {"power_on": False},  404, "There is no unit 9 in this system."),
    (64,  {"power_on": False},  422, "address: Input should be less than or equal to 63."),
    (1,   {"power_on": "no"},   422, "power_on: Input should be a valid boolean."),
    (1,   {"power": True},      422, "power: Extra inputs are not permitted."),
])
# fmt: on
def test_what_it_cannot_do_is_one_line(alive, address, body, status, text):
    reply = page(alive).post(f"/api/units/{address}", json=body)
    assert (reply.status_code, reply.json()["error"]["text"]) == (status, text)


def test_the_stream_begins_with_the_whole_moment(alive):
    with page(alive) as client, client.websocket_connect("ws://127.0.0.1:8080/api/stream") as line:
        first = line.receive_json()
    assert first["name"] == "quiet group" and len(first["units"]) == 3 and first["panels"]


def test_with_a_password_only_the_page_itself_goes_without_it(alive):
    client = page(alive, password="harmattan")
    assert client.get("/").status_code == 200
    assert client.get("/static/js/group.js").status_code == 200
    assert client.get("/api/group").status_code == 401
    assert client.post("/api/units/2", json={"power_on": False}).status_code == 401
    assert client.post("/api/login", json={"password": "harmattan"}).status_code == 200
    assert client.get("/api/group").status_code == 200


def test_one_units_own_panel_is_that_of_a_device_and_its_pace_is_all_units(alive):
    runner = GroupRunner(alive.system)
    client = TestClient(create_app(runner.units[1]), base_url=BASE)
    assert client.get("/api/snapshot").json()["lamps"]["normal"] == 1
    values = client.get("/api/settings").json()["values"]
    assert values["parallel.parallel_address"] == 2
    client.post("/api/speed", json={"speed": 30.0}).raise_for_status()
    assert alive.shown["speed"]["asked"] == 30.0
