"""Curves, strip and the energies of the day: exact from the meters, whatever the clock does."""

from contextlib import closing
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinverter.core import records
from twinverter.inverter import Meters, State
from twinverter.live import filing, sampler
from twinverter.live.memory import NO_ENERGY, Device, Energies, Moment, between, energies
from twinverter.live.store import Store

EPOCH = datetime(1970, 1, 1)
NOON = datetime(2023, 1, 2, 12)
ZERO = Meters(*[0.0] * len(Meters._fields))
STATE = records.build(State, dict.fromkeys(records.leaves(State), 0.0))


class Device1:
    """A device whose clock and meters a test moves, filed in a real store."""

    def __init__(self, store, start=NOON):
        self.store = store
        self.clock_s = (start - EPOCH).total_seconds()
        self.meters, self.soc = ZERO, 0.5
        count = sampler.fresh(self.clock_s, self.meters)
        self.sampler = sampler.Sampler(count, self.meters, self.soc, store.filed)

    def run(self, seconds, dt_s=10.0, mains=True, **powers_w):
        """Let time pass at these powers, named as the meters are (`pv=600`)."""
        for _ in range(round(seconds / dt_s)):
            flat = self.meters._asdict()
            for name, power_w in powers_w.items():
                flat[f"{name}_wh"] += power_w * dt_s / 3600.0
            self.meters = Meters(**flat)
            self.sampler.tick(self.clock_s, dt_s, self.meters, self.soc, mains)
            self.clock_s += dt_s
        return self

    def set(self, moment):
        """Set the clock."""
        self.clock_s = (moment - EPOCH).total_seconds()
        return self

    @property
    def today(self):
        """Return the energies of the date that the clock shows."""
        return self.sampler.today(self.clock_s)

    def save(self):
        """File what has ended."""
        held = (self.clock_s, 0.0, self.sampler.count, Device(), {})
        self.store.save_tick(STATE, Moment(*held, samples=self.sampler.take()))
        return self

    def die(self):
        """Go on as the next process would, from what was saved last."""
        count = self.store.load().count
        self.sampler = sampler.Sampler(count, self.meters, self.soc, self.store.filed)
        return self

    def curve(self, line, period, day=NOON):
        return self.save().store.curve(line, period, day.date())

    def day_wh(self, line, day=NOON):
        curve = self.curve(line, "day", day)
        return curve.up_wh, curve.down_wh


@pytest.fixture
def device(tmp_path):
    with closing(Store.open(tmp_path)) as store:
        yield Device1(store)


def full(values):
    """Return the places of a curve that hold something."""
    return {place: value for place, value in enumerate(values) if value is not None}


def test_a_day_is_a_curve_of_the_mean_power_of_each_minute(device):
    device.run(60, pv=600).run(30, pv=600).run(30, pv=1200).run(60)
    curve = device.run(10).curve("solar", "day")
    assert (curve.unit, curve.step_s, curve.start, len(curve.up)) == ("W", 60.0, "2023-01-02", 1440)
    assert full(curve.up) == {720: 600.0, 721: 900.0, 722: 0.0}
    assert (curve.labels[0], curve.labels[721], curve.down, curve.soc) == ("00:00", "12:01", [], [])
    assert curve.up_wh == pytest.approx(25.0)


# fmt: off
LINES = [
    # line              meters that run                           up W     down W
    ("solar",           {"pv": 600},                              600,     None),
    ("load",            {"load": 900, "load_unserved": 300},      600,     None),
    ("home",            {"home": 900, "home_unserved": 300},      600,     None),
    ("smart_load",      {"smart_load": 600},                      600,     None),
    ("buy",             {"buy": 600, "grid_import": 700},         600,     None),
    ("sell",            {"sell": 600, "grid_export": 700},        600,     None),
    ("grid",            {"buy": 600, "sell": 120},                600,     120),
    ("charge",          {"battery_charge": 600},                  600,     None),
    ("discharge",       {"battery_discharge": 600},               600,     None),
    ("battery",         {"battery_discharge": 600, "battery_charge": 120}, 600, 120),
    ("generator",       {"generator": 600},                       600,     None),
    ("micro_inverter",  {"micro_inverter": 600},                  600,     None),
]
# fmt: on


@pytest.mark.parametrize(("line", "powers_w", "up_w", "down_w"), LINES)
def test_each_line_shows_its_own_meters(device, line, powers_w, up_w, down_w):
    device.run(60, **powers_w).run(10)
    curve = device.curve(line, "day")
    assert full(curve.up) == {720: pytest.approx(up_w)}
    assert full(curve.down) == ({} if down_w is None else {720: pytest.approx(down_w)})
    assert full(curve.soc) == ({720: 0.5} if line == "battery" else {})
    month = device.curve(line, "month")
    assert full(month.up) == {1: pytest.approx(up_w / 60)}
    assert month.down_wh == pytest.approx((down_w or 0) / 60)


