"""The battery's CAN bus: its frames, its two parts, and a foreign management that is obeyed."""

import asyncio
import time
from itertools import count

import can
import cantools
import pytest

from tests.ports.bench import benched, pass_by
from twinverter.ports import can_bms, can_frames
from twinverter.ports.battery_word import Word
from twinverter.ports.bms_role import split_role
from twinverter.ports.can_bms import CanBms, bus_options
from twinverter.ports.port import PortError

WIDE = {"max_charge_a": 190, "max_discharge_a": 190}
BUSES = (f"virtual:bus {number}" for number in count())
FOREIGN = Word(57.0, 44.0, 100.0, 100.0, soc=0.5, voltage_v=52.0, maker="PYLON")


@pytest.fixture
def device(tmp_path):
    with benched(tmp_path, **WIDE) as living:
        yield living.run(5)


@pytest.fixture
def port(device):
    made = CanBms(device.twin, next(BUSES))
    made.join()
    yield made
    asyncio.run(made.stop())


def peer(port):
    """Return somebody else on the port's bus."""
    return can.Bus(**bus_options(port.told()["where"]))


def frames(bus):
    """Return what has come to a bus, as identifier -> data."""
    found = {}
    while message := bus.recv(0.0):
        found[message.arbitration_id] = bytes(message.data)
    return found


def say(port, word=FOREIGN, **changes):
    """Let a foreign battery say its word, all its frames once."""
    for frame_id, data in can_frames.written(word._replace(**changes)).items():
        port.hear(message(frame_id, data))


def message(frame_id, data, **kinds):
    return can.Message(arbitration_id=frame_id, data=data, is_extended_id=False, **kinds)


def described():
    """Return the frames' description as a tool of the field reads it."""
    where = can_frames.__file__.replace("can_frames.py", "battery.dbc")
    return cantools.database.load_file(where)


# ---- the frames -------------------------------------------------------------------------------

# Worked out by hand from the protocol's field table.
# fmt: off
SAMPLE = {
    0x351: "30 02 E8 03 E8 03 00 00",
    0x355: "4C 00 63 00 00 00 00 00",
    0x356: "6E 14 7D 00 FA 00 00 00",
    0x359: "00 00 00 00 01 50 4E 00",
    0x35C: "C0 00 00 00 00 00 00 00",
    0x35E: "50 59 4C 4F 4E 20 20 20",
}
# fmt: on


def test_the_frames_are_those_of_the_protocol_to_the_last_bit():
    word = Word(56.0, 44.0, 100.0, 100.0, True, True, False, 0.76, 0.99, 52.3, -12.5, 25.0)
    written = can_frames.written(word._replace(maker="PYLON"))
    assert {frame_id: data.hex(" ").upper() for frame_id, data in written.items()} == SAMPLE


# fmt: off
SIGNALS = [
    # frame  data                       signal                   physical
    (0x351,  "30 02 E8 03 E8 03 B8 01", "charge_voltage",        56.0),
    (0x351,  "30 02 E8 03 E8 03 B8 01", "charge_current_limit",  100.0),
    (0x351,  "00 00 9C FF 00 00 00 00", "charge_current_limit",  -10.0),
    (0x351,  "30 02 E8 03 E8 03 B8 01", "discharge_voltage",     44.0),
    (0x355,  "4C 00 63 00 00 00 00 00", "soc",                   76),
    (0x355,  "4C 00 63 00 00 00 00 00", "soh",                   99),
    (0x356,  "6E 14 83 FF CE FF 00 00", "voltage",               52.3),
    (0x356,  "6E 14 83 FF CE FF 00 00", "current",               -12.5),
    (0x356,  "6E 14 83 FF CE FF 00 00", "temperature",           -5.0),
    (0x359,  "02 00 00 00 00 00 00 00", "prot_over_voltage",     1),
    (0x359,  "80 00 00 00 00 00 00 00", "prot_discharge_over_current", 1),
    (0x359,  "00 01 00 00 00 00 00 00", "prot_charge_over_current", 1),
    (0x359,  "00 08 00 00 00 00 00 00", "prot_system_error",     1),
    (0x359,  "00 00 02 00 00 00 00 00", "alarm_high_voltage",    1),
    (0x359,  "00 00 00 08 00 00 00 00", "alarm_internal_comm",   1),
    (0x359,  "00 00 00 00 04 50 4E 00", "module_count",          4),
    (0x359,  "00 00 00 00 04 50 4E 00", "marker_n",              0x4E),
    (0x35C,  "80 00 00 00 00 00 00 00", "charge_enable",         1),
    (0x35C,  "40 00 00 00 00 00 00 00", "discharge_enable",      1),
    (0x35C,  "20 00 00 00 00 00 00 00", "force_charge_1",        1),
    (0x35C,  "10 00 00 00 00 00 00 00", "force_charge_2",        1),
    (0x35C,  "08 00 00 00 00 00 00 00", "full_charge_request",   1),
]
# fmt: on


