"""Stacking: while it learns, a clip is judged only by bases that have not seen it."""

from dataclasses import replace

import pytest
import torch

from tritone.core.batch import Batch, Track
from tritone.core.errors import ModelError
from tritone.core.task import Classes, Regression
from tritone.models.linear_fit import fit_linear
from tritone.models.stacking import Stacking, folds_of

TASK = Classes(("no", "yes"))


@pytest.fixture
def noise() -> Batch:
    """60 clips whose labels are tossed coins, in more columns than clips: all can be memorised."""
    rng = torch.Generator().manual_seed(0)
    rows = torch.randn(60, 1, 80, generator=rng)
    track = Track(rows, torch.ones(60, 1, dtype=torch.bool), torch.full((60, 1, 2), torch.nan))
    labels = torch.randint(0, 2, (60,), generator=rng)
    return Batch(tuple(f"clip{i}" for i in range(60)), {"text": track}, labels)


def memoriser() -> Stacking:
    torch.manual_seed(0)
    return Stacking({"text": 80}, TASK, penalty=1e-2)


def right(model: Stacking, batch: Batch) -> float:
    said = model(batch).parts["score_text"].argmax(dim=1)
    return (said == batch.target).float().mean().item()


def test_a_base_that_memorises_is_at_chance_on_the_clips_it_is_asked_about(noise):
    model = memoriser()
    model.prepare([noise])
    assert right(model.eval(), noise) == 1.0
    assert 0.3 < right(model.train(), noise) < 0.7


def test_the_label_of_a_clip_does_not_reach_its_own_out_of_fold_answer(noise):
    answers = []
    for label in (0, 1):
        labels = noise.target.clone()
        labels[7] = label
        model = memoriser()
        model.prepare([replace(noise, target=labels)])
        answers.append(model.train()(noise).parts["score_text"])
    fold = torch.tensor(folds_of(noise.ids, 5))
    same = fold == fold[7]
    assert torch.equal(answers[0][same], answers[1][same])
    assert not torch.isclose(answers[0][~same], answers[1][~same]).all()


def test_a_dialogue_is_never_torn(noise):
    dialogues = tuple(f"dialogue{i // 10}" for i in range(60))
    torn = replace(noise, dialogues=dialogues)
    labels = noise.target.clone()
    labels[:10] = 1 - labels[:10]
    answers = []
    for target in (noise.target, labels):
        model = memoriser()
        model.prepare([replace(torn, target=target)])
        answers.append(model.train()(torn).parts["score_text"][:10])
    assert torch.equal(*answers)


def test_later_a_clip_is_judged_by_the_base_that_knows_all_of_train(noise):
    model = memoriser().eval()
    model.prepare([noise])
    rows = noise["text"].values[:, 0]
    base = model.base["text"]
    expected = rows @ base.weight[-1] + base.bias[-1]
    torch.testing.assert_close(model(noise).parts["score_text"], expected)


def test_the_meta_classifier_reads_probabilities_and_who_is_there(make_batch):
    torch.manual_seed(0)
    batch = make_batch(clips=12, rows={"text": (5,), "audio": (3,)}, task=TASK)
    gone = batch["text"].mask.clone()
    gone[0] = False
    tracks = {**batch.tracks, "text": replace(batch["text"], mask=gone)}
    batch = replace(batch, tracks=tracks)
    model = Stacking({"text": 5, "audio": 3}, TASK, folds=2).eval()
    model.prepare([batch])
    said = model(batch)
    one, other = (said.parts[f"score_{m}"].softmax(dim=1) for m in ("text", "audio"))
    there = torch.ones(12, 1)
    lacks = there.clone()
    lacks[0] = 0
    features = torch.cat([one * lacks, lacks, other, there], dim=1)
    torch.testing.assert_close(said.score, model.meta(features))


def test_the_meta_classifier_does_not_believe_a_base_that_memorises(noise):
    model = memoriser()
    model.prepare([noise])
    surety = model.eval()(noise).score.softmax(dim=1).amax(dim=1).mean()
    assert surety < 0.75


def test_the_meta_classifier_is_fitted_to_out_of_fold_answers(noise):
    model = memoriser()
    model.prepare([noise])
    shares = model.train()(noise).parts["score_text"].softmax(dim=1)
    assert noise.target is not None
    weight, bias = fit_linear(
        TASK, torch.cat([shares, torch.ones(60, 1)], dim=1), noise.target, penalty=1e-2
    )
    torch.testing.assert_close(model.meta.weight, weight.T.float(), atol=1e-4, rtol=1e-3)
    torch.testing.assert_close(model.meta.bias, bias.float(), atol=1e-4, rtol=1e-3)


def test_folds_do_not_depend_on_the_run_or_the_order():
    names = [f"clip{i}" for i in range(200)]
    assert folds_of(names, 4) == folds_of(names[::-1], 4)[::-1]
    assert set(folds_of(names, 4)) == {0, 1, 2, 3}
    assert folds_of(["clip0", "clip1", "clip2"], 5) == [1, 4, 2]


def test_regression_bases_are_ridge(make_batch):
    batch = make_batch(clips=30)
    model = Stacking({"text": 5, "audio": 3, "vision": 4}, Regression())
    model.prepare([batch])
    error = (model.eval()(batch).parts["score_text"] - batch.target).square().mean()
    assert error < batch.target.var()


def test_one_fold_is_refused():
    with pytest.raises(ModelError) as caught:
        Stacking({"text": 5}, TASK, folds=1)
    assert str(caught.value) == "Stacking needs at least 2 folds, got 1."


def test_without_targets_there_is_nothing_to_fit(noise):
    with pytest.raises(ModelError) as caught:
        memoriser().prepare([replace(noise, target=None)])
    assert str(caught.value) == ("Stacking fits its bases to targets; the train split has none.")
