"""A `twinverter live` in a process of its own, and what its panel answers."""

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
import urllib.request

from twinverter.cli.wires import Wires

COMMAND = (sys.executable, "-m", "twinverter", "live", "--no-browser", "--port", "0")
# What the command says of a wire once it is open.
OPENED = re.compile(r"([\w ]+): (?:127\.0\.0\.1:(\d+)|/dev/.*), ")
OPTIONS = {f"--{wire.replace('_', '-')}" for wire in Wires._fields}
# A command that has not told of its panel and its wires by then is ended.
STARTED_S = 120.0


@contextlib.contextmanager
def running(folder, *words, **variables):
    """Yield a live command's process, its panel's address, and name -> port of its wires."""
    process = subprocess.Popen(
        [*COMMAND, "--data", str(folder), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | variables,
    )
    try:
        yield process, *told(process, sum(word in OPTIONS for word in words))
    finally:
        process.kill()
        process.communicate()


def told(process, count, within_s=STARTED_S):
    """Return the panel's address and the ports of `count` wires, as a command tells of them.

    AssertionError with what it said where it ends before, or is ended for being late.
    """
    ending = threading.Timer(within_s, process.kill)
    ending.start()
    try:
        panel = process.stdout.readline().removeprefix("Panel: ").strip()
        wires, said = {}, []
        while not panel or len(wires) < count:
            if not (line := process.stderr.readline()):
                break
            said.append(line)
            if found := OPENED.match(line):
                wires[found[1]] = int(found[2] or 0)
    finally:
        ending.cancel()
    assert panel and len(wires) == count, (panel, wires, *said)
    return panel, wires


def asked(panel, path, body=None):
    """Return what a panel answers, to a POST where there is a body."""
    request = urllib.request.Request(
        f"{panel}/api/{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)
