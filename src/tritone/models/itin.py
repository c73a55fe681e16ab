"""Each row of a channel finds the words it goes with; a gate keeps what fits.

words ─ encoder ─┐
                 ├─ each row's words ─ gate ─ mean ─┐
rows  ─ encoder ─┘                                  ├─ MLP ─ score
words, rows ─ vectors (the context of either alone) ┘
"""

from collections.abc import Mapping

import torch
from einops import einsum
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.attention import masked_softmax
from tritone.layers.mlp import mlp
from tritone.layers.pooling import fill_padding, masked_mean
from tritone.models.base import FusionModel
from tritone.models.encoders import encode, readers
from tritone.models.primary import primary_of


class ITIN(FusionModel):
    """In the style of ITIN: alignment of regions and words, a gate, and context.

    `parts["gate_vision"]` (clip, row) and so on: how far each row went with its words.

    Source: Zhu et al. 2023, "Multimodal Sentiment Analysis With Image-Text Interaction
        Network", IEEE Transactions on Multimedia 25. https://doi.org/10.1109/TMM.2022.3160060
    Differs: in the style of, from the abstract: cross-modal alignment captures which words go
        with which image region, an adaptive gate filters the aligned pairs, and the context of
        either modality alone is added. Rows of any channel stand for the regions; the formulas
        (cosine, softmax over the words, a gate by inner product) and the sizes are ours.

    Args:
        dims: width of a row of each modality; text has the words, or the first without it.
        task: what is predicted; sets the width of the score.
        width: size of the encoders' states.
        sharpness: what the cosines are multiplied with before the softmax, above 0.
        encoders: a name for all channels, or one for each: cnn, lstm, mean, transformer.
        heads: of the attention in a Transformer.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        sharpness: float = 4.0,
        encoders: str | Mapping[str, str] = "lstm",
        heads: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.primary = primary_of(dims)
        self.read = readers(dims, width, encoders, heads=heads, dropout=dropout)
        others = [m for m in dims if m != self.primary]
        self.align = nn.ModuleDict({m: GatedAlignment(width, sharpness) for m in others})
        self.mix = mlp([width * (len(dims) + len(others)), width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        encoded = encode(self, self.read, batch)
        words = encoded[self.primary]
        vectors, parts = [each.vector for each in encoded.values()], {}
        for m, align in self.align.items():
            rows = encoded[m]
            pairs, gate = align(rows.states, rows.mask, words.states, words.mask)
            vectors.append(masked_mean(pairs, rows.mask))
            parts[f"gate_{m}"] = gate
        fused = self.mix(torch.cat(vectors, dim=1))
        return Prediction(self.head(fused), {"fused": fused, **parts})


class GatedAlignment(nn.Module):
    """Each row with the words that are nearest to it, as far as a gate lets the pair through.

    Args:
        width: size of a row of either side.
        sharpness: what the cosines are multiplied with before the softmax.
    """

    def __init__(self, width: int, sharpness: float) -> None:
        super().__init__()
        self.sharpness = sharpness
        self.row, self.word = nn.Linear(width, width), nn.Linear(width, width)
        self.join = nn.Linear(2 * width, width)

    def forward(
        self,
        rows: Float[Tensor, "batch row width"],
        row_mask: Bool[Tensor, "batch row"],
        words: Float[Tensor, "batch word width"],
        word_mask: Bool[Tensor, "batch word"],
    ) -> tuple[Float[Tensor, "batch row width"], Float[Tensor, "batch row"]]:
        """The joined pairs, and the gate of each; zeros at padding and where no word is."""
        rows, words = (
            fill_padding(self.row(rows), row_mask),
            fill_padding(self.word(words), word_mask),
        )
        row, word = (functional.normalize(side, dim=2, eps=1e-6) for side in (rows, words))
        near = einsum(row, word, "batch row dim, batch word dim -> batch row word")
        seen = word_mask.unsqueeze(1).expand_as(near)
        weights = masked_softmax(self.sharpness * near, seen)
        said = einsum(weights, words, "batch row word, batch word dim -> batch row dim")
        there = row_mask & word_mask.any(dim=1, keepdim=True)
        gate = (rows * said).sum(dim=2).sigmoid() * there
        pairs = self.join(torch.cat([rows, said], dim=2)).relu()
        return gate.unsqueeze(2) * pairs, gate
