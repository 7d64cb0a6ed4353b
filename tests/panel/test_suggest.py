"""Suggested settings over the API: searched, shown, applied in one write, and undone."""

import pytest
from fastapi.testclient import TestClient

from twinverter.panel.app import create_app

FOUND = {
    "headline": "Saves 12 NGN a year.",
    "stopped": False,
    "tried": 40,
    "head": ["", "Costs"],
    "lines": [["Tuned", "100"]],
    "changes": [
        # fmt: off
        {
            "key": "low_batt_soc_pct",
            "page": "Battery Setting, Batt Set3",
            "label": "Low Batt %",
            "before": 30,
            "after": 25,
            "before_text": "30 %",
            "after_text": "25 %",
            "brings": "9 NGN",
        },
        {
            "key": "grid_charge",
            "page": "Battery Setting, Batt Set2",
            "label": "Grid Charge",
            "before": False,
            "after": True,
            "before_text": "off",
            "after_text": "on",
            "brings": "",
        },
        # fmt: on
    ],
}


class Job:
    """A search that a test carries on: it found what it is told."""

    def __init__(self):
        self.told = {"running": False, "share": 0.0, "words": "", "error": "", "found": None}
        self.asked = []

    def start(self, values, minutes):
        if self.told["running"]:
            raise ValueError("A search is under way already.")
        self.asked.append((dict(values), minutes))
        self.told |= {"running": True, "share": 0.25, "words": "40 tried, best 112"}

    def stop(self):
        self.told |= {"running": False, "found": FOUND | {"stopped": True}}

    def state(self):
        return dict(self.told)


@pytest.fixture
def job():
    return Job()


@pytest.fixture
def client(runner, job, tmp_path):
    # The device stands as the search found it.
    runner.twin.write({one["key"]: one["before"] for one in FOUND["changes"]})
    app = create_app(runner, suggest=(job, tmp_path))
    with TestClient(app, base_url="http://127.0.0.1:8080") as client:
        yield client


def order(client, action, **more):
    answer = client.post("/api/suggest", json={"action": action, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_without_a_search_beside_it_there_is_no_such_address(runner):
    with TestClient(create_app(runner), base_url="http://127.0.0.1:8080") as client:
        assert client.get("/api/suggest").status_code == 404
        assert "suggest" not in client.get("/api/snapshot").json()


def test_a_search_begins_from_what_is_set_and_tells_how_far_it_is(client, job, twin):
    state = order(client, "start", minutes=3)
    assert state["running"] and state["found"] is None
    assert job.asked == [(twin.values, 3.0)]
    told = client.get("/api/snapshot").json()["suggest"]
    assert told == {"running": True, "share": 0.25, "words": "40 tried, best 112"}
    again = client.post("/api/suggest", json={"action": "start"})
    assert again.status_code == 409
    assert again.json()["error"]["text"] == "A search is under way already."
    assert order(client, "stop")["found"]["stopped"]


def test_what_was_found_is_applied_in_one_journaled_write_and_undone_by_another(client, job, twin):
    job.told["found"] = FOUND
    before, rev = twin.values, twin.settings_rev
    assert order(client, "apply")["applied"]
    assert twin.settings_rev == rev + 2
    assert (twin.values["low_batt_soc_pct"], twin.values["grid_charge"]) == (25, True)
    newest = client.get("/api/changes").json()[:2]
    assert {one["by"] for one in newest} == {"panel testclient"}
    state = order(client, "undo")
    assert not state["applied"] and state["said"] == "What stood before is back."
    assert twin.values == before


def test_undo_leaves_alone_what_somebody_changed_since_and_names_it(client, job, twin):
    job.told["found"] = FOUND
    order(client, "apply")
    twin.write({"low_batt_soc_pct": 28})
    state = order(client, "undo")
    assert (twin.values["low_batt_soc_pct"], twin.values["grid_charge"]) == (28, False)
    assert state["said"] == (
        "What stood before is back. Left as they are, because somebody changed them, or what they"
        " hang on: Low Batt %."
    )


def test_undo_leaves_alone_what_cannot_stand_beside_a_later_change(client, job, twin):
    """Shutdown may not be above Low Batt: it cannot go back to 20 % over a Low Batt of 15 %."""
    twin.write({"shutdown_soc_pct": 20})
    shutdown = {"key": "shutdown_soc_pct", "before": 20, "after": 10}
    job.told["found"] = FOUND | {"changes": [*FOUND["changes"], shutdown]}
    order(client, "apply")
    twin.write({"low_batt_soc_pct": 15})
    said = order(client, "undo")["said"]
    assert said.endswith("hang on: Low Batt %, Shutdown %.")
    assert (twin.values["shutdown_soc_pct"], twin.values["grid_charge"]) == (10, False)


def test_nothing_is_applied_over_what_somebody_changed_since_the_search_began(client, job, twin):
    job.told["found"] = FOUND
    twin.write({"low_batt_soc_pct": 28})
    assert client.get("/api/suggest").json()["stale"] == ["Low Batt %"]
    refused = client.post("/api/suggest", json={"action": "apply"})
    assert refused.status_code == 409
    assert refused.json()["error"]["text"] == (
        "Changed since the search began: Low Batt %. Nothing was applied. Search again."
    )
    assert twin.values["grid_charge"] is False


def test_the_lock_holds_for_suggestions_too(client, job, twin):
    job.told["found"] = FOUND
    client.post("/api/code", json={"purpose": "lock", "code": "7777"})
    assert client.post("/api/suggest", json={"action": "apply"}).status_code == 423
    assert twin.values["low_batt_soc_pct"] == 30
    assert order(client, "apply", code="7777")["applied"]


def test_what_was_applied_can_be_undone_after_a_restart(client, job, runner, twin, tmp_path):
    job.told["found"] = FOUND
    order(client, "apply")
    with TestClient(
        create_app(runner, suggest=(Job(), tmp_path)), base_url="http://127.0.0.1:8080"
    ) as later:
        assert later.get("/api/suggest").json()["applied"]
        order(later, "undo")
    assert (twin.values["low_batt_soc_pct"], twin.values["grid_charge"]) == (30, False)


@pytest.mark.parametrize(
    ("action", "said"),
    [("apply", "There is nothing to apply."), ("undo", "There is nothing to undo.")],
)
def test_an_order_without_its_cause_is_refused(client, action, said):
    refused = client.post("/api/suggest", json={"action": action})
    assert refused.status_code == 409 and refused.json()["error"]["text"] == said
