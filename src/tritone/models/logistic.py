"""The linear model that every net must beat: logistic regression, ridge regression for a score.

rows ─ mean over time ─ brought to one length ─┐
...                                            ├─ concatenation ─ linear ─ score
"""

from collections.abc import Iterable, Mapping, Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.errors import ModelError
from tritone.core.task import Regression, Task
from tritone.layers.projection import Standardise
from tritone.models.gathered import Gathered
from tritone.models.linear_fit import logistic, ridge
from tritone.models.solved import SolvedModel
from tritone.models.subnets import target_in


class LogisticRegression(SolvedModel):
    """All channels' mean rows end to end through one linear layer, solved at once.

    `prepare` solves it for each penalty, `settle` takes the one that does best on val. A channel
    is standardised on train and divided by the root of its width, so that none outweighs another
    by its number of columns; one of `raw` is left as it is, as TF-IDF is, whose rows have
    length 1 already. A channel that a clip lacks adds nothing.

    Source: Cox 1958, "The Regression Analysis of Binary Sequences", JRSS B 20; Hoerl and Kennard
        1970, "Ridge Regression", Technometrics 12.
    Differs: several classes are one softmax, not one against the rest; the penalty is chosen on
        val; a channel is weighed by the root of its width.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        raw: channels whose columns are left as they are.
        penalties: weights of the squared weights that are tried, above 0; scikit-learn's 1 / C.

    Raises:
        ModelError: no penalty, or one of 0 or less; or `raw` names what is no channel.
    """

    weight: Tensor
    bias: Tensor
    chosen: Tensor

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        raw: Sequence[str] = (),
        penalties: Sequence[int | float] = (0.01, 0.1, 1.0, 10.0),
    ) -> None:
        super().__init__(dims, task)
        if not penalties or min(penalties) <= 0:
            raise ModelError(f"penalties are above 0, got {list(penalties)}.")
        stray = [channel for channel in raw if channel not in dims]
        if stray:
            raise ModelError(f"raw names {stray[0]!r}; the channels are {', '.join(dims)}.")
        self.penalties, width = tuple(penalties), sum(dims.values())
        self.scale = nn.ModuleDict({m: Standardise(dim) for m, dim in dims.items() if m not in raw})
        self.register_buffer("weight", torch.zeros(len(penalties), width, task.width))
        self.register_buffer("bias", torch.zeros(len(penalties), task.width))
        self.register_buffer("chosen", torch.tensor(0))

    def fit(self, heard: Gathered, target: Tensor) -> None:
        heard.standardise(self.scale)
        joined = self.joined(heard.vectors, heard.columns()).double()
        for place, penalty in enumerate(self.penalties):
            weight, bias = self.solved(joined, target, heard.weight, penalty)
            self.weight[place], self.bias[place] = weight, bias

    def solved(
        self, rows: Float[Tensor, "row dim"], target: Tensor, weight: Tensor, penalty: int | float
    ) -> tuple[Float[Tensor, "dim width"], Float[Tensor, " width"]]:
        """Weight and bias that fit best."""
        if not isinstance(self.task, Regression):
            return logistic(self.task, rows, target, weight, penalty)
        mean = rows.mean(dim=0)
        slope, bias = ridge(rows - mean, self.task.from_middle(target).double(), penalty)
        return slope, bias - mean @ slope

    def settle(self, val: Iterable[Batch]) -> None:
        """Take the penalty with the smallest loss on val."""
        losses = torch.zeros(len(self.penalties))
        for batch in val:
            joined = self.joined(*self.means(batch))
            for place in range(len(self.penalties)):
                score = joined @ self.weight[place] + self.bias[place]
                loss = self.task.loss(score, target_in(batch), batch.weight)
                losses[place] += float(loss) * len(batch)
        self.chosen.copy_(losses.argmin())

    def joined(self, rows: Mapping[str, Tensor], present: Mapping[str, Tensor]) -> Tensor:
        """All channels end to end, each brought to its length; zeros where one is absent."""
        parts = []
        for channel, dim in self.dims.items():
            values = rows[channel].float()
            if channel in self.scale:
                values = self.scale[channel](values) / dim**0.5
            parts.append(values * present[channel])
        return torch.cat(parts, dim=1)

    def forward(self, batch: Batch) -> Prediction:
        joined, place = self.joined(*self.means(batch)), int(self.chosen)
        return Prediction(joined @ self.weight[place] + self.bias[place], {"joined": joined})
