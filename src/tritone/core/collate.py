"""From Samples to a Batch: padded at the end, side by side.

A track that no clip of the batch has still gets one row of padding, so that no model meets
an empty time axis. Padding is zeros with a False mask; a model may not depend on the zeros.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from tritone.core.batch import Batch, Sample, Tokens, Track
from tritone.core.errors import DataError


def collate(samples: Sequence[Sample], *, rows: Sequence[int] | None = None) -> Batch:
    """Put samples side by side; the values keep their type (faces stay uint8).

    Args:
        samples: at least one; all with the same modalities, rows of the same shape.
        rows: row of each sample in its split, for models that keep state by row.

    Raises:
        DataError: no sample, or samples that do not fit together.
    """
    if not samples:
        raise DataError("A batch needs at least one sample, got none.")
    names = list(samples[0].tracks)
    for sample in samples:
        if set(sample.tracks) != set(names):
            raise DataError(
                f"Sample {sample.id!r} has {', '.join(sample.tracks)}, the first one "
                f"{', '.join(names)}. A modality that is missing is a track without rows."
            )
    return Batch(
        ids=tuple(sample.id for sample in samples),
        tracks={name: pad_tracks(name, samples) for name in names},
        target=stack([sample.target for sample in samples], "target", samples),
        targets=stack_targets(samples),
        tokens=pad_tokens(samples),
        rows=None if rows is None else torch.tensor(list(rows), dtype=torch.long),
        dialogues=tuple(sample.group for sample in samples),
        positions=torch.tensor([-1 if s.position is None else s.position for s in samples]),
        speakers=tuple(sample.speaker for sample in samples),
    )


def missing_track(row: Sequence[int], dtype: torch.dtype = torch.float32) -> Track:
    """A modality that a clip does not have: no rows at all.

    Args:
        row: the shape that a row would have, such as (64,) or (48, 48).
        dtype: the type its values would have.
    """
    return Track(
        torch.zeros(0, *row, dtype=dtype), torch.zeros(0, dtype=torch.bool), torch.zeros(0, 2)
    )


def pad_tracks(name: str, samples: Sequence[Sample]) -> Track:
    """One modality of all samples, padded to the longest."""
    tracks = [sample[name] for sample in samples]
    first = tracks[0].values
    for sample, track in zip(samples, tracks, strict=True):
        row, dtype = track.values.shape[1:], track.values.dtype
        if row != first.shape[1:] or dtype != first.dtype:
            raise DataError(
                f"{name} of {sample.id!r} has rows {tuple(row)} of {dtype}, that of "
                f"{samples[0].id!r} {tuple(first.shape[1:])} of {first.dtype}."
            )
        if not track.values.shape[0] == track.mask.shape[0] == track.spans.shape[0]:
            raise DataError(
                f"{name} of {sample.id!r} has {len(track.values)} rows, {len(track.mask)} "
                f"of mask and {len(track.spans)} spans. They are one for each row."
            )
    return Track(
        values=pad([track.values for track in tracks], 0.0),
        mask=pad([track.mask for track in tracks], 0.0),
        spans=pad([track.spans for track in tracks], math.nan),
    )


def pad(tensors: Sequence[Tensor], fill: float) -> Tensor:
    """Tensors of different lengths as one, (batch, longest, ...), at least one row long."""
    padded = pad_sequence(list(tensors), batch_first=True, padding_value=fill)
    if padded.shape[1] == 0:
        padded = padded.new_full((len(tensors), 1, *padded.shape[2:]), fill)
    return padded


def pad_tokens(samples: Sequence[Sample]) -> Tokens | None:
    """The samples' tokens; None if not one of them has any."""
    if all(sample.tokens is None for sample in samples):
        return None
    none = Tokens(torch.zeros(0, dtype=torch.long), torch.zeros(0, dtype=torch.bool))
    tokens = [sample.tokens or none for sample in samples]
    # Facts that some texts lack are of no use for the batch.
    words = [t.words for t in tokens if t.words is not None]
    said = [t.said for t in tokens if t.said is not None]
    cut = [t.cut for t in tokens if t.cut is not None]
    return Tokens(
        pad([t.ids for t in tokens], 0.0),
        pad([t.mask for t in tokens], 0.0),
        pad(words, -1.0) if len(words) == len(tokens) else None,
        torch.stack(said) if len(said) == len(tokens) else None,
        torch.stack(cut) if len(cut) == len(tokens) else None,
    )


def stack_targets(samples: Sequence[Sample]) -> dict[str, Tensor]:
    """Every target that any sample has, by name."""
    names = dict.fromkeys(name for sample in samples for name in sample.targets)
    stacked = {name: stack([s.targets.get(name) for s in samples], name, samples) for name in names}
    return {name: target for name, target in stacked.items() if target is not None}


def stack(values: Sequence[Tensor | None], name: str, samples: Sequence[Sample]) -> Tensor | None:
    """One target of all samples; unknown where a sample lacks it, None where all do."""
    known = next((value for value in values if value is not None), None)
    if known is None:
        return None
    filled = [unknown_like(known) if value is None else value for value in values]
    for sample, value in zip(samples, filled, strict=True):
        if value.shape != known.shape or value.dtype != known.dtype:
            raise DataError(
                f"{name} of {sample.id!r} is {tuple(value.shape)} of {value.dtype}, others are "
                f"{tuple(known.shape)} of {known.dtype}."
            )
    return torch.stack(filled)


def unknown_like(target: Tensor) -> Tensor:
    """What stands for an unknown target: NaN, -1 for an index, False for a flag."""
    if target.dtype == torch.bool:
        return torch.zeros_like(target)
    return torch.full_like(target, math.nan if target.is_floating_point() else -1)
