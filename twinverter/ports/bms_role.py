"""Which part a twin plays on a battery's wire: battery, inverter, or not decided yet.

Both would be heard on the same wire with the same frames, so the first one to be heard decides: a
battery makes the twin an inverter that obeys it, an inverter makes it the battery. A twin that has
heard nobody plays the battery; it listens for a while before, so that of two twins the later one
obeys the earlier. A part that was asked for is kept.
"""

OPEN, BATTERY, INVERTER = "open", "battery", "inverter"
# Longer than the second in which a battery repeats its frames (assumed).
LISTEN_S = 2.0
# An inverter answers every second; one silent for so long has gone (the field's batteries).
GONE_S = 5.0


class Role:
    """The part played; `asked` keeps it to one of the two from the start."""

    def __init__(self, asked: str = OPEN) -> None:
        self.part = asked
        self._is_asked = asked != OPEN
        self._began_s: float | None = None
        self._inverter_s = 0.0

    def begin(self, now_s: float) -> None:
        """Begin to listen."""
        self._began_s = now_s

    def hear_battery(self, now_s: float) -> bool:
        """Return whether a battery that was heard is to be obeyed."""
        if self.part == OPEN:
            self.part = INVERTER
        return self.part == INVERTER

    def hear_inverter(self, now_s: float) -> bool:
        """Return whether an inverter that was heard is listening to this twin."""
        self._inverter_s = now_s
        if self.part == OPEN:
            self.part = BATTERY
        return self.part == BATTERY

    def rests(self, now_s: float) -> bool:
        """Return whether nothing is decided, or nothing any more as the inverter has gone."""
        if self.part == BATTERY and not self._is_asked and now_s - self._inverter_s >= GONE_S:
            self.part = OPEN
        return self.part == OPEN

    def speaks(self, now_s: float) -> bool:
        """Return whether it is the battery's turn to speak."""
        if self.rests(now_s):
            return self._began_s is not None and now_s - self._began_s >= LISTEN_S
        return self.part == BATTERY


def split_role(where: str) -> tuple[str, str]:
    """Return wire and part of `WIRE` or `WIRE,battery` or `WIRE,inverter`; ValueError otherwise."""
    wire, comma, part = where.partition(",")
    if comma and part not in (BATTERY, INVERTER):
        raise ValueError(f"{where}: {part!r} is no part (allowed: {BATTERY}, {INVERTER})")
    if not wire:
        raise ValueError(f"{where!r}: names no wire")
    return wire, part or OPEN
