"""Who may do what: one row per route of the portal, one table from roles to rights.

A route without a row is refused whoever asks, so nothing is open by being forgotten. What a person
may not see is not there for them (404); what they see and may not do is refused (403).
"""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Literal, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.routing import compile_path

Kind = Literal["user", "token", "device", "house"]
Role = Literal["reader", "owner", "installer"]
# Each may do what those before it may.
ROLES: tuple[Role, ...] = ("reader", "owner", "installer")
WEBSOCKET = "WEBSOCKET"
API = "/api/v1"


class Right(Enum):
    """What a route asks for."""

    PUBLIC = "nothing"
    SIGNED = "a login or a token of a person"
    OWN = "a login by password"
    READ = "a reader of the site"
    EXPORT = "a reader of the site, who takes its data away"
    MANAGE = "an owner of the site"
    INSTALL = "an installer of the site"
    OPERATE = "an operator of the portal"
    PEOPLE = "an operator of the portal, logged in by password"
    DELIVER = "a token of a device"


ON_A_SITE: dict[Role, frozenset[Right]] = {
    "reader": frozenset({Right.READ, Right.EXPORT}),
    "owner": frozenset({Right.READ, Right.EXPORT, Right.MANAGE}),
    "installer": frozenset({Right.READ, Right.EXPORT, Right.MANAGE, Right.INSTALL}),
}
# The roles that a member may give and take on its site: nobody makes an equal.
GRANTS: dict[Role, tuple[Role, ...]] = {
    "reader": (),
    "owner": ("reader",),
    "installer": ("reader", "owner"),
}
# A stolen token changes no password and makes no other token that lasts longer than it.
BY_KIND: dict[Kind, frozenset[Right]] = {
    "user": frozenset(Right) - {Right.DELIVER},
    "token": frozenset(Right) - {Right.DELIVER, Right.OWN, Right.PEOPLE},
    "device": frozenset({Right.PUBLIC, Right.DELIVER}),
    "house": frozenset(Right) - {Right.OWN, Right.PEOPLE},
}
EVERYBODY = frozenset({Right.PUBLIC, Right.SIGNED, Right.OWN, Right.DELIVER})


class Actor(NamedTuple):
    """Who asks, and what they are to which site."""

    kind: Kind
    name: str
    user_id: int | None = None
    token_id: int | None = None
    # Where a device's token delivers to.
    site_id: int | None = None
    is_operator: bool = False
    roles: Mapping[int, Role] = {}

    @property
    def who(self) -> str:
        """Return the name for the audit log."""
        return f"{self.name}, token {self.token_id}" if self.token_id else self.name


HOUSE = Actor("house", "this house", is_operator=True)


def acting(connection: HTTPConnection) -> Actor:
    """Return who asks, as the guard found out; HTTPException 401 where nobody passed it."""
    actor = connection.scope.get("state", {}).get("actor")
    if not isinstance(actor, Actor):
        raise HTTPException(401, "Log in first.")
    return actor


def allows(actor: Actor, right: Right, site_id: int | None = None) -> bool:
    """Return whether somebody has a right, on a site where it is one of a site."""
    if right not in BY_KIND[actor.kind]:
        return False
    if actor.is_operator or right in EVERYBODY:
        return True
    role = actor.roles.get(site_id) if site_id is not None else None
    return role is not None and right in ON_A_SITE[role]


def sees(actor: Actor, site_id: int | None) -> bool:
    """Return whether a site is there for somebody; a device without a site is there for operators.

    A device's token sees nothing, not even its own site.
    """
    return allows(actor, Right.READ, site_id)


def sites_of(actor: Actor) -> set[int] | None:
    """Return the sites somebody sees, None for all of them."""
    if Right.READ not in BY_KIND[actor.kind]:
        return set()
    return None if actor.is_operator else set(actor.roles)


def may(
    actor: Actor, right: Right, site_id: int | None = None, absent: str = "There is no such site."
) -> None:
    """Raise HTTPException 404 for a site that is not there for somebody, 403 for a right missed."""
    if allows(actor, right, site_id):
        return
    if right in ON_A_SITE["installer"] & BY_KIND[actor.kind] and not sees(actor, site_id):
        raise HTTPException(404, absent)
    raise HTTPException(403, f"This needs {right.value}.")


class Rule(NamedTuple):
    """One row: a method, a path and the right it asks for."""

    method: str
    path: str
    right: Right


