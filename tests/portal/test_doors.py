"""Coming in: passwords, sessions, cookies, X-CSRF, foreign pages, proxies, the single house."""

import itertools
import statistics
import time

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from tests.portal.gate import HOME, PASSWORD, QUICK, ROLES, Time, delivery, gate, sign_in
from twinverter.portal import accounts, tables
from twinverter.portal.app import create_app
from twinverter.portal.doors import COOKIE, DAY_S, IDLE_S, LIFE_S, MOST_SESSIONS, Doors
from twinverter.portal.guard import Guard
from twinverter.portal.limits import Rates
from twinverter.portal.passwords import PasswordError, Passwords, check

STREAM = "ws://192.168.1.20:8080/api/v1/stream"


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with gate(tmp_path_factory.mktemp("doors") / "history.duckdb") as opened:
        yield opened


@pytest.fixture
def own(shared):
    """The shared portal, its clock and its people as they were."""
    now_s = shared.time.now_s
    yield shared
    shared.time.now_s = now_s
    with shared.portal.register.begin() as link:
        for name, number in shared.users.items():
            kept = QUICK.hash(PASSWORD)
            accounts.altered(link, number, password_hash=kept, is_disabled=name == "out")
            accounts.role_given(link, number, shared.site, ROLES.get(name))


# ---- passwords -----------------------------------------------------------------------------------

# fmt: off
FIT = [
    # password                   name        what is wrong
    ("a long way home",          "ada",      None),
    ("123456789",                "ada",      "A password has 10 characters or more."),
    ("0123456789",               "ada",      None),
    ("aaaaaaaaaaaaaaaa",         "ada",      "A password has 5 different characters or more."),
    ("AdaLovelace1",             "adalovelace", "A password is more than the name and a few characters."),
    ("adalovelace is no secret", "adalovelace", None),
    ("пароль из слов",           "ada",      None),
]
# fmt: on


@pytest.mark.parametrize(("password", "name", "wrong"), FIT)
def test_a_password_is_long_and_not_the_name(password, name, wrong):
    try:
        check(password, name)
        said = None
    except PasswordError as error:
        said = str(error)
    assert said == wrong


def test_a_password_is_kept_as_an_argon2id_hash_at_the_cost_of_rfc_9106():
    kept = Passwords().hashed(PASSWORD, "ada")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert Passwords().fits(PASSWORD, kept) and not Passwords().fits(PASSWORD + "!", kept)


def test_all_spellings_of_a_character_are_the_same_password():
    passwords = Passwords(QUICK)
    kept = passwords.hashed("caf\u00e9 au lait", "ada")
    assert passwords.fits("cafe\u0301 au lait", kept)


@pytest.mark.parametrize("kept", ["", "$argon2id$", "plain text", "$2b$12$abcdefgh"])
def test_a_hash_that_is_none_fits_nothing(kept):
    assert not Passwords(QUICK).fits(PASSWORD, kept)


def test_a_login_renews_a_hash_of_another_cost_and_the_password_still_fits(own):
    dearer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    doors = Doors(own.portal.register, passwords=Passwords(dearer), now_s=own.time)
    assert doors.enter("rea", PASSWORD, "10.0.0.1")
    with own.portal.register.reading() as link:
        kept = accounts.named(link, "rea").password_hash
    assert kept.startswith("$argon2id$v=19$m=16,t=2,p=1$")
    assert doors.enter("rea", PASSWORD, "10.0.0.1")


def test_an_unknown_name_takes_as_long_as_a_wrong_password(own):
    """Ten tries each, the medians within a third: without a hash to compare it would be a tenth."""
    slow = PasswordHasher(time_cost=2, memory_cost=8192, parallelism=1)
    doors = Doors(own.portal.register, passwords=Passwords(slow), now_s=own.time)
    with own.portal.register.begin() as link:
        accounts.altered(link, own.users["rea"], password_hash=slow.hash(PASSWORD))

    def spent_s(name):
        start_s = time.thread_time()
        doors.fits(name, "wrong", person(name), f"10.0.{len(spent)}.1")
        return time.thread_time() - start_s

    def person(name):
        with own.portal.register.reading() as link:
            return accounts.named(link, name)

    spent = []
    for name in ("rea", "nobody", "out") * 10:
        spent.append((name, spent_s(name)))
    known_s, unknown_s, shut_s = (
        statistics.median(s for who, s in spent if who == name) for name in ("rea", "nobody", "out")
    )
    assert unknown_s == pytest.approx(known_s, rel=0.33)
    assert shut_s == pytest.approx(known_s, rel=0.33)


# ---- logging in ----------------------------------------------------------------------------------


