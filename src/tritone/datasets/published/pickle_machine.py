"""The stack machine of a pickle, without the power to call anything."""

import mmap
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tritone.datasets.published.rebuild import Known, Pending, checked_key, known

IN_PLACE = 4096  # bytes from which a piece of the file is left there, as a view
LONGEST_LINE = 1 << 31  # bytes
COPIES = 4  # times the size of the file

Step = Callable[["Machine"], None]


class Machine:
    """The stack machine of a pickle.

    Args:
        data: the mapped file.
    """

    def __init__(self, data: mmap.mmap) -> None:
        self.data, self.view, self.at = data, memoryview(data), 0
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []
        self.memo: dict[int, Any] = {}
        # What the names make is a copy; a pickle may ask for copies of the same thing for ever.
        self.copies_left = COPIES * len(data)

    def run(self, steps: Mapping[int, Step], stop: int) -> Any:
        """Follow the file to its end, and give what lies on the stack.

        Args:
            steps: what each byte that begins a step does.
            stop: the byte at which a pickle ends.
        """
        view, size = self.view, len(self.data)
        while self.at < size:
            code = view[self.at]
            self.at += 1
            if code == stop:
                return finished(self.stack[-1])
            step = steps.get(code)
            if step is None:
                raise ValueError(f"{bytes([code])!r} is not a step that data needs")
            step(self)
        raise EOFError

    def take(self, size: int) -> memoryview:
        """The next bytes of the file."""
        start, self.at = self.at, self.at + size
        if size < 0 or self.at > len(self.view):
            raise EOFError
        return self.view[start : self.at]

    def number(self, form: str) -> int:
        """The next bytes as a whole number."""
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def fraction(self) -> float:
        """The next bytes as a number of Python's own."""
        return struct.unpack(">d", self.take(8))[0]

    def line(self) -> bytes:
        """The next bytes up to the end of a line."""
        end = self.data.find(b"\n", self.at)
        if end < 0:
            raise EOFError
        if end - self.at > LONGEST_LINE:
            raise ValueError("a line without end")
        line = self.data[self.at : end]
        self.at = end + 1
        return line

    def piece(self, size: int) -> bytes | memoryview:
        """The next bytes: a view of the file where they are many."""
        data = self.take(size)
        return data if size >= IN_PLACE else bytes(data)

    def old_text(self, size: int) -> str | memoryview:
        """The next bytes as text of Python 2, which also was what arrays were kept in."""
        data = self.take(size)
        return data if size >= IN_PLACE else str(data, "latin1")

    def since_mark(self) -> list[Any]:
        """What was put on the stack since the last mark."""
        items, self.stack = self.stack, self.below.pop()
        return items

    def remember(self, key: int) -> None:
        """Keep the top of the stack under a number."""
        top = self.memo[key] = self.stack[-1]
        if isinstance(top, Pending):
            top.keys.append(key)

    def name(self, module: Any, name: Any) -> None:
        """Put what a pickle calls by its name on the stack, if it is one of the few."""
        self.stack.append(known(module, name))

    def call(self, function: Any, arguments: Any) -> None:
        """Put what one of the known names makes of its arguments on the stack."""
        if not isinstance(function, Known):
            raise ValueError(f"{type(function).__name__} is nothing that can be rebuilt")
        self.spend(arguments)
        self.stack.append(function.made(*arguments))

    def spend(self, parts: Sequence[Any]) -> None:
        """Hold what is copied to a few times the size of the file."""
        kinds = str | bytes | memoryview | list | tuple | dict
        self.copies_left -= sum(len(part) for part in parts if isinstance(part, kinds))
        if self.copies_left < 0:
            raise ValueError("it unfolds to many times its size")

    def reduce(self) -> None:
        """Make something of a name and its arguments."""
        arguments, function = self.stack.pop(), self.stack.pop()
        self.call(function, arguments)

    def old_instance(self) -> None:
        """The same, as the first protocols wrote it."""
        function, *arguments = self.since_mark()
        self.call(function, arguments)

    def older_instance(self) -> None:
        """The same, with the name spelled out."""
        function = known(str(self.line(), "ascii"), str(self.line(), "utf-8"))
        self.call(function, self.since_mark())

    def build(self) -> None:
        """Complete an array or a type of numbers; it takes its place wherever it was kept."""
        state, begun = self.stack.pop(), self.stack.pop()
        if not isinstance(begun, Pending):
            raise ValueError(f"{type(begun).__name__} has no state to be set")
        self.spend(state[-1:])
        whole = begun.complete(state)
        for key in begun.keys:
            self.memo[key] = whole
        self.stack.append(whole)

    def append(self, items: list[Any]) -> None:
        """Add to the list, or the set, on the stack."""
        top = self.stack[-1]
        if isinstance(top, set):
            top.update(checked_key(item) for item in items)
        elif isinstance(top, list):
            top.extend(items)
        else:
            raise ValueError(f"{type(top).__name__} takes no items")

    def set_items(self, items: list[Any]) -> None:
        """Add to the dict on the stack."""
        top = self.stack[-1]
        if not isinstance(top, dict):
            raise ValueError(f"{type(top).__name__} takes no items")
        for key, value in zip(items[::2], items[1::2], strict=True):
            top[checked_key(key)] = value

    def open_mark(self) -> None:
        """Begin a run of items."""
        self.below.append(self.stack)
        self.stack = []

    def tuple_of(self, size: int) -> None:
        """A tuple of the last few on the stack."""
        if len(self.stack) < size:
            raise IndexError("too few items for a tuple")
        self.stack[-size:] = [tuple(self.stack[-size:])]


def finished(value: Any) -> Any:
    """A value that is whole."""
    if isinstance(value, Pending | Known):
        raise ValueError("the pickle holds a thing that was never completed")
    return value
