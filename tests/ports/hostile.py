"""How much the hostile wires of the tests are fed with, and where their bytes come from.

Ten thousand inputs per parser with every run; `make hostile` feeds a million.
"""

import os
import random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

INPUTS = int(os.environ.get("TWINVERTER_HOSTILE_INPUTS", "10000"))
# Inputs in one session: what came before is part of what a parser has to stand.
SESSION = 50
# Bytes of a session that are drawn, and can be shrunk; the rest follows from them.
DRAWN, MORE = 256, 4096


class Chance:
    """Choices made of drawn bytes, so that one draw gives a session.

    Where the drawn bytes end, others that they seed go on: no input is a row of zeros for want.
    """

    def __init__(self, drawn):
        self._drawn, self._place = drawn, 0
        self._more = random.Random(drawn)

    def bytes(self, count):
        """Return so many bytes."""
        place, self._place = self._place, self._place + count
        if self._place > len(self._drawn):
            self._drawn = self._drawn[place:] + self._more.randbytes(MORE)
            place, self._place = 0, count
        return self._drawn[place : self._place]

    def below(self, limit):
        """Return a whole number from 0 to below a limit of 65536 at most."""
        return int.from_bytes(self.bytes(2), "big") % limit

    def word(self):
        """Return a number of 16 bits, every second one small."""
        return self.below(65536) if self.below(2) else self.below(130)

    def pick(self, *choices):
        """Return one of the choices."""
        return choices[self.below(len(choices))]

    def spoilt(self, frame):
        """Return a frame whole, cut off, with a bit turned, with bytes more, or noise for it."""
        how = self.pick("whole", "cut", "turned", "longer", "noise")
        if how == "cut":
            return frame[: self.below(len(frame) + 1)]
        if how == "turned" and frame:
            place = self.below(len(frame))
            return frame[:place] + bytes((frame[place] ^ 1 << self.below(8),)) + frame[place + 1 :]
        if how == "longer":
            return frame + self.bytes(self.below(300))
        if how == "noise":
            return self.bytes(self.below(300))
        return frame


chances = st.binary(min_size=DRAWN, max_size=DRAWN).map(Chance)


def hostile(test):
    """Run a test on sessions until it has seen its inputs."""
    return settings(
        max_examples=max(1, INPUTS // SESSION),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )(test)
