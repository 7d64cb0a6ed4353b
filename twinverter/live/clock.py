"""The clock that paces a twin: how many of the machine's seconds are due, asked and held speed.

Time is counted from an anchor, never summed up from waits, so a machine at speed 1 does not drift
against the wall however late a single tick comes. A change of speed, a pause and a backlog too
long to make good set a new anchor. `now` is a monotonic time in seconds: the computer's, or one
that a test moves by hand.
"""

import time
from collections import deque
from collections.abc import Callable

SLOWEST, QUICKEST = 0.1, 86400.0
# What the machine is behind by more than this, on the wall, is let go (assumed).
BACKLOG_S = 5.0
# Held speed is that of the last seconds (assumed).
WINDOW_S = 3.0
# How far one pass moves the mean cost of a second, and what is left to whoever looks on (assumed).
SMOOTHING, SHARE = 0.1, 0.8
# So many passes are judged for lateness: ten minutes of a machine at speed 1 (assumed).
PASSES, RANK = 600, 0.99


class Clock:
    """Paces one machine; `asked` is the speed somebody wants, 1 being the wall's own."""

    def __init__(self, speed: float = 1.0, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self.asked = checked_speed(speed)
        self.paused = False
        self._single_s = 0.0
        self._ran_s = 0.0
        self._cost = 0.0
        self._marks: deque[tuple[float, float]] = deque()
        self._late_s: deque[float] = deque(maxlen=PASSES)
        self._anchor()

    def due_s(self) -> float:
        """Return how many of the machine's seconds ought to have passed by now and have not."""
        if self.paused:
            return self._single_s
        behind_s = (self.now() - self._wall_s) * self.asked - (self._ran_s - self._base_s)
        if behind_s > BACKLOG_S * max(1.0, self.asked):
            self._anchor()
            return 0.0
        return behind_s

    def is_due(self, tick_s: float) -> bool:
        """Return whether a tick of `tick_s` is due."""
        return self.due_s() >= tick_s - 1e-6

    def late_s(self, tick_s: float) -> float:
        """Return how long on the wall a tick of `tick_s` is overdue, 0 where none is."""
        return 0.0 if self.paused else max(0.0, (self.due_s() - tick_s) / self.asked)

    def wait_s(self, tick_s: float) -> float:
        """Return how long on the wall until a tick of `tick_s` is due."""
        if self.paused:
            return 0.0 if self._single_s > 0.0 else float("inf")
        return max(0.0, (tick_s - self.due_s()) / self.asked)

    def ran(self, dt_s: float) -> None:
        """Take note that the machine has gone on by `dt_s`."""
        self._ran_s += dt_s
        self._single_s = max(0.0, self._single_s - dt_s)

    def worked(self, dt_s: float, spent_s: float, late_s: float) -> None:
        """Take note that one pass of `dt_s` began `late_s` late and took `spent_s` on the wall."""
        self._late_s.append(late_s)
        cost = spent_s / dt_s
        self._cost += (cost - self._cost) * (SMOOTHING if self._cost else 1.0)
        now_s = self.now()
        self._marks.append((now_s, self._ran_s))
        while now_s - self._marks[0][0] > WINDOW_S and len(self._marks) > 2:
            self._marks.popleft()

    def ask(self, speed: float) -> None:
        """Ask for a speed; ValueError where it cannot be one."""
        self.asked = checked_speed(speed)
        self._late_s.clear()
        self._anchor()

    def pause(self) -> None:
        """Hold the machine."""
        self.paused = True
        self._single_s = 0.0

    def resume(self) -> None:
        """Let the machine run on from where it was held."""
        if self.paused:
            self.paused = False
            self._single_s = 0.0
            self._anchor()

    def step(self, dt_s: float) -> None:
        """Let a held machine run for `dt_s`; a running one is held first."""
        if not self.paused:
            self.pause()
        self._single_s += dt_s

    @property
    def held(self) -> float:
        """Return the speed of the last seconds, 0 while nothing moves."""
        if self.paused or len(self._marks) < 2:
            return 0.0
        (began_s, from_s), (ended_s, until_s) = self._marks[0], self._marks[-1]
        return (until_s - from_s) / (ended_s - began_s) if ended_s > began_s else 0.0

    @property
    def fastest(self) -> float:
        """Return the speed this computer would hold, 0 while that is not known."""
        return min(QUICKEST, SHARE / self._cost) if self._cost > 0.0 else 0.0

    @property
    def lateness_s(self) -> float:
        """Return how late the latest hundredth of the last passes began (99th percentile)."""
        return self._latenesses_s()[1]

    def told(self) -> dict[str, float | bool]:
        """Return asked, held and fastest speed, whether it is held, and how late passes begin."""
        median_s, latest_hundredth_s, most_s = self._latenesses_s()
        return {
            "asked": self.asked,
            "held": round(self.held, 2),
            "paused": self.paused,
            "fastest": round(self.fastest),
            "late_s": round(latest_hundredth_s, 4),
            "late_median_s": round(median_s, 4),
            "late_most_s": round(most_s, 4),
        }

    def _latenesses_s(self) -> tuple[float, float, float]:
        """Return how late the last passes began: median, 99th percentile, most."""
        late_s = sorted(self._late_s) or [0.0]
        last = len(late_s) - 1
        return late_s[last // 2], late_s[int(RANK * last)], late_s[last]

    def _anchor(self) -> None:
        self._wall_s, self._base_s = self.now(), self._ran_s
        self._marks.clear()
        self._marks.append((self._wall_s, self._base_s))


def checked_speed(speed: float) -> float:
    """Return a speed as a number; ValueError names what is allowed."""
    if not SLOWEST <= speed <= QUICKEST:
        raise ValueError(f"speed {speed:g}: is out of range (allowed: {SLOWEST:g} to {QUICKEST:g})")
    return float(speed)
