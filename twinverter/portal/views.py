"""Views for who asks by SQL, Grafana among them: devices by name, times in UTC, energies in kWh.

They stand in a schema of their own, so that a reader's rights end there, and are made anew by each
run: nothing is kept in them. The history files slots by the wall clock of a device; the time zone
of its site, or UTC where it has none, makes points of time of that.
"""

import psycopg

from twinverter.monitor.columns import FIGURES, SUMS
from twinverter.monitor.levels import LEVELS

SCHEMA = "twinverter"
# Any number will do: all who make the views take the same.
LOCK = 810_408_106
ZONE = "coalesce((SELECT name FROM pg_timezone_names WHERE name = site.timezone), 'UTC')"
PLACES = (
    "SELECT machine.id, machine.name AS device, site.name AS site, site.timezone,"
    f" {ZONE} AS zone, machine.heard_s, machine.moment, history.id AS number"
    " FROM portal.devices AS machine JOIN portal.sites AS site ON site.id = machine.site_id"
    " LEFT JOIN public.devices AS history ON history.name = machine.name"
)
THOUSAND, MILLION = 1000.0, 1_000_000.0


def statements() -> list[str]:
    """Return what makes the views, in order."""
    made = [
        f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE",
        f"CREATE SCHEMA {SCHEMA}",
        # Time zones are many files: they are looked through once, not for each row.
        f"CREATE MATERIALIZED VIEW {SCHEMA}.zones AS SELECT name FROM pg_timezone_names",
        f"CREATE VIEW {SCHEMA}.places AS {PLACES.replace('pg_timezone_names', f'{SCHEMA}.zones')}",
    ]
    made += [_slots(level.name, level.code) for level in LEVELS if level.name not in UNTIMED]
    return [*made, _samples(), _now(), _alarms(), _changes()]


# All time is no point of time, and minutes are stored for fast ticks only: samples serve there.
UNTIMED = ("total",)


def make(url: str) -> None:
    """Make the views in a database; psycopg.Error where it cannot be."""
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        for statement in statements():
            connection.execute(statement)


def _slots(level: str, code: int) -> str:
    means = ", ".join(f"slot.{figure.key}_mean AS {figure.key}" for figure in FIGURES)
    time = "to_timestamp(slot.slot) AT TIME ZONE 'UTC'"
    return (
        f"CREATE VIEW {SCHEMA}.{level}s AS SELECT place.site, place.device,"
        f" {time} AS clock, ({time}) AT TIME ZONE place.zone AS time,"
        f" slot.span_ms / {THOUSAND} AS counted_s, {_sums('slot')}, {means}"
        f" FROM {SCHEMA}.places AS place JOIN public.rollups AS slot"
        f" ON slot.device = place.number AND slot.level = {code}"
    )


def _samples() -> str:
    figures = ", ".join(f"sample.{figure.key}" for figure in FIGURES)
    time = f"to_timestamp(sample.start_ms / {THOUSAND}) AT TIME ZONE 'UTC'"
    return (
        f"CREATE VIEW {SCHEMA}.samples AS SELECT place.site, place.device,"
        f" {time} AS clock, ({time}) AT TIME ZONE place.zone AS time,"
        f" sample.span_ms / {THOUSAND} AS counted_s, {_sums('sample')}, {figures}"
        f" FROM {SCHEMA}.places AS place JOIN public.samples AS sample"
        " ON sample.device = place.number"
    )


def _sums(table: str) -> str:
    """Return the sums, kept as thousandths of Wh and s, in kWh and s."""
    parts = []
    for name in SUMS:
        if name.endswith("_wh"):
            parts.append(f"{table}.{name} / {MILLION} AS {name.removesuffix('_wh')}_kwh")
        else:
            parts.append(f"{table}.{name} / {THOUSAND} AS {name}")
    return ", ".join(parts)


def _now() -> str:
    figures = ", ".join(
        f"(place.moment -> 'figures' ->> '{figure.key}')::float AS {figure.key}"
        for figure in FIGURES
    )
    codes = (
        "(SELECT string_agg(code, ' ' ORDER BY code)"
        " FROM jsonb_object_keys(coalesce(place.moment -> 'codes', '{}')) AS code)"
    )
    return (
        f"CREATE VIEW {SCHEMA}.now AS SELECT place.site, place.device,"
        f" to_timestamp(place.heard_s) AS heard, coalesce({codes}, '') AS alarms, {figures}"
        f" FROM {SCHEMA}.places AS place"
    )


def _journal(table: str, columns: str) -> str:
    time = "to_timestamp(line.clock_s) AT TIME ZONE 'UTC'"
    return (
        f"CREATE VIEW {SCHEMA}.{table} AS SELECT place.site, place.device, {time} AS clock,"
        f" ({time}) AT TIME ZONE place.zone AS time, {columns}"
        f" FROM {SCHEMA}.places AS place JOIN portal.{table} AS line ON line.device_id = place.id"
    )


def _alarms() -> str:
    return _journal("alarms", "line.code, line.raised")


def _changes() -> str:
    return _journal("changes", "line.by, line.key, line.before, line.after")
