"""Chance that a cut-off run takes up where it was: its state is a buffer beside the weights."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from tritone.core.batch import Track


class Chance(nn.Module):
    """A generator for each step: the same seed and step draw the same numbers, anywhere.

    Args:
        seed: of all draws.
    """

    step: Tensor

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed
        self.register_buffer("step", torch.zeros((), dtype=torch.long))

    def draw(self) -> torch.Generator:
        """The generator of this step; in training the next call is the next step."""
        rng = torch.Generator().manual_seed(self.seed * 1_000_003 + int(self.step))
        if self.training:
            self.step += 1
        return rng

    def hide(
        self, tracks: Mapping[str, Track], rates: tuple[float, float]
    ) -> tuple[dict[str, Track], dict[str, Tensor]]:
        """The tracks with some of their real rows set to 0, and which rows those are.

        A hidden row is still a row: it keeps its place, and says nothing.

        Args:
            tracks: whole, with padding of 0.
            rates: each clip and modality has a share of rows hidden, drawn from this range.
        """
        rng, (low, high) = self.draw(), rates
        damaged, hidden = {}, {}
        for modality, track in tracks.items():
            clips = len(track.mask)
            share = low + (high - low) * torch.rand(clips, 1, generator=rng)
            gone = torch.rand(track.mask.shape, generator=rng) < share
            hidden[modality] = gone.to(track.mask.device) & track.mask
            values = track.values.masked_fill(hidden[modality].unsqueeze(2), 0.0)
            damaged[modality] = Track(values, track.mask, track.spans)
        return damaged, hidden
