"""The tokens over HTTP: list them, make one, revoke one."""

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import Connection, Row, or_, select
from starlette.exceptions import HTTPException
from starlette.requests import Request

from twinverter.portal import tables, tokens
from twinverter.portal.asked import Who
from twinverter.portal.audit import noted
from twinverter.portal.doors import Entrance
from twinverter.portal.fields import REFUSED, Body, Done, Id, Lifetime, Line, PathId
from twinverter.portal.places import ROWS, BeforeId, Limit
from twinverter.portal.rights import API, Actor, Right, allows, may, sites_of
from twinverter.portal.tokens import COLUMNS, DAY_S, Purpose, TooManyTokensError

# A program's token ends without being told to; a device has nobody to renew it (assumed).
API_DAYS = 365

router = APIRouter(prefix=API, responses=REFUSED, tags=["tokens"])


class TokenLine(BaseModel):
    """A token, without its secret."""

    id: int
    kind: Purpose
    label: str
    user: str | None
    site_id: int | None
    site: str | None
    made_at_s: float
    ends_at_s: float | None
    used_at_s: float | None
    revoked_at_s: float | None
    is_good: bool


class TokenWish(Body):
    """A token to make: for a device its site; `days` until it ends."""

    kind: Purpose
    label: Line = ""
    site_id: Id | None = None
    days: Lifetime | None = None


class TokenMade(BaseModel):
    """A new token; the secret is shown this once."""

    id: int
    secret: str
    ends_at_s: float | None


@router.get("/tokens")
def listed(
    doors: Entrance, actor: Who, before: BeforeId = None, limit: Limit = ROWS
) -> list[TokenLine]:
    """Return one's own tokens and those of devices where one may install, newest first.

    `before` a number goes on from there.
    """
    names = (tables.users.c.name.label("user"), tables.sites.c.name.label("site"))
    query = select(tables.tokens, *names).outerjoin(tables.users).outerjoin(tables.sites)
    sites = sites_of(actor)
    if sites is not None:
        own = [site for site in sites if allows(actor, Right.INSTALL, site)]
        query = query.where(or_(COLUMNS.user_id == actor.user_id, COLUMNS.site_id.in_(own)))
    if before is not None:
        query = query.where(COLUMNS.id < before)
    now_s = doors.now_s()
    with doors.register.reading() as link:
        return [
            _line(row, now_s)
            for row in link.execute(query.order_by(COLUMNS.id.desc()).limit(limit))
        ]


@router.post("/tokens", status_code=201)
def make(body: TokenWish, request: Request, doors: Entrance, actor: Who) -> TokenMade:
    """Make a token for a device of a site, or for a program that acts as oneself."""
    if body.kind == "api":
        may(actor, Right.OWN)
    elif body.site_id is None:
        raise HTTPException(422, "site_id: a device's token needs its site.")
    else:
        may(actor, Right.INSTALL, body.site_id)
    now_s = doors.now_s()
    days = API_DAYS if body.kind == "api" and body.days is None else body.days
    ends_s = None if days is None else now_s + days * DAY_S
    bound = {"user_id": actor.user_id} if body.kind == "api" else {"site_id": body.site_id}
    with doors.register.begin() as link:
        if body.kind == "device" and not _has_site(link, body.site_id):
            raise HTTPException(404, "There is no such site.")
        try:
            token = tokens.made(link, body.kind, body.label, now_s, ends_s, **bound)
        except TooManyTokensError as error:
            raise HTTPException(409, str(error)) from None
    noted(request, f"token {token.id}", f"{body.kind}: {body.label}")
    return TokenMade(id=token.id, secret=token.secret, ends_at_s=ends_s)


@router.delete("/tokens/{id}")
def revoke(id: PathId, request: Request, doors: Entrance, actor: Who) -> Done:
    """Revoke a token, at once and for good."""
    with doors.register.begin() as link:
        row = link.execute(select(tables.tokens).where(COLUMNS.id == id)).one_or_none()
        if row is None or not _owns(actor, row):
            raise HTTPException(404, "There is no such token.")
        tokens.revoked(link, id, doors.now_s())
    noted(request, f"token {id}", f"{row.kind}: {row.label}")
    return Done()


def _has_site(link: Connection, site_id: int | None) -> bool:
    found = select(tables.sites.c.id).where(tables.sites.c.id == site_id)
    return link.execute(found).scalar() is not None


def _owns(actor: Actor, row: Row) -> bool:
    if row.kind == "device":
        return allows(actor, Right.INSTALL, row.site_id)
    return row.user_id == actor.user_id or allows(actor, Right.PEOPLE)


def _line(row: Row, now_s: float) -> TokenLine:
    is_ended = row.ends_s is not None and row.ends_s <= now_s
    return TokenLine(
        id=row.id,
        kind=row.kind,
        label=row.label,
        user=row.user,
        site_id=row.site_id,
        site=row.site,
        made_at_s=row.made_s,
        ends_at_s=row.ends_s,
        used_at_s=row.used_s,
        revoked_at_s=row.revoked_s,
        is_good=row.revoked_s is None and not is_ended,
    )
