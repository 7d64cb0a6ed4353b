"""The stream: whole first, then what changed; shared, never queued, never faster than four a second."""

import asyncio
import json
import time

from twinverter.panel import stream as streaming
from twinverter.panel.stream import Stream

QUICK_S = 0.02


class Viewer:
    """A browser's end of the stream; `hold` keeps it from taking anything."""

    def __init__(self):
        self.texts = []
        self.closed = None
        self._free = asyncio.Event()
        self._free.set()
        self._left = asyncio.Event()

    @property
    def messages(self):
        return [json.loads(text) for text in self.texts]

    def hold(self):
        self._free.clear()

    def release(self):
        self._free.set()

    def leave(self):
        self._left.set()

    async def accept(self):
        pass

    async def close(self, code, reason=""):
        self.closed = code

    async def send_text(self, text):
        await self._free.wait()
        self.texts.append(text)

    async def receive(self):
        await self._left.wait()
        return {"type": "websocket.disconnect"}


class Source:
    """What a runner's subscription is: the newest snapshot, one at a time."""

    def __init__(self):
        self._queue = asyncio.Queue()

    def __aiter__(self):
        return self

    async def __anext__(self):
        return await self._queue.get()

    def tell(self, **parts):
        self._queue.put_nowait(parts)


class Scene:
    """A running stream with its source; viewers join by `join`."""

    def __init__(self, **pace):
        self.stream = Stream(**{"gap_s": 0.0, "ping_s": 60.0, "drop_s": 60.0} | pace)
        self.source = Source()
        self.tasks = []

    async def __aenter__(self):
        self.tasks.append(asyncio.create_task(self.stream.run(self.source)))
        return self

    async def __aexit__(self, *error):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def join(self):
        viewer = Viewer()
        viewer.task = asyncio.create_task(self.stream.serve(viewer))
        self.tasks.append(viewer.task)
        await asyncio.sleep(QUICK_S)
        return viewer

    async def tell(self, **parts):
        self.source.tell(**parts)
        await asyncio.sleep(QUICK_S)


def test_the_first_message_is_whole_and_the_next_only_what_changed():
    async def story():
        async with Scene() as scene:
            await scene.tell(seq=1, clock="a", flows={"pv_w": 1}, world={"sun": 2})
            viewer = await scene.join()
            await scene.tell(seq=2, clock="b", flows={"pv_w": 1}, world={"sun": 2})
            await scene.tell(seq=3, clock="b", flows={"pv_w": 5}, world={"sun": 2})
            return viewer.messages

    assert asyncio.run(story()) == [
        {"seq": 1, "clock": "a", "flows": {"pv_w": 1}, "world": {"sun": 2}},
        {"seq": 2, "patch": {"clock": "b"}},
        {"seq": 3, "patch": {"flows": {"pv_w": 5}}},
    ]


def test_all_viewers_get_one_and_the_same_encoded_text():
    async def story():
        async with Scene() as scene:
            await scene.tell(seq=1, clock="a")
            viewers = [await scene.join() for _ in range(5)]
            await scene.tell(seq=2, clock="b")
            return [viewer.texts for viewer in viewers]

    texts = asyncio.run(story())
    for place in range(2):
        assert len({id(own[place]) for own in texts}) == 1


def test_a_viewer_that_comes_between_two_moments_gets_the_last_one_at_once():
    async def story():
        async with Scene() as scene:
            await scene.tell(seq=1, clock="a")
            await scene.tell(seq=2, clock="b")
            return (await scene.join()).messages

    assert asyncio.run(story()) == [{"seq": 2, "clock": "b"}]


def test_no_more_than_one_message_goes_out_in_the_gap_and_it_is_the_newest():
    async def story():
        async with Scene(gap_s=0.1) as scene:
            await scene.tell(seq=0, clock="0")
            viewer = await scene.join()
            for seq in range(1, 100):
                scene.source.tell(seq=seq, clock=str(seq))
            await asyncio.sleep(0.25)
            return viewer.messages

    messages = asyncio.run(story())
    assert 2 <= len(messages) <= 4
    assert messages[-1] == {"seq": 99, "patch": {"clock": "99"}}


def test_the_gap_of_the_panel_allows_four_a_second():
    assert streaming.GAP_S == 1 / 4


def test_a_slow_viewer_misses_messages_gets_the_whole_again_and_holds_nobody_up():
    async def story():
        async with Scene() as scene:
            await scene.tell(seq=1, clock="a", flows=1)
            slow, quick = await scene.join(), await scene.join()
            slow.hold()
            for seq in range(2, 50):
                await scene.tell(seq=seq, clock=str(seq), flows=1)
            slow.release()
            await asyncio.sleep(QUICK_S)
            return slow.messages, quick.messages

    slow, quick = asyncio.run(story())
    assert [message["seq"] for message in quick] == list(range(1, 50))
    # The message that was on its way, then the whole of the newest: nothing had piled up.
    assert slow == [
        {"seq": 1, "clock": "a", "flows": 1},
        {"seq": 2, "patch": {"clock": "2"}},
        {"seq": 49, "clock": "49", "flows": 1},
    ]


def test_a_viewer_that_takes_nothing_for_long_is_dropped():
    async def story():
        async with Scene(drop_s=0.05) as scene:
            await scene.tell(seq=1)
            viewer = await scene.join()
            viewer.hold()
            await scene.tell(seq=2)
            await asyncio.wait_for(viewer.task, 1.0)
            return scene.stream.viewers

    assert asyncio.run(story()) == 0


def test_a_viewer_that_leaves_makes_room():
    async def story():
        async with Scene() as scene:
            await scene.tell(seq=1)
            viewer = await scene.join()
            there = scene.stream.viewers
            viewer.leave()
            await asyncio.wait_for(viewer.task, 1.0)
            return there, scene.stream.viewers

    assert asyncio.run(story()) == (1, 0)


def test_a_server_that_ends_takes_leave_of_a_viewer_that_stays_without_an_error():
    async def story():
        async with Scene() as scene:
            await scene.tell(seq=1)
            viewer = await scene.join()
            viewer.task.cancel()
            await asyncio.wait_for(viewer.task, 1.0)
            return viewer.task.cancelled(), scene.stream.viewers

    assert asyncio.run(story()) == (False, 0)


def test_too_many_viewers_are_told_to_try_later(monkeypatch):
    monkeypatch.setattr(streaming, "MOST_VIEWERS", 1)

    async def story():
        async with Scene() as scene:
            await scene.tell(seq=1)
            await scene.join()
            return (await scene.join()).closed, scene.stream.viewers

    assert asyncio.run(story()) == (1013, 1)


def test_silence_is_broken_by_a_ping_and_by_one_in_its_time_only():
    ping_s, pings = 0.05, 3

    async def story():
        async with Scene(ping_s=ping_s) as scene:
            await scene.tell(seq=1)
            began_s = time.monotonic()
            viewer = await scene.join()
            while len(viewer.texts) <= pings:
                await asyncio.sleep(ping_s / 10)
            return time.monotonic() - began_s, viewer.messages

    passed_s, messages = asyncio.run(story())
    assert messages[1:] == [{"ping": True}] * (len(messages) - 1)
    assert passed_s >= ping_s * (len(messages) - 1)


def test_a_figure_that_is_none_closes_the_viewer_instead_of_sending_what_no_browser_reads():
    async def story():
        async with Scene() as scene:
            await scene.tell(seq=1, flows=float("nan"))
            viewer = await scene.join()
            await asyncio.wait_for(viewer.task, 1.0)
            return viewer.texts

    assert asyncio.run(story()) == []
