"""A house: what is installed, what is set, and the world that happens to it, from a TOML file.

A file is checked as a whole before anything is made of it; whatever is wrong is one `HouseError`.
`chunks` gives the kernel's inputs a piece at a time, so that a long run needs little memory.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field, ValidationError

from twinverter.catalog.law import LAW, Law, kernel_law, law_key
from twinverter.catalog.settings import (
    GROUPS,
    SettingError,
    Settings,
    check_all,
    find,
    full_values,
    kernel_settings,
    parse_values,
)
from twinverter.plant.site import Site
from twinverter.scenario.clock import DAY_S, FIRST_YEAR, HOUR_S, LAST_YEAR, MINUTE_S, wall_of, zone
from twinverter.scenario.error import HouseError, nearest
from twinverter.scenario.form import Form, explained
from twinverter.scenario.group import Group, group_of
from twinverter.scenario.installation import disagreements
from twinverter.scenario.parallel_form import ParallelForm
from twinverter.scenario.site_form import SiteForm
from twinverter.scenario.steps import Steps
from twinverter.scenario.world import World
from twinverter.scenario.world_form import WorldForm

Value = bool | int | float | str

BUILT_IN = "lagos.toml"
LAW_GROUP = "law"
STEP_S = MINUTE_S
STEP_MIN_S, STEP_MAX_S = 0.001, HOUR_S
CHUNK_ROWS = 60000
CHUNK_S = 31.0 * DAY_S


class HouseForm(Form):
    """A whole house file."""

    site: SiteForm
    settings: dict[str, dict[str, Any]] = Field(default_factory=dict)
    world: WorldForm = Field(default_factory=WorldForm)
    parallel: ParallelForm | None = None


@dataclass(frozen=True)
class House:
    """A house ready to be run.

    `values` holds the stored value of every setting by its bare key, `typed` those that somebody
    wrote, `settings` all of them as the kernel's record. `notes` says in sentences what is
    modelled and what was filled or derived. `group` is there where several units work in parallel;
    `site` and `settings` are then those that its units have in common.
    """

    name: str
    file: str
    site: Site
    settings: Settings
    values: Mapping[str, Value]
    typed: Mapping[str, Value]
    initial_soc: float
    timezone: str
    start: datetime
    days: int
    notes: tuple[str, ...]
    form: HouseForm
    world: World
    group: Group | None = None

    def with_settings(self, changes: Mapping[str, Any]) -> "House":
        """Return the same house and world with some settings changed, `group.key` or bare key.

        Raises HouseError where a key or value is not allowed or does not fit what is installed.
        """
        typed, values = _checked_values(self.typed, changes, self.form.site, "")
        group = None
        if self.form.parallel is not None:
            group, _ = group_of(self.form.parallel, self.form.site, self.site, typed, self.file)
        return replace(
            self,
            values=values,
            typed=typed,
            settings=kernel_settings(values, self.settings.law),
            group=group,
        )

    def steps(
        self,
        start: date | datetime | None = None,
        days: float | None = None,
        step_s: float = STEP_S,
    ) -> Steps:
        """Return the run's steps, uniform in UTC from a local moment over so many local days."""
        if not STEP_MIN_S <= step_s <= STEP_MAX_S:
            allowed = f"{STEP_MIN_S:g} to {STEP_MAX_S:g} s"
            raise HouseError("is out of range", key="step", value=step_s, allowed=allowed)
        begin = self.start if start is None else start
        if not isinstance(begin, datetime):
            begin = datetime(begin.year, begin.month, begin.day)
        length = float(self.days if days is None else days)
        if not 0.0 < length <= 36600.0:
            raise HouseError("is out of range", key="days", value=days, allowed="above 0 to 36600")
        whole = int(length)
        end = begin + timedelta(days=whole)
        if begin.year < FIRST_YEAR or end.year > LAST_YEAR:
            allowed = f"{FIRST_YEAR} to {LAST_YEAR}"
            raise HouseError("is out of range", key="start", value=str(begin), allowed=allowed)
        moments_s = zone(self.timezone).utc_s(np.array([wall_of(begin), wall_of(end)]))
        span_s = float(moments_s[1] - moments_s[0]) + (length - whole) * DAY_S
        count = int(span_s / step_s + 1e-6)
        if count < 1:
            raise HouseError("holds no whole step", key="days", value=days)
        return Steps(float(moments_s[0]), step_s, count)

    def chunks(
        self,
        start: date | datetime | None = None,
        days: float | None = None,
        step_s: float = STEP_S,
    ) -> Iterator[np.ndarray]:
        """Return an iterator over arrays of the kernel's `Inputs`, about a month each.

        Raises HouseError at once where a file does not cover the days.
        """
        return (self.world.inputs(part) for part in self.parts(start, days, step_s))

    def parts(
        self,
        start: date | datetime | None = None,
        days: float | None = None,
        step_s: float = STEP_S,
        most: int = CHUNK_ROWS,
    ) -> list[Steps]:
        """Return the run's steps in parts of about a month, of `most` steps at most.

        Raises HouseError where a file does not cover the days.
        """
        steps = self.steps(start, days, step_s)
        self.world.check(steps)
        size = max(1, min(most, int(CHUNK_S / step_s)))
        return [
            Steps(steps.start_s + first * step_s, step_s, min(size, steps.count - first))
            for first in range(0, steps.count, size)
        ]


