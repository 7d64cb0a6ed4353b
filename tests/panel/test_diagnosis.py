"""The page of one alarm over the API: causes, steps, curves and table, and the service report."""

import dataclasses
import json
from datetime import date

import pytest
from fastapi.testclient import TestClient

from twinverter.catalog.alarms import ALARMS, STATE
from twinverter.catalog.diagnosis import SERVICE, SLOW
from twinverter.catalog.evidence import FIGURES
from twinverter.live.memory import AlarmEntry, Evidence
from twinverter.panel.app import create_app
from twinverter.panel.diagnosis import SHORT_S, Case, case_lines, report
from twinverter.panel.schemas import Diagnosis
from twinverter.words.diagnosis import diagnosed

CLOCK_S = 1_672_660_800.0 + 42.0  # 2023-01-02 12:00:42
TIMES_S = (-1200.0, -600.0, -60.0, -1.0, 0.0, 30.0)
LAMPS = {"dc": 1, "ac": 0, "normal": 1, "alarm": 1}


def evidence_of(code, **figures):
    """Return evidence in which every figure is 1, those named aside."""
    columns = {figure.key: (1.0,) * len(TIMES_S) for figure in FIGURES} | figures
    return Evidence(code, CLOCK_S, TIMES_S, columns, LAMPS, (code, "LOWBAT"), True)


SAG = evidence_of(
    "F42",
    grid_v_l1=(228.0, 228.0, 228.0, 170.0, 170.0, 227.0),
    grid_w_l1=(300.0, 300.0, 300.0, 6000.0, 6000.0, 250.0),
    grid_v_l2=(230.0,) * 6,
    grid_v_l3=(230.0,) * 6,
    low_limit_v=(185.0,) * 6,
    nominal_v=(230.0,) * 6,
)


def case_of(evidence, over=True):
    rose = AlarmEntry(CLOCK_S, evidence.code, True, 7)
    end = AlarmEntry(CLOCK_S + 100.0, evidence.code, False, 8)
    return Case(rose, end if over else None, evidence)


@pytest.fixture
def client(runner):
    with TestClient(create_app(runner), base_url="http://127.0.0.1:8080") as client:
        yield client


# ---- over the wire -------------------------------------------------------------------------


def test_an_alarm_of_the_journal_is_explained(client, twin):
    twin.take("grid_on", 1)
    for _ in range(90):
        twin.tick()
    twin.take("grid_on", 0)
    for _ in range(70):
        twin.tick()
    twin.save()
    line = client.get("/api/journal").json()[0]
    answer = client.get(f"/api/alarms/{line['seq']}/diagnosis")
    assert answer.status_code == 200
    found = Diagnosis(**answer.json())
    assert (found.code, found.seq, found.over) == ("F35", line["seq"], None)
    assert found.causes[0].key == "outage" and found.causes[0].verdict == "likely"
    assert "All three phases were dead." in found.causes[0].because
    assert [curve.title for curve in found.curves][:2] == ["Grid voltage", "Grid frequency"]
    for curve in found.curves:
        assert curve.times_s[0] <= -20.0 and curve.times_s[-1] >= 55.0
        assert {len(one.values) for one in curve.lines} == {len(curve.times_s)}
    volts = next(row for row in found.table if row.label == "Grid voltage L1")
    assert volts.now == "0\N{NO-BREAK SPACE}V" != volts.before
    assert found.complete


@pytest.mark.parametrize("seq", ["1", "999999", "0", "-1", "x", "99999999999999999999"])
def test_a_number_that_is_no_alarm_is_refused_in_one_line(client, seq):
    answer = client.get(f"/api/alarms/{seq}/diagnosis")
    assert answer.status_code in (404, 422)
    assert "\n" not in answer.json()["error"]["text"]


# ---- what is shown -------------------------------------------------------------------------


def test_the_causes_are_in_order_with_reasons_checks_and_steps():
    shown = case_lines(case_of(SAG), None, CLOCK_S)
    assert shown["causes"][0] == {
        "key": "thin_cable",
        "cause": "Thin, long or loose supply cable",
        "verdict": "likely",
        "because": "The voltage fell only while 6.00\N{NO-BREAK SPACE}kW were drawn: L1 stood at"
        " 170\N{NO-BREAK SPACE}V then, and at 228\N{NO-BREAK SPACE}V with 288\N{NO-BREAK SPACE}W.",
        "but": "",
        "check": shown["causes"][0]["check"],
    }
    assert shown["help"][-1] == SERVICE
    assert (shown["clock"], shown["over"]) == ("2023-01-02 12:00:42", "2023-01-02 12:02:22")


