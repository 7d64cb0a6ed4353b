"""The doors: a password opens a session, a session or a token says who asks.

A session is a random cookie of which only the SHA-256 is kept. It ends when it is not used for a
week, after a month at the latest (NIST SP 800-63B, 4.1.3), when its person logs out, is shut out or
gets another password; and every login begins a new one.
"""

import hmac
import secrets
import time
from collections.abc import Callable, Hashable
from typing import Annotated, NamedTuple

from fastapi import Depends
from sqlalchemy import Connection, Row, delete, insert, select, update
from starlette.requests import HTTPConnection

from twinverter.portal import accounts, tables, tokens
from twinverter.portal.buckets import SharedLimits
from twinverter.portal.limits import Limits, Rate, Rates, home_of
from twinverter.portal.passwords import Passwords
from twinverter.portal.register import Register
from twinverter.portal.rights import HOUSE, Actor, Kind
from twinverter.portal.tokens import DAY_S

COOKIE = "twinverter_portal"

# Not used for so long (assumed), and at most so long (NIST SP 800-63B, 4.1.3).
IDLE_S, LIFE_S = 7 * DAY_S, 30 * DAY_S
# The end is moved on at most so often: not every request has to write it.
MOVED_EVERY_S = 60.0
# A person's sessions; the oldest goes when another begins (assumed).
MOST_SESSIONS = 20
LONGEST_AGENT = 200
BEARER = "bearer "
SESSIONS = tables.sessions.c


class Opened(NamedTuple):
    """A session that has just begun: what the cookie holds."""

    secret: str
    csrf: str


class Known(NamedTuple):
    """Who asks; by cookie, also what its writes have to carry."""

    actor: Actor
    csrf: str | None = None


