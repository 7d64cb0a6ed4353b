"""A year of DC energy: the exact curve and the table against pvlib's own chain."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pvlib import clearsky, irradiance, location, pvsystem, temperature

from twinverter.catalog.modules import MODULES
from twinverter.plant.pv import max_power, string_curve
from twinverter.plant.pv_table import annual_energy_wh, mpp_table, table_power
from twinverter.plant.tracker import NO_LIMITS, best_point
from twinverter.scenario.module_fit import pv_string

FRESNO = Path(__file__).parents[2].parent / "shared/data/weather/us_fresno_tmy3_hourly.csv.gz"
STEP_S = 3600.0
M450 = MODULES["LONGi LR4-72HPH-450M"]


def on_the_roof(place, times, ghi_w_m2, dni_w_m2, dhi_w_m2, ambient_c):
    """Return irradiance on a plane of 20 degrees facing south, and the cells under it."""
    sun = place.get_solarposition(times)
    plane = irradiance.get_total_irradiance(
        20.0, 180.0, sun["apparent_zenith"], sun["azimuth"], dni_w_m2, ghi_w_m2, dhi_w_m2
    )["poa_global"].fillna(0.0).to_numpy()  # fmt: skip
    return plane, np.asarray(temperature.faiman(plane, ambient_c, 2.0))


@cache
def modelled_year():
    """Return a clear-sky year at 6.5 N 3.4 E, thinned by a slow cloud wave, in steps of an hour."""
    place = location.Location(6.5, 3.4)
    times = pd.date_range("2023-01-01 00:30", periods=8760, freq="h", tz="UTC")
    sun = place.get_solarposition(times)
    clear = clearsky.haurwitz(sun["apparent_zenith"])["ghi"].to_numpy()
    hours = np.arange(8760.0)
    ghi_w_m2 = clear * (0.7 + 0.3 * np.sin(hours / 29.0))
    parts = irradiance.erbs(ghi_w_m2, sun["zenith"], times.day_of_year)
    ambient_c = 27.0 + 4.0 * np.sin((hours - 9.0) * np.pi / 12.0)
    return on_the_roof(place, times, ghi_w_m2, parts["dni"], parts["dhi"], ambient_c)


@cache
def fresno_year():
    """Return Fresno's typical meteorological year."""
    rows = pd.read_csv(FRESNO)
    times = pd.DatetimeIndex(pd.to_datetime(rows["time_utc"])) + pd.Timedelta("30min")
    place = location.Location(36.77, -119.72, altitude=102)
    return on_the_roof(
        place, times, rows["ghi_wm2"].to_numpy(), rows["dni_est_wm2"].to_numpy(),
        rows["dhi_est_wm2"].to_numpy(), rows["temp_c"].to_numpy(),
    )  # fmt: skip


YEARS = [
    pytest.param(modelled_year, id="modelled"),
    pytest.param(
        fresno_year,
        id="fresno",
        marks=pytest.mark.skipif(not FRESNO.exists(), reason=f"the data set {FRESNO.name} is not here"),
    ),
]  # fmt: skip


def pvlib_energy_wh(string, irradiance_w_m2, cell_c):
    """Return the DC energy of pvlib's chain: De Soto parameters, then Newton's maximum power."""
    light = irradiance_w_m2 > 0.0
    parameters = pvsystem.calcparams_desoto(
        irradiance_w_m2[light], cell_c[light], string.alpha_isc_a_per_k, string.ideality_ref_v,
        string.light_current_ref_a, string.saturation_current_ref_a, string.shunt_ref_ohm,
        string.series_ohm, string.band_gap_ref_ev, string.band_gap_slope_per_k,
    )  # fmt: skip
    power_w = pvsystem.max_power_point(*parameters, method="newton")["p_mp"]
    return string.modules * float(np.sum(power_w)) * STEP_S / 3600.0


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("module", MODULES.values(), ids=lambda module: module.name)
def test_the_year_of_the_exact_curve_is_that_of_pvlib(year, module):
    irradiance_w_m2, cell_c = year()
    string = pv_string(module, 9)
    points = zip(irradiance_w_m2.tolist(), cell_c.tolist(), strict=True)
    energy_wh = sum(max_power(string_curve(string, *point)).power_w for point in points)
    # The hours below 1 W/m2, dark here, are all that differs.
    lit_w_m2 = np.where(irradiance_w_m2 < 1.0, 0.0, irradiance_w_m2)
    assert energy_wh == pytest.approx(pvlib_energy_wh(string, lit_w_m2, cell_c), rel=1e-10)
    assert energy_wh == pytest.approx(pvlib_energy_wh(string, irradiance_w_m2, cell_c), rel=1e-4)


