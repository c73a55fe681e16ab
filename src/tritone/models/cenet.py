"""A text encoder whose states are shifted, between two layers, by codes of sound and sight.

sound, sight ─ nearest centre of their rows ─ embedding of its code ─┐
                                                                     ▼
pieces ─ embeddings ─ layer ─ states ─ ask ─ attention ─ concat ─ linear ─ + ─ layers ─ score
"""

from collections.abc import Iterable, Mapping
from math import sqrt

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.errors import ModelError
from tritone.core.pretrained import Bare
from tritone.core.task import Task
from tritone.models.base import Carried
from tritone.models.pretrained_encoders import ALL, PretrainedText, layers_of
from tritone.models.subnets import read_tracks
from tritone.models.texts import EncoderModel, checked_pool, pooled, read_tokens

MOST_ROWS = 50_000  # that the centres are fitted on, of each modality


class Cenet(EncoderModel):
    """CENET: cross-modal enhancement between two layers of a text encoder.

    Source: Wang et al. 2022, "Cross-modal Enhancement Network for Multimodal Sentiment Analysis",
        IEEE Transactions on Multimedia.
    Differs: any channels beside the text; codes are the nearest of k-means' centres, fitted on
        the rows of train before the training; their number is ours; a clip without sound and
        sight is not shifted.

    Args:
        dims: width of a row of each modality; the text's rows are not looked at.
        task: what is predicted; sets the width of the score.
        folder: the text encoder's, as for `hub_text`.
        trained: its layers that learn, from the top; 0 for none, -1 for all.
        longest: pieces that are read of a text; 0 for as many as the encoder has room for.
        level: layer of the encoder after which the states are shifted; 0 for the embeddings.
        codes: centres of each modality.
        pool: the "first" piece's state, or the "mean" over all.
        dropout: share dropped before the linear layer in training, 0 to 1.
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
        level: int = 1,
        codes: int = 64,
        pool: str = "first",
        dropout: float = 0.1,
        pace: float = 0.05,
    ) -> None:
        super().__init__(dims, task, pace)
        self.pool, self.level = checked_pool(pool), level
        self.text = PretrainedText(folder, trained=trained, longest=longest)
        layers = len(layers_of(self.text.encoder))
        if not 0 <= level < layers:
            raise ModelError(
                f"{self.text.folder} has {layers} layers, so level is 0 to {layers - 1}, got "
                f"{level}."
            )
        self.others = [modality for modality in dims if modality != "text"]
        width = self.text.width
        self.codes = nn.ModuleDict({m: Codes(dims[m], codes, width) for m in self.others})
        self.ask = nn.ModuleDict({m: CodeAttention(width) for m in self.others})
        if self.others:
            self.join = nn.Linear(len(self.others) * width, width)
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, task.width))

    def forward(self, batch: Batch) -> Prediction:
        tracks = read_tracks(self, batch)
        tokens = read_tokens(self, batch)
        rows = {m: self.codes[m](tracks[m].values) for m in self.others}
        masks = {m: tracks[m].mask for m in self.others}
        shift = {self.level: lambda states: self.enhanced(states, rows, masks)}
        states = self.text(tokens.ids, tokens.mask, shift if self.others else {})
        vector = pooled(states, tokens.mask, self.pool)
        return Prediction(self.head(vector), {"fused": vector})

    def enhanced(
        self,
        states: Float[Tensor, "batch piece width"],
        rows: Mapping[str, Tensor],
        masks: Mapping[str, Tensor],
    ) -> Float[Tensor, "batch piece width"]:
        """The states, shifted by what they find in the codes of the other channels."""
        found = [self.ask[m](states, rows[m], masks[m]) for m in self.others]
        there = torch.cat([masks[m] for m in self.others], dim=1).any(dim=1)
        return states + self.join(torch.cat(found, dim=2)) * there.reshape(-1, 1, 1)

    def prepare(self, train: Iterable[Batch]) -> None:
        """Fit the centres on the rows of train."""
        kept: dict[str, list[Tensor]] = {modality: [] for modality in self.others}
        for batch in train:
            for modality, rows in kept.items():
                track = self.track(batch, modality)
                rows.append(track.values[track.mask])
        for modality, codes in self.codes.items():
            if isinstance(codes, Codes):
                codes.fit(torch.cat(kept[modality]))

    def carried(self) -> dict[str, Carried]:
        """The text encoder."""
        return {"folder": self.text}


class Codes(nn.Module):
    """Rows as the embedding of the nearest of some centres.

    Args:
        dim: width of a row.
        codes: how many centres.
        width: size of an embedding.
    """

    centres: Tensor

    def __init__(self, dim: int, codes: int, width: int) -> None:
        super().__init__()
        self.register_buffer("centres", torch.randn(codes, dim))
        self.embed = nn.Embedding(codes, width)

    def forward(self, rows: Float[Tensor, "batch time dim"]) -> Float[Tensor, "batch time width"]:
        return self.embed(self.nearest(rows))

    def nearest(self, rows: Float[Tensor, "batch time dim"]) -> Int[Tensor, "batch time"]:
        """The centre that each row is nearest to."""
        return torch.cdist(rows, self.centres.expand(len(rows), -1, -1)).argmin(dim=2)

    def fit(self, rows: Float[Tensor, "row dim"]) -> None:
        """Take the centres of k-means; where rows are few, some centres are the same."""
        from sklearn.cluster import MiniBatchKMeans

        spaced = rows[:: max(1, -(-len(rows) // MOST_ROWS))].numpy().astype(np.float64)
        different = np.unique(spaced, axis=0)
        if not len(different):
            return
        count = min(len(self.centres), len(different))
        found = MiniBatchKMeans(count, random_state=0, n_init="auto").fit(spaced).cluster_centers_
        index = torch.arange(len(self.centres)) % count
        self.centres.copy_(torch.from_numpy(found)[index])


class CodeAttention(nn.Module):
    """States ask the codes of a channel: tanh of linear layers, as in the authors' code.

    Args:
        width: of states and codes.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.query, self.key = nn.Linear(width, width), nn.Linear(width, width)
        self.value = nn.Linear(width, width)

    def forward(
        self,
        states: Float[Tensor, "batch piece width"],
        rows: Float[Tensor, "batch time width"],
        mask: Bool[Tensor, "batch time"],
    ) -> Float[Tensor, "batch piece width"]:
        query, key, value = (
            layer(values).tanh()
            for layer, values in ((self.query, states), (self.key, rows), (self.value, rows))
        )
        alike = query @ key.transpose(1, 2) / sqrt(states.shape[2])
        # Finite, so that a clip without the channel still has gradients.
        weights = alike.masked_fill(~mask.unsqueeze(1), torch.finfo(alike.dtype).min).softmax(dim=2)
        return (weights * mask.unsqueeze(1)) @ value
