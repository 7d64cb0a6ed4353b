"""What every endpoint asks for: the portal, who asks, and the site or device that is named.

A site or device that somebody may not see is not there for them.
"""

import contextlib
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, HTTPException, Path
from sqlalchemy import Select, null, select
from starlette.requests import HTTPConnection

from twinverter.monitor.history import MOST_NAME, History
from twinverter.monitor.levels import Plan
from twinverter.monitor.opened import open_history
from twinverter.portal import tables
from twinverter.portal.fields import PathId
from twinverter.portal.hub import Hub
from twinverter.portal.inbox import Inbox
from twinverter.portal.register import Register
from twinverter.portal.relay import Relay
from twinverter.portal.rights import Actor, acting, sees, sites_of
from twinverter.portal.sparks import Sparks

NO_DEVICE, NO_SITE = "There is no such device.", "There is no such site."


class Portal:
    """What serves: the register, the history, the way in, and who watches.

    `is_single` is a portal of one house that asks for no login: it answers on this machine alone.
    """

    def __init__(
        self,
        register: Register,
        history: History,
        inbox: Inbox,
        hub: Hub,
        is_single: bool = False,
        relay: Relay | None = None,
    ) -> None:
        self.register, self.history = register, history
        self.inbox, self.hub, self.relay = inbox, hub, relay
        self.is_single = is_single
        self.sparks = Sparks(history)

    @classmethod
    @contextlib.contextmanager
    def opened(
        cls, place: str, is_single: bool = False, plan: Plan | None = None
    ) -> Iterator["Portal"]:
        """Yield the portal over the history at a place, closed at the end; HistoryError."""
        with contextlib.ExitStack() as closing:
            history = open_history(place, plan)
            closing.callback(history.close)
            register = Register.opened(place)
            closing.callback(register.close)
            hub = Hub()
            relay = Relay(register, hub)
            closing.callback(relay.close)
            inbox = Inbox(register, history, hub, relay=relay)
            closing.callback(inbox.close)
            yield cls(register, history, inbox, hub, is_single, relay)


class SiteRow(NamedTuple):
    """A site as the register has it."""

    id: int
    name: str
    place: str
    latitude_deg: float | None
    longitude_deg: float | None
    timezone: str
    note: str
    made_s: float


class DeviceRow(NamedTuple):
    """A device as the register has it; its parts are those of a delivery, as plain data."""

    id: int
    name: str
    site_id: int
    title: str
    life: str
    about: dict[str, Any] | None
    heard_s: float | None
    every_s: float
    moment: dict[str, Any] | None
    settings: dict[str, Any] | None
    settings_s: float | None


def site_rows() -> Select[Any]:
    """Return the question for sites, to be narrowed."""
    return select(*(tables.sites.c[name] for name in SiteRow._fields))


def device_rows(*without: str) -> Select[Any]:
    """Return the question for devices, to be narrowed; None stands for columns left out."""
    return select(
        *(
            null().label(name) if name in without else tables.devices.c[name]
            for name in DeviceRow._fields
        )
    )


def portal_of(connection: HTTPConnection) -> Portal:
    """Return the portal that was asked."""
    portal: Portal = connection.app.state.portal
    return portal


# What only looks at the request is asked in the loop: a thread would cost more than the answer.
async def _here(connection: HTTPConnection) -> Portal:
    return portal_of(connection)


async def _who(connection: HTTPConnection) -> Actor:
    return acting(connection)


Here = Annotated[Portal, Depends(_here)]
Who = Annotated[Actor, Depends(_who)]


def site_of(id: PathId, portal: Here, actor: Who) -> SiteRow:
    """Return the site with this number; HTTPException 404 where it is not there for who asks."""
    if not sees(actor, id):
        raise HTTPException(404, NO_SITE)
    with portal.register.reading() as connection:
        row = connection.execute(site_rows().where(tables.sites.c.id == id)).one_or_none()
    if row is None:
        raise HTTPException(404, NO_SITE)
    return SiteRow(*row)


def device_of(
    name: Annotated[str, Path(max_length=MOST_NAME)], portal: Here, actor: Who
) -> DeviceRow:
    """Return the device of this name; HTTPException 404 where it is not there for who asks."""
    if not name.isprintable():
        raise HTTPException(404, NO_DEVICE)
    with portal.register.reading() as connection:
        row = connection.execute(device_rows().where(tables.devices.c.name == name)).one_or_none()
    if row is None or not sees(actor, row.site_id):
        raise HTTPException(404, NO_DEVICE)
    return DeviceRow(*row)


Site = Annotated[SiteRow, Depends(site_of)]
Device = Annotated[DeviceRow, Depends(device_of)]


def visible(portal: Portal, actor: Actor) -> tuple[list[SiteRow], list[DeviceRow]]:
    """Return the sites and devices that are there for somebody, in order of their ids.

    The settings of thousands of devices are megabytes, which no list shows: they are left out.
    """
    places, things = site_rows(), device_rows("settings")
    seen = sites_of(actor)
    if seen is not None:
        places = places.where(tables.sites.c.id.in_(sorted(seen)))
        things = things.where(tables.devices.c.site_id.in_(sorted(seen)))
    with portal.register.reading() as connection:
        sites = connection.execute(places.order_by(tables.sites.c.id)).all()
        devices = connection.execute(things.order_by(tables.devices.c.id)).all()
    return [SiteRow(*row) for row in sites], [DeviceRow(*row) for row in devices]
