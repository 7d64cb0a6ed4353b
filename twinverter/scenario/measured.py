"""The sky of a weather file: hours turned into minutes without gaining or losing energy.

Inside an interval the light follows the clear sky of that minute times an index that runs on
straight lines between the intervals; each interval is then scaled to the energy the file gives.
Where the file has no beam or diffuse, the diffuse part comes from Erbs et al. (1982) in the
continuous form of Driesse et al. (2024, through pvlib), and global, beam and diffuse close on the
horizontal.
"""

from dataclasses import dataclass

import numpy as np

from twinverter.scenario.clock import DAY_S, HOUR_S, MINUTE_S
from twinverter.scenario.error import HouseError
from twinverter.scenario.modelled import air_c
from twinverter.scenario.series import Gap, Rows, Series, fill_linearly, regular, told
from twinverter.scenario.steps import Steps
from twinverter.scenario.sun import Place, Sky, SunPath, sun_path
from twinverter.scenario.weather import IRRADIANCES

# How many intervals more than asked for the index between intervals needs on either side.
MARGIN = 2
# Below this a clear sky is too dim, and above this index a sky too bright, to scale by (assumed).
DIM_W_M2, INDEX_MAX = 20.0, 1.5
# Distance of the light's middle from solar noon that is told, and that is refused (assumed).
OFF_NOON_TOLD_S, OFF_NOON_REFUSED_S = 0.7 * HOUR_S, 3.0 * HOUR_S


