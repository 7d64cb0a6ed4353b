"""The register image: what a wire reads of the device and writes to it, in 16-bit words.

Reading: the newest moment on disk. Every measured and setting register of the family stands where
`catalog/registers.py` says; addresses that no row names read 0, so a client may read across gaps.
Writing: 60 to 499. Each setting that a block touches is checked like an entry at the panel, and one
bad word refuses the block whole; words for reserved addresses and for what only other boards write
there (the BMS block) are taken and dropped, as the maker's texts leave them. What was written is on
disk when `write` returns. Rules and their sources: `docs/registers.md`.
"""

import calendar
import re
from collections.abc import Iterable, Mapping, Sequence

from twinverter.catalog.errors import SettingError
from twinverter.catalog.held import Held
from twinverter.catalog.row import Value
from twinverter.catalog.settings import find
from twinverter.catalog.telemetry import Telemetry
from twinverter.live.codes import Locked, WrongCode
from twinverter.live.date import clock_values
from twinverter.live.memory import MINUTE_S, Registers, Spans
from twinverter.live.sampler import ordinal
from twinverter.live.snapshot import Scene
from twinverter.live.store import StoreError
from twinverter.live.twin import ACKNOWLEDGE, Twin
from twinverter.ports.dialect import dialect
from twinverter.ports.readings import now, reading

ILLEGAL_ADDRESS, ILLEGAL_VALUE, DEVICE_FAILURE = 2, 3, 4

# Settings, live values and fault records; then the battery packs, 38 words each (32 packs assumed).
LAST, PACKS, LAST_PACK = 1499, 10000, 10032 + 32 * 38 - 1
FIRST_WRITABLE, LAST_WRITABLE = 60, 499
# Most words of one request, by the Modbus application protocol.
MOST_READ, MOST_WRITTEN = 125, 123

CLOCK, SECOND, SECOND_ADDRESS = (62, 63, 64), "clock_second", 64
TIMES, GRID_MINUTES = range(148, 154), 5
FORCED_OFF_GRID = 179
# Writing 2 here clears a latched arc fault, and what stands there is 1 (V104).
ARC_MODE, CLEAR_ARC = 181, 2
# Held rows that are orders: shut down and run again, restore factory settings (once).
LOCK_OUT, SHUT_DOWN, BUTTON = "remote_lock", 2, "power_button"
RESET, RESET_CODE = "factory_reset", "factory_reset_password"
# How the table writes two-bit switches, of which 00 and 01 say "leave as it is".
SWITCHES = "10=off"
# How it writes ranges: 0-100, -50..50, or several of them.
SPAN = re.compile(r"(-?\d+)(?:\.\.|-)(-?\d+)")

Image16 = Mapping[int, int]


