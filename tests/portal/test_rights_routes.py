"""Every route asked by everybody: strangers nothing, readers read, nobody sees other people's sites."""

import asyncio
import re

import pytest

from tests.portal.gate import PASSWORD, gate
from twinverter.portal.rights import RULES, WEBSOCKET, Right

API = [rule for rule in RULES if rule.path.startswith("/api/") and rule.method != WEBSOCKET]
ON_A_SITE = (Right.READ, Right.EXPORT, Right.MANAGE, Right.INSTALL)
VERBS = (
    "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT",
    "PROPFIND", "MKCOL", "LOCK", "BREW", "X" * 100,
)  # fmt: skip
# fmt: off
QUERIES = {
    "/api/v1/devices/{name}/curve":    "?period=day&date=2026-10-05",
    "/api/v1/devices/{name}/balance":  "?period=day&date=2026-10-05",
    "/api/v1/devices/{name}/outages":  "?period=day&date=2026-10-05",
    "/api/v1/devices/{name}/export":   "?level=day&format=csv",
    "/api/v1/sites/{id}/report":       "?month=2026-10",
}
BODIES = {
    ("POST",   "/api/v1/login"):                    {"name": "rea", "password": PASSWORD},
    ("POST",   "/api/v1/password"):                 {"old": PASSWORD, "new": PASSWORD},
    ("POST",   "/api/v1/tokens"):                   {"kind": "api"},
    ("POST",   "/api/v1/users"):                    {"name": "evil", "password": PASSWORD},
    ("PATCH",  "/api/v1/users/{id}"):               {"is_operator": True},
    ("POST",   "/api/v1/sites"):                    {"name": "Mine"},
    ("PATCH",  "/api/v1/sites/{id}"):               {"name": "Mine"},
    ("PUT",    "/api/v1/sites/{id}/members"):       {"name": "rea", "role": "installer"},
    ("PUT",    "/api/v1/sites/{id}/subscriptions"): {"mail": "rea@example.com"},
    ("DELETE", "/api/v1/sites/{id}/subscriptions"): {"mail": "rea@example.com"},
    ("PATCH",  "/api/v1/devices/{name}"):           {"title": "Mine"},
}
# fmt: on


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    with gate(tmp_path_factory.mktemp("routes") / "history.duckdb") as opened:
        yield opened


def address(rule, own, which="home"):
    """Return a path of a rule, at one's own site or at the other."""
    site = own.site if which == "home" else own.other_site
    known = {"id": site, "name": which, "user_id": own.users["own"], "life": "life", "seq": 1}
    if not rule.path.startswith("/api/v1/sites/"):
        known["id"] = own.users["own"]
    path = re.sub(r"\{(\w+)\}", lambda found: str(known[found[1]]), rule.path)
    return path + QUERIES.get(rule.path, "")


def ask(client, rule, own, which="home"):
    """Return the reply to a request of a rule."""
    body = BODIES.get((rule.method, rule.path))
    return client.request(rule.method, address(rule, own, which), json=body)


@pytest.mark.parametrize("rule", API, ids=lambda rule: f"{rule.method} {rule.path}")
def test_without_a_login_every_verb_on_every_route_is_refused(rule, own):
    client = own.client()
    for verb in VERBS:
        if (verb, rule.path) == ("POST", "/api/v1/login"):
            continue
        reply = client.request(verb, address(rule, own))
        assert reply.status_code == 401, verb
        assert reply.content == b"" or list(reply.json()) == ["error"], verb
        assert reply.headers["X-Content-Type-Options"] == "nosniff", verb


@pytest.mark.parametrize(
    "path", ["/", "/static/a.js", "/openapi.json", "/docs", "/redoc", "/admin"]
)
def test_without_a_login_no_verb_changes_anything_beside_the_api(path, own):
    for verb in VERBS[2:]:
        assert own.client().request(verb, path).status_code in (401, 404, 405), verb


