"""Databases that die, and writers that are killed: what was acknowledged is there, once."""

import os
import random
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.monitor.samples import minutes
from tools.deliverer import EACH, delivery, sums_of
from twinverter.monitor.columns import SUMS
from twinverter.monitor.history import HistoryAway
from twinverter.monitor.levels import Plan
from twinverter.monitor.opened import open_history
from twinverter.monitor.outbox import Left, Outbox

ALL = (0, 1e10)
ROOT = Path(__file__).resolve().parents[2]
KILLS = 3


def killed(place, device, first, after):
    """Return up to which number a writer was acknowledged, killed after so many deliveries."""
    words = [sys.executable, "-m", "tools.deliverer", str(place), device, str(first)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:
        for _ in range(after):
            first = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        # It may have said more before it died: that was acknowledged too.
        return max([first, *map(int, writer.stdout.read().split())])


def check(history, device, acknowledged):
    """Check that a history holds numbers without a gap or a double, and their sums exactly."""
    held = history.read(device, "samples", *ALL, figures=(), sums=SUMS)
    count = held.num_rows
    assert acknowledged <= count <= acknowledged + EACH
    (total,) = history.read(device, "total", *ALL, figures=(), sums=SUMS).to_pylist()
    assert total["samples"] == count
    for place, name in enumerate(SUMS):
        expected = sum(sums_of(number)[place] for number in range(count))
        assert round(total[name] * 1000) == expected
        assert round(sum(held[name].to_pylist()) * 1000) == expected
    return count


def test_a_writer_killed_at_any_moment_leaves_all_it_acknowledged_once(place):
    dice, acknowledged = random.Random(7), 0
    open_history(place, Plan()).close()
    for _ in range(KILLS):
        acknowledged = killed(place, "home", acknowledged, dice.randint(1, 4))
        history = open_history(place)
        check(history, "home", acknowledged)
        history.close()
    assert acknowledged >= KILLS * EACH


def test_writers_of_the_same_samples_at_the_same_time_count_them_once(server):
    url = server.fresh()
    history, others = open_history(url, Plan()), [open_history(url) for _ in range(3)]

    def write(own):
        for first in range(0, 40, EACH):
            own.write([delivery("home", first), delivery(f"{id(own)}", first)])

    with ThreadPoolExecutor() as pool:
        list(pool.map(write, others))
    check(history, "home", 40)
    assert len(history.devices()) == 4
    for own in (history, *others):
        own.close()


def test_a_server_that_crashes_is_away_and_all_of_it_is_there_when_it_is_back(server, tmp_path):
    history = open_history(server.fresh(), Plan())
    outbox = Outbox(tmp_path / "outbox.sqlite", "home")
    (first,) = delivery("home", 0, 1).number.tolist()
    assert first == 0
    put(outbox, 0, 3)
    assert outbox.deliver(history) == 3
    server.stop("immediate")
    try:
        put(outbox, 3, 6)
        for _ in range(2):
            with pytest.raises(HistoryAway):
                outbox.deliver(history)
        assert len(outbox) == 3
    finally:
        server.start()
    assert outbox.deliver(history) == 3
    check(history, "home", 6)
    outbox.close()
    history.close()


def put(outbox, first, end):
    """Put the samples of the deliverer into an outbox."""
    from twinverter.monitor.batch import Sample

    for number in range(first, end):
        rows = delivery("home", number, 1)
        start_s, sums = float(rows.start_ms[0]) / 1000.0, rows.sums[0].tolist()
        outbox.put(Sample(0, start_s, 60.0, {}, sums), Left(start_s, tuple(sums)))


def test_a_server_that_is_not_there_is_away_and_its_password_is_not_told():
    with pytest.raises(HistoryAway) as caught:
        open_history("postgresql://me:secret@127.0.0.1:1/none", Plan())
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="limits of a process are POSIX's")
def test_a_full_disk_takes_nothing_and_loses_nothing(tmp_path):
    """A file may not grow beyond a limit in a process of its own: writing fails as on a full disk."""
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "history.duckdb")],
        capture_output=True, text=True, cwd=ROOT, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    acknowledged = int(done.stdout)
    history = open_history(tmp_path / "history.duckdb")
    check(history, "home", acknowledged)
    # With room again the same delivery is taken.
    history.write([delivery("home", acknowledged, 2000)])
    check(history, "home", acknowledged + 2000)
    history.close()


FULL_DISK = """
import resource, signal, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tools.deliverer import delivery
from twinverter.monitor.history import HistoryAway
from twinverter.monitor.opened import open_history
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
path = Path(sys.argv[1])
history, first = open_history(path), 0
history.write([delivery("home", 0, 500)])
written = path.stat().st_size + Path(str(path) + ".wal").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
first = 500
try:
    while True:
        history.write([delivery("home", first, 500)])
        first += 500
except HistoryAway:
    print(first, flush=True)
import os
os._exit(0)
"""


def test_a_delivery_that_fails_half_way_is_not_taken_at_all(place, monkeypatch):
    history = open_history(place, Plan())
    history.write([minutes(0, 10)])

    def fail(devices):
        raise RuntimeError("struck")

    with monkeypatch.context() as struck:
        struck.setattr(history, "_note", fail)
        with pytest.raises(RuntimeError, match="struck"):
            history.write([minutes(10, 10), minutes(0, 5, device="other")])
    assert history.devices() == ["home"]
    assert history.write([minutes(10, 10)])[0].taken == 10
    total = history.read("home", "total", *ALL, figures=(), sums=("solar_wh",)).to_pylist()[0]
    assert (total["samples"], total["solar_wh"]) == (20, 20.0)
    history.close()
