"""The frames of a low-voltage battery's RS485 line: upper-case hexadecimal text in `~` ... CR.

    ~ VER ADR CID1 CID2 LENGTH INFO CHKSUM CR

LENGTH is four bits of check sum over twelve that count INFO's letters, CHKSUM the two's complement
of the sum of all letters from VER to INFO. In a reply the place of CID2 tells how the request went.
Source: Pylontech's low-voltage RS485 protocol V3.3 (2018-08-21).
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from twinverter.ports.battery_word import Word

START, END = 0x7E, 0x0D
VERSION, LITHIUM = 0x20, 0x46
# Commands (CID2) that are understood, and all that a battery of the protocol knows.
VALUES, PROTOCOL, MAKER, MANAGEMENT, SERIAL = 0x42, 0x4F, 0x51, 0x92, 0x93
COMMANDS = frozenset(
    (VALUES, 0x44, 0x47, PROTOCOL, MAKER, 0x61, 0x62, 0x63, MANAGEMENT, SERIAL, 0x94, 0x95, 0x96)
)
# How a request went (RTN).
FINE, BAD_VERSION, BAD_SUM, BAD_LENGTH_SUM, BAD_COMMAND, BAD_FORMAT, BAD_DATA = range(7)
# VER to LENGTH, and the check sum; the longest INFO its length can count.
HEAD, SUM = 12, 4
MOST_INFO = 0xFFF
MOST_FRAME = HEAD + MOST_INFO + SUM

MANAGED = struct.Struct(">BHHhhB")
# Bits of the management's last byte, those of the CAN frame 0x35C.
MAY_CHARGE, MAY_DISCHARGE, FORCE_1, FORCE_2 = 0x80, 0x40, 0x20, 0x10
ZERO_C_DK, MOST_MAH, MOST_LONG_MAH = 2731, 0xFFFF, 0xFFFFFF
# A capacity beyond two bytes stands behind, in three bytes: four items instead of two.
SHORT_ITEMS, LONG_ITEMS = 2, 4


class Frame(NamedTuple):
    """One frame: the battery's address, command or result, and its data."""

    address: int
    code: int
    info: bytes = b""


class FrameError(Exception):
    """Text that is no frame; `code` is how the protocol calls what is wrong with it."""

    def __init__(self, code: int, address: int = -1) -> None:
        super().__init__(code)
        self.code = code
        self.address = address


class Ear:
    """Cuts what comes over the line into frames."""

    def __init__(self) -> None:
        self._heard: bytearray | None = None

    def add(self, data: bytes) -> Iterator[bytes]:
        """Yield the text between each start and its end; what is too long is dropped."""
        for byte in data:
            if byte == START:
                self._heard = bytearray()
            elif self._heard is None:
                continue
            elif byte == END:
                heard, self._heard = bytes(self._heard), None
                yield heard
            elif len(self._heard) < MOST_FRAME:
                self._heard.append(byte)
            else:
                self._heard = None


def sealed(frame: Frame) -> bytes:
    """Return the bytes of a frame."""
    info = frame.info.hex().upper()
    head = bytes((VERSION, frame.address, LITHIUM, frame.code)).hex().upper()
    text = f"{head}{_length(len(info)):04X}{info}".encode()
    return b"~%b%04X\r" % (text, _sum(text))


def opened(text: bytes) -> Frame:
    """Return the frame of the text between start and end; FrameError tells what is wrong."""
    body, tail = text[:-SUM], text[-SUM:]
    try:
        if len(body) < HEAD or text != text.upper():
            raise ValueError
        version, address, kind, code = bytes.fromhex(body[:8].decode("ascii"))
        length, check = int(body[8:HEAD], 16), int(tail, 16)
        info = bytes.fromhex(body[HEAD:].decode("ascii"))
    except ValueError:
        raise FrameError(BAD_FORMAT) from None
    for wrong, is_wrong in (
        (BAD_SUM, check != _sum(body)),
        (BAD_VERSION, version >> 4 != VERSION >> 4),
        (BAD_LENGTH_SUM, length != _length(length & MOST_INFO)),
        (BAD_FORMAT, length & MOST_INFO != len(body) - HEAD or len(body) % 2),
        (BAD_COMMAND, kind != LITHIUM),
    ):
        if is_wrong:
            raise FrameError(wrong, address)
    return Frame(address, code, info)


