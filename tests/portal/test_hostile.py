"""Hostile texts, bodies and deliveries: kept as they came or refused, never run, never a 500.

All of it over both databases: PostgreSQL refuses what SQLite takes, as NUL in a text.
"""

import gzip
import itertools
import json
import zlib

import msgpack
import pytest

from tests.portal.gate import NOON_S, PASSWORD, delivery, gate
from tests.portal.test_rights_routes import API, ask
from twinverter.monitor.delivery import MEDIA_TYPE, About, Alarm, Change, Moment, packed
from twinverter.portal import tables
from twinverter.portal.fields import LONGEST_LINE

# Where the device of the first site stands.
HOME = "/api/v1/devices/home"
TEXTS = [
    "'; DROP TABLE users; --",
    "' OR '1'='1",
    '" UNION SELECT mail FROM users --',
    "%s %(name)s {0} {name} :name ? $1",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</title><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
    "../../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "\\",
    "Дом ☀ 家 🏠 e\u0301",
    "null",
    "0",
]
# What no text holds: NUL, a half of a character, controls, a turn of direction.
NO_TEXTS = ["a\0b", "\ud800", "a\x1b[31mb", "a\u202eb", "a\u2028b", "x" * 100_000]


@pytest.fixture(scope="module", params=["embedded", "postgres"])
def own(request, tmp_path_factory):
    """The portal over each database."""
    if request.param == "embedded":
        place = tmp_path_factory.mktemp("hostile") / "history.duckdb"
    else:
        place = request.getfixturevalue("server").fresh()
    with gate(place) as opened:
        yield opened


def sent(client, method, path, body):
    """Return the reply to a JSON body that may hold halves of characters."""
    headers = {"Content-Type": "application/json"}
    return client.request(method, path, content=json.dumps(body), headers=headers)


def fields(own):
    """Return every text that may be written: how it is sent, and how it is read back."""
    site, site_path = own.site, f"/api/v1/sites/{own.site}"

    def of_site(key):
        def read(client):
            sites = client.get("/api/v1/sites").json()["sites"]
            return next(row[key] for row in sites if row["id"] == site)

        return read

    def last_of(path, key):
        return lambda client: max(client.get(path).json(), key=lambda row: row["id"])[key]

    # fmt: off
    return {
        "name of a site":  (lambda text: ("PATCH", site_path, {"name": text}),                                of_site("name")),
        "place of a site": (lambda text: ("PATCH", site_path, {"place": text}),                               of_site("place")),
        "note of a site":  (lambda text: ("PATCH", site_path, {"note": text}),                                of_site("note")),
        "zone of a site":  (lambda text: ("PATCH", site_path, {"timezone": text}),                            of_site("timezone")),
        "a new site":      (lambda text: ("POST",  "/api/v1/sites", {"name": text}),                          lambda client: text_of_newest(own)),
        "title":           (lambda text: ("PATCH", "/api/v1/devices/home", {"title": text}),                  lambda client: client.get("/api/v1/devices/home").json()["title"]),
        "label":           (lambda text: ("POST",  "/api/v1/tokens", {"kind": "api", "label": text}),         last_of("/api/v1/tokens", "label")),
        "name of a user":  (lambda text: ("POST",  "/api/v1/users", {"name": text, "password": PASSWORD}),    last_of("/api/v1/users", "name")),
    }
    # fmt: on


def text_of_newest(own):
    """Return the name of the site that was made last."""
    with own.portal.register.reading() as link:
        query = tables.sites.select().order_by(tables.sites.c.id.desc()).limit(1)
        return link.execute(query).one().name


FIELDS = (
    "name of a site", "place of a site", "note of a site", "zone of a site", "a new site",
    "title", "label", "name of a user",
)  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
def test_a_hostile_text_is_kept_as_it_came_and_comes_back_as_json(field, own):
    client = own.logged_in("ope")
    write, read = fields(own)[field]
    for text in TEXTS:
        kept = text
        reply = sent(client, *write(kept))
        assert reply.is_success, (text, reply.text)
        assert reply.headers["Content-Type"] == "application/json"
        wanted = (
            kept.replace("e\u0301", "\u00e9") if "name" in field or field == "a new site" else kept
        )
        assert read(client) == wanted
    assert client.get("/api/v1/users").json()[0]["id"], "the tables stand"


@pytest.mark.parametrize("field", FIELDS)
def test_what_is_no_text_is_refused_and_nothing_is_written(field, own):
    client = own.logged_in("ope")
    write, read = fields(own)[field]
    before = read(client)
    for text in NO_TEXTS:
        assert sent(client, *write(text)).status_code in (413, 422), text[:20]
    assert read(client) == before


