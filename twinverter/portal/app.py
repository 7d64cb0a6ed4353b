"""The portal's server: pages, files, API, stream and doors, put together for one portal."""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect

from twinverter.catalog.errors import shown
from twinverter.monitor.history import HistoryAway, HistoryError
from twinverter.portal import (
    account_routes,
    audit,
    deliver,
    devices,
    figures,
    journals,
    me,
    members,
    months,
    naming,
    periods,
    settings,
    sites,
    stream,
    takeaway,
    token_routes,
)
from twinverter.portal.asked import Portal
from twinverter.portal.doors import Doors
from twinverter.portal.filing import NotYours
from twinverter.portal.guard import Guard
from twinverter.portal.register import Conflict
from twinverter.web.assets import Assets

log = logging.getLogger("twinverter.portal")

FOLDER = Path(__file__).parent / "static"
SMALLEST_PACKED, PACKED_LEVEL = 1000, 6
# So long a sender should wait for a database that is away (assumed).
AWAY_S = 5
ROUTES = (
    me, account_routes, token_routes, audit, members, sites, naming, devices, settings, figures,
    journals, periods, takeaway, months, deliver, stream,
)  # fmt: skip
FAILED = "The portal failed at this; its log says why."


def create_app(portal: Portal, doors: Doors) -> FastAPI:
    """Return the server of a portal; `doors` say who comes in."""
    # The framework's own /docs page loads its script from elsewhere; the schema is enough.
    app = FastAPI(title="Twinverter portal", docs_url=None, redoc_url=None)
    app.state.portal = portal
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST_PACKED, compresslevel=PACKED_LEVEL)
    app.add_middleware(Guard, doors=doors)
    for module in ROUTES:
        app.include_router(module.router)
    _add_page(app)
    _add_errors(app)
    return app


def _add_page(app: FastAPI) -> None:
    assets = Assets(FOLDER)

    @app.get("/", include_in_schema=False)
    async def page(request: Request) -> Response:
        return assets.page(request)

    @app.get("/static/{address:path}", include_in_schema=False)
    async def file(address: str, request: Request) -> Response:
        found = assets.file(address, request)
        return found or told(404, f"There is no file {shown(address)}.")


def _add_errors(app: FastAPI) -> None:
    def answers(kind: type[Exception], status: int) -> None:
        app.add_exception_handler(kind, _refusal(status))

    answers(HistoryAway, 503)
    answers(NotYours, 403)
    answers(Conflict, 409)
    answers(HistoryError, 422)

    @app.exception_handler(RequestValidationError)
    async def not_understood(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        place = shown(".".join(str(part) for part in first["loc"][1:]))
        reason = first["msg"].removeprefix("Value error, ")
        return told(422, f"{place or 'The request'}: {reason}")

    @app.exception_handler(HTTPException)
    async def failed(request: Request, error: HTTPException) -> Response:
        reply = told(error.status_code, str(error.detail))
        reply.headers.update(error.headers or {})
        return reply

    @app.exception_handler(ClientDisconnect)
    async def gone(request: Request, error: ClientDisconnect) -> Response:
        return told(400, "The request broke off")

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> Response:
        log.error("portal: %s %s failed", request.method, shown(request.url.path), exc_info=error)
        return told(500, FAILED)


def _refusal(status: int) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return what answers an error with a status; its text names no place on this machine."""

    async def refused(request: Request, error: Exception) -> Response:
        if status != 503:
            return told(status, str(error) if status != 409 else "This contradicts what is there.")
        log.warning("%s", error)
        reply = told(status, "The portal's database is away. Ask again in a while.")
        reply.headers["Retry-After"] = str(AWAY_S)
        return reply

    return refused


def told(status: int, text: str) -> JSONResponse:
    """Return a refusal of one line."""
    line = " ".join(text.split()).rstrip(".")
    return JSONResponse({"error": {"text": f"{line}."}}, status)
