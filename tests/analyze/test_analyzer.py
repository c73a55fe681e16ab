"""From files, text and arrays to a Result: nothing lost, nothing invented, nothing stopped."""

import itertools
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from tritone.analyze.analyzer import Analyzer, load
from tritone.analyze.mind import default_mind
from tritone.core.errors import DataError, ModelError
from tritone.learn.pretrained import load as load_pretrained

RATE_HZ = 16_000


@pytest.fixture(scope="module")
def analyzer(tiny_model: Path) -> Analyzer:
    return load(tiny_model, device="cpu")


def voice(seconds: float, *, pause: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    """A buzz that rises and falls like syllables, with a pause, over faint noise."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    buzz = sum(np.sin(2 * np.pi * 150 * k * time) / k for k in range(1, 8))
    said = 0.2 * buzz * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time))
    said[(time >= pause[0]) & (time < pause[1])] = 0.0
    return (said + np.random.default_rng(0).normal(0, 1e-3, len(time))).astype(np.float32)


def write_wav(path: Path, samples: np.ndarray) -> Path:
    soundfile.write(path, samples, RATE_HZ, subtype="FLOAT")
    return path


def write_picture(path: Path, width: int = 64, height: int = 48) -> Path:
    Image.new("RGB", (width, height), (90, 120, 150)).save(path)
    return path


def reasons(result, clip: int = 0, segment: int = 0) -> dict[str, str | None]:
    modalities = result.clips[clip].segments[segment].modalities
    return {name: channel.reason for name, channel in modalities.items()}


def test_a_text_is_one_segment_a_sentence(analyzer: Analyzer) -> None:
    result = analyzer.analyze(text="I love this. It is bad!")
    clip = result.clips[0]
    assert [segment.text for segment in clip.segments] == ["I love this.", "It is bad!"]
    assert {(s.start, s.end) for s in clip.segments} == {(None, None)}
    assert reasons(result) == {
        "text": None,
        "audio": "a written text has no sound",
        "vision": "a written text has no picture",
    }


def test_a_text_file_says_what_the_text_says(analyzer: Analyzer, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("I love this. It is bad!\n", encoding="utf-8")
    from_file, from_text = analyzer.analyze(file), analyzer.analyze(text=file.read_text())
    assert from_file.clips[0].segments == from_text.clips[0].segments


def test_emoji_and_other_scripts_are_text(analyzer: Analyzer) -> None:
    result = analyzer.analyze(text=["\U0001f600", "שלום", "好"])
    assert len(result.clips) == 3
    assert result.errors == ()


def test_speech_is_cut_at_its_pause(analyzer: Analyzer, tmp_path: Path) -> None:
    file = write_wav(tmp_path / "talk.wav", voice(4.0, pause=(1.8, 2.6)))
    clip = analyzer.analyze(file).clips[0]
    assert clip.duration == pytest.approx(4.0)
    assert len(clip.segments) == 2
    assert clip.segments[0].end == pytest.approx(1.8, abs=0.15)
    assert clip.segments[1].start == pytest.approx(2.6, abs=0.15)


def test_sound_in_memory_says_what_the_file_says(analyzer: Analyzer, tmp_path: Path) -> None:
    samples = voice(3.0)
    file = write_wav(tmp_path / "talk.wav", samples)
    results = analyzer.analyze(file), analyzer.analyze(audio=(samples, RATE_HZ))
    from_file, from_array = ([s.valence for s in r.clips[0].segments] for r in results)
    assert from_file == pytest.approx(from_array)


def test_a_sound_file_by_its_keyword_is_the_same_clip(analyzer: Analyzer, tmp_path: Path) -> None:
    file = write_wav(tmp_path / "talk.wav", voice(2.0))
    assert analyzer.analyze(audio=file) == analyzer.analyze(file)


def test_a_transcript_beside_the_sound_is_found(analyzer: Analyzer, tmp_path: Path) -> None:
    file = write_wav(tmp_path / "talk.wav", voice(4.0))
    (tmp_path / "talk.srt").write_text(
        "1\n00:00:00,500 --> 00:00:02,000\nI love it.\n\n"
        "2\n00:00:02,000 --> 00:00:03,500\nIt is bad.\n"
    )
    clip = analyzer.analyze(file).clips[0]
    assert [(s.start, s.end, s.text) for s in clip.segments] == [
        (0.5, 2.0, "I love it."),
        (2.0, 3.5, "It is bad."),
    ]
    assert all(
        s.modalities["audio"].present and s.modalities["text"].present for s in clip.segments
    )


def test_a_broken_transcript_beside_the_sound_is_only_a_warning(
    analyzer: Analyzer, tmp_path: Path
) -> None:
    file = write_wav(tmp_path / "talk.wav", voice(2.0))
    (tmp_path / "talk.json").write_text('{"words": [')
    given = analyzer.analyze(file, transcript=tmp_path / "talk.json")
    found = analyzer.analyze(file)
    assert [failure.path for failure in given.errors] == [str(file)]
    assert found.errors == ()
    assert "talk.json" in found.clips[0].warnings[0]


def test_an_empty_transcript_leaves_the_text_absent(analyzer: Analyzer, tmp_path: Path) -> None:
    file = write_wav(tmp_path / "talk.wav", voice(2.0))
    (tmp_path / "talk.srt").write_text("")
    result = analyzer.analyze(file)
    assert reasons(result)["text"] == "the transcript holds no words"
    assert result.clips[0].warnings == ("transcript talk.srt is empty: the text channel is absent",)


def test_silence_is_not_read_as_a_voice(analyzer: Analyzer, tmp_path: Path) -> None:
    file = write_wav(tmp_path / "hush.wav", np.zeros(2 * RATE_HZ, np.float32))
    result = analyzer.analyze(file)
    assert result.clips == ()
    assert result.errors[0].error == (
        "There is nothing to read in it (text: no transcript; audio: silent; vision: the file "
        "has no moving picture). Give its words, or a clip with a voice or a face."
    )


def test_words_over_silence_are_still_read(analyzer: Analyzer, tmp_path: Path) -> None:
    file = write_wav(tmp_path / "hush.wav", np.zeros(2 * RATE_HZ, np.float32))
    result = analyzer.analyze(file, text="I love it")
    assert reasons(result) == {
        "text": None,
        "audio": "silent",
        "vision": "the file has no moving picture",
    }


def test_a_picture_with_words_is_one_segment_without_times(
    analyzer: Analyzer, tmp_path: Path
) -> None:
    file = write_picture(tmp_path / "post.png")
    (tmp_path / "post.txt").write_text("Good. I love this.")
    result = analyzer.analyze(tmp_path)
    assert len(result.clips) == 1
    segment = result.clips[0].segments[0]
    assert result.clips[0].path == str(file)
    assert (segment.start, segment.end, segment.text) == (None, None, "Good. I love this.")
    assert reasons(result) == {
        "text": None,
        "audio": "a still picture has no sound",
        "vision": "no face found",
    }


@pytest.mark.parametrize(("width", "height"), [(1, 1), (64, 48)])
def test_a_picture_without_face_and_words_fails_and_says_why(
    analyzer: Analyzer, tmp_path: Path, width: int, height: int
) -> None:
    file = write_picture(tmp_path / "wall.png", width, height)
    result = analyzer.analyze(file)
    assert result.clips == ()
    assert "vision: no face found" in result.errors[0].error


def test_sound_beside_a_picture_is_one_clip(analyzer: Analyzer, tmp_path: Path) -> None:
    file = write_wav(tmp_path / "talk.wav", voice(2.0))
    picture = np.full((48, 64, 3), 120, np.uint8)
    result = analyzer.analyze(audio=file, image=picture, text="good")
    assert len(result.clips) == 1
    assert reasons(result) == {"text": None, "audio": None, "vision": "no face found"}


def test_one_broken_file_does_not_stop_the_others(analyzer: Analyzer, tmp_path: Path) -> None:
    (tmp_path / "1.wav").write_bytes(b"")
    write_wav(tmp_path / "2.wav", voice(1.0))
    (tmp_path / "3.mp4").write_text("no film at all")
    (tmp_path / "4.txt").write_text("I love it.")
    result = analyzer.analyze([tmp_path, tmp_path / "5.wav"])
    assert [Path(clip.path).name for clip in result.clips] == ["2.wav", "4.txt"]
    told = {Path(failure.path).name: failure.error for failure in result.errors}
    assert sorted(told) == ["1.wav", "3.mp4", "5.wav"]
    assert "is empty (0 bytes)" in told["1.wav"]
    assert "it holds text" in told["3.mp4"]
    assert "no file" in told["5.wav"]


@pytest.mark.slow
def test_a_film_that_breaks_off_is_read_as_far_as_it_goes_and_is_an_error(
    analyzer: Analyzer, tmp_path: Path
) -> None:
    whole = (files("tritone") / "sample/sample.mp4").read_bytes()
    file = tmp_path / "cut.mp4"
    file.write_bytes(whole[: len(whole) // 2])
    result = analyzer.analyze(file, segment="windows")
    assert [clip.path for clip in result.clips] == [str(file)]
    assert all(
        any(channel.present for channel in segment.modalities.values())
        for segment in result.clips[0].segments
    )
    assert [failure.path for failure in result.errors] == [str(file)]
    assert "breaks off at" in result.errors[0].error


def test_cues_are_needed_where_they_are_asked_for(analyzer: Analyzer, tmp_path: Path) -> None:
    file = write_wav(tmp_path / "talk.wav", voice(1.0))
    result = analyzer.analyze(file, segment="cues")
    assert "need a transcript" in result.errors[0].error


def test_windows_cover_the_whole_clip(analyzer: Analyzer, tmp_path: Path) -> None:
    file = write_wav(tmp_path / "talk.wav", voice(7.0))
    segments = analyzer.analyze(file, segment="windows").clips[0].segments
    assert segments[0].start == 0.0
    assert segments[-1].end == pytest.approx(7.0)
    for before, after in itertools.pairwise(segments):
        assert before.end == after.start


def test_nothing_at_all_is_a_wrong_call(analyzer: Analyzer) -> None:
    with pytest.raises(DataError, match="Nothing to analyse"):
        analyzer.analyze()


def test_a_model_that_reads_features_is_refused(tiny_model: Path) -> None:
    from dataclasses import replace

    from tritone.core.task import Regression
    from tritone.models.concat import ConcatMLP

    other = replace(
        load_pretrained(tiny_model), name="mine", model=ConcatMLP({"text": 3}, Regression())
    )
    with pytest.raises(ModelError, match="mine is a ConcatMLP, which reads prepared features"):
        default_mind(other, "cpu")


@pytest.mark.slow
def test_the_sample_film_is_read_by_all_three_channels(analyzer: Analyzer) -> None:
    told: list[tuple[str, float]] = []
    from tritone.analyze.job import jobs_of

    jobs, failures = jobs_of([str(files("tritone") / "sample")])
    result = analyzer.run(
        jobs, failures=failures, words=True, tell=lambda name, done: told.append((name, done))
    )
    clip = result.clips[0]
    assert result.errors == ()
    assert len(clip.segments) == 5
    for segment in clip.segments:
        assert all(channel.present for channel in segment.modalities.values())
        assert segment.highlights is not None
        assert segment.thumbnail is not None and segment.thumbnail.startswith(b"\xff\xd8")
    assert [done for _, done in told] == sorted(done for _, done in told)
    assert all(0 <= done <= 1 for _, done in told)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Pictures of one face and of ten: the one of the sample clip."""
    from tritone.media.video import frames

    image = next(frames(files("tritone") / "sample/sample.mp4", fps=1.0, max_side=320)).image
    folder = tmp_path_factory.mktemp("crowd")
    one, ten = folder / "one.png", folder / "ten.png"
    Image.fromarray(image).save(one)
    Image.fromarray(np.tile(image, (2, 5, 1))).save(ten)
    return [one, ten]


def test_only_a_crowd_is_warned_of(analyzer: Analyzer, crowd: list[Path]) -> None:
    one, ten = analyzer.analyze(crowd).clips
    assert one.warnings == ()
    assert ten.warnings == ("up to 10 faces are seen at once; one is followed and read.",)
    assert one.segments[0].modalities["vision"].present
    assert ten.segments[0].modalities["vision"].present


UNREADABLE = """
import os, sys
from tritone.analyze.analyzer import load
analyzer = load(sys.argv[1], device="cpu")
os.chmod(sys.argv[2], 0)
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
result = analyzer.analyze([sys.argv[2]])
analyzed = analyzer.analyze(text="good")
print(result.errors[0].error, len(analyzed.clips), sep="|")
"""


@pytest.mark.slow
def test_a_file_that_may_not_be_read_says_so(tiny_model: Path) -> None:
    import tempfile

    # Not under tmp_path, whose parents an ordinary user may not enter.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        file = write_wav(Path(folder) / "secret.wav", voice(0.5))
        command = [sys.executable, "-c", UNREADABLE, str(tiny_model), str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.strip() == (
        f"'{file}' may not be read by this user. Allow it, for example with: chmod a+r|1"
    )


def test_cues_that_cover_a_part_say_how_much_was_not_read(
    analyzer: Analyzer, tmp_path: Path
) -> None:
    media = write_wav(tmp_path / "talk.wav", voice(14.0))
    (tmp_path / "talk.srt").write_text("1\n00:00:01,000 --> 00:00:03,000\nGood.\n")
    clip = analyzer.analyze(media).clips[0]
    assert clip.warnings == (
        "12 s of 14 s lie outside the cues or the speech and were not read; "
        "--segment windows reads all",
    )
    assert analyzer.analyze(media, segment="windows").clips[0].warnings == ()
