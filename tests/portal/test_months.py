"""The report of a month: what it says, how it looks in both forms, and how it leaves by mail."""

import smtplib
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from tests.monitor.samples import HOUR_S, MONDAY_S
from twinverter.book.document import Figure, words
from twinverter.book.html import html
from twinverter.book.paper import pdf
from twinverter.monitor.batch import Sample, batch
from twinverter.monitor.columns import SUMS
from twinverter.monitor.delivery import Alarm, Change, Delivery
from twinverter.monitor.levels import Plan
from twinverter.monitor.month import a_year_before, before, month
from twinverter.monitor.opened import open_history
from twinverter.portal.asked import Portal, SiteRow, site_rows
from twinverter.portal.hub import Hub
from twinverter.portal.inbox import Inbox
from twinverter.portal.month_chart import chart, scale
from twinverter.portal.months import site_report
from twinverter.portal.posting import Mailer, MailError, mailer, post
from twinverter.portal.register import Register
from twinverter.portal.tables import sites, subscriptions

HOSTILE = '<b>"O\'Hara" & #raw("x")</b>'
JANUARY = date(2023, 1, 1)
WATTS = {"solar_wh": 500, "load_wh": 300, "charge_wh": 150, "losses_wh": 25}


def hours(first, count, *, mains="|", **sums_wh):
    """Return samples of an hour; `mains` repeats: `|` there, `_` gone."""
    figures = {"|": 230.0, "_": 0.0}
    return [
        Sample(
            number,
            MONDAY_S + number * HOUR_S,
            HOUR_S,
            {
                f"grid_voltage_{phase}": figures[mains[number % len(mains)]] for phase in "abc"
            } | {"battery_soc": 40.0},
            [round(1000 * sums_wh.get(name, 0)) for name in SUMS],
        )
        for number in range(first, first + count)
    ]  # fmt: skip


class House:
    """A portal with one site, whose device delivered two days of January."""

    def __init__(self, folder):
        place = folder / "history.duckdb"
        history, register = open_history(place, Plan()), Register.opened(place)
        with register.begin() as connection:
            made = connection.execute(
                sites.insert().values(name=HOSTILE, place="Lagos", timezone="", made_s=0.0)
            )
        self.site_id = made.inserted_primary_key[0]
        self.inbox = Inbox(register, history, Hub(), window_s=0.0)
        self.portal = Portal(register, history, self.inbox, Hub())

    def deliver(self, samples=(), **more):
        rows = batch("home", samples) if samples else None
        self.inbox.take(Delivery("home", "life", rows, **more), self.site_id)

    def subscribe(self, *mails):
        with self.portal.register.begin() as connection:
            connection.execute(
                subscriptions.insert(),
                [{"site_id": self.site_id, "mail": one, "kind": "month"} for one in mails],
            )

    @property
    def site(self):
        with self.portal.register.reading() as connection:
            return SiteRow(*connection.execute(site_rows()).one())

    def report(self, first=JANUARY):
        return site_report(self.portal, self.site, first)

    def end(self):
        self.inbox.close()
        self.portal.history.close()
        self.portal.register.close()


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path)
    yield house
    house.end()


@pytest.fixture
def lived(house):
    """Two days with an outage of an hour in each four."""
    house.deliver(
        hours(0, 48, mains="||_|", **WATTS),
        alarms=(Alarm(1, MONDAY_S + 7200.0, "F35", True), Alarm(2, MONDAY_S + 9000.0, "F35", False),
                Alarm(3, MONDAY_S + 30000.0, "F35", True)),
        changes=(Change(1, MONDAY_S + 60.0, HOSTILE, "max_charge_a", 40, 60),
                 Change(2, MONDAY_S + 90.0, "panel", "of_another_version", 1, 2)),
    )  # fmt: skip
    return house


def said(document):
    return words(
        [*document.opening, *(block for chapter in document.chapters
                              for section in chapter.sections for block in section.blocks)]
    )  # fmt: skip


# fmt: off
MONTHS = [
    # month              before             a year before
    (date(2024, 1, 1),   date(2023, 12, 1), date(2023, 1, 1)),
    (date(2024, 3, 1),   date(2024, 2, 1),  date(2023, 3, 1)),
]
# fmt: on


@pytest.mark.parametrize("first, one_before, a_year", MONTHS)
def test_the_months_that_a_month_is_set_beside(first, one_before, a_year):
    assert (before(first), a_year_before(first)) == (one_before, a_year)


def test_a_month_tells_its_energies_outages_alarms_and_changes(lived):
    text = said(lived.report()).replace("\u00a0", " ")
    assert "The house used 14.4 kWh; the sun gave 24.0 kWh." in text
    assert "Known are 2 d of 31 d." in text
    # 500 came in each hour, 300 + 150 + 25 went out: 25 are not explained, 5 %.
    assert "Not explained\n\n1.2 kWh\n5 %" in text or "Not explained\n1.2 kWh\n5 %" in text
    assert "The mains failed 12 times, 12 h in all: 25 % of the time that is known." in text
    assert "F35 No AC grid\n2\n" in text
    assert "Max A Charge" in text and "40 A" in text and "60 A" in text
    assert "of_another_version" in text
    assert "No backup load went without power." in text


def test_a_month_with_dark_hours_and_a_generator_says_so(house):
    house.deliver(hours(0, 2, unserved_s=1800, unserved_wh=400, generator_s=900, generator_wh=2000))
    text = said(house.report()).replace("\u00a0", " ")
    assert "Backup loads went without power for 1 h." in text
    assert "0.8 kWh could not be served" in text
    assert "The generator ran 0.5 h and gave 4.0 kWh." in text


