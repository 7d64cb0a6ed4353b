"""The frame of the data logger's protocol, byte by byte, and how it is found in a stream."""

import pytest

from twinverter.ports import v5frame
from twinverter.ports.logger import SERIAL
from twinverter.ports.v5frame import Frame, Splitter

# A read of 3 to 7 and a write of 143 as pysolarmanv5 3.0.6 sends them to logger 0xA1AB1C4E.
# fmt: off
FRAMES = (
    ("a51700104583004e1caba102000000000000000000000000000001030003000575c9f115", 0x83, "01030003000575c9"),
    ("a51a00104585004e1caba10200000000000000000000000000000110008f0001021d4cb1ca3315", 0x85, "0110008f0001021d4cb1ca"),
)
# fmt: on


@pytest.mark.parametrize("whole, sequence, carried", FRAMES)
def test_a_frame_of_a_client_is_read_and_packed_to_the_byte(whole, sequence, carried):
    (frame,) = Splitter().feed(bytes.fromhex(whole))
    assert (frame.code, frame.sequence, frame.counter) == (v5frame.REQUEST, sequence, 0)
    assert frame.serial == SERIAL
    assert v5frame.asked(frame.payload).hex() == carried
    assert v5frame.pack(frame).hex() == whole


def test_an_answer_has_the_form_that_clients_check():
    times = v5frame.Times(1000, 1000, 0x6B02F9D3)
    payload = v5frame.answering(times, bytes.fromhex("0110008f00013022"))
    whole = v5frame.pack(Frame(0x15, 0x85, 3, SERIAL, payload)).hex()
    assert whole == "a51600101585034e1caba10201e8030000e8030000d3f9026b0110008f000130227e15"


WHOLE = bytes.fromhex(FRAMES[0][0])
# fmt: off
STREAMS = (
    # pieces                                     frames  errors  what
    ((WHOLE,),                                        1, 0, "one frame in one piece"),
    ((WHOLE[:1], WHOLE[1:12], WHOLE[12:]),            1, 0, "a frame in three pieces"),
    (tuple(bytes((byte,)) for byte in WHOLE),         1, 0, "a frame byte by byte"),
    ((WHOLE + WHOLE,),                                2, 0, "two frames glued together"),
    ((b"AT+\r\n" + WHOLE,),                           1, 1, "text before a frame"),
    ((b"\xa5" + WHOLE,),                              1, 1, "a start byte before a frame"),
    ((WHOLE[:-2] + b"\x00\x15" + WHOLE,),             1, 1, "a wrong checksum before a frame"),
    ((WHOLE[:-1] + b"\x16" + WHOLE,),                 1, 1, "a wrong end before a frame"),
    ((WHOLE[:20], WHOLE + WHOLE),                     2, 1, "a frame cut off before two others"),
    ((b"\xa5\xff\xff\x10" + WHOLE,),                  1, 1, "a length no frame can have"),
    ((b"\xa5\xf4\x03\x10" + WHOLE,),                  1, 1, "a length one more than the longest"),
    ((bytes(3000),),                                  0, 1, "nothing at all"),
)
# fmt: on


@pytest.mark.parametrize("pieces, frames, errors, what", STREAMS, ids=lambda part: str(part)[:40])
def test_frames_are_found_whatever_stands_around_them(pieces, frames, errors, what):
    splitter = Splitter()
    found = [frame for piece in pieces for frame in splitter.feed(piece)]
    assert [v5frame.pack(frame) for frame in found] == [WHOLE] * frames, what
    assert (splitter.errors, splitter.waits) == (errors, False)


def test_a_frame_swallowed_by_one_cut_off_is_found_once_the_sender_is_silent():
    splitter = Splitter()
    assert splitter.feed(b"\xa5\xe8\x03\x10" + WHOLE) == [] and splitter.waits
    assert [v5frame.pack(frame) for frame in splitter.expire()] == [WHOLE]
    assert (splitter.errors, splitter.waits) == (1, False)
