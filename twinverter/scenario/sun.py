"""Where the sun stands, what a clear sky would give, and what a module plane gets of it.

Positions come from NREL's solar position algorithm (Reda and Andreas 2004, through pvlib) every
ten minutes, turned into directions and interpolated, which stays within 0.01 degrees; refraction
is added at the step. Clear sky after Ineichen and Perez (2002), transposition after Hay and
Davies (1980), isotropic for what is left after sunset, incidence after Martin and Ruiz (2001),
cell temperature after King (2004, SAPM) without thermal inertia. pvlib is imported on first use
because it takes most of a second, which a question without a sky need not wait for.
"""

from dataclasses import dataclass

import numpy as np

from twinverter.scenario.clock import seasonal, year_part
from twinverter.scenario.steps import Steps

NODE_S = 600.0
# Figures of the position algorithm that matter only near the horizon (pvlib's own defaults).
REFRACTION_HORIZON_DEG, REFRACTION_HPA, REFRACTION_C = 0.5667, 1013.25, 12.0


@dataclass(frozen=True)
class Place:
    """A point on earth, its air's Linke turbidity by month, and what its ground reflects."""

    latitude: float
    longitude: float
    altitude_m: float
    turbidity: np.ndarray
    albedo: float


@dataclass(frozen=True)
class SunPath:
    """The sun at the middle of each step (refraction included) and the clear sky under it."""

    zenith_deg: np.ndarray
    azimuth_deg: np.ndarray
    extra_w_m2: np.ndarray
    clear_ghi_w_m2: np.ndarray
    clear_dni_w_m2: np.ndarray
    clear_dhi_w_m2: np.ndarray

    @property
    def cos_zenith(self) -> np.ndarray:
        """Return the cosine of the zenith angle, 0 where the sun is down."""
        return np.maximum(np.cos(np.radians(self.zenith_deg)), 0.0)

    def part(self, first: int, count: int) -> "SunPath":
        """Return some steps of the path."""
        return SunPath(*(values[first : first + count] for values in vars(self).values()))


@dataclass(frozen=True)
class Sky:
    """What the sky gives in each step: irradiance on the horizontal and to the sun, air, wind."""

    ghi_w_m2: np.ndarray
    dni_w_m2: np.ndarray
    dhi_w_m2: np.ndarray
    air_c: np.ndarray
    wind_m_s: np.ndarray

    def part(self, first: int, count: int) -> "Sky":
        """Return some steps of the sky."""
        return Sky(*(values[first : first + count] for values in vars(self).values()))


@dataclass(frozen=True)
class Plane:
    """Modules in one plane: tilt from the horizontal, azimuth from north by east, dirt, mounting.

    `mounting` holds SAPM's a, b and temperature difference.
    """

    tilt_deg: float
    azimuth_deg: float
    soiling: float
    mounting: tuple[float, float, float]


def sun_path(place: Place, steps: Steps) -> SunPath:
    """Return the sun over `place` at the middle of each step."""
    zenith_deg, azimuth_deg = _positions(place, steps.middles_s)
    extra_w_m2 = _extra_w_m2(steps.middles_s)
    clear = np.zeros((3, steps.count))
    up = zenith_deg < 90.0
    if up.any():
        turbidity = seasonal(place.turbidity, steps.middles_s[up])
        clear[:, up] = _clear_sky(place, zenith_deg[up], turbidity, extra_w_m2[up])
    return SunPath(zenith_deg, azimuth_deg, extra_w_m2, *clear)


