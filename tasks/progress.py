"""How long work tells that it is moving: stages report, and whoever runs them may listen.

The listener travels in a context variable, because Prefect carries the context into its worker threads and
stages must not know who watches. Without a listener, reporting costs one look-up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str, int, int], None]
_listener: ContextVar[Listener | None] = ContextVar("progress_listener", default=None)


def report(stage: str, done: int, total: int) -> None:
    """Says that `done` of `total` pieces of `stage` are finished; the pieces are the stage's own (files, models, messages)."""
    listener = _listener.get()
    if listener is not None:
        listener(stage, done, total)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Passes what is reported inside the block to `listener`."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
