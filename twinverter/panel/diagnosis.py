"""What a page shows of one alarm: causes in order, what to check, curves, and the service report.

The report is what the manual asks a customer to have at hand (section 7): serial number,
distributor, date of first on-grid generation, the problem with fault code and indicators, contact.
What only the customer knows is left as a line to fill in.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from twinverter.catalog.advice import ADVICE
from twinverter.catalog.alarms import find_alarm
from twinverter.catalog.diagnosis import SLOW, help_steps, shown_curves
from twinverter.catalog.evidence import BY_KEY, CURVES, Curve
from twinverter.catalog.settings import find
from twinverter.live.evidence import AFTER_S
from twinverter.live.memory import AlarmEntry, Evidence
from twinverter.words import figures
from twinverter.words.diagnosis import Finding, diagnosed
from twinverter.words.readings import Readings, told

# What is drawn of an alarm whose causes work within seconds.
SHORT_S = 90.0
LAMPS = (("dc", "DC"), ("ac", "AC"), ("normal", "Normal"), ("alarm", "Alarm"))
VERSIONS = ("hmi_version", "main_version")


class Case(NamedTuple):
    """One alarm with what is known of it; `end` where it is over."""

    rose: AlarmEntry
    end: AlarmEntry | None
    evidence: Evidence | None

    def is_complete(self, now_s: float) -> bool:
        """Return whether no reading will come any more; a restart ends the evidence early."""
        late = now_s - self.rose.clock_s > AFTER_S
        return self.evidence is None or self.evidence.complete or late


def case_lines(case: Case, first_on_grid: date | None, now_s: float) -> dict[str, Any]:
    """Return everything that the page of one alarm shows at a time, ready for JSON."""
    row, readings = find_alarm(case.rose.code), _readings(case.evidence)
    findings = diagnosed(row.code, readings)
    return {
        "seq": case.rose.seq,
        "code": case.rose.code,
        "name": row.name,
        "severity": row.severity,
        "message": row.message,
        "advice": ADVICE[row.code],
        "clock": _stamp(case.rose),
        "over": _stamp(case.end) if case.end else None,
        "causes": [_cause(finding) for finding in findings],
        "help": list(help_steps(row.code)),
        "curves": _curves(row.code, case.evidence),
        "table": _table(row.code, readings),
        "complete": case.is_complete(now_s),
        "report": report(case, findings, first_on_grid),
    }


def report(case: Case, findings: Sequence[Finding], first_on_grid: date | None) -> str:
    """Return the text that a dealer or service centre asks for."""
    row, evidence = find_alarm(case.rose.code), case.evidence
    readings = _readings(evidence)
    first = first_on_grid.isoformat() if first_on_grid else "not yet"
    lines = [
        "SERVICE REPORT",
        f"1. Inverter serial number: {find('inverter_id').default}",
        "2. Distributor or service centre: ",
        f"3. First on-grid power generation: {first}",
        f"4. Problem: {row.code} {row.name}, since {_stamp(case.rose)}"
        + (f", over at {_stamp(case.end)}" if case.end else ", not cleared"),
        f"   {row.message}",
    ]
    if evidence:
        others = [code for code in evidence.standing if code != case.rose.code]
        lines.append(f"   Indicators then: {_indicators(evidence)}")
        lines.append(f"   Other codes then: {', '.join(others) or 'none'}")
        lines += [f"   {one['label']}: {one['now']}" for one in _table(row.code, readings)]
    for finding in findings:
        if finding.because:
            lines.append(f"   {finding.cause}: {' '.join(finding.because)}")
    versions = ", ".join(f"{row.label} {row.default}" for row in map(find, VERSIONS))
    return "\n".join([*lines, f"   Versions: {versions}", "5. Your name, telephone, address: "])


def _cause(finding: Finding) -> dict[str, Any]:
    return {
        "key": finding.key,
        "cause": finding.cause,
        "verdict": finding.verdict,
        "because": " ".join(finding.because),
        "but": " ".join(finding.but),
        "check": finding.check,
    }


def _readings(evidence: Evidence | None) -> Readings | None:
    return Readings(evidence.clock_s, evidence.times_s, evidence.figures) if evidence else None


def _curves(code: str, evidence: Evidence | None) -> list[dict[str, Any]]:
    """Return the curves that tell most about a code, in the units of a reader."""
    if evidence is None:
        return []
    from_s = float("-inf") if code in SLOW else -SHORT_S
    places = [place for place, at_s in enumerate(evidence.times_s) if at_s >= from_s]
    return [_curve(CURVES[key], evidence, places) for key in shown_curves(code)]


def _curve(curve: Curve, evidence: Evidence, places: Sequence[int]) -> dict[str, Any]:
    first = BY_KEY[curve.figures[0]]

    def line(key: str) -> dict[str, Any]:
        figure, column = BY_KEY[key], evidence.figures[key]
        values = [round(column[place] * figure.scale, 4) for place in places]
        return {"label": figure.label, "values": values}

    known = [key for key in curve.figures if key in evidence.figures]
    limits = [key for key in curve.limits if key in evidence.figures]
    return {
        "title": curve.title,
        "unit": first.unit,
        "decimals": first.decimals,
        "times_s": [evidence.times_s[place] for place in places],
        "lines": [line(key) for key in known],
        "limits": [line(key) for key in limits],
    }


def _table(code: str, readings: Readings | None) -> list[dict[str, str]]:
    """Return the figures of a code's curves before, at and after the alarm, in words."""
    if readings is None:
        return []
    keys = [key for curve in shown_curves(code) for key in CURVES[curve].figures]
    return [
        {"label": BY_KEY[key].label, **{name: told(key, value) for name, value in row.items()}}
        for key in keys
        if (row := _moments(key, readings))
    ]


def _moments(key: str, readings: Readings) -> dict[str, float]:
    """Return a figure well before the alarm, at it, and at the end of what is known."""
    if not readings.column(key):
        return {}
    before = readings.span(key, -readings.length_s, min(-30.0, -readings.length_s / 2.0))
    before = before or [readings.column(key)[0]]
    return {"before": before[-1], "now": readings.now(key), "after": readings.column(key)[-1]}


def _indicators(evidence: Evidence) -> str:
    lit = (f"{name} {'lit' if evidence.lamps.get(key) else 'dark'}" for key, name in LAMPS)
    return ", ".join(lit)


def _stamp(entry: AlarmEntry) -> str:
    return f"{figures.moment(entry.clock_s):%Y-%m-%d %H:%M:%S}"
