"""Who may do what: the table of roles and rights, and that every route has a row and a right."""

import re

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from tests.portal.gate import gate
from twinverter.portal.rights import (
    GRANTS,
    HOUSE,
    ROLES,
    RULES,
    WEBSOCKET,
    Actor,
    Right,
    acting,
    allows,
    may,
    ruled,
    sees,
    sites_of,
)

SITE, OTHER = 1, 2
# fmt: off
ACTORS = {
    "reader":         Actor("user", "rea", 3, roles={SITE: "reader"}),
    "owner":          Actor("user", "own", 4, roles={SITE: "owner"}),
    "installer":      Actor("user", "ins", 5, roles={SITE: "installer"}),
    "nobody's":       Actor("user", "new", 6),
    "operator":       Actor("user", "ope", 7, is_operator=True),
    "reader's token": Actor("token", "rea", 3, 8, roles={SITE: "reader"}),
    "oper's token":   Actor("token", "ope", 7, 9, is_operator=True),
    "device":         Actor("device", "dev", None, 10, SITE),
    "house":          HOUSE,
}
ON_SITES = [
    # who               READ  EXPORT  MANAGE  INSTALL   on the other site
    ("reader",          "yes  yes     -       -         - - - -"),
    ("owner",           "yes  yes     yes     -         - - - -"),
    ("installer",       "yes  yes     yes     yes       - - - -"),
    ("nobody's",        "-    -       -       -         - - - -"),
    ("operator",        "yes  yes     yes     yes       yes yes yes yes"),
    ("reader's token",  "yes  yes     -       -         - - - -"),
    ("oper's token",    "yes  yes     yes     yes       yes yes yes yes"),
    ("device",          "-    -       -       -         - - - -"),
    ("house",           "yes  yes     yes     yes       yes yes yes yes"),
]
ELSEWHERE = [
    # who               PUBLIC  SIGNED  OWN   OPERATE  PEOPLE  DELIVER
    ("reader",          "yes    yes     yes   -        -       -"),
    ("owner",           "yes    yes     yes   -        -       -"),
    ("installer",       "yes    yes     yes   -        -       -"),
    ("nobody's",        "yes    yes     yes   -        -       -"),
    ("operator",        "yes    yes     yes   yes      yes     -"),
    ("reader's token",  "yes    yes     -     -        -       -"),
    ("oper's token",    "yes    yes     -     yes      -       -"),
    ("device",          "yes    -       -     -        -       yes"),
    ("house",           "yes    yes     -     yes      -       yes"),
]
# fmt: on


@pytest.mark.parametrize(("who", "row"), ON_SITES)
def test_what_somebody_may_do_on_a_site(who, row):
    rights = (Right.READ, Right.EXPORT, Right.MANAGE, Right.INSTALL)
    seen = [allows(ACTORS[who], right, site) for site in (SITE, OTHER) for right in rights]
    assert seen == [word == "yes" for word in row.split()]


@pytest.mark.parametrize(("who", "row"), ELSEWHERE)
def test_what_somebody_may_do_elsewhere(who, row):
    rights = (Right.PUBLIC, Right.SIGNED, Right.OWN, Right.OPERATE, Right.PEOPLE, Right.DELIVER)
    seen = [allows(ACTORS[who], right) for right in rights]
    assert seen == [word == "yes" for word in row.split()]


REFUSALS = [
    # who          right            site    status
    ("reader",     Right.READ,      SITE,   None),
    ("reader",     Right.MANAGE,    SITE,   403),
    ("reader",     Right.MANAGE,    OTHER,  404),
    ("reader",     Right.READ,      OTHER,  404),
    ("reader",     Right.READ,      None,   404),
    ("owner",      Right.INSTALL,   SITE,   403),
    ("reader",     Right.OPERATE,   None,   403),
    ("device",     Right.READ,      SITE,   403),
    ("device",     Right.SIGNED,    None,   403),
    ("operator",   Right.READ,      None,   None),
    ("operator",   Right.DELIVER,   None,   403),
]  # fmt: skip


@pytest.mark.parametrize(("who", "right", "site", "status"), REFUSALS)
def test_what_is_not_there_for_somebody_is_not_found_and_the_rest_refused(who, right, site, status):
    try:
        may(ACTORS[who], right, site)
        seen = None
    except HTTPException as refused:
        seen = refused.status_code
    assert seen == status


