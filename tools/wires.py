"""The Modbus TCP wire measured: every byte right, and how fast beside pymodbus's own plain server.

    python tools/wires.py [exact] [speed] [--transactions N] [--rounds N] [--json]

`exact` lets a device live at sixty times the wall's speed and has four connections ask it at once,
reads of every length anywhere, refused ones, and writes that are read back; each answer is held to
the byte against what the register image said at a moment between request and answer. `speed` reads
100 registers again and again, from a running `twinverter live` whose clock is watched and from
pymodbus's server over constant registers, in turns. Exit status 1 where a goal is missed.
"""

import argparse
import json
import os
import sys
from typing import Any

from wires_exact import exact
from wires_speed import speed


def main() -> int:
    """Print a line per figure and return 0, or 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description="The Modbus TCP wire: exactness and speed.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="exact, speed")
    parser.add_argument("--transactions", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print JSON at the end")
    options = parser.parse_args()
    measurements: dict[str, Any] = {
        "exact": lambda: exact(options.transactions),
        "speed": lambda: speed(options.rounds),
    }
    for name in options.names:
        if name not in measurements:
            parser.error(f"{name}: no such measurement ({', '.join(measurements)})")
    lines = []
    for name in options.names or measurements:
        for line in measurements[name]():
            lines.append(line)
            if not options.json:
                print(line.text, flush=True)
    load = os.getloadavg()
    if options.json:
        print(json.dumps({"lines": [line.as_dict() for line in lines], "load_average": load}))
    else:
        loads = ", ".join(f"{value:.1f}" for value in load)
        print(f"{os.cpu_count()} cores; load average over 1, 5 and 15 minutes {loads}")
    return int(any(line.verdict == "missed" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
