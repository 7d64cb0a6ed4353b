"""What goes over the wire: the bodies of requests and replies, for checking and for OpenAPI."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from twinverter.live.clock import QUICKEST, SLOWEST

Wire = bool | int | float | str
Changes = Annotated[dict[str, Wire], Field(max_length=300)]
# A day of seconds.
MOST_STEPS = 86400


class Body(BaseModel):
    """A request: what nobody reads is refused, so that a misspelt name is noticed."""

    model_config = ConfigDict(extra="forbid")


class SettingsWrite(Body):
    """Settings to store together or not at all, by path or bare key; a code where one is asked."""

    changes: Changes
    code: str = Field("", max_length=16)


class Preview(Body):
    """Settings of a page being edited; nothing is stored."""

    changes: Changes


class Press(Body):
    """A press on the front of the device."""

    button: Literal["power", "dc", "acknowledge"]


class Code(Body):
    """A code typed on the PassWord page, and what for."""

    purpose: Literal["lock", "unlock", "reset"]
    code: str = Field(max_length=16)


class ClockSet(Body):
    """Date and time typed on the Basic Setting page."""

    year: int = Field(ge=2000, le=2099)
    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)
    hour: int = Field(ge=0, le=23)
    minute: int = Field(ge=0, le=59)
    code: str = Field("", max_length=16)


class WorldWrite(Body):
    """Keys of the world to take over with their values, and keys to give back, or all."""

    take: Changes = {}
    give_back: list[str] | Literal["all"] = []


class SpeedWrite(Body):
    """The speed asked for, pause or go on, or steps while paused: one for true, else so many."""

    speed: float | None = Field(None, ge=SLOWEST, le=QUICKEST)
    paused: bool | None = None
    step: int = Field(0, ge=0, le=MOST_STEPS)


class Login(Body):
    """The panel's password."""

    password: str = Field(max_length=1024)


class Refusal(BaseModel):
    """One line on what was not taken, and for a setting the facts behind it."""

    text: str
    key: str | None = None
    label: str | None = None
    value: Any = None
    unit: str | None = None
    low: float | None = None
    high: float | None = None


class Error(BaseModel):
    """Every reply that is not a success."""

    error: Refusal


class Done(BaseModel):
    """A command was taken."""

    ok: bool = True


class SettingsState(BaseModel):
    """All stored values by path, and what they grey, hide and refuse, each with its reason."""

    rev: int
    values: dict[str, Wire]
    greyed: dict[str, str]
    hidden: dict[str, str]
    refused_choices: dict[str, dict[str, str]]


class SettingsWritten(BaseModel):
    """The stored values after a write."""

    rev: int
    values: dict[str, Wire]


class PreviewState(BaseModel):
    """What the pages would look like: greyed and hidden, what else changes, questions, errors."""

    greyed: dict[str, str]
    hidden: dict[str, str]
    offered: dict[str, Wire]
    confirm: list[str]
    errors: dict[str, str]


class AlarmLine(BaseModel):
    """One line of the alarm journal: an alarm rose or went."""

    seq: int
    clock_s: float
    clock: str
    code: str
    raised: bool
    name: str
    severity: str
    message: str
    advice: str


class ChangeLine(BaseModel):
    """One line of the changes journal: who changed what from what to what."""

    seq: int
    clock_s: float
    clock: str
    by: str
    key: str
    label: str
    before: Wire | None
    after: Wire | None
    before_text: str
    after_text: str


class CurveState(BaseModel):
    """One line over a period: a day in mean W, else energies in Wh; null where nothing is known."""

    line: str
    period: str
    start: str
    unit: str
    step_s: float
    labels: list[str]
    up: list[float | None]
    down: list[float | None]
    soc: list[float | None]
    up_wh: float
    down_wh: float


class StripPoint(BaseModel):
    """Mean powers of five minutes in W, state of charge, and how much of it the grid was there."""

    clock_s: float
    pv_w: float
    battery_w: float
    grid_w: float
    load_w: float
    home_w: float
    gen_w: float
    soc: float
    grid_there: float


class Place(BaseModel):
    """Where a control of the world stands, and whether a hand holds it there."""

    value: float | bool
    taken: bool
