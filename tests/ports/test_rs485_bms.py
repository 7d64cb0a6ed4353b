"""The battery's RS485 line: its frames, its two parts, and a foreign management that is obeyed."""

import asyncio
import os
import tty

import pytest

from tests.ports.bench import benched, pass_by
from twinverter.ports import rs485_frames as frames
from twinverter.ports.battery_word import Word
from twinverter.ports.port import PortError
from twinverter.ports.rs485_bms import Rs485Bms
from twinverter.ports.rs485_frames import Ear, Frame, FrameError

WIDE = {"max_charge_a": 190, "max_discharge_a": 190, "lithium_mode": 5}
FOREIGN = Word(57.0, 44.0, 100.0, 80.0, soc=0.5, voltage_v=52.0, temp_c=20.0, capacity_ah=400.0)


@pytest.fixture
def device(tmp_path):
    with benched(tmp_path, **WIDE) as living:
        yield living.run(5)


@pytest.fixture
def port(device):
    return Rs485Bms(device.twin, "bench")


def asked(command, address=2, info=b"\x02"):
    """Return the text between start and end of an inverter's request."""
    return frames.sealed(Frame(address, command, info))[1:-1]


def told(info, code=frames.FINE):
    """Return the text of a battery's reply."""
    return frames.sealed(Frame(2, code, info))[1:-1]


def say(port, word=FOREIGN, **changes):
    """Let a foreign battery reply to both questions."""
    word = word._replace(**changes)
    port.answer(told(frames.management(word, 2)))
    port.answer(told(frames.values(word, 2, 16, 5)))


def reply(port, text):
    """Return the frame with which a battery replies."""
    answer = port.answer(text)
    assert answer[:1] == b"~" and answer[-1:] == b"\r"
    return frames.opened(answer[1:-1])


# ---- the frames -------------------------------------------------------------------------------

# fmt: off
WRITTEN = [
    # frame                              bytes
    (Frame(0x02, 0x4F),                  b"~2002464F0000FD98\r"),
    (Frame(0x02, 0x92, b"\x02"),         b"~20024692E00202FD2E\r"),
    # 18 letters of data: D012
    (Frame(0x02, 0x00, bytes(9)),        b"~20024600D012000000000000000000FA3B\r"),
]
# fmt: on


@pytest.mark.parametrize("frame, data", WRITTEN)
def test_a_frame_is_written_and_read_to_the_letter(frame, data):
    assert frames.sealed(frame) == data
    assert frames.opened(data[1:-1]) == frame


# fmt: off
BROKEN = [
    # text                       is called              of address
    (b"2002464F0000FD9B",        frames.BAD_SUM,          2),
    (b"3002464F0000FD97",        frames.BAD_VERSION,      2),
    (b"20024692F00202FD2D",      frames.BAD_LENGTH_SUM,   2),
    (b"20024692C00402FD2E",      frames.BAD_FORMAT,       2),
    (b"2002474F0000FD97",        frames.BAD_COMMAND,      2),
    (b"2002464f0000FD98",        frames.BAD_FORMAT,      -1),
    (b"2002464G0000FD98",        frames.BAD_FORMAT,      -1),
    (b"2002464F0000",            frames.BAD_FORMAT,      -1),
    (b"",                        frames.BAD_FORMAT,      -1),
    (b"\xff\xfe02464F0000FD98",  frames.BAD_FORMAT,      -1),
]
# fmt: on


@pytest.mark.parametrize("text, code, address", BROKEN)
def test_what_is_wrong_with_a_frame_has_a_name_in_the_protocol(text, code, address):
    with pytest.raises(FrameError) as broken:
        frames.opened(text)
    assert (broken.value.code, broken.value.address) == (code, address)


def test_a_line_is_cut_into_frames_wherever_its_bytes_are_cut():
    line = b"noise~20\xff~AB\rmore\r~CD\r~" + b"0" * 5000 + b"\r~EF\r"
    whole = list(Ear().add(line))
    ear = Ear()
    assert whole == [b"AB", b"CD", b"EF"]
    assert [text for byte in line for text in ear.add(bytes((byte,)))] == whole


