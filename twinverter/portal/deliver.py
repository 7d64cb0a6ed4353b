"""The way in over HTTP: a device's courier posts a delivery and is told once it is durable."""

import asyncio

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from twinverter.monitor.delivery import MEDIA_TYPE, unpacked
from twinverter.portal.asked import Here, Who
from twinverter.portal.fields import REFUSED
from twinverter.portal.rights import API

router = APIRouter(prefix=API, responses=REFUSED, tags=["deliveries"])

BODY = {
    "requestBody": {
        "required": True,
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}


class Answer(BaseModel):
    """What became of a delivery that is durable now, and from where the journals go on."""

    taken: int
    repeated: int
    expired: int
    alarms_seq: int
    changes_seq: int
    untold: list[int]


@router.post("/deliver", openapi_extra=BODY)
async def deliver(request: Request, portal: Here, actor: Who) -> Answer:
    """Take a delivery: 422 says that it never will be, 503 that it may come again later."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != MEDIA_TYPE:
        raise HTTPException(415, f"A delivery is sent as {MEDIA_TYPE}.")
    body = await request.body()
    delivery = await asyncio.to_thread(unpacked, body)
    told = await asyncio.wrap_future(portal.inbox.submit(delivery, actor.site_id))
    return Answer(**told._asdict())
