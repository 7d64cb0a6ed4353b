"""A foreign battery management that the inverter obeys, by whatever wire it is heard (C-46).

Its limits and its charge voltage are ceilings above the battery that is really there; its state of
charge is the level that every threshold looks at, whatever the battery behind it holds. While it is
silent its last word stands, and the law counts the silence. Source: manual 5.10; the field's
reports on how the family obeys Pylontech-style frames.
"""

import math
from typing import TYPE_CHECKING

from twinverter.ports.battery_word import Word

if TYPE_CHECKING:
    from twinverter.live.twin import Twin

# A word is due every second; without a fresh one for two of them it is silent (assumed).
SILENT_S = 2.0
BATTERY_KEY, LITHIUM, MODE_KEY = "batt_mode", "lithium", "lithium_mode"


class ForeignBms:
    """What one foreign management said last; `mode` is the Lithium Mode that listens to its wire.

    Silence is counted on the wall, as the device outside lives there whatever the twin's speed.
    """

    def __init__(self, twin: "Twin", source: str, mode: int) -> None:
        self._twin = twin
        self._source = source
        self._mode = mode
        self._heard_s = -math.inf
        self.word: Word | None = None

    @property
    def silent_s(self) -> float:
        """Return how long on the wall nothing has been heard."""
        return self._twin.clock.now() - self._heard_s

    def hear(self, word: Word, fresh: bool = True) -> None:
        """Obey a word; one is `fresh` where it brings the limits anew, which ends a silence."""
        self.word = word
        if fresh:
            self._heard_s = self._twin.clock.now()
        self.look()

    def look(self) -> None:
        """Let the twin obey the last word, or know of the silence; to be called every second."""
        if self.word is None:
            return
        if not self._is_asked:
            self._twin.unwire(self._source)
            return
        inputs = {
            "bms_silent": float(self.silent_s >= SILENT_S),
            "bms_charge_max_v": self.word.charge_v,
            "bms_charge_max_a": max(0.0, self.word.allowed_charge_a),
            "bms_discharge_max_a": max(0.0, self.word.allowed_discharge_a),
            "bms_force_charge": float(self.word.force_charge),
        }
        if self.word.soc is not None:
            inputs["bms_soc"] = min(1.0, max(0.0, self.word.soc))
        self._twin.wire(self._source, inputs)

    def end(self) -> None:
        """Give the battery back to its own management."""
        self._twin.unwire(self._source)
        self.word = None

    def told(self) -> str:
        """Return in a few words how it stands with the foreign management."""
        if self.word is None:
            return "nobody heard yet"
        name = self.word.maker or "a battery"
        if not self._is_asked:
            return f"hears {name}, obeys with Batt Mode Lithium and Lithium Mode {self._mode}"
        if self.silent_s >= SILENT_S:
            return f"{name} silent for {self.silent_s:.0f} s"
        told = [
            *([] if self.word.soc is None else [f"{self.word.soc:.0%} full"]),
            f"charge {self.word.allowed_charge_a:g} A",
            f"discharge {self.word.allowed_discharge_a:g} A",
            *(["wants charge"] if self.word.force_charge else []),
            *(acted.replace("_", " ") for acted in sorted(self.word.protections)),
        ]
        return f"obeys {name}: {', '.join(told)}"

    @property
    def _is_asked(self) -> bool:
        values = self._twin.values
        return values[BATTERY_KEY] == LITHIUM and values[MODE_KEY] == self._mode
