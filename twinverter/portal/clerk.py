"""Who writes the audit log down: a row for every change and every refusal."""

import logging

from starlette.types import Scope

from twinverter.monitor.history import HistoryError
from twinverter.portal.audit import Entry, note
from twinverter.portal.doors import Doors
from twinverter.portal.limits import TooOftenError, home_of
from twinverter.portal.rights import WEBSOCKET, Actor, Asked

log = logging.getLogger("twinverter.portal")

SOMEBODY = "somebody"


class Clerk:
    """Writes rows as they come; of refusals only so many, so that nobody fills the disk."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._unnoted = 0

    def note(
        self, scope: Scope, asked: Asked | tuple[str, ...], status: int, detail: str = ""
    ) -> None:
        """Write a row of the audit log, or count it where there are too many refusals."""
        actor: Actor | None = scope["state"]["actor"]
        rates, unnoted = self._doors.rates, 0
        if status >= 400:
            try:
                counted = (("noted", home(scope)), rates.noted), (("noted",), rates.noted_all)
                self._doors.limits.take(*counted)
            except TooOftenError:
                self._unnoted += 1
                return
            unnoted, self._unnoted = self._unnoted, 0
        told = scope["state"]["noted"]
        detail = told.get("detail", detail)
        if unnoted:
            detail = f"{detail} ({unnoted} refusals before this one are not noted)".strip()
        path = asked.rule.path if isinstance(asked, Asked) else ""
        entry = Entry(
            self._doors.now_s(),
            actor.who if actor else told.get("who", SOMEBODY),
            address(scope),
            f"{scope.get('method', WEBSOCKET)} {path}".strip(),
            told.get("target", scope["path"] if scope["path"] != path else ""),
            detail,
            "done" if status < 400 else f"refused ({status})" if status < 500 else "failed",
        )
        try:
            with self._doors.register.begin() as link:
                note(link, entry)
        except HistoryError as error:
            log.error("not in the audit log: %s (%s)", error, entry)


def address(scope: Scope) -> str:
    """Return where a request comes from."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def home(scope: Scope) -> str:
    """Return which household a request comes from."""
    return home_of(address(scope))
