"""What the portal shows of a twin is what its own meters and its registers show, to the last digit.

A night over a new year: what is counted falls into two days, two months and two years. The house
reports over HTTP, and everything is asked as a page asks it.
"""

from datetime import date, datetime

import pytest

from tests.portal.gate import gate
from twinverter.live.clock import Clock
from twinverter.live.store import Store
from twinverter.live.twin import Twin
from twinverter.monitor.columns import KEYS
from twinverter.monitor.delivery import MEDIA_TYPE, Delivery, Moment, packed
from twinverter.monitor.levels import Plan
from twinverter.monitor.outbox import Outbox
from twinverter.monitor.recorder import Recorder
from twinverter.ports.image import Image
from twinverter.scenario.house import load_house

EVE = "2023-12-31T22:30:00"
OLD, NEW = date(2023, 12, 31), date(2024, 1, 1)
NAME = "eve"
# Half a thousandth of a watt-hour for each end of a span.
EXACT = {"abs": 0.0011}
# fmt: off
TOTALS = [
    # line of the portal       line of the twin's meters   register of the total    and of today
    ("solar_wh",               "pv_wh",                    "pv_energy_total",       "pv_energy_today"),
    ("charge_wh",              "battery_charge_wh",        "battery_charge_total",  "battery_charge_today"),
    ("discharge_wh",           "battery_discharge_wh",     "battery_discharge_total", "battery_discharge_today"),
    ("grid_import_wh",         "grid_import_wh",           "grid_import_total",     "grid_import_today"),
    ("grid_export_wh",         "grid_export_wh",           "grid_export_total",     "grid_export_today"),
    ("losses_wh",              "losses_wh",                None,                    None),
]
# fmt: on


class House:
    """A twin that ran three hours over the new year and reported to a portal."""

    def __init__(self, folder, door):
        self.store = Store.open(folder / "memory")
        begin = datetime.fromisoformat(EVE)
        self.twin = Twin(load_house(), self.store, Clock(now=lambda: 0.0), begin=begin)
        self.image = Image(self.twin)
        self.outbox = Outbox(folder / "outbox.sqlite", NAME)
        recorder = Recorder(self.outbox, Plan(), self.figures)
        self.look(recorder)
        for second in range(3 * 3600):
            self.twin.tick()
            if second % 30 == 29:
                self.look(recorder)
        recorder.finish()
        dongle = door.bearing(door.device_token)
        while (waiting := self.outbox.waiting(50)) is not None:
            scene = self.twin.scene
            moment = Moment(scene.clock_s, self.figures(), {})
            body = packed(Delivery(NAME, "life", waiting, moment=moment))
            reply = dongle.post(
                "/api/v1/deliver", content=body, headers={"Content-Type": MEDIA_TYPE}
            )
            assert reply.status_code == 200, reply.text
            self.outbox.drop(waiting)
        self.reader = door.logged_in("rea")

    def figures(self):
        return {key: float(self.image.value(key)) for key in KEYS}

    def look(self, recorder):
        self.twin.save()
        scene = self.twin.scene
        recorder.observe(scene.clock_s, scene.state.meters)

    def bars(self, period, day):
        """Return the energies of a period by line, as the page draws them, without empty slots."""
        asked = f"/api/v1/devices/{NAME}/curve?period={period}&date={day}"
        lines = self.reader.get(asked).json()["lines"]
        return {name: [one for one in values if one is not None] for name, values in lines.items()}

    def balance(self, period, day):
        asked = f"/api/v1/devices/{NAME}/balance?period={period}&date={day}"
        found = self.reader.get(asked).json()
        return {part["key"]: part["wh"] for part in found["came_in"] + found["went_out"]} | found

    def end(self):
        self.outbox.close()
        self.twin.close()
        self.store.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("equal")
    with gate(folder / "history.duckdb") as door:
        house = House(folder, door)
        yield house
        house.end()


def test_the_total_is_what_the_meters_counted_and_its_register_shows(house):
    meters = house.twin.scene.state.meters
    balance = house.balance("total", NEW)
    assert balance["discharge_wh"] > 100.0
    for line, field, register, _ in TOTALS:
        assert balance[line] == pytest.approx(getattr(meters, field), **EXACT), line
        if register is not None:
            assert round(balance[line] / 1000.0, 1) == house.image.value(register), register


def test_today_is_what_the_device_shows_of_today(house):
    balance = house.balance("day", NEW)
    for line, _, _, register in TOTALS:
        if register is not None:
            assert round(balance[line] / 1000.0, 1) == house.image.value(register), register
    energy = house.reader.get(f"/api/v1/devices/{NAME}").json()["energy"]["today"]
    assert energy["discharge_wh"] == pytest.approx(balance["discharge_wh"], **EXACT)


def test_each_day_is_what_the_device_filed_under_its_date(house):
    filed = house.store.filed(OLD.toordinal())
    balance = house.balance("day", OLD)
    for line in ("load_wh", "home_wh", "discharge_wh", "charge_wh", "solar_wh"):
        assert balance[line] == pytest.approx(getattr(filed, line), **EXACT), line


@pytest.mark.parametrize("period", ["month", "year", "total"])
def test_days_add_up_to_months_years_and_all_time(period, house):
    days = [house.balance("day", day) for day in (OLD, NEW)]
    for line in ("load_wh", "discharge_wh", "grid_import_wh", "losses_wh"):
        if period == "total":
            found = house.bars("total", NEW)[line]
        else:
            found = house.bars(period, OLD)[line] + house.bars(period, NEW)[line]
        assert len(found) == 2
        assert found == pytest.approx([day[line] for day in days], **EXACT), line


def test_the_curve_of_a_day_holds_the_energy_of_the_day(house):
    for day in (OLD, NEW):
        asked = f"/api/v1/devices/{NAME}/curve?period=day&date={day}"
        curve = house.reader.get(asked).json()
        hours = curve["step_s"] / 3600.0
        drawn_wh = sum(value * hours for value in curve["lines"]["battery_w"] if value is not None)
        balance = house.balance("day", day)
        given_wh = balance["discharge_wh"] - balance["charge_wh"]
        # Powers are drawn to a tenth of a watt.
        assert drawn_wh == pytest.approx(given_wh, abs=0.05 * 2.0)


def test_what_came_in_went_out_and_nothing_is_left_unexplained(house):
    for period in ("day", "month", "year", "total"):
        assert house.balance(period, NEW)["unexplained_wh"] == pytest.approx(0.0, abs=0.02)