READER = {
    # what a right means for a reader: at the own site, at the other one
    Right.READ:    (200, 404),
    Right.EXPORT:  (200, 404),
    Right.MANAGE:  (403, 404),
    Right.INSTALL: (403, 404),
    Right.OPERATE: (403, 403),
    Right.PEOPLE:  (403, 403),
    Right.DELIVER: (403, 403),
}  # fmt: skip


@pytest.mark.parametrize("by", ["cookie", "token"])
@pytest.mark.parametrize(
    "rule",
    [rule for rule in API if rule.right in READER],
    ids=lambda rule: f"{rule.method} {rule.path}",
)
def test_a_reader_reads_the_own_site_writes_nothing_and_sees_no_other(rule, by, own):
    client = own.logged_in("rea") if by == "cookie" else own.bearing(own.api_token("rea"))
    seen = tuple(ask(client, rule, own, which).status_code for which in ("home", "other"))
    assert seen == READER[rule.right]


def test_what_a_reader_may_write_is_what_concerns_the_reader_alone():
    allowed = {Right.PUBLIC, Right.SIGNED, Right.OWN}
    writes = [rule for rule in API if rule.method != "GET" and rule.right in allowed]
    assert {(rule.method, rule.path.removeprefix("/api/v1")) for rule in writes} == {
        ("POST", "/login"),
        ("POST", "/logout"),
        ("POST", "/password"),
        ("POST", "/tokens"),
        ("DELETE", "/tokens/{id}"),
    }


def test_lists_hold_nothing_of_other_sites(own):
    client = own.logged_in("rea")
    assert [site["id"] for site in client.get("/api/v1/sites").json()["sites"]] == [own.site]
    assert [site["id"] for site in client.get("/api/v1/me").json()["sites"]] == [own.site]
    for path in ("/api/v1/sites", "/api/v1/me", "/api/v1/tokens"):
        assert "Other" not in client.get(path).text


def test_what_is_not_ones_own_looks_like_what_is_not_there(own):
    client = own.logged_in("rea")
    for there, nowhere in (
        ("/api/v1/devices/other", "/api/v1/devices/none"),
        (
            f"/api/v1/sites/{own.other_site}/report?month=2026-10",
            "/api/v1/sites/999/report?month=2026-10",
        ),
    ):
        one, two = client.get(there), client.get(nowhere)
        assert (one.status_code, one.text) == (two.status_code, two.text)


def test_an_installer_moves_no_device_to_a_site_that_is_not_theirs(own):
    client = own.logged_in("ins")
    reply = client.patch("/api/v1/devices/home", json={"site_id": own.other_site})
    assert reply.status_code == 404
    assert client.get("/api/v1/devices/home").status_code == 200


# fmt: off
GIVING = [
    # who     gives      to whom   who is so far   status
    ("own",   "reader",    "new",  None,           200),
    ("own",   "owner",     "new",  None,           403),
    ("own",   "installer", "new",  None,           403),
    ("own",   "reader",    "ins",  "installer",    403),
    ("own",   "installer", "own",  "owner",        403),
    ("ins",   "reader",    "new",  None,           200),
    ("ins",   "owner",     "new",  "reader",       200),
    ("ins",   "installer", "new",  None,           403),
    ("ins",   "reader",    "own",  "owner",        200),
    ("ope",   "installer", "new",  None,           200),
    ("ope",   "reader",    "ins",  "installer",    200),
    ("own",   "reader",    "nobody", None,         404),
]
TAKING = [
    # who     from     status
    ("own",   "rea",   200),
    ("own",   "ins",   403),
    ("own",   "own",   403),
    ("ins",   "own",   200),
    ("ins",   "ins",   403),
    ("ope",   "ins",   200),
    ("ope",   "new",   404),
]
# fmt: on


@pytest.fixture
def fresh(tmp_path):
    with gate(tmp_path / "history.duckdb") as opened:
        yield opened


