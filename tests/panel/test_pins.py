"""The pins over the panel's API: read by key, driven, refused in one line."""

import pytest
from fastapi.testclient import TestClient

from twinverter.panel.app import create_app


@pytest.fixture
def client(runner):
    with TestClient(create_app(runner), base_url="http://127.0.0.1:8080") as client:
        yield client


# fmt: off
DRIVEN = [
    # body                            modes     told to leave the grid
    ({"drm": 5},                      [5],      False),
    ({"drm": 0},                      [0],      False),
    ({"drm": [1, 5]},                 [1, 5],   False),
    ({"drm": []},                     [],       False),
    ({"drm": None},                   [],       False),
    ({"forced_island": True},         [7],      True),
    ({},                              [7],      False),
]
# fmt: on


@pytest.mark.parametrize("body, modes, island", DRIVEN)
def test_an_input_is_driven_and_what_is_not_named_stays(client, twin, body, modes, island):
    assert client.post("/api/pins", json={"drm": 7}).json()["drm"]["value"] == [7]
    answer = client.post("/api/pins", json=body)
    assert answer.status_code == 200
    pins = answer.json()
    assert (pins["drm"]["value"], pins["forced_island"]["value"]) == (modes, island)
    assert client.get("/api/pins").json() == pins == twin.snapshot()["pins"]
    taken = {key for key, place in client.get("/api/world").json().items() if place["taken"]}
    assert taken == {f"drm.{mode}" for mode in modes} | ({"forced_island"} if island else set())


def test_every_pin_says_what_it_is(client):
    pins = client.get("/api/pins").json()
    assert {key: pin["direction"] for key, pin in pins.items()} == {
        "drm": "in", "forced_island": "in", "gen_start": "out", "ats": "out",
    }  # fmt: skip
    assert pins["ats"]["unit"] == "V" and all(pin["label"] for pin in pins.values())


# fmt: off
REFUSED = [
    # body                    names
    ({"drm": 9},              "drm"),
    ({"drm": -1},             "drm"),
    ({"drm": True},           "drm"),
    ({"drm": [5, "6"]},       "drm"),
    ({"drm": [0] * 10},       "drm"),
    ({"ats": 230},            "ats"),
    ({"forced_island": "x"},  "forced_island"),
]
# fmt: on


@pytest.mark.parametrize("body, names", REFUSED)
def test_what_is_no_input_or_no_mode_is_refused(client, body, names):
    answer = client.post("/api/pins", json=body)
    assert answer.status_code == 422
    text = answer.json()["error"]["text"]
    assert names in text and "\n" not in text
    assert client.get("/api/pins").json()["drm"]["value"] == []
