"""[world.load], [world.home], [world.smart_load]: a meter's file, or a list of appliances."""

from typing import Annotated

from pydantic import Discriminator, Tag, model_validator

from twinverter.scenario.clock import MINUTE_S
from twinverter.scenario.csvfile import read_rows
from twinverter.scenario.file_form import (
    Context,
    FileForm,
    calendar_note,
    file_or_model,
)
from twinverter.scenario.form import Form, Hours, length, number, refused, window_s, word
from twinverter.scenario.loads import (
    ENERGY_UNITS,
    POWER_UNITS,
    Appliance,
    Load,
    MeasuredLoad,
    ModelledLoad,
    NoLoad,
    measured_load,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Annotated[str, word(*WEEKDAYS)]
MONTHS = list(range(1, 13))
ALL_DAY = "00:00-24:00"


class ApplianceForm(Form):
    """One consumer of a modelled household."""

    name: str
    phase: Annotated[
        Annotated[int, number(1, 3), Tag("<one>")] | Annotated[str, word("all"), Tag("<all>")],
        Discriminator(lambda value: "<all>" if isinstance(value, str) else "<one>"),
    ] = 1
    power_w: Annotated[float, number(0.0, 5.0e4, "W")]
    hours: Annotated[list[Hours], length(1, 24)] = [ALL_DAY]
    duty: Annotated[float, number(0.0, 1.0)] = 1.0
    cycle_min: Annotated[float, number(1.0, 1440.0, "min")] = 30.0
    probability: Annotated[float, number(0.0, 1.0)] = 1.0
    spread_min: Annotated[float, number(0.0, 240.0, "min")] = 0.0
    uses_per_day: Annotated[float, number(0.0, 200.0)] = 0.0
    use_min: Annotated[float, number(0.1, 1440.0, "min")] = 10.0
    months: Annotated[list[int], number(1, 12), length(1, 12)] = MONTHS
    weekdays: Annotated[list[Weekday], length(1, 7)] = list(WEEKDAYS)

    def appliance(self) -> Appliance:
        """Return the consumer in seconds and shares of phases."""
        phases = (1, 2, 3) if self.phase == "all" else (self.phase,)
        shares = [1.0 / len(phases) if phase in phases else 0.0 for phase in (1, 2, 3)]
        return Appliance(
            name=self.name,
            shares=(shares[0], shares[1], shares[2]),
            power_w=self.power_w,
            windows_s=tuple(window_s(text) for text in self.hours),
            duty=self.duty,
            cycle_s=self.cycle_min * MINUTE_S,
            probability=self.probability,
            spread_s=self.spread_min * MINUTE_S,
            uses_per_day=self.uses_per_day,
            use_s=self.use_min * MINUTE_S,
            months=frozenset(self.months),
            weekdays=frozenset(WEEKDAYS.index(day) for day in self.weekdays),
        )


class AppliancesForm(Form):
    """A modelled household."""

    appliances: Annotated[list[ApplianceForm], length(0, 200)] = []

    @model_validator(mode="after")
    def _names_differ(self) -> "AppliancesForm":
        names = [appliance.name for appliance in self.appliances]
        for name in names:
            if names.count(name) > 1:
                raise refused(f"holds two appliances named {name!r}")
        return self

    def load(self, context: Context, key: str) -> Load:
        """Return the household, noting that it is modelled."""
        if not self.appliances:
            return NoLoad()
        context.notes.append(f"{key} is modelled from {len(self.appliances)} appliances")
        made = tuple(appliance.appliance() for appliance in self.appliances)
        return ModelledLoad(made, context.seed, context.here)


class LoadFileForm(FileForm):
    """A meter's file: a column per phase, or one for all with its split."""

    unit: Annotated[str, word(*POWER_UNITS, *ENERGY_UNITS)] = "W"
    l1: str | None = None
    l2: str | None = None
    l3: str | None = None
    total: str | None = None
    split: Annotated[list[float], number(0.0, 1.0), length(3, 3)] = [1.0, 0.0, 0.0]
    scale: Annotated[float, number(0.0, 100.0)] = 1.0
    same_clock: bool = False

    @model_validator(mode="after")
    def _names_columns(self) -> "LoadFileForm":
        phases = [self.l1, self.l2, self.l3]
        if (self.total is None) == (phases == [None, None, None]):
            raise refused("needs columns: either total, or l1, l2 and l3 as far as there are any")
        if abs(sum(self.split) - 1.0) > 1e-6:
            raise refused(f"split adds up to {sum(self.split):g}", "1")
        return self

    def load(self, context: Context, key: str) -> MeasuredLoad:
        """Return the meter's load; HouseError names file and line."""
        if self.total is not None:
            columns = [self.total]
            weights = [{self.total: part * self.scale} for part in self.split]
        else:
            phases = (self.l1, self.l2, self.l3)
            columns = [name for name in phases if name is not None]
            weights = [{} if name is None else {name: self.scale} for name in phases]
        path = context.path(self.file, f"{key}.file")
        rows = read_rows(
            path, self.time_column(context.here), {name: name for name in columns}, key
        )
        load, notes = measured_load(
            rows, self.unit, (weights[0], weights[1], weights[2]), context.here, self.same_clock
        )
        context.notes += [*notes, calendar_note(rows.source, load.series.span)]
        return load


LoadForm = Annotated[
    Annotated[AppliancesForm, Tag("<model>")] | Annotated[LoadFileForm, Tag("<file>")],
    Discriminator(file_or_model),
]
