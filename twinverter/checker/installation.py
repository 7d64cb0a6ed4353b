"""A house as the judges see it: what is installed, set and told, its climate and its load."""

from dataclasses import dataclass

from twinverter.catalog import installed
from twinverter.catalog.modules import MODULES, Module
from twinverter.checker.climate import Climate, climate_of
from twinverter.checker.peak import Peak, peak_of
from twinverter.scenario.house import House, Value
from twinverter.scenario.site_form import SiteForm, StringForm
from twinverter.scenario.wiring_form import WiringForm
from twinverter.scenario.world_form import WorldForm


@dataclass(frozen=True)
class Installation:
    """Everything that is checked."""

    site: SiteForm
    wiring: WiringForm
    values: dict[str, Value]
    world: WorldForm
    climate: Climate
    peak: Peak
    figures: dict[str, float]
    genset: dict[str, float]
    chemistry: str
    capacity_ah: float

    @classmethod
    def of(cls, house: House) -> "Installation":
        """Return a loaded house as it is checked."""
        site = house.form.site
        bank = {} if site.battery.absent else site.battery.values()
        model = site.battery.model
        chemistry = installed.MODELS[model].chemistry if model else site.battery.chemistry
        micro = site.micro_inverters
        defaults = installed.defaults()
        given = bank | (micro.figures() if micro else {})
        return cls(
            site=site,
            wiring=site.wiring,
            values=dict(house.values),
            world=house.form.world,
            climate=climate_of(house),
            peak=peak_of(house),
            figures=_numbers(defaults | given),
            genset=_numbers(site.genset.values()) if site.genset else {},
            chemistry=str(chemistry),
            capacity_ah=0.0 if site.battery.absent else _number(bank["battery.capacity_ah"]),
        )

    @property
    def has_battery(self) -> bool:
        """Return whether there is a bank, in the site and on the panel."""
        return not self.site.battery.absent and self.values["batt_mode"] != "no_batt"

    @property
    def lead_acid(self) -> bool:
        """Return whether the bank is lead-acid."""
        return self.has_battery and self.chemistry != "lfp"

    @property
    def port(self) -> str:
        """Return the use of the GEN terminals."""
        return str(self.values["gen_port_mode"])

    def number(self, key: str) -> float:
        """Return a setting as a number."""
        return float(self.values[key])


def module_of(string: StringForm) -> Module:
    """Return the datasheet of a string's modules."""
    return MODULES[string.module] if isinstance(string.module, str) else string.module.row()


def _numbers(values: installed.Values) -> dict[str, float]:
    return {key: value for key, value in values.items() if not isinstance(value, tuple)}


def _number(value: float | tuple[float, ...]) -> float:
    assert not isinstance(value, tuple)
    return value
