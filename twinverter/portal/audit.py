"""The audit log: who wanted what, from where, and what became of it; rows are only ever added.

Every login, refusal and change is one row, written before its reply leaves. Deliveries are not
(they are the history itself), and neither is reading what one may read.
"""

from typing import NamedTuple

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import Connection, insert, select
from starlette.requests import HTTPConnection

from twinverter.portal import tables
from twinverter.portal.doors import Entrance
from twinverter.portal.fields import REFUSED, is_plain
from twinverter.portal.places import ROWS, BeforeId, Limit
from twinverter.portal.rights import API

# Longer texts are cut: a row tells, it does not keep.
LONGEST = 400
COLUMNS = tables.audit.c

router = APIRouter(prefix=API, responses=REFUSED, tags=["audit"])


class Entry(NamedTuple):
    """One row, before it has a number."""

    at_s: float
    who: str
    address: str
    what: str
    target: str = ""
    detail: str = ""
    outcome: str = "done"


class AuditLine(BaseModel):
    """One row of the audit log."""

    id: int
    at_s: float
    who: str
    address: str
    what: str
    target: str
    detail: str
    outcome: str


def note(link: Connection, entry: Entry) -> None:
    """Add a row; what no database could hold is left out of its texts."""
    told = {key: shown(value) for key, value in entry._asdict().items() if key != "at_s"}
    link.execute(insert(tables.audit).values(at_s=entry.at_s, **told))


def shown(text: str) -> str:
    """Return a text as one line of bounded length that every database takes."""
    return "".join(letter if is_plain(letter) else "\ufffd" for letter in text[:LONGEST])


def rows(link: Connection, before: int | None, limit: int) -> list[AuditLine]:
    """Return rows, newest first, those before a number."""
    query = select(tables.audit).order_by(COLUMNS.id.desc()).limit(limit)
    if before is not None:
        query = query.where(COLUMNS.id < before)
    return [AuditLine(**row) for row in link.execute(query).mappings()]


def noted(connection: HTTPConnection, target: str = "", detail: str = "", who: str = "") -> None:
    """Tell the guard what an endpoint changed, in words, for the row it writes."""
    told = {"target": target, "detail": detail, "who": who}
    connection.scope["state"]["noted"] |= {key: text for key, text in told.items() if text}


@router.get("/audit")
def audit(doors: Entrance, before: BeforeId = None, limit: Limit = ROWS) -> list[AuditLine]:
    """Return the audit log, newest first; `before` a row's number goes on from there."""
    with doors.register.reading() as link:
        return rows(link, before, limit)
