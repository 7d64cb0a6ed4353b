"""The device's two codes, 7777 for the lock and 9999 for the factory reset (manual 5.5).

They are guards of the panel, printed in the manual, and no security. A wrong code changes
nothing; after three of them in a row no code is taken for five seconds (assumed).
"""

import math
from collections.abc import Callable

from twinverter.catalog.settings import find

TRIES, PAUSE_S = 3, 5.0
LOCK, RESET = "lock_password", "factory_reset_password"


class WrongCode(Exception):  # noqa: N818
    """A code that was not taken; `str` is one line, `wait_s` how long none will be."""

    def __init__(self, text: str, wait_s: float = 0.0) -> None:
        super().__init__(text)
        self.wait_s = wait_s


class Locked(Exception):  # noqa: N818
    """A change that the lock-out code has to go with; `str` is one line."""

    def __init__(self, locked: bool = True) -> None:
        why = "All changes are locked. " if locked else ""
        super().__init__(f"{why}The lock-out code is asked for first.")


class Codes:
    """Judges codes and counts the wrong ones; `now` is a monotonic time in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._wrong = 0
        self._open_s = now()

    def check(self, purpose: str, code: str) -> None:
        """Take the code of a purpose, `LOCK` or `RESET`; WrongCode where it is not the one."""
        wait_s = self._open_s - self._now()
        if wait_s > 0.0:
            raise WrongCode(f"Three wrong codes: wait {math.ceil(wait_s)} s.", wait_s)
        if str(code) == find(purpose).default:
            self._wrong = 0
            return
        self._wrong += 1
        if self._wrong < TRIES:
            raise WrongCode("Wrong code, nothing changed.")
        self._wrong = 0
        self._open_s = self._now() + PAUSE_S
        raise WrongCode(f"Wrong code, nothing changed. Wait {PAUSE_S:.0f} s.", PAUSE_S)
