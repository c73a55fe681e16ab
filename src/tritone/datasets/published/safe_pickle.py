"""Pickles read as data: numbers, text, arrays and plain containers; nothing of them is run.

A pickle is a small programme for a stack machine. This is that machine without the power to
call anything: what a pickle names is looked up in a fixed list (see `rebuild`), and all else is
refused by its name. Large arrays stay where they are, in the mapped file.
"""

import codecs
import mmap
import pickle
import struct
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

from tritone.core.errors import DataError
from tritone.datasets.published.pickle_machine import Machine, Step
from tritone.datasets.published.rebuild import Refused, checked_key

LONGEST_INT = 256  # bytes
BROKEN = (
    ArithmeticError,
    AttributeError,
    IndexError,
    KeyError,
    MemoryError,
    TypeError,
    ValueError,
    struct.error,
)


def load(path: Path) -> Any:
    """What a pickle holds; text of Python 2 is read as Latin-1.

    Arrays can be read only, as they lie in the mapped file: it must not change while they are
    in use.

    Raises:
        DataError: the file breaks off, is no pickle, or wants anything but numbers, text,
            arrays and plain containers; the message names what it wants.
    """
    try:
        with path.open("rb") as file:
            if not path.stat().st_size:
                raise DataError(f"{path} is empty. Fetch it again.")
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from None
    machine = Machine(data)
    try:
        return machine.run(STEPS, pickle.STOP[0])
    except Refused as refused:
        raise DataError(
            f"{path} wants to run {refused}. Only numbers, text and containers are rebuilt from "
            f"a pickle, as anything else could do harm. Ask its authors for plain arrays."
        ) from None
    except EOFError:
        raise DataError(
            f"{path} breaks off after {len(data)} bytes, in the midst of a pickle. Fetch it again."
        ) from None
    except BROKEN as error:
        raise DataError(
            f"{path} is no pickle, from byte {machine.at} on: {told(error)}. Fetch it again, or "
            "name another file."
        ) from None


def told(error: Exception) -> str:
    """What is wrong; a key that the pickle never kept says nothing by itself."""
    return f"nothing is kept under {error}" if isinstance(error, KeyError) else str(error)


def signed(data: memoryview | bytes) -> int:
    """A whole number of any usual length."""
    if len(data) > LONGEST_INT:
        raise ValueError(f"a whole number of {len(data)} bytes")
    return int.from_bytes(data, "little", signed=True)


def written_int(line: bytes) -> int:
    """A whole number in digits; 00 and 01 are False and True."""
    return line == b"01" if line in (b"00", b"01") else int(line)


def quoted(line: bytes) -> str:
    """Text in quotes, with escapes, as the first protocol wrote it."""
    if len(line) < 2 or line[:1] != line[-1:] or line[:1] not in (b'"', b"'"):
        raise ValueError("text without its quotes")
    return codecs.decode(line[1:-1], "unicode_escape")


def utf8(data: memoryview) -> str:
    """Text of Python 3, in which lone surrogates are let through."""
    return str(data, "utf-8", "surrogatepass")


def paired(items: list[Any]) -> dict[Hashable, Any]:
    """A dict of keys and values in turn."""
    keys = [checked_key(key) for key in items[::2]]
    return dict(zip(keys, items[1::2], strict=True))


def push(make: Callable[[Machine], Any]) -> Step:
    """A step that puts something on the stack."""

    def step(machine: Machine) -> None:
        machine.stack.append(make(machine))

    return step


def take_all(act: Callable[[Machine, list[Any]], Any]) -> Step:
    """A step for all that lies on the stack since the last mark."""

    def step(machine: Machine) -> None:
        act(machine, machine.since_mark())

    return step


def skip(size: int) -> Step:
    """A step that says nothing about the data, but is `size` bytes long."""

    def step(machine: Machine) -> None:
        machine.take(size)

    return step


def refuse(what: str) -> Step:
    """A step that leans on what is not in the file."""

    def step(machine: Machine) -> None:
        raise Refused(what)

    return step


def drop_top(machine: Machine) -> None:
    """Take the last thing from the stack, or the last mark where nothing is above it."""
    if machine.stack:
        machine.stack.pop()
    else:
        machine.since_mark()


def old_name(machine: Machine) -> None:
    """A name, spelled out in two lines."""
    machine.name(str(machine.line(), "utf-8"), str(machine.line(), "utf-8"))


def new_name(machine: Machine) -> None:
    """A name, of which both halves lie on the stack."""
    name, module = machine.stack.pop(), machine.stack.pop()
    machine.name(module, name)


def add_one(machine: Machine) -> None:
    """An item for the list below it."""
    item = machine.stack.pop()
    machine.append([item])


def set_one(machine: Machine) -> None:
    """A key and a value for the dict below them."""
    value, key = machine.stack.pop(), machine.stack.pop()
    machine.set_items([key, value])


def call_with_names(machine: Machine) -> None:
    """A name with its arguments, some of them named; none of ours takes such."""
    named = machine.stack.pop()
    if named:
        raise ValueError("arguments by name")
    machine.reduce()


