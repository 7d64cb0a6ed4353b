"""One row per setting: what may be typed, what is stored, what the kernel reads, what a register holds.

A row is a plain fact of the panel. Three forms of a value exist and the row converts between them:
what a user, a file or a wire says (`parse`), the stored value in the table's unit, and the float of
the kernel in SI units (`to_kernel`). Registers follow the three-phase low-voltage family
(see `catalog/registers.py` for the documents).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

from twinverter.catalog.errors import SettingError
from twinverter.catalog.word import Word

Value = bool | int | float | str

NUMBER, CHOICE, SWITCH, TIME = "number", "choice", "switch", "time"
INFO, ACTION, SECRET, LIST = "info", "action", "secret", "list"

MANUAL, FAMILY, ASSUMED = "manual", "family", "assumed"
TRUE_WORDS = ("1", "true", "on", "yes")
FALSE_WORDS = ("0", "false", "off", "no")

# The table's unit times and over these is the kernel's; the end of the name changes with it.
SI = {
    "%": (1.0, 100.0, "_pct", ""),
    "%/s": (1.0, 100.0, "_pct_s", "_per_s"),
    "h": (3600.0, 1.0, "_h", "_s"),
    "d": (86400.0, 1.0, "_days", "_s"),
    "ms": (1.0, 1000.0, "_ms", "_s"),
    "mOhm": (1.0, 1000.0, "_mohm", "_ohm"),
    "mV/degC/cell": (1.0, 1000.0, "_mv_c_cell", "_v_per_k_cell"),
}
PLAIN = (1.0, 1.0, "", "")


@dataclass(frozen=True)
class Use:
    """Who reads a row, or what it waits for, or why nobody will."""

    read_by: str = ""
    awaits: str = ""
    reserved: str = ""


NOBODY = Use()
KERNEL = Use("kernel")
CATALOG = Use("catalog")
PANEL = Use("panel")
TWIN = Use("twin")
PORTS = Use("ports")
CHECKER = Use("checker")
GROUP = Use("group")


def awaits(function: str) -> Use:
    """Return the use of a row whose function the control law does not have yet."""
    return Use(awaits=function)


def reserved(reason: str) -> Use:
    """Return the use of a row that the manual itself leaves without effect."""
    return Use(reserved=reason)


@dataclass(frozen=True)
class Setting:
    """One parameter of the panel; `page`, `group` and `order` are set by its page."""

    key: str
    label: str
    kind: str
    unit: str
    default: Value | None
    meaning: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    gap: tuple[float, float] | None = None
    choices: tuple[str | int, ...] = ()
    kernel_values: tuple[float, ...] = ()
    refused: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    default_origin: str = ASSUMED
    range_origin: str = ASSUMED
    section: str = ""
    line: int | None = None
    depends_on: str = ""
    use: Use = NOBODY
    shows: str = ""
    renamed: str = ""
    page: str = ""
    group: str = ""
    order: int = 0

    @property
    def path(self) -> str:
        """Return the dotted name of files and messages, `group.key`."""
        return f"{self.group}.{self.key}"

    @property
    def stored(self) -> bool:
        """Return whether the row holds a value that can be written."""
        return self.kind in (NUMBER, CHOICE, SWITCH, TIME)

    @property
    def whole(self) -> bool:
        """Return whether only whole numbers are stored."""
        return isinstance(self.default, int)

    @property
    def in_kernel(self) -> bool:
        """Return whether the kernel's record carries this row."""
        return self.use == KERNEL

    @property
    def field(self) -> str:
        """Return the flat name of the row in its group of the kernel's record."""
        if self.renamed:
            return self.renamed
        _, _, ending, instead = SI.get(self.unit, PLAIN)
        if ending and self.key.endswith(ending):
            return self.key[: -len(ending)] + instead
        return self.key

    def error(self, value: Any, reason: str = "") -> SettingError:
        """Return the error that says what `value` should have been."""
        unit = "" if self.kind == TIME else self.unit
        choices = tuple(choice for choice in self.choices if choice not in self.refused)
        return SettingError(self.path, value, unit, self.low, self.high, choices, reason)

    def parse(self, value: Any) -> Value:
        """Return what is stored for a value from a user, a file or a wire; SettingError else."""
        if not self.stored:
            raise self.error(value, f"{self.label} cannot be set")
        if isinstance(value, str):
            value = value.strip()
        return _PARSERS[self.kind](self, value)

    def to_kernel(self, value: Value) -> float:
        """Return the stored value as the kernel's float, in SI units or as a code."""
        if self.kind == TIME:
            hour, minute = str(value).split(":")
            return int(hour) * 3600.0 + int(minute) * 60.0
        if self.kind == CHOICE:
            index = self.choices.index(value)
            return self.kernel_values[index] if self.kernel_values else float(index)
        if self.kind == SWITCH:
            return 1.0 if value else 0.0
        times, over, _, _ = SI.get(self.unit, PLAIN)
        return float(value) * times / over

    def to_word(self, value: Value, image: Mapping[int, int] | None = None) -> dict[int, int]:
        """Return address -> register word holding the stored value, foreign bits from `image`."""
        image = image or {}
        number = self._number(value)
        return {
            word.address: word.placed(number, image.get(word.address, 0)) for word in self.words
        }

    def from_word(self, image: Mapping[int, int]) -> Value | None:
        """Return the stored value that the registers hold, None where they say "unchanged".

        Raises SettingError where no value of the row has these words.
        """
        raws = [word.taken(image[word.address]) for word in self.words]
        known = [raw for raw in raws if raw is not None]
        if len(known) < len(raws):
            return None
        if self.words[0].codes:
            return self._coded(known)
        number = self.words[0].value(known[0])
        if self.kind == TIME:
            return self.parse(f"{int(number) // 100:02d}:{int(number) % 100:02d}")
        return self.parse(number)

    def _coded(self, raws: list[int]) -> Value:
        for index in range(len(self.words[0].codes)):
            if all(word.reads(index, raw) for word, raw in zip(self.words, raws, strict=True)):
                return bool(index) if self.kind == SWITCH else self.choices[index]
        words = ", ".join(str(raw) for raw in raws)
        raise self.error(words, "no choice has this register value")

    def _number(self, value: Value) -> float:
        if self.kind == TIME:
            hour, minute = str(value).split(":")
            return int(hour) * 100 + int(minute)
        if self.kind == CHOICE:
            return self.choices.index(value)
        return float(value)


