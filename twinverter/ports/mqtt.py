"""The MQTT port: state out, entries in, found by Home Assistant on its own.

Nothing that ages is retained: only the discovery message and whether the device is online are, and
the broker itself says "offline" when the device is gone (last will). State and settings are told
once after connecting, when they change, now and then without a change, and whenever Home Assistant
starts. Each is one message of one moment on disk. Refused entries are told on the error topic.
"""

import asyncio
import logging
import time
from typing import Any

from aiomqtt import Client, Message, MqttError, Will

from twinverter.catalog.errors import SettingError
from twinverter.live.codes import Locked, WrongCode
from twinverter.live.snapshot import Scene
from twinverter.live.store import StoreError
from twinverter.live.twin import Twin
from twinverter.ports import discovery
from twinverter.ports.broker import broker
from twinverter.ports.discovery import OFFLINE, ONLINE
from twinverter.ports.image import Image
from twinverter.ports.mqtt_messages import Refusal, encoded, obey, readable, settings, state
from twinverter.ports.port import CLOSED, OPEN, SEARCHING, Counter

log = logging.getLogger("twinverter.ports")

# State is told so often, after a command at once but for a gap, and now and then without a change
# (all assumed).
PERIOD_S, GAP_S, AGAIN_S = 1.0, 0.1, 15.0
# Pauses between attempts to reach the broker double up to the longest.
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
KEEPALIVE_S, PATIENCE_S = 30, 5.0
# A broker that does not answer holds up the end no longer than this (assumed).
LEAVE_S = 2.0
MOST_WAITING = 64
ONCE = 1


class Mqtt:
    """The device at one broker; ValueError where the URL is wrong.

    A broker that cannot be reached is waited for: the device lives on without it.
    """

    name = "mqtt"

    def __init__(
        self, twin: Twin, image: Image, url: str, first_pause_s: float = FIRST_PAUSE_S
    ) -> None:
        self._twin, self._image = twin, image
        self._broker = broker(url)
        self._topics = self._broker.topics
        self._first_pause_s = first_pause_s
        self._counter = Counter()
        self._state, self._is_warned = CLOSED, False
        self._ending = asyncio.Event()
        self._news = asyncio.Event()
        self._shown: Scene | None = None
        self._living: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look for the broker."""
        self._ending.clear()
        self._state = SEARCHING
        self._living = asyncio.create_task(self._live())

    async def stop(self) -> None:
        """Tell the broker that the device is offline, and leave."""
        self._ending.set()
        if self._living is not None:
            await asyncio.wait((self._living,), timeout=LEAVE_S)
            self._living.cancel()
            await asyncio.gather(self._living, return_exceptions=True)
        self._living, self._state = None, CLOSED

    def told(self) -> dict[str, Any]:
        """Return what the panel shows of it."""
        return self._counter.told(self.name, self._broker.where, self._state)

    # ---- connection ---------------------------------------------------------------------------

    async def _live(self) -> None:
        """Keep a connection until the end; a broker that is away is tried again and again."""
        pause_s = self._first_pause_s
        while not self._ending.is_set():
            try:
                await self._session()
            except (MqttError, OSError, ValueError) as error:
                if self._state == OPEN:
                    pause_s = self._first_pause_s
                self._lost(error)
                try:
                    await asyncio.wait_for(self._ending.wait(), pause_s)
                except TimeoutError:
                    pause_s = min(2.0 * pause_s, LONGEST_PAUSE_S)

    def _lost(self, error: Exception) -> None:
        """Take note of a failure; the first one of an outage is told."""
        self._state = SEARCHING
        self._counter.errors += 1
        if not self._is_warned:
            log.warning("mqtt: %s: %s; trying again", self._broker.where, error)
        self._is_warned = True

    async def _session(self) -> None:
        """Serve one connection until the port ends; MqttError or OSError where it breaks."""
        async with self._client() as client:
            await self._introduce(client)
            self._state, self._is_warned = OPEN, False
            log.info("mqtt: %s: connected", self._broker.where)
            tasks = [
                asyncio.create_task(work)
                for work in (self._listen(client), self._tell(client), self._ending.wait())
            ]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                if self._ending.is_set():
                    await self._publish(client, self._topics.availability, OFFLINE, retain=True)
            finally:
                for task in tasks:
                    task.cancel()
                results = await asyncio.gather(*tasks, return_exceptions=True)
            for result in results:
                if isinstance(result, Exception):
                    raise result

    def _client(self) -> Client:
        where, topics = self._broker, self._topics
        return Client(
            where.host,
            where.port,
            username=where.user,
            password=where.password,
            identifier=topics.node,
            will=Will(topics.availability, OFFLINE, ONCE, retain=True),
            tls_context=where.tls,
            keepalive=KEEPALIVE_S,
            timeout=PATIENCE_S,
            max_queued_incoming_messages=MOST_WAITING,
        )

    async def _introduce(self, client: Client) -> None:
        """Subscribe, say what there is and how it stands, and only then that it is online."""
        topics = self._topics
        for topic in (topics.command, f"{topics.command}/+", topics.press, topics.birth):
            await client.subscribe(topic, ONCE)
        message = discovery.discovery(self._twin.house.name, topics)
        await self._publish(client, topics.discovery, encoded(message), retain=True)
        self._shown = None
        await self._tell_state(client)
        await self._publish(client, topics.availability, ONLINE, retain=True)

    async def _publish(
        self, client: Client, topic: str, payload: str, retain: bool = False
    ) -> None:
        await client.publish(topic, payload, ONCE, retain)

    # ---- state --------------------------------------------------------------------------------

    async def _tell(self, client: Client) -> None:
        """Tell state and settings as they change, for ever."""
        told_s = time.monotonic()
        while True:
            await asyncio.sleep(GAP_S)
            try:
                await asyncio.wait_for(self._news.wait(), PERIOD_S - GAP_S)
            except TimeoutError:
                pass
            self._news.clear()
            if time.monotonic() - told_s >= AGAIN_S:
                self._shown = None
            if self._twin.scene is not self._shown:
                told_s = time.monotonic()
                await self._tell_state(client)

    async def _tell_state(self, client: Client) -> None:
        """Tell the newest moment, and the settings where they are not the ones told last."""
        before, scene = self._shown, self._twin.scene
        self._shown = scene
        await self._publish(client, self._topics.state, encoded(state(self._twin, self._image)))
        if before is None or before.values != scene.values:
            await self._publish(client, self._topics.settings, encoded(settings(scene)))

    # ---- commands -----------------------------------------------------------------------------

    async def _listen(self, client: Client) -> None:
        """Take commands as they come, for ever."""
        async for message in client.messages:
            topic = str(message.topic)
            if topic == self._topics.birth:
                self._shown = None
                self._news.set()
                continue
            text = self._taken(topic, message)
            if text:
                told = {"topic": topic, "payload": readable(message), "text": text}
                await self._publish(client, self._topics.error, encoded(told))
            # What was entered is told at once; what was refused is told as it still stands.
            self._shown = None
            self._news.set()

    def _taken(self, topic: str, message: Message) -> str:
        """Take one command; return why not where it is refused, empty where it is done."""
        self._counter.note(topic.removeprefix(f"{self._topics.base}/"))
        try:
            obey(self._twin, self._topics, topic, message)
        except (Refusal, SettingError, Locked, WrongCode, StoreError) as error:
            self._counter.errors += 1
            return str(error)
        return ""
