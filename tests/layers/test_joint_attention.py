"""S002's attention and gate against their formulas written out."""

import pytest
import torch
from einops import einsum

from tritone.layers.joint_attention import BranchGate, PlainAttention, between

WIDTH, HEADS, HEAD = 6, 2, 4


@pytest.fixture
def rows() -> tuple[torch.Tensor, torch.Tensor]:
    """Rows with inf in the padding; the last clip has none."""
    torch.manual_seed(0)
    mask = torch.arange(5) < torch.tensor([[5], [3], [0]])
    return torch.randn(3, 5, WIDTH).masked_fill(~mask.unsqueeze(2), torch.inf), mask


@pytest.fixture
def attention() -> PlainAttention:
    torch.manual_seed(1)
    return PlainAttention(WIDTH, HEADS, head_width=HEAD)


def test_attention_is_the_formula_of_s002(attention, rows) -> None:
    values, mask = rows
    mixed, weights = attention(values, mask)
    w_q, w_k, w_v = (
        layer.weight.reshape(HEADS, HEAD, WIDTH)
        for layer in (attention.query, attention.key, attention.value)
    )
    for clip, length in enumerate((5, 3)):
        x = values[clip, :length]
        q, k, v = (einsum(x, w, "n d, h k d -> h n k") for w in (w_q, w_k, w_v))
        each = (einsum(q, k, "h n k, h m k -> h n m") / HEAD**0.5).softmax(dim=2)
        heads = einsum(each, v, "h n m, h m k -> h n k")
        expected = torch.cat(list(heads), dim=1) @ attention.out.weight.T
        torch.testing.assert_close(mixed[clip, :length], expected)
        torch.testing.assert_close(weights[clip, :, :length, :length], each)


def test_padding_takes_nothing_and_gives_nothing(attention, rows) -> None:
    mixed, weights = attention(*rows)
    assert not mixed[1, 3:].any() and not weights[1, :, :, 3:].any()
    assert not mixed[2].any() and not weights[2].any()
    mixed.sum().backward()
    assert all(weight.grad.isfinite().all() for weight in attention.parameters())


def test_an_attention_has_four_matrices(attention) -> None:
    shapes = {name: tuple(weight.shape) for name, weight in attention.named_parameters()}
    inner = HEADS * HEAD
    assert shapes == {
        "query.weight": (inner, WIDTH),
        "key.weight": (inner, WIDTH),
        "value.weight": (inner, WIDTH),
        "out.weight": (WIDTH, inner),
    }


def test_the_gate_is_a_softmax_over_both_views() -> None:
    torch.manual_seed(0)
    gate, views = BranchGate(3, 2), torch.randn(4, 2, 3)
    mixed, gates = gate(views, torch.ones(4, 2, dtype=torch.bool))
    scores = einsum(gate.score.weight, views.reshape(4, 6), "v d, b d -> b v") + gate.score.bias
    expected = scores.exp() / scores.exp().sum(dim=1, keepdim=True)
    torch.testing.assert_close(gates, expected)
    torch.testing.assert_close(mixed, einsum(expected, views, "b v, b v d -> b d"))
    torch.testing.assert_close(gates.sum(dim=1), torch.ones(4))
    assert (gates[0] - gates[1]).abs().max() > 1e-4


def test_a_view_that_is_missing_has_no_say() -> None:
    torch.manual_seed(0)
    views = torch.randn(3, 2, 3)
    views[1, 0] = views[2] = torch.inf
    mixed, gates = BranchGate(3, 2)(views, torch.tensor([[1, 1], [0, 1], [0, 0]]).bool())
    assert gates[1].tolist() == [0, 1] and gates[2].tolist() == [0, 0]
    torch.testing.assert_close(mixed[1], views[1, 1])
    assert not mixed[2].any()


def test_between_adds_up_what_each_channel_took() -> None:
    # Two rows of the first channel, of which one is padding, and one of the second.
    weights = torch.tensor([[[[0.5, 0.0, 0.5], [0.0, 0.0, 0.0], [0.2, 0.0, 0.8]]]])
    mask = torch.tensor([[True, False, True]])
    taken = between(weights, mask, [2, 1])
    torch.testing.assert_close(taken, torch.tensor([[[0.5, 0.5], [0.2, 0.8]]]))
