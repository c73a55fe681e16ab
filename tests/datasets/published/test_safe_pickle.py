"""A pickle is data here: what plain pickles hold is read, and nothing they ask for is run."""

import array
import collections
import copyreg
import io
import os
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tritone.core.errors import DataError
from tritone.datasets.published.safe_pickle import load

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
NUMPY = np.random.default_rng(0)


def written(folder: Path, data: bytes) -> Path:
    file = folder / "file.pkl"
    file.write_bytes(data)
    return file


def pickled(folder: Path, value: Any, protocol: int = 4) -> Path:
    return written(folder, pickle.dumps(value, protocol=protocol))


def same(ours: Any, theirs: Any) -> bool:
    """Equal in value and in kind, all the way down."""
    if isinstance(theirs, np.ndarray):
        return (
            isinstance(ours, np.ndarray)
            and ours.dtype == theirs.dtype
            and ours.shape == theirs.shape
            and all(same(a, b) for a, b in zip(ours.ravel(), theirs.ravel(), strict=True))
        )
    if type(ours) is not type(theirs):
        return False
    if isinstance(theirs, dict):
        return list(ours) == list(theirs) and all(same(ours[key], theirs[key]) for key in theirs)
    if isinstance(theirs, list | tuple):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    return bool(ours == theirs) or (ours != ours and theirs != theirs)


