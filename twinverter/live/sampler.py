"""The sampler: it cuts the device's course into minutes and days by the device's own clock.

Energies are differences of the meters, so nothing is lost or counted twice whatever the clock
does: a clock that jumps, or an hour that comes twice, only decides under which minute and which
day an energy is filed. A minute that comes again adds to what is filed under it already.
"""

from collections.abc import Callable

from twinverter.inverter import Meters
from twinverter.live.memory import DAY_S, MINUTE_S, Count, Energies, Sample, between, energies

EPOCH_ORDINAL = 719163  # date(1970, 1, 1).toordinal()


def ordinal(clock_s: float) -> int:
    """Return the proleptic ordinal of the device's date."""
    return EPOCH_ORDINAL + int(clock_s // DAY_S)


def fresh(clock_s: float, meters: Meters) -> Count:
    """Return the count of a device that starts its first minute and its first day now."""
    now = energies(meters)
    return Count(clock_s - clock_s % MINUTE_S, 0.0, 0.0, now, now)


class Sampler:
    """Counts ticks into minutes; `filed` says what is filed already under a day's ordinal."""

    def __init__(
        self, count: Count, meters: Meters, soc: float, filed: Callable[[int], Energies]
    ) -> None:
        self._count = count
        self._minute_s, self._span_s, self._grid_s = count[:3]
        self._meters = meters
        self._soc = soc
        self._filed = filed
        self._finished: list[Sample] = []

    def tick(
        self, start_s: float, dt_s: float, meters: Meters, soc: float, mains_there: bool
    ) -> None:
        """Count one tick that began at `start_s`; `meters` and `soc` are those at its end.

        It belongs to the minute of its middle, so a hair of rounding at a border moves nothing.
        """
        middle_s = start_s + 0.5 * dt_s
        minute_s = middle_s - middle_s % MINUTE_S
        if minute_s != self._minute_s:
            self._turn(minute_s)
        self._span_s += dt_s
        if mains_there:
            self._grid_s += dt_s
        self._meters = meters
        self._soc = soc

    @property
    def count(self) -> Count:
        """Return the running minute as the store keeps it."""
        starts = self._count[3:]
        return Count(self._minute_s, self._span_s, self._grid_s, *starts)

    def take(self) -> list[Sample]:
        """Return the minutes that ended since the last call."""
        finished, self._finished = self._finished, []
        return finished

    def today(self, clock_s: float) -> Energies:
        """Return what was counted on the date of the device's clock, as it stands now."""
        now, day = energies(self._meters), ordinal(clock_s)
        if day != ordinal(self._minute_s):
            # Midnight, or a clock set by hand: the first minute of that day has not begun.
            return self._counted_on(day)
        return between(now, self._count.day_start)

    def _turn(self, minute_s: float) -> None:
        now = energies(self._meters)
        if self._span_s > 0.0:
            spent = between(now, self._count.minute_start)
            self._finished.append(
                Sample(self._minute_s, self._span_s, self._grid_s, spent, self._soc)
            )
        day = ordinal(minute_s)
        day_start = self._count.day_start
        if day != ordinal(self._minute_s):
            day_start = _minus(now, self._counted_on(day))
        self._count = Count(minute_s, 0.0, 0.0, now, day_start)
        self._minute_s, self._span_s, self._grid_s = minute_s, 0.0, 0.0

    def _counted_on(self, day: int) -> Energies:
        waiting = [sample.energy for sample in self._finished if ordinal(sample.minute_s) == day]
        return Energies(*map(sum, zip(self._filed(day), *waiting, strict=True)))


def _minus(energy: Energies, less: Energies) -> Energies:
    return Energies(*(a - b for a, b in zip(energy, less, strict=True)))
