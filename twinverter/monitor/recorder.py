"""The recorder: it cuts a device's course into samples at the tick, by the device's own clock.

It sees moments (`observe`), as often as the twin puts them on disk. A sample ends at the first
moment at or after a border of the tick, and carries what was counted since the one before it, so
what could not be put down goes into the next. A clock that is set, by hand or by daylight saving,
ends the sample that runs: what was counted before belongs to the old reading of the clock.
"""

from collections.abc import Callable, Mapping

from twinverter.inverter import Meters
from twinverter.monitor.batch import Sample
from twinverter.monitor.columns import counted
from twinverter.monitor.levels import MOST_TICK_S, Plan
from twinverter.monitor.meter import carried, since, thousandths
from twinverter.monitor.outbox import Left, Outbox, OutboxFull

Figures = Callable[[], Mapping[str, float]]


class Recorder:
    """Puts samples of one device into its outbox; `figures` reads what stands at this moment."""

    def __init__(self, outbox: Outbox, plan: Plan, figures: Figures) -> None:
        self._outbox = outbox
        self._tick_s = plan.tick_s
        self._figures = figures
        self._begun = outbox.left
        self._last: tuple[Left, Mapping[str, float]] | None = None

    def observe(self, clock_s: float, meters: Meters, most_s: float = MOST_TICK_S) -> int:
        """Take note of a moment and return how many samples were put down for it.

        A clock that moved back, or on by more than `most_s`, was set.
        """
        now = Left(clock_s, thousandths(counted(meters)))
        last = self._last
        if self._begun is None:
            # Its first moment tells where the counters stood, not what was counted.
            self._begun = now
        if last is not None:
            self._begun = self._begun._replace(
                counters=carried(self._begun.counters, last[0].counters, now.counters)
            )
        put = 0
        if last is not None and was_set(last[0].clock_s, clock_s, most_s):
            put += self._put(*last)
            self._begun = Left(clock_s, self._begun.counters)
        elif last is None and was_set(self._begun.clock_s, clock_s, most_s):
            self._begun = Left(clock_s, self._begun.counters)
        # What stands is read at each moment: that the clock jumped is seen only afterwards.
        self._last = now, self._figures()
        if self._is_over(clock_s):
            put += self._put(*self._last)
        return put

    def finish(self) -> None:
        """Put down what runs, before the device goes."""
        if self._last is not None:
            self._put(*self._last)

    def _is_over(self, clock_s: float) -> bool:
        assert self._begun is not None
        return clock_s // self._tick_s != self._begun.clock_s // self._tick_s

    def _put(self, end: Left, figures: Mapping[str, float]) -> int:
        assert self._begun is not None
        span_s = end.clock_s - self._begun.clock_s
        spent = since(end.counters, self._begun.counters)
        if span_s <= 0.0 and not any(spent):
            return 0
        try:
            self._outbox.put(Sample(0, self._begun.clock_s, span_s, figures, spent), end)
        except OutboxFull:
            return 0
        self._begun = end
        return 1


def was_set(before_s: float, after_s: float, most_s: float) -> bool:
    """Return whether a clock moved otherwise than by running on."""
    return not 0.0 <= after_s - before_s <= most_s
