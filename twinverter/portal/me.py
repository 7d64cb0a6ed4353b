"""Coming and going: log in, log out, who one is, another password."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from twinverter.portal import accounts, tables
from twinverter.portal.account_routes import hashed
from twinverter.portal.asked import Who
from twinverter.portal.audit import noted
from twinverter.portal.clerk import address
from twinverter.portal.doors import COOKIE, LIFE_S, Entrance, Opened
from twinverter.portal.fields import REFUSED, Body, Done, Name, Password
from twinverter.portal.limits import TooOftenError
from twinverter.portal.places import ROWS
from twinverter.portal.rights import API, Kind, Role, sites_of

router = APIRouter(prefix=API, responses=REFUSED, tags=["me"])


class Login(Body):
    """Who comes in."""

    name: Name
    password: Password


class NewPassword(Body):
    """Another password for oneself."""

    old: Password
    new: Password


class MySite(BaseModel):
    """A site that one sees, and what one is to it."""

    id: int
    name: str
    role: Role | Literal["operator"]


class Me(BaseModel):
    """Who one is; `csrf` is what writes by cookie carry in X-CSRF.

    `sites` are the first that one sees, the list of sites has all of them; `installs` says whether
    there is one for whose devices one makes tokens.
    """

    name: str
    kind: Kind
    is_operator: bool
    csrf: str | None
    single_house: bool
    installs: bool
    sites: list[MySite]


@router.post("/login")
def login(body: Login, request: Request, reply: Response, doors: Entrance) -> Done:
    """Open a session: the cookie that everything else asks for."""
    noted(request, who=body.name)
    agent = request.headers.get("user-agent", "")
    try:
        opened = doors.enter(body.name, body.password, address(request.scope), agent)
    except TooOftenError as error:
        raise _too_often(error) from None
    if opened is None:
        raise HTTPException(401, "Wrong name or password.", {"WWW-Authenticate": "Bearer"})
    doors.leave(request.cookies.get(COOKIE))
    _give(reply, request, opened)
    return Done()


@router.post("/logout")
def logout(request: Request, reply: Response, doors: Entrance) -> Done:
    """Close the session."""
    doors.leave(request.cookies.get(COOKIE))
    reply.delete_cookie(COOKIE)
    return Done()


@router.get("/me")
def me(request: Request, doors: Entrance, actor: Who) -> Me:
    """Return who one is, and the sites one sees."""
    query = select(tables.sites.c.id, tables.sites.c.name).order_by(tables.sites.c.id)
    seen = sites_of(actor)
    if seen is not None:
        query = query.where(tables.sites.c.id.in_(sorted(seen)))
    query = query.limit(ROWS)
    with doors.register.reading() as link:
        sites = [
            MySite(id=row.id, name=row.name, role=actor.roles.get(row.id, "operator"))
            for row in link.execute(query)
        ]
    return Me(
        name=actor.name,
        kind=actor.kind,
        is_operator=actor.is_operator,
        csrf=request.scope["state"]["csrf"],
        single_house=doors.is_single,
        installs=actor.is_operator or "installer" in actor.roles.values(),
        sites=sites,
    )


@router.post("/password")
def password(
    body: NewPassword, request: Request, reply: Response, doors: Entrance, actor: Who
) -> Done:
    """Take another password; all sessions end but a new one for who asks."""
    assert actor.user_id is not None
    with doors.register.reading() as link:
        person = accounts.numbered(link, actor.user_id)
    try:
        is_right = doors.fits(actor.name, body.old, person, address(request.scope))
    except TooOftenError as error:
        raise _too_often(error) from None
    if not is_right:
        raise HTTPException(403, "The old password is another one.")
    kept = hashed(doors, body.new, actor.name)
    with doors.register.begin() as link:
        accounts.altered(link, actor.user_id, password_hash=kept)
        agent = request.headers.get("user-agent", "")
        opened = doors.begun(link, actor.user_id, address(request.scope), agent)
    _give(reply, request, opened)
    return Done()


def _too_often(error: TooOftenError) -> HTTPException:
    text = f"Too many wrong passwords. Try again in {error.wait_s} s."
    return HTTPException(429, text, {"Retry-After": str(error.wait_s)})


def _give(reply: Response, request: Request, opened: Opened) -> None:
    """Hand the cookie out: out of reach of scripts, of other sites, and over https on https."""
    reply.set_cookie(
        COOKIE,
        opened.secret,
        max_age=round(LIFE_S),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
