"""One source, two ways to run it: compiled and interpreted say the same (C-05a)."""

import random

import numpy as np
import pytest

from twinverter.batch import loop
from twinverter.core.kernel import compiled
from twinverter.core.records import at_rest, dtype, readable, values
from twinverter.inverter import Flows, initial

MONDAY_S = 19359 * 86400.0
MINUTES = 1440


def mixed_day(maker, rules):
    """Return a day of minutes in which the world changes every quarter of an hour."""
    rows = at_rest(maker.inputs(rules), MINUTES)
    for minute in range(MINUTES):
        if minute % 15 == 0:
            world = maker.inputs(rules)
        rows[minute] = tuple(values(world._replace(clock_s=MONDAY_S + 60.0 * minute)))
    return rows


@pytest.mark.compiled
def test_compiled_equals_interpreted_over_random_days(chance):
    """Eight machines with other settings each, one compilation."""
    fast = compiled(loop.run)
    for seed in range(8):
        maker = chance(random.Random(seed))
        rules = maker.settings()
        site = maker.site(rules)
        inputs = mixed_day(maker, rules)
        start = initial(site, rules, 0.5, 25.0)
        ends = []
        for run, where, what in (
            (fast, readable(site), readable(rules)),
            (loop.run, (site,), (rules,)),
        ):
            state = at_rest(start)
            flows = np.empty(MINUTES, dtype(Flows))
            assert run(where, what, state, inputs, flows, 60.0) <= 1e-9
            ends += [(state, flows)]
        for one, other in zip(*ends, strict=True):
            for name in one.dtype.names:
                np.testing.assert_allclose(
                    one[name], other[name], rtol=1e-9, atol=1e-9, err_msg=f"{seed} {name}"
                )
