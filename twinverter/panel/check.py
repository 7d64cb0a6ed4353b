"""The installation check on the panel: its findings, and the dangers that nobody has looked at yet.

The check itself comes from outside as a callable that returns plain findings (`id`, `severity`,
`title`, `found`, `limit`, `source`, `advice`, ...) of the house as it is set now. Who has seen
which dangers is a line in a journal of its own beside the device's memory; a danger that is new
since then is shown again. Nothing here ever holds the device up.
"""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request

from twinverter.catalog.checks import DANGER, SEVERITIES
from twinverter.live import events
from twinverter.live.folder import StoreError
from twinverter.panel.schemas import Error
from twinverter.words import figures

if TYPE_CHECKING:
    from twinverter.live.runner import Runner

Findings = Sequence[dict[str, Any]]

KEY, FILE = "check", "check-seen.jsonl"
ANSWERS: dict[int | str, dict[str, Any]] = {status: {"model": Error} for status in (401, 403, 503)}


class HouseCheck:
    """The check of one house, and who has seen its dangers; the journal lies in `folder`."""

    def __init__(self, check: Callable[[], Findings], folder: Path) -> None:
        self._check = check
        self._file = folder / FILE
        self._rev: int | None = None
        self._found: Findings = ()
        self.seen = _lines(self._file)

    def findings(self, rev: int) -> Findings:
        """Return the findings under the settings of a revision, the gravest first."""
        if rev != self._rev:
            self._found, self._rev = self._check(), rev
        return self._found

    def unseen(self, rev: int) -> list[dict[str, Any]]:
        """Return the dangers that nobody has acknowledged."""
        known = {one for line in self.seen for one in line["dangers"]}
        return [
            one
            for one in self.findings(rev)
            if one["severity"] == DANGER and _name(one) not in known
        ]

    def acknowledge(self, rev: int, clock_s: float, by: str) -> None:
        """Take note that somebody has seen the dangers of now; it is on disk on return.

        StoreError where it cannot be written.
        """
        dangers = [_name(one) for one in self.unseen(rev)]
        if not dangers:
            return
        line = {"clock_s": clock_s, "by": by, "dangers": dangers}
        try:
            with self._file.open("a", encoding="utf-8") as journal:
                # A line begins anew, whatever a power loss has left of the last one.
                journal.write(f"\n{json.dumps(line)}\n")
                journal.flush()
                os.fsync(journal.fileno())
        except OSError as error:
            raise StoreError(f"{self._file}: cannot be written ({error.strerror})") from None
        self.seen.append(line)
        events.say(clock_s, f"{by} has seen the dangers {', '.join(dangers)}")


class CheckRoutes:
    """The addresses of the check, for one runner."""

    def __init__(self, runner: "Runner", check: HouseCheck) -> None:
        self._twin = runner.twin
        self._house = check
        runner.twin.tells[KEY] = self.short

    def router(self) -> APIRouter:
        """Return the routes."""
        routes = APIRouter(prefix="/api", responses=ANSWERS)
        routes.add_api_route("/check", self.state, methods=["GET"])
        routes.add_api_route("/check/seen", self.see, methods=["POST"])
        return routes

    def short(self) -> dict[str, Any]:
        """Return how many findings there are of each severity, and the dangers nobody has seen."""
        rev = self._twin.settings_rev
        severities = [one["severity"] for one in self._house.findings(rev)]
        unseen = [one["title"] for one in self._house.unseen(rev)]
        counts = {severity: severities.count(severity) for severity in SEVERITIES}
        return {"counts": counts, "unseen": unseen, "rev": rev}

    async def state(self) -> dict[str, Any]:
        """Return every finding, the gravest first, and who has seen which dangers."""
        seen = [
            line | {"clock": f"{figures.moment(line['clock_s']):%Y-%m-%d %H:%M}"}
            for line in reversed(self._house.seen)
        ]
        findings = self._house.findings(self._twin.settings_rev)
        return self.short() | {"findings": findings, "seen": seen}

    async def see(self, request: Request) -> dict[str, Any]:
        """Take note that the dangers have been seen; the page names them no longer."""
        by = f"panel {request.client.host}" if request.client else "panel"
        self._house.acknowledge(self._twin.settings_rev, self._twin.clock_s, by)
        return await self.state()


def _name(finding: dict[str, Any]) -> str:
    """Return what tells a finding from the same check's with other figures."""
    return f"{finding['id']}: {finding['found']}"


def _lines(file: Path) -> list[dict[str, Any]]:
    """Return the lines of the journal; one that was cut off by a power loss counts for nothing."""
    found = []
    for text in file.read_text(encoding="utf-8").splitlines() if file.is_file() else ():
        try:
            found.append(json.loads(text))
        except ValueError:
            continue
    return found
