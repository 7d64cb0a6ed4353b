"""The manual's own printed figures: each contradiction is found, and gone where it is mended."""

import csv
from pathlib import Path

import pytest

from tests.checker.installations import Mistake, patch, planted
from twinverter.catalog.printed import PRINTED, STANDS
from twinverter.checker import check_house, contradictions
from twinverter.checker.printed import FINDERS, as_printed

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = [f"A{place}" for place in range(1, 19)] + [f"B{place}" for place in range(1, 14)]

# fmt: off
MENDED = [
    # no     the figures as they would have to be                                     what it was found by
    ("A1",   dict(menu_charge_a=190.0, menu_discharge_a=190.0),                       "6900 W of 8000"),
    ("A2",   dict(battery_cable_mm2=50.0, battery_cable_awg="4/0"),                   "130 A in conduit and 195 A in free air"),
    ("A3",   dict(battery_cable_awg="3/0"),                                           "250 A on a cable for 195 A"),
    ("A4",   dict(pv_within_v=800.0),                                                 "1000 V before connecting"),
    ("A5",   dict(pv_start_v=200.0),                                                  "starts at 150 V, tracks from 200 V"),
    ("A6",   dict(callout_2_a=20.0),                                                  "20 and 80 A"),
    ("A7",   dict(ac_cable_mm2=16.0),                                                 "4 mm2 carries 42 A at most, behind 80 A"),
    ("A8",   dict(load_breaker_a=50.0),                                               "20 A (4600 W a phase) against 50 A"),
    ("A9",   dict(most_a=13.0),                                                       "8800 W are 12.8 A"),
    ("A10",  dict(peak_factor=1.1),                                                   "16000 W are 23.2 A a phase"),
    ("A11",  dict(most_w_for_s=60.0),                                                 "without a time"),
    ("A12",  dict(wet_48v=(53.0, 53.0, 53.0)),                                        "below 16.7 degC"),
    ("A13",  dict(pv_short_a=17.0),                                                   "need 416 V"),
    ("A14",  dict(menu_max_solar_w=10400.0, menu_max_sell_w=8000.0),                  "5000 and 5000 W"),
    ("A15",  dict(pv_cable_awg="11"),                                                 "12 AWG is 3.31 mm2, printed as 4"),
    ("A16",  dict(surge_box="none"),                                                  "type II is built in"),
    ("A17",  dict(battery_torque_nm=22.0),                                            "at most 24.5 Nm"),
    ("A18",  dict(agm_48v=(56.8, 53.6, 56.8), wet_48v=(58.8, 54.8, 58.8)),            "agm 57.6 V, four blocks 56.8"),
    ("B1",   dict(phase_words="three phase"),                                         "called single phase"),
    ("B2",   dict(menu_grid_types=("230/400V three phase",)),                         "no 230/400 V"),
    ("B3",   dict(menu_grid_modes=("General Standard", "VDE 0126", "G98")),           "CPUC RULE21"),
    ("B4",   dict(most_a=16.0),                                                       "G98 is for 16 A"),
    ("B5",   dict(grid_rules=("VDE 0126", "NRS 097-2-1")),                            "NRS2017 and IEC61683"),
    ("B6",   dict(set3_levels=(207.0, 0.0, 0.0, 253.0)),                              "are 0"),
    ("B7",   dict(set4_headings=("L/HVRT", "L/HFRT")),                                "under one heading L/HVRT"),
    ("B8",   dict(reconnection_s=60.0, grid_hz_high=51.5, grid_vol_high=265.0),       "no value for reconnection_s"),
    ("B9",   dict(meter_phase_choices=()),                                            "one phase of A, B, C"),
    ("B10",  dict(clamps_in_box=3.0),                                                 "1 clamp in the box, 3 phases"),
    ("B11",  dict(f08_speaks_of="three phase"),                                       "split phase"),
    ("B12",  dict(ports=("ATS", "Grid", "Load")),                                     "the port ATS"),
    ("B13",  dict(zero_export_scope="sum"),                                           "of the sum or of each"),
]
# fmt: on


def test_all_31_contradictions_are_found_in_the_printed_figures():
    found = contradictions()
    assert [one.number for one in found] == NUMBERS == list(FINDERS) == list(STANDS)
    assert all(one.found and one.stand and one.sections and one.ledger for one in found)


