"""The teller: what a living device tells beside its samples, made ready for a delivery.

Journals go on from where the receiver says it has them, so nothing about that is kept here. What
the device is and its settings are told at the start, when they change, and once an hour.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from twinverter.catalog.row import Value
from twinverter.catalog.telemetry import HMI, MAIN, SERIAL
from twinverter.live.date import FIELDS
from twinverter.live.memory import AlarmEntry
from twinverter.live.twin import Twin
from twinverter.monitor.batch import Batch
from twinverter.monitor.delivery import MOST_LINES, About, Acknowledged, Alarm, Change, Delivery
from twinverter.monitor.delivery import Moment as Told
from twinverter.monitor.recorder import Figures

MODEL = "Twinverter"
AGAIN_S = 3600.0
# A diagnosis takes some tens of kilobytes; so many go into one delivery.
MOST_CASES = 10

Diagnosis = Callable[[int], Mapping[str, Any] | None]


class Teller:
    """Tells of one twin; `told` gives the diagnosis of an alarm of its journal, or None.

    `panel` is the address of its own panel, where the reader of a portal could open it.
    """

    def __init__(self, twin: Twin, figures: Figures, told: Diagnosis, panel: str = "") -> None:
        self._twin, self._figures, self._told = twin, figures, told
        self._panel = panel
        self._life = twin.store.life()
        self._settings: Mapping[str, Value] | None = None
        self._said_s = float("-inf")

    def delivery(
        self, device: str, samples: Batch | None, known: Acknowledged | None, every_s: float
    ) -> Delivery:
        """Return the next delivery; `known` is the answer to the last one, None for the first."""
        settings = self._twin.scene.values
        is_due = time.monotonic() - self._said_s >= AGAIN_S
        is_new = is_due or entered(settings) != self._settings
        return Delivery(
            device,
            self._life,
            samples,
            self._alarms(known),
            self._changes(known),
            self._moment(),
            about(self._twin, self._panel) if is_new else None,
            dict(settings) if is_new else None,
            every_s,
        )

    def delivered(self, delivery: Delivery, reply: Acknowledged) -> None:
        """Take note of an answer; a journal that is behind what the receiver has is another one."""
        if delivery.settings is not None:
            self._settings, self._said_s = entered(delivery.settings), time.monotonic()
        store = self._twin.store
        newest = store.journal(1), store.changes(1)
        last = [entries[0].seq if entries else 0 for entries in newest]
        if reply.alarms_seq > last[0] or reply.changes_seq > last[1]:
            self._life = store.life(renew=True)

    def _alarms(self, known: Acknowledged | None) -> tuple[Alarm, ...]:
        """Return the next lines of the alarm journal, and those whose diagnosis is complete now."""
        if known is None:
            return ()
        store, lines, cases = self._twin.store, [], 0
        for seq in known.untold:
            case = store.alarm(seq)
            line = self._alarm(case[0]) if case else None
            if line is not None and line.told is not None and line.told.get("complete"):
                lines.append(line)
        for entry in store.alarms_after(known.alarms_seq, MOST_LINES - len(lines)):
            line = self._alarm(entry)
            cases += line.told is not None
            if cases > MOST_CASES:
                break
            lines.append(line)
        return tuple(lines)

    def _alarm(self, entry: AlarmEntry) -> Alarm:
        told = self._told(entry.seq) if entry.raised else None
        return Alarm(
            entry.seq, entry.clock_s, entry.code, entry.raised, dict(told) if told else None
        )

    def _changes(self, known: Acknowledged | None) -> tuple[Change, ...]:
        if known is None:
            return ()
        return tuple(
            Change(one.seq, one.clock_s, one.by, one.key, one.before, one.after)
            for one in self._twin.store.changes_after(known.changes_seq, MOST_LINES)
        )

    def _moment(self) -> Told:
        scene, shown = self._twin.scene, self._twin.shown
        return Told(
            scene.clock_s,
            self._figures(),
            scene.alarms,
            shown["lamps"],
            shown["flows"]["state"],
            {reason["line"]: reason["text"] for reason in shown["reasons"]},
        )


def entered(values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the settings that stand still: those of the clock run."""
    return {key: value for key, value in values.items() if key not in FIELDS}


def about(twin: Twin, panel: str = "") -> About:
    """Return what a twin is and where it stands."""
    house, site = twin.house, twin.house.form.site
    versions = {"HMI": HMI, "MAIN": MAIN} | ({"panel": panel} if panel else {})
    return About(
        house.name,
        "",
        MODEL,
        SERIAL,
        house.timezone,
        site.latitude,
        site.longitude,
        versions,
    )
