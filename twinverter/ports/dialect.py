"""The rows that stand on the wire, as the house's firmware has them.

A firmware (`catalog/links.py`) moves settings, puts other rows in an area, and counts in other
steps; what comes out are rows like those of the tables, so the image needs no case of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from twinverter.catalog.held import HELD, Held
from twinverter.catalog.links import FIRMWARE, Firmware
from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.row import Setting, Value
from twinverter.catalog.telemetry import TELEMETRY, Telemetry, fixed
from twinverter.catalog.word import Word
from twinverter.live.memory import Change, Registers


@dataclass(frozen=True)
class Dialect:
    """All rows of one firmware: settings with the words they have there, held rows, telemetry."""

    settings: tuple[Setting, ...]
    held: tuple[Held, ...]
    telemetry: tuple[Telemetry, ...]

    @cached_property
    def settings_at(self) -> Mapping[int, tuple[Setting, ...]]:
        """Return address -> settings with bits there."""
        places = {word.address for row in self.settings for word in row.words}
        return {
            place: tuple(row for row in self.settings if place in {w.address for w in row.words})
            for place in places
        }

    @cached_property
    def held_at(self) -> Mapping[int, tuple[Held, ...]]:
        """Return address -> held rows with bits there."""
        places = {address for row in self.held for address in row.addresses}
        return {
            place: tuple(row for row in self.held if place in row.addresses) for place in places
        }

    @cached_property
    def open(self) -> Mapping[str, Setting]:
        """Return path -> setting of those with a choice that leaves a field open."""
        return {
            row.path: row
            for row in self.settings
            if any(isinstance(code, tuple) for word in row.words for code in word.codes)
        }

    @cached_property
    def measured(self) -> Mapping[str, Telemetry]:
        """Return key -> telemetry row."""
        return {row.key: row for row in self.telemetry}

    def is_writable(self, address: int) -> bool:
        """Return whether a row that a wire may write stands at an address."""
        return address in self.settings_at or address in self.held_at

    def written(
        self, values: Mapping[str, Value], registers: Registers, standing: Sequence[int]
    ) -> dict[int, int]:
        """Return address -> word of every register that a wire may write.

        `standing` are the words from address 0 on: where a choice leaves a field open, it stays.
        """
        image: dict[int, int] = {}
        for held in self.held:
            raw = registers.held.get(held.key, held.reset)
            for place, address in enumerate(held.addresses):
                word = (raw >> 16 * place & 0xFFFF) << held.bit
                image[address] = image.get(address, 0) | word
        for row in self.settings:
            for field in row.words:
                image.setdefault(field.address, standing[field.address])
            image.update(row.to_word(values[row.key], image))
        return image

    def stood(self, changes: Iterable[Change]) -> dict[int, int]:
        """Return address -> word that open settings had before these changes, in their order."""
        image: dict[int, int] = {}
        for change in changes:
            row = self.open.get(change.key)
            if row is not None and change.before is not None:
                image.update(row.to_word(row.parse(change.before), image))
        return image


def dialect(key: str) -> Dialect:
    """Return the rows of a firmware of `FIRMWARES`; KeyError for none."""
    firmware = FIRMWARE[key]
    settings = (_moved(row, firmware) for row in SETTINGS if row.stored)
    return Dialect(
        tuple(row for row in settings if row.words),
        tuple(row for row in HELD if row.address not in firmware.area) + firmware.held,
        tuple(_measured(row, firmware) for row in TELEMETRY),
    )


def _moved(row: Setting, firmware: Firmware) -> Setting:
    """Return a setting with the words that a firmware gives it, none where its place is taken."""
    words = firmware.words.get(row.key)
    if words is None:
        words = tuple(word for word in row.words if word.address not in firmware.area)
    return replace(row, words=tuple(_stepped(word, firmware) for word in words))


def _stepped(word: Word, firmware: Firmware) -> Word:
    step = firmware.steps.get(word.address)
    return word if step is None else replace(word, scale=word.scale * step)


def _measured(row: Telemetry, firmware: Firmware) -> Telemetry:
    if row.address in firmware.constants:
        row = replace(row, source="", feed=fixed(firmware.constants[row.address]))
    if row.high is not None and row.high in firmware.no_high_words:
        row = replace(row, high=None)
    step = firmware.steps.get(row.address)
    return row if step is None else replace(row, scale=row.scale * step)
