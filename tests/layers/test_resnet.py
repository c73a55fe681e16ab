"""ResNet-50 against its known size, and a bottleneck against its layers."""

import torch
from torch.nn import functional

from tritone.layers.resnet import Bottleneck, ResNet, SmallPictureNet


def numbers(net: torch.nn.Module) -> int:
    return sum(weight.numel() for weight in net.parameters())


def test_resnet_50_has_the_weights_of_resnet_50() -> None:
    with torch.device("meta"):
        assert numbers(ResNet(3, 1000)) == 25_557_032
        assert numbers(ResNet(3, 1000, depths=(3, 4, 23, 3))) == 44_549_160


def test_a_stage_halves_the_picture() -> None:
    net = ResNet(1, 5, depths=(1, 1, 1, 1), channels=2).eval()
    seen, sides = net.ingest(torch.randn(2, 1, 64, 64)), []
    for block in net.process:
        seen = block(seen)
        sides.append(tuple(seen.shape[1:]))
    assert sides == [(8, 16, 16), (16, 8, 8), (32, 4, 4), (64, 2, 2)]
    torch.testing.assert_close(net.predict(seen.mean(dim=(2, 3))).shape, torch.Size([2, 5]))


def test_a_bottleneck_adds_what_it_changes() -> None:
    torch.manual_seed(0)
    block, picture = Bottleneck(4, 2, stride=2).eval(), torch.randn(2, 4, 6, 5)
    convolutions = [layer for layer in block.change if isinstance(layer, torch.nn.Conv2d)]
    scale = 1 / (1 + 1e-5) ** 0.5  # a batch norm that has seen nothing
    seen = picture
    for place, (convolve, stride) in enumerate(zip(convolutions, (1, 2, 1), strict=True)):
        kernel = convolve.weight.shape[2]
        seen = scale * functional.conv2d(seen, convolve.weight, None, stride, kernel // 2)
        seen = seen if place == 2 else seen.relu()
    kept = scale * functional.conv2d(picture, block.keep[0].weight, None, 2)
    torch.testing.assert_close(block(picture), (seen + kept).relu())


def test_a_bottleneck_that_changes_no_shape_keeps_what_came_in() -> None:
    assert not list(Bottleneck(8, 2).keep.parameters())


def test_the_small_net_has_three_convolutions() -> None:
    net = SmallPictureNet(3, 5)
    assert sum(isinstance(layer, torch.nn.Conv2d) for layer in net.modules()) == 3
    assert net.eval()(torch.randn(2, 3, 64, 64)).shape == (2, 5)
    assert net.eval()(torch.randn(2, 3, 1, 1)).shape == (2, 5)
