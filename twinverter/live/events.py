"""What happened, one line of the log per event: the mains, the generator, alarms, states, hands.

Nothing is written per tick. A line begins with the device's own clock.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence

from twinverter.catalog import alarms
from twinverter.catalog.states import RELAY_GEN, RELAY_START, STATES
from twinverter.live.machine import Seen
from twinverter.live.memory import AlarmEntry, Change
from twinverter.words import figures

log = logging.getLogger("twinverter.live")

# fmt: off
STATE_WORDS = {
    "DARK":     "nothing feeds the machine, it is dark",
    "OFF":      "the machine is off",
    "SELFTEST": "the machine tests itself",
    "ON_GRID":  "the machine runs on the grid",
    "GEN":      "the machine runs on the generator",
    "OFF_GRID": "the machine runs alone, without the grid",
    "BATSHUT":  "the battery is empty, the output is off",
    "STANDBY":  "the machine stands by, the loads hang on the grid",
    "FAULT":    "a fault has stopped the machine",
}
# fmt: on


def say(clock_s: float, text: str) -> None:
    """Write one line."""
    log.info("%s  %s", f"{figures.moment(clock_s):%Y-%m-%d %H:%M:%S}", text)


def happened(before: Seen, after: Seen) -> Iterator[str]:
    """Yield one sentence per event between two ticks, alarms apart."""
    if after.mains != before.mains:
        yield "grid back" if after.mains else "grid lost"
    started = _bit(after.relays, RELAY_START)
    if started != _bit(before.relays, RELAY_START):
        yield "generator asked to start" if started else "generator told to stop"
    if after.running != before.running:
        yield "generator runs" if after.running else "generator stands"
    carries = _bit(after.relays, RELAY_GEN)
    if carries != _bit(before.relays, RELAY_GEN):
        yield "generator takes the loads" if carries else "generator let go"
    if after.state != before.state:
        yield STATE_WORDS[STATES[int(after.state)]]


def alarm_changes(clock_s: float, before: float, after: float) -> list[AlarmEntry]:
    """Return the entries of the journal for a change of the alarms' bit sum, gone ones first."""
    was, stands = set(alarms.names(before)), set(alarms.names(after))
    # A state (switched off) is shown in words, it is no entry of the list.
    codes = [row.code for row in alarms.ALARMS if row.severity != alarms.STATE]
    gone = [AlarmEntry(clock_s, code, False) for code in codes if code in was - stands]
    return gone + [AlarmEntry(clock_s, code, True) for code in codes if code in stands - was]


def bits_of(codes: Iterable[str]) -> float:
    """Return the kernel's bit sum of alarm codes."""
    wanted = set(codes)
    return sum(2.0**place for place, row in enumerate(alarms.ALARMS) if row.code in wanted)


def told_alarm(entry: AlarmEntry) -> str:
    """Return the line of an alarm that rose or went."""
    row = alarms.find_alarm(entry.code)
    return f"alarm {entry.code} {row.name}" + ("" if entry.raised else " is over")


def told(changes: Sequence[Change]) -> Iterator[str]:
    """Yield a line per setting written."""
    for change in changes:
        yield f"{change.by} set {change.key} = {change.after} (was {change.before})"


def _bit(bits: float, relay: float) -> bool:
    return bool(int(bits) & int(relay))
