"""Tensor fusion, and the same with some of its terms: the ablation that S003 reprints.

    text   ─ LSTM ───┐
    audio  ─ SubNet ─┼─ 1, t, a, v, t⊗a, t⊗v, a⊗v, t⊗a⊗v ─ dropout ─ MLP ─ score
    vision ─ SubNet ─┘

[1;t] ⊗ [1;a] ⊗ [1;v] is these blocks in another order; each variant keeps some of them.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

import torch
from einops import einsum, rearrange
from jaxtyping import Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.errors import ModelError
from tritone.core.task import Task
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.subnets import RecurrentSubNet, ScaledHead, SubNet, need, read_tracks

Term = tuple[str, ...]


class TensorFusion(FusionModel):
    """The outer product of all modalities, each with a leading 1, then an MLP.

    Source: Zadeh et al. 2017, "Tensor Fusion Network for Multimodal Sentiment Analysis",
        EMNLP, eq. 2. https://arxiv.org/abs/1707.07250
    Differs: one width for all modalities' vectors; the score is scaled to the task's range,
        not always to [-3, 3]; a modality that a clip lacks is the vector 0, so that what is
        left is the product of the others.

    Args:
        dims: width of a row of each modality; the tensor has (1 + width) ** len(dims) numbers.
        task: what is predicted; sets the width of the score.
        sequences: modalities that an LSTM reads; the others are averaged over time.
        width: size of each modality's vector.
        hidden: size of the LSTM's state.
        post: size of the two layers after the tensor.
        dropout: share of each reader's input that is dropped in training, 0 to 1.
        post_dropout: the same for the tensor.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        sequences: Sequence[str] = ("text",),
        width: int = 32,
        hidden: int = 128,
        post: int = 64,
        dropout: float = 0.3,
        post_dropout: float = 0.5,
    ) -> None:
        super().__init__(dims, task)
        self.terms = self.keep(tuple(dims))
        if not self.terms:
            raise ModelError(
                f"{type(self).__name__} keeps products of two modalities, and reads only "
                f"{', '.join(dims)}. Give it a store with another modality."
            )
        read = {modality for term in self.terms for modality in term}
        self.read = nn.ModuleDict(
            {
                m: RecurrentSubNet(dim, hidden, width, dropout=dropout)
                if m in sequences
                else SubNet(dim, width, dropout=dropout)
                for m, dim in dims.items()
                if m in read
            }
        )
        size = sum(width ** len(term) for term in self.terms)
        self.dropout = nn.Dropout(post_dropout)
        self.mix = mlp([size, post, post])
        self.head = ScaledHead(post, task)

    def keep(self, modalities: Term) -> list[Term]:
        """The blocks of the tensor that reach the MLP: here all of them, the 1 included."""
        return [term for order in range(len(modalities) + 1) for term in of(order, modalities)]

    def forward(self, batch: Batch) -> Prediction:
        tracks = read_tracks(self, batch)
        vectors = {m: read(tracks[m].values, tracks[m].mask) for m, read in self.read.items()}
        fused = self.mix(self.dropout(blocks(vectors, self.terms)))
        parts = {f"vector_{m}": vector for m, vector in vectors.items()}
        return Prediction(self.head(fused), parts={"fused": fused, **parts})


class TensorLanguage(TensorFusion):
    """TFN-language: only the vector of what is said reaches the MLP.

    Source: Zadeh et al. 2017, "Tensor Fusion Network for Multimodal Sentiment Analysis",
        EMNLP, sec. 5.2 (table 4 of S003). https://arxiv.org/abs/1707.07250
    Differs: as `tfn`, whose readers and head it has.
    """

    def keep(self, modalities: Term) -> list[Term]:
        """The block "text"."""
        return only("text", modalities)


class TensorAcoustic(TensorFusion):
    """TFN-acoustic: only the vector of how it is said reaches the MLP.

    Source: Zadeh et al. 2017, "Tensor Fusion Network for Multimodal Sentiment Analysis",
        EMNLP, sec. 5.2. https://arxiv.org/abs/1707.07250
    Differs: as `tfn`, whose readers and head it has.
    """

    def keep(self, modalities: Term) -> list[Term]:
        """The block "audio"."""
        return only("audio", modalities)


class TensorVisual(TensorFusion):
    """TFN-visual: only the vector of how it looks reaches the MLP.

    Source: Zadeh et al. 2017, "Tensor Fusion Network for Multimodal Sentiment Analysis",
        EMNLP, sec. 5.2. https://arxiv.org/abs/1707.07250
    Differs: as `tfn`, whose readers and head it has.
    """

    def keep(self, modalities: Term) -> list[Term]:
        """The block "vision"."""
        return only("vision", modalities)


class TensorBimodal(TensorFusion):
    """TFN-bimodal: the products of two modalities, nothing else.

    Source: Zadeh et al. 2017, "Tensor Fusion Network for Multimodal Sentiment Analysis",
        EMNLP, sec. 5.2. https://arxiv.org/abs/1707.07250
    Differs: as `tfn`, whose readers and head it has.
    """

    def keep(self, modalities: Term) -> list[Term]:
        """The blocks of order 2."""
        return of(2, modalities)


class TensorTrimodal(TensorFusion):
    """TFN-trimodal: the products of three modalities, nothing else (of all, if two).

    Source: Zadeh et al. 2017, "Tensor Fusion Network for Multimodal Sentiment Analysis",
        EMNLP, sec. 5.2. https://arxiv.org/abs/1707.07250
    Differs: as `tfn`, whose readers and head it has.
    """

    def keep(self, modalities: Term) -> list[Term]:
        """The blocks of order 3."""
        return of(min(3, len(modalities)), modalities)


class TensorNoTrimodal(TensorFusion):
    """TFN-notrimodal: single modalities and products of two.

    Source: Zadeh et al. 2017, "Tensor Fusion Network for Multimodal Sentiment Analysis",
        EMNLP, sec. 5.2. https://arxiv.org/abs/1707.07250
    Differs: as `tfn`, whose readers and head it has.
    """

    def keep(self, modalities: Term) -> list[Term]:
        """The blocks of order 1 and 2."""
        return [*of(1, modalities), *of(2, modalities)]


class TensorEarly(TensorFusion):
    """TFN-early: the vectors end to end instead of their product.

    Source: Zadeh et al. 2017, "Tensor Fusion Network for Multimodal Sentiment Analysis",
        EMNLP, sec. 5.2. https://arxiv.org/abs/1707.07250
    Differs: as `tfn`, whose readers and head it has.
    """

    def keep(self, modalities: Term) -> list[Term]:
        """The blocks of order 1."""
        return of(1, modalities)


def of(order: int, modalities: Term) -> list[Term]:
    """Every choice of `order` modalities."""
    return list(combinations(modalities, order))


def only(modality: str, modalities: Term) -> list[Term]:
    """One modality by itself, if it is there."""
    return [(need(dict.fromkeys(modalities, 0), modality, f"TFN of {modality}"),)]


def blocks(
    vectors: Mapping[str, Float[Tensor, "batch width"]], terms: Sequence[Term]
) -> Float[Tensor, "batch size"]:
    """The outer products of the terms, flattened, end to end; the empty term is a 1."""
    some = next(iter(vectors.values()))
    products = []
    for term in terms:
        product = some.new_ones(len(some), 1)
        for modality in term:
            product = einsum(
                product, vectors[modality], "batch left, batch right -> batch left right"
            )
            product = rearrange(product, "batch left right -> batch (left right)")
        products.append(product)
    return torch.cat(products, dim=1)
