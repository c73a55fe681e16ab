"""Efficient multimodal Transformer: a few global tokens talk with each modality in turn.

text, audio, vision ─ rows ──────┐ mutual promotion, level by level:
                 └─ one token of each ─┤ tokens read rows, rows read tokens
                                       └─ tokens and rows' means ─ MLP ─ score
Two views of each clip, whole and with rows hidden, are drawn together.
"""

from collections.abc import Mapping

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

from tritone.core.batch import Batch, Prediction, Track
from tritone.core.task import Task
from tritone.layers.mlp import mlp
from tritone.layers.pooling import is_present, masked_mean
from tritone.layers.positions import add_positions
from tritone.layers.recurrent import Recurrent
from tritone.layers.transformer import CrossEncoder, TransformerEncoder
from tritone.models.base import FusionModel
from tritone.models.chance import Chance
from tritone.models.subnets import Convolve, known_rows, mean_over, read_tracks, target_in
from tritone.models.tfr_net import rebuilt_error


class EMTDLFR(FusionModel):
    """Global-local fusion, and two levels of feature restoration against missing rows.

    Source: Sun et al. 2023, "Efficient Multimodal Transformer with Dual-Level Feature
        Restoration for Robust Multimodal Sentiment Analysis", IEEE Transactions on Affective
        Computing. https://arxiv.org/abs/2208.07589
    Differs: rows are hidden while training, in `losses`; when the model is asked, a batch is
        read as it is. After each level the tokens are the mean of what the modalities made of
        them (the paper pools by attention). Text is rows of any encoder.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        sequences: modalities that an LSTM reads; by default all but text.
        width: size of a token and of a row; `heads` divides it.
        heads: of each attention.
        depth: levels; their weights are shared.
        post: size of the layer before the score.
        dropout: share dropped in training, 0 to 1.
        restore: weight of the reconstruction of hidden rows.
        attract: weight of the two views' likeness.
        rates: share of a clip's rows that are hidden, from and to.
        seed: of what is hidden.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        sequences: tuple[str, ...] | None = None,
        width: int = 128,
        heads: int = 4,
        depth: int = 3,
        post: int = 256,
        dropout: float = 0.3,
        restore: float = 1.0,
        attract: float = 1.0,
        rates: tuple[float, float] = (0.0, 1.0),
        seed: int = 0,
    ) -> None:
        super().__init__(dims, task)
        self.depth, self.restore, self.attract = depth, restore, attract
        self.rates, self.chance = rates, Chance(seed)
        if sequences is None:
            sequences = tuple(m for m in dims if m != "text")
        self.read = nn.ModuleDict(
            {
                m: Steps(dim, width) if m in sequences else Convolve(dim, width)
                for m, dim in dims.items()
            }
        )
        self.promote = nn.ModuleDict(
            {m: Promotion(width, heads=heads, dropout=dropout) for m in dims}
        )
        sizes = {**dict.fromkeys(dims, width), "tokens": width * len(dims)}
        self.likeness = nn.ModuleDict({name: Likeness(size) for name, size in sizes.items()})
        self.tell = nn.ModuleDict({m: nn.Linear(width, dim) for m, dim in dims.items()})
        self.mix = mlp([sum(sizes.values()), post], dropout=dropout)
        self.head = nn.Linear(post, task.width)

    def forward(self, batch: Batch) -> Prediction:
        score, parts, _ = self.judge(read_tracks(self, batch))
        return Prediction(score, parts)

    def judge(
        self, tracks: Mapping[str, Track]
    ) -> tuple[Tensor, dict[str, Tensor], dict[str, Tensor]]:
        """The score; the vector of each modality and of the tokens; and the last rows."""
        masks = {m: track.mask for m, track in tracks.items()}
        rows = {m: read(tracks[m].values, masks[m]) for m, read in self.read.items()}
        tokens = torch.stack([masked_mean(rows[m], masks[m]) for m in rows], dim=1)
        rows = {m: add_positions(values) for m, values in rows.items()}
        for _ in range(self.depth):
            made = {m: unit(tokens, rows[m], masks[m]) for m, unit in self.promote.items()}
            rows = {m: fresh for m, (_, fresh) in made.items()}
            tokens = torch.stack([fresh for fresh, _ in made.values()]).mean(dim=0)
        vectors = {f"vector_{m}": masked_mean(rows[m], masks[m]) for m in rows}
        vectors["vector_tokens"] = tokens.flatten(1)
        return self.head(self.mix(torch.cat([*vectors.values()], dim=1))), vectors, rows

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task on both views; the views alike; and the rows that were hidden."""
        known, whole = known_rows(batch), read_tracks(self, batch)
        damaged, hidden = self.chance.hide(whole, self.rates)
        score, vectors, rows = self.judge(damaged)
        terms = super().losses(prediction, batch)
        terms["damaged"] = self.task.loss(score, target_in(batch))
        alike, lost = [], []
        for name, likeness in self.likeness.items():
            counts = known & is_present(whole[name].mask).squeeze(1) if name in whole else known
            pair = prediction.parts[f"vector_{name}"], vectors[f"vector_{name}"]
            alike.append(likeness(*pair, counts))
        for m, tell in self.tell.items():
            gone = hidden[m] & known.unsqueeze(1)
            lost.append(rebuilt_error(tell(rows[m]), whole[m].values, gone))
        terms["attract"] = self.attract * torch.stack(alike).sum()
        terms["restore"] = self.restore * torch.stack(lost).sum()
        return terms


