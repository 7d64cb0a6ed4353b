"""A foreign device at the portal: its counters become samples, kept on disk until acknowledged.

A sample reaches from the reading before to this one, and holds what the counters rose by. A counter
that stands at zero after it had counted is a logger that reached no inverter: it is not told. One
that fell otherwise was reset, and shows what it counted since (assumed). Samples begin by the wall
clock of the device's site and last as long as the host's clock ran.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from twinverter.gateway.reading import Reading, codes
from twinverter.monitor.batch import Batch, Sample
from twinverter.monitor.columns import SUMS
from twinverter.monitor.delivery import About, Acknowledged, Alarm, Delivery, Moment
from twinverter.monitor.history import HistoryAway, HistoryError
from twinverter.monitor.meter import Counters, since, thousandths
from twinverter.monitor.outbox import Left, Outbox, OutboxFull
from twinverter.scenario.clock import wall_of

log = logging.getLogger("twinverter.gateway")

# All that a foreign device tells belongs to one life: it has no memory that could be lost.
LIFE = "foreign"
# Where a counter stands that was never told: nothing is counted up to its first reading.
NEVER = -1
MILLI = 1000.0


class Takes(Protocol):
    """Who makes deliveries durable."""

    def take(self, delivery: Delivery, site_id: int | None = None) -> Acknowledged:
        """Return what became of a delivery."""


class Foreign:
    """One device; `every_s` is how often it reports. Methods may be called from any thread."""

    def __init__(
        self,
        folder: Path,
        device: str,
        site_id: int,
        timezone: str,
        inbox: Takes,
        *,
        standing: Sequence[str] = (),
        every_s: float = 300.0,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self.device, self._site_id, self._inbox = device, site_id, inbox
        self._zone = zone(timezone)
        self._timezone, self._every_s, self._now_s = timezone, every_s, now_s
        self._turn = threading.Lock()
        self._outbox = Outbox(folder / f"{device}.sqlite", device, now_s=now_s)
        self._read_s: float | None = None
        self._since = dict.fromkeys(standing, 0.0)
        self._lines: list[Alarm] = []
        self._moment: Moment | None = None

    def take(self, reading: Reading) -> None:
        """Keep a reading on disk, and hand over all that waits; HistoryError where it cannot be.

        A portal that is away is no error here: what waits goes with the next reading.
        """
        with self._turn:
            self._keep(reading)
            try:
                while waiting := self._outbox.waiting():
                    self._inbox.take(self._delivery(waiting), self._site_id)
                    self._outbox.drop(waiting)
                self._tell()
            except HistoryAway as error:
                log.warning("%s: %s; its samples wait on this disk", self.device, error)

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            self._outbox.close()

    def _keep(self, reading: Reading) -> None:
        now_s = self._now_s()
        clock_s = self._clock_s(now_s)
        left = self._outbox.left
        before = None if left is None else left.counters
        counters = _read(reading.counters, before)
        # Over a restart the clock of the last reading tells how long ago it was.
        span_s = 0.0 if left is None else clock_s - left.clock_s
        if self._read_s is not None:
            span_s = now_s - self._read_s
        span_s = max(0.0, span_s)
        sample = Sample(0, clock_s - span_s, span_s, reading.figures, _counted(counters, before))
        try:
            self._outbox.put(sample, Left(clock_s, counters))
        except OutboxFull as error:
            raise HistoryError(str(error)) from error
        self._read_s = now_s
        self._note(clock_s, now_s, reading)

    def _note(self, clock_s: float, now_s: float, reading: Reading) -> None:
        """Take note of the moment, and of the alarms that rose and went since the last one."""
        stands = codes(reading.figures)
        gone = [code for code in self._since if code not in stands]
        risen = [code for code in stands if code not in self._since]
        seq = round(now_s * MILLI)
        changes = [(code, False) for code in gone] + [(code, True) for code in risen]
        for place, (code, is_raised) in enumerate(changes):
            self._lines.append(Alarm(seq + place, clock_s, code, is_raised))
        self._since = {code: self._since.get(code, clock_s) for code in stands}
        self._moment = Moment(clock_s, reading.figures, self._since)

    def _tell(self) -> None:
        """Hand the moment over, with the lines of the alarms."""
        self._inbox.take(self._delivery(None), self._site_id)
        self._lines.clear()

    def _delivery(self, samples: Batch | None) -> Delivery:
        about = About(name=self.device, timezone=self._timezone)
        if samples is not None:
            return Delivery(self.device, LIFE, samples, every_s=self._every_s)
        return Delivery(
            self.device,
            LIFE,
            alarms=tuple(self._lines),
            moment=self._moment,
            about=about,
            every_s=self._every_s,
        )

    def _clock_s(self, now_s: float) -> float:
        return wall_of(datetime.fromtimestamp(now_s, self._zone).replace(tzinfo=None))


def _read(told: Sequence[float | None], before: Counters | None) -> Counters:
    """Return counters in thousandths; one that is not told stands where it stood."""
    stood = before or (NEVER,) * len(SUMS)
    values = thousandths([value or 0.0 for value in told])
    return tuple(
        old if value is None or (now == 0 and old > 0) else now
        for value, now, old in zip(told, values, stood, strict=True)
    )


def _counted(now: Counters, before: Counters | None) -> Counters:
    """Return what was counted since an earlier reading."""
    if before is None:
        return since(now, None)
    known = tuple(
        later if earlier == NEVER else earlier for later, earlier in zip(now, before, strict=True)
    )
    return since(now, known)


def zone(name: str) -> tzinfo:
    """Return a time zone by name; UTC where there is none of that name."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
