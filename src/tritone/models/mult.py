"""Crossmodal Transformers: each modality reads each other one, then itself.

text ── reads audio ──┐
     └─ reads vision ─┴─ self-attention ─ last row ─┐
audio, vision: likewise ────────────────────────────┴─ residual MLP ─ score
"""

import math
from collections.abc import Mapping

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction, Track
from tritone.core.errors import ModelError
from tritone.core.task import Task
from tritone.layers.positions import add_positions
from tritone.layers.transformer import CrossEncoder, TransformerEncoder
from tritone.models.base import FusionModel
from tritone.models.subnets import Convolve, last_row, read_tracks


class MulT(FusionModel):
    """Directional crossmodal attention for every pair; nothing needs to be aligned.

    Source: Tsai et al. 2019, "Multimodal Transformer for Unaligned Multimodal Language
        Sequences", ACL. https://arxiv.org/abs/1906.00295
    Differs: no mask on later rows (the paper's formulas have none; its code has); the
        convolution keeps the number of rows.

    Args:
        dims: width of a row of each modality, two or more; any lengths.
        task: what is predicted; sets the width of the score.
        width: size of a row after the convolution; `heads` divides it.
        heads: of each attention.
        depth: layers of each crossmodal Transformer.
        self_depth: layers of each modality's last Transformer.
        kernel: rows that the convolution sees; odd.
        dropout: share dropped in the Transformers in training, 0 to 1.
        out_dropout: the same for the layers before the score.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 40,
        heads: int = 8,
        depth: int = 4,
        self_depth: int = 3,
        kernel: int = 5,
        dropout: float = 0.1,
        out_dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.convolve = nn.ModuleDict(
            {m: Convolve(dim, width, kernel=kernel) for m, dim in dims.items()}
        )
        self.readers = CrossReaders(
            tuple(dims), width, heads=heads, depth=depth, self_depth=self_depth, dropout=dropout
        )
        self.mix = ResidualHead(self.readers.out, task.width, dropout=out_dropout)

    def forward(self, batch: Batch) -> Prediction:
        tracks = {}
        for modality, track in read_tracks(self, batch).items():
            values = self.convolve[modality](track.values, track.mask)
            tracks[modality] = Track(values, track.mask, track.spans)
        fused = torch.cat([*self.readers(tracks).values()], dim=1)
        return Prediction(self.mix(fused), parts={"fused": fused})


class CrossReaders(nn.Module):
    """Each modality reads each of the others, then itself; its last real row is kept.

    Args:
        modalities: two or more.
        width: size of a row of all of them; `heads` divides it.
        heads: of each attention.
        depth: layers of each crossmodal Transformer.
        self_depth: layers of each modality's last Transformer.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(
        self,
        modalities: tuple[str, ...],
        width: int,
        *,
        heads: int,
        depth: int,
        self_depth: int,
        dropout: float,
    ) -> None:
        super().__init__()
        if len(modalities) < 2:
            raise ModelError(
                f"Crossmodal attention needs two modalities, got {', '.join(modalities)}. Give "
                f"it a store with another modality."
            )
        self.out = width * len(modalities) * (len(modalities) - 1)
        self.cross = nn.ModuleDict(
            {
                f"{reader}_reads_{read}": CrossReader(
                    width, heads=heads, depth=depth, dropout=dropout
                )
                for reader in modalities
                for read in modalities
                if reader != read
            }
        )
        joined = width * (len(modalities) - 1)
        self.itself = nn.ModuleDict(
            {
                m: SelfReader(joined, heads=heads, depth=self_depth, dropout=dropout)
                for m in modalities
            }
        )

    def forward(self, tracks: Mapping[str, Track]) -> dict[str, Tensor]:
        """For each modality the vector of its last row, having read the others."""
        vectors = {}
        for reader, track in tracks.items():
            read = [
                self.cross[f"{reader}_reads_{other}"](
                    track.values, track.mask, tracks[other].values, tracks[other].mask
                )
                for other in tracks
                if other != reader
            ]
            rows = self.itself[reader](torch.cat(read, dim=2), track.mask)
            vectors[reader] = last_row(rows, track.mask)
        return vectors


class CrossReader(nn.Module):
    """A crossmodal Transformer with positions on both sides.

    Source: Tsai et al. 2019, "Multimodal Transformer for Unaligned Multimodal Language
        Sequences", ACL, section 3.2. https://arxiv.org/abs/1906.00295

    Args:
        width: size of a row of both sides; `heads` divides it.
        heads: of the attention.
        depth: layers.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(self, width: int, *, heads: int, depth: int, dropout: float) -> None:
        super().__init__()
        self.scale = math.sqrt(width)
        self.encoder = CrossEncoder(width, depth=depth, heads=heads, dropout=dropout)

    def forward(
        self,
        rows: Float[Tensor, "batch query width"],
        mask: Bool[Tensor, "batch query"],
        source: Float[Tensor, "batch key width"],
        source_mask: Bool[Tensor, "batch key"],
    ) -> Float[Tensor, "batch query width"]:
        rows, source = add_positions(self.scale * rows), add_positions(self.scale * source)
        return self.encoder(rows, mask, source, source_mask)


class SelfReader(nn.Module):
    """A Transformer over one sequence, with positions.

    Args:
        width: size of a row; `heads` divides it.
        heads: of the attention.
        depth: layers.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(self, width: int, *, heads: int, depth: int, dropout: float) -> None:
        super().__init__()
        self.scale = math.sqrt(width)
        self.encoder = TransformerEncoder(
            width, depth=depth, heads=heads, dropout=dropout, norm_first=True
        )

    def forward(
        self, rows: Float[Tensor, "batch time width"], mask: Bool[Tensor, "batch time"]
    ) -> Float[Tensor, "batch time width"]:
        return self.encoder(add_positions(self.scale * rows), mask)


class ResidualHead(nn.Module):
    """Two layers added to their input, then the score.

    Args:
        width: size of the vector that comes in.
        out: width of the score.
        dropout: share of the hidden layer that is dropped in training, 0 to 1.
    """

    def __init__(self, width: int, out: int, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(width, width), nn.Linear(width, width)
        self.dropout, self.out = nn.Dropout(dropout), nn.Linear(width, out)

    def forward(self, vector: Float[Tensor, "batch width"]) -> Float[Tensor, "batch out"]:
        inner = self.second(self.dropout(self.first(vector).relu()))
        return self.out(vector + inner)
