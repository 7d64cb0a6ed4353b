"""The watch over the machine: alarms that stand, entries for the journal, lines for the log."""

from collections.abc import Mapping

from twinverter.live import events
from twinverter.live.machine import Seen
from twinverter.live.memory import AlarmEntry


class Watch:
    """Compares every step with the one before; `standing` maps alarm codes to when they rose."""

    def __init__(self, seen: Seen, standing: Mapping[str, float]) -> None:
        self.standing = dict(standing)
        self._seen = seen._replace(alarms=events.bits_of(standing))
        self._entries: list[AlarmEntry] = []

    def note(self, clock_s: float, seen: Seen) -> list[str]:
        """Write down what differs from the step before; return the codes that rose."""
        if seen == self._seen:
            return []
        before, self._seen = self._seen, seen
        entries = events.alarm_changes(clock_s, before.alarms, seen.alarms)
        for text in events.happened(before, seen):
            events.say(clock_s, text)
        for entry in entries:
            self._entries.append(entry)
            if entry.raised:
                self.standing[entry.code] = clock_s
            else:
                self.standing.pop(entry.code, None)
            events.say(clock_s, events.told_alarm(entry))
        return [entry.code for entry in entries if entry.raised]

    def take(self) -> tuple[AlarmEntry, ...]:
        """Return the entries since the last call."""
        entries, self._entries = tuple(self._entries), []
        return entries
