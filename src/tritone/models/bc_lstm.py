"""bc-LSTM: each clip is read with those before and after it in its video.

text   ─ LSTM over the turns, both ways ─┐
audio  ─ LSTM over the turns, both ways ─┼─ end to end ─ LSTM over the turns, both ways ─ score
vision ─ LSTM over the turns, both ways ─┘
"""

from collections.abc import Mapping

import torch
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.recurrent import Recurrent
from tritone.models.conversation import ConversationModel


class ContextLSTM(ConversationModel):
    """An LSTM over the utterances for each channel, and one over what they say together.

    Source: Poria et al. 2017, "Context-Dependent Sentiment Analysis in User-Generated Videos",
        ACL. https://aclanthology.org/P17-1081
    Differs: both levels learn at once; the paper trains the channels' LSTMs first and fuses
        what they then say.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        hidden: size of the state of one direction of an LSTM.
        width: size of the layer over each LSTM.
        dropout: share dropped before each layer in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        hidden: int = 64,
        width: int = 100,
        dropout: float = 0.3,
    ) -> None:
        super().__init__(dims, task)
        self.read = nn.ModuleDict(
            {m: Recurrent(dim, hidden, both_ways=True) for m, dim in dims.items()}
        )
        self.say = nn.ModuleDict({m: nn.Linear(2 * hidden, width) for m in dims})
        self.fuse = Recurrent(width * len(dims), hidden, both_ways=True)
        self.dropout, self.mix = nn.Dropout(dropout), nn.Linear(2 * hidden, width)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        dialogues, vectors, present = self.turns(batch)
        said = []
        for modality in self.dims:
            # A turn without the channel is passed over; its neighbours still meet.
            states, _ = self.read[modality](vectors[modality], present[modality])
            heard = self.say[modality](self.dropout(states)).tanh()
            said.append(heard * present[modality].unsqueeze(2))
        states, _ = self.fuse(torch.cat(said, dim=2), dialogues.mask)
        fused = dialogues.take_back(self.mix(self.dropout(states)).tanh())
        return Prediction(self.head(fused), parts={"fused": fused})