@pytest.mark.parametrize("number, figures, text", MENDED, ids=[row[0] for row in MENDED])
def test_a_contradiction_goes_with_the_figures_that_make_it(number, figures, text):
    before = {one.number: one for one in contradictions()}
    after = {one.number for one in contradictions(as_printed() | figures)}
    assert text in before[number].found
    assert number not in after


def test_every_mended_figure_is_one_that_its_row_names():
    assert [row[0] for row in MENDED] == NUMBERS
    assert {key for _, figures, _ in MENDED for key in figures} <= set(PRINTED)
    assert {key for row in STANDS.values() for key in row.keys} <= set(PRINTED)


def test_the_printed_figures_name_statements_of_the_ledger():
    with (ROOT / "docs" / "ledger.csv").open(encoding="utf-8", newline="") as text:
        known = {row["id"] for row in csv.DictReader(text)}
    assert {row.ledger for row in PRINTED.values()} <= known


# fmt: off
AS_PRINTED = [
    # no     wired and set as the manual prints it                                                              check                 severity
    ("A1",   "settings.battery.max_discharge_a = 190 | site.wiring.battery.rating_a = 200.0 | site.wiring.battery.cable = {length_m = 2.0, awg = \"1\", method = \"conduit\"}", "bat-confirm", "doubtful"),
    ("A2",   "settings.battery.max_discharge_a = 190 | site.wiring.battery.cable = {length_m = 2.0, awg = \"1\", method = \"conduit\"}",  "bat-cable-ampacity", "danger"),
    ("A3",   "site.wiring.battery.rating_a = 250.0 | site.wiring.battery.cable = {length_m = 2.0, awg = \"1\", method = \"free_air\"}",   "bat-cable-guard",    "danger"),
    ("A4",   "site.wiring.record_low_c = 0.0 | site.pv.0.modules_in_series = 18",                                                         "pv-cold-voltage",    "danger"),
    ("A5",   "site.wiring.record_high_c = 40.0 | site.pv.0.modules_in_series = 5",                                                        "pv-hot-voltage",     "doubtful"),
    ("A6",   "site.wiring.load.breaker_a = 80.0",                                                                                         "load-breaker-size",  "doubtful"),
    ("A7",   "site.wiring.grid.breaker_a = 80.0 | site.wiring.grid.cable = {length_m = 5.0, awg = \"11\", method = \"conduit\"}",         "grid-guard",         "danger"),
    ("A8",   "site.wiring.load.breaker_a = 20.0 | site.wiring.load_peak_w = [4800.0, 0.0, 0.0]",                                          "load-against-breaker", "doubtful"),
    ("A14",  "settings.work_mode.max_solar_power_w = 5000",                                                                               "set-max-solar",      "doubtful"),
    ("A15",  "site.wiring.pv.cable = {length_m = 9.0, awg = \"12\"}",                                                                     "pv-cable-size",      "doubtful"),
    ("A16",  "site.wiring.pv.surge_protection = false",                                                                                   "pv-surge",           "wrong"),
    ("A17",  "site.wiring.battery.torque_nm = 24.6",                                                                                      "bat-torque",         "wrong"),
    ("B2",   "settings.grid.grid_type = \"3p_120_208\"",                                                                                  "ac-grid-type",       "danger"),
    ("B3",   "settings.grid.grid_mode = \"ul1741_ieee1547\"",                                                                             "ac-grid-mode",       "wrong"),
    ("B6",   "settings.grid.vrt_enable = true",                                                                                           "set-curves",         "wrong"),
    ("B10",  "site.wiring.ct.count = 1",                                                                                                  "ct-count",           "wrong"),
    ("B12",  "site.wiring.earth.neutral_bond = \"ats_relay\" | settings.advanced.signal_island_mode = false",                             "neutral-bond",       "danger"),
    ("B13",  "site.wiring.meter_counts = \"per_phase\"",                                                                                  "meter-counts",       "wrong"),
]
# fmt: on


@pytest.mark.parametrize(
    "number, patches, check, severity", AS_PRINTED, ids=[row[0] for row in AS_PRINTED]
)
def test_a_house_wired_as_the_manual_prints_is_caught(
    number, patches, check, severity, base, loaded
):
    mistake = Mistake(number, "ct", tuple(map(patch, patches.split(" | "))), check, severity, ())
    found = {
        one.check.id: one.severity for one in check_house(loaded(planted(base["ct"], mistake)))
    }
    assert found[check] == severity