class Steps(nn.Module):
    """The states of an LSTM over a modality's rows.

    Args:
        dim: width of a row.
        width: size of the state.
    """

    def __init__(self, dim: int, width: int) -> None:
        super().__init__()
        self.rnn = Recurrent(dim, width)

    def forward(self, values: Tensor, mask: Tensor) -> Tensor:
        return self.rnn(values, mask)[0]


class Promotion(nn.Module):
    """Tokens read the rows, and the rows read the tokens; then each reads itself.

    Source: Sun et al. 2023, "Efficient Multimodal Transformer with Dual-Level Feature
        Restoration", IEEE TAC, section 3.3. https://arxiv.org/abs/2208.07589

    Args:
        width: size of a token and of a row; `heads` divides it.
        heads: of each attention.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(self, width: int, *, heads: int, dropout: float) -> None:
        super().__init__()
        shape = {"depth": 1, "heads": heads, "dropout": dropout}
        self.down, self.up = CrossEncoder(width, **shape), CrossEncoder(width, **shape)
        self.tokens = TransformerEncoder(width, **shape, norm_first=True)
        self.rows = TransformerEncoder(width, **shape, norm_first=True)

    def forward(
        self,
        tokens: Float[Tensor, "batch token width"],
        rows: Float[Tensor, "batch time width"],
        mask: Bool[Tensor, "batch time"],
    ) -> tuple[Float[Tensor, "batch token width"], Float[Tensor, "batch time width"]]:
        every = mask.new_ones(tokens.shape[:2])
        told = self.tokens(self.down(tokens, every, rows, mask), every)
        return told, self.rows(self.up(rows, mask, tokens, every), mask)


class Likeness(nn.Module):
    """Two views of a clip must foretell each other; neither is pulled to the other.

    D = -(cos(p1, stop z2) + cos(p2, stop z1)) / 2, with p the prediction from z.

    Source: Chen and He 2021, "Exploring Simple Siamese Representation Learning", CVPR, eq. 1-2.
        https://arxiv.org/abs/2011.10566
    Differs: no projector and no batch norm before the predictor; 1 is added, so that two views
        that are the same cost 0.

    Args:
        width: size of a view.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        inner = max(1, width // 2)
        self.predict = nn.Sequential(nn.Linear(width, inner), nn.ReLU(), nn.Linear(inner, width))

    def forward(
        self,
        one: Float[Tensor, "batch width"],
        other: Float[Tensor, "batch width"],
        counts: Bool[Tensor, " batch"],
    ) -> Float[Tensor, ""]:
        there = functional.cosine_similarity(self.predict(one), other.detach(), dim=1, eps=1e-6)
        back = functional.cosine_similarity(self.predict(other), one.detach(), dim=1, eps=1e-6)
        return mean_over(1 - (there + back) / 2, counts)
