"""Weather files: EPW, TMY3, PVGIS, NSRDB and any CSV, brought to one regular series.

Each reader says what its format's time stamps label and which zone they are in; pvlib does the
parsing where it has a reader. Typical years (EPW, TMY3, PVGIS TMY, NSRDB TMY) join months of
different years, so their own years are dropped and every year takes them by the calendar.
"""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from twinverter.scenario.clock import DAY_S, HOUR_S
from twinverter.scenario.csvfile import UNREADABLE, TimeColumn, read_rows
from twinverter.scenario.error import HouseError, brief
from twinverter.scenario.series import Rows

FORMATS = ("csv", "epw", "tmy3", "pvgis", "nsrdb")
IRRADIANCES = ("ghi", "dni", "dhi")
PVLIB = {"ghi": "ghi", "dni": "dni", "dhi": "dhi", "air": "temp_air", "wind": "wind_speed"}
# What a file's unit is in W/m2; energies are per row and need its interval in hours.
IRRADIANCE_UNITS = {
    "W/m2": 1.0,
    "kW/m2": 1000.0,
    "Wh/m2": 1.0,
    "kJ/m2": 1.0 / 3.6,
    "J/cm2": 1 / 0.36,
}
PER_ROW = ("Wh/m2", "kJ/m2", "J/cm2")
WIND_UNITS = {"m/s": 1.0, "km/h": 1.0 / 3.6, "mph": 0.44704, "knots": 0.514444}
# A pyranometer's night offset; below it a value is wrong, not small (assumed).
NIGHT_OFFSET_W_M2 = -5.0
# More than this reaches the ground nowhere, not even beside a bright cloud (assumed).
BRIGHTEST_W_M2 = 1800.0
COLDEST_C, HOTTEST_C = -70.0, 60.0
# Typical years stand in this year, which has no 29 February, or in the one that has.
NOMINAL_YEAR, NOMINAL_LEAP_YEAR = 2001, 2000
# EPW writes these for a missing value.
EPW_MISSING = {"ghi": 9999.0, "dni": 9999.0, "dhi": 9999.0, "air": 99.9, "wind": 999.0}


@dataclass(frozen=True)
class WeatherMap:
    """Where a weather file is and how to read it; the columns matter to a plain CSV only."""

    path: Path
    format: str
    time: TimeColumn
    columns: Mapping[str, str]
    irradiance_unit: str = "W/m2"
    air_unit: str = "degC"
    wind_unit: str = "m/s"
    scale: float = 1.0


def read_weather(wanted: WeatherMap, key: str) -> Rows:
    """Return the rows of a weather file in W/m2, degC and m/s; HouseError names file and line."""
    if wanted.format == "csv":
        rows = read_rows(wanted.path, wanted.time, wanted.columns, key)
        _to_units(rows, wanted)
    else:
        rows = _by_pvlib(wanted, key)
        rows.times_s = rows.times_s + wanted.time.shift_s
    for name in IRRADIANCES:
        if name in rows.columns:
            rows.columns[name] = rows.columns[name] * wanted.scale
    if wanted.scale != 1.0:
        rows.notes.append(f"{rows.source}: irradiance is taken times {wanted.scale:g}")
    _judge(rows)
    return rows


def _to_units(rows: Rows, wanted: WeatherMap) -> None:
    factor = IRRADIANCE_UNITS[wanted.irradiance_unit]
    if wanted.irradiance_unit in PER_ROW and len(rows.times_s) > 1:
        factor *= HOUR_S / float(np.median(np.diff(rows.times_s)))
    for name, values in rows.columns.items():
        if name in IRRADIANCES:
            rows.columns[name] = values * factor
        elif name == "wind":
            rows.columns[name] = values * WIND_UNITS[wanted.wind_unit]
        elif wanted.air_unit == "degF":
            rows.columns[name] = (values - 32.0) / 1.8
        elif wanted.air_unit == "K":
            rows.columns[name] = values - 273.15


def _judge(rows: Rows) -> None:
    """Refuse what cannot be, set small night offsets to 0 and count them."""
    offsets = 0
    for name in IRRADIANCES:
        values = rows.columns.get(name)
        if values is None:
            continue
        for bad, reason in (
            (values < NIGHT_OFFSET_W_M2, "negative irradiance"),
            (values > BRIGHTEST_W_M2, f"more than {BRIGHTEST_W_M2:g} W/m2; is the unit right?"),
        ):
            if bad.any():
                index = int(np.argmax(bad))
                raise rows.refuse(index, reason, name, float(values[index]))
        offsets += int(np.sum(values < 0.0))
        rows.columns[name] = np.where(values < 0.0, 0.0, values)
    if offsets:
        rows.notes.append(f"{rows.source}: {offsets} small negative night values set to 0")
    air = rows.columns.get("air")
    if air is not None and ((air < COLDEST_C) | (air > HOTTEST_C)).any():
        index = int(np.argmax((air < COLDEST_C) | (air > HOTTEST_C)))
        raise rows.refuse(index, "no air temperature in degC", "air", float(air[index]))


def _by_pvlib(wanted: WeatherMap, key: str) -> Rows:
    """Return the rows of one of the formats that pvlib reads."""
    path = wanted.path
    if not path.is_file():
        raise HouseError(f"no such file: {path}", key=f"{key}.file")
    try:
        return _READERS[wanted.format](path)
    except (*UNREADABLE, ValueError, KeyError, IndexError, TypeError, StopIteration) as error:
        if isinstance(error, HouseError):
            raise
        reason = f"is no readable {wanted.format} file ({brief(str(error))})"
        raise HouseError(reason, file=path.name) from None


