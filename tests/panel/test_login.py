"""The panel's password: nothing without it, slow to guess, and no page of another site gets in."""

import asyncio

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from twinverter.panel.app import create_app
from twinverter.panel.login import SESSION_S, Login, TooManyTriesError

PASSWORD = "a long way home"
HOME = "http://192.168.1.20:8080"
STREAM = "ws://192.168.1.20:8080/api/stream"


class Clock:
    """A monotonic clock that a test moves."""

    def __init__(self):
        self.now_s = 1000.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def login(clock):
    return Login(PASSWORD, clock)


def enter(login, password, address="10.0.0.1"):
    return asyncio.run(login.open(password, address))


def test_the_right_password_opens_a_session_and_a_wrong_one_none(login):
    token = enter(login, PASSWORD)
    assert login.knows(token)
    assert enter(login, "a long way hom") is None
    assert not login.knows("made up") and not login.knows("") and not login.knows(None)


def test_every_session_has_a_token_of_its_own(login):
    assert enter(login, PASSWORD) != enter(login, PASSWORD)


def test_a_session_ends_after_a_week_or_when_it_is_closed(login, clock):
    token, closed = enter(login, PASSWORD), enter(login, PASSWORD)
    login.close(closed)
    assert login.knows(token) and not login.knows(closed)
    clock.now_s += SESSION_S + 1.0
    assert not login.knows(token)


def test_neither_password_nor_token_is_kept_as_it_came(login):
    token = enter(login, PASSWORD)
    held = repr(vars(login))
    assert PASSWORD not in held and token not in held


def test_after_five_wrong_passwords_no_more_are_looked_at_for_a_minute(login, clock):
    for _ in range(5):
        assert enter(login, "wrong") is None
        clock.now_s += 1.0
    with pytest.raises(TooManyTriesError, match="Try again in 55 s") as refused:
        enter(login, PASSWORD)
    assert refused.value.wait_s == 55
    clock.now_s += 56.0
    assert enter(login, PASSWORD)


def test_one_guesser_does_not_lock_the_owner_out(login):
    for _ in range(5):
        enter(login, "wrong", "10.0.0.66")
    assert enter(login, PASSWORD, "10.0.0.1")


def test_guessers_from_many_addresses_are_slowed_down_together(login):
    for place in range(60):
        login._admit(f"10.0.1.{place}")
    with pytest.raises(TooManyTriesError):
        enter(login, PASSWORD)


def test_tries_at_the_same_moment_count_too(login):
    async def many():
        tries = [login.open("wrong", "10.0.0.66") for _ in range(20)]
        return await asyncio.gather(*tries, return_exceptions=True)

    answers = asyncio.run(many())
    assert answers.count(None) == 5
    assert sum(isinstance(answer, TooManyTriesError) for answer in answers) == 15


def test_the_right_password_clears_the_count(login):
    for _ in range(4):
        enter(login, "wrong")
    assert enter(login, PASSWORD)
    for _ in range(5):
        assert enter(login, "wrong") is None


def test_sessions_are_bounded_and_the_oldest_goes_first(login, monkeypatch):
    monkeypatch.setattr("twinverter.panel.login.MOST_SESSIONS", 2)
    first, second, third = (enter(login, PASSWORD) for _ in range(3))
    assert [login.knows(token) for token in (first, second, third)] == [False, True, True]


@pytest.fixture
def guarded(runner):
    with TestClient(create_app(runner, PASSWORD), base_url=HOME) as client:
        yield client


def sign_in(client, password=PASSWORD):
    return client.post("/api/login", json={"password": password})


CLOSED = ["/api/menu", "/api/settings", "/api/snapshot", "/api/journal", "/api/changes",
          "/api/world", "/api/strip", "/openapi.json", "/api/nothing"]  # fmt: skip


@pytest.mark.parametrize("path", CLOSED)
def test_without_the_password_nothing_is_told(path, guarded):
    answer = guarded.get(path)
    assert answer.status_code == 401
    assert answer.json() == {"error": {"text": "The panel asks for its password first."}}


WRITES = ["/api/settings", "/api/preview", "/api/press", "/api/code", "/api/set_clock",
          "/api/world", "/api/speed", "/api/logout"]  # fmt: skip


