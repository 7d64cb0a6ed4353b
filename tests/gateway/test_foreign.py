"""Counters of foreign devices become samples: nothing lost, nothing doubled, whatever happens."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinverter.gateway.foreign import Foreign
from twinverter.gateway.reading import codes, of_values, of_words
from twinverter.monitor.delivery import Acknowledged
from twinverter.monitor.history import HistoryAway
from twinverter.monitor.levels import Plan
from twinverter.monitor.opened import open_history

# Monday, 2 January 2023, 12:00 UTC: 13:00 on the wall in Lagos.
NOON_S = 1672660800.0
LAGOS_S = 3600.0
ALL = (0, 1e10)


class Inbox:
    """Takes deliveries into a history, unless it is away."""

    def __init__(self, history):
        self.history, self.deliveries, self.is_away = history, [], False

    def take(self, delivery, site_id=None):
        if self.is_away:
            raise HistoryAway("portal: is away")
        if delivery.samples is not None:
            self.history.write([delivery.samples])
        self.deliveries.append((delivery, site_id))
        return Acknowledged()


class Device:
    """A foreign device whose clock a test moves."""

    def __init__(self, folder):
        self.folder, self.now_s = folder, NOON_S
        self.history = open_history(folder / "history.duckdb", Plan())
        self.inbox = Inbox(self.history)
        self.open()

    def open(self, standing=()):
        self.foreign = Foreign(
            self.folder, "logger-1", 7, "Africa/Lagos", self.inbox,
            standing=standing, now_s=lambda: self.now_s,
        )  # fmt: skip

    def again(self):
        """End the process and begin another."""
        self.foreign.close()
        self.open()

    def read(self, after_s=300.0, **values):
        self.now_s += after_s
        self.foreign.take(of_values(values))

    @property
    def samples(self):
        return self.history.read("logger-1", "samples", *ALL).to_pylist()

    def total(self, name):
        return self.history.read("logger-1", "total", *ALL)[name].to_pylist()[0]

    def end(self):
        self.foreign.close()
        self.history.close()


@pytest.fixture
def device(tmp_path):
    device = Device(tmp_path)
    yield device
    device.end()


def test_a_sample_reaches_from_the_reading_before_and_holds_what_the_counters_rose_by(device):
    device.read(pv_energy_total=1000.0, battery_soc=50)
    device.read(pv_energy_total=1000.3, grid_import_total=5.0, battery_soc=51)
    device.read(pv_energy_total=1000.4, grid_import_total=5.2, battery_soc=52)
    first, second, third = device.samples
    assert (first["span_s"], first["solar_wh"]) == (0.0, 0.0)
    assert second["start_s"] == NOON_S + LAGOS_S + 300.0
    assert (second["span_s"], second["solar_wh"], second["battery_soc"]) == (300.0, 300.0, 51.0)
    # A counter that is told for the first time began where it stands.
    assert (second["buy_wh"], second["grid_import_wh"]) == (0.0, 0.0)
    assert (third["solar_wh"], third["buy_wh"], third["grid_import_wh"]) == (100.0, 200.0, 200.0)


# fmt: off
COUNTERS = [
    # what the counter shows           what was counted in Wh
    ([10.0, 10.5, 11.0],               1000.0),
    ([10.0, 0.0, 11.0],                1000.0),  # the logger reached no inverter
    ([10.0, None, 11.0],               1000.0),  # and told nothing
    ([10.0, 10.0, 10.0],                  0.0),
    ([10.0, 0.3, 0.4],                  400.0),  # it was reset
    ([0.0, 0.2],                        200.0),  # a new machine
]
# fmt: on


@pytest.mark.parametrize("shown, counted_wh", COUNTERS)
def test_what_a_counter_counted(shown, counted_wh, device):
    for value in shown:
        device.read(**({} if value is None else {"pv_energy_total": value}))
    assert device.total("solar_wh") == pytest.approx(counted_wh, abs=1e-9)


def test_energy_goes_on_over_a_restart_and_its_time_too(device):
    device.read(pv_energy_total=10.0)
    device.again()
    device.read(after_s=3600.0, pv_energy_total=12.0)
    last = device.samples[-1]
    assert (last["span_s"], last["solar_wh"]) == (3600.0, 2000.0)


def test_samples_wait_on_disk_while_the_portal_is_away(device):
    device.read(pv_energy_total=10.0)
    device.inbox.is_away = True
    device.read(pv_energy_total=11.0)
    device.read(pv_energy_total=13.0)
    device.again()
    device.inbox.is_away = False
    device.read(pv_energy_total=13.5)
    assert [one["solar_wh"] for one in device.samples] == [0.0, 1000.0, 2000.0, 500.0]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=12), st.sets(st.integers(0, 12)))
def test_whatever_is_away_when_the_sum_is_what_the_counter_rose_by(tmp_path_factory, steps, away):
    device = Device(tmp_path_factory.mktemp("sum"))
    shown = 100
    device.read(pv_energy_total=shown / 10)
    for number, step in enumerate(steps):
        device.inbox.is_away = number in away
        shown += step
        device.read(pv_energy_total=shown / 10)
    device.inbox.is_away = False
    device.read(pv_energy_total=shown / 10)
    assert device.total("solar_wh") == sum(steps) * 100.0
    device.end()


def test_alarms_that_rise_and_go_are_lines_of_a_journal(device):
    no_grid = 1 << 2
    for word in (0, no_grid, no_grid, 0):
        device.read(fault_3=word)
    told = [
        (line.code, line.raised)
        for delivery, _ in device.inbox.deliveries
        for line in delivery.alarms
    ]
    assert told == [("F35", True), ("F35", False)]
    moments = [one.moment for one, _ in device.inbox.deliveries if one.moment]
    assert [list(one.codes) for one in moments] == [[], ["F35"], ["F35"], []]
    assert moments[2].codes["F35"] == moments[1].clock_s


def test_an_alarm_that_stood_before_a_restart_is_not_told_again(device):
    device.foreign.close()
    device.open(standing=("F35",))
    device.read(fault_3=1 << 2)
    assert [line for one, _ in device.inbox.deliveries for line in one.alarms] == []


def test_every_delivery_goes_to_the_site_of_the_device(device):
    device.read(pv_energy_total=1.0)
    assert {site_id for _, site_id in device.inbox.deliveries} == {7}


def test_words_of_registers_are_read_by_the_table():
    # 534 and 535 hold the total of the sun in 0.1 kWh, low word first; 588 the charge in per cent.
    reading = of_words({534: 1, 535: 1, 588: 77})
    assert reading.figures == {"battery_soc": 77.0}
    assert [one for one in reading.counters if one is not None] == [6553.7e3]


HOSTILE = [
    {"battery_soc": "50"}, {"battery_soc": None}, {"battery_soc": float("nan")},
    {"battery_soc": float("inf")}, {"nothing": 5.0}, {"battery_soc": [1]}, {"battery_soc": 1e12},
]  # fmt: skip


@pytest.mark.parametrize("values", HOSTILE)
def test_what_is_no_figure_is_left_out(values):
    assert of_values(values).figures == {}
    assert set(of_values(values).counters) == {None}


def test_a_counter_below_zero_is_not_told():
    assert set(of_values({"pv_energy_total": -1.0}).counters) == {None}


def test_alarms_are_read_from_their_bits():
    assert codes({"fault_3": float(1 << 2), "warning_1": 0.0, "battery_soc": 5.0}) == ["F35"]