def test_without_a_login_there_is_the_page_and_nothing_else(own):
    client = own.client()
    assert client.get("/").status_code == 200
    assert "default-src 'self'" in client.get("/").headers["Content-Security-Policy"]
    assert client.get("/api/v1/me").status_code == 401
    assert client.get("/api/v1/me").headers["WWW-Authenticate"] == "Bearer"
    assert client.get("/openapi.json").status_code == 401
    assert client.get("/static/none.js").status_code == 404


LOGINS = [
    # name       password        status
    ("rea",      PASSWORD,       200),
    ("rea",      "wrong",        401),
    ("nobody",   PASSWORD,       401),
    ("out",      PASSWORD,       401),
    ("REA",      PASSWORD,       401),
    ("rea\0",    PASSWORD,       422),
    ("",         PASSWORD,       422),
    ("rea",      "",             422),
    ("rea",      "x" * 10_000,   422),
]  # fmt: skip


@pytest.mark.parametrize(("name", "password", "status"), LOGINS)
def test_who_comes_in(name, password, status, own):
    client = own.client()
    reply = sign_in(client, name, password)
    assert reply.status_code == status
    assert ("set-cookie" in reply.headers) == (status == 200)
    assert client.get("/api/v1/me").status_code == (200 if status == 200 else 401)


def test_a_wrong_name_and_a_wrong_password_are_told_the_same(own):
    said = {
        sign_in(own.client(), *pair).text
        for pair in (("rea", "no"), ("nobody", "no"), ("out", PASSWORD))
    }
    assert said == {'{"error":{"text":"Wrong name or password."}}'}


COOKIES = [
    # address             secure
    (HOME,                False),
    ("https://house.example", True),
]  # fmt: skip


@pytest.mark.parametrize(("address", "secure"), COOKIES)
def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(address, secure, own):
    cookie = sign_in(own.client(address), "rea").headers["set-cookie"].lower()
    assert cookie.startswith("twinverter_portal=")
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie
    assert ("; secure" in cookie) == secure


def test_neither_the_cookie_nor_the_password_stands_in_the_register(own):
    client = own.logged_in("rea")
    with own.portal.register.reading() as link:
        kept = [list(link.execute(table.select())) for table in (tables.sessions, tables.users)]
    assert PASSWORD not in repr(kept) and client.cookies[COOKIE] not in repr(kept)


def test_every_login_begins_another_session_and_ends_the_one_before(own):
    client = own.logged_in("rea")
    first = client.cookies[COOKIE]
    sign_in(client, "rea")
    second = client.cookies[COOKIE]
    assert first != second
    assert status_with(own, first) == 401 and status_with(own, second) == 200


def test_a_cookie_that_was_planted_before_the_login_opens_nothing_after_it(own):
    client = own.client()
    client.cookies.set(COOKIE, "planted")
    sign_in(client, "rea")
    assert status_with(own, "planted") == 401


def test_after_logging_out_the_cookie_opens_nothing(own):
    client = own.logged_in("rea")
    cookie = client.cookies[COOKIE]
    assert client.post("/api/v1/logout").status_code == 200
    assert status_with(own, cookie) == 401


ENDS = [
    # used every   for         status
    (None,         IDLE_S - 1, 200),
    (None,         IDLE_S + 1, 401),
    (DAY_S,        IDLE_S * 2, 200),
    (DAY_S,        LIFE_S - 1, 200),
    (DAY_S,        LIFE_S + 1, 401),
]  # fmt: skip


@pytest.mark.parametrize(("every_s", "for_s", "status"), ENDS)
def test_a_session_ends_when_it_is_not_used_for_a_week_and_after_a_month(
    every_s, for_s, status, own
):
    cookie = own.logged_in("rea").cookies[COOKIE]
    begin_s = own.time.now_s
    while every_s and own.time.now_s + every_s < begin_s + for_s:
        own.time.now_s += every_s
        status_with(own, cookie)
    own.time.now_s = begin_s + for_s
    assert status_with(own, cookie) == status


def test_who_is_shut_out_is_out_at_once(own):
    cookie, token = own.logged_in("rea").cookies[COOKIE], own.api_token("rea")
    operator = own.logged_in("ope")
    path = f"/api/v1/users/{own.users['rea']}"
    assert operator.patch(path, json={"is_disabled": True}).status_code == 200
    assert status_with(own, cookie) == 401
    assert own.bearing(token).get("/api/v1/me").status_code == 401
    operator.patch(path, json={"is_disabled": False})
    assert status_with(own, cookie) == 401, "the session has ended"
    assert own.bearing(token).get("/api/v1/me").status_code == 200


