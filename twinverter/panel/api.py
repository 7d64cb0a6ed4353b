"""The panel's API: one small method per address, all in the thread of the event loop.

The twin alone owns settings and state; it is asked and told here, and the store is read here.
"""

import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from twinverter.catalog.pages import SETTINGS
from twinverter.live.pins import driven
from twinverter.live.world import BY_KEY
from twinverter.panel.diagnosis import Case, case_lines
from twinverter.panel.greyed import greyed, hidden, in_force
from twinverter.panel.menu import menu
from twinverter.panel.preview import preview
from twinverter.panel.refusal import refused_choices
from twinverter.panel.schemas import (
    AlarmLine,
    ChangeLine,
    ClockSet,
    Code,
    CurveState,
    Diagnosis,
    Done,
    Error,
    PinState,
    PinsWrite,
    Place,
    Press,
    Preview,
    PreviewState,
    SettingsState,
    SettingsWrite,
    SettingsWritten,
    SpeedWrite,
    StripPoint,
    WorldWrite,
)
from twinverter.web.assets import ASK_AGAIN, asset, respond
from twinverter.words.logbook import alarm_line, change_line

if TYPE_CHECKING:
    from twinverter.live.runner import Runner

Line = Literal["solar", "load", "buy", "sell", "grid", "battery", "generator"]
Period = Literal["day", "month", "year", "total"]
PATHS = {row.key: row.path for row in SETTINGS}
REFUSED: dict[int | str, dict[str, Any]] = {
    status: {"model": Error} for status in (401, 403, 404, 422, 423, 503)
}


