"""A store that cannot be used is refused with one line, and nothing of it is touched."""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from twinverter.catalog.settings import default_values
from twinverter.core import records
from twinverter.inverter import State
from twinverter.live.memory import NO_ENERGY, Change, Count, Device, Moment
from twinverter.live.store import Store, StoreError

STATE = records.build(State, dict.fromkeys(records.leaves(State), 1.0))
MOMENT = Moment(60.0, 0.0, Count(60.0, 0.0, 0.0, NO_ENERGY, NO_ENERGY), Device(), {})


@pytest.fixture
def file(tmp_path):
    """The file of a device that has lived and ended well."""
    with closing(Store.open(tmp_path)) as store:
        many = [Change(0.0, "Ada", "x", None, index) for index in range(2000)]
        store.save_tick(STATE, replace(MOMENT, settings=default_values(), changes=many))
    return tmp_path / "twin.sqlite"


def sql(*statements):
    """Return a deed: execute these on a store's file."""

    def do(file):
        with closing(sqlite3.connect(file, isolation_level=None)) as database:
            for statement in statements:
                database.execute(statement)

    return do


def blotted(start, length):
    """Return a deed: overwrite bytes of a store's file."""

    def do(file):
        data = bytearray(file.read_bytes())
        data[start : start + length] = b"\xa5" * length
        file.write_bytes(data)

    return do


def foreign(file):
    file.unlink()
    sql("CREATE TABLE photos (name TEXT)")(file)


def lost_but_for_its_log(file):
    file.rename(file.with_name("twin.sqlite-wal"))


# fmt: off
REFUSED = [
    # what befell the file                                   what the line says
    (lambda file: file.write_text("# a note\n" * 200),       "is damaged (file is not a database) and was left as it is; put a copy back"),
    (lambda file: file.write_bytes(b""),                     "is no store of a twinverter and was left as it is; give another folder"),
    (lambda file: file.write_bytes(file.read_bytes()[:9000]), "is damaged ("),
    (blotted(0, 16),                                         "is damaged (file is not a database)"),
    (blotted(20000, 3000),                                   "is damaged ("),
    (foreign,                                                "is no store of a twinverter"),
    (lost_but_for_its_log,                                   "is missing, but its log twin.sqlite-wal is there; put the file back"),
    (sql("PRAGMA user_version = 4"),                         "was written by a newer twinverter (store version 4, this one reads up to 3); update twinverter"),
    (sql("PRAGMA user_version = 0"),                         "is of the unknown store version 0; give another folder"),
    (sql("PRAGMA user_version = -1"),                        "is of the unknown store version -1"),
    (sql("UPDATE held SET floats = zeroblob(length(floats))"), "is damaged (the device's state is damaged)"),
    (sql("UPDATE held SET floats = x'00'"),                  "is damaged (the device's state is damaged)"),
    (sql("DELETE FROM held"),                                "is damaged (the device's state is missing)"),
    (sql("DELETE FROM kept"),                                "is damaged ('device')"),
    (sql("UPDATE kept SET value = '{\"warp\":1}' WHERE key = 'device'"), "is damaged ("),
    (sql("UPDATE settings SET value = '\"much' WHERE key = 'max_charge_a'"), "is damaged ("),
    (sql("UPDATE settings SET value = '900' WHERE key = 'max_charge_a'"), "battery.max_charge_a = 900 A: is out of range (allowed: 0 to 190 A); run the version that wrote it"),
    (sql("INSERT INTO settings VALUES ('warp_drive', 'true')"), "it holds the setting 'warp_drive', which this version does not know; run the version"),
    (sql("UPDATE layouts SET names = replace(names, 'state_plant_battery_soc', 'state_plant_battery_fill')"), "it holds no 'state_plant_battery_soc', which this version needs; run the version"),
]
# fmt: on


@pytest.mark.parametrize(("deed", "said"), REFUSED)
def test_it_is_refused_with_one_line_and_left_as_it_is(file, deed, said):
    deed(file)
    before = file.read_bytes() if file.exists() else None
    with pytest.raises(StoreError) as refused, closing(Store.open(file.parent)) as store:
        store.load()
    line = str(refused.value)
    assert line.startswith(f"{file}: {said}") and "\n" not in line
    assert "--data" in line
    assert (file.read_bytes() if file.exists() else None) == before


def test_a_refused_store_is_free_for_whoever_mends_it(file):
    whole = file.read_bytes()
    blotted(0, 16)(file)
    with pytest.raises(StoreError):
        Store.open(file.parent)
    file.write_bytes(whole)
    with closing(Store.open(file.parent)) as store:
        assert store.load().state == STATE


def test_a_second_one_on_the_same_folder_is_refused_until_the_first_ends(tmp_path):
    with closing(Store.open(tmp_path)):
        with pytest.raises(StoreError) as refused:
            Store.open(tmp_path)
        assert str(refused.value) == (
            f"{tmp_path}: is in use by another twinverter (process {os.getpid()});"
            " stop it, or give another folder with --data"
        )
    Store.open(tmp_path).close()


HOLD = """
import os, sys, time
from pathlib import Path
from twinverter.live.store import Store, StoreError
if os.getuid() == 0 and "nobody" in sys.argv:
    os.setuid(65534)
try:
    store = Store.open(Path(sys.argv[1]))
except StoreError as error:
    sys.exit(str(error))
print("held", flush=True)
time.sleep(60)
"""


def test_one_that_was_killed_holds_nothing(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match=f"process {holder.pid}"):
            Store.open(tmp_path)
        holder.send_signal(signal.SIGKILL)
    Store.open(tmp_path).close()


def test_a_creation_cut_short_is_begun_anew(tmp_path):
    (tmp_path / "twin.sqlite.new").write_bytes(b"SQLite format 3\0 and no more")
    with closing(Store.open(tmp_path)) as store:
        assert store.load() is None
    assert not (tmp_path / "twin.sqlite.new").exists()


def test_a_file_in_place_of_the_folder_is_one_line(tmp_path):
    (tmp_path / "folder").write_text("")
    with pytest.raises(
        StoreError, match=r"folder: cannot be written \(File exists\); give another"
    ):
        Store.open(tmp_path / "folder")


def test_a_folder_without_rights_is_one_line():
    with tempfile.TemporaryDirectory() as place:
        locked = Path(place) / "locked"
        locked.mkdir(mode=0o555)
        Path(place).chmod(0o755)
        done = subprocess.run(
            [sys.executable, "-c", HOLD, locked, "nobody"], capture_output=True, text=True
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"{locked}: cannot be written (Permission denied); give another folder with --data\n"
    )
