"""Where state messages of an MQTT broker come in: the other end of `ports.mqtt`.

Every message of `BASE/+/state` is a reading of the device named by the part between. Messages may
be lost, late or doubled: energies come from counters, so nothing of them is lost or doubled. A
device must be named at the portal before anything is taken of it.
"""

import asyncio
import contextlib
import json
import logging

from aiomqtt import Client, Message, MqttError

from twinverter.gateway.keeper import Keeper, Stranger
from twinverter.gateway.reading import of_values
from twinverter.monitor.history import HistoryError
from twinverter.ports.broker import Broker

log = logging.getLogger("twinverter.gateway")

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
MOST_BYTES = 65_536
# State is told each second; one reading in so many seconds is kept.
EVERY_S = 10.0
STATE = "state"


class Messages:
    """Takes the state messages of all devices at a broker."""

    def __init__(self, keeper: Keeper, broker: Broker, every_s: float = EVERY_S) -> None:
        self._keeper, self._broker, self._every_s = keeper, broker, every_s
        self._root = broker.topics.base.rpartition("/")[0] or broker.topics.base
        self._due_s: dict[str, float] = {}
        self._listening: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look for the broker."""
        self._listening = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """Leave."""
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
        self._listening = None

    async def _listen(self) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                async with self._client() as client:
                    await client.subscribe(f"{self._root}/+/{STATE}")
                    pause_s = FIRST_PAUSE_S
                    async for message in client.messages:
                        await self._take(message)
            except MqttError as error:
                log.warning("mqtt: %s (%s)", self._broker.where, error)
            await asyncio.sleep(pause_s)
            pause_s = min(2.0 * pause_s, LONGEST_PAUSE_S)

    def _client(self) -> Client:
        broker = self._broker
        return Client(
            broker.host,
            broker.port,
            username=broker.user,
            password=broker.password,
            tls_context=broker.tls,
        )

    async def _take(self, message: Message) -> None:
        payload = message.payload if isinstance(message.payload, bytes) else b""
        device = device_name(message.topic.value.split("/")[-2])
        now_s = asyncio.get_running_loop().time()
        if message.retain or len(payload) > MOST_BYTES or now_s < self._due_s.get(device, 0.0):
            return
        try:
            values = json.loads(payload)
        except (ValueError, RecursionError):
            return
        if not isinstance(values, dict):
            return
        try:
            await asyncio.to_thread(self._keeper.take, device, of_values(values))
        except Stranger:
            return
        except HistoryError as error:
            log.warning("%s: %s", device, error)
            return
        self._due_s[device] = now_s + self._every_s


def device_name(part: str) -> str:
    """Return the name under which a device of a broker stands at the portal."""
    return f"mqtt-{part}"
