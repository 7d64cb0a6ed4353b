"""Reports of a month over a site: on the page, as a file, and by mail to who asked for it."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import delete, func, insert, select
from starlette.exceptions import HTTPException

from twinverter.book.document import Document
from twinverter.book.html import html
from twinverter.book.paper import pdf
from twinverter.monitor.curves import span
from twinverter.monitor.month import MONTH, month
from twinverter.portal import tables
from twinverter.portal.asked import DeviceRow, Here, Portal, Site, SiteRow, device_rows
from twinverter.portal.audit import noted
from twinverter.portal.fields import REFUSED, Body, Done, Mail
from twinverter.portal.month_report import AlarmCount, ChangeLine, DeviceMonth, report
from twinverter.portal.register import Conflict
from twinverter.portal.takeaway import file_name
from twinverter.words.logbook import entered_text, setting_words

router = APIRouter(prefix="/api/v1/sites/{id}", responses=REFUSED, tags=["reports"])

# 1970-01 to 2199-12: clocks of devices begin there, none of today lives to see the end.
MONTHS = r"^(19[7-9]\d|2[01]\d\d)-(0[1-9]|1[0-2])$"
Format = Literal["html", "pdf"]
KINDS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}
# A report brings its style within itself, and nothing else: no script, no picture from elsewhere.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
# More than a site has; each adds pages.
MOST_DEVICES, MOST_SUBSCRIPTIONS = 50, 20


class Subscription(Body):
    """Who gets the report of each month by mail."""

    mail: Annotated[Mail, Field(min_length=3)]


class Subscriptions(BaseModel):
    """All who get it."""

    mails: list[str]


@router.get(
    "/report",
    response_class=Response,
    responses={200: {"content": {kind.partition(";")[0]: {} for kind in KINDS.values()}}},
)
def month_report(
    portal: Here,
    site: Site,
    of: Annotated[
        str, Query(alias="month", pattern=r"^(19[7-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])$")
    ],
    format: Format = "html",
) -> Response:
    """Return the report of a month (2026-10) over all devices of a site."""
    first = date.fromisoformat(f"{of}-01")
    document = site_report(portal, site, first)
    if document is None:
        raise HTTPException(404, f"Nothing is known of {of} at this site")
    body = html(document).encode() if format == "html" else pdf(document)
    name = f"{file_name(site.name)}-{of}.{format}"
    return Response(
        body,
        media_type=KINDS[format],
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "Content-Security-Policy": POLICY,
        },
    )


@router.get("/subscriptions", response_model=Subscriptions)
def subscriptions(portal: Here, site: Site) -> Any:
    """Return who gets this site's report of each month."""
    return {"mails": subscribed(portal, site.id)}


@router.put("/subscriptions", response_model=Done)
def subscribe(request: Request, portal: Here, site: Site, body: Subscription) -> Done:
    """Send the report of each month to an address from now on."""
    noted(request, site.name, f"reports to {body.mail}")
    if len(subscribed(portal, site.id)) >= MOST_SUBSCRIPTIONS:
        raise HTTPException(422, f"mail: {MOST_SUBSCRIPTIONS} addresses get it already")
    try:
        with portal.register.begin() as connection:
            connection.execute(
                insert(tables.subscriptions).values(site_id=site.id, mail=body.mail, kind=MONTH)
            )
    except Conflict:
        # It gets the report already.
        return Done()
    return Done()


@router.delete("/subscriptions", response_model=Done)
def unsubscribe(request: Request, portal: Here, site: Site, body: Subscription) -> Done:
    """Send nothing more to an address."""
    noted(request, site.name, f"no reports to {body.mail}")
    table = tables.subscriptions.c
    with portal.register.begin() as connection:
        connection.execute(
            delete(tables.subscriptions).where(table.site_id == site.id, table.mail == body.mail)
        )
    return Done()


def subscribed(portal: Portal, site_id: int) -> list[str]:
    """Return the addresses that get a site's report, in order."""
    table = tables.subscriptions.c
    query = select(table.mail).where(table.site_id == site_id).order_by(table.mail)
    with portal.register.reading() as connection:
        return list(connection.execute(query).scalars())


def site_report(portal: Portal, site: SiteRow, first: date) -> Document | None:
    """Return the report of a site's month, None where nothing is known of it."""
    query = device_rows().where(tables.devices.c.site_id == site.id)
    with portal.register.reading() as connection:
        rows = connection.execute(query.order_by(tables.devices.c.id).limit(MOST_DEVICES)).all()
    found = [
        one
        for one in (_device_month(portal, DeviceRow(*row), first) for row in rows)
        if one is not None
    ]
    return report(site.name, site.place, found) if found else None


def _device_month(portal: Portal, device: DeviceRow, first: date) -> DeviceMonth | None:
    if not portal.history.knows(device.name):
        return None
    found = month(portal.history, device.name, first)
    if found.balance.counted_s <= 0.0:
        return None
    within = span(MONTH, first)
    alarms, changes = tables.alarms.c, tables.changes.c
    during = (alarms.device_id == device.id, alarms.clock_s >= within.start_s,
              alarms.clock_s < within.end_s, alarms.raised)  # fmt: skip
    with portal.register.reading() as connection:
        rose = connection.execute(
            select(alarms.code, func.count(), func.max(alarms.clock_s))
            .where(*during)
            .group_by(alarms.code)
        ).all()
        changed = connection.execute(
            select(changes.clock_s, changes.by, changes.key, changes.before, changes.after)
            .where(
                changes.device_id == device.id,
                changes.clock_s >= within.start_s,
                changes.clock_s < within.end_s,
            )
            .order_by(changes.clock_s, changes.seq)
        ).all()
    counts = [AlarmCount(code, times, last_s) for code, times, last_s in rose]
    return DeviceMonth(
        device.title or device.name, found, counts, [_change(*row) for row in changed]
    )


def _change(clock_s: float, by: str, key: str, before: Any, after: Any) -> ChangeLine:
    label = setting_words(key)["label"]
    return ChangeLine(clock_s, by, label, entered_text(key, before), entered_text(key, after))
