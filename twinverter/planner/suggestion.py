"""A search in a process of its own, for a device that goes on living: what a panel may suggest.

The process is the last to get a processor and leaves one to the device. It tells how far it is and
what the best is so far; stopped, it hands over the best it has. What comes back is plain data.
"""

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Thread
from typing import IO, TYPE_CHECKING, Any

from twinverter.scenario.error import HouseError
from twinverter.scenario.house import load_house

if TYPE_CHECKING:
    from twinverter.planner.advice import Advice

LEAST_MIN, MOST_MIN = 0.1, 30.0
LAST = 19
STOPPED = "It was stopped before anything was found."
BROKEN = "The search ended by itself and left nothing behind. Search again."
NOTHING: dict[str, Any] = {"share": 0.0, "words": "", "error": "", "found": None}


class Suggestion:
    """The search for one house: none yet, one under way, or what the last one found.

    `file` is the house file, None for the built-in house.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._process: subprocess.Popen[str] | None = None
        self._told = dict(NOTHING)

    @property
    def running(self) -> bool:
        """Return whether a search is under way."""
        return self._process is not None and not self._told["found"] and not self._told["error"]

    def start(self, values: Mapping[str, Any], minutes: float) -> None:
        """Begin a search from these settings; ValueError while one is under way."""
        if self.running:
            raise ValueError("A search is under way already.")
        if not LEAST_MIN <= minutes <= MOST_MIN:
            raise ValueError(
                f"{minutes:g} minutes not taken: {LEAST_MIN:g} to {MOST_MIN:g} are possible."
            )
        self.close()
        self._told = NOTHING | {"words": "making the years"}
        # In a session of its own: what ends the device by the keyboard is not meant for it.
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        file = None if self._file is None else str(self._file)
        with self._process.stdin as tells:
            json.dump({"file": file, "values": dict(values), "minutes": minutes}, tells)
        Thread(target=_hear, args=(self._process.stdout, self._told), daemon=True).start()

    def stop(self) -> None:
        """Ask the search for the best it has so far."""
        if self.running and self._process is not None:
            self._process.send_signal(signal.SIGINT)

    def close(self) -> None:
        """End the search, whatever it has."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def state(self) -> dict[str, Any]:
        """Return whether it runs, how far it is, in words, and what it found or why nothing."""
        return {"running": self.running, **self._told}


def _hear(hears: IO[str], told: dict[str, Any]) -> None:
    """Take in what a search tells, line by line, until it ends."""
    with hears:
        for line in hears:
            told |= json.loads(line)
    if not told["found"] and not told["error"]:
        told["error"] = BROKEN


def _tell(**said: Any) -> None:
    print(json.dumps(said), flush=True)


def _work() -> None:
    """Search as the standard input asks; tell on the standard output."""
    # Whoever was started in the background of a shell hands down that it ignores this signal.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with contextlib.suppress(AttributeError, OSError):
        os.nice(LAST)
    try:
        asked = json.load(sys.stdin)
        _tell(share=1.0, found=suggested(_searched(**asked)))
    except (HouseError, ValueError) as error:
        _tell(error=str(error))
    except KeyboardInterrupt:
        _tell(error=STOPPED)


def _searched(file: str | None, values: dict[str, Any], minutes: float) -> "Advice":
    # The device that starts this process has no use for a compiler.
    import numba

    from twinverter.planner.advice import advised

    numba.set_num_threads(max(1, numba.get_num_threads() - 1))
    house = load_house(None if file is None else Path(file))
    changed = {key: value for key, value in values.items() if house.values[key] != value}
    return advised(
        house.with_settings(changed),
        minutes=minutes,
        tell=lambda share, words: _tell(share=share, words=words),
    )


def suggested(advice: "Advice") -> dict[str, Any]:
    """Return an advice as a panel shows it: in short, ways to run the house, and what to turn."""
    from twinverter.planner.telling import LINE_HEAD, change_words, headline, line_cells

    changes = []
    for one in advice.changes:
        page, label, before_text, after_text, brings = change_words(advice, one)
        changes.append(
            {
                "key": one.key,
                "page": page,
                "label": label,
                "before": one.before,
                "after": one.after,
                "before_text": before_text,
                "after_text": after_text,
                "brings": "" if math.isnan(one.brings) else brings,
            }
        )
    return {
        "headline": headline(advice),
        "stopped": advice.interrupted,
        "tried": advice.tried,
        "head": list(LINE_HEAD),
        "lines": [list(line_cells(line)) for line in advice.lines],
        "changes": changes,
    }


if __name__ == "__main__":
    _work()
