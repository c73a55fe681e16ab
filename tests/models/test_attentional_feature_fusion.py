"""Attentional feature fusion against the formulas of its paper."""

import torch

from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.models.attentional_feature_fusion import (
    AttentionalFeatureFusion,
    PairFusion,
    ScaleAttention,
)

DIMS = {"text": 5, "audio": 3, "vision": 4}
YES = torch.ones(2, dtype=torch.bool)


def sides() -> tuple[torch.Tensor, torch.Tensor]:
    one, other = torch.randn(2, 2, 3, 4, generator=torch.Generator().manual_seed(0))
    return one, other


def test_the_attention_sees_each_place_and_the_mean_of_all() -> None:
    """M = sigmoid(L(X) + g(X)), eq. 1."""
    attend, (rows, _) = ScaleAttention(4, squeeze=2), sides()
    expected = torch.stack(
        [
            torch.stack([torch.sigmoid(attend.near(r) + attend.far(clip.mean(0))) for r in clip])
            for clip in rows
        ]
    )
    torch.testing.assert_close(attend(rows), expected)


def test_two_sides_are_fused_twice() -> None:
    """X + Y first; then M(X + Y) X + (1 - M(X + Y)) Y; then Z, eq. 3-4."""
    fuse, (one, other) = PairFusion(4, squeeze=2), sides()
    first = fuse.first(one + other)
    second = fuse.second(first * one + (1 - first) * other)
    fused, kept = fuse(one, other, YES, YES)
    torch.testing.assert_close(fused, second * one + (1 - second) * other)
    torch.testing.assert_close(kept, second)
    assert ((kept > 0) & (kept < 1)).all()


def test_a_side_without_the_other_is_kept_whole() -> None:
    fuse, (one, other) = PairFusion(4, squeeze=2), sides()
    assert torch.equal(fuse(one, other, YES, ~YES)[0], one)
    assert torch.equal(fuse(one, other, ~YES, YES)[0], other)


def test_one_modality_is_not_fused(batch: Batch) -> None:
    model = AttentionalFeatureFusion({"text": 5}, Regression(), width=4)
    assert set(model(batch).parts) == {"fused"}
