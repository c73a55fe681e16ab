"""Models of any channels with one channel, with two, and with one never heard of."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import torch

from tritone.catalogue import find
from tritone.core.batch import Batch
from tritone.core.task import Classes, Regression, Task
from tritone.models.base import FusionModel

NAMES = (
    "bert",
    "mag_bert",
    "cenet",
    "clip",
    "clip_bert",
    "bert_resnet",
    "bert_resnet_average",
    "with_bert",
    "modality_transformer",
    "late_vote",
    "early_concat",
    "modality_attention",
    "sequence_fusion",
    "dynamic_weighting",
    "concat_lstm",
    "pca_concat",
    "autoencoder_concat",
    "cca_concat",
    "weighted_average",
    "stacking",
    "intermediate",
    "multimodal_transformer",
    "cross_modal_attention",
    "self_attention",
    "hierarchical_attention",
)
CITED = (
    "timf",
    "disrfn",
    "tedt",
    "mvan",
    "itin",
    "hcil",
    "msfnet",
    "multi_sentinet",
    "comn",
    "thmm",
    "rmfn",
    "bilstm_attention",
    "dual_stream",
    "contrastive",
    "shared_private",
    "co_attention",
    "joint_multitask",
    "mlp_mixing",
)
CHANNELS = (
    {"audio": 3},
    {"audio": 3, "vision": 4},
    {"text": 5, "audio": 3, "vision": 4, "heart": 2},
)
MANY = Classes(("joy", "fear", "anger"), multi=True)
TASKS = (Regression(-1, 1), Classes(("no", "yes")), MANY)
MakeBatch = Callable[..., Batch]
Arguments = Callable[[str], dict[str, Any]]


@pytest.mark.parametrize("task", TASKS, ids=["score", "classes", "many"])
@pytest.mark.parametrize("dims", CHANNELS, ids=["one", "two", "four"])
@pytest.mark.parametrize("name", NAMES)
def test_any_set_of_channels_can_be_fitted_and_trained(
    name: str, dims: Mapping[str, int], task: Task, make_batch: MakeBatch, arguments: Arguments
) -> None:
    torch.manual_seed(0)
    model = find("model", name)(dims, task, **arguments(name))
    trains(model, make_batch(clips=6, rows=rows_of(dims), tokens=True, task=task))


@pytest.mark.parametrize("dims", CHANNELS[::2], ids=["one", "four"])
@pytest.mark.parametrize("name", CITED)
def test_so_it_is_with_what_the_papers_only_cite(
    name: str, dims: Mapping[str, int], make_batch: MakeBatch
) -> None:
    torch.manual_seed(0)
    trains(find("model", name)(dims, MANY), make_batch(rows=rows_of(dims), task=MANY))


def rows_of(dims: Mapping[str, int]) -> dict[str, tuple[int]]:
    return {channel: (dim,) for channel, dim in dims.items()}


def trains(model: FusionModel, batch: Batch) -> None:
    """It can be fitted and taught, all of it learns, and its answer can be read."""
    model.prepare([batch, batch])
    said = model(batch)
    assert said.score.shape == (len(batch), model.task.width)
    torch.stack(list(model.losses(said, batch).values())).sum().backward()
    spared = model.frozen() | model.fitted()
    weights = {name: one for name, one in model.named_parameters() if name not in spared}
    still = [n for n, w in weights.items() if w.grad is None or not w.grad.isfinite().all()]
    assert weights and not still
    assert model.task.decode(model.eval()(batch).score).isfinite().all()
