"""What Grafana is provisioned with: the data source, where dashboards lie, and one dashboard.

Panels are rows of a table; each asks the views of `views` for the chosen site and device.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

from twinverter.portal.views import SCHEMA

TITLE, UID = "Twinverter", "twinverter"
SOURCE = {"type": "postgres", "uid": UID}
# Grafana's page is 24 units wide.
WIDE = 24
HERE = "site IN (${site:singlequote}) AND device IN (${device:singlequote})"
DURING = "$__timeFilter(time)"


class Panel(NamedTuple):
    """One panel: its kind and title, unit, place and size, and what it asks."""

    kind: str
    title: str
    unit: str
    width: int
    height: int
    asks: str


def _curve(columns: str, view: str = "samples") -> str:
    return (
        f"SELECT time, device AS metric, {columns} FROM {SCHEMA}.{view}"
        f" WHERE {HERE} AND {DURING} ORDER BY time"
    )


def _bars(columns: str) -> str:
    return (
        f"SELECT time, {columns} FROM {SCHEMA}.days WHERE {HERE} AND {DURING}"
        " GROUP BY time ORDER BY time"
    )


# fmt: off
PANELS = (
    # kind          title                            unit       width height  what it asks
    Panel("stat",       "Solar now",                 "watt",        4, 4, f"SELECT sum(pv1_power + pv2_power) FROM {SCHEMA}.now WHERE {HERE}"),
    Panel("stat",       "Loads now",                 "watt",        4, 4, f"SELECT sum(load_power_total) FROM {SCHEMA}.now WHERE {HERE}"),
    Panel("stat",       "Grid now (buying above 0)", "watt",        4, 4, f"SELECT sum(grid_power_total) FROM {SCHEMA}.now WHERE {HERE}"),
    Panel("stat",       "Lowest charge now",         "percent",     4, 4, f"SELECT min(battery_soc) FROM {SCHEMA}.now WHERE {HERE}"),
    Panel("table",      "Standing alarms",           "none",        8, 4, f"SELECT site, device, alarms, heard FROM {SCHEMA}.now WHERE {HERE} AND alarms <> ''"),
    Panel("timeseries", "Solar",                     "watt",       12, 8, _curve("pv1_power + pv2_power AS solar")),
    Panel("timeseries", "Loads",                     "watt",       12, 8, _curve("load_power_total AS loads")),
    Panel("timeseries", "Battery (giving above 0)",  "watt",       12, 8, _curve("battery_power AS battery")),
    Panel("timeseries", "Charge",                    "percent",    12, 8, _curve("battery_soc AS charge")),
    Panel("timeseries", "Grid voltage",              "volt",       12, 8, _curve("grid_voltage_a AS l1, grid_voltage_b AS l2, grid_voltage_c AS l3")),
    Panel("timeseries", "Temperatures",              "celsius",    12, 8, _curve("battery_temperature AS battery, heatsink_temperature AS heatsink")),
    Panel("barchart",   "Energy by day",             "kwatth",     12, 8, _bars("sum(solar_kwh) AS solar, sum(load_kwh + home_kwh) AS loads, sum(grid_import_kwh) AS bought, sum(generator_kwh) AS generator")),
    Panel("barchart",   "Without power by day",      "s",          12, 8, _bars("sum(unserved_s) AS dark")),
    Panel("table",      "Alarms",                    "none",       12, 8, f"SELECT time, site, device, code, raised FROM {SCHEMA}.alarms WHERE {HERE} AND {DURING} ORDER BY time DESC LIMIT 200"),
    Panel("table",      "Changed settings",          "none",       12, 8, f"SELECT time, site, device, by, key, before, after FROM {SCHEMA}.changes WHERE {HERE} AND {DURING} ORDER BY time DESC LIMIT 200"),
)
CHOICES = (
    # name      label      what there is to choose
    ("site",    "Site",    f"SELECT DISTINCT site FROM {SCHEMA}.places ORDER BY site"),
    ("device",  "Device",  f"SELECT device FROM {SCHEMA}.places WHERE site IN (${{site:singlequote}}) ORDER BY device"),
)
# fmt: on


def provision(folder: Path, host: str, database: str, user: str) -> list[Path]:
    """Write what Grafana reads at its start into a folder and return the files; OSError.

    The password is not written: Grafana takes it from the environment.
    """
    files = {
        "provisioning/datasources/twinverter.yaml": _source(host, database, user),
        "provisioning/dashboards/twinverter.yaml": _provider(),
        "dashboards/twinverter.json": json.dumps(dashboard(), indent=2) + "\n",
    }
    paths = []
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def dashboard() -> dict[str, Any]:
    """Return the dashboard."""
    return {
        "uid": UID,
        "title": TITLE,
        "tags": ["solar"],
        "timezone": "browser",
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-24h", "to": "now"},
        "templating": {"list": [_choice(*row) for row in CHOICES]},
        "panels": _placed(),
    }


def _placed() -> list[dict[str, Any]]:
    """Return the panels, filled into rows from the left."""
    found, x, y, row_height = [], 0, 0, 0
    for number, panel in enumerate(PANELS, 1):
        if x + panel.width > WIDE:
            x, y, row_height = 0, y + row_height, 0
        found.append(_panel(number, panel, x, y))
        x, row_height = x + panel.width, max(row_height, panel.height)
    return found


def _panel(number: int, panel: Panel, x: int, y: int) -> dict[str, Any]:
    is_curve = panel.kind == "timeseries"
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "datasource": SOURCE,
        "gridPos": {"x": x, "y": y, "w": panel.width, "h": panel.height},
        "fieldConfig": {"defaults": {"unit": panel.unit}, "overrides": []},
        "targets": [
            {
                "refId": "A",
                "datasource": SOURCE,
                "format": "time_series" if is_curve else "table",
                "rawQuery": True,
                "rawSql": panel.asks,
            }
        ],
    }


def _choice(name: str, label: str, asks: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": SOURCE,
        "query": asks,
        "definition": asks,
        "multi": True,
        "includeAll": True,
        "current": {"text": ["All"], "value": ["$__all"]},
        "refresh": 2,
    }


def _source(host: str, database: str, user: str) -> str:
    # JSON is YAML: names need no quoting of our own.
    return (
        json.dumps(
            {
                "apiVersion": 1,
                "datasources": [
                    {
                        "name": TITLE,
                        "uid": UID,
                        "type": "postgres",
                        "url": host,
                        "user": user,
                        "jsonData": {"database": database, "sslmode": "prefer"},
                        "secureJsonData": {"password": "$TWINVERTER_GRAFANA_PASSWORD"},
                    }
                ],
            },
            indent=2,
        )
        + "\n"
    )


def _provider() -> str:
    folder = "/var/lib/grafana/dashboards"
    provider = {"name": TITLE, "type": "file", "options": {"path": folder}}
    return json.dumps({"apiVersion": 1, "providers": [provider]}, indent=2) + "\n"