class Refused(Exception):  # noqa: N818
    """A request that a wire refuses: the exception code of Modbus, and why in one line."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class Image:
    """The registers of one device."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin
        self._rows = dialect(twin.house.form.site.link.firmware)
        self._scene: Scene | None = None
        self._low = [0] * (LAST + 1)
        self._packs = [0] * (LAST_PACK - PACKS + 1)
        self._kept: tuple[Mapping[str, Value], Registers] | None = None
        # What is filed of the day changes with the minute.
        self._minute = -1
        self._spans: Spans
        # The last change that is known here of what somebody entered.
        self._rev = 0
        readings = [(row, reading(row)) for row in self._rows.telemetry]
        self._live = [(row, value) for row, value in readings if value is not None]
        for row, value in readings:
            if value is None:
                self._place(row.to_word(_constant(row)))

    # ---- reading ------------------------------------------------------------------------------

    def read(self, first: int, count: int) -> list[int]:
        """Return words of the newest moment on disk; reserved ones are 0. Raises Refused."""
        if not 0 < count <= MOST_READ:
            raise Refused(ILLEGAL_VALUE, f"{count} registers: 1 to {MOST_READ} may be read at once")
        if self._twin.scene is not self._scene:
            self._renew()
        end = first + count
        if 0 <= first and end <= LAST + 1:
            return self._low[first:end]
        if first >= PACKS and end <= LAST_PACK + 1:
            return self._packs[first - PACKS : end - PACKS]
        raise Refused(ILLEGAL_ADDRESS, f"registers {first} to {end - 1}: not all of them exist")

    def value(self, key: str) -> float | str:
        """Return a telemetry row in its unit, or a setting as it is stored. KeyError else."""
        row = self._rows.measured.get(key)
        if row is not None:
            return row.from_word({address: self.read(address, 1)[0] for address in row.addresses})
        return self._twin.scene.values[key]

    @property
    def wear(self) -> Mapping[int, int]:
        """Return address -> how often a wire has written there, where one has at all."""
        return self._twin.scene.registers.wear

    def _renew(self) -> None:
        """Take over the newest moment on disk."""
        scene = self._twin.scene
        minute = int(scene.clock_s // MINUTE_S)
        if minute != self._minute:
            try:
                self._spans = self._twin.store.spans(ordinal(scene.clock_s))
            except StoreError as error:
                raise Refused(DEVICE_FAILURE, str(error)) from None
            self._minute = minute
        moment = now(scene, self._twin.shown, self._spans)
        for row, value in self._live:
            self._place(row.to_word(value(moment)))
        kept = scene.values, scene.registers
        if kept != self._kept:
            self._take_changes()
            self._kept = kept
            self._place(self._rows.written(*kept, self._low))
        self._low[SECOND_ADDRESS] = self._low[SECOND_ADDRESS] & 0xFF00 | int(scene.clock_s % 60.0)
        self._scene = scene

    def _take_changes(self) -> None:
        """Let stand what stood in the fields that a setting's new value leaves open."""
        rev = self._twin.settings_rev
        try:
            changes = self._twin.store.changes(rev - self._rev)
        except StoreError as error:
            raise Refused(DEVICE_FAILURE, str(error)) from None
        self._place(self._rows.stood(reversed(changes)))
        self._rev = rev

    def _place(self, words: Mapping[int, int]) -> None:
        for address, word in words.items():
            if address <= LAST:
                self._low[address] = word
            else:
                self._packs[address - PACKS] = word

    # ---- writing ------------------------------------------------------------------------------

    def write(self, first: int, words: Sequence[int], by: str) -> None:
        """Write a block, all of it or nothing; it is on disk when this returns. Raises Refused."""
        end = first + len(words)
        if not 0 < len(words) <= MOST_WRITTEN or not all(0 <= word <= 0xFFFF for word in words):
            raise Refused(ILLEGAL_VALUE, f"1 to {MOST_WRITTEN} words of 16 bits may be written")
        if first < FIRST_WRITABLE or end > LAST_WRITABLE + 1:
            raise Refused(ILLEGAL_ADDRESS, f"registers {first} to {end - 1}: not all are writable")
        if self._twin.scene is not self._scene:
            self._renew()
        given = {
            address: _understood(address, word)
            for address, word in enumerate(words, first)
            if self._rows.is_writable(address)
        }
        try:
            if given:
                self._store(given, by)
            if first <= ARC_MODE < end and words[ARC_MODE - first] == CLEAR_ARC:
                self._twin.press(ACKNOWLEDGE, by)
        except SettingError as error:
            raise Refused(ILLEGAL_VALUE, str(error)) from None
        except (Locked, WrongCode, StoreError) as error:
            raise Refused(DEVICE_FAILURE, str(error)) from None

    def _store(self, given: Image16, by: str) -> None:
        """Hand a block to the twin as entries and held rows; its errors."""
        image = {**dict(enumerate(self._low)), **given}
        was = self._twin.scene.registers
        held = self._held(image, given)
        if held.pop(RESET, 0) == 1:
            # Whatever stands beside it in the block would be put to its default too.
            self._twin.reset(str(find(RESET_CODE).default), by)
            return
        second = held.pop(SECOND, image[SECOND_ADDRESS] & 0xFF)
        # A clock that is written as it is shown is not set, so a block around it may be written.
        changed = [at for at, word in given.items() if at not in CLOCK or word != self._low[at]]
        entries = _whole_clock(self._entered(image, changed), self._twin.clock_s)
        locked_out = held.get(LOCK_OUT)
        if locked_out is not None and locked_out != was.held.get(LOCK_OUT, 0):
            entries[BUTTON] = locked_out != SHUT_DOWN
        worn = {address: was.wear.get(address, 0) + 1 for address in given}
        registers = Registers({**was.held, **held}, {**was.wear, **worn})
        self._twin.write(entries, by, second=second, registers=registers)
        # Of words that mean the same, those that were written stand.
        self._renew()
        rows = self._rows.open.values()
        places = {word.address for row in rows for word in row.words}
        self._place({address: given[address] for address in places & given.keys()})

    def _entered(self, image: Image16, given: Iterable[int]) -> dict[str, Value]:
        """Return key and value of the settings in a block, but for those it leaves as they are."""
        rows = {row.key: row for place in given for row in self._rows.settings_at.get(place, ())}
        read = {key: row.from_word(image) for key, row in rows.items()}
        return {key: value for key, value in read.items() if value is not None}

    def _held(self, image: Image16, given: Iterable[int]) -> dict[str, int]:
        """Return key and raw value of the held rows in a block; SettingError out of their range."""
        rows = {row.key: row for place in given for row in self._rows.held_at.get(place, ())}
        was = self._twin.scene.registers.held
        return {
            key: _checked(row, _raw(row, image), was.get(key, row.reset))
            for key, row in rows.items()
        }


def _constant(row: Telemetry) -> float | str:
    """Return what a row without a reading shows for ever."""
    if row.feed.fixed is not None:
        return row.feed.fixed
    if row.text:
        return ""
    # No pack: the whole area is zeros, its temperatures too.
    return -row.offset * row.scale if row.address >= PACKS else 0.0


def _understood(address: int, word: int) -> int:
    """Return a word as the machine takes it: times on five minutes, forced off-grid as 0 or 1."""
    if address in TIMES:
        return word - word % 100 % GRID_MINUTES
    if address == FORCED_OFF_GRID and word > 1:
        return int(word & 0b1100 == 0b1100)
    return 1 if (address, word) == (ARC_MODE, CLEAR_ARC) else word


def _raw(row: Held, image: Image16) -> int:
    if row.words > 1:
        return sum(image[address] << 16 * place for place, address in enumerate(row.addresses))
    return (image[row.address] & row.mask) >> row.bit


def _checked(row: Held, raw: int, was: int) -> int:
    """Return what a row keeps of a raw value, two-bit switches where they say so; SettingError."""
    if row.values.startswith(SWITCHES):
        pairs = range(0, row.bits, 2)
        return sum((raw if raw >> bit & 0b10 else was) & 0b11 << bit for bit in pairs)
    number = raw - (1 << row.bits) if row.signed and raw >> row.bits - 1 else raw
    allowed = row.range or row.values
    spans = SPAN.findall("0-1" if allowed == "0/1" else row.range)
    borders = [sorted((int(one), int(other))) for one, other in spans]
    # What stands there may be written back, even if it came so from the factory.
    if raw != was and borders and not any(low <= number <= high for low, high in borders):
        raise SettingError(row.key, number, reason=f"register {row.address} takes {allowed}")
    return raw


def _whole_clock(changes: Mapping[str, Value], clock_s: float) -> dict[str, Value]:
    """Return entries in which a new month alone takes the day along, as far as it has that day.

    Clients write the clock's three registers one by one.
    """
    entries = dict(changes)
    if "clock_month" in entries and "clock_day" not in entries:
        day = clock_values(clock_s)["clock_day"]
        most = calendar.monthrange(int(entries["clock_year"]), int(entries["clock_month"]))[1]
        if int(day) > most:
            entries["clock_day"] = most
    return entries
