"""Who is let in: host, route, origin, size, login, rate and right, before a body is read."""

import re

from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import Scope

from twinverter.monitor.history import HistoryError
from twinverter.portal import tables
from twinverter.portal.asked import NO_DEVICE, NO_SITE
from twinverter.portal.clerk import home
from twinverter.portal.doors import Doors, same
from twinverter.portal.fields import LARGEST_ID
from twinverter.portal.limits import TooOftenError
from twinverter.portal.rights import API, WEBSOCKET, Actor, Asked, Right, may, ruled
from twinverter.web.seal import by_number, changes, is_foreign, wrong_size

LARGEST_BODY, LARGEST_DELIVERY = 65_536, 4 * 2**20
# So long a client should wait for a database that is away (assumed).
AWAY_S = 5
NUMBER = re.compile(r"[0-9]{1,10}")


class Admission:
    """What is asked of everybody at the doors."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def admitted(self, scope: Scope) -> Asked:
        """Return what is asked for; HTTPException where it is refused."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._doors.is_single and not by_number(host):
            text = "This portal answers to addresses by number or localhost, not to another name."
            raise HTTPException(421, text)
        # Nothing here has a name that could not be printed, and no database could look for it.
        if not scope["path"].isprintable():
            raise _unknown(())
        if b"%00" in scope["query_string"]:
            raise HTTPException(422, "The address holds a character that is none.")
        if changes(scope) and is_foreign(headers):
            raise HTTPException(403, "This came from a page of another site.")
        asked = asked_of(scope)
        if isinstance(asked, Asked):
            _check_size(scope, headers, asked.rule.right)
            if asked.rule.right is Right.PUBLIC:
                return asked
        elif not scope["path"].startswith(f"{API}/"):
            raise _unknown(asked)
        await run_in_threadpool(self._check, scope, asked)
        assert isinstance(asked, Asked)
        return asked

    def _check(self, scope: Scope, asked: Asked | tuple[str, ...]) -> None:
        """Find out who asks, and whether they may: in a thread, because the register is asked."""
        connection = HTTPConnection(scope)
        try:
            known = self._doors.known(connection)
            if known is None:
                self._doors.limits.take((("stranger", home(scope)), self._doors.rates.stranger))
                raise HTTPException(401, "Log in first.", {"WWW-Authenticate": "Bearer"})
            scope["state"].update(actor=known.actor, csrf=known.csrf)
            rates = self._doors.rates
            rate = rates.device if known.actor.kind == "device" else rates.actor
            self._doors.limits.take((known.actor[:4], rate))
            if not isinstance(asked, Asked):
                raise _unknown(asked)
            if known.csrf is not None and scope["type"] == "http" and changes(scope):
                if not same(connection.headers.get("x-csrf"), known.csrf):
                    raise HTTPException(
                        403, "X-CSRF is not that of this login; load the page again."
                    )
            self._check_right(known.actor, asked)
        except TooOftenError as error:
            raise HTTPException(429, str(error), {"Retry-After": str(error.wait_s)}) from None
        except HistoryError:
            text = "The portal's database is away. Ask again in a while."
            raise HTTPException(503, text, {"Retry-After": str(AWAY_S)}) from None

    def _check_right(self, actor: Actor, asked: Asked) -> None:
        site_id = None
        if asked.site is not None:
            if not NUMBER.fullmatch(asked.site) or int(asked.site) > LARGEST_ID:
                raise HTTPException(404, NO_SITE)
            site_id = int(asked.site)
        elif asked.device is not None:
            site_id = self._site_of(asked.device)
        may(actor, asked.rule.right, site_id, NO_SITE if asked.device is None else NO_DEVICE)

    def _site_of(self, device: str) -> int | None:
        query = select(tables.devices.c.site_id).where(tables.devices.c.name == device)
        with self._doors.register.reading() as link:
            return link.execute(query).scalar()


def asked_of(scope: Scope) -> Asked | tuple[str, ...]:
    """Return what a request asks for, or the methods there are where it asks."""
    return ruled(WEBSOCKET if scope["type"] == "websocket" else scope["method"], scope["path"])


def _check_size(scope: Scope, headers: Headers, right: Right) -> None:
    """Raise HTTPException for a body that is too large, or does not say how large it is."""
    if scope["type"] != "http":
        return
    # A body in pieces goes by no length, whatever else is told (RFC 9112, 6.3).
    if "transfer-encoding" in headers:
        raise HTTPException(411, "The request has to say how long it is.")
    if "content-length" in headers:
        wrong = wrong_size(headers, LARGEST_DELIVERY if right is Right.DELIVER else LARGEST_BODY)
        if wrong:
            raise HTTPException(*wrong)


def _unknown(methods: tuple[str, ...]) -> HTTPException:
    if methods:
        return HTTPException(
            405, f"There is only {', '.join(methods)} here.", {"Allow": ", ".join(methods)}
        )
    return HTTPException(404, "There is nothing here.")
