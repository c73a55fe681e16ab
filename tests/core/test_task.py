"""What is predicted: losses by hand, unknown targets, and the way through JSON."""

import json
import math

import pytest
import torch
from torch.nn import functional

import tritone.metrics
from tritone.core.errors import DataError
from tritone.core.task import Classes, Regression, Task, task_from_json

MOODS = Classes(("down", "level", "up"))
NAN = math.nan
TASKS = [Regression(), Regression(-1, 1), MOODS, Classes(("joy",), multi=True)]


def test_the_loss_of_a_score_is_the_mean_distance() -> None:
    loss = Regression().loss(torch.tensor([[1.0], [4.0]]), torch.tensor([[0.0], [-1.0]]))
    assert loss == 3.0


def test_the_loss_of_classes_is_the_cross_entropy() -> None:
    score, target = torch.randn(4, 3), torch.tensor([0, 2, 1, 1])
    torch.testing.assert_close(MOODS.loss(score, target), functional.cross_entropy(score, target))


def test_a_distribution_is_a_target_too() -> None:
    score, target = torch.randn(2, 3), torch.tensor([2, 0])
    shares = functional.one_hot(target, 3).float()
    torch.testing.assert_close(MOODS.loss(score, shares), MOODS.loss(score, target))


def test_several_classes_at_once_are_judged_apart() -> None:
    task = Classes(("joy", "fear"), multi=True)
    score, target = torch.randn(3, 2), torch.tensor([[1.0, 1.0], [0.0, 0.0], [1.0, 0.0]])
    torch.testing.assert_close(
        task.loss(score, target), functional.binary_cross_entropy_with_logits(score, target)
    )
    torch.testing.assert_close(task.decode(score), score.sigmoid())


@pytest.mark.parametrize(
    ("task", "score", "target"),
    [
        (Regression(), [[1.0], [9.0]], [[0.5], [NAN]]),
        (MOODS, [[1.0, 0.0, 2.0], [9.0, 9.0, 0.0]], [1, -1]),
        (MOODS, [[1.0, 0.0, 2.0], [9.0, 9.0, 0.0]], [[0.2, 0.8, 0.0], [NAN, NAN, NAN]]),
        (Classes(("joy",), multi=True), [[1.0], [9.0]], [[1.0], [NAN]]),
    ],
)
def test_an_unknown_target_leaves_the_loss(task: Task, score: list, target: list) -> None:
    both = task.loss(torch.tensor(score), torch.tensor(target))
    known = task.loss(torch.tensor(score[:1]), torch.tensor(target[:1]))
    torch.testing.assert_close(both, known)
    guess = torch.tensor(score[1:], requires_grad=True)
    none = task.loss(guess, torch.tensor(target[1:]))
    none.backward()
    assert none == 0
    assert guess.grad is not None and not guess.grad.any()


def test_a_weight_is_a_share_of_the_mean() -> None:
    score, target = torch.tensor([[1.0], [5.0]]), torch.tensor([[0.0], [0.0]])
    assert Regression().loss(score, target, torch.tensor([3.0, 1.0])) == 2.0
    logits, moods = torch.randn(4, 3), torch.tensor([0, 2, 1, 1])
    by_class = torch.tensor([1.0, 2.0, 0.5])
    torch.testing.assert_close(
        MOODS.loss(logits, moods, by_class[moods]),
        functional.cross_entropy(logits, moods, weight=by_class),
    )


def test_a_score_is_held_within_its_scale() -> None:
    said = Regression(-1, 1).decode(torch.tensor([[-7.0], [0.25], [1.5]]))
    assert said.tolist() == [-1.0, 0.25, 1.0]


def test_a_raw_score_counts_from_the_middle_of_the_scale() -> None:
    scale = Regression(1, 5)
    assert scale.decode(torch.tensor([[0.0], [1.5], [-9.0]])).tolist() == [3.0, 4.5, 1.0]
    assert scale.loss(torch.tensor([[0.0], [1.0]]), torch.tensor([[3.0], [2.0]])) == 1.0


def test_probabilities_sum_to_one() -> None:
    shares = MOODS.decode(torch.randn(5, 3))
    torch.testing.assert_close(shares.sum(dim=1), torch.ones(5))


@pytest.mark.parametrize("task", TASKS, ids=repr)
def test_a_task_survives_json(task: Task) -> None:
    assert task_from_json(json.loads(json.dumps(task.to_json()))) == task


@pytest.mark.parametrize("task", TASKS, ids=repr)
def test_every_metric_of_a_task_is_there(task: Task) -> None:
    for name in task.metrics:
        assert callable(getattr(tritone.metrics, name))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"task": "ranking"}, "A task is one of regression, classes, got 'ranking'."),
        ({}, "A task is one of regression, classes, got None."),
        ({"task": "regression", "low": 1, "high": 1}, "A scale runs from low to high, got [1, 1]."),
        ({"task": "regression", "low": 0, "high": math.inf}, "got [0, inf]."),
        ({"task": "classes", "names": ["a"]}, "A task needs at least 2 classes, got ['a']."),
        ({"task": "classes", "names": ["a", "a"]}, "Each class has a name of its own"),
        ({"task": "classes", "names": "ab"}, "a list of words, got 'ab'."),
        ({"task": "classes"}, "a list of words, got None."),
        ({"task": "regression", "colour": 1}, "does not describe a task"),
    ],
)
def test_data_that_is_no_task_says_what_is_wrong(data: dict, says: str) -> None:
    with pytest.raises(DataError) as caught:
        task_from_json(data)
    assert says in str(caught.value)
