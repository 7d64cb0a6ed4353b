"""Days of many houses as samples of a history: sun, loads, outages and a battery between them.

The shapes are assumed: a sine of the sun with a cloudiness a day, a house with an evening, mains
that fail at random. Energies balance to the thousandth, sample by sample, so what the portal shows
of them can be checked.
"""

from typing import NamedTuple

import numpy as np

from twinverter.monitor.batch import Batch, columns
from twinverter.monitor.columns import KEYS, PLACE, SUMS, THOUSANDTHS

DAY_S, HOUR_S = 86_400.0, 3600.0
# The last weeks are told finely, what is older by the quarter of an hour.
FINE_S, COARSE_S, FINE_DAYS = 300, 900, 35
LIMIT_W, CELL_V, PV1_V, PV2_V = 5000.0, 51.2, 571.0, 548.0
LOWEST_ON_GRID, LOWEST_ALONE = 0.35, 0.1
LOSS = 0.04


class Houses(NamedTuple):
    """What differs from house to house, a value each."""

    peak_w: np.ndarray
    load_w: np.ndarray
    battery_wh: np.ndarray
    outages_a_day: np.ndarray
    gen_w: np.ndarray


class Days(NamedTuple):
    """Time in rows, houses in columns; powers positive where they feed the loads."""

    start_s: np.ndarray
    span_s: np.ndarray
    pv_w: np.ndarray
    load_w: np.ndarray
    is_there: np.ndarray
    battery_w: np.ndarray
    grid_w: np.ndarray
    gen_w: np.ndarray
    unserved_w: np.ndarray
    soc: np.ndarray


def houses(count: int, dice: np.random.Generator) -> Houses:
    """Return houses of many sizes, a third of them with a generator."""
    return Houses(
        peak_w=dice.uniform(3000.0, 9500.0, count),
        load_w=dice.uniform(350.0, 1100.0, count),
        battery_wh=dice.uniform(5000.0, 15_000.0, count),
        outages_a_day=dice.uniform(0.1, 3.0, count),
        gen_w=np.where(np.arange(count) % 3 == 0, 5000.0, 0.0),
    )


def times(end_s: float, days: int) -> tuple[np.ndarray, np.ndarray]:
    """Return begins and spans of samples over whole days and the begun one before `end_s`."""
    midnight_s = end_s - end_s % DAY_S
    turn_s = midnight_s - min(days, FINE_DAYS) * DAY_S
    coarse_s = np.arange(midnight_s - days * DAY_S, turn_s, COARSE_S)
    fine_s = np.arange(turn_s, end_s - FINE_S + 0.5, FINE_S)
    spans = [np.full(len(coarse_s), float(COARSE_S)), np.full(len(fine_s), float(FINE_S))]
    return np.concatenate([coarse_s, fine_s]), np.concatenate(spans)


