"""The journals of a device: its alarms with their diagnosis, and who changed which setting."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel
from sqlalchemy import Connection, Row, Select, Table, select
from starlette.exceptions import HTTPException

from twinverter.monitor.columnar import MOST_CLOCK_S, MOST_NUMBER
from twinverter.portal.asked import Device, Here
from twinverter.portal.fields import REFUSED
from twinverter.portal.places import MOST_ROWS, ROWS, Limit
from twinverter.portal.rights import API
from twinverter.portal.tables import alarms as alarm_lines
from twinverter.portal.tables import changes as change_lines
from twinverter.words.logbook import alarm_line, change_line, page_of

router = APIRouter(prefix=f"{API}/devices/{{name}}", responses=REFUSED, tags=["journals"])

Before = Annotated[float | None, Query(ge=0, le=MOST_CLOCK_S, allow_inf_nan=False)]


class AlarmLine(BaseModel):
    """An alarm rose or went."""

    life: str
    seq: int
    clock_s: float
    clock: str
    code: str
    raised: bool
    name: str
    severity: str
    message: str
    advice: str
    has_diagnosis: bool


class ChangeLine(BaseModel):
    """Somebody changed a setting; `wire` is what they came by."""

    life: str
    seq: int
    clock_s: float
    clock: str
    by: str
    wire: str
    key: str
    label: str
    page: str
    before_text: str
    after_text: str


@router.get("/alarms")
def alarms(
    found: Device, portal: Here, before: Before = None, limit: Limit = ROWS
) -> list[AlarmLine]:
    """Return the alarm journal, newest first by the device's clock; `before` goes on from there."""
    columns = [column for column in alarm_lines.c if column.name != "told"]
    has_told = alarm_lines.c.told.is_not(None).label("has_diagnosis")
    with portal.register.reading() as connection:
        rows = _page(connection, select(*columns, has_told), alarm_lines, found.id, before, limit)
    return [
        AlarmLine(life=row.life, has_diagnosis=row.has_diagnosis, **alarm_line(row)) for row in rows
    ]


@router.get("/alarms/{life}/{seq}")
def diagnosis(
    found: Device,
    portal: Here,
    life: Annotated[str, Path(max_length=40)],
    seq: Annotated[int, Path(ge=1, le=MOST_NUMBER)],
) -> dict[str, Any]:
    """Return the diagnosis of an alarm, as the device's own panel shows it."""
    query = select(alarm_lines.c.told).where(
        alarm_lines.c.device_id == found.id, alarm_lines.c.life == life, alarm_lines.c.seq == seq
    )
    told = None
    if life.isprintable():
        with portal.register.reading() as connection:
            told = connection.execute(query).scalar_one_or_none()
    if told is None:
        raise HTTPException(404, "There is no diagnosis of this alarm.")
    return dict(told)


@router.get("/changes")
def changes(
    found: Device, portal: Here, before: Before = None, limit: Limit = ROWS
) -> list[ChangeLine]:
    """Return the journal of changes, newest first; `before` a clock goes on from there."""
    with portal.register.reading() as connection:
        rows = _page(connection, select(change_lines), change_lines, found.id, before, limit)
    return [_change(row) for row in rows]


def _page(
    connection: Connection,
    query: Select[Any],
    lines: Table,
    device_id: int,
    before_s: float | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Return lines, newest first; all of the last second, so that none is lost between pages."""
    query = query.where(lines.c.device_id == device_id)
    query = query.order_by(lines.c.clock_s.desc(), lines.c.life, lines.c.seq.desc())
    if before_s is not None:
        query = query.where(lines.c.clock_s < before_s)
    rows = connection.execute(query.limit(limit)).all()
    if len(rows) < limit:
        return rows
    last_s = rows[-1].clock_s
    same = connection.execute(query.where(lines.c.clock_s == last_s).limit(MOST_ROWS)).all()
    return [row for row in rows if row.clock_s != last_s] + list(same)


def _change(row: Row[Any]) -> ChangeLine:
    line = change_line(row)
    return ChangeLine(
        life=row.life,
        wire=row.by.split(" ")[0],
        page=page_of(row.key),
        **{name: line[name] for name in ChangeLine.model_fields if name in line},
    )
