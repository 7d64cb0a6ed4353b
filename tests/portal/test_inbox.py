"""The inbox: each delivery durable and answered for itself, once, whoever else is in its group."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select

from tests.monitor.samples import minutes
from twinverter.monitor.batch import Batch
from twinverter.monitor.delivery import About, Acknowledged, Alarm, Change, Delivery, Moment
from twinverter.monitor.history import HistoryAway, HistoryError
from twinverter.portal import inbox as inboxes
from twinverter.portal import tables
from twinverter.portal.filing import NotYours
from twinverter.portal.inbox import Inbox

ALL = (0, 1e10)
MOMENT = Moment(60.0, {"battery_soc": 50.0}, {"F13": 5.0}, {"dc": 1}, "off_grid", {"grid": "gone"})


def alarm(seq, told=None, raised=True):
    return Alarm(seq, float(seq), "F13", raised, told)


def change(seq, after=5):
    return Change(seq, float(seq), "panel", "battery.max_charge_a", None, after)


def delivery(device="home", first=0, count=5, life="a", **parts):
    """Return a delivery of minutes of 1 Wh each."""
    samples = minutes(first, count, device=device) if count else None
    return Delivery(device, life, samples, **parts)


def energy_wh(portal, device="home"):
    rows = portal.history.read(device, "total", *ALL, (), ("solar_wh",)).to_pylist()
    return rows[0]["solar_wh"] if rows else 0.0


def rows_of(portal, table):
    with portal.register.reading() as connection:
        return connection.execute(select(table).order_by(*table.primary_key)).all()


def device_row(portal, name="home"):
    return next(row for row in rows_of(portal, tables.devices) if row.name == name)


def site(portal, name):
    with portal.register.begin() as connection:
        made = connection.execute(insert(tables.sites).values(name=name, made_s=0.0))
        return made.inserted_primary_key[0]


class Failing:
    """Stands before something and fails at one of its methods while `error` is set."""

    def __init__(self, inner, method, error):
        self._inner, self._method, self.error = inner, method, error
        self.calls = 0

    def __getattr__(self, name):
        if name == self._method:
            self.calls += 1
            if self.error is not None:
                raise self.error
        return getattr(self._inner, name)


class Slow(Failing):
    """Stands before something and keeps who asks for a method waiting until it is let go."""

    def __init__(self, inner, method):
        super().__init__(inner, method, None)
        self.may_go, self.is_asked = threading.Event(), threading.Event()

    def __getattr__(self, name):
        if name == self._method:
            self.is_asked.set()
            assert self.may_go.wait(30.0)
        return super().__getattr__(name)


@pytest.fixture
def inbox_over(portal):
    """Return a function that opens an inbox over the portal's parts, or others in their place."""
    opened = []

    def over(register=None, history=None, **words):
        one = Inbox(register or portal.register, history or portal.history, portal.hub, **words)
        opened.append(one)
        return one

    yield over
    for one in opened:
        one.close()


# ---- one delivery --------------------------------------------------------------------------------


def test_what_a_delivery_holds_is_there_when_it_is_answered(portal):
    whole = delivery(
        alarms=(alarm(1, {"complete": True}), alarm(2, raised=False)),
        changes=(change(1), change(2, after=False)),
        moment=MOMENT,
        about=About("Home", "Lagos", timezone="Africa/Lagos"),
        settings={"max_charge_a": 40, "beep": True},
        every_s=30.0,
    )
    assert portal.inbox.take(whole) == Acknowledged(5, 0, 0, 2, 2)
    assert energy_wh(portal) == 5.0
    found = device_row(portal)
    assert (found.life, found.every_s, found.moment) == ("a", 30.0, MOMENT._asdict())
    assert found.settings == {"max_charge_a": 40, "beep": True}
    assert found.settings_s == found.heard_s
    assert [tuple(row)[2:] for row in rows_of(portal, tables.alarms)] == [
        (1, 1.0, "F13", True, {"complete": True}),
        (2, 2.0, "F13", False, None),
    ]
    assert [tuple(row)[2:] for row in rows_of(portal, tables.changes)] == [
        (1, 1.0, "panel", "battery.max_charge_a", None, 5),
        (2, 2.0, "panel", "battery.max_charge_a", None, False),
    ]
    assert [tuple(row)[1:3] for row in rows_of(portal, tables.sites)] == [("Home", "Lagos")]


def test_a_delivery_that_comes_again_changes_nothing(portal):
    whole = delivery(alarms=(alarm(1),), changes=(change(1),))
    assert portal.inbox.take(whole) == Acknowledged(5, 0, 0, 1, 1)
    assert portal.inbox.take(whole) == Acknowledged(0, 5, 0, 1, 1)
    assert energy_wh(portal) == 5.0
    assert len(rows_of(portal, tables.alarms)) == len(rows_of(portal, tables.changes)) == 1