@pytest.mark.compiled
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("module", MODULES.values(), ids=lambda module: module.name)
def test_the_year_of_the_table_is_that_of_pvlib(year, module):
    irradiance_w_m2, cell_c = year()
    string = pv_string(module, 9)
    energy_wh = annual_energy_wh(string, NO_LIMITS, irradiance_w_m2, cell_c, STEP_S)
    assert energy_wh == pytest.approx(pvlib_energy_wh(string, irradiance_w_m2, cell_c), rel=1e-4)


# fmt: off
LIMITED = [
    # module,                  in series, what cuts through the year,           energy within
    ("LONGi LR5-72HPH-550M",   9,         "the 12.5 A clip",                    1e-4),
    ("LONGi LR4-72HPH-450M",   17,        "the upper edge of the window",       1e-4),
    ("LONGi LR4-72HPH-450M",   5,         "the lower edge, most of the day",    5e-4),
]
# fmt: on


@pytest.mark.compiled
@pytest.mark.parametrize("name, in_series, cut, within", LIMITED)
def test_the_table_of_a_limited_input_has_its_energy(name, in_series, cut, within):
    irradiance_w_m2, cell_c = modelled_year()
    tracker = NO_LIMITS._replace(
        start_v=150.0, track_low_v=200.0, track_high_v=650.0, current_max_a=12.5
    )
    string = pv_string(MODULES[name], in_series)
    points = list(zip(irradiance_w_m2.tolist(), cell_c.tolist(), strict=True))
    held_wh = sum(best_point(tracker, string_curve(string, *point)).power_w for point in points)
    free_wh = sum(max_power(string_curve(string, *point)).power_w for point in points)
    energy_wh = annual_energy_wh(string, tracker, irradiance_w_m2, cell_c, STEP_S)
    assert held_wh < free_wh * (1.0 - 1e-5), cut
    assert energy_wh == pytest.approx(held_wh, rel=within)


@pytest.mark.compiled
def test_a_year_at_full_sun_is_rated_power_times_its_hours():
    # 8760 h of 9 * 450 W, less one watt in a thousand of search.
    tracker = NO_LIMITS._replace(efficiency=0.999)
    full, reference = np.full(8760, 1000.0), np.full(8760, 25.0)
    energy_wh = annual_energy_wh(pv_string(M450, 9), tracker, full, reference, STEP_S)
    assert energy_wh == pytest.approx(0.999 * 8760 * 9 * 41.5 * 10.85, rel=1e-7)
    half_wh = annual_energy_wh(pv_string(M450, 9), tracker, full, reference, STEP_S / 2)
    assert half_wh == pytest.approx(energy_wh / 2)


@pytest.mark.compiled
def test_between_its_nodes_the_table_follows_the_curve():
    string = pv_string(M450, 9)
    irradiance_w_m2, cell_c = np.meshgrid(
        np.linspace(0.0, 1600.0, 77), np.linspace(-40.0, 100.0, 41)
    )
    power_w = table_power(mpp_table(string), irradiance_w_m2, cell_c)
    for place, found_w in np.ndenumerate(power_w):
        curve = string_curve(string, irradiance_w_m2[place], cell_c[place])
        assert found_w == pytest.approx(max_power(curve).power_w, abs=3e-4 * 4050)


@pytest.mark.compiled
def test_beyond_its_edges_the_table_gives_the_edge():
    table = mpp_table(pv_string(M450, 9))
    inside = table_power(table, [1600.0, 0.0, 500.0, 500.0], [20.0, 20.0, -40.0, 100.0])
    beyond = table_power(table, [2000.0, -50.0, 500.0, 500.0], [20.0, 20.0, -60.0, 1000.0])
    assert beyond.tolist() == inside.tolist()
    assert inside[1] == 0.0


@pytest.mark.compiled
def test_the_table_takes_numbers_series_and_whatever_broadcasts():
    table = mpp_table(pv_string(M450, 9))
    one_w = table_power(table, 1000.0, 25.0)
    assert one_w.shape == ()
    assert float(one_w) == pytest.approx(9 * 41.5 * 10.85)
    both_w = table_power(table, [[500], [1000]], [25, 25, 25])
    assert both_w.shape == (2, 3)
    assert both_w[1] == pytest.approx([float(one_w)] * 3)


@pytest.mark.compiled
@pytest.mark.parametrize("irradiance_w_m2, cell_c", [(float("nan"), 25.0), (500.0, float("nan"))])
def test_the_table_refuses_what_is_not_a_number(irradiance_w_m2, cell_c):
    with pytest.raises(ValueError, match="not a number"):
        table_power(mpp_table(pv_string(M450, 9)), [500.0, irradiance_w_m2], cell_c)