def test_a_word_goes_over_the_line_and_back():
    word = FOREIGN._replace(current_a=-12.5, force_charge=True, may_discharge=False)
    read = frames.managed(frames.management(word, 2), Word(0.0, 0.0, 0.0, 0.0))
    read = frames.valued(frames.values(word, 2, 16, 5), read)
    assert read[:-2] == pytest.approx(word[:-2])


def test_a_discharge_limit_counted_as_negative_is_a_limit_too():
    info = frames.management(FOREIGN._replace(discharge_a=-80.0), 2)
    assert frames.managed(info, FOREIGN).discharge_a == 80.0


# ---- the battery's part -----------------------------------------------------------------------


def test_the_battery_tells_its_limits_and_values(device, port):
    bms = device.seen("bms")
    limits = frames.managed(reply(port, asked(frames.MANAGEMENT)).info, FOREIGN)
    assert limits.charge_v == pytest.approx(bms["bms_charge_v"], abs=1e-3)
    assert limits.charge_a == pytest.approx(bms["bms_charge_limit_a"], abs=0.05)
    assert limits.may_charge and limits.may_discharge and not limits.force_charge
    values = frames.valued(reply(port, asked(frames.VALUES)).info, limits)
    assert values.soc == pytest.approx(bms["bms_soc_pct"] / 100.0, abs=1e-3)
    assert values.voltage_v == pytest.approx(bms["bms_voltage_v"], abs=1e-3)
    assert values.current_a == pytest.approx(bms["bms_current_a"], abs=0.05)
    assert values.capacity_ah == pytest.approx(400.0, abs=0.2)
    assert "plays the battery" not in port.told()["state"] and port.told()["requests"] == 2


# fmt: off
REPLIES = [
    # command           result                letters of data
    (frames.PROTOCOL,   frames.FINE,          0),
    (frames.MAKER,      frames.FINE,          64),
    (frames.SERIAL,     frames.FINE,          34),
    (0x44,              frames.BAD_COMMAND,   0),
    (0x63,              frames.BAD_COMMAND,   0),
    (0x95,              frames.BAD_COMMAND,   0),
]
# fmt: on


@pytest.mark.parametrize("command, result, letters", REPLIES)
def test_a_command_is_answered_or_told_to_be_unknown(port, command, result, letters):
    frame = reply(port, asked(command))
    assert (frame.address, frame.code, 2 * len(frame.info)) == (2, result, letters)


def test_a_broken_request_is_told_what_is_wrong_with_it(port):
    assert port.answer(b"2002464F0000FD9B") == b""
    reply(port, asked(frames.PROTOCOL))
    assert reply(port, b"2002464F0000FD9B").code == frames.BAD_SUM
    assert reply(port, b"20024692F00202FD2D").code == frames.BAD_LENGTH_SUM
    assert port.told()["errors"] == 3


def test_another_battery_of_the_line_is_not_answered_for_nor_a_silent_one(device, port):
    assert port.answer(asked(frames.MANAGEMENT, address=3)) == b""
    assert port.answer(asked(frames.MANAGEMENT, address=0)) != b""
    device.world(bms_silent=1).run(1)
    device.twin.save()
    assert port.answer(asked(frames.MANAGEMENT)) == b""


def test_who_is_asked_does_not_ask_until_the_other_has_gone(device, port):
    assert port.due() != b""
    reply(port, asked(frames.MANAGEMENT))
    assert port.due() == b""
    pass_by(device, 5)
    assert port.due() != b"" and device.seen("wires") == {}


# ---- the inverter's part ----------------------------------------------------------------------


def test_a_foreign_battery_is_asked_every_second_and_obeyed(device, port):
    """C-46, CH9-BMS-045: sun for 8 kW, so only the battery's word limits the charge."""
    device.world(sun_w_m2=1000).run(120)
    assert port.due() == b"~20024692E00202FD2E\r"
    then = port.answer(told(frames.management(FOREIGN._replace(charge_a=10.0), 2)))
    assert frames.opened(then[1:-1]) == Frame(2, frames.VALUES, b"\x02")
    device.run(1)
    assert -device.flows["battery_a"] == pytest.approx(10.0, abs=0.05)
    assert device.why["battery"] == "batt_bms_limit"
    assert device.seen("wires")["rs485_bms"]["bms_charge_max_a"] == 10.0


