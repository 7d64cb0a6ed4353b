"""The self-test as it goes: started by hand, one look at each tick, ended by itself or by anybody.

It writes through the twin like everybody else, so all it does stands in the journal, and puts back
what it wrote. It ends early where the machine leaves the mains or faults, the loads rise, or
somebody else changes a setting; what was seen until then is judged all the same.
"""

from collections.abc import Callable
from typing import Any

from twinverter.catalog import alarms
from twinverter.catalog.errors import SettingError
from twinverter.catalog.selftests import PARTS
from twinverter.catalog.states import BATSHUT, DARK, FAULT, GEN, OFF, ON_GRID, SELFTEST, STANDBY
from twinverter.live import events
from twinverter.live.selftest import clamps, steps
from twinverter.live.selftest.finding import Verdict, untested
from twinverter.live.selftest.findings import judged, measured
from twinverter.live.selftest.reading import Reading, read
from twinverter.live.selftest.told import Told
from twinverter.live.selftest.undoing import BY, owed, put_back
from twinverter.live.twin import Twin
from twinverter.words import figures

# With more than this share of the rating on the output the test leaves the machine alone (assumed).
MOST_LOAD = 0.5
# Before it is done a look at the clamps takes so long, and the machine's own test a while to begin.
LEAST_S = 14.0
# fmt: off
STATES = {
    DARK:     "The machine is without power",
    OFF:      "The machine is switched off",
    SELFTEST: "The machine is still starting",
    GEN:      "A generator carries the loads",
    BATSHUT:  "The battery is empty",
    FAULT:    "A fault has stopped the machine",
}
# fmt: on
# What wrong wires raise themselves is what the test is there for; any other fault comes first.
OWN_CODES = ("F01", "F24", "F33", "F58")
# The device's clock may be set or follow the season; no tick is as long as that.
LEAP_S = 1800.0


class Refused(Exception):  # noqa: N818
    """The test was not begun: `str` says why in one line."""