ELSEWHERE = "a persistent id (an object that is kept elsewhere)"
REGISTRY = "an object of the copyreg extension registry"
OUTSIDE = "a buffer that is kept outside the file"

STEPS: dict[int, Step] = {
    code[0]: step
    for code, step in {
        pickle.PROTO: skip(1),
        pickle.FRAME: skip(8),
        pickle.MARK: Machine.open_mark,
        pickle.POP: drop_top,
        pickle.POP_MARK: Machine.since_mark,
        pickle.DUP: push(lambda m: m.stack[-1]),
        pickle.NONE: push(lambda m: None),
        pickle.NEWTRUE: push(lambda m: True),
        pickle.NEWFALSE: push(lambda m: False),
        pickle.INT: push(lambda m: written_int(m.line())),
        pickle.LONG: push(lambda m: int(m.line().rstrip(b"L"))),
        pickle.BININT: push(lambda m: m.number("<i")),
        pickle.BININT1: push(lambda m: m.number("<B")),
        pickle.BININT2: push(lambda m: m.number("<H")),
        pickle.LONG1: push(lambda m: signed(m.take(m.number("<B")))),
        pickle.LONG4: push(lambda m: signed(m.take(m.number("<i")))),
        pickle.FLOAT: push(lambda m: float(m.line())),
        pickle.BINFLOAT: push(Machine.fraction),
        pickle.STRING: push(lambda m: quoted(m.line())),
        pickle.BINSTRING: push(lambda m: m.old_text(m.number("<i"))),
        pickle.SHORT_BINSTRING: push(lambda m: m.old_text(m.number("<B"))),
        pickle.UNICODE: push(lambda m: str(m.line(), "raw-unicode-escape")),
        pickle.SHORT_BINUNICODE: push(lambda m: utf8(m.take(m.number("<B")))),
        pickle.BINUNICODE: push(lambda m: utf8(m.take(m.number("<I")))),
        pickle.BINUNICODE8: push(lambda m: utf8(m.take(m.number("<Q")))),
        pickle.SHORT_BINBYTES: push(lambda m: m.piece(m.number("<B"))),
        pickle.BINBYTES: push(lambda m: m.piece(m.number("<I"))),
        pickle.BINBYTES8: push(lambda m: m.piece(m.number("<Q"))),
        pickle.BYTEARRAY8: push(lambda m: m.piece(m.number("<Q"))),
        pickle.EMPTY_TUPLE: push(lambda m: ()),
        pickle.EMPTY_LIST: push(lambda m: []),
        pickle.EMPTY_DICT: push(lambda m: {}),
        pickle.EMPTY_SET: push(lambda m: set()),
        pickle.TUPLE1: lambda m: m.tuple_of(1),
        pickle.TUPLE2: lambda m: m.tuple_of(2),
        pickle.TUPLE3: lambda m: m.tuple_of(3),
        pickle.TUPLE: take_all(lambda m, items: m.stack.append(tuple(items))),
        pickle.LIST: take_all(lambda m, items: m.stack.append(items)),
        pickle.DICT: take_all(lambda m, items: m.stack.append(paired(items))),
        pickle.FROZENSET: take_all(
            lambda m, items: m.stack.append(frozenset(map(checked_key, items)))
        ),
        pickle.APPEND: add_one,
        pickle.APPENDS: take_all(Machine.append),
        pickle.ADDITEMS: take_all(Machine.append),
        pickle.SETITEM: set_one,
        pickle.SETITEMS: take_all(Machine.set_items),
        pickle.PUT: lambda m: m.remember(int(m.line())),
        pickle.BINPUT: lambda m: m.remember(m.number("<B")),
        pickle.LONG_BINPUT: lambda m: m.remember(m.number("<I")),
        pickle.MEMOIZE: lambda m: m.remember(len(m.memo)),
        pickle.GET: push(lambda m: m.memo[int(m.line())]),
        pickle.BINGET: push(lambda m: m.memo[m.number("<B")]),
        pickle.LONG_BINGET: push(lambda m: m.memo[m.number("<I")]),
        pickle.GLOBAL: old_name,
        pickle.STACK_GLOBAL: new_name,
        pickle.REDUCE: Machine.reduce,
        pickle.NEWOBJ: Machine.reduce,
        pickle.NEWOBJ_EX: call_with_names,
        pickle.OBJ: Machine.old_instance,
        pickle.INST: Machine.older_instance,
        pickle.BUILD: Machine.build,
        pickle.PERSID: refuse(ELSEWHERE),
        pickle.BINPERSID: refuse(ELSEWHERE),
        pickle.EXT1: refuse(REGISTRY),
        pickle.EXT2: refuse(REGISTRY),
        pickle.EXT4: refuse(REGISTRY),
        pickle.NEXT_BUFFER: refuse(OUTSIDE),
        pickle.READONLY_BUFFER: refuse(OUTSIDE),
    }.items()
}
