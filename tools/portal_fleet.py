"""A fleet of made-up devices that reports to portals: samples, and journals with their diagnoses.

Devices repeat what was not acknowledged, now and then what was. The sums of a sample and the lines
of the journals follow from its number, so whoever reads them knows what they should be. A device
takes the journals on from where the last answer says, as a real one does.
"""

import asyncio
import contextlib
import random
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2 as httpx
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from deliverer import START_S, sums_of
from history import SENT
from portal_program import HOST, Portal

from twinverter.monitor.batch import Batch, columns
from twinverter.monitor.columns import KEYS
from twinverter.monitor.delivery import (
    MEDIA_TYPE,
    MOST_LINES,
    Acknowledged,
    Alarm,
    Change,
    Delivery,
    Moment,
    packed,
)

LIFE = "tool"
# A device gives a portal so long to answer, and asks again after so long.
ANSWER_S, AGAIN_S, SOON_S = 20.0, 0.2, 0.02
# One delivery in so many comes again although it was acknowledged.
DOUBLED = 10
CODES = ("F13", "F20", "W05")


def alarm(seq: int, is_complete: bool) -> Alarm:
    """Return a line of the alarm journal: each second one raises, with a diagnosis that grows."""
    is_raised = bool(seq % 2)
    told = {"complete": is_complete, "cause": f"cause {seq}"} if is_raised else None
    return Alarm(seq, float(START_S + seq), CODES[seq // 2 % len(CODES)], is_raised, told)


def change(seq: int) -> Change:
    """Return a line of the journal of changes."""
    return Change(seq, float(START_S + seq), "panel 10.0.0.1", "max_charge_a", seq - 1, seq)


class Fleet:
    """Devices that deliver a sample and a line of each journal at a time, until acknowledged.

    Each delivery goes to one of the ports by chance, those of `portal` alone where none is named.
    """

    def __init__(
        self, portal: Portal, devices: int, every_s: float, ports: Sequence[int] = ()
    ) -> None:
        self._urls = [f"http://{HOST}:{port}/api/v1/deliver" for port in ports or [portal.port]]
        self._headers = {"Authorization": f"Bearer {portal.token}", "Content-Type": MEDIA_TYPE}
        self.devices, self._every_s = devices, every_s
        self.made = [0] * devices
        self.known = [Acknowledged()] * devices
        self.latencies_s: list[float] = []
        self.refused = self.repeated = self.acknowledged = 0
        self._dice = random.Random(7)
        self._rng = np.random.default_rng(7)
        self._ending = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let all devices live; at the end each hands over what it has."""
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
        async with httpx.AsyncClient(limits=limits, timeout=ANSWER_S) as client:
            living = [asyncio.create_task(self._live(client, n)) for n in range(self.devices)]
            try:
                yield
            finally:
                self._ending.set()
                await asyncio.gather(*living)

    async def _live(self, client: httpx.AsyncClient, device: int) -> None:
        due_s = time.monotonic() + self._dice.uniform(0.0, self._every_s)
        while not self._ending.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), max(0.0, due_s - time.monotonic()))
                break
            self.made[device] += 1
            await self._hand_over(client, device, self._sample(device))
            self.latencies_s.append(time.monotonic() - due_s)
            due_s = max(due_s + self._every_s, time.monotonic())
        while self._is_behind(device):
            await self._hand_over(client, device, None)

    async def takes(self, most_s: float = ANSWER_S) -> None:
        """Return once something more was acknowledged, or after so long."""
        before, end_s = self.acknowledged, time.monotonic() + most_s
        while self.acknowledged == before and time.monotonic() < end_s:
            await asyncio.sleep(SOON_S)

    def _is_behind(self, device: int) -> bool:
        made, known = self.made[device], self.known[device]
        return known.alarms_seq < made or known.changes_seq < made or bool(known.untold)

    async def _hand_over(
        self, client: httpx.AsyncClient, device: int, samples: Batch | None
    ) -> None:
        """Post until it is acknowledged, and sometimes once more."""
        body = self._body(device, samples)
        left = 2 if self._dice.random() * DOUBLED < 1.0 else 1
        while left:
            try:
                reply = await client.post(
                    self._dice.choice(self._urls), content=body, headers=self._headers
                )
            except httpx.HTTPError:
                self.refused += 1
                await asyncio.sleep(AGAIN_S)
                continue
            if reply.status_code == 200:
                self.known[device] = Acknowledged(**reply.json())
                self.repeated += self.known[device].repeated
                self.acknowledged += 1
                left -= 1
                continue
            if reply.status_code not in (429, 502, 503):
                raise SystemExit(f"the portal refuses for good: {reply.text[:300]}")
            self.refused += 1
            await asyncio.sleep(AGAIN_S)

    def _sample(self, device: int) -> Batch:
        """Return the newest sample of a device."""
        number = self.made[device] - 1
        figures = np.full((1, len(KEYS)), np.nan)
        figures[:, :SENT] = self._rng.normal(1000.0, 300.0, (1, SENT))
        start_s = np.array([START_S + number * self._every_s])
        span_s, sums = np.array([self._every_s]), np.array([sums_of(number)])
        return columns(name_of(device), np.array([number]), start_s, span_s, figures, sums)

    def _body(self, device: int, samples: Batch | None) -> bytes:
        made, known = self.made[device], self.known[device]
        new = range(known.alarms_seq + 1, made + 1)[: MOST_LINES - len(known.untold)]
        moment = None
        if samples is not None:
            told = dict(zip(KEYS[:SENT], samples.figures[0, :SENT].tolist(), strict=True))
            moment = Moment(START_S + made * self._every_s, told, {})
        return packed(
            Delivery(
                name_of(device),
                LIFE,
                samples,
                (*(alarm(seq, True) for seq in known.untold), *(alarm(seq, False) for seq in new)),
                tuple(change(seq) for seq in range(known.changes_seq + 1, made + 1)[:MOST_LINES]),
                moment,
                every_s=max(1.0, self._every_s),
            )
        )


def name_of(device: int) -> str:
    """Return the name a device reports under."""
    return f"device{device}"
