"""What a register orders stands over the law's figure until it is taken back."""

import pytest

from twinverter.catalog.held import HELD
from twinverter.catalog.law import kernel_law
from twinverter.catalog.orders import LIMIT_KEY, ordered

LIMITS = [
    # raw    in force  limit
    (0,      1.0,      0.0),
    (333,    1.0,      0.333),
    (999,    1.0,      0.999),
    (1000,   0.0,      1.0),
    (1200,   0.0,      1.0),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "in_force", "limit"), LIMITS)
def test_a_limit_counts_in_tenths_of_a_percent_and_ends_at_the_rating(raw, in_force, limit):
    asked = ordered(kernel_law(), {LIMIT_KEY: raw}).support
    assert (asked.limit_on, asked.limit) == (in_force, pytest.approx(limit))


def test_without_an_order_the_law_is_the_houses_own():
    law = kernel_law({"support_limit_on": 1.0, "support_limit": 0.6})
    assert ordered(law, {}) is law
    assert ordered(law, {LIMIT_KEY: 300}).support.limit == pytest.approx(0.3)


def test_at_delivery_nothing_is_ordered():
    (row,) = (row for row in HELD if row.key == LIMIT_KEY)
    law = kernel_law()
    assert ordered(law, {row.key: row.reset}) is law
