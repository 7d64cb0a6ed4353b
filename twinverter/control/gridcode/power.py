"""Active power: limit, volt-watt of feeding and of charging, frequency droop both ways (C-51).

Sources: IEEE 1547-2018, 4.6.2 (limit), 5.4.2 (volt-watt), 6.5.2.7 (droop); the manual's FW and VW
(5.8). Shares are of the rated power; a share of 1.0 asks nothing. A droop begins with the power
the machine gave when the frequency left its band, and ends when that power is reached again.
"""

from twinverter.control.gridcode.curves import between, lagged
from twinverter.core.blocks import clamp, ramp
from twinverter.core.kernel import kernel

# The frequency asks for less, for more, or has asked and the power is on its way back.
NOTHING, LESS, MORE, BACK = 0.0, 1.0, -1.0, 2.0
# A lag this near to its end has ended.
NEAR = 1.0e-3


@kernel
def limit_share(settings, last, dt_s):
    """Return the active power limit in force; it moves over the whole rating in its time."""
    asked = settings.law.support
    if asked.limit_on == 0.0:
        return 1.0
    if asked.limit_response_s <= 0.0:
        return asked.limit
    return ramp(last, asked.limit, 1.0 / asked.limit_response_s, dt_s)


@kernel
def eased(last, wanted, response_s, dt_s):
    """Return a lagged share that asks nothing any more once it is nearly there."""
    share = lagged(last, wanted, response_s, dt_s)
    return 1.0 if wanted >= 1.0 and share > 1.0 - NEAR else share


@kernel
def volt_watt_share(settings, last, highest_v, voltage_v, dt_s):
    """Return what high voltage leaves of feeding (C-51)."""
    if settings.support.volt_watt == 0.0:
        return 1.0
    asked = settings.law.support
    judged_v = highest_v if asked.vw_highest_phase > 0.0 else voltage_v
    grid = settings.grid
    wanted = between(judged_v, grid.vw_vstart_v, 1.0, grid.vw_vstop_v, asked.vw_stop_share)
    return eased(last, wanted, asked.vw_response_s, dt_s)


@kernel
def charge_share(settings, last, voltage_v, dt_s):
    """Return what low voltage leaves of charging."""
    asked = settings.law.support
    if asked.vw_charge_high <= 0.0:
        return 1.0
    ratio = voltage_v / settings.grid.nominal_v
    wanted = between(ratio, asked.vw_charge_low, asked.vw_charge_share, asked.vw_charge_high, 1.0)
    return eased(last, wanted, asked.vw_response_s, dt_s)


@kernel
def side_of(settings, event, frequency_hz):
    """Return whether the frequency asks for less or for more power than there was."""
    asked = settings.law.support
    nominal_hz = settings.grid.grid_frequency_hz
    if asked.droop_over_k > 0.0:
        if frequency_hz > nominal_hz + asked.droop_over_hz:
            return LESS
    elif settings.support.freq_watt > 0.0:
        held = event == LESS and asked.fw_return_hz > 0.0 and frequency_hz > asked.fw_return_hz
        if held or frequency_hz > settings.grid.fw_fstart_hz:
            return LESS
    if asked.droop_under_k > 0.0 and frequency_hz < nominal_hz - asked.droop_under_hz:
        return MORE
    return NOTHING


@kernel
def asked_w(settings, side, from_w, last_w, frequency_hz):
    """Return the power that droop or FW asks for at a frequency beyond its band."""
    asked = settings.law.support
    rated_w = settings.law.rating.ac_rated_w
    nominal_hz = settings.grid.grid_frequency_hz
    if side == MORE:
        short_hz = nominal_hz - asked.droop_under_hz - frequency_hz
        return min(rated_w, from_w + rated_w * short_hz / (nominal_hz * asked.droop_under_k))
    if asked.droop_over_k > 0.0:
        over_hz = frequency_hz - nominal_hz - asked.droop_over_hz
        least_w = -rated_w if asked.droop_battery > 0.0 else min(0.0, from_w)
        return max(least_w, from_w - rated_w * over_hz / (nominal_hz * asked.droop_over_k))
    grid = settings.grid
    left = between(frequency_hz, grid.fw_fstart_hz, 1.0, grid.fw_fstop_hz, 0.0)
    cap_w = max(0.0, from_w) * left
    return min(cap_w, max(0.0, last_w)) if asked.fw_return_hz > 0.0 else cap_w


@kernel
def droop(settings, event, from_w, droop_w, power_w, frequency_hz, dt_s):
    """Return the event (asked, or on its way back), the power it began with and the one it asks."""
    side = side_of(settings, event, frequency_hz)
    if side == NOTHING:
        if event == NOTHING:
            return NOTHING, 0.0, 0.0
        wanted_w = from_w
        event = clamp(BACK * event, -BACK, BACK)
    else:
        if event != side and event != BACK * side:
            from_w = droop_w = power_w
        event = side
        wanted_w = asked_w(settings, side, from_w, droop_w, frequency_hz)
    asked = settings.law.support
    drooped = event < 0.0 or asked.droop_over_k > 0.0
    droop_w = lagged(droop_w, wanted_w, asked.droop_response_s if drooped else 0.0, dt_s)
    rated_w = settings.law.rating.ac_rated_w
    if side == NOTHING and abs(droop_w - from_w) <= NEAR * rated_w:
        return NOTHING, 0.0, 0.0
    return event, from_w, droop_w
