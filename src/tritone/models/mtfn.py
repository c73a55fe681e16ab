"""Fusion with a head for each modality, taught with labels that people gave to it alone.

CH-SIMS has such labels: what the words say by themselves, the voice, the face.
"""

from collections.abc import Mapping

from torch import Tensor

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.models.base import FusionModel
from tritone.models.lf_dnn import LateFusionDNN
from tritone.models.subnets import read_tracks
from tritone.models.tensor import LowRankFusion
from tritone.models.tfn import TensorFusion
from tritone.models.unimodal import judged, judges, unimodal

SHARES = {"text": 0.4, "audio": 0.2, "vision": 1.0}
"""Weights of the unimodal heads, by MMSA's settings for MTFN; audio there is 0."""


class Multitask(FusionModel):
    """A fusion of vectors, and a head for each modality's own label beside it.

    Source: Yu et al. 2020, "CH-SIMS: A Chinese Multimodal Sentiment Analysis Dataset with
        Fine-grained Annotation of Modality", ACL. https://aclanthology.org/2020.acl-main.343/

    Args:
        fusion: gives a score, and the vector of each modality as `parts["vector_<modality>"]`.
        width: size of these vectors.
        post: size of the unimodal heads' layers.
        whole: weight of the multimodal term.
        shares: weight of each modality's term; 1 for a modality that is not named.
    """

    def __init__(
        self,
        fusion: FusionModel,
        width: int,
        post: int,
        whole: float,
        shares: Mapping[str, float],
    ) -> None:
        super().__init__(fusion.dims, fusion.task)
        self.whole, self.shares = whole, dict(shares)
        self.fusion, self.judge = fusion, judges(fusion.dims, width, post, fusion.task)

    def forward(self, batch: Batch) -> Prediction:
        read_tracks(self, batch)
        said = self.fusion(batch)
        vectors = {m: said.parts[f"vector_{m}"] for m in self.dims}
        return Prediction(said.score, {**said.parts, **judged(self.judge, vectors, batch)})

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The clip's label, and each modality's."""
        task = self.whole * super().losses(prediction, batch)["task"]
        return {"task": task, **unimodal(self.task, self.shares, prediction, batch)}


class MultitaskTensor(Multitask):
    """MTFN: tensor fusion, and a head for each modality's own label.

    Source: Yu et al. 2020, "CH-SIMS: A Chinese Multimodal Sentiment Analysis Dataset with
        Fine-grained Annotation of Modality", ACL. https://aclanthology.org/2020.acl-main.343/
    Differs: where a corpus has no unimodal labels, the heads learn the clip's own; audio's
        head weighs 0.2 (MMSA's settings: 0, so that it would learn nothing).

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of each modality's vector.
        hidden: size of the text LSTM's state.
        post: size of the layers after the tensor, and of the unimodal heads'.
        dropout: share of each reader's input that is dropped in training, 0 to 1.
        whole: weight of the multimodal term.
        shares: weight of each modality's term; 1 for a modality that is not named.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 32,
        hidden: int = 128,
        post: int = 64,
        dropout: float = 0.3,
        whole: float = 0.6,
        shares: Mapping[str, float] = SHARES,
    ) -> None:
        fusion = TensorFusion(dims, task, width=width, hidden=hidden, post=post, dropout=dropout)
        super().__init__(fusion, width, post, whole, shares)


class MultitaskLate(Multitask):
    """MLF-DNN: late fusion, and a head for each modality's own label.

    Source: Yu et al. 2020, "CH-SIMS: A Chinese Multimodal Sentiment Analysis Dataset with
        Fine-grained Annotation of Modality", ACL. https://aclanthology.org/2020.acl-main.343/
    Differs: where a corpus has no unimodal labels, the heads learn the clip's own.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of each modality's vector.
        post: size of the layers after the concatenation, and of the unimodal heads'.
        dropout: share of each reader's input that is dropped in training, 0 to 1.
        whole: weight of the multimodal term.
        shares: weight of each modality's term; 1 for a modality that is not named.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        post: int = 128,
        dropout: float = 0.2,
        whole: float = 0.6,
        shares: Mapping[str, float] = {"text": 0.2, "audio": 0.8, "vision": 0.8},
    ) -> None:
        fusion = LateFusionDNN(dims, task, width=width, post=post, dropout=dropout)
        super().__init__(fusion, width, post, whole, shares)


class MultitaskLowRank(Multitask):
    """MLMF: low-rank tensor fusion, and a head for each modality's own label.

    Source: Yu et al. 2020, "CH-SIMS: A Chinese Multimodal Sentiment Analysis Dataset with
        Fine-grained Annotation of Modality", ACL. https://aclanthology.org/2020.acl-main.343/
    Differs: where a corpus has no unimodal labels, the heads learn the clip's own; all terms
        weigh 1.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of each modality's vector and of the fused one.
        rank: number of outer products.
        post: size of the unimodal heads' layers.
        dropout: share of the readers' inputs that is dropped in training, 0 to 1.
        whole: weight of the multimodal term.
        shares: weight of each modality's term; 1 for a modality that is not named.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        rank: int = 4,
        post: int = 64,
        dropout: float = 0.2,
        whole: float = 1.0,
        shares: Mapping[str, float] = {},
    ) -> None:
        fusion = LowRankFusion(dims, task, width=width, rank=rank, dropout=dropout)
        super().__init__(fusion, width, post, whole, shares)
