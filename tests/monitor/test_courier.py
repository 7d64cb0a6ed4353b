"""The courier and the reporter behind it: what a portal says, and what becomes of what waits."""

import asyncio
import contextlib
import http.server
import json
import shutil
import ssl
import subprocess
import threading

import pytest

from twinverter.live.clock import Clock
from twinverter.live.memory import AlarmEntry
from twinverter.live.store import Store
from twinverter.live.twin import Twin
from twinverter.monitor import reporter as reporting
from twinverter.monitor.courier import Courier, Refused, checked, reachable
from twinverter.monitor.delivery import Acknowledged, Alarm, Delivery, unpacked
from twinverter.monitor.history import HistoryAway, HistoryError
from twinverter.monitor.levels import Plan
from twinverter.monitor.outbox import Outbox
from twinverter.monitor.reporter import Reporter
from twinverter.monitor.teller import Teller
from twinverter.scenario.house import load_house

SOON_S = 0.01
DELIVERY = Delivery("home", "a1")


class FakePortal(http.server.ThreadingHTTPServer):
    """Answers deliveries with what a test says, and keeps what came."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Post)
        self.status, self.body, self.headers = 200, None, {}
        self.came, self.tokens, self.peers = [], [], set()
        self.alarms, self.changes = {}, {}

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, delivery):
        """Return what a portal answers: it has what it was given."""
        life = delivery.life
        self.alarms.setdefault(life, {}).update((one.seq, one) for one in delivery.alarms)
        self.changes.setdefault(life, {}).update((one.seq, one) for one in delivery.changes)
        untold = [
            seq
            for seq, one in self.alarms[life].items()
            if one.told is not None and not one.told["complete"]
        ]
        taken = delivery.samples.size if delivery.samples else 0
        last = [max(lines[life], default=0) for lines in (self.alarms, self.changes)]
        return Acknowledged(taken, 0, 0, *last, untold)._asdict()


class Post(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        portal = self.server
        delivery = unpacked(self.rfile.read(int(self.headers["Content-Length"])))
        portal.tokens.append(self.headers["Authorization"])
        portal.peers.add(self.client_address)
        body = portal.body
        if portal.status == 200:
            portal.came.append(delivery)
            body = json.dumps(portal.answer(delivery)).encode() if body is None else body
        self.send_response(portal.status)
        for name, value in portal.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *words):
        pass


@pytest.fixture
def portal():
    server = FakePortal()
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": SOON_S})
    serving.start()
    yield server
    server.shutdown()
    server.server_close()
    serving.join()


@pytest.fixture
def courier(portal):
    one = Courier(portal.url, "secret")
    yield one
    one.close()


# ---- the courier ---------------------------------------------------------------------------------


def test_it_carries_a_delivery_and_its_token_over_one_connection(portal, courier):
    assert courier.take(DELIVERY) == courier.take(DELIVERY) == Acknowledged()
    assert portal.came == [DELIVERY, DELIVERY]
    assert portal.tokens == ["Bearer secret"] * 2
    assert len(portal.peers) == 1


def error(text):
    return json.dumps({"error": {"text": text}}).encode()


# fmt: off
ANSWERS = [
    # status  body                        is                said
    (401,     error("Log in first."),     Refused,          "refuses the token"),
    (403,     error("Another's."),        Refused,          "refuses this device"),
    (404,     b"<html>",                  Refused,          "is no portal"),
    (413,     b"",                        Refused,          "too large"),
    (422,     error("Is none."),          Refused,          "does not understand"),
    (429,     error("Too often."),        HistoryAway,      "429 (Too often.)"),
    (500,     b"\xff",                    HistoryAway,      "500"),
    (503,     error("Away."),             HistoryAway,      "503 (Away.)"),
    (302,     b"",                        HistoryAway,      "302"),
    (200,     b"{}]",                     HistoryAway,      "like no portal"),
    (200,     b'{"taken": "many"}',       HistoryAway,      "like no portal"),
    (200,     b" " * 70_000,              HistoryAway,      "like no portal"),
]
# fmt: on


@pytest.mark.parametrize("status, body, kind, said", ANSWERS)
def test_what_a_portal_refuses_waits_and_is_told_in_one_line(
    portal, courier, status, body, kind, said
):
    portal.status, portal.body = status, body
    portal.headers = {"Location": f"{portal.url}/elsewhere"} if status == 302 else {}
    with pytest.raises(HistoryError) as refusal:
        courier.take(DELIVERY)
    assert type(refusal.value) is kind
    assert said in str(refusal.value)
    assert str(refusal.value).isprintable()


def test_no_portal_at_all_is_away():
    courier = Courier("http://127.0.0.1:9", "secret")
    with pytest.raises(HistoryAway, match="127.0.0.1:9"):
        courier.take(DELIVERY)
    courier.close()


def test_a_proxy_of_the_environment_is_not_asked(portal, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    courier = Courier(portal.url, "secret")
    assert courier.take(DELIVERY) == Acknowledged()
    courier.close()


def test_a_certificate_is_believed_where_its_authority_is_given(portal, tmp_path):
    context, certificate = tls(tmp_path)
    portal.socket = context.wrap_socket(portal.socket, server_side=True)
    url = portal.url.replace("http:", "https:")
    stranger, friend = Courier(url, "secret"), Courier(url, "secret", certificate)
    with pytest.raises(HistoryAway, match="(?i)certificate"):
        stranger.take(DELIVERY)
    assert portal.came == []
    assert friend.take(DELIVERY) == Acknowledged()
    for courier in (stranger, friend):
        courier.close()


# fmt: off
ADDRESSES = [
    # typed                          used, or none
    ("https://portal.example",       "https://portal.example"),
    ("https://portal.example/",      "https://portal.example"),
    ("http://10.0.0.2:8090/solar/",  "http://10.0.0.2:8090/solar"),
    ("portal.example",               None),
    ("ftp://portal.example",         None),
    ("https://",                     None),
    ("https://me:word@host",         None),
    ("https://host/?a=b",            None),
    ("https://host:99999",           None),
    ("https://host:0",               None),
]
# fmt: on


@pytest.mark.parametrize("typed, used", ADDRESSES)
def test_an_address_is_that_of_a_portal_or_refused(typed, used):
    if used is None:
        with pytest.raises(HistoryError, match="is no portal's address"):
            checked(typed)
    else:
        assert checked(typed) == used


def test_an_authority_that_is_none_is_told(tmp_path):
    (tmp_path / "empty.pem").write_text("")
    for name in ("missing.pem", "empty.pem"):
        with pytest.raises(HistoryError, match="cannot be used"):
            Courier("https://host", "secret", tmp_path / name)


# fmt: off
PANELS = [
    # the panel's address              what a portal far away is told
    ("http://192.168.1.40:8080",       "http://192.168.1.40:8080"),
    ("https://[2001:db8::7]:8080",     "https://[2001:db8::7]:8080"),
    ("http://127.0.0.1:8080",          ""),
    ("http://[::1]:8080",              ""),
    ("http://localhost:8080",          ""),
    ("http://0.0.0.0:8080",            ""),
    ("http://[::]:8080",               ""),
    ("",                               ""),
]
# fmt: on


@pytest.mark.parametrize("panel, told", PANELS)
def test_a_portal_far_away_is_told_of_a_panel_that_others_can_open(panel, told):
    assert reachable(panel) == told


# ---- the reporter --------------------------------------------------------------------------------


@pytest.fixture
def twin(tmp_path, monkeypatch):
    monkeypatch.setattr(reporting, "LOOK_S", SOON_S)
    monkeypatch.setattr(reporting, "LONGEST_PAUSE_S", 4 * SOON_S)
    store = Store.open(tmp_path / "memory")
    living = Twin(load_house(), store, Clock(now=lambda: 0.0))
    yield living
    living.close()
    store.close()


@pytest.fixture
def reporter(twin, tmp_path, portal):
    """Return a reporter to the portal; every alarm has a diagnosis, complete when it is asked."""
    told = {"complete": False}
    teller = Teller(twin, lambda: {"battery_soc": 50.0}, lambda seq: dict(told))
    outbox = Outbox(tmp_path / "reports.sqlite", "home")
    one = Reporter(
        twin, outbox, Plan(10.0), dict, lambda: Courier(portal.url, "secret"), portal.url,
        deliver_s=SOON_S, teller=teller, name="report",
    )  # fmt: skip
    one.told_cases = told
    return one


async def until(condition):
    async with asyncio.timeout(30.0):
        while not condition():
            await asyncio.sleep(SOON_S)


@contextlib.asynccontextmanager
async def running(reporter):
    await reporter.start()
    yield
    await reporter.stop()


async def live(twin, seconds):
    """Let the device live on, each second on disk for the reporter to see."""
    for _ in range(seconds):
        twin.tick()
        twin.save()
        await asyncio.sleep(3 * SOON_S)


def span_s(portal):
    return sum(one.samples.span_ms.sum() for one in portal.came if one.samples) / 1000.0


def enter_alarm(twin, code):
    with twin.store._saving():
        twin.store._database.execute(
            "INSERT INTO alarms (clock_s, code, raised) VALUES (?, ?, 1)", (twin.clock_s, code)
        )


def test_it_tells_all_of_a_device_and_its_end_loses_nothing(twin, reporter, portal):
    async def story():
        async with running(reporter):
            await live(twin, 12)
            await until(lambda: span_s(portal) == 10.0)

    asyncio.run(story())
    assert span_s(portal) == 12.0
    first = portal.came[0]
    assert first.about.name == twin.house.name
    assert first.settings == {**first.settings, **{"max_charge_a": twin.values["max_charge_a"]}}
    assert len(first.settings) == len(twin.values)
    assert all(one.about is one.settings is None for one in portal.came[1:])
    assert portal.came[-1].moment.state == twin.shown["flows"]["state"]
    assert portal.came[-1].moment.figures == {"battery_soc": 50.0}


def test_settings_are_told_again_when_somebody_changed_one_and_who_it_was(twin, reporter, portal):
    async def story():
        async with running(reporter):
            await until(lambda: portal.came)
            twin.write({"max_charge_a": 33}, by="modbus 10.0.0.9")
            await until(lambda: any(portal.changes.values()))
            await until(lambda: portal.came[-1].settings is None)

    asyncio.run(story())
    (lines,) = portal.changes.values()
    assert [(one.by, one.after) for one in lines.values()] == [("modbus 10.0.0.9", 33)]
    settings = [one.settings for one in portal.came if one.settings]
    assert [one["max_charge_a"] for one in settings][-1] == 33


def test_an_alarm_is_told_at_once_and_again_when_its_diagnosis_is_complete(twin, reporter, portal):
    enter_alarm(twin, "F20")

    def told():
        return [one.told for lines in portal.alarms.values() for one in lines.values()]

    async def story():
        async with running(reporter):
            await until(lambda: told() == [{"complete": False}])
            reporter.told_cases["complete"] = True
            await until(lambda: told() == [{"complete": True}])

    asyncio.run(story())


def test_a_journal_is_told_once_however_often_the_reporter_starts(twin, reporter, portal):
    reporter.told_cases["complete"] = True
    for number in range(250):
        enter_alarm(twin, f"F{number % 60 + 1:02d}")

    async def story():
        async with running(reporter):
            await until(lambda: any(len(lines) == 250 for lines in portal.alarms.values()))

    asyncio.run(story())
    sent = [line.seq for one in portal.came for line in one.alarms]
    assert sent == list(range(1, 251))


def test_a_memory_that_is_behind_the_portal_goes_on_in_another_life(twin, reporter, portal):
    life = twin.store.life()
    enter_alarm(twin, "F20")
    entry = twin.store.alarms_after(0, 1)[0]
    assert entry == AlarmEntry(entry.clock_s, "F20", True, 1)
    portal.alarms[life] = {7: Alarm(7, 1.0, "F13", False)}

    async def story():
        async with running(reporter):
            await until(lambda: len(portal.alarms) == 2 and all(portal.alarms.values()))

    asyncio.run(story())
    assert twin.store.life() != life
    assert list(portal.alarms[twin.store.life()]) == [1]


def test_a_refused_token_is_told_once_and_what_waits_goes_when_it_is_good(
    twin, reporter, portal, caplog
):
    portal.status, portal.body = 401, error("Log in first.")

    async def story():
        async with running(reporter):
            await until(lambda: reporter.told()["errors"] >= 3)
            assert reporter.told()["state"] == "searching"
            assert "refuses the token" in reporter.told()["last_client"]
            await live(twin, 12)
            portal.status, portal.body = 200, None
            await until(lambda: reporter.told()["state"] == "open")

    asyncio.run(story())
    assert span_s(portal) == 12.0
    told = [record for record in caplog.records if "refuses the token" in record.message]
    assert len(told) == 1


def test_a_portal_that_is_away_is_caught_up_with(twin, reporter, portal):
    portal.status, portal.body = 503, error("Away.")

    async def story():
        async with running(reporter):
            await live(twin, 31)
            assert span_s(portal) == 0.0
            portal.status, portal.body = 200, None
            await until(lambda: reporter.told()["state"] == "open")

    asyncio.run(story())
    assert span_s(portal) == 31.0
    numbers = [number for one in portal.came if one.samples for number in one.samples.number]
    assert numbers == sorted(set(numbers))


def tls(folder):
    """Return the TLS of a server whose certificate is its own word, and that certificate."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate, is not installed here")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate
