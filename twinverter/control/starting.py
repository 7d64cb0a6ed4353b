"""The engine's start sequence: is its voltage good, is it tried again, does it run on (C-30, C-31).

Source: manual 5.6 (Gen Down Time), 5.9; times without print are law rows of group `gen`.
"""

from twinverter.catalog.choices import GENERATOR_INPUT, MANUAL, REST, RUN_ON
from twinverter.control.transfer import generator_good
from twinverter.core.kernel import kernel


@kernel
def voltage(settings, state, measurements, on_port, dt_s):
    """Return whether voltage is good, whether it may carry load, and both timers."""
    law = settings.law.gen
    ac = measurements.ac
    if on_port:
        low_v = min(ac.grid_v.l1, ac.grid_v.l2, ac.grid_v.l3)
        high_v = max(ac.grid_v.l1, ac.grid_v.l2, ac.grid_v.l3)
        good = generator_good(settings, low_v, high_v, ac.grid_hz)
    elif settings.gen_port.gen_port_mode == GENERATOR_INPUT:
        good = generator_good(settings, ac.gen_v, ac.gen_v, ac.gen_hz)
    else:
        good = False
    # A long step has not seen the voltage come; it knows since when it stands.
    before_s = state.good_s if state.good_s > 0.0 else ac.gen_standing_s
    good_s = before_s + dt_s if good else 0.0
    ready = good_s >= law.good_s + law.warm_s
    was_ready = state.good_s >= law.good_s + law.warm_s
    asked = state.requested > 0.0
    losing = asked and not good and (was_ready or state.lost_s > 0.0)
    return good, ready, good_s, state.lost_s + dt_s if losing else 0.0


@kernel
def tried(settings, state, requested, good, pause_s, dt_s):
    """Return tries, time of this try, the pause after it, and whether they are used up."""
    law = settings.law.gen
    tries, try_s, failed = state.tries, 0.0, state.failed
    if good or not requested:
        tries = 0.0
    elif pause_s <= 0.0:
        # Judged on what the last steps brought: a long first step is no failed start.
        try_s = state.try_s + dt_s
        if state.try_s >= law.try_s:
            tries, try_s, pause_s = tries + 1.0, 0.0, law.pause_s
            failed = 1.0 if tries >= law.tries else 0.0
    if settings.button.power_button == 0.0:
        failed = 0.0
    return tries, try_s, pause_s, failed


@kernel
def rests(settings):
    """Return whether Gen Down Time means a pause before the next start (C-31)."""
    meaning = settings.installer.gen_down_meaning
    if meaning == REST:
        return True
    if meaning == RUN_ON:
        return False
    return settings.installer.firmware != MANUAL


@kernel
def run_on_left_s(settings, state, wished, requested, time_left, dt_s):
    """Return how long the engine runs on unloaded once its time is used up.

    That is the printed meaning of Gen Down Time.
    """
    if requested or time_left or rests(settings):
        return 0.0
    if state.requested > 0.0 and wished:
        return settings.battery.gen_down_s
    return max(0.0, state.run_on_s - dt_s)
