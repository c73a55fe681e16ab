"""Cyclic translation: words are translated to sound and back, then to sight; the way is kept.

text ─ encoder ─ states ─┬─ decoder ─ audio ─ encoder ─ decoder ─ text again
                         └─ encoder ─ states ─┬─ decoder ─ vision
                                              └─ last state ─ score
"""

from collections.abc import Mapping
from itertools import pairwise

from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.attention import MultiHeadAttention
from tritone.layers.positions import sinusoidal
from tritone.layers.recurrent import Recurrent
from tritone.models.base import FusionModel
from tritone.models.subnets import known_rows, mean_over, need, need_others, read_tracks


class MCTN(FusionModel):
    """Translate one modality to the others in turn; only that one is needed to predict.

    Source: Pham et al. 2019, "Found in Translation: Learning Robust Joint Representations by
        Cyclic Translations Between Modalities", AAAI. https://arxiv.org/abs/1812.07809
    Differs: a decoder asks by place, not by what it said before, so that training and use are
        the same; the way back has weights of its own, since widths differ; the first
        translation alone goes both ways, as in the paper's hierarchical model.

    Args:
        dims: width of a row of each modality, two or more; the others in the order given.
        task: what is predicted; sets the width of the score.
        centre: the modality that is translated.
        width: size of the states.
        dropout: share of the last state that is dropped in training, 0 to 1.
        translate: weight of each translation.
        cycle: weight of the way back.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        centre: str = "text",
        width: int = 32,
        dropout: float = 0.1,
        translate: float = 0.1,
        cycle: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.centre = need(dims, centre, "MCTN")
        self.others = need_others(dims, centre, f"MCTN translates {centre} to others")
        self.translate, self.cycle = translate, cycle
        sizes = [dims[centre], *[width] * len(self.others)]
        self.encode = nn.ModuleDict(
            {
                m: Recurrent(size, width)
                for m, (size, _) in zip(self.others, pairwise(sizes), strict=True)
            }
        )
        self.decode = nn.ModuleDict({m: Decoder(width, dims[m]) for m in self.others})
        self.back_encode = Recurrent(dims[self.others[0]], width)
        self.back_decode = Decoder(width, dims[centre])
        self.read = Recurrent(width, width)
        self.dropout, self.head = nn.Dropout(dropout), nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        track = read_tracks(self, batch)[self.centre]
        states = [*self.states(track.values, track.mask).values()]
        fused = self.read(states[-1], track.mask)[1]
        return Prediction(self.head(self.dropout(fused)), parts={"fused": fused})

    def states(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> dict[str, Tensor]:
        """The states from which each other modality is told, one level on top of another."""
        states = {}
        for m, encode in self.encode.items():
            values = encode(values, mask)[0]
            states[m] = values
        return states

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task; each translation, where there is something to compare; and the way back."""
        known, tracks = known_rows(batch), read_tracks(self, batch)
        said, terms = tracks[self.centre], super().losses(prediction, batch)
        for level, (m, states) in enumerate(self.states(said.values, said.mask).items()):
            there = tracks[m]
            told = self.decode[m](states, said.mask, there.mask)
            error = row_error(told, there.values, there.mask & known.unsqueeze(1))
            terms[f"translate_{m}"] = self.translate * error
            if level == 0:
                back = self.back_encode(told, there.mask)[0]
                again = self.back_decode(back, there.mask, said.mask)
                error = row_error(again, said.values, said.mask & known.unsqueeze(1))
                terms["cycle"] = self.cycle * error
        return terms


class Decoder(nn.Module):
    """Rows of another modality, each asked for by its place among the source's states.

    Source: Bahdanau et al. 2015, "Neural Machine Translation by Jointly Learning to Align and
        Translate", ICLR. https://arxiv.org/abs/1409.0473
    Differs: dot-product attention, asked by sinusoidal places.

    Args:
        width: size of a state.
        dim: width of a row that comes out.
    """

    def __init__(self, width: int, dim: int) -> None:
        super().__init__()
        self.width, self.attend = width, MultiHeadAttention(width, 1)
        self.rnn, self.out = Recurrent(width, width), nn.Linear(width, dim)

    def forward(
        self,
        states: Float[Tensor, "batch time width"],
        mask: Bool[Tensor, "batch time"],
        wanted: Bool[Tensor, "batch place"],
    ) -> Float[Tensor, "batch place dim"]:
        """The rows at the places that are wanted; elsewhere they mean nothing.

        Args:
            states: of the source.
            mask: True where a state is real.
            wanted: True where a row is to be told.
        """
        places = sinusoidal(wanted.shape[1], self.width).to(states)
        asked = self.attend(places.expand(len(states), -1, -1), states, mask)
        return self.out(self.rnn(asked, wanted)[0])


def row_error(
    told: Float[Tensor, "batch time dim"],
    real: Float[Tensor, "batch time dim"],
    counts: Bool[Tensor, "batch time"],
) -> Float[Tensor, ""]:
    """Mean squared error over the rows that count."""
    each = (told - real).square().mean(dim=2)
    return mean_over(each.flatten(), counts.flatten())
