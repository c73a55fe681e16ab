"""A pretrained encoder inside a model: its states, and how much of it learns."""

from pathlib import Path

import pytest
import torch

from tritone.core.errors import ModelError
from tritone.core.pretrained import load_text_encoder
from tritone.models.pretrained_encoders import PretrainedText, frozen_in

IDS = torch.tensor([[2, 4, 5, 3], [2, 6, 3, 16], [9, 9, 9, 9]])
MASK = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0], [0, 0, 0, 0]]).bool()


def test_states_are_the_encoders_and_zeros_at_padding(tiny_bert: Path) -> None:
    model = PretrainedText(str(tiny_bert)).eval()
    states = model(IDS, MASK)
    _, encoder = load_text_encoder(str(tiny_bert))
    for text, length in enumerate((4, 3)):
        alone = encoder(input_ids=IDS[text : text + 1, :length]).last_hidden_state[0]
        torch.testing.assert_close(states[text, :length], alone)
    assert not states[1, 3:].any() and not states[2].any()


def test_what_stands_in_the_padding_does_not_matter(tiny_bert: Path) -> None:
    model = PretrainedText(str(tiny_bert)).eval()
    other = IDS.where(MASK, 30_000)
    torch.testing.assert_close(model(other, MASK), model(IDS, MASK))


@pytest.mark.parametrize(
    ("trained", "learning"),
    [(0, set()), (1, {"layer.1"}), (2, {"layer.0", "layer.1"}),
     (-1, {"embeddings", "layer.0", "layer.1"})],
)  # fmt: skip
def test_as_many_layers_learn_as_are_asked_for(tiny_bert: Path, trained: int, learning) -> None:
    model = PretrainedText(str(tiny_bert), trained=trained)
    states = model(IDS, MASK)
    if trained:
        states.square().sum().backward()
    moved = {
        name for name, one in model.named_parameters() if one.grad is not None and one.grad.any()
    }
    grads = [one.grad for one in model.parameters() if one.grad is not None]
    assert all(grad.isfinite().all() for grad in grads)
    parts = {p for p in ("embeddings", "layer.0", "layer.1") if any(p in name for name in moved)}
    assert parts == learning
    assert moved.isdisjoint(frozen_in(model))
    assert frozen_in(model) == {n for n, w in model.named_parameters() if not w.requires_grad}


def test_more_layers_than_there_are_is_refused(tiny_bert: Path) -> None:
    with pytest.raises(ModelError) as caught:
        PretrainedText(str(tiny_bert), trained=3)
    assert str(caught.value) == (
        f"{tiny_bert} has 2 layers, and 3 are to be trained. Take 0 to 2, or -1 for all and the "
        f"embeddings."
    )


def test_a_text_longer_than_the_positions_is_refused(tiny_bert: Path) -> None:
    long = torch.ones(1, 17, dtype=torch.long)
    with pytest.raises(ModelError) as caught:
        PretrainedText(str(tiny_bert))(long, long.bool())
    assert str(caught.value) == (
        f"{tiny_bert} reads 16 pieces at once, a text has 17. Cut the texts, or extract rows with "
        f"hub_text, which reads them in stretches."
    )


def test_pieces_of_another_tokenizer_are_refused(tiny_bert: Path) -> None:
    ids = torch.tensor([[2, 40, 3]])
    with pytest.raises(ModelError) as caught:
        PretrainedText(str(tiny_bert))(ids, torch.ones(1, 3, dtype=torch.bool))
    assert str(caught.value) == (
        f"{tiny_bert} knows 17 pieces, a text has piece 40. Cut the texts with the tokenizer of "
        f"that folder."
    )


def test_an_encoder_that_does_not_learn_is_left_without_dropout(tiny_bert: Path) -> None:
    still, learning = (PretrainedText(str(tiny_bert), trained=n).train() for n in (0, 1))
    torch.testing.assert_close(still(IDS, MASK), still.eval()(IDS, MASK))
    assert not torch.equal(learning(IDS, MASK), learning(IDS, MASK))


def test_states_are_changed_where_they_are_asked_to_be(tiny_bert: Path) -> None:
    """After the embeddings (0) all layers see it, after the last one nothing does."""
    model = PretrainedText(str(tiny_bert)).eval()
    plain = model(IDS, MASK)
    last = model(IDS, MASK, {2: lambda states: states + 1.0})
    torch.testing.assert_close(last[MASK], plain[MASK] + 1.0)
    first = model(IDS, MASK, {0: lambda states: states.flip(2)})
    assert not torch.allclose(first[MASK], plain[MASK], atol=1e-3)
    torch.testing.assert_close(model(IDS, MASK), plain)
