"""Of the portals over one PostgreSQL, one alone takes what loggers and brokers say."""

import asyncio
import contextlib
import socket

import psycopg
import pytest

from tests.monitor.conftest import server  # noqa: F401
from twinverter.gateway import ways as opened_ways
from twinverter.gateway.claim import Claim
from twinverter.gateway.ways import Ways
from twinverter.portal.asked import Portal
from twinverter.portal.register import Register

HOST = "127.0.0.1"
PATIENCE_S = 30.0
LOST = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"


@pytest.fixture
def url(server):  # noqa: F811
    return server.fresh()


@pytest.fixture
def registers(url):
    with contextlib.ExitStack() as closing:
        yield [closing.enter_context(contextlib.closing(Register.opened(url))) for _ in range(2)]


def lose(url):
    """End the connection that holds the claim."""
    with psycopg.connect(url, autocommit=True) as connection:
        assert connection.execute(LOST).fetchall()


def test_one_portal_has_the_claim_until_it_gives_it_up(registers):
    first, second = map(Claim, registers)
    assert [first.holds(), second.holds(), first.holds()] == [True, False, True]
    first.close()
    assert [second.holds(), first.holds()] == [True, False]
    second.close()


def test_a_claim_that_was_lost_is_taken_again_or_found_with_the_other(registers, url):
    first, second = map(Claim, registers)
    assert first.holds()
    lose(url)
    with pytest.raises(psycopg.Error):
        first.holds()
    assert [first.holds(), second.holds()] == [True, False]
    lose(url)
    assert second.holds()
    with pytest.raises(psycopg.Error):
        first.holds()
    assert not first.holds()
    second.close()


def test_a_portal_over_a_file_has_no_rival(tmp_path):
    register = Register.opened(tmp_path / "history.duckdb")
    assert Claim(register).holds() and Claim(register).holds()
    register.close()


def hears(port):
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1.0):
        return True
    return False


def free_port():
    with socket.create_server((HOST, 0)) as listener:
        return listener.getsockname()[1]


def test_a_second_portal_opens_no_way_in_and_one_that_lost_its_claim_closes_its_own(
    url, tmp_path, monkeypatch
):
    monkeypatch.setattr(opened_ways, "LOOK_S", 0.5)
    ports = free_port(), free_port()

    async def story(portals):
        first, second = (
            Ways(portal, tmp_path / str(port), HOST, port, None)
            for portal, port in zip(portals, ports, strict=True)
        )
        await first.start()
        with pytest.raises(OSError, match="another portal over this database"):
            await second.start()
        assert (hears(ports[0]), hears(ports[1])) == (True, False)
        lose(url)
        # Between two looks of the first one.
        await second.start()
        async with asyncio.timeout(PATIENCE_S):
            while hears(ports[0]):
                await asyncio.sleep(0.1)
        assert hears(ports[1])
        await first.stop()
        await second.stop()
        assert not hears(ports[1])

    with Portal.opened(url) as one, Portal.opened(url) as other:
        asyncio.run(story([one, other]))