def test_a_curve_shows_the_last_minutes_or_half_an_hour_where_it_is_slow():
    quick = case_lines(case_of(SAG), None, CLOCK_S)["curves"][0]
    assert quick["times_s"] == [at_s for at_s in TIMES_S if at_s >= -SHORT_S]
    assert [line["label"] for line in quick["lines"]][0] == "Grid voltage L1"
    assert [limit["label"] for limit in quick["limits"]] == ["Grid Vol Low", "Grid Vol High"]
    assert "F64" in SLOW
    slow = case_lines(case_of(evidence_of("F64")), None, CLOCK_S)["curves"][0]
    assert slow["times_s"] == list(TIMES_S)


def test_figures_are_shown_in_the_units_of_a_reader():
    leak = evidence_of("F16", residual_a=(0.0, 0.1, 0.2, 0.3, 0.35, 0.0))
    shown = case_lines(case_of(leak), None, CLOCK_S)
    assert shown["curves"][0]["lines"][0]["values"] == [0.0, 100.0, 200.0, 300.0, 350.0, 0.0]
    row = shown["table"][0]
    assert (row["label"], row["now"]) == ("Leakage current", "350\N{NO-BREAK SPACE}mA")
    assert shown["table"][1]["now"] == "0.0\N{NO-BREAK SPACE}kohm"


# A state is shown in words, it is no line of the journal.
JOURNALLED = [row for row in ALARMS if row.severity != STATE]


@pytest.mark.parametrize("row", JOURNALLED, ids=[row.code for row in JOURNALLED])
def test_every_code_has_a_page_with_and_without_evidence(row):
    for evidence in (evidence_of(row.code), None):
        case = Case(AlarmEntry(CLOCK_S, row.code, True, 1), None, evidence)
        shown = Diagnosis(
            **json.loads(json.dumps(case_lines(case, None, CLOCK_S), allow_nan=False))
        )
        assert shown.causes and shown.help and shown.message and shown.advice
        assert bool(shown.table) == bool(evidence and shown.curves)


def test_an_older_alarm_without_evidence_still_has_its_causes():
    shown = case_lines(Case(AlarmEntry(CLOCK_S, "F42", True, 1), None, None), None, CLOCK_S)
    assert [one["verdict"] for one in shown["causes"]] == ["open"] * 4
    assert shown["curves"] == shown["table"] == [] and shown["complete"]


# fmt: off
COMPLETE = [
    # complete  seconds later  shown as complete
    (True,        10.0,        True),
    (False,       10.0,        False),
    (False,       61.0,        True),   # a restart cut it short
]
# fmt: on


@pytest.mark.parametrize(("kept", "later_s", "shown"), COMPLETE)
def test_readings_are_awaited_for_a_minute_only(kept, later_s, shown):
    case = case_of(dataclasses.replace(SAG, complete=kept), over=False)
    assert case_lines(case, None, CLOCK_S + later_s)["complete"] == shown


# ---- the service report --------------------------------------------------------------------

# fmt: off
REPORTED = [
    # statement      what the report says
    ("CH7-FLT-003",  "1. Inverter serial number: 1801012001"),
    ("CH7-FLT-004",  "2. Distributor or service centre: "),
    ("CH7-FLT-005",  "3. First on-grid power generation: 2022-05-06"),
    ("CH7-FLT-006",  "4. Problem: F42 AC line low voltage, since 2023-01-02 12:00:42, over at 2023-01-02 12:02:22"),
    ("CH7-FLT-006",  "   Indicators then: DC lit, AC dark, Normal lit, Alarm lit"),
    ("CH7-FLT-006",  "   Other codes then: LOWBAT"),
    ("CH7-FLT-006",  "   Grid voltage L1: 170\N{NO-BREAK SPACE}V"),
    ("CH7-FLT-007",  "5. Your name, telephone, address: "),
]
# fmt: on


@pytest.mark.parametrize(("ledger", "line"), REPORTED)
def test_the_report_holds_what_the_service_asks_for(ledger, line):
    findings = diagnosed("F42", None)
    lines = report(case_of(SAG), findings, date(2022, 5, 6)).splitlines()
    assert line in lines, ledger


def test_the_report_of_an_alarm_that_stands_says_so_and_names_what_speaks_for_a_cause():
    text = case_lines(case_of(SAG, over=False), None, CLOCK_S)["report"]
    assert "since 2023-01-02 12:00:42, not cleared" in text
    assert "First on-grid power generation: not yet" in text
    assert "   Thin, long or loose supply cable: The voltage fell only while" in text
