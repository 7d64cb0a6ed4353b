"""What goes over the wire: the bodies of requests and replies, for checking and for OpenAPI."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from twinverter.live.clock import QUICKEST, SLOWEST


def written(text: str) -> str:
    """Return a text as it came; ValueError where half a character makes it no text (RFC 8259)."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("is not a text")
    return text


def printable(key: str) -> str:
    """Return a key as it came; ValueError where it would not stand in one line."""
    if not key.isprintable():
        raise ValueError("is not a key")
    return key


def single(value: Any) -> Any:
    """Return a value as it came; ValueError where it is none or several."""
    if value is None or isinstance(value, dict | list):
        raise ValueError("is neither a number nor a text nor true or false")
    return value


Text = Annotated[str, AfterValidator(written)]
Key = Annotated[str, Field(max_length=80), AfterValidator(printable)]
Wire = Annotated[bool | int | float | Text, BeforeValidator(single)]
Changes = Annotated[dict[Key, Wire], Field(max_length=300)]
DrmMode = Annotated[int, Field(strict=True, ge=0, le=8)]
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
    """Date and time typed on the Basic Setting page, within the bounds of its fields."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    code: str = Field("", max_length=16)


class WorldWrite(Body):
    """Keys of the world to take over with their values, and keys to give back, or all."""

    take: Changes = {}
    give_back: Annotated[list[Key], Field(max_length=300)] | Literal["all"] = []


class PinsWrite(Body):
    """Inputs to drive: the active mode or modes of the DRM input (none ends all), and the signal
    that tells the machine to leave the grid."""

    drm: DrmMode | Annotated[list[DrmMode], Field(max_length=9)] | None = None
    forced_island: bool | None = None

    def modes(self) -> list[int] | None:
        """Return the DRM modes that shall be active, None where nothing is said of them."""
        if "drm" not in self.model_fields_set:
            return None
        if self.drm is None:
            return []
        return self.drm if isinstance(self.drm, list) else [self.drm]


class SpeedWrite(Body):
    """The speed asked for, pause or go on, or steps while paused: one for true, else so many."""

    speed: float | None = Field(None, ge=SLOWEST, le=QUICKEST)
    paused: bool | None = None
    step: int = Field(0, ge=0, le=MOST_STEPS)


class Login(Body):
    """The panel's password."""

    password: Text = Field(max_length=1024)


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
    """All stored values by path, and what they grey, hide and refuse, each with its reason.

    `in_force` has the values of fields that the grid mode holds, over what is stored there.
    """

    rev: int
    values: dict[str, Wire]
    in_force: dict[str, Wire]
    greyed: dict[str, str]
    hidden: dict[str, str]
    refused_choices: dict[str, dict[str, str]]


class SettingsWritten(BaseModel):
    """The stored values after a write."""

    rev: int
    values: dict[str, Wire]


class PreviewState(BaseModel):
    """What the pages would look like: greyed and hidden, what the grid mode holds, what else
    changes, questions, errors."""

    greyed: dict[str, str]
    hidden: dict[str, str]
    in_force: dict[str, Wire]
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


class CauseLine(BaseModel):
    """One likely cause: how likely, what speaks for it and against it, and what to check."""

    key: str
    cause: str
    verdict: Literal["likely", "open", "unlikely"]
    because: str
    but: str
    check: str


class EvidenceLine(BaseModel):
    """One line of a curve, or a limit: a value per time of the curve."""

    label: str
    values: list[float]


class EvidenceCurve(BaseModel):
    """Figures of one unit around an alarm; times are seconds from it, negative before."""

    title: str
    unit: str
    decimals: int
    times_s: list[float]
    lines: list[EvidenceLine]
    limits: list[EvidenceLine]


class EvidenceRow(BaseModel):
    """One figure before, at and after an alarm, with its unit."""

    label: str
    before: str
    now: str
    after: str


class Diagnosis(BaseModel):
    """One alarm: causes the likeliest first, what to do, what was measured, the service report.

    `over` is when it was over, null while it stands; `complete` says that no reading will come any
    more. Where nothing was kept of an alarm, curves and table are empty.
    """

    seq: int
    code: str
    name: str
    severity: str
    message: str
    advice: str
    clock: str
    over: str | None
    causes: list[CauseLine]
    help: list[str]
    curves: list[EvidenceCurve]
    table: list[EvidenceRow]
    complete: bool
    report: str


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


class PinState(BaseModel):
    """One pin: an input that is driven from outside, or an output, and its value."""

    key: str
    label: str
    direction: Literal["in", "out"]
    unit: str
    value: bool | float | list[int]
