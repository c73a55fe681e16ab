"""S003's way on: word, sound and face linked in time, and their disagreement taken for a signal.

          moment 1   moment 2   ...
text      state ┐    state ┐        each state has an opinion of its own moment
audio     state ┼─   state ┼─
vision    state ┘    state ┘
apart     who thinks how far from whom ┘
          └── Linear-ReLU ── LSTM ── attention over moments ── score
"""

from collections.abc import Mapping
from itertools import combinations

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.attention import AttentionPooling
from tritone.layers.clock import clip_times, on_clock
from tritone.layers.pooling import masked_mean
from tritone.layers.recurrent import Recurrent
from tritone.models.base import FusionModel
from tritone.models.subnets import read_tracks
from tritone.models.unimodal import unimodal


class LinkedInTime(FusionModel):
    """The channels moment by moment, with what each says of it and where they disagree.

    A word meets the sound and the face of its own time: the clip is cut into moments, and each
    channel's rows are averaged within each. Each channel has an opinion of each moment; how far
    two of them are apart is no error to be evened out, but goes on as features of the moment.
    `parts["opinion_text"]` (clip, moment, number) and so on are the opinions,
    `parts["disagreement"]` (clip, moment) the mean distance of those that are there, and
    `parts["moments"]` (clip, moment) how much each moment counted.

    Source: S003, section 6 ("mapping the inputs between one another in the time dimension",
        "learning the moments where different types of inputs appear to disagree and
        understanding them not as an error but rather as a different emotion").
    Differs: S003 proposes the path and builds nothing; all of this is ours.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of all states.
        steps: moments that a clip is cut into.
        dropout: share of each moment that is dropped in training, 0 to 1.
        share: weight of each channel's own opinion in the loss, against that of the whole.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        steps: int = 24,
        dropout: float = 0.2,
        share: float = 0.3,
    ) -> None:
        super().__init__(dims, task)
        self.steps, self.shares = steps, dict.fromkeys(dims, share)
        self.pairs = list(combinations(dims, 2))
        self.read = nn.ModuleDict({m: nn.Linear(dim, width) for m, dim in dims.items()})
        self.judge = nn.ModuleDict({m: nn.Linear(width, task.width) for m in dims})
        apart = len(self.pairs) * task.width
        self.join = nn.Linear(len(dims) * width + apart, width)
        self.dropout = nn.Dropout(dropout)
        self.follow = Recurrent(width, width)
        self.pool = AttentionPooling(width)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        states, heard = self.linked(batch)
        opinions = {m: self.judge[m](state) for m, state in states.items()}
        apart = self.apart(opinions, heard)
        moment = self.join(torch.cat([*states.values(), *apart], dim=2)).relu()
        there = torch.stack(list(heard.values())).any(dim=0)
        followed, _ = self.follow(self.dropout(moment), there)
        fused, weights = self.pool(followed, there)
        parts = {"fused": fused, "moments": weights, "disagreement": mean_apart(apart, there)}
        for modality, opinion in opinions.items():
            parts[f"opinion_{modality}"] = opinion
            parts[f"score_{modality}"] = masked_mean(opinion, heard[modality])
            parts[f"present_{modality}"] = heard[modality].any(dim=1, keepdim=True)
        return Prediction(self.head(fused), parts)

    def linked(self, batch: Batch) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Each channel's state of each moment, zeros where it has none, and where it has one."""
        tracks = read_tracks(self, batch)
        spans = {m: batch[m].spans for m in self.dims}
        times = clip_times(list(spans.values()), [track.mask for track in tracks.values()])
        states, heard = {}, {}
        for modality, track in tracks.items():
            rows, heard[modality] = on_clock(
                track.values, track.mask, spans[modality], times, self.steps
            )
            states[modality] = self.read[modality](rows).tanh() * heard[modality].unsqueeze(2)
        return states, heard

    def apart(
        self, opinions: Mapping[str, Tensor], heard: Mapping[str, Tensor]
    ) -> list[Float[Tensor, "batch moment number"]]:
        """How far two channels' opinions are apart at each moment; 0 where one is silent."""
        distances = []
        for one, other in self.pairs:
            both = (heard[one] & heard[other]).unsqueeze(2)
            distances.append((opinions[one].tanh() - opinions[other].tanh()).abs() * both)
        return distances

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The clip's label, and the same for each channel's mean opinion."""
        own = unimodal(self.task, self.shares, prediction, batch)
        return {**super().losses(prediction, batch), **own}


def mean_apart(
    apart: list[Tensor], there: Bool[Tensor, "batch moment"]
) -> Float[Tensor, "batch moment"]:
    """The mean distance at each moment; zeros with one channel alone."""
    if not apart:
        return torch.zeros_like(there, dtype=torch.float32)
    return torch.cat(apart, dim=2).mean(dim=2)
