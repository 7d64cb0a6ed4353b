"""What clients order by registers that no setting owns: the limit of active power.

Register 77 counts tenths of a percent of the rated power; from 100 % on there is no limit, as at
delivery. What is ordered stands over the law's own figure until it is taken back.
"""

from collections.abc import Mapping

from twinverter.catalog.law import Law

LIMIT_KEY = "active_power_regulation"
# The rated power in the register's own steps.
WHOLE = 1000


def ordered(law: Law, held: Mapping[str, int]) -> Law:
    """Return the law under the orders that some registers hold; the same where they hold none."""
    raw = held.get(LIMIT_KEY, WHOLE)
    if raw >= WHOLE:
        return law
    support = law.support._replace(limit_on=1.0, limit=raw / WHOLE)  # type: ignore[attr-defined]
    return law._replace(support=support)
