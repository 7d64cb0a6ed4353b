"""How traces are told apart: within a step of time, within a share of rating."""

import numpy as np
import pytest

from twinverter.bench import judge
from twinverter.bench.case import Case, Stretch, Trace, course
from twinverter.bench.support import VOLT_VAR_B, Support

STEPS = 6


def flags(word):
    """Return a flag per letter: 1 on, anything else off."""
    return np.array([letter == "1" for letter in word])


def trace(active=0.0, connected="111111", resting="000000"):
    """Return a trace with one figure for all its steps."""
    given = np.broadcast_to(np.asarray(active, dtype=float), (STEPS,))
    return Trace(given, np.zeros(STEPS), flags(connected), flags(resting))


def case(judged, dt_s=1.0, **options):
    """Return a case of six steps."""
    support = options.pop("support", Support(volt_var=VOLT_VAR_B))
    return Case("", "", support, course([Stretch(STEPS)]), dt_s, judged, **options)


# fmt: off
@pytest.mark.parametrize("mine, theirs, gone", [
    # ours      theirs     steps that have no like within a step
    ("110000",  "110000",  ""),
    ("110000",  "111000",  ""),
    ("110000",  "111100",  "2,3"),
    ("111111",  "111110",  ""),
    ("111111",  "110111",  "2"),
    ("110011",  "111001",  ""),
    ("111111",  "111100",  "4"),
    ("000000",  "111111",  "0,1,2,3,4"),
])
# fmt: on
def test_an_instant_may_be_a_step_away_but_not_missing(mine, theirs, gone):
    found = np.flatnonzero(judge.astray(flags(mine), flags(theirs)))
    assert ",".join(map(str, found)) == gone
    assert judge.astray(flags(theirs), flags(mine)).any() == bool(gone)


# fmt: off
@pytest.mark.parametrize("judged, mine, theirs, agrees", [
    ("settled",  trace(0.5),                    trace(0.50009),                True),
    ("settled",  trace(0.5),                    trace(0.5002),                 False),
    ("response", trace(0.5),                    trace(0.5049),                 True),
    ("response", trace(0.5),                    trace(0.506),                  False),
    ("moments",  trace(connected="110000"),     trace(connected="111000"),     True),
    ("moments",  trace(connected="110000"),     trace(connected="111100"),     False),
    ("moments",  trace(resting="011100"),       trace(resting="001100"),       True),
    ("moments",  trace(resting="011100"),       trace(),                       False),
])
# fmt: on
def test_what_agrees(judged, mine, theirs, agrees):
    which = case(judged, looks=(STEPS - 1,) if judged == "settled" else ())
    assert judge.agrees(which, judge.deviation(which, mine, theirs)) is agrees


def test_a_settled_case_is_read_only_where_it_has_settled():
    which = case("settled", looks=(5,))
    apart = judge.deviation(which, trace([0, 0, 0, 0, 0, 1.0]), trace(1.0))
    assert judge.agrees(which, apart)