def test_a_month_is_set_beside_the_one_before_and_that_of_the_year_before(house):
    house.deliver(hours(0, 24, solar_wh=100))
    house.deliver(hours(31 * 24, 24, solar_wh=200))
    document = house.report(date(2023, 2, 1))
    text = said(document).replace("\u00a0", " ")
    assert "February 2023\nJanuary 2023" in text
    assert "Sun\n4.8 kWh\n2.4 kWh" in text


def test_a_month_of_which_nothing_is_known_has_no_report(lived):
    assert lived.report(date(2022, 1, 1)) is None


def test_a_site_without_a_device_has_no_report(house):
    assert house.report() is None


class Tags(HTMLParser):
    """Counts the tags of a page."""

    def __init__(self, text):
        super().__init__()
        self.names = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]


def test_names_of_people_and_sites_are_never_markup(lived):
    page = html(lived.report())
    names = Tags(page).names
    assert "script" not in names
    assert '<b>"O\'Hara"' not in page and "&lt;b&gt;" in page
    # As Typst's markup they would be an error or a picture of something else.
    assert pdf(lived.report()).startswith(b"%PDF")


def test_the_drawing_of_a_month_is_a_picture_with_a_bar_a_day_and_words_for_who_cannot_see(lived):
    root = ElementTree.fromstring(chart(month(lived.portal.history, "home", JANUARY)))
    assert "January 2023" in root.attrib["aria-label"]
    bars = [one for one in root.findall(".//{*}rect") if one.get("fill") == "#999"]
    out = [one for one in root.findall(".//{*}rect") if one.get("fill") == "url(#h)"]
    assert (len(bars), len(out)) == (2, 2)
    # 24 h of 24 h would be 36 high; 6 h are 9.
    assert {one.get("height") for one in out} == {"9.0"}


def test_the_drawing_stands_in_the_document(lived):
    blocks = lived.report().chapters[0].sections[0].blocks
    assert [block for block in blocks if isinstance(block, Figure)]


# fmt: off
SCALES = [
    # most   step   top
    (12.0,   5.0,   15.0),
    (15.0,   5.0,   15.0),
    (0.7,    0.25,  0.75),
    (31.0,   20.0,  40.0),
]
# fmt: on


@pytest.mark.parametrize("most, step, top", SCALES)
def test_marks_are_even_and_the_highest_is_at_or_above_the_highest_value(most, step, top):
    assert scale(most) == pytest.approx((step, top))


# ---- by mail ---------------------------------------------------------------------------------------


class Post(list):
    """A mail server that keeps its letters, unless it is down."""

    sender = "portal@example.org"
    is_down = False

    def send(self, message):
        if self.is_down:
            raise smtplib.SMTPServerDisconnected("down")
        self.append(message)


def now(day):
    return lambda: datetime(2023, 2, day, tzinfo=UTC).timestamp()


def test_the_report_of_last_month_leaves_once_to_everybody_who_wants_it(lived):
    lived.subscribe("a@example.org", "b@example.org")
    server = Post()
    assert post(lived.portal, server, now(3)) == 2
    assert post(lived.portal, server, now(3)) == 0
    assert post(lived.portal, server, now(4)) == 0
    letter = server[0]
    assert letter["To"] == "a@example.org" and "January 2023" in letter["Subject"]
    (attached,) = letter.iter_attachments()
    assert attached.get_content().startswith(b"%PDF")
    assert "24.0" in letter.get_body().get_content()


# fmt: off
DAYS = [
    # day of February    letters
    (1,                  0),  # last days may still come in
    (2,                  1),
    (10,                 1),
    (11,                 0),  # nobody waits any longer
]
# fmt: on


@pytest.mark.parametrize("day, letters", DAYS)
def test_a_report_leaves_on_the_first_days_of_the_next_month(day, letters, lived):
    lived.subscribe("a@example.org")
    assert post(lived.portal, Post(), now(day)) == letters


def test_a_mail_server_that_is_down_gets_the_letter_the_next_hour(lived, caplog):
    lived.subscribe("a@example.org")
    server = Post()
    server.is_down = True
    assert post(lived.portal, server, now(3)) == 0
    assert "was not taken" in caplog.text
    server.is_down = False
    assert post(lived.portal, server, now(3)) == 1


def test_without_a_mail_server_nothing_leaves(lived):
    lived.subscribe("a@example.org")
    assert post(lived.portal, None, now(3)) == 0


# fmt: off
SERVERS = [
    # address                                server
    ("smtp://me:p%40ss@mail.example.org",    ("smtp",  "mail.example.org", 587, "me", "p@ss")),
    ("smtps://mail.example.org",             ("smtps", "mail.example.org", 465, "",   "")),
    ("smtp://localhost:2525",                ("smtp",  "localhost",        2525, "",  "")),
]
WRONG = ["http://mail.example.org", "smtp://", "mail.example.org", "smtp://host:none"]
# fmt: on


@pytest.mark.parametrize("url, parts", SERVERS)
def test_a_mail_server_by_its_address(url, parts):
    assert mailer(url, "a@b.org") == Mailer(*parts, "a@b.org")


@pytest.mark.parametrize("url", WRONG)
def test_an_address_that_is_no_mail_server_is_refused_in_one_line(url):
    with pytest.raises(MailError) as refused:
        mailer(url, "a@b.org")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("sender", ["", "nobody", "a@b@c", "a@b.org\nBcc: x@y.org"])
def test_a_sender_that_is_none_is_refused(sender):
    with pytest.raises(MailError, match="is no mail address"):
        mailer("smtp://localhost", sender)
