"""Several decisions made one, by hand."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from tritone.catalogue import find
from tritone.core.batch import Batch
from tritone.core.task import Classes, Regression
from tritone.models.decisions import blend, opinion, score_of, vote
from tritone.models.subnets import is_known

TASK = Classes(("down", "level", "up"))
MANY = Classes(("joy", "fear"), multi=True)
ALL, NONE = [[True] * 3], [[False] * 3]


def voted(task, opinions, present=ALL):
    return vote(task, torch.tensor([opinions]), torch.tensor(present))


def test_two_of_three_win_however_sure_the_third_is():
    # One vote for down at .99, two for up at .4: shares are (votes + mean) / 4.
    shares = voted(TASK, [[0.99, 0.01, 0.0], [0.3, 0.3, 0.4], [0.3, 0.3, 0.4]])
    assert shares.argmax() == 2
    torch.testing.assert_close(shares, torch.tensor([[1 + 0.53, 0.61 / 3, 2 + 0.8 / 3]]) / 4)


def test_a_tie_goes_to_the_largest_sum_of_probabilities():
    shares = voted(TASK, [[0.5, 0.3, 0.2], [0.2, 0.6, 0.2], [0.2, 0.2, 0.6]])
    # Sums: 0.9, 1.1, 1.0.
    assert shares.argmax() == 1


def test_a_channel_that_is_not_there_has_no_vote():
    opinions = [[0.9, 0.1, 0.0], [0.8, 0.1, 0.1], [0.0, 0.0, 1.0]]
    assert voted(TASK, opinions).argmax() == 0
    alone = voted(TASK, opinions, [[False, False, True]])
    torch.testing.assert_close(alone, torch.tensor([[0.0, 0.0, 1.0]]))


@pytest.mark.parametrize(("task", "even"), [(TASK, 1 / 3), (MANY, 0.5), (Regression(), 0.0)])
def test_where_nobody_votes_the_opinion_is_even(task, even):
    shares = voted(task, [[1.0] * task.width] * 3, NONE)
    torch.testing.assert_close(shares, torch.full((1, task.width), even))


def test_shares_of_the_votes_sum_to_one():
    opinions = torch.rand(5, 3, 3, generator=torch.Generator().manual_seed(0)).softmax(dim=2)
    present = torch.tensor([[True, False, True], *[[True] * 3] * 4])
    torch.testing.assert_close(vote(TASK, opinions, present).sum(dim=1), torch.ones(5))


def test_several_classes_at_once_are_voted_on_one_by_one():
    shares = voted(MANY, [[0.9, 0.9], [0.6, 0.4], [0.1, 0.4]])
    assert (shares > 0.5).tolist() == [[True, False]]
    tied = voted(MANY, [[0.9, 0.6], [0.3, 0.1], [0.0, 0.0]], [[True, True, False]])
    assert (tied > 0.5).tolist() == [[True, False]]


@pytest.mark.parametrize(
    ("present", "middle"),
    [
        ([True, True, True], 1.0),
        ([True, False, True], 0.0),
        ([False, True, False], 5.0),
        ([True, True, False], 2.0),
    ],
)
def test_a_regression_takes_the_median_of_those_present(present, middle):
    scores = [[-1.0], [5.0], [1.0]]
    assert voted(Regression(), scores, [present]).item() == middle


def test_what_the_weights_lack_goes_to_the_even_opinion():
    opinions = torch.tensor([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])
    mixed = blend(TASK, opinions, torch.tensor([[0.5, 0.2]]))
    torch.testing.assert_close(mixed, torch.tensor([[0.6, 0.3, 0.1]]))


@pytest.mark.parametrize("task", [TASK, MANY, Regression()])
def test_the_score_of_an_opinion_has_that_opinion(task):
    score = torch.linspace(-2, 2, 2 * task.width).reshape(2, task.width)
    said = opinion(task, score)
    torch.testing.assert_close(opinion(task, score_of(task, said)), said)


def test_certainty_has_a_finite_score():
    assert score_of(TASK, torch.tensor([[0.0, 0.0, 1.0]])).isfinite().all()
    assert score_of(MANY, torch.tensor([[0.0, 1.0]])).isfinite().all()


def test_unknown_targets_are_nan_or_less_than_zero():
    assert is_known(torch.tensor([2, -1])).tolist() == [True, False]
    assert is_known(torch.tensor([[torch.nan], [0.0]])).tolist() == [False, True]


@pytest.mark.parametrize(
    "name",
    [
        "modality_transformer",
        "late_vote",
        "weighted_average",
        "stacking_encoders",
        "joint_multitask",
        "linked_in_time",
        "dual_audio_attention",
        "mtfn",
    ],
)
def test_a_clip_counts_for_each_channel_as_much_as_for_the_whole(
    name: str, make_batch: Callable[..., Batch]
) -> None:
    """One whose class weighs nothing teaches as little as one whose class is not known."""
    batch, weight = make_batch(task=TASK), torch.tensor([1.0, 1.0, 0.0, 0.0])
    assert batch.target is not None
    unknown = replace(batch, target=batch.target.where(weight > 0, -1))
    weighed = replace(batch, weight=weight)
    model = find("model", name)({"text": 5, "audio": 3, "vision": 4}, TASK).eval()
    losses = [model.losses(model(each), each) for each in (weighed, unknown)]
    torch.testing.assert_close(losses[0], losses[1])
