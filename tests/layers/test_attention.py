"""Attention against its formula, and where there is nothing to attend to."""

import pytest
import torch
from einops import einsum, rearrange
from torch import Tensor
from torch.nn import functional

from tritone.layers.attention import AttentionPooling, MultiHeadAttention, masked_softmax

WIDTH, HEADS, DIM = 6, 2, 5


@pytest.fixture
def attention() -> MultiHeadAttention:
    torch.manual_seed(0)
    return MultiHeadAttention(WIDTH, HEADS, key_dim=DIM).eval()


@pytest.fixture
def rows() -> tuple[Tensor, Tensor, Tensor]:
    """Queries, keys with inf in the padding, and the mask; the last clip has no key."""
    torch.manual_seed(1)
    queries, keys = torch.randn(3, 4, WIDTH), torch.randn(3, 7, DIM)
    mask = torch.arange(7) < torch.tensor([[7], [3], [0]])
    return queries, keys.masked_fill(~mask.unsqueeze(2), torch.inf), mask


def by_hand(attention: MultiHeadAttention, queries: Tensor, keys: Tensor) -> Tensor:
    """Per head softmax(Q Kᵀ / √d) V, concatenated, times W_O; no mask."""
    inner = attention.attention
    assert inner.q_proj_weight is not None and inner.k_proj_weight is not None
    assert inner.v_proj_weight is not None
    b_q, b_k, b_v = inner.in_proj_bias.chunk(3)
    q, k, v = (
        rearrange(x @ w.T + b, "b t (h d) -> b h t d", h=HEADS)
        for x, w, b in (
            (queries, inner.q_proj_weight, b_q),
            (keys, inner.k_proj_weight, b_k),
            (keys, inner.v_proj_weight, b_v),
        )
    )
    weights = (einsum(q, k, "b h q d, b h k d -> b h q k") / (WIDTH / HEADS) ** 0.5).softmax(-1)
    mixed = rearrange(einsum(weights, v, "b h q k, b h k d -> b h q d"), "b h q d -> b q (h d)")
    fused = rearrange(functional.scaled_dot_product_attention(q, k, v), "b h q d -> b q (h d)")
    torch.testing.assert_close(mixed, fused)
    return mixed @ inner.out_proj.weight.T + inner.out_proj.bias


def test_attention_is_the_formula_of_the_paper(attention, rows):
    queries, keys, mask = rows
    for clip, length in enumerate((7, 3)):
        some = slice(clip, clip + 1)
        expected = by_hand(attention, queries[some], keys[some, :length])
        torch.testing.assert_close(attention(queries, keys, mask)[some], expected)


def test_a_query_without_a_key_takes_zeros(attention, rows):
    mixed, weights = attention.weigh(*rows)
    assert not mixed[2].any()
    assert not attention(*rows)[2].any()
    assert not weights[2].any()


def test_a_clip_without_a_key_leaves_finite_gradients(attention, rows):
    queries, keys, mask = rows
    queries.requires_grad_(), keys.requires_grad_()
    attention(queries, keys, mask).square().sum().backward()
    gradients = [queries.grad, keys.grad, *(weight.grad for weight in attention.parameters())]
    assert all(gradient is not None and gradient.isfinite().all() for gradient in gradients)
    assert not keys.grad[~mask].any()


def test_weights_sum_to_one_over_the_real_keys(attention, rows):
    mixed, weights = attention.weigh(*rows)
    torch.testing.assert_close(mixed, attention(*rows))
    torch.testing.assert_close(weights[:2].sum(dim=2), torch.ones(2, 4))
    assert not weights[1, :, 3:].any()


def test_a_query_sees_only_what_it_is_allowed_to(attention, rows):
    queries, keys, mask = rows
    before = torch.ones(4, 7, dtype=torch.bool).tril(-1)
    mixed, weights = attention.weigh(queries, keys, mask, allowed=before)
    assert not mixed[:, 0].any()
    assert not weights[0][~before].any()
    expected = by_hand(attention, queries[:1, 2:3], keys[:1, :2])
    torch.testing.assert_close(mixed[:1, 2:3], expected)


def test_a_masked_softmax_by_hand():
    scores = torch.tensor([[0.0, 0.0, 99.0], [1.0, 2.0, 3.0]])
    mask = torch.tensor([[True, True, False], [False, False, False]])
    assert masked_softmax(scores, mask).tolist() == [[0.5, 0.5, 0.0], [0.0, 0.0, 0.0]]


def test_pooling_is_the_formula_of_the_paper():
    torch.manual_seed(0)
    pooling = AttentionPooling(DIM, hidden=4, sharpness=0.3)
    values = torch.randn(1, 3, DIM)
    scores = []
    for row in values[0]:
        inner = torch.tanh(pooling.inner.weight @ row + pooling.inner.bias)
        scores.append(0.3 * pooling.score.weight[0] @ inner)
    shares = torch.stack(scores).exp() / torch.stack(scores).exp().sum()
    expected = sum(share * row for share, row in zip(shares, values[0], strict=True))
    pooled, weights = pooling(values, torch.ones(1, 3, dtype=torch.bool))
    torch.testing.assert_close(weights[0], shares)
    torch.testing.assert_close(pooled[0], expected)


def test_pooling_gives_zeros_for_a_clip_without_a_row():
    pooled, weights = AttentionPooling(DIM)(
        torch.full((1, 2, DIM), torch.inf), torch.zeros(1, 2, dtype=torch.bool)
    )
    assert not pooled.any()
    assert not weights.any()
