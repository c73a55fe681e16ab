"""The few names that a pickle of data may use, and what we make of each.

Nothing of numpy or of the standard library is handed to a pickle: each name leads to a function
of ours, which checks what it is given. NumPy's own are not safe: a type of numbers whose flags
lie makes it take bytes for pointers.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

NUMBERS = "biufcSU"  # kinds of arrays that are plain bytes
MOST_AXES = 8
MOST_EMPTY = 10_000_000


class Refused(Exception):
    """A pickle wants what is not among the known names."""


@dataclass(frozen=True)
class Known:
    """A name that a pickle may use.

    Args:
        name: as numpy or the standard library calls it.
        make: what we do instead; None for what is only named, such as a type.
    """

    name: str
    make: Callable[..., Any] | None = None

    def made(self, *arguments: Any) -> Any:
        """What the name stands for, made of these arguments."""
        if self.make is None:
            raise Refused(self.name)
        return self.make(*arguments)


@dataclass
class Pending:
    """An array or a type of numbers that has begun, and waits for its state.

    Args:
        complete: makes the whole of the state.
        keys: where the pickle keeps it for later.
    """

    complete: Callable[[Any], Any]
    keys: list[int] = field(default_factory=list)


def known(module: Any, name: Any) -> Known:
    """What a name of a pickle leads to.

    Raises:
        Refused: it is not one of the few.
    """
    found = NAMES.get((module, name)) if isinstance(module, str) else None
    if found is None:
        raise Refused(f"{module}.{name}"[:200])
    return found


def begun_array(kind: Any, shape: Any, code: Any) -> Pending:
    """An array whose state will follow; it is empty as yet."""
    if kind is not ARRAY:
        raise ValueError("an array of a kind of its own")
    return Pending(array_of_state)


def array_of_state(state: Any) -> np.ndarray:
    """The array: its state is a version (not always), shape, type, order, numbers."""
    shape, kind, by_columns, raw = state[-4:]
    return array_of(raw, kind, shape, "F" if by_columns else "C")


def array_of_buffer(raw: Any, kind: Any, shape: Any, order: Any) -> np.ndarray:
    """The array, as protocol 5 gives it."""
    if order not in ("C", "F"):
        raise ValueError(f"an array in the order {order!r}")
    return array_of(raw, kind, shape, order)


def array_of(raw: Any, kind: Any, shape: Any, order: Any) -> np.ndarray:
    """Numbers or text in place; an array of objects is one of what else the pickle holds."""
    if not isinstance(kind, np.dtype):
        raise ValueError("an array without its type")
    sizes = tuple(shape)
    if len(sizes) > MOST_AXES or not all(type(size) is int and size >= 0 for size in sizes):
        raise ValueError(f"an array of the shape {sizes}")
    if kind == np.dtype(object):
        if not isinstance(raw, list) or len(raw) != prod(sizes):
            raise ValueError(f"an array of objects that are not {prod(sizes)}")
        items = np.empty(len(raw), object)
        for place, item in enumerate(raw):
            items[place] = item
        return items.reshape(sizes, order=order)
    data = raw.encode("latin1") if isinstance(raw, str) else raw
    if not isinstance(data, bytes | memoryview) or len(data) != prod(sizes) * kind.itemsize:
        raise ValueError(f"an array whose numbers do not fill {sizes}")
    if not kind.itemsize:
        if prod(sizes) > MOST_EMPTY:
            raise ValueError(f"an array of {prod(sizes)} empty words")
        return np.zeros(sizes, kind)
    return np.frombuffer(data, kind).reshape(sizes, order=order)


def begun_kind(code: Any, *flags: Any) -> Pending:
    """A type of numbers, whose byte order will follow."""
    text = str(code, "latin1") if isinstance(code, bytes) else code
    if not isinstance(text, str) or len(text) > 16:
        raise ValueError(f"{code!r:.60} is no type of numbers")
    kind = np.dtype(object) if text in ("O", "O4", "O8") else np.dtype(text)
    if kind.kind not in NUMBERS and kind.kind != "O":
        raise Refused(f"an array of {kind}")

    def complete(state: Any) -> np.dtype:
        if any(part is not None for part in state[2:5]):
            raise Refused("an array of records")
        order = state[1]
        order = str(order, "latin1") if isinstance(order, bytes) else order
        if order not in ("<", ">", "|", "="):
            raise ValueError(f"numbers in the order {order!r}")
        return kind if kind.kind == "O" else kind.newbyteorder(order)

    return Pending(complete)


def scalar(kind: Any, raw: Any = b"") -> Any:
    """One number of numpy's."""
    array = array_of(raw, kind, (1,) if kind != np.dtype(object) else (), "C")
    return array[0]


