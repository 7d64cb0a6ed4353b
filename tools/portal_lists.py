"""How long the list of sites takes: a device at each of them, a day of samples behind it."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from deliverer import START_S, sums_of
from history import SENT, say
from portal_fleet import LIFE, name_of

from twinverter.monitor.batch import columns
from twinverter.monitor.columns import KEYS
from twinverter.monitor.delivery import About, Delivery, Moment
from twinverter.monitor.levels import Plan
from twinverter.monitor.opened import told_place
from twinverter.portal.app import create_app
from twinverter.portal.asked import Portal
from twinverter.portal.doors import Doors

STEP_S, STEPS = 300.0, 288
HERE = "http://127.0.0.1"
LISTS = (
    # what                            query
    ("first page of 200, days read",  "?limit=200"),
    ("page of 200",                   "?limit=200"),
    ("page of 500",                   "?limit=500"),
    ("found by a search",             "?limit=200&search=House+99"),
)  # fmt: skip
GOAL = "<= 1000 ms"


def lists(count: int, places: Sequence[str]) -> int:
    """Measure the list of so many sites at each place and return the exit status."""
    worst_s = 0.0
    for place in places:
        with Portal.opened(place, plan=Plan(STEP_S)) as portal:
            for reply in [portal.inbox.submit(reported(number)) for number in range(count)]:
                reply.result()
            # What is measured is the list: no login is asked for in here.
            app = create_app(portal, Doors(portal.register, is_single=True))
            client = TestClient(app, base_url=HERE)
            print(f"{count} sites over {told_place(place)}, processor time and time on the wall")
            for words, query in LISTS:
                busy_s, wall_s = _asked(client, query)
                say(words, f"{busy_s * 1000.0:.0f} {wall_s * 1000.0:.0f} ms", GOAL)
                worst_s = max(worst_s, busy_s)
    return int(worst_s > 1.0)


def reported(number: int) -> Delivery:
    """Return a delivery of a made-up house on its own site: a day of samples and a moment."""
    steps = np.arange(STEPS)
    figures = np.full((STEPS, len(KEYS)), np.nan)
    figures[:, :SENT] = 1000.0
    sums = np.array([sums_of(int(step)) for step in steps])
    start_s = START_S + STEP_S * steps
    samples = columns(name_of(number), steps, start_s, np.full(STEPS, STEP_S), figures, sums)
    reasons = {"load": "The sun feeds the house."}
    told = dict.fromkeys(KEYS, 1000.0)
    moment = Moment(float(start_s[-1]) + STEP_S - 1.0, told, {}, {"dc": 1}, "on_grid", reasons)
    about = About(f"House {number}", "Lagos", latitude_deg=6.5, longitude_deg=3.4)
    return Delivery(name_of(number), LIFE, samples, moment=moment, about=about, every_s=STEP_S)


def _asked(client: TestClient, query: str) -> tuple[float, float]:
    """Return the seconds of processor time and on the wall that a list of sites takes."""
    busy_s, wall_s = time.process_time(), time.perf_counter()
    reply = client.get(f"/api/v1/sites{query}")
    if reply.status_code != 200:
        raise SystemExit(f"the list is refused: {reply.text[:300]}")
    return time.process_time() - busy_s, time.perf_counter() - wall_s
