"""What a call names becomes jobs, in order; what belongs to nobody is refused."""

from pathlib import Path

import numpy as np
import pytest

from tritone.analyze.job import Options, jobs_of, parts_job
from tritone.core.errors import DataError


def test_every_line_is_one_job_in_its_order_the_empty_ones_too(tmp_path: Path) -> None:
    file = tmp_path / "tweets.txt"
    file.write_text("I love it.\n\nBad. Very bad.\n")
    jobs, failures = jobs_of([], lines=[file])
    assert [job.text for job in jobs] == ["I love it.", "", "Bad. Very bad."]
    assert [job.name for job in jobs] == [f"{file}:{number}" for number in (1, 2, 3)]
    assert all(job.is_line for job in jobs)
    assert failures == []


def test_a_file_without_a_word_on_any_line_fails(tmp_path: Path) -> None:
    file = tmp_path / "tweets.txt"
    file.write_text("\n  \n")
    jobs, failures = jobs_of([], lines=[file])
    assert jobs == []
    assert [failure.error for failure in failures] == [
        f"'{file}' holds no words. Write some into it, or leave it out."
    ]


def test_a_line_as_long_as_a_chapter_is_read_by_sentences(tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_text("Short.\n" + "It is bad. " * 200 + "\n")
    jobs, _ = jobs_of([], lines=[file])
    assert [job.is_line for job in jobs] == [True, False]


def test_texts_without_inputs_are_clips_of_their_own() -> None:
    jobs, _ = jobs_of([], ["one", "two"])
    assert [(job.name, job.text) for job in jobs] == [("text 1", "one"), ("text 2", "two")]


def test_a_text_beside_one_input_is_the_words_of_it(tmp_path: Path) -> None:
    picture = tmp_path / "face.png"
    picture.write_bytes(b"-")
    jobs, _ = jobs_of([picture], ["so happy"])
    assert [(job.path, job.text) for job in jobs] == [(picture, "so happy")]


def test_words_that_could_belong_to_two_inputs_are_refused(tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        (tmp_path / name).write_bytes(b"-")
    with pytest.raises(DataError) as fault:
        jobs_of([tmp_path], transcript=tmp_path / "words.srt")
    assert str(fault.value) == (
        "a transcript was given for 2 inputs: whose is it? Analyse one input at a time, or lay "
        "each transcript beside its file, under the same name."
    )


def test_what_cannot_be_found_fails_and_the_rest_is_done(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Good.")
    jobs, failures = jobs_of([tmp_path / "a.txt", tmp_path / "gone.mp4"], lines=["gone.txt"])
    assert [job.name for job in jobs] == [str(tmp_path / "a.txt")]
    assert [failure.path for failure in failures] == [str(tmp_path / "gone.mp4"), "gone.txt"]


def test_sound_and_picture_in_memory_are_one_clip() -> None:
    sound, picture = np.zeros(8), np.zeros((4, 5, 3), np.uint8)
    job = parts_job([], ["hm"], (sound, 8000), picture, 16_000, None)
    assert job.audio is not None and job.image is not None
    assert (job.audio[0] is sound, job.image is picture, job.text) == (True, True, "hm")


def test_parts_and_whole_media_do_not_mix() -> None:
    with pytest.raises(DataError, match="parts of one clip"):
        parts_job(["a.mp4"], [], (np.zeros(8), 8000), None, 16_000, None)


@pytest.mark.parametrize("fps", [0.0, -1.0, 61.0])
def test_a_rate_that_no_video_can_be_read_at_is_refused(fps: float) -> None:
    with pytest.raises(DataError, match=f"fps is {fps:g}; give more than 0 and at most 60"):
        Options(fps=fps)
