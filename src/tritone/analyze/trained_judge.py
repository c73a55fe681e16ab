"""From pieces to segment results by any trained model: asked with every group of its channels.

pieces ─▶ batches ─┬─ all channels ──────▶ the verdict
                   ├─ each alone ────────▶ what it says itself, and conflict
                   ├─ every group ───────▶ Shapley shares
                   └─ none ──────────────▶ what the model says having heard nothing
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import torch
from torch import Tensor

from tritone.analyze.front import Piece
from tritone.analyze.judge import QUARREL, batches, is_torn
from tritone.analyze.meaning import Meaning, Verdict, unknown_shares
from tritone.analyze.result import Channel, SegmentResult
from tritone.analyze.trained_front import TrainedFront
from tritone.core.batch import MODALITIES, Batch, Sample
from tritone.core.collate import collate
from tritone.core.errors import ModelError
from tritone.core.task import Classes
from tritone.explain.shapley import conflict, shares
from tritone.explain.words import word_valences
from tritone.learn.devices import moved
from tritone.learn.trained import Trained

# 2^k answers are asked for k channels.
MOST_CHANNELS = 8

Heard = Mapping[tuple[str, ...], Tensor]


@dataclass(frozen=True)
class TrainedJudge:
    """Asks a trained model about pieces.

    Args:
        trained: the model, in evaluation mode.
        front: makes samples of single texts, for the valence of words.
        meaning: what its answers mean.
        device: where the model lies.

    Raises:
        ModelError: it reads more channels than can be asked apart.
    """

    trained: Trained
    front: TrainedFront
    meaning: Meaning
    device: torch.device

    def __post_init__(self) -> None:
        if len(self.names) > MOST_CHANNELS:
            raise ModelError(
                f"{self.trained.folder} reads {len(self.names)} channels; at most {MOST_CHANNELS} "
                "can be told apart."
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The channels that the model reads."""
        return tuple(self.trained.model.dims)

    @property
    def keeps_clips_whole(self) -> bool:
        """Whether the segments of a clip must be asked about together."""
        return self.trained.model.reads_dialogues

    @torch.inference_mode()
    def segments(
        self, pieces: Sequence[Piece], *, words: bool = False
    ) -> Iterator[tuple[int, SegmentResult]]:
        """The place and the result of each piece, in the order of the batches.

        Args:
            pieces: any number, of any clips.
            words: also give the valence of each word; costs an answer for each.
        """
        samples = [piece.sample for piece in pieces]
        for places in whole_clips(samples) if self.keeps_clips_whole else batches(samples):
            chosen = [pieces[place] for place in places]
            yield from zip(places, self._judge(chosen, words=words), strict=True)

    @torch.inference_mode()
    def prior(self) -> Verdict:
        """What the model says having heard nothing."""
        nothing = Sample("", dict(self.front.none))
        return self.meaning.verdicts(self._answer(self._batch([nothing], [None])))[0]

    def _judge(self, pieces: Sequence[Piece], *, words: bool) -> list[SegmentResult]:
        batch = self._batch([one.sample for one in pieces], [one.segment.text for one in pieces])
        known = {name: batch[name].mask.any(dim=1) for name in self.names}
        present = {name: real.cpu() for name, real in known.items() if bool(real.any())}
        heard = self._heard(batch, tuple(present))
        verdicts = self.meaning.verdicts(heard[tuple(present)])
        channels = self._channels(pieces, present, heard, verdicts)
        highlights = self._highlights(pieces) if words else [None] * len(pieces)
        quarrel = self._conflict(heard, present, len(pieces))
        return [
            _segment(piece, verdict, channel, apart, highlight)
            for piece, verdict, channel, apart, highlight in zip(
                pieces, verdicts, channels, quarrel, highlights, strict=True
            )
        ]

    def _batch(self, samples: Sequence[Sample], texts: Sequence[str | None]) -> Batch:
        batch = collate(samples)
        if self.trained.model.reads_tokens:
            batch = replace(batch, tokens=self.trained.model.tokens(texts))
        return self.trained.normaliser(moved(batch, self.device))

    def _heard(self, batch: Batch, names: tuple[str, ...]) -> Heard:
        """The answers with every group of the channels; with none of them, too."""
        return {
            group: self._answer(only(batch, group))
            for size in range(len(names) + 1)
            for group in combinations(names, size)
        }

    def _answer(self, batch: Batch) -> Tensor:
        """Decoded answers, (clip, answer), as sure as val says that the model may be."""
        task = self.trained.task
        score = self.trained.model(batch).score.double().cpu()
        if isinstance(task, Classes) and self.trained.temperature is not None:
            score = score / self.trained.temperature
        said = task.decode(score)
        return said if said.ndim == 2 else said.unsqueeze(1)

    def _channels(
        self,
        pieces: Sequence[Piece],
        present: Mapping[str, Tensor],
        heard: Heard,
        verdicts: Sequence[Verdict],
    ) -> list[dict[str, Channel]]:
        """Each piece's channels: what each says alone, and what it adds."""
        found = [self._absent(piece) for piece in pieces]
        worth = {group: self._worth(said, verdicts) for group, said in heard.items()}
        added = shares(tuple(present), worth)
        for name, real in present.items():
            alone = self.meaning.verdicts(heard[(name,)])
            rows = zip(found, real.tolist(), alone, added[name].tolist(), strict=True)
            for channels, is_present, own, share in rows:
                if is_present:
                    is_valence = own.valence is not None
                    channels[name] = Channel(
                        True,
                        own.valence,
                        share if is_valence else None,
                        emotions=own.emotions or None,
                        share=None if is_valence else share,
                    )
        return found

    def _absent(self, piece: Piece) -> dict[str, Channel]:
        """All channels as absent: the usual three, and the model's own."""
        names = dict.fromkeys((*MODALITIES, *self.names))
        reasons = {name: piece.absent.get(name, "nothing to read") for name in names}
        return {name: Channel(False, reason=reason) for name, reason in reasons.items()}

    def _worth(self, said: Tensor, verdicts: Sequence[Verdict]) -> Tensor:
        """The valence of each answer; else its score, or the probability of the named label."""
        valence, task = self.meaning.valence(said), self.trained.task
        if valence is not None:
            return valence
        if not isinstance(task, Classes):
            return said[:, 0]
        label = [task.names.index(one.target["label"]) for one in verdicts]
        return said[torch.arange(len(label)), torch.tensor(label)]

    def _conflict(self, heard: Heard, present: Mapping[str, Tensor], count: int) -> list[float]:
        """How far apart the channels stand; 0 where their answers are no valences."""
        valences = {name: self.meaning.valence(heard[(name,)]) for name in present}
        known = {name: value for name, value in valences.items() if value is not None}
        return conflict(known, present).tolist() if known else [0.0] * count

    def _highlights(self, pieces: Sequence[Piece]) -> list[tuple[float, ...] | None]:
        """How far each word of each text moves its valence."""
        is_read = "text" in self.front.channels.values()
        if not is_read or not self.meaning.has_valence:
            return [None] * len(pieces)
        texts = [piece.segment.text or "" for piece in pieces]
        nothing = self.prior().valence or 0.0
        return [
            found or None for found in word_valences(self._text_valence, texts, nothing=nothing)
        ]

    def _text_valence(self, texts: Sequence[str]) -> Tensor:
        samples = [self.front.text_sample(text) for text in texts]
        valence = self.meaning.valence(self._answer(self._batch(samples, texts)))
        return torch.zeros(len(texts)) if valence is None else valence


