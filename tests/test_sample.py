"""The sample clip: small, what its script writes, and with a face and a voice to find."""

import importlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import av
import cv2
import numpy as np
import pytest

import tritone

FOLDER = Path(tritone.__file__).parent / "sample"
SCRIPTS = Path(__file__).parent.parent / "scripts"


Spans = list[tuple[float, float]]


@pytest.fixture(scope="module")
def script() -> Iterator[ModuleType]:
    """scripts/make_sample.py as a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SCRIPTS))
        yield importlib.import_module("make_sample")


@pytest.fixture(scope="module")
def performed(script: ModuleType) -> tuple[np.ndarray, Spans]:
    """The sound, and when each sentence is said."""
    sound, _, spans = script.perform()
    return sound, spans


def pictures(times: list[float]) -> Iterator[np.ndarray]:
    """The grey pictures of the clip at some times, in seconds."""
    with av.open(str(FOLDER / "sample.mp4")) as media:
        wanted = iter(times)
        due = next(wanted)
        for frame in media.decode(video=0):
            if frame.time >= due:
                yield frame.to_ndarray(format="gray")
                due = next(wanted, float("inf"))


def test_the_clip_has_at_most_one_megabyte() -> None:
    assert (FOLDER / "sample.mp4").stat().st_size <= 1_000_000


@pytest.mark.slow
def test_the_subtitles_are_those_that_the_script_writes(
    script: ModuleType, performed: tuple[np.ndarray, Spans]
) -> None:
    written = (FOLDER / "sample.srt").read_text(encoding="utf-8")
    assert written == script.subtitles(performed[1])


@pytest.mark.slow
def test_one_face_is_found_in_every_sentence() -> None:
    haar = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    found = [len(haar.detectMultiScale(p, 1.1, 5)) for p in pictures([1.0, 4.0, 7.0, 10.0, 12.5])]
    assert found == [1] * 5


@pytest.mark.slow
def test_the_voice_is_silent_only_between_sentences(
    script: ModuleType, performed: tuple[np.ndarray, Spans]
) -> None:
    (sound, spans), rate = performed, script.RATE_HZ

    def loudness(start: float, end: float) -> float:
        return float(np.sqrt(np.mean(sound[int(start * rate) : int(end * rate)] ** 2)))

    said = [loudness(start, end) for start, end in spans]
    pauses = [loudness(first[1], second[0]) for first, second in pairwise(spans)]
    assert min(said) > 20 * max(pauses)
