"""The device's own law as the judge: many settings through the same world, and what each costs.

A world is made once and kept; a candidate's year then costs the stepping and nothing else. One
plans for a healthy machine, so the defects that a house file tells of are left out.
"""

from collections.abc import Sequence
from copy import copy
from typing import Any, NamedTuple

import numpy as np

from twinverter.catalog.settings import Settings
from twinverter.core.kernel import compiled
from twinverter.core.records import at_rest, dtype, readable
from twinverter.inverter import Site, initial
from twinverter.planner.bill import WH_PER_KWH, Account, Bill, Calendar, bill, calendar_of
from twinverter.planner.walk import COUNTERS, Offers, offered, walk
from twinverter.planner.years import Year
from twinverter.scenario.clock import DAY_S, date_of
from twinverter.scenario.house import CHUNK_ROWS, House
from twinverter.scenario.steps import Steps
from twinverter.scenario.world import INPUTS
from twinverter.scenario.world import World as Happening

# Rows that all devices walk through before the next: they stay in the processor's own memory.
PIECE_ROWS = 4320


class Trial(NamedTuple):
    """What is tried: settings, at a site, from a state of charge."""

    site: Site
    settings: Settings
    soc: float


class Verdict(NamedTuple):
    """What a trial came to."""

    account: Account
    bill: Bill
    soc: float


def trial_of(house: House) -> Trial:
    """Return a house as a trial."""
    return Trial(house.site, house.settings, house.initial_soc)


