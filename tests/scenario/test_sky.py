"""Sun and sky: positions, planes, hours made into minutes, and the modelled clouds."""

from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pvlib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinverter.scenario.clock import wall_of
from twinverter.scenario.measured import INDEX_MAX, MeasuredSky, refined
from twinverter.scenario.modelled import ModelledSky
from twinverter.scenario.series import Series
from twinverter.scenario.steps import Steps, mean_over
from twinverter.scenario.sun import Place, Plane, Sky, plane_of, sun_path

ROOF = (-2.98, -0.0471, 1.0)
LAGOS = Place(6.5, 3.4, 10.0, np.full(12, 4.5), 0.2)
POTSDAM = Place(52.4, 13.1, 80.0, np.full(12, 3.5), 0.2)
SYDNEY = Place(-33.9, 151.2, 20.0, np.full(12, 3.0), 0.2)
MONTHLY = np.full(12, 25.0)
PLACES = pytest.mark.parametrize(
    "place", [LAGOS, POTSDAM, SYDNEY], ids=["tropics", "north", "south"]
)


def day(text, minutes=1440, step_s=60.0):
    return Steps(wall_of(date.fromisoformat(text)), step_s, int(minutes * 60 / step_s))


def pointing(zenith_deg, azimuth_deg):
    zenith, azimuth = np.radians(zenith_deg), np.radians(azimuth_deg)
    flat = np.sin(zenith)
    return np.array([flat * np.sin(azimuth), flat * np.cos(azimuth), np.cos(zenith)])


@PLACES
@pytest.mark.parametrize("text", ["2023-03-21", "2023-06-21", "2024-12-31"])
def test_interpolated_positions_stay_within_a_twentieth_of_a_degree(place, text):
    steps = day(text)
    ours = sun_path(place, steps)
    index = pd.DatetimeIndex(steps.middles_s.astype("datetime64[s]"), tz="UTC")
    theirs = pvlib.solarposition.get_solarposition(
        index, place.latitude, place.longitude, place.altitude_m, method="nrel_numpy"
    )
    off = pointing(ours.zenith_deg, ours.azimuth_deg) - pointing(
        theirs["apparent_zenith"].to_numpy(), theirs["azimuth"].to_numpy()
    )
    assert np.degrees(np.linalg.norm(off, axis=0)).max() < 0.05


def test_a_path_is_the_same_whatever_stretch_it_is_made_for():
    whole, part = sun_path(POTSDAM, day("2023-05-01")), sun_path(
        POTSDAM, Steps(wall_of(date(2023, 5, 1)) + 37_260.0, 60.0, 17)
    )  # fmt: skip
    assert part.zenith_deg == pytest.approx(whole.zenith_deg[621:638], abs=1e-9)
    assert part.clear_ghi_w_m2 == pytest.approx(whole.clear_ghi_w_m2[621:638], rel=1e-9)


@PLACES
def test_a_plane_gets_what_pvlibs_own_chain_gives_it(place):
    steps = day("2023-04-10")
    sun = sun_path(place, steps)
    count = steps.count
    dim = Sky(0.9 * sun.clear_ghi_w_m2, 0.8 * sun.clear_dni_w_m2, 1.2 * sun.clear_dhi_w_m2,
              np.full(count, 20.0), np.full(count, 2.0))  # fmt: skip
    tilt, azimuth = 30.0, 160.0 if place.latitude > 0 else 20.0
    ours, cell_c = plane_of(Plane(tilt, azimuth, 0.0, ROOF), sun, dim, 0.2)
    poa = pvlib.irradiance.get_total_irradiance(
        tilt, azimuth, sun.zenith_deg, sun.azimuth_deg, dim.dni_w_m2, dim.ghi_w_m2, dim.dhi_w_m2,
        dni_extra=sun.extra_w_m2, model="haydavies", albedo=0.2,
    )  # fmt: skip
    theirs_c = pvlib.temperature.sapm_cell(poa["poa_global"], dim.air_c, dim.wind_m_s, *ROOF)
    up = sun.zenith_deg < 90.0
    assert cell_c[up] == pytest.approx(np.asarray(theirs_c)[up], abs=1e-9)
    lost = 1.0 - ours[up].sum() / np.asarray(poa["poa_global"])[up].sum()
    assert 0.01 < lost < 0.06  # glass reflects a few percent over a day


def test_dirt_takes_its_share_and_night_gives_nothing():
    sun = sun_path(POTSDAM, day("2023-12-21"))
    sky = Sky(sun.clear_ghi_w_m2, sun.clear_dni_w_m2, sun.clear_dhi_w_m2, *[np.full(1440, 5.0)] * 2)
    clean, _ = plane_of(Plane(35.0, 180.0, 0.0, ROOF), sun, sky, 0.2)
    dirty, cell_c = plane_of(Plane(35.0, 180.0, 0.1, ROOF), sun, sky, 0.2)
    assert dirty == pytest.approx(0.9 * clean)
    assert clean[sun.zenith_deg > 90.0].max() == 0.0
    assert cell_c[sun.zenith_deg > 90.0] == pytest.approx(5.0)


