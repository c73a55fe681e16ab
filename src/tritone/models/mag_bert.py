"""A text encoder whose first states are shifted by what is heard and seen at each word.

pieces ─ embeddings ─ e ─ + ─ norm ─ dropout ─ layers of the encoder ─ linear ─ score
                      │   ▲
sound, sight ─ gates ─┴─ shift, never longer than beta times e
"""

from collections.abc import Mapping, Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.pretrained import Bare
from tritone.core.task import Task
from tritone.models.at_pieces import at_pieces
from tritone.models.base import Carried
from tritone.models.pretrained_encoders import ALL, PretrainedText
from tritone.models.subnets import read_tracks
from tritone.models.texts import EncoderModel, checked_pool, pooled, read_tokens

SMALLEST = 1e-6  # added to a norm that may be 0, as in the authors' code

Beside = Sequence[tuple[Tensor, Tensor]]
"""What each channel says at the pieces, and where it says anything."""


class MagBert(EncoderModel):
    """MAG-BERT: the multimodal adaptation gate after a text encoder's embeddings.

    Source: Rahman et al. 2020, "Integrating Multimodal Information in Large Pretrained
        Transformers", ACL, sec. 4. https://aclanthology.org/2020.acl-main.214/
    Differs: a piece without sound or sight, special ones among them, is shifted by neither (the
        paper pads with zeros, so that its biases shift); any channels beside the text; the
        first piece's state goes to the linear layer without BERT's own pooler.

    Args:
        dims: width of a row of each modality; the text's rows are not looked at, but their
            times are.
        task: what is predicted; sets the width of the score.
        folder: the text encoder's, as for `hub_text`.
        trained: its layers that learn, from the top; 0 for none, -1 for all.
        longest: pieces that are read of a text; 0 for as many as the encoder has room for.
        pool: the "first" piece's state, or the "mean" over all.
        beta: longest shift, as a share of the state that is shifted.
        dropout: share dropped after the gate and before the linear layer in training, 0 to 1.
        pace: the encoder's share of the learning rate.

    Raises:
        MissingExtra: "minilm" is not installed.
        ModelError: there is no such encoder, it has not so many layers or positions, or there is
            no such pool.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        folder: str | Bare = "minilm",
        trained: int = ALL,
        longest: int = 0,
        pool: str = "first",
        beta: float = 1.0,
        dropout: float = 0.5,
        pace: float = 0.05,
    ) -> None:
        super().__init__(dims, task, pace)
        self.pool = checked_pool(pool)
        self.text = PretrainedText(folder, trained=trained, longest=longest)
        others = [dim for modality, dim in dims.items() if modality != "text"]
        self.gate = AdaptationGate(self.text.width, others, beta=beta, dropout=dropout)
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(self.text.width, task.width))

    def forward(self, batch: Batch) -> Prediction:
        read_tracks(self, batch)
        tokens = read_tokens(self, batch)
        beside = [at_pieces(self, batch, tokens, m) for m in self.dims if m != "text"]
        shift = {0: lambda states: self.gate(states, beside)} if beside else {}
        states = self.text(tokens.ids, tokens.mask, shift)
        vector = pooled(states, tokens.mask, self.pool)
        return Prediction(self.head(vector), {"fused": vector})

    def carried(self) -> dict[str, Carried]:
        """The text encoder."""
        return {"folder": self.text}


class AdaptationGate(nn.Module):
    """States shifted by what other channels say, as far as gates and a bound allow.

    Args:
        width: of a state.
        dims: width of each channel's rows.
        beta: longest shift, as a share of the state.
        dropout: share dropped of the shifted states in training, 0 to 1.
    """

    def __init__(self, width: int, dims: Sequence[int], *, beta: float, dropout: float) -> None:
        super().__init__()
        self.beta = beta
        self.gates = nn.ModuleList(nn.Linear(dim + width, width) for dim in dims)
        self.bring = nn.ModuleList(nn.Linear(dim, width) for dim in dims)
        self.norm, self.dropout = nn.LayerNorm(width), nn.Dropout(dropout)

    def forward(
        self, states: Float[Tensor, "batch piece width"], beside: Beside
    ) -> Float[Tensor, "batch piece width"]:
        shift = torch.zeros_like(states)
        for gate, bring, (rows, there) in zip(self.gates, self.bring, beside, strict=True):
            opened = gate(torch.cat([rows, states], dim=2)).relu()
            shift = shift + opened * bring(rows) * there.unsqueeze(2)
        longest = self.beta * states.norm(dim=2, keepdim=True)
        share = (longest / (shift.norm(dim=2, keepdim=True) + SMALLEST)).clamp(max=1.0)
        return self.dropout(self.norm(states + share * shift))