PLAIN = {
    "numbers": [0, 1, 255, 256, 65536, -1, -(2**40), 2**70, 0.5, -1e300, float("inf"), True, None],
    "text": ["", "a", "straße", "\U0001f600" * 300, "x" * 70_000, "a\nb\\u0041'\""],
    "bytes": [b"", b"a\x00\xff", bytes(range(256))],
    "containers": {"a": [1, (2, 3), (), {"b": []}], 5: {1, 2}, b"k": frozenset(["x"]), None: 1.5},
    "shared": [[1, 2]] * 3,
    "many": list(range(2500)),
    "complex": 1 + 2j,
    "slice": slice(1, None, 2),
    "range": range(3),
    "floats": NUMPY.normal(size=(3, 4, 5)).astype(np.float32),
    "doubles in columns": np.asfortranarray(NUMPY.normal(size=(40, 30))),
    "large": NUMPY.normal(size=(60, 70)),
    "whole numbers": np.arange(-3, 3, dtype=np.int16),
    "other byte order": np.arange(5, dtype=">f8"),
    "truths": np.array([True, False]),
    "words": np.array(["a", "straße"]),
    "old words": np.array([b"a", b"bc"]),
    "nothing": np.empty((0, 7)),
    "one": np.array(3.5),
    "objects": np.array([np.arange(3), "text", None, {"a": 1}], dtype=object),
    "scalars": [np.float32(1.5), np.int64(-3), np.str_("word"), np.bool_(True)],
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", PLAIN)
def test_plain_data_is_read_as_pickle_reads_it(name: str, protocol: int, tmp_path: Path) -> None:
    value = PLAIN[name]
    assert same(load(pickled(tmp_path, value, protocol)), value)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_ordered_and_default_dicts_are_dicts(protocol: int, tmp_path: Path) -> None:
    counted = collections.defaultdict(list, {"a": [1]})
    both = [collections.OrderedDict([("b", 1), ("a", 2)]), counted, bytearray(b"abc")]
    found = load(pickled(tmp_path, both, protocol))
    assert found == [{"b": 1, "a": 2}, {"a": [1]}, b"abc"]
    assert [type(part) for part in found] == [dict, dict, bytes]


def test_what_is_shared_or_within_itself_stays_so(tmp_path: Path) -> None:
    ring: list[Any] = [1]
    ring.append(ring)
    found = load(pickled(tmp_path, ring))
    assert found[1] is found
    values = np.arange(3)
    one, two = load(pickled(tmp_path, [values, values]))
    assert one is two


def test_a_large_array_is_left_in_the_file(tmp_path: Path) -> None:
    found = load(pickled(tmp_path, np.zeros(10_000)))
    base = found
    while isinstance(base, np.ndarray):
        base = base.base
    assert isinstance(base, memoryview)
    assert type(base.obj).__name__ == "mmap"
    assert not found.flags.writeable


def old_array(values: np.ndarray) -> bytes:
    """An array as Python 2 wrote it in protocol 2: the numbers are a str."""
    raw, kind = values.tobytes(), values.dtype.str[1:].encode()
    return b"".join(
        [
            b"cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85U\x01b\x87R",
            b"q\x03(K\x01K" + bytes([len(values)]) + b"\x85cnumpy\ndtype\nq\x04U",
            bytes([len(kind)]) + kind + b"K\x00K\x01\x87Rq\x05(K\x03U\x01<NNN",
            b"J\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T" + struct.pack("<i", len(raw)) + raw,
            b"tb",
        ]
    )


def test_an_array_of_python_2_is_read_with_its_text(tmp_path: Path) -> None:
    values = np.linspace(-1, 1, 7)
    data = b"\x80\x02}(U\x05caf\xe9sK\x01X\x01\x00\x00\x00a" + old_array(values) + b"u."
    found = load(written(tmp_path, data))
    assert list(found) == ["cafés", "a"]
    assert np.array_equal(found["a"], values)


class Wants:
    """Pickles as a call of something."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.call


def harm(folder: Path) -> str:
    return f"touch {folder / 'harm'}"


def attacks(folder: Path) -> dict[str, tuple[Any, str]]:
    """Things that a pickle may want to run, and the name that must be refused."""
    import subprocess

    text = f"open({str(folder / 'harm')!r}, 'w')"
    return {
        "os.system": (Wants(os.system, harm(folder)), f"{os.system.__module__}.system"),
        "eval": (Wants(eval, text), "builtins.eval"),
        "exec": (Wants(exec, text), "builtins.exec"),
        "getattr": (Wants(getattr, "", "upper"), "builtins.getattr"),
        "import": (Wants(__import__, "antigravity"), "builtins.__import__"),
        "open": (Wants(open, str(folder / "harm"), "w"), "_io.open"),
        "Popen": (Wants(subprocess.Popen, harm(folder), -1), "subprocess.Popen"),
        "class": (Wants(io.BytesIO, b""), "_io.BytesIO"),
        "registry": (Wants(copyreg._reconstructor, object, object, None), "copyreg._reconstructor"),
        "buffer": (Wants(array.array, "d", [1.0]), "array.array"),
        "numpy.load": (Wants(np.load, "x"), "numpy.load"),
        "numpy.memmap": (Wants(np.memmap, str(folder / "harm")), "numpy.memmap"),
        "records": (np.zeros(2, "f4,i4"), "an array of void"),
        "times": (np.zeros(2, "M8[s]"), "an array of datetime64"),
        "masked": (np.ma.masked_array([1, 2], [0, 1]), "numpy.ma._mareconstruct"),
    }


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", attacks(Path()))
def test_nothing_else_is_run(name: str, protocol: int, tmp_path: Path) -> None:
    value, _ = attacks(tmp_path)[name]
    with pytest.raises(DataError, match=r"wants to run .+ Only numbers, text and containers"):
        load(pickled(tmp_path, {"train": [value]}, protocol))
    assert not (tmp_path / "harm").exists()


def test_what_is_refused_is_named(tmp_path: Path) -> None:
    file = pickled(tmp_path, Wants(os.system, harm(tmp_path)))
    with pytest.raises(DataError) as caught:
        load(file)
    assert str(caught.value) == (
        f"{file} wants to run posix.system. Only numbers, text and containers are rebuilt from a "
        f"pickle, as anything else could do harm. Ask its authors for plain arrays."
    )


RAW = {
    "a persistent id": b"Pname\n.",
    "a persistent id on the stack": b"X\x01\x00\x00\x00aQ.",
    "an extension": b"\x82\x01.",
    "a buffer outside": b"\x97.",
    "an old instance": b"(S'touch x'\niposix\nsystem\n.",
    "an old object": b"(cposix\nsystem\nX\x01\x00\x00\x00xo.",
    "a name with dots": b"\x80\x04\x8c\x05numpy\x8c\x0cf2py.os.exec\x93.",
    "a name that is no text": b"\x80\x04K\x01K\x02\x93.",
    "numpy.ndarray itself": b"cnumpy\nndarray\nK\x05\x85R.",
    "a factory": b"c__builtin__\nint\n(tR.",
    "a subclass": b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nmatrix\n(K\x00tS'b'\ntR.",
}


@pytest.mark.parametrize("name", RAW)
def test_other_ways_of_asking_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="wants to run"):
        load(written(tmp_path, RAW[name]))


def state_of(kind: bytes, flags: bytes, raw: bytes) -> bytes:
    """An array of one element whose type claims some flags."""
    return (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R("
        b"K\x01K\x01\x85cnumpy\ndtype\nU\x02" + kind + b"K\x00K\x01\x87R(K\x03U\x01|NNN"
        b"J\xff\xff\xff\xffJ\xff\xff\xff\xff" + flags + b"tb\x89" + raw + b"tb."
    )


def test_bytes_are_never_taken_for_pointers(tmp_path: Path) -> None:
    # NumPy's own reader believes the flags of the type, and follows the eight bytes.
    data = state_of(b"O8", b"K\x00", b"U\x08AAAAAAAA")
    with pytest.raises(DataError, match="an array of objects that are not 1"):
        load(written(tmp_path, data))


BROKEN = {
    "no pickle": b"hello",
    "too few numbers": state_of(b"f4", b"K\x00", b"U\x02ab"),
    "a size below 0": b"T\xff\xff\xff\xff.",
    "nothing on the stack": b".",
    "no mark": b"u.",
    "an unknown step": b"\xff.",
    "a list as a key": b"}(]K\x01u.",
    "a tuple as a key": b"}(K\x01\x85K\x01u.",
    "a key without value": b"}(K\x01u.",
    "items for a number": b"K\x01(K\x01e.",
    "state for a list": b"](K\x01tb.",
    "call of a number": b"K\x01(tR.",
    "an array begun": b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tS'b'\ntR.",
    "a name alone": b"cnumpy\nndarray\n.",
    "no memory kept": b"h\x05.",
    "a type that is none": b"cnumpy\ndtype\nX\x03\x00\x00\x00zzz\x85R.",
    "text without quotes": b"Sabc\n.",
    "text that is none": b"X\x01\x00\x00\x00\xff.",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_pickle_is_said_to_be_none(name: str, tmp_path: Path) -> None:
    file = written(tmp_path, BROKEN[name])
    with pytest.raises(DataError, match=r"(is no pickle|breaks off|wants to run)"):
        load(file)


def test_a_pickle_that_breaks_off_says_so_wherever_it_does(tmp_path: Path) -> None:
    whole = pickle.dumps({"a": np.arange(9.0), "b": ["text", 1.5, (2, None)]}, protocol=4)
    for end in range(1, len(whole)):
        with pytest.raises(DataError) as caught:
            load(written(tmp_path, whole[:end]))
        assert str(caught.value) == (
            f"{tmp_path / 'file.pkl'} breaks off after {end} bytes, in the midst of a pickle. "
            f"Fetch it again."
        )


def test_damage_gives_a_value_or_a_message_never_a_crash(tmp_path: Path) -> None:
    whole = bytearray(pickle.dumps([np.arange(5.0), {"a": np.float32(2), "b": {1, 2}}, "text"]))
    rng = np.random.default_rng(1)
    for _ in range(400):
        data = bytearray(whole)
        for place in rng.integers(0, len(data), size=rng.integers(1, 4)):
            data[place] = rng.integers(0, 256)
        try:
            load(written(tmp_path, bytes(data)))
        except DataError as error:
            assert str(tmp_path) in str(error)


def lists_of_lists(depth: int) -> bytes:
    return b"]" * depth + b"a" * (depth - 1) + b"."


BOMBS = {
    "a far memory": b"K\x01r\xff\xff\xff\x7f.",
    "a long array": b"cnumpy\nndarray\n0"
    + state_of(b"f8", b"K\x00", b"U\x08AAAAAAAA")[2:].replace(
        b"K\x01\x85cnumpy", b"J\xff\xff\xff\x7f\x85cnumpy"
    ),
    "empty words": state_of(b"S0", b"K\x00", b"U\x00").replace(
        b"K\x01\x85cnumpy", b"J\xff\xff\xff\x7f\x85cnumpy"
    ),
    "a long number": b"\x8b\xff\xff\xff\x7f" + b"1" * 1000 + b".",
    "many digits": b"L" + b"1" * 100_000 + b"L\n.",
    "copies of copies": b"("
    + b"K\x01" * 2000
    + b"lq\x00"
    + b"c__builtin__\nset\nh\x00\x85R0" * 2000
    + b".",
    "a set of a range": b"c__builtin__\nset\nc__builtin__\nrange\nJ\xff\xff\xff\x7f\x85R\x85R.",
    "a great bytearray": b"c__builtin__\nbytearray\nJ\xff\xff\xff\x7f\x85R.",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_cannot_fill_the_memory(name: str, tmp_path: Path) -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        load(written(tmp_path, BOMBS[name]))
    except DataError as error:
        assert str(tmp_path) in str(error)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_deep_nesting_does_no_harm(tmp_path: Path) -> None:
    assert isinstance(load(written(tmp_path, lists_of_lists(50_000))), list)


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, b"")
    with pytest.raises(DataError) as caught:
        load(file)
    assert str(caught.value) == f"{file} is empty. Fetch it again."


def test_a_text_that_is_no_pickle_is_told_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "features.pkl"
    file.write_text("hello world")
    with pytest.raises(DataError) as caught:
        load(file)
    assert str(caught.value) == (
        f"{file} is no pickle, from byte 2 on: nothing is kept under 101. Fetch it again, or name "
        "another file."
    )
