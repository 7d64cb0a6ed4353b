"""A portal with two sites, a device at each, and somebody of every kind at its doors.

`home` stands at the site of which rea is a reader, own an owner and ins an installer; `other` at
one that only the operators see. out is shut out, new is nobody's member.
"""

import contextlib
from collections.abc import Iterator
from typing import NamedTuple

from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from twinverter.monitor.batch import Sample, batch
from twinverter.monitor.columns import SUMS
from twinverter.monitor.delivery import About, Alarm, Change, Delivery, Moment
from twinverter.portal import accounts, tables, tokens
from twinverter.portal.app import create_app
from twinverter.portal.asked import Portal
from twinverter.portal.doors import Doors
from twinverter.portal.limits import Rate, Rates
from twinverter.portal.passwords import Passwords

PASSWORD = "a long way home"
HOME = "http://192.168.1.20:8080"
# 2026-10-05 12:00 by the devices' clocks.
NOON_S = 1_791_201_600.0
PEOPLE = ("ope", "rea", "own", "ins", "new", "out")
ROLES = {"rea": "reader", "own": "owner", "ins": "installer"}
# One guess costs nothing here: what it costs is argon2's, and tested once.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
# What does not concern a test must not stop it.
BOUNDLESS = Rates(*(Rate(1e9, 1e-9) for _ in Rates._fields))


class Time:
    """The clocks of a portal, moved by a test."""

    def __init__(self) -> None:
        self.now_s = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now_s


class Gate(NamedTuple):
    """The portal, what it is asked through, its time, and the numbers of what is there."""

    portal: Portal
    doors: Doors
    app: FastAPI
    time: Time
    ticking: Time
    users: dict[str, int]
    site: int
    other_site: int
    device_token: str

    def client(self, base_url: str = HOME, **words: object) -> TestClient:
        """Return a client nobody has logged in with; errors of the server are answers to it."""
        return TestClient(
            self.app,
            base_url=base_url,
            raise_server_exceptions=False,
            follow_redirects=False,
            **words,
        )

    def logged_in(self, name: str, base_url: str = HOME, **words: object) -> TestClient:
        """Return a client that somebody has logged in with, whose writes carry X-CSRF."""
        client = self.client(base_url, **words)
        reply = sign_in(client, name)
        assert reply.status_code == 200, reply.text
        client.headers["X-CSRF"] = client.get("/api/v1/me").json()["csrf"]
        return client

    def api_token(self, name: str, ends_s: float | None = None) -> str:
        """Return the secret of a new token that acts as somebody."""
        with self.portal.register.begin() as link:
            user_id = self.users[name]
            return tokens.made(link, "api", "script", self.time(), ends_s, user_id=user_id).secret

    def bearing(self, secret: str) -> TestClient:
        """Return a client that sends a token with everything."""
        return self.client(headers={"Authorization": f"Bearer {secret}"})

    def audit(self) -> list[dict[str, object]]:
        """Return the rows of the audit log, oldest first."""
        with self.portal.register.reading() as link:
            rows = link.execute(tables.audit.select().order_by(tables.audit.c.id)).mappings()
            return [dict(row) for row in rows]


def sign_in(client: TestClient, name: str, password: str = PASSWORD):
    """Return the reply to a login."""
    return client.post("/api/v1/login", json={"name": name, "password": password})


@contextlib.contextmanager
def gate(place: object, rates: Rates = BOUNDLESS, **words: bool) -> Iterator[Gate]:
    """Yield the portal over a new history at a place."""
    time, ticking = Time(), Time()
    is_single = words.get("is_single", False)
    with Portal.opened(place, is_single) as portal:
        doors = Doors(
            portal.register,
            rates=rates,
            passwords=Passwords(QUICK),
            now_s=time,
            ticking_s=ticking,
            **words,
        )
        users, sites = people(portal, time()), (site(portal, "Ada's"), site(portal, "Other"))
        with portal.register.begin() as link:
            for name, role in ROLES.items():
                accounts.role_given(link, users[name], sites[0], role)
            secret = tokens.made(link, "device", "dongle", time(), site_id=sites[0]).secret
        portal.inbox.take(delivery("home"), sites[0])
        portal.inbox.take(delivery("other"), sites[1])
        yield Gate(portal, doors, create_app(portal, doors), time, ticking, users, *sites, secret)


def people(portal: Portal, now_s: float) -> dict[str, int]:
    """Add everybody; ope may do everything, out is shut out."""
    kept = QUICK.hash(PASSWORD)
    with portal.register.begin() as link:
        rows = {
            name: accounts.added(link, name, kept, now_s, is_operator=name == "ope")
            for name in PEOPLE
        }
        accounts.altered(link, rows["out"].id, is_disabled=True)
    return {name: row.id for name, row in rows.items()}


def site(portal: Portal, name: str) -> int:
    """Add a site."""
    with portal.register.begin() as link:
        query = tables.sites.insert().values(name=name, made_s=0.0)
        return int(link.execute(query.returning(tables.sites.c.id)).scalar_one())


def delivery(device: str, first: int = 1, life: str = "life") -> Delivery:
    """Return ten minutes around noon, with an alarm, a change and a moment."""
    samples = [
        Sample(number, NOON_S + 60.0 * number, 60.0, {}, [1000] * len(SUMS))
        for number in range(first, first + 10)
    ]
    return Delivery(
        device,
        life,
        batch(device, samples),
        (Alarm(1, NOON_S, "F13", True, {"what": "it"}), Alarm(2, NOON_S + 60.0, "F13", False)),
        (Change(1, NOON_S, "panel 10.0.0.1", "battery_type", 0, 1),),
        Moment(NOON_S, {}, {"F13": NOON_S}),
        About(device.title(), "Lagos"),
        {},
    )
