"""What flows through the house: Track, Sample, Batch, Prediction.

    Clip ──extract──▶ Sample ──collate──▶ Batch ──model──▶ Prediction

A modality that is missing is a track whose mask has no True: not a mode, not a folder,
not a special model. The set of modalities is open; `MODALITIES` is only the usual one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jaxtyping import Bool, Float, Int, Shaped
from torch import Tensor

MODALITIES = ("text", "audio", "vision")


@dataclass(frozen=True)
class Track:
    """One modality as a sequence of rows on the clip's clock.

    In a `Sample` the axes are (time, ...); in a `Batch` they are (batch, time, ...).

    Args:
        values: feature rows; padding may hold anything, even inf.
        mask: True where a row is real.
        spans: start and end of each row, in seconds from the start of the media; NaN
            where a row has no time (a still picture, a written sentence).
    """

    values: Shaped[Tensor, "*rows"]
    mask: Bool[Tensor, "*batch time"]
    spans: Float[Tensor, "*batch time 2"]


@dataclass(frozen=True)
class Tokens:
    """Subword ids, for models that train or carry a text encoder of their own.

    Args:
        ids: of the pieces; padding may hold any.
        mask: True where a piece is real.
        words: the word of the text, parted at spaces, that each piece is of; -1 for a special
            piece, which is of none. None where nobody asked.
        said: words of the whole text, those that were cut off included.
        cut: True for a text that was too long and lost its end.
    """

    ids: Int[Tensor, "*batch token"]
    mask: Bool[Tensor, "*batch token"]
    words: Int[Tensor, "*batch token"] | None = None
    said: Int[Tensor, "*batch"] | None = None
    cut: Bool[Tensor, "*batch"] | None = None


@dataclass(frozen=True)
class Sample:
    """One clip as tensors: one Track for each modality, always all of them.

    Args:
        id: the clip's id.
        tracks: modality to track, unbatched.
        target: what is to be predicted, (width) or a class index (); None when unknown.
        targets: further targets by name, such as unimodal labels; NaN where unknown.
        tokens: subword ids, only where an encoder reads them.
        group: dialogue, video or speaker that the clip belongs to.
        position: place within the dialogue.
        speaker: who speaks, where it is known.
    """

    id: str
    tracks: Mapping[str, Track]
    target: Tensor | None = None
    targets: Mapping[str, Tensor] = field(default_factory=dict)
    tokens: Tokens | None = None
    group: str | None = None
    position: int | None = None
    speaker: str | None = None

    def __getitem__(self, modality: str) -> Track:
        return self.tracks[modality]


@dataclass(frozen=True)
class Batch:
    """Samples side by side, padded at the end to the longest.

    Args:
        ids: the clips' ids.
        tracks: modality to track, batched.
        target: (batch, width) scores or (batch) class indices.
        targets: further targets by name.
        tokens: subword ids, only where an encoder reads them.
        rows: row of each clip in its split, for models that keep state by row.
        dialogues: dialogue of each clip.
        positions: place of each clip within its dialogue; -1 where unknown.
        speakers: who speaks in each clip, for models that read whole dialogues.
        weight: how much each clip counts in the loss; all alike where it is None.
    """

    ids: tuple[str, ...]
    tracks: Mapping[str, Track]
    target: Tensor | None = None
    targets: Mapping[str, Tensor] = field(default_factory=dict)
    tokens: Tokens | None = None
    rows: Int[Tensor, " batch"] | None = None
    dialogues: tuple[str | None, ...] = ()
    positions: Int[Tensor, " batch"] | None = None
    speakers: tuple[str | None, ...] = ()
    weight: Float[Tensor, " batch"] | None = None

    def __getitem__(self, modality: str) -> Track:
        return self.tracks[modality]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Prediction:
    """What a model says.

    Args:
        score: (batch, width): logits of the task's classes, or its regression score.
        parts: named tensors for the model's own losses, for plots and explanations.
    """

    score: Float[Tensor, "batch width"]
    parts: Mapping[str, Tensor] = field(default_factory=dict)
