"""`twinverter portal`, and a device that reports to it: over https, beside it, and refused."""

import contextlib
import json
import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from urllib.error import HTTPError

import pytest

from tests.monitor.test_courier import tls
from twinverter.live.store import Store
from twinverter.monitor.columns import SUMS, counted
from twinverter.monitor.meter import thousandths
from twinverter.monitor.opened import open_history
from twinverter.portal.register import Register
from twinverter.portal.tables import sites

WORDS = (sys.executable, "-m", "twinverter")
PASSWORD = {"TWINVERTER_NEW_PASSWORD": "a long way home"}
PATIENCE_S = 60.0


def twinverter(*words, **environment):
    """Return a command that has ended."""
    return subprocess.run(
        [*WORDS, *map(str, words)],
        capture_output=True, text=True, timeout=PATIENCE_S, env=os.environ | environment,
    )  # fmt: skip


@contextlib.contextmanager
def running(*words, **environment):
    """Yield a command that serves, and the addresses it tells, by name."""
    process = subprocess.Popen(
        [*WORDS, *map(str, words)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | environment,
    )  # fmt: skip
    told = {}
    try:
        for _ in range(1 + ("--portal" in words)):
            line = process.stdout.readline()
            name, _, address = line.strip().partition(": ")
            assert address, line or process.stderr.read()
            told[name] = address
        yield process, told
    finally:
        process.kill()
        process.communicate()


def ended(process):
    """Tell a command to end and return what it said; it ends well."""
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    return said


def asked(address, **headers):
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as reply:
        return json.load(reply)


def until(condition):
    ends_s = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < ends_s
        time.sleep(0.2)
    return found


# fmt: off
REFUSED = [
    # words                                                 what is said
    (("--single", "--host", "0.0.0.0"),                     "serves this machine alone"),
    (("--tls-cert", "cert.pem"),                            "https needs both"),
    (("--tls-cert", "no.pem", "--tls-key", "no.pem"),       "--tls-cert no.pem: cannot be used"),
    (("--mail", "smtp://localhost"),                        "reports need both"),
    ((),                                                    "accounts add NAME --operator"),
]
# fmt: on


@pytest.mark.parametrize("words, said", REFUSED)
def test_what_cannot_be_served_is_said_in_one_line(tmp_path, words, said):
    done = twinverter("portal", "--db", tmp_path / "history.duckdb", "--port", 0, *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def energies(history_place, folder, outbox):
    """Return what history and device have counted, in thousandths."""
    history = open_history(history_place)
    (device,) = history.devices()
    (row,) = history.read(device, "total", 0, 1e10, (), SUMS).to_pylist()
    history.close()
    store = Store.open(folder)
    meters = store.load().state.meters
    store.close()
    assert (folder / outbox).exists()
    return tuple(round(row[name] * 1000) for name in SUMS), thousandths(counted(meters))


def test_a_device_reports_over_https_and_the_portal_has_all_it_counted(tmp_path):
    place = str(tmp_path / "history.duckdb")
    _, certificate = tls(tmp_path)
    assert (
        twinverter("accounts", "add", "ada", "--operator", "--db", place, **PASSWORD).returncode
        == 0
    )
    register = Register.opened(place)
    with register.begin() as connection:
        connection.execute(sites.insert().values(name="Home", made_s=0.0))
    register.close()
    token = twinverter("accounts", "token", "Home", "--db", place).stdout.split()[-1]
    key = tmp_path / "key.pem"
    portal_words = (
        "portal",
        "--db",
        place,
        "--port",
        0,
        "--tls-cert",
        certificate,
        "--tls-key",
        key,
    )
    live_words = ("live", "--no-browser", "--port", 0, "--data", tmp_path / "memory", "--tick", 5,
                  "--speed", 20, "--report-ca", certificate, "--report")  # fmt: skip
    with running(*portal_words) as (portal, told):
        assert told["Portal"].startswith("https://127.0.0.1:")
        context = ssl.create_default_context(cafile=str(certificate))
        with pytest.raises(HTTPError) as refusal:
            urllib.request.urlopen(f"{told['Portal']}/api/v1/sites", context=context)
        assert refusal.value.code == 401
        with running(*live_words, told["Portal"], TWINVERTER_TOKEN=token) as (live, _):
            time.sleep(8.0)
            assert "the token goes over the wire" not in ended(live)
        ended(portal)
    in_history, in_device = energies(place, tmp_path / "memory", "reports.sqlite")
    assert in_history == in_device
    assert any(in_history)


def test_a_portal_beside_the_device_shows_it_without_a_login_on_this_machine_alone(tmp_path):
    words = ("live", "--no-browser", "--port", 0, "--data", tmp_path, "--tick", 5, "--speed", 20)
    with running(*words, "--portal", 0) as (live, told):

        def device():
            found = asked(f"{told['Portal']}/api/v1/sites")["sites"]
            lines = found[0]["devices"] if found else []
            return lines[0] if lines and lines[0]["solar_today_wh"] is not None else None

        line = until(device)
        found = asked(f"{told['Portal']}/api/v1/devices/{line['name'].replace(' ', '%20')}")
        assert found["state"] in ("fine", "warning", "fault")
        assert found["about"]["versions"]["panel"] == told["Panel"]
        with pytest.raises(HTTPError) as refusal:
            asked(f"{told['Portal']}/api/v1/sites", Host="evil.example")
        assert refusal.value.code == 421
        ended(live)
    in_history, in_device = energies(str(tmp_path / "history.duckdb"), tmp_path, "outbox.sqlite")
    assert in_history == in_device


# fmt: off
LIVE = [
    # words                                                      what is said
    (("--report", "https://host"),                               "needs the device's token"),
    (("--report", "host", "--token", "x"),                       "is no portal's address"),
    (("--report-ca", "x.pem"),                                   "there is no --report URL"),
    (("--report", "https://h", "--token", "x", "--report-ca", "no.pem"), "no.pem: cannot be used"),
    (("--portal", "0", "--device", "a/b"),                       "--device: device a/b: is no name"),
    (("--portal", "0", "--tick", "900"),                         "--tick 900 s: is out of range"),
]
# fmt: on


@pytest.mark.parametrize("words, said", LIVE)
def test_what_cannot_be_reported_is_said_in_one_line(tmp_path, words, said):
    done = twinverter("live", "--no-browser", "--port", 0, "--data", tmp_path, *words)
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
