"""S002's system against its parts; its two pathways; corpora of one channel each."""

from dataclasses import replace

import pytest
import torch

from tritone.core.batch import Batch
from tritone.core.errors import ModelError
from tritone.core.task import Classes, Regression
from tritone.models.dual_audio import DualAudioAttention

DIMS = {"text": 5, "audio": 3, "vision": 4}
BOTH = {**DIMS, "audio_context": 2}
ROWS = {name: (dim,) for name, dim in BOTH.items()}
TASK = Classes(("negative", "positive"))
SMALL = {"width": 4, "heads": 2}


def test_the_score_is_the_figure_of_the_paper(make_batch) -> None:
    torch.manual_seed(0)
    batch, model = make_batch(rows=ROWS), DualAudioAttention(BOTH, TASK, **SMALL).eval()
    said = model(batch)
    for clip in range(len(batch)):
        real = {m: track.values[clip, track.mask[clip]] for m, track in batch.tracks.items()}
        sound = real["audio"].unsqueeze(0)
        grid, _ = model.convolve(sound, torch.ones(sound.shape[:2], dtype=torch.bool))
        views = [grid.mean(dim=(1, 2))[0], model.contextual(real["audio_context"].mean(dim=0))]
        gates = (model.gate.score(torch.cat(views))).softmax(dim=0)
        voice = (gates[0] * views[0] + gates[1] * views[1]).unsqueeze(0)
        parts = [
            (model.process[m][0](rows)).relu()
            for m, rows in (("text", real["text"]), ("audio", voice), ("vision", real["vision"]))
        ]
        joined = torch.cat(parts).unsqueeze(0)
        mixed, _ = model.attention(joined, torch.ones(joined.shape[:2], dtype=torch.bool))
        means = [part.mean(dim=0) for part in mixed[0].split([len(part) for part in parts])]
        fused = model.fuse[0](torch.cat(means)).relu()
        heads = [model.judge[m](fused) for m in ("text", "audio", "vision")]
        torch.testing.assert_close(said.score[clip], model.unify(torch.cat(heads)))
        torch.testing.assert_close(said.parts["gates"][clip], gates)


def test_gates_and_attention_sum_to_one(make_batch) -> None:
    said = DualAudioAttention(BOTH, TASK, **SMALL).eval()(make_batch(rows=ROWS))
    torch.testing.assert_close(said.parts["gates"].sum(dim=1), torch.ones(4))
    torch.testing.assert_close(said.parts["attention"].sum(dim=2), torch.ones(4, 3))


def test_one_kind_of_audio_goes_down_both_pathways(batch: Batch) -> None:
    torch.manual_seed(0)
    model = DualAudioAttention(DIMS, TASK, **SMALL).eval()
    assert model.contextual.in_features == DIMS["audio"]
    twice = DualAudioAttention({**DIMS, "audio_context": 3}, TASK, **SMALL).eval()
    twice.load_state_dict(model.state_dict())
    more = replace(batch, tracks={**batch.tracks, "audio_context": batch["audio"]})
    torch.testing.assert_close(twice(more).score, model(batch).score)


def test_a_pathway_that_is_missing_leaves_the_other(make_batch) -> None:
    batch, model = make_batch(rows=ROWS), DualAudioAttention(BOTH, TASK, **SMALL).eval()
    track = batch["audio_context"]
    none = replace(track, mask=torch.zeros_like(track.mask))
    said = model(replace(batch, tracks={**batch.tracks, "audio_context": none}))
    assert said.parts["gates"].tolist() == [[1.0, 0.0]] * 4
    assert said.parts["present_audio"].all()


@pytest.mark.parametrize("dims", [{"text": 5}, {"audio": 3}, {"vision": 4, "audio": 3}])
def test_any_channels_will_do(dims, batch: Batch) -> None:
    model = DualAudioAttention(dims, Regression(), **SMALL)
    said = model(batch)
    assert said.score.shape == (4, 1)
    terms = model.losses(said, batch)
    assert set(terms) == {"task", *(f"unimodal_{m}" for m in dims)}


def test_a_head_learns_only_from_clips_that_have_its_channel(make_batch) -> None:
    """As in S002: a corpus of texts, one of voices and one of pictures, in one batch."""
    torch.manual_seed(0)
    batch = make_batch(task=TASK, clips=6)
    tracks = {}
    for place, (name, track) in enumerate(batch.tracks.items()):
        mask = track.mask.clone()
        mask[torch.arange(6) % 3 != place] = False
        tracks[name] = replace(track, mask=mask)
    alone = replace(batch, tracks=tracks)
    model = DualAudioAttention(DIMS, TASK, **SMALL).eval()
    said = model(alone)
    terms = model.losses(said, alone)
    for place, name in enumerate(DIMS):
        has = torch.arange(6) % 3 == place
        assert said.parts[f"present_{name}"].squeeze(1).tolist() == has.tolist()
        assert not said.parts[f"score_{name}"][~has].any()
        expected = TASK.loss(said.parts[f"score_{name}"][has], alone.target[has])
        torch.testing.assert_close(terms[f"unimodal_{name}"], expected)
    torch.stack(list(terms.values())).sum().backward()
    assert all(weight.grad.any() for weight in model.judge.parameters())


def test_the_heads_are_weighed(batch: Batch) -> None:
    torch.manual_seed(0)
    model = DualAudioAttention(DIMS, Regression(), **SMALL, auxiliary=0.5).eval()
    half = model.losses(model(batch), batch)
    model.auxiliary = 1.0
    whole = model.losses(model(batch), batch)
    torch.testing.assert_close(2 * half["unimodal_text"], whole["unimodal_text"])
    torch.testing.assert_close(half["task"], whole["task"])


def test_heads_that_do_not_divide_the_width_are_refused() -> None:
    with pytest.raises(ModelError) as caught:
        DualAudioAttention(DIMS, TASK, width=6, heads=4)
    assert str(caught.value) == (
        "A width of 6 cannot be shared among 4 heads. Choose a width that the number of heads "
        "divides, such as 4."
    )
