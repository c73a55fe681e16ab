"""Contrastive feature decomposition: what modalities share attracts, what they do not repels.

each modality ─ read ─┬─ similar ────┐
                      └─ dissimilar ─┴─ 2n vectors ─ MLP ─ score
"""

from collections.abc import Mapping

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Regression, Task
from tritone.layers.pooling import is_present, masked_mean
from tritone.layers.positions import add_positions
from tritone.layers.transformer import TransformerEncoder
from tritone.models.base import FusionModel
from tritone.models.domains import group_of
from tritone.models.subnets import known_rows, read_tracks, target_in


class ConFEDE(FusionModel):
    """Decompose each modality in two, and contrast the parts within and across clips.

    Source: Yang et al. 2023, "ConFEDE: Contrastive Feature Decomposition for Multimodal
        Sentiment Analysis", ACL. https://aclanthology.org/2023.acl-long.421/
    Differs: one stage (the paper trains the encoders alone first); other clips are those of the
        batch, alike if their labels round to the same number or class (the paper draws
        neighbours from the whole split); text is rows of any encoder.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of each part.
        hidden: size of a row in the encoders; `heads` divides it.
        heads: of each attention.
        depth: layers of each encoder.
        dropout: share dropped in training, 0 to 1.
        contrast: weight of the contrastive term.
        unimodal: weight of the parts' own predictions.
        temperature: of the contrast.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 256,
        hidden: int = 64,
        heads: int = 4,
        depth: int = 2,
        dropout: float = 0.1,
        contrast: float = 0.1,
        unimodal: float = 0.01,
        temperature: float = 0.5,
    ) -> None:
        super().__init__(dims, task)
        self.contrast, self.unimodal, self.temperature = contrast, unimodal, temperature
        self.embed = nn.ModuleDict({m: nn.Linear(dim, hidden) for m, dim in dims.items()})
        shape = {"depth": depth, "heads": heads, "dropout": dropout}
        self.read = nn.ModuleDict(
            {m: TransformerEncoder(hidden, **shape, norm_first=True) for m in dims}
        )
        self.similar = nn.ModuleDict({m: part(hidden, width, dropout) for m in dims})
        self.dissimilar = nn.ModuleDict({m: part(hidden, width, dropout) for m in dims})
        self.judge = nn.Linear(width, task.width)
        self.mix = nn.Sequential(
            nn.Linear(2 * len(dims) * width, width), nn.ReLU(), nn.Dropout(dropout)
        )
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        parts = {}
        for m, track in read_tracks(self, batch).items():
            # Rows that were scaled up, as MulT does, would drown their places: the mean then
            # no longer knows when something was said.
            rows = self.read[m](add_positions(self.embed[m](track.values)), track.mask)
            vector, present = masked_mean(rows, track.mask), is_present(track.mask)
            parts[f"similar_{m}"] = self.similar[m](vector) * present
            parts[f"dissimilar_{m}"] = self.dissimilar[m](vector) * present
            parts[f"present_{m}"] = present
        sides = [parts[f"{kind}_{m}"] for kind in ("similar", "dissimilar") for m in self.dims]
        fused = self.mix(torch.cat(sides, dim=1))
        return Prediction(self.head(fused), parts={"fused": fused, **parts})

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task, from the whole and from each part; and the contrast between the parts."""
        part, known, target = prediction.parts, known_rows(batch), target_in(batch)
        present = {m: known & part[f"present_{m}"].squeeze(1) for m in self.dims}
        similar, dissimilar = (
            torch.stack([part[f"{kind}_{m}"] for m in self.dims])
            for kind in ("similar", "dissimilar")
        )
        counts = torch.stack([*present.values()])
        told = decomposed(similar, dissimilar, self.kin(target), counts, self.temperature)
        alone = [
            self.task.loss(self.judge(part[f"{kind}_{m}"]), target, present[m].float())
            for kind in ("similar", "dissimilar")
            for m in self.dims
        ]
        terms = super().losses(prediction, batch)
        terms["contrast"] = self.contrast * told
        terms["unimodal"] = self.unimodal * torch.stack(alone).sum()
        return terms

    def kin(self, target: Tensor) -> Int[Tensor, " batch"]:
        """Which clips are alike: the same class, or scores that round to the same number."""
        if isinstance(self.task, Regression):
            return target.squeeze(1).nan_to_num().round().long()
        return group_of(self.task, target)


def part(hidden: int, width: int, dropout: float) -> nn.Sequential:
    """LayerNorm, Linear, Tanh and dropout: one half of a modality."""
    return nn.Sequential(
        nn.LayerNorm(hidden), nn.Linear(hidden, width), nn.Tanh(), nn.Dropout(dropout)
    )


def decomposed(
    similar: Float[Tensor, "modality batch width"],
    dissimilar: Float[Tensor, "modality batch width"],
    group: Int[Tensor, " batch"],
    counts: Bool[Tensor, "modality batch"],
    temperature: float,
) -> Float[Tensor, ""]:
    """Similar parts of one clip and of clips alike attract; dissimilar ones, and others, repel.

    Mean over the pairs of similar parts that attract of -log(exp(s) / sum of exp), over the
    parts that attract or repel the first; s is the cosine over the temperature.

    Source: Yang et al. 2023, "ConFEDE: Contrastive Feature Decomposition for Multimodal
        Sentiment Analysis", ACL, eq. 5. https://aclanthology.org/2023.acl-long.421/
    """
    modalities, clips = counts.shape
    real, clip = counts.flatten(), torch.arange(clips, device=group.device).repeat(modalities)
    rows = functional.normalize(torch.cat([similar, dissimilar]).flatten(0, 1), dim=1, eps=1e-6)
    anchors = rows[: len(clip)]
    score = anchors @ rows.mT / temperature
    itself = torch.eye(len(clip), dtype=torch.bool, device=group.device)
    pairs = real[:, None] & real & ~itself
    attract = pairs & (group[clip][:, None] == group[clip])
    own = (clip[:, None] == clip) & real[:, None] & real
    among = torch.cat([pairs, own], dim=1)
    total = score.masked_fill(~among, torch.finfo(score.dtype).min).logsumexp(dim=1, keepdim=True)
    each = (total - score[:, : len(clip)]).where(attract, 0.0)
    return each.sum() / attract.sum().clamp(min=1)
