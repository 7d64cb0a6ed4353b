"""The history of a living device: its energies are the twin's own meters and its registers."""

from datetime import date, datetime

import pytest

from twinverter.inverter import Meters
from twinverter.live.clock import Clock
from twinverter.live.store import Store
from twinverter.live.twin import Twin
from twinverter.monitor.columns import FIGURES, KEYS
from twinverter.monitor.levels import Plan
from twinverter.monitor.opened import open_history
from twinverter.monitor.outbox import Outbox
from twinverter.monitor.recorder import Recorder
from twinverter.ports.image import Image
from twinverter.scenario.clock import wall_of
from twinverter.scenario.house import load_house

ALL = (0, 1e10)
# Ten minutes before midnight: what is counted falls into two days, and into two years.
EVE = "2023-12-31T23:50:00"
COUNTERS = (
    ("solar_wh",     "pv_energy_total"),
    ("charge_wh",    "battery_charge_total"),
    ("discharge_wh", "battery_discharge_total"),
    ("buy_wh",       "grid_import_total"),
    ("sell_wh",      "grid_export_total"),
)  # fmt: skip
TODAY = {"discharge_wh": "battery_discharge_today", "buy_wh": "grid_import_today"}


class Recorded:
    """A twin, its recorder and its history; every tick on disk is seen."""

    def __init__(self, folder):
        self.store = Store.open(folder / "memory")
        begin = datetime.fromisoformat(EVE)
        self.twin = Twin(load_house(), self.store, Clock(now=lambda: 0.0), begin=begin)
        self.image = Image(self.twin)
        self.outbox = Outbox(folder / "outbox.sqlite", "home")
        self.history = open_history(folder / "history.duckdb", Plan())
        self.recorder = Recorder(self.outbox, Plan(), self.figures)
        self.look()

    def figures(self):
        return {key: float(self.image.value(key)) for key in KEYS}

    def look(self):
        self.twin.save()
        scene = self.twin.scene
        self.recorder.observe(scene.clock_s, scene.state.meters)

    def run(self, seconds, every=20):
        for second in range(seconds):
            self.twin.tick()
            if second % every == every - 1:
                self.look()
        return self

    def deliver(self):
        self.recorder.finish()
        self.outbox.deliver(self.history)
        return self.history

    def end(self):
        self.history.close()
        self.outbox.close()
        self.twin.close()
        self.store.close()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    found = Recorded(tmp_path_factory.mktemp("recorded")).run(1200)
    found.deliver()
    yield found
    found.end()


def test_the_total_is_the_twins_own_meters_and_its_registers(recorded):
    (total,) = recorded.history.read("home", "total", *ALL, figures=()).to_pylist()
    meters: Meters = recorded.twin.scene.state.meters
    assert total["span_s"] == 1200.0
    assert total["load_wh"] + total["home_wh"] > 0.0
    for name, figure in (("losses_wh", meters.losses_wh), ("solar_wh", meters.pv_wh),
                         ("discharge_wh", meters.battery_discharge_wh)):  # fmt: skip
        assert total[name] == pytest.approx(figure, abs=0.0011)
    for name, register in COUNTERS:
        assert round(total[name] / 1000.0, 1) == recorded.image.value(register), register


def test_a_day_is_what_the_device_counted_on_its_date(recorded):
    eve, new_year = recorded.history.read("home", "day", *ALL, figures=()).to_pylist()
    assert [eve["span_s"], new_year["span_s"]] == [600.0, 600.0]
    filed = recorded.store.filed
    ordinal = date(2024, 1, 1).toordinal()
    for name in ("discharge_wh", "buy_wh", "load_wh", "home_wh"):
        # The device files whole minutes: its last one of the new day is not over.
        assert eve[name] == pytest.approx(getattr(filed(ordinal - 1), name), abs=0.0011), name
        shown = getattr(recorded.twin.scene.today, name)
        assert new_year[name] == pytest.approx(shown, abs=0.0011), name
    for name, register in TODAY.items():
        assert round(new_year[name] / 1000.0, 1) == recorded.image.value(register)


def test_month_and_year_turn_with_the_day(recorded):
    for level in ("month", "year"):
        old, new = recorded.history.read("home", level, *ALL, figures=()).to_pylist()
        assert old["span_s"] == new["span_s"] == 600.0
        assert new["start_s"] == wall_of(date(2024, 1, 1))
        assert old["load_wh"] > 0.0


def test_every_row_that_moves_is_kept_as_its_register_shows_it(recorded):
    last = recorded.history.read("home", "samples", *ALL, sums=()).to_pylist()[-1]
    for figure in FIGURES:
        shown = float(recorded.image.value(figure.key))
        assert last[figure.key] == pytest.approx(shown, rel=1e-6, abs=1e-6), figure.key


def test_a_minute_each_by_the_devices_own_clock(recorded):
    held = recorded.history.read("home", "samples", *ALL, (), ())
    assert held["span_s"].to_pylist() == [60.0] * 20
    starts = held["start_s"].to_pylist()
    assert starts[0] % 60.0 == 0.0 and starts[-1] - starts[0] == 19 * 60.0
