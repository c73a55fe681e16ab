"""The one thing every fusion model is: a Batch goes in, a Prediction comes out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction, Tokens, Track
from tritone.core.errors import ModelError
from tritone.core.task import Task
from tritone.layers.pooling import fill_padding


@runtime_checkable
class Carried(Protocol):
    """A pretrained encoder inside a model, which is told from its config and its weights."""

    def keep(self, folder: Path) -> None:
        """Write what it is, without its weights."""
        ...


class FusionModel(nn.Module):
    """Batch in, Prediction out; the laws it keeps stand in tests/models/test_laws.py.

    A model owns its losses, its parameter groups and what it fits in closed form, so that
    the one training loop has no `if model ==`. State that outlives a batch is a registered
    buffer, so that it is saved with the weights.

    Args:
        dims: width of a row, for each modality that the model reads; any set of modalities.
        task: what is predicted; sets the width of the score.
    """

    reads_tokens: ClassVar[bool] = False
    """True for a model that carries a text encoder and reads `batch.tokens`."""

    reads_dialogues: ClassVar[bool] = False
    """True for a model whose answer for a clip depends on the others of its dialogue, so that
    a batch must hold dialogues whole."""

    normalises: ClassVar[bool] = True
    """False for a model that reads rows as they are: counts, or numbers that stand for words."""

    is_solved: ClassVar[bool] = False
    """True for a model that `prepare` fits whole: no epoch, width or dropout changes it."""

    starts_from: ClassVar[str] = ""
    """The model of the catalogue whose trained weights it goes on from; "" for none."""

    wants: ClassVar[Mapping[str, str]] = {}
    """Modality to the extractor whose rows the model is built for, where that is not the usual
    one: pictures, spectrograms, or samples of sound. Rows of another kind are refused."""

    def __init__(self, dims: Mapping[str, int], task: Task) -> None:
        super().__init__()
        if not dims:
            raise ModelError(f"{type(self).__name__} needs at least one modality, got none.")
        self.dims, self.task = dict(dims), task

    def forward(self, batch: Batch) -> Prediction:
        """What the model says of each clip; never looks at `batch.target` or `batch.targets`."""
        raise NotImplementedError

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Named terms, already weighted; the loop adds them up and logs each by its name.

        Raises:
            ModelError: the batch has no target.
        """
        if batch.target is None:
            raise ModelError(f"The batch of {', '.join(batch.ids[:3])} has no target to learn.")
        return {"task": self.task.loss(prediction.score, batch.target, batch.weight)}

    def track(self, batch: Batch, modality: str) -> Track:
        """A modality of the batch as float rows, its padding set to 0.

        Raises:
            ModelError: as `unfilled` does.
        """
        track = self.unfilled(batch, modality)
        return replace(track, values=fill_padding(track.values, track.mask))

    def unfilled(self, batch: Batch, modality: str) -> Track:
        """A modality of the batch as float rows; its padding may hold anything, even inf.

        Raises:
            ModelError: the batch lacks the modality, or its rows are pictures or have another
                width.
        """
        if modality not in batch.tracks:
            raise ModelError(
                f"{type(self).__name__} reads {', '.join(self.dims)}; the batch has "
                f"{', '.join(batch.tracks)}. Give it a store with {modality}, or build the "
                f"model without it."
            )
        track, dim = batch[modality], self.dims[modality]
        if track.values.ndim > 3:
            size = "x".join(str(side) for side in track.values.shape[2:])
            others = ",".join(other for other in self.dims if other != modality)
            leave = f", or leave {modality} out: modalities={others}" if others else ""
            raise ModelError(
                f"{type(self).__name__} reads {modality} as vectors; the rows here are pictures "
                f"of {size}. Extract vectors of them (face_cnn, vgg_face, hub_image), or train a "
                f"model that looks at pictures: ote, cnn3d, cnn_lstm, vgg_face{leave}."
            )
        if track.values.ndim != 3 or track.values.shape[2] != dim:
            raise ModelError(
                f"{type(self).__name__} reads {modality} rows of width {dim}; the batch's are "
                f"{tuple(track.values.shape[2:])}. Use the extractor that the model was "
                f"trained with, or build the model for these rows."
            )
        return replace(track, values=track.values.float())

    def tokens(self, texts: Sequence[str | None]) -> Tokens | None:
        """The pieces of some texts as this model reads them; None where it cuts none itself."""
        return None

    def carried(self) -> dict[str, Carried]:
        """The pretrained encoders in it, by the argument that names the folder of each."""
        return {}

    def take_pretrained(self, weights: Mapping[str, Tensor]) -> None:
        """Go on from the weights of a trained model, where `starts_from` names one."""

    def groups(self) -> list[dict[str, Any]]:
        """Parameter groups for the optimiser: "params", and "scale" of the learning rate."""
        return [{"params": list(self.parameters())}]

    def prepare(self, train: Iterable[Batch]) -> None:
        """Fit what has a closed form (PCA, CCA, scalers) on the train split, before the loop."""

    def settle(self, val: Iterable[Batch]) -> None:
        """Fit on val, after the loop, what training cannot choose: the weights of a vote."""

    def frozen(self) -> frozenset[str]:
        """Names of the parameters that no loss moves, such as a pretrained encoder's."""
        return frozenset()

    def fitted(self) -> frozenset[str]:
        """Names of the parameters that `prepare` sets and the loop leaves alone."""
        return frozenset()