def load_house(path: str | Path | None = None) -> House:
    """Return the house of a TOML file, or the built-in example; HouseError says what is wrong."""
    if path is None:
        name, folder = BUILT_IN, Path()
        text = (files("twinverter.scenario") / "houses" / BUILT_IN).read_text(encoding="utf-8")
    else:
        name, folder = str(path), Path(path).parent
        text = _read(Path(path))
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise HouseError(f"is no TOML: {error}", file=name) from None
    try:
        form = HouseForm.model_validate(table)
    except ValidationError as error:
        raise explained(error, name) from None
    return _house(form, name, folder)


def _read(path: Path) -> str:
    if not path.is_file():
        raise HouseError("no such file", file=str(path))
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise HouseError(f"cannot be read ({error})", file=str(path)) from None


def _house(form: HouseForm, name: str, folder: Path) -> House:
    law = _law(form.settings.get(LAW_GROUP, {}), name)
    given = _typed_settings(form.settings, name)
    typed, values = _checked_values({}, given, form.site, name)
    try:
        site = form.site.record()
    except SettingError as error:
        raise from_setting(error, name, "") from None
    except HouseError as error:
        error.file = error.file or name
        raise
    world, notes = World.of(form.site, form.world, name, folder)
    group = None
    if form.parallel is not None:
        if form.world.defect:
            reason = "does not say at which unit; [[parallel.trouble]] does"
            raise HouseError(reason, file=name, key="world.defect")
        group, said = group_of(form.parallel, form.site, site, typed, name)
        notes += said
    start = form.world.start
    if not isinstance(start, datetime):
        start = datetime(start.year, start.month, start.day)
    return House(
        name=form.site.name,
        file=name,
        site=site,
        settings=kernel_settings(values, law),
        values=values,
        typed=typed,
        initial_soc=form.world.initial_soc_pct / 100.0,
        timezone=form.site.timezone,
        start=start,
        days=form.world.days,
        notes=tuple([*form.world.notes, *notes]),
        form=form,
        world=world,
        group=group,
    )


def _typed_settings(tables: Mapping[str, Mapping[str, Any]], file: str) -> dict[str, Any]:
    """Return `group.key` -> value of all [settings] tables."""
    given: dict[str, Any] = {}
    known = (*GROUPS, LAW_GROUP)
    for group, table in tables.items():
        if group == LAW_GROUP:
            continue
        if group not in GROUPS:
            reason = f"is no group of settings{nearest(group, known)}"
            raise HouseError(reason, file=file, key=f"settings.{group}", allowed=", ".join(known))
        given |= {f"{group}.{key}": value for key, value in table.items()}
    return given


def _law(table: Mapping[str, Any], file: str) -> Law:
    """Return the law's figures with those that the house file changes."""
    known = {law_key(row) for row in LAW}
    for key, value in table.items():
        place = f"settings.{LAW_GROUP}.{key}"
        if key not in known:
            raise HouseError(f"is no figure of the law{nearest(key, known)}", file=file, key=place)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value):
            raise HouseError("is no finite number", file=file, key=place, value=value)
    return kernel_law(dict(table))


def _checked_values(
    before: Mapping[str, Value], changes: Mapping[str, Any], site: SiteForm, file: str
) -> tuple[dict[str, Value], dict[str, Value]]:
    """Return what was typed and all stored values; HouseError for the first thing wrong."""
    try:
        typed = dict(before) | parse_values(changes)
        values = full_values(typed)
    except SettingError as error:
        raise from_setting(error, file) from None
    problems = check_all(values)
    if problems:
        raise from_setting(problems[0], file)
    for key, reason in disagreements(site, values, typed):
        place = f"settings.{find(key).path}"
        raise HouseError(reason, file=file, key=place, value=values[key])
    return typed, values


def from_setting(error: SettingError, file: str, prefix: str = "settings.") -> HouseError:
    """Return a refused setting as an error of the house file."""
    return HouseError(
        error.reason or "is not allowed",
        file=file,
        key=f"{prefix}{error.key}",
        value=error.value,
        allowed=error.allowed,
    )
