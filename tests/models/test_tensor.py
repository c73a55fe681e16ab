"""Low-rank fusion against the tensor that it never builds."""

import torch
from einops import einsum

from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.layers.pooling import masked_mean
from tritone.models.tensor import LowRankFusion, low_rank_product, with_one

DIMS = {"text": 5, "audio": 3, "vision": 4}


def test_low_rank_fusion_equals_the_full_tensor(batch: Batch) -> None:
    """Eq. 6 of Liu et al.: contracting factor by factor is contracting the whole tensor."""
    model = LowRankFusion(DIMS, Regression(), width=3, rank=2).eval()
    t, a, v = (with_one(model.read[m](masked_mean(batch[m].values, batch[m].mask))) for m in DIMS)
    weight = einsum(*(model.factor[m] for m in DIMS), "r i o, r j o, r k o -> i j k o")
    full = einsum(t, a, v, weight, "b i, b j, b k, i j k o -> b o")
    torch.testing.assert_close(model(batch).parts["fused"], full)


def test_the_product_of_two_by_hand() -> None:
    vectors = {"text": torch.tensor([[1.0, 2.0]]), "audio": torch.tensor([[1.0, -1.0]])}
    factors = {
        "text": torch.tensor([[[1.0], [1.0]], [[0.0], [2.0]]]),
        "audio": torch.tensor([[[3.0], [1.0]], [[1.0], [0.0]]]),
    }
    # Rank 1: (1 + 2) * (3 - 1) = 6. Rank 2: (0 + 4) * (1 - 0) = 4.
    assert low_rank_product(vectors, factors).tolist() == [[10.0]]
