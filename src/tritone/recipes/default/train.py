"""The three branches of the default model, each trained by the one loop."""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from tritone.core.batch import Batch, Tokens, Track
from tritone.core.labels import read_emotion
from tritone.features.preprocess import Preprocessor
from tritone.layers.augment import drop_tokens, vary_faces
from tritone.learn.loop import fit
from tritone.learn.settings import Fit
from tritone.models.branches import Branch, FaceBranch, TextBranch
from tritone.recipes.default.targets import emotion_targets, sentiment_targets

UNKNOWN = 1  # id of [UNK] in the pruned vocabulary


@dataclass(frozen=True)
class TextPlan:
    """One training of the text branch.

    Args:
        fit: how it is fitted; it is stopped where val was best.
        seed: decides order, hidden pieces and dropout.
        dropped: share of word pieces hidden in training.
        spoken: times that a MOSI sentence, of which there are few, is seen in an epoch.
    """

    fit: Fit
    seed: int
    dropped: float
    spoken: int


WORDS = Fit(epochs=5, lr=1.2e-3, weight_decay=0.01, average=0.999, half=True, stop=3)


@dataclass(frozen=True)
class Plan:
    """Everything that decides the default weights, apart from the data.

    Args:
        seed: decides first weights, order, augmentation and dropout of voice and face.
        texts: trainings of the text branch, whose weights are averaged (Wortsman et al. 2022,
            "Model soups", ICML): the first keeps more of MELD, the second of MOSI.
        face: how the face branch is fitted.
        statistics: how each statistics reader of voices is fitted.
        *_batch: clips in a batch.
    """

    seed: int = 0
    texts: tuple[TextPlan, ...] = (
        TextPlan(WORDS, seed=0, dropped=0.05, spoken=1),
        TextPlan(replace(WORDS, epochs=3), seed=1, dropped=0.1, spoken=3),
    )
    face: Fit = field(
        default_factory=lambda: Fit(epochs=32, lr=3e-3, weight_decay=0.05, average=0.998, half=True)
    )
    statistics: Fit = field(
        default_factory=lambda: Fit(epochs=120, lr=2e-3, weight_decay=0.01, warmup=0.3)
    )
    text_batch: int = 64
    statistics_batch: int = 64
    face_batch: int = 128


@dataclass(frozen=True)
class Rows:
    """A cached corpus: how to make a batch of some of its rows."""

    count: int
    batch: Callable[[np.ndarray, torch.Generator | None], Batch]
    lengths: np.ndarray | None = None


@dataclass(frozen=True)
class Cached:
    """The rows of one branch, with what is known of each: split, corpus, group."""

    rows: Rows
    splits: np.ndarray
    corpora: np.ndarray
    groups: np.ndarray


Judge = TypeVar("Judge", bound=Branch)


def train(
    branch: Judge,
    rows: Rows,
    chosen: np.ndarray,
    settings: Fit,
    *,
    size: int,
    seed: int,
    checkpoint: Path | None = None,
    watch: Callable | None = None,
) -> Judge:
    """Fit a branch on the chosen rows; each epoch's order and chance follow from the seed."""

    def batches(epoch: int) -> Iterator[Batch]:
        generator = torch.Generator().manual_seed(seed * 1000 + epoch)
        order = np.random.default_rng([seed, epoch]).permutation(chosen)
        for part in bucketed(order, rows.lengths, size, generator):
            yield rows.batch(part, generator)

    steps = len(chosen) // size
    for weight in branch.parameters():
        if weight.ndim == 4:  # convolutions run faster on a CPU with their channels last
            weight.data = weight.data.contiguous(memory_format=torch.channels_last)
    fitted = fit(branch, batches, steps, settings, seed=seed, checkpoint=checkpoint, watch=watch)
    return fitted.model.eval()


