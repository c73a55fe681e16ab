"""CENET against its formulas, and codes that are fitted on train."""

from dataclasses import replace
from math import sqrt

import pytest
import torch

from tritone.core.batch import Batch
from tritone.core.errors import ModelError
from tritone.core.task import Regression
from tritone.models.cenet import Cenet, Codes

DIMS = {"text": 5, "audio": 3, "vision": 4}


def test_states_are_shifted_by_what_they_find_in_the_codes(batch: Batch, text_folder: str) -> None:
    torch.manual_seed(0)
    model = Cenet(DIMS, Regression(), folder=text_folder, codes=4).eval()
    states = torch.randn(len(batch), 3, 8)
    tracks = {m: model.track(batch, m) for m in ("audio", "vision")}
    rows = {m: model.codes[m](track.values) for m, track in tracks.items()}
    got = model.enhanced(states, rows, {m: track.mask for m, track in tracks.items()})
    for clip in range(len(batch)):
        found = []
        for m, track in tracks.items():
            real = track.values[clip, track.mask[clip]]
            centres, ask = model.codes[m].centres, model.ask[m]
            nearest = ((real[:, None] - centres) ** 2).sum(dim=2).argmin(dim=1)
            codes = model.codes[m].embed.weight[nearest]
            query, key = ask.query(states[clip]).tanh(), ask.key(codes).tanh()
            found.append((query @ key.T / sqrt(8)).softmax(dim=1) @ ask.value(codes).tanh())
        expected = states[clip] + model.join(torch.cat(found, dim=1))
        torch.testing.assert_close(got[clip], expected)


def test_the_shift_comes_after_the_layer_that_is_named(make_batch, text_folder: str) -> None:
    batch = make_batch(tokens=True)
    torch.manual_seed(0)
    model = Cenet(DIMS, Regression(), folder=text_folder, level=1).eval()
    assert batch.tokens is not None
    ids, mask = batch.tokens.ids, batch.tokens.mask
    layers = model.text.encoder.encoder.layer
    seen = {}

    def look(_, given, __) -> None:
        seen["given"] = given[0]

    for layer in layers:
        layer.register_forward_hook(look)
    plain = model.text(ids, mask)
    entered = seen["given"]
    model.text(ids, mask, {1: lambda states: states + 1})
    torch.testing.assert_close(seen["given"], entered + 1)
    assert not torch.equal(model.text(ids, mask, {1: lambda states: states * 2}), plain)
    torch.testing.assert_close(model.text(ids, mask), plain)  # nothing of it stays


def test_centres_are_those_of_the_rows_of_train(make_batch, text_folder: str) -> None:
    batch = make_batch(clips=6)
    two = torch.tensor([[1.0, 0.0, 0.0], [0.0, 5.0, 0.0]])
    values = (
        two[torch.arange(9) % 2]
        .expand(6, 9, 3)
        .masked_fill(~batch["audio"].mask.unsqueeze(2), torch.inf)
    )
    tracks = {**batch.tracks, "audio": replace(batch["audio"], values=values)}
    model = Cenet(DIMS, Regression(), folder=text_folder, codes=4)
    model.prepare([replace(batch, tracks=tracks)])
    found = {tuple(round(float(x), 4) for x in row) for row in model.codes["audio"].centres}
    assert found == {(1.0, 0.0, 0.0), (0.0, 5.0, 0.0)}


def test_a_modality_that_train_never_has_leaves_its_centres() -> None:
    codes = Codes(3, 4, 2)
    before = codes.centres.clone()
    codes.fit(torch.zeros(0, 3))
    assert torch.equal(codes.centres, before)


def test_a_level_that_the_encoder_lacks_is_refused(text_folder: str) -> None:
    with pytest.raises(ModelError) as caught:
        Cenet(DIMS, Regression(), folder=text_folder, level=2)
    assert str(caught.value) == f"{text_folder} has 2 layers, so level is 0 to 1, got 2."
