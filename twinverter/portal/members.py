"""Who is what to a site: readers, owners and installers, given and taken by those above them."""

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request

from twinverter.portal import accounts
from twinverter.portal.asked import Site, Who
from twinverter.portal.audit import noted
from twinverter.portal.doors import Entrance
from twinverter.portal.fields import REFUSED, Body, Done, Name, PathId
from twinverter.portal.places import ROWS, AfterName, Limit
from twinverter.portal.rights import API, GRANTS, ROLES, Actor, Role

router = APIRouter(prefix=API, responses=REFUSED, tags=["sites"])


class MemberLine(BaseModel):
    """Somebody who is something to a site."""

    user_id: int
    name: str
    role: Role


class MemberWish(Body):
    """Somebody to make something to a site."""

    name: Name
    role: Role


@router.get("/sites/{id}/members")
def listed(
    site: Site, doors: Entrance, after: AfterName = "", limit: Limit = ROWS
) -> list[MemberLine]:
    """Return the members of a site by name; `after` a name goes on from there."""
    with doors.register.reading() as link:
        rows = accounts.members_of(link, site.id, after, limit)
    return [MemberLine(**row._mapping) for row in rows]


@router.put("/sites/{id}/members")
def make(body: MemberWish, site: Site, request: Request, doors: Entrance, actor: Who) -> MemberLine:
    """Make somebody a reader, owner or installer of a site."""
    with doors.register.begin() as link:
        person = accounts.named(link, body.name)
        if person is None:
            raise HTTPException(404, f"There is nobody called {body.name}.")
        before = accounts.roles_of(link, person.id).get(site.id)
        _check(actor, site.id, before, body.role)
        accounts.role_given(link, person.id, site.id, body.role)
    noted(request, f"{site.name} ({site.id})", f"{person.name}: {body.role}")
    return MemberLine(user_id=person.id, name=person.name, role=body.role)


@router.delete("/sites/{id}/members/{user_id}")
def remove(user_id: PathId, site: Site, request: Request, doors: Entrance, actor: Who) -> Done:
    """Take somebody's role at a site away."""
    with doors.register.begin() as link:
        person = accounts.numbered(link, user_id)
        before = accounts.roles_of(link, user_id).get(site.id)
        if person is None or before is None:
            raise HTTPException(404, "There is no such member.")
        _check(actor, site.id, before)
        accounts.role_given(link, user_id, site.id, None)
    noted(request, f"{site.name} ({site.id})", f"{person.name}: no {before}")
    return Done()


def _check(actor: Actor, site_id: int, *roles: str | None) -> None:
    """Raise HTTPException 403 for a role that is not for this actor to give or take."""
    mine = ROLES if actor.is_operator else GRANTS[actor.roles[site_id]]
    for role in roles:
        if role is not None and role not in mine:
            raise HTTPException(403, f"Another {role} is not for you to make or unmake.")
