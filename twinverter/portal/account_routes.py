"""The people of a portal over HTTP, for its operators: list, add, change and remove them."""

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import Row
from starlette.exceptions import HTTPException
from starlette.requests import Request

from twinverter.portal import accounts
from twinverter.portal.asked import Who
from twinverter.portal.audit import noted
from twinverter.portal.doors import Doors, Entrance
from twinverter.portal.fields import REFUSED, Body, Done, Mail, Name, Password, PathId
from twinverter.portal.passwords import PasswordError
from twinverter.portal.places import ROWS, AfterName, Limit
from twinverter.portal.register import Conflict
from twinverter.portal.rights import API

NOBODY = "There is nobody of this number."

router = APIRouter(prefix=API, responses=REFUSED, tags=["people"])


class PersonLine(BaseModel):
    """Somebody who may log in."""

    id: int
    name: str
    mail: str
    is_operator: bool
    is_disabled: bool
    made_at_s: float


class PersonWish(Body):
    """Somebody to add."""

    name: Name
    password: Password
    mail: Mail = ""
    is_operator: bool = False


class PersonChange(Body):
    """What changes about somebody; what is not named stays."""

    mail: Mail | None = None
    password: Password | None = None
    is_operator: bool | None = None
    is_disabled: bool | None = None


@router.get("/users")
def listed(doors: Entrance, after: AfterName = "", limit: Limit = ROWS) -> list[PersonLine]:
    """Return people by name; `after` a name goes on from there."""
    with doors.register.reading() as link:
        return [_line(row) for row in accounts.everybody(link, after, limit)]


@router.post("/users", status_code=201)
def add(body: PersonWish, request: Request, doors: Entrance) -> PersonLine:
    """Add somebody; they see no site until they are made a member of one."""
    kept = hashed(doors, body.password, body.name)
    try:
        with doors.register.begin() as link:
            row = accounts.added(
                link,
                body.name,
                kept,
                doors.now_s(),
                mail=body.mail,
                is_operator=body.is_operator,
            )
    except (accounts.TakenError, Conflict):
        raise HTTPException(409, f"There is somebody called {body.name} already.") from None
    noted(request, body.name, "operator" if body.is_operator else "")
    return _line(row)


@router.patch("/users/{id}")
def change(
    id: PathId, body: PersonChange, request: Request, doors: Entrance, actor: Who
) -> PersonLine:
    """Change somebody; a new password or a shut door ends their sessions at once."""
    told = body.model_dump(exclude_none=True)
    if id == actor.user_id and (body.is_operator is False or body.is_disabled):
        raise HTTPException(409, "Nobody takes their own rights; another operator can.")
    with doors.register.reading() as link:
        row = accounts.numbered(link, id)
    if row is None:
        raise HTTPException(404, NOBODY)
    if body.password is not None:
        told["password_hash"] = hashed(doors, told.pop("password"), row.name)
    with doors.register.begin() as link:
        if told:
            accounts.altered(link, id, **told)
        row = accounts.numbered(link, id)
    if row is None:
        raise HTTPException(404, NOBODY)
    noted(request, row.name, ", ".join(f"{key}={_shown(key, told[key])}" for key in told))
    return _line(row)


@router.delete("/users/{id}")
def remove(id: PathId, request: Request, doors: Entrance, actor: Who) -> Done:
    """Remove somebody, with their sessions, tokens and roles."""
    if id == actor.user_id:
        raise HTTPException(409, "Nobody removes themselves; another operator can.")
    with doors.register.begin() as link:
        row = accounts.numbered(link, id)
        if row is None:
            raise HTTPException(404, NOBODY)
        accounts.removed(link, id)
    noted(request, row.name)
    return Done()


def hashed(doors: Doors, password: str, name: str) -> str:
    """Return the hash of a new password; HTTPException 422 for one that nobody should have."""
    try:
        return doors.passwords.hashed(password, name)
    except PasswordError as error:
        raise HTTPException(422, str(error)) from None


def _shown(key: str, value: object) -> object:
    return "new" if key == "password_hash" else value


def _line(row: Row) -> PersonLine:
    return PersonLine(
        id=row.id,
        name=row.name,
        mail=row.mail,
        is_operator=row.is_operator,
        is_disabled=row.is_disabled,
        made_at_s=row.made_s,
    )
