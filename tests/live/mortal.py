"""A device made to be killed: it lives fast, is written to, and tells what was acknowledged.

`mortal.py HOUSE FOLDER` forks a living device for each line it reads, so that every one of them
lives at once. It prints `born PID`, what the device tells, and `dead SIGNAL`; whoever reads kills
PID.
"""

import asyncio
import json
import os
import random
import sys
from pathlib import Path

from twinverter.live.clock import Clock
from twinverter.live.runner import Runner
from twinverter.live.store import Store
from twinverter.live.twin import Twin
from twinverter.scenario.house import load_house

SPEED = 3600.0
# The numbers a hand writes come round, so that each is allowed.
ROUND = 180


def tell(**parts):
    """Print a line in one piece: a reader gets it whole or not at all."""
    os.write(1, json.dumps(parts).encode() + b"\n")


def acknowledged(twin):
    """Return the alarms a client has been shown, which lie on disk."""
    shown = twin.snapshot()
    return {
        "journal_seq": shown["journal_seq"],
        "alarms": sorted(alarm["code"] for alarm in shown["alarms"]),
    }


async def write(twin):
    """Write to the device without end, numbering each entry, and tell what each left on disk."""
    made = twin.store.changes(1)
    number = int(made[0].by) if made else 0
    dice = random.Random()
    while True:
        number += 1
        twin.write({"max_charge_a": number % ROUND}, by=str(number))
        twin.take("load_l2_w", number % ROUND)
        if dice.random() < 0.3:
            twin.take("grid_on", dice.random() < 0.5)
        state = twin.state
        tell(
            number=number,
            clock_s=twin.clock_s,
            meters=list(state.meters),
            soc=state.plant.battery.soc,
            **acknowledged(twin),
        )
        await asyncio.sleep(dice.random() * 0.01)


async def watch(runner):
    """Tell every snapshot."""
    async for shown in runner.subscribe():
        totals = {line: energy["total_wh"] for line, energy in shown["energy"].items()}
        tell(shown_s=shown["clock_s"], totals=totals, **acknowledged(runner.twin))


async def live(house, folder):
    """Live until killed."""
    runner = Runner(Twin(house, Store.open(folder), Clock(SPEED)))
    await asyncio.gather(runner.run(), watch(runner), write(runner.twin))


def main():
    house, folder = load_house(Path(sys.argv[1])), Path(sys.argv[2])
    for _ in sys.stdin:
        pid = os.fork()
        if not pid:
            os.write(1, f"born {os.getpid()}\n".encode())
            asyncio.run(live(house, folder))
        _, status = os.waitpid(pid, 0)
        os.write(1, f"dead {os.WTERMSIG(status)}\n".encode())


if __name__ == "__main__":
    main()
