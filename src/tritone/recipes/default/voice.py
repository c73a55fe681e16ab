"""The voice branch of the default model: its readers, and its folds of actors.

Four actors move the recall by .08, so one validation split says little: the folds train on all
other actors, five times.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from tritone import metrics
from tritone.core.batch import Batch, Track
from tritone.layers.statistics import statistics_of
from tritone.models.branches import Branch
from tritone.models.voice import StatisticsReader, VoiceBranch
from tritone.recipes.default.calibrate import judged
from tritone.recipes.default.train import Cached, Plan, Rows, train

ACTORS = 4  # in a fold: two women and two men


def train_voice(
    voices: Rows, chosen: np.ndarray, plan: Plan, columns: int, work: Path, name: str
) -> VoiceBranch:
    """A voice branch whose readers learned from the chosen rows; what `work` holds is reused.

    Args:
        voices: the recordings, as `statistics_rows` gives them.
        chosen: rows to learn from.
        plan: how the readers are fitted.
        columns: width of a row.
        work: where each reader's weights go.
        name: tells this branch's files from those of the folds.
    """
    branch = seeded(VoiceBranch, columns, seed=plan.seed)
    for place, reader in enumerate(branch.statistics):
        file = work / f"{name}-statistics-{place}.safetensors"
        if not file.exists():
            seed = plan.seed + place
            fresh = seeded(StatisticsReader, columns, seed=seed)
            fresh.standardise(voices.batch(chosen, None)["statistics"].values[:, 0])
            size = plan.statistics_batch
            done = train(fresh, voices, chosen, plan.statistics, size=size, seed=seed)
            write(done, file)
        reader.load_state_dict(load_file(file))
    return branch.eval()


def voice_folds(cached: Cached, plan: Plan, columns: int, work: Path) -> dict[str, float]:
    """Unweighted recall on each fold of four actors, by a branch trained on all the others."""
    actors, recalls = cached.groups, {}
    for first in range(1, int(actors.max()) + 1, ACTORS):
        held = (actors >= first) & (actors < first + ACTORS)
        name = f"{first}-{first + ACTORS - 1}"
        rest = np.flatnonzero(~held)
        branch = train_voice(cached.rows, rest, plan, columns, work, f"voice-without-{name}")
        said = judged(branch, cached.rows, np.flatnonzero(held))["emotion"]
        logits = said.logits.masked_fill(~said.classes, -1e4)
        truth = said.target.argmax(dim=1).numpy()
        recalls[name] = metrics.uar(logits.argmax(dim=1).numpy(), truth)
    return recalls


def statistics_rows(voices: Rows) -> Rows:
    """The statistics of each recording, computed once; in training two clips are blended.

    Source: Zhang et al. 2018, "mixup: Beyond Empirical Risk Minimization", ICLR.
        https://arxiv.org/abs/1710.09412
    """
    numbers = torch.stack([statistics_of(own_rows(voices, k)) for k in range(voices.count)])

    def batch(part: np.ndarray, generator: torch.Generator | None) -> Batch:
        plain = voices.batch(part, None)
        values, targets = numbers[torch.from_numpy(part)], dict(plain.targets)
        if generator is not None:
            share = torch.rand((), generator=generator)
            other = torch.randperm(len(part), generator=generator)
            values = share * values + (1 - share) * values[other]
            targets = targets | {
                name: share * targets[name] + (1 - share) * targets[name][other]
                for name in ("emotion", "sentiment")
            }
        mask = torch.ones(len(part), 1, dtype=torch.bool)
        track = Track(values.unsqueeze(1), mask, torch.full((len(part), 1, 2), torch.nan))
        tracks = {"audio": plain["audio"], "statistics": track}
        return Batch(plain.ids, tracks, targets=targets)

    return Rows(voices.count, batch)


def own_rows(voices: Rows, row: int) -> torch.Tensor:
    """The rows of one recording."""
    track = voices.batch(np.array([row]), None)["audio"]
    return track.values[0][track.mask[0]]


Made = TypeVar("Made", VoiceBranch, StatisticsReader)


def seeded(maker: Callable[[int], Made], columns: int, *, seed: int) -> Made:
    """A branch with random first weights that follow from the seed."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return maker(columns)


def write(branch: Branch, file: Path) -> None:
    """Write a branch's weights, whole or not at all."""
    fresh = file.with_suffix(".new")
    save_file({key: value.contiguous() for key, value in branch.state_dict().items()}, fresh)
    fresh.replace(file)
