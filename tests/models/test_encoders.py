"""Encoders by name: what each makes of a channel, and what the table says of a wrong name."""

import pytest
import torch

from tritone.core.errors import ModelError, UnknownName
from tritone.layers.positions import sinusoidal
from tritone.models.encoders import ENCODERS, LstmEncoder, readers

DIMS = {"text": 5, "audio": 3}


@pytest.fixture
def rows() -> torch.Tensor:
    return torch.randn(1, 6, 5, generator=torch.Generator().manual_seed(1))


MASK = torch.tensor([[True] * 4 + [False] * 2])


def encoder_of(name: str, **options: int):
    torch.manual_seed(0)
    return readers({"text": 5}, 4, name, heads=2, **options)["text"].eval()


@pytest.mark.parametrize("name", ENCODERS)
def test_padding_changes_neither_states_nor_vector(name, rows):
    encoder = encoder_of(name, depth=2)
    short = encoder(rows[:, :4], MASK[:, :4])
    long = encoder(rows.masked_fill(~MASK.unsqueeze(2), torch.inf).nan_to_num(posinf=0.0), MASK)
    torch.testing.assert_close(long.vector, short.vector)
    for one, other in zip(long.levels, short.levels, strict=True):
        torch.testing.assert_close(one[:, :4], other)
        assert not one[:, 4:].any()


@pytest.mark.parametrize("name", ENCODERS)
def test_each_level_has_states_and_the_last_are_the_answer(name, rows):
    encoded = encoder_of(name, depth=3)(rows, MASK)
    assert [level.shape for level in encoded.levels] == [(1, 6, 4)] * 3
    assert encoded.states is encoded.levels[-1]
    assert encoded.vector.shape == (1, 4)


@pytest.mark.parametrize("name", ENCODERS)
def test_a_clip_without_a_row_is_a_vector_of_zeros(name):
    nothing = encoder_of(name)(torch.zeros(2, 3, 5), torch.zeros(2, 3, dtype=torch.bool))
    assert not nothing.vector.any()
    assert nothing.present.tolist() == [False, False]


def test_each_encoder_sums_up_in_its_own_way(rows):
    cnn, lstm, mean = (encoder_of(name)(rows, MASK) for name in ("cnn", "lstm", "mean"))
    torch.testing.assert_close(cnn.vector, cnn.states[:, :4].amax(dim=1))
    torch.testing.assert_close(lstm.vector, lstm.states[:, 3])
    torch.testing.assert_close(mean.vector, mean.states[:, :4].mean(dim=1))


def test_a_transformer_knows_the_order_of_its_rows(rows):
    encoder = encoder_of("transformer")
    placed = encoder.project(rows[:, :4]) + sinusoidal(4, 4)
    inner = encoder.encoder.layers[0](placed)
    torch.testing.assert_close(encoder(rows, MASK).states[:, :4], inner)
    torch.testing.assert_close(encoder(rows, MASK).vector, inner.mean(dim=1))


def test_a_channel_that_the_table_leaves_out_is_read_by_an_lstm():
    read = readers({"text": 5, "heart": 2}, 4, {"text": "cnn", "vision": "mean"})
    assert isinstance(read["heart"], LstmEncoder)
    assert set(read) == {"text", "heart"}


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            {"encoders": "lstn"},
            UnknownName,
            "No encoder is named 'lstn'. Did you mean 'lstm'? "
            "Known: average, cnn, lstm, mean, transformer.",
        ),
        (
            {"encoders": {"heart": "cnn"}},
            ModelError,
            "An encoder is named for heart; the model reads text, audio. Name one of these, or "
            "give the model rows of heart.",
        ),
        (
            {"encoders": "mean", "depth": 0},
            ModelError,
            "An encoder has at least one level, got a depth of 0.",
        ),
        (
            {"encoders": "transformer", "heads": 3},
            ModelError,
            "A width of 4 cannot be shared among 3 heads. Choose a width that the number of heads "
            "divides, such as 3.",
        ),
    ],
)
def test_what_cannot_be_built_is_said(arguments, error, message):
    with pytest.raises(error) as caught:
        readers(DIMS, 4, **arguments)
    assert str(caught.value) == message
