"""Tokens: a secret for a device that delivers to one site, or for a program that acts as a person.

A secret is shown once and kept only as its SHA-256: 256 random bits need no slow hash. A person's
token is never more than the person: roles are looked up at every request.
"""

import hashlib
import secrets
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, func, insert, or_, select, update

from twinverter.portal import tables

Purpose = Literal["device", "api"]
# What a secret begins with says what it is for, to whoever finds one and to secret scanners.
BEGINS: dict[Purpose, str] = {"device": "twd_", "api": "twa_"}
SECRET_BYTES = 32
DAY_S = 86_400.0
# A person, or a site, has so many that are good, at most (assumed).
MOST_TOKENS = 200
# The last use is kept to five minutes: not every delivery has to write it.
USED_EVERY_S = 300.0
COLUMNS = tables.tokens.c


class TooManyTokensError(Exception):
    """As many tokens as anybody may have; `str` is one line."""


class Made(NamedTuple):
    """A new token: its number, and the secret that is never shown again."""

    id: int
    secret: str


def digest_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def made(
    link: Connection,
    kind: Purpose,
    label: str,
    now_s: float,
    ends_s: float | None = None,
    *,
    user_id: int | None = None,
    site_id: int | None = None,
) -> Made:
    """Return a new token, of a person or for a site; TooManyTokensError where there are enough."""
    own = COLUMNS.user_id == user_id if kind == "api" else COLUMNS.site_id == site_id
    count = link.execute(select(func.count()).where(own, _is_good(now_s))).scalar_one()
    if count >= MOST_TOKENS:
        raise TooManyTokensError(f"There are {count} tokens already; revoke some first.")
    secret = BEGINS[kind] + secrets.token_urlsafe(SECRET_BYTES)
    values = {"kind": kind, "label": label, "made_s": now_s, "ends_s": ends_s}
    query = insert(tables.tokens).values(
        digest=digest_of(secret), user_id=user_id, site_id=site_id, **values
    )
    return Made(link.execute(query.returning(COLUMNS.id)).scalar_one(), secret)


def good(link: Connection, secret: str, now_s: float) -> Row | None:
    """Return the row of a token that is neither ended nor revoked."""
    known = COLUMNS.digest == digest_of(secret)
    return link.execute(select(tables.tokens).where(known, _is_good(now_s))).one_or_none()


def used(link: Connection, token_id: int, now_s: float) -> None:
    """Keep when a token was used last."""
    link.execute(update(tables.tokens).where(COLUMNS.id == token_id).values(used_s=now_s))


def revoked(link: Connection, token_id: int, now_s: float) -> None:
    """Revoke a token, at once and for good; the first time stands."""
    still = (COLUMNS.id == token_id) & COLUMNS.revoked_s.is_(None)
    link.execute(update(tables.tokens).where(still).values(revoked_s=now_s))


def _is_good(now_s: float) -> ColumnElement[bool]:
    return COLUMNS.revoked_s.is_(None) & or_(COLUMNS.ends_s.is_(None), COLUMNS.ends_s > now_s)
