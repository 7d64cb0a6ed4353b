"""Frames of the parallel bus to figures and back, and what a listener knows of the others.

Whatever comes over a bus is data of strangers: a frame that is none of ours, too short, or from
nobody in this house changes nothing and raises nothing. The table: `catalog/parallel_frames.py`.
"""

import struct
import zlib
from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

from twinverter.catalog.parallel_frames import (
    BASE,
    BY_KEY,
    BY_NUMBER,
    FLAGS,
    FRAME_BITS,
    MISSED_S,
    SENDER_MASK,
    Frame,
    identifier,
)
from twinverter.catalog.row import CHOICE, SWITCH, TIME, Setting, Value
from twinverter.catalog.settings import BY_KEY as SETTING
from twinverter.core.blocks import Phases
from twinverter.live.group_step import Afar, Badge, Told
from twinverter.live.group_sync import PUSHED

HIGHEST_ID = (1 << 29) - 1
MARK_MASK = ~((1 << 16) - 1)
COUNTS = 256
# So many heartbeats are judged for lost ones (assumed).
JUDGED = 40
ROWS = [SETTING[key] for key in PUSHED]
THOUSANDTHS = 1000.0


class Heard(NamedTuple):
    """One frame as it was heard: which, from whom, its figures."""

    frame: Frame
    sender: int
    figures: dict[str, float]


def written(key: str, sender: int, figures: Mapping[str, float]) -> tuple[int, bytes]:
    """Return identifier and data of a frame; KeyError for a figure that is missing."""
    frame = BY_KEY[key]
    raws = [
        min(max(round(figures[signal.key] / signal.scale), signal.low), signal.high)
        for signal in frame.signals
    ]
    return identifier(frame, sender), frame.layout.pack(*raws)


def read(frame_id: int, data: bytes) -> Heard | None:
    """Return a frame's figures, None where it is none of ours."""
    if not 0 <= frame_id <= HIGHEST_ID or frame_id & MARK_MASK != BASE:
        return None
    frame = BY_NUMBER.get(frame_id >> FRAME_BITS & SENDER_MASK)
    if frame is None:
        return None
    try:
        raws = frame.layout.unpack(data)
    except struct.error:
        return None
    figures = {
        signal.key: raw * signal.scale for signal, raw in zip(frame.signals, raws, strict=True)
    }
    return Heard(frame, frame_id & SENDER_MASK, figures)


def flags_of(badge: Badge, told: Told) -> float:
    """Return the bits of a heartbeat."""
    held = (badge.master, told.on, told.starts, told.off, told.fault, told.at_mains)
    return float(sum(1 << place for place, on in enumerate(held) if on > 0.0))


class Ear:
    """What is known of one unit by its frames; `badge` is who the house file says it is.

    Until it has been heard it counts as a unit that passes its share through.
    """

    def __init__(self, badge: Badge) -> None:
        self._badge = badge
        self._told = Told(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, badge.master)
        self._grid_w, self._grid_var, self._battery_w = Phases(0.0, 0.0, 0.0), 0.0, 0.0
        self._beat_s = float("-inf")
        self._count = -1
        self._came: deque[int] = deque(maxlen=JUDGED)

    def hear(self, heard: Heard, now_s: float) -> None:
        """Take one frame of this unit."""
        found, key = heard.figures, heard.frame.key
        if key == "heartbeat":
            self._beat(found, now_s)
        elif key == "battery":
            self._badge = self._badge._replace(bank=found["bank"], size=found["size"])
        elif key == "status":
            self._grid_w = Phases(found["grid_l1_w"], found["grid_l2_w"], found["grid_l3_w"])
            self._battery_w = found["battery_w"]
        elif key == "limits":
            self._told = self._told._replace(**found)
        elif key == "reactive":
            self._grid_var = found["grid_var"]
            self._badge = self._badge._replace(gain=1.0 + found["gain"])
            self._told = self._told._replace(stand_w=found["stand_w"])

    @property
    def is_master(self) -> bool:
        """Return whether it says that it is the master."""
        return self._badge.master > 0.0

    def loss(self, now_s: float) -> float:
        """Return the share of its heartbeats that got lost of late, 1 where none comes."""
        if now_s - self._beat_s > MISSED_S:
            return 1.0
        return 1.0 - len(self._came) / max(1, sum(self._came))

    def afar(self, now_s: float) -> Afar:
        """Return the unit as it said last."""
        loss = self.loss(now_s)
        return Afar(self._badge, self._told, self._grid_w, self._grid_var, self._battery_w, loss)

    def _beat(self, found: Mapping[str, float], now_s: float) -> None:
        count = int(found["count"])
        silent = now_s - self._beat_s > MISSED_S
        # A gap of many is a unit that was away and is back: its plug is judged afresh.
        if silent or self._count < 0:
            self._came.clear()
            self._came.append(1)
        elif count != self._count:
            self._came.append((count - self._count) % COUNTS)
        self._count, self._beat_s = count, now_s
        bits = int(found["flags"])
        held = {name: float(bits >> place & 1) for place, name in enumerate(FLAGS)}
        phase = found["phase"] if found["phase"] <= len(Phases._fields) else 0.0
        self._badge = self._badge._replace(
            master=held.pop("master"), phase=phase, model=found["model"]
        )
        self._told = self._told._replace(**held)


def raw_of(row: Setting, value: Value) -> int:
    """Return a setting's value as the bus carries it."""
    if row.kind == CHOICE:
        return row.choices.index(value)
    if row.kind == SWITCH:
        return int(bool(value))
    if row.kind == TIME:
        hour, minute = str(value).split(":")
        return int(hour) * 60 + int(minute)
    return round(float(value) * THOUSANDTHS)


def value_of(row: Setting, raw: int) -> Value | None:
    """Return the value that the bus carries so, None where the setting has no such value."""
    if row.kind == CHOICE:
        return row.choices[raw] if 0 <= raw < len(row.choices) else None
    if row.kind == SWITCH:
        return bool(raw) if raw in (0, 1) else None
    if row.kind == TIME:
        return f"{raw // 60:02d}:{raw % 60:02d}" if 0 <= raw < 24 * 60 else None
    number = raw / THOUSANDTHS
    return int(number) if row.whole and number == int(number) else number


def raws_of(values: Mapping[str, Value]) -> list[int]:
    """Return the raw values of all settings that slaves take from their master, in order."""
    return [raw_of(row, values[row.key]) for row in ROWS]


def mark_of(raws: list[int]) -> int:
    """Return the mark of these raw values."""
    return zlib.crc32(struct.pack(f"<{len(raws)}i", *raws))
