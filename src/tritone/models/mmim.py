"""Information kept twice: between the modalities, and between each of them and the fusion.

text ─────────┬─ predicts audio, vision  (lower bound of their mutual information)
audio, vision ┴─ concatenate ─ MLP = z ─ score
                                 └─ predicts text, audio, vision  (contrastive)
"""

from collections.abc import Mapping

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.pooling import is_present
from tritone.layers.recurrent import Recurrent
from tritone.models.base import FusionModel
from tritone.models.domains import count_groups, group_of
from tritone.models.subnets import MeanReader, known_rows, mean_over, need, read_tracks, target_in


class MMIM(FusionModel):
    """Maximise what the modalities tell of each other, and what the fusion tells of each.

    Source: Han et al. 2021, "Improving Multimodal Fusion with Hierarchical Mutual Information
        Maximization for Multimodal Sentiment Analysis", EMNLP.
        https://arxiv.org/abs/2109.00412
    Differs: text is rows of any encoder, averaged (the paper fine-tunes BERT); the paper fits
        the predictors of its first stage in passes of their own, here they learn beside the
        rest, from vectors whose gradient is cut, and do not move in the second stage's term;
        entropies are of the vectors themselves, with a ridge, over the last clips of each
        class (scores: below and above the middle), and join once the memory is full.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        centre: the modality that predicts the others.
        width: size of the vectors that LSTMs read (all but the centre's).
        hidden: size of the fused layers and of the predictors'.
        dropout: share of what comes into the MLP that is dropped in training, 0 to 1.
        contrast: weight of the contrastive term, the paper's alpha.
        mutual: weight of the bound between modalities, the paper's beta.
        memory: clips of each class that the entropy remembers.
        ridge: what is added to the variances before their logarithm.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        centre: str = "text",
        width: int = 16,
        hidden: int = 128,
        dropout: float = 0.1,
        contrast: float = 0.1,
        mutual: float = 0.1,
        memory: int = 32,
        ridge: float = 1e-3,
    ) -> None:
        super().__init__(dims, task)
        self.centre = need(dims, centre, "MMIM")
        self.contrast, self.mutual = contrast, mutual
        others = [m for m in dims if m != centre]
        self.read = nn.ModuleDict(
            {m: MeanReader() if m == centre else EndReader(dims[m], width) for m in dims}
        )
        widths = {m: dim if m == centre else width for m, dim in dims.items()}
        self.mix = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(sum(widths.values()), hidden),
            nn.Tanh(),
            nn.Linear(hidden, hidden),
            nn.Tanh(),
        )
        self.head = nn.Linear(hidden, task.width)
        self.predict = nn.ModuleDict({m: Predictor(dims[centre], width, hidden) for m in others})
        self.entropy = nn.ModuleDict(
            {m: Entropy(count_groups(task), width, memory, ridge=ridge) for m in others}
        )
        self.recall = nn.ModuleDict({m: nn.Linear(hidden, width) for m, width in widths.items()})

    def forward(self, batch: Batch) -> Prediction:
        parts = {}
        for modality, track in read_tracks(self, batch).items():
            parts[f"vector_{modality}"] = self.read[modality](track.values, track.mask)
            parts[f"present_{modality}"] = is_present(track.mask)
        fused = self.mix(torch.cat([parts[f"vector_{m}"] for m in self.dims], dim=1))
        return Prediction(self.head(fused), parts={"fused": fused, **parts})

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task; the predictors' own fit; less what they bound; and the contrast."""
        part, known = prediction.parts, known_rows(batch)
        present = {m: known & part[f"present_{m}"].squeeze(1) for m in self.dims}
        group = group_of(self.task, target_in(batch))
        terms = super().losses(prediction, batch)
        centre = part[f"vector_{self.centre}"]
        for m, predictor in self.predict.items():
            other, counts = part[f"vector_{m}"], present[m] & present[self.centre]
            fit = predictor(centre.detach(), other.detach())
            # Its weights stay as they are in this term; only what is read moves.
            still = {name: weight.detach() for name, weight in predictor.named_parameters()}
            bound = mean_over(functional_call(predictor, still, (centre, other)), counts)
            bound = bound + self.entropy[m](other, group, counts)
            terms[f"fit_{m}"] = -mean_over(fit, counts)
            terms[f"mutual_{m}"] = -self.mutual * bound
        for m, recall in self.recall.items():
            told = contrastive(recall(part["fused"]), part[f"vector_{m}"], present[m])
            terms[f"contrast_{m}"] = self.contrast * told
        return terms


