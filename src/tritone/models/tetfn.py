"""Text enhances what sound and sight say to each other; heads learn guessed labels.

text   reads audio, and vision
audio  reads text, and, having read text, vision      ─ self-attention ─ last rows ─ score
vision reads text, and, having read text, audio
"""

from collections.abc import Mapping

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction, Track
from tritone.core.task import Regression, Task
from tritone.layers.pooling import is_present
from tritone.models.base import FusionModel
from tritone.models.mult import CrossReader, SelfReader
from tritone.models.pseudo_labels import PseudoLabels
from tritone.models.self_mm import Judge, unimodal
from tritone.models.subnets import (
    Convolve,
    MeanReader,
    RecurrentSubNet,
    last_row,
    need,
    need_others,
    read_tracks,
)


class TETFN(FusionModel):
    """Text-oriented crossmodal Transformers, with Self-MM's unimodal heads.

    Source: Wang et al. 2023, "TETFN: A Text Enhanced Transformer Fusion Network for Multimodal
        Sentiment Analysis", Pattern Recognition 136. https://doi.org/10.1016/j.patcog.2022.109259
    Differs: built from the paper's text, without its code: the text-enhanced reader is two
        crossmodal Transformers, of which the first reads text; text is rows of any encoder
        (the paper fine-tunes BERT).

    Args:
        dims: width of a row of each modality, two or more; any lengths.
        task: what is predicted; sets the width of the score.
        clips: number of clips in the train split, at least; the size of the label tables.
        centre: the modality that enhances.
        width: size of a row after the convolution; `heads` divides it.
        heads: of each attention.
        depth: layers of each Transformer.
        kernel: rows that the convolution sees; odd.
        hidden: size of the unimodal LSTMs' states and vectors.
        post: size of the fused layers.
        post_unimodal: size of each modality's layers.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        clips: int = 2000,
        centre: str = "text",
        width: int = 50,
        heads: int = 5,
        depth: int = 2,
        kernel: int = 3,
        hidden: int = 32,
        post: int = 64,
        post_unimodal: int = 32,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.centre = need(dims, centre, "TETFN")
        need_others(dims, centre, f"TETFN enhances others by {centre}")
        shape = {"heads": heads, "depth": depth, "dropout": dropout}
        self.convolve = nn.ModuleDict(
            {m: Convolve(d, width, kernel=kernel) for m, d in dims.items()}
        )
        self.cross = nn.ModuleDict()
        for reader in dims:
            for read in dims:
                plain = centre in (reader, read)
                if reader != read:
                    kind = CrossReader if plain else EnhancedReader
                    self.cross[f"{reader}_reads_{read}"] = kind(width, **shape)
        joined = width * (len(dims) - 1)
        self.itself = nn.ModuleDict({m: SelfReader(joined, **shape) for m in dims})
        self.fuse = Judge(joined * len(dims), post, task, dropout=dropout)
        self.read = nn.ModuleDict(
            {
                m: MeanReader() if m == centre else RecurrentSubNet(d, hidden, hidden)
                for m, d in dims.items()
            }
        )
        self.judge = nn.ModuleDict(
            {
                m: Judge(d if m == centre else hidden, post_unimodal, task, dropout=dropout)
                for m, d in dims.items()
            }
        )
        widths = dict.fromkeys(dims, post_unimodal)
        self.labels = (
            PseudoLabels(widths, post, task, clips=clips) if isinstance(task, Regression) else None
        )

    def forward(self, batch: Batch) -> Prediction:
        tracks, rows, parts = read_tracks(self, batch), {}, {}
        for m, track in tracks.items():
            vector = self.read[m](track.values, track.mask)
            parts[f"hidden_{m}"], parts[f"score_{m}"] = self.judge[m](vector)
            parts[f"present_{m}"] = is_present(track.mask)
            rows[m] = Track(self.convolve[m](track.values, track.mask), track.mask, track.spans)
        last = [
            last_row(self.itself[m](self.reads(m, rows), rows[m].mask), rows[m].mask) for m in rows
        ]
        fused, score = self.fuse(torch.cat(last, dim=1))
        return Prediction(score, parts={"hidden_fused": fused, **parts})

    def reads(self, reader: str, rows: Mapping[str, Track]) -> Tensor:
        """A modality's rows, once for each other modality that they have read."""
        mine, text = rows[reader], rows[self.centre]
        read = []
        for other, source in rows.items():
            if other == reader:
                continue
            cross = self.cross[f"{reader}_reads_{other}"]
            told = (mine.values, mine.mask, source.values, source.mask)
            if isinstance(cross, EnhancedReader):
                read.append(cross(*told, text.values, text.mask))
            else:
                read.append(cross(*told))
        return torch.cat(read, dim=2)

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task, and each modality's head on its own label; in training labels move."""
        heads = unimodal(self, self.labels, prediction, batch)
        return {**super().losses(prediction, batch), **heads}


class EnhancedReader(nn.Module):
    """Rows read the text first, and then the other modality.

    Source: Wang et al. 2023, "TETFN: A Text Enhanced Transformer Fusion Network for Multimodal
        Sentiment Analysis", Pattern Recognition 136. https://doi.org/10.1016/j.patcog.2022.109259

    Args:
        width: size of a row of all sides; `heads` divides it.
        heads: of each attention.
        depth: layers of either Transformer.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(self, width: int, *, heads: int, depth: int, dropout: float) -> None:
        super().__init__()
        self.text = CrossReader(width, heads=heads, depth=depth, dropout=dropout)
        self.other = CrossReader(width, heads=heads, depth=depth, dropout=dropout)

    def forward(
        self,
        rows: Float[Tensor, "batch query width"],
        mask: Bool[Tensor, "batch query"],
        source: Float[Tensor, "batch key width"],
        source_mask: Bool[Tensor, "batch key"],
        text: Float[Tensor, "batch word width"],
        text_mask: Bool[Tensor, "batch word"],
    ) -> Float[Tensor, "batch query width"]:
        enhanced = self.text(rows, mask, text, text_mask)
        return self.other(enhanced, mask, source, source_mask)
