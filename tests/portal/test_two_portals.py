"""Two portals over one PostgreSQL: who logs in, is shut out, guesses or reports, is so at both."""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.monitor.conftest import NO_SERVER, server  # noqa: F401
from tests.portal.gate import (
    BOUNDLESS,
    HOME,
    NOON_S,
    PASSWORD,
    QUICK,
    Gate,
    delivery,
    gate,
    sign_in,
)
from tools.pg_server import programs
from twinverter.monitor.columns import SUMS
from twinverter.monitor.history import HistoryAway
from twinverter.portal import relay as relays
from twinverter.portal.app import create_app
from twinverter.portal.asked import Portal
from twinverter.portal.buckets import SharedLimits
from twinverter.portal.doors import Doors
from twinverter.portal.limits import Rate, Rates, TooOftenError
from twinverter.portal.passwords import Passwords

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 30.0


class Both(NamedTuple):
    """A portal with its gate, and another one over the same database."""

    gate: Gate
    portal: Portal
    app: FastAPI

    def client(self, **words: object) -> TestClient:
        """Return a client of the other portal."""
        return TestClient(self.app, base_url=HOME, raise_server_exceptions=False, **words)


def opened_both(url, rates=BOUNDLESS):
    """Yield two portals over a new database."""
    with gate(url, rates) as first, Portal.opened(url) as second:
        doors = Doors(second.register, rates=rates, passwords=Passwords(QUICK), now_s=first.time)
        assert first.portal.relay.listens(PATIENCE_S) and second.relay.listens(PATIENCE_S)
        yield Both(first, second, create_app(second, doors))


@pytest.fixture
def both(server):  # noqa: F811
    yield from opened_both(server.fresh())


@pytest.fixture
def strict(server):  # noqa: F811
    """Return two portals with the rates of every portal for guesses."""
    yield from opened_both(server.fresh(), Rates(*BOUNDLESS)._replace(login_address=Rate(5, 12.0)))


def cookies(client):
    return {"Cookie": "; ".join(f"{key}={value}" for key, value in client.cookies.items())}


# ---- who comes in --------------------------------------------------------------------------------


def test_a_login_at_one_portal_is_one_at_the_other_and_so_is_a_logout(both):
    client = both.gate.logged_in("rea")
    other = both.client(headers=cookies(client))
    assert other.get("/api/v1/me").json()["name"] == "rea"
    other.headers["X-CSRF"] = client.headers["X-CSRF"]
    assert other.post("/api/v1/logout").status_code == 200
    assert client.get("/api/v1/me").status_code == 401


def test_who_is_shut_out_at_one_portal_is_so_at_the_other(both):
    client = both.gate.logged_in("rea")
    other = both.client(headers=cookies(client))
    assert other.get("/api/v1/me").status_code == 200
    path = f"/api/v1/users/{both.gate.users['rea']}"
    assert both.gate.logged_in("ope").patch(path, json={"is_disabled": True}).status_code == 200
    assert other.get("/api/v1/me").status_code == 401


def test_a_token_that_is_revoked_at_one_portal_is_refused_at_the_other(both):
    secret = both.gate.api_token("rea")
    other = both.client(headers={"Authorization": f"Bearer {secret}"})
    listed = other.get("/api/v1/tokens").json()
    (token,) = [one for one in listed if one["kind"] == "api"]
    assert both.gate.bearing(secret).delete(f"/api/v1/tokens/{token['id']}").status_code == 200
    assert other.get("/api/v1/me").status_code == 401


def test_the_audit_log_holds_the_rows_of_both_portals(both):
    sign_in(both.gate.client(), "rea", "wrong")
    sign_in(both.client(), "own", "wrong")
    whats = [(row["who"], row["outcome"]) for row in both.gate.audit()]
    assert whats[-2:] == [("rea", "refused (401)"), ("own", "refused (401)")]


def test_guesses_are_counted_over_both_portals(strict):
    clients = [strict.gate.client(), strict.client()]
    found = [sign_in(clients[turn % 2], "rea", "wrong").status_code for turn in range(6)]
    assert found == [401] * 5 + [429]
    late = sign_in(strict.client(), "rea", PASSWORD)
    assert (late.status_code, late.headers["Retry-After"]) == (429, "12")
    strict.gate.time.now_s += 12.0
    assert sign_in(strict.client(), "rea", PASSWORD).status_code == 200
    # The right password costs nothing, so the next one passes at once.
    assert sign_in(strict.gate.client(), "rea", PASSWORD).status_code == 200


# fmt: off
COURSE = [
    # after_s   wait_s
    (0.0,       0),
    (0.0,       0),
    (0.0,       10),
    (4.0,       6),
    (5.5,       1),
    (0.5,       0),
    (0.0,       10),
    (1000.0,    0),
    (0.0,       0),
    (0.0,       10),
]
# fmt: on