# --- hours into minutes ------------------------------------------------------------------------

means = st.lists(st.floats(0.0, 1000.0), min_size=3, max_size=8)


@given(means, st.lists(st.floats(0.0, 1000.0), min_size=8, max_size=8))
@settings(max_examples=50)
def test_every_interval_keeps_its_energy(values, levels):
    values = np.array(values)
    clear = np.interp(np.arange(len(values) * 60), np.linspace(0, len(values) * 60, 8), levels)
    fine = refined(values, clear)
    assert fine.reshape(len(values), 60).mean(axis=1) == pytest.approx(values, rel=1e-9, abs=1e-9)
    assert (fine >= 0.0).all()


def test_a_clear_sky_comes_back_from_its_hourly_means():
    sun = sun_path(POTSDAM, day("2023-06-21"))
    clear = sun.clear_ghi_w_m2
    assert refined(clear.reshape(24, 60).mean(axis=1), clear) == pytest.approx(clear, rel=1e-6)


def test_light_where_the_sun_is_down_is_spread_evenly():
    clear = np.concatenate((np.zeros(60), np.linspace(0, 300, 60), np.full(60, 300.0)))
    fine = refined(np.array([12.0, 150.0, 300.0]), clear)
    assert fine[:60] == pytest.approx(12.0)
    assert fine.max() <= INDEX_MAX * 300.0


@cache
def clear_year():
    return sun_path(POTSDAM, Steps(wall_of(date(2023, 1, 1)), 600.0, 365 * 144))


def hourly(**columns):
    start_s, days = wall_of(date(2023, 1, 1)), 365
    sun = clear_year()
    known = {"ghi": sun.clear_ghi_w_m2, "dni": sun.clear_dni_w_m2, "dhi": sun.clear_dhi_w_m2}
    cloud = 0.35 + 0.6 * np.random.default_rng(3).random(days * 24)
    made = {
        name: factor * cloud * known[name].reshape(-1, 6).mean(axis=1)
        for name, factor in columns.items()
    }
    series = Series("w", start_s, 3600.0, made, "UTC", False)
    return MeasuredSky(POTSDAM, series, MONTHLY, 0 * MONTHLY, 1.0)


COLUMNS = {
    "global, beam and diffuse": {"ghi": 1.0, "dni": 0.9, "dhi": 1.1},
    "global and diffuse": {"ghi": 1.0, "dhi": 1.1},
    "global and beam": {"ghi": 1.0, "dni": 0.9},
    "global": {"ghi": 1.0},
}


@pytest.mark.parametrize("columns", COLUMNS.values(), ids=list(COLUMNS))
@pytest.mark.parametrize("first", ["2023-01-10", "2023-07-01"])
def test_every_hour_of_a_file_keeps_its_energy(columns, first):
    measured = hourly(**columns)
    steps = day(first, 5 * 1440)
    minutes = measured.stretch(steps)
    sun = sun_path(POTSDAM, minutes)
    sky = measured.sky(minutes, sun)
    rows = measured.series.places(
        Steps(minutes.start_s, 3600.0, minutes.count // 60).starts_s, "UTC"
    )
    lit = sun.clear_ghi_w_m2.reshape(-1, 60).mean(axis=1) > 50.0
    for name in columns:
        per_hour = getattr(sky, f"{name}_w_m2").reshape(-1, 60).mean(axis=1)
        # Of a file without beam, diffuse may grow by what no beam could have been at dusk.
        kept = lit if name == "dhi" and "dni" not in columns else np.full(len(lit), True)
        wanted = measured.series.columns[name][rows]
        assert per_hour[kept] == pytest.approx(wanted[kept], rel=1e-6, abs=1e-9)
    if "dni" not in columns or "dhi" not in columns:
        level = sky.ghi_w_m2 - sky.dni_w_m2 * sun.cos_zenith - sky.dhi_w_m2
        assert level.reshape(-1, 60).mean(axis=1) == pytest.approx(0.0, abs=1e-6)
        assert 0.1 < sky.dhi_w_m2.sum() / sky.ghi_w_m2.sum() < 0.95


@pytest.mark.parametrize("minute", [0, 1, 59, 720, 1000])
def test_a_sky_from_a_file_does_not_depend_on_where_a_run_begins(minute):
    measured = hourly(ghi=1.0)
    whole = day("2023-05-02")
    part = Steps(whole.start_s + minute * 60.0, 60.0, 240)
    skies = []
    for steps in (whole, part):
        minutes = measured.stretch(steps)
        sky = measured.sky(minutes, sun_path(POTSDAM, minutes))
        first = round((part.start_s - minutes.start_s) / 60.0)
        skies.append(sky.part(first, 240))
    overlap = min(240, 1440 - minute)
    for name in ("ghi_w_m2", "dni_w_m2", "dhi_w_m2"):
        ours, theirs = (getattr(sky, name)[:overlap] for sky in skies)
        assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9)


