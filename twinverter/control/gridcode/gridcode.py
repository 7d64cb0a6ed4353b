"""Grid support as a whole: what voltage and frequency leave of P, and the Q that goes with it.

Order of a step (IEEE 1547-2018, as EPRI's reference model has it): desired P from limit, volt-watt,
droop and ramps; desired Q, each with its response time; both into the apparent-power circle.
`before` bounds the dispatch, `after` says what Q goes with the power it chose. Positive is fed
and injected. Off the mains nothing is asked, and what was lagging starts anew.
"""

import math
from typing import NamedTuple

from twinverter.catalog.support import CONSTANT_PF, CONSTANT_Q, VOLT_VAR, WATT_VAR
from twinverter.control.gridcode import power, priority, sense, service
from twinverter.control.gridcode.curves import LAGS_TO_90, followed, lagged, volt_var, watt_var
from twinverter.core.blocks import clamp
from twinverter.core.kernel import kernel

NO_LIMIT_W = 1.0e9


class SupportState(NamedTuple):
    """What grid support remembers: the last powers, and everything that ramps or lags.

    `service`, `recovered`, `limit`, `volt_watt` and `charge` are shares of the rating, 1.0 for no
    limit. `event` says whether frequency asks for less (1.0), more (-1.0) or has done so (2.0,
    -2.0); `from_w` is the power it began with. `asked_var` lags, `given_var` was given.
    """

    power_w: float
    service: float
    recovered: float
    limit: float
    volt_watt: float
    charge: float
    event: float
    from_w: float
    droop_w: float
    reference_v: float
    asked_var: float
    given_var: float


class Bounds(NamedTuple):
    """What grid support leaves to the dispatch.

    The machine may feed `feed_max_w` (negative: it must draw as much), draw `charge_max_w`, and
    should feed `floor_w` as far as it can (negative: draw no more). `ceased` means nothing either
    way; `size_va` is the apparent power it may carry, `given_var` what it gave in the last step.
    """

    feed_max_w: float
    charge_max_w: float
    floor_w: float
    ceased: float
    size_va: float
    given_var: float


FREE = Bounds(NO_LIMIT_W, NO_LIMIT_W, -NO_LIMIT_W, 0.0, NO_LIMIT_W, 0.0)


def initial(settings) -> SupportState:
    """Return the state of a machine that has long been on a healthy mains."""
    asked = settings.law.support
    limit = asked.limit if asked.limit_on else 1.0
    reference_v = asked.qv_reference * settings.grid.nominal_v
    return SupportState(0.0, 1.0, 1.0, limit, 1.0, 1.0, 0.0, 0.0, 0.0, reference_v, 0.0, 0.0)


@kernel
def response_s(settings):
    """Return the response time of the reactive function that is on."""
    asked = settings.law.support
    mode = settings.support.q_mode
    if mode == CONSTANT_PF:
        return asked.pf_response_s
    if mode == WATT_VAR:
        return asked.qp_response_s
    return asked.const_q_response_s if mode == CONSTANT_Q else asked.qv_response_s


@kernel
def reference(settings, last_v, voltage_v, dt_s):
    """Return the reference voltage of Q(V): set, or following the mains within its limits."""
    asked = settings.law.support
    nominal_v = settings.grid.nominal_v
    if asked.qv_auto == 0.0:
        return asked.qv_reference * nominal_v, asked.qv_reference * nominal_v
    followed_v = followed(last_v, voltage_v, asked.qv_auto_s, dt_s)
    low_v, high_v = asked.qv_auto_min * nominal_v, asked.qv_auto_max * nominal_v
    return followed_v, clamp(followed_v, low_v, high_v)


@kernel
def free_var(settings, last_var, reference_v, voltage_v, dt_s):
    """Return the lagged reactive power of the functions that do not look at active power."""
    mode = settings.support.q_mode
    asked = settings.law.support
    if mode == VOLT_VAR:
        shifted_v = voltage_v - reference_v + settings.grid.nominal_v
        wanted = volt_var(settings.grid, shifted_v)
    elif mode == CONSTANT_Q:
        wanted = asked.const_q
    else:
        return last_var
    wanted_var = wanted * settings.law.rating.ac_rated_w
    return lagged(last_var, wanted_var, response_s(settings), dt_s)


@kernel
def circle_w(settings, size_va, asked_var, dt_s):
    """Return the most that may be fed and drawn for the Q that goes before P."""
    asked = settings.law.support
    mode = settings.support.q_mode
    if asked.q_first_inject + asked.q_first_absorb <= 0.0 or mode == 0.0:
        return size_va, size_va
    if mode == VOLT_VAR or mode == CONSTANT_Q:
        beside_w = priority.beside(size_va, priority.claimed_var(settings, asked_var))
        return beside_w, beside_w
    time_s = response_s(settings)
    share = 1.0 - math.exp(-LAGS_TO_90 * dt_s / time_s) if time_s > 0.0 else 1.0
    carry_var = (1.0 - share) * asked_var
    if mode == CONSTANT_PF:
        slope = share * settings.support.q_per_p
        return (
            priority.reach_w(settings, size_va, carry_var, slope),
            priority.reach_w(settings, size_va, carry_var, -slope),
        )
    return (
        priority.reach_on(
            settings,
            size_va,
            carry_var,
            share,
            asked.qp_p1,
            asked.qp_q1,
            asked.qp_p2,
            asked.qp_q2,
            asked.qp_p3,
            asked.qp_q3,
        ),
        priority.reach_on(
            settings,
            size_va,
            carry_var,
            share,
            asked.qp_charge_p1,
            asked.qp_charge_q1,
            asked.qp_charge_p2,
            asked.qp_charge_q2,
            asked.qp_charge_p3,
            asked.qp_charge_q3,
        ),
    )


