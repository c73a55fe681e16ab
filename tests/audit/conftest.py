"""A clean corpus with features, in memory: three splits of videos, nothing wrong but its size."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
import torch

from tritone.audit.findings import Finding
from tritone.audit.run import examine
from tritone.audit.subject import Subject
from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.task import Classes, Regression

SIZES = {"train": 160, "val": 80, "test": 80}
WIDTHS = {"text": 5, "audio": 3, "vision": 4}
TASKS = {"sentiment": Classes(("negative", "positive")), "score": Regression(-3, 3)}
Arrays = dict[str, dict[str, np.ndarray]]


def sentence(rng: np.random.Generator) -> str:
    """Eight words that no two clips share by chance."""
    return " ".join(f"w{word}" for word in rng.integers(0, 2000, 8))


def clean_clips() -> list[Clip]:
    """Clips of eight to a video, each video with a speaker of its own."""
    rng = np.random.default_rng(0)
    clips = []
    for split, size in SIZES.items():
        for place in range(size):
            score = float((1 + rng.random()) * (1 if rng.random() < 0.5 else -1))
            video = f"{split}_video{place // 8}"
            clips.append(
                Clip(
                    f"{split}_{place}",
                    text=sentence(rng),
                    speaker=f"{video}_host",
                    group=video,
                    labels={"sentiment": "positive" if score > 0 else "negative", "score": score},
                    split=split,
                )
            )
    return clips


def clean_arrays(clips: list[Clip], seed: int = 1) -> Arrays:
    """Clip id to modality to real rows; each length is drawn."""
    rng = np.random.default_rng(seed)
    return {
        clip.id: {
            name: rng.normal(0.3, 2.0, (int(rng.integers(3, 9)), width)).astype(np.float32)
            for name, width in WIDTHS.items()
        }
        for clip in clips
    }


def track_of(rows: np.ndarray, real: int | None = None) -> Track:
    """Rows as a track; those from `real` on are masked."""
    mask = torch.arange(len(rows)) < (len(rows) if real is None else real)
    spans = torch.full((len(rows), 2), float("nan"))
    return Track(torch.from_numpy(rows), mask, spans)


@dataclass
class Planted:
    """A clean subject to put faults into: `change` its clips, spoil its `arrays`."""

    subject: Subject
    arrays: Arrays
    real: dict[str, dict[str, int]] = field(default_factory=dict)

    def change(self, **fields: dict[str, object]) -> None:
        """Give some clips other values, by id."""
        clips = []
        for clip in self.subject.clips:
            mine = {name: given[clip.id] for name, given in fields.items() if clip.id in given}
            clips.append(replace(clip, **mine))
        self.subject = replace(self.subject, clips=tuple(clips))

    def label(self, **labels: dict[str, object]) -> None:
        """Give all clips of some splits more labels, by split; None takes one away."""
        given = {
            clip.id: {
                name: value
                for name, value in {**clip.labels, **labels[clip.split]}.items()
                if value is not None
            }
            for clip in self.subject.clips
            if clip.split in labels
        }
        self.change(labels=given)

    def with_features(self) -> Subject:
        """The subject with the arrays as its features; rows from `real` on are masked."""

        def samples() -> Iterator[tuple[Sample, Clip]]:
            for clip in self.subject.clips:
                ends = self.real.get(clip.id, {})
                rows = self.arrays[clip.id]
                yield Sample(clip.id, {n: track_of(r, ends.get(n)) for n, r in rows.items()}), clip

        return replace(self.subject, samples=samples)

    def findings(self, *, features: bool = False) -> list[Finding]:
        """Those of the audit, less the size of the splits, which are small on purpose."""
        report = examine(self.with_features() if features else self.subject)
        return [one for one in report.findings if one.id != "small_evaluation_split"]


@pytest.fixture
def planted() -> Planted:
    """Clean clips and features."""
    clips = clean_clips()
    subject = Subject("clean:here", "clean", tuple(clips), TASKS, tuple(WIDTHS), "CC BY 4.0")
    return Planted(subject, clean_arrays(clips))
