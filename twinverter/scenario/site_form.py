"""[site]: what is really installed, from a house file to the kernel's `Site`.

Figures that a house does not give come from `catalog/installed.py` (preset of the module, bank or
generator set), each of which may be set under its own name too.
"""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Discriminator, Field, Tag, model_validator

from twinverter.catalog import installed
from twinverter.catalog.links import FIRMWARE, LOGGER, LOGGER_SERIAL
from twinverter.catalog.modules import MODULES, Module
from twinverter.core.records import build
from twinverter.plant.site import PvString, Site
from twinverter.scenario.form import (
    FigureForm,
    Form,
    Numbers,
    ZoneName,
    length,
    number,
    refused,
    word,
)
from twinverter.scenario.module_fit import pv_string
from twinverter.scenario.sun import Place, Plane
from twinverter.scenario.wiring_form import WiringForm

MODULES_MAX = 40
# SAPM's mountings, King et al. 2004: a, b, and how much warmer the cell is than the module, degC.
MOUNTINGS = {
    "rack": (-3.56, -0.075, 3.0),
    "roof": (-2.98, -0.0471, 1.0),
    "insulated": (-2.81, -0.0455, 0.0),
}
# Temperature coefficient of micro-inverter modules, and efficiency of the converter (assumed).
MICRO_GAMMA_PER_K, MICRO_EFFICIENCY = -0.0035, 0.96

MONTHS = 12


# One number for the whole year, or twelve from January.
Monthly = Annotated[Numbers, length(MONTHS, MONTHS)]


def by_month(value: float | list[float]) -> np.ndarray:
    """Return twelve figures."""
    return np.array(value, dtype=np.float64) if isinstance(value, list) else np.full(MONTHS, value)


class PlaneForm(Form):
    """Modules in one plane."""

    tilt_deg: Annotated[float, number(0.0, 90.0, "deg")]
    azimuth_deg: Annotated[float, number(0.0, 360.0, "deg from north by east")]
    mounting: Annotated[str, word(*MOUNTINGS)] = "roof"
    soiling_pct: Annotated[float, number(0.0, 50.0, "%")] = 2.0

    def plane(self) -> Plane:
        """Return the plane as the sun sees it."""
        mounting = MOUNTINGS[self.mounting]
        return Plane(self.tilt_deg, self.azimuth_deg, self.soiling_pct / 100.0, mounting)


class ModuleForm(Form):
    """A module by its datasheet at 1000 W/m2 and 25 degC; half-cut ones count half their cells."""

    name: str = "module"
    cells_in_series: Annotated[int, number(1, 300)]
    voc_v: Annotated[float, number(1.0, 200.0, "V")]
    isc_a: Annotated[float, number(0.1, 30.0, "A")]
    vmp_v: Annotated[float, number(1.0, 200.0, "V")]
    imp_a: Annotated[float, number(0.1, 30.0, "A")]
    alpha_isc_pct_per_k: Annotated[float, number(-0.2, 0.3, "%/K")]
    beta_voc_pct_per_k: Annotated[float, number(-1.0, 0.0, "%/K")]
    gamma_power_pct_per_k: Annotated[float | None, number(-1.0, 0.0, "%/K")] = None

    def row(self) -> Module:
        """Return the module as a row of the catalog."""
        gamma_pct = self.gamma_power_pct_per_k
        return Module(
            name=self.name,
            technology="",
            cells_in_series=self.cells_in_series,
            voc_v=self.voc_v,
            isc_a=self.isc_a,
            vmp_v=self.vmp_v,
            imp_a=self.imp_a,
            alpha_isc_per_k=self.alpha_isc_pct_per_k / 100.0,
            beta_voc_per_k=self.beta_voc_pct_per_k / 100.0,
            gamma_power_per_k=None if gamma_pct is None else gamma_pct / 100.0,
            source="the house file",
        )


