"""The sites and their devices: a list with what needs somebody first, by the page, and its sums."""

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy import insert, update
from starlette.requests import Request

from twinverter.portal import tables
from twinverter.portal.asked import (
    DeviceRow,
    Here,
    Portal,
    Site,
    SiteRow,
    Who,
    device_rows,
    visible,
)
from twinverter.portal.audit import noted
from twinverter.portal.fields import LONGEST_LINE, REFUSED, Body, Done, Line, Name, Text
from twinverter.portal.moments import STATES, State
from twinverter.portal.places import ROWS, After, Limit, page
from twinverter.portal.rights import API, Role
from twinverter.portal.site_lines import (
    DeviceLine,
    SiteLine,
    Sums,
    days_of,
    device_line,
    holds,
    known_sites,
    site_line,
    sums_of,
)
from twinverter.portal.site_lines import Site as Found
from twinverter.portal.tables import sites
from twinverter.words.logbook import stamp

router = APIRouter(prefix=API, responses=REFUSED, tags=["sites"])

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Words = Annotated[str, Query(max_length=LONGEST_LINE, description="What a site's line holds.")]


class SiteList(BaseModel):
    """A page of the sites that are there for who asks, what needs somebody first.

    `clock` is that of the device heard last, `sums` and `counts` are of all sites, `total` is how
    many fit what was asked, and `next` is where the next page begins, null at the end.
    """

    clock: str
    sums: Sums
    counts: dict[State, int]
    total: int
    next: str | None
    sites: list[SiteLine]


class SiteState(SiteLine):
    """A site, and what one is to it."""

    role: Role | Literal["operator"]


class DeviceList(BaseModel):
    """A page of the devices of a site; `next` is where the next page begins, null at the end."""

    total: int
    next: str | None
    devices: list[DeviceLine]


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
def listed(
    portal: Here,
    actor: Who,
    state: State | None = None,
    search: Words = "",
    after: After = None,
    limit: Limit = ROWS,
) -> SiteList:
    """Return a page of the sites one sees, alarms first; those of a state, or found by a search."""
    now_s = time.time()
    places, devices = visible(portal, actor)
    found = known_sites(places, devices, now_s)
    words = search.strip()
    asked = [
        site
        for site in found
        if (state is None or site.state == state) and (not words or holds(site, words, now_s))
    ]
    shown, further = page(asked, lambda site: site.place, after, limit)
    everything = [one for site in found for one in site.devices]
    days = days_of(portal.sparks, everything, [one for site in shown for one in site.shown])
    heard = [row for row in devices if row.heard_s and row.moment]
    last = max(heard, key=lambda row: row.heard_s or 0.0, default=None)
    return SiteList(
        clock=stamp(last.moment["clock_s"]) if last and last.moment else "",
        sums=sums_of(everything, days),
        counts={one: sum(site.state == one for site in found) for one in STATES},
        total=len(asked),
        next=further,
        sites=[site_line(site, days, now_s) for site in shown],
    )


@router.get("/sites/{id}")
def one(site: Site, portal: Here, actor: Who) -> SiteState:
    """Return a site with its first devices."""
    now_s = time.time()
    found = _known(portal, site, now_s)
    line = site_line(found, days_of(portal.sparks, found.devices, found.shown), now_s)
    return SiteState(role=actor.roles.get(site.id, "operator"), **dict(line))


@router.get("/sites/{id}/devices")
def devices(site: Site, portal: Here, after: After = None, limit: Limit = ROWS) -> DeviceList:
    """Return a page of the devices of a site, alarms first."""
    now_s = time.time()
    known = _known(portal, site, now_s).devices
    shown, further = page(known, lambda one: one.place, after, limit)
    days = days_of(portal.sparks, shown, shown)
    lines = [device_line(one, days, now_s) for one in shown]
    return DeviceList(total=len(known), next=further, devices=lines)


def _known(portal: Portal, site: SiteRow, now_s: float) -> Found:
    """Return a site as it is now."""
    query = device_rows("settings").where(tables.devices.c.site_id == site.id)
    with portal.register.reading() as connection:
        rows = [DeviceRow(*row) for row in connection.execute(query)]
    return known_sites([site], rows, now_s)[0]


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
