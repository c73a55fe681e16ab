"""Contrast between channels: vectors of one clip are to be nearer than those of two."""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional


def info_nce(
    one: Float[Tensor, "batch dim"],
    other: Float[Tensor, "batch dim"],
    counts: Bool[Tensor, " batch"],
    *,
    temperature: float = 0.1,
) -> Float[Tensor, ""]:
    """How hard it is to tell which vector of one channel belongs to which of the other.

    Mean over the clips of -log(exp(s_ii) / sum_j exp(s_ij)), from one side and from the other;
    s is the cosine over the temperature. A clip that does not count is neither asked about nor
    a wrong answer; with one clip or none there is nothing to tell, and the term is 0.

    Source: van den Oord et al. 2018, "Representation Learning with Contrastive Predictive
        Coding", https://arxiv.org/abs/1807.03748, eq. 4; Radford et al. 2021, "Learning
        Transferable Visual Models From Natural Language Supervision", ICML (both sides).
        https://arxiv.org/abs/2103.00020

    Args:
        one: a vector for each clip.
        other: of the same clips.
        counts: the clips that have both.
        temperature: how sharply near and far are told apart; above 0.
    """
    sides = [functional.normalize(side, dim=1, eps=1e-6) for side in (one, other)]
    score = sides[0] @ sides[1].mT / temperature
    both = counts[:, None] & counts
    least = torch.finfo(score.dtype).min
    held = score.masked_fill(~both, least)
    right = score.diagonal()
    each = held.logsumexp(dim=1) + held.logsumexp(dim=0) - 2 * right
    return each.where(counts, 0.0).sum() / (2 * counts.sum().clamp(min=1))


def grouped_contrast(
    one: Float[Tensor, "batch dim"],
    other: Float[Tensor, "batch dim"],
    group: Int[Tensor, " batch"],
    counts: Bool[Tensor, " batch"],
    *,
    temperature: float = 0.1,
) -> Float[Tensor, ""]:
    """How far clips of one group are from standing nearer than those of other groups.

    Mean over the pairs i, j of two clips of one group of -log(exp(s_ij) / sum_k exp(s_ik)), k
    over all clips but i; s is the cosine over the temperature, of i on the one side and j or k
    on the other. 0 where no two clips that count are of one group.

    Source: Khosla et al. 2020, "Supervised Contrastive Learning", NeurIPS, eq. 2.
        https://arxiv.org/abs/2004.11362
    Differs: the mean is over pairs, not first over those of each clip; sides may differ.

    Args:
        one: a vector for each clip.
        other: of the same clips, of the same channel or of another.
        group: what each clip belongs to.
        counts: the clips that count, on both sides.
        temperature: how sharply near and far are told apart; above 0.
    """
    sides = [functional.normalize(side, dim=1, eps=1e-6) for side in (one, other)]
    score = sides[0] @ sides[1].mT / temperature
    itself = torch.eye(len(group), dtype=torch.bool, device=group.device)
    both = counts[:, None] & counts & ~itself
    alike = both & (group[:, None] == group)
    total = score.masked_fill(~both, torch.finfo(score.dtype).min).logsumexp(dim=1, keepdim=True)
    return (total - score).where(alike, 0.0).sum() / alike.sum().clamp(min=1)