def test_another_password_ends_all_sessions_but_a_new_one(own):
    one, two = own.logged_in("rea"), own.logged_in("rea")
    before = one.cookies[COOKIE]
    wish = {"old": PASSWORD, "new": "another long way home"}
    assert one.post("/api/v1/password", json=wish).status_code == 200
    assert status_with(own, before) == 401 and status_with(own, two.cookies[COOKIE]) == 401
    assert one.get("/api/v1/me").status_code == 200
    assert sign_in(own.client(), "rea").status_code == 401
    assert sign_in(own.client(), "rea", wish["new"]).status_code == 200


CHANGES = [
    # old         new                       status
    ("wrong",     "another long way home",  403),
    (PASSWORD,    "short",                  422),
    (PASSWORD,    "rea rea rea",            422),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "status"), CHANGES)
def test_another_password_needs_the_old_one_and_has_to_be_good(old, new, status, own):
    client = own.logged_in("rea")
    reply = client.post("/api/v1/password", json={"old": old, "new": new})
    assert reply.status_code == status
    assert client.get("/api/v1/me").status_code == 200


def test_a_person_has_only_so_many_sessions_and_the_oldest_goes(own):
    cookies = []
    for _ in range(MOST_SESSIONS + 1):
        own.time.now_s += 1.0
        cookies.append(own.doors.enter("ins", PASSWORD, "10.0.0.1").secret)
    assert [status_with(own, cookie) for cookie in (cookies[0], cookies[1], cookies[-1])] == [
        401,
        200,
        200,
    ]


def test_a_password_changed_while_it_was_compared_opens_nothing(own, monkeypatch):
    compare = own.doors.passwords.fits

    def slowly(password, kept):
        fits = compare(password, kept)
        with own.portal.register.begin() as link:
            accounts.altered(link, own.users["rea"], password_hash=QUICK.hash("changed meanwhile"))
        return fits

    monkeypatch.setattr(own.doors.passwords, "fits", slowly)
    assert own.doors.enter("rea", PASSWORD, "10.0.0.1") is None


def status_with(own, cookie):
    """Return the status of a question that carries a cookie."""
    return own.client(cookies={COOKIE: cookie}).get("/api/v1/me").status_code


# ---- pages of other sites ------------------------------------------------------------------------

ORIGINS = [
    # origin                        X-CSRF     status
    (HOME,                          "right",   200),
    (None,                          "right",   200),
    (HOME,                          "wrong",   403),
    (HOME,                          None,      403),
    (None,                          None,      403),
    (HOME,                          "",        403),
    ("http://192.168.1.20:9090",    "right",   403),
    ("http://evil.example",         "right",   403),
    ("null",                        "right",   403),
    ("http://[",                    "right",   403),
]  # fmt: skip


@pytest.mark.parametrize(("origin", "csrf", "status"), ORIGINS)
def test_a_write_by_cookie_comes_from_the_portals_own_page(origin, csrf, status, own):
    client = own.logged_in("own")
    if csrf != "right":
        client.headers.pop("X-CSRF")
        client.headers.update({} if csrf is None else {"X-CSRF": csrf})
    if origin:
        client.headers["Origin"] = origin
    assert client.patch(f"/api/v1/sites/{own.site}", json={}).status_code == status


def test_a_token_needs_no_csrf_because_no_browser_sends_it_by_itself(own):
    client = own.bearing(own.api_token("own"))
    assert client.patch(f"/api/v1/sites/{own.site}", json={}).status_code == 200


def test_the_csrf_of_another_session_does_not_do(own):
    one, two = own.logged_in("own"), own.logged_in("own")
    headers = {"X-CSRF": two.headers["X-CSRF"]}
    assert one.patch(f"/api/v1/sites/{own.site}", json={}, headers=headers).status_code == 403


def test_a_login_from_a_page_of_another_site_is_refused(own):
    client = own.client(headers={"Origin": "http://evil.example"})
    assert sign_in(client, "rea").status_code == 403


STREAMS = [
    # who      origin                  opens
    ("rea",    None,                   True),
    ("rea",    HOME,                   True),
    ("rea",    "http://evil.example",  False),
    (None,     HOME,                   False),
]  # fmt: skip


@pytest.mark.parametrize(("who", "origin", "opens"), STREAMS)
def test_the_stream_opens_to_who_is_logged_in_and_to_no_foreign_page(who, origin, opens, own):
    client = own.logged_in(who) if who else own.client()
    headers = {"Origin": origin} if origin else {}
    try:
        with client.websocket_connect(STREAM, headers=headers) as stream:
            assert stream.receive_json()["device"] == "home"
        seen = True
    except WebSocketDisconnect as refused:
        assert refused.code == 1008
        seen = False
    assert seen == opens