@pytest.mark.parametrize("frame_id, data, signal, physical", SIGNALS)
def test_the_description_tells_a_tool_of_the_field_what_a_frame_means(
    frame_id, data, signal, physical
):
    decoded = described().decode_message(frame_id, bytes.fromhex(data))
    assert decoded[signal] == pytest.approx(physical)
    others = {name for name, value in decoded.items() if value and name.startswith("prot_")}
    assert others <= {signal}


def test_the_description_names_every_frame_with_its_period():
    known = {frame.frame_id: frame for frame in described().messages}
    assert set(known) == {*can_frames.FROM_BATTERY, can_frames.ALIVE}
    assert all(frame.cycle_time == 1000 and frame.length == 8 for frame in known.values())


# ---- the battery's part -----------------------------------------------------------------------


def test_the_battery_says_all_its_frames_once_a_second_after_it_has_listened(device, port):
    bus = peer(port)
    pass_by(device, 1, port.beat)
    assert frames(bus) == {}
    for _ in range(3):
        pass_by(device, 1, port.beat)
        said = frames(bus)
        assert list(said) == list(can_frames.FROM_BATTERY)
    decoded = {
        frame_id: described().decode_message(frame_id, data) for frame_id, data in said.items()
    }
    bms = device.seen("bms")
    assert decoded[0x351]["charge_voltage"] == pytest.approx(bms["bms_charge_v"], abs=0.05)
    assert decoded[0x351]["charge_current_limit"] == pytest.approx(
        bms["bms_charge_limit_a"], abs=0.05
    )
    assert decoded[0x355] == {"soc": 60, "soh": 100}
    # 1 kW leaves the bank: the protocol counts what leaves it as negative.
    assert decoded[0x356]["current"] == pytest.approx(-bms["bms_current_a"], abs=0.1)
    assert decoded[0x35C]["charge_enable"] == 1
    bus.shutdown()


def test_a_battery_whose_management_is_silent_says_nothing(device, port):
    bus = peer(port)
    device.world(bms_silent=1)
    pass_by(device, 5, port.beat)
    assert frames(bus) == {}
    device.world(bms_silent=0)
    pass_by(device, 2, port.beat)
    assert set(frames(bus)) == set(can_frames.FROM_BATTERY)
    bus.shutdown()


def test_a_twin_does_not_obey_its_own_frames(device, port):
    pass_by(device, 10, lambda: (port.beat(), port.read()))
    assert device.seen("wires") == {} and port.told()["requests"] == 0


def test_of_two_twins_on_one_bus_the_later_one_obeys_the_battery_of_the_earlier(
    device, port, tmp_path
):
    folder = tmp_path / "other"
    folder.mkdir()
    with benched(folder, **WIDE) as other:
        pass_by(device, 3, port.beat)
        second = CanBms(other.twin, port.told()["where"])
        second.join()
        for _ in range(8):
            pass_by(device, 1, lambda: (port.read(), port.beat()))
            pass_by(other, 1, lambda: (second.read(), second.beat()))
        assert device.seen("wires") == {} and "plays the battery" in port.told()["state"]
        assert set(other.seen("wires")) == {"can_bms"}
        assert other.seen("wires")["can_bms"]["bms_silent"] == 0.0
        asyncio.run(second.stop())
        assert other.run(1).seen("wires") == {}


def test_the_battery_is_open_for_another_part_once_its_inverter_has_gone(device, port):
    port.hear(message(can_frames.ALIVE, bytes(8)))
    say(port)
    assert device.run(1).seen("wires") == {}
    pass_by(device, 5, port.beat)
    say(port)
    assert set(device.run(1).seen("wires")) == {"can_bms"}


