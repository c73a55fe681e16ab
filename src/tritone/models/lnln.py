"""Language-dominated and noise-resistant: what is missing of language is made of the others.

text ─ tokens ─┬─ how complete? = w ─┐
audio, vision ─ tokens ─ proxy ──────┴─ (1 - w) proxy + w text ─ ALMT's levels ─ score
"""

from collections.abc import Mapping

import torch
from einops import rearrange, repeat
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

from tritone.core.batch import Batch, Prediction, Track
from tritone.core.task import Task
from tritone.layers.pooling import is_present
from tritone.layers.positions import add_positions
from tritone.layers.transformer import TransformerEncoder
from tritone.models.almt import HyperModality, Tokens
from tritone.models.base import FusionModel
from tritone.models.chance import Chance
from tritone.models.subnets import known_rows, mean_over, need, need_others, read_tracks, target_in


class LNLN(FusionModel):
    """ALMT whose language is corrected, as far as it is incomplete, by a proxy of the others.

    Source: Zhang et al. 2024, "Towards Robust Multimodal Sentiment Analysis with Incomplete
        Data", NeurIPS. https://arxiv.org/abs/2409.20012
    Differs: rows are hidden while training, in `losses`, from a counted seed, and the whole
        batch is learned from as well; how complete language is, is known for the hidden view
        alone. The proxy's likeness to language is judged from means over tokens. The task's
        loss is the house's (the paper: squared error). Text is rows of any encoder.

    Args:
        dims: width of a row of each modality, two or more; any lengths.
        task: what is predicted; sets the width of the score.
        centre: the modality that dominates.
        width: size of a token; `heads` divides it.
        tokens: how many stand for each modality.
        levels: guiding levels.
        heads: of each attention.
        head_width: numbers of each head in the guiding attention.
        depth: layers that read the hyper-modality in the end.
        dropout: share dropped in training, 0 to 1.
        complete: weight of the error about how complete language is.
        adverse: weight of the proxy's likeness to language.
        rebuild: weight of the whole tokens, told from those of the hidden view.
        rates: share of a clip's rows that are hidden, from and to.
        seed: of what is hidden.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        centre: str = "text",
        width: int = 128,
        tokens: int = 8,
        levels: int = 3,
        heads: int = 8,
        head_width: int = 16,
        depth: int = 2,
        dropout: float = 0.0,
        complete: float = 0.9,
        adverse: float = 0.8,
        rebuild: float = 0.1,
        rates: tuple[float, float] = (0.0, 1.0),
        seed: int = 0,
    ) -> None:
        super().__init__(dims, task)
        self.centre = need(dims, centre, "LNLN")
        others = need_others(dims, centre, f"LNLN mends {centre} by others")
        self.complete, self.adverse, self.rebuild = complete, adverse, rebuild
        self.rates, self.chance = rates, Chance(seed)
        small = {"depth": 1, "heads": heads, "hidden": width, "dropout": dropout}
        self.embed = nn.ModuleDict(
            {m: Tokens(dim, width, tokens, heads=heads, dropout=dropout) for m, dim in dims.items()}
        )
        self.proxy = Summary(width, tokens, **small)
        self.completeness = nn.Sequential(
            Summary(width, 1, **small), nn.Flatten(), nn.Linear(width, 1)
        )
        self.which = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 2))
        self.tell = nn.ModuleDict(
            {m: TransformerEncoder(width, **small, norm_first=True) for m in dims}
        )
        self.hyper = HyperModality(
            others,
            width,
            tokens,
            levels,
            heads=heads,
            head_width=head_width,
            depth=depth,
            dropout=dropout,
        )
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        score, parts, tokens = self.judge(read_tracks(self, batch))
        return Prediction(score, parts | {f"tokens_{m}": rows for m, rows in tokens.items()})

    def judge(
        self, tracks: Mapping[str, Track]
    ) -> tuple[Tensor, dict[str, Tensor], dict[str, Tensor]]:
        """The score; the fused vector, proxy and completeness; and each modality's tokens."""
        tokens = {m: embed(tracks[m].values, tracks[m].mask) for m, embed in self.embed.items()}
        present = {m: is_present(track.mask).squeeze(1) for m, track in tracks.items()}
        others = {m: rows for m, rows in tokens.items() if m != self.centre}
        proxy = self.proxy(torch.cat([*others.values()], dim=1))
        share = self.completeness(tokens[self.centre]).sigmoid()
        weight = rearrange(share, "batch 1 -> batch 1 1")
        said = (1 - weight) * proxy + weight * tokens[self.centre]
        fused, _ = self.hyper(said, others, present)
        parts = {"fused": fused, "proxy": proxy, "completeness": share}
        return self.head(fused), parts, tokens

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task on both views; completeness; likeness of the proxy; the whole tokens."""
        known, whole = known_rows(batch), read_tracks(self, batch)
        damaged, hidden = self.chance.hide(whole, self.rates)
        score, parts, tokens = self.judge(damaged)
        real = {m: prediction.parts[f"tokens_{m}"].detach() for m in self.dims}
        rows = whole[self.centre].mask.sum(dim=1)
        left = 1 - hidden[self.centre].sum(dim=1) / rows.clamp(min=1)
        counts = known & (rows > 0)
        error = (parts["completeness"].squeeze(1) - left).square()
        lost = [
            mean_over(
                (tell(tokens[m], known.new_ones(tokens[m].shape[:2])) - real[m])
                .square()
                .mean((1, 2)),
                known & is_present(whole[m].mask).squeeze(1),
            )
            for m, tell in self.tell.items()
        ]
        terms = super().losses(prediction, batch)
        terms["damaged"] = self.task.loss(score, target_in(batch))
        terms["complete"] = self.complete * mean_over(error, counts)
        terms["adverse"] = self.adverse * self.unlike(parts["proxy"], real[self.centre], counts)
        terms["rebuild"] = self.rebuild * torch.stack(lost).sum()
        return terms

    def unlike(
        self,
        proxy: Float[Tensor, "batch token width"],
        said: Float[Tensor, "batch token width"],
        counts: Bool[Tensor, " batch"],
    ) -> Float[Tensor, ""]:
        """A judge's error in telling proxies from language; the proxy learns to raise it."""
        both = torch.cat([reverse(proxy).mean(dim=1), said.mean(dim=1)])
        kind = torch.arange(2, device=both.device).repeat_interleave(len(proxy))
        each = functional.cross_entropy(self.which(both), kind, reduction="none")
        return mean_over(each, counts.repeat(2))


