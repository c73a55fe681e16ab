"""The linear baseline: what scikit-learn solves, and nothing of val but the penalty."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression as Sklearn
from sklearn.linear_model import Ridge

from tritone.core.batch import Batch, Track
from tritone.core.errors import ModelError
from tritone.core.task import Classes, Regression, Task
from tritone.models.logistic import LogisticRegression

CLASSES = Classes(("a", "b", "c"))


def batch_of(task: Task, clips: int = 60, seed: int = 0) -> tuple[Batch, np.ndarray, np.ndarray]:
    """Clips of one row of four numbers, from which the target follows but for some noise."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(clips, 4))
    worth = rows @ np.array([1.0, -2.0, 0.5, 0.0]) + rng.normal(size=clips)
    true = np.digitize(worth, (-1, 1)) if isinstance(task, Classes) else worth
    target = torch.tensor(true) if isinstance(task, Classes) else torch.tensor(true)[:, None]
    mask = torch.ones(clips, 1, dtype=torch.bool)
    track = Track(torch.tensor(rows).float()[:, None], mask, torch.zeros(clips, 1, 2))
    ids = tuple(f"c{n}" for n in range(clips))
    made = Batch(
        ids, {"text": track}, target=target if isinstance(task, Classes) else target.float()
    )
    return made, rows, true


def test_classes_are_solved_as_by_scikit_learn() -> None:
    batch, rows, true = batch_of(CLASSES)
    model = LogisticRegression({"text": 4}, CLASSES, raw=["text"], penalties=[0.5])
    model.prepare([batch])
    theirs = Sklearn(C=2.0, tol=1e-8, max_iter=1000).fit(rows, true).predict_proba(rows)
    ours = model(batch).score.softmax(dim=1).numpy()
    np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_a_score_is_solved_as_by_scikit_learn() -> None:
    batch, rows, true = batch_of(Regression())
    model = LogisticRegression({"text": 4}, Regression(), raw=["text"], penalties=[3.0])
    model.prepare([batch])
    theirs = Ridge(alpha=3.0).fit(rows, true).predict(rows)
    np.testing.assert_allclose(model(batch).score[:, 0].numpy(), theirs, atol=1e-5)


def test_the_penalty_is_the_one_that_does_best_on_val() -> None:
    batch, _, _ = batch_of(CLASSES, 400)
    model = LogisticRegression({"text": 4}, CLASSES, penalties=[1e5, 1.0])
    model.prepare([batch])
    model.settle([batch_of(CLASSES, seed=1)[0]])
    assert int(model.chosen) == 1


def test_a_channel_that_it_does_not_read_cannot_be_raw() -> None:
    with pytest.raises(ModelError, match="raw names 'words'; the channels are text"):
        LogisticRegression({"text": 4}, CLASSES, raw=["words"])


def test_a_penalty_of_nothing_is_refused() -> None:
    with pytest.raises(ModelError, match=r"penalties are above 0, got \[0\]"):
        LogisticRegression({"text": 4}, CLASSES, penalties=[0])
