"""The newest moment of a device in the words of a page: its alarms, its state, its flows.

A device speaks through what it delivers: alarms by their code, figures by their telemetry key. What
a catalog of another version does not know is shown by its code alone.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel

from twinverter.catalog.alarms import FAULT, WARNING
from twinverter.portal.asked import DeviceRow
from twinverter.words import figures
from twinverter.words.logbook import alarm_words, stamp

State = Literal["fault", "warning", "silent", "new", "fine"]
# What needs somebody comes first.
STATES: tuple[State, ...] = ("fault", "warning", "silent", "new", "fine")
# Not heard of for so many of its own deliveries, and so long at least.
MISSED, SILENT_S = 3, 60.0
# fmt: off
RUNNING = {
    "dark":     "Dark: no sun, no mains, no battery",
    "off":      "Switched off",
    "selftest": "Self-check before it connects",
    "on_grid":  "On grid",
    "gen":      "On generator",
    "off_grid": "Off grid",
    "batshut":  "Stopped: the battery is empty",
    "standby":  "Standby",
    "fault":    "Stopped by a fault",
}
# fmt: on


class StandingAlarm(BaseModel):
    """An alarm that stands, with its words."""

    code: str
    name: str
    severity: str
    since: str
    since_s: float
    message: str
    advice: str


class MomentState(BaseModel):
    """A moment of a device; figures are in the units of its telemetry, by key."""

    clock_s: float
    clock: str
    figures: dict[str, float]
    lamps: dict[str, int] | None
    state: str | None
    running: str
    reasons: dict[str, str] | None
    alarms: list[StandingAlarm]


class Flows(BaseModel):
    """The lines of a moment: powers in W, positive feeds the loads; the battery's state."""

    solar_w: float | None
    load_w: float | None
    grid_w: float | None
    battery_w: float | None
    generator_w: float | None
    soc: float | None
    stored_wh: float | None


def standing(codes: Mapping[str, float]) -> list[StandingAlarm]:
    """Return the alarms that stand, faults first, the newest of each first."""
    rows = [
        StandingAlarm(code=code, since=stamp(since_s), since_s=since_s, **alarm_words(code))
        for code, since_s in codes.items()
    ]
    return sorted(rows, key=lambda row: (not row.severity.startswith(FAULT), -row.since_s))


def moment_told(moment: Mapping[str, Any]) -> MomentState:
    """Return a stored moment as a page shows it."""
    clock_s, state = moment["clock_s"], moment["state"]
    return MomentState(
        clock_s=clock_s,
        clock=f"{figures.moment(clock_s):%Y-%m-%d %H:%M:%S}",
        figures=moment["figures"],
        lamps=moment["lamps"],
        state=state,
        running=running(state),
        reasons=moment["reasons"],
        alarms=standing(moment["codes"]),
    )


def running(state: str | None) -> str:
    """Return a state of the machine in words; nothing where it is not told."""
    return "" if state is None else RUNNING.get(state, state.replace("_", " ").capitalize())


def state_of(device: DeviceRow, now_s: float) -> State:
    """Return how a device is: what is not heard has no other state."""
    if device.heard_s is None or device.moment is None:
        return "new"
    if now_s - device.heard_s > max(SILENT_S, MISSED * device.every_s):
        return "silent"
    kinds = [alarm_words(code)["severity"] for code in device.moment["codes"]]
    if any(kind.startswith(FAULT) for kind in kinds):
        return "fault"
    return "warning" if WARNING in kinds else "fine"


def worst(states: list[State]) -> State:
    """Return the state of a site from those of its devices; a site without any is new."""
    return min(states, key=STATES.index, default="new")


def flows(moment: Mapping[str, Any] | None) -> Flows:
    """Return the lines of a moment, None for what is not told."""
    found: Mapping[str, float] = moment["figures"] if moment else {}

    def summed(*keys: str) -> float | None:
        known = [found[key] for key in keys if key in found]
        return sum(known) if known else None

    soc_pct, capacity_ah = found.get("battery_soc"), found.get("battery_corrected_capacity")
    battery_v = found.get("battery_voltage")
    stored_wh = None
    if soc_pct is not None and capacity_ah is not None and battery_v is not None:
        stored_wh = round(soc_pct / 100.0 * capacity_ah * battery_v, 1)
    return Flows(
        solar_w=summed("pv1_power", "pv2_power"),
        load_w=summed("load_power_total"),
        grid_w=summed("grid_power_total"),
        battery_w=summed("battery_power"),
        generator_w=summed("gen_power_total"),
        soc=None if soc_pct is None else soc_pct / 100.0,
        stored_wh=stored_wh,
    )


def headline(device: DeviceRow, state: State, now_s: float) -> tuple[str, str]:
    """Return what a list says of a device: a few words, and a sentence."""
    if state == "new":
        return "Has not reported yet", "Give its courier the portal's address and a token."
    assert device.moment is not None and device.heard_s is not None
    if state == "silent":
        silence = figures.duration(now_s - device.heard_s)
        return f"Silent for {silence}", "Check its power, its network and its token."
    alarms = standing(device.moment["codes"])
    if alarms and state in ("fault", "warning"):
        return f"{alarms[0].code} {alarms[0].name}", alarms[0].message
    reasons = device.moment["reasons"] or {}
    return running(device.moment["state"]) or "Reports", reasons.get("load", "")