@pytest.mark.parametrize("path", WRITES)
def test_without_the_password_nothing_is_changed(path, guarded):
    assert guarded.post(path, json={}).status_code == 401


def test_the_page_itself_is_open_because_it_asks_for_the_password(guarded):
    assert guarded.get("/").status_code == 200
    assert guarded.get("/static/icon.svg").status_code == 200


def test_with_the_password_everything_opens(guarded):
    assert sign_in(guarded).json() == {"ok": True}
    assert guarded.get("/api/snapshot").status_code == 200
    assert guarded.post("/api/press", json={"button": "dc"}).status_code == 200
    with guarded.websocket_connect(STREAM) as stream:
        assert "flows" in stream.receive_json()


def test_the_stream_is_closed_without_the_password(guarded):
    with pytest.raises(WebSocketDisconnect) as refused, guarded.websocket_connect(STREAM):
        pass
    assert refused.value.code == 1008


def test_a_wrong_password_is_one_line_and_no_cookie(guarded):
    answer = sign_in(guarded, "wrong")
    assert answer.status_code == 401
    assert answer.json() == {"error": {"text": "Wrong password."}}
    assert "set-cookie" not in answer.headers


def test_too_many_wrong_passwords_say_how_long_to_wait(guarded):
    for _ in range(5):
        sign_in(guarded, "wrong")
    answer = sign_in(guarded)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(guarded):
    cookie = sign_in(guarded).headers["set-cookie"].lower()
    assert cookie.startswith("twinverter_8080=")
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie


def test_over_https_the_cookie_stays_on_https(runner):
    home = HOME.replace("http:", "https:")
    with TestClient(create_app(runner, PASSWORD), base_url=home) as client:
        assert "secure" in sign_in(client).headers["set-cookie"].lower()


def test_two_panels_on_one_host_do_not_share_a_cookie(runner):
    other = HOME.replace("8080", "9090")
    with TestClient(create_app(runner, PASSWORD), base_url=other) as client:
        assert sign_in(client).headers["set-cookie"].startswith("twinverter_9090=")


def test_after_logging_out_the_cookie_opens_nothing(guarded):
    sign_in(guarded)
    token = guarded.cookies["twinverter_8080"]
    guarded.post("/api/logout")
    guarded.cookies.set("twinverter_8080", token)
    assert guarded.get("/api/snapshot").status_code == 401


ORIGINS = [
    # origin                        status
    (HOME,                          200),
    (None,                          200),
    ("http://192.168.1.20:9090",    403),
    ("http://evil.example",         403),
    ("null",                        403),
    ("http://[",                    403),
]  # fmt: skip


@pytest.mark.parametrize(("origin", "status"), ORIGINS)
def test_a_write_from_a_page_of_another_site_is_refused(origin, status, guarded):
    sign_in(guarded)
    headers = {"Origin": origin} if origin else {}
    answer = guarded.post("/api/press", json={"button": "dc"}, headers=headers)
    assert answer.status_code == status


def test_the_stream_is_closed_to_a_page_of_another_site(guarded):
    sign_in(guarded)
    headers = {"Origin": "http://evil.example"}
    with (
        pytest.raises(WebSocketDisconnect),
        guarded.websocket_connect(STREAM, headers=headers),
    ):
        pass


HOSTS = [
    # host                       status without a password
    ("127.0.0.1:8080",           200),
    ("localhost:8080",           200),
    ("[::1]:8080",               200),
    ("192.168.1.20",             200),
    ("evil.example:8080",        421),
    ("",                         421),
    ("[",                        421),
]  # fmt: skip


@pytest.mark.parametrize(("host", "status"), HOSTS)
def test_without_a_password_a_name_pointed_at_this_machine_gets_nothing(host, status, runner):
    with TestClient(create_app(runner)) as client:
        assert client.get("/api/snapshot", headers={"Host": host}).status_code == status


def test_with_a_password_the_machine_may_have_a_name(runner):
    with TestClient(create_app(runner, PASSWORD), base_url="http://inverter.home") as client:
        assert sign_in(client).status_code == 200
