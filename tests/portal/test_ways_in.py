"""The way in over HTTP: a delivery by the token of a device, and what is none."""

import gzip

import msgpack
import pytest
from sqlalchemy import select

from tests.portal.gate import NOON_S, delivery, gate
from twinverter.monitor.delivery import MEDIA_TYPE, MOST_PACKED, packed
from twinverter.monitor.history import HistoryAway
from twinverter.portal import tables

PATH = "/api/v1/deliver"
KIND = {"Content-Type": MEDIA_TYPE}


@pytest.fixture
def door(tmp_path):
    with gate(tmp_path / "history.duckdb") as opened:
        yield opened


@pytest.fixture
def dongle(door):
    return door.bearing(door.device_token)


def post(client, one, **headers):
    return client.post(PATH, content=packed(one), headers=KIND | headers)


def test_a_delivery_is_taken_once_and_says_from_where_to_go_on(dongle):
    whole = delivery("home", first=100)
    first, second = post(dongle, whole), post(dongle, whole)
    expected = {"expired": 0, "alarms_seq": 2, "changes_seq": 1, "untold": []}
    assert first.json() == {"taken": 10, "repeated": 0, **expected}
    assert second.json() == {"taken": 0, "repeated": 10, **expected}


def test_a_new_device_stands_on_the_site_of_the_token(door, dongle):
    assert post(dongle, delivery("garage")).status_code == 200
    with door.portal.register.reading() as connection:
        query = select(tables.devices.c.site_id).where(tables.devices.c.name == "garage")
        assert connection.execute(query).scalar_one() == door.site


def refusal(reply):
    return reply.status_code, reply.json()["error"]["text"]


def test_a_device_of_another_site_is_refused_and_keeps_what_it_has(door, dongle):
    status, text = refusal(post(dongle, delivery("other", first=100)))
    assert status == 403 and "another site" in text
    assert door.portal.history.span("other")[1] == NOON_S + 11 * 60.0


# fmt: off
BODIES = [
    # body                                             status
    (b"",                                              422),
    (b"no delivery",                                   422),
    (gzip.compress(msgpack.packb({"device": "/"})),    422),
    (b"x" * (MOST_PACKED + 1),                         413),
]
# fmt: on


@pytest.mark.parametrize("body, status", BODIES, ids=range(len(BODIES)))
def test_what_is_no_delivery_is_refused(dongle, body, status):
    reply = dongle.post(PATH, content=body, headers=KIND)
    assert refusal(reply)[0] == status
    assert "\n" not in reply.json()["error"]["text"]


def test_a_delivery_says_what_it_is(dongle):
    assert refusal(post(dongle, delivery("home"), **{"Content-Type": "text/plain"}))[0] == 415


def test_only_a_device_delivers(door):
    assert post(door.client(), delivery("home")).status_code == 401
    assert post(door.bearing("twd_guessed"), delivery("home")).status_code == 401
    for name in ("rea", "ins", "ope"):
        assert post(door.logged_in(name), delivery("home")).status_code == 403


def test_a_database_that_is_away_asks_to_come_again(door, dongle, monkeypatch):
    def away(batches):
        raise HistoryAway("history /secret/place: disk full")

    monkeypatch.setattr(door.portal.history, "write", away)
    reply = post(dongle, delivery("home", first=100))
    assert refusal(reply) == (503, "The portal's database is away. Ask again in a while.")
    assert int(reply.headers["Retry-After"]) > 0


def test_a_single_house_needs_no_token_and_gets_a_site_of_its_own(tmp_path):
    with gate(tmp_path / "one.duckdb", is_single=True) as house:
        client = house.client("http://127.0.0.1:8090")
        assert post(client, delivery("mine")).status_code == 200
        sites = client.get("/api/v1/sites").json()["sites"]
        assert [site["name"] for site in sites if site["devices"][0]["name"] == "mine"] == ["Mine"]
