"""Heads that each judge one modality, beside the head of the fusion."""

from collections.abc import Mapping

from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Regression, Task
from tritone.layers.mlp import mlp
from tritone.layers.pooling import is_present
from tritone.models.subnets import counted, known_rows, mean_over, target_in


def judges(dims: Mapping[str, int], width: int, post: int, task: Task) -> nn.ModuleDict:
    """Two layers and a score for each modality."""
    return nn.ModuleDict(
        {m: nn.Sequential(mlp([width, post, post]), nn.Linear(post, task.width)) for m in dims}
    )


def judged(judge: nn.ModuleDict, vectors: Mapping[str, Tensor], batch: Batch) -> dict[str, Tensor]:
    """Each modality's own score, and whether there was anything to judge."""
    scores = {f"score_{m}": one(vectors[m]) for m, one in judge.items()}
    return scores | {f"present_{m}": is_present(batch[m].mask) for m in vectors}


def unimodal(
    task: Task, shares: Mapping[str, float], prediction: Prediction, batch: Batch
) -> dict[str, Tensor]:
    """The error of each modality's head, over the clips that have it and whose label is known.

    The label is `batch.targets["score_<modality>"]` where the corpus has it and a score is
    predicted; else the clip's own.
    """
    known, terms = known_rows(batch), {}
    for modality in (
        name.removeprefix("score_") for name in prediction.parts if name.startswith("score_")
    ):
        score, counts = (
            prediction.parts[f"score_{modality}"],
            prediction.parts[f"present_{modality}"].squeeze(1),
        )
        own = batch.targets.get(f"score_{modality}")
        if isinstance(task, Regression) and own is not None:
            own = own.reshape(len(score))
            each = (score.squeeze(1) - task.from_middle(own).nan_to_num()).abs()
            term = mean_over(each, counts & ~own.isnan())
        else:
            term = task.loss(score, target_in(batch), counted(batch, known & counts))
        terms[f"unimodal_{modality}"] = shares.get(modality, 1.0) * term
    return terms
