"""The inbox: deliveries of all devices, made durable in groups, each with its own answer.

What arrives within a short window goes into one write of the history and one transaction of the
register; the history comes first, so that what fails between the two comes again and is known. A
database that fails refuses the whole group and takes nothing; a delivery that no database can take
is found by itself and refused alone.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import NamedTuple

from twinverter.monitor.batch import Batch, batch
from twinverter.monitor.delivery import Acknowledged, Delivery
from twinverter.monitor.history import History, HistoryAway, HistoryError
from twinverter.portal import filing
from twinverter.portal.filing import Filed, NotYours, Place
from twinverter.portal.hub import Hub, News
from twinverter.portal.register import Conflict, Register
from twinverter.portal.relay import Relay

log = logging.getLogger("twinverter.portal")

# A single write into a file takes some tens of milliseconds, hundreds together not ten times that.
WINDOW_S = 0.1
# More waits at its sender: what a busy machine takes in a quarter of a minute (assumed).
MOST_WAITING, MOST_GROUP, MOST_ROWS = 5000, 1000, 20_000
# How often it is looked for what is older than kept; so many devices in one transaction.
SWEEP_S, LOOK_S, MOST_SWEPT = 3600.0, 1.0, 20


class Waiting(NamedTuple):
    """A delivery that waits for its answer; `site_id` is that of its token."""

    delivery: Delivery
    site_id: int | None
    reply: "Future[Acknowledged]"


class Inbox:
    """Takes deliveries from any thread; a thread of its own makes them durable."""

    def __init__(
        self,
        register: Register,
        history: History,
        hub: Hub,
        window_s: float = WINDOW_S,
        now_s: Callable[[], float] = time.time,
        relay: Relay | None = None,
    ) -> None:
        self._register, self._history, self._hub, self._relay = register, history, hub, relay
        self._window_s, self._now_s = window_s, now_s
        self._waiting: list[Waiting] = []
        self._is_news = threading.Condition()
        self._is_closing = False
        self._swept_s = time.monotonic()
        self._unswept: list[str] = []
        self._worker = threading.Thread(target=self._work, name="inbox", daemon=True)
        self._worker.start()

    def submit(self, delivery: Delivery, site_id: int | None = None) -> "Future[Acknowledged]":
        """Return the answer to come: it comes when the delivery is durable.

        The answer, or this call, raises HistoryAway where the same may come again later, NotYours
        for a device of another site, and HistoryError for what will never be taken. Without a site
        of a token a new device gets a site of its own.
        """
        waiting = Waiting(delivery, site_id, Future())
        with self._is_news:
            if self._is_closing:
                raise HistoryAway("portal: is about to end")
            if len(self._waiting) >= MOST_WAITING:
                raise HistoryAway("portal: more arrives than it can write")
            self._waiting.append(waiting)
            self._is_news.notify()
        return waiting.reply

    def take(self, delivery: Delivery, site_id: int | None = None) -> Acknowledged:
        """Return what became of a delivery, once it is durable; the errors of `submit`."""
        return self.submit(delivery, site_id).result()

    def close(self) -> None:
        """Answer what waits, and take nothing more."""
        with self._is_news:
            self._is_closing = True
            self._is_news.notify()
        self._worker.join()

    def _work(self) -> None:
        while group := self._group():
            self._answer(group)
            self._sweep()

    def _group(self) -> list[Waiting]:
        """Return the deliveries of the next write, empty only at the end."""
        while True:
            with self._is_news:
                if not self._waiting and not self._is_closing:
                    self._is_news.wait(LOOK_S)
                is_idle, is_closing = not self._waiting, self._is_closing
            if is_idle and not is_closing:
                self._sweep()
                continue
            if not is_closing:
                time.sleep(self._window_s)
            with self._is_news:
                group, self._waiting = _parted(self._waiting)
                if group or (self._is_closing and not self._waiting):
                    return group

    def _answer(self, group: Sequence[Waiting]) -> bool:
        """Make a group durable and answer all of it; return whether the databases were there."""
        try:
            self._commit(group)
        except HistoryAway as error:
            _refuse(group, error)
            return False
        except Exception as error:
            if len(group) > 1:
                return self._answer_each(group)
            if not isinstance(error, HistoryError):
                log.exception("portal: a delivery of %s failed", group[0].delivery.device)
                error = HistoryError("portal: failed at this delivery; its log says why")
            _refuse(group, error)
        return True

    def _answer_each(self, group: Sequence[Waiting]) -> bool:
        """Find who spoils a group: each by itself, as long as the databases are there."""
        open_ones = [one for one in group if not one.reply.done()]
        for place, one in enumerate(open_ones):
            if not self._answer([one]):
                _refuse(open_ones[place:], HistoryAway("portal: its database is away"))
                return False
        return True

    def _commit(self, group: Sequence[Waiting]) -> None:
        now_s = self._now_s()
        admitted = self._admitted(group, now_s)
        rows = [_rows(one.delivery, place) for one, place in admitted]
        receipts = iter(self._history.write([part for part in rows if part is not None]))
        filed = [
            Filed(one.delivery, place, filing.NOTHING if part is None else next(receipts))
            for (one, place), part in zip(admitted, rows, strict=True)
        ]
        if not filed:
            return
        with self._register.begin() as connection:
            told = filing.file(connection, filed, now_s)
            if self._relay is not None:
                heard = [place.device_id for one, place in admitted if one.delivery.moment]
                self._relay.announce(connection, heard)
        news = [(one.delivery.device, filing.plain(one.delivery.moment)) for one, _ in admitted]
        self._hub.tell([News(device, now_s, moment) for device, moment in news if moment])
        for (one, _), reply in zip(admitted, told, strict=True):
            one.reply.set_result(reply)

    def _admitted(self, group: Sequence[Waiting], now_s: float) -> list[tuple[Waiting, Place]]:
        """Return deliveries with the place of their device; refuse those of a foreign one."""
        with self._register.reading() as connection:
            known = filing.places(connection, [one.delivery.device for one in group])
        if any(one.delivery.device not in known for one in group):
            wanted = [(one.delivery, one.site_id) for one in group]
            try:
                known = self._settled(wanted, now_s)
            except Conflict:
                # Another portal settled one of them just now: it is known this time.
                known = self._settled(wanted, now_s)
        admitted = []
        for one in group:
            place = known.get(one.delivery.device)
            try:
                filing.check_place(one.delivery, place, one.site_id)
            except NotYours as error:
                _refuse([one], error)
            else:
                assert place is not None
                admitted.append((one, place))
        return admitted

    def _settled(
        self, wanted: Sequence[tuple[Delivery, int | None]], now_s: float
    ) -> dict[str, Place]:
        with self._register.begin() as connection:
            return filing.settled(connection, wanted, now_s)

    def _sweep(self) -> None:
        """Throw away what is older than kept, of some devices at a time: deliveries wait for it."""
        try:
            if not self._unswept and time.monotonic() - self._swept_s >= SWEEP_S:
                self._swept_s = time.monotonic()
                self._unswept = self._history.devices()
            swept, self._unswept = self._unswept[:MOST_SWEPT], self._unswept[MOST_SWEPT:]
            if swept:
                self._history.sweep(swept)
        except HistoryError as error:
            self._unswept = []
            log.warning("%s; what is older than kept is thrown away later", error)


def _parted(waiting: Sequence[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
    """Return what goes into one write, one delivery of each device, and what comes later.

    Whoever gave up waiting is left out: nobody has been told that it was taken.
    """
    group: list[Waiting] = []
    later: list[Waiting] = []
    devices: set[str] = set()
    rows = 0
    for one in waiting:
        size = one.delivery.samples.size if one.delivery.samples else 0
        is_full = len(group) >= MOST_GROUP or (bool(group) and rows + size > MOST_ROWS)
        if is_full or one.delivery.device in devices:
            later.append(one)
        elif one.reply.set_running_or_notify_cancel():
            group.append(one)
            rows += size
        # Whoever waits keeps all later deliveries of the device behind it.
        devices.add(one.delivery.device)
    return group, later


def _rows(delivery: Delivery, place: Place) -> Batch | None:
    """Return the samples of a delivery; none at all make a new device known to the history."""
    if delivery.samples is None and place.is_new:
        return batch(delivery.device, [])
    return delivery.samples


def _refuse(group: Sequence[Waiting], error: Exception) -> None:
    for one in group:
        if not one.reply.done():
            one.reply.set_exception(error)
