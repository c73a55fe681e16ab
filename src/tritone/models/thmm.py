"""A hidden Markov model for each class, whose states speak, sound and look in their own way.

text, audio, vision ─ slots ─ likelihood in each state ─ forward algorithm ─ likelihood of a class
"""

from collections.abc import Iterable, Mapping

import torch
from einops import rearrange
from jaxtyping import Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Classes, Regression, Task
from tritone.layers.projection import Standardise
from tritone.models.base import FusionModel
from tritone.models.gathered import gather
from tritone.models.subnets import in_slots, read_tracks


class TrimodalHMM(FusionModel):
    """In the style of THMM: which chain of states is likelier to have said the clip.

    A score has two chains, for either end of the scale, and several classes at once have two
    each, for having it and lacking it. `prepare` fits the scales on the train split.

    Source: Morency, Mihalcea and Doshi 2011, "Towards Multimodal Sentiment Analysis: Harvesting
        Opinions from the Web", ICMI. https://doi.org/10.1145/2070481.2070509
    Differs: in the style of, from what S003 and the abstract say: a tri-modal hidden Markov
        model on synchronised features. Here channels are independent given the state, so that
        any may be missing; they meet in slots of the clip's length; and the chains learn to
        tell classes apart by gradient, not each its own class by expectation-maximisation.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets how many chains there are.
        states: of each chain.
        slots: steps that a clip is cut into.
    """

    def __init__(
        self, dims: Mapping[str, int], task: Task, *, states: int = 3, slots: int = 8
    ) -> None:
        super().__init__(dims, task)
        self.slots = slots
        twice = isinstance(task, Regression) or task.multi
        chains = task.width * (1 + twice)
        self.scale = nn.ModuleDict({m: Standardise(dim) for m, dim in dims.items()})
        self.say = nn.ModuleDict({m: Emission(dim, chains, states) for m, dim in dims.items()})
        self.start = nn.Parameter(torch.randn(chains, states) / 10)
        self.move = nn.Parameter(torch.eye(states) + torch.randn(chains, states, states) / 10)

    def prepare(self, train: Iterable[Batch]) -> None:
        gather(self, train).standardise(self.scale)

    def forward(self, batch: Batch) -> Prediction:
        heard = self.start.new_zeros(())
        for m, track in read_tracks(self, batch).items():
            rows = in_slots(track.values, track.mask, self.slots)
            there = track.mask.any(dim=1)[:, None, None, None]
            scaled = self.scale[m](rearrange(rows, "batch slot dim -> (batch slot) dim"))
            scaled = rearrange(scaled, "(batch slot) dim -> batch slot dim", slot=self.slots)
            heard = heard + self.say[m](scaled) * there
        start, move = self.start.log_softmax(dim=1), self.move.log_softmax(dim=2)
        likelihood = forward_algorithm(heard, start, move) / self.slots
        return Prediction(self.score_of(likelihood), {"likelihood": likelihood})

    def score_of(self, likelihood: Float[Tensor, "batch chain"]) -> Float[Tensor, "batch width"]:
        """Log-likelihoods are logits; of two chains, the one against the other."""
        if isinstance(self.task, Classes) and not self.task.multi:
            return likelihood
        one, other = likelihood.chunk(2, dim=1)
        if isinstance(self.task, Regression):
            return (self.task.high - self.task.low) * ((one - other).sigmoid() - 1 / 2)
        return one - other


class Emission(nn.Module):
    """The log-likelihood of a row in each state: a Gaussian for each column.

    Args:
        dim: size of a row.
        chains: how many.
        states: of each chain.
    """

    def __init__(self, dim: int, chains: int, states: int) -> None:
        super().__init__()
        self.centre = nn.Parameter(torch.randn(chains, states, dim) / 2)
        self.log_spread = nn.Parameter(torch.zeros(chains, states, dim))

    def forward(
        self, rows: Float[Tensor, "batch slot dim"]
    ) -> Float[Tensor, "batch slot chain state"]:
        away = (rows[:, :, None, None] - self.centre) / self.log_spread.exp()
        # What all states have in common is left out.
        return -(away.square() / 2 + self.log_spread).sum(dim=4)


def forward_algorithm(
    heard: Float[Tensor, "batch slot chain state"],
    start: Float[Tensor, "chain state"],
    move: Float[Tensor, "chain before after"],
) -> Float[Tensor, "batch chain"]:
    """Log-likelihood of what is heard, over all ways through the states.

    Source: Rabiner 1989, "A tutorial on hidden Markov models and selected applications in
        speech recognition", Proceedings of the IEEE 77, eq. 19-21.

    Args:
        heard: log-likelihood of each slot in each state.
        start: log-probability of each state at first.
        move: log-probability of each state after each.
    """
    way = start + heard[:, 0]
    for slot in range(1, heard.shape[1]):
        way = (way.unsqueeze(3) + move).logsumexp(dim=2) + heard[:, slot]
    return way.logsumexp(dim=2)
