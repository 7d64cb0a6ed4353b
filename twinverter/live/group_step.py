"""One step of several units that hang together, from the functions that `simulate` compiles.

Each tells what it could give, the orders are worked out, each makes its step with them. Of units in
other processes (`Afar`) only what they said last is known; so long as they say nothing new, they
count as they were. See `group/` for the law and the physics of it.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from twinverter.catalog.settings import Settings
from twinverter.core.blocks import Phases
from twinverter.group import bus, orders, terminals
from twinverter.group.heard import counted, hearing, is_calm
from twinverter.group.orders import LEAST, Order
from twinverter.group.terminals import Terminals
from twinverter.group.told import Badge, Told, told
from twinverter.inverter import Flows, Inputs, Peers, Site, State, measure, step_heard

__all__ = ["LEAST", "Afar", "Badge", "Coupling", "Made", "Order", "Part", "Told", "step"]

WHOLE_A = 1.0e9
NOTHING = Phases(0.0, 0.0, 0.0)


class Rows(list[dict[str, float]]):
    """Records by name of field, read and written by a kernel function as it does an array's."""

    @property
    def shape(self) -> tuple[int]:
        """Return how many there are, as an array does."""
        return (len(self),)


class Part(NamedTuple):
    """One unit at the begin of a step, in a world that is whole: its share comes later."""

    site: Site
    settings: Settings
    state: State
    world: Inputs
    badge: Badge
    loss: float


class Afar(NamedTuple):
    """A unit in another process, as it said last: its plug loses frames where none came of late."""

    badge: Badge
    told: Told
    grid_w: Phases
    grid_var: float
    battery_w: float
    loss: float


class Done(NamedTuple):
    """Where a step has led one unit, the world being its share of all."""

    inputs: Inputs
    state: State
    flows: Flows


class Bank(NamedTuple):
    """What the one bank allows in this step; without one bank, no limit and no power."""

    charge_a: float
    discharge_a: float
    charge_w: float
    discharge_w: float


class Coupling(NamedTuple):
    """The units of this process, those of others, and whether all have one bank.

    `ordered` are the orders of a master in another process; without it they are worked out here.
    """

    parts: Sequence[Part]
    afar: Sequence[Afar] = ()
    is_shared: bool = False
    ordered: Sequence[Order] | None = None


class Made(NamedTuple):
    """What a step made: where each unit of this process stands, what it told, all the orders."""

    done: list[Done]
    told: list[Told]
    orders: list[Order]


def step(units: Coupling, dt_s: float) -> Made:
    """Return where every unit of this process stands after `dt_s`, alike for all of them."""
    parts, shared = units.parts, float(units.is_shared)
    whole = [_own(part, 1.0, 1.0, WHOLE_A, WHOLE_A) for part in parts]
    seen = [_terminals(units, part, world) for part, world in zip(parts, whole, strict=True)]
    says = [
        told(
            part.settings,
            part.state.control,
            measure(part.site, part.state, world, found),
            dt_s,
        )
        for part, world, found in zip(parts, whole, seen, strict=True)
    ]
    badges = _rows([part.badge for part in parts] + [one.badge for one in units.afar])
    tells = _rows(says + [one.told for one in units.afar])
    loss = [part.loss for part in parts] + [one.loss for one in units.afar]
    bank = _bank(units, seen[0])
    given = units.ordered
    if given is None:
        given = _ordered(badges, tells, parts[0].world, shared, bank)
    calm = is_calm(badges, loss, shared)
    starting, resting = counted(tells)
    done = []
    for own, (part, found) in enumerate(zip(parts, seen, strict=True)):
        hears = hearing(badges, tells, loss, own, shared, calm, starting, resting)
        done.append(_stepped(part, found, given[own], hears, bank, units.is_shared, dt_s))
    if units.is_shared:
        done = _on_one_bank(units, done, dt_s)
    return Made(done, says, list(given))


def _terminals(units: Coupling, part: Part, world: Inputs) -> Terminals:
    """Return what stands at a unit's terminals, where all units load the mains."""
    phase = part.badge.phase
    state = part.state.plant
    grid_w, grid_var = NOTHING, 0.0
    for one in units.parts:
        if one.badge.phase == phase:
            grid_w = bus.added(grid_w, one.state.plant.grid_w)
            grid_var += one.state.plant.grid_var
    for other in units.afar:
        if other.badge.phase == phase:
            grid_w = bus.added(grid_w, other.grid_w)
            grid_var += other.grid_var
    felt_w, felt_var = terminals.felt_mains(grid_w, grid_var, phase)
    sky = terminals.offered(part.site, state, world)
    stands = terminals.standing(part.site, state, world, felt_w, felt_var)
    found: Terminals = terminals.seen(sky, stands)
    return found


def _own(
    part: Part, share: float, third: float, charge_max_a: float, discharge_max_a: float
) -> Inputs:
    """Return the world as a unit has it; its sun is in its own world already."""
    own: Inputs = bus.own_world(
        part.world, part.world, part.badge.phase, share, third, charge_max_a, discharge_max_a
    )
    return own


def _bank(units: Coupling, seen: Terminals) -> Bank:
    if not units.is_shared:
        return Bank(WHOLE_A, WHOLE_A, 0.0, 0.0)
    first = units.parts[0]
    charge_a, discharge_a = bus.bank_limits(first.site, first.state.plant, seen)
    emf_v = seen.bank.emf_v
    return Bank(charge_a, discharge_a, charge_a * emf_v, discharge_a * emf_v)


def _ordered(badges: Rows, tells: Rows, world: Inputs, shared: float, bank: Bank) -> list[Order]:
    """Return what every unit is to carry, those of other processes last."""
    ordered = Rows({"demand": 0.0, "bank": 1.0} for _ in badges)
    orders.order(badges, tells, ordered, world, shared, bank.charge_w, bank.discharge_w)
    return [Order(one["demand"], one["bank"]) for one in ordered]


def _stepped(
    part: Part,
    seen: Terminals,
    order: Order,
    hears: Peers,
    bank: Bank,
    is_shared: bool,
    dt_s: float,
) -> Done:
    """Return where one unit's own step leads with its order."""
    charge_a = discharge_a = WHOLE_A
    if is_shared:
        seen = terminals.own_terminals(seen, order.bank)
        charge_a, discharge_a = bank.charge_a * order.bank, bank.discharge_a * order.bank
    third = order.demand if part.badge.phase == 0.0 else order.demand * (1.0 / 3.0)
    own = _own(part, order.demand, third, charge_a, discharge_a)
    state, flows = step_heard(part.site, part.settings, part.state, own, seen, hears, dt_s)
    return Done(own, state, flows)


def _on_one_bank(units: Coupling, done: list[Done], dt_s: float) -> list[Done]:
    """Return the same after the one bank has gone on with the power of all."""
    first = units.parts[0]
    before, ambient_c = first.state.plant.battery, first.world.ambient_c
    battery_w = sum(one.flows.battery_w for one in done)
    battery_w += sum(other.battery_w for other in units.afar)
    count = len(done) + len(units.afar)
    bank = bus.bank_after(first.site, before, battery_w, ambient_c, count, dt_s)
    settled = []
    for one in done:
        read: dict[str, Any] = {"battery_w": one.flows.battery_w}
        bus.store_readings(read, bank)
        plant = one.state.plant._replace(battery=bank)
        flows = one.flows._replace(**read)
        settled.append(Done(one.inputs, one.state._replace(plant=plant), flows))
    return settled


def _rows(records: Sequence[Badge] | Sequence[Told]) -> Rows:
    return Rows(record._asdict() for record in records)
