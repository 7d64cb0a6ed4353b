"""Devices that are named before they report: loggers and messages carry no token of a site."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel
from sqlalchemy import Connection, insert

from twinverter.monitor.delivery import check_device
from twinverter.monitor.history import HistoryError
from twinverter.portal import tables
from twinverter.portal.asked import Here, Site
from twinverter.portal.fields import REFUSED, Body, Line
from twinverter.portal.register import Register

router = APIRouter(prefix="/api/v1/sites/{id}", responses=REFUSED, tags=["sites"])


def _possible(name: str) -> str:
    try:
        check_device(name)
    except HistoryError as error:
        raise ValueError(str(error)) from None
    return name


class NewDevice(Body):
    """A device by the name under which it will report, and what people call it."""

    name: Annotated[Line, AfterValidator(_possible)]
    title: Line = ""


class NamedDevice(BaseModel):
    """What was named."""

    name: str
    title: str


@router.post("/devices", status_code=201, response_model=NamedDevice)
def name_device(portal: Here, site: Site, body: NewDevice) -> NamedDevice:
    """Name a device on a site: `logger-SERIAL` for a data logger, `mqtt-NAME` for a broker's."""
    add_device(portal.register, site.id, body.name, body.title)
    return NamedDevice(name=body.name, title=body.title)


def add_device(register: Register, site_id: int, name: str, title: str = "") -> None:
    """Put a device into the register; Conflict where there is one of that name."""
    with register.begin() as link:
        named_device(link, site_id, name, title)


def named_device(link: Connection, site_id: int, name: str, title: str = "") -> None:
    """Put a device into the register within a transaction."""
    link.execute(insert(tables.devices).values(name=name, site_id=site_id, title=title))