def test_a_login_with_no_text_is_refused(own):
    for text in NO_TEXTS:
        for body in ({"name": text, "password": "x"}, {"name": "rea", "password": text}):
            assert sent(own.client(), "POST", "/api/v1/login", body).status_code in (401, 413, 422)


def test_a_site_with_a_hostile_name_has_a_report_that_runs_nothing(own):
    client = own.logged_in("ope")
    for text in TEXTS:
        sent(client, "PATCH", f"/api/v1/sites/{own.site}", {"name": text, "place": text})
        reply = client.get(f"/api/v1/sites/{own.site}/report?month=2026-10")
        assert reply.status_code == 200
        assert "<script>alert" not in reply.text and "<img src=x" not in reply.text
        assert "<svg/onload" not in reply.text
        # Its style stands in the page; no script of any kind would run.
        policy = reply.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "script-src" not in policy


@pytest.mark.parametrize("where", ["%00", "a%00b"])
def test_nul_in_an_address_is_not_found_or_refused(where, own):
    client = own.logged_in("ope")
    assert client.get(f"/api/v1/devices/{where}").status_code == 404
    assert client.get(f"{HOME}/alarms/{where}/1").status_code == 404
    assert client.get(f"/api/v1/audit?before={where}").status_code == 422
    assert client.get(f"{HOME}/export?level=day&figures={where}").status_code == 422


def test_hostile_texts_in_addresses_find_nothing(own):
    client = own.logged_in("ope")
    for text in TEXTS:
        assert client.get(f"{HOME}/alarms/x/1").status_code == 404
        reply = client.get(f"{HOME}/export", params={"level": text, "format": "csv"})
        assert reply.status_code == 422
        reply = client.get("/api/v1/sites/1/report", params={"month": text})
        assert reply.status_code == 422
        assert reply.headers["Content-Type"] == "application/json"


# ---- bodies --------------------------------------------------------------------------------------

# fmt: off
BODIES = [
    # body                                            content type                          statuses
    (b"",                                             "application/json",                   {422}),
    (b"{",                                            "application/json",                   {422}),
    (b"[" * 60_000,                                   "application/json",                   {400, 422}),
    (b'{"name":' * 8000,                              "application/json",                   {400, 422}),
    (b'{"name": NaN}',                                "application/json",                   {422}),
    (b'{"latitude_deg": 1e999}',                      "application/json",                   {422}),
    (b'{"latitude_deg": ' + b"9" * 5000 + b"}",       "application/json",                   {400, 422}),
    (b'\xff\xfe{"name": "x"}',                        "application/json",                   {400, 422}),
    (b'{"name": "x", "is_operator": true}',           "application/json",                   {422}),
    (b'{"id": 2}',                                    "application/json",                   {422}),
    (b'{"name": {"$ne": null}}',                      "application/json",                   {422}),
    (b'[{"name": "x"}]',                              "application/json",                   {422}),
    (b"null",                                         "application/json",                   {422}),
    (b'{"name": "x"}',                                "text/plain",                         {422}),
    (b'{"name": "x"}',                                "",                                   {422}),
    (b"name=x",                                       "application/x-www-form-urlencoded",  {422}),
    (b"<name>x</name>",                               "application/xml",                    {422}),
    (gzip.compress(b'{"name": "x"}'),                 "application/json",                   {400, 422}),
    (b'{"name": "' + b"x" * 70_000 + b'"}',           "application/json",                   {413}),
]
# fmt: on


@pytest.mark.parametrize(("body", "kind", "statuses"), BODIES, ids=range(len(BODIES)))
def test_a_body_that_is_none_is_refused(body, kind, statuses, own):
    client = own.logged_in("ope")
    headers = {"Content-Type": kind} if kind else {}
    for method, path in (
        ("PATCH", f"/api/v1/sites/{own.site}"),
        ("PUT", f"/api/v1/sites/{own.site}/members"),
    ):
        reply = client.request(method, path, content=body, headers=headers)
        assert reply.status_code in statuses, reply.text
        assert list(reply.json()) == ["error"]


PIECES = [
    # what is told of the length            status
    ({},                                    411),
    ({"Content-Length": "2"},               411),
    ({"Transfer-Encoding": "gzip"},         411),
]  # fmt: skip


@pytest.mark.parametrize(("told", "status"), PIECES)
def test_a_body_in_pieces_is_refused_whatever_length_is_told(told, status, own):
    client = own.logged_in("ope")
    headers = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"} | told
    for path, content in ((f"/api/v1/sites/{own.site}", b"{}"), ("/api/v1/devices/home", b"{}")):
        request = client.build_request("PATCH", path, content=content)
        request.headers.update(headers)
        assert client.send(request).status_code == status