def _rows(path: Path, data: Any, first_line: int, shift_s: float, typical: bool) -> Rows:
    """Return a pvlib frame as rows; `shift_s` moves its stamps to the start of the interval."""
    import pandas as pd

    missing = [name for name in ("ghi", "temp_air") if name not in data.columns]
    if missing:
        raise HouseError(f"holds no {missing[0]}", file=path.name)
    index = pd.DatetimeIndex(data.index)
    if index.tz is None:
        index = index.tz_localize("UTC")
    times_s = _nominal_s(index) if typical else index.tz_convert("UTC").as_unit("us").asi8 / 1e6
    times_s = times_s + shift_s
    columns = {
        ours: data[theirs].to_numpy(dtype=np.float64, copy=True)
        for ours, theirs in PVLIB.items()
        if theirs in data.columns
    }
    lines = np.arange(first_line, first_line + len(index))
    notes = [f"{path.name}: a typical year made of months of several years"] if typical else []
    return Rows(path.name, times_s, columns, lines, typical, notes=notes)


def _nominal_s(index: Any) -> np.ndarray:
    """Return stamps in UTC with their years dropped, running on from the first one."""
    import pandas as pd

    leap = bool(((index.month == 2) & (index.day == 29)).any())
    text = f"{NOMINAL_LEAP_YEAR if leap else NOMINAL_YEAR}-" + index.strftime("%m-%d %H:%M:%S%z")
    moved = pd.to_datetime(text, format="%Y-%m-%d %H:%M:%S%z", utc=True)
    return np.unwrap(moved.as_unit("us").asi8 / 1e6, period=(366.0 if leap else 365.0) * DAY_S)


def _read_epw(path: Path) -> Rows:
    from pvlib import iotools

    data, _ = iotools.read_epw(str(path))
    for ours, missing in EPW_MISSING.items():
        data[PVLIB[ours]] = data[PVLIB[ours]].astype(float)
        data.loc[data[PVLIB[ours]] >= missing, PVLIB[ours]] = np.nan
    # Eight lines of header; hour 1 is the hour from 00:00, which is where pvlib puts it.
    return _rows(path, data, 9, _epw_shift_s(path), typical=True)


def _epw_shift_s(path: Path) -> float:
    """Return what PVGIS says in a comment about the moment of its satellite scans.

    Its values are instants, one hour and that offset after the end of the hour they stand in.
    """
    with path.open(encoding="utf-8", errors="replace") as text:
        for _, line in zip(range(8), text, strict=False):
            _, found, offset_h = line.partition("Irradiance Time Offset (h):")
            if found:
                return round((float(offset_h) + 1.5) * 60.0) * 60.0
    return 0.0


def _read_tmy3(path: Path) -> Rows:
    from pvlib import iotools

    data, _ = iotools.read_tmy3(str(path))
    data[data == -9900.0] = np.nan
    # Two lines of header; stamps label the end of the hour.
    return _rows(path, data, 3, -HOUR_S, typical=True)


def _read_nsrdb(path: Path) -> Rows:
    from pvlib import iotools

    data, meta = iotools.read_nsrdb_psm4(str(path))
    data = data.rename(columns={"Temperature": "temp_air", "Wind Speed": "wind_speed"})
    typical = "tmy" in str(meta.get("Source", "")).lower() or len(set(data.index.year)) > 3
    # Stamps are instants; where they lie between full intervals (00:30, 00:15) they are middles.
    step_s = float(np.median(np.diff(data.index.as_unit("us").asi8))) / 1e6
    first_s = float(data.index[0].timestamp()) % step_s
    return _rows(path, data, 4, -first_s if first_s else 0.0, typical)


def _read_pvgis(path: Path) -> Rows:
    from pvlib import iotools

    if path.suffix.lower() == ".json":
        hourly = "hourly" in json.loads(path.read_text())["outputs"]
        first_line = 1
    else:
        header = _header_line(path)
        hourly = "G(h)" not in header[1] and "T2m" in header[1]
        first_line = header[0] + 1
    if hourly:
        data, meta = iotools.read_pvgis_hourly(str(path))
        _from_slope(path, data, meta)
        # Satellite scans are instants some minutes past the hour: middles of their hour.
        return _rows(path, data, first_line, -1800.0, typical=False)
    data, meta = iotools.read_pvgis_tmy(str(path))
    offset_h = float(meta["inputs"].get("irradiance time offset", 0.0))
    shift_s = round(offset_h * 60.0) * 60.0 - 1800.0
    return _rows(path, data, first_line, shift_s, typical=True)


def _header_line(path: Path) -> tuple[int, list[str]]:
    """Return line number and names of the column header of a PVGIS CSV."""
    with path.open(newline="", encoding="utf-8") as text:
        for number, cells in enumerate(csv.reader(text), start=1):
            if cells and cells[0].lower().startswith("time"):
                return number, cells
    raise HouseError("has no line of column names that begins with time", file=path.name)


def _from_slope(path: Path, data: Any, meta: Mapping[str, Any]) -> None:
    """Turn the in-plane figures of an hourly PVGIS file into those of the horizontal."""
    names = ("poa_direct", "poa_sky_diffuse")
    if not all(name in data.columns for name in names):
        reason = "gives no beam and diffuse; ask PVGIS for radiation components"
        raise HouseError(reason, file=path.name)
    if data.get("poa_ground_diffuse") is not None and (data["poa_ground_diffuse"] > 0.0).any():
        reason = "is of a sloped plane; ask PVGIS for slope 0"
        raise HouseError(reason, file=path.name)
    data["ghi"] = data["poa_direct"] + data["poa_sky_diffuse"]
    data["dhi"] = data["poa_sky_diffuse"]


_READERS = {"epw": _read_epw, "tmy3": _read_tmy3, "pvgis": _read_pvgis, "nsrdb": _read_nsrdb}