# fmt: off
RULES = tuple(Rule(method, path, Right[right]) for method, path, right in (
    # method     path                                             right
    ("GET",      "/",                                             "PUBLIC"),
    ("GET",      "/static/{address:path}",                        "PUBLIC"),
    ("GET",      "/openapi.json",                                 "SIGNED"),
    ("HEAD",     "/openapi.json",                                 "SIGNED"),
    ("POST",     "/api/v1/login",                                 "PUBLIC"),
    ("POST",     "/api/v1/logout",                                "SIGNED"),
    ("GET",      "/api/v1/me",                                    "SIGNED"),
    ("POST",     "/api/v1/password",                              "OWN"),
    ("GET",      "/api/v1/tokens",                                "SIGNED"),
    ("POST",     "/api/v1/tokens",                                "SIGNED"),
    ("DELETE",   "/api/v1/tokens/{id}",                           "SIGNED"),
    ("GET",      "/api/v1/users",                                 "PEOPLE"),
    ("POST",     "/api/v1/users",                                 "PEOPLE"),
    ("PATCH",    "/api/v1/users/{id}",                            "PEOPLE"),
    ("DELETE",   "/api/v1/users/{id}",                            "PEOPLE"),
    ("GET",      "/api/v1/audit",                                 "OPERATE"),
    ("GET",      "/api/v1/sites",                                 "SIGNED"),
    ("POST",     "/api/v1/sites",                                 "OPERATE"),
    ("GET",      "/api/v1/sites/{id}",                            "READ"),
    ("PATCH",    "/api/v1/sites/{id}",                            "MANAGE"),
    ("GET",      "/api/v1/sites/{id}/members",                    "MANAGE"),
    ("PUT",      "/api/v1/sites/{id}/members",                    "MANAGE"),
    ("DELETE",   "/api/v1/sites/{id}/members/{user_id}",          "MANAGE"),
    ("GET",      "/api/v1/sites/{id}/devices",                    "READ"),
    ("POST",     "/api/v1/sites/{id}/devices",                    "INSTALL"),
    ("GET",      "/api/v1/sites/{id}/report",                     "EXPORT"),
    ("GET",      "/api/v1/sites/{id}/subscriptions",              "MANAGE"),
    ("PUT",      "/api/v1/sites/{id}/subscriptions",              "MANAGE"),
    ("DELETE",   "/api/v1/sites/{id}/subscriptions",              "MANAGE"),
    ("GET",      "/api/v1/devices/{name}",                        "READ"),
    ("PATCH",    "/api/v1/devices/{name}",                        "INSTALL"),
    ("GET",      "/api/v1/devices/{name}/settings",               "READ"),
    ("GET",      "/api/v1/devices/{name}/figures",                "READ"),
    ("GET",      "/api/v1/devices/{name}/alarms",                 "READ"),
    ("GET",      "/api/v1/devices/{name}/alarms/{life}/{seq}",    "READ"),
    ("GET",      "/api/v1/devices/{name}/changes",                "READ"),
    ("GET",      "/api/v1/devices/{name}/curve",                  "READ"),
    ("GET",      "/api/v1/devices/{name}/balance",                "READ"),
    ("GET",      "/api/v1/devices/{name}/outages",                "READ"),
    ("GET",      "/api/v1/devices/{name}/export",                 "EXPORT"),
    ("POST",     "/api/v1/deliver",                               "DELIVER"),
    (WEBSOCKET,  "/api/v1/stream",                                "SIGNED"),
))
# fmt: on


class Asked(NamedTuple):
    """What a request asks for: its rule, and the site or the device it names."""

    rule: Rule
    site: str | None
    device: str | None


PLACES: dict[str, tuple[re.Pattern[str], dict[str, Rule]]] = {}
for _rule in RULES:
    _pattern = compile_path(_rule.path)[0]
    PLACES.setdefault(_rule.path, (_pattern, {}))[1][_rule.method] = _rule


def ruled(method: str, path: str) -> Asked | tuple[str, ...]:
    """Return what is asked for, or else the methods there are at the path, none where no path."""
    for template, (pattern, rules) in PLACES.items():
        found = pattern.fullmatch(path)
        if found is None:
            continue
        rule = rules.get(method)
        if rule is None:
            return tuple(name for name in rules if name != WEBSOCKET)
        names = found.groupdict()
        site = names["id"] if template.startswith(f"{API}/sites/") else None
        device = names["name"] if template.startswith(f"{API}/devices/") else None
        return Asked(rule, site, device)
    return ()
