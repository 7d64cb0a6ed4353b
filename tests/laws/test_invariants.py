"""What must hold after every tick, whatever the settings, the state and the world (C-03, C-07, C-20)."""

import math
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinverter.batch.loop import balance_error
from twinverter.catalog.states import GEN, OFF_GRID, ON_GRID, STANDBY, relay_names
from twinverter.control import dispatch, limits, rights
from twinverter.core.blocks import total
from twinverter.core.records import values
from twinverter.inverter import step
from twinverter.plant.grid import ALIVE_V, mains_v

NEAR_W = 1e-6


@pytest.fixture(scope="module")
def seen():
    """Return what the law worked out in the last step: its limits, rights, and permission to charge."""
    last = SimpleNamespace(limits=None, rights=None, charge=None)
    of_limits, of_rights, of_charge = limits.step, rights.rights, dispatch.charged

    def limited(*given):
        state, last.limits = of_limits(*given)
        return state, last.limits

    def allowed(*given):
        last.rights = of_rights(*given)
        return last.rights

    def charged(bounds, stage, charge, *given):
        last.charge = charge
        return of_charge(bounds, stage, charge, *given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "step", limited)
        patch.setattr(rights, "rights", allowed)
        patch.setattr(dispatch, "charged", charged)
        yield last


def random_life(chance, steps=4):
    """Yield (site, settings, state before, state, inputs, flows, step) of a machine's random life."""
    rules = chance.settings()
    site = chance.site(rules)
    inputs = chance.inputs(rules)
    state = chance.state(site, rules, inputs)
    for _ in range(steps):
        dt_s = chance.step_s()
        before = state
        state, flows = step(site, rules, before, inputs, dt_s)
        yield SimpleNamespace(
            site=site,
            settings=rules,
            before=before,
            state=state,
            inputs=inputs,
            flows=flows,
            dt_s=dt_s,
        )
        clock_s = inputs.clock_s + dt_s
        fresh = chance.source.random() < 0.5
        inputs = chance.inputs(rules, clock_s) if fresh else inputs._replace(clock_s=clock_s)


def balances_close(now):
    """C-03: machine, AC bus and mains, in sum and on each phase."""
    flows = now.flows
    assert balance_error(flows) <= 1e-9
    for phase in range(3):
        served_w = flows.load_w[phase] - flows.load_unserved_w[phase]
        assert -NEAR_W <= served_w <= flows.load_w[phase] + NEAR_W
        fed_w = flows.ld_w[phase] + flows.inverter_w[phase] + flows.gen_w[phase]
        fed_w += flows.micro_inverter_w / 3.0
        assert fed_w == pytest.approx(served_w + flows.smart_load_w[phase], abs=NEAR_W)
        home_w = flows.home_w[phase] - flows.home_unserved_w[phase]
        assert flows.grid_w[phase] == pytest.approx(flows.ld_w[phase] + home_w, abs=NEAR_W)


def state_is_sane(now):
    """No value is lost, the charge stays in its bank, meters only rise."""
    assert all(math.isfinite(value) for part in (now.state, now.flows) for value in values(part))
    assert 0.0 <= now.flows.soc <= 1.0
    for name, was, now_is in zip(
        now.state.meters._fields, now.before.meters, now.state.meters, strict=True
    ):
        assert now_is >= was, name
    assert not {"grid", "gen"} <= set(relay_names(now.flows.relays))


def near_w(now):
    """Return how near a limit is kept: what reactive power heats is planned before Q is known."""
    if now.settings.support.active + abs(now.flows.reactive_var) == 0.0:
        return NEAR_W
    apparent_va = now.settings.law.support.apparent_va
    return NEAR_W + now.site.bridge.inverter_loss.per_w * apparent_va * apparent_va


