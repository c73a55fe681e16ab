"""The three branches of the default model: words, voice and face, each a judge of its own.

    tokens ─ sentence encoder ─ masked mean ──────────┐
    log-mel and pitch ─ see `models.voice` ────────────┼─ state ─┬─ emotions   (nine classes)
    face crops ─ residual net ─ mean over the frames ─┘         └─ sentiments (three classes)

Each branch has one emotion head over the union of all corpora's classes and one sentiment
head. A corpus that lacks a class does not teach it: the loss is taken after restricting to
the classes that the corpus names.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.labels import EMOTIONS, SENTIMENTS
from tritone.layers.residual import ResidualBlock

FACE_CHUNK = 64  # faces through the net at once when no gradient is kept: bounds the memory


class Branch(nn.Module):
    """One channel's judge: a state vector, and two heads that read it.

    Args:
        width: size of the state vector.
        dropout: share of the state dropped before the heads, in training.
        emotion_weight: weight of the emotion loss; the sentiment loss has weight 1.
    """

    modality: str

    def __init__(self, width: int, *, dropout: float, emotion_weight: float = 1.0) -> None:
        super().__init__()
        self.width, self.emotion_weight = width, emotion_weight
        self.dropout = nn.Dropout(dropout)
        self.emotion = nn.Linear(width, len(EMOTIONS))
        self.sentiment = nn.Linear(width, len(SENTIMENTS))

    def state(self, batch: Batch) -> Float[Tensor, "batch width"]:
        """What the branch has understood of each clip; zeros where it has nothing to read."""
        raise NotImplementedError  # each branch below has its own

    def present(self, batch: Batch) -> Bool[Tensor, " batch"]:
        """True for the clips in which this channel says anything."""
        return batch[self.modality].mask.any(dim=1)

    def forward(self, batch: Batch) -> Prediction:
        state = self.state(batch)
        kept = self.dropout(state)
        parts = {"state": state, "sentiment": self.sentiment(kept)}
        return Prediction(self.emotion(kept), parts)

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Cross-entropy of both heads, each restricted to the classes its corpus names."""
        known, targets = self.present(batch), batch.targets
        return {
            "emotion": self.emotion_weight
            * restricted_cross_entropy(
                prediction.score, targets["emotion"], targets["emotion_classes"], known
            ),
            "sentiment": restricted_cross_entropy(
                prediction.parts["sentiment"],
                targets["sentiment"],
                targets["sentiment_classes"],
                known,
            ),
        }

    def groups(self) -> list[dict[str, Any]]:
        """Parameter groups for the optimiser; a branch may slow down what is pretrained."""
        return [{"params": list(self.parameters())}]


class TextBranch(Branch):
    """A BERT-family sentence encoder, averaged over its tokens.

    Source: Wang et al. 2020, "MiniLM: Deep Self-Attention Distillation", NeurIPS.
        https://arxiv.org/abs/2002.10957
    Differs: fine-tuned as a classifier with two heads; the shipped one has a smaller
        vocabulary (Latin script) and is stored in 8 bits.

    Args:
        encoder: keywords of a `transformers.BertConfig`.
        dropout: share of the state dropped before the heads.
        slow: learning rate of the encoder, as a share of the heads'.
        decay: learning rate of a layer, as a share of the layer above it.
    """

    modality = "text"

    def __init__(
        self,
        encoder: Mapping[str, Any],
        *,
        dropout: float = 0.1,
        slow: float = 0.1,
        decay: float = 0.9,
        emotion_weight: float = 1.0,
    ) -> None:
        from transformers import BertConfig, BertModel

        config = BertConfig(**encoder)
        super().__init__(config.hidden_size, dropout=dropout, emotion_weight=emotion_weight)
        self.slow, self.decay = slow, decay
        self.encoder = BertModel(config, add_pooling_layer=False)

    def present(self, batch: Batch) -> Bool[Tensor, " batch"]:
        if batch.tokens is None:
            return torch.zeros(len(batch), dtype=torch.bool)
        return batch.tokens.mask.any(dim=1)

    def state(self, batch: Batch) -> Float[Tensor, "batch width"]:
        if batch.tokens is None or not batch.tokens.mask.any():
            return self.emotion.weight.new_zeros(len(batch), self.width)
        ids, mask = batch.tokens.ids, batch.tokens.mask
        rows = self.encoder(ids.masked_fill(~mask, 0), attention_mask=mask.long())[0]
        kept = rows.masked_fill(~mask.unsqueeze(-1), 0.0)
        return kept.sum(dim=1) / mask.sum(dim=1, keepdim=True).clamp(min=1)

    def groups(self) -> list[dict[str, Any]]:
        layers = [self.encoder.embeddings, *self.encoder.encoder.layer]
        groups: list[dict[str, Any]] = [
            {"params": [*self.emotion.parameters(), *self.sentiment.parameters()]}
        ]
        for height, layer in enumerate(reversed(layers)):
            groups.append(
                {"params": list(layer.parameters()), "scale": self.slow * self.decay**height}
            )
        return groups