def test_nobody_gives_a_role_as_high_as_their_own():
    for role, given in GRANTS.items():
        assert all(ROLES.index(one) < ROLES.index(role) for one in given)


def test_sites_that_somebody_sees():
    assert sites_of(ACTORS["reader"]) == {SITE}
    assert sites_of(ACTORS["operator"]) is None
    assert sites_of(ACTORS["device"]) == set()
    assert sees(ACTORS["reader"], SITE) and not sees(ACTORS["reader"], None)


def test_a_request_that_passed_no_guard_has_nobody_behind_it():
    with pytest.raises(HTTPException) as refused:
        acting(HTTPConnection({"type": "http", "headers": []}))
    assert refused.value.status_code == 401


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with gate(tmp_path_factory.mktemp("rights") / "history.duckdb") as opened:
        yield opened.app


def routes_of(routes):
    """Yield (method, path) of every route, those of included routers too."""
    for route in routes:
        if hasattr(route, "effective_route_contexts"):
            yield from routes_of(route.effective_route_contexts())
            continue
        path = getattr(route, "path", None) or route.starlette_route.path
        methods = getattr(route, "methods", None)
        for method in methods or (WEBSOCKET,):
            yield method, path


def test_every_route_of_the_application_has_a_row_and_every_row_a_route(app):
    """An endpoint that is added without a row fails here, and is refused by the guard besides."""
    assert sorted(routes_of(app.routes)) == sorted((rule.method, rule.path) for rule in RULES)


def test_every_route_of_the_api_is_in_the_openapi_document_and_tells_its_refusals(app):
    paths = app.openapi()["paths"]
    told = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    api = {(rule.method, rule.path) for rule in RULES if rule.path.startswith("/api/")}
    assert told == api - {(WEBSOCKET, "/api/v1/stream")}
    needed = {"401", "403", "404", "422", "429", "503"}
    lacking = {
        f"{method.upper()} {path}": sorted(needed - set(row["responses"]))
        for path, methods in paths.items()
        for method, row in methods.items()
        if needed - set(row["responses"])
    }
    assert lacking == {}


def test_no_route_has_two_rows():
    assert len({(rule.method, rule.path) for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.method} {rule.path}")
def test_a_path_is_ruled_by_its_own_row(rule):
    path = re.sub(r"\{(\w+)(:path)?\}", "7", rule.path)
    found = ruled(rule.method, path)
    assert found.rule == rule
    assert found.site == ("7" if rule.path.startswith("/api/v1/sites/{") else None)
    assert found.device == ("7" if rule.path.startswith("/api/v1/devices/{") else None)


UNRULED = [
    # method     path                              methods there are
    ("GET",      "/api/v1/sites/",                 ()),
    ("GET",      "//api/v1/sites",                 ()),
    ("GET",      "/api/v1/sites/7/../8/report",    ()),
    ("GET",      "/api/v1/devices/a/b",            ()),
    ("GET",      "/docs",                          ()),
    ("GET",      "/API/v1/sites",                  ()),
    ("GET",      "/api/v1/sites\n",                ()),
    ("DELETE",   "/api/v1/sites",                  ("GET", "POST")),
    ("get",      "/api/v1/audit",                  ("GET",)),
    ("HEAD",     "/api/v1/audit",                  ("GET",)),
    ("OPTIONS",  "/api/v1/audit",                  ("GET",)),
    ("GET",      "/api/v1/stream",                 ()),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "methods"), UNRULED)
def test_what_no_row_names_is_not_there(method, path, methods):
    assert ruled(method, path) == methods


def test_only_the_page_and_the_login_are_open():
    public = {(rule.method, rule.path) for rule in RULES if rule.right is Right.PUBLIC}
    assert public == {
        ("GET", "/"),
        ("GET", "/static/{address:path}"),
        ("POST", "/api/v1/login"),
    }


def test_nothing_is_written_with_the_right_to_read():
    reading = {Right.READ, Right.EXPORT}
    writes = [rule for rule in RULES if rule.method not in ("GET", "HEAD", WEBSOCKET)]
    assert [rule for rule in writes if rule.right in reading] == []
