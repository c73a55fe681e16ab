"""Plain text in the encodings that people save it in."""

import codecs

import pytest

from tritone.core.errors import MediaError
from tritone.media.decode import probe
from tritone.media.text import read_text

WORDS = "I 💛 it 👩‍👧\n«déjà vu» שלום مرحبا 好\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_emoji_and_writing_from_right_to_left_stay_whole(encoding, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(WORDS.encode(encoding))
    assert read_text(path) == (WORDS, [])
    path.write_bytes(codecs.BOM_UTF16_BE + WORDS.encode("utf-16-be"))
    assert read_text(path) == (WORDS, [])


def test_text_in_an_old_encoding_is_read_with_a_warning(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("déjà vu — “so”".encode("cp1252"))
    text, warnings = read_text(path)
    assert text == "déjà vu — “so”"
    assert warnings == [
        f"'{path}' is not UTF-8 (byte 0xe9 at 1); it was read as Windows-1252. "
        "If letters look wrong, save it as UTF-8."
    ]
    assert probe(path).warnings == tuple(warnings)


def test_bytes_that_no_encoding_has_are_marked(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"so\x81 so\xe9")
    assert read_text(path)[0] == "so� soé"
    path.write_bytes(codecs.BOM_UTF8 + b"so\xff")
    assert read_text(path)[1] == [f"'{path}' says it is utf-8, but 1 characters in it are not."]


def test_line_ends_of_all_systems_are_one(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"a\r\nb\rc\nd")
    assert read_text(path)[0] == "a\nb\nc\nd"


@pytest.mark.parametrize(
    ("data", "holds"),
    [
        (b"ab\0cd", "data of an unknown format"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a PNG picture"),
        (b"PK\x03\x04\0\0", "a zip archive"),
        (bytes(range(1, 32)) * 5, "data of an unknown format"),
    ],
)
def test_what_is_no_text_is_refused(data, holds, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(MediaError) as caught:
        read_text(path)
    assert str(caught.value) == f"'{path}' is no text: it holds {holds}."


def test_an_empty_file_and_a_long_one_are_refused(tmp_path):
    path = tmp_path / "a.txt"
    path.touch()
    with pytest.raises(MediaError, match=r"is empty \(0 bytes\)"):
        read_text(path)
    path.write_text("x" * 101)
    with pytest.raises(MediaError) as caught:
        read_text(path, max_bytes=100)
    assert str(caught.value) == (
        f"'{path}' is longer than the 100 bytes read as one text. Split it."
    )
    assert read_text(path, max_bytes=101)[0] == "x" * 101
