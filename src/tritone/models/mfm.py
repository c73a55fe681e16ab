"""Factorised: what all modalities say together decides; what each says alone only rebuilds it.

all ─ memory fusion ─ f ──┬─ score
                          ├─ with f_text ─── decoder ─ text again
each ─ LSTM ─ f_modality ─┴─ with f_audio ── decoder ─ audio again ...
"""

from collections.abc import Mapping

import torch
from einops import repeat
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.pooling import is_present
from tritone.layers.recurrent import Recurrent
from tritone.models.base import FusionModel
from tritone.models.chance import Chance
from tritone.models.mctn import row_error
from tritone.models.mfn import WatchedMemory
from tritone.models.subnets import known_rows, read_tracks


class MFM(FusionModel):
    """A discriminative factor of all modalities, and a generative one of each.

    Source: Tsai et al. 2019, "Learning Factorized Multimodal Representations", ICLR.
        https://arxiv.org/abs/1806.06176
    Differs: one width for all factors; the kernel of the discrepancy has one bandwidth, the
        factor's size.

    Args:
        dims: width of a row of each modality; rows are met by their place, so align them.
        task: what is predicted; sets the width of the score.
        width: size of each modality's LSTM.
        memory: size of the shared memory.
        factor: size of each factor.
        dropout: share dropped in training, 0 to 1.
        rebuild: weight of the rows that are told again.
        prior: weight of the factors' distance from a standard normal.
        seed: of the normal draws.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        memory: int = 128,
        factor: int = 32,
        dropout: float = 0.2,
        rebuild: float = 0.1,
        prior: float = 0.1,
        seed: int = 0,
    ) -> None:
        super().__init__(dims, task)
        self.rebuild, self.prior, self.chance = rebuild, prior, Chance(seed)
        self.watch = WatchedMemory(
            dims, width, memory, attention=width, proposal=width, gate=width, dropout=dropout
        )
        self.joint = nn.Linear(self.watch.out, factor)
        self.read = nn.ModuleDict({m: Recurrent(dim, width) for m, dim in dims.items()})
        self.own = nn.ModuleDict({m: nn.Linear(width, factor) for m in dims})
        self.bring = nn.ModuleDict(
            {m: nn.Sequential(nn.Linear(factor, factor), nn.ReLU()) for m in (*dims, "joint")}
        )
        self.decode = nn.ModuleDict({m: Recurrent(2 * factor, width) for m in dims})
        self.tell = nn.ModuleDict({m: nn.Linear(width, dim) for m, dim in dims.items()})
        self.head = nn.Linear(factor, task.width)

    def forward(self, batch: Batch) -> Prediction:
        tracks = read_tracks(self, batch)
        parts = {"factor_joint": self.joint(self.watch(tracks)[0])}
        for m, track in tracks.items():
            own = self.own[m](self.read[m](track.values, track.mask)[1])
            parts[f"factor_{m}"] = own * is_present(track.mask)
        return Prediction(self.head(self.bring["joint"](parts["factor_joint"])), parts)

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task; each modality told again from two factors; factors near a normal."""
        part, known, tracks = prediction.parts, known_rows(batch), read_tracks(self, batch)
        rng, shape = self.chance.draw(), part["factor_joint"].shape
        joint, terms = self.bring["joint"](part["factor_joint"]), super().losses(prediction, batch)
        for m, track in tracks.items():
            both = torch.cat([joint, self.bring[m](part[f"factor_{m}"])], dim=1)
            rows = repeat(both, "batch dim -> batch time dim", time=track.mask.shape[1])
            told = self.tell[m](self.decode[m](rows, track.mask)[0])
            error = row_error(told, track.values, track.mask & known.unsqueeze(1))
            terms[f"rebuild_{m}"] = self.rebuild * error
        for name in ("joint", *self.dims):
            drawn = torch.randn(shape, generator=rng).to(joint)
            counts = known & is_present(tracks[name].mask).squeeze(1) if name in tracks else known
            away = kernel_discrepancy(part[f"factor_{name}"], drawn, counts)
            terms[f"prior_{name}"] = self.prior * away
        return terms


def kernel_discrepancy(
    one: Float[Tensor, "batch dim"],
    other: Float[Tensor, "batch dim"],
    counts: Bool[Tensor, " batch"],
) -> Float[Tensor, ""]:
    """Squared maximum mean discrepancy with the kernel exp(-|x - y|^2 / dim).

    Source: Gretton et al. 2012, "A Kernel Two-Sample Test", JMLR 13, eq. 5.
        https://jmlr.org/papers/v13/gretton12a.html
    """
    weight = counts.to(one.dtype) / counts.sum().clamp(min=1)
    pairs = weight[:, None] * weight

    def likeness(left: Tensor, right: Tensor) -> Tensor:
        away = (left[:, None] - right[None]).square().mean(dim=2)
        return (pairs * (-away).exp()).sum()

    return likeness(one, one) + likeness(other, other) - 2 * likeness(one, other)
