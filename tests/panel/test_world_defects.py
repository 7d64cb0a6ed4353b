"""Breaking something over the panel's API: each cause by its key, refused in one line."""

import pytest
from fastapi.testclient import TestClient

from twinverter.catalog.causes import CAUSES
from twinverter.panel.app import create_app
from twinverter.panel.menu import menu


@pytest.fixture
def client(runner):
    with TestClient(create_app(runner), base_url="http://127.0.0.1:8080") as client:
        yield client


def test_every_cause_is_taken_and_given_back(client, twin):
    take = {f"defect.{cause.key}": cause.usual for cause in CAUSES}
    world = client.post("/api/world", json={"take": take}).json()
    assert {key: float(world[key]["value"]) for key in take} == take
    assert all(world[key]["taken"] for key in take)
    twin.tick()
    twin.save()
    broken = {"any": 1.0} | {cause.key: cause.usual for cause in CAUSES}
    assert twin.scene.site.defects._asdict() == broken
    world = client.post("/api/world", json={"give_back": list(take)}).json()
    assert not any(world[key]["taken"] for key in take)
    twin.tick()
    twin.save()
    assert twin.scene.site.defects.any == 0.0


def test_the_world_table_of_the_menu_says_what_a_press_does():
    rows = {row["key"]: row for row in menu()["world"]}
    leak = rows["defect.earth_leak_a"]
    assert (leak["group"], leak["sound"], leak["usual"]) == ("defects", 0.0, 0.1)
    assert leak["told"].startswith("Somebody")
    assert rows["grid_on"]["usual"] is None


# fmt: off
REFUSED = [
    # take                              the line
    ({"defect.earth_leak_a": 6},        "defect.earth_leak_a = 6 A: is out of range (allowed: 0 to 5 A)"),
    ({"defect.estop": 2},               "defect.estop = 2: is not on or off"),
    ({"defect.nothing": 1},             "defect.nothing: is nothing in the world that can be taken over"),
]
# fmt: on


@pytest.mark.parametrize("take, line", REFUSED)
def test_what_cannot_be_broken_so_is_refused_and_nothing_is_taken(client, take, line):
    answer = client.post("/api/world", json={"take": {"defect.estop": 1} | take})
    assert answer.status_code == 422
    assert line in answer.json()["error"]["text"]
    assert not any(place["taken"] for place in client.get("/api/world").json().values())
