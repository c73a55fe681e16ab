"""What a model says of a corpus's clips, batch by batch, in the order of the clips."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from tritone.core.batch import Batch, Sample, Tokens, Track
from tritone.core.clip import Clip
from tritone.core.collate import collate
from tritone.core.errors import DataError, MediaError
from tritone.core.labels import EMOTIONS, SENTIMENTS
from tritone.features.clips import sample_of_clip
from tritone.features.preprocess import Preprocessor
from tritone.models.base import FusionModel

WINDOW = 512  # clips held as tensors at once, sorted by length before they are batched
ROWS = 12_000  # padded rows of all tracks together in one batch
LARGEST = 64  # clips in one batch

Tell = Callable[[str, float], None]


@runtime_checkable
class Trained(Protocol):
    """A model that is ready to be asked, with its front ends, as `tritone.learn` loads it."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def model(self) -> FusionModel: ...
    @property
    def preprocessor(self) -> Preprocessor: ...


@dataclass(frozen=True)
class Failed:
    """A clip that could not be read, and why."""

    id: str
    path: str
    error: str


@dataclass(frozen=True)
class Answers:
    """What a model said of the clips that could be read.

    Args:
        clips: those clips, in the corpus's order.
        emotions: probabilities of the shared emotions; None if the model names none.
        sentiments: probabilities of negative, neutral, positive.
        valence: (clips), in [-1, 1].
        failed: the clips that could not be read.
        silent: how many of `clips` held nothing at all to judge by.
    """

    clips: tuple[Clip, ...]
    emotions: Float[np.ndarray, "clip emotion"] | None
    sentiments: Float[np.ndarray, "clip sentiment"]
    valence: Float[np.ndarray, " clip"]
    failed: tuple[Failed, ...] = ()
    silent: int = 0


def predict(trained: Trained, clips: Sequence[Clip], tell: Tell | None = None) -> Answers:
    """Ask the model about every clip; one that cannot be read does not stop the others.

    Args:
        trained: the model and its front ends.
        clips: what to ask about.
        tell: called with the clip at hand and the share that is done, 0 to 1.

    Raises:
        DataError: not one clip can be read.
    """
    read: list[Clip] = []
    failed: list[Failed] = []
    said: list[dict[str, Tensor]] = []
    silent = 0
    for start in range(0, len(clips), WINDOW):
        window = clips[start : start + WINDOW]
        samples = []
        for clip in window:
            try:
                samples.append(sample_of_clip(trained.preprocessor, clip))
                read.append(clip)
            except MediaError as error:
                failed.append(Failed(clip.id, path_of(clip), str(error)))
            if tell is not None:
                tell(clip.id, (start + len(samples)) / len(clips))
        silent += sum(length_of(sample) == 0 for sample in samples)
        said.append(ask(trained, samples))
    if not read:
        first = failed[0].error if failed else "there is none."
        raise DataError(f"Not one of {len(clips)} clips can be read. The first: {first}")
    whole = {name: torch.cat([part[name] for part in said]).numpy() for name in said[0]}
    return Answers(
        tuple(read),
        whole.get("emotions"),
        whole["sentiments"],
        whole["valence"],
        tuple(failed),
        silent,
    )


@torch.inference_mode()
def ask(trained: Trained, samples: Sequence[Sample]) -> dict[str, Tensor]:
    """Emotions, sentiments and valence of samples, in their order; float64 on the CPU."""
    device = next(trained.model.parameters()).device
    order, parts = [], []
    for rows in batches([length_of(sample) for sample in samples]):
        prediction = trained.model(on_device(collate([samples[row] for row in rows]), device))
        sentiments = prediction.score.double().softmax(dim=1)
        part = {"sentiments": sentiments, "valence": sentiments[:, 2] - sentiments[:, 0]}
        for name in ("emotions", "valence"):
            if name in prediction.parts:
                part[name] = prediction.parts[name].double()
        parts.append({name: value.cpu() for name, value in part.items()})
        order += rows
    if not parts:
        none = {"emotions": len(EMOTIONS), "sentiments": len(SENTIMENTS)}
        empty = {name: torch.zeros(0, width, dtype=torch.float64) for name, width in none.items()}
        return {**empty, "valence": torch.zeros(0, dtype=torch.float64)}
    back = torch.tensor(order).argsort()
    return {name: torch.cat([part[name] for part in parts])[back] for name in parts[0]}


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows of similar length together, so that little is padding."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: lengths[row]):
        if batch and (len(batch) == LARGEST or (len(batch) + 1) * lengths[row] > ROWS):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def length_of(sample: Sample) -> int:
    """Real rows of all tracks together, or word pieces where there are more."""
    rows = sum(int(track.mask.sum()) for track in sample.tracks.values())
    return max(rows, len(sample.tokens.ids) if sample.tokens is not None else 0)


def on_device(batch: Batch, device: torch.device) -> Batch:
    """The batch with its tracks and tokens where the model is."""
    tracks = {
        name: Track(track.values.to(device), track.mask.to(device), track.spans.to(device))
        for name, track in batch.tracks.items()
    }
    tokens = batch.tokens
    if tokens is not None:
        tokens = Tokens(tokens.ids.to(device), tokens.mask.to(device))
    return replace(batch, tracks=tracks, tokens=tokens)


def path_of(clip: Clip) -> str:
    """Where a clip's media lie, or its id where it has none."""
    return str(next(iter(clip.media.values()), clip.id))
