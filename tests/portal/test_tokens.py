"""Tokens: shown once, kept as a digest, good until they end or are revoked, and never more."""

import pytest

from tests.portal.gate import PASSWORD, delivery, gate
from twinverter.monitor.delivery import MEDIA_TYPE, packed
from twinverter.portal import accounts, tables, tokens
from twinverter.portal.token_routes import API_DAYS
from twinverter.portal.tokens import DAY_S, MOST_TOKENS


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with gate(tmp_path_factory.mktemp("tokens") / "history.duckdb") as opened:
        yield opened


@pytest.fixture
def own(shared):
    """The shared portal without the tokens of other tests."""
    now_s = shared.time.now_s
    yield shared
    shared.time.now_s = now_s
    with shared.portal.register.begin() as link:
        link.execute(tables.tokens.delete().where(tables.tokens.c.label != "dongle"))


def deliver(own, secret, device="home"):
    headers = {"Content-Type": MEDIA_TYPE}
    return own.bearing(secret).post(
        "/api/v1/deliver", content=packed(delivery(device)), headers=headers
    )


def test_a_secret_is_shown_once_and_not_kept(own):
    client = own.logged_in("rea")
    made = client.post("/api/v1/tokens", json={"kind": "api", "label": "script"}).json()
    assert made["secret"].startswith("twa_")
    assert made["secret"] not in client.get("/api/v1/tokens").text
    with own.portal.register.reading() as link:
        assert made["secret"] not in repr(list(link.execute(tables.tokens.select())))
    assert made["secret"] not in repr(own.audit())
    assert own.bearing(made["secret"]).get("/api/v1/me").json()["name"] == "rea"


def spoilt(secret):
    """Return what a thief or a bad copy would send instead of a secret."""
    kind, rest = secret[:4], secret[4:]
    return {
        "truncated": secret[:-1],
        "longer": secret + "A",
        "another": kind + "A" * len(rest),
        "of the other kind": {"twa_": "twd_", "twd_": "twa_"}[kind] + rest,
        "in capitals": secret.upper(),
        "its digest": tokens.digest_of(secret),
        "empty": "",
        "blank inside": secret[:9] + " " + secret[9:],
        "a star": "*",
        "SQL": "' OR '1'='1",
        "a page": "<script>alert(1)</script>",
        "long": secret * 100,
        "bytes": "twa_\xff\xfe",
    }


@pytest.mark.parametrize("what", spoilt("twa_x"))
def test_a_secret_that_is_not_quite_one_opens_nothing(what, own):
    for secret in (own.api_token("ope"), own.device_token):
        header = f"Bearer {spoilt(secret)[what]}".encode("latin-1")
        client = own.client(headers={"Authorization": header})
        assert client.get("/api/v1/me").status_code == 401
        assert client.post("/api/v1/deliver").status_code == 401


@pytest.mark.parametrize("scheme", ["Basic", "Token", "", "Bearer\t", "bearer bearer"])
def test_a_secret_counts_only_as_a_bearers(scheme, own):
    client = own.client(headers={"Authorization": f"{scheme} {own.api_token('rea')}"})
    assert client.get("/api/v1/me").status_code == 401


def test_a_revoked_token_opens_nothing_from_that_moment(own):
    owner = own.logged_in("ins")
    secret = own.api_token("ins")
    wish = {"kind": "device", "label": "meter", "site_id": own.site}
    device = owner.post("/api/v1/tokens", json=wish).json()["secret"]
    assert own.bearing(secret).get("/api/v1/me").status_code == 200
    assert deliver(own, device).status_code == 200
    for line in owner.get("/api/v1/tokens").json():
        if line["label"] in ("script", "meter"):
            assert owner.delete(f"/api/v1/tokens/{line['id']}").status_code == 200
    assert own.bearing(secret).get("/api/v1/me").status_code == 401
    assert deliver(own, device).status_code == 401
    told = {line["label"]: line for line in owner.get("/api/v1/tokens").json()}
    assert not told["script"]["is_good"] and told["script"]["revoked_at_s"] == own.time.now_s


def test_revoking_twice_keeps_the_first_time(own):
    client = own.logged_in("rea")
    own.api_token("rea")
    number = client.get("/api/v1/tokens").json()[0]["id"]
    first_s = own.time.now_s
    client.delete(f"/api/v1/tokens/{number}")
    own.time.now_s += 60.0
    assert client.delete(f"/api/v1/tokens/{number}").status_code == 200
    assert client.get("/api/v1/tokens").json()[0]["revoked_at_s"] == first_s


def test_a_token_ends_when_it_was_told_to(own):
    secret = own.api_token("rea", own.time.now_s + 60.0)
    own.time.now_s += 59.0
    assert own.bearing(secret).get("/api/v1/me").status_code == 200
    own.time.now_s += 1.0
    assert own.bearing(secret).get("/api/v1/me").status_code == 401


LIVES = [
    # kind       days    ends in days
    ("api",      None,   API_DAYS),
    ("api",      7,      7),
    ("device",   None,   None),
    ("device",   30,     30),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "days", "ends"), LIVES)