def bucketed(
    order: np.ndarray, lengths: np.ndarray | None, size: int, generator: torch.Generator
) -> list[np.ndarray]:
    """Whole batches of rows of like length, in random order; a rest shorter than one is left."""
    if lengths is not None:
        pool = size * 32
        order = np.concatenate(
            [
                part[np.argsort(lengths[part], kind="stable")]
                for part in (order[k : k + pool] for k in range(0, len(order), pool))
            ]
        )
    parts = [order[k * size : (k + 1) * size] for k in range(len(order) // size)]
    return [parts[k] for k in torch.randperm(len(parts), generator=generator).tolist()]


def text_rows(records: Sequence[dict], preprocessor: Preprocessor, dropped: float) -> Rows:
    """Rows of the cached texts: corpus, text, emotion, sentiment, score."""
    ids = preprocessor.pieces([r["text"] for r in records])
    emotions = [r["emotion"] and read_emotion(r["emotion"]) for r in records]
    corpora = [r["corpus"] for r in records]
    targets = emotion_targets(emotions, corpora) | sentiment_targets(
        emotions, [r["sentiment"] for r in records], [r["score"] for r in records], corpora
    )

    def batch(part: np.ndarray, generator: torch.Generator | None) -> Batch:
        longest = max(len(ids[k]) for k in part)
        pieces = torch.zeros(len(part), longest, dtype=torch.long)
        mask = torch.zeros(len(part), longest, dtype=torch.bool)
        for row, k in enumerate(part):
            pieces[row, : len(ids[k])] = torch.tensor(ids[k])
            mask[row, : len(ids[k])] = True
        if generator is not None:
            pieces = drop_tokens(pieces, dropped, UNKNOWN, generator)
        return labelled(part, {}, targets, Tokens(pieces, mask))

    return Rows(len(ids), batch, np.array([len(row) for row in ids]))


def voice_rows(cache: dict[str, np.ndarray]) -> Rows:
    """Rows of the cached voices: log-mel of each clip, one after the other."""
    emotions = [read_emotion(str(name)) for name in cache["emotion"]]
    targets = all_targets(emotions, "ravdess")
    ends = np.cumsum(cache["lengths"])
    columns = cache["rows"].shape[1]

    def batch(part: np.ndarray, generator: torch.Generator | None) -> Batch:
        longest = int(cache["lengths"][part].max())
        values = torch.zeros(len(part), longest, columns)
        mask = torch.zeros(len(part), longest, dtype=torch.bool)
        for row, k in enumerate(part):
            own = torch.from_numpy(cache["rows"][ends[k] - cache["lengths"][k] : ends[k]])
            values[row, : len(own)], mask[row, : len(own)] = own.float(), True
        return labelled(part, {"audio": timeless(values, mask)}, targets)

    return Rows(len(emotions), batch)


def face_rows(cache: dict[str, np.ndarray]) -> Rows:
    """Rows of the cached faces: one grey picture each."""
    emotions = [read_emotion(str(name)) for name in cache["emotion"]]
    targets = all_targets(emotions, "fer2013")
    pictures = torch.from_numpy(cache["pictures"])

    def batch(part: np.ndarray, generator: torch.Generator | None) -> Batch:
        faces = pictures[torch.from_numpy(part)].float()
        if generator is not None:
            faces = vary_faces(faces, generator)
        mask = torch.ones(len(part), 1, dtype=torch.bool)
        return labelled(part, {"vision": timeless(faces.unsqueeze(1), mask)}, targets)

    return Rows(len(emotions), batch)


def all_targets(emotions: Sequence[str], corpus: str) -> dict[str, Tensor]:
    """Both targets of a corpus that names emotions only."""
    nothing, corpora = [None] * len(emotions), [corpus] * len(emotions)
    return emotion_targets(emotions, corpora) | sentiment_targets(
        emotions, nothing, nothing, corpora
    )


def labelled(
    part: np.ndarray,
    tracks: dict[str, Track],
    targets: dict[str, Tensor],
    tokens: Tokens | None = None,
) -> Batch:
    """A batch of some rows, with their targets."""
    rows = torch.from_numpy(part)
    return Batch(
        tuple(str(k) for k in part),
        tracks,
        targets={name: value[rows] for name, value in targets.items()},
        tokens=tokens,
    )


def timeless(values: Tensor, mask: Tensor) -> Track:
    """A track whose rows have no place on a clock, for training."""
    return Track(values, mask, torch.full((*mask.shape, 2), math.nan))


def new_text(config: dict, weights: dict[str, Tensor]) -> TextBranch:
    """A text branch that starts from a sentence encoder."""
    branch = TextBranch(config)
    branch.encoder.load_state_dict(weights)
    return branch


def new_face(seed: int) -> FaceBranch:
    """A face branch with random first weights."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return FaceBranch()


def read_cache(work: Path, name: str) -> dict[str, np.ndarray]:
    """A cached corpus of arrays, as `prepare` wrote it."""
    with np.load(work / f"{name}.npz", allow_pickle=False) as arrays:
        return {key: arrays[key] for key in arrays.files}


def read_texts(work: Path) -> list[dict]:
    """The cached texts, as `prepare` wrote them."""
    return json.loads((work / "text.json").read_text(encoding="utf-8"))