def management(word: Word, address: int) -> bytes:
    """Return the limits and requests of a battery (reply to 92)."""
    status = MAY_CHARGE * word.may_charge | MAY_DISCHARGE * word.may_discharge
    return MANAGED.pack(
        address,
        _fitted(word.charge_v * 1000.0, 0, 0xFFFF),
        _fitted(word.discharge_v * 1000.0, 0, 0xFFFF),
        _fitted(word.charge_a * 10.0, -0x8000, 0x7FFF),
        _fitted(word.discharge_a * 10.0, -0x8000, 0x7FFF),
        status | FORCE_1 * word.force_charge,
    )


def managed(info: bytes, word: Word) -> Word:
    """Return a word with the limits and requests of a reply to 92; FrameError where it is none.

    Some batteries count a discharge limit as negative, as their currents.
    """
    if len(info) != MANAGED.size:
        raise FrameError(BAD_DATA)
    _, charge_mv, discharge_mv, charge_da, discharge_da, status = MANAGED.unpack(info)
    return word._replace(
        charge_v=charge_mv / 1000.0,
        discharge_v=discharge_mv / 1000.0,
        charge_a=charge_da / 10.0,
        discharge_a=abs(discharge_da) / 10.0,
        may_charge=bool(status & MAY_CHARGE),
        may_discharge=bool(status & MAY_DISCHARGE),
        force_charge=bool(status & (FORCE_1 | FORCE_2)),
    )


def values(word: Word, address: int, cells: int, sensors: int) -> bytes:
    """Return what a battery measures (reply to 42); equal cells, all at its temperature."""
    cell_mv = _fitted(word.voltage_v * 1000.0 / cells, 0, 0x7FFF)
    temp_dk = _fitted(word.temp_c * 10.0 + ZERO_C_DK, 0, 0x7FFF)
    total_mah = _fitted(word.capacity_ah * 1000.0, 0, MOST_LONG_MAH)
    left_mah = _fitted(word.capacity_ah * (word.soc or 0.0) * 1000.0, 0, MOST_LONG_MAH)
    return (
        struct.pack(f">BBB{cells}HB", 0, address, cells, *[cell_mv] * cells, sensors)
        + struct.pack(f">{sensors}H", *[temp_dk] * sensors)
        + struct.pack(
            ">hHHBHH",
            _fitted(-word.current_a * 10.0, -0x8000, 0x7FFF),
            _fitted(word.voltage_v * 1000.0, 0, 0xFFFF),
            min(left_mah, MOST_MAH),
            LONG_ITEMS,
            min(total_mah, MOST_MAH),
            0,
        )
        + left_mah.to_bytes(3, "big")
        + total_mah.to_bytes(3, "big")
    )


def valued(info: bytes, word: Word) -> Word:
    """Return a word with what a battery measures; FrameError where `info` is no reply to 42."""
    try:
        cells = info[2]
        sensors = info[3 + 2 * cells]
        place = 4 + 2 * cells
        temp_dk = struct.unpack_from(">H", info, place)[0] if sensors else ZERO_C_DK
        place += 2 * sensors
        current_da, pack_mv, left_mah, items, total_mah, _ = struct.unpack_from(
            ">hHHBHH", info, place
        )
        if items >= LONG_ITEMS:
            place += 11
            left_mah, total_mah = (
                int.from_bytes(info[start : start + 3], "big") for start in (place, place + 3)
            )
    except (IndexError, struct.error):
        raise FrameError(BAD_DATA) from None
    return word._replace(
        soc=min(1.0, left_mah / total_mah) if total_mah else None,
        voltage_v=pack_mv / 1000.0,
        current_a=-current_da / 10.0,
        temp_c=(temp_dk - ZERO_C_DK) / 10.0,
        capacity_ah=total_mah / 1000.0,
    )


def _fitted(value: float, low: int, high: int) -> int:
    return min(max(round(value), low), high)


def _sum(text: bytes) -> int:
    return -sum(text) & 0xFFFF


def _length(count: int) -> int:
    """Return the field that tells so many letters, its own check sum before them."""
    nibbles = (count & 0xF) + (count >> 4 & 0xF) + (count >> 8 & 0xF)
    return (-nibbles & 0xF) << 12 | count
