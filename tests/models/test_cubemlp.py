"""A block of the cube against loops over its axes."""

import torch

from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.models.cubemlp import CubeBlock, CubeMLP

DIMS = {"text": 5, "audio": 3, "vision": 4}


def mix(layer: torch.nn.Module, vector: torch.Tensor) -> torch.Tensor:
    """One axis of one place, by the formula."""
    inner = torch.nn.functional.gelu(layer.first.weight @ vector + layer.first.bias)
    mixed = layer.skip(vector) + layer.second.weight @ inner + layer.second.bias
    return layer.norm(mixed)


def test_a_block_mixes_time_then_modality_then_channel() -> None:
    block = CubeBlock((4, 2, 3), (5, 2, 6), dropout=0.0)
    cube = torch.randn(1, 4, 2, 3, generator=torch.Generator().manual_seed(0))
    time = torch.zeros(5, 2, 3)
    for m in range(2):
        for d in range(3):
            time[:, m, d] = mix(block.time, cube[0, :, m, d])
    modality = torch.zeros(5, 2, 3)
    for t in range(5):
        for d in range(3):
            modality[t, :, d] = mix(block.modality, time[t, :, d])
    dim = torch.stack([torch.stack([mix(block.dim, row) for row in rows]) for rows in modality])
    torch.testing.assert_close(block(cube)[0], dim)


def test_any_length_fills_the_cube(batch: Batch) -> None:
    model = CubeMLP(DIMS, Regression(), slots=3, width=4, blocks=((2, 4), (2, 2)), post=5)
    assert model(batch).score.shape == (4, 1)
    assert model.mix[0].in_features == 2 * 3 * 2