def test_what_a_foreign_battery_says_of_its_charge_counts_in_the_same_second(device, port):
    """C-13, C-46: at 30 % below Low Batt it gives nothing on grid, though the bank is at 60 %."""
    device.set(low_batt_soc_pct=35, shutdown_soc_pct=20, restart_soc_pct=50)
    say(port)
    pass_by(device, 2)
    assert device.flows["battery_w"] > 900.0
    say(port, soc=0.3, charge_v=54.4)
    pass_by(device, 1)
    assert device.flows["battery_w"] == pytest.approx(0.0, abs=1.0)
    assert sum(device.flows["grid_w"]) > 1000.0
    bms = device.seen("bms")
    assert (bms["bms_soc_pct"], bms["bms_charge_v"]) == (30.0, 54.4)


def test_a_battery_without_a_capacity_says_nothing_of_its_charge(device, port):
    say(port, capacity_ah=0.0)
    assert "bms_soc" not in device.seen("wires")["rs485_bms"]


def test_values_alone_are_no_word_that_could_be_obeyed(device, port):
    port.answer(told(frames.values(FOREIGN, 2, 16, 5)))
    port.due()
    assert device.seen("wires") == {}


def test_a_foreign_battery_that_falls_silent_is_w31_then_f58(device, port):
    device.set(bms_err_stop=True, bms_timeout_s=30)
    say(port)
    pass_by(device, 13, port.due)
    assert "W31" in device.alarms
    pass_by(device, 20, port.due)
    assert "F58" in device.alarms and device.mode == "fault"


def test_a_battery_that_only_tells_values_or_errors_ends_no_silence(device, port):
    say(port)

    def rest():
        port.answer(told(frames.values(FOREIGN, 2, 16, 5)))
        port.answer(told(b"", 0x91))
        port.due()

    pass_by(device, 15, rest)
    assert "W31" in device.alarms and port.told()["errors"] == 15


def test_a_twin_that_obeys_a_battery_answers_no_other_inverter(device, port):
    say(port)
    assert port.answer(asked(frames.MANAGEMENT)) == b""
    assert set(device.run(1).seen("wires")) == {"rs485_bms"}


# fmt: off
NO_LINE = [
    # where                 said
    ("/dev/no-such",        "/dev/no-such cannot be had"),
    ("/dev/no-such@fast",   "invalid literal"),
    ("/dev/null,both",      "'both' is no part"),
    ("",                    "names no wire"),
]
# fmt: on


@pytest.mark.parametrize("where, said", NO_LINE)
def test_a_line_that_cannot_be_had_is_told_in_one_line(device, where, said):
    with pytest.raises(PortError, match=said) as refused:
        asyncio.run(Rs485Bms(device.twin, where).start())
    assert "\n" not in str(refused.value)


@pytest.fixture
def pty():
    """A serial line without hardware: our end, and the device at the other."""
    ours, theirs = os.openpty()
    tty.setraw(ours)
    tty.setraw(theirs)
    yield ours, os.ttyname(theirs)
    os.close(ours)
    os.close(theirs)


def test_a_port_asks_on_its_line_obeys_and_does_not_hear_its_own_echo(device, pty):
    ours, name = pty
    os.set_blocking(ours, False)

    async def heard():
        for _ in range(200):
            await asyncio.sleep(0.005)
            try:
                return os.read(ours, 1000)
            except BlockingIOError:
                continue
        raise AssertionError("nothing was said")

    async def story():
        port = Rs485Bms(device.twin, f"{name}@9600")
        await port.start()
        question = await heard()
        # Two wires: what the port has said comes back before the battery replies.
        os.write(ours, question)
        await asyncio.sleep(0.02)
        assert port.told()["requests"] == 0
        os.write(ours, frames.sealed(Frame(2, 0, frames.management(FOREIGN, 2))))
        then = await heard()
        held = device.run(1).seen("wires")
        state = port.told()["state"]
        await port.stop()
        return question, then, held, state, port.told()["state"]

    question, then, held, state, after = asyncio.run(story())
    assert question == b"~20024692E00202FD2E\r"
    assert frames.opened(then[1:-1]).code == frames.VALUES
    assert held["rs485_bms"]["bms_discharge_max_a"] == 80.0 and state.startswith("obeys")
    assert after == "closed" and device.run(1).seen("wires") == {}