def test_how_long_a_token_is_good(kind, days, ends, own):
    wish = {"kind": kind, "days": days, "site_id": own.site if kind == "device" else None}
    made = own.logged_in("ins").post("/api/v1/tokens", json=wish).json()
    assert made["ends_at_s"] == (None if ends is None else own.time.now_s + ends * DAY_S)


def test_the_last_use_is_kept_to_five_minutes(own):
    client = own.logged_in("rea")
    secret = own.api_token("rea")
    used = []
    for after_s in (0.0, 299.0, 1.0):
        own.time.now_s += after_s
        own.bearing(secret).get("/api/v1/me")
        used.append(client.get("/api/v1/tokens").json()[0]["used_at_s"])
    first_s = own.time.now_s - 300.0
    assert used == [first_s, first_s, first_s + 300.0]


MAKERS = [
    # who     kind       site      status
    ("rea",   "api",     None,     201),
    ("rea",   "device",  "own",    403),
    ("own",   "device",  "own",    403),
    ("ins",   "device",  "own",    201),
    ("ins",   "device",  "other",  404),
    ("ins",   "device",  "none",   404),
    ("ins",   "device",  None,     422),
    ("ope",   "device",  "other",  201),
    ("ope",   "device",  "none",   404),
]  # fmt: skip


@pytest.mark.parametrize(("who", "kind", "site", "status"), MAKERS)
def test_who_makes_which_token(who, kind, site, status, own):
    number = {"own": own.site, "other": own.other_site, "none": 999, None: None}[site]
    wish = {"kind": kind, "site_id": number}
    assert own.logged_in(who).post("/api/v1/tokens", json=wish).status_code == status


def test_nobody_sees_or_revokes_the_token_of_somebody_else(own):
    own.api_token("own")
    with own.portal.register.reading() as link:
        numbers = link.execute(tables.tokens.select()).scalars().all()
    reader = own.logged_in("rea")
    assert reader.get("/api/v1/tokens").json() == []
    assert [reader.delete(f"/api/v1/tokens/{number}").status_code for number in numbers] == [
        404
    ] * 2


def test_a_token_acts_as_its_person_and_loses_what_the_person_loses(own):
    client = own.bearing(own.api_token("own"))
    path = f"/api/v1/sites/{own.site}"
    assert client.patch(path, json={}).status_code == 200
    with own.portal.register.begin() as link:
        accounts.role_given(link, own.users["own"], own.site, "reader")
    assert client.patch(path, json={}).status_code == 403
    with own.portal.register.begin() as link:
        accounts.role_given(link, own.users["own"], own.site, None)
    assert client.patch(path, json={}).status_code == 404
    with own.portal.register.begin() as link:
        accounts.role_given(link, own.users["own"], own.site, "owner")


STOLEN = [
    # method    path                   body                                             status
    ("GET",     "/api/v1/audit",       None,                                            200),
    ("POST",    "/api/v1/password",    {"old": PASSWORD, "new": "mine from now on"},    403),
    ("POST",    "/api/v1/tokens",      {"kind": "api"},                                 403),
    ("GET",     "/api/v1/users",       None,                                            403),
    ("POST",    "/api/v1/users",       {"name": "evil", "password": "mine from now on"}, 403),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "status"), STOLEN)
def test_a_stolen_token_of_an_operator_makes_nothing_that_outlives_it(
    method, path, body, status, own
):
    client = own.bearing(own.api_token("ope"))
    assert client.request(method, path, json=body).status_code == status


def test_a_devices_token_delivers_to_its_site_and_does_nothing_else(own):
    assert deliver(own, own.device_token).status_code == 200
    assert deliver(own, own.device_token, "other").status_code == 403, "stands at another site"
    client = own.bearing(own.device_token)
    asked = (
        "/api/v1/me",
        "/api/v1/sites",
        "/api/v1/tokens",
        "/api/v1/devices/home",
        "/api/v1/audit",
    )
    assert {client.get(path).status_code for path in asked} == {403}
    assert client.patch("/api/v1/devices/home", json={}).status_code == 403


def test_nobody_delivers_with_a_persons_token(own):
    assert deliver(own, own.api_token("ope")).status_code == 403


def test_there_are_only_so_many_tokens(own):
    client = own.logged_in("rea")
    with own.portal.register.begin() as link:
        for _ in range(MOST_TOKENS):
            tokens.made(link, "api", "script", own.time(), user_id=own.users["rea"])
    assert client.post("/api/v1/tokens", json={"kind": "api"}).status_code == 409
    assert client.delete(
        f"/api/v1/tokens/{client.get('/api/v1/tokens').json()[0]['id']}"
    ).is_success
    assert client.post("/api/v1/tokens", json={"kind": "api"}).status_code == 201


def test_tokens_go_with_their_person(own):
    operator = own.logged_in("ope")
    wish = {"name": "temp", "password": PASSWORD}
    own.users["temp"] = operator.post("/api/v1/users", json=wish).json()["id"]
    secret = own.api_token("temp")
    assert operator.delete(f"/api/v1/users/{own.users.pop('temp')}").status_code == 200
    assert own.bearing(secret).get("/api/v1/me").status_code == 401
