"""The page: all cards in the order of a reader's questions."""

from importlib.resources import files
from pathlib import Path

from twinverter.batch.report.days import days_card
from twinverter.batch.report.flow_diagram import flow_diagram
from twinverter.batch.report.headline import headline, top
from twinverter.batch.report.maps import maps_card
from twinverter.batch.report.markup import escape
from twinverter.batch.report.months import months_card
from twinverter.batch.report.supply import supply_card
from twinverter.batch.report.tables import alarms_card, battery_card, reasons_card, settings_card
from twinverter.batch.run import Run


def write_report(run: Run, path: str | Path) -> None:
    """Write the report of a run as one HTML file."""
    Path(path).write_text(report_html(run), encoding="utf-8")


def report_html(run: Run) -> str:
    """Return the report of a run as one HTML page."""
    cards = (
        top(run),
        headline(run),
        flow_diagram(run.summary),
        months_card(run),
        maps_card(run),
        supply_card(run),
        days_card(run),
        reasons_card(run),
        battery_card(run),
        alarms_card(run),
        settings_card(run),
        _foot(run),
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f"<title>{escape(run.house.name)} &#183; Twinverter</title>"
        f"<style>{_text('report.css')}</style></head><body><main>{''.join(cards)}</main>"
        f"<script>//<![CDATA[\n{_text('report.js')}\n//]]></script></body></html>\n"
    )


def _foot(run: Run) -> str:
    found = run.summary
    return (
        f"<footer><p>{found['steps']} steps of {found['step_s']:g} s. Sources and sinks agreed in"
        f" every one of them to {found['balance_error_relative']:.0e} of their size.</p>"
        "<p>A simulation of a hybrid inverter, 8 kW, three phases, 48 V battery, by Twinverter."
        " It is no measurement.</p></footer>"
    )


def _text(name: str) -> str:
    return (files("twinverter.batch.report") / name).read_text(encoding="utf-8")
