"""What breaks at a house and is mended again, by the moments its file names.

A defect is part of the site, so it is not in the inputs: a run is cut where one comes or goes. It
holds for every step it touches, however short, so that none gets lost between two steps.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from twinverter.plant.site import Site
from twinverter.scenario.steps import Steps

# A moment so near to a step's border, as a share of the step, is on it: rounding put it off.
NEAR = 1e-6


@dataclass(frozen=True)
class Mishap:
    """One cause at its value, from a moment (UTC) to another; infinite where there is none."""

    cause: str
    value: float
    start_s: float = -math.inf
    end_s: float = math.inf

    def rows(self, steps: Steps) -> tuple[int, int]:
        """Return the first step that it touches and the one after the last."""
        first = (self.start_s - steps.start_s) / steps.step_s + NEAR
        end = (self.end_s - steps.start_s) / steps.step_s - NEAR
        # Held within the run first: an infinite end has no whole number.
        return (
            math.floor(min(max(first, 0.0), steps.count)),
            math.ceil(min(max(end, 0.0), steps.count)),
        )


@dataclass(frozen=True)
class Mishaps:
    """Everything that breaks at one house; where two give one cause, the later in the file wins."""

    course: tuple[Mishap, ...] = ()

    def standing(self, steps: Steps) -> dict[str, float]:
        """Return cause -> value of what is broken in any of these steps."""
        touched = ((one, *one.rows(steps)) for one in self.course)
        return {one.cause: one.value for one, first, end in touched if first < end}

    def stretches(self, steps: Steps, site: Site) -> list[tuple[int, Site]]:
        """Return the site as it is over so many steps each, in order; together they are `steps`."""
        rows = [one.rows(steps) for one in self.course]
        borders = sorted({0, steps.count, *(row for both in rows for row in both)})
        found = []
        for first, end in zip(borders, borders[1:], strict=False):
            over = Steps(steps.start_s + first * steps.step_s, steps.step_s, end - first)
            found.append((over.count, struck(site, self.standing(over))))
        return found


def struck(site: Site, standing: Mapping[str, float]) -> Site:
    """Return a site with what is broken there, the same one where nothing is."""
    return site._replace(defects=site.defects.but(standing)) if standing else site
