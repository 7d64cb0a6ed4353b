"""The twin's own wires, unchanged, into a portal: its logger's push, and its messages at a broker."""

import asyncio
import socket
import threading

import pytest

from tests.ports.living import Living, quiet_house
from tests.ports.mosquitto import HOST, Mosquitto, needs_mosquitto, until
from twinverter.catalog.telemetry import SERIAL as INVERTER
from twinverter.gateway import messages, solarman
from twinverter.gateway.keeper import Keeper
from twinverter.gateway.messages import Messages
from twinverter.gateway.solarman import SolarmanServer
from twinverter.monitor.levels import Plan
from twinverter.monitor.opened import open_history
from twinverter.portal.hub import Hub
from twinverter.portal.inbox import Inbox
from twinverter.portal.naming import add_device
from twinverter.portal.register import Register
from twinverter.portal.tables import sites
from twinverter.ports import upload, v5frame
from twinverter.ports.broker import broker
from twinverter.ports.logger import SERIAL
from twinverter.ports.mqtt import Mqtt
from twinverter.ports.push import SolarmanPush
from twinverter.ports.v5frame import Frame, Splitter

LOGGER, MESSAGES = solarman.device_name(SERIAL), messages.device_name(INVERTER)
ALL = (0, 1e10)


class Portal:
    """The parts of a portal behind its ways in, and a loop for these in a thread of its own."""

    def __init__(self, folder):
        place = folder / "history.duckdb"
        self.history, self.register = open_history(place, Plan(1.0)), Register.opened(place)
        self.inbox = Inbox(self.register, self.history, Hub(), window_s=0.0)
        self.keeper = Keeper(folder / "gateway", self.register, self.inbox)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._ways = []
        with self.register.begin() as connection:
            made = connection.execute(
                sites.insert().values(name="house", timezone="Africa/Lagos", made_s=0.0)
            )
        self.site_id = made.inserted_primary_key[0]

    def open(self, way):
        self.run(way.start())
        self._ways.append(way)
        return way

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(20.0)

    def samples(self, device):
        if not self.history.knows(device):
            return []
        return self.history.read(device, "samples", *ALL).to_pylist()

    def end(self):
        for way in self._ways:
            self.run(way.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20.0)
        self._loop.close()
        self.keeper.close()
        self.inbox.close()
        self.history.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return quiet_house(tmp_path_factory.mktemp("gateway"))


@pytest.fixture
def portal(tmp_path):
    portal = Portal(tmp_path)
    yield portal
    portal.end()


@pytest.fixture
def server(portal):
    return portal.open(SolarmanServer(portal.keeper, HOST, 0))


def living(house, folder, wire):
    return Living(house, folder / "memory", lambda twin, image: [wire(twin, image)])


def test_a_loggers_push_arrives_with_the_energies_of_the_devices_own_counters(
    house, portal, server, tmp_path
):
    add_device(portal.register, portal.site_id, LOGGER)
    quick = {"upload_s": 0.25, "beat_s": 0.1, "pause_s": 0.05}
    device = living(
        house, tmp_path, lambda _, image: SolarmanPush(image, f"{HOST}:{server.port}", **quick)
    )
    before = until(lambda: portal.samples(LOGGER), "the first upload is there")
    begun_kwh = device.call(device.image.value, "load_energy_total")
    # Two hours of 1 kW.
    device.pass_s(7200)
    until(
        lambda: portal.history.read(LOGGER, "total", *ALL)["load_wh"].to_pylist()[0] > 1900.0,
        "the energy of two hours is there",
    )
    until(lambda: len(portal.samples(LOGGER)) > len(before) + 2, "uploads go on")
    counted_kwh = device.call(device.image.value, "load_energy_total") - begun_kwh
    total_wh = portal.history.read(LOGGER, "total", *ALL)["load_wh"].to_pylist()[0]
    assert total_wh == pytest.approx(counted_kwh * 1000.0, abs=1e-6)
    assert portal.samples(LOGGER)[-1]["battery_soc"] == device.call(
        device.image.value, "battery_soc"
    )
    device.end()


class Line:
    """A logger of a test's own."""

    def __init__(self, port):
        self.line = socket.create_connection((HOST, port))
        self.line.settimeout(5.0)
        self._splitter = Splitter()

    def ask(self, code, payload, serial=SERIAL):
        """Return the answer to a frame, None where the server hung up."""
        self.line.sendall(v5frame.pack(Frame(code, 1, 0, serial, payload)))
        while True:
            piece = self.line.recv(4096)
            if not piece:
                return None
            frames = self._splitter.feed(piece)
            if frames:
                return frames[0]


