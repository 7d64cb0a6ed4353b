"""The figures of a device at a moment, sorted into pages: now, or read from the history.

Where the samples of a moment have been thrown away, the means of its hour stand in their place.
"""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from twinverter.monitor.columnar import MOST_CLOCK_S
from twinverter.monitor.columns import FIGURES, Figure
from twinverter.monitor.history import History, HistoryAway, HistoryError
from twinverter.monitor.levels import HOUR_S, SAMPLES
from twinverter.portal.asked import Device, Here
from twinverter.portal.fields import REFUSED
from twinverter.portal.rights import API
from twinverter.words import figures as printed

router = APIRouter(prefix=f"{API}/devices/{{name}}", responses=REFUSED, tags=["figures"])

At = Annotated[float | None, Query(ge=0, le=MOST_CLOCK_S, allow_inf_nan=False)]
UNITS = {"degC": "°C"}
NOTHING = "Nothing is known of this device at that time."
# fmt: off
PAGES = (
    # page         title             begins of the keys on it
    ("solar",      "Solar",          ("pv",)),
    ("battery",    "Battery",        ("battery_",)),
    ("bms",        "Li-BMS",         ("bms1_",)),
    ("grid",       "Grid",           ("grid_", "ct_")),
    ("inverter",   "Inverter",       ("inverter_", "ac_relays", "power_on")),
    ("load",       "Load",           ("load_", "ups_")),
    ("generator",  "Generator port", ("gen_",)),
    ("device",     "Device",         ("",)),
)
# fmt: on


class FigureLine(BaseModel):
    """One figure in its unit; null where nobody measured it."""

    key: str
    label: str
    value: float | None
    unit: str
    decimals: int


class Page(BaseModel):
    """The figures of one page."""

    page: str
    title: str
    rows: list[FigureLine]


class FigurePages(BaseModel):
    """All figures at a moment; `level` says whether they are of a sample or of an hour."""

    clock_s: float
    clock: str
    level: str
    pages: list[Page]


@router.get("/figures")
def figures(found: Device, portal: Here, at: At = None) -> FigurePages:
    """Return the figures of the newest moment, or of the last before `at` by the device's clock."""
    if at is None:
        if found.moment is None:
            raise HTTPException(404, NOTHING)
        return _told(found.moment["clock_s"], "now", found.moment["figures"])
    for level, suffix in ((SAMPLES, ""), ("hour", "_mean")):
        row = _last(portal.history, found.name, level, at)
        if row is not None:
            values = {one.key: row[one.key + suffix] for one in FIGURES}
            return _told(float(row["start_s"] or 0.0), level, values)
    raise HTTPException(404, NOTHING)


def _last(history: History, device: str, level: str, at_s: float) -> Mapping[str, float] | None:
    """Return the last row of a level that begins in the hour before a moment."""
    start_s = at_s - HOUR_S if level == SAMPLES else at_s - at_s % HOUR_S
    try:
        rows = history.read(device, level, start_s, at_s + 0.001, sums=())
    except HistoryAway:
        raise
    except HistoryError:
        return None
    return rows.slice(rows.num_rows - 1).to_pylist()[0] if rows.num_rows else None


def _told(clock_s: float, level: str, values: Mapping[str, float | None]) -> FigurePages:
    pages: dict[str, list[FigureLine]] = {page: [] for page, _, _ in PAGES}
    for figure in FIGURES:
        pages[page_of(figure.key)].append(_line(figure, values.get(figure.key)))
    return FigurePages(
        clock_s=clock_s,
        clock=f"{printed.moment(clock_s):%Y-%m-%d %H:%M:%S}",
        level=level,
        pages=[Page(page=page, title=title, rows=pages[page]) for page, title, _ in PAGES],
    )


def page_of(key: str) -> str:
    """Return the page on which a figure stands."""
    return next(page for page, _, begins in PAGES if key.startswith(begins))


def _line(figure: Figure, value: float | None) -> FigureLine:
    label = figure.row.meaning
    return FigureLine(
        key=figure.key,
        label=label[:1].upper() + label[1:],
        value=None if value is None else round(value, figure.decimals),
        unit=UNITS.get(figure.unit, figure.unit),
        decimals=figure.decimals,
    )
