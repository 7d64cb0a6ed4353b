"""What the house file says is installed, as far as the self-test compares readings with it."""

import math
from typing import NamedTuple

from twinverter.catalog import installed
from twinverter.catalog.modules import MODULES, Module
from twinverter.scenario.house import House
from twinverter.scenario.site_form import SiteForm, StringForm

REFERENCE_C = 25.0
# Cells under full sun are this much warmer than the air: between a rack and a hot roof (assumed).
WARMER_K = 40.0
# Where the light is not known: warmer cells in much of it and fewer carriers in little of it come
# out nearly alike, within 4 % from 80 W/m2 on (worked out from the single-diode model).
LIT_SHARE = 0.925


class ToldString(NamedTuple):
    """One string: its modules and how many of them in series."""

    module: Module
    in_series: int

    @property
    def diode_v(self) -> float:
        """Return how far the voltage moves when the light falls to a 2.7th."""
        fitted = self.module.desoto
        single_v = fitted.ideality_ref_v if fitted else self.module.voc_v / 26.5
        return single_v * self.in_series

    def light(self, open_v: float, work_v: float, work_a: float) -> float:
        """Return the light behind a working point, as a share of full sun, from its open voltage.

        Near the open voltage little current flows in much light, so less is known there.
        """
        return work_a / self.passed(open_v, work_v, work_a) / self.module.isc_a

    def passed(self, open_v: float, work_v: float, work_a: float) -> float:
        """Return the share of the light's current that leaves a string at a working point."""
        fitted = self.module.desoto
        series_ohm = fitted.series_ohm * self.in_series if fitted else 0.0
        gap_v = work_v + work_a * series_ohm - open_v
        return 1.0 - math.exp(min(gap_v / self.diode_v, -1e-3))

    def lit_v(self, ambient_c: float, light: float | None = None) -> float:
        """Return the open voltage in so much light (a share of full sun), None for any light."""
        warmer_k = ambient_c - REFERENCE_C + (WARMER_K * light if light else 0.0)
        open_v = self.module.voc_v * (1.0 + self.module.beta_voc_per_k * warmer_k) * self.in_series
        return open_v + self.diode_v * math.log(light) if light else open_v * LIT_SHARE


class Told(NamedTuple):
    """Strings by input, clamps or meter, and the bank: whether, of which kind, its resistance."""

    strings: tuple[ToldString, ...]
    clamps: bool
    meter: bool
    battery: bool
    lithium: bool
    speaks: bool
    sensor: bool
    bank_ohm: float

    @classmethod
    def of(cls, house: House) -> "Told":
        """Return what a house file tells."""
        site = house.form.site
        bank = site.battery
        return cls(
            tuple(ToldString(_module(one), one.modules_in_series) for one in site.pv),
            site.measuring.ct,
            site.measuring.meter != "none",
            not bank.absent,
            not bank.absent and _chemistry(site) == "lfp",
            not bank.absent and bank.bms_speaks,
            not bank.absent and bank.temperature_sensor,
            0.0 if bank.absent else float(bank.values()["battery.resistance_ohm"]),  # type: ignore[arg-type]
        )


def _module(string: StringForm) -> Module:
    return MODULES[string.module] if isinstance(string.module, str) else string.module.row()


def _chemistry(site: SiteForm) -> str:
    model = site.battery.model
    return installed.MODELS[model].chemistry if model else str(site.battery.chemistry)
