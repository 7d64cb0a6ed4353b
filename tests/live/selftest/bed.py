"""A living device with something wired wrongly, read through sensors that are not quite exact."""

import random
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.live.conftest import QUIET, Living
from twinverter.core.blocks import Phases
from twinverter.live.selftest.course import SelfTest
from twinverter.live.selftest.steps import MOST_S
from twinverter.plant import sensors
from twinverter.scenario.house import load_house

HERE = Path(__file__).parent
# Long enough for every alarm and for the clock of the mains' return.
SETTLED_S = 70
# Spread of what the sensors read: clamps and terminals, AC and PV voltage, battery.
NOISE_W, NOISE_V, NOISE_PV_V, NOISE_BATTERY_V, NOISE_A = 12.0, 0.3, 1.0, 0.02, 0.1
STRING = """[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = {count}
tilt_deg = 12
azimuth_deg = 240
[site.battery]"""
LEAD = (
    ('chemistry = "lfp"', 'chemistry = "agm"'),
    ('"lithium"', '"use_batt_pct"'),
    ("bms_speaks = true\n", "bms_speaks = false\n"),
)
BARE = ('chemistry = "lfp"\ncapacity_ah = 400\nbms_speaks = true', 'chemistry = "none"'), ('batt_mode = "lithium"\nbatt_capacity_ah = 400', 'batt_mode = "no_batt"')  # fmt: skip
TEXTS = {
    "one": (),
    "equal": (("[site.battery]", STRING.format(count=9)),),
    "unequal": (("[site.battery]", STRING.format(count=12)),),
    "lead": (("[site.battery]", STRING.format(count=9)), *LEAD),
    "bare": (("[site.battery]", STRING.format(count=9)), *BARE),
    "clampless": (("[site.battery]", STRING.format(count=9)), ("ct = true", "ct = false")),
}


def rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of a file of this folder."""
    return next(iter(tomllib.loads((HERE / name).read_text(encoding="utf-8")).values()))


def house(row: dict[str, Any], folder: Path) -> Any:
    """Return the house of a row: its file tells one thing, its site may be another."""
    text = QUIET
    for old, new in TEXTS[row.get("house", "equal")]:
        assert old in text
        text = text.replace(old, new)
    text = text.replace("initial_soc_pct = 60", f"initial_soc_pct = {100 * row.get('soc', 0.6):g}")
    text = text.replace("resistance_ohm = 0.0", f"resistance_ohm = {row.get('feeder_ohm', 0.0)}")
    path = folder / "house.toml"
    path.write_text(text, encoding="utf-8")
    told = load_house(path)
    return replace(told, site=installed(told.site, **row.get("site", {})))


def installed(
    site: Any, missing=0, parallel=0, exchanged=False, modules1=0, battery_ohm=0.0
) -> Any:
    """Return a site that is not what the house file tells."""
    empty, first = site.pv1._replace(modules=0.0), site.pv1
    if missing:
        site = site._replace(**{f"pv{missing}": empty})
    if parallel:
        both = first._replace(
            light_current_ref_a=2.0 * first.light_current_ref_a,
            saturation_current_ref_a=2.0 * first.saturation_current_ref_a,
            alpha_isc_a_per_k=2.0 * first.alpha_isc_a_per_k,
            series_ohm=first.series_ohm / 2.0,
            shunt_ref_ohm=first.shunt_ref_ohm / 2.0,
        )
        site = site._replace(**{f"pv{parallel}": both, f"pv{3 - parallel}": empty})
    if exchanged:
        site = site._replace(pv1=site.pv2, pv2=site.pv1)
    if modules1:
        site = site._replace(pv1=first._replace(modules=float(modules1)))
    if battery_ohm:
        site = site._replace(battery=site.battery._replace(resistance_ohm=battery_ohm))
    return site


def placed(clamps: list[str]) -> Any:
    """Return what three clamps read that sit as told: L2, turned -L2, or 0 on nothing."""

    def clamp_w(defects: Any, power_w: Phases) -> Phases:
        flows_w = {"L1": power_w.l1, "L2": power_w.l2, "L3": power_w.l3, "0": 0.0}
        return Phases(
            *((-1.0 if one.startswith("-") else 1.0) * flows_w[one.lstrip("-")] for one in clamps)
        )

    return clamp_w


class Noisy:
    """Sensors that read a little beside what is there, each time anew."""

    def __init__(self, twin: Any, seed: int) -> None:
        self._twin, self._dice = twin, random.Random(seed)

    def __call__(self) -> Any:
        seen, dice = self._twin.measured, self._dice

        def blurred(phases: Phases, spread: float) -> Phases:
            return Phases(*(value + dice.gauss(0.0, spread) for value in phases))

        loads, pv, battery = seen.loads, seen.pv, seen.battery
        return seen._replace(
            loads=loads._replace(
                ct_w=blurred(loads.ct_w, NOISE_W), ld_w=blurred(loads.ld_w, NOISE_W)
            ),
            pv=pv._replace(
                voltage1_v=pv.voltage1_v + dice.gauss(0.0, NOISE_PV_V),
                voltage2_v=pv.voltage2_v + dice.gauss(0.0, NOISE_PV_V),
            ),
            battery=battery._replace(
                voltage_v=battery.voltage_v + dice.gauss(0.0, NOISE_BATTERY_V),
                current_a=battery.current_a + dice.gauss(0.0, NOISE_A),
            ),
            ac=seen.ac._replace(grid_v=blurred(seen.ac.grid_v, NOISE_V)),
        )


class Bed:
    """One device under test; `restless` lets the home load jump now and then."""

    def __init__(self, row: dict[str, Any], folder: Path, seed: int = 1, monkeypatch: Any = None):
        self.living = Living(house(row, folder), folder / "memory")
        defect = dict(row.get("defect", {}))
        if "clamps" in row:
            # Any defect of the clamps lets control find the home load by what they read.
            monkeypatch.setattr(sensors, "clamp_w", placed(row["clamps"]))
            defect["ct_reversed"] = 1
        self.living.set(**row.get("set", {}))
        load_w = row.get("load_w", [1000, 0, 0])
        held = {f"load_l{phase}_w": value for phase, value in enumerate(load_w, 1)}
        held |= {"sun_w_m2": row.get("sun_w_m2", 900)}
        held |= {"ambient_c": row["ambient_c"]} if "ambient_c" in row else {}
        held |= {f"defect.{cause}": value for cause, value in defect.items()}
        self.living.world(**held, **row.get("world", {}))
        if "inputs" in row:
            self.living.twin.wire("installer", row["inputs"])
        self.living.run(SETTLED_S)
        self.test = SelfTest(self.living.twin, Noisy(self.living.twin, seed))

    def go(self, most_s: float = MOST_S + 10.0, each: Any = None) -> Any:
        """Run the whole test; return its report."""
        self.test.start("the installer")
        for second in range(int(most_s)):
            if not self.test.running:
                break
            if each is not None:
                each(second)
            self.living.twin.tick()
            self.test.follow()
        assert not self.test.running, "it did not end in its time"
        return self.test.report

    @property
    def set_now(self) -> dict[str, Any]:
        """Return every setting but the running clock."""
        values = self.living.twin.values
        return {key: value for key, value in values.items() if not key.startswith("clock_")}

    def end(self) -> None:
        """Close the device."""
        self.living.end()


def named(report: dict[str, Any]) -> list[str]:
    """Return the findings of a report as id and place."""
    return sorted(f"{one['id']} {one['place']}".strip() for one in report["findings"])