class FaceBranch(Branch):
    """A residual net on each grey face, averaged over the faces of a clip.

    Source: Goodfellow et al. 2013, "Challenges in Representation Learning" (FER2013), ICONIP.
        https://arxiv.org/abs/1307.0414
    Differs: a small residual net with gates (He et al. 2016; Hu et al. 2018).

    Args:
        widths: channels of the stages; each but the first halves height and width, and so
            does the stem before them.
        depth: residual blocks in each stage.
    """

    modality = "vision"

    def __init__(
        self,
        *,
        widths: Sequence[int] = (48, 96, 192, 256),
        depth: int = 2,
        dropout: float = 0.3,
        emotion_weight: float = 1.0,
    ) -> None:
        super().__init__(widths[-1], dropout=dropout, emotion_weight=emotion_weight)
        self.stem = nn.Sequential(stem(3, 32), stem(3, widths[0], width_in=32, stride=2))
        blocks, before = [], widths[0]
        for stage, after in enumerate(widths):
            for place in range(depth):
                stride = 2 if stage > 0 and place == 0 else 1
                blocks.append(ResidualBlock(before, after, stride=stride))
                before = after
        self.blocks = nn.Sequential(*blocks)

    def state(self, batch: Batch) -> Float[Tensor, "batch width"]:
        track = batch["vision"]
        state = self.emotion.weight.new_zeros(*track.mask.shape, self.width)
        faces = track.values[track.mask]
        if len(faces):
            chunks = [faces] if torch.is_grad_enabled() else faces.split(FACE_CHUNK)
            state[track.mask] = torch.cat([self.look(chunk) for chunk in chunks]).to(state.dtype)
        return state.sum(dim=1) / track.mask.sum(dim=1, keepdim=True).clamp(min=1)

    def look(self, faces: Tensor) -> Float[Tensor, "face width"]:
        """One vector for each face crop, (face, side, side) in 0..255.

        When it is asked, a face and its mirror image count alike; in training chance mirrors.
        """
        picture = standard(faces.float()).unsqueeze(1)
        seen = self.blocks(self.stem(picture)).mean(dim=(2, 3))
        if self.training:
            return seen
        mirrored = self.blocks(self.stem(picture.flip(-1))).mean(dim=(2, 3))
        return (seen + mirrored) / 2


def stem(side: int, width: int, *, width_in: int = 1, stride: int = 1) -> nn.Sequential:
    """The first convolution of a net, with its norm and rectifier."""
    return nn.Sequential(
        nn.Conv2d(width_in, width, side, stride, side // 2, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
    )


def standard(faces: Float[Tensor, "face height width"]) -> Float[Tensor, "face height width"]:
    """Each face with mean 0 and spread 1, so that light and camera matter less."""
    mean = faces.mean(dim=(1, 2), keepdim=True)
    spread = faces.std(dim=(1, 2), keepdim=True).clamp(min=1.0)
    return (faces - mean) / spread


def restricted_cross_entropy(
    logits: Float[Tensor, "batch classes"],
    target: Float[Tensor, "batch classes"],
    classes: Bool[Tensor, "batch classes"],
    known: Bool[Tensor, " batch"],
) -> Float[Tensor, ""]:
    """Cross-entropy over the classes that each row's corpus names; rows without a label skip.

    Args:
        logits: scores over the union of classes.
        target: a distribution over the union; NaN in rows whose label is unknown.
        classes: True for the classes that the row's corpus names.
        known: False for rows that this branch cannot read.
    """
    real = known & ~target.isnan().any(dim=1) & classes.any(dim=1)
    if not real.any():
        return logits.sum() * 0.0
    restricted = logits[real].masked_fill(~classes[real], -1e4).log_softmax(dim=1)
    return -(target[real] * restricted).sum(dim=1).mean()
