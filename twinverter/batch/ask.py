"""One situation, one answer: what every line carries once the machine has settled, and why.

The machine is taken as having long been running on a healthy mains; the situation then holds,
with the state of charge, for the time asked or until every timer of the law has had its say.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any

from twinverter.batch.situation import (
    SituationError,
    changed,
    held,
    mains,
    number,
    phases,
    quiet_inputs,
    ratio,
    struck,
    with_sun,
)
from twinverter.catalog import alarms
from twinverter.catalog.reasons import key_of
from twinverter.catalog.settings import (
    Settings,
    check_all,
    full_values,
    kernel_settings,
    parse_values,
)
from twinverter.catalog.states import RELAYS, STAGES, STATES, relay_names
from twinverter.core.blocks import total
from twinverter.core.records import as_dict, replaced
from twinverter.inverter import Flows, Inputs, Site, initial, step
from twinverter.inverter import ideal as without_losses
from twinverter.scenario.house import House
from twinverter.words.wording import told

# Longest timer that may still be running: a dropped smart load comes back after five minutes,
# an overload is tried again three times a minute apart.
SETTLE_S = 900.0
AC_LINES = ("grid", "ld", "inverter", "load", "home", "smart_load", "gen")


def ask(
    house: House,
    *,
    at: str | datetime | None = None,
    soc: Any = None,
    sun: Any = None,
    load: Any = None,
    home: Any = None,
    grid: Any = None,
    settings: Mapping[str, Any] | None = None,
    state: Mapping[str, Any] | None = None,
    inputs: Mapping[str, Any] | None = None,
    defects: Mapping[str, Any] | None = None,
    after: Any = None,
    ideal: bool = False,
) -> dict[str, Any]:
    """Return what the machine does in one situation.

    Sun and loads that are not given are those of the house at the moment `at` of its first day;
    the mains is healthy unless `grid` says otherwise. With `ideal` there is nothing but what is
    given: no sun, no load, no engine, and a lossless machine on a 50.0 V battery. `defects` maps
    causes of `catalog/causes.py` to values, none to the usual one; where none are given, those of
    the house at that moment stand.
    `soc`, `sun`, `load`, `home` and `grid` read as on the command line. Keys of the answer carry
    units; the AC lines come in sum and per phase. Raises SituationError, HouseError or
    SettingError, one line each.
    """
    site, rules = machine(house, settings or {}, ideal)
    moment = moment_of(house, at)
    world = (
        quiet_inputs(_wall_s(moment), rules.grid.grid_frequency_hz)
        if ideal
        else _world_at(house, moment)
    )
    world = situation(site, rules, world, sun, load, home, grid or "on", inputs or {})
    level = house.initial_soc if soc is None else ratio("soc", soc)
    start = initial(site, rules, level, world.ambient_c)
    broken = {} if ideal else _broken_at(house, moment)
    site = struck(site, broken | dict(defects or {}))
    if state:
        start = changed(start, state)
        level = start.plant.battery.soc
    seconds = SETTLE_S if after is None else span_s(after)
    now, flows = start, None
    for dt_s in ticks(seconds, after is not None):
        now, flows = step(site, rules, held(now, level), world, dt_s)
    assert flows is not None
    said = answer(flows, rules, level, world.clock_s)
    said["situation"] = {
        "at": moment.isoformat(timespec="minutes"),
        "sun_w": flows.pv_available_w,
        "grid_v": list(world.grid_v),
        "grid_hz": world.grid_hz,
        "ambient_c": world.ambient_c,
    }
    return said


def machine(house: House, changes: Mapping[str, Any], ideal: bool) -> tuple[Site, Settings]:
    """Return site and settings of the house with `changes`, lossless where asked."""
    if not ideal:
        changed_house = house.with_settings(changes) if changes else house
        return changed_house.site, changed_house.settings
    # A lossless battery is of no chemistry, so settings need not fit the one installed.
    values = full_values(dict(house.typed) | parse_values(changes))
    problems = check_all(values)
    if problems:
        raise problems[0]
    return without_losses(house.site), kernel_settings(values, house.settings.law)


def moment_of(house: House, at: str | datetime | None) -> datetime:
    """Return the local moment asked about: a date and time, or a time on the house's first day."""
    if isinstance(at, datetime):
        return at
    if at is None:
        return house.start.replace(hour=12, minute=0)
    text = str(at).strip()
    try:
        if "T" in text or " " in text or "-" in text:
            return datetime.fromisoformat(text)
        return datetime.combine(house.start.date(), time.fromisoformat(text))
    except ValueError:
        raise SituationError("at", text, "takes HH:MM or YYYY-MM-DD HH:MM") from None


