"""From pieces to segment results: batches of like length, judged, and put into words.

pieces ─ by channels and length ─▶ batches ─▶ opinions ─┬─ fused ────────┐
                                                         ├─ contributions ├─▶ SegmentResult
                                                         └─ conflict ─────┘
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from tritone.analyze.front import Piece
from tritone.analyze.result import Channel, SegmentResult
from tritone.core.batch import Prediction, Sample
from tritone.core.collate import collate
from tritone.core.labels import EMOTIONS, SENTIMENTS
from tritone.explain.shapley import conflict, contributions
from tritone.explain.words import word_valences
from tritone.features.preprocess import Preprocessor
from tritone.learn.devices import moved
from tritone.models.tritone import Opinion, TritoneModel

# Rows that one batch may hold, padding counted: they bound the memory of a forward pass.
MOST_ROWS = {"text": 2048, "audio": 2048, "vision": 256}
MOST_SAMPLES = 64
# Channels that differ by half of the whole range quarrel.
QUARREL = 0.5
# The prediction set: the fewest sentiments that hold this much of the probability.
COVERAGE = 0.8


@dataclass(frozen=True)
class Judge:
    """Asks one model about pieces.

    Args:
        model: in evaluation mode.
        preprocessor: makes samples of single texts, for the valence of words.
        device: where the model lies.
        keeps_clips_whole: whether the segments of a clip must be asked about together.
    """

    model: TritoneModel
    preprocessor: Preprocessor
    device: torch.device
    keeps_clips_whole: bool = False

    @torch.inference_mode()
    def segments(
        self, pieces: Sequence[Piece], *, words: bool = False
    ) -> Iterator[tuple[int, SegmentResult]]:
        """The place and the result of each piece, in the order of the batches.

        Args:
            pieces: any number, of any clips.
            words: also give the valence of each word; costs a forward pass for each.
        """
        for places in batches([piece.sample for piece in pieces]):
            chosen = [pieces[place] for place in places]
            yield from zip(places, self._judge(chosen, words=words), strict=True)

    def _judge(self, pieces: Sequence[Piece], *, words: bool) -> list[SegmentResult]:
        batch = moved(collate([piece.sample for piece in pieces]), self.device)
        known = self.model.present(batch)
        # A branch that has nothing to read is not asked; without any, the prior needs one.
        present = {name: real for name, real in known.items() if real.any()} or known
        opinions = {
            name: self.model.judge(name, self.model.branch(name)(batch)) for name in present
        }
        fused = self.model.combine(opinions, present)
        valences = {name: opinion.valence for name, opinion in opinions.items()}
        shares = contributions(self.model, opinions, present)
        quarrel = conflict(valences, present)
        highlights = self._highlights(pieces) if words else [None] * len(pieces)
        channels = _channels(known, opinions, valences, shares, pieces)
        rows = _rows(fused, quarrel)
        return [
            _segment(piece, row, channel, highlight)
            for piece, row, channel, highlight in zip(
                pieces, rows, channels, highlights, strict=True
            )
        ]

    def _highlights(self, pieces: Sequence[Piece]) -> list[tuple[float, ...] | None]:
        texts = [piece.segment.text or "" for piece in pieces]
        nothing = self.model.prior_valence
        return [
            found or None for found in word_valences(self._text_valence, texts, nothing=nothing)
        ]

    def _text_valence(self, texts: Sequence[str]) -> Tensor:
        samples = [self.preprocessor.sample("", text=text) for text in texts]
        batch = moved(collate(samples), self.device)
        return self.model(batch).parts["valence"].cpu()


def batches(samples: Sequence[Sample]) -> list[list[int]]:
    """Places of the samples, grouped: the same channels, like lengths, bounded padding."""
    lengths = [
        {
            name: len(track.mask) if name != "text" or s.tokens is None else len(s.tokens.ids)
            for name, track in s.tracks.items()
        }
        for s in samples
    ]

    def kind(place: int) -> tuple[tuple[bool, ...], tuple[int, ...]]:
        sizes = tuple(lengths[place].values())
        return tuple(size > 0 for size in sizes), tuple(reversed(sizes))

    groups: list[list[int]] = []
    for place in sorted(range(len(samples)), key=kind):
        group = groups[-1] if groups else []
        if not group or kind(group[0])[0] != kind(place)[0] or not _fits(group, place, lengths):
            groups.append([place])
        else:
            group.append(place)
    return groups


def _fits(group: list[int], place: int, lengths: Sequence[Mapping[str, int]]) -> bool:
    count = len(group) + 1
    return count <= MOST_SAMPLES and all(
        count * max(lengths[place][name], *(lengths[one][name] for one in group)) <= most
        for name, most in ((name, MOST_ROWS.get(name, 2048)) for name in lengths[place])
    )


@dataclass(frozen=True)
class _Row:
    """What is fused of one segment, as plain numbers."""

    probabilities: dict[str, float]
    emotions: dict[str, float]
    valence: float
    conflict: float


def _rows(fused: Prediction, quarrel: Tensor) -> list[_Row]:
    shares = fused.score.float().exp().tolist()
    emotions = fused.parts["emotions"].float().tolist()
    valences, quarrels = fused.parts["valence"].tolist(), quarrel.tolist()
    return [
        _Row(
            dict(zip(SENTIMENTS, share, strict=True)),
            dict(zip(EMOTIONS, emotion, strict=True)),
            valence,
            apart,
        )
        for share, emotion, valence, apart in zip(shares, emotions, valences, quarrels, strict=True)
    ]


def _channels(
    known: Mapping[str, Tensor],
    opinions: Mapping[str, Opinion],
    valences: Mapping[str, Tensor],
    shares: Mapping[str, Tensor],
    pieces: Sequence[Piece],
) -> list[dict[str, Channel]]:
    """Each piece's channels; numbers leave the tensors once for the whole batch."""
    found: list[dict[str, Channel]] = [
        {name: Channel(False, reason=piece.absent.get(name, "nothing to read")) for name in known}
        for piece in pieces
    ]
    for name, opinion in opinions.items():
        columns = known[name], valences[name], shares[name], opinion.emotions.exp()
        rows = zip(*(column.tolist() for column in columns), strict=True)
        for channels, (is_present, valence, share, felt) in zip(found, rows, strict=True):
            if is_present:
                emotions: dict[str, float] = dict(zip(EMOTIONS, felt, strict=True))
                channels[name] = Channel(True, valence, share, emotions=emotions)
    return found