class EndReader(nn.Module):
    """A bidirectional LSTM's last states, brought to its width.

    Args:
        dim: width of a row.
        width: size of the vector and of either state.
    """

    def __init__(self, dim: int, width: int) -> None:
        super().__init__()
        self.rnn = Recurrent(dim, width, both_ways=True)
        self.out = nn.Linear(2 * width, width)

    def forward(self, values: Tensor, mask: Tensor) -> Tensor:
        return self.out(self.rnn(values, mask)[1]) * is_present(mask)


class Predictor(nn.Module):
    """How likely one vector is, given another: a normal whose mean and variance are read off.

    Source: Barber and Agakov 2003, "The IM Algorithm: A Variational Approach to Information
        Maximization", NeurIPS.

    Args:
        width: size of what is given.
        other: size of what is to be likely.
        hidden: size of the hidden layers.
    """

    def __init__(self, width: int, other: int, hidden: int) -> None:
        super().__init__()
        self.mean = nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, other))
        self.spread = nn.Sequential(
            nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, other), nn.Tanh()
        )

    def forward(
        self, given: Float[Tensor, "batch width"], other: Float[Tensor, "batch other"]
    ) -> Float[Tensor, " batch"]:
        """The logarithm of the density, up to a constant, summed over the numbers."""
        spread = self.spread(given)
        return (-0.5 * (self.mean(given) - other).square() / spread.exp() - 0.5 * spread).sum(dim=1)


class Entropy(nn.Module):
    """Half the log-determinant of the covariance, averaged over groups, with a memory.

    0 until the memory of each group is full. The memory is a buffer, and moves in training.

    Args:
        groups: how many.
        width: size of a vector.
        memory: vectors that are remembered of each group.
        ridge: what is added to the variances.
    """

    stored: Tensor
    count: Tensor

    def __init__(self, groups: int, width: int, memory: int, *, ridge: float) -> None:
        super().__init__()
        self.ridge = ridge
        self.register_buffer("stored", torch.zeros(groups, memory, width))
        self.register_buffer("count", torch.zeros(groups, dtype=torch.long))

    def forward(
        self,
        vectors: Float[Tensor, "batch width"],
        group: Int[Tensor, " batch"],
        counts: Bool[Tensor, " batch"],
    ) -> Float[Tensor, ""]:
        memory, full = self.stored.clone(), bool((self.count >= self.stored.shape[1]).all())
        entropies = []
        for place in range(len(memory)):
            fresh = vectors[counts & (group == place)]
            rows = torch.cat([memory[place].to(fresh), fresh])
            centred = rows - rows.mean(dim=0)
            spread = centred.mT @ centred / len(rows)
            ridge = self.ridge * torch.eye(len(spread), device=spread.device)
            entropies.append(0.5 * torch.logdet(spread + ridge))
            if self.training:
                kept = torch.cat([memory[place], fresh.detach().to(memory)])
                self.stored[place] = kept[-memory.shape[1] :]
                self.count[place] += len(fresh)
        return torch.stack(entropies).mean() if full and entropies else vectors.sum() * 0.0


def contrastive(
    told: Float[Tensor, "batch width"],
    real: Float[Tensor, "batch width"],
    counts: Bool[Tensor, " batch"],
) -> Float[Tensor, ""]:
    """How badly each clip's vector is told from the other clips' by what the fusion says.

    Source: van den Oord et al. 2018, "Representation Learning with Contrastive Predictive
        Coding", eq. 4. https://arxiv.org/abs/1807.03748
    """
    told, real = functional.normalize(told, dim=1), functional.normalize(real, dim=1)
    if not counts.any():
        return told.sum() * 0.0
    return functional.cross_entropy(
        real[counts] @ told[counts].mT, torch.arange(int(counts.sum())).to(told.device)
    )