@pytest.mark.parametrize(("line", "period"), [("wind", "day"), ("solar", "week")])
def test_a_line_or_period_that_is_none_is_refused(device, line, period):
    with pytest.raises(KeyError):
        device.curve(line, period)


def test_months_years_and_total_are_bars_of_the_energy_of_their_days(device):
    for day in (datetime(2022, 12, 30), datetime(2023, 1, 2), datetime(2023, 1, 31)):
        device.set(day.replace(hour=12)).run(3600, 60.0, buy=1000, sell=100)
    device.set(datetime(2024, 2, 29, 12)).run(1800, 60.0, buy=1000).run(60, 60.0)
    january = device.curve("grid", "month")
    assert (january.unit, january.start, len(january.up)) == ("Wh", "2023-01-01", 31)
    assert full(january.up) == {1: pytest.approx(1000), 30: pytest.approx(1000)}
    assert full(january.down) == {1: pytest.approx(100), 30: pytest.approx(100)}
    assert (january.up_wh, january.down_wh) == (pytest.approx(2000), pytest.approx(200))
    assert len(device.curve("buy", "month", datetime(2024, 2, 1)).up) == 29
    year = device.curve("buy", "year")
    assert (year.labels, year.start) == ([str(month) for month in range(1, 13)], "2023-01-01")
    assert full(year.up) == {0: pytest.approx(2000)}
    total = device.curve("buy", "total")
    assert (total.labels, total.start) == (["2022", "2023", "2024"], "2022-01-01")
    assert full(total.up) == {0: pytest.approx(1000), 1: pytest.approx(2000), 2: pytest.approx(500)}
    assert total.up_wh == pytest.approx(3500)


def test_what_was_never_recorded_is_empty(device):
    curve = device.curve("solar", "day", datetime(2020, 5, 5))
    assert full(curve.up) == {} and curve.up_wh == 0.0
    assert device.curve("solar", "total").labels == ["2023"]


def test_an_older_day_is_kept_in_steps_of_five_minutes(device, monkeypatch):
    monkeypatch.setattr(filing, "KEPT_MINUTES", 20)
    device.set(datetime(2023, 1, 2, 23, 30)).run(1800, 60.0, pv=600)
    device.run(1140, 60.0, pv=1200)
    today = device.curve("solar", "day", datetime(2023, 1, 3))
    yesterday = device.curve("solar", "day")
    assert (today.step_s, len(full(today.up))) == (60.0, 18)
    assert (yesterday.step_s, len(yesterday.up)) == (300.0, 288)
    assert full(yesterday.up) == dict.fromkeys(range(282, 288), pytest.approx(600.0))
    assert yesterday.labels[282] == "23:30"
    assert yesterday.up_wh == pytest.approx(300.0)


def test_only_so_many_minutes_and_fives_are_kept_but_every_day(device, monkeypatch):
    monkeypatch.setattr(filing, "KEPT_MINUTES", 30)
    monkeypatch.setattr(filing, "KEPT_FIVES", 12)
    device.run(5 * 86400, 60.0, pv=60).save()
    count = "SELECT count(*) FROM "
    kept = [
        device.store._database.execute(count + t).fetchone()[0]
        for t in ("minutes", "fives", "days")
    ]
    assert kept == [30, 12, 6]
    assert device.curve("solar", "month").up_wh == pytest.approx(5 * 24 * 60 - 1)


def test_the_strip_holds_the_means_of_five_minutes_of_the_last_day(device):
    device.run(300, mains=False, pv=600, battery_charge=120, generator=60)
    device.run(150, mains=False, load=1200).run(
        150, load=600, battery_discharge=600, buy=60, sell=12
    )
    device.run(10)
    points = device.save().store.strip(device.clock_s)
    start_s = int((NOON - EPOCH).total_seconds())
    assert points == [
        {"clock_s": start_s, "pv_w": 600.0, "battery_w": -120.0, "grid_w": 0.0, "load_w": 0.0,
         "home_w": 0.0, "gen_w": 60.0, "soc": 0.5, "grid_there": 0.0},
        {"clock_s": start_s + 300, "pv_w": 0.0, "battery_w": 300.0, "grid_w": 24.0, "load_w": 900.0,
         "home_w": 0.0, "gen_w": 0.0, "soc": 0.5, "grid_there": 0.5},
    ]  # fmt: skip
    assert device.store.strip(start_s + 86400 + 300) == points[1:]
    assert device.store.strip(start_s + 300) == points[:1]


def test_the_energy_of_today_begins_anew_at_midnight(device):
    device.set(datetime(2023, 1, 2, 23)).run(3540, 60.0, pv=600)
    assert device.today.solar_wh == pytest.approx(590.0)
    assert device.run(60, 60.0, pv=600).today.solar_wh == 0.0
    device.run(60, 60.0, pv=600)
    assert device.today.solar_wh == pytest.approx(10.0)
    assert device.day_wh("solar") == (pytest.approx(600.0), 0.0)


