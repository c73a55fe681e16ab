"""A batch of clips as dialogues, turn after turn, and back again.

a3 b1 a1 b2 a2   ─ lay ─▶   a1 a2 a3   ─ take_back ─▶   a3 b1 a1 b2 a2
                            b1 b2 --
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Int, Shaped
from torch import Tensor


@dataclass(frozen=True)
class Dialogues:
    """Where each clip of a batch stands: in which dialogue, at which turn, spoken by whom.

    Args:
        row: dialogue of each clip, counted from 0.
        turn: place of each clip among those of its dialogue that are here.
        mask: (dialogue, turn): True where there is a clip.
        speaker: (dialogue, turn): who speaks, counted within each dialogue in the order of
            their first turns; 0 at padding. Clips whose speaker is unknown share one.
    """

    row: Int[Tensor, " clip"]
    turn: Int[Tensor, " clip"]
    mask: Bool[Tensor, "dialogue turn"]
    speaker: Int[Tensor, "dialogue turn"]

    def lay(self, values: Shaped[Tensor, "clip dim"]) -> Shaped[Tensor, "dialogue turn dim"]:
        """What each clip has, in its place; zeros at padding."""
        laid = values.new_zeros(*self.mask.shape, values.shape[1])
        return laid.index_put((self.row, self.turn), values)

    def take_back(self, values: Shaped[Tensor, "dialogue turn dim"]) -> Shaped[Tensor, "clip dim"]:
        """What stands in each clip's place, in the order of the batch."""
        return values[self.row, self.turn]

    def backwards(
        self, values: Shaped[Tensor, "dialogue turn dim"]
    ) -> Shaped[Tensor, "dialogue turn dim"]:
        """The turns of each dialogue from its end, padding still behind them; its own inverse."""
        count = self.mask.sum(dim=1, keepdim=True)
        place = torch.arange(self.mask.shape[1], device=values.device)
        order = torch.where(self.mask, count - 1 - place, place)
        return values[torch.arange(len(values), device=values.device).unsqueeze(1), order]


def dialogues_of(
    names: Sequence[str | None],
    positions: Sequence[int],
    speakers: Sequence[str | None],
    device: torch.device | str = "cpu",
) -> Dialogues:
    """Find the dialogues of a batch.

    Args:
        names: dialogue of each clip; a clip without one is a dialogue by itself.
        positions: place of each clip in its dialogue; clips of one place keep their order.
        speakers: who speaks in each clip.
        device: where the indices go.
    """
    members: dict[object, list[int]] = {}
    for clip, name in enumerate(names):
        # A number cannot be the name of a dialogue.
        members.setdefault(clip if name is None else name, []).append(clip)
    row, turn = [0] * len(names), [0] * len(names)
    longest = max((len(clips) for clips in members.values()), default=1)
    who = torch.zeros(len(members), longest, dtype=torch.long)
    mask = torch.zeros(len(members), longest, dtype=torch.bool)
    for dialogue, clips in enumerate(members.values()):
        known: dict[str | None, int] = {}
        for place, clip in enumerate(sorted(clips, key=lambda clip: positions[clip])):
            row[clip], turn[clip] = dialogue, place
            who[dialogue, place] = known.setdefault(speakers[clip], len(known))
        mask[dialogue, : len(clips)] = True
    indices = (torch.tensor(row, dtype=torch.long), torch.tensor(turn, dtype=torch.long))
    return Dialogues(*(index.to(device) for index in (*indices, mask, who)))