def test_shared_buckets_empty_and_fill_like_those_in_memory_and_full_ones_are_no_rows(both):
    now = both.gate.time
    limits = [SharedLimits(one.register, now) for one in (both.gate.portal, both.portal)]
    seen = []
    for turn, (after_s, _) in enumerate(COURSE):
        now.now_s += after_s
        try:
            limits[turn % 2].take((("login", "ada"), Rate(2, 10.0)))
            seen.append((after_s, 0))
        except TooOftenError as error:
            seen.append((after_s, error.wait_s))
    assert seen == COURSE
    with both.portal.register.reading() as link:
        assert link.exec_driver_sql("SELECT count(*) FROM portal.buckets").scalar() == 1
    now.now_s += 1000.0
    limits[0].take((("other",), Rate(2, 10.0)))
    limits[1].give_back((("other",), Rate(2, 10.0)))
    with both.portal.register.reading() as link:
        assert link.exec_driver_sql("SELECT count(*) FROM portal.buckets").scalar() == 0


# ---- what is reported ----------------------------------------------------------------------------


def test_a_device_that_reports_to_both_portals_at_once_is_counted_once(both):
    portals = (both.gate.portal, both.portal)
    starting = threading.Barrier(2)
    failed = []

    def report(portal):
        starting.wait(PATIENCE_S)
        for first in range(100, 200, 10):
            for name in ("new", "newer"):
                try:
                    portal.inbox.take(delivery(name, first=first), both.gate.site)
                except Exception as error:
                    failed.append(error)

    threads = [threading.Thread(target=report, args=(one,)) for one in portals]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    for name in ("new", "newer"):
        (total,) = both.portal.history.read(name, "total", 0.0, 1e10, ()).to_pylist()
        assert (total["samples"], total[SUMS[0]]) == (100, 100.0)


def test_a_viewer_at_one_portal_sees_what_the_other_took(both):
    with both.gate.logged_in("rea").websocket_connect(
        "ws://192.168.1.20:8080/api/v1/stream", headers={"Origin": HOME}
    ) as viewer:
        assert viewer.receive_json()["moment"]["clock_s"] == NOON_S
        moment = delivery("home").moment._replace(clock_s=NOON_S + 5.0)
        both.portal.inbox.take(delivery("home")._replace(moment=moment), both.gate.site)
        shown = viewer.receive_json()
        assert (shown["device"], shown["moment"]["clock_s"]) == ("home", NOON_S + 5.0)


def heard(hub, devices, do, count=1):
    """Return what is heard of devices while something is done in another thread."""

    async def story():
        watch = hub.watch(devices)
        await asyncio.to_thread(do)
        found = [await asyncio.wait_for(anext(watch), PATIENCE_S) for _ in range(count)]
        watch.close()
        return {news.device: news.moment["clock_s"] for news in found}

    return asyncio.run(story())


def test_a_portal_that_lost_its_ear_hears_what_was_missed(both):
    take = both.gate.portal.inbox.take

    def deaf():
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
        with psycopg.connect(both.portal.history._url, autocommit=True) as connection:
            connection.execute(query)
        moment = delivery("home").moment._replace(clock_s=NOON_S + 9.0)
        take(delivery("home")._replace(moment=moment), both.gate.site)

    assert heard(both.portal.hub, ["home"], deaf) == {"home": NOON_S + 9.0}


def test_what_was_undone_is_not_announced_and_noise_on_the_channel_is_passed_over(both):
    first, second = both.gate.portal, both.portal
    with second.register.reading() as link:
        row = link.exec_driver_sql("SELECT id FROM portal.devices WHERE name = 'home'").one()

    def noise():
        with pytest.raises(HistoryAway), first.register.begin() as link:
            first.relay.announce(link, [row.id])
            raise HistoryAway("undone")
        with psycopg.connect(second.history._url, autocommit=True) as connection:
            for told in ("", "x", "x 99999999999999999999", "x 4294967295", "x ,,"):
                connection.execute("SELECT pg_notify(%s, %s)", (relays.CHANNEL, told))
        first.inbox.take(delivery("other", first=50), both.gate.other_site)

    assert heard(second.hub, ["home", "other"], noise) == {"other": NOON_S}


def test_more_devices_than_one_announcement_holds_are_all_announced(both, monkeypatch):
    monkeypatch.setattr(relays, "MOST_TOGETHER", 1)
    names = [f"device{number}" for number in range(3)]
    for name in names:
        both.gate.portal.inbox.take(delivery(name), both.gate.site)

    def announce():
        with both.gate.portal.register.begin() as link:
            rows = link.exec_driver_sql("SELECT id FROM portal.devices WHERE name LIKE 'device%%'")
            both.gate.portal.relay.announce(link, [row.id for row in rows])

    assert set(heard(both.portal.hub, names, announce, count=3)) == set(names)


# ---- what is killed ------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("kills", "--times", "2"), ("beside", "--times", "1")])
def test_portals_that_are_killed_lose_and_double_no_sample_and_no_line_of_a_journal(words):
    if programs() is None:
        pytest.skip(NO_SERVER)
    tool = [sys.executable, ROOT / "tools" / "portal.py", *words]
    done = subprocess.run(tool, capture_output=True, text=True, timeout=300.0)
    assert done.returncode == 0, done.stdout + done.stderr
    wrong = [line for line in done.stdout.splitlines() if line.startswith("devices with a")]
    assert len(wrong) in (2, 4) and all(line.split()[-2:] == ["0", "0"] for line in wrong)