def test_a_clock_set_to_another_day_and_back_counts_each_day_for_itself(device):
    device.run(600, pv=600).set(datetime(2023, 1, 9, 12)).run(60, pv=6000)
    assert device.today.solar_wh == pytest.approx(100.0)
    assert device.set(datetime(2023, 1, 2, 12, 30)).today.solar_wh == pytest.approx(100.0)
    device.set(datetime(2023, 1, 2, 12, 30)).run(60, pv=600)
    assert device.today.solar_wh == pytest.approx(110.0)
    device.save().set(datetime(2023, 1, 9, 15)).run(60, pv=60)
    assert device.today.solar_wh == pytest.approx(101.0)
    device.run(60)
    assert device.day_wh("solar") == (pytest.approx(110.0), 0.0)
    assert device.day_wh("solar", datetime(2023, 1, 9)) == (pytest.approx(101.0), 0.0)


def test_an_hour_that_comes_twice_is_the_mean_of_both_and_one_left_out_is_empty(device):
    autumn, spring = datetime(2023, 10, 29, 2), datetime(2023, 3, 26, 2)
    device.set(autumn).run(3600, 60.0, pv=600).set(autumn).run(3600, 60.0, pv=1200).run(60, 60.0)
    curve = device.curve("solar", "day", autumn)
    assert set(full(curve.up[120:180]).values()) == {900.0}
    assert curve.up_wh == pytest.approx(1800.0)
    device.set(spring.replace(hour=1)).run(3600, 60.0, pv=600)
    device.set(spring.replace(hour=3)).run(3600, 60.0, pv=600).run(60, 60.0)
    curve = device.curve("solar", "day", spring)
    assert full(curve.up[120:180]) == {} and curve.up_wh == pytest.approx(1200.0)


def test_a_clock_set_years_ahead_and_back_throws_nothing_away(device):
    device.run(600, pv=600).set(datetime(2053, 1, 1)).run(600, pv=600)
    device.set(NOON.replace(hour=13)).run(600, pv=600).run(10)
    curve = device.curve("solar", "day")
    assert curve.step_s == 60.0 and len(full(curve.up)) == 20


def test_a_hair_of_rounding_before_midnight_is_not_yesterday(device):
    device.set(datetime(2023, 1, 3))
    device.clock_s -= 1e-7
    device.run(120, 60.0, pv=600)
    assert full(device.curve("solar", "day", datetime(2023, 1, 3)).up) == {0: 600.0}


def test_a_minute_cut_by_the_end_of_the_process_is_one_minute(device):
    device.run(20, pv=600).save().die().run(40, pv=1200).run(10)
    assert full(device.curve("solar", "day").up) == {720: 1000.0}
    assert device.today.solar_wh == pytest.approx(16.67, abs=0.01)


def test_a_night_without_the_process_is_empty_and_shortens_nothing(device):
    device.run(30, pv=600).save().die().set(datetime(2023, 1, 3, 6)).run(60, pv=600).run(10)
    assert full(device.curve("solar", "day").up) == {720: 600.0}
    assert full(device.curve("solar", "day", datetime(2023, 1, 3)).up) == {360: 600.0}


DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("run"), st.integers(1, 40), st.sampled_from([1.0, 7.0, 60.0, 900.0])),
        st.tuples(st.just("jump"), st.integers(-3 * 86400, 3 * 86400), st.just(0.0)),
        st.tuples(st.just("save"), st.just(0), st.just(0.0)),
        st.tuples(st.just("die"), st.just(0), st.just(0.0)),
    ),
    max_size=25,
)


@settings(max_examples=25)
@given(deeds=DEEDS)
def test_whatever_befalls_the_clock_the_days_hold_exactly_what_the_meters_counted(
    deeds, tmp_path_factory
):
    with closing(Store.open(tmp_path_factory.mktemp("law"))) as store:
        device = Device1(store).save()
        for deed, amount, dt_s in deeds:
            if deed == "run":
                device.run(amount * dt_s, dt_s, pv=720, load=360)
            elif deed == "jump":
                device.clock_s += amount
            elif deed == "save":
                device.save()
            else:
                device.save().die()
        running = between(energies(device.meters), device.sampler.count.minute_start)
        today = device.today
        device.save()
        for table in ("days", "fives", "minutes"):
            filed = _sum(store, table)
            for name in ("solar_wh", "load_wh"):
                counted_wh = getattr(filed, name) + getattr(running, name)
                assert counted_wh == pytest.approx(getattr(energies(device.meters), name), abs=1e-6)
        day = sampler.ordinal(device.clock_s)
        runs = day == sampler.ordinal(device.sampler.count.minute_s)
        expected_wh = store.filed(day).solar_wh + (running.solar_wh if runs else 0.0)
        assert today.solar_wh == pytest.approx(expected_wh, abs=1e-6)


def _sum(store, table):
    if table == "days":
        found = filing.days(store._database, 1, date.max.toordinal())
    else:
        found = [(slot[0], slot[4]) for slot in filing.slots(store._database, table, -1e12, 1e12)]
    return Energies(*map(sum, zip(NO_ENERGY, *(energy for _, energy in found), strict=True)))
