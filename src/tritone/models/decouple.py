"""Each modality's rows taken apart: what all share, and what is its own; and put together again.

rows ─ convolve ─┬─ shared encoder (one for all) ──┐
                 └─ private encoder (its own) ─────┴─ decoder ─ rows again ─ private again
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional

from tritone.core.batch import Track
from tritone.layers.pooling import is_present, masked_mean
from tritone.models.domains import margin
from tritone.models.subnets import Convolve, mean_over


@dataclass(frozen=True)
class Sides:
    """One modality of a batch, taken apart.

    Args:
        rows: after the convolution.
        shared: what all modalities have in common.
        private: what is its own.
        again: the rows, from both sides.
        private_again: the private side of the rows that came again.
        mask: True where a row is real.
    """

    rows: Float[Tensor, "batch time width"]
    shared: Float[Tensor, "batch time width"]
    private: Float[Tensor, "batch time width"]
    again: Float[Tensor, "batch time width"]
    private_again: Float[Tensor, "batch time width"]
    mask: Bool[Tensor, "batch time"]

    def means(self) -> tuple[Tensor, Tensor]:
        """The shared and the private side, averaged over time."""
        return masked_mean(self.shared, self.mask), masked_mean(self.private, self.mask)


class Decouple(nn.Module):
    """A shared encoder, and for each modality a private one and a decoder.

    Source: Li et al. 2023, "Decoupled Multimodal Distilling for Emotion Recognition", CVPR,
        section 3.1. https://arxiv.org/abs/2303.13802
    Differs: vectors are means over the real rows (the code flattens a fixed length).

    Args:
        dims: width of a row of each modality.
        width: size of a row on every side.
        kernel: rows that the first convolution sees; odd.
    """

    def __init__(self, dims: Mapping[str, int], width: int, *, kernel: int) -> None:
        super().__init__()
        self.convolve = nn.ModuleDict(
            {m: Convolve(d, width, kernel=kernel) for m, d in dims.items()}
        )
        self.shared = Convolve(width, width)
        self.private = nn.ModuleDict({m: Convolve(width, width) for m in dims})
        self.decode = nn.ModuleDict({m: Convolve(2 * width, width) for m in dims})

    def forward(self, tracks: Mapping[str, Track]) -> dict[str, Sides]:
        return {m: self.apart(m, track) for m, track in tracks.items()}

    def apart(self, modality: str, track: Track) -> Sides:
        """One modality, taken apart and put together."""
        mask, private = track.mask, self.private[modality]
        rows = self.convolve[modality](track.values, mask)
        shared, own = self.shared(rows, mask), private(rows, mask)
        again = self.decode[modality](torch.cat([shared, own], dim=2), mask)
        return Sides(rows, shared, own, again, private(again, mask), mask)


def decoupling(
    sides: Mapping[str, Sides],
    group: Int[Tensor, " batch"],
    known: Bool[Tensor, " batch"],
    *,
    gap: float,
    share: float,
) -> Float[Tensor, ""]:
    """Rows come again, private sides too; plus `share` of margin and orthogonality.

    Source: Li et al. 2023, "Decoupled Multimodal Distilling for Emotion Recognition", CVPR,
        eq. 1-6. https://arxiv.org/abs/2303.13802

    Args:
        sides: each modality, taken apart.
        group: class of each clip, or the side of the scale it is on.
        known: the clips that count.
        gap: see `margin`.
        share: weight of the two terms that compare, the paper's gamma.
    """
    lost, crossed, counts = [], [], []
    for side in sides.values():
        real = side.mask & known.unsqueeze(1)
        for one, other in ((side.again, side.rows), (side.private_again, side.private)):
            each = (one - other).square().mean(dim=2)
            lost.append(mean_over(each.flatten(), real.flatten()))
        counts.append(known & is_present(side.mask).squeeze(1))
        near = functional.cosine_similarity(*side.means(), dim=1, eps=1e-6)
        crossed.append(mean_over(near.relu(), counts[-1]))
    shared = torch.stack([side.means()[0] for side in sides.values()])
    apart = margin(shared, group, torch.stack(counts), gap=gap)
    return torch.stack(lost).sum() + share * (apart + torch.stack(crossed).sum())


def tracks_of(sides: Mapping[str, Sides], tracks: Mapping[str, Track]) -> dict[str, Track]:
    """The private sides as tracks."""
    return {m: Track(side.private, side.mask, tracks[m].spans) for m, side in sides.items()}
