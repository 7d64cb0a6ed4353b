"""Wall clocks: from UTC to the local time of a zone and back, for whole arrays.

Times are seconds since 1970. Physical steps are uniform in UTC; the wall clock jumps at a change
of daylight saving time. Zones come from the system's or the `tzdata` package's IANA database.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 86400.0
EPOCH = date(1970, 1, 1)
# House files hold dates of this span; one year around it covers every zone's offset.
FIRST_YEAR, LAST_YEAR = 1971, 2100


class Zone:
    """One time zone, as the list of its changes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._zone = ZoneInfo(name)
        self._years: dict[int, list[tuple[float, float]]] = {}

    def wall_s(self, utc_s: np.ndarray) -> np.ndarray:
        """Return the wall clock at each moment."""
        starts_s, offsets_s = self._changes(utc_s)
        return utc_s + offsets_s[np.searchsorted(starts_s, utc_s, side="right") - 1]

    def utc_s(self, wall_s: np.ndarray, second: np.ndarray | None = None) -> np.ndarray:
        """Return the moment of each wall clock reading.

        Of an hour that comes twice the first is meant, the other one where `second` is true; a
        reading that the clock skips is the moment of the change.
        """
        starts_s, offsets_s = self._changes(wall_s)
        ends_wall_s = starts_s[1:] + offsets_s[:-1]
        period = np.searchsorted(ends_wall_s, wall_s, side="right")
        if second is not None:
            period = np.minimum(period + second, len(offsets_s) - 1)
        return np.maximum(wall_s - offsets_s[period], starts_s[period])

    def skips(self, wall_s: np.ndarray) -> np.ndarray:
        """Return where a wall clock reading never happened."""
        return self.wall_s(self.utc_s(wall_s)) != wall_s

    def repeats(self, wall_s: np.ndarray) -> np.ndarray:
        """Return where a wall clock reading happened twice."""
        later = np.ones(len(wall_s), dtype=bool)
        return ~self.skips(wall_s) & (self.wall_s(self.utc_s(wall_s, later)) == wall_s)

    def midnight_s(self, day: date) -> float:
        """Return the moment at which a local day begins."""
        return float(self.utc_s(np.array([wall_of(day)]))[0])

    def _changes(self, times_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        first, last = 1970, 1970
        if len(times_s):
            first, last = _year(float(np.min(times_s))), _year(float(np.max(times_s)))
        changes = [self._change_at(datetime(first - 1, 1, 1, tzinfo=UTC).timestamp())]
        for year in range(first - 1, last + 2):
            if year not in self._years:
                self._years[year] = self._changes_of(year)
            changes += self._years[year]
        starts_s, offsets_s = np.array(changes).T
        starts_s[0] = -np.inf
        return starts_s, offsets_s

    def _changes_of(self, year: int) -> list[tuple[float, float]]:
        moment_s = datetime(year, 1, 1, tzinfo=UTC).timestamp()
        end_s = datetime(year + 1, 1, 1, tzinfo=UTC).timestamp()
        found = []
        while moment_s < end_s:
            low_s, high_s = moment_s, moment_s + DAY_S
            before_s = self._offset_s(low_s)
            if self._offset_s(high_s) != before_s:
                while high_s - low_s > 1.0:
                    middle_s = (low_s + high_s) // 2.0
                    if self._offset_s(middle_s) == before_s:
                        low_s = middle_s
                    else:
                        high_s = middle_s
                found.append(self._change_at(high_s))
            moment_s += DAY_S
        return found

    def _change_at(self, utc_s: float) -> tuple[float, float]:
        return utc_s, self._offset_s(utc_s)

    def _offset_s(self, utc_s: float) -> float:
        offset = datetime.fromtimestamp(utc_s, self._zone).utcoffset()
        assert offset is not None
        return offset.total_seconds()


@cache
def zone(name: str) -> Zone:
    """Return the zone of an IANA name; ZoneInfoNotFoundError or ValueError where there is none."""
    return Zone(name)


def wall_of(moment: date | datetime) -> float:
    """Return a date (its midnight) or a naive wall clock as seconds since 1970."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)
    return (moment - datetime(1970, 1, 1)).total_seconds()


def date_of(wall_s: float) -> date:
    """Return the day of a wall clock reading."""
    return EPOCH + timedelta(days=int(wall_s // DAY_S))


def year_part(times_s: np.ndarray) -> np.ndarray:
    """Return the part of its year that has passed at each time, 0 to 1."""
    days = np.floor(times_s / DAY_S).astype("datetime64[D]")
    years = days.astype("datetime64[Y]")
    length = ((years + 1).astype("datetime64[D]") - years.astype("datetime64[D]")).astype(float)
    passed = (days - years.astype("datetime64[D]")).astype(float) + (times_s / DAY_S) % 1.0
    return passed / length


def seasonal(months: np.ndarray, times_s: np.ndarray) -> np.ndarray:
    """Return twelve monthly figures, each standing for its month's middle, at each time."""
    middles = (np.arange(12) + 0.5) / 12.0
    return np.interp(year_part(times_s), middles, months, period=1.0)


def _year(time_s: float) -> int:
    return date_of(time_s).year
