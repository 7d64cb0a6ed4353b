"""A real mosquitto of a test's own, somebody who listens to it, and a line to it that can be cut."""

import contextlib
import getpass
import shutil
import socket
import subprocess
import threading
import time

import pytest
from paho.mqtt.client import CallbackAPIVersion, Client

HOST = "127.0.0.1"
PATH = "/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin:/opt/homebrew/sbin"
MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path=PATH)
needs_mosquitto = pytest.mark.skipif(
    MOSQUITTO is None, reason="needs mosquitto (apt-get install mosquitto)"
)
PATIENCE_S = 10.0


def until(condition, what, most_s=PATIENCE_S):
    """Wait until a condition holds and return what it gave."""
    end_s = time.monotonic() + most_s
    while not (found := condition()):
        assert time.monotonic() < end_s, f"not within {most_s} s: {what}"
        time.sleep(0.02)
    return found


def free_port():
    """Return a port that nobody listens on."""
    with socket.create_server((HOST, 0)) as server:
        return server.getsockname()[1]


class Mosquitto:
    """A broker in a folder of its own; `lines` are added to its configuration."""

    def __init__(self, folder, *lines, port=None):
        self.port = port or free_port()
        self._file = folder / "mosquitto.conf"
        # Started by root it would become somebody who may not read the test's files.
        listener = [
            f"listener {self.port} {HOST}",
            f"user {getpass.getuser()}",
            "persistence false",
        ]
        self._file.write_text("\n".join([*listener, *lines]) + "\n", encoding="utf-8")
        self._process = None

    def __enter__(self):
        self._process = subprocess.Popen([MOSQUITTO, "-c", self._file], stderr=subprocess.DEVNULL)
        until(self._answers, "mosquitto listens")
        return self

    def _answers(self):
        assert self._process.poll() is None, "mosquitto has ended"
        try:
            socket.create_connection((HOST, self.port), 1.0).close()
        except OSError:
            return False
        return True

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(PATIENCE_S)


class Listener:
    """Somebody at the broker: all messages since it came, and the last one on each topic."""

    def __init__(self, port, user=None, password=None):
        self.messages, self.last, self._ready = [], {}, threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2)
        if user:
            self._client.username_pw_set(user, password)
        self._client.on_connect = lambda client, *_: client.subscribe("#", 1)
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = self._on_message
        self._client.connect(HOST, port)
        self._client.loop_start()
        assert self._ready.wait(PATIENCE_S)

    def _on_message(self, client, data, message):
        self.messages.append(message)
        self.last[message.topic] = message

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._client.disconnect()
        self._client.loop_stop()

    def say(self, topic, payload, retain=False):
        """Publish a message; it has reached the broker when this returns."""
        self._client.publish(topic, payload, 1, retain).wait_for_publish(PATIENCE_S)

    def text(self, topic):
        """Return the newest payload of a topic, empty where there was none."""
        return self.last[topic].payload.decode() if topic in self.last else ""

    def count(self, topic):
        """Return how many messages came on a topic."""
        return sum(message.topic == topic for message in self.messages)


class Line:
    """A line to a port of this machine that can be cut in the middle of everything."""

    def __init__(self, port):
        self._far = port
        self._near = socket.create_server((HOST, 0))
        self.port = self._near.getsockname()[1]
        self._ends, self._is_cut = [], False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                one, _ = self._near.accept()
                if self._is_cut:
                    one.close()
                    continue
                other = socket.create_connection((HOST, self._far), 5.0)
                self._ends += [one, other]
                for ends in ((one, other), (other, one)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    @staticmethod
    def _carry(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)

    def cut(self):
        """Break what is connected and let nobody in."""
        self._is_cut = True
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def mend(self):
        """Let everybody in again."""
        self._is_cut = False

    def close(self):
        """End the line."""
        self.cut()
        self._near.close()