class Doors:
    """Who comes in; any thread may ask."""

    def __init__(
        self,
        register: Register,
        *,
        is_single: bool = False,
        is_behind_proxy: bool = False,
        rates: Rates | None = None,
        passwords: Passwords | None = None,
        now_s: Callable[[], float] = time.time,
        ticking_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.register = register
        self.is_single = is_single
        self.is_behind_proxy = is_behind_proxy
        self.rates = rates or Rates()
        self.passwords = passwords or Passwords()
        self.limits = Limits(ticking_s)
        # A guesser is slowed down by all portals together, not by each anew.
        self.guesses = self.limits if register.is_file else SharedLimits(register, now_s)
        self.now_s = now_s

    def enter(self, name: str, password: str, address: str, agent: str = "") -> Opened | None:
        """Return a new session, None for a wrong name or password; TooOftenError for guessers."""
        with self.register.reading() as link:
            person = accounts.named(link, name)
        if not self.fits(name, password, person, address) or person is None:
            return None
        renewed = self.passwords.renewed(password, person.password_hash)
        with self.register.begin() as link:
            # While the password was compared it may have been changed, or its person shut out.
            again = accounts.numbered(link, person.id)
            if again is None or again.is_disabled or again.password_hash != person.password_hash:
                return None
            if renewed is not None:
                accounts.rehashed(link, person.id, renewed)
            return self.begun(link, person.id, address, agent)

    def fits(self, name: str, password: str, person: Row | None, address: str) -> bool:
        """Return whether a password is that of a person; TooOftenError before it is looked at.

        Every try counts until it turns out right; nobody's password takes as long as anybody's.
        """
        rates, home = self.rates, home_of(address)
        counted: tuple[tuple[Hashable, Rate], ...] = (
            (("login of", home), rates.login_address),
            (("login as", name), rates.login_name),
            (("login",), rates.login_all),
        )
        self.guesses.take(*counted)
        kept = None if person is None or person.is_disabled else person.password_hash
        if not self.passwords.fits(password, kept):
            return False
        self.guesses.give_back(*counted)
        return True

    def begun(self, link: Connection, user_id: int, address: str, agent: str = "") -> Opened:
        """Return a new session of a person, and forget the ended ones."""
        now_s = self.now_s()
        own = select(SESSIONS.digest).where(SESSIONS.user_id == user_id)
        kept = own.order_by(SESSIONS.made_s.desc()).limit(MOST_SESSIONS - 1)
        link.execute(
            delete(tables.sessions).where(
                (SESSIONS.ends_s <= now_s)
                | ((SESSIONS.user_id == user_id) & SESSIONS.digest.not_in(kept.scalar_subquery()))
            )
        )
        opened = Opened(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
        link.execute(
            insert(tables.sessions).values(
                digest=tokens.digest_of(opened.secret),
                user_id=user_id,
                csrf=opened.csrf,
                made_s=now_s,
                ends_s=now_s + IDLE_S,
                address=address,
                agent=agent[:LONGEST_AGENT],
            )
        )
        return opened

    def leave(self, secret: str | None) -> None:
        """End a session."""
        if secret:
            with self.register.begin() as link:
                ended = SESSIONS.digest == tokens.digest_of(secret)
                link.execute(delete(tables.sessions).where(ended))

    def known(self, connection: HTTPConnection) -> Known | None:
        """Return who asks, None for nobody; a token that is sent counts alone."""
        bearer = connection.headers.get("authorization")
        if bearer is not None:
            is_bearer = bearer[: len(BEARER)].lower() == BEARER
            return self._by_token(bearer[len(BEARER) :].strip()) if is_bearer else None
        cookie = connection.cookies.get(COOKIE)
        found = self._by_cookie(cookie) if cookie else None
        return Known(HOUSE) if found is None and self.is_single else found

    def _by_cookie(self, secret: str) -> Known | None:
        now_s = self.now_s()
        digest = tokens.digest_of(secret)
        with self.register.reading() as link:
            open_now = (SESSIONS.digest == digest) & (SESSIONS.ends_s > now_s)
            session = link.execute(select(tables.sessions).where(open_now)).one_or_none()
            actor = _person(link, session.user_id) if session is not None else None
        if session is None or actor is None:
            return None
        ends_s = min(now_s + IDLE_S, session.made_s + LIFE_S)
        if ends_s > session.ends_s + MOVED_EVERY_S:
            with self.register.begin() as link:
                moved = update(tables.sessions).where(SESSIONS.digest == digest)
                link.execute(moved.values(ends_s=ends_s))
        return Known(actor, session.csrf)

    def _by_token(self, secret: str) -> Known | None:
        now_s = self.now_s()
        with self.register.reading() as link:
            token = tokens.good(link, secret, now_s)
            if token is None:
                return None
            if token.kind == "device":
                label = token.label or "device"
                actor: Actor | None = Actor("device", label, None, token.id, token.site_id)
            else:
                actor = _person(link, token.user_id, token.id)
        if actor is None:
            return None
        if token.used_s is None or now_s >= token.used_s + tokens.USED_EVERY_S:
            with self.register.begin() as link:
                tokens.used(link, token.id, now_s)
        return Known(actor)


def _person(link: Connection, user_id: int, token_id: int | None = None) -> Actor | None:
    """Return a person as they are now, None for one who is shut out or gone."""
    person = accounts.numbered(link, user_id)
    if person is None or person.is_disabled:
        return None
    kind: Kind = "token" if token_id else "user"
    roles = accounts.roles_of(link, user_id)
    return Actor(kind, person.name, user_id, token_id, None, person.is_operator, roles)


def same(given: str | None, csrf: str) -> bool:
    """Return whether a header holds the token of the session, in the same time either way."""
    return hmac.compare_digest((given or "").encode(), csrf.encode())


def doors_of(connection: HTTPConnection) -> Doors:
    """Return the doors that a request came through."""
    doors: Doors = connection.scope["state"]["doors"]
    return doors


Entrance = Annotated[Doors, Depends(doors_of)]
