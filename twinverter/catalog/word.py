"""How a value sits in 16-bit registers: scale, offset, sign, bit field, and its code per choice.

`value = (raw - offset) * scale`; a negative raw is two's complement of the field.
"""

from dataclasses import dataclass

Code = int | tuple[int, ...]


@dataclass(frozen=True)
class Word:
    """A field of `bits` bits at `bit` of the register at `address`.

    `codes` gives the raw value of each choice in the row's order (off, on for a switch); where it
    gives several, all are understood and the first is written where none of them stands already. `silent` are raw values that mean
    "leave as it is".
    """

    address: int
    scale: float = 1.0
    offset: int = 0
    signed: bool = False
    bit: int = 0
    bits: int = 16
    codes: tuple[Code, ...] = ()
    silent: tuple[int, ...] = ()

    @property
    def mask(self) -> int:
        """Return the bits of the register that belong to this field."""
        return ((1 << self.bits) - 1) << self.bit

    def raw(self, number: float) -> int:
        """Return the raw field for a number, or for the index of a choice."""
        if self.codes:
            code = self.codes[int(number)]
            return code if isinstance(code, int) else code[0]
        limit = 1 << self.bits
        low, high = (-(limit >> 1), (limit >> 1) - 1) if self.signed else (0, limit - 1)
        return max(low, min(round(number / self.scale) + self.offset, high)) & (limit - 1)

    def value(self, raw: int) -> float:
        """Return the number that a raw field stands for."""
        if self.signed and raw >= 1 << (self.bits - 1):
            raw -= 1 << self.bits
        return round((raw - self.offset) * self.scale, 6)

    def reads(self, index: int, raw: int) -> bool:
        """Return whether a raw field stands for the choice at `index`."""
        code = self.codes[index]
        return raw == code if isinstance(code, int) else raw in code

    def placed(self, number: float, register: int) -> int:
        """Return the register with this field set and every foreign bit kept."""
        if self.codes and self.reads(int(number), (register & self.mask) >> self.bit):
            return register
        return (register & ~self.mask & 0xFFFF) | (self.raw(number) << self.bit)

    def taken(self, register: int) -> int | None:
        """Return the raw field in a register, None where it says "leave as it is"."""
        raw = (register & self.mask) >> self.bit
        return None if raw in self.silent else raw


def word(address: int, scale: float = 1.0, *, offset: int = 0, signed: bool = False) -> Word:
    """Return a field that fills a register."""
    return Word(address, scale, offset, signed)


def codes(address: int, *values: Code) -> Word:
    """Return a register that holds one code per choice."""
    return Word(address, codes=values)


def bit(address: int, place: int) -> Word:
    """Return a switch on one bit."""
    return Word(address, bit=place, bits=1, codes=(0, 1))


def pair(address: int, place: int, *, inverted: bool = False) -> Word:
    """Return a two-bit switch: 10 off, 11 on, 00 and 01 leave it as it is."""
    on_off = (3, 2) if inverted else (2, 3)
    return Word(address, bit=place, bits=2, codes=on_off, silent=(0, 1))


def flag(address: int) -> Word:
    """Return a switch that fills a register, 0 or 1."""
    return Word(address, codes=(0, 1))


def bits(address: int, place: int, count: int, *, offset: int = 0) -> Word:
    """Return a number in some bits of a register."""
    return Word(address, offset=offset, bit=place, bits=count)


def bit_codes(address: int, place: int, count: int, *values: Code) -> Word:
    """Return one code per choice in some bits of a register."""
    return Word(address, bit=place, bits=count, codes=values)
