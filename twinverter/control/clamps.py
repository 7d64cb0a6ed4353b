"""The test of the current clamps: does each see what its own phase does (W05, W06)?

It runs once after power-on, when the clamps come into use, and when they come back; a failed one
is repeated until it passes. One phase after the other the feed is lowered for two of four equal
parts of time (out, in, in, out), and the clamp's four readings, signed likewise, are set against
those of the inner sensors at the GRID terminals: a slow change of the home load cancels, and a
verdict against a clamp needs several equal failures in a row. A clamp that answers the wrong way
is turned round, one that does not answer is missing or sits on another phase. Lowering only ever
imports more, so zero export holds.

Until they have been tested the clamps are believed only where the backup loads alone need too
little feed to test them, every other while; a test that finds nothing moved begins anew with the
other belief. Source: manual 5.7 and 5.10; the test and its figures are assumed.
"""

from typing import NamedTuple

from twinverter.catalog.choices import ZERO_EXPORT_CT
from twinverter.control.stage import link_for_ac, link_from_pv, pv_for_link
from twinverter.core.blocks import Phases, total
from twinverter.core.kernel import kernel

UNUSED, PASSED, FAILED, PENDING, RUNNING = 0.0, 1.0, 2.0, 3.0, 4.0
PARTS, PHASES = 4, 3
# What stands against the clamps, as a bit sum.
TURNED, MISSING = 1.0, 2.0


class ClampTest(NamedTuple):
    """Where the test stands: from `RUNNING` on four parts on each phase.

    `believed`: zero export is held by the clamps while it runs. `ct_w` and `ld_w` are the signed
    sums of the phase's readings so far; `trials` counts equal failures in a row, above 0 turned
    round, below 0 missing. `found` is the verdict of this run, `shown` that which stands.
    """

    stage: float
    timer_s: float
    believed: float
    ct_w: float
    ld_w: float
    trials: float
    found: float
    shown: float


def initial(settings):
    """Return the test of a machine that has long been running with good clamps."""
    return ended(PASSED if is_used(settings) else UNUSED, 0.0, 0.0)


@kernel
def is_used(settings):
    """Return whether clamps, and not a meter, are what zero export is held by."""
    advanced = settings.advanced
    return settings.work_mode.work_mode == ZERO_EXPORT_CT and advanced.ex_meter_for_ct == 0.0


@kernel
def is_quiet(settings, test, ct_ok, started):
    """Return whether there is nothing to test now."""
    if not is_used(settings):
        return test.stage == UNUSED
    if ct_ok == 0.0:
        return test.stage == PENDING and test.timer_s + test.shown == 0.0
    return test.stage == PASSED and not started


@kernel
def trusted(settings, test, ct_ok):
    """Return whether what the clamps read may hold zero export, as far as the test can say.

    Dead ones are no matter of the test: their last reading serves until the sensors are given up.
    """
    if ct_ok == 0.0:
        return True
    if test.stage == PENDING:
        return test.shown == 0.0 and test.timer_s > settings.law.protect.clamp_again_s
    return test.believed > 0.0 or test.stage == PASSED or test.stage == UNUSED


@kernel
def ended(stage, timer_s, shown):
    """Return a test that does not run."""
    return ClampTest(stage, timer_s, 0.0, 0.0, 0.0, 0.0, 0.0, shown)


@kernel
def on_phase(phases, index):
    """Return the value of phase 0, 1 or 2."""
    if index == 0:
        return phases.l1
    return phases.l2 if index == 1 else phases.l3


