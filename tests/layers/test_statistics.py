"""The statistics of a voice: always as many, always finite, and blind to loudness."""

import pytest
import torch

from tritone.layers.statistics import count_of, statistics_of


def voice(time: int, *, pitch: float = 7.5, seed: int = 0) -> torch.Tensor:
    rows = torch.randn(time, 13, generator=torch.Generator().manual_seed(seed))
    rows[:, -1] = torch.where(torch.arange(time) % 3 > 0, pitch, 0.0)
    return rows


@pytest.mark.parametrize("time", [1, 2, 3, 5, 50])
def test_any_length_gives_as_many_finite_numbers(time):
    numbers = statistics_of(voice(time))
    assert len(numbers) == count_of(13)
    assert numbers.isfinite().all()


def test_a_voice_without_pitch_is_finite():
    rows = voice(20)
    rows[:, -1] = 0.0
    assert statistics_of(rows).isfinite().all()


def test_loudness_changes_nothing():
    rows = voice(30)
    louder = torch.cat([rows[:, :-1] + 4.0, rows[:, -1:]], dim=1)
    torch.testing.assert_close(statistics_of(louder), statistics_of(rows), atol=1e-4, rtol=1e-4)


def test_pitch_and_length_are_heard():
    assert not torch.allclose(statistics_of(voice(30, pitch=8.0)), statistics_of(voice(30)))
    assert statistics_of(voice(60))[-1] == 1.0
