"""Terms that shape shared and private spaces: alike in distribution, or nothing in common.

Each takes the clips that count; a clip that does not (no label, no such modality) weighs
nothing, and where none counts the term is 0.
"""

from jaxtyping import Bool, Float
from torch import Tensor, linalg
from torch.nn import functional


def moment_discrepancy(
    one: Float[Tensor, "batch dim"],
    other: Float[Tensor, "batch dim"],
    counts: Bool[Tensor, " batch"],
    *,
    moments: int = 5,
) -> Float[Tensor, ""]:
    """Central moment discrepancy: distance of the means, plus that of each central moment.

    Source: Zellinger et al. 2017, "Central Moment Discrepancy (CMD) for Domain-Invariant
        Representation Learning", ICLR, eq. 10. https://arxiv.org/abs/1702.08811
    Differs: the interval is taken to have length 1 (sigmoids fill it).

    Args:
        one: vectors, one a clip.
        other: vectors of the same clips.
        counts: the clips that count.
        moments: the highest moment.
    """
    weight = counts.to(one.dtype).unsqueeze(1) / counts.sum().clamp(min=1)
    means = [(weight * side).sum(dim=0) for side in (one, other)]
    total = linalg.vector_norm(means[0] - means[1])
    centred = [side - mean for side, mean in zip((one, other), means, strict=True)]
    for order in range(2, moments + 1):
        first, second = ((weight * side**order).sum(dim=0) for side in centred)
        total = total + linalg.vector_norm(first - second)
    return total


def overlap(
    one: Float[Tensor, "batch dim"],
    other: Float[Tensor, "batch dim"],
    counts: Bool[Tensor, " batch"],
) -> Float[Tensor, ""]:
    """Mean squared correlation between two spaces: 0 if they have nothing in common.

    Both sides are centred over the clips that count, and each clip's vector is scaled to 1.

    Source: Bousmalis et al. 2016, "Domain Separation Networks", NeurIPS, eq. 5.
        https://arxiv.org/abs/1608.06019
    """
    weight = counts.to(one.dtype).unsqueeze(1)
    rows = counts.sum().clamp(min=1)
    sides = []
    for side in (one, other):
        centred = (side - (weight * side).sum(dim=0) / rows) * weight
        sides.append(functional.normalize(centred, dim=1, eps=1e-6))
    return (sides[0].mT @ sides[1]).square().mean()
