"""The one error of the edge: a setting that does not exist, or a value it cannot hold."""

from typing import Any


class SettingError(ValueError):
    """A refused setting: `str` is one line with key, value, unit and what is allowed.

    `reason` says what is wrong where the range alone does not; each port translates the error
    to its own dialect.
    """

    def __init__(
        self,
        key: str,
        value: Any = None,
        unit: str = "",
        low: float | None = None,
        high: float | None = None,
        choices: tuple[str | int, ...] = (),
        reason: str = "",
    ) -> None:
        super().__init__(key, value, unit, low, high, choices, reason)
        self.key = key
        self.value = value
        self.unit = unit
        self.low = low
        self.high = high
        self.choices = choices
        self.reason = reason

    @property
    def allowed(self) -> str:
        """Return what would have been accepted, in words; empty where that is not a plain set."""
        if self.choices:
            return "one of " + ", ".join(str(choice) for choice in self.choices)
        if self.low is None or self.high is None:
            return ""
        return f"{self.low:g} to {self.high:g} {self.unit}".rstrip()

    def __str__(self) -> str:
        """Return the one line."""
        parts = [self.key]
        if self.value is not None:
            parts.append(f"= {shown(self.value)} {self.unit}".rstrip())
        line = " ".join(parts) + ": " + (self.reason or "is not allowed")
        return f"{line} (allowed: {self.allowed})" if self.allowed else line


def shown(value: Any) -> str:
    """Return a value as a message shows it, shortened where somebody typed a novel."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:37] + "..."
