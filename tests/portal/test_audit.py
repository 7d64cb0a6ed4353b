"""The audit log: every login, refusal and change is a row, written before its reply, never altered."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.portal.gate import PASSWORD, delivery, gate, sign_in
from twinverter.monitor.delivery import MEDIA_TYPE, packed
from twinverter.monitor.history import HistoryAway
from twinverter.portal import audit
from twinverter.portal.audit import LONGEST, Entry, note
from twinverter.portal.limits import Rate, Rates

KEPT = ("who", "what", "target", "detail", "outcome")


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    with gate(tmp_path_factory.mktemp("audit") / "history.duckdb") as opened:
        yield opened


def rows_since(own, before):
    """Return what was noted since a number of rows."""
    return [tuple(row[key] for key in KEPT) for row in own.audit()[before:]]


def test_logins_refusals_and_changes_are_noted_and_reading_is_not(own):
    before = len(own.audit())
    client = own.client()
    sign_in(client, "own", "wrong")
    client.get("/api/v1/me")
    sign_in(client, "own")
    csrf = {"X-CSRF": client.get("/api/v1/me").json()["csrf"]}
    client.get("/api/v1/devices/home")
    client.get("/api/v1/devices/other")
    client.patch(f"/api/v1/sites/{own.site}", json={"note": "hello"}, headers=csrf)
    client.patch(f"/api/v1/sites/{own.site}", json={"note": "hello"})
    client.post("/api/v1/logout", headers=csrf)
    site = f"/api/v1/sites/{own.site}"
    # fmt: off
    assert rows_since(own, before) == [
        ("own",      "POST /api/v1/login",          "",                        "",                                                          "refused (401)"),
        ("somebody", "GET /api/v1/me",              "",                        "Log in first.",                                             "refused (401)"),
        ("own",      "POST /api/v1/login",          "",                        "",                                                          "done"),
        ("own",      "GET /api/v1/devices/{name}",  "/api/v1/devices/other",   "There is no such device.",                                  "refused (404)"),
        ("own",      "PATCH /api/v1/sites/{id}",    f"site {own.site}",        "note",                                                      "done"),
        ("own",      "PATCH /api/v1/sites/{id}",    site,                      "X-CSRF is not that of this login; load the page again.",    "refused (403)"),
        ("own",      "POST /api/v1/logout",         "",                        "",                                                          "done"),
    ]
    # fmt: on


def test_what_operators_do_to_people_is_noted_without_their_passwords(own):
    before = len(own.audit())
    client = own.logged_in("ope")
    wish = {"name": "eve", "password": "a password of eve's", "is_operator": True}
    number = client.post("/api/v1/users", json=wish).json()["id"]
    path = f"/api/v1/users/{number}"
    client.patch(path, json={"password": "another password of eve's", "is_disabled": True})
    client.put(f"/api/v1/sites/{own.site}/members", json={"name": "eve", "role": "owner"})
    client.delete(path)
    assert rows_since(own, before)[1:] == [
        ("ope", "POST /api/v1/users", "eve", "operator", "done"),
        ("ope", "PATCH /api/v1/users/{id}", "eve", "is_disabled=True, password_hash=new", "done"),
        ("ope", "PUT /api/v1/sites/{id}/members", f"Ada's ({own.site})", "eve: owner", "done"),
        ("ope", "DELETE /api/v1/users/{id}", "eve", "", "done"),
    ]
    assert "password of eve" not in repr(own.audit())


def test_a_token_is_told_from_its_person(own):
    before = len(own.audit())
    own.bearing(own.api_token("own")).patch(f"/api/v1/sites/{own.site}", json={})
    (row,) = rows_since(own, before)
    assert row[0].startswith("own, token ") and row[-1] == "done"


def test_deliveries_are_not_noted_but_refused_ones_are(own):
    before = len(own.audit())
    headers = {"Content-Type": MEDIA_TYPE}
    good = own.bearing(own.device_token)
    assert good.post(
        "/api/v1/deliver", content=packed(delivery("home")), headers=headers
    ).is_success
    own.bearing("twd_x").post("/api/v1/deliver", content=b"", headers=headers)
    assert [row[1:] for row in rows_since(own, before)] == [
        ("POST /api/v1/deliver", "", "Log in first.", "refused (401)")
    ]


def test_a_row_stands_before_its_reply_leaves(own):
    """The number of rows is taken when the reply begins to leave the server."""
    before, seen = len(own.audit()), []
    secret = own.api_token("own")

    async def outside(scope, receive, send):
        async def watched(message):
            if message["type"] == "http.response.start":
                seen.append((message["status"], len(own.audit()) - before))
            await send(message)

        await own.app(scope, receive, watched)

    client = TestClient(outside, headers={"Authorization": f"Bearer {secret}"})
    client.patch(f"/api/v1/sites/{own.site}", json={})
    client.patch(f"/api/v1/sites/{own.other_site}", json={})
    assert seen == [(200, 1), (404, 2)]


def test_only_operators_read_the_log_newest_first_and_page_by_page(own):
    client = own.logged_in("ope")
    for _ in range(5):
        own.logged_in("rea")
    first = client.get("/api/v1/audit?limit=2").json()
    then = client.get(f"/api/v1/audit?limit=2&before={first[-1]['id']}").json()
    numbers = [row["id"] for row in [*first, *then]]
    assert numbers == sorted(numbers, reverse=True) and len(set(numbers)) == 4
    assert own.logged_in("ins").get("/api/v1/audit").status_code == 403


LIMITS = [
    # limit     status
    ("1",       200),
    ("500",     200),
    ("0",       422),
    ("501",     422),
    ("-1",      422),
    ("many",    422),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "status"), LIMITS)
def test_a_page_of_the_log_is_bounded(limit, status, own):
    assert own.logged_in("ope").get(f"/api/v1/audit?limit={limit}").status_code == status


def test_the_log_is_written_in_one_place_and_only_added_to():
    folder = Path(audit.__file__).parent
    users = [path.name for path in folder.glob("*.py") if "tables.audit" in path.read_text()]
    source = (folder / "audit.py").read_text()
    assert users == ["audit.py"]
    assert source.count("insert(tables.audit)") == 1
    assert "update(" not in source and "delete(" not in source


def test_a_hostile_text_is_one_bounded_line_of_the_log(own):
    with own.portal.register.begin() as link:
        note(link, Entry(0.0, "a\0b\ud800", "", "x\ny", "<b>" * 1000))
    row = own.audit()[-1]
    assert row["who"] == "a\ufffdb\ufffd" and row["what"] == "x\ufffdy"
    assert len(row["target"]) == LONGEST


def test_a_log_that_cannot_be_written_holds_nobody_up_and_says_so(own, monkeypatch, caplog):
    client = own.logged_in("rea")

    def away():
        raise HistoryAway("register: is away")

    monkeypatch.setattr(own.portal.register, "begin", away)
    assert client.get("/api/v1/audit").status_code == 403
    assert "not in the audit log: register: is away" in caplog.text


# ---- guessing ------------------------------------------------------------------------------------


@pytest.fixture
def strict(tmp_path):
    with gate(tmp_path / "history.duckdb", Rates()) as opened:
        yield opened


def test_a_hundred_wrong_passwords_are_slowed_down_and_noted_and_lock_nobody_out(strict):
    own, client = strict, strict.client()
    replies = [sign_in(client, "rea", "wrong") for _ in range(100)]
    assert [reply.status_code for reply in replies] == [401] * 5 + [429] * 95
    wait_s = int(replies[-1].headers["Retry-After"])
    assert wait_s == 12
    assert replies[-1].json() == {"error": {"text": "Too many wrong passwords. Try again in 12 s."}}
    assert sign_in(client, "rea").status_code == 429, "the right one is not looked at either"
    told = rows_since(own, 0)
    assert [row[-1] for row in told] == ["refused (401)"] * 5 + ["refused (429)"] * 96
    assert {row[0] for row in told} == {"rea"}
    own.ticking.now_s += wait_s
    assert sign_in(client, "rea").status_code == 200


def test_one_guesser_does_not_lock_others_out(strict):
    guesser, owner = strict.client(client=("10.0.0.66", 1)), strict.client(client=("10.0.0.1", 1))
    for _ in range(100):
        sign_in(guesser, "rea", "wrong")
    assert sign_in(owner, "rea").status_code == 200


def test_guessers_from_many_addresses_share_what_a_name_has(strict):
    statuses = [
        sign_in(strict.client(client=(f"10.0.1.{place}", 1)), "rea", "wrong").status_code
        for place in range(21)
    ]
    assert statuses == [401] * 20 + [429]
    owner = strict.client(client=("10.0.0.1", 1))
    assert sign_in(owner, "own").status_code == 200, "another name is not concerned"
    strict.ticking.now_s += 6.0
    assert sign_in(owner, "rea").status_code == 200


def test_a_guesser_of_many_names_is_slowed_down_by_address(strict):
    statuses = [
        sign_in(strict.client(client=(f"2001:db8::{place:x}", 1)), f"name {place}", "x").status_code
        for place in range(6)
    ]
    assert statuses == [401] * 5 + [429], "a household has one /64"


def test_right_passwords_are_not_counted(strict):
    assert {sign_in(strict.client(), "rea").status_code for _ in range(20)} == {200}


def test_the_old_password_is_no_better_place_to_guess(strict):
    client = strict.logged_in("rea")
    wish = {"old": "wrong", "new": "another long way home"}
    statuses = [client.post("/api/v1/password", json=wish).status_code for _ in range(6)]
    assert statuses == [403] * 5 + [429]


@pytest.fixture
def narrow(tmp_path):
    rates = Rates(
        stranger=Rate(3, 10.0), actor=Rate(5, 1.0), device=Rate(2, 7.0), noted=Rate(4, 10.0)
    )
    with gate(tmp_path / "history.duckdb", rates) as opened:
        yield opened


def test_strangers_and_people_ask_only_so_often(narrow):
    guesses = [narrow.bearing(f"twa_{n}").get("/api/v1/me") for n in range(4)]
    assert [reply.status_code for reply in guesses] == [401, 401, 401, 429]
    assert guesses[-1].headers["Retry-After"] == "10"
    reader = narrow.bearing(narrow.api_token("rea"))
    replies = [reader.get("/api/v1/me") for _ in range(6)]
    assert [reply.status_code for reply in replies] == [200] * 5 + [429]
    assert narrow.bearing(narrow.api_token("own")).get("/api/v1/me").status_code == 200


def test_a_device_delivers_only_so_often(narrow):
    device, headers = narrow.bearing(narrow.device_token), {"Content-Type": MEDIA_TYPE}
    body = packed(delivery("home"))
    replies = [device.post("/api/v1/deliver", content=body, headers=headers) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert replies[-1].headers["Retry-After"] == "7"


def test_a_flood_of_refusals_fills_no_disk_and_is_told_as_a_number(narrow):
    for number in range(20):
        narrow.bearing(f"twa_{number}").get("/api/v1/me")
    assert len(narrow.audit()) == 4
    narrow.ticking.now_s += 10.0
    narrow.bearing("twa_x").get("/api/v1/me")
    assert narrow.audit()[-1]["detail"] == (
        "Log in first. (16 refusals before this one are not noted)"
    )


def test_a_login_is_noted_however_many_refusals_were(narrow):
    for _ in range(20):
        narrow.bearing("twa_x").get("/api/v1/me")
    assert sign_in(narrow.client(), "rea", PASSWORD).status_code == 200
    assert narrow.audit()[-1]["outcome"] == "done"
