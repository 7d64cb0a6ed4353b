"""Units of one system in processes of their own: what they say and hear on the parallel bus."""

import os
import time

import can
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.live.units import OWN_BUS, THREE, Wall, group_house
from twinverter.catalog.parallel_frames import FRAMES, LONGEST, identifier, parallel_can_page
from twinverter.live.clock import Clock
from twinverter.live.group_open import badges, opened
from twinverter.ports import parallel_frames as frames
from twinverter.ports.parallel_bus import ParallelBus
from twinverter.ports.port import PortError

BEATS_A_SECOND = 10
HOSTILE = int(os.environ.get("TWINVERTER_HOSTILE_INPUTS", "10000"))


class Process:
    """One unit with its own system, store and end of the bus, as a process of its own has them."""

    def __init__(self, house, address, folder, channel, wall, now_address=None):
        self.wall = wall
        self.stores, self.system = opened(house, folder, Clock(now=wall), only=address)
        self.unit = self.system.units[0]
        self.bus = ParallelBus(self.system, badges(house, address), channel, now=wall)
        self.bus.join()
        self.unit.take("sun_w_m2", 0.0)

    @property
    def alarms(self):
        self.system.save()
        return {alarm["code"] for alarm in self.unit.shown["alarms"]}

    def end(self):
        self.bus.leave()
        self.system.close()
        for store in self.stores:
            store.close()


class Bus:
    """Three processes on one bus, their common time in a test's hands."""

    def __init__(self, house, folder, channel):
        self.wall = Wall()
        self.all = [
            Process(house, one, folder / f"process-{one}", f"virtual:{channel}", self.wall)
            for one in (1, 2, 3)
        ]

    def run(self, seconds):
        for _ in range(round(seconds)):
            for _ in range(BEATS_A_SECOND):
                self.wall.now_s += 0.1
                for process in self.all:
                    process.bus.beat()
                for process in self.all:
                    process.bus.take()
            for process in self.all:
                process.system.tick()
        return self

    def until(self, condition, most_s):
        for count in range(1, most_s + 1):
            if condition(self.run(1)):
                return count
        raise AssertionError(f"not within {most_s} s: {self.alarms}")

    @property
    def alarms(self):
        return [process.alarms for process in self.all]


@pytest.fixture
def bus(tmp_path, request):
    house = group_house(tmp_path, THREE)
    made = Bus(house, tmp_path, request.node.name)
    yield made
    for process in made.all:
        process.end()


def test_units_alone_show_f29_until_they_hear_each_other(bus):
    for _ in range(3):
        bus.wall.now_s += 1.0
        for process in bus.all:
            process.system.tick()
    assert all("F29" in codes for codes in bus.alarms)
    bus.until(lambda now: not any(now.alarms), 900)


def test_together_they_share_a_load_within_two_percent(bus):
    bus.until(lambda now: not any(now.alarms), 900)
    bus.run(20)
    fed_w = [sum(process.unit.flows.inverter_w) for process in bus.all]
    assert sum(fed_w) == pytest.approx(6000.0, rel=0.03)
    assert max(fed_w) - min(fed_w) < 0.02 * max(fed_w)
    levels = [process.unit.flows.soc for process in bus.all]
    assert max(levels) - min(levels) < 0.003


def test_a_unit_that_falls_silent_is_f29_at_the_others_within_two_seconds(bus):
    bus.until(lambda now: not any(now.alarms), 900)
    gone = bus.all.pop(1)
    bus.run(2)
    assert all("F29" in codes for codes in bus.alarms)
    bus.all.insert(1, gone)
    bus.until(lambda now: not any(now.alarms), 900)


def test_a_unit_switched_off_is_f41_at_the_others(bus):
    bus.until(lambda now: not any(now.alarms), 900)
    bus.all[1].unit.press("power")
    bus.run(3)
    assert "F41" in bus.all[0].alarms and "F41" in bus.all[2].alarms


def test_another_battery_setting_is_f46_everywhere(bus):
    bus.until(lambda now: not any(now.alarms), 900)
    bus.all[2].unit.write({"shutdown_soc_pct": 25})
    bus.run(3)
    assert all("F46" in codes for codes in bus.alarms)


def test_lost_heartbeats_are_w32(bus):
    bus.until(lambda now: not any(now.alarms), 900)
    bus.all[2].unit.take("defect.peers_loss", 0.4)
    bus.until(lambda now: "W32" in now.all[0].alarms, 120)
    assert not any("F29" in codes for codes in bus.alarms)


def test_the_masters_settings_and_clock_reach_its_slaves(bus):
    bus.until(lambda now: not any(now.alarms), 900)
    master, slave = bus.all[0].unit, bus.all[1].unit
    master.write({"max_sell_power_w": 4000, "time_syncs": False, "tou1_time": "01:05"})
    master.set_clock(hour=4, minute=44)
    slave.write({"max_sell_power_w": 3000})
    bus.run(6)
    assert slave.values["max_sell_power_w"] == 4000
    assert slave.values["tou1_time"] == "01:05"
    assert slave.clock_s == pytest.approx(master.clock_s, abs=2.0)
    assert slave.store.changes(1)[0].by == "master"


