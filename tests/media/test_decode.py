"""What a file holds, and what is said of one that holds nothing."""

import io
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from tritone.core.errors import MediaError
from tritone.media.audio import read_audio
from tritone.media.decode import kind_of, probe
from tritone.media.video import frames


def told(path):
    """The whole message of a file that cannot be read, without its folder."""
    with pytest.raises(MediaError) as caught:
        probe(path)
    return str(caught.value).replace(f"{path.parent}/", "")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.mp4", "video"),
        ("a.b.MKV", "video"),
        ("a.m4a", "audio"),
        ("a.OPUS", "audio"),
        ("a.jpeg", "image"),
        ("a.txt", "text"),
        ("a.srt", None),
        ("mp4", None),
        (".mp4", None),
    ],
)
def test_a_name_promises_a_kind(name, kind):
    assert kind_of(name) == kind


def test_a_film_is_told_whole(tmp_path, write_media, greys, clicks):
    film = write_media(
        tmp_path / "a.mp4", pictures=greys(50), sound=clicks(2, 1, rate_hz=44_100)[None], fps=25,
        rate_hz=44_100,
    )  # fmt: skip
    info = probe(film)
    assert (info.kind, info.has_video, info.has_audio) == ("video", True, True)
    assert (info.width, info.height, info.fps) == (64, 48, 25.0)
    assert (info.rate_hz, info.channels, info.warnings) == (44_100, 1, ())
    assert info.duration == pytest.approx(2.0, abs=0.03)


def test_a_film_without_sound_and_one_without_pictures(tmp_path, write_media, greys, clicks):
    silent = probe(write_media(tmp_path / "a.mp4", pictures=greys(5)))
    assert (silent.kind, silent.has_audio, silent.rate_hz) == ("video", False, None)
    blind = probe(write_media(tmp_path / "b.mp4", sound=clicks(1, 0.5)[None]))
    assert (blind.kind, blind.has_video, blind.width) == ("audio", False, None)


@pytest.mark.parametrize("suffix", ["mp3", "m4a"])
def test_a_cover_picture_makes_no_video(suffix, tmp_path, write_media, clicks):
    png = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(png, "PNG")
    song = write_media(tmp_path / f"a.{suffix}", sound=clicks(1, 0.5)[None], cover=png.getvalue())
    info = probe(song)
    assert (info.kind, info.has_audio, info.has_video) == ("audio", True, False)
    assert len(read_audio(song)) / 16_000 == pytest.approx(1.0, abs=0.03)
    with pytest.raises(MediaError, match="has no video that can be decoded"):
        next(frames(song))


def test_a_stream_in_an_unknown_codec_is_skipped_and_named(tmp_path, write_media, greys, clicks):
    film = write_media(tmp_path / "a.mp4", pictures=greys(25), sound=clicks(1, 0.5)[None])
    data = film.read_bytes()
    film.write_bytes(data.replace(b"avc1\0\0\0\0", b"zzz1\0\0\0\0"))
    info = probe(film)
    assert (info.kind, info.has_audio, info.has_video) == ("audio", True, False)
    assert info.warnings == (
        f"'{film}': its video stream 0 is in a codec not known here; skipped.",
    )
    film = write_media(tmp_path / "a.mkv", pictures=greys(25), sound=clicks(1, 0.5)[None])
    film.write_bytes(film.read_bytes().replace(b"A_FLAC", b"A_NONE"))
    info = probe(film)
    assert (info.kind, info.has_audio, info.has_video) == ("video", False, True)
    assert info.warnings == (
        f"'{film}': its audio stream 1 is in a codec not known here; skipped.",
    )
    assert len(list(frames(film))) == 5


def test_a_length_that_the_header_does_not_tell_is_found(tmp_path, write_media, greys):
    film = write_media(tmp_path / "a.webm", pictures=greys(25), options={"live": "1"})
    assert probe(film).duration == pytest.approx(1.0, abs=0.05)


def test_a_pixel_that_is_not_square_is_shown_in_its_shape(tmp_path, write_media, greys):
    film = write_media(tmp_path / "a.mp4", pictures=greys(5), pixel=(4, 3))
    info = probe(film)
    assert (info.width, info.height) == (85, 48)
    assert next(frames(film)).image.shape == (48, 85, 3)


def test_what_is_not_there_is_told(tmp_path):
    assert told(tmp_path / "a.mp4") == "There is no file 'a.mp4'. Check the name and the folder."
    assert told(tmp_path / "a.mp4" / "b.mp4").startswith("There is no file '")
    (tmp_path / "f.mp4").mkdir()
    assert told(tmp_path / "f.mp4") == ("'f.mp4' is a folder, not a media file. Name a file in it.")
    os.mkfifo(tmp_path / "p.mp4")
    assert told(tmp_path / "p.mp4") == (
        "'p.mp4' is a pipe or a device, not a file. Save it to a file first."
    )


