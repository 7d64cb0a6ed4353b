"""What a device was like over a period: curves, the balance of its energies, outages.

All is read from the history by the device's own clock, and nothing is kept between requests.
"""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from twinverter.monitor import balance as balances
from twinverter.monitor import curves, outages
from twinverter.portal.asked import Device, Here, Portal
from twinverter.portal.fields import REFUSED

router = APIRouter(prefix="/api/v1/devices/{name}", responses=REFUSED, tags=["periods"])

Period = Literal["day", "month", "year", "total"]
# Clocks of devices begin in 1970; no device of today lives to see 2200.
Day = Annotated[date, Query(alias="date", ge=date(1970, 1, 1), le=date(2199, 12, 31))]
With = Annotated[date | None, Query(alias="with", ge=date(1970, 1, 1), le=date(2199, 12, 31))]


class CurveState(BaseModel):
    """Lines over a period, a value a slot, null where nothing is known.

    A day has mean powers in W (positive feeds the loads, `load_w` is what loads took) and `soc`;
    other periods have energies in Wh and times in s. `step_s` is 0 where slots differ in length.
    """

    period: Period
    start_clock_s: float
    step_s: float
    labels: list[str]
    lines: dict[str, list[float | None]]
    compare: "CurveState | None" = None


class Part(BaseModel):
    """One line of a balance."""

    key: str
    label: str
    wh: float


class BalanceState(BaseModel):
    """What came in and went out over a period, and what of it nobody counted."""

    period: Period
    came_in: list[Part]
    went_out: list[Part]
    stored_wh: float
    unexplained_wh: float
    unexplained_share: float
    counted_s: float


class OutageState(BaseModel):
    """One time without mains; `end_clock_s` is null while it lasts."""

    start_clock_s: float
    end_clock_s: float | None
    lasted_s: float
    dark_s: float
    unserved_wh: float
    lowest_soc: float | None


class SupplyState(BaseModel):
    """Outages of a period, the newest first, at most 500, and sums over all of them.

    `known_s` is the time of which it is known whether there were mains.
    """

    period: Period
    outages: list[OutageState]
    count: int
    outage_s: float
    dark_s: float
    unserved_wh: float
    generator_s: float
    known_s: float
    by_day_s: dict[date, float]


MOST_OUTAGES = 500


@router.get("/curve", response_model=CurveState)
def curve(portal: Here, device: Device, period: Period, day: Day, beside: With = None) -> Any:
    """Return a device's lines over the period that holds a date, and over another one beside it."""
    found = _curve(portal, device.name, period, day)
    if beside is not None:
        found.compare = _curve(portal, device.name, period, beside)
    return found


@router.get("/balance", response_model=BalanceState)
def balance(portal: Here, device: Device, period: Period, day: Day) -> Any:
    """Return what came in and went out over the period that holds a date."""
    within = curves.span(period, day)
    if portal.history.knows(device.name):
        found = balances.balance(balances.sums_of(portal.history, device.name, period, within))
    else:
        found = balances.NOTHING
    sides = {
        name: [part._asdict() for part in getattr(found, name)] for name in ("came_in", "went_out")
    }
    return {"period": period} | found._asdict() | sides


@router.get("/outages", response_model=SupplyState)
def supply(portal: Here, device: Device, period: Period, day: Day) -> Any:
    """Return the outages of the period that holds a date, and how long the house went dark."""
    if not portal.history.knows(device.name):
        return SupplyState(period=period, outages=[], count=0, outage_s=0, dark_s=0, unserved_wh=0,
                           generator_s=0, known_s=0, by_day_s={})  # fmt: skip
    found = outages.supply(portal.history, device.name, period, day)
    return {
        "period": period,
        "outages": [_outage(one) for one in reversed(found.outages[-MOST_OUTAGES:])],
        "count": len(found.outages),
        "outage_s": found.outage_s,
        "dark_s": found.dark_s,
        "unserved_wh": found.unserved_wh,
        "generator_s": found.generator_s,
        "known_s": found.listed_s,
        "by_day_s": outages.per_day(found.outages, curves.span(period, day)),
    }


def _outage(one: outages.Outage) -> dict[str, Any]:
    return {
        "start_clock_s": one.start_s,
        "end_clock_s": None if one.is_open else one.end_s,
        "lasted_s": one.end_s - one.start_s,
        "dark_s": one.dark_s,
        "unserved_wh": one.unserved_wh,
        "lowest_soc": one.lowest_soc,
    }


def _curve(portal: Portal, name: str, period: Period, day: date) -> CurveState:
    if not portal.history.knows(name):
        start_s = curves.span(period, day).start_s
        return CurveState(period=period, start_clock_s=start_s, step_s=0, labels=[], lines={})
    found = curves.curve(portal.history, name, period, day)
    return CurveState(
        period=period,
        start_clock_s=found.start_s,
        step_s=found.step_s,
        labels=found.labels,
        lines=found.lines,
    )
