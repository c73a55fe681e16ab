"""Decoupled distilling: modalities taken apart, and teaching each other on each side.

shared  ─ means ──────────────┬─ graph: who teaches whom ─┐
                              └─ concatenate ─────────────┼─ score
private ─ crossmodal readers ─┬─ concatenate ─────────────┘
                              └─ graph: who teaches whom
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from einops import rearrange
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.attention import masked_softmax
from tritone.layers.pooling import is_present
from tritone.models.base import FusionModel
from tritone.models.decouple import Decouple, decoupling, tracks_of
from tritone.models.domains import group_of
from tritone.models.mult import CrossReaders, ResidualHead
from tritone.models.subnets import known_rows, mean_over, read_tracks, target_in


class DMD(FusionModel):
    """Shared and private sides of each modality, with graph distillation on both.

    Source: Li et al. 2023, "Decoupled Multimodal Distilling for Emotion Recognition", CVPR.
        https://arxiv.org/abs/2303.13802
    Differs: shared vectors are means over time; a teacher's logits are not moved by its pupil;
        text is rows of any encoder; groups of the margin are the sides of a scale.

    Args:
        dims: width of a row of each modality, two or more.
        task: what is predicted; sets the width of the score.
        width: size of a row on every side; `heads` divides it.
        heads: of each attention.
        depth: layers of each crossmodal Transformer.
        self_depth: layers of each modality's last Transformer.
        kernel: rows that the convolution sees; odd.
        dropout: share dropped in training, 0 to 1.
        separate: weight of the decoupling terms.
        compare: weight of margin and orthogonality among them.
        distil: weight of what the graphs teach.
        gap: of the margin.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 50,
        heads: int = 10,
        depth: int = 4,
        self_depth: int = 3,
        kernel: int = 5,
        dropout: float = 0.2,
        separate: float = 0.1,
        compare: float = 0.1,
        distil: float = 0.05,
        gap: float = 0.2,
    ) -> None:
        super().__init__(dims, task)
        self.separate, self.compare, self.distil, self.gap = separate, compare, distil, gap
        self.apart = Decouple(dims, width, kernel=kernel)
        self.readers = CrossReaders(
            tuple(dims), width, heads=heads, depth=depth, self_depth=self_depth, dropout=dropout
        )
        own = width * (len(dims) - 1)
        self.shared_head = nn.ModuleDict({m: nn.Linear(width, task.width) for m in dims})
        self.private_head = nn.ModuleDict({m: nn.Linear(own, task.width) for m in dims})
        self.common = nn.Linear(width * len(dims), task.width)
        self.shared_graph = TeachingGraph(width, task.width)
        self.private_graph = TeachingGraph(own, task.width)
        self.mix = ResidualHead((own + width) * len(dims), task.width, dropout=dropout)

    def forward(self, batch: Batch) -> Prediction:
        tracks = read_tracks(self, batch)
        sides = self.apart(tracks)
        shared = {m: side.means()[0] for m, side in sides.items()}
        private = self.readers(tracks_of(sides, tracks))
        common = torch.cat([*shared.values()], dim=1)
        parts = {"common": self.common(common)}
        for m in self.dims:
            parts[f"vector_shared_{m}"], parts[f"vector_private_{m}"] = shared[m], private[m]
            parts[f"score_shared_{m}"] = self.shared_head[m](shared[m])
            parts[f"score_private_{m}"] = self.private_head[m](private[m])
        fused = torch.cat([*private.values(), common], dim=1)
        return Prediction(self.mix(fused), parts={"fused": fused, **parts})

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task for the whole and for every head; the decoupling; and the two graphs."""
        part, known, target = prediction.parts, known_rows(batch), target_in(batch)
        tracks = read_tracks(self, batch)
        present = torch.stack([known & is_present(tracks[m].mask).squeeze(1) for m in self.dims])
        terms = super().losses(prediction, batch)
        terms["common"] = self.task.loss(part["common"], target)
        for kind, graph in (("shared", self.shared_graph), ("private", self.private_graph)):
            scores = torch.stack([part[f"score_{kind}_{m}"] for m in self.dims])
            vectors = torch.stack([part[f"vector_{kind}_{m}"] for m in self.dims])
            for m, score, real in zip(self.dims, scores, present, strict=True):
                terms[f"{kind}_{m}"] = self.task.loss(score, target, real.float())
            taught = graph(scores, vectors, present)
            told = taught.logits + taught.even
            told = told + taught.vectors if kind == "private" else told
            terms[f"teach_{kind}"] = self.distil * told
        apart = decoupling(
            self.apart(tracks), group_of(self.task, target), known, gap=self.gap, share=self.compare
        )
        terms["separate"] = self.separate * apart
        return terms


@dataclass(frozen=True)
class Taught:
    """What a graph has to teach.

    Args:
        logits: how far pupils' scores are from their teachers', by the weight of the edge.
        vectors: the same for the vectors' directions.
        even: how far the weights are from being the same.
    """

    logits: Float[Tensor, ""]
    vectors: Float[Tensor, ""]
    even: Float[Tensor, ""]


class TeachingGraph(nn.Module):
    """Each modality learns from the others, by weights that are learned for each clip.

    Source: Li et al. 2023, "Decoupled Multimodal Distilling for Emotion Recognition", CVPR,
        eq. 7-9. https://arxiv.org/abs/2303.13802

    Args:
        width: size of a modality's vector.
        scores: width of its score.
        hidden: size that vectors are brought to.
    """

    def __init__(self, width: int, scores: int, *, hidden: int = 16) -> None:
        super().__init__()
        self.vector, self.score = nn.Linear(width, hidden), nn.Linear(scores, hidden)
        self.edge = nn.Linear(4 * hidden, 1)

    def forward(
        self,
        scores: Float[Tensor, "modality batch score"],
        vectors: Float[Tensor, "modality batch width"],
        present: Bool[Tensor, "modality batch"],
    ) -> Taught:
        weights, real = self.weights(scores, vectors, present)
        teacher = rearrange(scores.detach(), "teacher batch score -> 1 teacher batch score")
        pupil = rearrange(scores, "pupil batch score -> pupil 1 batch score")
        rows = functional.normalize(vectors, dim=2, eps=1e-6)
        away = 1 - torch.einsum("pbd,tbd->ptb", rows, rows.detach())
        each = {
            "logits": weights * (teacher - pupil).abs().mean(dim=3),
            "vectors": weights * away,
            "even": (weights - real / real.sum(dim=1, keepdim=True).clamp(min=1)).square(),
        }
        terms = {name: mean_over(term.flatten(), real.flatten()) for name, term in each.items()}
        return Taught(**terms)

    def weights(
        self, scores: Tensor, vectors: Tensor, present: Tensor
    ) -> tuple[Float[Tensor, "pupil teacher batch"], Bool[Tensor, "pupil teacher batch"]]:
        """How much each pupil takes of each teacher, and which pairs there are."""
        known = torch.cat([self.vector(vectors), self.score(scores)], dim=2)
        count = len(known)
        pupils = rearrange(known, "pupil batch dim -> pupil 1 batch dim").expand(-1, count, -1, -1)
        edges = self.edge(torch.cat([pupils, pupils.transpose(0, 1)], dim=3).tanh())
        other = ~torch.eye(count, dtype=torch.bool, device=present.device).unsqueeze(2)
        real = other & present.unsqueeze(0) & present.unsqueeze(1)
        flat = rearrange(edges, "pupil teacher batch 1 -> pupil batch teacher")
        weights = masked_softmax(
            flat, rearrange(real, "pupil teacher batch -> pupil batch teacher")
        )
        return rearrange(weights, "pupil batch teacher -> pupil teacher batch"), real
