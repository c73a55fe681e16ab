"""What models of whole dialogues share: one vector a clip and channel, turn by turn."""

from typing import ClassVar

from jaxtyping import Bool, Float
from torch import Tensor

from tritone.core.batch import Batch
from tritone.layers.dialogues import Dialogues, dialogues_of
from tritone.layers.pooling import is_present, masked_mean
from tritone.models.base import FusionModel


class ConversationModel(FusionModel):
    """A model that says of each clip what the clips around it in its dialogue let it say.

    A clip that is in no dialogue is a dialogue of one turn. Clips are read by their mean rows.
    """

    reads_dialogues: ClassVar[bool] = True

    def turns(
        self, batch: Batch
    ) -> tuple[
        Dialogues,
        dict[str, Float[Tensor, "dialogue turn _dim"]],
        dict[str, Bool[Tensor, "dialogue turn"]],
    ]:
        """Where the clips stand, each channel's vectors in their turns, and where they are real."""
        clips = len(batch)
        positions = [-1] * clips if batch.positions is None else batch.positions.tolist()
        device = next(iter(batch.tracks.values())).mask.device
        found = dialogues_of(
            batch.dialogues or (None,) * clips,
            positions,
            batch.speakers or (None,) * clips,
            device,
        )
        vectors, present = {}, {}
        for modality in self.dims:
            track = self.track(batch, modality)
            vectors[modality] = found.lay(masked_mean(track.values, track.mask))
            present[modality] = found.lay(is_present(track.mask)).squeeze(2)
        return found, vectors, present