def _parse_number(row: Setting, value: Any) -> Value:
    text = value
    if isinstance(value, str) and row.unit:
        text = value.removesuffix(row.unit).strip()
    if isinstance(value, bool) or not isinstance(value, str | Real):
        raise row.error(value, "is not a number")
    try:
        number = float(text)
    except (ValueError, OverflowError):
        raise row.error(value, "is not a number") from None
    if not math.isfinite(number):
        raise row.error(value, "is not a number")
    if row.low is not None and row.high is not None and not row.low <= number <= row.high:
        raise row.error(value, "is out of range")
    if row.gap and row.gap[0] < number < row.gap[1]:
        raise row.error(value, f"lies between {row.gap[0]:g} and {row.gap[1]:g}")
    if row.whole and number != int(number):
        raise row.error(value, "is not a whole number")
    return int(number) if row.whole else number


def _parse_choice(row: Setting, value: Any) -> Value:
    for choice in row.choices:
        if not isinstance(value, bool) and str(value).removesuffix(".0") == str(choice):
            if choice in row.refused:
                raise row.error(value, "is refused on this three-phase machine")
            return choice
    raise row.error(value, "is no choice of this setting")


def _parse_switch(row: Setting, value: Any) -> Value:
    word = str(value).lower().removesuffix(".0")
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise row.error(value, "is not on or off")


def _parse_time(row: Setting, value: Any) -> Value:
    hour, colon, minute = str(value).partition(":")
    if colon and hour.isdecimal() and minute[:2].isdecimal() and len(minute) >= 2:
        hours, minutes = int(hour), int(minute[:2])
        if (hours, minutes) == (24, 0):
            return "00:00"
        if hours < 24 and minutes < 60 and minute[2:] in ("", ":00"):
            return f"{hours:02d}:{minutes:02d}"
    raise row.error(value, "is not a time of day, 00:00 to 24:00")


_PARSERS: dict[str, Any] = {
    NUMBER: _parse_number,
    CHOICE: _parse_choice,
    SWITCH: _parse_switch,
    TIME: _parse_time,
}
