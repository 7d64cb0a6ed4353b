"""The people of a portal as rows: their names, what they may, and what they are to which site."""

from collections.abc import Mapping

from sqlalchemy import Connection, Row, delete, insert, select, update

from twinverter.portal import tables
from twinverter.portal.rights import Role

USERS = tables.users.c
MEMBERS = tables.members.c


class TakenError(ValueError):
    """A name that somebody has already; `str` is one line."""


def added(
    link: Connection,
    name: str,
    password_hash: str,
    now_s: float,
    *,
    mail: str = "",
    is_operator: bool = False,
) -> Row:
    """Return a new person; TakenError where there is one of that name."""
    if named(link, name) is not None:
        raise TakenError(f"There is somebody called {name} already.")
    query = insert(tables.users).values(
        name=name,
        password_hash=password_hash,
        mail=mail,
        is_operator=is_operator,
        is_disabled=False,
        made_s=now_s,
    )
    return link.execute(query.returning(tables.users)).one()


def named(link: Connection, name: str) -> Row | None:
    """Return the person of a name."""
    return link.execute(select(tables.users).where(USERS.name == name)).one_or_none()


def numbered(link: Connection, user_id: int) -> Row | None:
    """Return the person of a number."""
    return link.execute(select(tables.users).where(USERS.id == user_id)).one_or_none()


def everybody(link: Connection, after: str = "", limit: int | None = None) -> list[Row]:
    """Return people by name, those after a name, so many at most."""
    query = select(tables.users).where(USERS.name > after).order_by(USERS.name)
    return list(link.execute(query.limit(limit)))


def altered(link: Connection, user_id: int, **values: str | bool) -> None:
    """Change what is known of a person; a new password, and a shut door, end all their sessions."""
    link.execute(update(tables.users).where(USERS.id == user_id).values(**values))
    if "password_hash" in values or values.get("is_disabled"):
        logged_out(link, user_id)


def rehashed(link: Connection, user_id: int, password_hash: str) -> None:
    """Keep another hash of the same password."""
    link.execute(
        update(tables.users).where(USERS.id == user_id).values(password_hash=password_hash)
    )


def logged_out(link: Connection, user_id: int) -> None:
    """End all sessions of a person."""
    link.execute(delete(tables.sessions).where(tables.sessions.c.user_id == user_id))


def removed(link: Connection, user_id: int) -> None:
    """Forget a person, with their sessions, tokens and roles; the audit log keeps the name."""
    link.execute(delete(tables.users).where(USERS.id == user_id))


def roles_of(link: Connection, user_id: int) -> Mapping[int, Role]:
    """Return what a person is to which site."""
    query = select(MEMBERS.site_id, MEMBERS.role).where(MEMBERS.user_id == user_id)
    return {row.site_id: row.role for row in link.execute(query)}


def members_of(link: Connection, site_id: int, after: str, limit: int) -> list[Row]:
    """Return user_id, name and role of the members of a site, by name, those after a name."""
    query = select(MEMBERS.user_id, USERS.name, MEMBERS.role).join(tables.users)
    query = query.where(MEMBERS.site_id == site_id, USERS.name > after)
    return list(link.execute(query.order_by(USERS.name).limit(limit)))


def role_given(link: Connection, user_id: int, site_id: int, role: Role | None) -> None:
    """Make a person something to a site, or nothing (None)."""
    mine = (MEMBERS.user_id == user_id) & (MEMBERS.site_id == site_id)
    link.execute(delete(tables.members).where(mine))
    if role is not None:
        values = {"user_id": user_id, "site_id": site_id, "role": role}
        link.execute(insert(tables.members).values(**values))
