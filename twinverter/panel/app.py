"""The panel's server: page, files, API, stream and login, put together for one runner."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from twinverter.catalog.errors import SettingError, shown
from twinverter.live.codes import Locked, WrongCode
from twinverter.live.folder import StoreError
from twinverter.panel.api import Api
from twinverter.panel.check import CheckRoutes, HouseCheck
from twinverter.panel.guard import Guard
from twinverter.panel.login import SESSION_S, TooManyTriesError, cookie_of
from twinverter.panel.login import Login as Door
from twinverter.panel.refusal import refusal
from twinverter.panel.schemas import Done, Login
from twinverter.panel.selftest import SelfTestRoutes
from twinverter.panel.stream import Stream
from twinverter.panel.suggest import Suggesting, SuggestRoutes
from twinverter.web.assets import Assets

if TYPE_CHECKING:
    from twinverter.live.runner import Runner

FOLDER = Path(__file__).parent / "static"
SMALLEST_PACKED = 1000
PACKED_LEVEL = 6


def create_app(
    runner: "Runner",
    password: str | None = None,
    check: HouseCheck | None = None,
    suggest: tuple[Suggesting, Path] | None = None,
) -> FastAPI:
    """Return the panel of one runner; with a password, nothing but the page goes without it.

    `check` is the installation check of its house, where there is one, `suggest` a search for
    better settings, and the folder that keeps what was applied.
    """
    stream = Stream()

    @contextlib.asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        snapshots = runner.subscribe()
        showing = asyncio.create_task(stream.run(snapshots))
        try:
            yield
        finally:
            snapshots.close()
            showing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await showing

    # The framework's own /docs page loads its script from elsewhere; the schema is enough.
    app = FastAPI(title="Twinverter panel", docs_url=None, redoc_url=None, lifespan=life)
    door = Door(password) if password else None
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST_PACKED, compresslevel=PACKED_LEVEL)
    app.add_middleware(Guard, login=door)
    app.include_router(Api(runner).router())
    app.include_router(SelfTestRoutes(runner).router())
    if check is not None:
        app.include_router(CheckRoutes(runner, check).router())
    if suggest is not None:
        app.include_router(SuggestRoutes(runner, *suggest).router())
    app.add_api_websocket_route("/api/stream", stream.serve)
    add_page(app, FOLDER)
    add_login(app, door)
    add_errors(app, runner)
    return app


def add_page(app: FastAPI, folder: Path) -> None:
    """Serve the first page and the files of a folder."""
    assets = Assets(folder)

    @app.get("/", include_in_schema=False)
    async def page(request: Request) -> Response:
        return assets.page(request)

    @app.get("/static/{address:path}", include_in_schema=False)
    async def file(address: str, request: Request) -> Response:
        found = assets.file(address, request)
        return found or _told(404, f"There is no file {address}.")


def add_login(app: FastAPI, door: Door | None) -> None:
    """Let people in and out by the door's password; without a door nobody is asked."""

    @app.post("/api/login")
    async def login(body: Login, request: Request) -> Response:
        """Open a session: the cookie that everything else asks for."""
        if door is None:
            return JSONResponse(Done().model_dump())
        try:
            token = await door.open(body.password, request.client.host if request.client else "")
        except TooManyTriesError as error:
            reply = _told(429, str(error))
            reply.headers["Retry-After"] = str(error.wait_s)
            return reply
        if token is None:
            return _told(401, "Wrong password.")
        reply = JSONResponse(Done().model_dump())
        reply.set_cookie(
            cookie_of(request),
            token,
            max_age=SESSION_S,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return reply

    @app.post("/api/logout")
    async def logout(request: Request) -> Response:
        """Close the session."""
        if door is not None:
            door.close(request.cookies.get(cookie_of(request)))
        reply = JSONResponse(Done().model_dump())
        reply.delete_cookie(cookie_of(request))
        return reply


def add_errors(app: FastAPI, runner: "Runner") -> None:
    """Answer whatever is refused with one line, in words about the runner's twin."""

    @app.exception_handler(SettingError)
    async def refused(request: Request, error: SettingError) -> Response:
        return JSONResponse({"error": refusal(error, runner.twin.values)}, 422)

    @app.exception_handler(Locked)
    async def locked(request: Request, error: Locked) -> Response:
        return _told(423, str(error))

    @app.exception_handler(WrongCode)
    async def wrong_code(request: Request, error: WrongCode) -> Response:
        return _told(403, str(error), wait_s=error.wait_s)

    @app.exception_handler(StoreError)
    async def not_stored(request: Request, error: StoreError) -> Response:
        return _told(503, str(error))

    @app.exception_handler(RequestValidationError)
    async def not_understood(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        place = shown(".".join(str(part) for part in first["loc"][1:]))
        return _told(
            422, f"{place or 'The request'}: {first['msg'].removeprefix('Value error, ')}."
        )

    @app.exception_handler(HTTPException)
    async def failed(request: Request, error: HTTPException) -> Response:
        return _told(error.status_code, f"{error.detail}.")


def _told(status: int, text: str, **more: Any) -> JSONResponse:
    """Return a refusal of one line."""
    return JSONResponse({"error": {"text": text, **more}}, status)
