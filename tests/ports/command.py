"""A `twinverter live` in a process of its own, and what its panel answers."""

import contextlib
import json
import os
import re
import subprocess
import sys
import urllib.request

COMMAND = (sys.executable, "-m", "twinverter", "live", "--no-browser", "--port", "0")
# What the command says of a wire once it is open.
OPENED = re.compile(r"([\w ]+): (?:127\.0\.0\.1:(\d+)|/dev/.*), ")


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
        panel = process.stdout.readline().removeprefix("Panel: ").strip()
        wires = {}
        while panel and len(wires) < sum(word.startswith("--") for word in words):
            found = OPENED.match(process.stderr.readline())
            wires |= {found[1]: int(found[2] or 0)} if found else {}
        yield process, panel, wires
    finally:
        process.kill()
        process.communicate()


def asked(panel, path, body=None):
    """Return what a panel answers, to a POST where there is a body."""
    request = urllib.request.Request(
        f"{panel}/api/{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)