@dataclass(frozen=True)
class MeasuredSky:
    """A weather series at a place; monthly air and steady wind stand in where it has none."""

    place: Place
    series: Series
    air_c: np.ndarray
    air_day_range_c: np.ndarray
    wind_m_s: float

    @property
    def base_s(self) -> float:
        """Return the step at which the sky is made: a minute, or the file's where it is finer."""
        return min(MINUTE_S, self.series.interval_s)

    def stretch(self, steps: Steps) -> Steps:
        """Return the minutes of the file's intervals around `steps`, two more on either side."""
        interval_s = self.series.interval_s
        phase_s = self.series.start_s % interval_s
        return steps.around(interval_s, phase_s, MARGIN).finer(self.base_s)

    def check(self, steps: Steps) -> None:
        """Raise HouseError where the file does not cover the steps."""
        self.series.places(steps.starts_s, "UTC")

    def sky(self, minutes: Steps, sun: SunPath) -> Sky:
        """Return sun and air for the minutes of whole intervals."""
        per = round(self.series.interval_s / self.base_s)
        intervals = Steps(minutes.start_s, self.series.interval_s, minutes.count // per)
        rows = self._rows(intervals.starts_s)
        given = {name: values[rows] for name, values in self.series.columns.items()}
        light = _light(given, sun, intervals.count)
        air = self._air(given, intervals, minutes)
        wind = np.full(minutes.count, self.wind_m_s)
        if "wind" in given:
            wind = np.interp(minutes.middles_s, intervals.middles_s, given["wind"])
        return Sky(*light, air, wind)

    def _rows(self, starts_s: np.ndarray) -> np.ndarray:
        """Return the row of each interval; beyond the file's ends the margin repeats the end."""
        rows = self.series.places(starts_s[MARGIN:-MARGIN], "UTC")
        sides = []
        for side, end in ((starts_s[:MARGIN], rows[0]), (starts_s[-MARGIN:], rows[-1])):
            try:
                sides.append(self.series.places(side, "UTC"))
            except HouseError:
                sides.append(np.full(MARGIN, end))
        return np.concatenate((sides[0], rows, sides[1]))

    def _air(self, given: dict[str, np.ndarray], intervals: Steps, minutes: Steps) -> np.ndarray:
        if "air" in given:
            return np.interp(minutes.middles_s, intervals.middles_s, given["air"])
        shift_s = round(self.place.longitude * 4.0) * MINUTE_S
        return air_c(self.air_c, self.air_day_range_c, shift_s, minutes)


def measured_series(rows: Rows, place: Place) -> tuple[Series, list[str]]:
    """Return a weather file's rows as a series without gaps, and what was done to them."""
    # The sun follows UTC, so a day of the run takes the file's day by UTC, whatever its clock.
    rows.zone = "UTC"
    series, gaps = regular(rows)
    for gap in gaps:
        if gap.column in IRRADIANCES:
            _fill_by_index(series, gap, place)
    fill_linearly(series, [gap for gap in gaps if gap.column not in IRRADIANCES])
    notes = rows.notes + told(series, gaps)
    absent = [name.upper() for name in ("dni", "dhi") if name not in series.columns]
    if len(absent) == 2:
        notes.append(f"{series.source}: no DNI and DHI, both derived from GHI (Erbs)")
    elif absent:
        notes.append(f"{series.source}: no {absent[0]}, derived from the other two")
    notes += _off_noon(series, place)
    return series, notes


def _fill_by_index(series: Series, gap: Gap, place: Place) -> None:
    """Fill a gap with the clear sky times the index that runs from one side to the other."""
    inside = Steps(
        series.start_s + (gap.first - 1) * series.interval_s,
        series.interval_s,
        gap.last - gap.first + 3,
    )
    sun = sun_path(place, inside.finer(min(MINUTE_S, series.interval_s)))
    clear = getattr(sun, f"clear_{gap.column}_w_m2").reshape(inside.count, -1).mean(axis=1)
    values = series.columns[gap.column]
    ends = [end for end in (0, inside.count - 1) if clear[end] > DIM_W_M2]
    # A gap with night on both sides tells nothing of its sky; clear is the neutral guess.
    index = [min(values[gap.first - 1 + end] / clear[end], INDEX_MAX) for end in ends] or [1.0]
    here = np.interp(np.arange(1, inside.count - 1), ends or [0], index)
    values[gap.first : gap.last + 1] = here * clear[1:-1]


def _off_noon(series: Series, place: Place) -> list[str]:
    """Return a warning where the file's light does not lie around this place's noon."""
    ghi = series.columns["ghi"]
    times_s = series.start_s + series.interval_s * (np.arange(series.count) + 0.5)
    after_noon_s = (times_s + place.longitude * 240.0) % DAY_S - 0.5 * DAY_S
    off_s = float(np.sum(ghi * after_noon_s) / max(float(np.sum(ghi)), 1.0))
    if abs(off_s) < OFF_NOON_TOLD_S:
        return []
    side = "after" if off_s > 0 else "before"
    text = f"its light lies {abs(off_s) / HOUR_S:.1f} h {side} the sun of this longitude"
    if abs(off_s) > OFF_NOON_REFUSED_S:
        raise HouseError(f"{text}; are time zone and place right?", file=series.source)
    return [f"{series.source}: {text}"]


def _light(
    given: dict[str, np.ndarray], sun: SunPath, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return global, beam and diffuse light per minute from those of `count` intervals."""
    ghi = refined(given["ghi"], sun.clear_ghi_w_m2)
    level = sun.cos_zenith
    if "dni" in given:
        dni = refined(given["dni"], sun.clear_dni_w_m2)
        flat = (dni * level).reshape(count, -1).mean(axis=1)
        diffuse = given["dhi"] if "dhi" in given else np.maximum(given["ghi"] - flat, 0.0)
    else:
        diffuse = given["dhi"] if "dhi" in given else _diffuse(given["ghi"], sun, count)
        flat, dni = _beam(given["ghi"] - diffuse, sun, count)
        # Beam that the clearest sky could not give counts as diffuse, so that global light closes.
        diffuse = given["ghi"] - flat
    return ghi, dni, refined(diffuse, sun.clear_dhi_w_m2)


def refined(values: np.ndarray, clear: np.ndarray) -> np.ndarray:
    """Return interval means as finer values in the shape of `clear`, every mean kept."""
    shape = clear.reshape(len(values), -1)
    raw = _index(values, shape.mean(axis=1), shape.shape[1]) * shape
    sums = raw.mean(axis=1)
    shaped = (sums > 0.0) & (values <= INDEX_MAX * shape.mean(axis=1))
    scale = np.divide(values, sums, out=np.zeros(len(values)), where=shaped)
    return np.where(shaped[:, None], raw * scale[:, None], values[:, None]).ravel()


def _beam(flat: np.ndarray, sun: SunPath, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the beam on the horizontal per interval as far as there is sun, and DNI per minute."""
    level = sun.cos_zenith.reshape(count, -1)
    clear = sun.clear_dni_w_m2.reshape(count, -1)
    bright = (clear * level).mean(axis=1)
    flat = np.where((flat > 0.0) & (flat <= INDEX_MAX * bright), flat, 0.0)
    raw = _index(flat, bright, level.shape[1]) * clear
    sums = (raw * level).mean(axis=1)
    scale = np.divide(flat, sums, out=np.zeros(count), where=sums > 0.0)
    return np.where(sums > 0.0, flat, 0.0), (raw * scale[:, None]).ravel()


def _index(values: np.ndarray, clear: np.ndarray, per: int) -> np.ndarray:
    """Return the clear-sky index per minute, on straight lines between the intervals' middles.

    An interval too dim to have one takes its neighbours'.
    """
    known = clear > DIM_W_M2
    index = np.where(known, np.minimum(values / np.where(known, clear, 1.0), INDEX_MAX), 0.0)
    beside = np.convolve(index, [1.0, 0.0, 1.0], "same")
    sides = np.convolve(known, [1.0, 0.0, 1.0], "same")
    index = np.where(known, index, np.where(sides > 0.0, beside / np.maximum(sides, 1.0), 1.0))
    places = (np.arange(len(values) * per) + 0.5) / per - 0.5
    return np.interp(places, np.arange(len(values)), index).reshape(len(values), per)


def _diffuse(ghi: np.ndarray, sun: SunPath, count: int) -> np.ndarray:
    """Return the diffuse part of each interval's global light after Erbs and Driesse."""
    from pvlib.irradiance import erbs_driesse

    level = sun.cos_zenith.reshape(count, -1)
    lit = (level > 0.0).mean(axis=1)
    zenith_deg = np.degrees(np.arccos(level.sum(axis=1) / np.maximum((level > 0.0).sum(axis=1), 1)))
    extra_w_m2 = sun.extra_w_m2.reshape(count, -1)[:, 0]
    ghi_lit = np.divide(ghi, lit, out=np.zeros(count), where=lit > 0.0)
    split = erbs_driesse(ghi_lit, zenith_deg, dni_extra=extra_w_m2)
    return np.where(lit > 0.0, np.minimum(np.nan_to_num(split["dhi"]) * lit, ghi), ghi)
