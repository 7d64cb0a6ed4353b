"""Suggested settings on the panel: searched beside the living device, shown, applied and undone.

The search comes from outside as a job (`Suggesting`) that returns plain data. What it suggests is
written as any entry is: all or nothing, journaled, behind the lock. What stood before lies in a
file beside the device's memory, so that it can be undone after a restart too; a setting that
somebody has changed since then is left alone, and named.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.exceptions import HTTPException

from twinverter.catalog.errors import SettingError
from twinverter.catalog.screens import name_of
from twinverter.catalog.settings import find
from twinverter.live.folder import StoreError
from twinverter.panel.schemas import Body, Error

if TYPE_CHECKING:
    from twinverter.live.runner import Runner

KEY, FILE = "suggest", "suggestion-applied.json"
CONFLICT = 409
MINUTES = 2.0
ANSWERS: dict[int | str, dict[str, Any]] = {
    status: {"model": Error} for status in (401, 403, CONFLICT, 422, 423, 503)
}


class Suggesting(Protocol):
    """A search beside the device; ValueError of `start` says why there is none."""

    def start(self, values: Mapping[str, Any], minutes: float) -> None: ...  # noqa: D102

    def stop(self) -> None: ...  # noqa: D102

    def state(self) -> dict[str, Any]: ...  # noqa: D102


class Order(Body):
    """What is to be done: a search begun or stopped, its outcome applied or undone."""

    action: Literal["start", "stop", "apply", "undo"]
    minutes: float = MINUTES
    code: str = Field("", max_length=16)


class SuggestRoutes:
    """The addresses of suggested settings, for one runner; what was applied lies in `folder`."""

    def __init__(self, runner: "Runner", job: Suggesting, folder: Path) -> None:
        self._twin = runner.twin
        self._job = job
        self._file = folder / FILE
        self._applied: list[dict[str, Any]] = _read(self._file)
        self._words = ""
        runner.twin.tells[KEY] = self.short

    def router(self) -> APIRouter:
        """Return the routes."""
        routes = APIRouter(prefix="/api", responses=ANSWERS)
        routes.add_api_route("/suggest", self.state, methods=["GET"])
        routes.add_api_route("/suggest", self.order, methods=["POST"])
        return routes

    def short(self) -> dict[str, Any]:
        """Return how far the search is, for every snapshot."""
        told = self._job.state()
        return {
            "running": told["running"],
            "share": round(told["share"], 2),
            "words": told["words"],
        }

    async def state(self) -> dict[str, Any]:
        """Return how far the search is, what it found, and whether it was applied."""
        told = self._job.state()
        found = told["found"]
        stale = self._stale(found["changes"], "before") if found else []
        return told | {
            "applied": bool(self._applied),
            "stale": [] if self._applied else stale,
            "said": self._words,
        }

    async def order(self, body: Order, request: Request) -> dict[str, Any]:
        """Begin or stop a search, apply what it found, or undo that."""
        by = f"panel {request.client.host}" if request.client else "panel"
        self._words = ""
        if body.action == "start":
            try:
                self._job.start(self._twin.values, body.minutes)
            except ValueError as error:
                raise HTTPException(CONFLICT, str(error).rstrip(".")) from None
        elif body.action == "stop":
            self._job.stop()
        elif body.action == "apply":
            self._apply(by, body.code)
        else:
            self._undo(by, body.code)
        return await self.state()

    def _apply(self, by: str, code: str) -> None:
        found = self._job.state()["found"]
        if self._applied or not found or not found["changes"]:
            raise HTTPException(CONFLICT, "There is nothing to apply")
        stale = self._stale(found["changes"], "before")
        if stale:
            raise HTTPException(
                CONFLICT,
                f"Changed since the search began: {', '.join(stale)}. Nothing was applied."
                " Search again",
            )
        self._twin.write({one["key"]: one["after"] for one in found["changes"]}, by, code)
        self._keep([dict(one) for one in found["changes"]])

    def _undo(self, by: str, code: str) -> None:
        if not self._applied:
            raise HTTPException(CONFLICT, "There is nothing to undo")
        left = self._stale(self._applied, "after")
        back = {
            one["key"]: one["before"]
            for one in self._applied
            if self._twin.values[one["key"]] == one["after"]
        }
        left += self._unfit(back)
        if back:
            self._twin.write(back, by, code)
        self._keep([])
        self._words = "What stood before is back."
        if left:
            self._words += (
                " Left as they are, because somebody changed them, or what they hang on:"
                f" {', '.join(left)}."
            )

    def _unfit(self, back: dict[str, Any]) -> list[str]:
        """Take out what cannot stand beside what somebody changed; return the names of it."""
        left = []
        while back:
            try:
                self._twin.entered(back)
                break
            except SettingError as error:
                key = find(error.key).key
                if key not in back:
                    raise
                del back[key]
                left.append(name_of(find(key)))
        return left

    def _stale(self, changes: list[dict[str, Any]], stood: str) -> list[str]:
        """Return the names of the settings that do not stand any more as they stood."""
        values = self._twin.values
        return [name_of(find(one["key"])) for one in changes if values[one["key"]] != one[stood]]

    def _keep(self, applied: list[dict[str, Any]]) -> None:
        """Keep what was applied; it is on disk on return. StoreError where that fails."""
        self._applied = applied
        text = json.dumps(applied)
        beside = self._file.with_suffix(".new")
        try:
            with beside.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._file)
        except OSError as error:
            raise StoreError(f"{self._file}: cannot be written ({error.strerror})") from None


def _read(file: Path) -> list[dict[str, Any]]:
    """Return what was applied and not undone; nothing where the file is not whole."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return kept if isinstance(kept, list) else []
