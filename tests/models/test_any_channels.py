"""The strategies of S000 and S001 with one channel, with two, and with one never heard of."""

from collections.abc import Mapping

import pytest
import torch

from tritone.catalogue import find
from tritone.core.task import Classes, Regression

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
CHANNELS = (
    {"audio": 3},
    {"audio": 3, "vision": 4},
    {"text": 5, "audio": 3, "vision": 4, "heart": 2},
)
TASKS = (
    Regression(-1, 1),
    Classes(("no", "yes")),
    Classes(("joy", "fear", "anger"), multi=True),
)


def targets(task, clips: int) -> torch.Tensor:
    if isinstance(task, Classes) and task.multi:
        return (torch.arange(clips)[:, None] % 2 == torch.arange(3) % 2).float()
    return (
        torch.arange(clips) % 2
        if isinstance(task, Classes)
        else torch.linspace(-1, 1, clips)[:, None]
    )


@pytest.mark.parametrize("task", TASKS, ids=["score", "classes", "many"])
@pytest.mark.parametrize("dims", CHANNELS, ids=["one", "two", "four"])
@pytest.mark.parametrize("name", NAMES)
def test_any_set_of_channels_can_be_fitted_and_trained(
    name: str, dims: Mapping[str, int], task, make_batch, arguments
):
    torch.manual_seed(0)
    batch = make_batch(clips=6, rows={m: (dim,) for m, dim in dims.items()}, tokens=True)
    batch = type(batch)(batch.ids, batch.tracks, targets(task, 6), tokens=batch.tokens)
    model = find("model", name)(dims, task, **arguments(name))
    model.prepare([batch, batch])
    said = model(batch)
    assert said.score.shape == (6, task.width)
    torch.stack(list(model.losses(said, batch).values())).sum().backward()
    learned = [w.grad for w in model.parameters() if w.grad is not None]
    assert learned and all(grad.isfinite().all() for grad in learned)
    opinions = task.decode(model.eval()(batch).score)
    assert opinions.isfinite().all()
