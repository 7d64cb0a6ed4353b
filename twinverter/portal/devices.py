"""One device: what it is, its newest moment, what it counted, and which settings were changed."""

import time
from typing import Any

import numpy as np
from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import Connection, func, select, update
from starlette.exceptions import HTTPException
from starlette.requests import Request

from twinverter.catalog.alarms import STATE
from twinverter.monitor.columns import SUMS
from twinverter.monitor.history import History, HistoryAway, HistoryError
from twinverter.monitor.levels import LEVEL, slots
from twinverter.portal.asked import NO_SITE, Device, DeviceRow, Here, Who, site_rows
from twinverter.portal.audit import noted
from twinverter.portal.fields import REFUSED, Body, Done, Id, Line
from twinverter.portal.moments import MomentState, State, moment_told, state_of
from twinverter.portal.rights import API, Right, may
from twinverter.portal.settings import Differing, differing
from twinverter.portal.site_lines import title_of
from twinverter.portal.tables import alarms, devices, sites
from twinverter.words.logbook import alarm_words

router = APIRouter(prefix=f"{API}/devices", responses=REFUSED, tags=["devices"])


class SiteName(BaseModel):
    """Where a device stands."""

    id: int
    name: str
    place: str


class AlarmCounts(BaseModel):
    """Alarms that stand now, and those that rose in the month of the device's clock."""

    now: int
    month: int


class Energies(BaseModel):
    """What was counted in the day, the month and ever, in Wh and s; empty where nothing was."""

    today: dict[str, float]
    month: dict[str, float]
    total: dict[str, float]


class DeviceState(BaseModel):
    """A device with everything that stands still on its page."""

    name: str
    title: str
    site: SiteName
    about: dict[str, Any] | None
    heard_at_s: float | None
    every_s: float
    state: State
    moment: MomentState | None
    energy: Energies
    differing: list[Differing]
    alarm_counts: AlarmCounts


class DeviceChange(Body):
    """What of a device is to be otherwise; what is left out stays."""

    title: Line | None = None
    site_id: Id | None = None


@router.get("/{name}")
def device(found: Device, portal: Here) -> DeviceState:
    """Return a device."""
    with portal.register.reading() as connection:
        row = connection.execute(site_rows().where(sites.c.id == found.site_id)).one()
        month = _alarms_of_month(connection, found)
    codes = found.moment["codes"] if found.moment else {}
    return DeviceState(
        name=found.name,
        title=title_of(found),
        site=SiteName(id=row.id, name=row.name, place=row.place),
        about=found.about,
        heard_at_s=found.heard_s,
        every_s=found.every_s,
        state=state_of(found, time.time()),
        moment=moment_told(found.moment) if found.moment else None,
        energy=energy(portal.history, found),
        differing=differing(found.settings or {}),
        alarm_counts=AlarmCounts(
            now=sum(alarm_words(code)["severity"] != STATE for code in codes), month=month
        ),
    )


@router.patch("/{name}")
def altered(
    change: DeviceChange, found: Device, portal: Here, actor: Who, request: Request
) -> Done:
    """Give a device another title, or another site where one may install as well."""
    values = change.model_dump(exclude_unset=True, exclude_none=True)
    if change.site_id is not None:
        may(actor, Right.INSTALL, change.site_id)
    with portal.register.begin() as connection:
        if change.site_id is not None:
            there = connection.execute(select(sites.c.id).where(sites.c.id == change.site_id))
            if there.first() is None:
                raise HTTPException(404, NO_SITE)
        if values:
            connection.execute(update(devices).where(devices.c.id == found.id).values(**values))
    noted(request, target=f"device {found.name}", detail=", ".join(sorted(values)))
    return Done()


def energy(history: History, found: DeviceRow) -> Energies:
    """Return what a device counted in its day and month by its clock, and ever."""
    if found.moment is None:
        return Energies(today={}, month={}, total={})
    clock_s = found.moment["clock_s"]
    return Energies(
        today=_counted(history, found.name, "day", clock_s),
        month=_counted(history, found.name, "month", clock_s),
        total=_counted(history, found.name, "total", clock_s),
    )


def _counted(history: History, device_name: str, level: str, clock_s: float) -> dict[str, float]:
    start_s = slot_of(level, clock_s)
    try:
        rows = history.read(device_name, level, start_s, start_s + 1.0, (), SUMS).to_pylist()
    except HistoryAway:
        raise
    except HistoryError:
        return {}
    return {name: rows[0][name] for name in SUMS} if rows else {}


def slot_of(level: str, clock_s: float) -> float:
    """Return the begin of the slot of a level that holds a moment of the clock."""
    return float(slots(LEVEL[level], np.array([clock_s]))[0])


def _alarms_of_month(connection: Connection, found: DeviceRow) -> int:
    """Return how many alarms rose in the month of the device's clock."""
    if found.moment is None:
        return 0
    query = select(func.count()).where(
        alarms.c.device_id == found.id,
        alarms.c.raised,
        alarms.c.clock_s >= slot_of("month", found.moment["clock_s"]),
        alarms.c.clock_s <= found.moment["clock_s"],
    )
    return int(connection.execute(query).scalar_one())
