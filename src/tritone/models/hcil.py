"""Three contrasts at once: within a channel, between channels, and of channels with the whole.

each channel ─ encoder ─ vector ─┬─ MLP ─ fused ─ score
                                 ├─ clips of one label, one channel (intra)
                                 ├─ one clip, two channels (inter)
                                 └─ clips of one label, channel and fused (hybrid)
"""

from collections.abc import Mapping
from itertools import combinations

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.contrastive import grouped_contrast, info_nce
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.domains import group_of
from tritone.models.encoders import encode, readers
from tritone.models.subnets import known_rows, target_in


class HCIL(FusionModel):
    """In the style of HCIL: intra-modal, inter-modal and hybrid contrastive learning.

    Losses: "task", "intra", "inter" and "hybrid", over the clips of a batch.

    Source: Fu et al. 2024, "Hybrid cross-modal interaction learning for multimodal sentiment
        analysis", Neurocomputing 571:127201.
    Differs: in the style of, from the title and what is said of it: intra-, inter- and hybrid
        contrast. The losses themselves, their weights and the network are ours.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score, and which clips are of one group
            (class, or side of the scale).
        width: size of the encoders' states.
        encoders: a name for all channels, or one for each: cnn, lstm, mean, transformer.
        heads: of the attention in a Transformer.
        dropout: share dropped in training, 0 to 1.
        intra: weight of the contrast within each channel.
        inter: weight of that between two channels.
        hybrid: weight of that between channels and the whole.
        temperature: of all contrasts, above 0.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        encoders: str | Mapping[str, str] = "lstm",
        heads: int = 4,
        dropout: float = 0.1,
        intra: int | float = 0.1,
        inter: int | float = 0.1,
        hybrid: int | float = 0.1,
        temperature: float = 0.2,
    ) -> None:
        super().__init__(dims, task)
        self.intra, self.inter, self.hybrid = intra, inter, hybrid
        self.temperature = temperature
        self.read = readers(dims, width, encoders, heads=heads, dropout=dropout)
        self.project = nn.ModuleDict({m: nn.Linear(width, width) for m in dims})
        self.mix = mlp([width * len(dims), width], dropout=dropout)
        self.whole = nn.Linear(width, width)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        encoded = encode(self, self.read, batch)
        fused = self.mix(torch.cat([each.vector for each in encoded.values()], dim=1))
        parts = {"fused": fused, "view": self.whole(fused)}
        for m, each in encoded.items():
            parts[f"view_{m}"] = self.project[m](each.vector)
            parts[f"present_{m}"] = each.present
        return Prediction(self.head(fused), parts)

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task and the three contrasts."""
        terms, part = super().losses(prediction, batch), prediction.parts
        group, known = group_of(self.task, target_in(batch).nan_to_num()), known_rows(batch)
        view = {m: part[f"view_{m}"] for m in self.dims}
        counts = {m: known & part[f"present_{m}"] for m in self.dims}
        cool = self.temperature
        intra = [
            grouped_contrast(view[m], view[m], group, counts[m], temperature=cool) for m in view
        ]
        hybrid = [
            grouped_contrast(view[m], part["view"], group, counts[m], temperature=cool)
            for m in view
        ]
        inter = [
            info_nce(view[a], view[b], counts[a] & counts[b], temperature=cool)
            for a, b in combinations(view, 2)
        ]
        terms["intra"] = self.intra * torch.stack(intra).mean()
        terms["hybrid"] = self.hybrid * torch.stack(hybrid).mean()
        if inter:
            terms["inter"] = self.inter * torch.stack(inter).mean()
        return terms
