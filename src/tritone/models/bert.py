"""A text alone, by a pretrained encoder that is trained on.

texts ─ pieces ─ encoder ─ mean, or the first piece ─ dropout ─ linear ─ score
"""

from collections.abc import Mapping

from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.pretrained import Bare
from tritone.core.task import Task
from tritone.models.base import Carried
from tritone.models.pretrained_encoders import ALL, PretrainedText
from tritone.models.subnets import read_tracks
from tritone.models.texts import EncoderModel, checked_pool, pooled, read_tokens


class BertText(EncoderModel):
    """A BERT-family encoder and a linear layer; only the text is read.

    Source: Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers for
        Language Understanding", NAACL, sec. 4. https://arxiv.org/abs/1810.04805
    Differs: the mean over the pieces by default, as sentence encoders have it (the paper: the
        first piece, through a layer of its own).

    Args:
        dims: width of a row of each modality; none of them is looked at, a clip whose text rows
            are missing has no text.
        task: what is predicted; sets the width of the score.
        folder: the encoder's, as for `hub_text`.
        trained: its layers that learn, from the top; 0 for none, -1 for all.
        longest: pieces that are read of a text; 0 for as many as the encoder has room for.
        pool: "mean" over the pieces, or the "first" one.
        dropout: share of the vector that is dropped in training, 0 to 1.
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
        pool: str = "mean",
        dropout: float = 0.1,
        pace: float = 0.05,
    ) -> None:
        super().__init__(dims, task, pace)
        self.text = PretrainedText(folder, trained=trained, longest=longest)
        self.pool = checked_pool(pool)
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(self.text.width, task.width))

    def forward(self, batch: Batch) -> Prediction:
        read_tracks(self, batch)
        tokens = read_tokens(self, batch)
        states = self.text(tokens.ids, tokens.mask)
        vector = pooled(states, tokens.mask, self.pool)
        return Prediction(self.head(vector), {"text": vector})

    def carried(self) -> dict[str, Carried]:
        """The encoder."""
        return {"folder": self.text}
