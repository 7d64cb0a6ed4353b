"""Every code has causes, steps and curves; the steps of chart 7-1 say what the manual says."""

import pytest

from twinverter.catalog import diagnosis
from twinverter.catalog.alarms import ALARMS, STATE
from twinverter.catalog.causes import CAUSES
from twinverter.catalog.diagnosis import HELP, SUSPECTS, help_steps, shown_curves, suspects
from twinverter.catalog.evidence import BY_KEY, CURVES, FIGURES

CODES = [row.code for row in ALARMS if row.code != "F84"]

# fmt: off
PRINTED = [
    # help text       code    what its steps say, in this order
    ("CH7-FLT-009",  "F08",  "120/240 V|120/208 V|tied to ground|service centre"),
    ("CH7-FLT-011",  "F13",  "goes away by itself|DC switch|AC breaker|one minute|on again|service centre"),
    ("CH7-FLT-013",  "F18",  "backup loads|house loads|range|Switch off and on|service centre"),
    ("CH7-FLT-015",  "F20",  "PV modules|battery|Off grid|big loads off|DC switch|AC breaker|one minute|service centre"),
    ("CH7-FLT-017",  "F22",  "installer"),
    ("CH7-FLT-019",  "F23",  "ground connection of the PV cables|two or three times|service centre"),
    ("CH7-FLT-021",  "F24",  "panels|firmly|the right way|PE cable|tied to ground|service centre"),
    ("CH7-FLT-023",  "F26",  "Wait a while|loads of the phases|two or three times|service centre"),
    ("CH7-FLT-025",  "F29",  "cable between the units|addresses|all of them are ON|service centre"),
    ("CH7-FLT-027",  "F34",  "backup loads|power allowed|service centre"),
    ("CH7-FLT-029",  "F35",  "really out|grid connection|switch between inverter and grid|service centre"),
    ("CH7-FLT-031",  "F41",  "each unit|OFF|service centre"),
    ("CH7-FLT-033",  "F42",  "AC voltage|range of the specification|AC cables|firmly|service centre"),
    ("CH7-FLT-035",  "F47",  "frequency|range of the specification|AC cables|service centre"),
    ("CH7-FLT-037",  "F48",  "frequency|range of the specification|AC cables|service centre"),
    ("CH7-FLT-039",  "F56",  "voltage is too low|charge the battery from PV or grid|service centre"),
    ("CH7-FLT-041",  "F58",  "BMS_Err_Stop is on|switch BMS_Err_Stop off|service centre"),
    ("CH7-FLT-043",  "F63",  "US market only|cable connections|clear the fault|service centre"),
    ("CH7-FLT-045",  "F64",  "too hot|off for 10 minutes|service centre"),
]
# fmt: on


@pytest.mark.parametrize(("ledger", "code", "words"), PRINTED, ids=[row[0] for row in PRINTED])
def test_the_steps_of_a_printed_code_say_what_chart_7_1_says(ledger, code, words):
    """CH7-FLT-002, CH7-FLT-046: what stays after all steps goes to the service centre."""
    text, place = " ".join(help_steps(code)), 0
    for word in words.split("|"):
        place = text.find(word, place)
        assert place >= 0, f"{ledger} {code}: {word!r} in {text!r}"


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_causes_each_with_a_check_and_steps(code):
    rows = suspects(code)
    assert rows and HELP[code]
    assert len({row.key for row in rows}) == len(rows)
    for row in rows:
        assert row.label[0].isupper() and not row.label.endswith(".")
        assert row.check.endswith(".")
        assert not set(row.speaks) & set(row.denies)


@pytest.mark.parametrize("code", [row.code for row in ALARMS if row.severity != STATE][1:])
def test_the_curves_of_a_code_are_of_figures_that_are_kept(code):
    for key in shown_curves(code):
        curve = CURVES[key]
        assert {*curve.figures, *curve.limits} <= set(BY_KEY)
        assert len({BY_KEY[name].unit for name in curve.figures}) == 1


@pytest.mark.parametrize("cause", CAUSES, ids=[cause.key for cause in CAUSES])
def test_what_can_be_broken_is_a_suspect_of_each_code_that_it_leads_to(cause):
    for code in cause.codes:
        assert cause.key in [row.key for row in suspects(code)]


def test_a_code_of_the_printed_list_that_is_a_misprint_has_the_help_of_the_heat_sink():
    assert help_steps("F84") == help_steps("F64")
    assert suspects("F84") == suspects("F64") and shown_curves("F84") == shown_curves("F64")


def test_no_table_speaks_of_a_code_that_does_not_exist():
    known = set(CODES)
    assert {row.code for row in SUSPECTS} == known == set(HELP)
    assert set(diagnosis.SHOWN) | diagnosis.SERVED | diagnosis.SLOW <= known
    assert len(BY_KEY) == len(FIGURES)
