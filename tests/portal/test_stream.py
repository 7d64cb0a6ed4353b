"""The stream: the newest moment of each device first, then each delivery to who may see it."""

import asyncio

import pytest
from starlette.websockets import WebSocketDisconnect

from tests.portal.gate import HOME, NOON_S, delivery, gate
from twinverter.portal import stream
from twinverter.portal.hub import Hub, News

PATH = "ws://192.168.1.20:8080/api/v1/stream"


@pytest.fixture
def door(tmp_path):
    with gate(tmp_path / "history.duckdb") as opened:
        yield opened


def watching(door, name, query=""):
    client = door.logged_in(name)
    return client.websocket_connect(f"{PATH}{query}", headers={"Origin": HOME})


def test_a_viewer_sees_what_is_there_and_then_what_comes(door):
    with watching(door, "rea") as viewer:
        first = viewer.receive_json()
        assert (first["device"], first["moment"]["clock_s"]) == ("home", NOON_S)
        assert first["moment"]["alarms"][0]["code"] == "F13"
        door.portal.inbox.take(delivery("other", first=50), door.other_site)
        moment = delivery("home").moment._replace(clock_s=NOON_S + 5.0)
        door.portal.inbox.take(delivery("home")._replace(moment=moment), door.site)
        second = viewer.receive_json()
        assert (second["device"], second["moment"]["clock_s"]) == ("home", NOON_S + 5.0)
        assert second["heard_at_s"] > first["heard_at_s"]


# fmt: off
ASKED = [
    # query                          what is shown to an operator
    ("",                             {"home", "other"}),
    ("?devices=other",               {"other"}),
    ("?devices=home,other",          {"home", "other"}),
    ("?devices=home&devices=other",  {"home", "other"}),
    ("?devices=a, b",                {"a, b"}),
]
# fmt: on


@pytest.mark.parametrize("query, shown", ASKED)
def test_a_viewer_may_ask_for_some_devices(door, query, shown):
    door.portal.inbox.take(delivery("a, b"), door.site)
    shown = shown if query else shown | {"a, b"}
    with watching(door, "ope", query) as viewer:
        assert {viewer.receive_json()["device"] for _ in shown} == shown


def test_a_device_that_one_may_not_see_is_not_shown_when_asked_for(door):
    with watching(door, "rea", "?devices=other,home") as viewer:
        assert viewer.receive_json()["device"] == "home"
        door.portal.inbox.take(delivery("other", first=50), door.other_site)
        door.portal.inbox.take(delivery("home", first=50), door.site)
        assert viewer.receive_json()["device"] == "home"


def test_a_viewer_with_nothing_to_see_is_pinged(door, monkeypatch):
    monkeypatch.setattr(stream, "PING_S", 0.01)
    with watching(door, "new") as viewer:
        assert viewer.receive_json() == {"ping": True}


def test_a_device_that_comes_later_is_shown_after_a_while(door, monkeypatch):
    monkeypatch.setattr(stream, "AGAIN_S", 0.05)
    with watching(door, "rea") as viewer:
        assert viewer.receive_json()["device"] == "home"
        door.portal.inbox.take(delivery("garage"), door.site)
        while (shown := viewer.receive_json()) == {"ping": True}:
            pass
        assert shown["device"] == "garage"


def test_there_are_only_so_many_viewers_and_none_is_left_behind(door, monkeypatch):
    monkeypatch.setattr(stream, "MOST_VIEWERS", 1)
    with watching(door, "rea") as viewer:
        viewer.receive_json()
        with watching(door, "ope") as second, pytest.raises(WebSocketDisconnect) as end:
            second.receive_json()
        assert end.value.code == stream.TRY_LATER
    assert len(door.portal.hub) == 0


def news(device, heard_s):
    return News(device, heard_s, {})


def test_a_slow_watcher_finds_the_newest_of_each_device():
    async def story():
        hub = Hub()
        watch = hub.watch(["a", "b"])
        for heard_s in (1.0, 2.0, 3.0):
            hub.tell([news("a", heard_s), news("c", heard_s)])
        hub.tell([news("b", 4.0)])
        await asyncio.sleep(0.0)
        found = [await anext(watch), await anext(watch)]
        assert found == [news("a", 3.0), news("b", 4.0)]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(watch), 0.01)
        watch.close()
        assert len(hub) == 0

    asyncio.run(story())


def test_a_watcher_whose_loop_has_ended_is_forgotten():
    hub = Hub()

    async def leave():
        return hub.watch(["a"])

    asyncio.run(leave())
    assert len(hub) == 1
    hub.tell([news("a", 1.0)])
    assert len(hub) == 0
