"""Weather files of every format: their clocks, their gaps, and what is refused in them."""

import gzip
import json
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from twinverter.scenario.clock import wall_of
from twinverter.scenario.csvfile import TimeColumn
from twinverter.scenario.error import HouseError
from twinverter.scenario.measured import measured_series
from twinverter.scenario.series import regular
from twinverter.scenario.steps import Steps
from twinverter.scenario.sun import Place, sun_path
from twinverter.scenario.weather import WeatherMap, read_weather

GREENWICH = Place(45.0, 0.0, 0.0, np.full(12, 3.0), 0.2)
START = datetime(2023, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
CSV = TimeColumn("time", "UTC")
COLUMNS = {"ghi": "ghi", "air": "temp"}


def light_at(moment):
    """Return a plain half-sine day, 6:00 to 18:00 UTC, 600 W/m2 at noon."""
    hours = moment.astimezone(UTC).hour + moment.astimezone(UTC).minute / 60 - 6
    return round(max(0.0, 600 * np.sin(np.pi * hours / 12)), 1) if 0 <= hours <= 12 else 0.0


def csv_rows(count, every=HOUR, start=START, zone="Z"):
    moments = [start + every * index for index in range(count)]
    return [[f"{m:%Y-%m-%dT%H:%M:%S}{zone}", light_at(m + every / 2), 20.0] for m in moments]


@pytest.fixture
def read(tmp_path):
    """Return a reader of CSV rows as a weather series, with the notes on it."""

    def series(rows, time=CSV, columns=COLUMNS, header="time,ghi,temp", **more):
        path = tmp_path / "w.csv"
        path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")
        wanted = WeatherMap(path, "csv", time, columns, **more)
        return measured_series(read_weather(wanted, "world.weather"), GREENWICH)

    return series


def noon_s(series):
    """Return the middle of the light in seconds after midnight UTC, which is noon here."""
    ghi = series.columns["ghi"]
    middles_s = series.start_s + series.interval_s * (np.arange(series.count) + 0.5)
    return np.sum(ghi * (middles_s % 86400)) / np.sum(ghi)


# fmt: off
CLOCKS = [
    # zone written  time column                                       what
    ("Z",           TimeColumn("time", "Asia/Tokyo"),                 "a Z in the file is stronger than the map"),
    ("+00:00",      TimeColumn("time", "Asia/Tokyo"),                 "so is an offset"),
    ("",            TimeColumn("time", "UTC"),                        "no zone written: the map's"),
    ("",            TimeColumn("time", "UTC", "%Y-%m-%dT%H:%M:%S"),   "a format of its own"),
]
LABELS = [
    # label     moved_min  what
    ("start",           0, "a time that begins its hour"),
    ("end",            60, "a time that ends its hour"),
    ("middle",         30, "a time in the middle of its hour"),
]
# fmt: on


@pytest.mark.parametrize("written, time, what", CLOCKS, ids=[what for *_, what in CLOCKS])
def test_a_csv_says_its_zone(read, written, time, what):
    series, _ = read(csv_rows(48, zone=written), time)
    assert noon_s(series) == pytest.approx(43200, abs=60)


@pytest.mark.parametrize("label, moved_min, what", LABELS, ids=[what for *_, what in LABELS])
def test_a_csv_says_what_its_times_label(read, label, moved_min, what):
    rows = csv_rows(48)
    for row, moment in zip(rows, range(48), strict=True):
        row[0] = f"{START + HOUR * moment + timedelta(minutes=moved_min):%Y-%m-%dT%H:%M:%SZ}"
    series, _ = read(rows, TimeColumn("time", "UTC", label=label))
    assert series.start_s == START.timestamp()
    assert noon_s(series) == pytest.approx(43200, abs=60)


# fmt: off
CHANGES = [
    # day          hours on the wall          rows  begins at (UTC)
    ("2023-03-26", [0, 1, *range(3, 24)],     23,   datetime(2023, 3, 25, 23, tzinfo=UTC)),
    ("2023-10-29", [0, 1, 2, *range(2, 24)],  25,   datetime(2023, 10, 28, 22, tzinfo=UTC)),
]
# fmt: on


@pytest.mark.parametrize("day, hours, count, begins", CHANGES, ids=["spring", "autumn"])
def test_a_wall_clock_that_jumps_makes_no_gap_and_no_double_row(read, day, hours, count, begins):
    rows = [[f"{day}T{hour:02d}:00", 0.0, 20.0] for hour in hours]
    series, notes = read(rows, TimeColumn("time", "Europe/Berlin"))
    assert (series.start_s, series.count) == (begins.timestamp(), count)
    assert not any("filled" in note or "left out" in note for note in notes)


def test_a_meter_that_writes_24_hours_on_the_days_of_change_is_mended_and_counted(read):
    days = [datetime(2023, 3, 26), datetime(2023, 10, 29)]
    for day, said in zip(days, ("2 rows of an hour", "2 missing values filled"), strict=True):
        rows = [[f"{day + timedelta(minutes=30) * n:%Y-%m-%dT%H:%M}", 0.0, 20.0] for n in range(48)]
        _, notes = read(rows, TimeColumn("time", "Europe/Berlin"), {"ghi": "ghi"})
        assert any(said in note for note in notes)


# fmt: off
REFUSED = [
    # row   column  cell                      the line
    (  30,      0,  "2023-06-02T04:00:00Z",   "w.csv line 32: time goes backwards"),
    (  30,      0,  "2023-06-02T05:00:00Z",   "w.csv line 32: time comes twice"),
    (  30,      0,  "2023-06-02T06:20:00Z",   "w.csv line 32: comes 4800 s after the row before, the others 3600 s"),
    (  30,      0,  "yesterday",              "w.csv line 32: time = 'yesterday': is not a time (allowed: ISO 8601 as in 2022-03-27T14:00Z; else give time_format)"),
    (  30,      0,  "",                       "w.csv line 32: time = '': is not a time"),
    (  36,      1,  "-40",                    "w.csv line 38: ghi = -40: negative irradiance"),
    (  36,      1,  "9999",                   "w.csv line 38: ghi = 9999: more than 1800 W/m2; is the unit right?"),
    (  36,      1,  "bright",                 "w.csv line 38: ghi = 'bright': is not a number"),
    (  36,      2,  "295",                    "w.csv line 38: air = 295: no air temperature in degC"),
    (   0,      1,  "",                       "w.csv line 2: ghi is missing at the beginning"),
    (  71,      1,  "",                       "w.csv line 73: ghi is missing at the end"),
]
# fmt: on


@pytest.mark.parametrize("row, column, cell, line", REFUSED, ids=[line for *_, line in REFUSED])
def test_a_wrong_row_is_refused_with_file_and_line(read, row, column, cell, line):
    rows = csv_rows(72)
    rows[row][column] = cell
    with pytest.raises(HouseError) as refused:
        read(rows)
    assert str(refused.value).startswith(line)


def test_a_wrong_column_is_refused_with_the_nearest_one(read):
    with pytest.raises(HouseError) as refused:
        read(csv_rows(24), columns={"ghi": "gih"})
    line = (
        "w.csv: world.weather.ghi: has no column 'gih'; did you mean ghi?; it has time, ghi, temp"
    )
    assert str(refused.value) == line


def test_a_file_that_is_no_csv_is_refused(tmp_path):
    path = tmp_path / "w.csv.gz"
    path.write_bytes(gzip.compress(b"time,ghi\n" * 9)[:-12])
    with pytest.raises(HouseError, match=r"^w.csv.gz: is no readable CSV"):
        read_weather(WeatherMap(path, "csv", CSV, {"ghi": "ghi"}), "world.weather")


def test_light_at_the_wrong_hours_is_refused_or_told(read):
    _, notes = read(csv_rows(48), TimeColumn("time", "UTC", shift_s=7200.0))
    assert any("2.0 h after the sun of this longitude" in note for note in notes)
    with pytest.raises(HouseError, match=r"6.0 h before the sun .* time zone and place right"):
        read(csv_rows(48), TimeColumn("time", "UTC", shift_s=-6 * 3600.0))


def test_a_gap_of_three_hours_is_filled_along_the_clear_sky_and_counted(read):
    rows = csv_rows(48)
    whole, _ = read(rows)
    held, notes = read([row for index, row in enumerate(rows) if index not in (10, 11, 12)])
    assert held.count == whole.count
    assert "w.csv: 6 missing values filled in one short gap" in notes
    gap = slice(10, 13)
    assert held.columns["ghi"][gap] == pytest.approx(whole.columns["ghi"][gap], rel=0.1)
    # A straight line from 555 to 555 W/m2 would miss the 600 of noon, the clear sky does not.
    assert held.columns["ghi"][11] > 1.03 * held.columns["ghi"][9]
    assert np.array_equal(
        np.delete(held.columns["ghi"], np.r_[gap]), np.delete(whole.columns["ghi"], np.r_[gap])
    )


def test_empty_cells_are_a_gap_like_missing_rows(read):
    rows = csv_rows(48)
    for index in (10, 11, 12):
        rows[index][1] = ""
    _, notes = read(rows)
    assert "w.csv: 3 missing values filled in one short gap" in notes


def test_a_gap_of_four_hours_is_refused_with_the_line_before_it(read):
    rows = csv_rows(48)
    with pytest.raises(HouseError) as refused:
        read([row for index, row in enumerate(rows) if index not in (10, 11, 12, 13)])
    assert str(refused.value) == (
        "w.csv line 11: ghi is missing for 4 h from here on, 3 h at most are filled"
    )


def test_small_night_offsets_become_zero_and_are_counted(read):
    rows = csv_rows(24)
    rows[1][1], rows[2][1] = -5.0, -0.4
    series, notes = read(rows)
    assert series.columns["ghi"].min() == 0.0
    assert "w.csv: 2 small negative night values set to 0" in notes


def test_a_blank_end_of_file_is_no_row(read):
    series, _ = read([*csv_rows(24), ["", "", ""], ["", "", ""]])
    assert series.count == 24


# fmt: off
UNITS = [
    # option                                factor_of_cell  what
    ({},                                    1,              "W/m2"),
    ({"irradiance_unit": "kW/m2"},          1 / 1000,       "kW/m2"),
    ({"irradiance_unit": "Wh/m2"},          1 / 4,          "Wh/m2 in a quarter of an hour"),
    ({"irradiance_unit": "kJ/m2"},          0.9,            "kJ/m2 in a quarter of an hour"),
    ({"irradiance_unit": "J/cm2"},          0.09,           "J/cm2 in a quarter of an hour"),
    ({"scale": 0.5},                        2,              "half the light"),
]
# fmt: on


@pytest.mark.parametrize("option, factor, what", UNITS, ids=[what for *_, what in UNITS])
def test_irradiance_is_read_in_its_unit(read, option, factor, what):
    quarter = timedelta(minutes=15)
    rows = csv_rows(96, quarter)
    wanted = np.array([row[1] for row in rows])
    for row in rows:
        row[1] = row[1] * factor
    series, _ = read(rows, **option)
    assert series.columns["ghi"] == pytest.approx(wanted)


@pytest.mark.parametrize(
    "unit, cell, wanted_c", [("degC", 25, 25), ("degF", 77, 25), ("K", 298.15, 25)]
)
def test_air_is_read_in_its_unit(read, unit, cell, wanted_c):
    rows = csv_rows(24)
    for row in rows:
        row[2] = cell
    assert read(rows, air_unit=unit)[0].columns["air"] == pytest.approx(np.full(24, wanted_c))


def test_a_leap_year_without_its_day_repeats_the_day_before(read):
    rows = csv_rows(96, start=datetime(2024, 2, 27, tzinfo=UTC))
    rows = [row for row in rows if not row[0].startswith("2024-02-29")]
    rows[30][1] += 100.0
    series, notes = read(rows)
    assert series.count == 96
    assert np.array_equal(series.columns["ghi"][48:72], series.columns["ghi"][24:48])
    assert "w.csv: 2024-02-29 is missing and repeats 28 February" in notes


def test_days_that_a_file_lacks_come_from_its_calendar(read):
    rows = csv_rows(24 * 365, start=datetime(2023, 1, 1, tzinfo=UTC))
    for index, row in enumerate(rows):
        row[2] = index // 24 / 10
    series, _ = read(rows)
    asked = [
        date(2023, 3, 1),
        date(2024, 2, 28),
        date(2024, 2, 29),
        date(2031, 3, 1),
        date(1999, 12, 31),
    ]
    moments_s = np.array([wall_of(day) + 43200 for day in asked])
    day_numbers = series.places(moments_s, "UTC") // 24
    assert day_numbers.tolist() == [59, 58, 58, 59, 364]


def test_a_short_file_does_not_pretend_to_cover_a_year(read):
    series, _ = read(csv_rows(48))
    with pytest.raises(HouseError) as refused:
        series.places(np.array([wall_of(date(2023, 7, 1))]), "UTC")
    line = "w.csv: covers 2023-06-01 to 2023-06-02; the run needs 2023-07-01"
    assert str(refused.value) == line


# --- the formats -------------------------------------------------------------------------------


def hours_of(year=2001, count=8760):
    return [datetime(year, 1, 1) + HOUR * index for index in range(count)]


def epw(path, zone_h=0, comment="x"):
    head = [
        f"LOCATION,a,b,c,d,0,45.0,{zone_h * 15}.0,{zone_h},0",
        *["DESIGN CONDITIONS,0", "TYPICAL/EXTREME PERIODS,0", "GROUND TEMPERATURES,0"],
        *["HOLIDAYS/DAYLIGHT SAVING,No,0,0,0", "COMMENTS 1,x", f"COMMENTS 2,{comment}"],
        "DATA PERIODS,1,1,Data,Sunday,1/1,12/31",
    ]
    rows = []
    for index, m in enumerate(hours_of()):
        year = 1990 + m.month
        light = light_at((m + HOUR / 2).replace(tzinfo=UTC))
        cells = [year, m.month, m.day, m.hour + 1, 0, "x", 10 + index % 24, 5, 50, 101325, 0, 0, 0]
        cells += [light, 0, light, 0, 0, 0, 0, 180, 3.0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        rows.append(",".join(map(str, cells)))
    path.write_text("\n".join(head + rows) + "\n")


def tmy3(path):
    head = '1,"PLACE",XX,0.0,45.000,0.000,0'
    names = (
        "Date (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2),DNI (W/m^2),DHI (W/m^2),Dry-bulb (C),Wspd (m/s)"
    )
    rows = []
    for m in hours_of():
        light = light_at((m + HOUR / 2).replace(tzinfo=UTC))
        rows.append(f"{m:%m/%d}/{1985 + m.month},{m.hour + 1:02d}:00,{light},0,{light},20.0,2.0")
    path.write_text("\n".join([head, names, *rows]) + "\n")


def pvgis_tmy(path):
    head = ["Latitude (decimal degrees): 45.000", "Longitude (decimal degrees): 0.000"]
    head += ["Elevation (m): 0.0", "Irradiance Time Offset (h): 0.2", "month,year"]
    head += [f"{month},{2005 + month}" for month in range(1, 13)]
    head += ["time(UTC),T2m,RH,G(h),Gb(n),Gd(h),IR(h),WS10m,WD10m,SP"]
    rows = []
    for m in hours_of():
        light = light_at((m + timedelta(minutes=12)).replace(tzinfo=UTC))
        rows.append(f"{2005 + m.month}{m:%m%d:%H%M},20.0,50,{light},0,{light},300,2.0,180,101325")
    path.write_text("\r\n".join([*head, *rows, "", "T2m: 2-m air temperature (degree Celsius)"]))


def pvgis_series(path, slope=0.0):
    hourly = []
    for n in range(48):
        m = datetime(2020, 6, 1, 0, 10) + HOUR * n
        light = light_at(m.replace(tzinfo=UTC))
        hourly.append({"time": f"{m:%Y%m%d:%H%M}", "Gb(i)": light / 2, "Gd(i)": light / 2,
                       "Gr(i)": slope, "H_sun": 0.0, "T2m": 20.0, "WS10m": 2.0, "Int": 0.0})  # fmt: skip
    document = {"inputs": {}, "meta": {"inputs": {}, "outputs": {}}, "outputs": {"hourly": hourly}}
    path.write_text(json.dumps(document))


def nsrdb(path):
    head = [
        "Source,Location ID,City,State,Country,Latitude,Longitude,Time Zone,Elevation,Local Time Zone"
    ]
    head += ["NSRDB,1,a,b,c,45.0,0.0,0,0,0"]
    head += ["Year,Month,Day,Hour,Minute,GHI,DNI,DHI,Temperature,Wind Speed"]
    rows = []
    for n in range(48):
        m = datetime(2020, 6, 1, 0, 30) + HOUR * n
        light = light_at(m.replace(tzinfo=UTC))
        rows.append(f"{m.year},{m.month},{m.day},{m.hour},{m.minute},{light},0,{light},20,2")
    path.write_text("\n".join([*head, *rows]) + "\n")


# fmt: off
FORMATS = [
    # format   file     writer         first interval begins            hours  typical
    ("epw",    "w.epw",  epw,          datetime(2001, 1, 1),            8760,  True),
    ("tmy3",   "w.csv",  tmy3,         datetime(2001, 1, 1),            8760,  True),
    ("pvgis",  "w.csv",  pvgis_tmy,    datetime(2000, 12, 31, 23, 42),  8760,  True),
    ("pvgis",  "w.json", pvgis_series, datetime(2020, 5, 31, 23, 40),   48,    False),
    ("nsrdb",  "w.csv",  nsrdb,        datetime(2020, 6, 1),            48,    False),
]
# fmt: on


@pytest.mark.parametrize("form, name, write, first, hours, typical", FORMATS,
                         ids=lambda v: getattr(v, "__name__", ""))  # fmt: skip
def test_a_format_keeps_its_clock(tmp_path, form, name, write, first, hours, typical):
    write(tmp_path / name)
    rows = read_weather(WeatherMap(tmp_path / name, form, CSV, {}), "world.weather")
    series, notes = measured_series(rows, GREENWICH)
    assert noon_s(series) == pytest.approx(43200, abs=120)
    begins = datetime.fromtimestamp(series.start_s, tz=UTC).replace(tzinfo=None)
    assert begins.replace(year=first.year) == first
    assert (series.count, series.typical) == (hours, typical)
    assert any("typical year" in note for note in notes) == typical


def test_an_epw_of_another_zone_is_brought_to_utc(tmp_path):
    epw(tmp_path / "w.epw", zone_h=-3)
    rows = read_weather(WeatherMap(tmp_path / "w.epw", "epw", CSV, {}), "world.weather")
    series, _ = measured_series(rows, Place(45.0, -45.0, 0.0, np.full(12, 3.0), 0.2))
    assert noon_s(series) == pytest.approx(15 * 3600, abs=120)


def test_a_typical_year_serves_a_leap_year_and_any_other(tmp_path):
    epw(tmp_path / "w.epw")
    rows = read_weather(WeatherMap(tmp_path / "w.epw", "epw", CSV, {}), "world.weather")
    series, _ = measured_series(rows, GREENWICH)
    for year, days in ((2023, 365), (2024, 366)):
        places = series.places(Steps(wall_of(date(year, 1, 1)), 3600.0, days * 24).starts_s, "UTC")
        assert (places[0], places[-1]) == (0, 8759)
        assert len(set(places)) == 8760


def test_missing_marks_of_an_epw_are_gaps(tmp_path):
    epw(tmp_path / "w.epw")
    lines = (tmp_path / "w.epw").read_text().splitlines()
    cells = lines[20].split(",")
    cells[13] = "9999"
    lines[20] = ",".join(cells)
    (tmp_path / "w.epw").write_text("\n".join(lines) + "\n")
    rows = read_weather(WeatherMap(tmp_path / "w.epw", "epw", CSV, {}), "world.weather")
    _, gaps = regular(rows)
    assert [(gap.column, gap.first, gap.last) for gap in gaps] == [("ghi", 12, 12)]


def test_a_bad_value_in_a_format_is_refused_with_its_line(tmp_path):
    tmy3(tmp_path / "w.csv")
    lines = (tmp_path / "w.csv").read_text().splitlines()
    lines[99] = lines[99].replace(",0,", ",-300,", 1)
    (tmp_path / "w.csv").write_text("\n".join(lines) + "\n")
    with pytest.raises(HouseError, match=r"^w.csv line 100: dni = -300: negative irradiance$"):
        read_weather(WeatherMap(tmp_path / "w.csv", "tmy3", CSV, {}), "world.weather")


@pytest.mark.parametrize("form", ["epw", "tmy3", "pvgis", "nsrdb"])
def test_a_file_of_another_format_is_refused(tmp_path, form):
    path = tmp_path / "w.csv"
    path.write_text("time,ghi\n2023-01-01,1\n")
    with pytest.raises(HouseError) as refused:
        read_weather(WeatherMap(path, form, CSV, {}), "world.weather")
    assert str(refused.value).startswith(f"w.csv: is no readable {form} file (")
    assert "\n" not in str(refused.value)


def test_a_sloped_pvgis_series_is_refused(tmp_path):
    pvgis_series(tmp_path / "w.json", slope=5.0)
    with pytest.raises(HouseError, match="w.json: is of a sloped plane; ask PVGIS for slope 0"):
        read_weather(WeatherMap(tmp_path / "w.json", "pvgis", CSV, {}), "world.weather")


def test_the_sun_of_the_test_place_stands_south_at_noon():
    path = sun_path(GREENWICH, Steps(wall_of(date(2023, 6, 15)) + 43200 - 30, 60.0, 1))
    assert path.azimuth_deg == pytest.approx([180.0], abs=1.0)
