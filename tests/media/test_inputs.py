"""From names to inputs: folders, globs, companions, and names in vain."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tritone.media.files import SUPPORTED
from tritone.media.inputs import Failure, Input, find_companion, gather


@pytest.fixture
def folder(tmp_path):
    """A folder as people have them; the files hold nothing, since only names matter here."""
    for name in (
        "b/clip.mp4", "b/clip.srt", "b/clip.txt", "b/photo.jpg", "b/photo.txt", "b/alone.txt",
        "a.wav", "a.mp4", "a.TextGrid", "README.md", "table.csv", "words.zip", "left.srt",
        ".hidden.mp4", ".git/c.mp4",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return tmp_path


def names(inputs, folder):
    return [item.path.relative_to(folder).as_posix() for item in inputs]


def test_a_folder_gives_its_media_sorted_and_no_companion_twice(folder):
    inputs, failures = gather([folder])
    assert failures == []
    assert names(inputs, folder) == ["a.mp4", "a.wav", "b/alone.txt", "b/clip.mp4", "b/photo.jpg"]
    assert [item.kind for item in inputs] == ["video", "audio", "text", "video", "image"]
    words = [item.transcript.name if item.transcript else None for item in inputs]
    assert words == ["a.TextGrid", "a.TextGrid", None, "clip.srt", "photo.txt"]


def test_what_is_named_twice_is_one_input(folder):
    several = [folder / "a.wav", folder, str(folder / "b" / ".." / "a.wav"), f"{folder}/*.wav"]
    inputs, failures = gather(several)
    assert (len(inputs), failures) == (5, [])
    assert inputs[0] == Input(folder / "a.wav", "audio", folder / "a.TextGrid")


def test_names_come_in_the_order_in_which_they_were_given(folder):
    inputs, _ = gather([folder / "b" / "photo.jpg", folder / "a.wav", folder / "a.mp4"])
    assert names(inputs, folder) == ["b/photo.jpg", "a.wav", "a.mp4"]


def test_a_shell_that_names_every_file_gives_what_the_folder_gives(folder):
    every = sorted(path for path in (folder / "b").iterdir())
    assert gather(every) == gather([folder / "b"])


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.mp4", ["a.mp4"]),
        ("**/*.mp4", ["a.mp4", "b/clip.mp4"]),
        ("*", ["a.mp4", "a.wav", "b/alone.txt", "b/clip.mp4", "b/photo.jpg"]),
        ("[ab]", ["b/alone.txt", "b/clip.mp4", "b/photo.jpg"]),
        ("b/*.txt", ["b/alone.txt"]),
    ],
)
def test_a_pattern_gives_the_media_it_matches(pattern, found, folder):
    inputs, failures = gather([f"{folder}/{pattern}"])
    assert (names(inputs, folder), failures) == (found, [])


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path):
    path = tmp_path / "take[1]*.wav"
    path.touch()
    assert gather([path])[0] == [Input(path, "audio", None)]


def test_words_that_are_named_alone_are_a_text(folder):
    inputs, failures = gather([folder / "b" / "photo.txt"])
    assert (names(inputs, folder), inputs[0].kind, failures) == (["b/photo.txt"], "text", [])


def test_a_name_in_vain_says_what_to_do_and_stops_nothing(folder):
    (folder / "empty").mkdir()
    given = ["gone.mp4", "README.md", "left.srt", "a.TextGrid", "empty", "*.ogg", "*.csv"]
    inputs, failures = gather([*(f"{folder}/{name}" for name in given), folder / "a.wav"])
    assert names(inputs, folder) == ["a.wav"]
    # The words of media that is named too are no failure.
    given.remove("a.TextGrid")
    assert [failure.path for failure in failures] == [f"{folder}/{name}" for name in given]
    assert [failure.error.replace(f"{folder}/", "") for failure in failures] == [
        "There is no file 'gone.mp4'. Check the name and the folder.",
        f"'README.md' is of a kind that is not read. Read are: {SUPPORTED}.",
        "'left.srt' is a transcript without its media. Name the media, with --transcript.",
        f"The folder 'empty' holds no media. Read are: {SUPPORTED}.",
        "Nothing matches '*.ogg'. Check the pattern and the folder.",
        f"'*.csv' matches no media. Read are: {SUPPORTED}.",
    ]


def test_a_transcript_named_without_its_media_names_the_media(folder):
    _, failures = gather([folder / "b" / "clip.srt"])
    assert [failure.error.replace(f"{folder}/", "") for failure in failures] == [
        "'b/clip.srt' is the transcript of 'b/clip.mp4'. Name that instead."
    ]


def test_links_in_a_circle_end(folder):
    (folder / "b" / "up").symlink_to(folder)
    (folder / "again").symlink_to(folder / "b")
    (folder / "b" / "broken.mp4").symlink_to(folder / "gone.mp4")
    (folder / "b" / "self.mp4").symlink_to(folder / "b" / "self.mp4")
    inputs, failures = gather([folder])
    assert len({item.path.resolve() for item in inputs}) == len(inputs) == 5
    assert failures == []


def test_a_broken_link_that_is_named_is_an_input_whose_reading_fails(folder):
    (folder / "broken.mp4").symlink_to(folder / "gone.mp4")
    assert names(gather([folder / "broken.mp4"])[0], folder) == ["broken.mp4"]


def test_companions_come_in_order_of_what_they_know(tmp_path):
    media = tmp_path / "clip.mp4"
    media.touch()
    order = ["json", "TextGrid", "align", "ass", "srt", "vtt", "txt"]
    for suffix in reversed(order):
        (tmp_path / f"clip.{suffix}").touch()
    for suffix in order:
        found = find_companion(media)
        assert found == tmp_path / f"clip.{suffix}"
        found.unlink()
    assert find_companion(media) is None


@pytest.mark.parametrize(
    ("name", "belongs"),
    [
        ("clip.SRT", True),
        ("clip.textgrid", True),
        ("clip.mp4.srt", True),
        ("clip.en.vtt", True),
        ("clip.pt-BR.srt", True),
        ("clip.notes.txt", False),
        ("clip2.srt", False),
        ("clip.final cut.srt", False),
        ("Clip.srt", False),
        ("clip.md", False),
    ],
)
def test_a_companion_is_known_by_its_name(name, belongs, tmp_path):
    media = tmp_path / "clip.mp4"
    media.touch()
    (tmp_path / name).touch()
    assert find_companion(media) == (tmp_path / name if belongs else None)
    listed = {item.path.name for item in gather([tmp_path])[0]}
    assert (name in listed) == (name.endswith(".txt") and not belongs)


def test_a_transcript_named_by_the_user_wins_over_one_found(folder):
    words = folder / "left.srt"
    inputs, failures = gather([folder / "b" / "clip.mp4"], transcript=words)
    assert (inputs, failures) == ([Input(folder / "b" / "clip.mp4", "video", words)], [])


def test_a_transcript_in_vain_is_told(folder):
    clip, gone = folder / "b" / "clip.mp4", folder / "gone.srt"
    inputs, failures = gather([clip], transcript=gone)
    assert names(inputs, folder) == ["b/clip.mp4"]
    told = f"There is no transcript '{gone}'. Check the name and the folder."
    assert failures == [Failure(str(gone), told)]
    _, failures = gather([folder], transcript=folder / "left.srt")
    assert [failure.error for failure in failures] == [
        "A transcript fits one media file; 4 were given. Name just one."
    ]


@pytest.mark.slow
def test_a_folder_that_may_not_be_read_is_told_and_stops_nothing():
    """Root may read everything, so that the child drops to an ordinary user first."""
    run = subprocess.run([sys.executable, "-c", LOCKED], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["['a.wav']", "The folder 'locked' may not be read."]


LOCKED = """
import os, tempfile
from pathlib import Path
from tritone.media.inputs import gather

