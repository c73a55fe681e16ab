"""Ctrl-C ends a training between two steps, not within one."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def until_told(also: Callable[[], None] | None = None) -> Iterator[Callable[[], bool]]:
    """Says whether someone pressed Ctrl-C; pressed twice, it interrupts at once.

    Only the main thread hears signals; elsewhere nobody is ever told.

    Args:
        also: called when it is pressed, to pass it on.
    """
    told = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield told.is_set
        return

    def hear(number: int, frame: object) -> None:
        if told.is_set():
            raise KeyboardInterrupt
        told.set()
        if also is not None:
            also()

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield told.is_set
    finally:
        signal.signal(signal.SIGINT, before)
