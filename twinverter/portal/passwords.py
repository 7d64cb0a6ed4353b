"""Passwords: kept as Argon2id hashes, slow to guess, renewed when the cost of a guess goes up.

The cost is the second recommended option of RFC 9106 (64 MiB, three passes, four lanes), about a
tenth of a second. What a password must be like follows NIST SP 800-63B: its length counts, no
rules about signs and digits, all spellings of a character are the same (NFKC).
"""

import threading
import unicodedata

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

# NIST SP 800-63B asks for 8 at least; assumed: two more, for a portal on the open network.
SHORTEST = 10
# Fewer different characters than this are a key held down (assumed).
FEWEST_DIFFERENT = 5
# So many are hashed at a time: each takes 64 MiB (assumed).
AT_ONCE = 2


class PasswordError(ValueError):
    """A password that nobody should have; `str` is one line."""


class Passwords:
    """How passwords are hashed and compared."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)
        self._turn = threading.BoundedSemaphore(AT_ONCE)
        # What is compared with where there is nobody of that name, for the same time.
        self._nobody = self._hasher.hash("nobody has this password")

    def hashed(self, password: str, name: str) -> str:
        """Return the hash of a new password; PasswordError for one that is easily guessed."""
        check(password, name)
        with self._turn:
            return self._hasher.hash(spelt(password))

    def fits(self, password: str, kept: str | None) -> bool:
        """Return whether a password has a hash; without one, never, but in the same time."""
        with self._turn:
            try:
                matches = self._hasher.verify(kept or self._nobody, spelt(password))
            except (VerificationError, InvalidHashError):
                return False
        return matches and kept is not None

    def renewed(self, password: str, kept: str) -> str | None:
        """Return a hash at today's cost for a password that fits, None where it has that cost."""
        if not self._hasher.check_needs_rehash(kept):
            return None
        with self._turn:
            return self._hasher.hash(spelt(password))


def check(password: str, name: str) -> None:
    """Raise PasswordError for a password that is short, one key held down, or the name."""
    plain = spelt(password)
    if len(plain) < SHORTEST:
        raise PasswordError(f"A password has {SHORTEST} characters or more.")
    if len(set(plain)) < FEWEST_DIFFERENT:
        raise PasswordError(f"A password has {FEWEST_DIFFERENT} different characters or more.")
    if spelt(name).casefold() in plain.casefold() and len(plain) - len(name) < SHORTEST:
        raise PasswordError("A password is more than the name and a few characters.")


def spelt(password: str) -> str:
    """Return a password in the one spelling that is hashed."""
    return unicodedata.normalize("NFKC", password)