def test_a_stream_shows_no_device_of_other_sites_whatever_is_asked(own):
    client = own.logged_in("rea")
    with client.websocket_connect(f"{STREAM}?devices=other,home") as stream:
        assert stream.receive_json()["device"] == "home"


@pytest.mark.parametrize("what", ["shut out", "no member any more"])
def test_a_stream_ends_when_its_viewer_is_not_who_it_was(what, own):
    """The guard looks again before a message goes out: here before every one."""
    cookie = own.logged_in("rea").cookies[COOKIE]
    watchful = Guard(own.app, own.doors, again_s=0.0, ticking_s=itertools.count().__next__)
    client = TestClient(watchful, base_url=HOME, cookies={COOKIE: cookie})
    with client.websocket_connect(STREAM) as stream:
        assert stream.receive_json()["device"] == "home"
        own.portal.inbox.take(delivery("home", 11), own.site)
        assert stream.receive_json()["device"] == "home"
        with own.portal.register.begin() as link:
            if what == "shut out":
                accounts.altered(link, own.users["rea"], is_disabled=True)
            else:
                accounts.role_given(link, own.users["rea"], own.site, None)
        own.portal.inbox.take(delivery("home", 21), own.site)
        with pytest.raises(WebSocketDisconnect) as ended:
            stream.receive_json()
    assert ended.value.code == 1008


# ---- one house, and proxies ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def single(tmp_path_factory):
    place = tmp_path_factory.mktemp("single") / "history.duckdb"
    with gate(place, is_single=True) as opened:
        yield opened


HOSTS = [
    # address                      status in a single house
    ("http://127.0.0.1:8080",      200),
    ("http://localhost:8080",      200),
    ("http://[::1]:8080",          200),
    ("http://evil.example:8080",   421),
    ("http://127.0.0.1.evil.example", 421),
]  # fmt: skip


@pytest.mark.parametrize(("address", "status"), HOSTS)
def test_a_single_house_answers_to_numbers_because_names_can_be_pointed_here(
    address, status, single
):
    assert single.client(address).get("/api/v1/sites").status_code == status


HOUSE = [
    # method    path                   body                                            status
    ("GET",     "/api/v1/devices/home", None,                                          200),
    ("PATCH",   "/api/v1/sites/1",     {"name": "Home"},                               200),
    ("GET",     "/api/v1/audit",       None,                                           200),
    ("POST",    "/api/v1/tokens",      {"kind": "device", "site_id": 1},               201),
    ("POST",    "/api/v1/tokens",      {"kind": "api"},                                403),
    ("GET",     "/api/v1/users",       None,                                           403),
    ("POST",    "/api/v1/users",       {"name": "x", "password": "a long way home"},   403),
    ("POST",    "/api/v1/password",    {"old": "x", "new": "a long way home"},         403),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "status"), HOUSE)
def test_a_single_house_may_do_all_but_what_concerns_people(method, path, body, status, single):
    client = single.client("http://127.0.0.1:8080")
    assert client.request(method, path, json=body).status_code == status


def test_a_single_house_takes_no_write_from_a_page_of_another_site(single):
    client = single.client("http://127.0.0.1:8080", headers={"Origin": "http://evil.example"})
    assert client.patch("/api/v1/sites/1", json={"name": "Mine"}).status_code == 403


def test_a_wrong_token_is_not_taken_for_the_house(single):
    client = single.client("http://127.0.0.1:8080", headers={"Authorization": "Bearer twa_x"})
    assert client.get("/api/v1/me").status_code == 401


PROXIES = [
    # is behind   X-Forwarded-For              address in the audit log
    (False,       "203.0.113.5",               "testclient"),
    (True,        "203.0.113.5",               "203.0.113.5"),
    (True,        "10.9.9.9, 203.0.113.5",     "203.0.113.5"),
    (True,        "",                          "testclient"),
]  # fmt: skip


@pytest.mark.parametrize(("is_behind", "forwarded", "address"), PROXIES)
def test_only_behind_a_proxy_an_address_is_taken_from_its_header(
    is_behind, forwarded, address, own
):
    doors = Doors(
        own.portal.register,
        is_behind_proxy=is_behind,
        rates=Rates(),
        passwords=Passwords(QUICK),
        now_s=own.time,
        ticking_s=Time(),
    )
    client = TestClient(create_app(own.portal, doors), base_url=HOME)
    client.headers.update({"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"})
    cookie = sign_in(client, "rea").headers["set-cookie"].lower()
    assert own.audit()[-1]["address"] == address
    assert ("; secure" in cookie) == is_behind
