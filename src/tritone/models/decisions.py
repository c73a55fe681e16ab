"""Decisions of single channels, and how several become one.

An opinion is what a channel would answer alone: a score, or the probability of each class.
Where no channel is present, the opinion is even: a score of 0, or the same for each class.
"""

from collections.abc import Mapping

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Regression, Task
from tritone.models.base import FusionModel
from tritone.models.encoders import encode
from tritone.models.subnets import counted, target_in

# Probabilities are held this far from 0 and 1, so that their logarithms are finite.
CERTAIN = 1e-6


def opinion(task: Task, score: Float[Tensor, "*batch width"]) -> Float[Tensor, "*batch width"]:
    """What a model's raw score says: the score itself, or a probability for each class."""
    if isinstance(task, Regression):
        return score
    return score.sigmoid() if task.multi else score.softmax(dim=-1)


def score_of(task: Task, opinions: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
    """The raw score whose opinion this is."""
    if isinstance(task, Regression):
        return opinions
    held = opinions.clamp(CERTAIN, 1 - CERTAIN)
    return held.logit() if task.multi else held.log()


def even_opinion(task: Task) -> float:
    """What each number of an opinion is when nothing is known."""
    if isinstance(task, Regression):
        return 0.0
    return 0.5 if task.multi else 1.0 / task.width


def blend(
    task: Task,
    opinions: Float[Tensor, "batch channel width"],
    weights: Float[Tensor, "batch channel"],
) -> Float[Tensor, "batch width"]:
    """Opinions averaged by weights; what the weights lack of 1 goes to the even opinion."""
    mixed = (opinions * weights.unsqueeze(2)).sum(dim=1)
    return mixed + (1 - weights.sum(dim=1, keepdim=True)) * even_opinion(task)


def mean_opinion(
    task: Task,
    opinions: Float[Tensor, "batch channel width"],
    present: Bool[Tensor, "batch channel"],
) -> Float[Tensor, "batch width"]:
    """The plain average over the channels that are present."""
    return blend(task, opinions, present / present.sum(dim=1, keepdim=True).clamp(min=1))


def vote(
    task: Task,
    opinions: Float[Tensor, "batch channel width"],
    present: Bool[Tensor, "batch channel"],
) -> Float[Tensor, "batch width"]:
    """Majority vote of the present channels as an opinion; the median for a regression.

    Each channel votes for its likeliest class (for `multi`, for each class it holds likelier
    than not). The mean of their probabilities counts as one more voter with a divided vote: it
    can break a tie, and never outvote a majority.
    """
    if isinstance(task, Regression):
        return median(opinions, present)
    if task.multi:
        ballots = (opinions > even_opinion(task)).to(opinions.dtype)
    else:
        ballots = functional.one_hot(opinions.argmax(dim=2), task.width).to(opinions.dtype)
    votes = (ballots * present.unsqueeze(2)).sum(dim=1)
    voters = present.sum(dim=1, keepdim=True)
    return (votes + mean_opinion(task, opinions, present)) / (voters + 1)


def median(
    scores: Float[Tensor, "batch channel width"], present: Bool[Tensor, "batch channel"]
) -> Float[Tensor, "batch width"]:
    """The middle score of the present channels, the mean of the middle two; 0 without any."""
    ranked = scores.masked_fill(~present.unsqueeze(2), torch.inf).sort(dim=1).values
    count = present.sum(dim=1)
    clips = torch.arange(len(scores), device=scores.device)
    lower = ranked[clips, (count - 1).clamp(min=0) // 2]
    upper = ranked[clips, count // 2]
    return ((lower + upper) / 2).masked_fill((count == 0).unsqueeze(1), 0.0)


def solo_scores(
    model: FusionModel, read: nn.ModuleDict, head: nn.ModuleDict, batch: Batch
) -> tuple[dict[str, Tensor], Tensor]:
    """The raw score of each channel alone, and which channels each clip has.

    Args:
        model: whose channels are read.
        read: an encoder for each channel.
        head: a layer from each encoder's vector to a score.
        batch: the clips.
    """
    encoded = encode(model, read, batch)
    scores = {m: head[m](each.vector) for m, each in encoded.items()}
    return scores, torch.stack([each.present for each in encoded.values()], dim=1)


def solo_parts(scores: Mapping[str, Tensor], present: Tensor) -> dict[str, Tensor]:
    """What each channel says alone, as `score_text` and so on, and which are present."""
    return {**{f"score_{channel}": score for channel, score in scores.items()}, "present": present}


def solo_losses(model: FusionModel, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
    """Each channel's own loss, over the clips in which it is present.

    Args:
        model: gives its channels and its task.
        prediction: with the parts that `solo_parts` names.
        batch: has the target.

    Raises:
        ModelError: the batch has no target.
    """
    target, present = target_in(batch), prediction.parts["present"]
    losses = {}
    for place, channel in enumerate(model.dims):
        score = prediction.parts[f"score_{channel}"]
        losses[channel] = model.task.loss(score, target, counted(batch, present[:, place]))
    return losses


def begin_as_mean(join: nn.Linear, channels: int) -> None:
    """Let a layer over the channels' answers start as their mean.

    Started at random it turns the answer of some channel round. Where clips have one channel each,
    a channel's own loss teaches it the right way long before such a layer turns back.

    Args:
        join: reads as many numbers of each channel; the first of them are its answer.
        channels: how many.
    """
    width, each = join.out_features, join.in_features // channels
    with torch.no_grad():
        join.weight.copy_(torch.eye(width, each).repeat(1, channels) / channels)
        join.bias.zero_()