with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    folder.chmod(0o755)
    (folder / "a.wav").touch()
    (folder / "locked").mkdir(mode=0)
    if os.getuid() == 0:
        os.setegid(65534)
        os.seteuid(65534)
    inputs, failures = gather([folder])
    print([item.path.name for item in inputs])
    for failure in failures:
        print(failure.error.replace(name + "/", ""))
    if os.getuid() == 0:
        os.seteuid(0)
    (folder / "locked").chmod(0o700)
"""


def test_many_files_are_gathered_without_listing_the_folder_for_each(tmp_path, monkeypatch):
    for number in range(200):
        (tmp_path / f"{number}.wav").touch()
        (tmp_path / f"{number}.txt").touch()
    listed: list[Path] = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: listed.append(path) or scandir(path))
    inputs, _ = gather(sorted(tmp_path.iterdir()))
    assert len(inputs) == 200
    assert len(listed) <= 2


def test_our_own_result_beside_a_clip_does_not_hide_its_subtitles(tmp_path):
    media = tmp_path / "talk.mkv"
    (tmp_path / "talk.vtt").write_text("WEBVTT\n")
    result = tmp_path / "talk.json"
    result.write_text('{\n "schema": 1,\n "model": {"name": "default"},\n "clips": []}')
    assert find_companion(media) == tmp_path / "talk.vtt"
    result.write_text('[{"word": "hi", "start": 0, "end": 1}]')
    assert find_companion(media) == result
