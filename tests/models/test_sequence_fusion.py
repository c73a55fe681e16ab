"""Fusion on sequences: rows of the same moment meet."""

from itertools import pairwise

import torch

from tritone.core.batch import Batch, Track
from tritone.core.task import Regression
from tritone.layers.positions import sinusoidal
from tritone.models.fused_sequence import side_by_side
from tritone.models.sequence_fusion import SequenceFusion


def track(values: list[float], times: list[float]) -> Track:
    spans = torch.tensor([list(pairwise(times))])
    return Track(
        torch.tensor([values]).unsqueeze(2), torch.ones(1, len(values), dtype=torch.bool), spans
    )


def test_channels_of_different_rates_meet_at_the_same_moment():
    batch = Batch(
        ("clip",),
        {
            "text": track([1.0, 2.0], [0.0, 3.0, 4.0]),
            "audio": track([10.0, 20.0, 30.0, 40.0], [0.0, 1.0, 2.0, 3.0, 4.0]),
        },
    )
    rows, heard = side_by_side(batch, {m: t.values for m, t in batch.tracks.items()}, 4)
    assert rows[0].tolist() == [[1.0, 10.0], [1.0, 20.0], [1.0, 30.0], [2.0, 40.0]]
    assert heard.all()


def test_a_moment_in_which_nobody_is_heard_is_masked():
    batch = Batch(("clip",), {"text": track([1.0], [0.0, 1.0]), "audio": track([2.0], [3.0, 4.0])})
    rows, heard = side_by_side(batch, {m: t.values for m, t in batch.tracks.items()}, 4)
    assert heard.tolist() == [[True, False, False, True]]
    assert rows[0].tolist() == [[1.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 2.0]]


def test_aligned_channels_are_joined_row_by_row():
    torch.manual_seed(0)
    mask, times = torch.ones(1, 3, dtype=torch.bool), torch.full((1, 3, 2), torch.nan)
    tracks = {"text": torch.randn(1, 3, 5), "audio": torch.randn(1, 3, 3)}
    batch = Batch(("clip",), {m: Track(v, mask, times) for m, v in tracks.items()})
    model = SequenceFusion({"text": 5, "audio": 3}, Regression(), width=8, steps=3).eval()
    states = [model.read[m](v, mask).states for m, v in tracks.items()]
    rows = model.join(torch.cat(states, dim=2)) + sinusoidal(3, 8)
    expected = model.encoder.layers[0](rows).mean(dim=1)
    torch.testing.assert_close(model(batch).parts["fused"], expected)