def encoded(text: Any, encoding: Any) -> bytes:
    """Bytes that an old protocol wrote as text."""
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise ValueError("text in another encoding")
    return text.encode("latin1")


def plain_dict(items: Any = ()) -> dict[Hashable, Any]:
    """An OrderedDict is a dict."""
    pairs = list(items.items()) if isinstance(items, dict) else items
    if not isinstance(pairs, list | tuple):
        raise ValueError("a dict of what is no list of pairs")
    return {checked_key(key): value for key, value in pairs}


def default_dict(factory: Any = None, items: Any = ()) -> dict[Hashable, Any]:
    """A defaultdict is a dict; it makes nothing up."""
    return plain_dict(items)


def plain_list(items: Any = ()) -> list[Any]:
    """A list of what a pickle holds already."""
    if not isinstance(items, list | tuple):
        raise ValueError("a list of what is none")
    return list(items)


def plain_set(items: Any = ()) -> set[Hashable]:
    """A set of what a pickle holds already."""
    return {checked_key(item) for item in plain_list(items)}


def plain_frozenset(items: Any = ()) -> frozenset[Hashable]:
    """The same, for good."""
    return frozenset(plain_set(items))


def plain_bytes(data: Any = b"", encoding: Any = "latin1") -> bytes:
    """The contents of a bytearray."""
    if isinstance(data, str):
        return encoded(data, encoding)
    if not isinstance(data, bytes | memoryview):
        raise ValueError("bytes of what are none")
    return bytes(data)


def plain_range(*bounds: Any) -> range:
    """A range; its numbers are not written out."""
    return range(*bounds)


def plain_slice(*bounds: Any) -> slice:
    """A slice."""
    return slice(*bounds)


def plain_complex(real: Any, imaginary: Any = 0.0) -> complex:
    """A complex number."""
    return complex(float(real), float(imaginary))


def checked_key(key: Any) -> Hashable:
    """A key that is hashed without following it further."""
    if not isinstance(key, str | bytes | int | float | complex | None | np.generic):
        raise ValueError(f"a {type(key).__name__} is no key of plain data")
    return key


ARRAY = Known("numpy.ndarray")
BUILTINS = ("builtins", "__builtin__")
MULTIARRAY = ("numpy.core.multiarray", "numpy._core.multiarray")
NUMERIC = ("numpy.core.numeric", "numpy._core.numeric")

NAMES: dict[tuple[str, str], Known] = {
    ("numpy", "ndarray"): ARRAY,
    ("numpy", "dtype"): Known("numpy.dtype", begun_kind),
    **{(m, "_reconstruct"): Known(f"{m}._reconstruct", begun_array) for m in MULTIARRAY},
    **{(m, "scalar"): Known(f"{m}.scalar", scalar) for m in MULTIARRAY},
    **{(m, "_frombuffer"): Known(f"{m}._frombuffer", array_of_buffer) for m in NUMERIC},
    ("_codecs", "encode"): Known("_codecs.encode", encoded),
    ("collections", "OrderedDict"): Known("collections.OrderedDict", plain_dict),
    ("collections", "defaultdict"): Known("collections.defaultdict", default_dict),
    **{
        (module, name): Known(f"{module}.{name}", make)
        for module in BUILTINS
        for name, make in {
            "dict": plain_dict,
            "list": plain_list,
            "set": plain_set,
            "frozenset": plain_frozenset,
            "bytearray": plain_bytes,
            "bytes": plain_bytes,
            "range": plain_range,
            "xrange": plain_range,
            "slice": plain_slice,
            "complex": plain_complex,
            # Named as what a defaultdict would make; never called.
            "int": None,
            "float": None,
            "str": None,
            "tuple": None,
        }.items()
    },
}
