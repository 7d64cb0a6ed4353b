"""The frames of a low-voltage battery on the CAN bus, as `battery.dbc` describes them.

Source: Pylontech low-voltage CAN protocol V1.2 (2018-04-08); what other makers do differently is
told where it matters. 11-bit identifiers, 500 kbit/s, every frame of the battery once a second.
"""

import logging
from functools import cache
from pathlib import Path
from typing import Any

from twinverter.ports.battery_word import Word

ALIVE, LIMITS, CHARGE, MEASURED, ALARMS, REQUESTS, MAKER = (
    0x305, 0x351, 0x355, 0x356, 0x359, 0x35C, 0x35E
)  # fmt: skip
FROM_BATTERY = (LIMITS, CHARGE, MEASURED, ALARMS, REQUESTS, MAKER)
LENGTH = 8
# Without the lowest discharge voltage, which the protocol leaves open.
LIMITS_LENGTH = 6
PROTECTION = "prot_"
MARKER_P, MARKER_N = ord("P"), ord("N")
# Bits of this frame mean something else on batteries of this maker.
OTHER_ALARMS = ("DEYE",)
Decoded = dict[str, float]


@cache
def database() -> Any:
    """Return the description of all frames."""
    # It tells in detail what it parses, which nobody asked for.
    logging.getLogger("cantools").setLevel(logging.WARNING)
    import cantools

    return cantools.database.load_file(Path(__file__).with_name("battery.dbc"))


def written(word: Word) -> dict[int, bytes]:
    """Return the frames in which a battery says its word, by identifier."""
    acted = {f"{PROTECTION}{name}": 1.0 for name in word.protections}
    values: dict[int, Decoded] = {
        LIMITS: {
            "charge_voltage": word.charge_v,
            "charge_current_limit": word.charge_a,
            "discharge_current_limit": word.discharge_a,
        },
        CHARGE: {"soc": (word.soc or 0.0) * 100.0, "soh": word.soh * 100.0},
        MEASURED: {
            "voltage": word.voltage_v,
            "current": -word.current_a,
            "temperature": word.temp_c,
        },
        ALARMS: acted | {"module_count": 1.0, "marker_p": MARKER_P, "marker_n": MARKER_N},
        REQUESTS: {
            "charge_enable": word.may_charge,
            "discharge_enable": word.may_discharge,
            "force_charge_1": word.force_charge,
        },
    }
    frames = {frame_id: _frame(frame_id, found) for frame_id, found in values.items()}
    return frames | {MAKER: word.maker.encode("ascii", "replace")[:LENGTH].ljust(LENGTH)}


def read(frame_id: int, data: bytes) -> Decoded | None:
    """Return the signals of a battery's frame, None for another one.

    Batteries send short frames where the last bytes mean nothing: what is cut off is left out.
    """
    if frame_id not in FROM_BATTERY or len(data) > LENGTH:
        return None
    found: Decoded = database().decode_message(
        frame_id, data, decode_choices=False, allow_truncated=True
    )
    return found


class Hearing:
    """Puts the frames of a battery together to its word; `hear` is given one after the other."""

    def __init__(self) -> None:
        self._found: dict[int, Decoded] = {}

    def hear(self, frame_id: int, data: bytes) -> Word | None:
        """Return the battery's word after a frame of it, None while its limits are not known."""
        found = read(frame_id, data)
        if found is None or (frame_id == LIMITS and len(data) < LIMITS_LENGTH):
            return None
        self._found[frame_id] = found
        return self._word() if LIMITS in self._found else None

    def _word(self) -> Word:
        limits = self._found[LIMITS]
        charge, measured = self._found.get(CHARGE, {}), self._found.get(MEASURED, {})
        asked, maker = self._found.get(REQUESTS, {}), self._maker()
        return Word(
            limits["charge_voltage"],
            limits.get("discharge_voltage", 0.0),
            limits["charge_current_limit"],
            limits["discharge_current_limit"],
            bool(asked.get("charge_enable", 1.0)),
            bool(asked.get("discharge_enable", 1.0)),
            bool(asked.get("force_charge_1") or asked.get("force_charge_2")),
            charge["soc"] / 100.0 if "soc" in charge else None,
            charge.get("soh", 100.0) / 100.0,
            measured.get("voltage", 0.0),
            -measured.get("current", 0.0),
            measured.get("temperature", 25.0),
            maker=maker,
            protections=frozenset() if maker.startswith(OTHER_ALARMS) else self._protections(),
        )

    def _maker(self) -> str:
        letters = int(self._found.get(MAKER, {}).get("manufacturer", 0)).to_bytes(LENGTH, "little")
        text = letters.decode("ascii", "replace")
        return "".join(sign for sign in text if sign.isascii() and sign.isprintable()).strip()

    def _protections(self) -> frozenset[str]:
        acted = self._found.get(ALARMS, {})
        return frozenset(
            name.removeprefix(PROTECTION).removesuffix("_other")
            for name, on in acted.items()
            if name.startswith(PROTECTION) and on
        )


def _frame(frame_id: int, values: Decoded) -> bytes:
    """Return a frame; what is not given is zero, what does not fit goes as far as it fits."""
    message = database().get_message_by_frame_id(frame_id)
    fitted = {
        signal.name: min(max(values.get(signal.name, 0.0), signal.minimum), signal.maximum)
        for signal in message.signals
    }
    data: bytes = message.encode(fitted)
    return data
