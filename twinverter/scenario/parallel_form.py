"""[parallel]: several units at one house, what differs between them, and what happens to one."""

import datetime
from typing import Annotated, Any

from pydantic import Field, model_validator

from twinverter.catalog.causes import BY_KEY
from twinverter.catalog.machine import MODEL
from twinverter.catalog.settings import SettingError, find
from twinverter.scenario.form import Form, length, number, refused, word
from twinverter.scenario.mishap_form import MishapForm
from twinverter.scenario.mishaps import Mishap
from twinverter.scenario.site_form import StringForm

UNITS_MAX = 16
PHASES = ("A", "B", "C")
SWITCHED_OFF, CABLE_PULLED, SETTING, FRAMES_LOST = (
    "switched_off",
    "cable_pulled",
    "setting",
    "peers_loss",
)
# What the others make of a unit shows itself here and need not be broken.
SHOWS_ITSELF = ("peer_off", "peer_clash")
CAUSES = (SWITCHED_OFF, CABLE_PULLED, SETTING, *(key for key in BY_KEY if key not in SHOWS_ITSELF))


class UnitForm(Form):
    """One unit: its address and role, and what it has of its own."""

    address: Annotated[int, number(1, UNITS_MAX)]
    role: Annotated[str, word("master", "slave")] = "slave"
    phase: Annotated[str, word(*PHASES)] | None = None
    model: str = MODEL
    pv: Annotated[list[StringForm], length(0, 2)] | None = None
    sense_error_pct: Annotated[float, number(-2.0, 2.0, "%")] = 0.0
    settings: dict[str, dict[str, Any]] = Field(default_factory=dict)

    def given(self) -> dict[str, Any]:
        """Return `group.key` -> value of the settings that this unit has of its own."""
        return {
            f"{group}.{key}": value
            for group, table in self.settings.items()
            for key, value in table.items()
        }


class TroubleForm(Form):
    """What happens to one unit, from when to when: its button, its cable, a setting, a defect."""

    unit: int
    cause: Annotated[str, word(*CAUSES)]
    value: float | None = None
    setting: str | None = None
    to: Any = None
    at: datetime.datetime | None = None
    until: datetime.datetime | None = None
    lasts: str | None = None

    @model_validator(mode="after")
    def _fits(self) -> "TroubleForm":
        self.defect()
        if (self.cause == SETTING) != (self.setting is not None and self.to is not None):
            raise refused('needs setting and to, and only where cause = "setting"', key="setting")
        if self.setting is not None:
            try:
                find(self.setting).parse(self.to)
            except SettingError as error:
                raise refused(error.reason or "is not allowed", error.allowed, "to") from None
        return self

    def defect(self) -> MishapForm:
        """Return the defect of the site that it is, or one that lasts as long."""
        cause = self.cause if self.cause in BY_KEY else FRAMES_LOST
        when = {"at": self.at, "until": self.until, "lasts": self.lasts}
        return MishapForm(cause=cause, value=self.value, **when)  # type: ignore[arg-type]

    def mishap(self, here: str) -> Mishap:
        """Return it on the world's clock."""
        return self.defect().mishap(here)

    def told(self) -> str:
        """Return it in words."""
        what = self.defect().told().removeprefix("broken in this world: ")
        if self.cause not in BY_KEY:
            times = what.partition(BY_KEY[FRAMES_LOST].label)[2].partition(")")[2]
            name = self.cause.replace("_", " ")
            what = (f"{self.setting} = {self.to}" if self.cause == SETTING else name) + times
        return f"unit {self.unit}: {what}"


class ParallelForm(Form):
    """The units of a house; without a list of them they are alike, the first one the master."""

    units: Annotated[int, number(1, UNITS_MAX)] | None = None
    battery: Annotated[str, word("shared", "separate")] = "shared"
    unit: Annotated[list[UnitForm], length(1, UNITS_MAX)] = []
    trouble: Annotated[list[TroubleForm], length(0, 1000)] = []

    @model_validator(mode="after")
    def _is_a_group(self) -> "ParallelForm":
        if (self.units is None) == (not self.unit):
            raise refused("needs either units, their number, or a [[parallel.unit]] for each")
        members = self.members()
        addresses = [one.address for one in members]
        for one in addresses:
            if addresses.count(one) > 1:
                raise refused(f"has two units with address {one}", "a different one for each")
        masters = [str(one.address) for one in members if one.role == "master"]
        if not masters:
            raise refused("has no master", 'role = "master" for exactly one unit')
        if len(masters) > 1:
            reason = f"has {len(masters)} masters: units {' and '.join(masters)}"
            raise refused(reason, "exactly one")
        models = sorted({one.model for one in members})
        if len(models) > 1:
            reason = f"has different models side by side: {' and '.join(models)}"
            raise refused(reason, "equal models only")
        self._phases_fit(members)
        for trouble in self.trouble:
            if trouble.unit not in addresses:
                known = ", ".join(map(str, sorted(addresses)))
                raise refused(f"has trouble for unit {trouble.unit}, which is not there", known)
        return self

    def _phases_fit(self, members: list[UnitForm]) -> None:
        told = {one.phase for one in members}
        if told == {None}:
            return
        if None in told:
            raise refused("has units with and without a phase", "a phase for each, or for none")
        for phase in PHASES:
            if phase not in told:
                raise refused(f"has no unit on phase {phase}", "one at least on A, B and C")

    def members(self) -> list[UnitForm]:
        """Return all units in their order."""
        if self.unit:
            return list(self.unit)
        made = range(1, (self.units or 0) + 1)
        return [UnitForm(address=one, role="master" if one == 1 else "slave") for one in made]