@kernel
def step(settings, test, loads, sensor_s, on_mains, started, dt_s):
    """Return the test after this step; it runs only on the mains.

    `sensor_s` is how long the clamps have been dead.
    """
    law = settings.law.protect
    if not is_used(settings):
        return ended(UNUSED, 0.0, 0.0)
    stage = test.stage
    if loads.ct_ok == 0.0:
        brief = sensor_s < settings.law.grid.sensor_s and stage == PASSED
        return test if brief else ended(PENDING, 0.0, 0.0)
    if started or stage == UNUSED:
        return ended(PENDING, dt_s, test.shown)
    if stage == PASSED:
        return test
    timer_s = test.timer_s + dt_s
    if stage == FAILED:
        over = timer_s >= law.clamp_again_s
        return ended(PENDING if over else FAILED, 0.0 if over else timer_s, test.shown)
    if stage == PENDING:
        feed_w = total(loads.load_w) - total(loads.ld_w)
        if on_mains and feed_w >= law.clamp_w:
            believed = 1.0 if trusted(settings, test, 1.0) else 0.0
            return ClampTest(RUNNING, dt_s, believed, 0.0, 0.0, 0.0, 0.0, test.shown)
        return ended(PENDING, timer_s if timer_s <= 2.0 * law.clamp_again_s else 0.0, test.shown)
    if not on_mains:
        return ended(PENDING, 0.0, test.shown)
    if test.timer_s >= law.clamp_s:
        return read(settings, test, loads, dt_s)
    return ClampTest(
        stage,
        timer_s,
        test.believed,
        test.ct_w,
        test.ld_w,
        test.trials,
        test.found,
        test.shown,
    )


@kernel
def begun(test, stage, trials, found, dt_s):
    """Return a running test at the beginning of a phase."""
    return ClampTest(stage, dt_s, test.believed, 0.0, 0.0, trials, found, test.shown)


@kernel
def read(settings, test, loads, dt_s):
    """Return the test after it has read the last step of a part, and with it perhaps a phase."""
    place = int(test.stage - RUNNING)
    index = place // PARTS
    part = place - index * PARTS
    sign = 1.0 if part == 1 or part == 2 else -1.0
    ct_w = test.ct_w + sign * on_phase(loads.ct_w, index)
    ld_w = test.ld_w + sign * on_phase(loads.ld_w, index)
    if part == PARTS - 1:
        return judged(settings, test, float(index), ct_w, ld_w, dt_s)
    return ClampTest(
        test.stage + 1.0,
        dt_s,
        test.believed,
        ct_w,
        ld_w,
        test.trials,
        test.found,
        test.shown,
    )


@kernel
def judged(settings, test, index, ct_w, ld_w, dt_s):
    """Return the test after a phase has been read in full: the next one, the same, or the end."""
    law = settings.law.protect
    again = RUNNING + index * PARTS
    # Whatever has moved the phase, the clamp has to follow it.
    if ld_w < 0.0:
        ct_w, ld_w = -ct_w, -ld_w
    near_w = law.clamp_share * ld_w
    if ld_w < law.clamp_w:
        return ended(PENDING, 0.0 if test.believed > 0.0 else law.clamp_again_s, test.shown)
    # Something else has changed by more than the feed: no verdict.
    if abs(ct_w) > ld_w + near_w:
        return begun(test, again, 0.0, test.found, dt_s)
    found = test.found
    if ct_w < near_w:
        trials = max(test.trials, 0.0) + 1.0 if ct_w < -near_w else min(test.trials, 0.0) - 1.0
        if abs(trials) < law.clamp_trials:
            return begun(test, again, trials, found, dt_s)
        verdict = TURNED if trials > 0.0 else MISSING
        if int(found) & int(verdict) == 0:
            found += verdict
    if index + 1.0 < PHASES:
        return begun(test, again + PARTS, 0.0, found, dt_s)
    return ended(PASSED if found == 0.0 else FAILED, 0.0, found)


@kernel
def lowered(settings, test, stage, inverter, pv_w):
    """Return inverter power per phase and PV power with one phase lowered as the test wants it.

    What is not fed is first not taken from the sun, so the battery is never charged by it.
    """
    place = int(test.stage - RUNNING)
    index = place // PARTS
    part = place - index * PARTS
    lower_w = settings.law.protect.clamp_w
    fed_w = total(inverter)
    if place < 0 or part == 0 or part == PARTS - 1 or fed_w < lower_w:
        return inverter, pv_w
    link_w = link_for_ac(stage, fed_w) - link_for_ac(stage, fed_w - lower_w)
    sun_w = max(0.0, link_from_pv(stage, pv_w) - link_w)
    return Phases(
        inverter.l1 - (lower_w if index == 0 else 0.0),
        inverter.l2 - (lower_w if index == 1 else 0.0),
        inverter.l3 - (lower_w if index == 2 else 0.0),
    ), pv_for_link(stage, sun_w)