def span_s(text: Any) -> float:
    """Return seconds from `120s`, `5min`, `1h`, `200ms` or a number of seconds."""
    raw = str(text).strip().lower()
    for unit, factor in (("ms", 0.001), ("min", 60.0), ("h", 3600.0), ("s", 1.0)):
        if raw.endswith(unit):
            raw, scale = raw[: -len(unit)], factor
            break
    else:
        scale = 1.0
    seconds = number("after", raw) * scale
    if not 0.001 <= seconds <= 86400.0:
        raise SituationError("after", text, "takes 1 ms to 24 h")
    return seconds


def situation(
    site: Site,
    rules: Settings,
    world: Inputs,
    sun: Any,
    load: Any,
    home: Any,
    grid: Any,
    single: Mapping[str, Any],
) -> Inputs:
    """Return the world with everything put in that was asked for."""
    if sun is not None:
        world = with_sun(site, world, number("sun", sun))
    if load is not None:
        world = world._replace(load_w=phases("load", load))
    if home is not None:
        world = world._replace(home_w=phases("home", home))
    if grid is not None:
        grid_v, grid_hz = mains(grid, rules.grid.nominal_v, rules.grid.grid_frequency_hz)
        world = world._replace(grid_v=grid_v, grid_hz=grid_hz)
    return changed(world, single) if single else world


def ticks(seconds: float, timed: bool) -> Iterator[float]:
    """Yield steps that add up to `seconds`: fine where a clock is asked for, coarser to settle."""
    if timed:
        count = max(1, min(2000, round(seconds / (0.001 if seconds <= 2.0 else 0.1))))
        yield from (seconds / count for _ in range(count))
        return
    yield from (1.0 for _ in range(30))
    yield from (10.0 for _ in range(int(seconds - 60.0) // 10))
    yield from (1.0 for _ in range(30))


def answer(flows: Flows, rules: Settings, level: float, clock_s: float) -> dict[str, Any]:
    """Return the flows of one step by name, with the reasons, alarms and relays of the moment."""
    pv_w = flows.pv1_w + flows.pv2_w
    said: dict[str, Any] = {
        "pv_w": pv_w,
        "curtailed_w": max(0.0, flows.pv_available_w - pv_w),
        "battery_w": flows.battery_w,
        "micro_inverter_w": flows.micro_inverter_w,
        "loss_w": flows.loss_w,
        "frequency_hz": flows.frequency_hz,
        "soc": level,
        "battery_v": flows.battery_v,
        "battery_a": flows.battery_a,
        "stage": STAGES[int(flows.stage)],
        "state": STATES[int(flows.state)],
    }
    for line in AC_LINES:
        _put_phases(said, line, getattr(flows, f"{line}_w"))
    third_w = flows.micro_inverter_w / 3.0
    for place in (1, 2, 3):
        said[f"micro_inverter_w_l{place}"] = third_w
    lost = zip(flows.load_unserved_w, flows.home_unserved_w, strict=True)
    _put_phases(said, "unserved", type(flows.load_w)(*(a + b for a, b in lost)))
    closed = relay_names(flows.relays)
    said["relays"] = {name: name in closed for name in RELAYS}
    bound = {line: code for line, code in flows.reasons._asdict().items() if code > 0.0}
    moment = as_dict(flows) | {"soc": level, "clock_s": clock_s}
    said["reasons"] = {line: key_of(code) for line, code in bound.items()}
    said["why"] = {line: told(code, rules, moment) for line, code in bound.items()}
    said["alarms"] = alarms.names(flows.alarms)
    return said


def _put_phases(said: dict[str, Any], line: str, power: Any) -> None:
    said[f"{line}_w"] = total(power)
    for name, value in power._asdict().items():
        said[f"{line}_w_{name}"] = value


def _wall_s(moment: datetime) -> float:
    return (moment.replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds()


def _broken_at(house: House, moment: datetime) -> dict[str, Any]:
    """Return cause -> value of what the house file has broken in the minute of a moment."""
    return dict(house.world.mishaps.standing(house.steps(moment, 1.0 / 1440.0)))


def _world_at(house: House, moment: datetime) -> Inputs:
    rows = next(house.chunks(start=moment, days=1.0 / 1440.0, step_s=60.0))
    row = rows[0]
    quiet = quiet_inputs(0.0, house.settings.grid.grid_frequency_hz)
    return replaced(quiet, {name: float(row[name]) for name in rows.dtype.names or ()})
