"""Lines of the datasheet that the twin's own figures have to give."""

import pytest

from twinverter.catalog.datasheet import DATASHEET, PARTS
from twinverter.catalog.law import LAW, law_key
from twinverter.plant.pv import max_power, string_curve
from twinverter.plant.tracker import available_w, best_point
from twinverter.scenario.house import load_house

VALUE = {(line.part, line.label): line.value for line in DATASHEET}


def test_a_tracker_finds_99_90_percent_of_what_a_string_has():
    """Ledger: CH9-DAT-028"""
    site = load_house().site
    curve = string_curve(site.pv1, 800.0, 40.0)
    found = available_w(site.tracker, best_point(site.tracker, curve))
    assert found / max_power(curve).power_w == pytest.approx(0.9990)
    assert VALUE["Efficiency", "MPP tracking"] == "99.90 %"


# fmt: off
LAWS = (
    # part      label                             law figure           printed
    ("AC",      "rated output, and power as UPS", "rating_ac_rated_w", "8000 W"),
    ("AC",      "most output",                    "rating_ac_max_w",   "8800 W"),
    ("AC",      "most current",                   "rating_phase_a",    "18 A"),
    ("AC",      "pass-through, continuous",       "rating_port_a",     "50 A"),
    ("PV",      "most power",                     "rating_pv_w",       "10400 W"),
    ("Battery", "most discharging current",       "rating_battery_a",  "190 A"),
)
# fmt: on


@pytest.mark.parametrize("part, label, key, printed", LAWS)
def test_the_law_has_the_ratings_that_the_datasheet_prints(part, label, key, printed):
    figure = {law_key(row): row for row in LAW}[key]
    assert VALUE[part, label] == printed == f"{figure.value:g} {figure.unit}"


def test_each_line_stands_once():
    assert len(VALUE) == len(DATASHEET)
    assert len({line.ledger for line in DATASHEET}) == len(DATASHEET)
    assert PARTS == ("Battery", "PV", "AC", "Efficiency", "Protection", "Rules", "General")
