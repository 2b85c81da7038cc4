"""Whether computing is wanted still: whoever computes for long asks between two steps, and leaves off if it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Of the task or thread, and of the threads begun for it with its context: handed on as an argument it would stand in
# every signature down to the solver and the encoder.
_ask: ContextVar[Callable[[], None] | None] = ContextVar("is_wanted", default=None)


@contextmanager
def while_wanted(ask: Callable[[], None]) -> Iterator[None]:
    """What the body computes asks so whether it is wanted still; `ask` raises if not, and is quick."""
    token = _ask.set(ask)
    try:
        yield
    finally:
        _ask.reset(token)


def check_wanted() -> None:
    """Between two steps that only compute: nothing is held that must be given back, nothing is half written. Raises
    what `while_wanted` was told to; nothing where nobody said anything."""
    ask = _ask.get()
    if ask:
        ask()