def _segment(
    piece: Piece,
    row: _Row,
    channels: dict[str, Channel],
    highlights: tuple[float, ...] | None,
) -> SegmentResult:
    is_empty = not any(channel.present for channel in channels.values())
    ranked = max(row.probabilities, key=row.probabilities.__getitem__)
    sentiment = "neutral" if is_empty else ranked  # with nothing to read all three are even
    return SegmentResult(
        start=piece.segment.start,
        end=piece.segment.end,
        text=piece.segment.text,
        sentiment=sentiment,
        valence=row.valence,
        probabilities=row.probabilities,
        emotions=row.emotions,
        confidence=row.probabilities[sentiment],
        modalities=channels,
        conflict=row.conflict,
        mixed=not is_empty and (row.conflict >= QUARREL or is_torn(row.probabilities)),
        speaker=piece.segment.speaker,
        words=piece.segment.words,
        highlights=highlights,
        thumbnail=piece.thumbnail,
    )


def is_torn(probabilities: Mapping[str, float]) -> bool:
    """Whether the fewest sentiments that hold `COVERAGE` are both negative and positive."""
    ranked = sorted(probabilities, key=probabilities.__getitem__, reverse=True)
    held, covered = set(), 0.0
    for name in ranked:
        if covered >= COVERAGE:
            break
        held.add(name)
        covered += probabilities[name]
    return {"negative", "positive"} <= held
