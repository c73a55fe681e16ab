"""Naive Bayes, SVM and lexicon: solved before the loop, against scikit-learn and by hand."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC, LinearSVR

from tritone.catalogue import find
from tritone.core.batch import Batch, Track
from tritone.core.errors import ModelError
from tritone.core.task import Classes, Regression, Task
from tritone.models.lexicon import Lexicon, log_odds
from tritone.models.naive_bayes import NaiveBayes
from tritone.models.svm import LinearSVM

DIMS = {"text": 5, "audio": 3, "vision": 4}
THREE = Classes(("down", "level", "up"))
MANY = Classes(("joy", "fear", "anger"), multi=True)
NAMES = ("naive_bayes", "svm", "logistic", "lexicon", "interpretable_mlp")


def made(rows: np.ndarray, target: torch.Tensor) -> Batch:
    """Clips with one row of text each."""
    values = torch.tensor(rows, dtype=torch.float32)[:, None]
    track = Track(values, torch.ones(len(rows), 1, dtype=torch.bool), torch.zeros(len(rows), 1, 2))
    return Batch(tuple(f"clip{i}" for i in range(len(rows))), {"text": track}, target)


@pytest.fixture
def gauss() -> Batch:
    rng = np.random.default_rng(0)
    target = torch.arange(30) % 3
    return made(rng.normal(size=(30, 4)) + target.numpy()[:, None], target)


def test_gaussian_naive_bayes_is_scikit_learns(gauss: Batch) -> None:
    model = NaiveBayes({"text": 4}, THREE)
    model.prepare([gauss])
    rows = gauss["text"].values[:, 0].double().numpy()
    theirs = GaussianNB().fit(rows, gauss.target).predict_joint_log_proba(rows)
    np.testing.assert_allclose(model(gauss).score.numpy(), theirs, rtol=1e-4)


def test_multinomial_naive_bayes_is_scikit_learns() -> None:
    counts = np.random.default_rng(1).integers(0, 4, (30, 6))
    batch = made(counts, torch.arange(30) % 3)
    model = NaiveBayes({"text": 6}, THREE)
    model.prepare([batch])
    theirs = MultinomialNB().fit(counts, batch.target).predict_joint_log_proba(counts)
    np.testing.assert_allclose(model(batch).score.numpy(), theirs, rtol=1e-4)


def test_naive_bayes_of_a_scale_is_the_mean_of_the_bins() -> None:
    target = torch.tensor([[-0.9], [-0.7], [0.5], [0.9]])
    batch = made(np.array([[-5.0], [-5.1], [5.0], [5.1]]), target)
    model = NaiveBayes({"text": 1}, Regression(-1, 1), bins=2)
    model.prepare([batch])
    expected = torch.tensor([[-0.8], [-0.8], [0.7], [0.7]])
    torch.testing.assert_close(model(batch).score, expected)


@pytest.mark.parametrize("other", [1.0, 0.0], ids=["one column", "all columns"])
def test_a_column_that_never_changes_on_train_leaves_a_finite_score(other: float) -> None:
    rows = np.array([[-3.0, 1.0], [-3.0, 2.0], [-3.0, 4.0]]) * [1.0, other]
    model = NaiveBayes({"text": 2}, THREE)
    model.prepare([made(rows, torch.arange(3))])
    assert model(made(rows + 2, torch.arange(3))).score.isfinite().all()


def test_the_machine_of_classes_is_scikit_learns(gauss: Batch) -> None:
    model = LinearSVM({"text": 4}, THREE)
    model.prepare([gauss])
    rows = StandardScaler().fit_transform(gauss["text"].values[:, 0].numpy().astype(float))
    theirs = LinearSVC(loss="hinge", random_state=0, max_iter=20000).fit(rows, gauss.target)
    np.testing.assert_allclose(model(gauss).score, theirs.decision_function(rows), atol=0.02)


def test_the_machine_of_a_score_is_scikit_learns(gauss: Batch) -> None:
    batch = replace(gauss, target=gauss.target[:, None].float() - 1)
    model = LinearSVM({"text": 4}, Regression(), epsilon=0.1, steps=20000)
    model.prepare([batch])
    rows = StandardScaler().fit_transform(batch["text"].values[:, 0].numpy().astype(float))
    theirs = LinearSVR(epsilon=0.1, random_state=0, max_iter=20000).fit(rows, batch.target[:, 0])
    np.testing.assert_allclose(model(batch).score[:, 0], theirs.predict(rows), atol=1e-3)


def test_log_odds_by_hand() -> None:
    # One side says the first word 3 times in 4, the other once in 4; the prior is half of that.
    words = torch.tensor([[3.0, 1.0], [1.0, 3.0]], dtype=torch.float64)
    said = log_odds(words, torch.tensor([True, False]), prior=0.5)
    high, low = 3 + 2.01, 1 + 2.01
    expected = 2 * np.log(high / low) / np.sqrt(1 / high + 1 / low)
    np.testing.assert_allclose(said.numpy(), [expected, -expected], rtol=1e-12)


def test_what_the_words_added_and_the_bias_are_the_score(gauss: Batch) -> None:
    model = Lexicon({"text": 4}, THREE)
    model.prepare([gauss])
    said = model(gauss)
    best = said.score.argmax(dim=1)
    expected = said.score.max(dim=1).values - model.bias[best]
    torch.testing.assert_close(said.parts["weight_text"].sum(dim=1), expected)
    assert (best == gauss.target).float().mean() > 0.5


def test_attribution_is_the_gradient_times_the_feature(gauss: Batch) -> None:
    torch.manual_seed(0)
    model = find("model", "interpretable_mlp")({"text": 4}, THREE).eval()
    values = gauss["text"].values.clone().requires_grad_()
    batch = replace(gauss, tracks={"text": replace(gauss["text"], values=values)})
    said = model(batch)
    (slope,) = torch.autograd.grad(said.score.max(dim=1).values.sum(), values)
    torch.testing.assert_close(said.parts["weight_text"], (slope * values)[:, 0])


@pytest.mark.parametrize("task", [Regression(-1, 1), THREE, MANY], ids=["score", "one", "many"])
@pytest.mark.parametrize("name", NAMES)
def test_the_laws_hold_once_it_is_solved(
    name: str, task: Task, make_batch: Callable[..., Batch]
) -> None:
    torch.manual_seed(0)
    batch = make_batch(clips=12, task=task)
    model = find("model", name)(DIMS, task)
    model.prepare([batch, batch])
    whole = model.eval()(batch)
    assert whole.score.isfinite().all() and whole.score.std() > 0
    blank = {m: replace(t, mask=t.mask & False) for m, t in batch.tracks.items()}
    assert model(replace(batch, tracks=blank)).score.isfinite().all()
    some = torch.arange(12)[:, None] > 0
    holes = {**batch.tracks, "text": replace(batch["text"], mask=batch["text"].mask & some)}
    torch.testing.assert_close(model(replace(batch, tracks=holes)).score[1:], whole.score[1:])


@pytest.mark.parametrize("name", NAMES[:3])
def test_clips_without_a_known_target_do_not_count(name: str, gauss: Batch) -> None:
    hidden = replace(gauss, target=gauss.target.where(torch.arange(30) < 20, -1))
    told, left = find("model", name)({"text": 4}, THREE), find("model", name)({"text": 4}, THREE)
    told.prepare([hidden])
    left.prepare([made(gauss["text"].values[:20, 0].numpy(), gauss.target[:20])])
    torch.testing.assert_close(told(gauss).score, left(gauss).score)


@pytest.mark.parametrize("name", NAMES[:3])
def test_train_without_targets_is_said(name: str, gauss: Batch) -> None:
    model = find("model", name)({"text": 4}, THREE)
    with pytest.raises(ModelError) as caught:
        model.prepare([replace(gauss, target=None)])
    assert str(caught.value) == (
        f"{type(model).__name__} is fitted to targets; the train split has none."
    )


@pytest.mark.parametrize("name", ["naive_bayes", "svm", "logistic", "lexicon", "stacking"])
def test_a_class_that_counts_more_is_said_more_often(name: str, gauss: Batch) -> None:
    rare = gauss.target == 2
    scores = []
    for weight in (1.0, 10.0):
        torch.manual_seed(0)
        model = find("model", name)({"text": 4}, THREE)
        model.prepare([replace(gauss, weight=torch.where(rare, weight, 1.0))])
        scores.append(model.eval()(gauss).score.softmax(dim=1)[:, 2].mean())
    assert scores[1] > scores[0] + 0.01
