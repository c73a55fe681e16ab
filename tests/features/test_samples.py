"""The sound itself as rows: end to end they are the sound again."""

import numpy as np
import pytest
import torch

from tritone.core.errors import RecipeError
from tritone.features.extractor import RATE_HZ, Material, build
from tritone.features.samples import Waveform


def sound(count: int) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 0.1, count).astype(np.float32)


def test_rows_end_to_end_are_the_sound() -> None:
    heard = sound(1700)
    track = Waveform().track(Material("a", sound=heard, start=5.0))
    flat = track.values.flatten()
    assert track.values.shape == (3, 640)
    assert torch.equal(flat[:1700], torch.from_numpy(heard))
    assert not flat[1700:].any()
    # The last row has 420 samples, 26.25 ms.
    expected = torch.tensor([[5.0, 5.04], [5.04, 5.08], [5.08, 5.10625]])
    torch.testing.assert_close(track.spans, expected)


def test_a_long_clip_keeps_its_first_seconds() -> None:
    heard = sound(3 * RATE_HZ)
    track = Waveform(longest=1.0).track(Material("a", sound=heard))
    assert track.values.shape == (25, 640)
    assert torch.equal(track.values.flatten(), torch.from_numpy(heard[:RATE_HZ]))
    assert track.spans[-1].tolist() == pytest.approx([0.96, 1.0])


@pytest.mark.parametrize(("seconds", "kept"), [(0.04, 16_000), (0.03, 15_840)])
def test_a_clip_is_cut_where_a_sample_is_left_out(seconds: float, kept: int) -> None:
    """Whole rows are kept: 33 of 30 ms."""
    extractor = Waveform(seconds=seconds, longest=1.0)
    for count, is_cut in ((kept, False), (kept + 1, True)):
        material = Material("a", sound=sound(count))
        lost = count - int(extractor.track(material).spans[-1, 1].item() * RATE_HZ + 0.5)
        assert (lost > 0) == extractor.cuts(material) == is_cut
    assert not extractor.cuts(Material("a"))


def test_a_single_sample_is_a_row() -> None:
    track = Waveform().track(Material("a", sound=sound(1)))
    assert track.values.shape == (1, 640)
    assert track.spans[0].tolist() == pytest.approx([0.0, 1 / RATE_HZ])


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"seconds": 0}, "seconds is 0; take 0.000063 to 10"),
        ({"seconds": 2, "longest": 1}, "longest is 1 s; take 2 (a row) to 600 s"),
    ],
)
def test_impossible_lengths_are_refused(settings: dict, says: str) -> None:
    with pytest.raises(RecipeError) as caught:
        build("waveform", settings)
    assert str(caught.value) == f"waveform cannot be set so: {says}"