class StringForm(PlaneForm):
    """One string on one PV input: a module by name or datasheet, and how many in series."""

    module: Annotated[
        Annotated[str, word(*MODULES), Tag("<name>")] | Annotated[ModuleForm, Tag("<datasheet>")],
        Discriminator(lambda value: "<name>" if isinstance(value, str) else "<datasheet>"),
    ]
    modules_in_series: Annotated[int, number(1, MODULES_MAX)]

    def string(self) -> PvString:
        """Return the string; HouseError where a datasheet has no curve."""
        row = self.module.row() if isinstance(self.module, ModuleForm) else MODULES[self.module]
        return pv_string(row, self.modules_in_series)


class BatteryForm(FigureForm):
    """The bank: chemistry and capacity, or a model; its management; any figure of its row."""

    group: ClassVar[str] = "battery"
    chemistry: Annotated[str, word("none", *installed.CHEMISTRIES)] | None = None
    capacity_ah: Annotated[float | None, number(1.0, 1.0e5, "Ah")] = None
    model: Annotated[str, word(*installed.MODELS)] | None = None
    bms_speaks: bool = True
    temperature_sensor: bool = True

    @model_validator(mode="after")
    def _is_told(self) -> "BatteryForm":
        if self.model is None and self.chemistry is None:
            raise refused("needs a model, or chemistry and capacity_ah")
        if self.model is None and self.chemistry != "none" and self.capacity_ah is None:
            raise refused("needs capacity_ah beside chemistry")
        if self.model is not None and (self.chemistry or self.capacity_ah):
            raise refused("has a model, which brings its own chemistry and capacity_ah")
        return self

    @property
    def absent(self) -> bool:
        """Return whether there is no battery."""
        return self.chemistry == "none"

    def values(self) -> installed.Values:
        """Return path -> value of the bank."""
        if self.absent:
            return {"battery.bms_charge_a": 0.0, "battery.bms_discharge_a": 0.0}
        if self.model is not None:
            preset = installed.model(self.model)
        else:
            preset = installed.bank(str(self.chemistry), float(self.capacity_ah or 0.0))
        return preset | self.figures()


class GensetForm(FigureForm):
    """The generator set: fuel and rating, and any figure of its row."""

    group: ClassVar[str] = "genset"
    fuel: Annotated[str, word(*installed.FUELS)] = "petrol"
    rated_w: Annotated[float, number(100.0, 1.0e6, "W")]

    def values(self) -> installed.Values:
        """Return path -> value of the set."""
        return installed.genset(self.fuel, self.rated_w) | self.figures()


class TrackerForm(FigureForm):
    """Figures of the PV inputs."""

    group: ClassVar[str] = "tracker"


class BridgeForm(FigureForm):
    """Figures of the power stage."""

    group: ClassVar[str] = "bridge"


class FeederForm(FigureForm):
    """The public supply's connection."""

    group: ClassVar[str] = "feeder"
    phase_order_ok: bool = True


class ResonantLoadForm(FigureForm):
    """A resonant load on the mains before the house, as in tests of islanding."""

    group: ClassVar[str] = "rlc"

    @model_validator(mode="after")
    def _swings(self) -> "ResonantLoadForm":
        given = self.figures()
        if "rlc.power_w" in given and not {"rlc.inductive_var", "rlc.capacitive_var"} <= set(given):
            raise refused("needs inductive_var and capacitive_var beside power_w")
        for key, value in given.items():
            if not value:
                raise refused("must be above 0", key=key.removeprefix("rlc."))
        return self


class MeasuringForm(Form):
    """What measures at the mains: three clamps, or an external meter."""

    ct: bool = False
    meter: Annotated[str, word("none", "chnt_dtsu666", "eastron")] = "none"


class LinkForm(Form):
    """How the unit answers on its wires: firmware, data logger, and the logger's number."""

    firmware: Annotated[str, word(*FIRMWARE)] = "v104"
    logger: Annotated[str, word(*LOGGER)] = "plain"
    logger_serial: Annotated[int, number(1, 2**32 - 1)] = LOGGER_SERIAL