# fmt: off
PARTS = [
    # where                 channel       part
    ("vcan0",               "vcan0",      "open"),
    ("vcan0,inverter",      "vcan0",      "inverter"),
    ("virtual:a,battery",   "virtual:a",  "battery"),
]
# fmt: on


@pytest.mark.parametrize("where, channel, part", PARTS)
def test_a_part_may_be_asked_for(where, channel, part):
    assert split_role(where) == (channel, part)


# fmt: off
CHANNELS = [
    # channel           interface         python-can's channel
    ("virtual:a",       "virtual",        "a"),
    ("virtual",         "virtual",        ""),
    ("udp_multicast",   "udp_multicast",  "239.74.163.2"),
    ("239.1.2.3",       "udp_multicast",  "239.1.2.3"),
    ("ff15::1",         "udp_multicast",  "ff15::1"),
    ("vcan7",           "socketcan",      "vcan7"),
]
# fmt: on


@pytest.mark.parametrize("channel, interface, name", CHANNELS)
def test_the_name_of_a_channel_chooses_the_kind_of_bus(
    channel, interface, name, tmp_path, monkeypatch
):
    (tmp_path / "vcan7").mkdir()
    monkeypatch.setattr(can_bms, "NETS", tmp_path)
    options = bus_options(channel)
    assert (options["interface"], options["channel"]) == (interface, name)


def test_a_battery_that_was_asked_for_obeys_nobody_and_an_inverter_never_speaks(device):
    name = next(BUSES)
    battery, inverter = (
        CanBms(device.twin, f"{name},battery"),
        CanBms(device.twin, f"{name},inverter"),
    )
    battery.join()
    inverter.join()
    say(battery)
    pass_by(device, 10, inverter.beat)
    assert device.seen("wires") == {} and battery._bus.recv(0.0) is None
    asyncio.run(battery.stop())
    asyncio.run(inverter.stop())


# fmt: off
NO_BUS = [
    # where                said
    ("nocan7",             "can nocan7: is no interface of this machine"),
    ("../lo",              "is no interface"),
    ("192.168.1.5",        "is no interface"),
    ("",                   "names no wire"),
    ("virtual:a,both",     "'both' is no part"),
]
# fmt: on


@pytest.mark.parametrize("where, said", NO_BUS)
def test_a_bus_that_cannot_be_had_is_told_in_one_line(device, where, said):
    with pytest.raises(PortError, match=said) as refused:
        CanBms(device.twin, where).join()
    assert "\n" not in str(refused.value)


# ---- the inverter's part ----------------------------------------------------------------------


def test_a_foreign_battery_that_allows_10_a_is_obeyed_within_a_second(device, port):
    """Must show 6, CH9-BMS-045: sun for 8 kW, so only the battery's word limits the charge."""
    device.world(sun_w_m2=1000).run(120)
    assert -device.flows["battery_a"] > 30.0
    say(port, charge_a=10.0)
    device.run(1)
    assert -device.flows["battery_a"] == pytest.approx(10.0, abs=0.05)
    assert device.why["battery"] == "batt_bms_limit"
    assert device.seen("bms")["bms_charge_limit_a"] == 10.0
    assert "obeys PYLON: 50% full, charge 10 A, discharge 100 A" in port.told()["state"]


def test_a_foreign_battery_that_falls_silent_is_w31_and_taken_back_to_nothing(device, port):
    """Must show 6, C-46, BMS_Err_Stop off: on grid the current fades until the time-out."""
    device.set(bms_timeout_s=30)
    say(port)
    pass_by(device, 1)
    assert device.flows["battery_w"] > 900.0
    unheard_s = 1
    while "W31" not in device.alarms and unheard_s < 60:
        pass_by(device, 1, port.beat)
        unheard_s += 1
    # A second may pass unheard before the law begins to count its 10 s.
    assert unheard_s in (11, 12)
    pass_by(device, 25, port.beat)
    assert device.flows["battery_w"] == pytest.approx(0.0, abs=1.0)
    assert sum(device.flows["grid_w"]) > 1000.0 and device.flows["load_unserved_w"] == [0.0] * 3
    assert device.why["battery"] == "batt_bms_silent" and "silent for" in port.told()["state"]
    # Frames for ten seconds end the warning.
    pass_by(device, 12, lambda: say(port))
    assert "W31" not in device.alarms and device.flows["battery_w"] > 900.0