# ---- deliveries ----------------------------------------------------------------------------------


def bomb():
    """Return 200 KB that unpack to 200 MiB."""
    packing = zlib.compressobj(9, wbits=31)
    parts = [packing.compress(bytes(2**20)) for _ in range(200)]
    return b"".join(parts) + packing.flush()


# fmt: off
DELIVERIES = [
    # body                                                     content type        status
    (lambda: b"",                                                      MEDIA_TYPE,         422),
    (lambda: b"nonsense",                                              MEDIA_TYPE,         422),
    (bomb,                                                             MEDIA_TYPE,         422),
    (lambda: gzip.compress(b"\x91" * 1_000_000),                       MEDIA_TYPE,         422),
    (lambda: gzip.compress(msgpack.packb([[]] * 1_000_000)),           MEDIA_TYPE,         422),
    (lambda: packed(delivery("home"))[:-9],                            MEDIA_TYPE,         422),
    (lambda: packed(delivery("home")) + b"more",                       MEDIA_TYPE,         422),
    (lambda: packed(delivery("ho\0me")),                               MEDIA_TYPE,         422),
    (lambda: packed(delivery("../home")),                              MEDIA_TYPE,         422),
    (lambda: packed(delivery("home", life="a\0b")),                    MEDIA_TYPE,         422),
    (lambda: packed(delivery("home")),                                 "application/json", 415),
    (lambda: b"\0" * (4 * 2**20 + 1),                                  MEDIA_TYPE,         413),
]
# fmt: on


@pytest.mark.parametrize(("body", "kind", "status"), DELIVERIES, ids=range(len(DELIVERIES)))
def test_a_delivery_that_is_none_is_refused(body, kind, status, own):
    client = own.bearing(own.device_token)
    reply = client.post("/api/v1/deliver", content=body(), headers={"Content-Type": kind})
    assert reply.status_code == status, reply.text
    assert list(reply.json()) == ["error"]


NONSENSE = "<script>alert(1)</script>"
KEYS = ("work_mode", "beep", "clock_year", "tou1_time", "batt_mode", NONSENSE)
VALUES = (-1, 2**53, 1e15, 0.5, True, "", NONSENSE)


def nonsense():
    """Return deliveries that are well formed and mean nothing."""
    changes = [
        Change(number, NOON_S, NONSENSE, key, value, None)
        for number, (key, value) in enumerate(itertools.product(KEYS, VALUES), 1)
    ]
    alarms = (
        Alarm(1, NOON_S, NONSENSE, True, {"what": NONSENSE, "rows": [[1]], "at": 1e308}),
        Alarm(2, NOON_S, "F13", True, {}),
        Alarm(3, 0.0, "F99", False),
        Alarm(2**53, 7e9, "W01", True, {"": None}),
    )
    lamps, reasons = {NONSENSE: 9, "ac": -1}, {NONSENSE: NONSENSE}
    figures = {"soc": 3e38, "battery_power": -3e38}
    moment = Moment(7e9, figures, {"F99": 0.0, NONSENSE: 7e9}, lamps, NONSENSE, reasons)
    about = About(NONSENSE, NONSENSE, NONSENSE, NONSENSE, NONSENSE, 180.0, -180.0, {"a": NONSENSE})
    plain = delivery("home", 101)
    yield plain._replace(life="1", alarms=alarms)
    yield plain._replace(life="2", changes=tuple(changes))
    yield plain._replace(life="3", moment=moment, about=about)
    for number, value in enumerate(VALUES, 4):
        settings = dict.fromkeys(KEYS, value)
        yield plain._replace(life=str(number), moment=moment, settings=settings)


def test_a_device_that_tells_nonsense_breaks_no_page(own):
    device = own.bearing(own.device_token)
    client = own.logged_in("ope")
    reads = [rule for rule in API if rule.method == "GET"]
    broken = []
    for told in nonsense():
        headers = {"Content-Type": MEDIA_TYPE}
        reply = device.post("/api/v1/deliver", content=packed(told), headers=headers)
        assert reply.status_code == 200, reply.text
        for rule in reads:
            if ask(client, rule, own).status_code >= 500:
                broken.append((told.life, rule.path))
    assert broken == []


def test_a_text_is_as_long_as_it_may_be_and_no_longer(own):
    client = own.logged_in("ope")
    path = f"/api/v1/sites/{own.site}"
    assert client.patch(path, json={"place": "x" * LONGEST_LINE}).status_code == 200
    assert client.patch(path, json={"place": "x" * (LONGEST_LINE + 1)}).status_code == 422
