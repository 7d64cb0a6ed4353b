"""A foreign meter at the mains that the inverter regulates by, in place of its clamps (C-26).

What the meter reads less what the machine itself exchanges is the house before the meter; that the
machine's law may see the meter, this is put into its world as the home load. While the meter does
not answer, its last house stays and the clamps count as dead: the law falls back to the inner
sensors and warns. A house that gives more than it takes counts as one that takes nothing.
"""

from typing import TYPE_CHECKING

from twinverter.words.wording import PHASES

if TYPE_CHECKING:
    from twinverter.live.twin import Twin

SOURCE, MAKE = "meter", "chnt_dtsu666"
USED_KEY, MAKE_KEY, PHASE_KEY = "ex_meter_for_ct", "meter_select", "ex_meter_phase"
LETTERS = "ABC"
HOME = tuple(f"home_w_{name}" for name in PHASES)
# What of a change in the house one reading is believed: a meter whose figures are a second old
# would else make the machine hunt (assumed).
BELIEVED = 0.5
Three = tuple[float, float, float]


class ForeignMeter:
    """What one meter said last, and what of it the machine sees."""

    def __init__(self, twin: "Twin") -> None:
        self._twin = twin
        self._home_w: Three | None = None
        self.power_w: Three | None = None
        self.is_silent = False

    def hear(self, power_w: Three) -> None:
        """Regulate by a reading of phases A, B and C, imports positive."""
        self.power_w = power_w
        self.is_silent = False
        if self._is_used:
            home_w, before_w = self._house_w(power_w), self._home_w
            if before_w is not None:
                home_w = _mixed(before_w, home_w)
            self._home_w = home_w
        self.look()

    def miss(self) -> None:
        """Take note that the meter did not answer."""
        self.is_silent = True
        self.look()

    def look(self) -> None:
        """Let the machine see the meter as it is now, or its clamps where no meter is set."""
        if not self._is_used:
            self._home_w = None
            self._twin.unwire(SOURCE)
            return
        held: dict[str, float] = {}
        if self._home_w is not None:
            held = dict(zip(HOME, _demand(self._home_w), strict=True))
        if self.is_silent:
            held["ct_ok"] = 0.0
        self._twin.wire(SOURCE, held)

    def end(self) -> None:
        """Give the mains back to the clamps."""
        self._twin.unwire(SOURCE)
        self._home_w = self.power_w = None

    def told(self) -> str:
        """Return in a few words how it stands with the meter."""
        if not self._is_used:
            return "read, Ex_Meter For CT is off"
        if self.is_silent:
            return "does not answer"
        return "asked" if self.power_w is None else f"regulates by {sum(self.power_w):.0f} W"

    @property
    def _is_used(self) -> bool:
        values = self._twin.values
        return bool(values[USED_KEY]) and values[MAKE_KEY] == MAKE

    def _house_w(self, power_w: Three) -> Three:
        """Return what the house before the meter takes on L1, L2 and L3."""
        first = LETTERS.index(str(self._twin.values[PHASE_KEY]))
        turned = power_w[first:] + power_w[:first]
        l1_w, l2_w, l3_w = (
            read - own for read, own in zip(turned, self._twin.flows.ld_w, strict=True)
        )
        return l1_w, l2_w, l3_w


def _demand(home_w: Three) -> Three:
    """Return a house as a load: where it gives in sum, it takes just nothing in sum."""
    l1_w, l2_w, l3_w = home_w
    if l1_w + l2_w + l3_w >= 0.0:
        return home_w
    given_w = (l1_w + l2_w + l3_w) / 3.0
    l1_w, l2_w = l1_w - given_w, l2_w - given_w
    # The last one so, and not by a difference, that the sum is nothing to the last digit.
    return l1_w, l2_w, -(l1_w + l2_w)


def _mixed(before_w: Three, new_w: Three) -> Three:
    l1_w, l2_w, l3_w = (
        before + BELIEVED * (new - before) for before, new in zip(before_w, new_w, strict=True)
    )
    return l1_w, l2_w, l3_w
