"""What MCTN needs to predict, and what it learns from."""

from dataclasses import replace

import pytest
import torch

from tritone.core.batch import Batch
from tritone.core.errors import ModelError
from tritone.core.task import Regression
from tritone.layers.positions import sinusoidal
from tritone.models.mctn import MCTN, Decoder

DIMS = {"text": 5, "audio": 3, "vision": 4}


def test_words_are_enough_to_predict(batch: Batch) -> None:
    model = MCTN(DIMS, Regression(), width=4).eval()
    gone = {m: replace(batch[m], mask=batch[m].mask & False) for m in ("audio", "vision")}
    torch.testing.assert_close(
        model(replace(batch, tracks={**batch.tracks, **gone})).score, model(batch).score
    )


def test_a_decoder_asks_the_states_by_place() -> None:
    """softmax(places K^T / sqrt d) V, through a recurrent layer and a linear one."""
    decoder = Decoder(4, 3)
    states = torch.randn(1, 5, 4, generator=torch.Generator().manual_seed(0))
    weights = decoder.attend.attention
    (wq, wk, wv), (bq, bk, bv) = weights.in_proj_weight.chunk(3), weights.in_proj_bias.chunk(3)
    query, key, value = sinusoidal(2, 4) @ wq.T + bq, states[0] @ wk.T + bk, states[0] @ wv.T + bv
    asked = weights.out_proj(torch.softmax(query @ key.T / 2, dim=1) @ value)
    expected = decoder.out(decoder.rnn.cell(asked[None])[0])
    mask, wanted = torch.ones(1, 5, dtype=torch.bool), torch.ones(1, 2, dtype=torch.bool)
    torch.testing.assert_close(decoder(states, mask, wanted), expected)


def test_translations_and_the_way_back_are_compared_row_by_row(batch: Batch) -> None:
    model = MCTN(DIMS, Regression(), width=4).eval()
    tracks = {m: model.track(batch, m) for m in DIMS}
    said = tracks["text"]
    states = model.states(said.values, said.mask)
    terms = model.losses(model(batch), batch)
    for m in ("audio", "vision"):
        mask = batch[m].mask
        told = model.decode[m](states[m], said.mask, mask)
        error = (told[mask] - batch[m].values[mask]).square().mean()
        torch.testing.assert_close(terms[f"translate_{m}"], 0.1 * error)
    told = model.decode["audio"](states["audio"], said.mask, batch["audio"].mask)
    back = model.back_encode(told, batch["audio"].mask)[0]
    again = model.back_decode(back, batch["audio"].mask, said.mask)[said.mask]
    error = (again - said.values[said.mask]).square().mean()
    torch.testing.assert_close(terms["cycle"], 0.1 * error)


def test_one_modality_has_nowhere_to_go() -> None:
    with pytest.raises(ModelError) as caught:
        MCTN({"text": 5}, Regression())
    assert str(caught.value) == (
        "MCTN translates text to others, and there is no other modality. "
        "Give it a store with another one, "
        "or train one that does with one channel: modality_transformer."
    )
