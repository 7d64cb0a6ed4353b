"""Where a history lies: a file of its own, or a PostgreSQL server by URL."""

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from twinverter.monitor.history import History
from twinverter.monitor.levels import Plan

POSTGRES = ("postgresql://", "postgres://")


def open_history(place: str | Path, plan: Plan | None = None) -> History:
    """Return the history at a path or a `postgresql://` URL, made where there is none.

    HistoryError where it cannot be used, HistoryAway where its server cannot be reached.
    """
    plan = plan or Plan()
    if isinstance(place, str) and place.startswith(POSTGRES):
        from twinverter.monitor.postgres import PostgresHistory

        return PostgresHistory(place, plan)
    from twinverter.monitor.embedded import EmbeddedHistory

    return EmbeddedHistory(Path(place), plan)


def told_place(place: str) -> str:
    """Return a place as it may be shown: a URL without its password."""
    if not place.startswith(POSTGRES):
        return place
    parts = urlsplit(place)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
