"""Figures as people read them."""

from datetime import date

import pytest

from twinverter.words import figures


# fmt: off
@pytest.mark.parametrize("shown, text", [
    (figures.power(0.0),         "0 W"),
    (figures.power(-15.4),       "−15 W"),
    (figures.power(999.4),       "999 W"),
    (figures.power(999.6),       "1.00 kW"),
    (figures.power(-12340.0),    "−12.34 kW"),
    (figures.energy(1234.0),     "1.2 kWh"),
    (figures.energy(999900.0),   "999.9 kWh"),
    (figures.energy(5129190.0),  "5129 kWh"),
    (figures.energy(12004000.0), "12.00 MWh"),
    (figures.share(0.0),         "0 %"),
    (figures.share(0.004),       "0.4 %"),
    (figures.share(0.37),        "37 %"),
    (figures.share(0.9964),      "99.6 %"),
    (figures.share(0.0001),      "<0.1 %"),
    (figures.share(0.99996),     ">99.9 %"),
    (figures.share(1.0),         "100 %"),
    (figures.hours(45000.0),     "12.5 h"),
    (figures.hours(4.0e6),       "1111 h"),
    (figures.duration(59.6),     "1 min"),
    (figures.duration(3660.0),   "1 h 1 min"),
    (figures.duration(90000.0),  "1 d 1 h"),
    (figures.duration(86460.0),  "1 d"),
    (figures.duration(0.2),      "0 s"),
    (figures.litres(77.71),      "77.7 l"),
    (figures.count(1.0, "start", "starts"), "1 start"),
    (figures.count(2.0, "start", "starts"), "2 starts"),
    (figures.plain(-0.2),        "0"),
    (figures.plain(12345.0),     "12 345"),
    (figures.clock(3660.0),      "01:01"),
    (figures.day_name(date(2021, 4, 27)), "Tuesday 27 April 2021"),
])
# fmt: on
def test_a_figure_is_shown(shown, text):
    assert shown.replace("\u00a0", " ").replace("\u202f", " ") == text


def test_a_unit_is_never_parted_from_its_figure():
    assert " " not in figures.energy(1.0e9) + figures.power(5.0) + figures.share(0.5)
