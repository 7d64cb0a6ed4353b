"""Dice that throw a machine's world, its defects and the length of its steps.

Kernel functions, so that they run plain and compiled alike. The dice are those of Lehmer
(multiplier 16807, modulus 2^31 - 1), exact in doubles; each throw returns them anew.
"""

import math

from twinverter.core.blocks import Phases
from twinverter.core.kernel import kernel
from twinverter.inverter import NO_LIMIT_A, NO_LIMIT_V, UNSAID, Inputs, Site
from twinverter.plant.defects import SOUND, SOUND_OHM, Defects

MODULUS, FACTOR = 2147483647.0, 16807.0
# How often one thing is broken where something is.
WRONG = 0.04


@kernel
def thrown(dice):
    """Return the dice after one throw, and a value from 0 to 1."""
    dice = (dice * FACTOR) % MODULUS
    return dice, dice / MODULUS


@kernel
def picked(dice, often, one, two, three):
    """Return the dice and the first value mostly, else one of the three others."""
    dice, share = thrown(dice)
    if share < 0.7:
        return dice, often
    return dice, one if share < 0.8 else (two if share < 0.9 else three)


@kernel
def flag(dice, chance):
    """Return the dice and 1.0 with this chance."""
    dice, share = thrown(dice)
    return dice, 1.0 if share < chance else 0.0


@kernel
def power(dice, most_w):
    """Return the dice and a power per phase, often none, often on one phase only."""
    dice, size = thrown(dice)
    dice, kind = thrown(dice)
    power_w = most_w * size * size
    if kind < 0.25:
        return dice, Phases(0.0, 0.0, 0.0)
    if kind < 0.5:
        return dice, Phases(power_w, 0.0, 0.0)
    if kind < 0.75:
        return dice, Phases(power_w, power_w, power_w)
    return dice, Phases(0.2 * power_w, power_w, 0.0)


@kernel
def mains(dice, nominal_v, nominal_hz):
    """Return the dice, voltages and frequency: good, mostly."""
    dice, kind = thrown(dice)
    dice, share = thrown(dice)
    good_v = nominal_v * (0.97 + 0.06 * share)
    if kind < 0.6:
        return dice, Phases(good_v, good_v, good_v), nominal_hz
    if kind < 0.7:
        return dice, Phases(0.0, 0.0, 0.0), nominal_hz
    if kind < 0.8:
        wild_v = nominal_v * (0.3 + 0.9 * share)
        return dice, Phases(wild_v, wild_v, wild_v), nominal_hz
    if kind < 0.9:
        return dice, Phases(good_v, good_v, nominal_v * 1.3 * share), nominal_hz
    return dice, Phases(good_v, good_v, good_v), nominal_hz + 6.0 * (share - 0.5)


@kernel
def stirred(dice, inputs, nominal_v, nominal_hz):
    """Return the dice and the world after some of it has been thrown anew."""
    sun1, sun2, cell_c = inputs.irradiance1_w_m2, inputs.irradiance2_w_m2, inputs.cell1_c
    load, home, smart = inputs.load_w, inputs.home_w, inputs.smart_load_w
    micro_w, ambient_c = inputs.micro_inverter_w, inputs.ambient_c
    grid_v, grid_hz, angle = inputs.grid_v, inputs.grid_hz, inputs.grid_angle_rad
    dice, what = thrown(dice)
    if what < 0.2:
        dice, share = thrown(dice)
        dice, second = picked(dice, 1.0, 0.0, 0.5, 0.1)
        dice, cell = thrown(dice)
        sun1 = max(0.0, 1400.0 * share - 200.0)
        sun2, cell_c = sun1 * second, 100.0 * cell - 20.0
    elif what < 0.45:
        dice, load = power(dice, 9000.0)
        dice, home = power(dice, 6000.0)
        dice, smart = power(dice, 2000.0)
        dice, micro_w = picked(dice, 0.0, 500.0, 3000.0, 9000.0)
    elif what < 0.7:
        dice, grid_v, grid_hz = mains(dice, nominal_v, nominal_hz)
        dice, turned = picked(dice, 0.0, 0.2, -0.5, 1.5)
        angle = Phases(turned, turned, turned)
    elif what < 0.78:
        dice, ambient_c = picked(dice, 25.0, 50.0, 61.0, -26.0)
    dice, order_ok = flag(dice, 0.98)
    dice, ct_ok = flag(dice, 0.95)
    dice, gen_ready = flag(dice, 0.7)
    dice, by_hand = flag(dice, 0.1)
    dice, silent = flag(dice, 0.05)
    dice, charge_a = picked(dice, NO_LIMIT_A, NO_LIMIT_A, 0.0, 30.0)
    dice, discharge_a = picked(dice, NO_LIMIT_A, NO_LIMIT_A, 0.0, 30.0)
    dice, force = flag(dice, 0.05)
    dice, sensor_ok = flag(dice, 0.95)
    dice, drm = flag(dice, 0.1)
    dice, mode = thrown(dice)
    dice, forced = flag(dice, 0.1)
    dice, looked_after = flag(dice, 0.3)
    return dice, Inputs(
        inputs.clock_s, sun1, sun2, cell_c, cell_c, ambient_c, load, home, smart, micro_w, grid_v,
        grid_hz, angle, order_ok, ct_ok, gen_ready, by_hand, silent, UNSAID, NO_LIMIT_V, charge_a,
        discharge_a, force, sensor_ok, drm * math.floor(512.0 * mode), forced, looked_after,
    )  # fmt: skip