def test_nobody_gives_or_takes_a_role_as_high_as_their_own(fresh):
    own, seen = fresh, []
    operator = own.logged_in("ope")
    path = f"/api/v1/sites/{own.site}/members"
    for who, role, whom, so_far, _ in GIVING:
        if so_far:
            operator.put(path, json={"name": whom, "role": so_far})
        elif whom == "new":
            operator.delete(f"{path}/{own.users['new']}")
        reply = own.logged_in(who).put(path, json={"name": whom, "role": role})
        seen.append((who, role, whom, so_far, reply.status_code))
        for name, was in (("ins", "installer"), ("own", "owner")):
            operator.put(path, json={"name": name, "role": was})
    assert seen == GIVING


def test_roles_are_taken_by_those_above(fresh):
    own, seen = fresh, []
    operator = own.logged_in("ope")
    path = f"/api/v1/sites/{own.site}/members"
    for who, whom, _ in TAKING:
        reply = own.logged_in(who).delete(f"{path}/{own.users[whom]}")
        seen.append((who, whom, reply.status_code))
        for name, was in (("rea", "reader"), ("ins", "installer"), ("own", "owner")):
            operator.put(path, json={"name": name, "role": was})
    assert seen == TAKING


def test_an_operator_can_not_shut_themselves_out(fresh):
    own = fresh
    client = own.logged_in("ope")
    path = f"/api/v1/users/{own.users['ope']}"
    assert client.patch(path, json={"is_disabled": True}).status_code == 409
    assert client.patch(path, json={"is_operator": False}).status_code == 409
    assert client.delete(path).status_code == 409
    assert client.patch(path, json={"mail": "ope@example.com"}).status_code == 200


def test_two_people_have_two_names(fresh):
    wish = {"name": "rea", "password": PASSWORD}
    assert fresh.logged_in("ope").post("/api/v1/users", json=wish).status_code == 409


# ---- the path ------------------------------------------------------------------------------------

TRICKS = [
    "//api/v1/sites",
    "/api/v1//sites",
    "/api/v1/sites/",
    "/api/v1/sites;x",
    "/api/v1/sites%2f",
    "/api/v1/./sites",
    "/static/../api/v1/sites",
    "/static/..\\api\\v1\\sites",
    "/api/v1/login/../sites",
    "/api/v1/sites\n",
    "/api/v1/sites\0",
    "/API/V1/SITES",
    "/api/v1/\u017fites",
    "/api/v1/devices/..",
    "/api/v1/devices/home\0",
    "/api/v1/devices/\ud800",
    "/api/v1/sites/١/report",
    "/api/v1/sites/-1/report",
    "/api/v1/sites/1e0/report",
    "/api/v1/sites/" + "9" * 5000 + "/report",
    "/" + "a" * 50_000,
    "*",
    "",
]


def raw(app, path, headers=()):
    """Return the status of a path that no client would send as it is."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(errors="replace"),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), *headers],
        "client": ("127.0.0.1", 5000),
        "server": ("127.0.0.1", 80),
    }
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"]


@pytest.mark.parametrize("path", TRICKS, ids=lambda path: repr(path[:40]))
def test_no_writing_of_a_path_goes_around_the_table(path, own):
    assert raw(own.app, path) in (401, 404)
    operator = (b"authorization", f"Bearer {own.api_token('ope')}".encode())
    assert raw(own.app, path, [operator]) == 404


def test_every_reply_carries_the_headers_of_safety(own):
    client = own.logged_in("rea")
    page = client.get("/")
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    report = client.get(f"/api/v1/sites/{own.site}/report?month=2026-10")
    assert report.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    for reply in (
        report,
        client.get("/api/v1/me"),
        client.get("/nowhere"),
        own.client().get("/api/v1/me"),
    ):
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Cache-Control"] == "no-store"


def test_an_error_of_the_server_carries_them_too_and_tells_no_secrets(own, monkeypatch):
    client = own.logged_in("ope")
    monkeypatch.setattr(own.portal.sparks, "of", lambda *_: 1 / 0)
    reply = client.get("/api/v1/sites")
    assert reply.status_code == 500
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "division" not in reply.text and list(reply.json()) == ["error"]
