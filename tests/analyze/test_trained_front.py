"""What a trained model hears and sees later is what the store of its training held."""

from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
import torch
from PIL import Image

from tritone.analyze.front import Piece
from tritone.analyze.job import Job, Options
from tritone.analyze.reading import Reader
from tritone.analyze.trained_front import TrainedFront
from tritone.core.batch import Track
from tritone.core.clip import Clip, Source
from tritone.core.errors import DataError
from tritone.features.extractor import build
from tritone.features.front_end import FrontEnd
from tritone.features.material import material_of

RATE_HZ = 16_000
NAMES = {"text": "hashed_words", "audio": "mfcc+pitch+intensity", "vision": "picture"}


@pytest.fixture
def front_end() -> FrontEnd:
    return FrontEnd({name: build(one) for name, one in NAMES.items()}, fps=4.0)


def pieces(front_end: FrontEnd, job: Job) -> list[Piece]:
    """What an analysis hands to the model."""
    reader = Reader(TrainedFront(front_end), Options(segment=None))
    return list(reader.pieces(reader.open(job)))


def stored(front_end: FrontEnd, clip: Clip) -> dict[str, Track]:
    """What an extraction puts into a store."""
    return front_end.tracks(material_of(clip, front_end.reads, fps=front_end.fps))


def write_wav(path: Path, seconds: float) -> Path:
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    buzz = sum(0.2 * np.sin(2 * np.pi * 150 * k * time) / k for k in range(1, 8))
    soundfile.write(path, buzz.astype(np.float32), RATE_HZ, subtype="FLOAT")
    return path


def assert_same(one: Track, other: Track) -> None:
    torch.testing.assert_close(one.values, other.values)
    torch.testing.assert_close(one.spans, other.spans, equal_nan=True)


def test_a_sound_with_words_gives_the_rows_of_its_store(
    front_end: FrontEnd, tmp_path: Path
) -> None:
    path = write_wav(tmp_path / "a.wav", 2.0)
    whole = Clip("a", media={"audio": Source(path)}, text="I love this", start=0.0, end=2.0)
    (piece,) = pieces(front_end, Job("a", path=path, text="I love this"))
    held = stored(front_end, whole)
    assert_same(piece.sample["audio"], held["audio"])
    assert torch.equal(piece.sample["text"].values, held["text"].values)
    assert dict(piece.absent) == {"vision": "the file has no moving picture"}


def test_each_cue_gives_the_rows_of_its_own_clip(front_end: FrontEnd, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", 4.0)
    words = tmp_path / "a.srt"
    words.write_text(
        "1\n00:00:00,500 --> 00:00:01,500\nI love this\n\n"
        "2\n00:00:02,000 --> 00:00:03,000\nnot that\n"
    )
    found = pieces(front_end, Job("a", path=path, transcript=words))
    for piece, (start, text) in zip(found, ((0.5, "I love this"), (2.0, "not that")), strict=True):
        clip = Clip("c", media={"audio": Source(path)}, text=text, start=start, end=start + 1)
        held = stored(front_end, clip)
        assert_same(piece.sample["audio"], held["audio"])
        assert torch.equal(piece.sample["text"].values, held["text"].values)


def test_a_picture_gives_the_rows_of_its_store(front_end: FrontEnd, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    noise = np.random.default_rng(0).integers(0, 256, (60, 1400, 3)).astype(np.uint8)
    Image.fromarray(noise).save(path)
    (piece,) = pieces(front_end, Job("a", path=path))
    held = stored(front_end, Clip("a", media={"vision": Source(path)}))
    assert torch.equal(piece.sample["vision"].values, held["vision"].values)
    assert piece.thumbnail is not None


def write_film(path: Path, pictures: int, fps: int) -> Path:
    """A film of noise, so that its pictures are most of the file."""
    chance = np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(pictures):
            noise = chance.integers(0, 256, (48, 64, 3)).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(noise, "rgb24")))
        container.mux(stream.encode())
    return path


def test_a_film_gives_the_rows_of_its_store(front_end: FrontEnd, tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mp4", 20, 10)
    found = pieces(front_end, Job("a", path=path))
    held = stored(front_end, Clip("a", media={"vision": Source(path)}))
    rows = torch.cat([piece.sample["vision"].values for piece in found])
    assert torch.equal(rows, held["vision"].values)
    assert len(rows) == 8


def test_a_film_that_breaks_off_is_read_up_to_there(front_end: FrontEnd, tmp_path: Path) -> None:
    whole = write_film(tmp_path / "a.mkv", 80, 10).read_bytes()
    path = tmp_path / "cut.mkv"
    path.write_bytes(whole[: len(whole) // 2])
    reader = Reader(TrainedFront(front_end), Options(segment="windows"))
    reading = reader.open(Job("a", path=path))
    found = list(reader.pieces(reading))
    assert len(found[0].sample["vision"].mask) > 4
    assert reading.breaks_off is not None
    assert 2.0 < reading.breaks_off < 6.0


def test_silence_is_no_voice(front_end: FrontEnd, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(RATE_HZ, np.float32), RATE_HZ)
    for piece in pieces(front_end, Job("a", path=path)):
        assert piece.absent["audio"] == "silent"
        assert len(piece.sample["audio"].mask) == 0


def test_a_fault_in_an_extractor_is_a_fault_of_the_clip(
    front_end: FrontEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("no memory")

    monkeypatch.setattr(FrontEnd, "tracks", fails)
    with pytest.raises(DataError, match="a/0 cannot be read: no memory"):
        pieces(front_end, Job("a", text="I love this"))
