"""A lexicon that is induced from train: how much each column tells a class from the rest.

row ─ mean over time ─ above 0 | below 0 ─ shares ─ times the lexicon ─ linear ─ score
"""

from collections.abc import Mapping
from typing import ClassVar

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from tritone.core.batch import Batch, Prediction
from tritone.core.errors import ModelError
from tritone.core.task import Task
from tritone.models.gathered import Gathered
from tritone.models.linear_fit import fit_linear
from tritone.models.solved import SolvedModel, sides_of

UNSEEN = 0.01  # prior count of a word that no clip has


class Lexicon(SolvedModel):
    """The mean weight of a clip's words, where the weights are log-odds in units of their error.

    A word is a column of a channel: its number is how much of it a clip has. A column that goes
    below 0 is two words, one for each sign. `prepare` counts the words of each class against
    those of all others (of a scale: of its upper half against the lower), and fits one linear
    layer from the mean weights to the score. `parts["weight_text"]` (clip, column) and so on
    say how much each column added to the score, or to the likeliest class.

    Source: Monroe et al. 2008, "Fightin' Words: Lexical Feature Selection and Evaluation for
        Identifying the Content of Political Conflict", Political Analysis 16, eq. 15-22.
        https://doi.org/10.1093/pan/mpn018
    Differs: the paper selects words by these weights, and does not judge texts with them; the
        prior is the words of train itself; a clip's mean row is counted, so that clips count
        alike however long they are.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        prior: words of the prior, for each word of train; above 0.
        penalty: on the squared weights of the linear layer, 0 or more.

    Raises:
        ModelError: a prior of 0 or less.
    """

    normalises: ClassVar[bool] = False

    lexicon: Tensor
    weight: Tensor
    bias: Tensor

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        prior: int | float = 0.1,
        penalty: int | float = 1.0,
    ) -> None:
        super().__init__(dims, task)
        if prior <= 0:
            raise ModelError(f"A lexicon needs a prior above 0, got {prior}.")
        self.prior, self.penalty = prior, penalty
        self.register_buffer("lexicon", torch.zeros(2 * sum(dims.values()), task.width))
        self.register_buffer("weight", torch.zeros(task.width, task.width))
        self.register_buffer("bias", torch.zeros(task.width))

    def fit(self, heard: Gathered, target: Tensor) -> None:
        words = words_of(torch.cat(list(heard.vectors.values()), dim=1))
        counted, sides = words * heard.weight.unsqueeze(1), sides_of(self.task, target)
        for place in range(self.task.width):
            self.lexicon[:, place] = log_odds(counted, sides[:, place], prior=self.prior)
        said = shares(words) @ self.lexicon.double()
        weight, bias = fit_linear(
            self.task, said, target, weight=heard.weight, penalty=self.penalty
        )
        self.weight.copy_(weight)
        self.bias.copy_(bias)

    def forward(self, batch: Batch) -> Prediction:
        rows, _ = self.means(batch)
        said = shares(words_of(torch.cat([rows[m] for m in self.dims], dim=1)))
        weights = self.lexicon @ self.weight
        score = said @ weights + self.bias
        # (clip, word) for the number that is highest, then both signs of a column together.
        told = said * weights.T[score.argmax(dim=1)]
        above, below = told.chunk(2, dim=1)
        columns = (above + below).split(list(self.dims.values()), dim=1)
        parts = {f"weight_{m}": each for m, each in zip(self.dims, columns, strict=True)}
        return Prediction(score, parts)


def words_of(rows: Float[Tensor, "clip dim"]) -> Float[Tensor, "clip word"]:
    """What each column has above 0, then what it has below, without its sign."""
    return torch.cat([rows.relu(), (-rows).relu()], dim=1)


def shares(words: Float[Tensor, "clip word"]) -> Float[Tensor, "clip word"]:
    """The words as shares of their sum; zeros for a clip without one."""
    total = words.sum(dim=1, keepdim=True)
    return words / total.where(total > 0, 1.0)


def log_odds(
    words: Float[Tensor, "clip word"], side: Bool[Tensor, " clip"], *, prior: int | float
) -> Float[Tensor, " word"]:
    """Log-odds ratio of each word, one side against the other, over its standard error.

    (y + a) / (n + a0 - y - a) is the odds of a word that one side says y times in n, with prior
    counts a that sum to a0; the variance is 1 / (y + a) of one side plus that of the other.

    Source: Monroe et al. 2008, "Fightin' Words", Political Analysis 16, eq. 16, 20 and 22.
        https://doi.org/10.1093/pan/mpn018

    Args:
        words: how much each clip has of each word, 0 or more.
        side: the clips of the one side.
        prior: words of the prior for each word that is counted.
    """
    before = prior * words.sum(dim=0) + UNSEEN
    odds, variance = [], []
    for clips in (side, ~side):
        counts = words[clips].sum(dim=0) + before
        odds.append((counts / (counts.sum() - counts).clamp(min=UNSEEN)).log())
        variance.append(1 / counts)
    return (odds[0] - odds[1]) / (variance[0] + variance[1]).sqrt()