def test_with_bms_err_stop_a_silent_foreign_battery_stops_the_machine_until_it_speaks(device, port):
    """Must show 6, C-46: F58 at the time-out, gone when frames have come for 10 s."""
    device.set(bms_err_stop=True, bms_timeout_s=30)
    say(port)
    pass_by(device, 29, port.beat)
    assert device.mode == "on_grid" and "F58" not in device.alarms
    pass_by(device, 4, port.beat)
    assert device.mode == "fault" and "F58" in device.alarms and "W31" not in device.alarms
    pass_by(device, 15, lambda: say(port))
    assert "F58" not in device.alarms and device.flows["load_unserved_w"] == [0.0] * 3


def test_off_grid_a_silent_foreign_battery_keeps_its_last_limits(device, port):
    """C-46: a decay would drop the load."""
    say(port)
    device.world(grid_on=False)
    pass_by(device, 120, port.beat)
    assert device.mode == "off_grid" and device.flows["load_unserved_w"] == [0.0] * 3
    assert "W31" in device.alarms


# fmt: off
OBEYED = [
    # what the battery says                                  charges  discharges  forced
    ({},                                                     100.0,   80.0,       0.0),
    ({"may_charge": False},                                  0.0,     80.0,       0.0),
    ({"may_discharge": False},                               100.0,   0.0,        0.0),
    ({"may_charge": False, "maker": "DEYE"},                 100.0,   80.0,       0.0),
    ({"may_charge": False, "maker": "DEYE-L"},               100.0,   80.0,       0.0),
    ({"force_charge": True},                                 100.0,   80.0,       1.0),
    ({"charge_a": -5.0, "discharge_a": -5.0},                0.0,     0.0,        0.0),
    ({"charge_v": 40.0},                                     100.0,   80.0,       0.0),
    ({"protections": frozenset({"over_voltage"})},           0.0,     80.0,       0.0),
    ({"protections": frozenset({"charge_over_current"})},    0.0,     80.0,       0.0),
    ({"protections": frozenset({"under_temperature"})},      0.0,     80.0,       0.0),
    ({"protections": frozenset({"under_voltage"})},          100.0,   0.0,        0.0),
    ({"protections": frozenset({"discharge_over_current"})}, 100.0,   0.0,        0.0),
    ({"protections": frozenset({"over_temperature"})},       0.0,     0.0,        0.0),
    ({"protections": frozenset({"system_error"})},           0.0,     0.0,        0.0),
    ({"protections": frozenset({"system_error_other"})},     0.0,     0.0,        0.0),
]
# fmt: on


@pytest.mark.parametrize("said, charge_a, discharge_a, forced", OBEYED)
def test_limits_protections_and_requests_become_what_the_law_obeys(
    device, port, said, charge_a, discharge_a, forced
):
    say(port, FOREIGN._replace(charge_v=90.0, discharge_a=80.0), **said)
    assert device.seen("wires")["can_bms"] == {
        "bms_silent": 0.0,
        "bms_soc": 0.5,
        "bms_charge_max_v": said.get("charge_v", 90.0),
        "bms_charge_max_a": charge_a,
        "bms_discharge_max_a": discharge_a,
        "bms_force_charge": forced,
    }


def test_a_battery_that_asks_for_charge_is_charged_from_the_grid(device, port):
    """C-46: with 5 A, whatever Grid Charge says."""
    say(port, force_charge=True)
    pass_by(device, 2)
    assert -device.flows["battery_a"] == pytest.approx(5.0, abs=0.05)
    say(port)
    pass_by(device, 2)
    assert device.flows["battery_w"] > 900.0


def test_a_foreign_charge_voltage_is_not_passed(device, port):
    device.world(sun_w_m2=1000).run(120)
    high_v = device.flows["battery_v"]
    asked_v = round(high_v - 0.2, 1)
    for _ in range(20):
        say(port, charge_v=asked_v)
        pass_by(device, 1)
    assert device.flows["battery_v"] == pytest.approx(asked_v, abs=0.01)
    assert 0.0 < -device.flows["battery_a"] < 100.0
    assert device.seen("bms")["bms_charge_v"] == pytest.approx(asked_v)


