"""Terms that shape shared and private spaces: alike in distribution, or nothing in common.

Each takes the clips that count; a clip that does not (no label, no such modality) weighs
nothing, and where none counts the term is 0.
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, linalg
from torch.nn import functional

from tritone.core.task import Classes, Regression, Task


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


def margin(
    spaces: Float[Tensor, "modality batch dim"],
    group: Int[Tensor, " batch"],
    counts: Bool[Tensor, "modality batch"],
    *,
    gap: float = 0.2,
) -> Float[Tensor, ""]:
    """How far clips of one group are from being nearer across modalities than other groups'.

    Mean over the triples i, j, k of max(0, gap - cos(i, j) + cos(i, k)): j is of i's group and
    of another modality, k of i's modality and another group.

    Source: Li et al. 2023, "Decoupled Multimodal Distilling for Emotion Recognition", CVPR,
        eq. 4. https://arxiv.org/abs/2303.13802

    Args:
        spaces: vectors of each modality.
        group: class of each clip, or the side of the scale it is on.
        counts: the vectors that count.
        gap: by how much they are to be nearer.
    """
    modality = torch.arange(len(spaces), device=group.device).repeat_interleave(len(group))
    groups, real = group.repeat(len(spaces)), counts.flatten()
    rows = functional.normalize(spaces.flatten(0, 1), dim=1, eps=1e-6)
    near, pairs = rows @ rows.mT, real[:, None] & real
    alike, same = groups[:, None] == groups, modality[:, None] == modality
    triples = (pairs & alike & ~same).unsqueeze(2) & (pairs & ~alike & same).unsqueeze(1)
    each = (gap - near.unsqueeze(2) + near.unsqueeze(1)).relu()
    return (each * triples).sum() / triples.sum().clamp(min=1)


def count_groups(task: Task) -> int:
    """How many groups have an entropy of their own: 2 for scores, none where classes mix."""
    if isinstance(task, Regression):
        return 2
    return 0 if task.multi else task.width


def group_of(task: Task, target: Tensor) -> Int[Tensor, " batch"]:
    """The group of each clip; an unknown target may be in any."""
    if isinstance(task, Classes):
        return target.argmax(dim=1) if target.ndim > 1 else target.long()
    return (target.squeeze(1) > (task.low + task.high) / 2).long()
