"""A client of a real package in a process of its own, driven line by line in JSON."""

import json
import subprocess
from pathlib import Path

CLIENTS = Path(__file__).with_name("clients")
PATIENCE_S = 30.0


class Talk:
    """One running client; `ask` says a line and returns what comes back."""

    def __init__(self, python, script, *arguments):
        command = [str(python), str(CLIENTS / script), *map(str, arguments)]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ask(self, *line):
        """Return the answer to a line; AssertionError with the client's last words without one."""
        try:
            self._process.stdin.write(json.dumps(line) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self._process.stdout.readline()
        assert answer, self._process.communicate(timeout=PATIENCE_S)[1]
        return json.loads(answer)

    def end(self):
        """Let the client end in order; return what it complained of. One that does not is killed."""
        try:
            _, complaints = self._process.communicate(timeout=PATIENCE_S)
        finally:
            self._process.kill()
        return complaints

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            self.end()