def only(batch: Batch, names: Sequence[str]) -> Batch:
    """The batch in which no other channel than these says anything."""
    tracks = {
        name: track if name in names else replace(track, mask=torch.zeros_like(track.mask))
        for name, track in batch.tracks.items()
    }
    tokens = batch.tokens
    if tokens is not None and "text" not in names:
        tokens = replace(tokens, mask=torch.zeros_like(tokens.mask))
    return replace(batch, tracks=tracks, tokens=tokens)


def whole_clips(samples: Sequence[Sample]) -> list[list[int]]:
    """The places of each clip's samples, together and in their order."""
    clips: dict[str | None, list[int]] = {}
    for place, sample in enumerate(samples):
        clips.setdefault(sample.group, []).append(place)
    return list(clips.values())


def _segment(
    piece: Piece,
    verdict: Verdict,
    channels: dict[str, Channel],
    apart: float,
    highlights: tuple[float, ...] | None,
) -> SegmentResult:
    if not any(channel.present for channel in channels.values()):
        # Having heard nothing the model would still answer; that is no reading of the clip.
        verdict = Verdict(None, None, unknown_shares(), {}, None, {})
    sides = {name: p for name, p in verdict.probabilities.items() if p is not None}
    return SegmentResult(
        start=piece.segment.start,
        end=piece.segment.end,
        text=piece.segment.text,
        sentiment=verdict.sentiment,
        valence=verdict.valence,
        probabilities=verdict.probabilities,
        emotions=verdict.emotions,
        confidence=verdict.confidence,
        modalities=channels,
        conflict=apart,
        mixed=apart >= QUARREL or bool(sides and is_torn(sides)),
        speaker=piece.segment.speaker,
        words=piece.segment.words,
        highlights=highlights,
        thumbnail=piece.thumbnail,
        target=verdict.target or None,
    )
