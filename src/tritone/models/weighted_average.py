"""Each channel decides alone; the decisions are averaged, the reliable ones weigh more.

text   ─ encoder ─ score ─ opinion ─┐
audio  ─ encoder ─ score ─ opinion ─┼─ Σ weight · opinion, weights on a simplex ─ score
vision ─ encoder ─ score ─ opinion ─┘
"""

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.errors import ModelError
from tritone.core.task import Task
from tritone.layers.attention import masked_softmax
from tritone.models.base import FusionModel
from tritone.models.decisions import blend, opinion, score_of, solo_losses, solo_parts, solo_scores
from tritone.models.encoders import readers
from tritone.models.subnets import target_in

LEAST_WEIGHT = 1e-4  # a predefined weight of 0 becomes this, so that it can be learned again


class WeightedAverage(FusionModel):
    """Average the channels' probabilities (or scores) by one weight for each channel.

    Each channel learns by its own loss. The weights start even or as given, and learn from the
    loss of the average, which teaches nothing else. As channels that overfit look reliable on
    the clips they learned from, call `fit_weights` with the validation split afterwards: it
    replaces them. Channels that a clip lacks leave their weight to the others.

    Source: S001, Huang, "Cross-Modal Sentiment Understanding", III.B.1, weighted
        averaging.
    Differs: the paper's weights are predefined (`weights` does that); these are fitted as well.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        weights: how much each channel counts at first, up to a common factor; all alike by
            default.
        width: size of the encoders' states.
        encoders: a name for all channels, or one for each: cnn, lstm, mean, transformer.
        depth: levels of each encoder.
        heads: of the attention in a Transformer.
        dropout: share dropped in training, 0 to 1.

    Raises:
        ModelError: weights that are not one number of 0 or more for each channel.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        weights: Mapping[str, int | float] | None = None,
        width: int = 64,
        encoders: str | Mapping[str, str] = "lstm",
        depth: int = 1,
        heads: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.read = readers(dims, width, encoders, depth=depth, heads=heads, dropout=dropout)
        self.head = nn.ModuleDict({m: nn.Linear(width, task.width) for m in dims})
        self.weight = nn.Parameter(logits_of(dims, weights))

    def forward(self, batch: Batch) -> Prediction:
        scores, present = solo_scores(self, self.read, self.head, batch)
        # The average must not reach into the channels: each learns for itself.
        opinions = opinion(self.task, torch.stack(list(scores.values()), dim=1).detach())
        weights = masked_softmax(self.weight.expand(len(batch), -1), present)
        fused = score_of(self.task, blend(self.task, opinions, weights))
        return Prediction(fused, {**solo_parts(scores, present), "weights": weights})

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        return {
            **solo_losses(self, prediction, batch),
            "weights": self.task.loss(prediction.score, target_in(batch), batch.weight),
        }

    def settle(self, val: Iterable[Batch]) -> None:
        """Choose the weights on val, as S001 would have them."""
        self.fit_weights(val)

    def fit_weights(self, batches: Iterable[Batch], *, steps: int = 100) -> dict[str, float]:
        """Choose the weights anew on clips that the channels have not learned from.

        Args:
            batches: the validation split.
            steps: of L-BFGS, at most.

        Returns:
            The weight of each channel; they sum to 1.

        Raises:
            ModelError: there is no batch, or one without a target.
        """
        opinions, present, target = self.answers(batches)
        logits = self.weight.detach().clone().requires_grad_()
        optimiser = torch.optim.LBFGS([logits], max_iter=steps, line_search_fn="strong_wolfe")

        def closure() -> Tensor:
            optimiser.zero_grad()
            weights = masked_softmax(logits.expand(len(target), -1), present)
            fused = score_of(self.task, blend(self.task, opinions, weights))
            # A trace of the even weights holds what the clips leave open.
            loss = self.task.loss(fused, target) + 1e-4 * logits.square().sum()
            loss.backward()
            return loss

        with torch.enable_grad():
            optimiser.step(closure)
        with torch.no_grad():
            self.weight.copy_(logits)
        return dict(zip(self.dims, logits.detach().softmax(dim=0).tolist(), strict=True))

    @torch.no_grad()
    def answers(self, batches: Iterable[Batch]) -> tuple[Tensor, Tensor, Tensor]:
        """What each channel says of all clips, which of them are present, and the targets."""
        before, found = self.training, []
        self.eval()
        for batch in batches:
            scores, present = solo_scores(self, self.read, self.head, batch)
            opinions = opinion(self.task, torch.stack(list(scores.values()), dim=1))
            found.append((opinions, present, target_in(batch)))
        self.train(before)
        if not found:
            raise ModelError("The weights are fitted on the validation split, which is empty.")
        opinions, present, target = (torch.cat(each) for each in zip(*found, strict=True))
        return opinions, present, target


def logits_of(dims: Mapping[str, int], weights: Mapping[str, int | float] | None) -> Tensor:
    """The numbers whose softmax is the weights.

    Raises:
        ModelError: a channel without a weight, a weight without a channel, or no sum.
    """
    if weights is None:
        return torch.zeros(len(dims))
    if set(weights) != set(dims):
        raise ModelError(
            f"Weights are given for {', '.join(weights)}; the model reads {', '.join(dims)}. "
            f"Give one for each."
        )
    if min(weights.values()) < 0 or not 0 < sum(weights.values()) < float("inf"):
        raise ModelError(f"Weights are 0 or more, and not all 0, got {dict(weights)}.")
    shares = torch.tensor([float(weights[channel]) for channel in dims])
    return (shares / shares.sum()).clamp(min=LEAST_WEIGHT).log()