# --- means over steps --------------------------------------------------------------------------


@given(
    st.lists(st.floats(-50.0, 1000.0), min_size=60, max_size=60),
    st.sampled_from([1, 7, 20, 60, 90, 180, 600]),
)
@settings(max_examples=50)
def test_means_over_any_step_keep_the_sum(values, step_s):
    given_steps = Steps(1000.0, 60.0, 60)
    steps = Steps(1000.0, float(step_s), 3600 // step_s)
    held = mean_over(steps, given_steps, np.array(values))
    span = np.array(values)[: steps.count * step_s // 60]
    if steps.count * step_s % 60 == 0:
        assert held.sum() * step_s == pytest.approx(span.sum() * 60, abs=1e-6)
    assert held.min() >= min(values) - 1e-6
    assert held.max() <= max(values) + 1e-6


def test_a_step_that_straddles_two_values_is_their_weighted_mean():
    assert mean_over(Steps(30.0, 60.0, 1), Steps(0.0, 60.0, 2), np.array([100.0, 400.0])) == 250.0
    assert mean_over(Steps(45.0, 60.0, 1), Steps(0.0, 60.0, 2), np.array([100.0, 400.0])) == 325.0


# --- the modelled sky --------------------------------------------------------------------------


def modelled(place=LAGOS, seed=1, index=0.7):
    months = np.full(12, index)
    return ModelledSky(place, seed, months, 0.15, MONTHLY, np.full(12, 6.0), 1.0)


def sky_over(weather, steps):
    minutes = weather.stretch(steps)
    sky = weather.sky(minutes, sun_path(weather.place, minutes))
    return sky.part(round((steps.start_s - minutes.start_s) / 60.0), steps.count)


@pytest.mark.parametrize("index", [0.4, 0.8])
def test_the_clouds_leave_what_the_month_says(index):
    steps = day("2023-01-01", 365 * 1440)
    sun = sun_path(LAGOS, steps)
    sky = sky_over(modelled(index=index), steps)
    assert sky.ghi_w_m2.sum() / sun.clear_ghi_w_m2.sum() == pytest.approx(index, abs=0.03)
    assert (sky.ghi_w_m2 <= 1.1 * sun.clear_ghi_w_m2 + 1e-9).all()
    assert (sky.dni_w_m2 <= 1.1 * sun.clear_dni_w_m2 + 1e-9).all()
    assert sky.dhi_w_m2.min() >= 0.0


def test_light_closes_on_the_horizontal():
    steps = day("2023-02-01")
    sky, sun = sky_over(modelled(), steps), sun_path(LAGOS, steps)
    level = sky.dni_w_m2 * sun.cos_zenith + sky.dhi_w_m2
    assert level == pytest.approx(sky.ghi_w_m2, abs=1.0)


@PLACES
def test_a_date_has_the_same_sky_in_any_run(place):
    whole = sky_over(modelled(place), day("2023-03-01", 3 * 1440))
    later = sky_over(modelled(place), Steps(wall_of(date(2023, 3, 2)) + 5400.0, 60.0, 700))
    for name in vars(later):
        assert getattr(later, name) == pytest.approx(getattr(whole, name)[1530:2230], rel=1e-9)


def test_another_seed_has_other_clouds_and_the_same_air():
    first, second = (
        sky_over(modelled(seed=1), day("2023-03-01")),
        sky_over(modelled(seed=2), day("2023-03-01")),
    )
    assert not np.array_equal(first.ghi_w_m2, second.ghi_w_m2)
    assert np.array_equal(first.air_c, second.air_c)


def test_air_is_warmest_at_three_by_the_sun():
    steps = day("2023-03-01")
    air_c = modelled().air(steps)
    solar_h = (steps.middles_s + 3.4 * 240.0) % 86400 / 3600
    assert solar_h[np.argmax(air_c)] == pytest.approx(15.0, abs=0.05)
    assert (air_c.max(), air_c.min()) == pytest.approx((28.0, 22.0), abs=0.01)
    assert air_c.mean() == pytest.approx(25.0, abs=0.01)


def test_a_dark_day_follows_a_dark_day_more_often_than_not():
    levels = modelled()._day_levels(np.arange(19000, 20000))
    assert np.corrcoef(levels[:-1], levels[1:])[0, 1] == pytest.approx(0.35, abs=0.1)
    assert levels.std() == pytest.approx(0.15, abs=0.02)
