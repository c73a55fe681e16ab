"""A label for each modality of each clip, guessed from where its vector lies between two poles.

The tables are buffers, one row for each clip of the train split: a run that was cut off goes
on as if it had not been.
"""

from collections.abc import Mapping

import torch
from jaxtyping import Float, Int
from torch import Tensor, linalg, nn

from tritone.core.errors import ModelError
from tritone.core.task import Regression

TINY = 1e-8


class PseudoLabels(nn.Module):
    """Unimodal labels of a score, made from the multimodal label and the vectors seen so far.

    A pole is the mean stored vector of the clips whose label lies below (above) the middle of
    the scale. With d the distances to the poles, delta = (d- - d+) / d+ says how positive a
    vector is; the unimodal label is the multimodal one, scaled and shifted by how delta
    differs between the modality and the fusion, and moves there with momentum.

    Source: Yu et al. 2021, "Learning Modality-Specific Representations with Self-Supervised
        Multi-Task Learning for Multimodal Sentiment Analysis", AAAI, eq. 9-14.
        https://arxiv.org/abs/2102.04830
    Differs: labels count from the middle of the scale; the number of a clip's visits stands
        for the epoch.

    Args:
        widths: size of each modality's vector.
        fused: size of the fused vector.
        task: the scale.
        clips: rows of the tables: the number of clips in the train split.
    """

    visits: Tensor

    def __init__(
        self, widths: Mapping[str, int], fused: int, task: Regression, *, clips: int
    ) -> None:
        super().__init__()
        self.modalities = tuple(widths)
        self.middle, self.most = (task.low + task.high) / 2, (task.high - task.low) / 2
        self.register_buffer("visits", torch.zeros(clips, dtype=torch.long))
        for name, width in {**widths, "fused": fused}.items():
            self.register_buffer(f"vector_{name}", torch.zeros(clips, width))
            self.register_buffer(f"label_{name}", torch.zeros(clips))

    def read(
        self, rows: Int[Tensor, " batch"], target: Float[Tensor, " batch"]
    ) -> dict[str, Tensor]:
        """Each modality's label of these clips, on the task's scale; at first the target.

        Raises:
            ModelError: a row is beyond the tables.
        """
        self.check(rows)
        fresh = self.visits[rows] == 0
        return {m: target.where(fresh, self.label(m)[rows] + self.middle) for m in self.modalities}

    @torch.no_grad()
    def update(
        self,
        rows: Int[Tensor, " batch"],
        target: Float[Tensor, " batch"],
        vectors: Mapping[str, Tensor],
    ) -> None:
        """Labels first (from the second visit on), by the poles as they were; then vectors.

        Args:
            rows: row of each clip in the train split.
            target: the multimodal labels, all known.
            vectors: of each modality, and "fused".
        """
        self.check(rows)
        real = target - self.middle
        visit = self.visits[rows] + 1
        away = {name: self.delta(name, vectors[name]) for name in (*self.modalities, "fused")}
        for modality in self.modalities:
            fresh = blend(away[modality], away["fused"], real).clamp(-self.most, self.most)
            moved = (visit - 1) / (visit + 1) * self.label(modality)[rows] + 2 / (visit + 1) * fresh
            self.label(modality)[rows] = real.where(visit == 1, moved)
        self.label("fused")[rows] = real
        for name, vector in vectors.items():
            self.get_buffer(f"vector_{name}")[rows] = vector.to(self.visits.device).float()
        self.visits[rows] = visit

    def delta(self, name: str, vector: Float[Tensor, "batch width"]) -> Float[Tensor, " batch"]:
        """How much nearer each vector is to the positive pole than to the negative one."""
        stored, label = self.get_buffer(f"vector_{name}"), self.label(name)
        seen = self.visits > 0
        below, above = (
            linalg.vector_norm(vector - mean_of(stored, seen & side), dim=1)
            for side in (label < 0, label > 0)
        )
        return (below - above) / (above + TINY)

    def label(self, name: str) -> Float[Tensor, " clip"]:
        """The table of a modality's labels, counted from the middle of the scale."""
        return self.get_buffer(f"label_{name}")

    def check(self, rows: Int[Tensor, " batch"]) -> None:
        """Raises ModelError where a row is beyond the tables."""
        most = int(rows.max()) if len(rows) else -1
        if most >= len(self.visits):
            raise ModelError(
                f"Row {most} is beyond the label tables of {len(self.visits)} clips. Build the "
                f"model with clips= the number of clips in the train split, at least {most + 1}."
            )


def blend(
    away: Float[Tensor, " batch"], fused: Float[Tensor, " batch"], label: Float[Tensor, " batch"]
) -> Float[Tensor, " batch"]:
    """The mean of the label scaled by, and shifted by, what sets a modality off (eq. 12)."""
    # The difference first: both are huge on a pole, and the label would drown.
    return 0.5 * away / (fused + TINY) * label + 0.5 * (label + (away - fused))


def mean_of(rows: Float[Tensor, "clip width"], chosen: Tensor) -> Float[Tensor, " width"]:
    """Mean of the chosen rows; zeros where none is."""
    return (rows * chosen.unsqueeze(1)).sum(dim=0) / chosen.sum().clamp(min=1)
