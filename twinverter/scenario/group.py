"""The units of a house in parallel, and what each is at any moment of a run (C-60).

Sites, settings, badges and plugs are constant over stretches of steps; a run is cut where something
happens to one of the units. What a slave sets for itself beside its battery page is overwritten by
the master's, as in the family; what somebody sets at the master goes to all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from twinverter.catalog.settings import (
    SettingError,
    Settings,
    check_all,
    find,
    full_values,
    kernel_settings,
    parse_values,
)
from twinverter.plant.site import Site
from twinverter.scenario.error import HouseError
from twinverter.scenario.mishaps import Mishap
from twinverter.scenario.parallel_form import (
    CABLE_PULLED,
    FRAMES_LOST,
    PHASES,
    SETTING,
    SWITCHED_OFF,
    ParallelForm,
    TroubleForm,
    UnitForm,
)
from twinverter.scenario.site_form import SiteForm
from twinverter.scenario.steps import Steps
from twinverter.scenario.sun import Plane

Value = bool | int | float | str
OWN_GROUPS = ("battery", "parallel", "button")


class Now(NamedTuple):
    """What one unit is over a stretch: typed settings, defects, and what its plug loses."""

    values: Mapping[str, Value]
    defects: Mapping[str, float]
    loss: float


@dataclass(frozen=True)
class Unit:
    """One unit: who it is, its site with its own strings, its settings as stored, its roof."""

    address: int
    master: bool
    phase: str | None
    gain: float
    site: Site
    typed: Mapping[str, Value]
    roof: int


@dataclass(frozen=True)
class Group:
    """All units of a house; `roofs` are the planes of each different roof among them."""

    units: tuple[Unit, ...]
    shared: bool
    roofs: tuple[tuple[Plane, ...], ...]
    troubles: tuple[tuple[TroubleForm, Mishap], ...]

    @property
    def master(self) -> Unit:
        """Return the master."""
        return next(unit for unit in self.units if unit.master)

    def stretches(self, steps: Steps) -> list[tuple[int, tuple[Now, ...]]]:
        """Return what every unit is over so many steps each; together they are `steps`."""
        rows = [mishap.rows(steps) for _, mishap in self.troubles]
        borders = sorted({0, steps.count, *(row for both in rows for row in both)})
        found = []
        for first, end in zip(borders, borders[1:], strict=False):
            standing = [
                trouble
                for (trouble, _), (begins, ends) in zip(self.troubles, rows, strict=True)
                if begins < end and first < ends
            ]
            found.append((end - first, tuple(self._now(unit, standing) for unit in self.units)))
        return found

    def _now(self, unit: Unit, standing: list[TroubleForm]) -> Now:
        typed = dict(unit.typed)
        defects: dict[str, float] = {}
        loss = 0.0
        for one in standing:
            its = one.unit == unit.address
            if one.cause == SETTING and one.setting is not None:
                row = find(one.setting)
                of_master = one.unit == self.master.address
                if (its and (of_master or row.group in OWN_GROUPS)) or (
                    of_master and row.group not in OWN_GROUPS
                ):
                    typed[row.key] = row.parse(one.to)
            elif not its:
                continue
            elif one.cause == SWITCHED_OFF:
                typed["power_button"] = False
            elif one.cause == CABLE_PULLED:
                loss = 1.0
            elif one.cause == FRAMES_LOST:
                loss = one.mishap("UTC").value
            else:
                defects[one.cause] = one.mishap("UTC").value
        return Now(full_values(typed), defects, loss)


def group_of(
    form: ParallelForm, site: SiteForm, record: Site, typed: Mapping[str, Value], file: str
) -> tuple[Group, list[str]]:
    """Return the group of a house and what there is to say of it; HouseError for what is wrong."""
    notes = [one.told() for one in form.trouble]
    if form.battery == "separate" and site.genset is not None:
        reason = "cannot share an engine where each has its own battery and asks for it by itself"
        raise HouseError(reason, file=file, key="parallel.battery", value=form.battery)
    if site.rlc.figures():
        reason = "is for one unit, a group has none"
        raise HouseError(reason, file=file, key="site.rlc")
    roofs: list[tuple[Plane, ...]] = [tuple(string.plane() for string in site.pv)]
    units = []
    for one in form.members():
        own_site, roof = record, 0
        if one.pv is not None:
            own_site = site.model_copy(update={"pv": one.pv}).record()
            planes = tuple(string.plane() for string in one.pv)
            if planes not in roofs:
                roofs.append(planes)
            roof = roofs.index(planes)
        own, overwritten = _own(one, typed, file)
        notes += [
            f"unit {one.address}: {key} is overwritten by the master's" for key in overwritten
        ]
        gain = 1.0 + one.sense_error_pct / 100.0
        units.append(Unit(one.address, one.role == "master", one.phase, gain, own_site, own, roof))
    times = tuple((one, one.mishap(site.timezone)) for one in form.trouble)
    return Group(tuple(units), form.battery == "shared", tuple(roofs), times), notes


def _own(
    one: UnitForm, typed: Mapping[str, Value], file: str
) -> tuple[dict[str, Value], list[str]]:
    """Return what stands typed at a unit, and which of its own settings the master overwrites."""
    place = f"parallel.unit[{one.address}].settings"
    try:
        given = parse_values(one.given())
    except SettingError as error:
        reason = error.reason or "is not allowed"
        key = f"{place}.{error.key}"
        allowed = error.allowed
        raise HouseError(reason, file=file, key=key, value=error.value, allowed=allowed) from None
    kept: dict[str, Any] = dict(typed)
    overwritten = []
    for key, value in given.items():
        if one.role == "master" or find(key).group in OWN_GROUPS:
            kept[key] = value
        else:
            overwritten.append(find(key).path)
    kept |= {
        "parallel_feature": True,
        "parallel_enable": kept.get("parallel_enable", True),
        "parallel_address": one.address,
        "parallel_role": one.role,
    }
    if one.phase is not None:
        kept |= {"phase_mode": "single", "parallel_phase": one.phase}
    problems = check_all(full_values(kept))
    if problems:
        first = problems[0]
        reason = first.reason or "is not allowed"
        raise HouseError(reason, file=file, key=f"{place}.{first.key}", value=first.value)
    return kept, overwritten


def settings_of(values: Mapping[str, Value], house: Settings) -> Settings:
    """Return a unit's kernel settings, with the figures of the law that the house has."""
    return kernel_settings(values, house.law)


def phase_number(values: Mapping[str, Value]) -> float:
    """Return the phase of a unit, 1 to 3, or 0 where it is on all three."""
    if values["phase_mode"] != "single":
        return 0.0
    return 1.0 + PHASES.index(str(values["parallel_phase"]))
