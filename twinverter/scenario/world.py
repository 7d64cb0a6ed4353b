"""The world as the kernel sees it: one array of inputs for any stretch of steps."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from twinverter.core.records import dtype, leaves
from twinverter.plant.world import NO_LIMIT_A, NO_LIMIT_V, UNSAID, Inputs
from twinverter.scenario.availability import Availability
from twinverter.scenario.clock import DAY_S, HOUR_S, zone
from twinverter.scenario.error import HouseError
from twinverter.scenario.file_form import Context
from twinverter.scenario.form import seconds_of_day
from twinverter.scenario.loads import Load
from twinverter.scenario.mishaps import Mishaps
from twinverter.scenario.outages import Mains
from twinverter.scenario.site_form import MicroInvertersForm, SiteForm
from twinverter.scenario.steps import Steps, mean_over
from twinverter.scenario.sun import Place, Plane, Sky, SunPath, plane_of, sun_path
from twinverter.scenario.tariff import Tariff
from twinverter.scenario.world_form import WorldForm

INPUTS = dtype(Inputs, narrow=frozenset(leaves(Inputs)) - {"clock_s"})


class Weather(Protocol):
    """A sky that can be made for any stretch of time."""

    @property
    def base_s(self) -> float:
        """Return the step at which it is made."""
        ...

    def stretch(self, steps: Steps) -> Steps:
        """Return the steps of `base_s` for which it is made as a whole, around `steps`."""
        ...

    def sky(self, minutes: Steps, sun: SunPath) -> Sky:
        """Return the sky over such a stretch."""
        ...

    def check(self, steps: Steps) -> None:
        """Raise HouseError where the sky is not known in all of `steps`."""
        ...


@dataclass(frozen=True)
class World:
    """Everything that happens to one house."""

    here: str
    place: Place
    planes: tuple[Plane, ...]
    micro_inverters: MicroInvertersForm | None
    weather: Weather
    load: Load
    home: Load
    smart_load: Load
    mains: Mains
    generator: Availability
    tariff: Tariff
    acknowledge_s: float
    mishaps: Mishaps
    flags: dict[str, float]

    @classmethod
    def of(
        cls, site: SiteForm, form: WorldForm, house: str, folder: Path
    ) -> tuple["World", list[str]]:
        """Return the world of a house file and what there is to say about it."""
        place = site.place()
        context = Context(house, folder, place, site.timezone, form.seed)
        try:
            weather = form.weather.sky(context, "world.weather")
            loads = {
                name: getattr(form, name).load(context, f"world.{name}")
                for name in ("load", "home", "smart_load")
            }
            mains = form.grid.mains(context, "world.grid")
            tariff = form.tariff.tariff(form.costs, context, "world.tariff")
        except HouseError as error:
            error.file = error.file or house
            raise
        context.notes.extend(one.told() for one in form.defect)
        measured = site.measuring.ct or site.measuring.meter != "none"
        world = cls(
            here=site.timezone,
            place=place,
            planes=tuple(string.plane() for string in site.pv),
            micro_inverters=site.micro_inverters,
            weather=weather,
            load=loads["load"],
            home=loads["home"],
            smart_load=loads["smart_load"],
            mains=mains,
            generator=form.generator.availability(context, site.genset is not None),
            tariff=tariff,
            acknowledge_s=seconds_of_day(form.acknowledge) if form.acknowledge != "never" else -1.0,
            mishaps=Mishaps(tuple(one.mishap(site.timezone) for one in form.defect)),
            flags={
                "phase_order_ok": float(site.feeder.phase_order_ok),
                "ct_ok": float(measured),
                "bms_soc": UNSAID,
                "bms_charge_max_v": NO_LIMIT_V,
                "bms_charge_max_a": NO_LIMIT_A,
                "bms_discharge_max_a": NO_LIMIT_A,
                "battery_sensor_ok": float(site.battery.temperature_sensor),
            },
        )
        return world, context.notes

    def check(self, steps: Steps) -> None:
        """Raise HouseError where a file does not cover the steps."""
        hours = Steps(steps.start_s, HOUR_S, max(1, int((steps.end_s - steps.start_s) / HOUR_S)))
        for part in (self.weather, self.load, self.home, self.smart_load):
            part.check(hours)

    def inputs(self, steps: Steps) -> np.ndarray:
        """Return the kernel's inputs for each step."""
        rows = np.zeros(steps.count, INPUTS)
        rows["clock_s"] = zone(self.here).wall_s(steps.starts_s)
        self._sun(rows, steps)
        for name in ("load", "home", "smart_load"):
            _store_phases(rows, f"{name}_w", getattr(self, name).watts(steps))
        voltages_v, rows["grid_hz"] = self.mains.supply(steps)
        _store_phases(rows, "grid_v", voltages_v)
        rows["gen_ready"] = self.generator.ready(steps)
        if self.acknowledge_s >= 0.0:
            rows["acknowledged"] = at_time_of_day(rows["clock_s"], self.acknowledge_s, steps.step_s)
        for name, value in self.flags.items():
            rows[name] = value
        return rows

    def sun(self, steps: Steps, planes: tuple[Plane, ...]) -> np.ndarray:
        """Return inputs in which only light and cell temperatures of these planes are filled in."""
        rows = np.zeros(steps.count, INPUTS)
        replace(self, planes=planes)._sun(rows, steps)
        return rows

    def _sun(self, rows: np.ndarray, steps: Steps) -> None:
        stretch = self.weather.stretch(steps)
        base = steps.around(self.weather.base_s, stretch.start_s)
        sun = sun_path(self.place, stretch)
        sky = self.weather.sky(stretch, sun)
        first = round((base.start_s - stretch.start_s) / base.step_s)
        sun, sky = sun.part(first, base.count), sky.part(first, base.count)
        rows["ambient_c"] = mean_over(steps, base, sky.air_c)
        for place in (1, 2):
            rows[f"cell{place}_c"] = rows["ambient_c"]
        for place, plane in enumerate(self.planes, start=1):
            light_w_m2, cell_c = plane_of(plane, sun, sky, self.place.albedo)
            light, cell = _means(steps, base, light_w_m2, cell_c)
            rows[f"irradiance{place}_w_m2"], rows[f"cell{place}_c"] = light, cell
        if self.micro_inverters is not None:
            light_w_m2, cell_c = plane_of(self.micro_inverters.plane(), sun, sky, self.place.albedo)
            power_w = self.micro_inverters.power_w(light_w_m2, cell_c)
            rows["micro_inverter_w"] = np.maximum(mean_over(steps, base, power_w), 0.0)


def _means(
    steps: Steps, base: Steps, light_w_m2: np.ndarray, cell_c: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return light and cell temperature of each step, the latter weighted with the light.

    Cells matter while they are lit, and within an hour warm ones are those in the sun.
    """
    light = np.maximum(mean_over(steps, base, light_w_m2), 0.0)
    plain = mean_over(steps, base, cell_c)
    if steps.step_s <= base.step_s:
        return light, plain
    weighted = mean_over(steps, base, light_w_m2 * cell_c)
    return light, np.where(light > 1.0, weighted / np.maximum(light, 1.0), plain)


def _store_phases(
    rows: np.ndarray, name: str, phases: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> None:
    for phase, values in zip(("l1", "l2", "l3"), phases, strict=True):
        rows[f"{name}_{phase}"] = values


def at_time_of_day(clock_s: np.ndarray, moment_s: float, step_s: float) -> np.ndarray:
    """Return 1.0 for the step of each day in which the wall clock passes `moment_s`, else 0.0."""
    return (np.mod(moment_s - clock_s, DAY_S) < step_s).astype(np.float32)
