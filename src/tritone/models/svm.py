"""Linear support vector machines, one for each number of the score.

rows ─ mean over time ─ standardised ─┐
...                                   ├─ concatenation ─ linear ─ score
"""

import warnings
from collections.abc import Mapping

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC, LinearSVR
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.errors import ModelError
from tritone.core.task import Regression, Task
from tritone.layers.projection import Standardise
from tritone.models.gathered import Gathered
from tritone.models.solved import SolvedModel, sides_of


class LinearSVM(SolvedModel):
    """Hinge loss, one class against the rest; a score by the epsilon-insensitive loss.

    `prepare` solves it with scikit-learn's LinearSVC and LinearSVR on each channel's mean row,
    its columns standardised on train. A channel that a clip lacks adds nothing. The decision
    values are the logits: their order is the SVM's, and probabilities read off them are not
    calibrated (no Platt scaling).

    Source: Cortes and Vapnik 1995, "Support-Vector Networks", Machine Learning 20; Fan et al.
        2008, "LIBLINEAR: A Library for Large Linear Classification", JMLR 9.
        https://jmlr.org/papers/v9/fan08a.html
    Differs: linear, without a kernel; it reads the mean row of each channel.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        cost: weight of the clips' losses against the squared weights, above 0.
        epsilon: error of a score that costs nothing, in its unit; 0 or more.
        steps: of the solver, at most.
        seed: of the order in which the solver takes clips.

    Raises:
        ModelError: a cost of 0 or less, or an epsilon below 0.
    """

    weight: Tensor
    bias: Tensor

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        cost: int | float = 1.0,
        epsilon: int | float = 0.0,
        steps: int = 1000,
        seed: int = 0,
    ) -> None:
        super().__init__(dims, task)
        if cost <= 0 or epsilon < 0:
            raise ModelError(
                f"An SVM needs a cost above 0 and an epsilon of 0 or more, got {cost} and "
                f"{epsilon}."
            )
        self.cost, self.epsilon, self.steps, self.seed = cost, epsilon, steps, seed
        self.scale = nn.ModuleDict({m: Standardise(dim) for m, dim in dims.items()})
        self.register_buffer("weight", torch.zeros(sum(dims.values()), task.width))
        self.register_buffer("bias", torch.zeros(task.width))

    def fit(self, heard: Gathered, target: Tensor) -> None:
        heard.standardise(self.scale)
        scaled = self.joined(heard.vectors, heard.columns()).double().numpy()
        for place in range(self.task.width):
            weight, bias = self.solve(scaled, target, heard.weight.numpy(), place)
            self.weight[:, place] = torch.from_numpy(weight)
            self.bias[place] = bias

    def solve(
        self, rows: np.ndarray, target: Tensor, weight: np.ndarray, place: int
    ) -> tuple[np.ndarray, float]:
        """Weight and bias of one number of the score."""
        common = {"C": self.cost, "max_iter": self.steps, "random_state": self.seed}
        if isinstance(self.task, Regression):
            machine = LinearSVR(epsilon=self.epsilon, **common)
            true = self.task.from_middle(target).squeeze(1).numpy()
        else:
            machine = LinearSVC(loss="hinge", **common)
            true = sides_of(self.task, target)[:, place].numpy()
            if true.all() or not true.any():
                # A class that all clips have, or none, has no margin.
                return np.zeros(rows.shape[1]), 1.0 if true.all() else -1.0
        with warnings.catch_warnings():
            # What the last steps would still move is less than what a split's chance moves.
            warnings.simplefilter("ignore", ConvergenceWarning)
            machine.fit(rows, true, sample_weight=weight)
        return machine.coef_.reshape(-1), float(np.reshape(machine.intercept_, -1)[0])

    def joined(self, rows: Mapping[str, Tensor], present: Mapping[str, Tensor]) -> Tensor:
        """Standardised rows of all channels end to end; zeros, the mean, where one is absent."""
        return torch.cat([s(rows[m].float()) * present[m] for m, s in self.scale.items()], dim=1)

    def forward(self, batch: Batch) -> Prediction:
        rows, present = self.means(batch)
        joined = self.joined(rows, present)
        return Prediction(joined @ self.weight + self.bias, {"scaled": joined})