def test_what_is_not_told_again_stays_as_it_was(portal):
    portal.inbox.take(delivery(moment=MOMENT, about=About("Home"), settings={"beep": True}))
    before = device_row(portal)
    portal.inbox.take(delivery(first=5))
    after = device_row(portal)
    assert after.heard_s > before.heard_s
    for name in ("moment", "about", "settings", "settings_s"):
        assert getattr(after, name) == getattr(before, name)


def test_a_device_without_samples_is_known_to_the_history(portal):
    assert portal.inbox.take(delivery(count=0, moment=MOMENT)) == Acknowledged()
    assert portal.history.knows("home")
    assert energy_wh(portal) == 0.0


def test_another_life_is_numbered_from_1_again(portal):
    portal.inbox.take(delivery(alarms=(alarm(1), alarm(2)), changes=(change(1),)))
    assert portal.inbox.take(delivery(life="b", first=5)) == Acknowledged(5, 0, 0, 0, 0)
    reply = portal.inbox.take(delivery(life="b", first=10, alarms=(alarm(1),)))
    assert reply == Acknowledged(5, 0, 0, 1, 0)
    assert portal.inbox.take(delivery(life="a", first=15))[3:5] == (2, 1)
    assert {(row.life, row.seq) for row in rows_of(portal, tables.alarms)} == {
        ("a", 1), ("a", 2), ("b", 1),
    }  # fmt: skip


def test_a_diagnosis_that_grows_is_asked_for_and_takes_the_place_of_the_first(portal):
    first = portal.inbox.take(delivery(alarms=(alarm(1, {"complete": False}), alarm(2))))
    assert first.untold == (1,)
    assert portal.inbox.take(delivery(first=5)).untold == (1,)
    last = portal.inbox.take(delivery(first=10, alarms=(alarm(1, {"complete": True}),)))
    assert (last.untold, last.alarms_seq) == ((), 2)
    assert [row.told for row in rows_of(portal, tables.alarms)] == [{"complete": True}, None]
    portal.inbox.take(delivery(first=15, alarms=(alarm(1),)))
    assert rows_of(portal, tables.alarms)[0].told == {"complete": True}


# ---- whose device --------------------------------------------------------------------------------


def test_a_device_stands_on_the_site_of_its_token_and_nobody_elses_takes_it(portal):
    mine, other = site(portal, "mine"), site(portal, "other")
    portal.inbox.take(delivery(), mine)
    with pytest.raises(NotYours, match="another site"):
        portal.inbox.take(delivery(first=5), other)
    with pytest.raises(NotYours, match="gone"):
        portal.inbox.take(delivery("new"), other + 1)
    assert device_row(portal).site_id == mine
    assert energy_wh(portal) == 5.0
    assert not portal.history.knows("new")


def test_a_stranger_in_a_group_is_refused_alone(portal, inbox_over):
    mine, other = site(portal, "mine"), site(portal, "other")
    portal.inbox.take(delivery("a"), mine)
    slow = Slow(portal.history, "write")
    inbox = inbox_over(history=slow)
    first = inbox.submit(delivery("first"), mine)
    assert slow.is_asked.wait(30.0)
    replies = [inbox.submit(delivery(name, first=5), other) for name in ("a", "b", "c")]
    slow.may_go.set()
    assert first.result().taken == 5
    with pytest.raises(NotYours):
        replies[0].result()
    assert [reply.result().taken for reply in replies[1:]] == [5, 5]


# ---- groups and failures -------------------------------------------------------------------------


def test_many_at_once_are_written_together_and_answered_each(portal, inbox_over):
    history = Failing(portal.history, "write", None)
    inbox = inbox_over(history=history, window_s=0.2)
    names = [f"d{number}" for number in range(20)]
    with ThreadPoolExecutor(20) as threads:
        replies = list(threads.map(lambda name: inbox.take(delivery(name)), names))
    assert {reply.taken for reply in replies} == {5}
    assert [energy_wh(portal, name) for name in names] == [5.0] * 20
    assert history.calls < 10


def test_deliveries_of_one_device_are_written_in_their_order(portal, inbox_over):
    slow = Slow(portal.history, "write")
    inbox = inbox_over(history=slow)
    replies = [
        inbox.submit(delivery(first=5 * turn, moment=MOMENT._replace(clock_s=float(turn))))
        for turn in range(6)
    ]
    slow.may_go.set()
    assert [reply.result().taken for reply in replies] == [5] * 6
    assert device_row(portal).moment["clock_s"] == 5.0