def test_a_foreign_charge_voltage_below_the_bank_ends_the_charge_and_none_lifts_the_banks_own(
    device, port
):
    device.world(sun_w_m2=1000).run(120)
    own_v = device.seen("bms")["bms_charge_v"]
    say(port, charge_v=40.0)
    pass_by(device, 2)
    assert device.flows["battery_a"] == pytest.approx(0.0, abs=0.01)
    say(port, charge_v=90.0)
    pass_by(device, 2)
    assert device.seen("bms")["bms_charge_v"] == own_v and device.flows["battery_a"] < -30.0


# The bank behind it is at 60 %: only what the management says can end a discharge.
# fmt: off
SAID_SOC = [
    # grid   said   mode        what the battery does
    (True,   0.50,  "on_grid",  "batt_serves_load"),
    (True,   0.36,  "on_grid",  "batt_serves_load"),
    (True,   0.35,  "standby",  "batt_below_floor"),
    (True,   0.10,  "standby",  "batt_below_floor"),
    (False,  0.50,  "off_grid", "batt_serves_load"),
    (False,  0.20,  "off_grid", "batt_serves_load"),
    (False,  0.19,  "batshut",  "batt_empty"),
]
# fmt: on


@pytest.mark.parametrize("grid, said, mode, why", SAID_SOC)
def test_the_state_of_charge_that_a_foreign_battery_says_decides_where_the_discharge_ends(
    device, port, grid, said, mode, why
):
    """C-13, C-46: at Low Batt 35 % on grid, below Shutdown 20 % off grid."""
    device.set(low_batt_soc_pct=35, shutdown_soc_pct=20, restart_soc_pct=50)
    device.world(grid_on=grid)
    pass_by(device, 15, lambda: say(port, soc=said))
    assert device.mode == mode and device.why["battery"] == why
    # A bank that has shut down still feeds the machine itself.
    assert (device.flows["battery_w"] > 900.0) is (why == "batt_serves_load")
    assert device.flows["battery_w"] > 900.0 or device.flows["battery_w"] < 20.0
    assert device.seen("bms")["bms_soc_pct"] == pytest.approx(100.0 * said)


def test_after_a_shutdown_the_loads_come_back_when_the_foreign_battery_says_restart(device, port):
    """C-13: from Shutdown on the way back is Restart, here by a word and no charge at all."""
    device.set(low_batt_soc_pct=35, shutdown_soc_pct=20, restart_soc_pct=50)
    device.world(grid_on=False, gen_ready=False)
    pass_by(device, 15, lambda: say(port, soc=0.19))
    pass_by(device, 60, lambda: say(port, soc=0.49))
    assert device.mode == "batshut" and device.flows["load_w"] == [0.0] * 3
    pass_by(device, 60, lambda: say(port, soc=0.50))
    assert device.mode == "off_grid" and device.flows["load_w"] == [1000.0, 0.0, 0.0]


def test_while_a_battery_has_not_said_how_full_it_is_its_own_bank_counts(device, port):
    port.hear(message(0x351, can_frames.written(FOREIGN)[0x351]))
    assert "bms_soc" not in device.seen("wires")["can_bms"]
    assert device.run(1).seen("bms")["bms_soc_pct"] == pytest.approx(60.0, abs=0.2)
    assert "full" not in port.told()["state"]


def test_a_request_that_comes_after_the_limits_counts_in_the_same_second(device, port):
    say(port)
    port.hear(message(0x35C, bytes.fromhex("40 00 00 00 00 00 00 00")))
    assert device.seen("wires")["can_bms"]["bms_charge_max_a"] == 0.0


def test_frames_without_limits_do_not_end_a_silence(device, port):
    say(port)
    words = can_frames.written(FOREIGN)

    def rest():
        for frame_id in (0x355, 0x356, 0x359, 0x35C, 0x35E):
            port.hear(message(frame_id, words[frame_id]))
        port.beat()

    pass_by(device, 15, rest)
    assert "W31" in device.alarms


def test_measured_values_are_answered_with_the_frame_that_keeps_a_battery_talking(device, port):
    bus = peer(port)
    for frame_id, data in can_frames.written(FOREIGN).items():
        bus.send(message(frame_id, data))
    port.read()
    assert frames(bus) == {0x305: bytes(8)}
    bus.shutdown()