class SelfTest:
    """The one self-test of a twin; `report` and `readings` are those of the last one.

    `measure` returns what control sees at this moment; nothing else of the machine is judged.
    `owing`: settings wait to be put back until changes are unlocked.
    """

    def __init__(self, twin: Twin, measure: Callable[[], Any] | None = None) -> None:
        self.twin = twin
        self.report: dict[str, Any] | None = None
        self.owing = False
        self._measure = measure or (lambda: twin.measured)
        self._told = Told.of(twin.house)
        self._law: Any = twin.house.settings.law
        self.readings: list[Reading] = []
        self._plan: list[steps.Step] = []
        self._refused = Verdict()
        self._before: dict[str, Any] = {}
        self._by, self._began_s, self._last_s, self._rev = "", 0.0, 0.0, 0
        self._at_s = self._step_s = 0.0
        self.undo()

    @property
    def running(self) -> bool:
        """Return whether a test is under way."""
        return bool(self._plan)

    def undo(self) -> None:
        """Put back what a test has left behind; while changes are locked it is owed."""
        if not self.twin.locked:
            put_back(self.twin)
        self.owing = self.twin.locked and bool(owed(self.twin))

    def why_not(self) -> str:
        """Return why the test cannot begin now, in one line; "" where it can."""
        twin, state = self.twin, self.twin.flows.state
        if self.running:
            return "The self-test is under way."
        if state in STATES:
            codes = ", ".join(alarms.names(twin.flows.alarms))
            return f"{STATES[state]}{f' ({codes})' if codes else ''}: that comes first."
        if why := self._fault():
            return f"{why}: that comes first."
        if twin.locked:
            return "All changes are locked: unlock them first, the test writes settings."
        if twin.clock.paused:
            return "The machine is held: let it run on first."
        return self._overload()

    def start(self, by: str) -> None:
        """Begin; raises Refused."""
        if why := self.why_not():
            raise Refused(why)
        self.undo()
        self._by, self._began_s = by, self.twin.clock_s
        self._before = dict(self.twin.values)
        self.readings, self._refused = [], Verdict()
        if (why := steps.why_no_clamps(self._before, self._told)) == steps.RESTARTS:
            self._refused = untested("clamps", why)
        on_mains = self.twin.flows.state in (ON_GRID, STANDBY)
        self._plan = [step for step in steps.STEPS if on_mains or step.key == steps.FIRST]
        self._last_s, self._at_s = self.twin.clock_s, 0.0
        events.say(self.twin.clock_s, f"{by} began the wiring self-test")
        self._begin()

    def stop(self, by: str) -> None:
        """End a test under way; what was seen is judged."""
        if self.running:
            self._end(f"{by} stopped it.")

    def follow(self) -> None:
        """Look at the moment after a tick, and go on to the next step where it is time."""
        if not self.running:
            return
        passed_s = self.twin.clock_s - self._last_s
        if passed_s == 0.0:
            return
        self._last_s += passed_s
        self._at_s += passed_s if 0.0 < passed_s < LEAP_S else self.twin.tick_s
        if why := self._disturbed():
            self._end(why)
            return
        step = self._plan[0]
        self.readings.append(read(self._at_s, step.key, self._measure()))
        if self._at_s - self._step_s >= step.most_s or self._is_seen(step):
            del self._plan[0]
            if self._plan:
                self._begin()
            else:
                self._end("")

    def shown(self) -> dict[str, Any]:
        """Return how far the test is, as plain data."""
        if not self.running:
            return {"running": False, "done": 1.0 if self.report else 0.0, "words": ""}
        keys = [step.key for step in steps.STEPS]
        gone_s = sum(step.most_s for step in steps.STEPS[: keys.index(self._plan[0].key)])
        gone_s += min(self._at_s - self._step_s, self._plan[0].most_s)
        words = self._plan[0].words
        return {"running": True, "done": round(gone_s / steps.MOST_S, 2), "words": words}

    def _begin(self) -> None:
        """Give the orders of the next step, skipping those that have none or are not taken."""
        while self._plan:
            step = self._plan[0]
            self._step_s = self._at_s
            wanted = steps.orders(step.key, self._before, self._told)
            if step.key == steps.FIRST:
                self._rev = self.twin.settings_rev
                return
            if wanted and self._ordered(step, wanted):
                return
            del self._plan[0]
        self._end("")

    def _ordered(self, step: steps.Step, wanted: dict[str, Any]) -> bool:
        """Write the orders of a step, and back what earlier steps wanted otherwise."""
        touched = {name.split(".")[-1]: value for name, value in owed(self.twin).items()}
        orders, now = touched | wanted, self.twin.values
        changes = {name: value for name, value in orders.items() if now[name] != value}
        try:
            if changes:
                self.twin.write(changes, by=BY)
        except SettingError as error:
            self._refused += untested(step.part, "refused", why=str(error).removesuffix("."))
            return False
        self._rev = self.twin.settings_rev
        return True

    def _is_seen(self, step: steps.Step) -> bool:
        """Return whether the clamps have shown all before their time is over."""
        if step.key != "clamps" or self._at_s - self._step_s < LEAST_S:
            return False
        heard = [one for one in self.readings if one.ct_ok > 0.0]
        if not heard:
            return True
        found = clamps.response(heard)
        return found is not None and found.sure

    def _disturbed(self) -> str:
        """Return what makes the test end early, "" where nothing does."""
        twin, state = self.twin, self.twin.flows.state
        if twin.settings_rev != self._rev or twin.locked:
            return "Somebody else changed the settings; theirs stand."
        if why := STATES.get(state) or self._fault():
            return f"{why}."
        if self._plan[0].key != steps.FIRST and state not in (ON_GRID, STANDBY):
            return "The machine left the mains."
        return self._overload()

    def _fault(self) -> str:
        """Return which fault stands that is no matter of the wires, "" where none does."""
        for code in alarms.names(self.twin.flows.alarms):
            row = alarms.find_alarm(code)
            if row.severity == alarms.FAULT and code not in OWN_CODES:
                return f"{code} ({row.name}) stands"
        return ""

    def _overload(self) -> str:
        load_w = sum(self._measure().loads.load_w)
        most_w = MOST_LOAD * self._law.rating.ac_rated_w
        if load_w <= most_w:
            return ""
        now, most = figures.power(load_w), figures.power(most_w)
        return f"The backup loads take {now}; the test wants {most} at most."

    def _end(self, why: str) -> None:
        """Put the settings back, judge what was seen, and say so."""
        self._plan = []
        self.undo()
        self.report = self._judged(why)
        count = len(self.report["findings"])
        told = figures.count(count, "fault", "faults") if count else "no fault"
        events.say(self.twin.clock_s, f"the wiring self-test found {told}")

    def _judged(self, why: str) -> dict[str, Any]:
        verdict = judged(self.readings, self._told, self._law) + self._refused
        findings = [one.plain() for one in verdict.found]
        missing = [one.plain() for one in verdict.untested]
        bad = {one["part"] for one in findings}
        left = {one["part"] for one in missing}
        return {
            "by": self._by,
            "clock_s": self._began_s,
            "clock": f"{figures.moment(self._began_s):%Y-%m-%d %H:%M}",
            "length_s": self._at_s,
            "ended": why,
            "findings": findings,
            "untested": missing,
            "measured": measured(self.readings),
            "parts": [
                part._asdict() | {"verdict": _verdict(part.key, bad, left)} for part in PARTS
            ],
        }


def _verdict(part: str, bad: set[str], left: set[str]) -> str:
    """Return how a part came out."""
    if part in bad:
        return "fault"
    return "untested" if part in left else "fine"
