"""A clip's segments on one clock: each holds its own sound, its own words, nothing of another's."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tritone.analyze.analyzer import Analyzer, load
from tritone.analyze.front import SILENT, Piece, is_silent
from tritone.analyze.job import Job, Options
from tritone.analyze.reading import Reader

RATE_HZ = 16_000
CUES = """1
00:00:00,000 --> 00:00:04,000
long

2
00:00:01,000 --> 00:00:02,000
short

3
00:00:03,000 --> 00:00:05,000
last
"""


@pytest.fixture(scope="module")
def analyzer(tiny_model: Path) -> Analyzer:
    return load(tiny_model, device="cpu")


def pieces(analyzer: Analyzer, job: Job, **options: object) -> list[Piece]:
    reader = Reader(analyzer.mind.front, Options(**options))  # type: ignore[arg-type]
    return list(reader.pieces(reader.open(job)))


def buzz(seconds: float) -> np.ndarray:
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (0.3 * np.sin(2 * np.pi * 200 * time) * (1.1 + np.sin(2 * np.pi * 3 * time))) / 2


def test_overlapping_cues_each_hear_their_own_time(analyzer: Analyzer, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "talk.wav", buzz(6.0), RATE_HZ)
    (tmp_path / "talk.srt").write_text(CUES)
    job = Job("talk", path=tmp_path / "talk.wav", transcript=tmp_path / "talk.srt")
    found = pieces(analyzer, job)
    assert [piece.segment.text for piece in found] == ["long", "short", "last"]
    for piece in found:
        spans = piece.sample["audio"].spans
        start, end = piece.segment.start, piece.segment.end
        assert start is not None and end is not None
        assert spans.min() >= start - 1e-3
        assert spans.max() <= end + 0.1


def test_sound_in_memory_is_cut_where_the_file_is(analyzer: Analyzer, tmp_path: Path) -> None:
    samples = buzz(6.0).astype(np.float32)
    soundfile.write(tmp_path / "talk.wav", samples, RATE_HZ, subtype="FLOAT")
    from_file = pieces(analyzer, Job("a", path=tmp_path / "talk.wav"), segment="windows")
    from_array = pieces(analyzer, Job("b", audio=(samples, RATE_HZ)), segment="windows")
    assert len(from_file) == len(from_array) == 2
    for one, other in zip(from_file, from_array, strict=True):
        assert one.sample["audio"].values.equal(other.sample["audio"].values)


def test_a_channel_is_either_there_or_says_why_not(analyzer: Analyzer) -> None:
    jobs = [Job("t", text="good"), Job("a", audio=(buzz(3.0), RATE_HZ)), Job("e", text="")]
    for job in jobs:
        for piece in pieces(analyzer, job):
            is_there = {name for name in ("audio", "vision") if bool(piece.sample[name].mask.any())}
            if piece.sample.tokens is not None and bool(piece.sample.tokens.mask.any()):
                is_there.add("text")
            assert is_there | set(piece.absent) == {"text", "audio", "vision"}
            assert not is_there & set(piece.absent)


@pytest.mark.parametrize(
    ("level", "silent"), [(0.0, True), (SILENT / 2, True), (SILENT * 2, False)]
)
def test_silence_is_where_no_sample_rises_above_rounding(level: float, silent: bool) -> None:
    samples = np.full(100, level, np.float32)
    assert is_silent(samples) is silent
    assert is_silent(-samples) is silent
    assert is_silent(samples[:0])


def test_a_voice_below_the_rounding_is_silent_however_clear(analyzer: Analyzer) -> None:
    loud, faint = (
        pieces(analyzer, Job("a", audio=(level * buzz(3.0), RATE_HZ)), segment="windows")[0]
        for level in (1.0, SILENT / 2)
    )
    assert "audio" not in loud.absent
    assert faint.absent["audio"] == "silent"
