"""`twinverter accounts`: who may log in at the portal, and the tokens of devices.

A password is asked for, or taken from the environment; as an argument it would stand in the list of
processes and in the shell's history.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twinverter.cli.frame import FINE, InputError, app
from twinverter.cli.history import DATABASE, Database

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

PASSWORD = "TWINVERTER_NEW_PASSWORD"
DAY_S = 86_400.0
Person = Annotated[str, typer.Argument(help="What they log in as.", metavar="NAME")]
Json = Annotated[bool, typer.Option("--json", help="For a machine to read.")]

accounts = typer.Typer(
    help="Who may log in at the portal, and the tokens of devices.", no_args_is_help=True
)
app.add_typer(accounts, name="accounts")


@accounts.command(epilog="Example: [bold]twinverter accounts add ada --operator[/]")
def add(
    name: Person,
    operator: Annotated[
        bool, typer.Option("--operator", help="May do everything, on every site.")
    ] = False,
    mail: Annotated[str, typer.Option(help="Where reports may go.", metavar="ADDRESS")] = "",
    database: Database = DATABASE,
) -> int:
    """Add somebody; the portal lets nobody in who was not added."""
    from twinverter.portal import accounts as people
    from twinverter.portal import fields

    who, to = checked("NAME", fields.Name, name), checked("--mail", fields.Mail, mail)
    kept = _new_hash(who)
    with changing(database, "accounts add", who, is_first=True) as link:
        try:
            people.added(link, who, kept, time.time(), mail=to, is_operator=operator)
        except people.TakenError as error:
            raise InputError(f"NAME {who}: {error}") from None
    print(f"{who} may log in now" + (", and do everything." if operator else "."))
    return FINE


@accounts.command("list", epilog="Example: [bold]twinverter accounts list --json[/]")
def list_(database: Database = DATABASE, json: Json = False) -> int:
    """List who may log in."""
    from twinverter.portal import accounts as people

    with _register(database) as register, register.reading() as link:
        rows = people.everybody(link)
    if json:
        import json as written

        keys = ("id", "name", "mail", "is_operator", "is_disabled", "made_s")
        print(written.dumps([{key: getattr(row, key) for key in keys} for row in rows]))
        return FINE
    for row in rows:
        words = ["operator"] * row.is_operator + ["shut out"] * row.is_disabled
        print("  ".join(part for part in (row.name, ", ".join(words), row.mail) if part))
    return FINE


@accounts.command(epilog="Example: [bold]twinverter accounts password ada[/]")
def password(name: Person, database: Database = DATABASE) -> int:
    """Give somebody another password; all their sessions end."""
    from twinverter.portal import accounts as people

    with _register(database) as register, register.reading() as link:
        who: str = _person(link, name).name
    kept = _new_hash(who)
    with changing(database, "accounts password", who) as link:
        people.altered(link, _person(link, who).id, password_hash=kept)
    print(f"{who} has another password.")
    return FINE


@accounts.command(epilog="Example: [bold]twinverter accounts disable ada[/]")
def disable(
    name: Person,
    enable: Annotated[bool, typer.Option("--undo", help="Let them in again.")] = False,
    database: Database = DATABASE,
) -> int:
    """Shut somebody out: sessions end, tokens open nothing; what is known of them stays."""
    from twinverter.portal import accounts as people

    with changing(database, "accounts disable", name, "undone" if enable else "") as link:
        people.altered(link, _person(link, name).id, is_disabled=not enable)
    print(f"{name} may log in again." if enable else f"{name} is shut out.")
    return FINE


@accounts.command(epilog="Example: [bold]twinverter accounts token 1 --label dongle[/]")
def token(
    site: Annotated[str, typer.Argument(help="A site's number, or its name.", metavar="SITE")],
    label: Annotated[str, typer.Option(help="What it is for.", metavar="TEXT")] = "",
    days: Annotated[
        float | None, typer.Option(help="How long it is good (else for good).", min=1)
    ] = None,
    database: Database = DATABASE,
) -> int:
    """Make a token with which devices deliver to a site, and print it, this once."""
    from twinverter.portal import fields, tokens

    told = checked("--label", fields.Line, label)
    now_s = time.time()
    with changing(database, "accounts token", site, told) as link:
        ends_s = None if days is None else now_s + days * DAY_S
        try:
            made = tokens.made(link, "device", told, now_s, ends_s, site_id=site_number(link, site))
        except tokens.TooManyTokensError as error:
            raise InputError(f"SITE {site}: {error}") from None
    print(made.secret)
    return FINE


@contextlib.contextmanager
def _register(database: str, is_first: bool = False) -> Iterator[Any]:
    """Yield the register of a portal, made only for the first who is added; InputError."""
    from twinverter.monitor.history import HistoryError
    from twinverter.monitor.opened import POSTGRES
    from twinverter.portal.register import Register, file_beside

    is_there = database.startswith(POSTGRES) or file_beside(Path(database)).exists()
    if not is_there and not is_first:
        raise InputError(
            f"--db {database}: there is no portal; `twinverter accounts add` makes one"
        )
    try:
        register = Register.opened(database)
        with contextlib.closing(register):
            yield register
    except HistoryError as error:
        raise InputError(f"--db: {error}") from None


@contextlib.contextmanager
def changing(
    database: str, what: str, target: str, detail: str = "", is_first: bool = False
) -> "Iterator[Connection]":
    """Yield a transaction that leaves a row in the audit log."""
    import getpass

    from twinverter.portal.audit import Entry, note

    with _register(database, is_first) as register, register.begin() as link:
        yield link
        try:
            who = getpass.getuser()
        except (OSError, KeyError):
            who = str(os.getuid())
        note(link, Entry(time.time(), f"command line, {who}", "", what, target, detail))


def _person(link: "Connection", name: str) -> "Row":
    from twinverter.portal import accounts as people

    row = people.named(link, name)
    if row is None:
        known = ", ".join(each.name for each in people.everybody(link)[:10])
        raise InputError(f"NAME {name}: there is nobody of that name (there: {known or 'nobody'})")
    return row


def site_number(link: "Connection", site: str) -> int:
    """Return the number of the site that was meant; InputError for none or several."""
    from sqlalchemy import select

    from twinverter.portal import tables

    sites = tables.sites.c
    rows = link.execute(select(sites.id, sites.name).order_by(sites.id)).all()
    found = [row.id for row in rows if site in (str(row.id), row.name)]
    if len(found) == 1:
        return int(found[0])
    if found:
        raise InputError(f"SITE {site}: {len(found)} sites are called so; name it by its number")
    known = ", ".join(f"{row.id} {row.name}" for row in rows[:10])
    raise InputError(f"SITE {site}: there is no such site (there: {known or 'none'})")


def checked(what: str, kind: Any, value: str) -> str:
    """Return a text as the portal would take it; InputError where it would not."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return str(TypeAdapter(kind).validate_python(value))
    except ValidationError as error:
        why = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise InputError(f"{what} {value!r}: {why}") from None


def _new_hash(name: str) -> str:
    """Return the hash of a password that is asked for twice, or stands in the environment."""
    from twinverter.portal.passwords import PasswordError, Passwords

    given = os.environ.get(PASSWORD)
    if given is None:
        given = typer.prompt(f"Password for {name}", hide_input=True, confirmation_prompt=True)
    try:
        return Passwords().hashed(given, name)
    except PasswordError as error:
        raise InputError(f"password: {error}") from None
