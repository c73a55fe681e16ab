"""Language guides what is taken of sound and sight, level by level.

text ─ 8 tokens ─ encoder ─ l1, l2, l3        H starts learned;
audio, vision ─ 8 tokens each                 H += attention(l_i → audio) + attention(l_i → vision)
                                              l3 reads H ─ first token ─ score
"""

from collections.abc import Mapping

import torch
from einops import einsum, rearrange, repeat
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.attention import masked_softmax
from tritone.layers.pooling import fill_padding, is_present
from tritone.layers.positions import add_positions
from tritone.layers.transformer import CrossEncoder, TransformerEncoder
from tritone.models.base import FusionModel
from tritone.models.subnets import need, need_others, read_tracks


class ALMT(FusionModel):
    """Adaptive hyper-modality learning: language suppresses what is not its business.

    Source: Zhang et al. 2023, "Learning Language-guided Adaptive Hyper-modality Representation
        for Multimodal Sentiment Analysis", EMNLP. https://arxiv.org/abs/2310.05804
    Differs: text is rows of any encoder (the paper fine-tunes BERT); sinusoidal positions, so
        that no clip is too long; the task's loss is the house's (the paper: squared error);
        any number of guided modalities, and one that a clip lacks adds nothing.

    Args:
        dims: width of a row of each modality; any lengths.
        task: what is predicted; sets the width of the score.
        centre: the modality that guides.
        width: size of a token.
        tokens: how many stand for each modality.
        levels: guiding levels, one more than the language encoder has layers.
        heads: of each attention.
        head_width: numbers of each head in the guiding attention.
        depth: layers that read the hyper-modality in the end.
        dropout: share dropped in training, 0 to 1.
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
    ) -> None:
        super().__init__(dims, task)
        self.centre = need(dims, centre, "ALMT")
        others = need_others(dims, centre, f"ALMT guides others by {centre}")
        self.embed = nn.ModuleDict(
            {m: Tokens(dim, width, tokens, heads=heads, dropout=dropout) for m, dim in dims.items()}
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
        tracks = read_tracks(self, batch)
        tokens = {m: embed(tracks[m].values, tracks[m].mask) for m, embed in self.embed.items()}
        present = {m: is_present(track.mask).squeeze(1) for m, track in tracks.items()}
        said = tokens.pop(self.centre)
        fused, hyper = self.hyper(said, tokens, present)
        return Prediction(self.head(fused), parts={"fused": fused, "hyper": hyper})


class HyperModality(nn.Module):
    """What language takes of the others, level by level; then language reads that.

    Source: Zhang et al. 2023, "Learning Language-guided Adaptive Hyper-modality Representation
        for Multimodal Sentiment Analysis", EMNLP. https://arxiv.org/abs/2310.05804

    Args:
        others: the modalities that are guided.
        width: size of a token.
        tokens: how many stand for each modality.
        levels: guiding levels, one more than the language encoder has layers.
        heads: of each attention.
        head_width: numbers of each head in the guiding attention.
        depth: layers that read the hyper-modality in the end.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(
        self,
        others: list[str],
        width: int,
        tokens: int,
        levels: int,
        *,
        heads: int,
        head_width: int,
        depth: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.language = TransformerEncoder(
            width, depth=levels - 1, heads=heads, hidden=width, dropout=dropout, norm_first=True
        )
        self.start = nn.Parameter(torch.ones(tokens, width))
        self.levels = nn.ModuleList(
            HyperLevel(others, width, heads=heads, head_width=head_width) for _ in range(levels)
        )
        self.first = nn.Parameter(torch.randn(width))
        self.fuse = CrossEncoder(width, depth=depth, heads=heads, hidden=width, dropout=dropout)

    def forward(
        self,
        said: Float[Tensor, "batch token width"],
        others: Mapping[str, Tensor],
        present: Mapping[str, Tensor],
    ) -> tuple[Float[Tensor, "batch width"], Float[Tensor, "batch token width"]]:
        """The fused vector, and the hyper-modality."""
        every = torch.ones_like(said[..., 0], dtype=torch.bool)
        guides = [said, *self.language.levels(said, every)]
        hyper = repeat(self.start, "token width -> batch token width", batch=len(said))
        for level, guide in zip(self.levels, guides, strict=True):
            hyper = hyper + level(guide, others, present)
        return self.read(guides[-1], hyper), hyper

    def read(
        self, said: Float[Tensor, "batch token width"], hyper: Float[Tensor, "batch token width"]
    ) -> Float[Tensor, "batch width"]:
        """A first token, beside what is said, reads a first token beside the hyper-modality."""
        first = repeat(self.first, "width -> batch 1 width", batch=len(said))
        asks = add_positions(torch.cat([first, said], dim=1))
        told = add_positions(torch.cat([first, hyper], dim=1))
        every = torch.ones_like(asks[..., 0], dtype=torch.bool)
        return self.fuse(asks, every, told, every)[:, 0]


class Tokens(nn.Module):
    """A sequence of any length as a few tokens: they stand before it in a Transformer layer.

    Source: Zhang et al. 2023, "Learning Language-guided Adaptive Hyper-modality Representation
        for Multimodal Sentiment Analysis", EMNLP, eq. 1. https://arxiv.org/abs/2310.05804

    Args:
        dim: width of a row.
        width: size of a token.
        tokens: how many.
        heads: of the attention.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(self, dim: int, width: int, tokens: int, *, heads: int, dropout: float) -> None:
        super().__init__()
        self.project = nn.Linear(dim, width)
        self.tokens = nn.Parameter(torch.randn(tokens, width))
        self.encoder = TransformerEncoder(
            width, depth=1, heads=heads, hidden=width, dropout=dropout, norm_first=True
        )

    def forward(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> Float[Tensor, "batch token width"]:
        rows = fill_padding(self.project(values), mask)
        tokens = repeat(self.tokens, "token width -> batch token width", batch=len(rows))
        every = mask.new_ones(tokens.shape[:2])
        joined = add_positions(torch.cat([tokens, rows], dim=1))
        return self.encoder(joined, torch.cat([every, mask], dim=1))[:, : tokens.shape[1]]


class HyperLevel(nn.Module):
    """What one level of language asks of each other modality; the answers are added.

    H = W_o (softmax(Q K_a^T / sqrt d) V_a + softmax(Q K_v^T / sqrt d) V_v).

    Source: Zhang et al. 2023, "Learning Language-guided Adaptive Hyper-modality Representation
        for Multimodal Sentiment Analysis", EMNLP, eq. 4-6. https://arxiv.org/abs/2310.05804

    Args:
        others: the modalities that are asked.
        width: size of a token.
        heads: of the attention.
        head_width: numbers of each head.
    """

    def __init__(self, others: list[str], width: int, *, heads: int, head_width: int) -> None:
        super().__init__()
        self.heads, inner = heads, heads * head_width
        self.scale = head_width**-0.5
        self.norm = nn.ModuleDict({m: nn.LayerNorm(width) for m in (*others, "guide")})
        self.query = nn.Linear(width, inner, bias=False)
        self.key = nn.ModuleDict({m: nn.Linear(width, inner, bias=False) for m in others})
        self.value = nn.ModuleDict({m: nn.Linear(width, inner, bias=False) for m in others})
        self.out = nn.Linear(inner, width)

    def forward(
        self,
        guide: Float[Tensor, "batch token width"],
        others: Mapping[str, Tensor],
        present: Mapping[str, Tensor],
    ) -> Float[Tensor, "batch token width"]:
        asked = self.split(self.query(self.norm["guide"](guide)))
        answer = torch.zeros_like(asked)
        for modality, tokens in others.items():
            normed = self.norm[modality](tokens)
            key, value = (self.split(side[modality](normed)) for side in (self.key, self.value))
            scores = self.scale * einsum(asked, key, "b head q d, b head k d -> b head q k")
            real = rearrange(present[modality], "batch -> batch 1 1 1").expand_as(scores)
            weights = masked_softmax(scores, real)
            answer = answer + einsum(weights, value, "b head q k, b head k d -> b head q d")
        return self.out(rearrange(answer, "batch head token dim -> batch token (head dim)"))

    def split(self, rows: Float[Tensor, "batch token inner"]) -> Tensor:
        """The heads side by side."""
        return rearrange(rows, "batch token (head dim) -> batch head token dim", head=self.heads)