class Api:
    """The addresses below `/api/`, for one runner."""

    def __init__(self, runner: "Runner") -> None:
        self._runner = runner
        self._twin = runner.twin
        self._store = runner.twin.store
        text = json.dumps(menu(), separators=(",", ":"))
        self._menu = asset(text.encode(), "application/json")

    def router(self) -> APIRouter:
        """Return the routes."""
        routes = APIRouter(prefix="/api", responses=REFUSED)
        # fmt: off
        for method, path, endpoint, model in (
            ("GET",  "/menu",      self.menu,           None),
            ("GET",  "/settings",  self.settings,       SettingsState),
            ("POST", "/settings",  self.write_settings, SettingsWritten),
            ("POST", "/preview",   self.preview,        PreviewState),
            ("POST", "/press",     self.press,          Done),
            ("POST", "/code",      self.code,           Done),
            ("POST", "/set_clock", self.set_clock,      Done),
            ("GET",  "/world",     self.world,          dict[str, Place]),
            ("POST", "/world",     self.write_world,    dict[str, Place]),
            ("GET",  "/pins",      self.pins,           dict[str, PinState]),
            ("POST", "/pins",      self.write_pins,     dict[str, PinState]),
            ("POST", "/speed",     self.speed,          None),
            ("GET",  "/snapshot",  self.snapshot,       None),
            ("GET",  "/journal",   self.journal,        list[AlarmLine]),
            ("GET",  "/alarms/{seq}/diagnosis", self.diagnosis, Diagnosis),
            ("GET",  "/changes",   self.changes,        list[ChangeLine]),
            ("GET",  "/curve",     self.curve,          CurveState),
            ("GET",  "/strip",     self.strip,          list[StripPoint]),
        ):
            routes.add_api_route(path, endpoint, methods=[method], response_model=model)
        # fmt: on
        return routes

    async def menu(self, request: Request) -> Response:
        """Return tiles, pages, rows, hidden rows and the world's table; one per version."""
        return respond(self._menu, request, ASK_AGAIN)

    async def settings(self) -> dict[str, Any]:
        """Return all stored values by path, what they grey, hide and refuse, and what rules."""
        values = self._twin.values
        return self._stored() | {
            "in_force": in_force(values),
            "greyed": greyed(values),
            "hidden": hidden(values),
            "refused_choices": refused_choices(),
        }

    async def write_settings(self, body: SettingsWrite, request: Request) -> dict[str, Any]:
        """Store settings together or not at all; they are on disk when this returns."""
        self._twin.write(body.changes, by=_who(request), code=body.code)
        return self._stored()

    async def preview(self, body: Preview) -> dict[str, Any]:
        """Return what the pages would look like with these changes; nothing is stored."""
        return preview(body.changes, self._twin.values, self._twin.entered)

    async def press(self, body: Press, request: Request) -> Done:
        """Press the power button, turn the DC switch, or acknowledge the alarms."""
        self._twin.press(body.button, by=_who(request))
        return Done()

    async def code(self, body: Code, request: Request) -> Done:
        """Lock or unlock all changes (7777), or reset to the factory's values (9999)."""
        command = {
            "lock": self._twin.lock,
            "unlock": self._twin.unlock,
            "reset": self._twin.reset,
        }[body.purpose]
        command(body.code, by=_who(request))
        return Done()

    async def set_clock(self, body: ClockSet, request: Request) -> Done:
        """Set the device's date and time."""
        parts = body.model_dump(exclude={"code"})
        self._twin.set_clock(by=_who(request), code=body.code, **parts)
        return Done()

    async def world(self) -> dict[str, Any]:
        """Return what the world does: value and whether it is taken over, by key."""
        return self._twin.snapshot()["world"]

    async def write_world(self, body: WorldWrite, request: Request) -> dict[str, Any]:
        """Take keys of the world over, or give them back to the house's own course."""
        back = BY_KEY if body.give_back == "all" else body.give_back
        self._twin.turn(body.take, back, by=_who(request))
        return self._twin.snapshot()["world"]

    async def pins(self) -> dict[str, Any]:
        """Return the device's pins: what is wired to its inputs, what its outputs put out."""
        return self._twin.snapshot()["pins"]

    async def write_pins(self, body: PinsWrite, request: Request) -> dict[str, Any]:
        """Drive inputs of the device; what is not named stays as it is."""
        take, back = driven(body.modes(), body.forced_island)
        self._twin.turn(take, back, by=_who(request))
        return self._twin.snapshot()["pins"]

    async def speed(self, body: SpeedWrite) -> dict[str, Any]:
        """Ask for a speed, pause, go on, or do steps."""
        if body.speed is not None:
            self._runner.speed(body.speed)
        if body.paused is not None:
            self._runner.pause() if body.paused else self._runner.resume()
        if body.step:
            self._runner.step(body.step)
        return self._twin.snapshot()["speed"]

    async def snapshot(self) -> dict[str, Any]:
        """Return the moment, as the stream sends it first."""
        return self._twin.snapshot()

    async def journal(self, limit: Annotated[int, Query(ge=1, le=1000)] = 200) -> Response:
        """Return the alarm journal, newest first."""
        return JSONResponse([alarm_line(entry) for entry in self._store.journal(limit)])

    async def diagnosis(self, seq: Annotated[int, Path(ge=1, lt=2**63)]) -> Response:
        """Return what stands behind an alarm of the journal, by the number of its line."""
        found = self._store.alarm(seq)
        if found is None:
            raise HTTPException(404, f"The journal holds no alarm {seq}")
        shown = case_lines(Case(*found), self._store.first_on_grid(), self._twin.clock_s)
        return JSONResponse(shown)

    async def changes(self, limit: Annotated[int, Query(ge=1, le=1000)] = 200) -> Response:
        """Return who changed which setting, newest first."""
        return JSONResponse([change_line(change) for change in self._store.changes(limit)])

    async def curve(
        self,
        line: Line,
        period: Period,
        day: Annotated[date, Query(alias="date")],
    ) -> Response:
        """Return one line over the day, month or year that holds the date, or over all years."""
        return JSONResponse(asdict(self._store.curve(line, period, day)))

    async def strip(self) -> Response:
        """Return the last day in points of five minutes."""
        snapshot = self._twin.snapshot()
        return JSONResponse(self._store.strip(snapshot["clock_s"]))

    def _stored(self) -> dict[str, Any]:
        values = {PATHS[key]: value for key, value in self._twin.values.items()}
        return {"rev": self._twin.settings_rev, "values": values}


def _who(request: Request) -> str:
    return f"panel {request.client.host}" if request.client else "panel"
