"""The check on the panel: its findings, its banner until somebody has seen the dangers, its journal."""

import json

import pytest
from fastapi.testclient import TestClient

from twinverter.catalog.checks import CHECKS, DANGER, FINE, SEVERITIES
from twinverter.panel.app import create_app
from twinverter.panel.check import FILE, HouseCheck

ROW = CHECKS[0]


def finding(severity, found, id=ROW.id):
    return {
        "id": id,
        "part": ROW.part,
        "title": f"title of {id}",
        "severity": severity,
        "found": found,
        "limit": ROW.limit,
        "source": ROW.source,
        "advice": ROW.advice,
        "ledger": list(ROW.ledger),
    }


class Judge:
    """A check whose findings a test changes; it counts how often it is asked."""

    def __init__(self, *found):
        self.found, self.asked = list(found), 0

    def __call__(self):
        self.asked += 1
        return self.found


@pytest.fixture
def judge():
    return Judge(finding(DANGER, "820 V"), finding(FINE, "all well", "other"))


@pytest.fixture
def client(runner, judge, tmp_path):
    app = create_app(runner, check=HouseCheck(judge, tmp_path))
    with TestClient(app, base_url="http://127.0.0.1:8080") as client:
        yield client


def test_without_a_check_there_is_nothing_to_show(runner):
    with TestClient(create_app(runner), base_url="http://127.0.0.1:8080") as client:
        assert client.get("/api/check").status_code == 404
        assert "check" not in client.get("/api/snapshot").json()


def test_every_finding_comes_with_limit_source_and_what_to_do(client):
    state = client.get("/api/check").json()
    assert state["counts"] == dict.fromkeys(SEVERITIES, 0) | {DANGER: 1, FINE: 1}
    first = state["findings"][0]
    assert (first["limit"], first["source"], first["advice"]) == (ROW.limit, ROW.source, ROW.advice)


def test_dangers_are_named_until_somebody_has_seen_them(client, twin, tmp_path):
    assert client.get("/api/snapshot").json()["check"]["unseen"] == [f"title of {ROW.id}"]
    seen = client.post("/api/check/seen", json={}).json()
    assert seen["unseen"] == [] and seen["seen"][0]["by"] == "panel testclient"
    assert client.get("/api/snapshot").json()["check"]["unseen"] == []
    line = json.loads((tmp_path / FILE).read_text())
    assert line["dangers"] == [f"{ROW.id}: 820 V"]


def test_what_was_seen_stays_seen_over_a_restart_and_a_new_danger_does_not(judge, tmp_path):
    first = HouseCheck(judge, tmp_path)
    first.acknowledge(1, 1000.0, "the installer")
    again = HouseCheck(judge, tmp_path)
    assert again.unseen(1) == []
    judge.found.append(finding(DANGER, "none", "battery-fuse"))
    assert [one["id"] for one in again.unseen(2)] == ["battery-fuse"]
    again.acknowledge(2, 2000.0, "the owner")
    assert [line["by"] for line in HouseCheck(judge, tmp_path).seen] == [
        "the installer",
        "the owner",
    ]


def test_a_danger_with_other_figures_is_another_danger(judge, tmp_path):
    check = HouseCheck(judge, tmp_path)
    check.acknowledge(1, 1000.0, "the installer")
    judge.found[0]["found"] = "900 V"
    assert len(check.unseen(2)) == 1


def test_a_line_that_a_power_loss_cut_off_costs_no_other(judge, tmp_path):
    HouseCheck(judge, tmp_path).acknowledge(1, 1000.0, "the installer")
    with (tmp_path / FILE).open("a") as journal:
        journal.write('{"clock_s": 12')
    judge.found.append(finding(DANGER, "none", "battery-fuse"))
    HouseCheck(judge, tmp_path).acknowledge(1, 2000.0, "the owner")
    assert len(HouseCheck(judge, tmp_path).seen) == 2
    assert HouseCheck(judge, tmp_path).unseen(1) == []


def test_the_house_is_checked_anew_only_where_settings_have_changed(client, judge, twin):
    for _ in range(5):
        client.get("/api/snapshot")
    assert judge.asked == 1
    twin.write({"max_charge_a": 33})
    client.get("/api/check")
    assert judge.asked == 2


def test_a_journal_that_cannot_be_written_is_one_line(runner, judge, tmp_path):
    check = HouseCheck(judge, tmp_path / "nowhere")
    with TestClient(create_app(runner, check=check), base_url="http://127.0.0.1:8080") as client:
        refused = client.post("/api/check/seen", json={})
        assert refused.status_code == 503
        assert "cannot be written" in refused.json()["error"]["text"]
        assert client.get("/api/snapshot").json()["check"]["unseen"] != []


def test_the_device_runs_on_whatever_the_check_says(client, twin):
    before = twin.clock_s
    twin.tick()
    assert twin.clock_s > before
