"""The register's tables, one text for SQLite and PostgreSQL.

In PostgreSQL they stand in a schema of their own, beside the history's; a SQLite file has none.
Server times (`..._s` without a clock) are seconds since 1970, UTC; `clock_s` is a device's own wall
clock. Ids are never given twice, so what once belonged to somebody never belongs to somebody else.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

LAYOUT = 1
SCHEMA = "portal"

METADATA = MetaData(schema=SCHEMA)
# Ids of SQLite are used again after a deletion unless they are told not to be.
KEPT: dict[str, Any] = {"sqlite_autoincrement": True}
KEEPS = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def _id() -> Column[int]:
    # One that is given, as when a register is copied, may stand.
    return Column("id", Integer, Identity(always=False), primary_key=True)


def _of(table: str, name: str, *, null: bool = False, key: bool = False) -> Column[int]:
    """Return a column that names a row of another table and goes with it."""
    other = ForeignKey(f"{SCHEMA}.{table}.id", ondelete="CASCADE")
    return Column(name, Integer, other, nullable=null and not key, primary_key=key)


layout = Table("layout", METADATA, Column("version", Integer, nullable=False))

users = Table(
    "users",
    METADATA,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("mail", Text, nullable=False, default=""),
    Column("password_hash", Text, nullable=False),
    Column("is_operator", Boolean, nullable=False, default=False),
    Column("is_disabled", Boolean, nullable=False, default=False),
    Column("made_s", Double, nullable=False),
    **KEPT,
)

sessions = Table(
    "sessions",
    METADATA,
    Column("digest", Text, primary_key=True),
    _of("users", "user_id"),
    Column("csrf", Text, nullable=False),
    Column("made_s", Double, nullable=False),
    Column("ends_s", Double, nullable=False),
    Column("address", Text, nullable=False, default=""),
    Column("agent", Text, nullable=False, default=""),
)

sites = Table(
    "sites",
    METADATA,
    _id(),
    Column("name", Text, nullable=False),
    Column("place", Text, nullable=False, default=""),
    Column("latitude_deg", Double),
    Column("longitude_deg", Double),
    Column("timezone", Text, nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("made_s", Double, nullable=False),
    **KEPT,
)

# A device's token names its site and no user, an API's token the user as whom it acts.
tokens = Table(
    "tokens",
    METADATA,
    _id(),
    Column("digest", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("label", Text, nullable=False, default=""),
    _of("users", "user_id", null=True),
    _of("sites", "site_id", null=True),
    Column("made_s", Double, nullable=False),
    Column("ends_s", Double),
    Column("used_s", Double),
    Column("revoked_s", Double),
    **KEPT,
)

# The last lines of this life that are here, and the alarms whose diagnosis is not complete yet,
# stand in the row: every delivery asks for them.
devices = Table(
    "devices",
    METADATA,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    _of("sites", "site_id"),
    Column("title", Text, nullable=False, default=""),
    Column("life", Text, nullable=False, default=""),
    Column("alarms_seq", BigInteger, nullable=False, default=0),
    Column("changes_seq", BigInteger, nullable=False, default=0),
    Column("untold", KEEPS, nullable=False, default=list),
    Column("about", KEEPS),
    Column("heard_s", Double),
    Column("every_s", Double, nullable=False, default=0.0),
    Column("moment", KEEPS),
    Column("settings", KEEPS),
    Column("settings_s", Double),
    **KEPT,
)

members = Table(
    "members",
    METADATA,
    _of("users", "user_id", key=True),
    _of("sites", "site_id", key=True),
    Column("role", Text, nullable=False),
    Index("members_by_site", "site_id"),
)

alarms = Table(
    "alarms",
    METADATA,
    _of("devices", "device_id", key=True),
    Column("life", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("clock_s", Double, nullable=False),
    Column("code", Text, nullable=False),
    Column("raised", Boolean, nullable=False),
    Column("told", KEEPS),
    Index("alarms_by_clock", "device_id", "clock_s"),
)

changes = Table(
    "changes",
    METADATA,
    _of("devices", "device_id", key=True),
    Column("life", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("clock_s", Double, nullable=False),
    Column("by", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("before", KEEPS),
    Column("after", KEEPS),
    Index("changes_by_clock", "device_id", "clock_s"),
)

audit = Table(
    "audit",
    METADATA,
    _id(),
    Column("at_s", Double, nullable=False),
    Column("who", Text, nullable=False),
    Column("address", Text, nullable=False, default=""),
    Column("what", Text, nullable=False),
    Column("target", Text, nullable=False, default=""),
    Column("detail", Text, nullable=False, default=""),
    Column("outcome", Text, nullable=False),
    Index("audit_by_time", "at_s"),
    **KEPT,
)

subscriptions = Table(
    "subscriptions",
    METADATA,
    _of("sites", "site_id", key=True),
    Column("mail", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
)

sent = Table(
    "sent",
    METADATA,
    _of("sites", "site_id", key=True),
    Column("mail", Text, primary_key=True),
    Column("month", Text, primary_key=True),
)

# What lets guesses through on all portals of one server; a file has one portal, and none of these.
buckets = Table(
    "buckets",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("full_s", Double, nullable=False),
)
