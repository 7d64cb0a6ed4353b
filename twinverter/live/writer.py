"""The writer: one thread that makes moments durable, and what may be shown because they are.

A moment that could not be stored ends the device: what it did since the last one on disk counts
for nothing, so no later moment is stored over the gap, and no entry is taken any more.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from twinverter.inverter import State
from twinverter.live.folder import StoreError
from twinverter.live.memory import Moment
from twinverter.live.snapshot import Scene
from twinverter.live.store import Store


class Writer:
    """Stores one moment at a time; `shown` and `scene` are those of the newest one on disk."""

    def __init__(self, store: Store) -> None:
        self.shown: dict[str, Any] = {}
        self.scene: Scene
        self._store = store
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._under_way: tuple[Future[None], Scene, dict[str, Any]] | None = None
        self._ended: BaseException | None = None

    def begin(
        self, state: State, moment: Moment, scene: Scene, shown: dict[str, Any]
    ) -> Future[None]:
        """Begin to store a moment once the one before is done."""
        self.settle()
        future = self._pool.submit(self._store.save_tick, state, moment)
        self._under_way = future, scene, shown
        return future

    def settle(self) -> None:
        """Wait for the moment under way; raises StoreError where one could not be stored."""
        if self._ended is not None:
            raise self._ended
        if self._under_way is not None:
            (future, scene, shown), self._under_way = self._under_way, None
            self._ended = future.exception()
            if self._ended is not None:
                raise self._ended
            self.scene, self.shown = scene, shown

    def close(self) -> None:
        """End the thread, whatever became of the last moment."""
        self._pool.shutdown()
        self._ended = self._ended or StoreError("The device has ended, nothing more is stored.")
