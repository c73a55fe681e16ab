"""Transformer layers: PyTorch's on what is real, zeros where nothing is."""

import pytest
import torch
from torch import nn

from tritone.layers.transformer import CrossEncoder, TransformerEncoder

MASK = torch.tensor([[True] * 5, [True, True, False, True, False], [False] * 5])


@pytest.fixture(params=[False, True], ids=["norm after", "norm first"])
def encoder(request) -> TransformerEncoder:
    torch.manual_seed(0)
    return TransformerEncoder(8, depth=2, heads=2, norm_first=request.param).eval()


@pytest.fixture
def values() -> torch.Tensor:
    torch.manual_seed(1)
    return torch.randn(3, 5, 8).masked_fill(~MASK.unsqueeze(2), torch.inf)


def test_a_full_clip_goes_through_as_in_pytorch(encoder, values):
    stack = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(
            8, 2, 32, batch_first=True, norm_first=encoder.layers[0].norm_first
        ),
        2,
        encoder.norm,
        enable_nested_tensor=False,
    ).eval()
    stack.layers.load_state_dict(encoder.layers.state_dict())
    torch.testing.assert_close(encoder(values, MASK)[:1], stack(values[:1]))


def test_rows_that_are_not_there_are_as_if_cut_out(encoder, values):
    cut = values[1:2, MASK[1]]
    whole = torch.ones(1, 3, dtype=torch.bool)
    torch.testing.assert_close(encoder(values, MASK)[1:2, MASK[1]], encoder(cut, whole))


def test_padding_and_empty_clips_are_zeros(encoder, values):
    assert not any(level[~MASK].any() for level in encoder.levels(values, MASK))


def test_an_empty_clip_leaves_finite_gradients(encoder, values):
    encoder.train()(values, MASK).square().sum().backward()
    assert all(w.grad is not None and w.grad.isfinite().all() for w in encoder.parameters())


def test_without_gradients_the_answer_is_the_same(encoder, values):
    with torch.no_grad():
        quiet = encoder(values, MASK)
    torch.testing.assert_close(quiet, encoder(values, MASK))


def test_the_last_level_is_the_answer(encoder, values):
    levels = encoder.levels(values, MASK)
    assert len(levels) == 2
    assert torch.equal(levels[-1], encoder(values, MASK))


def cross_encoder() -> CrossEncoder:
    torch.manual_seed(0)
    return CrossEncoder(8, depth=2, heads=2).eval()


def test_one_sequence_reads_another_only_where_it_is_real(values):
    source, mask = values, MASK
    queries, query_mask = torch.randn(3, 4, 8), torch.ones(3, 4, dtype=torch.bool)
    read = cross_encoder()(queries, query_mask, source, mask)
    cut = torch.ones(1, 3, dtype=torch.bool)
    alone = cross_encoder()(queries[1:2], query_mask[1:2], source[1:2, mask[1]], cut)
    torch.testing.assert_close(read[1:2], alone)


def test_with_no_source_the_queries_go_on_alone(values):
    queries, query_mask = torch.randn(3, 4, 8), torch.arange(4) < torch.tensor([[4], [2], [3]])
    filled = queries.masked_fill(~query_mask.unsqueeze(2), torch.inf)
    read = cross_encoder()(filled, query_mask, values, MASK)
    assert read.isfinite().all()
    assert not read[~query_mask].any()
    nothing = torch.zeros(1, 1, dtype=torch.bool)
    alone = cross_encoder()(queries[2:], query_mask[2:], torch.zeros(1, 1, 8), nothing)
    torch.testing.assert_close(read[2:], alone)


def test_a_layer_of_one_sequence_reading_another_by_hand():
    layer = cross_encoder().layers[0]
    states, source = torch.randn(1, 2, 8), torch.randn(1, 3, 8)
    mask = torch.ones(1, 3, dtype=torch.bool)
    norm = nn.functional.layer_norm
    keys = norm(source, [8])
    read = states + layer.attention(norm(states, [8]), keys, mask)
    _, inner, _, _, outer, _ = layer.feed
    expected = read + outer(inner(norm(read, [8])).relu())
    torch.testing.assert_close(layer(states, source, mask), expected)
