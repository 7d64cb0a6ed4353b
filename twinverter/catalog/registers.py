"""The register map of the three-phase low-voltage family, joined from the tables.

Settings own the registers their rows name, telemetry rows the read-only ones, held rows the rest.
Addresses that no row names are reserved: they read 0. Function 0x03 reads everything, 0x10 writes
the registers of settings and held rows. Documents and clients: `catalog/family.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from twinverter.catalog.family import FAMILY
from twinverter.catalog.held import HELD, Held
from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.row import Setting, Value
from twinverter.catalog.telemetry import TELEMETRY, Telemetry

READ, WRITE = "read", "read, write"


@dataclass(frozen=True)
class Register:
    """One entry of the map and the rows that stand in it."""

    address: int
    words: int
    name: str
    access: str
    seen_in: str
    range: str = ""
    values: str = ""
    note: str = ""
    settings: tuple[Setting, ...] = ()
    held: tuple[Held, ...] = ()
    telemetry: Telemetry | None = None

    @property
    def is_high_word(self) -> bool:
        """Return whether the entry is the high word of a value whose low word is elsewhere."""
        return self.telemetry is not None and self.address == self.telemetry.high


def _owned() -> Iterable[Register]:
    for known in FAMILY:
        address = known.address
        yield Register(
            address, 1, known.name, WRITE, known.seen_in, known.range, known.values, known.note,
            tuple(row for row in SETTINGS if any(w.address == address for w in row.words)),
            tuple(row for row in HELD if row.address == address),
        )  # fmt: skip


def _held() -> Iterable[Register]:
    owned = {known.address for known in FAMILY}
    for row in HELD:
        if row.address not in owned:
            yield Register(
                row.address, row.words, row.key, WRITE, row.seen_in, row.range, row.values,
                row.note, held=(row,),
            )  # fmt: skip


def _read_only() -> Iterable[Register]:
    for row in TELEMETRY:
        yield Register(
            row.address, row.words, row.key, READ, row.seen_in,
            values=row.values, note=row.note, telemetry=row,
        )  # fmt: skip
        if row.high is not None:
            name = f"{row.key}_hi"
            yield Register(row.high, 1, name, READ, row.seen_in, telemetry=row)


REGISTERS: tuple[Register, ...] = tuple(
    sorted((*_owned(), *_held(), *_read_only()), key=lambda register: register.address)
)


def settings_at(addresses: Iterable[int]) -> list[Setting]:
    """Return the settings with bits in any of these registers, in table order."""
    wanted = set(addresses)
    return [row for row in SETTINGS if any(word.address in wanted for word in row.words)]


def settings_image(values: Mapping[str, Value]) -> dict[int, int]:
    """Return address -> word of every writable register: stored values, held ones at delivery."""
    image: dict[int, int] = {}
    for held in HELD:
        for place, address in enumerate(held.addresses):
            word = (held.reset >> 16 * place & 0xFFFF) << held.bit
            image[address] = image.get(address, 0) | word
    for row in SETTINGS:
        if row.words:
            image.update(row.to_word(values[row.key], image))
    return image


def read_settings(image: Mapping[int, int], addresses: Iterable[int]) -> dict[str, Value]:
    """Return key -> stored value of the settings whose bits lie in `addresses` of an image.

    Two-bit switches that say "unchanged" are left out. Raises SettingError for a word that no
    value of its row has.
    """
    read = {row.key: row.from_word(image) for row in settings_at(addresses)}
    return {key: value for key, value in read.items() if value is not None}