def test_another_lithium_mode_does_not_listen_to_this_bus(device, port):
    say(port, charge_a=10.0)
    device.set(lithium_mode=5)
    pass_by(device, 1, port.beat)
    assert (
        device.seen("wires") == {}
        and "obeys with Batt Mode Lithium and Lithium Mode 0" in port.told()["state"]
    )
    device.set(lithium_mode=0)
    say(port, charge_a=10.0)
    assert device.seen("wires")["can_bms"]["bms_charge_max_a"] == 10.0


# fmt: off
SHORT = [
    # data                    is heard
    ("",                      False),
    ("30 02",                 False),
    ("30 02 64 00 E8",        False),
    ("30 02 64 00 E8 03",     True),
    ("30 02 64 00 E8 03 00",  True),
]
# fmt: on


@pytest.mark.parametrize("data, heard", SHORT)
def test_a_short_frame_is_heard_where_it_holds_the_limits(device, port, data, heard):
    port.hear(message(0x351, bytes.fromhex(data)))
    assert bool(device.seen("wires")) is heard


# fmt: off
NO_FRAMES = [
    # kinds of message that are no frame of a battery
    {"is_error_frame": True},
    {"is_remote_frame": True},
]
# fmt: on


@pytest.mark.parametrize("kinds", NO_FRAMES)
def test_what_is_no_data_frame_is_not_heard(device, port, kinds):
    port.hear(message(0x351, b"" if "is_remote_frame" in kinds else bytes(8), **kinds))
    port.hear(can.Message(arbitration_id=0x351, data=bytes(8), is_extended_id=True))
    assert device.seen("wires") == {} and port.told()["requests"] == 0


def test_a_bus_that_only_fails_is_left_and_joined_again(device, port, monkeypatch):
    def broken(timeout):
        raise can.CanOperationError("no such device")

    say(port)
    monkeypatch.setattr(port._bus, "recv", broken)
    for _ in range(100):
        port.read()
    assert port.told()["state"] == "closed" and port.told()["errors"] == 100
    pass_by(device, 1, port.beat)
    assert "PYLON" in port.told()["state"]
    port.read()
    assert port.told()["errors"] == 100


def test_a_port_lives_on_its_bus_in_the_event_loop(device):
    async def story():
        made = CanBms(device.twin, next(BUSES))
        await made.start()
        bus = peer(made)
        for frame_id, data in can_frames.written(FOREIGN).items():
            bus.send(message(frame_id, data))
        for _ in range(100):
            await asyncio.sleep(0.01)
            if device.run(1).seen("wires"):
                break
        held = device.seen("wires")
        bus.shutdown()
        await made.stop()
        return held, device.run(1).seen("wires"), made.told()["state"]

    held, after, state = asyncio.run(story())
    assert set(held) == {"can_bms"} and after == {} and state == "closed"


def test_a_bus_over_the_network_carries_the_same_frames(device):
    pytest.importorskip("msgpack", reason="python-can's network bus needs the package msgpack")
    made = CanBms(device.twin, "239.74.163.77,inverter")
    made.join()
    bus = can.Bus(**bus_options("239.74.163.77"))
    for frame_id, data in can_frames.written(FOREIGN).items():
        bus.send(message(frame_id, data))
    for _ in range(100):
        time.sleep(0.01)
        made.read()
        if device.run(1).seen("wires"):
            break
    assert set(device.seen("wires")) == {"can_bms"}
    # Datagrams that are no frames are counted and end nothing.
    bus._multicast.send(b"\xff nothing", 0.1)
    for _ in range(100):
        time.sleep(0.01)
        made.read()
        if made.told()["errors"]:
            break
    assert made.told()["errors"] == 1
    bus.shutdown()
    asyncio.run(made.stop())


def test_a_twin_does_not_obey_its_own_frames_on_a_network_either(device):
    pytest.importorskip("msgpack", reason="python-can's network bus needs the package msgpack")
    made = CanBms(device.twin, "239.74.163.78")
    made.join()
    pass_by(device, 4, made.beat)
    for _ in range(20):
        time.sleep(0.01)
        made.read()
    pass_by(device, 4, made.beat)
    assert device.seen("wires") == {} and made.told()["requests"] == 0
    asyncio.run(made.stop())
