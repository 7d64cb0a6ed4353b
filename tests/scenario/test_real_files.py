"""Real files, as they are, where they lie beside the project or TWINVERTER_DATA names them."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from twinverter.scenario.csvfile import TimeColumn
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import load_house
from twinverter.scenario.measured import measured_series
from twinverter.scenario.sun import Place
from twinverter.scenario.weather import WeatherMap, read_weather

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.toml"))
HAZE = np.full(12, 3.5)
FULL = {"ghi": "ghi_wm2", "dni": "dni_wm2", "dhi": "dhi_wm2", "air": "temp_c", "wind": "wind_ms"}
GHI = {"ghi": "ghi_wm2", "air": "temp_c"}
DHI = GHI | {"dhi": "dhi_wm2", "wind": "wind_ms"}

# fmt: off
WEATHER = [
    # file                                            lat     lon  columns  rows    interval_s  kwh_m2  years
    ("gh_accra_era5land_hourly_2020_2024.csv.gz",     5.6,   -0.2, GHI,     43848,  3600,       1960,   5),
    ("ng_lagos_proxy_hourly_2022.csv.gz",             6.5,    3.4, GHI,      8760,  3600,       1691,   1),
    ("de_potsdam_try2015_hourly.csv.gz",             52.4,   13.1, DHI,      8760,  3600,       1060,   1),
    ("us_fresno_tmy3_hourly.csv.gz",                 36.8, -119.7, GHI,      8760,  3600,       1890,   1),
    ("us_sanfrancisco_tmy3_hourly.csv.gz",           37.6, -122.4, GHI,      8760,  3600,       1700,   1),
    ("de_aachen_dwd_10min_2021.csv.gz",              50.8,    6.1, DHI,     52560,   600,       1060,   1),
    ("us_losangeles_lmu_15min_2012.csv.gz",          34.0, -118.4, FULL,    35136,   900,       1930,   1),
    ("eu_malaga_nsrdb_15min_2019.csv.gz",            36.7,   -4.4, FULL,    35040,   900,       1690,   1),
    ("za_gqeberha_sauran_nmu_hourly_2014_2015.csv.gz", -34.0, 25.7, GHI,     8760,  3600,       1800,   1),
]
# fmt: on


@pytest.mark.parametrize(
    "name, latitude, longitude, columns, rows, interval_s, kwh_m2, years",
    WEATHER,
    ids=[r[0] for r in WEATHER],
)
def test_a_weather_file_is_read_as_it_is(
    data, name, latitude, longitude, columns, rows, interval_s, kwh_m2, years
):
    place = Place(latitude, longitude, 50.0, HAZE, 0.2)
    wanted = WeatherMap(data / "weather" / name, "csv", TimeColumn("time_utc", "UTC"), columns)
    series, _ = measured_series(read_weather(wanted, "world.weather"), place)
    assert (series.count, series.interval_s) == (rows, interval_s)
    ghi_kwh_m2 = series.columns["ghi"].sum() * interval_s / 3.6e6 / years
    assert ghi_kwh_m2 == pytest.approx(kwh_m2, rel=0.03)


def test_a_year_of_minutes_with_a_lost_night_is_refused_with_its_line(data):
    path = data / "weather" / "dk_lyngby_dtu_1min_2016.csv.gz"
    with pytest.raises(HouseError, match=r"^dk_lyngby.* line 13930: ghi is missing for 16.58 h"):
        measured_series(
            read_weather(WeatherMap(path, "csv", TimeColumn("time_utc", "UTC"), FULL), "w"),
            Place(55.8, 12.5, 40.0, HAZE, 0.2),
        )


@pytest.mark.parametrize("ending, form", [("csv", "pvgis"), ("epw", "epw")])
def test_an_original_pvgis_file_keeps_its_energy_and_its_noon(data, ending, form):
    path = data / "weather" / "importer_samples" / f"pvgis_tmy_45.000_8.000_2005_2023.{ending}"
    rows = read_weather(WeatherMap(path, form, TimeColumn("time", "UTC"), {}), "w")
    series, notes = measured_series(rows, Place(45.0, 8.0, 250.0, HAZE, 0.2))
    assert series.columns["ghi"].sum() / 1000 == pytest.approx(1438, rel=0.005)
    assert series.typical and any("typical year" in note for note in notes)
    assert not any("h after the sun" in note or "h before the sun" in note for note in notes)


# fmt: off
YEARS = {
    # house                     start              load kWh  hours off  light kWh/m2
    "accra":                    (date(2022, 1, 1),  4739,      289,      (1750, 1950)),
    "gqeberha_load_shedding":   (date(2022, 1, 1),  3992,      915,      (1750, 1950)),
    "lagos_band_a":             (date(2022, 1, 1),  5924,     1072,      (1500, 1650)),
    "lagos_band_d":             (date(2022, 1, 1),  5924,     5159,      (1500, 1650)),
    "lagos_measured":           (date(2022, 1, 1),  5924,     3813,      (1500, 1650)),
    "potsdam_zero_export":      (date(2023, 1, 1),  4610,        0,      ( 900, 1300)),
    "fresno_time_of_use":       (date(2023, 1, 1),  5922,        0,      (1850, 2150)),
    "six_units":                (date(2023, 1, 1), 71273,        0,      (1450, 1600)),
}
# fmt: on


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_house_lives_through_its_year(data, monkeypatch, path):
    monkeypatch.setenv("TWINVERTER_DATA", str(data))
    start, load_kwh, hours_off, (dim, bright) = YEARS[path.stem]
    house = load_house(path)
    assert house.start.date() == start
    load, off, light, count = 0.0, 0, 0.0, 0
    for rows in house.chunks():
        count += len(rows)
        off += int((rows["grid_v_l1"] == 0).sum())
        light += float(rows["irradiance1_w_m2"].sum(dtype=np.float64))
        for name in ("load_w", "home_w"):
            load += sum(float(rows[f"{name}_l{p}"].sum(dtype=np.float64)) for p in (1, 2, 3))
    assert count == 525600
    assert load / 60_000 == pytest.approx(load_kwh, rel=0.01)
    assert off / 60 == pytest.approx(hours_off, abs=1.0)
    assert dim < light / 60_000 < bright


def test_every_example_is_tried():
    assert sorted(YEARS) == [path.stem for path in EXAMPLES]


MEASURED = [path for path in EXAMPLES if "TWINVERTER_DATA" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", MEASURED, ids=lambda path: path.stem)
def test_an_example_without_its_data_says_what_to_set(monkeypatch, path):
    monkeypatch.delenv("TWINVERTER_DATA", raising=False)
    with pytest.raises(HouseError, match=r"TWINVERTER_DATA is not set; .* export TWINVERTER_DATA="):
        load_house(path)


# fmt: off
OUTAGES = [
    # file                                                   table                                                           zone                  days  hours off
    ("ng_synthetic_outages_bands_2022.csv.gz",               'start="start_local"\nduration_min="duration_min"\nwhere={band="A"}', "Africa/Lagos",  ("2022-01-01", 365),  1072),
    ("ng_synthetic_outages_bands_2022.csv.gz",               'start="start_local"\nduration_min="duration_min"\nwhere={band="E"}', "Africa/Lagos",  ("2022-01-01", 365),  6286),
    ("pa_victron_grid_lost_events_2023_2024.csv",            'start="start_local"\nduration_s="duration_s"',                 "America/Panama",     ("2023-07-01", 366),   289),
    ("za_city_of_cape_town_area_7_scheduled_outages_2022.csv", 'start="start_local"\nend="end_local"',                       "Africa/Johannesburg", ("2022-01-01", 366),  915),
    ("za_gauteng_tshwane_group_5_scheduled_outages_2022.csv", 'start="start_local"\nend="end_local"',                        "Africa/Johannesburg", ("2022-01-01", 366),  906),
]
# fmt: on


@pytest.mark.parametrize(
    "name, table, zone, when, hours", OUTAGES, ids=[f"{r[0]}-{r[1][-10:]}" for r in OUTAGES]
)
def test_a_list_of_outages_is_read_as_it_is(data, bare_house, name, table, zone, when, hours):
    text = f'[world.grid.outages]\nfile = "{data / "outages" / name}"\n{table}'
    house = bare_house(text, timezone=zone)
    steps = house.steps(date.fromisoformat(when[0]), when[1])
    off = house.world.mains.there(steps) == 0
    assert off.sum() / 60 == pytest.approx(hours, rel=0.02)


# fmt: off
METERS = [
    # file                                            table                                                         zone                start               kWh
    ("ng_lagos_synthetic_home_3ph_1min_2022.csv.gz",  'time="time_utc"\nl1="p_l1_w"\nl2="p_l2_w"\nl3="p_l3_w"',     "Africa/Lagos",     date(2022, 1, 1),   5924),
    ("uk_refit_house2_1min_2014_2015.csv.gz",         'time="time_utc"\ntotal="load_w"',                            "UTC",              date(2014, 3, 1),   3992),
    ("au_ausgrid_customer12_30min_2011_2012.csv.gz",  'time="time_local"\ntotal="load_kw"\nunit="kW"',              "Australia/Sydney", date(2011, 7, 1),   5922),
]
# fmt: on


@pytest.mark.parametrize("name, table, zone, start, kwh", METERS, ids=[r[0] for r in METERS])
def test_a_meters_year_is_read_as_it_is(data, bare_house, name, table, zone, start, kwh):
    house = bare_house(f'[world.load]\nfile = "{data / "loads" / name}"\n{table}', timezone=zone)
    steps = house.steps(start, 365, 3600.0)
    assert sum(part.sum() for part in house.world.load.watts(steps)) / 1000 == pytest.approx(
        kwh, rel=0.005
    )
