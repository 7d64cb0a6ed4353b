"""What tuning may move: the knobs of the menu, and a hand of values for all of them.

A hand is a plain tuple of numbers, one a knob, so that a search can shake and mix it without
knowing what a setting is; `settings_of` turns it into settings as a house file writes them. Knobs
that the house cannot use (no clamps, no generator, a contract that forbids selling) are left out,
and every hand made here keeps what the owner wishes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from twinverter.catalog.settings import find
from twinverter.planner.foresight import deepest_soc
from twinverter.planner.wishes import NO_WISHES, Wishes
from twinverter.scenario.clock import MINUTE_S
from twinverter.scenario.house import House
from twinverter.scenario.tariff import WEEK

ROWS = 6
DAY_MIN = 1440
TIME, LEVEL, POWER, TICK, CHOICE, CURRENT = "time", "level", "power", "tick", "choice", "current"
# How finely each kind of knob is turned, and what is a round value of it.
GRID = {TIME: 10.0, LEVEL: 1.0, POWER: 100.0, TICK: 1.0, CHOICE: 1.0, CURRENT: 1.0}
ROUND = {TIME: 30.0, LEVEL: 5.0, POWER: 500.0, TICK: 1.0, CHOICE: 1.0, CURRENT: 5.0}


@dataclass(frozen=True)
class Knob:
    """One setting that tuning may move, within its range and by steps; `words` of a choice."""

    key: str
    kind: str
    low: float
    high: float
    step: float
    words: tuple[str, ...] = ()

    def rounded(self, value: float) -> float:
        """Return the nearest value the knob is turned to."""
        turned = round((value - self.low) / self.step) * self.step + self.low
        return min(self.high, max(self.low, turned))

    def written(self, value: float) -> Any:
        """Return the value as a house file writes it."""
        if self.kind == TICK:
            return value > 0.5
        if self.kind == CHOICE:
            return self.words[int(value)]
        if self.kind == TIME:
            minute = int(value) % DAY_MIN
            return f"{minute // 60:02d}:{minute % 60:02d}"
        return int(value)


Hand = tuple[float, ...]


class Menu:
    """The knobs of one house, in the order of the panel.

    Hands are tuples of one number a knob; those made here hold legal values, rising times and what
    is wished: `reserve_pct` above the shutdown level on the mains, no generator in quiet hours.
    """

    def __init__(
        self,
        house: House,
        wishes: Wishes = NO_WISHES,
        reserve_pct: float = 0.0,
    ) -> None:
        self.house = house
        self.reserve_pct = reserve_pct
        self._quiet_min = [
            (start_s / MINUTE_S, end_s / MINUTE_S) for start_s, end_s in wishes.quiet_s
        ]
        self.knobs = tuple(self._drawn())
        self.place = {knob.key: place for place, knob in enumerate(self.knobs)}
        self._rows = [self.place[f"tou{row}_time"] for row in range(1, ROWS + 1)]
        self._width = (len(self.knobs) - self._rows[0]) // ROWS
        # Above every level and current, so that the rows rule.
        self.fixed: dict[str, Any] = {"max_solar_power_w": 10400, "max_sell_power_w": 8800}
        if not house.world.tariff.may_sell:
            self.fixed["solar_sell"] = False
        self.now = self.tidied(
            [self._number_of(knob, house.values[knob.key]) for knob in self.knobs]
        )

    def _drawn(self) -> list[Knob]:
        """Return the knobs that the house can use."""
        house, reserve_pct = self.house, self.reserve_pct
        has_engine = house.form.site.genset is not None
        measured = house.form.site.measuring
        may_sell = house.world.tariff.may_sell
        most_a = max(5.0, float(house.values["max_charge_a"]))
        deepest = 100.0 * deepest_soc(house)
        modes = ["selling_first"] * may_sell + ["zero_export_load"]
        if measured.ct or measured.meter != "none":
            modes.append("zero_export_ct")
        knobs = [
            self._choice("work_mode", modes),
            *([self._tick("solar_sell")] if may_sell else []),
            self._choice("energy_pattern", ("batt_first", "load_first")),
            self._tick("grid_charge"),
            self._number("grid_charge_a", CURRENT, 5.0, most_a),
            self._number("low_batt_soc_pct", LEVEL, 5.0, max(80.0, reserve_pct)),
            self._number("shutdown_soc_pct", LEVEL, deepest, 40.0),
            self._number("restart_soc_pct", LEVEL, 5.0, 90.0),
            self._tick("grid_peak_shaving"),
            self._number("grid_peak_shaving_w", POWER, 500.0, 12000.0),
            self._tick("tou_enable"),
        ]
        if has_engine:
            knobs += [
                self._tick("gen_charge"),
                self._number("gen_charge_a", CURRENT, 5.0, most_a),
                self._number("gen_start_soc_pct", LEVEL, 0.0, 90.0),
                self._number("gen_stop_soc_pct", LEVEL, 10.0, 100.0),
            ]
        # A day without its tick has no row that could hold the generator back.
        by_day = any(len(band.weekdays) < WEEK for band in house.world.tariff.bands)
        if by_day and not self._quiet_min:
            knobs += [self._tick("tou_sat"), self._tick("tou_sun")]
        for row in range(1, ROWS + 1):
            knobs += [
                self._knob(f"tou{row}_time", TIME, 0.0, DAY_MIN - GRID[TIME]),
                self._number(f"tou{row}_power_w", POWER),
                self._number(f"tou{row}_batt_pct", LEVEL),
                self._tick(f"tou{row}_grid_charge"),
            ]
            if has_engine:
                knobs.append(self._tick(f"tou{row}_gen_charge"))
        return knobs

    def _knob(self, key: str, kind: str, low: float, high: float, *words: str) -> Knob:
        return Knob(find(key).key, kind, low, high, GRID[kind], words)

    def _number(
        self, key: str, kind: str, low: float | None = None, high: float | None = None
    ) -> Knob:
        row = find(key)
        bottom = float(row.low or 0.0) if low is None else low
        return self._knob(key, kind, bottom, float(row.high or 0.0) if high is None else high)

    def _choice(self, key: str, words: Sequence[str]) -> Knob:
        return self._knob(key, CHOICE, 0.0, len(words) - 1.0, *words)

    def _tick(self, key: str) -> Knob:
        return self._knob(key, TICK, 0.0, 1.0)

    def hand_of(self, values: Mapping[str, Any]) -> Hand:
        """Return the hand that holds stored settings, as near as the knobs are turned."""
        return self.tidied([self._number_of(knob, values[knob.key]) for knob in self.knobs])

    def _number_of(self, knob: Knob, value: Any) -> float:
        if knob.kind == CHOICE:
            return float(knob.words.index(value)) if value in knob.words else 0.0
        if knob.kind == TIME:
            hour, minute = str(value).split(":")
            return float(int(hour) * 60 + int(minute))
        return float(value)

    def changed(self, hand: Hand, **changes: float) -> Hand:
        """Return a hand with some knobs turned, by their keys; keys it has no knob for are none."""
        values = list(hand)
        for key, value in changes.items():
            if key in self.place:
                values[self.place[key]] = value
        return self.tidied(values)

    def tidied(self, values: Sequence[float]) -> Hand:
        """Return values on their knobs' grids, times rising, levels in order, wishes kept.

        A row that begins earlier comes first, and takes with it what belongs to it.
        """
        turned = [knob.rounded(value) for knob, value in zip(self.knobs, values, strict=True)]
        rows = [turned[at : at + self._width] for at in self._rows]
        rows.sort(key=lambda row: row[0])
        turned[self._rows[0] :] = [value for row in rows for value in row]
        self._order_levels(turned)
        if self._quiet_min and "gen_charge" in self.place:
            self._keep_quiet(turned)
        return tuple(turned)

    def _order_levels(self, turned: list[float]) -> None:
        shutdown, low, restart = (
            self.place[key] for key in ("shutdown_soc_pct", "low_batt_soc_pct", "restart_soc_pct")
        )
        turned[shutdown] = min(turned[shutdown], 100.0 - self.reserve_pct)
        floor = turned[shutdown] + self.reserve_pct
        turned[low] = max(turned[low], floor)
        turned[restart] = max(turned[restart], turned[low], turned[shutdown] + GRID[LEVEL])
        if self.reserve_pct > 0.0:
            for row in range(1, ROWS + 1):
                target = self.place[f"tou{row}_batt_pct"]
                turned[target] = max(turned[target], floor)
        if "gen_start_soc_pct" in self.place:
            start, stop = self.place["gen_start_soc_pct"], self.place["gen_stop_soc_pct"]
            turned[stop] = max(turned[stop], turned[start] + GRID[LEVEL])

    def _keep_quiet(self, turned: list[float]) -> None:
        """Take the generator's tick from every row that reaches into quiet hours.

        Without time of use no row can hold it back, so the page's own tick goes.
        """
        if turned[self.place["tou_enable"]] < 0.5:
            turned[self.place["gen_charge"]] = 0.0
        begins = [turned[at] for at in self._rows]
        for row, begin in enumerate(begins, start=1):
            end = begins[row % ROWS]
            end += DAY_MIN if end <= begin else 0.0
            if begins.count(begin) == ROWS or any(
                begin < quiet_end + turn and quiet_start + turn < end
                for quiet_start, quiet_end in self._quiet_min
                for turn in (-DAY_MIN, 0.0, DAY_MIN)
            ):
                turned[self.place[f"tou{row}_gen_charge"]] = 0.0

    def settings_of(self, hand: Hand) -> dict[str, Any]:
        """Return the settings a hand stands for, as a house file writes them.

        What is not turned keeps the value that is set now, to its last digit.
        """
        chosen = {}
        for knob, value, before in zip(self.knobs, hand, self.now, strict=True):
            now = self.house.values[knob.key]
            as_now = value == before and knob.rounded(self._number_of(knob, now)) == value
            chosen[knob.key] = now if as_now else knob.written(value)
        return self.fixed | chosen

    def house_of(self, hand: Hand) -> House:
        """Return the house with a hand's settings; HouseError where the menu refuses them."""
        return self.house.with_settings(
            {
                key: value
                for key, value in self.settings_of(hand).items()
                if value != self.house.values[key]
            }
        )
