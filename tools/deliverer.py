"""Delivers samples to a history for ever and says after each delivery what was acknowledged.

    python tools/deliverer.py PLACE DEVICE FIRST

It is made to be killed at any moment: what it said to be acknowledged must be in the history once.
The sums of a sample follow from its number, so whoever reads them knows what they should be.
"""

import sys

from twinverter.monitor.batch import Batch, Sample, batch
from twinverter.monitor.columns import SUMS
from twinverter.monitor.levels import Plan
from twinverter.monitor.opened import open_history

START_S = 1_672_531_200
STEP_S = 60
EACH = 5


def sums_of(number: int) -> list[int]:
    """Return the sums of the sample of a number, in thousandths."""
    return [(number * (place + 7)) % 1009 for place in range(len(SUMS))]


def delivery(device: str, first: int, count: int = EACH) -> Batch:
    """Return the samples of so many numbers."""
    samples = [
        Sample(
            number,
            START_S + STEP_S * number,
            STEP_S,
            {"battery_power": float(number % 500)},
            sums_of(number),
        )
        for number in range(first, first + count)
    ]
    return batch(device, samples)


def main() -> None:
    """Deliver until somebody ends it, each delivery beginning with the last one again."""
    place, device, first = sys.argv[1], sys.argv[2], int(sys.argv[3])
    history = open_history(place, Plan())
    while True:
        history.write([delivery(device, max(0, first - EACH), 2 * EACH)])
        first += EACH
        print(first, flush=True)


if __name__ == "__main__":
    main()
