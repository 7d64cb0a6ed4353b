"""Data to take away: a device's rows as CSV or Parquet."""

import re
import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException

from twinverter.monitor.columns import KEYS
from twinverter.monitor.curves import clock_of
from twinverter.monitor.export import export
from twinverter.portal.asked import Device, Here
from twinverter.portal.fields import REFUSED

router = APIRouter(prefix="/api/v1/devices/{name}", responses=REFUSED, tags=["export"])

Level = Literal["samples", "minute", "quarter", "hour", "day", "month", "year", "total"]
Format = Literal["csv", "parquet"]
KINDS = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
# Samples and minutes of more days than this are asked for in parts: 400 are kept (assumed).
MOST_FINE_DAYS = 400
FINE = ("samples", "minute")
FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind.partition(";")[0]: {} for kind in KINDS.values()}}
}


@router.get("/export", response_class=FileResponse, responses=FILES)
def take_away(
    portal: Here,
    device: Device,
    level: Level = "day",
    format: Format = "csv",
    start: Annotated[date | None, Query(ge=date(1970, 1, 1), le=date(2199, 12, 31))] = None,
    days: Annotated[int | None, Query(ge=1, le=40_000)] = None,
    figures: Annotated[str | None, Query(max_length=4000)] = None,
) -> FileResponse:
    """Return rows of a level: figures with min, mean and max, energies in Wh, times in s.

    `figures` names some, with commas between; all without. Rows begin with the day `start`, else
    with the first, over `days`, else to the last.
    """
    chosen = KEYS if figures is None else tuple(figures.split(",") if figures else ())
    strangers = [key for key in chosen if key not in KEYS]
    if strangers:
        raise HTTPException(422, f"figures {strangers[0]!r:.40}: no such figure")
    if level in FINE and (days is None or days > MOST_FINE_DAYS):
        days = MOST_FINE_DAYS
    if not portal.history.knows(device.name):
        raise HTTPException(404, "This device has not delivered anything yet")
    start_s = None if start is None else float(clock_of(start))
    folder = tempfile.TemporaryDirectory(prefix="twinverter-export-")
    try:
        path = Path(folder.name) / f"rows.{format}"
        export(portal.history, device.name, level, path, start_s, days, chosen)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        path,
        media_type=KINDS[format],
        filename=f"{file_name(device.name)}-{level}.{format}",
        background=BackgroundTask(folder.cleanup),
    )


def file_name(name: str) -> str:
    """Return a name as part of a file's: letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "device"
