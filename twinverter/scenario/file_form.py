"""What every part of [world] shares: the context it is made in, and a file's name and times."""

from pathlib import Path
from typing import Annotated, Any

from twinverter.scenario.clock import MINUTE_S
from twinverter.scenario.csvfile import LABELS, TimeColumn
from twinverter.scenario.form import Form, ZoneName, file_path, has_key, number, word
from twinverter.scenario.sun import Place


class Context:
    """What the parts of a world need to know while they are made, and the notes they leave."""

    def __init__(self, house: str, folder: Path, place: Place, here: str, seed: int) -> None:
        self.house = house
        self.folder = folder
        self.place = place
        self.here = here
        self.seed = seed
        self.notes: list[str] = []

    def path(self, text: str, key: str) -> Path:
        """Return a file that the house names under `key`."""
        return file_path(text, self.folder, key, self.house)


class FileForm(Form):
    """A CSV: its name, its time column, and how that is written."""

    file: str
    time: str = "time"
    time_format: str | None = None
    timezone: ZoneName | None = None
    label: Annotated[str, word(*LABELS)] = "start"
    shift_min: Annotated[float, number(-1440.0, 1440.0, "min")] = 0.0

    def time_column(self, here: str) -> TimeColumn:
        """Return how the file writes its times; without a zone they are the house's."""
        zone_name = self.timezone or here
        shift_s = self.shift_min * MINUTE_S
        return TimeColumn(self.time, zone_name, self.time_format, self.label, shift_s)


def calendar_note(source: str, span: str) -> str:
    """Return the sentence on the days that a file covers."""
    return f"{source}: covers {span}; other dates take the same calendar day of it"


def file_or_model(value: Any) -> str:
    """Return the tag of a table that names a file, or of one that is a model."""
    return "<file>" if isinstance(value, FileForm) or has_key(value, "file") else "<model>"