class MicroInvertersForm(FigureForm):
    """Micro-inverters on the GEN terminals, with their modules."""

    group: ClassVar[str] = "micro_inverters"
    rated_w: Annotated[float, number(0.0, 2.0e4, "W")]
    peak_w: Annotated[float, number(0.0, 4.0e4, "W")]
    tilt_deg: Annotated[float, number(0.0, 90.0, "deg")] = 10.0
    azimuth_deg: Annotated[float, number(0.0, 360.0, "deg from north by east")] = 180.0
    mounting: Annotated[str, word(*MOUNTINGS)] = "roof"
    soiling_pct: Annotated[float, number(0.0, 50.0, "%")] = 2.0

    def plane(self) -> Plane:
        """Return the plane as the sun sees it."""
        mounting = MOUNTINGS[self.mounting]
        return Plane(self.tilt_deg, self.azimuth_deg, self.soiling_pct / 100.0, mounting)

    def power_w(self, irradiance_w_m2: np.ndarray, cell_c: np.ndarray) -> np.ndarray:
        """Return what the micro-inverters offer (PVWatts, Dobos 2014)."""
        warm = 1.0 + MICRO_GAMMA_PER_K * (cell_c - 25.0)
        dc_w = self.peak_w * irradiance_w_m2 / 1000.0 * warm
        return np.clip(dc_w * MICRO_EFFICIENCY, 0.0, self.rated_w)


class SiteForm(Form):
    """Everything installed at one house, and where it stands."""

    name: str = "house"
    latitude: Annotated[float, number(-90.0, 90.0, "deg")]
    longitude: Annotated[float, number(-180.0, 180.0, "deg")]
    altitude_m: Annotated[float, number(-430.0, 6000.0, "m")] = 0.0
    timezone: ZoneName
    turbidity: Annotated[Monthly, number(1.0, 12.0)] | None = None
    albedo: Annotated[float, number(0.0, 1.0)] = 0.2
    pv: Annotated[list[StringForm], length(0, 2)] = Field(default_factory=list)
    battery: BatteryForm
    genset: GensetForm | None = None
    measuring: MeasuringForm = Field(default_factory=MeasuringForm)
    link: LinkForm = Field(default_factory=LinkForm)
    micro_inverters: MicroInvertersForm | None = None
    feeder: FeederForm = Field(default_factory=FeederForm)
    tracker: TrackerForm = Field(default_factory=TrackerForm)
    bridge: BridgeForm = Field(default_factory=BridgeForm)
    rlc: ResonantLoadForm = Field(default_factory=ResonantLoadForm)
    wiring: WiringForm = Field(default_factory=WiringForm)

    def place(self) -> Place:
        """Return where the house stands, its turbidity from SoDa's map where it gives none."""
        given = self.turbidity
        months = _turbidity(self.latitude, self.longitude) if given is None else by_month(given)
        return Place(self.latitude, self.longitude, self.altitude_m, months, self.albedo)

    def record(self) -> Site:
        """Return the kernel's record; HouseError where a module's datasheet has no curve."""
        values = installed.defaults() | self.battery.values()
        for part in (self.genset, self.micro_inverters):
            if part is not None:
                values |= part.values() if isinstance(part, GensetForm) else part.figures()
        for figures in (self.feeder, self.tracker, self.bridge, self.rlc):
            values |= figures.figures()
        site = build(Site, installed.flat(values))
        strings = [part.string() for part in self.pv]
        strings += [_no_string(site.pv1)] * (2 - len(strings))
        return site._replace(pv1=strings[0], pv2=strings[1])


def _no_string(string: PvString) -> PvString:
    """Return an input with nothing on it; its irradiance is 0 too, which keeps it dark."""
    return string._replace(modules=0.0)


def _turbidity(latitude: float, longitude: float) -> np.ndarray:
    import pandas as pd
    from pvlib.clearsky import lookup_linke_turbidity

    months = pd.date_range("2001-01-15", periods=MONTHS, freq="MS", tz="UTC")
    found = lookup_linke_turbidity(months, latitude, longitude, interp_turbidity=False)
    return found.to_numpy(dtype=np.float64)
