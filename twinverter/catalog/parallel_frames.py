"""The frames of the parallel bus between units in processes of their own. Our own: the maker's are
not published.

Identifiers have 29 bits: our mark, the number of the frame, the sender's Modbus SN. Whole numbers,
lowest byte first; a signal is its raw number times its scale. What does not fit goes as far as it
fits. Times, marks and scales are assumed.
"""

import struct
from typing import NamedTuple

from twinverter.catalog.markdown import MADE_BY, table

# The upper 13 bits of every identifier: 0x15A in the top nine, and a version of this table.
MARK, VERSION = 0x15A, 1
BASE = MARK << 20 | VERSION << 16
FRAME_BITS, SENDER_MASK = 8, 0xFF
LONGEST = 8
# A unit of which three heartbeats in a row are missing is not heard.
BEAT_S, MISSED_S = 0.1, 0.35
EVERYBODY, MASTER, SLAVE = "every unit", "the master", "a slave"
WHEN_ASKED = 0.0

FORMATS = {"u8": "B", "u16": "H", "i16": "h", "u32": "I", "i32": "i"}
FLAGS = ("master", "on", "starts", "off", "fault", "at_mains")


class Signal(NamedTuple):
    """One figure of a frame: key, kind of whole number, scale, unit, what it is."""

    key: str
    kind: str
    scale: float
    unit: str
    told: str

    @property
    def low(self) -> int:
        """Return the lowest raw number."""
        return 0 if self.kind[0] == "u" else -(1 << self._bits - 1)

    @property
    def high(self) -> int:
        """Return the highest raw number."""
        return (1 << self._bits) - 1 if self.kind[0] == "u" else (1 << self._bits - 1) - 1

    @property
    def _bits(self) -> int:
        return int(self.kind[1:])


class Frame(NamedTuple):
    """One frame: number, key, seconds from one to the next (0: when asked), sender, signals."""

    number: int
    key: str
    every_s: float
    sender: str
    told: str
    signals: tuple[Signal, ...]

    @property
    def layout(self) -> struct.Struct:
        """Return how the raw numbers lie in the frame."""
        return struct.Struct("<" + "".join(FORMATS[signal.kind] for signal in self.signals))


def _frame(
    number: int,
    key: str,
    every_s: float,
    sender: str,
    told: str,
    *signals: tuple[str, str, float, str, str],
) -> Frame:
    return Frame(number, key, every_s, sender, told, tuple(Signal(*one) for one in signals))


