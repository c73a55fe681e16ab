"""Batches that lose nobody and waste little; verdicts that follow from the numbers."""

import dataclasses
from pathlib import Path

import pytest
import torch

from tritone.analyze.analyzer import Analyzer, load, pooled
from tritone.analyze.front import Piece
from tritone.analyze.job import Job, Options
from tritone.analyze.judge import MOST_ROWS, MOST_SAMPLES, batches, is_torn
from tritone.analyze.reading import Reader
from tritone.analyze.result import Channel, SegmentResult
from tritone.core.batch import Sample
from tritone.core.collate import collate


@pytest.fixture(scope="module")
def analyzer(tiny_model: Path) -> Analyzer:
    return load(tiny_model, device="cpu")


def pieces_of(analyzer: Analyzer, *texts: str) -> list[Piece]:
    reader = Reader(analyzer.mind.front, Options())
    jobs = [Job("x", text=text, is_line=True) for text in texts]
    return [piece for job in jobs for piece in reader.pieces(reader.open(job))]


def sample(analyzer: Analyzer, words: int, seconds: float) -> Sample:
    rng = torch.Generator().manual_seed(words)
    time = torch.arange(round(seconds * 16_000)) / 16_000
    hum = sum(torch.sin(2 * torch.pi * 150 * k * time) / k for k in range(1, 8))
    sound = (0.1 * hum + 0.005 * torch.randn(len(time), generator=rng)).float().numpy()
    return analyzer.mind.front.preprocessor.sample(
        "x", text="love " * words or None, samples=sound if seconds else None
    )


def test_every_sample_is_in_exactly_one_batch(analyzer: Analyzer) -> None:
    samples = [sample(analyzer, n % 7, 0.3 * (n % 3)) for n in range(40)]
    groups = batches(samples)
    assert sorted(place for group in groups for place in group) == list(range(40))


def test_a_batch_has_one_set_of_channels_and_bounded_padding(analyzer: Analyzer) -> None:
    samples = [sample(analyzer, n % 7, 6.0 * (n % 2)) for n in range(24)]
    for group in batches(samples):
        chosen = [samples[place] for place in group]
        assert len({(len(s["text"].mask) > 0, len(s["audio"].mask) > 0) for s in chosen}) == 1
        assert len(chosen) <= MOST_SAMPLES
        if len(chosen) > 1:
            assert collate(chosen)["audio"].mask.numel() <= MOST_ROWS["audio"]


def test_alike_lengths_stand_together(analyzer: Analyzer) -> None:
    samples = [sample(analyzer, words, 0) for words in [50, 1] * 70]
    padded = sum(collate([samples[p] for p in g])["text"].mask.numel() for g in batches(samples))
    real = sum(len(s["text"].mask) for s in samples)
    assert padded < 1.5 * real


def test_a_piece_is_judged_the_same_alone_and_in_company(analyzer: Analyzer) -> None:
    pieces = pieces_of(analyzer, "I love this", "bad", "it is not good, it is bad, I hate it")
    together = dict(analyzer.mind.judge.segments(pieces))
    for place, piece in enumerate(pieces):
        alone = dict(analyzer.mind.judge.segments([piece]))[0]
        assert alone.valence == pytest.approx(together[place].valence, abs=1e-5)
        assert alone.text == together[place].text


def test_contributions_sum_to_the_valence(analyzer: Analyzer) -> None:
    both = dataclasses.replace(pieces_of(analyzer, "love")[0], sample=sample(analyzer, 3, 1.0))
    result = dict(analyzer.mind.judge.segments([both]))[0]
    shares = [c.contribution for c in result.modalities.values() if c.contribution is not None]
    assert len(shares) == 2
    assert sum(shares) == pytest.approx(result.valence, abs=1e-5)
    assert result.valence == pytest.approx(
        result.probabilities["positive"] - result.probabilities["negative"], abs=1e-5
    )


def test_each_word_has_a_valence_when_asked(analyzer: Analyzer) -> None:
    pieces = pieces_of(analyzer, "I love this", "")
    results = dict(analyzer.mind.judge.segments(pieces, words=True))
    assert results[0].highlights is not None
    assert len(results[0].highlights) == 3


@pytest.mark.parametrize(
    ("negative", "positive", "torn"),
    [(0.4, 0.4, True), (0.55, 0.30, True), (0.1, 0.8, False), (0.3, 0.1, False)],
)
def test_torn_is_when_the_prediction_set_holds_both_ends(
    negative: float, positive: float, torn: bool
) -> None:
    neutral = 1 - negative - positive
    shares = {"negative": negative, "neutral": neutral, "positive": positive}
    assert is_torn(shares) is torn


def segment(
    start: float | None, end: float | None, positive: float, *, heard: bool = True
) -> SegmentResult:
    shares = {"negative": 1 - positive, "neutral": 0.0, "positive": positive}
    channel = Channel(True, 0.0, 0.0) if heard else Channel(False, reason="silent")
    name = max(shares, key=lambda one: shares[one])
    valence = 2 * positive - 1
    return SegmentResult(
        start, end, None, name, valence, shares, {}, shares[name], {"audio": channel}
    )


def test_the_verdict_weighs_segments_by_their_length() -> None:
    verdict = pooled([segment(0.0, 3.0, 1.0), segment(3.0, 4.0, 0.0)])
    assert verdict is not None
    assert (verdict.sentiment, verdict.valence) == ("positive", pytest.approx(0.5))


def test_segments_without_times_weigh_alike() -> None:
    verdict = pooled([segment(None, None, 1.0), segment(None, None, 0.5)])
    assert verdict is not None
    assert verdict.valence == pytest.approx(0.5)


def test_a_segment_in_which_nothing_is_heard_does_not_count() -> None:
    verdict = pooled([segment(0.0, 1.0, 1.0), segment(1.0, 9.0, 0.0, heard=False)])
    assert verdict is not None
    assert verdict.valence == pytest.approx(1.0)
    assert pooled([segment(0.0, 1.0, 0.0, heard=False)]) is None
