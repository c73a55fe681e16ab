"""Language-focused fusion: modalities taken apart, and language draws from the private sides.

private text ─ reads private audio, vision ─ self ─┐
private audio, vision ─ self ──────────────────────┼─ concatenate ─ score
shared sides ─ concatenate ────────────────────────┘   (each of these has a head too)
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.pooling import is_present
from tritone.models.base import FusionModel
from tritone.models.decouple import Decouple, decoupling, tracks_of
from tritone.models.domains import group_of
from tritone.models.mult import CrossReader, ResidualHead, SelfReader
from tritone.models.subnets import known_rows, last_row, need, need_others, read_tracks, target_in


class DLF(FusionModel):
    """Disentangle the modalities; let language attract what helps it; judge at each level.

    Source: Wang et al. 2025, "DLF: Disentangled-Language-Focused Multimodal Sentiment
        Analysis", AAAI. https://arxiv.org/abs/2412.12225
    Differs: shared vectors are means over time; text is rows of any encoder (the paper
        fine-tunes BERT).

    Args:
        dims: width of a row of each modality, two or more.
        task: what is predicted; sets the width of the score.
        centre: the modality that attracts.
        width: size of a row on every side; `heads` divides it.
        heads: of each attention.
        depth: layers of each Transformer.
        kernel: rows that the convolution sees; odd.
        dropout: share dropped in training, 0 to 1.
        language: weight of the centre's own head.
        separate: weight of the decoupling terms.
        compare: weight of margin and orthogonality among them.
        gap: of the margin.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        centre: str = "text",
        width: int = 50,
        heads: int = 10,
        depth: int = 2,
        kernel: int = 5,
        dropout: float = 0.2,
        language: float = 3.0,
        separate: float = 0.1,
        compare: float = 0.1,
        gap: float = 0.2,
    ) -> None:
        super().__init__(dims, task)
        self.centre = need(dims, centre, "DLF")
        need_others(dims, centre, f"DLF draws others to {centre}")
        self.language, self.separate, self.compare, self.gap = language, separate, compare, gap
        shape = {"heads": heads, "depth": depth, "dropout": dropout}
        self.apart = Decouple(dims, width, kernel=kernel)
        self.attract = nn.ModuleDict({m: CrossReader(width, **shape) for m in dims if m != centre})
        drawn = width * (len(dims) - 1)
        sizes = {m: drawn if m == centre else width for m in dims}
        self.itself = nn.ModuleDict({m: SelfReader(size, **shape) for m, size in sizes.items()})
        sizes["shared"] = width * len(dims)
        self.level = nn.ModuleDict({m: nn.Linear(size, task.width) for m, size in sizes.items()})
        self.mix = ResidualHead(sum(sizes.values()), task.width, dropout=dropout)

    def forward(self, batch: Batch) -> Prediction:
        tracks = read_tracks(self, batch)
        sides = self.apart(tracks)
        private = tracks_of(sides, tracks)
        said, vectors = private[self.centre], {}
        for m, track in private.items():
            rows = track.values
            if m == self.centre:
                drawn = [
                    reader(said.values, said.mask, private[other].values, private[other].mask)
                    for other, reader in self.attract.items()
                ]
                rows = torch.cat(drawn, dim=2)
            vectors[m] = last_row(self.itself[m](rows, track.mask), track.mask)
        vectors["shared"] = torch.cat([side.means()[0] for side in sides.values()], dim=1)
        fused = torch.cat([*vectors.values()], dim=1)
        levels = {f"score_{name}": head(vectors[name]) for name, head in self.level.items()}
        return Prediction(self.mix(fused), parts={"fused": fused, **levels})

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task for the whole and for every level, the centre's most; and the decoupling."""
        known, target, tracks = known_rows(batch), target_in(batch), read_tracks(self, batch)
        terms = super().losses(prediction, batch)
        for name in self.level:
            real = is_present(tracks[name].mask).squeeze(1) if name in tracks else known
            term = self.task.loss(prediction.parts[f"score_{name}"], target, real.float())
            terms[f"level_{name}"] = (self.language if name == self.centre else 1.0) * term
        apart = decoupling(
            self.apart(tracks), group_of(self.task, target), known, gap=self.gap, share=self.compare
        )
        terms["separate"] = self.separate * apart
        return terms