# fmt: off
FRAMES = (
    _frame(1, "heartbeat",   BEAT_S, EVERYBODY, "Says that the unit is there, and how it is.",
        ("count",       "u8",  1.0,    "",    "counts the heartbeats, so that lost ones show"),
        ("flags",       "u8",  1.0,    "",    "bits from the lowest: " + ", ".join(FLAGS)),
        ("phase",       "u8",  1.0,    "",    "1 to 3 for a single-phase unit on A, B or C, 0 for one on all"),
        ("model",       "u32", 1.0,    "",    "mark of the model: the same for equal models"),
    ),
    _frame(2, "battery",     1.0,    EVERYBODY, "Marks of the battery page: equal marks, equal settings (F46).",
        ("bank",        "u32", 1.0,    "",    "chemistry, voltages and thresholds"),
        ("size",        "u32", 1.0,    "",    "capacity and currents, which must be alike where one bank is shared"),
    ),
    _frame(3, "status",      BEAT_S, EVERYBODY, "What the unit gives, of which the common mains and the common bank are the sum.",
        ("grid_l1_w",   "i16", 1.0,    "W",   "at the mains, phase L1; positive buys"),
        ("grid_l2_w",   "i16", 1.0,    "W",   "at the mains, phase L2"),
        ("grid_l3_w",   "i16", 1.0,    "W",   "at the mains, phase L3"),
        ("battery_w",   "i16", 1.0,    "W",   "positive discharges"),
    ),
    _frame(4, "limits",      BEAT_S, EVERYBODY, "What the unit could give.",
        ("sun_w",       "u16", 1.0,    "W",   "AC power from sun that need not be stored"),
        ("feed_w",      "u16", 1.0,    "W",   "AC power at all"),
        ("spare_w",     "u16", 1.0,    "W",   "sun on its DC link beyond its own consumption"),
        ("draw_w",      "u16", 1.0,    "W",   "wanted from a source for the battery"),
    ),
    _frame(5, "reactive",    BEAT_S, EVERYBODY, "Reactive power, the part of the standing import, and how far the unit's sensor errs.",
        ("grid_var",    "i16", 1.0,    "var", "injected at the mains, all phases"),
        ("stand_w",     "u16", 0.1,    "W",   "its part of the standing import"),
        ("gain",        "i16", 1e-5,   "",    "true power over measured power, less 1"),
    ),
    _frame(6, "set_point",   BEAT_S, MASTER,    "What one unit is to carry.",
        ("unit",        "u8",  1.0,    "",    "Modbus SN of the unit that is meant"),
        ("demand",      "u16", 2e-5,   "",    "share of the common demand"),
        ("bank",        "u16", 2e-5,   "",    "share of the one bank"),
    ),
    _frame(7, "bank",        1.0,    MASTER,    "The one bank as the master has it, which slaves follow.",
        ("soc",         "u16", 2e-5,   "",    "state of charge"),
        ("voltage_v",   "u16", 0.01,   "V",   "voltage"),
        ("temp_c",      "i16", 0.1,    "degC", "temperature"),
    ),
    _frame(8, "clock",       1.0,    MASTER,    "The master's clock.",
        ("clock_s",     "u32", 1.0,    "s",   "local seconds since 1970"),
    ),
    _frame(9, "fingerprint", 1.0,    MASTER,    "Mark of all settings that slaves take from the master.",
        ("mark",        "u32", 1.0,    "",    "CRC-32 over their raw values in the order of their numbers"),
    ),
    _frame(10, "ask",        WHEN_ASKED, SLAVE, "Asks for all those settings, because its own have another mark.",
        ("mark",        "u32", 1.0,    "",    "mark of its own"),
    ),
    _frame(11, "setting",    WHEN_ASKED, MASTER, "One of those settings.",
        ("number",      "u16", 1.0,    "",    "its place among them, from 0, in the order of docs/settings.md"),
        ("value",       "i32", 1.0,    "",    "thousandths; a choice's place; 1 for on; minutes after midnight"),
    ),
)
# fmt: on
BY_KEY = {frame.key: frame for frame in FRAMES}
BY_NUMBER = {frame.number: frame for frame in FRAMES}


def identifier(frame: Frame, sender: int) -> int:
    """Return the identifier of a frame from the unit with a Modbus SN."""
    return BASE | frame.number << FRAME_BITS | sender


def parallel_can_page() -> str:
    """Return the reference of all frames."""
    parts = [
        MADE_BY,
        "# Parallel bus",
        "Units of one house can live in processes of their own: `twinverter live HOUSE "
        "--parallel-bus udp --unit N`. What they tell each other are the frames below, on a CAN "
        "bus with 29-bit identifiers (`socketcan:can0`, 500 kbit/s), on UDP multicast (`udp`; a "
        "second system on one network takes an address of its own, `239.1.2.3`) or, in tests, on "
        "a bus within one process (`virtual:NAME`). The frames are our own: those of "
        "the maker are not published, so a real unit does not understand them.",
        f"Identifier: `0x{BASE:08X}` + frame x 256 + sender's Modbus SN. Whole numbers, lowest "
        "byte first. A frame that is too short, or from an unknown sender, counts for nothing.",
        f"A unit of which no heartbeat has come for {MISSED_S:g} s is not heard; after one more "
        "second F29 stands. Lost heartbeats, which `count` shows, are W32.",
    ]
    for frame in FRAMES:
        pace = f"every {frame.every_s:g} s" if frame.every_s else "when asked for"
        parts.append(
            f"## {frame.number} {frame.key}\n\n{frame.told} From {frame.sender}, {pace}; "
            f"{frame.layout.size} bytes."
        )
        head = ("Signal", "Raw", "Scale", "Unit", "Meaning")
        rows = ((f"`{s.key}`", s.kind, f"{s.scale:g}", s.unit, s.told) for s in frame.signals)
        parts.append(table(head, rows))
    return "\n\n".join(parts) + "\n"
