"""Prices follow the wall clock, and a timetable with a hole or an overlap is refused."""

from datetime import datetime

import numpy as np
import pytest

from twinverter.scenario.clock import wall_of, zone
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import load_house
from twinverter.scenario.steps import Steps

HOUSE = """
[site]
latitude = -33.9
longitude = 25.6
timezone = "Africa/Johannesburg"
turbidity = 3
[site.battery]
chemistry = "lfp"
capacity_ah = 200
[settings.battery]
batt_mode = "lithium"
[world]
start = 2024-06-01
days = 1
"""

HOMEFLEX = """
[world.tariff]
currency = "ZAR"
holidays = [2024-06-17]
[[world.tariff.band]]
name = "peak"
months = [6, 7, 8]
days = "weekday"
hours = ["06:00-08:00", "17:00-20:00"]
buy = 7.0
sell = 6.5
[[world.tariff.band]]
name = "standard"
months = [6, 7, 8]
days = "weekday"
hours = ["08:00-17:00", "20:00-22:00"]
buy = 2.0
[[world.tariff.band]]
name = "off-peak"
months = [6, 7, 8]
days = "weekday"
hours = ["22:00-06:00"]
buy = 1.5
[[world.tariff.band]]
name = "weekend"
months = [6, 7, 8]
days = "weekend"
buy = 1.2
[[world.tariff.band]]
name = "summer"
months = [1, 2, 3, 4, 5, 9, 10, 11, 12]
buy = 1.0
"""


@pytest.fixture
def house(tmp_path):
    """Return a maker of a house with a tariff."""

    def made(text):
        path = tmp_path / "house.toml"
        path.write_text(HOUSE + text, encoding="utf-8")
        return load_house(path)

    return made


def price_at(house, moment):
    wall_s = wall_of(datetime.fromisoformat(moment))
    utc_s = float(zone(house.timezone).utc_s(np.array([wall_s]))[0])
    prices = house.world.tariff.prices(Steps(utc_s, 60.0, 1))
    return prices.buy[0], prices.sell[0], house.world.tariff.band_names[prices.band[0]]


@pytest.mark.parametrize(
    ("moment", "buy", "sell", "band"),
    # fmt: off
    [
        ("2024-06-03T05:59", 1.5, 0.0, "off-peak"),  # a Monday
        ("2024-06-03T06:00", 7.0, 6.5, "peak"),
        ("2024-06-03T07:59", 7.0, 6.5, "peak"),
        ("2024-06-03T08:00", 2.0, 0.0, "standard"),
        ("2024-06-03T17:00", 7.0, 6.5, "peak"),
        ("2024-06-03T21:59", 2.0, 0.0, "standard"),
        ("2024-06-03T22:00", 1.5, 0.0, "off-peak"),
        ("2024-06-08T07:00", 1.2, 0.0, "weekend"),  # a Saturday
        ("2024-06-17T07:00", 1.2, 0.0, "weekend"),  # a Monday that is a holiday
        ("2024-09-02T07:00", 1.0, 0.0, "summer"),
    ],
    # fmt: on
)
def test_a_price_is_that_of_its_band(house, moment, buy, sell, band):
    assert price_at(house(HOMEFLEX), moment) == (buy, sell, band)


@pytest.mark.parametrize(
    ("change", "said"),
    # fmt: off
    [
        (("22:00-06:00", "22:00-05:00"), "no band holds on Mondays in June at 05:00"),
        (
            ("20:00-22:00", "19:00-22:00"),
            "bands 'peak' and 'standard' both hold on Mondays in June at 19:00",
        ),
        (
            ('months = [6, 7, 8]\ndays = "weekend"', 'months = [6, 7]\ndays = "weekend"'),
            "no band holds on Saturdays in August at 00:00",
        ),
    ],
    # fmt: on
)
def test_a_hole_or_an_overlap_is_named_with_its_moment(house, change, said):
    with pytest.raises(HouseError) as caught:
        house(HOMEFLEX.replace(*change))
    assert said in str(caught.value)
    assert "world.tariff.band" in str(caught.value)


def test_a_flat_price_needs_no_band(house):
    flat = house('[world.tariff]\ncurrency = "NGN"\nbuy = 209.5\nsell = 10')
    assert price_at(flat, "2024-06-03T07:00") == (209.5, 10.0, "flat")


def test_another_currency_needs_its_rate(house):
    text = '[world.tariff]\ncurrency = "NGN"\nbuy = 209.5\n%s[world.costs]\nfuel_per_l = %s'
    dollars = '{ amount = 0.8, currency = "USD" }'
    with pytest.raises(HouseError, match=r"is in USD while the tariff is in NGN; give"):
        house(text % ("", dollars))
    rate = "[world.tariff.exchange]\nUSD = 1500\n"
    assert house(text % (rate, dollars)).world.tariff.costs.fuel_per_l == pytest.approx(1200.0)


def test_two_kinds_of_price_at_once_are_refused(house):
    with pytest.raises(HouseError, match="needs one of buy, band and prices"):
        house(HOMEFLEX.replace('currency = "ZAR"', 'currency = "ZAR"\nbuy = 2'))


def test_a_price_file_gives_each_half_hour_its_price(house, tmp_path):
    rows = [
        f"2024-06-01T{hour:02d}:{half:02d},{hour * 10 + half / 30}"
        for hour in range(24)
        for half in (0, 30)
    ]
    (tmp_path / "prices.csv").write_text("time,mwh\n" + "\n".join(rows), encoding="utf-8")
    dynamic = house(
        '[world.tariff]\ncurrency = "AUD"\n[world.tariff.prices]\n'
        'file = "prices.csv"\nbuy = "mwh"\nsell = "mwh"\nunit = "per MWh"\nbuy_adds = 0.1'
    )
    buy, sell, _ = price_at(dynamic, "2024-06-01T13:45")
    assert (buy, sell) == (pytest.approx(0.131 + 0.1), pytest.approx(0.131))


def test_wear_uses_up_a_bank_when_it_has_lost_its_share(house):
    text = '[world.tariff]\ncurrency = "EUR"\nbuy = 0.3\n[world.costs]\nbattery_per_kwh = 300'
    # 300 a kWh, worn out at 70 %: each lost Wh costs 300 / 1000 / 0.3 = 1.
    assert house(text).world.tariff.costs.wear_per_wh == pytest.approx(1.0)
