"""PV modules: what their datasheets print, and the De Soto parameters fitted to it.

Datasheet figures hold at 1000 W/m2, 25 degC and air mass 1.5. The parameters follow from them by
`scenario/module_fit.py` and are kept here so that a house starts without a search; a test fits
them anew. Half-cut modules count the cells of one of their two parallel halves.

The makers' figures are those of the LONGi datasheets LR4-72HPH 435-455M and LR5-72HPH 535-555M;
CEC is the California Energy Commission's list of measured modules, as in the SAM library of
2019-03-05 that pvlib carries.
"""

from dataclasses import dataclass

SILICON_GAP_EV = 1.121  # De Soto et al., Solar Energy 80 (2006) 78-88
SILICON_GAP_SLOPE_PER_K = -0.0002677  # the same


@dataclass(frozen=True, slots=True)
class DeSoto:
    """Single-diode parameters of one module at 1000 W/m2 and 25 degC.

    The coefficient of the current is the one adjusted by the fit (CEC model), not the printed one.
    """

    light_current_ref_a: float
    saturation_current_ref_a: float
    series_ohm: float
    shunt_ref_ohm: float
    ideality_ref_v: float
    alpha_isc_a_per_k: float


@dataclass(frozen=True, slots=True)
class Module:
    """One module type; its coefficients are shares of the figure at 25 degC.

    A row without `desoto` is fitted when a string is made of it.
    """

    name: str
    technology: str
    cells_in_series: int
    voc_v: float
    isc_a: float
    vmp_v: float
    imp_a: float
    alpha_isc_per_k: float
    beta_voc_per_k: float
    gamma_power_per_k: float | None
    source: str
    desoto: DeSoto | None = None
    band_gap_ref_ev: float = SILICON_GAP_EV
    band_gap_slope_per_k: float = SILICON_GAP_SLOPE_PER_K


# fmt: off
_ROWS = (
    #      name                          technology           cells voc_v isc_a  vmp_v  imp_a  alpha_isc_per_k   beta_voc_per_k    gamma      source
    Module("LONGi LR4-72HPH-450M",       "mono, 144 half-cells", 72, 49.3, 11.60, 41.5,  10.85, 0.00048,          -0.0027,          -0.0035,   "maker",
           DeSoto(11.612862553, 3.5993678437e-11, 0.18357935431, 165.55971203, 1.8622174707, 0.0050002079242)),
    # More current at its best point than the 12.5 A of an input: usable, clipped in full sun.
    Module("LONGi LR5-72HPH-550M",       "mono, 144 half-cells", 72, 49.8, 13.98, 41.95, 13.12, 0.0005,           -0.00265,         -0.0034,   "maker",
           DeSoto(13.993500394, 3.193855923e-11, 0.15506616131, 160.57493736, 1.8593614866, 0.0063256070901)),
    Module("Jinko JKM400M-72L",          "mono, 72 cells",       72, 49.8, 10.36, 41.7,  9.60,  0.006941 / 10.36, -0.154878 / 49.8, -0.00406,  "CEC",
           DeSoto(10.373411546, 3.0425278845e-10, 0.19324053411, 149.27227626, 2.0561758204, 0.0059443827109)),
    Module("Canadian Solar CS6U-330P",   "poly, 72 cells",       72, 45.6, 9.45,  37.2,  8.88,  0.003383 / 9.45,  -0.142226 / 45.6, -0.004096, "CEC",
           DeSoto(9.4594413962, 8.5778931581e-11, 0.33814914025, 338.45730589, 1.7944337737, 0.0032466045886)),
)
# fmt: on

MODULES = {row.name: row for row in _ROWS}