def _positions(place: Place, times_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return apparent zenith and azimuth in degrees."""
    import pandas as pd
    from pvlib import solarposition, spa

    first_s = np.floor(times_s[0] / NODE_S) * NODE_S
    nodes_s = first_s + NODE_S * np.arange(int((times_s[-1] - first_s) // NODE_S) + 2)
    index = pd.DatetimeIndex(nodes_s.astype("datetime64[s]"), tz="UTC")
    found = solarposition.spa_python(
        index, place.latitude, place.longitude, altitude=place.altitude_m, how="numpy"
    )
    elevation, azimuth = (np.radians(found[name].to_numpy()) for name in ("elevation", "azimuth"))
    flat = np.cos(elevation)
    east, north, up = (
        np.interp(times_s, nodes_s, axis)
        for axis in (flat * np.sin(azimuth), flat * np.cos(azimuth), np.sin(elevation))
    )
    elevation_deg = np.degrees(np.arctan2(up, np.hypot(east, north)))
    elevation_deg += spa.atmospheric_refraction_correction(
        REFRACTION_HPA, REFRACTION_C, elevation_deg, REFRACTION_HORIZON_DEG
    )
    return 90.0 - elevation_deg, np.degrees(np.arctan2(east, north)) % 360.0


def _extra_w_m2(times_s: np.ndarray) -> np.ndarray:
    from pvlib.irradiance import get_extra_radiation

    by_day = get_extra_radiation(np.arange(1.0, 367.0))
    return by_day[(year_part(times_s) * 365.0).astype(np.int64)]


def _clear_sky(
    place: Place, zenith_deg: np.ndarray, turbidity: np.ndarray, extra_w_m2: np.ndarray
) -> np.ndarray:
    from pvlib import atmosphere, clearsky

    pressure_pa = atmosphere.alt2pres(place.altitude_m)
    airmass = atmosphere.get_absolute_airmass(
        atmosphere.get_relative_airmass(zenith_deg), pressure_pa
    )
    clear = clearsky.ineichen(
        zenith_deg, airmass, turbidity, altitude=place.altitude_m, dni_extra=extra_w_m2
    )
    return np.nan_to_num(np.array([clear[name] for name in ("ghi", "dni", "dhi")]))


def plane_of(plane: Plane, sun: SunPath, sky: Sky, albedo: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the irradiance that reaches the cells (W/m2) and the cells' temperature (degC)."""
    from pvlib import iam, irradiance, temperature

    sky_part = (1.0 + np.cos(np.radians(plane.tilt_deg))) / 2.0
    glass = iam.martin_ruiz_diffuse(plane.tilt_deg)
    ground_w_m2 = sky.ghi_w_m2 * albedo * (1.0 - sky_part)
    caught_w_m2 = sky.dhi_w_m2 * sky_part
    effective_w_m2 = caught_w_m2 * glass["sky"]
    up = np.flatnonzero(sun.zenith_deg < 90.0)
    if len(up):
        zenith_deg, azimuth_deg = sun.zenith_deg[up], sun.azimuth_deg[up]
        slant = irradiance.aoi_projection(
            plane.tilt_deg, plane.azimuth_deg, zenith_deg, azimuth_deg
        )
        diffuse = irradiance.haydavies(
            plane.tilt_deg, plane.azimuth_deg, sky.dhi_w_m2[up], sky.dni_w_m2[up],
            sun.extra_w_m2[up], zenith_deg, azimuth_deg, return_components=True,
        )  # fmt: skip
        direct_w_m2 = sky.dni_w_m2[up] * np.maximum(slant, 0.0) + diffuse["poa_circumsolar"]
        glass_beam = iam.martin_ruiz(np.degrees(np.arccos(np.clip(slant, -1.0, 1.0))))
        caught_w_m2[up] = direct_w_m2 + diffuse["poa_isotropic"]
        effective_w_m2[up] = direct_w_m2 * glass_beam + diffuse["poa_isotropic"] * glass["sky"]
    caught_w_m2 += ground_w_m2
    effective_w_m2 += ground_w_m2 * glass["ground"]
    cell_c = temperature.sapm_cell(caught_w_m2, sky.air_c, sky.wind_m_s, *plane.mounting)
    return effective_w_m2 * (1.0 - plane.soiling), cell_c
