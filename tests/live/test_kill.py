"""Killed at any moment of its life, a device goes on where it was: nothing acknowledged is lost.

Ten random moments by default; `TWINVERTER_KILLS=200` makes it two hundred.
"""

import json
import os
import random
import signal
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from threading import Timer
from typing import NamedTuple

import pytest

from twinverter.inverter import Meters
from twinverter.live import filing
from twinverter.live.casefile import KEPT_PER_CODE
from twinverter.live.memory import energies
from twinverter.live.sampler import EPOCH_ORDINAL
from twinverter.live.store import Store

KILLS = int(os.environ.get("TWINVERTER_KILLS", "10"))
MORTAL = Path(__file__).with_name("mortal.py")
ROUND, ALL = 180, 10**6
# Charging at 190 A of 400 Ah, the fastest this house's battery goes.
SOC_PER_S = 190 / 400 / 3600
# What one pass at speed 3600 may leave unsaved: a quarter of a second and what it was late.
PASS_S = 3600.0
# Energies are shown to a tenth of a watt-hour.
SHOWN_WH = 0.051


class Found(NamedTuple):
    """What a store holds after a kill; `evidence` by the number of its alarm."""

    memory: object
    journal: list
    changes: list
    filed: list
    evidence: dict


@pytest.fixture
def mortal(tmp_path, quiet):
    """A process that lives, is killed and lives again in `tmp_path / "memory"`."""
    with subprocess.Popen(
        [sys.executable, MORTAL, quiet.file, tmp_path / "memory"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        yield process
        process.stdin.close()


def one_life(process, dice):
    """Let the device live once, kill it at a random moment, and return what it told."""
    process.stdin.write("live\n")
    pid = int(process.stdout.readline().removeprefix("born "))
    told, killer = [], None
    if dice.random() < 0.2:
        killer = Timer(dice.uniform(0.0, 0.3), os.kill, (pid, signal.SIGKILL))
        killer.start()
    while not (line := process.stdout.readline()).startswith("dead"):
        told.append(json.loads(line))
        if killer is None:
            killer = Timer(dice.uniform(0.0, 0.5), os.kill, (pid, signal.SIGKILL))
            killer.start()
    assert line == f"dead {signal.SIGKILL:d}\n", "it died by itself"
    return told


def found(folder):
    """Return what the store holds, as the next process would read it."""
    with closing(Store.open(folder)) as store:
        days = filing.days(store._database, 1, date.max.toordinal())
        assert all(day > EPOCH_ORDINAL for day, _ in days)
        journal = store.journal(ALL)[::-1]
        return Found(
            store.load(),
            journal,
            store.changes(ALL)[::-1],
            [energy for _, energy in days],
            {entry.seq: store.alarm(entry.seq)[2] for entry in journal if entry.raised},
        )


def standing(entries):
    """Return the codes that stand after these entries of the journal."""
    codes = set()
    for entry in entries:
        (codes.add if entry.raised else codes.discard)(entry.code)
    return sorted(codes)


def check_is_whole(now):
    """Settings, journals, state and curves belong to one moment."""
    memory = now.memory
    numbers = [int(change.by) for change in now.changes]
    assert numbers == list(range(1, len(numbers) + 1))
    if numbers:
        assert memory.settings["max_charge_a"] == numbers[-1] % ROUND
    assert standing(now.journal) == sorted(memory.device.alarms)
    assert [entry.seq for entry in now.journal] == list(range(1, len(now.journal) + 1))
    started = memory.count.minute_start
    for name, counted_wh in zip(started._fields, started, strict=True):
        filed_wh = sum(getattr(energy, name) for energy in now.filed)
        assert filed_wh == pytest.approx(counted_wh, rel=1e-9, abs=1e-6)


def check_has_its_evidence(now):
    """Each of the newest alarms of a code lies on disk with what led to it."""
    for code in {entry.code for entry in now.journal}:
        rose = [entry.seq for entry in now.journal if entry.code == code and entry.raised]
        for seq in rose[-KEPT_PER_CODE:]:
            evidence = now.evidence[seq]
            assert evidence.code == code and evidence.times_s[0] <= 0.0
            assert 0.0 in evidence.times_s
        assert not any(now.evidence[seq] for seq in rose[:-KEPT_PER_CODE])


def check_goes_on(before, now):
    """Nothing that was found after the last kill has gone since."""
    assert now.journal[: len(before.journal)] == before.journal
    assert now.changes[: len(before.changes)] == before.changes
    meters = zip(before.memory.state.meters, now.memory.state.meters, strict=True)
    assert all(earlier <= later for earlier, later in meters)


def check_kept(told, now):
    """Everything the device acknowledged before it was killed is there."""
    memory = now.memory
    for line in told:
        assert len(now.journal) >= line["journal_seq"]
        assert standing(now.journal[: line["journal_seq"]]) == line["alarms"]
        if "totals" in line:
            assert memory.clock_s >= line["shown_s"] - 0.001
            counted = energies(memory.state.meters)
            assert counted.solar_wh >= line["totals"]["pv"] - SHOWN_WH
            assert counted.load_wh >= line["totals"]["load"] - SHOWN_WH
    written = [line for line in told if "number" in line]
    if not written:
        return
    last = written[-1]
    assert len(now.changes) - last["number"] in (0, 1)
    assert (memory.world["load_l2_w"] - last["number"]) % ROUND in (0, 1)
    meters = Meters(*last["meters"])
    assert all(was <= is_now for was, is_now in zip(meters, memory.state.meters, strict=True))
    passed_s = memory.clock_s - last["clock_s"]
    soc_moved = abs(memory.state.plant.battery.soc - last["soc"])
    assert 0.0 <= passed_s
    assert soc_moved <= SOC_PER_S * passed_s
    latest_s = max(line.get("clock_s", line.get("shown_s", 0.0)) for line in told)
    assert memory.clock_s - latest_s <= PASS_S


def test_killed_at_random_moments_it_has_lost_nothing_it_acknowledged(mortal, tmp_path):
    seed = random.randrange(10**9)
    print("seed", seed)
    dice, before, lines = random.Random(seed), None, 0
    for _ in range(KILLS):
        told = one_life(mortal, dice)
        now = found(tmp_path / "memory")
        if now.memory is None:
            assert before is None and not told
            continue
        check_is_whole(now)
        check_has_its_evidence(now)
        check_kept(told, now)
        if before is not None:
            check_goes_on(before, now)
        before, lines = now, lines + len(told)
    assert lines > KILLS and before is not None
    assert before.memory.state.meters.load_wh > 0.0 and len(before.journal) > 0
