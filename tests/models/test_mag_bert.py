"""MAG-BERT against the gate's formulas, and what stands beside each piece."""

from dataclasses import replace

import pytest
import torch

from tritone.core.batch import Batch, Tokens, Track
from tritone.core.errors import ModelError
from tritone.core.task import Regression
from tritone.models.at_pieces import at_pieces
from tritone.models.mag_bert import SMALLEST, AdaptationGate, MagBert

DIMS = {"text": 5, "audio": 3, "vision": 4}


def gate_and_inputs(*, beta: float = 1.0):
    torch.manual_seed(0)
    gate = AdaptationGate(6, [3, 4], beta=beta, dropout=0.5).eval()
    states = torch.randn(2, 5, 6)
    there = torch.tensor([[True, True, False, True, False], [True] * 5])
    beside = [(torch.randn(2, 5, dim) * there.unsqueeze(2), there) for dim in (3, 4)]
    return gate, states, beside


@pytest.mark.parametrize("beta", [1.0, 0.001])
def test_the_gate_is_the_papers(beta: float) -> None:
    """Eq. 1 to 5, one piece at a time."""
    gate, states, beside = gate_and_inputs(beta=beta)
    gate.requires_grad_(False)
    shifted = gate(states, beside)
    for clip in range(2):
        for piece in range(5):
            state, moved = states[clip, piece], torch.zeros(6)
            for place, (rows, there) in enumerate(beside):
                row = rows[clip, piece]
                opened = gate.gates[place](torch.cat([row, state])).relu()
                moved = moved + there[clip, piece] * opened * gate.bring[place](row)
            share = min(float(beta * state.norm() / (moved.norm() + SMALLEST)), 1.0)
            expected = gate.norm(state + (share if moved.any() else 0.0) * moved)
            torch.testing.assert_close(shifted[clip, piece], expected)


def test_a_shift_is_never_longer_than_beta_allows() -> None:
    gate, states, beside = gate_and_inputs(beta=0.25)
    gate.norm = torch.nn.Identity()
    loud = [(rows * 1000, there) for rows, there in beside]
    moved = (gate(states, loud) - states).norm(dim=2)
    assert (moved <= 0.2501 * states.norm(dim=2)).all()
    assert moved.max() > 0.2 * states.norm(dim=2).min()


def test_no_shift_has_gradients_that_are_numbers() -> None:
    gate, states, beside = gate_and_inputs()
    states.requires_grad_(True)
    nothing = [(rows, torch.zeros_like(there)) for rows, there in beside]
    gate(states, nothing).square().sum().backward()
    assert states.grad is not None and states.grad.isfinite().all()
    assert all(w.grad is None or w.grad.isfinite().all() for w in gate.parameters())


def test_without_other_channels_it_is_its_encoder(make_batch, text_folder: str) -> None:
    batch = make_batch(tokens=True)
    model = MagBert({"text": 5}, Regression(), folder=text_folder, pool="mean").eval()
    assert batch.tokens is not None
    states = model.text(batch.tokens.ids, batch.tokens.mask)
    mean = states.sum(dim=1) / batch.tokens.mask.sum(dim=1, keepdim=True)
    torch.testing.assert_close(model(batch).score, model.head(mean))


def test_sound_at_one_word_changes_the_answer(make_batch, text_folder: str) -> None:
    batch: Batch = make_batch(tokens=True)
    model = MagBert(DIMS, Regression(), folder=text_folder).eval()
    values = batch["audio"].values.clone()
    values[1, 0] += 3.0
    tracks = {**batch.tracks, "audio": replace(batch["audio"], values=values)}
    changed = model(replace(batch, tracks=tracks)).score != model(batch).score
    assert changed[:, 0].tolist() == [False, True, False, False]


def timed_batch(batch: Batch, *, rows: int) -> Batch:
    """One clip of two words, said at 0-1 s and 3-4 s, and sound at four moments."""
    spans = torch.tensor([[[0.0, 1.0], [3.0, 4.0]]])[:, :rows]
    heard = torch.tensor([[[0.2, 0.4], [0.6, 0.9], [2.0, 2.5], [3.5, 3.6]]])
    tracks = {
        "text": Track(torch.zeros(1, rows, 5), torch.ones(1, rows, dtype=torch.bool), spans),
        "audio": Track(
            torch.arange(4.0).reshape(1, 4, 1).expand(1, 4, 3),
            torch.ones(1, 4, dtype=torch.bool),
            heard,
        ),
    }
    words = torch.tensor([[-1, 0, 1, 1, -1]])
    mask = torch.ones(1, 5, dtype=torch.bool)
    said = torch.tensor([2])
    return Batch(
        ("one",), tracks, tokens=Tokens(torch.tensor([[2, 4, 5, 6, 3]]), mask, words, said)
    )


@pytest.mark.parametrize(
    ("rows", "expected"), [(2, [0, 0.5, 3, 3, 0]), (1, [0, 0.5, 2.5, 2.5, 0])], ids=["timed", "not"]
)
def test_a_piece_hears_what_sounds_while_its_word_is_said(
    text_folder: str, make_batch, rows: int, expected: list[float]
) -> None:
    """Without a row of times for each word, the words share out the sound."""
    batch = timed_batch(make_batch(), rows=rows)
    model = MagBert({"text": 5, "audio": 3}, Regression(), folder=text_folder)
    assert batch.tokens is not None
    values, there = at_pieces(model, batch, batch.tokens, "audio")
    assert values[0, :, 0].tolist() == expected
    assert there.tolist() == [[False, True, True, True, False]]


def test_pieces_of_unknown_words_count_as_words(text_folder: str, make_batch) -> None:
    batch = timed_batch(make_batch(), rows=1)
    assert batch.tokens is not None
    plain = Tokens(batch.tokens.ids[:, :4], batch.tokens.mask[:, :4])
    model = MagBert({"text": 5, "audio": 3}, Regression(), folder=text_folder)
    values, _ = at_pieces(model, batch, plain, "audio")
    assert values[0, :, 0].tolist() == [0, 1, 2, 3]


def test_an_encoder_of_pictures_is_refused(picture_folder: str) -> None:
    with pytest.raises(ModelError) as caught:
        MagBert(DIMS, Regression(), folder=picture_folder)
    assert str(caught.value) == (
        f"{picture_folder} is a resnet, which reads pictures, and this wants text. Take the folder "
        f"of a BERT, RoBERTa or DeBERTa, or use this one as vision=hub_image."
    )