class Summary(nn.Module):
    """A few learned tokens that have read a sequence of others.

    Args:
        width: size of a token; `heads` divides it.
        tokens: how many come out.
        depth: layers.
        heads: of the attention.
        hidden: size of the feed-forward layer.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(
        self, width: int, tokens: int, *, depth: int, heads: int, hidden: int, dropout: float
    ) -> None:
        super().__init__()
        self.tokens = nn.Parameter(torch.randn(tokens, width))
        self.encoder = TransformerEncoder(
            width, depth=depth, heads=heads, hidden=hidden, dropout=dropout, norm_first=True
        )

    def forward(self, rows: Float[Tensor, "batch row width"]) -> Float[Tensor, "batch token width"]:
        mine = repeat(self.tokens, "token width -> batch token width", batch=len(rows))
        joined = add_positions(torch.cat([mine, rows], dim=1))
        every = torch.ones_like(joined[..., 0], dtype=torch.bool)
        return self.encoder(joined, every)[:, : len(self.tokens)]


def reverse(values: Tensor) -> Tensor:
    """The same values, whose gradient goes back with the opposite sign.

    Source: Ganin and Lempitsky 2015, "Unsupervised Domain Adaptation by Backpropagation", ICML.
        https://arxiv.org/abs/1409.7495
    """
    return 2 * values.detach() - values
