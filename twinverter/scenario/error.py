"""The one error of this room: a house file, or a file it names, that cannot be used."""

import difflib
from collections.abc import Iterable
from typing import Any


class HouseError(ValueError):
    """Something wrong in a house file or a data file; `str` is one line that says what and where.

    `file` is the file's name, `line` its line where there is one, `key` the dotted TOML key or the
    column, `value` what stood there, `allowed` what may stand there, with its unit.
    """

    def __init__(
        self,
        reason: str,
        *,
        file: str = "",
        line: int | None = None,
        key: str = "",
        value: Any = None,
        allowed: str = "",
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.file = file
        self.line = line
        self.key = key
        self.value = value
        self.allowed = allowed

    def __str__(self) -> str:
        """Return the one line: place, key and value, reason, what is allowed."""
        place = f"{self.file} line {self.line}" if self.line is not None else self.file
        shown = "" if self.value is None else f" = {brief(self.value)}"
        parts = [part for part in (place, f"{self.key}{shown}".strip(), self.reason) if part]
        text = ": ".join(parts)
        if self.allowed:
            text += f" (allowed: {self.allowed})"
        return " ".join(text.split())


def brief(value: Any) -> str:
    """Return a value as a message shows it, on one line and at most 60 characters long."""
    shown = f"{value:g}" if isinstance(value, float) else value
    text = " ".join((repr(value) if isinstance(value, str) else str(shown)).split())
    return text if len(text) <= 60 else text[:57] + "..."


def nearest(word: str, known: Iterable[str]) -> str:
    """Return "; did you mean X?" for the known word closest to `word`, empty where none is."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else ""
