"""The suite `quick`: data made on the spot, whose answer is known before any model is trained.

    words   the score is in the text alone; audio and vision are noise
    xor     negative or positive by whether text and audio agree: neither alone tells anything
    noise   nothing tells anything: all that is above the floor here is luck

It shows that marks, floors and controls do what they promise, in under two minutes.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch

from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.parts import Rows
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Classes, Regression, Task
from tritone.recipes.benchmark.suite import Contender, Data, Suite, folder_name
from tritone.recipes.data import is_complete

SEEDS = 3
WIDTHS = {"text": 6, "audio": 5, "vision": 4}
SPLIT_CLIPS = {"train": 320, "val": 96, "test": 240}
ROWS, GROUP = 4, 3  # rows of a clip; clips of a video
LOUD = 1.6  # how far a sign moves a row's first number, beside noise of spread 1
SENTIMENTS = ("negative", "positive")
MOODS = ("calm", "joy", "sadness")
SHARES = (0.25, 0.45, 0.3)  # of the moods
MODELS = (
    Contender("concat_mlp"),
    Contender("tfn", ("model.width=12", "model.post=32")),
    Contender("lmf"),
    Contender("late_vote", ("model.width=32", "model.depth=1")),
    # Learns nothing in time: the table has to say so.
    Contender("concat_mlp", ("fit.lr=1e-9", "fit.epochs=1"), "untrained"),
)
SETTINGS = ("fit.epochs=12", "fit.patience=4", "fit.lr=2e-3")

Made = tuple[dict[str, float], str | float]
Maker = Callable[[np.random.Generator], Made]
"""From chance to how far each channel's first number is moved, and the label."""


def quick(root: Path, *, fast: bool = False) -> Suite:
    """The suite, its stores written below a folder where they are not there yet.

    Args:
        root: the folder.
        fast: one seed.
    """
    tasks: dict[str, tuple[str, Task, Maker, str]] = {
        "words": ("score", Regression(), words, "Made here: the text alone has the score."),
        "xor": (
            "sentiment",
            Classes(SENTIMENTS),
            agreement,
            "Made here: only text and audio together tell.",
        ),
        "noise": ("emotion", Classes(MOODS), nothing, "Made here: no channel tells anything."),
    }
    data = []
    for place, (name, (target, task, maker, note)) in enumerate(tasks.items()):
        folder = root / folder_name(name)
        if not is_complete(folder):
            write_store(folder, target, task, maker, place)
        data.append(Data(f"store:{folder}", name=name, note=note))
    return Suite("quick", tuple(data), MODELS, 1 if fast else SEEDS, settings=SETTINGS, draws=500)


def words(chance: np.random.Generator) -> Made:
    """A score that only the text moves with."""
    score = float(chance.uniform(-3, 3))
    return {"text": score}, score


def agreement(chance: np.random.Generator) -> Made:
    """Positive where text and audio lean to the same side."""
    text, audio = chance.choice([-1.0, 1.0], 2)
    return {"text": LOUD * text, "audio": LOUD * audio}, SENTIMENTS[int(text == audio)]


def nothing(chance: np.random.Generator) -> Made:
    """A class that no channel knows of."""
    return {}, str(chance.choice(MOODS, p=SHARES))


def write_store(
    folder: Path,
    target: str,
    task: Task,
    maker: Maker,
    seed: int,
    clips: Mapping[str, int] = SPLIT_CLIPS,
) -> None:
    """Write the clips that a maker draws, some to a video, no video in two splits."""
    chance = np.random.default_rng(seed)
    rows = {name: Rows((width,)) for name, width in WIDTHS.items()}
    provenance = {"made_by": "tritone benchmark quick", "fingerprint": f"{folder.name}-{seed}"}
    with StoreWriter(folder, rows, tasks={target: task}, provenance=provenance) as writer:
        for split, count in clips.items():
            for place in range(count):
                moved, label = maker(chance)
                clip = Clip(
                    f"{split}{place}",
                    group=f"{split}-video{place // GROUP}",
                    labels={target: label},
                    split=split,
                )
                if clip.id not in writer.ids:
                    tracks = {name: track(chance, name, moved.get(name, 0.0)) for name in rows}
                    writer.append(Sample(clip.id, tracks), clip)


def track(chance: np.random.Generator, name: str, moved: float) -> Track:
    """Rows of noise whose first number is moved."""
    values = chance.normal(size=(ROWS, WIDTHS[name])).astype(np.float32)
    values[:, 0] += np.float32(moved)
    ends = np.arange(1, ROWS + 1, dtype=np.float32)
    spans = torch.from_numpy(np.stack([ends - 1, ends], axis=1))
    return Track(torch.from_numpy(values), torch.ones(ROWS, dtype=torch.bool), spans)