@pytest.fixture
def line(server):
    line = Line(server.port)
    yield line
    line.line.close()


def uploaded(kind=v5frame.LOGGER, schema=upload.HYBRID, length=upload.LENGTH):
    payload = bytearray(upload.LENGTH)
    upload.OPENING.pack_into(payload, 0, kind, schema, 1, 1, 1)
    return bytes(payload[:length])


def test_a_greeting_and_a_heartbeat_are_acknowledged_with_the_time(line):
    for code in (v5frame.HANDSHAKE, v5frame.HEARTBEAT, v5frame.INFO):
        answer = line.ask(code, b"\x01")
        assert answer.code == code - v5frame.ANSWER
        assert answer.serial == SERIAL


def test_an_upload_of_a_stranger_is_not_acknowledged_and_nothing_of_it_is_taken(line, portal):
    assert line.ask(v5frame.DATA, uploaded()) is None
    assert portal.samples(LOGGER) == []


@pytest.mark.parametrize(
    "payload",
    [uploaded(kind=2), uploaded(schema=1), uploaded(length=100), b""],
    ids=["of the inverter", "of another kind", "cut off", "empty"],
)
def test_an_upload_that_is_none_is_hung_up_on(payload, line, portal):
    add_device(portal.register, portal.site_id, LOGGER)
    assert line.ask(v5frame.DATA, payload) is None
    assert portal.samples(LOGGER) == []


def test_an_upload_is_acknowledged_and_twice_the_same_is_no_energy(line, portal):
    add_device(portal.register, portal.site_id, LOGGER)
    for _ in range(2):
        assert line.ask(v5frame.DATA, uploaded()).code == v5frame.DATA - v5frame.ANSWER
    until(lambda: len(portal.samples(LOGGER)) == 2, "both are there")
    assert portal.history.read(LOGGER, "total", *ALL)["solar_wh"].to_pylist() == [0.0]


def test_somebody_who_speaks_something_else_is_hung_up_on(server):
    with socket.create_connection((HOST, server.port)) as line:
        line.settimeout(5.0)
        for _ in range(20):
            line.sendall(b"GET / HTTP/1.1\r\n\xa5\x01\x00\x10")
        line.shutdown(socket.SHUT_WR)
        assert line.recv(100) == b""


@needs_mosquitto
def test_the_state_messages_of_a_broker_arrive_with_the_energies_of_the_counters(
    house, portal, tmp_path
):
    add_device(portal.register, portal.site_id, MESSAGES)
    with Mosquitto(tmp_path, "allow_anonymous true") as server:
        address = f"mqtt://{HOST}:{server.port}"
        portal.open(Messages(portal.keeper, broker(address), every_s=0.0))
        device = living(house, tmp_path, lambda twin, image: Mqtt(twin, image, address))
        until(lambda: portal.samples(MESSAGES), "the first message is there")
        begun_kwh = device.call(device.image.value, "load_energy_total")
        device.pass_s(3600)
        until(
            lambda: portal.history.read(MESSAGES, "total", *ALL)["load_wh"].to_pylist()[0] > 900.0,
            "the energy of an hour is there",
        )
        counted_kwh = device.call(device.image.value, "load_energy_total") - begun_kwh
        total_wh = portal.history.read(MESSAGES, "total", *ALL)["load_wh"].to_pylist()[0]
        assert total_wh == pytest.approx(counted_kwh * 1000.0, abs=1e-6)
        device.end()


@needs_mosquitto
def test_messages_of_a_broker_that_are_no_state_are_passed_over(portal, tmp_path):
    from tests.ports.mosquitto import Listener

    add_device(portal.register, portal.site_id, MESSAGES)
    with Mosquitto(tmp_path, "allow_anonymous true") as server:
        portal.open(Messages(portal.keeper, broker(f"mqtt://{HOST}:{server.port}"), every_s=0.0))
        topic = f"twinverter/{INVERTER}/state"
        with Listener(server.port) as listener:
            for body in ("no json", "[1]", "{" * 3000, '{"battery_soc": 1e400}'):
                listener.say(topic, body)
            listener.say(topic, '{"battery_soc": 44}')
            until(
                lambda: [one["battery_soc"] for one in portal.samples(MESSAGES)][-1:] == [44.0],
                "the one that is a state is there",
            )
        kept = [one["battery_soc"] for one in portal.samples(MESSAGES)]
        assert [one for one in kept if one is not None] == [44.0]
