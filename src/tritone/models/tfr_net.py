"""Feature reconstruction: rows that are hidden in training are told from all modalities.

each modality ─ reads itself and each other ─┬─ gated GRU ─ concatenate ─ score
                                             └─ linear ─ the rows that were hidden
"""

from collections.abc import Mapping

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

from tritone.core.batch import Batch, Prediction, Track
from tritone.core.task import Task
from tritone.layers.pooling import is_present
from tritone.layers.recurrent import Recurrent
from tritone.models.base import FusionModel
from tritone.models.chance import Chance
from tritone.models.mult import CrossReader, SelfReader
from tritone.models.subnets import Convolve, known_rows, mean_over, read_tracks, target_in

REBUILD = {"text": 5.0, "audio": 2.0, "vision": 20.0}
"""Weights of the reconstruction on MOSI."""


class TFRNet(FusionModel):
    """Crossmodal rows that must tell what was hidden, and a gated fusion over them.

    Source: Yuan et al. 2021, "Transformer-based Feature Reconstruction Network for Robust
        Multimodal Sentiment Analysis", MM. https://doi.org/10.1145/3474085.3475585
    Differs: rows are hidden while training, in `losses`, and the whole batch is learned from
        as well; when the model is asked, a batch is read as it is. Text is rows of any
        encoder (the paper fine-tunes BERT).

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of a row after the convolution; `heads` divides it.
        heads: of each attention.
        depth: layers of each Transformer.
        kernel: rows that the convolution sees; odd.
        gate: size of each modality's gated vector.
        post: size of the layer before the score.
        dropout: share dropped in training, 0 to 1.
        rebuild: weight of each modality's reconstruction; 1 for one that is not named.
        rates: share of a clip's rows that are hidden, from and to.
        seed: of what is hidden.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 30,
        heads: int = 6,
        depth: int = 3,
        kernel: int = 3,
        gate: int = 32,
        post: int = 128,
        dropout: float = 0.2,
        rebuild: Mapping[str, float] = REBUILD,
        rates: tuple[float, float] = (0.0, 1.0),
        seed: int = 0,
    ) -> None:
        super().__init__(dims, task)
        self.rebuilt, self.rates, self.chance = dict(rebuild), rates, Chance(seed)
        shape = {"heads": heads, "depth": depth, "dropout": dropout}
        self.convolve = nn.ModuleDict(
            {m: Convolve(d, width, kernel=kernel) for m, d in dims.items()}
        )
        self.itself = nn.ModuleDict({m: SelfReader(width, **shape) for m in dims})
        self.cross = nn.ModuleDict(
            {f"{m}_reads_{k}": CrossReader(width, **shape) for m in dims for k in dims if m != k}
        )
        rows = width * len(dims)
        self.tell = nn.ModuleDict({m: nn.Linear(rows, dim) for m, dim in dims.items()})
        self.gate = nn.ModuleDict({m: GatedReader(rows, gate) for m in dims})
        self.mix = nn.Sequential(nn.Linear(gate * len(dims), post), nn.ReLU(), nn.Dropout(dropout))
        self.head = nn.Linear(post, task.width)

    def forward(self, batch: Batch) -> Prediction:
        tracks = read_tracks(self, batch)
        score, fused = self.judge(tracks, self.rows(tracks))
        return Prediction(score, parts={"fused": fused})

    def rows(self, tracks: Mapping[str, Track]) -> dict[str, Tensor]:
        """Each modality's rows, beside what they read of the others."""
        seen = {m: self.convolve[m](track.values, track.mask) for m, track in tracks.items()}
        told = {}
        for m, rows in seen.items():
            read = [
                self.cross[f"{m}_reads_{k}"](rows, tracks[m].mask, seen[k], tracks[k].mask)
                for k in seen
                if k != m
            ]
            told[m] = torch.cat([self.itself[m](rows, tracks[m].mask), *read], dim=2)
        return told

    def judge(
        self, tracks: Mapping[str, Track], rows: Mapping[str, Tensor]
    ) -> tuple[Tensor, Tensor]:
        """The score, and the fused vector that it is read from."""
        vectors = [gate(rows[m], tracks[m].mask) for m, gate in self.gate.items()]
        fused = self.mix(torch.cat(vectors, dim=1))
        return self.head(fused), fused

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task, on the whole batch and with rows hidden; and what was hidden."""
        known, whole = known_rows(batch), read_tracks(self, batch)
        damaged, hidden = self.chance.hide(whole, self.rates)
        rows = self.rows(damaged)
        terms = super().losses(prediction, batch)
        terms["damaged"] = self.task.loss(self.judge(damaged, rows)[0], target_in(batch))
        for m, tell in self.tell.items():
            lost = rebuilt_error(tell(rows[m]), whole[m].values, hidden[m] & known.unsqueeze(1))
            terms[f"rebuild_{m}"] = self.rebuilt.get(m, 1.0) * lost
        return terms


class GatedReader(nn.Module):
    """A bidirectional GRU whose states pass a gate; the largest of each number is kept.

    Source: Yuan et al. 2021, "Transformer-based Feature Reconstruction Network for Robust
        Multimodal Sentiment Analysis", MM, section 3.4.
        https://doi.org/10.1145/3474085.3475585

    Args:
        dim: width of a row.
        width: size of the vector.
    """

    def __init__(self, dim: int, width: int) -> None:
        super().__init__()
        self.rnn = Recurrent(dim, width, cell="gru", both_ways=True)
        self.value, self.gate = nn.Linear(2 * width, width), nn.Linear(2 * width, width)

    def forward(
        self, rows: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> Float[Tensor, "batch width"]:
        states, _ = self.rnn(rows, mask)
        passed = self.value(states).tanh() * self.gate(states).sigmoid()
        # Below any value that passes, so that padding is never the largest.
        most = passed.masked_fill(~mask.unsqueeze(2), -1.0).amax(dim=1)
        return most * is_present(mask)


def rebuilt_error(
    told: Float[Tensor, "batch time dim"],
    real: Float[Tensor, "batch time dim"],
    hidden: Bool[Tensor, "batch time"],
) -> Float[Tensor, ""]:
    """Smooth L1 over the rows that were hidden."""
    each = functional.smooth_l1_loss(told, real, reduction="none").mean(dim=2)
    return mean_over(each.flatten(), hidden.flatten())
