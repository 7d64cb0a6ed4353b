"""The self-test as it goes: what it refuses, what it writes, and that all of it is put back."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live.conftest import Living
from tests.live.selftest.bed import Bed, named
from twinverter.catalog.settings import SettingError, find
from twinverter.live.clock import Clock
from twinverter.live.runner import Runner
from twinverter.live.selftest.course import Refused, SelfTest
from twinverter.live.selftest.drive import drive
from twinverter.live.selftest.steps import MOST_S, STEPS, orders
from twinverter.live.selftest.told import Told
from twinverter.live.selftest.undoing import BACK, BY
from twinverter.live.twin import Twin
from twinverter.scenario.house import load_house
from twinverter.words.figures import GAP

HERE = Path(__file__).parent
CODE = find("lock_password").default


@pytest.fixture
def bed(tmp_path):
    one = Bed({}, tmp_path)
    yield one
    one.end()


def go(bed, seconds):
    for _ in range(seconds):
        bed.living.twin.tick()
        bed.test.follow()


def plain(text):
    """Return a text with plain gaps before its units."""
    return text.replace(GAP, " ")


def journal(bed):
    return list(reversed(bed.living.store.changes()))


def test_the_test_is_short():
    assert MOST_S < 120.0


# fmt: off
REFUSED = [
    # the world, the settings                              why not
    ({"load_l1_w": 4500.0},                 {},            "The backup loads take 4.50 kW; the test wants 4.00 kW at most."),
    ({"defect.estop": 1},                   {},            "A fault has stopped the machine (F22): that comes first."),
    ({"defect.load_short": 1},              {},            "A fault has stopped the machine (F18): that comes first."),
    ({"defect.bms_fault": 1},               {},            "F46 (Backup battery fault) stands: that comes first."),
    ({},                        {"power_button": False},   "The machine is switched off (OFF): that comes first."),
]
# fmt: on


@pytest.mark.parametrize("world, settings, why", REFUSED)
def test_an_unsafe_test_is_refused_in_one_line(world, settings, why, bed):
    bed.living.set(**settings).world(**world).run(20)
    with pytest.raises(Refused) as refused:
        bed.test.start("the installer")
    assert plain(str(refused.value)) == why
    assert not bed.test.running
    assert all(change.by != BY for change in journal(bed))


def test_it_is_refused_while_changes_are_locked_while_held_and_while_it_runs(bed):
    bed.living.twin.lock(CODE)
    assert bed.test.why_not().startswith("All changes are locked")
    bed.living.twin.unlock(CODE)
    bed.living.twin.clock.pause()
    assert bed.test.why_not() == "The machine is held: let it run on first."
    bed.living.twin.clock.resume()
    bed.test.start("the installer")
    assert bed.test.why_not() == "The self-test is under way."


def test_everything_it_writes_stands_in_the_journal_and_is_put_back(bed):
    before = bed.set_now
    bed.go()
    written = [change for change in journal(bed) if change.by in (BY, BACK)]
    assert {change.by for change in written} == {BY, BACK}
    assert bed.set_now == before
    touched = {change.key for change in written}
    assert touched >= {"work_mode.max_solar_power_w", "battery.grid_charge", "work_mode.work_mode"}


def test_it_shows_how_far_it_is(bed):
    assert bed.test.shown() == {"running": False, "done": 0.0, "words": ""}
    bed.test.start("the installer")
    done, words = [], set()
    while bed.test.running:
        shown = bed.test.shown()
        done.append(shown["done"])
        words.add(shown["words"])
        go(bed, 1)
    assert done == sorted(done) and done[0] == 0.0
    assert words == {step.words for step in STEPS}
    assert bed.test.shown()["done"] == 1.0


@pytest.mark.parametrize("seconds", [1, 6, 14, 25, 40])
def test_stopped_at_any_moment_it_puts_everything_back(seconds, bed):
    before = bed.set_now
    bed.test.start("the installer")
    go(bed, seconds)
    bed.test.stop("the owner")
    assert bed.set_now == before
    assert bed.test.report["ended"] == "the owner stopped it."
    assert named(bed.test.report) == []


@pytest.mark.parametrize("seconds", [6, 14, 33])
def test_killed_in_its_midst_it_puts_everything_back_at_the_next_start(seconds, tmp_path):
    script = [sys.executable, HERE / "mortal.py", tmp_path, str(seconds)]
    died = subprocess.run(script, check=False, capture_output=True, text=True)
    assert died.returncode == -signal.SIGKILL, died.stderr
    again = Living(load_house(tmp_path / "house.toml"), tmp_path / "memory")
    left = dict(again.twin.values)
    assert left["max_solar_power_w"] == 0 or left["work_mode"] == "zero_export_ct"
    SelfTest(again.twin)
    assert again.twin.values["max_solar_power_w"] == 7000
    assert again.twin.values["work_mode"] == "zero_export_load"
    assert again.twin.values["grid_charge"] is False
    newest = again.store.changes(1)[0]
    assert newest.by == BACK
    again.end()


def test_what_somebody_else_sets_meanwhile_stands_and_ends_the_test(bed):
    before = bed.set_now
    bed.test.start("the installer")
    go(bed, 14)
    bed.living.set(grid_charge_a=33, max_sell_power_w=1200)
    go(bed, 1)
    assert not bed.test.running
    assert bed.test.report["ended"] == "Somebody else changed the settings; theirs stand."
    assert bed.set_now == before | {"grid_charge_a": 33, "max_sell_power_w": 1200}


def test_where_changes_are_locked_meanwhile_it_waits_for_them_to_be_unlocked(bed):
    before = bed.set_now
    bed.test.start("the installer")
    go(bed, 10)
    bed.living.twin.lock(CODE)
    go(bed, 1)
    assert not bed.test.running and bed.test.owing
    assert bed.living.twin.values["max_solar_power_w"] == 0
    bed.living.twin.unlock(CODE)
    bed.test.undo()
    assert not bed.test.owing and bed.set_now == before


def test_a_setting_that_may_not_go_back_is_told_and_holds_no_other_up(bed, monkeypatch, caplog):
    caplog.set_level("INFO", "twinverter.live")
    bed.test.start("the installer")
    go(bed, 14)
    write = bed.living.twin.write

    def choosy(changes, **more):
        if "work_mode.max_solar_power_w" in changes:
            raise SettingError("max_solar_power_w", 5000, reason="is not allowed any more")
        return write(changes, **more)

    monkeypatch.setattr(bed.living.twin, "write", choosy)
    bed.test.stop("the owner")
    assert bed.living.twin.values["grid_charge"] is False
    assert bed.living.twin.values["max_solar_power_w"] == 0
    assert "cannot put work_mode.max_solar_power_w back" in caplog.text


def test_stopped_before_anything_was_read_it_says_so_of_every_part(bed):
    bed.test.start("the installer")
    bed.test.stop("the owner")
    report = bed.test.report
    assert {one["key"] for one in report["untested"]} == {"unread"}
    assert {part["verdict"] for part in report["parts"]} == {"untested"}


@pytest.mark.parametrize("jump_s", [-3600.0, 3600.0])
def test_a_clock_that_follows_the_season_makes_the_test_no_longer_and_no_shorter(
    jump_s, bed, monkeypatch
):
    steady = bed.go()["length_s"]
    clock_s, life = [0.0], bed.living.twin._life
    monkeypatch.setattr(Twin, "clock_s", property(lambda self: life.clock_s + clock_s[0]))

    def jump(second):
        if second == 12:
            clock_s[0] = jump_s

    assert abs(bed.go(each=jump)["length_s"] - steady) <= 10.0


# fmt: off
DISTURBED = [
    # what happens           how it ends
    ({"grid_on": 0},         "The machine left the mains."),
    ({"load_l2_w": 6000.0},  "The backup loads take 7.00 kW; the test wants 4.00 kW at most."),
    ({"defect.estop": 1},    "A fault has stopped the machine."),
]
# fmt: on


@pytest.mark.parametrize("world, ended", DISTURBED)
def test_what_happens_meanwhile_ends_it_and_is_no_wiring_fault(world, ended, bed):
    before = bed.set_now
    bed.test.start("the installer")
    go(bed, 20)
    bed.living.world(**world)
    go(bed, 3)
    assert not bed.test.running and bed.set_now == before
    assert plain(bed.test.report["ended"]) == ended
    assert named(bed.test.report) == []


def test_without_the_mains_it_gives_no_order_and_says_what_it_could_not_test(bed):
    bed.living.world(grid_on=0).run(10)
    report = bed.go()
    assert report["length_s"] <= 5.0
    assert all(change.by != BY for change in journal(bed))
    whys = {one["part"]: one["why"] for one in report["untested"]}
    assert whys["clamps"] == "There is no mains." and "strings" in whys and "battery" in whys


def test_at_night_the_strings_are_not_tested(bed):
    bed.living.world(sun_w_m2=0)
    report = bed.go()
    assert [one["why"] for one in report["untested"]] == ["No string has light."]
    verdicts = {part["key"]: part["verdict"] for part in report["parts"]}
    assert verdicts["strings"] == "untested" and verdicts["clamps"] == "fine"


@pytest.mark.parametrize("firmware", ["manual", "later"])
def test_no_step_orders_anything_that_sells(firmware, bed):
    values = dict(bed.living.twin.values) | {"firmware": firmware}
    for step in STEPS:
        wanted = orders(step.key, values, Told.of(bed.living.house))
        assert not {"solar_sell", "max_sell_power_w", "firmware"} & set(wanted)
        assert wanted.get("work_mode") in (None, "zero_export_load", "zero_export_ct")


def test_a_legacy_machine_that_would_restart_keeps_its_work_mode(bed):
    bed.living.set(f13_on_work_mode=True)
    report = bed.go()
    whys = [one["key"] for one in report["untested"] if one["part"] == "clamps"]
    assert "restarts" in whys
    assert all(change.key != "work_mode.work_mode" for change in journal(bed))


def test_beside_a_runner_a_fast_machine_is_slowed_down_and_let_go_again(tmp_path):
    one = Bed({}, tmp_path)
    twin = one.living.twin
    twin.clock = Clock(600.0)
    runner, speeds = Runner(twin), []

    async def live():
        living = asyncio.create_task(runner.run())
        one.test.start("the installer")
        following = asyncio.create_task(drive(runner, one.test))
        await asyncio.sleep(0.5)
        speeds.append(twin.clock.asked)
        one.test.stop("the owner")
        twin.tick()
        await asyncio.wait_for(following, 5.0)
        speeds.append(twin.clock.asked)
        runner.stop()
        await living

    asyncio.run(live())
    assert speeds == [4.0, 600.0]
    assert one.test.report["ended"] == "the owner stopped it."
    one.living.store.close()
