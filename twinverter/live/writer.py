"""The writer: one thread that makes moments durable, and what may be shown because they are."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from twinverter.inverter import State
from twinverter.live.memory import Moment
from twinverter.live.store import Store


class Writer:
    """Stores one moment at a time; `shown` is the snapshot of the newest one that is on disk."""

    def __init__(self, store: Store) -> None:
        self.shown: dict[str, Any] = {}
        self._store = store
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._under_way: tuple[Future[None], dict[str, Any]] | None = None

    def begin(self, state: State, moment: Moment, shown: dict[str, Any]) -> Future[None]:
        """Begin to store a moment once the one before is done."""
        self.settle()
        future = self._pool.submit(self._store.save_tick, state, moment)
        self._under_way = future, shown
        return future

    def settle(self) -> None:
        """Wait for the moment under way; raises StoreError where it could not be stored."""
        if self._under_way is not None:
            (future, shown), self._under_way = self._under_way, None
            future.result()
            self.shown = shown

    def close(self) -> None:
        """End the thread, whatever became of the last moment."""
        self._pool.shutdown()