class World:
    """One year of a house, or some days of it, made once and lived through by many trials.

    A year at one minute takes about 190 MB. Trials may differ in everything but the PV inputs.
    """

    def __init__(self, year: Year, days: float | None = None, step_s: float = 60.0) -> None:
        self.house = year.house
        self.steps = self.house.steps(days=days, step_s=step_s)
        happening = self.house.world
        happening.check(self.steps)
        self.tariff = happening.tariff
        self.calendar = calendar_of(self.house.timezone, self.steps)
        self.inputs = _mixed(_rows(happening, self.steps), year, self.calendar)
        self.offers = _offers(self.house.site, self.inputs)
        prices = self.tariff.prices(self.steps)
        self.buy, self.sell = prices.buy / WH_PER_KWH, prices.sell / WH_PER_KWH
        self._band = prices.band
        dates = [date_of(float(day) * DAY_S) for day in self.calendar.wall_day]
        self.month = np.array([one.month for one in dates])
        window_s = step_s if self.tariff.demand is None else self.tariff.demand.window_s
        self._window_rows = max(1, round(window_s / step_s))

    @property
    def days(self) -> float:
        """Return how many days there are."""
        return float(self.calendar.lived.sum())

    def judge(self, trials: Sequence[Trial]) -> list[Verdict]:
        """Return what each trial comes to, all processor cores sharing the work."""
        if not trials:
            return []
        own = self.house.site
        if any((one.site.pv1, one.site.pv2) != (own.pv1, own.pv2) for one in trials):
            raise ValueError("a trial has other modules than its world")
        ambient_c = float(self.inputs["ambient_c"][0])
        states = np.concatenate(
            [at_rest(initial(one.site, one.settings, one.soc, ambient_c)) for one in trials]
        )
        tally = self.walked(
            np.concatenate([readable(one.site) for one in trials]),
            np.concatenate([readable(one.settings) for one in trials]),
            states,
            slice(0, len(self.inputs)),
        )
        socs = states["plant_battery_soc"]
        return [
            self._verdict(one.site, float(socs[place]), [part[place] for part in tally])
            for place, one in enumerate(trials)
        ]

    def judge_sets(self, sets: Sequence[tuple[int, Trial]]) -> Verdict:
        """Return what a year comes to with settings that change on the first day of some months.

        Each set holds from its month (1 to 12) on, the last of them also before the first.
        """
        (_, first), *_ = ordered = sorted(sets, key=lambda one: one[0])
        states = at_rest(
            initial(first.site, first.settings, first.soc, float(self.inputs["ambient_c"][0]))
        )
        place = np.searchsorted([month for month, _ in ordered], self.month, side="right") - 1
        holds = (place % len(ordered))[self.calendar.day]
        edges = [0, *(np.flatnonzero(np.diff(holds)) + 1), len(holds)]
        tallies = []
        for begin, end in zip(edges, edges[1:], strict=False):
            trial = ordered[holds[begin]][1]
            rows = slice(int(begin), int(end))
            tallies.append(
                self.walked(readable(trial.site), readable(trial.settings), states, rows)
            )
        summed = [np.sum(parts, axis=0)[0] for parts in zip(*tallies, strict=True)]
        return self._verdict(first.site, float(states["plant_battery_soc"][0]), summed)

    def part(self, months: Sequence[int]) -> "World":
        """Return the world of some months (1 to 12) alone, as if they followed on each other."""
        days = np.flatnonzero(np.isin(self.month, months))
        rows = np.isin(self.calendar.day, days)
        part = copy(self)
        part.inputs, part.offers = self.inputs[rows], self.offers[rows]
        part.buy, part.sell, part._band = self.buy[rows], self.sell[rows], self._band[rows]
        whole = self.calendar
        part.calendar = Calendar(
            np.searchsorted(days, whole.day[rows]),
            whole.wall_day[days],
            np.unique(whole.month[days], return_inverse=True)[1],
            whole.lived[days],
        )
        part.month = self.month[days]
        return part

    def walked(
        self, sites: np.ndarray, settings: np.ndarray, states: np.ndarray, rows: slice
    ) -> tuple[np.ndarray, ...]:
        """Carry devices through some rows; return energies, money, peaks and counters by day.

        `states` is changed in place.
        """
        devices, days = len(states), len(self.calendar.lived)
        tally = (
            np.zeros((devices, days, len(self.tariff.band_names), 2)),
            np.zeros((devices, days, 2)),
            np.zeros((devices, days)),
            np.zeros((devices, days, len(COUNTERS))),
        )
        through = compiled(walk, parallel=True)
        for first in range(rows.start, rows.stop, PIECE_ROWS):
            part = slice(first, min(first + PIECE_ROWS, rows.stop))
            through(
                sites, settings, states, self.inputs[part], self.offers[part], self.buy[part],
                self.sell[part], self._band[part], self.calendar.day[part], self._window_rows,
                *tally, self.steps.step_s,
            )  # fmt: skip
        return tally

    def _verdict(self, site: Site, soc: float, tally: Sequence[np.ndarray]) -> Verdict:
        energy_wh, money, peak_w, counters = tally
        bank = site.battery
        day = np.diff(counters, axis=0, prepend=0.0)
        named: dict[str, Any] = {name: day[:, place] for place, name in enumerate(COUNTERS)}
        capacity_wh = bank.capacity_ah * bank.ocv_v[len(bank.ocv_v) // 2]
        account = Account(
            bought_wh=energy_wh[:, :, 0],
            sold_wh=energy_wh[:, :, 1],
            bought_money=money[:, 0],
            sold_money=money[:, 1],
            peak_w=peak_w,
            wear_wh=named.pop("capacity_loss") * capacity_wh,
            **named,
        )
        return Verdict(account, bill(self.tariff, self.calendar, account), soc)


def _rows(happening: Happening, steps: Steps) -> np.ndarray:
    """Return the inputs of all steps, made a piece at a time."""
    rows = np.empty(steps.count, INPUTS)
    for first in range(0, steps.count, CHUNK_ROWS):
        count = min(CHUNK_ROWS, steps.count - first)
        part = Steps(steps.start_s + first * steps.step_s, steps.step_s, count)
        rows[first : first + count] = happening.inputs(part)
    return rows


def _mixed(rows: np.ndarray, year: Year, calendar: Calendar) -> np.ndarray:
    """Return the rows with the measured parts put together from days, as the year has it."""
    lengths = np.bincount(calendar.day)
    begins = np.append(0, np.cumsum(lengths))
    for part in year.parts:
        places = year.sources(part, calendar.wall_day, lengths)
        from_row = np.concatenate([np.arange(begins[place], begins[place + 1]) for place in places])
        for column in part.columns:
            rows[column] = rows[column][from_row]
    return rows


def _offers(site: Site, inputs: np.ndarray) -> np.ndarray:
    offers = np.zeros(len(inputs), dtype(Offers))
    compiled(offered)(readable(site), inputs, offers, np.zeros(2))
    return offers
