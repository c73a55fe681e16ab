"""VGG-Face against its parts: a face's vector, the mean of a clip's, and what a store holds."""

from collections.abc import Callable

import pytest
import torch
from torch.nn import functional

from tritone.core.batch import Batch, Track
from tritone.core.task import Regression
from tritone.layers.vgg import GRID, VggNet
from tritone.models.vgg_face import VggFace

SMALL = {"side": 16, "width": 4, "channels": (2, 3)}
MakeBatch = Callable[..., Batch]


def test_a_clip_is_the_mean_of_its_faces(make_batch: MakeBatch) -> None:
    batch = make_batch(rows={"vision": (16, 16)}, pictures=["vision"])
    torch.manual_seed(0)
    model = VggFace({"vision": 256}, Regression(), **SMALL).eval()
    track, vectors = batch["vision"], []
    for clip in range(len(batch)):
        real = track.values[clip, track.mask[clip]].float()
        plain = functional.layer_norm(real, [16, 16])[:, None]
        vectors.append(model.net(plain).relu().mean(dim=0))
    said = model(batch)
    torch.testing.assert_close(said.parts["fused"], torch.stack(vectors))
    torch.testing.assert_close(said.score, model.head(torch.stack(vectors)))


@pytest.mark.parametrize("row", [(20, 12), (12, 12, 3)])
def test_what_a_store_holds_is_looked_at_as_in_a_batch(
    row: tuple[int, ...], make_batch: MakeBatch
) -> None:
    batch = make_batch(rows={"vision": row}, pictures=["vision"])
    model = VggFace({"vision": torch.Size(row).numel()}, Regression(), **SMALL).eval()
    track = batch["vision"]
    first = Track(track.values[:, :1], track.mask[:, :1], track.spans[:, :1])
    fused = model(Batch(batch.ids, {"vision": first})).parts["fused"]
    torch.testing.assert_close(fused, model.look(track.values[:, 0]))


def test_padding_is_no_part_of_the_batch_in_training(make_batch: MakeBatch) -> None:
    batch = make_batch(rows={"vision": (16, 16)}, pictures=["vision"])
    model = VggFace({"vision": 256}, Regression(), **SMALL).train()
    model(batch)
    real = batch["vision"].values[batch["vision"].mask].float()
    plain = functional.layer_norm(real, [16, 16])[:, None]
    mean = model.net.process[0](plain).mean(dim=(0, 2, 3))
    # 0.1 of the batch's mean is what the running mean takes up.
    torch.testing.assert_close(model.net.process[1].running_mean, 0.1 * mean)


def test_a_stage_is_as_many_convolutions_as_it_says_and_a_pool() -> None:
    net = VggNet(1, 5, channels=(2, 3), depth=2)
    kinds = [type(part).__name__ for part in net.process]
    stage = [*["Conv2d", "BatchNorm2d", "ReLU"] * 2, "MaxPool2d"]
    assert kinds == stage * 2
    assert net.predict.weight.shape == (5, GRID * GRID * 3)


def test_a_face_of_48_pixels_keeps_its_nine_places() -> None:
    """48 pixels, halved four times, are 3: nothing is averaged, and the corner stays a corner."""
    net = VggNet(1, 9, channels=(1, 1, 1, 1), depth=1).eval()
    with torch.no_grad():
        for part in net.process:
            if isinstance(part, torch.nn.Conv2d):
                part.weight.zero_()
                part.weight[0, 0, 1, 1] = 1.0
        net.predict.weight.copy_(torch.eye(9))
        net.predict.bias.zero_()
        face = torch.zeros(1, 1, 48, 48)
        face[0, 0, 20, 40] = 1.0
        seen = net(face).reshape(3, 3)
    assert seen.nonzero().tolist() == [[1, 2]]


def test_pictures_smaller_than_the_grid_are_read_too() -> None:
    assert VggNet(3, 4).eval()(torch.ones(1, 3, 2, 2)).isfinite().all()
