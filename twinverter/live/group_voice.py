"""Whose line of the log it is: one about a unit of a parallel system begins with its number."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

log = logging.getLogger("twinverter.live")

_voice: ContextVar[Callable[[], int] | None] = ContextVar("voice", default=None)


@contextmanager
def voice_of(address: Callable[[], int]) -> Iterator[None]:
    """Let the lines written meanwhile be those of the unit that has this address by then."""
    before = _voice.set(address)
    try:
        yield
    finally:
        _voice.reset(before)


def _named(record: logging.LogRecord) -> bool:
    address = _voice.get()
    if address is not None:
        record.msg = f"unit {address()}  {record.msg}"
    return True


log.addFilter(_named)
