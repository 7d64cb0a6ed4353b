"""Reports of the month by mail: each to each address once, on the first days of the next month.

What was sent is written down before the letter leaves: a portal that dies between the two sends a
letter less, never the same one every hour. A server that is away is asked again the next hour.
"""

import logging
import smtplib
import ssl
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.message import EmailMessage
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from sqlalchemy import delete, insert, select

from twinverter.book.document import words
from twinverter.book.paper import pdf
from twinverter.monitor.history import HistoryError
from twinverter.monitor.month import before
from twinverter.portal import tables
from twinverter.portal.asked import Portal, SiteRow, site_rows
from twinverter.portal.months import site_report, subscribed
from twinverter.portal.register import Conflict
from twinverter.portal.takeaway import file_name

log = logging.getLogger("twinverter.portal")

PATIENCE_S = 30.0
PORTS = {"smtp": 587, "smtps": 465}
# A house on a bad line still delivers its last days; later than that nobody waits for a report.
FIRST_DAY, LAST_DAY = 2, 10


class MailError(ValueError):
    """A mail server that cannot be told from its address; `str` is one line."""


class Mailer(NamedTuple):
    """A mail server: smtp speaks TLS after STARTTLS, smtps from the start."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: str

    def send(self, message: EmailMessage) -> None:
        """Hand a letter over; OSError or smtplib.SMTPException where it is not taken."""
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if self.scheme == "smtps":
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=PATIENCE_S, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE_S)
        with server:
            if self.scheme == "smtp" and not is_here(self.host):
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
            server.send_message(message)


def mailer(url: str, sender: str) -> Mailer:
    """Return the mail server of `smtp[s]://USER:PASSWORD@HOST[:PORT]`; MailError, one line."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise MailError(f"mail server: {error}") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise MailError("mail server: is no address (smtp://USER:PASSWORD@HOST:587, or smtps://)")
    if sender.count("@") != 1 or not sender.isprintable() or " " in sender:
        raise MailError(f"mail sender {sender!r}: is no mail address")
    return Mailer(
        parts.scheme,
        parts.hostname,
        port or PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        sender,
    )


def is_here(host: str) -> bool:
    """Return whether a mail server is this machine, where nothing passes a wire."""
    return host in ("localhost", "127.0.0.1", "::1")


def post(portal: Portal, server: Mailer | None, now_s: Callable[[], float] = time.time) -> int:
    """Send the reports of last month that are due, and return how many letters left."""
    today = datetime.fromtimestamp(now_s(), UTC).date()
    if server is None or not FIRST_DAY <= today.day <= LAST_DAY:
        return 0
    first = before(today.replace(day=1))
    with portal.register.reading() as connection:
        wanted = select(tables.subscriptions.c.site_id).distinct()
        query = site_rows().where(tables.sites.c.id.in_(wanted)).order_by(tables.sites.c.id)
        sites = [SiteRow(*row) for row in connection.execute(query)]
    return sum(_post_site(portal, server, site, first) for site in sites)


def _post_site(portal: Portal, server: Mailer, site: SiteRow, first: date) -> int:
    """Send one site's report to all who have not got it yet."""
    due = _due(portal, site, first)
    if not due:
        return 0
    document = site_report(portal, site, first)
    if document is None:
        return 0
    paper, told = pdf(document), words(document.opening)
    count = 0
    for address in due:
        if not _mark(portal, site, address, first):
            continue
        try:
            server.send(letter(server.sender, address, site.name, first, told, paper))
            count += 1
        except (OSError, smtplib.SMTPException) as error:
            _unmark(portal, site, address, first)
            log.warning("mail: the report of %s was not taken (%s)", site.name, error)
            break
    return count


def letter(
    sender: str, address: str, site: str, first: date, told: str, paper: bytes
) -> EmailMessage:
    """Return the letter that carries a report."""
    message = EmailMessage()
    message["From"], message["To"] = sender, address
    message["Subject"] = f"{site}: report of {first:%B %Y}"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{told}\n\nThe whole report is attached.\n")
    message.add_attachment(
        paper,
        maintype="application",
        subtype="pdf",
        filename=f"{file_name(site)}-{first:%Y-%m}.pdf",
    )
    return message


def _due(portal: Portal, site: SiteRow, first: date) -> list[str]:
    """Return the addresses that wait for a site's report."""
    table = tables.sent.c
    query = select(table.mail).where(table.site_id == site.id, table.month == f"{first:%Y-%m}")
    with portal.register.reading() as connection:
        done = set(connection.execute(query).scalars())
    return [address for address in subscribed(portal, site.id) if address not in done]


def _mark(portal: Portal, site: SiteRow, address: str, first: date) -> bool:
    """Write down that a letter leaves; False where another portal of this register was quicker."""
    row = {"site_id": site.id, "mail": address, "month": f"{first:%Y-%m}"}
    try:
        with portal.register.begin() as connection:
            connection.execute(insert(tables.sent).values(row))
    except Conflict:
        return False
    return True


def _unmark(portal: Portal, site: SiteRow, address: str, first: date) -> None:
    table = tables.sent.c
    try:
        with portal.register.begin() as connection:
            connection.execute(
                delete(tables.sent).where(
                    table.site_id == site.id,
                    table.mail == address,
                    table.month == f"{first:%Y-%m}",
                )
            )
    except HistoryError as error:
        log.warning("mail: %s", error)
