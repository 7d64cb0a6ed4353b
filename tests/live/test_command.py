"""`twinverter live`: it serves, ends in order, goes on where it was, and says in one line why not."""

import contextlib
import json
import logging
import os
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from importlib.resources import files
from pathlib import Path

import pytest

from twinverter.cli.frame import main
from twinverter.cli.live import memory_folder
from twinverter.cli.server import is_own
from twinverter.live.store import Store

BUILT_IN = files("twinverter.scenario") / "houses" / "lagos.toml"
WORDS = (sys.executable, "-m", "twinverter", "live", "--no-browser")


def refused(*words):
    """Return the lines of a command that ends at once with wrong input."""
    done = subprocess.run([*WORDS, *map(str, words)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    return done.stderr.splitlines()


@contextlib.contextmanager
def running(folder, *words):
    """Yield a live command and the address of its panel."""
    command = [*WORDS, "--port", "0", "--data", str(folder), *map(str, words)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        assert line.startswith("Panel: http://127.0.0.1:"), line or process.stderr.read()
        yield process, line.split()[1]
    finally:
        process.kill()
        process.communicate()


def shown(address):
    with urllib.request.urlopen(f"{address}/api/snapshot", timeout=10) as answer:
        return json.load(answer)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_ends_on_a_signal_and_goes_on_where_it_was(tmp_path, number):
    with running(tmp_path / "memory", "--speed", 600) as (process, address):
        first = shown(address)
        assert first["speed"]["asked"] == 600.0
        process.send_signal(number)
        _, told = process.communicate(timeout=15)
        assert process.returncode == 0
        assert "Traceback" not in told and " starts. " in told
    with running(tmp_path / "memory") as (process, address):
        assert shown(address)["clock_s"] >= first["clock_s"]
        process.terminate()
        assert "goes on where it was" in process.communicate(timeout=15)[1]


def test_a_second_one_on_the_same_memory_is_refused(tmp_path):
    with running(tmp_path / "memory"):
        lines = refused("--port", 0, "--data", tmp_path / "memory")
        assert len(lines) == 1 and str(tmp_path / "memory") in lines[0]


def test_a_port_in_use_is_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        lines = refused("--port", port, "--data", tmp_path / "memory")
    assert lines == [f"twinverter: --port {port}: is in use; --port N takes another"]


def test_an_address_of_another_machine_is_one_line(tmp_path):
    # 192.0.2.1 is kept for documentation (RFC 5737): no machine has it.
    words = ("--host", "192.0.2.1", "--password", "word", "--port", 0)
    lines = refused(*words, "--data", tmp_path / "memory")
    assert lines == ["twinverter: --host 192.0.2.1: is no address of this machine"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    folder = tmp_path / "memory"
    folder.mkdir(mode=0o500)
    lines = refused("--port", 0, "--data", folder)
    assert len(lines) == 1 and str(folder) in lines[0]


def test_a_file_in_place_of_the_folder_is_one_line(tmp_path):
    (tmp_path / "memory").write_text("no folder")
    lines = refused("--port", 0, "--data", tmp_path / "memory")
    assert len(lines) == 1 and str(tmp_path / "memory") in lines[0]


def test_a_damaged_memory_is_one_line_and_stays_as_it_is(tmp_path):
    damaged = tmp_path / "memory" / "twin.sqlite"
    damaged.parent.mkdir()
    damaged.write_bytes(b"this was a store " * 500)
    lines = refused("--port", 0, "--data", damaged.parent)
    assert len(lines) == 1 and "twin.sqlite" in lines[0]
    assert damaged.read_bytes() == b"this was a store " * 500


def test_a_house_with_a_mistake_is_one_line_and_makes_no_memory(tmp_path):
    house = tmp_path / "house.toml"
    house.write_text("[site]\nlatitud = 6.5\n")
    lines = refused(house, "--data", tmp_path / "memory")
    assert len(lines) == 1 and "house.toml" in lines[0]
    assert not (tmp_path / "memory").exists()


WEATHER_OF_AN_HOUR = """
[site]
name = "an hour"
latitude = 6.5
longitude = 3.4
timezone = "Africa/Lagos"
[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = 9
tilt_deg = 10
azimuth_deg = 180
[site.battery]
chemistry = "lfp"
capacity_ah = 200
[settings.battery]
batt_mode = "lithium"
batt_capacity_ah = 200
[world]
start = 2023-01-01
[world.weather]
file = "hour.csv"
ghi = "ghi"
"""


def test_a_house_whose_files_end_too_soon_is_one_line_and_makes_no_memory(tmp_path):
    (tmp_path / "house.toml").write_text(WEATHER_OF_AN_HOUR)
    (tmp_path / "hour.csv").write_text("time,ghi\n2023-01-01 00:00,0\n2023-01-01 01:00,0\n")
    lines = refused(tmp_path / "house.toml", "--data", tmp_path / "memory")
    assert len(lines) == 1 and "hour.csv: covers" in lines[0]
    assert not (tmp_path / "memory").exists()


def test_a_newer_memory_is_one_line_and_stays_as_it_is(tmp_path):
    with running(tmp_path / "memory") as (process, _):
        process.terminate()
        process.wait(15)
    file = tmp_path / "memory" / "twin.sqlite"
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA user_version = 99")
    before = file.read_bytes()
    lines = refused("--port", 0, "--data", file.parent)
    assert len(lines) == 1 and "was written by a newer twinverter (store version 99" in lines[0]
    assert file.read_bytes() == before


@pytest.mark.parametrize("left_bytes", [None, 10])
def test_a_log_cut_short_costs_what_came_last_but_never_the_device(tmp_path, left_bytes):
    with running(tmp_path / "memory") as (_, address):
        first = shown(address)
    log = tmp_path / "memory" / "twin.sqlite-wal"
    if left_bytes is None:
        log.unlink()
    else:
        os.truncate(log, left_bytes)
    with running(tmp_path / "memory") as (process, address):
        assert shown(address)["clock_s"] >= first["clock_s"] - 5.0
        process.terminate()
        assert "goes on where it was" in process.communicate(timeout=15)[1]


def test_a_full_disk_ends_it_with_one_line_and_what_was_stored_is_there(tmp_path):
    """A file may not grow beyond 200 kB here: the log that every save goes to meets that soon."""

    def narrow():
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    folder = tmp_path / "memory"
    command = [*WORDS, "--port", "0", "--data", str(folder), "--speed", "600"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, preexec_fn=narrow)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    wrong = [line for line in done.stderr.splitlines() if line.startswith("twinverter: ")]
    assert len(wrong) == 1 and "twin.sqlite: cannot be used (" in wrong[0]
    with contextlib.closing(Store.open(folder)) as store:
        memory = store.load()
    with running(folder) as (_, address):
        assert shown(address)["clock_s"] >= memory.clock_s
        assert shown(address)["energy"]["load"]["total_wh"] > 0.0


# fmt: off
@pytest.mark.parametrize("words, said", [
    (["--speed", "0"],       "--speed 0: is out of range (allowed: 0.1 to 86400)"),
    (["--speed", "-1"],      "--speed -1: is out of range (allowed: 0.1 to 86400)"),
    (["--speed", "1e9"],     "--speed 1e+09: is out of range (allowed: 0.1 to 86400)"),
    (["--speed", "nan"],     "--speed nan: is out of range (allowed: 0.1 to 86400)"),
    (["--speed", "abc"],     "'--speed'"),
    (["--start", "1970-12-31"], "--start 1970-12-31: is out of range (allowed: 1971 to 2100)"),
    (["--start", "0001-01-01"], "--start 0001-01-01: is out of range (allowed: 1971 to 2100)"),
    (["--start", "9999-12-31T23:59"], "--start 9999-12-31T23:59: is out of range (allowed: 1971"),
    (["--start", "noon"],    "--start noon: is no date of the house's calendar"),
    (["--host", "0.0.0.0"],  "--host 0.0.0.0: others could reach the panel, so it needs a password"),
    (["--host", "::"],       "--host ::: others could reach the panel, so it needs a password"),
    (["--port", "70000"],    "--port"),
    (["nowhere.toml"],       "nowhere.toml: no such file"),
])
# fmt: on
def test_wrong_words_are_one_line(tmp_path, monkeypatch, capfd, caplog, words, said):
    """These are refused before anything lives, so this process may hear them itself."""
    caplog.set_level(logging.INFO, "twinverter")
    words = ("twinverter", "live", "--no-browser", *words, "--data", str(tmp_path / "memory"))
    monkeypatch.setattr(sys, "argv", list(words))
    with pytest.raises(SystemExit, check=lambda left: left.code == 2):
        main()
    out, err = capfd.readouterr()
    assert out == "" and len(err.splitlines()) == 1 and said in err
    assert list(tmp_path.iterdir()) == [] and caplog.records == []


# fmt: off
@pytest.mark.parametrize("host, own", [
    ("127.0.0.1",   True),
    ("127.5.5.5",   True),
    ("localhost",   True),
    ("::1",         True),
    ("0.0.0.0",     False),
    ("::",          False),
    ("192.168.1.5", False),
    ("example.org", False),
])
# fmt: on
def test_only_addresses_of_this_machine_need_no_password(host, own):
    assert is_own(host) == own


def test_each_house_has_its_own_memory():
    assert memory_folder("Lagos: home (3)").name == "lagos-home-3"
    assert memory_folder("Lagos: home (3)") != memory_folder("Berlin")
    assert memory_folder("?").name == "house"
    one, other = memory_folder("Home", Path("a/house.toml")), memory_folder("Home", Path("b/house.toml"))
    assert one != other and one.name.startswith("home-")


def test_a_house_file_that_was_edited_later_is_told_that_the_device_stands(tmp_path):
    text = BUILT_IN.read_text(encoding="utf-8")
    house, memory = tmp_path / "house.toml", tmp_path / "memory"
    for rows, said in ((text, False), (text.replace("max_charge_a = 100", "max_charge_a = 90"), True)):
        assert (rows != text) is said
        house.write_text(rows, encoding="utf-8")
        with running(memory, house) as (process, _):
            process.terminate()
            _, told = process.communicate(timeout=15)
        assert ("other settings than the house file" in told) is said
        assert ("max_charge_a" in told) is said
