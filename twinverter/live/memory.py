"""What the store holds and hands out: the device's memory, journals, samples and curves.

Clocks: `clock_s` is the device's own local wall clock in seconds since 1970-01-01 00:00 of that
clock, as somebody may have set it; `course_s` is the same kind of second on the house's own course
(weather, loads, outages), which no setting of the device's clock moves.
Everything a pass of the runner changes is floats and lies in one `Held`; what changes rarely
(`Device`, the world's take-overs) is written only when it differs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from twinverter.catalog.row import Value
from twinverter.inverter import Meters, State

# Row of `catalog/held.py` that the machine obeys.
FORCED_OFF_GRID = "special_functions_2"
MINUTE_S = 60.0
DAY_S = 86400.0


class Energies(NamedTuple):
    """Energy on each line of the curves: since the start, or over a span.

    `load_wh` and `home_wh` are what was served; `buy_wh` and `sell_wh` are what the machine counts
    (C-03).
    """

    solar_wh: float
    load_wh: float
    home_wh: float
    smart_load_wh: float
    buy_wh: float
    sell_wh: float
    charge_wh: float
    discharge_wh: float
    generator_wh: float
    micro_inverter_wh: float


NO_ENERGY = Energies(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


class Count(NamedTuple):
    """The running minute of the sampler, and where the meters stood when minute and day began.

    `minute_s` is the device's clock at the begin of the minute, `span_s` how much of it was
    counted, `grid_s` in how much of that the mains stood.
    """

    minute_s: float
    span_s: float
    grid_s: float
    minute_start: Energies
    day_start: Energies


class Sample(NamedTuple):
    """One finished minute by the device's clock: energies over it, SOC at its end."""

    minute_s: float
    span_s: float
    grid_s: float
    energy: Energies
    soc: float


class Spans(NamedTuple):
    """Up to the last finished minute: how long mains and generator fed today, this year's loads."""

    grid_s: float
    generator_s: float
    year_load_wh: float


class Held(NamedTuple):
    """Every float that a pass of the runner changes, written together in one row."""

    clock_s: float
    course_s: float
    running: Count
    state: State


@dataclass(frozen=True, slots=True)
class Device:
    """What of the device is neither setting nor state: its switches, its lock, its open alarms.

    `alarms` maps the code of each alarm now standing to the device's clock at which it rose.
    """

    power_on: bool = True
    dc_on: bool = True
    locked: bool = False
    alarms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registers:
    """What only a wire knows of the device: registers kept as written, and writes to each.

    `held` maps the key of a row of `catalog/held.py` to its raw value, `wear` an address to how
    often a wire has written there.
    """

    held: Mapping[str, int] = field(default_factory=dict)
    wear: Mapping[int, int] = field(default_factory=dict)

    @property
    def forced_off_grid(self) -> bool:
        """Return whether a wire has told the machine to leave the grid."""
        return self.held.get(FORCED_OFF_GRID, 0) == 1


@dataclass(frozen=True, slots=True)
class AlarmEntry:
    """One line of the alarm journal, an alarm rose or went; `seq` is the store's number, 0: new."""

    clock_s: float
    code: str
    raised: bool
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was measured around one alarm: a value per time and figure of `catalog/evidence.py`.

    Times are seconds from the alarm, negative before it. `lamps` and `standing` are the indicators
    and the codes at the alarm; `complete` says that nothing more will come.
    """

    code: str
    clock_s: float
    times_s: tuple[float, ...]
    figures: Mapping[str, tuple[float, ...]]
    lamps: Mapping[str, int]
    standing: tuple[str, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the changes journal: who changed what, when, from what to what."""

    clock_s: float
    by: str
    key: str
    before: Value | None
    after: Value | None
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """What is made durable together, besides the state itself.

    `settings` are stored values by bare key, empty where nobody entered any; `changes` are what
    of them was entered just now.
    """

    clock_s: float
    course_s: float
    count: Count
    device: Device
    world: Mapping[str, float]
    alarms: Sequence[AlarmEntry] = ()
    samples: Sequence[Sample] = ()
    settings: Mapping[str, Value] = field(default_factory=dict)
    changes: Sequence[Change] = ()
    registers: Registers = Registers()
    evidence: Sequence[Evidence] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """Where the device left off."""

    settings: dict[str, Value]
    state: State
    clock_s: float
    course_s: float
    count: Count
    device: Device
    world: dict[str, float]
    registers: Registers = Registers()


@dataclass(frozen=True, slots=True)
class Curve:
    """One line over a day, month, year or all years, on equal places named by `labels`.

    A day holds mean powers in W, the others energies in Wh; None where nothing was recorded. `up`
    feeds the loads (solar, buy, discharge, generator) or is a load; `down` is the other direction
    (sell, charge) and stays empty on lines that have none. `soc` is filled for a day of the
    battery. `up_wh` and `down_wh` are the energies of the whole period, straight from the meters.
    """

    line: str
    period: str
    start: str
    unit: str
    step_s: float
    labels: list[str]
    up: list[float | None]
    down: list[float | None]
    soc: list[float | None]
    up_wh: float
    down_wh: float


def energies(meters: Meters) -> Energies:
    """Return the curves' lines from the meters."""
    return Energies(
        meters.pv_wh,
        meters.load_wh - meters.load_unserved_wh,
        meters.home_wh - meters.home_unserved_wh,
        meters.smart_load_wh,
        meters.buy_wh,
        meters.sell_wh,
        meters.battery_charge_wh,
        meters.battery_discharge_wh,
        meters.generator_wh,
        meters.micro_inverter_wh,
    )


def between(later: Energies, earlier: Energies) -> Energies:
    """Return what was counted from `earlier` to `later`."""
    return Energies(*(max(0.0, b - a) for b, a in zip(later, earlier, strict=True)))