@kernel
def rested(settings, state, ac):
    """Return the state of a machine that is not on the mains: everything starts anew."""
    if settings.support.active == 0.0:
        return state
    voltage_v = sense.applicable_v(settings, ac)
    return SupportState(0.0, 0.0, 1.0, state.limit, 1.0, 1.0, 0.0, 0.0, 0.0, voltage_v, 0.0, 0.0)


@kernel
def before(settings, state, measurements, ceased, connected, ac_w, dt_s):
    """Return the state and the bounds of this step's power.

    `ceased` is the flag of the ride-through, `ac_w` the AC limit of rating and heat.
    """
    if settings.support.active == 0.0:
        return state, FREE
    ac = measurements.ac
    if not connected:
        return rested(settings, state, ac), FREE
    voltage_v = sense.applicable_v(settings, ac)
    rated_w = settings.law.rating.ac_rated_w
    serving = service.service_share(settings, state.service, dt_s)
    recovered = service.recovered_share(settings, state.recovered, ceased, dt_s)
    limit = power.limit_share(settings, state.limit, dt_s)
    highest_v = max(ac.grid_v.l1, ac.grid_v.l2, ac.grid_v.l3)
    volt_watt = power.volt_watt_share(settings, state.volt_watt, highest_v, voltage_v, dt_s)
    charge = power.charge_share(settings, state.charge, voltage_v, dt_s)
    event, from_w, droop_w = power.droop(
        settings, state.event, state.from_w, state.droop_w, state.power_w, ac.grid_hz, dt_s
    )
    reference_v, applied_v = reference(settings, state.reference_v, voltage_v, dt_s)
    asked_var = free_var(settings, state.asked_var, applied_v, voltage_v, dt_s)
    # In a sag the current of the phases bounds the apparent power.
    current_va = 3.0 * settings.law.rating.phase_a * voltage_v
    size_va = min(settings.law.support.apparent_va, ac_w, current_va)
    feed_w, charge_w = circle_w(settings, size_va, asked_var, dt_s)
    share = min(serving, recovered)
    if share < 1.0:
        feed_w = min(feed_w, share * rated_w)
        charge_w = min(charge_w, share * rated_w)
    if settings.law.support.limit_on > 0.0:
        feed_w = min(feed_w, limit * rated_w)
    if volt_watt < 1.0:
        feed_w = min(feed_w, volt_watt * rated_w)
    if charge < 1.0:
        charge_w = min(charge_w, charge * rated_w)
    if settings.grid.normal_ramp_per_s > 0.0:
        feed_w = min(feed_w, service.risen_w(settings, state.power_w, dt_s))
        charge_w = min(charge_w, service.risen_w(settings, -state.power_w, dt_s))
    floor_w = -NO_LIMIT_W
    if event > 0.0:
        feed_w = min(feed_w, droop_w)
    elif event < 0.0:
        floor_w = droop_w
    if ceased > 0.0:
        feed_w, charge_w, floor_w = 0.0, 0.0, -NO_LIMIT_W
    return SupportState(
        state.power_w,
        serving,
        recovered,
        limit,
        volt_watt,
        charge,
        event,
        from_w,
        droop_w,
        reference_v,
        asked_var,
        state.given_var,
    ), Bounds(feed_w, charge_w, floor_w, ceased, size_va, state.given_var)


@kernel
def held_w(bounds, wanted_w):
    """Return the power nearest to a wish that the bounds allow, floor before ceilings."""
    fed_w = min(max(wanted_w, bounds.floor_w), bounds.feed_max_w)
    return max(fed_w, -bounds.charge_max_w)


@kernel
def after(settings, state, bounds, inverter_w, dt_s):
    """Return the state, and the reactive power given beside `inverter_w`."""
    if settings.support.active == 0.0:
        return state, 0.0
    rated_w = settings.law.rating.ac_rated_w
    mode = settings.support.q_mode
    asked_var = state.asked_var
    if mode == CONSTANT_PF:
        wanted_var = inverter_w * settings.support.q_per_p
        asked_var = lagged(asked_var, wanted_var, response_s(settings), dt_s)
    elif mode == WATT_VAR:
        wanted_var = watt_var(settings.law.support, inverter_w / rated_w) * rated_w
        asked_var = lagged(asked_var, wanted_var, response_s(settings), dt_s)
    reactive_var = 0.0
    if bounds.ceased == 0.0 and mode != 0.0:
        reactive_var = priority.given_var(settings, bounds.size_va, inverter_w, asked_var)
    return SupportState(
        inverter_w,
        state.service,
        state.recovered,
        state.limit,
        state.volt_watt,
        state.charge,
        state.event,
        state.from_w,
        state.droop_w,
        state.reference_v,
        asked_var,
        reactive_var,
    ), reactive_var
