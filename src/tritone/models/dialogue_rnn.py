"""DialogueRNN: a state for each speaker, one for the talk, one for the emotion.

turn ──┬─ talk so far (GRU) ─ attention over it ─ context
       └──────────────── context ─ state of who speaks (GRU) ─ emotion (GRU) ─ score
"""

from collections.abc import Mapping

import torch
from einops import einsum
from jaxtyping import Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.attention import masked_softmax
from tritone.layers.dialogues import Dialogues
from tritone.models.conversation import ConversationModel


class DialogueRNN(ConversationModel):
    """Follow the talk, each of its speakers and the emotion, forwards and backwards.

    Source: Majumder et al. 2019, "DialogueRNN: An Attentive RNN for Emotion Detection in
        Conversations", AAAI. https://arxiv.org/abs/1811.00405
    Differs: channels are projected and added up before the first GRU, since a clip may lack
        one; the state of those who listen stays as it is (the paper's basic form), and both
        directions are read with attention over the emotions of all turns (its BiDialogueRNN
        + Att).

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: of a turn, of the talk's and of a speaker's state.
        emotion: of the emotion's state.
        dropout: share dropped of the turns and of the emotions in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 100,
        emotion: int = 100,
        dropout: float = 0.3,
    ) -> None:
        super().__init__(dims, task)
        self.read = nn.ModuleDict({m: nn.Linear(dim, width) for m, dim in dims.items()})
        self.ways = nn.ModuleList([OneWay(width, emotion) for _ in range(2)])
        self.dropout = nn.Dropout(dropout)
        self.match = nn.Linear(2 * emotion, 2 * emotion, bias=False)
        self.mix, self.head = nn.Linear(2 * emotion, width), nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        dialogues, vectors, present = self.turns(batch)
        turns = sum(self.read[m](vectors[m]) * present[m].unsqueeze(2) for m in self.dims)
        turns = self.dropout(torch.as_tensor(turns).tanh())
        forwards, backwards = self.ways
        whom = dialogues.speaker
        felt = forwards(turns, whom)
        # From the end: who speaks goes along with what is said.
        reversed_whom = dialogues.backwards(whom.unsqueeze(2)).squeeze(2)
        back = dialogues.backwards(backwards(dialogues.backwards(turns), reversed_whom))
        emotions = self.dropout(torch.cat([felt, back], dim=2))
        mixed, weights = self.recall(emotions, dialogues)
        fused, recall = (dialogues.take_back(each) for each in (self.mix(mixed).relu(), weights))
        return Prediction(self.head(fused), parts={"fused": fused, "recall": recall})

    def recall(
        self, emotions: Float[Tensor, "dialogue turn width"], dialogues: Dialogues
    ) -> tuple[Float[Tensor, "dialogue turn width"], Float[Tensor, "dialogue turn other"]]:
        """For each turn the emotions of all turns, by how well they match its own."""
        scores = einsum(
            self.match(emotions), emotions, "talk turn width, talk other width -> talk turn other"
        )
        seen = dialogues.mask.unsqueeze(1).expand_as(scores)
        weights = masked_softmax(scores, seen)
        return weights @ emotions, weights


class OneWay(nn.Module):
    """The three GRUs in one direction.

    Args:
        width: of a turn, of the talk's and of a speaker's state.
        emotion: of the emotion's state.
    """

    def __init__(self, width: int, emotion: int) -> None:
        super().__init__()
        self.talk, self.party = nn.GRUCell(2 * width, width), nn.GRUCell(2 * width, width)
        self.feel = nn.GRUCell(width, emotion)
        self.ask = nn.Linear(width, width, bias=False)

    def forward(
        self, turns: Float[Tensor, "dialogue turn width"], speaker: Tensor
    ) -> Float[Tensor, "dialogue turn emotion"]:
        """The emotion at each turn; what stands at padding means nothing.

        Args:
            turns: the turns, padding behind them.
            speaker: (dialogue, turn): who speaks, counted from 0.
        """
        talks, _, width = turns.shape
        row = torch.arange(talks, device=turns.device)
        parties = turns.new_zeros(talks, int(speaker.max()) + 1, width)
        talk, emotion = turns.new_zeros(talks, width), turns.new_zeros(talks, self.feel.hidden_size)
        so_far: list[Tensor] = []
        felt: list[Tensor] = []
        for turn, who in zip(turns.unbind(1), speaker.unbind(1), strict=True):
            context = self.context(turn, so_far)
            party = parties[row, who]
            talk = self.talk(torch.cat([turn, party], dim=1), talk)
            so_far.append(talk)
            party = self.party(torch.cat([turn, context], dim=1), party)
            parties = parties.index_put((row, who), party)
            emotion = self.feel(party, emotion)
            felt.append(emotion)
        return torch.stack(felt, dim=1)

    def context(
        self, turn: Float[Tensor, "dialogue width"], so_far: list[Tensor]
    ) -> Float[Tensor, "dialogue width"]:
        """The talk so far, by how well it matches this turn; zeros at the first."""
        if not so_far:
            return torch.zeros_like(turn)
        past = torch.stack(so_far, dim=1)
        scores = einsum(self.ask(turn), past, "talk width, talk past width -> talk past")
        return einsum(scores.softmax(dim=1), past, "talk past, talk past width -> talk width")
