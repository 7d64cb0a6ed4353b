"""The sites and their devices: a list with what needs somebody first, and their sums."""

import time
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import insert, update
from starlette.requests import Request

from twinverter.portal.asked import DeviceRow, Here, Site, SiteRow, Who, visible
from twinverter.portal.audit import noted
from twinverter.portal.fields import REFUSED, Body, Done, Line, Name, Text
from twinverter.portal.moments import STATES, State, flows, headline, state_of, worst
from twinverter.portal.rights import API
from twinverter.portal.sparks import Spark
from twinverter.portal.tables import sites
from twinverter.words.logbook import stamp

router = APIRouter(prefix=API, responses=REFUSED, tags=["sites"])

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
NO_SPARK = Spark(None, [])


class DeviceLine(BaseModel):
    """A device in a list; powers in W, positive feeds the loads, `spark` a quarter hour each."""

    name: str
    title: str
    state: State
    headline: str
    detail: str
    heard_at_s: float | None
    clock_s: float | None
    solar_w: float | None
    load_w: float | None
    grid_w: float | None
    battery_w: float | None
    soc: float | None
    stored_wh: float | None
    solar_today_wh: float | None
    spark: list[float | None]


class SiteLine(BaseModel):
    """A site in a list, with its devices; its state is that of its worst."""

    id: int
    name: str
    place: str
    latitude_deg: float | None
    longitude_deg: float | None
    timezone: str
    note: str
    state: State
    devices: list[DeviceLine]


class Sums(BaseModel):
    """What all devices that are heard do together."""

    solar_w: float
    load_w: float
    grid_w: float
    stored_wh: float
    solar_today_wh: float


class SiteList(BaseModel):
    """All sites that are there for who asks; `clock` is that of the device heard last."""

    clock: str
    sums: Sums
    counts: dict[State, int]
    sites: list[SiteLine]


class SiteWish(Body):
    """A site to make."""

    name: Name
    place: Line = ""
    latitude_deg: Latitude | None = None
    longitude_deg: Longitude | None = None
    timezone: Line = ""
    note: Text = ""


class SiteChange(Body):
    """What of a site is to be otherwise; what is left out stays."""

    name: Name | None = None
    place: Line | None = None
    latitude_deg: Latitude | None = None
    longitude_deg: Longitude | None = None
    timezone: Line | None = None
    note: Text | None = None


class SiteMade(BaseModel):
    """A new site."""

    id: int


@router.get("/sites")
def listed(portal: Here, actor: Who) -> SiteList:
    """Return all sites one sees with their devices, alarms first."""
    now_s = time.time()
    places, devices = visible(portal, actor)
    clocks_s = {row.name: row.moment["clock_s"] for row in devices if row.moment}
    sparks = portal.sparks.of(clocks_s)
    lines: dict[int, list[DeviceLine]] = {place.id: [] for place in places}
    for row in devices:
        if row.site_id in lines:
            lines[row.site_id].append(_line(row, sparks.get(row.name, NO_SPARK), now_s))
    found = [_site(place, lines[place.id]) for place in places]
    heard = [row for row in devices if row.heard_s and row.moment]
    last = max(heard, key=lambda row: row.heard_s or 0.0, default=None)
    return SiteList(
        clock=stamp(last.moment["clock_s"]) if last and last.moment else "",
        sums=_sums([line for site in found for line in site.devices]),
        counts={state: sum(site.state == state for site in found) for state in STATES},
        sites=sorted(found, key=lambda site: (STATES.index(site.state), site.name.casefold())),
    )


@router.post("/sites", status_code=201)
def made(wish: SiteWish, portal: Here, request: Request) -> SiteMade:
    """Make a site."""
    with portal.register.begin() as connection:
        values = wish.model_dump() | {"made_s": time.time()}
        row = connection.execute(insert(sites).values(**values)).inserted_primary_key
    number = int(row[0]) if row else 0
    noted(request, target=f"site {number}", detail=wish.name)
    return SiteMade(id=number)


@router.patch("/sites/{id}")
def altered(change: SiteChange, site: Site, portal: Here, request: Request) -> Done:
    """Change what is known of a site."""
    wanted = change.model_dump(exclude_unset=True)
    # A place on the map may be taken away; a text that is none is left.
    values = {
        key: value for key, value in wanted.items() if value is not None or key.endswith("_deg")
    }
    if values:
        with portal.register.begin() as connection:
            connection.execute(update(sites).where(sites.c.id == site.id).values(**values))
    noted(request, target=f"site {site.id}", detail=", ".join(sorted(values)))
    return Done()


def _line(row: DeviceRow, spark: Spark, now_s: float) -> DeviceLine:
    state = state_of(row, now_s)
    text, detail = headline(row, state, now_s)
    flow = flows(row.moment)
    return DeviceLine(
        name=row.name,
        title=title_of(row),
        state=state,
        headline=text,
        detail=detail,
        heard_at_s=row.heard_s,
        clock_s=row.moment["clock_s"] if row.moment else None,
        solar_today_wh=spark.solar_wh,
        spark=spark.solar_w,
        **flow.model_dump(exclude={"generator_w"}),
    )


def title_of(row: DeviceRow) -> str:
    """Return what a device is called: as somebody named it here, as it names itself, its name."""
    return row.title or (row.about or {}).get("name") or row.name


def _site(place: SiteRow, lines: list[DeviceLine]) -> SiteLine:
    lines = sorted(lines, key=lambda line: (STATES.index(line.state), line.title.casefold()))
    known = place._asdict()
    del known["made_s"]
    return SiteLine(state=worst([line.state for line in lines]), devices=lines, **known)


def _sums(lines: list[DeviceLine]) -> Sums:
    """Return the sums of the devices that are heard; energy of today counts of all."""
    heard = [line for line in lines if line.state not in ("silent", "new")]
    return Sums(
        solar_w=sum(line.solar_w or 0.0 for line in heard),
        load_w=sum(line.load_w or 0.0 for line in heard),
        grid_w=sum(line.grid_w or 0.0 for line in heard),
        stored_wh=sum(line.stored_wh or 0.0 for line in heard),
        solar_today_wh=sum(line.solar_today_wh or 0.0 for line in lines),
    )