def limits_hold(now, bound):
    """C-06 to C-08: PV, battery and AC stage within what they may carry."""
    flows = now.flows
    own_w = 1.1 * now.site.bridge.own_running_w
    assert flows.pv1_w + flows.pv2_w <= bound.pv_w + NEAR_W
    assert -flows.battery_w <= bound.charge_w + near_w(now)
    if flows.state == OFF_GRID:
        return
    # What the machine itself consumes is no conversion, and has to come from somewhere.
    # Nor is the heat of reactive power, planned with what was given a step before.
    heat_w = now.site.bridge.inverter_loss.per_w * flows.reactive_var * flows.reactive_var
    most_w = bound.discharge_w + near_w(now) + 2.0 * heat_w
    assert flows.battery_w <= most_w or flows.battery_w < own_w
    assert total(flows.inverter_w) <= max(bound.ac_w, own_w) + NEAR_W
    assert -total(flows.inverter_w) <= bound.ac_w + own_w + near_w(now)
    assert max(abs(power_w) for power_w in flows.inverter_w) <= max(bound.phase_w, own_w) + NEAR_W


def switched_input(now):
    """Return whether a PV input went on or off in this step."""
    before, after = now.before.control.limits, now.state.control.limits
    return (before.input1.on, before.input2.on) != (after.input1.on, after.input2.on)


def export_is_permitted(now, allowed, charge):
    """C-16, C-20: what leaves the measuring point, and what is bought for the battery."""
    flows, mode = now.flows, now.settings.work_mode
    measured = flows.grid_w if allowed.at_mains > 0.0 else flows.ld_w
    demand_w = total(measured) + total(flows.inverter_w)
    if allowed.pv_export == 0.0:
        assert total(measured) >= min(mode.zero_export_power_w, demand_w) - near_w(now)
    if total(flows.inverter_w) > NEAR_W:
        assert total(measured) >= -allowed.sell_w - near_w(now)
    if flows.battery_w > near_w(now) and allowed.sell_battery == 0.0:
        assert total(measured) >= mode.zero_export_power_w - near_w(now)
    bought_for_nobody(now, charge)


def bought_for_nobody(now, charge):
    """C-28, C-32: charging beyond sun and micro-inverter is always wanted."""
    flows = now.flows
    given_w = flows.pv1_w + flows.pv2_w + flows.micro_inverter_w
    assert -flows.battery_w <= given_w + near_w(now) or charge.wanted > 0.0


def every_phase_keeps_its_import(now, allowed):
    """C-58: with the scope per phase the inverter takes no phase below a third of the set-point."""
    if allowed.pv_export > 0.0 or now.settings.installer.zero_export_scope != 0.0:
        return
    measured = now.flows.grid_w if allowed.at_mains > 0.0 else now.flows.ld_w
    third_w = now.settings.work_mode.zero_export_power_w / 3.0
    for power_w, inverter_w in zip(measured, now.flows.inverter_w, strict=True):
        if inverter_w > NEAR_W:
            assert power_w >= min(third_w, power_w + inverter_w) - NEAR_W


@settings(max_examples=400)
@given(source=st.randoms(use_true_random=False))
def test_every_step_of_a_random_life_keeps_the_law(chance, seen, source):
    for now in random_life(chance(source)):
        balances_close(now)
        state_is_sane(now)
        state = now.flows.state
        dead = min(mains_v(now.site, now.before.plant, now.inputs)) < ALIVE_V
        on_mains = state in (ON_GRID, STANDBY)
        if dead and on_mains:
            # The relay opens within 4 ms; until then the stage cannot feed a dead phase.
            continue
        if switched_input(now):
            # Control knows the losses of the trackers for the inputs of the step before.
            continue
        limits_hold(now, seen.limits)
        if on_mains:
            export_is_permitted(now, seen.rights, seen.charge)
            every_phase_keeps_its_import(now, seen.rights)
        elif state == GEN:
            assert total(now.flows.gen_w) + total(now.flows.ld_w) >= -NEAR_W
            bought_for_nobody(now, seen.charge)


@settings(max_examples=100)
@given(source=st.randoms(use_true_random=False))
def test_equal_settings_inputs_and_state_give_equal_output(chance, source):
    """C-05a: no clock but the one given, no chance of its own."""
    for now in random_life(chance(source), steps=2):
        again = step(now.site, now.settings, now.before, now.inputs, now.dt_s)
        assert again == (now.state, now.flows)
