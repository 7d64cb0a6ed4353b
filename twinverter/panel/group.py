"""The page of a parallel system: its units, what each carries, and the hands on button and cable.

Each unit's own panel, with its settings and its world, is served beside it on a port of its own.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, FastAPI
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from twinverter.live.twin import BUTTON_KEY, POWER
from twinverter.live.world import defect_key
from twinverter.panel.app import PACKED_LEVEL, SMALLEST_PACKED, add_errors, add_login, add_page
from twinverter.panel.guard import Guard
from twinverter.panel.login import Login as Door
from twinverter.panel.schemas import SpeedWrite
from twinverter.panel.stream import Stream

if TYPE_CHECKING:
    from twinverter.live.group_runner import GroupRunner
    from twinverter.live.group_unit import Unit

FOLDER = Path(__file__).parent / "group_static"
CABLE = defect_key("peers_loss")
MOST_ADDRESS = 63


class UnitWrite(BaseModel):
    """What hands do to one unit; what is not named stays as it is."""

    model_config = ConfigDict(extra="forbid", strict=True)

    power_on: bool | None = None
    cable_in: bool | None = None


class GroupRoutes:
    """The addresses of one system; `panels` says on which port which unit's panel is."""

    def __init__(self, runner: "GroupRunner", panels: Mapping[int, int]) -> None:
        self._runner = runner
        self._system = runner.system
        self._panels = dict(panels)

    def router(self) -> APIRouter:
        """Return the routes."""
        routes = APIRouter(prefix="/api")
        routes.add_api_route("/group", self.group, methods=["GET"])
        routes.add_api_route("/units/{address}", self.write, methods=["POST"])
        routes.add_api_route("/speed", self.speed, methods=["POST"])
        return routes

    def shown(self) -> dict[str, Any]:
        """Return the moment, and where each unit's own panel is."""
        return self._system.snapshot() | self.where()

    def where(self) -> dict[str, Any]:
        """Return on which port which unit's own panel is."""
        return {"panels": self._panels}

    async def group(self) -> dict[str, Any]:
        """Return the moment of the whole system."""
        return self.shown()

    async def write(
        self,
        address: Annotated[int, InPath(ge=1, le=MOST_ADDRESS)],
        body: UnitWrite,
    ) -> dict[str, Any]:
        """Press a unit's button, or pull its parallel cable out or put it in."""
        unit = self._unit(address)
        if body.power_on is not None and body.power_on != unit.values[BUTTON_KEY]:
            unit.press(POWER)
        if body.cable_in is True:
            unit.give_back(CABLE)
        elif body.cable_in is False:
            unit.take(CABLE, 1.0)
        return self.shown()

    async def speed(self, body: SpeedWrite) -> dict[str, Any]:
        """Ask for a speed, pause, go on, or do steps, all units together."""
        if body.speed is not None:
            self._runner.speed(body.speed)
        if body.paused is not None:
            self._runner.pause() if body.paused else self._runner.resume()
        if body.step:
            self._runner.step(body.step)
        told: dict[str, Any] = self._system.snapshot()["speed"]
        return told

    def _unit(self, address: int) -> "Unit":
        for unit in self._system.units:
            if unit.address == address:
                return unit
        raise HTTPException(404, f"There is no unit {address} in this system")


def create_group_app(
    runner: "GroupRunner", panels: Mapping[int, int], password: str | None = None
) -> FastAPI:
    """Return the page of one system's runner; with a password, nothing but it goes without one."""
    stream = Stream()
    routes = GroupRoutes(runner, panels)

    async def moments(snapshots: AsyncIterator[dict[str, Any]]) -> AsyncIterator[dict[str, Any]]:
        async for snapshot in snapshots:
            yield snapshot | routes.where()

    @contextlib.asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        snapshots = runner.subscribe()
        showing = asyncio.create_task(stream.run(moments(snapshots)))
        try:
            yield
        finally:
            snapshots.close()
            showing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await showing

    app = FastAPI(title="Twinverter parallel system", docs_url=None, redoc_url=None, lifespan=life)
    door = Door(password) if password else None
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST_PACKED, compresslevel=PACKED_LEVEL)
    app.add_middleware(Guard, login=door)
    app.include_router(routes.router())
    app.add_api_websocket_route("/api/stream", stream.serve)
    add_page(app, FOLDER)
    add_login(app, door)
    add_errors(app, runner.units[0])
    return app
