"""Any model with a text encoder before it: the same model on the states of its words."""

from dataclasses import replace

import pytest
import torch

from tritone.catalogue import find
from tritone.core.batch import Batch, Track
from tritone.core.errors import ModelError
from tritone.core.task import Classes, Regression
from tritone.models.with_bert import WithBert

DIMS = {"text": 5, "audio": 3, "vision": 4}


@pytest.fixture
def batch(make_batch) -> Batch:
    return make_batch(tokens=True)


def words_one_by_one(model: WithBert, batch: Batch, clip: int) -> torch.Tensor:
    """The mean state of the pieces of each word of a clip."""
    assert batch.tokens is not None and batch.tokens.words is not None
    states = model.text(batch.tokens.ids, batch.tokens.mask)[clip]
    words, mask = batch.tokens.words[clip], batch.tokens.mask[clip]
    said = int(words[mask].max()) + 1
    return torch.stack([states[(words == word) & mask].mean(dim=0) for word in range(said)])


@pytest.mark.parametrize("name", ["concat_mlp", "misa", "dual_audio_attention", "early_concat"])
def test_it_is_the_model_on_the_states_of_the_words(
    name: str, batch: Batch, text_folder: str
) -> None:
    torch.manual_seed(0)
    outer = WithBert(DIMS, Regression(), model=name, folder=text_folder).eval()
    inner = find("model", name)({**DIMS, "text": 8}, Regression()).eval()
    inner.load_state_dict(outer.fusion.state_dict())
    for clip in range(len(batch)):
        words = words_one_by_one(outer, batch, clip)[None]
        time = words.shape[1]
        text = Track(words, torch.ones(1, time, dtype=torch.bool), torch.zeros(1, time, 2))
        others = {
            m: Track(batch[m].values[[clip]], batch[m].mask[[clip]], batch[m].spans[[clip]])
            for m in ("audio", "vision")
        }
        alone = Batch((batch.ids[clip],), {"text": text, **others})
        torch.testing.assert_close(inner(alone).score[0], outer(batch).score[clip])


def test_the_encoder_learns_with_the_model(batch: Batch, text_folder: str) -> None:
    model = WithBert(DIMS, Regression(), model="tfr_net", folder=text_folder, trained=-1)
    torch.stack(list(model.losses(model(batch), batch).values())).sum().backward()
    grads = {n for n, w in model.text.named_parameters() if w.grad is not None and w.grad.any()}
    assert any("layer.0" in name for name in grads)
    assert any("embeddings" in name for name in grads)
    paces = {group.get("scale", 1.0): group["params"] for group in model.groups()}
    assert {id(w) for w in paces[model.pace]} == {id(w) for w in model.text.parameters()}


def test_what_a_model_fits_it_fits_on_the_states(batch: Batch, text_folder: str) -> None:
    model = WithBert(DIMS, Regression(), model="pca_concat", folder=text_folder)
    before = {name: value.clone() for name, value in model.fusion.named_buffers()}
    model.prepare([batch, batch])
    changed = {n for n, value in model.fusion.named_buffers() if not torch.equal(value, before[n])}
    assert changed


def test_times_of_words_are_kept_where_there_is_one_for_each(
    batch: Batch, text_folder: str
) -> None:
    model = WithBert(DIMS, Regression(), folder=text_folder)
    assert batch.tokens is not None and batch.tokens.said is not None
    said = batch.tokens.said
    time = int(said.max())
    spans = torch.arange(2.0 * time).reshape(1, time, 2).repeat(len(batch), 1, 1)
    mask = torch.arange(time) < said[:, None]
    mask[0] = False
    mask[0, 0] = True
    text = Track(torch.zeros(len(batch), time, 5), mask, spans)
    batch = replace(batch, tracks={**batch.tracks, "text": text})
    seen = model.seen(batch)["text"]
    for clip in range(len(batch)):
        real = seen.mask[clip]
        if int(said[clip]) == int(mask[clip].sum()):
            torch.testing.assert_close(seen.spans[clip, real], spans[clip, : int(real.sum())])
        else:
            assert seen.spans[clip].isnan().all()


def test_a_model_that_keeps_a_row_for_each_clip_is_told_how_many(text_folder: str) -> None:
    model = WithBert(DIMS, Regression(), model="self_mm", folder=text_folder, clips=7)
    assert any(buffer.shape[:1] == (7,) for buffer in model.fusion.buffers())


@pytest.mark.parametrize(
    ("name", "reason"),
    [("bert", "reads texts by an encoder of its own"), ("bc_lstm", "reads dialogues")],
)
def test_models_that_cannot_have_one_are_named(name: str, reason: str, text_folder: str) -> None:
    with pytest.raises(ModelError) as caught:
        WithBert(DIMS, Classes(("no", "yes")), model=name, folder=text_folder)
    assert str(caught.value) == f"{name} {reason}. Train it by itself, without with_bert."
