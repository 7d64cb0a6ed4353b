"""The addresses of the wiring self-test: how far it is, begin and end it, what it found last."""

import asyncio
from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException

from twinverter.catalog.selftests import PARTS
from twinverter.live.selftest.course import Refused, SelfTest
from twinverter.live.selftest.drive import drive
from twinverter.live.selftest.steps import MOST_S
from twinverter.panel.schemas import Body, Error

if TYPE_CHECKING:
    from twinverter.live.runner import Runner

KEY = "selftest"
CONFLICT = 409
LOCKED = "Changes are locked. Unlock them, so that the self-test can put its settings back."
ANSWERS: dict[int | str, dict[str, Any]] = {
    status: {"model": Error} for status in (401, 403, CONFLICT, 422, 503)
}


class Order(Body):
    """What to do with the self-test."""

    action: Literal["start", "stop"]


class SelfTestRoutes:
    """The self-test of one runner's twin; what a test has left behind is put back here at once."""

    def __init__(self, runner: "Runner") -> None:
        self._runner = runner
        self._test = SelfTest(runner.twin)
        self._driving: asyncio.Task[None] | None = None
        runner.twin.tells[KEY] = self._test.shown

    def router(self) -> APIRouter:
        """Return the routes."""
        routes = APIRouter(prefix="/api", responses=ANSWERS)
        routes.add_api_route("/selftest", self.state, methods=["GET"])
        routes.add_api_route("/selftest", self.order, methods=["POST"])
        return routes

    async def state(self) -> dict[str, Any]:
        """Return how far the self-test is, why it cannot begin, and the report of the last one."""
        if self._test.owing:
            self._drive()
        return self._shown()

    async def order(self, body: Order, request: Request) -> dict[str, Any]:
        """Begin or end the self-test; what it wrote is put back before an end is answered."""
        by = f"panel {request.client.host}" if request.client else "panel"
        if body.action == "stop":
            self._test.stop(by)
            return self._shown()
        try:
            self._test.start(by)
        except Refused as error:
            raise HTTPException(CONFLICT, str(error).removesuffix(".")) from None
        self._drive()
        return self._shown()

    def _drive(self) -> None:
        if self._driving is None or self._driving.done():
            self._driving = asyncio.create_task(drive(self._runner, self._test))

    def _shown(self) -> dict[str, Any]:
        test = self._test
        return test.shown() | {
            "why_not": test.why_not(),
            "owing": LOCKED if test.owing else "",
            "most_s": MOST_S,
            "parts": [part._asdict() for part in PARTS],
            "report": test.report,
        }