@kernel
def some(dice, usual):
    """Return the dice and a defect: sound mostly, else up to twice its usual size."""
    dice, there = thrown(dice)
    dice, size = thrown(dice)
    return dice, 2.0 * usual * size if there < WRONG else 0.0


@kernel
def broken(dice):
    """Return the dice and what is broken now: nothing mostly."""
    dice, any_on = thrown(dice)
    if any_on < 0.7:
        return dice, SOUND
    dice, pv1 = flag(dice, WRONG)
    dice, pv2 = flag(dice, WRONG)
    dice, earth = flag(dice, WRONG)
    dice, arc = flag(dice, WRONG)
    dice, short1_a = some(dice, 25.0)
    dice, short2_a = some(dice, 25.0)
    dice, leak_a = some(dice, 0.1)
    dice, damp_a = some(dice, 0.5)
    dice, short = flag(dice, WRONG)
    dice, bypass_a = some(dice, 40.0)
    dice, link_open = flag(dice, WRONG)
    dice, link_a = some(dice, 40.0)
    dice, unbalance_v = some(dice, 80.0)
    dice, battery_a = some(dice, 450.0)
    dice, bond = flag(dice, 0.3)
    dice, fan = flag(dice, WRONG)
    dice, stop = flag(dice, 0.5 * WRONG)
    dice, unreadable = flag(dice, WRONG)
    dice, unwritable = flag(dice, 0.5 * WRONG)
    dice, bms = flag(dice, WRONG)
    dice, turned = flag(dice, WRONG)
    dice, off = flag(dice, WRONG)
    dice, swapped = flag(dice, WRONG)
    dice, lost = some(dice, 0.5)
    dice, peer_off = flag(dice, WRONG)
    dice, clash = flag(dice, WRONG)
    return dice, Defects(
        1.0, pv1, pv2, 1.0e4 if earth > 0.0 else SOUND_OHM, arc, short1_a, short2_a, leak_a,
        damp_a, short, bypass_a, link_open, link_a, unbalance_v, battery_a, bond, fan, stop,
        unreadable, unwritable, bms, turned, off, swapped, lost, peer_off, clash,
    )  # fmt: skip


@kernel
def with_defects(site, defects):
    """Return a site where exactly this is broken."""
    return Site(
        site.pv1, site.pv2, site.tracker, site.battery, site.bridge, site.feeder, site.genset,
        site.micro_inverters, defects, site.rlc,
    )  # fmt: skip


@kernel
def step_length(dice):
    """Return the dice and a length of steps: milliseconds to an hour."""
    dice, share = thrown(dice)
    if share < 0.3:
        return dice, 1.0
    if share < 0.5:
        return dice, 0.1
    return dice, 10.0 ** (7.0 * share - 3.5)


@kernel
def at(inputs, clock_s):
    """Return the same world at another moment."""
    return Inputs(
        clock_s, inputs.irradiance1_w_m2, inputs.irradiance2_w_m2, inputs.cell1_c, inputs.cell2_c,
        inputs.ambient_c, inputs.load_w, inputs.home_w, inputs.smart_load_w,
        inputs.micro_inverter_w, inputs.grid_v, inputs.grid_hz, inputs.grid_angle_rad,
        inputs.phase_order_ok, inputs.ct_ok, inputs.gen_ready, inputs.gen_by_hand,
        inputs.bms_silent, inputs.bms_soc, inputs.bms_charge_max_v, inputs.bms_charge_max_a,
        inputs.bms_discharge_max_a, inputs.bms_force_charge, inputs.battery_sensor_ok, inputs.drm,
        inputs.forced_island, inputs.acknowledged,
    )  # fmt: skip
