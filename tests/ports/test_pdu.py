"""The application protocol: one request's bytes against the answer's, over an image of six words."""

import pytest

from twinverter.ports import pdu, rtu
from twinverter.ports.image import Refused

READ_ONLY = 500


class Words:
    """An image of the registers 100 to 105; one that holds 9 refuses it, 500 is read only."""

    def __init__(self):
        self.words = {100 + place: word for place, word in enumerate((1, 2, 3, 0xFFFF, 0, 6))}
        self.writers = []

    def read(self, first, count):
        try:
            return [self.words[address] for address in range(first, first + count)]
        except KeyError:
            raise Refused(2, "outside the map") from None

    def write(self, first, words, by):
        if first == READ_ONLY:
            raise Refused(2, "read only")
        if 9 in words:
            raise Refused(3, "9 is out of range")
        self.words |= {first + place: word for place, word in enumerate(words)}
        self.writers.append(by)


# fmt: off
ANSWERS = (
    ("03 0064 0001",                    "03 02 0001",                "a read of one register"),
    ("03 0064 0006",                    "03 0c 000100020003ffff00000006", "a read of all"),
    ("03 0064 0007",                    "83 02",                     "a read beyond the map"),
    ("03 0064",                         "83 03",                     "a read that is cut off"),
    ("03 0064 0001 00",                 "83 03",                     "a read that is too long"),
    ("03",                              "83 03",                     "a function alone"),
    ("06 0065 0007",                    "06 0065 0007",              "a write of one register"),
    ("06 0065 0009",                    "86 03",                     "a write of a bad value"),
    ("06 01f4 0001",                    "86 02",                     "a write where nothing may be"),
    ("06 0065",                         "86 03",                     "a write that is cut off"),
    ("10 0065 0002 04 0007 0008",       "10 0065 0002",              "a write of a block"),
    ("10 0065 0002 04 0007 0009",       "90 03",                     "a block with one bad word"),
    ("10 0065 0002 02 0007",            "90 03",                     "a block with half its bytes"),
    ("10 0065 0002 04 0007",            "90 03",                     "a block that is cut off"),
    ("10 0065 0002",                    "90 03",                     "a block without its count"),
    ("04 0064 0001",                    "84 01",                     "input registers are not there"),
    ("01 0064 0001",                    "81 01",                     "coils are not there"),
    ("16 0064 00f2 0025",               "96 01",                     "mask write is not open"),
    ("2b 0e 01 00",                     "ab 01",                     "device identification is not there"),
    ("83 02",                           "83 01",                     "an exception is no request"),
)
# fmt: on


@pytest.mark.parametrize(("request_", "expected", "name"), ANSWERS, ids=[row[2] for row in ANSWERS])
def test_answers(request_, expected, name):
    assert pdu.answer(Words(), bytes.fromhex(request_), "me") == bytes.fromhex(expected)


def test_a_block_with_one_bad_word_changes_nothing():
    image = Words()
    pdu.answer(image, bytes.fromhex("10 0064 0003 06 0007 0009 0008"), "me")
    assert image.words == Words().words


def test_a_full_frame_of_each_kind_is_taken():
    image = Words()
    image.words |= {address: address for address in range(200, 330)}
    assert len(pdu.answer(image, bytes.fromhex("03 00c8 007d"), "me")) == 2 + 2 * 125
    block = bytes.fromhex("10 00c8 007b f6") + bytes(2 * 123)
    assert pdu.answer(image, block, "me") == block[:5]
    assert len(block) == pdu.MOST_PDU - 1


def test_the_writer_is_named_to_the_image():
    image = Words()
    pdu.answer(image, bytes.fromhex("06 0065 0007"), "modbus 127.0.0.1")
    assert image.writers == ["modbus 127.0.0.1"]


# fmt: off
# The example of the specification's appendix, a frame every client can make, and both cut or bent.
FRAMES = (
    ("01 03 01f4 0001 c404",   (1, "03 01f4 0001")),
    ("02 07 41 12",            (2, "07")),
    ("01 03 01f4 0001 c405",   None),
    ("01 03 01f4 0001 c4",     None),
    ("01 c4 04",               None),
    ("",                       None),
)
# fmt: on


@pytest.mark.parametrize(("frame", "expected"), FRAMES)
def test_a_serial_frame_opens_only_where_its_crc_is_right(frame, expected):
    found = rtu.opened(bytes.fromhex(frame))
    assert found == (expected and (expected[0], bytes.fromhex(expected[1])))


def test_what_is_sealed_opens_again():
    body = bytes.fromhex("03 0064 0001")
    assert rtu.opened(rtu.sealed(17, body)) == (17, body)
