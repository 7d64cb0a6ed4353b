"""Draw what the machine does within a second: a voltage sag, a frequency ramp, an outage.

    python tools/transients.py [sag ramp outage] [--out docs/pictures]

Every point is one step of `twinverter.inverter.step` with the machine as it is sold; nothing is
smoothed. The voltage at LOAD is that of the mains while the grid relay is closed, that which the
machine forms while it is alone, and nothing between the two.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from strips import Bar, Column, Curve, Strip, picture

from twinverter.batch.report.ink import BATTERY, GRID
from twinverter.batch.situation import phases, quiet_inputs, with_sun
from twinverter.catalog import alarms, installed
from twinverter.catalog.law import kernel_law
from twinverter.catalog.settings import full_values, kernel_settings, parse_values
from twinverter.catalog.states import relay_names
from twinverter.core.blocks import Phases, total
from twinverter.core.records import build
from twinverter.inverter import Flows, Inputs, Site, initial, sensed, step

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
LOAD_INK, REACTIVE_INK = "#1E293B", "#A0669A"
GRID_INK, SUN_INK, BATTERY_INK = GRID.light.middle, "#C07F00", BATTERY.light.middle
SETTLE_S, SETTLE_STEPS = 1.0, 180
SOC, AMBIENT_C = 0.6, 25.0
MS = 1000.0
PLAIN = {"batt_mode": "lithium", "max_discharge_a": 190, "max_solar_power_w": 10400}
# Sun and battery have nothing to hide behind: what does not go out is held off.
SELLS = {"work_mode": "selling_first", "max_charge_a": 0}
SLOWS = {"fw_enable": 1, "fw_fstart_hz": 50.2, "fw_fstop_hz": 51.5}
# Category III of IEEE 1547-2018, 6.4: must stay for 20 s below 0.88, rests at half and below.
RIDES = {"vrt_enable": 1, "vrt_lv1_v": 202.4, "vrt_lv1_s": 21, "vrt_lv2_v": 115, "vrt_lv2_s": 2}
RESTS = {"ride_cease_low": 0.5, "ride_recover_s": 0.4}

World = Callable[[float], dict[str, Any]]


class Look(NamedTuple):
    """What one step showed: its end, what stands at the terminals, and the flows."""

    at_s: float
    grid_v: float
    grid_hz: float
    load_v: float
    relays: frozenset[str]
    codes: frozenset[str]
    flows: Flows


class House:
    """A machine on the bench, its clock at 0 when the story begins."""

    def __init__(
        self,
        settings: dict[str, Any],
        sun_w: float,
        load_w: float,
        law: dict[str, float] | None = None,
    ) -> None:
        self.site = build(Site, installed.site_defaults())
        self.settings = kernel_settings(
            full_values(parse_values(PLAIN | settings)), kernel_law(law)
        )
        quiet = with_sun(self.site, quiet_inputs(0.0, self.settings.grid.grid_frequency_hz), sun_w)
        self.inputs: Inputs = quiet._replace(load_w=phases("load", load_w))
        self.state = initial(self.site, self.settings, SOC, AMBIENT_C)
        for _ in range(SETTLE_STEPS):
            self._step(SETTLE_S)
        self.inputs = self.inputs._replace(clock_s=0.0)

    def run(self, seconds: float, dt_s: float, world: World = lambda at_s: {}) -> list[Look]:
        """Go on and look at every step; `world` changes inputs by the time since the beginning."""
        looks = []
        for _ in range(round(seconds / dt_s)):
            self.inputs = self.inputs._replace(**world(self.inputs.clock_s))
            looks.append(self._step(dt_s))
        return looks

    def _step(self, dt_s: float) -> Look:
        ac = sensed(self.site, self.state, self.inputs).ac
        self.state, flows = step(self.site, self.settings, self.state, self.inputs, dt_s)
        self.inputs = self.inputs._replace(clock_s=self.inputs.clock_s + dt_s)
        relays = frozenset(relay_names(flows.relays))
        grid_v = total(ac.grid_v) / 3.0
        load_v = 0.0
        if "load" in relays:
            load_v = grid_v if "grid" in relays else self.settings.grid.nominal_v
        codes = frozenset(alarms.names(flows.alarms))
        return Look(self.inputs.clock_s, grid_v, ac.grid_hz, load_v, relays, codes, flows)


def even(volts: float) -> Phases:
    """Return one voltage on all phases."""
    return Phases(volts, volts, volts)


def moved(looks: list[Look], relay: str, closes: bool) -> float:
    """Return when a relay first moved that way; ValueError where it never did."""
    for was, now in zip(looks, looks[1:], strict=False):
        if (relay in now.relays) == closes and (relay in was.relays) != closes:
            return was.at_s
    raise ValueError(f"{relay} did not move")


def first(looks: list[Look], holds: Callable[[Look], bool]) -> float:
    """Return the end of the first step in which something holds; ValueError where none."""
    for look in looks:
        if holds(look):
            return look.at_s
    raise ValueError("it never did")


def shows_f35(look: Look) -> bool:
    """Return whether lost mains is shown."""
    return "F35" in look.codes


def both(title: str, low: float, high: float, mains: list[float], load: list[float]) -> Strip:
    """Return the strip of a quantity before and behind the machine."""
    curves = (Curve("mains", GRID_INK, mains), Curve("LOAD", LOAD_INK, load, "5 3"))
    return Strip(title, low, high, curves)


def voltages(looks: list[Look]) -> Strip:
    """Return the strip of the voltages."""
    mains, load = [look.grid_v for look in looks], [look.load_v for look in looks]
    return both("Voltage, V", 0.0, 270.0, mains, load)


def powers(looks: list[Look], low_w: float, high_w: float) -> Strip:
    """Return the strip of the powers; what feeds the loads is positive."""
    return Strip(
        "Power, W",
        low_w,
        high_w,
        (
            Curve("sun", SUN_INK, [look.flows.pv1_w + look.flows.pv2_w for look in looks]),
            Curve("battery", BATTERY_INK, [look.flows.battery_w for look in looks]),
            Curve("mains", GRID_INK, [total(look.flows.grid_w) for look in looks]),
        ),
    )


def frequencies(looks: list[Look]) -> Strip:
    """Return the strip of the frequencies."""
    mains, load = [look.grid_hz for look in looks], [look.flows.frequency_hz for look in looks]
    return both("Frequency, Hz", 49.8, 52.0, mains, load)


def reactive(looks: list[Look]) -> Strip:
    """Return the strip of the reactive power that the machine injects."""
    given = [look.flows.reactive_var for look in looks]
    return Strip("Reactive power, var", -200.0, 200.0, (Curve("injected", REACTIVE_INK, given),))


def bars(looks: list[Look], *relays: str) -> tuple[Bar, ...]:
    """Return a bar for each relay."""
    inks = {"grid": GRID_INK, "ats": REACTIVE_INK, "load": LOAD_INK}
    names = {"grid": "grid relay", "ats": "ATS", "load": "LOAD"}
    return tuple(
        Bar(names[relay], inks[relay], [relay in look.relays for look in looks]) for relay in relays
    )


def in_ms(looks: list[Look], start_s: float = 0.0) -> list[float]:
    """Return the ends of the steps in milliseconds since `start_s`."""
    return [(look.at_s - start_s) * MS for look in looks]


def sag() -> str:
    """Return the picture of a sag to half the voltage and of a deeper one, at 1 ms."""

    def sagged(at_s: float) -> dict[str, Any]:
        volts = 115.0 if 0.1 <= at_s < 0.6 else 80.0 if 1.0 <= at_s < 1.3 else 230.0
        return {"grid_v": even(volts)}

    plain = House(SELLS, 4000.0, 1500.0).run(2.0, 0.001, sagged)
    rode = House(SELLS | RIDES, 4000.0, 1500.0, RESTS).run(2.0, 0.001, sagged)
    opened_ms = moved(plain, "grid", closes=False) * MS
    columns = [
        Column(
            title,
            "ms",
            in_ms(looks),
            (voltages(looks), powers(looks, -4000.0, 5000.0)),
            bars(looks, "grid", "load"),
            marks,
        )
        for title, looks, marks in (
            ("the window of Grid Set2", plain, ((opened_ms, "relay opens, F42"),)),
            ("ride-through, category III", rode, ((1000.0, "rests"), (1300.0, "feeds again"))),
        )
    ]
    note = "4 kW of sun, 1.5 kW on LOAD; all phases at 115 V, then at 80 V; 1 ms a step"
    return picture("A sag to half the voltage", columns, note)


def ramp() -> str:
    """Return the picture of a frequency that rises and falls, and one that rises on, at 10 ms."""

    def up_and_down(at_s: float) -> dict[str, Any]:
        return {"grid_hz": 50.0 + 0.2 * max(0.0, min(at_s - 1.0, 5.0, 13.0 - at_s))}

    def up(at_s: float) -> dict[str, Any]:
        return {"grid_hz": 50.0 + 0.2 * max(0.0, min(at_s - 1.0, 9.0))}

    columns = []
    for title, world in (("to 51 Hz and back", up_and_down), ("on through 51.5 Hz", up)):
        looks = House(SELLS | SLOWS, sun_w=5000.0, load_w=1000.0).run(14.0, 0.01, world)
        marks = [(first(looks, lambda look: look.grid_hz > 50.2), "Fstart")]
        if world is up:
            marks.append((moved(looks, "grid", closes=False), "relay opens, F47"))
        columns.append(
            Column(
                title,
                "s",
                [look.at_s for look in looks],
                (
                    frequencies(looks),
                    powers(looks, -5000.0, 6000.0),
                    reactive(looks),
                ),
                bars(looks, "grid", "load"),
                tuple(marks),
            )
        )
    note = "0.2 Hz a second; FW from 50.2 to 51.5 Hz, 5 kW of sun, 1 kW of load; 10 ms a step"
    return picture("A frequency that rises", columns, note)


def outage() -> str:
    """Return the picture of an outage: the transfer at its start, and the return."""
    house = House({"signal_island_mode": 1}, sun_w=1500.0, load_w=3000.0)

    def out(at_s: float) -> dict[str, Any]:
        return {"grid_v": even(0.0 if 0.02 <= at_s < 10.0 else 230.0)}

    lost = house.run(0.22, 0.001, out)
    house.run(69.75, 0.01, out)
    back = house.run(0.25, 0.001, out)
    begins_s = back[0].at_s
    opened_ms = moved(lost, "grid", closes=False) * MS
    closed_ms = (moved(back, "grid", closes=True) - begins_s) * MS
    columns = [
        Column(
            title,
            "ms",
            in_ms(looks, start_s),
            (voltages(looks), powers(looks, -2000.0, 4000.0)),
            bars(looks, "grid", "ats", "load"),
            marks,
        )
        for title, looks, start_s, marks in (
            (
                "the mains is lost",
                lost,
                0.0,
                ((opened_ms, "relay opens"), (first(lost, shows_f35) * MS, "F35")),
            ),
            ("60 s after its return", back, begins_s, ((closed_ms, "relay closes"),)),
        )
    ]
    note = "1.5 kW of sun, 3 kW of load on LOAD, signal island mode on; 1 ms a step"
    return picture("An outage, its transfer and the return", columns, note)


PICTURED = {"sag": sag, "ramp": ramp, "outage": outage}


def main() -> int:
    """Write the pictures and say where."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=" ".join(PICTURED))
    parser.add_argument("--out", type=Path, default=PICTURES, help="the folder for the SVGs")
    options = parser.parse_args()
    if unknown := set(options.names) - set(PICTURED):
        parser.error(f"{' '.join(sorted(unknown))}: there is {' '.join(PICTURED)}")
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.names or PICTURED:
        place = options.out / f"{name}.svg"
        place.write_text(PICTURED[name](), encoding="utf-8")
        print(place)
    return 0


if __name__ == "__main__":
    sys.exit(main())
