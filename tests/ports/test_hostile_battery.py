"""Hostile wires of battery and meter: random frames, noise, spoilt frames, readings that cannot be."""

import math
import random
import struct

import can
import pytest

from tests.ports.bench import benched, pass_by
from tests.ports.hostile import INPUTS, SESSION
from twinverter.ports import can_frames, dtsu666
from twinverter.ports import rs485_frames as frames
from twinverter.ports.battery_word import Word
from twinverter.ports.can_bms import CanBms
from twinverter.ports.rs485_bms import Rs485Bms
from twinverter.ports.rs485_frames import Ear, Frame, FrameError

GOOD = Word(57.0, 44.0, 100.0, 80.0, soc=0.5, voltage_v=52.0, capacity_ah=400.0, maker="PYLON")
# The device lives on between the inputs: so often does a second pass.
SECOND = max(1, INPUTS // 20)


@pytest.fixture
def device(tmp_path):
    with benched(tmp_path) as living:
        yield living.run(5)


def message(chance):
    """Return a frame of a battery or another one, with data of any kind and length."""
    known = (*can_frames.FROM_BATTERY, can_frames.ALIVE)
    is_extended_id = chance.random() < 0.05
    frame_id = chance.choice(known)
    if chance.random() < 0.2:
        frame_id = chance.randrange(0x2000_0000 if is_extended_id else 0x800)
    is_fd = chance.random() < 0.05
    length = chance.choice((12, 20, 64)) if is_fd else chance.randrange(9)
    return can.Message(
        arbitration_id=frame_id,
        data=chance.choice((bytes(length), b"\xff" * length, chance.randbytes(length))),
        is_extended_id=is_extended_id,
        is_fd=is_fd,
    )


def spoilt(chance, frame):
    """Return a frame whole, with bytes changed, cut off, or noise for it."""
    how, place = chance.randrange(5), chance.randrange(len(frame))
    if how == 0:
        return frame[:place]
    if how == 1:
        return frame[:place] + chance.randbytes(1) + frame[place + 1 :]
    return chance.randbytes(chance.randrange(60)) if how == 2 else frame


def line_frame(chance):
    """Return a sound frame with an address, a code and data of any kind."""
    code = chance.choice((*frames.COMMANDS, *range(7), 0x90, 0x91, chance.randrange(256)))
    size = chance.choice((0, 1, frames.MANAGED.size, 20, 60, 118, 300))
    info = chance.choice((bytes(size), b"\xff" * size, chance.randbytes(size)))
    return frames.sealed(Frame(chance.choice((0, 2, 3, 255)), code, info))


def test_any_frame_of_a_bus_is_a_word_in_figures_or_nothing():
    chance, hearing = random.Random(1), can_frames.Hearing()
    for _ in range(INPUTS):
        came = message(chance)
        word = hearing.hear(came.arbitration_id, bytes(came.data))
        if word is not None:
            figures = (*word[:4], *word[8:13], word.allowed_charge_a, word.allowed_discharge_a)
            assert all(map(math.isfinite, figures)) and word.maker.isprintable()
            assert word.soc is None or math.isfinite(word.soc)
            rewritten = can_frames.written(word)
            assert all(len(data) == 8 for data in rewritten.values())


def test_whatever_comes_over_the_bus_the_device_goes_on_and_obeys_the_next_battery(device):
    chance = random.Random(2)
    port = CanBms(device.twin, "virtual:hostile,inverter")
    port.join()
    for number in range(INPUTS):
        port.hear(message(chance))
        if number % SECOND == 0:
            pass_by(device, 1, port.beat)
            assert 0.0 < device.flows["soc"] <= 1.0
    for frame_id, data in can_frames.written(GOOD).items():
        port.hear(can.Message(arbitration_id=frame_id, data=data, is_extended_id=False))
    assert device.run(1).seen("wires")["can_bms"]["bms_discharge_max_a"] == 80.0
    port._leave()


def test_any_text_of_a_line_is_a_frame_to_the_letter_or_broken():
    chance, ear, found = random.Random(3), Ear(), 0
    for _ in range(INPUTS // SESSION):
        line = b"".join(spoilt(chance, line_frame(chance)) for _ in range(SESSION))
        for text in ear.add(line):
            try:
                frame = frames.opened(text)
            except FrameError as broken:
                assert 0 < broken.code <= frames.BAD_DATA
                continue
            found += 1
            assert frames.sealed(frame)[3:-5] == text[2:-4]
    assert found > INPUTS // 4


def test_whatever_comes_over_the_line_the_device_goes_on_and_obeys_the_next_battery(device):
    chance, ear = random.Random(4), Ear()
    device.set(lithium_mode=5)
    port = Rs485Bms(device.twin, "bench")
    for number in range(INPUTS):
        for text in ear.add(spoilt(chance, line_frame(chance))):
            port.answer(text)
        if number % SECOND == 0:
            pass_by(device, 6, port.due)
            assert 0.0 < device.flows["soc"] <= 1.0
    pass_by(device, 6, port.due)
    for text in ear.add(b"\r" + frames.sealed(Frame(2, 0, frames.management(GOOD, 2)))):
        port.answer(text)
    assert device.run(1).seen("wires")["rs485_bms"]["bms_discharge_max_a"] == 80.0


def test_any_registers_of_a_meter_are_powers_a_house_can_have_or_no_reading():
    chance, read = random.Random(5), 0
    for _ in range(INPUTS):
        setup = dtsu666.setup([chance.randrange(0x10000) for _ in range(dtsu666.SET_COUNT)])
        data = chance.randbytes(2 * chance.choice((8, 8, 8, chance.randrange(20))))
        try:
            powers_w = dtsu666.powers_w(struct.unpack(f">{len(data) // 2}H", data), setup)
        except ValueError:
            continue
        read += 1
        assert all(abs(power_w) <= dtsu666.MOST_W for power_w in powers_w)
    assert read > 0
