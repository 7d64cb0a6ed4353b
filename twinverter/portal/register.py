"""The register: who may see which site, which device stands there, and what its journals hold.

It is SQLite beside a history in a file, and a schema beside a history in PostgreSQL. A transaction
is durable when `begin` ends well. Errors are those of a history: HistoryAway where the same may be
tried again, HistoryError, one line, else.
"""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.schema import CreateSchema

from twinverter.monitor.history import HistoryAway, HistoryError
from twinverter.monitor.opened import POSTGRES, told_place
from twinverter.portal.tables import LAYOUT, METADATA, SCHEMA, layout

SUFFIX = ".portal.sqlite"
# So long a transaction waits for another one, and a connection for its server.
PATIENCE_S, CONNECT_S = 10.0, 10
POOLED, MORE_POOLED = 5, 10
# Who only listens is asked after so long, and so often, whether it is still there (assumed).
ALIVE: dict[str, Any] = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
# Any number will do: all who prepare a register take the same.
LOCK = 810_408_105
AWAY = (OperationalError, InterfaceError, DisconnectionError, PoolTimeout)


class Conflict(HistoryError):  # noqa: N818
    """What was written contradicts what stands there, as a name that is given twice."""


class Register:
    """The register behind an engine; every method may be called from any thread."""

    def __init__(self, engine: Engine, place: str) -> None:
        self.engine = engine
        self.place = place
        self.is_file = engine.dialect.name == "sqlite"
        # SQLite has one writer at a time; who waits here waits in order.
        self._turn = threading.Lock() if self.is_file else contextlib.nullcontext()
        self._prepare()

    @classmethod
    def opened(cls, place: str | Path) -> "Register":
        """Return the register of the history at a place, made where there is none.

        HistoryError for one of another version, HistoryAway where its server cannot be reached.
        """
        if isinstance(place, str) and place.startswith(POSTGRES):
            url = make_url(place).set(drivername="postgresql+psycopg")
            engine = create_engine(
                url,
                connect_args={"connect_timeout": CONNECT_S},
                pool_size=POOLED,
                max_overflow=MORE_POOLED,
                pool_pre_ping=True,
            )
            event.listen(engine, "connect", _make_durable)
            return cls(engine, told_place(place))
        path = file_beside(Path(place))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HistoryError(f"register {path}: {error.strerror or error}") from None
        engine = create_engine(
            f"sqlite:///{path}",
            connect_args={"timeout": PATIENCE_S},
            execution_options={"schema_translate_map": {SCHEMA: None}},
        )
        event.listen(engine, "connect", _make_file_durable)
        event.listen(engine, "begin", _begin)
        return cls(engine, str(path))

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def connected(self) -> psycopg.Connection:
        """Return a connection of one's own to the server, which finds out when that is gone."""
        url = self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_S, **ALIVE)

    @contextlib.contextmanager
    def begin(self) -> Iterator[Connection]:
        """Make what is done inside durable or undone: Conflict, HistoryAway or HistoryError."""
        with self._turn, self._named(), self.engine.connect() as connection:
            if self.is_file:
                connection = connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Show one state of the register inside; what is written there is not kept."""
        with self._named(), self.engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError as error:
            raise Conflict(f"register {self.place}: {_line(error)}") from error
        except AWAY as error:
            raise HistoryAway(f"register {self.place}: {_line(error)}") from error
        except SQLAlchemyError as error:
            is_gone = isinstance(error, DBAPIError) and error.connection_invalidated
            kind = HistoryAway if is_gone else HistoryError
            raise kind(f"register {self.place}: {_line(error)}") from error

    def _prepare(self) -> None:
        with self.begin() as connection:
            if not self.is_file:
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
                connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
            METADATA.create_all(connection)
            version = connection.execute(select(layout.c.version)).scalar()
            if version is None:
                connection.execute(insert(layout).values(version=LAYOUT))
            elif version != LAYOUT:
                raise HistoryError(
                    f"register {self.place}: is of version {version}, not {LAYOUT};"
                    " run the version that wrote it"
                )


def file_beside(history: Path) -> Path:
    """Return where the register of a history in a file lies."""
    return history.with_name(history.name.removesuffix(".duckdb") + SUFFIX)


def _make_file_durable(connection: Any, record: object) -> None:
    # SQLAlchemy's events begin transactions, so the driver must not.
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _make_durable(connection: Any, record: object) -> None:
    # A server may be told to acknowledge what is not on disk yet; not here.
    connection.autocommit = True
    connection.execute("SET synchronous_commit = on")
    connection.autocommit = False


def _begin(connection: Connection) -> None:
    # A reader that turns writer late would find the file locked.
    is_writer = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")


def _line(error: SQLAlchemyError) -> str:
    """Return what the database said, without the statement and its values."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(cause).split())