def test_a_history_that_is_away_refuses_all_and_takes_nothing(portal, inbox_over):
    failing = Failing(portal.history, "write", HistoryAway("gone"))
    inbox = inbox_over(history=failing, window_s=0.2)
    replies = [inbox.submit(delivery(name, alarms=(alarm(1),))) for name in ("a", "b")]
    for reply in replies:
        with pytest.raises(HistoryAway):
            reply.result()
    assert failing.calls == 1
    assert rows_of(portal, tables.alarms) == []
    failing.error = None
    assert inbox.take(delivery("a", alarms=(alarm(1),))) == Acknowledged(5, 0, 0, 1, 0)


def test_a_register_that_fails_after_the_history_loses_nothing_and_doubles_nothing(
    portal, inbox_over
):
    inbox_over().take(delivery("home"))
    failing = Failing(portal.register, "begin", HistoryAway("gone"))
    inbox = inbox_over(register=failing)
    whole = delivery(first=5, alarms=(alarm(1),))
    with pytest.raises(HistoryAway):
        inbox.take(whole)
    assert rows_of(portal, tables.alarms) == []
    failing.error = None
    assert inbox.take(whole) == Acknowledged(0, 5, 0, 1, 0)
    assert energy_wh(portal) == 10.0


def poison(device, number):
    """Return a delivery of half of what a sum can hold: the second one is too much."""
    rows = minutes(number, 1, device=device)
    sums = rows.sums.copy()
    sums[:, 0] = 2**62
    return Delivery(device, "a", Batch(device, *rows[1:-1], sums))


def test_a_delivery_that_no_database_can_take_is_refused_alone(portal, inbox_over):
    portal.inbox.take(poison("b", 0))
    slow = Slow(portal.history, "write")
    inbox = inbox_over(history=slow)
    first = inbox.submit(delivery("first"))
    assert slow.is_asked.wait(30.0)
    replies = [inbox.submit(one) for one in (delivery("a"), poison("b", 1), delivery("c"))]
    slow.may_go.set()
    assert first.result().taken == 5
    assert [replies[0].result().taken, replies[2].result().taken] == [5, 5]
    with pytest.raises(HistoryError) as refusal:
        replies[1].result()
    assert not isinstance(refusal.value, HistoryAway)
    assert [energy_wh(portal, name) for name in ("a", "c")] == [5.0, 5.0]


def test_an_error_of_the_program_is_answered_and_the_next_delivery_is_taken(portal, inbox_over):
    failing = Failing(portal.history, "write", ZeroDivisionError("oops"))
    inbox = inbox_over(history=failing)
    with pytest.raises(HistoryError, match="log"):
        inbox.take(delivery())
    failing.error = None
    assert inbox.take(delivery()).taken == 5


def test_whoever_gave_up_before_the_write_is_left_out(portal, inbox_over):
    slow = Slow(portal.history, "write")
    inbox = inbox_over(history=slow)
    first = inbox.submit(delivery("first"))
    assert slow.is_asked.wait(30.0)
    gone = inbox.submit(delivery("gone"))
    assert gone.cancel()
    slow.may_go.set()
    assert first.result().taken == 5
    assert inbox.take(delivery("first", first=5)).taken == 5
    assert not portal.history.knows("gone")


def test_more_than_it_can_hold_waits_at_its_sender(portal, inbox_over, monkeypatch):
    monkeypatch.setattr(inboxes, "MOST_WAITING", 2)
    slow = Slow(portal.history, "write")
    inbox = inbox_over(history=slow)
    first = inbox.submit(delivery("first"))
    assert slow.is_asked.wait(30.0)
    waiting = [inbox.submit(delivery(name)) for name in ("a", "b")]
    with pytest.raises(HistoryAway, match="more arrives"):
        inbox.submit(delivery("c"))
    slow.may_go.set()
    assert [reply.result().taken for reply in (first, *waiting)] == [5, 5, 5]


def test_its_end_answers_what_waits_and_takes_nothing_more(portal, inbox_over):
    inbox = inbox_over(window_s=0.5)
    reply = inbox.submit(delivery())
    inbox.close()
    assert reply.result(0).taken == 5
    with pytest.raises(HistoryAway, match="end"):
        inbox.submit(delivery())


def test_what_is_older_than_kept_is_thrown_away_some_devices_at_a_time(portal, monkeypatch):
    monkeypatch.setattr(inboxes, "MOST_SWEPT", 2)
    monkeypatch.setattr(inboxes, "LOOK_S", 0.01)
    for name in ("a", "b", "c"):
        portal.inbox.take(delivery(name))
    monkeypatch.setattr(inboxes, "SWEEP_S", 0.0)
    swept, done = [], threading.Event()
    monkeypatch.setattr(
        portal.history, "sweep", lambda names: (swept.append(names), len(swept) > 1 and done.set())
    )
    assert done.wait(30.0)
    assert swept[:2] == [["a", "b"], ["c"]]
