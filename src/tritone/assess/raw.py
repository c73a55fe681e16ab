"""A corpus of media as a store of clips that are read, but that no rows are made of yet.

    clip ─ read ─ damage ─ rows ─ model      words are lost, the sound gets noisy, faces are hidden

So a model that reads media is studied as any training is, under damage as it happens to media.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from tritone.assess.curves import ALL, LOUDNESS, Curve
from tritone.assess.predict import Trained, ask
from tritone.assess.robustness import Measure
from tritone.core.batch import Sample
from tritone.core.clip import Clip, Word
from tritone.core.errors import MediaError
from tritone.core.parts import Layout, Rows
from tritone.core.store import Store
from tritone.core.task import Classes
from tritone.datasets.corpus import Corpus
from tritone.features.clips import Read, read_clip
from tritone.features.damage.chance import uniform
from tritone.features.damage.pictures import Occlude, place_of
from tritone.features.damage.raw import DeleteWords, Hiss
from tritone.features.extractor import Material

MOST = 200  # clips that a study asks about
KEPT = 1024  # clips that are held as they were read
FIELDS = {"text": "text", "audio": "samples", "vision": "faces"}

Restrict = Callable[[dict[str, Tensor]], np.ndarray]


@dataclass(frozen=True)
class Raw(Sample):
    """A clip that was read.

    Args:
        read: its words, sound and face.
    """

    read: Read = field(default_factory=Read)


class Shelf(Store):
    """The clips of a corpus, each read when it is first asked for.

    Args:
        corpus: its default target is what is predicted.
        trained: whose settings its media are read with.
    """

    def __init__(self, corpus: Corpus, trained: Trained) -> None:
        self.folder = Path(corpus.name)
        self.target = corpus.default_target
        self.kind = Classes(corpus.classes[self.target])
        channels = [channel for channel in FIELDS if channel in corpus.modalities]
        rows = {channel: Rows((1,)) for channel in channels}
        self.layout = Layout(rows, {self.target: self.kind})
        self.provenance = {"corpus": corpus.name}
        self.clips = [c for c in corpus.clips if c.labels.get(self.target) in self.kind.names]
        self.ids = [clip.id for clip in self.clips]
        self.splits = [clip.split for clip in self.clips]
        self.read = lru_cache(KEPT)(lambda row: read_or_nothing(trained, self.clips[row]))

    @property
    def task(self) -> Classes:
        """The corpus's classes."""
        return self.kind

    def __getitem__(self, row: int) -> Sample:
        return Raw(self.ids[row], {}, self.target_of(row), read=self.read(row))

    def target_of(self, row: int) -> Tensor | None:
        """The place of a clip's class."""
        return torch.tensor(self.kind.names.index(str(self.clips[row].labels[self.target])))

    def clip(self, row: int) -> Clip:
        """The clip itself."""
        return self.clips[row]


def read_or_nothing(trained: Trained, clip: Clip) -> Read:
    """What is read of a clip; one that cannot be read, which the report names, holds nothing."""
    try:
        return read_clip(trained.preprocessor, clip)
    except MediaError:
        return Read()


@dataclass(frozen=True)
class Asked:
    """A model that reads media, asked about the clips of a shelf.

    Args:
        trained: the model and its front ends.
        task: the corpus's classes.
        target: what is predicted.
        restrict: from what the model says to probabilities of these classes.
    """

    trained: Trained
    task: Classes
    target: str
    restrict: Restrict

    @property
    def name(self) -> str:
        """Of the model."""
        return self.trained.name

    def predict(self, store: Store, rows: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """What it says of some clips, and what is true."""
        raw = [store[row] for row in rows]
        samples = [made_of(one, self.trained) for one in raw]
        true = [one.target for one in raw if one.target is not None]
        return self.restrict(ask(self.trained, samples)), torch.stack(true).numpy()


def made_of(sample: Sample, trained: Trained) -> Sample:
    """The rows that a model makes of a clip that was read."""
    read = sample.read if isinstance(sample, Raw) else Read()
    return read.sample(trained.preprocessor, sample.id)


@dataclass(frozen=True)
class Only:
    """Lose every channel but some."""

    channels: tuple[str, ...]

    def __call__(self, sample: Sample, seed: int) -> Sample:
        return changed(sample, {c: None for c in FIELDS if c not in self.channels})


@dataclass(frozen=True)
class Lose:
    """Lose whole channels, each by itself with a probability; one always stays."""

    rate: float

    def __call__(self, sample: Sample, seed: int) -> Sample:
        if not isinstance(sample, Raw):
            return sample
        held = [c for c, name in FIELDS.items() if getattr(sample.read, name) is not None]
        chance = {c: float(uniform(sample.id, seed, f"lose/{c}", 1)[0]) for c in held}
        lost = [c for c in held if chance[c] < self.rate]
        if lost and len(lost) == len(held):
            lost.remove(max(held, key=lambda c: chance[c]))
        return changed(sample, dict.fromkeys(lost))


@dataclass(frozen=True)
class Unsaid:
    """Lose words here and there."""

    rate: float

    def __call__(self, sample: Sample, seed: int) -> Sample:
        if not isinstance(sample, Raw) or sample.read.text is None:
            return sample
        words = tuple(Word(one, math.nan, math.nan) for one in sample.read.text.split())
        heard = DeleteWords(self.rate)(Material(sample.id, sample.read.text, words), seed)
        return changed(sample, {"text": heard.text})


@dataclass(frozen=True)
class Noisy:
    """White noise over the sound, so loud beside it."""

    loud: float

    def __call__(self, sample: Sample, seed: int) -> Sample:
        if not isinstance(sample, Raw) or sample.read.samples is None:
            return sample
        sound = sample.read.samples.astype(np.float32)
        heard = Hiss(LOUDNESS[self.loud])(Material(sample.id, sound=sound), seed)
        return changed(sample, {"audio": heard.sound})


@dataclass(frozen=True)
class Hidden:
    """A grey square over so much of the face."""

    share: float

    def __call__(self, sample: Sample, seed: int) -> Sample:
        faces = sample.read.faces if isinstance(sample, Raw) else None
        if faces is None or not len(faces):
            return sample
        place, damage = place_of(sample.id, seed), Occlude(self.share)
        return changed(
            sample, {"vision": np.stack([damage.picture(face, place) for face in faces])}
        )


def changed(sample: Sample, channels: Mapping[str, object]) -> Sample:
    """The clip with other channels."""
    if not isinstance(sample, Raw):
        return sample
    named = {FIELDS[channel]: value for channel, value in channels.items()}
    return replace(sample, read=replace(sample.read, **named))


def curves_of_media(measure: Measure) -> Iterator[Curve]:
    """Channels lost, words lost, faces hidden, noise over the sound: as far as there are some."""
    channels, rates = measure.channels, measure.rates
    if len(channels) > 1:
        yield measure.curve("channels", ALL, rates, Lose)
    if "text" in channels:
        yield measure.curve("rows", "text", rates, Unsaid)
    if "vision" in channels:
        yield measure.curve("hidden", "vision", rates, Hidden)
    if "audio" in channels:
        yield measure.curve("noise", "audio", tuple(LOUDNESS), Noisy)