def days_of(kind: Houses, end_s: float, days: int, dice: np.random.Generator) -> Days:
    """Return what houses did up to `end_s`."""
    start_s, span_s = times(end_s, days)
    middle_s = start_s + span_s / 2.0
    hour, day = middle_s % DAY_S / HOUR_S, (middle_s // DAY_S).astype(int)
    count, number = len(kind.peak_w), day - day[0]
    clear = dice.beta(4.0, 1.6, (number[-1] + 1, count))[number]
    season = 1.0 - 0.15 * np.cos((day % 365.25 - 80.0) / 365.25 * 4.0 * np.pi)
    sun = np.clip(np.sin((hour - 6.2) / 12.0 * np.pi), 0.0, None) * (hour < 18.2)
    noise = dice.uniform(0.75, 1.0, (len(hour), count))
    pv_w = (sun**1.3 * season)[:, None] * clear * noise * kind.peak_w
    evening = (
        1.0 + 2.4 * np.exp(-(((hour - 20.0) / 2.2) ** 2)) + np.exp(-(((hour - 7.0) / 1.2) ** 2))
    )
    load_w = evening[:, None] * kind.load_w * dice.uniform(0.7, 1.3, (len(hour), count))
    there = _mains(kind, start_s, number, hour, dice)
    return _with_battery(
        kind, Days(start_s, span_s, pv_w, load_w, there, *(np.zeros_like(pv_w),) * 5)
    )


def _mains(kind: Houses, start_s: np.ndarray, number: np.ndarray, hour: np.ndarray,
           dice: np.random.Generator) -> np.ndarray:  # fmt: skip
    """Return whether the mains are there: up to one outage a day, some hours long."""
    shape = (number[-1] + 1, len(kind.peak_w))
    begin_h = dice.uniform(5.0, 21.0, shape)
    long_h = dice.exponential(1.5, shape) + 0.4
    fails = dice.random(shape) < kind.outages_a_day / 3.0
    inside = (hour[:, None] >= begin_h[number]) & (hour[:, None] < (begin_h + long_h)[number])
    return ~(inside & fails[number])


def _with_battery(kind: Houses, days: Days) -> Days:
    """Return days with what battery, mains and generator did about sun and loads."""
    battery_w, grid_w, gen_w, soc = (np.zeros_like(days.pv_w) for _ in range(4))
    unserved_w = np.zeros_like(days.pv_w)
    level = np.full(len(kind.peak_w), 0.6)
    for row, span_s in enumerate(days.span_s):
        hours, there = span_s / HOUR_S, days.is_there[row]
        need_w = days.load_w[row] / (1.0 - LOSS) - days.pv_w[row]
        lowest = np.where(there, LOWEST_ON_GRID, LOWEST_ALONE)
        most_w = np.clip((level - lowest) * kind.battery_wh / hours, 0.0, LIMIT_W)
        least_w = -np.clip((1.0 - level) * kind.battery_wh / hours, 0.0, LIMIT_W)
        battery = np.clip(need_w, least_w, most_w)
        rest_w = need_w - battery
        alone_w = np.where(there, 0.0, np.clip(rest_w, 0.0, None))
        gen = np.minimum(alone_w, kind.gen_w)
        battery_w[row], gen_w[row] = battery, gen
        grid_w[row], unserved_w[row] = np.where(there, rest_w, 0.0), alone_w - gen
        # What nobody takes is not drawn from the sun.
        days.pv_w[row] += np.where(there, 0.0, np.minimum(rest_w, 0.0))
        level = np.clip(level - battery * hours / kind.battery_wh, 0.0, 1.0)
        soc[row] = level
    return days._replace(
        battery_w=battery_w, grid_w=grid_w, gen_w=gen_w, unserved_w=unserved_w, soc=soc
    )


def batch_of(days: Days, house: int, name: str) -> Batch:
    """Return one house's days as samples, numbered from 0."""
    figures = np.full((len(days.start_s), len(KEYS)), np.nan)
    for key, column in _figures(days, house).items():
        figures[:, PLACE[key]] = column
    energies = _sums(days, house)
    sums = np.stack([energies.get(name, np.zeros(len(days.start_s))) for name in SUMS], axis=1)
    return columns(
        name,
        np.arange(len(days.start_s)),
        days.start_s,
        days.span_s,
        figures,
        np.round(sums * THOUSANDTHS).astype(np.int64),
    )


def _figures(days: Days, house: int) -> dict[str, np.ndarray]:
    pv_w, load_w, battery_w, grid_w, gen_w = (
        column[:, house]
        for column in (days.pv_w, days.load_w, days.battery_w, days.grid_w, days.gen_w)
    )
    volts = np.where(days.is_there[:, house], 230.0, 0.0)
    zero = np.zeros_like(pv_w)
    # fmt: off
    return {
        "pv1_power":                  pv_w * 0.52,
        "pv2_power":                  pv_w * 0.48,
        "pv1_voltage":                np.where(pv_w > 0.0, PV1_V, 0.0),
        "pv2_voltage":                np.where(pv_w > 0.0, PV2_V, 0.0),
        "pv1_current":                pv_w * 0.52 / PV1_V,
        "pv2_current":                pv_w * 0.48 / PV2_V,
        "battery_power":              battery_w,
        "battery_soc":                days.soc[:, house] * 100.0,
        "battery_voltage":            CELL_V - battery_w / 4000.0,
        "battery_current":            battery_w / CELL_V,
        "battery_corrected_capacity": zero + 200.0,
        "battery_temperature":        zero + 27.0,
        "grid_voltage_a":             volts,
        "grid_voltage_b":             volts,
        "grid_voltage_c":             volts,
        "grid_power_total":           grid_w,
        "grid_power_a":               grid_w,
        "grid_power_b":               zero,
        "grid_power_c":               zero,
        "grid_frequency":             np.where(volts > 0.0, 49.98, 0.0),
        "gen_power_total":            gen_w,
        "load_power_total":           load_w,
        "load_power_a":               load_w * 0.3,
        "load_power_b":               load_w * 0.15,
        "load_power_c":               load_w * 0.55,
        "heatsink_temperature":       30.0 + pv_w / 250.0,
    }
    # fmt: on


def _sums(days: Days, house: int) -> dict[str, np.ndarray]:
    hours = days.span_s / HOUR_S

    def energy(power_w: np.ndarray) -> np.ndarray:
        return np.clip(power_w, 0.0, None) * hours

    pv_w, battery_w, grid_w = days.pv_w[:, house], days.battery_w[:, house], days.grid_w[:, house]
    gen_w, unserved_w = days.gen_w[:, house], days.unserved_w[:, house]
    served_w = np.clip(days.load_w[:, house] - unserved_w * (1.0 - LOSS), 0.0, None)
    came_wh = (pv_w + battery_w + grid_w + gen_w) * hours
    return {
        "solar_wh": energy(pv_w), "load_wh": served_w * hours, "generator_wh": energy(gen_w),
        "charge_wh": energy(-battery_w), "discharge_wh": energy(battery_w),
        "buy_wh": energy(grid_w), "sell_wh": energy(-grid_w),
        "grid_import_wh": energy(grid_w), "grid_export_wh": energy(-grid_w),
        "unserved_wh": energy(unserved_w), "losses_wh": came_wh - served_w * hours,
        "generator_s": np.where(gen_w > 0.0, days.span_s, 0.0),
        "unserved_s": np.where(unserved_w > 1.0, days.span_s, 0.0),
    }  # fmt: skip
