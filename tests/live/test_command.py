"""`twinverter live`: it serves, ends in order, goes on where it was, and says in one line why not."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from twinverter.cli.live import is_own, memory_folder

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


# fmt: off
@pytest.mark.parametrize("words, said", [
    (["--speed", "0"],       "--speed 0: is out of range (allowed: 0.1 to 86400)"),
    (["--host", "0.0.0.0"],  "--host 0.0.0.0: others could reach the panel, so it needs a password"),
    (["--port", "70000"],    "--port"),
    (["nowhere.toml"],       "nowhere.toml: no such file"),
])
# fmt: on
def test_wrong_words_are_one_line(tmp_path, words, said):
    lines = refused(*words, "--data", tmp_path / "memory")
    assert len(lines) == 1 and said in lines[0]
    assert list(tmp_path.iterdir()) == []


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
