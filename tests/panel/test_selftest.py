"""The addresses of the self-test: begun, followed and ended over the API, refused in one line."""

import asyncio
import time

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient

from twinverter.catalog.selftests import PARTS
from twinverter.live.selftest.undoing import BY
from twinverter.panel.app import create_app

# After this the device is on the mains, whatever its house's own course was at first.
RECONNECTED_S = 70


@pytest.fixture
def client(runner):
    with TestClient(create_app(runner), base_url="http://127.0.0.1:8080") as client:
        yield client


def told(answer):
    text = answer.json()["error"]["text"]
    assert "\n" not in text and text.endswith(".")
    return text


def test_before_the_first_test_it_says_what_it_would_do(client):
    state = client.get("/api/selftest").json()
    assert state["running"] is False and state["report"] is None
    assert [part["key"] for part in state["parts"]] == [part.key for part in PARTS]
    assert state["most_s"] < 120.0


def test_a_test_is_begun_shown_in_the_stream_and_ended(client, twin):
    assert client.post("/api/selftest", json={"action": "start"}).json()["running"] is True
    assert client.get("/api/snapshot").json()["selftest"]["running"] is True
    again = client.post("/api/selftest", json={"action": "start"})
    assert again.status_code == 409 and told(again) == "The self-test is under way."
    ended = client.post("/api/selftest", json={"action": "stop"}).json()
    assert ended["running"] is False
    assert ended["report"]["ended"] == "panel testclient stopped it."
    assert client.get("/api/snapshot").json()["selftest"]["running"] is False


def test_an_unsafe_test_is_refused_with_its_reason(client, twin):
    client.post("/api/press", json={"button": "power"})
    twin.tick()
    refused = client.post("/api/selftest", json={"action": "start"})
    assert refused.status_code == 409
    assert told(refused).startswith("The machine is switched off")


@pytest.mark.parametrize("body", [{}, {"action": "pause"}, {"action": "start", "now": True}])
def test_an_order_that_is_none_is_refused(body, client):
    assert client.post("/api/selftest", json=body).status_code == 422


def test_stopping_what_does_not_run_changes_nothing(client):
    assert client.post("/api/selftest", json={"action": "stop"}).json()["report"] is None


async def story(app, runner):
    """Begin a test beside a running device, follow it into its second step, and end it."""
    living = asyncio.create_task(runner.run())
    line = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=line, base_url="http://127.0.0.1:8080") as client:
        states = [(await client.post("/api/selftest", json={"action": "start"})).json()]
        while states[-1]["words"] == states[0]["words"]:
            await asyncio.sleep(0.05)
            states.append((await client.get("/api/selftest")).json())
        ended = (await client.post("/api/selftest", json={"action": "stop"})).json()
    runner.stop()
    await living
    return states[-1], ended


def test_beside_a_running_device_the_test_goes_by_itself_and_puts_back_what_it_wrote(runner, twin):
    # The clock of these tests stands; here time has to pass.
    runner.clock.now = time.monotonic
    runner.clock.ask(4.0)
    twin.take("grid_on", 1)
    for _ in range(RECONNECTED_S):
        twin.tick()
    before = twin.values["max_solar_power_w"]
    last, ended = asyncio.run(asyncio.wait_for(story(create_app(runner), runner), 20.0))
    assert last["running"] is True and last["words"].startswith("Rests both solar inputs")
    assert ended["running"] is False
    written = [change for change in twin.store.changes() if change.by == BY]
    assert "work_mode.max_solar_power_w" in {change.key for change in written}
    assert twin.values["max_solar_power_w"] == before