def test_a_second_unit_of_the_same_address_is_f29(bus, tmp_path):
    bus.until(lambda now: not any(now.alarms), 900)
    bus.all[2].unit.write({"parallel_address": 2})
    bus.run(3)
    assert all("F29" in codes for codes in bus.alarms)


def test_on_a_network_bus_own_frames_come_back_and_are_no_second_unit(tmp_path):
    process = Process(group_house(tmp_path, THREE), 2, tmp_path / "memory", OWN_BUS, Wall())
    for _ in range(5):
        process.bus.beat()
        time.sleep(0.02)
        process.bus.take()
    assert process.bus.told()["requests"] == 0
    assert [one.badge.address for one in process.bus.others()] == [1.0, 3.0]
    process.end()


def test_a_bus_that_cannot_be_opened_is_one_line(tmp_path):
    house = group_house(tmp_path, THREE)
    stores, system = opened(house, tmp_path / "memory", Clock(now=Wall()), only=2)
    with pytest.raises(PortError, match=r"^parallel bus socketcan:none7: is no bus here"):
        ParallelBus(system, badges(house, 2), "socketcan:none7").join()
    system.close()
    for store in stores:
        store.close()


def test_a_unit_that_is_not_in_the_house_is_one_line(tmp_path):
    house = group_house(tmp_path, THREE)
    with pytest.raises(ValueError, match=r"group.toml: has no unit 9 \(allowed: 1, 2, 3\)$"):
        opened(house, tmp_path / "memory", Clock(now=Wall()), only=9)


# ---- frames --------------------------------------------------------------------------------


def test_every_frame_fits_a_can_frame_and_has_its_own_number():
    assert all(frame.layout.size <= LONGEST for frame in FRAMES)
    assert len({frame.number for frame in FRAMES}) == len(FRAMES)
    assert all(identifier(frame, 63) < 1 << 29 for frame in FRAMES)


# fmt: off
@pytest.mark.parametrize(("key", "figures", "data"), [
    ("status",    dict(grid_l1_w=1000, grid_l2_w=-1, grid_l3_w=0, battery_w=40000), "e803 ffff 0000 ff7f"),
    ("set_point", dict(unit=3, demand=0.5, bank=1.0),                               "03 a861 50c3"),
    ("bank",      dict(soc=0.6, voltage_v=52.34, temp_c=-12.3),                     "3075 7214 85ff"),
    ("setting",   dict(number=258, value=-1),                                       "0201 ffffffff"),
])
# fmt: on
def test_a_frame_is_its_figures_over_their_scale_as_far_as_they_fit(key, figures, data):
    frame_id, written = frames.written(key, 2, figures)
    assert written == bytes.fromhex(data)
    heard = frames.read(frame_id, written)
    assert heard.sender == 2 and heard.frame.key == key
    most = {"battery_w": 32767}
    assert heard.figures == pytest.approx({**figures, **{k: most[k] for k in most if k in figures}})


def test_every_setting_that_is_pushed_comes_back_from_the_bus_as_it_was(tmp_path):
    values = group_house(tmp_path, THREE).values
    raws = frames.raws_of(values)
    back = [frames.value_of(row, raw) for row, raw in zip(frames.ROWS, raws, strict=True)]
    assert back == [values[row.key] for row in frames.ROWS]


def test_the_page_of_the_frames_names_every_signal():
    page = parallel_can_page()
    assert all(f"`{signal.key}`" in page for frame in FRAMES for signal in frame.signals)


@st.composite
def well_formed(draw):
    """Return a frame of the table with any raw numbers, from units of the house and others."""
    frame = draw(st.sampled_from(FRAMES))
    size = frame.layout.size
    sender = draw(st.sampled_from((1, 1, 2, 3, 9, 0, 255)))
    return identifier(frame, sender), draw(st.binary(min_size=size, max_size=size))


def noise():
    """Return any frame at all."""
    return st.tuples(st.integers(0, (1 << 29) - 1), st.binary(max_size=LONGEST))


@settings(
    max_examples=HOSTILE // 20, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_hostile_frames_never_raise_and_leave_a_unit_alive(lonely, data):
    """Twenty frames each: random ones, and well-formed ones with any raw numbers."""
    for _ in range(20):
        head, body = data.draw(st.one_of(well_formed(), well_formed(), noise()))
        lonely.bus.hear(can.Message(arbitration_id=head, data=body, is_extended_id=True))
    lonely.wall.now_s += 0.1
    lonely.system.tick()
    flows = lonely.unit.flows
    assert abs(sum(flows.inverter_w)) < 1e5 and 0.0 <= flows.soc <= 1.0


@pytest.fixture(scope="module")
def lonely(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lonely")
    process = Process(group_house(folder, THREE), 2, folder / "memory", "virtual:lonely", Wall())
    yield process
    process.end()