@pytest.mark.parametrize("suffix", ["mp4", "wav", "jpg", "txt"])
def test_an_empty_file_is_told(suffix, tmp_path):
    path = tmp_path / f"a.{suffix}"
    path.touch()
    assert told(path) == f"'a.{suffix}' is empty (0 bytes). Copy or record it again."


def test_an_mp4_that_was_cut_off_before_its_index_is_told(tmp_path, write_media, greys):
    film = write_media(tmp_path / "a.mp4", pictures=greys(50))
    film.write_bytes(film.read_bytes()[:1500])
    assert told(film) == (
        "'a.mp4' has no index that can be read (its moov box is missing or damaged): "
        "it was probably cut off. Copy, download or record it again."
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"I love this film.\n",
            "'a.mp4' is no media: it holds text. If its words are meant, name it .txt.",
        ),
        (b"<!DOCTYPE html><html>404</html>", "'a.mp4' is no video: it holds a web page."),
        (b"\xff\xd8\xff\xe0" + bytes(200), "'a.mp4' is no video: it holds a JPEG picture."),
        (b"PK\x03\x04" + bytes(200), "'a.mp4' is no video: it holds a zip archive."),
    ],
)
def test_what_is_only_named_as_a_film_is_told(data, message, tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(data)
    assert told(path) == message


def test_random_bytes_are_told_whatever_their_name(tmp_path):
    data = np.random.default_rng(0).integers(0, 256, 5000).astype(np.uint8).tobytes()
    for suffix in ("mp4", "mkv", "avi", "mpg", "wav", "flac", "ogg", "opus", "jpg", "webp", "txt"):
        path = tmp_path / f"a.{suffix}"
        path.write_bytes(data)
        assert f"'a.{suffix}'" in told(path)


@pytest.mark.parametrize("name", ["list.mp4", "list.mkv"])
def test_a_playlist_opens_no_other_file(name, tmp_path, write_media, greys):
    """A file that names others must not make the reader fetch them."""
    write_media(tmp_path / "secret.mp4", pictures=greys(5))
    (tmp_path / name).write_text("ffconcat version 1.0\nfile 'secret.mp4'\n")
    assert "it holds text" in told(tmp_path / name)


def test_names_of_any_letters_are_opened(tmp_path, write_media, clicks):
    for name in ("naïve 好 שלום.wav", "a:b?c%20d#.wav", "-i.wav", "x\udcff.wav"):
        path = write_media(tmp_path / "plain.wav", sound=clicks(0.2, 0.1)[None])
        path = path.rename(tmp_path / name)
        assert probe(path).duration == pytest.approx(0.2)


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "avi", "mpg", "flac", "mp3", "ogg"])
def test_damage_anywhere_ends_in_an_answer_or_a_clear_error(
    suffix, tmp_path, write_media, greys, clicks
):
    is_film = suffix in ("mp4", "mkv", "avi", "mpg")
    path = write_media(
        tmp_path / f"a.{suffix}", pictures=greys(5) if is_film else (), sound=clicks(0.3, 0.1)[None]
    )
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(6):
        data = bytearray(whole)
        for place in rng.integers(0, len(data), 8):
            data[place] = rng.integers(256)
        path.write_bytes(data[: rng.integers(len(data) // 2, len(data))])
        try:
            info = probe(path)
            if info.has_video:
                list(frames(path))
            if info.has_audio:
                read_audio(path)
        except MediaError as error:
            assert f"'{path}'" in str(error)


@pytest.mark.slow
def test_a_file_that_may_not_be_read_is_told():
    """Root may read everything, so that the child drops to an ordinary user first."""
    run = subprocess.run(
        [sys.executable, "-c", UNREADABLE], capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines() == [
        f"'a.{suffix}' may not be read by this user. Allow it, for example with: chmod a+r"
        for suffix in ("mp4", "wav", "jpg", "txt")
    ]


UNREADABLE = """
import os, tempfile
from pathlib import Path
from tritone.core.errors import MediaError
from tritone.media.decode import probe

with tempfile.TemporaryDirectory() as folder:
    os.chmod(folder, 0o755)
    paths = [Path(folder, f"a.{suffix}") for suffix in ("mp4", "wav", "jpg", "txt")]
    for path in paths:
        path.write_text("x")
        path.chmod(0)
    if os.getuid() == 0:
        os.setegid(65534)
        os.seteuid(65534)
    for path in paths:
        try:
            probe(path)
        except MediaError as error:
            print(str(error).replace(folder + "/", ""))
    if os.getuid() == 0:
        os.seteuid(0)
"""
