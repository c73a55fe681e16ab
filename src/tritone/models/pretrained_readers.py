"""Encoders that were trained on one channel each, put to use in a fusion of several."""

from collections.abc import Mapping

from torch import Tensor, nn

from tritone.core.errors import ModelError
from tritone.models.base import FusionModel


def take_unimodal(
    self: FusionModel,
    trained: Mapping[str, nn.Module | Mapping[str, Tensor]],
    *,
    freeze: bool = False,
) -> None:
    """Start from encoders that were trained alone, as S000 does.

    Args:
        trained: channel to a `ModalityTransformer` that was trained on it, or to the state dict
            of one; a channel that is not named keeps its random encoder.
        freeze: leave these encoders as they are in training.

    Raises:
        ModelError: a channel that this model does not read, or an encoder of another shape.
    """
    read = self.get_submodule("read")
    for channel, source in trained.items():
        if channel not in self.dims:
            raise ModelError(
                f"An encoder of {channel} was given; {type(self).__name__} reads "
                f"{', '.join(self.dims)}."
            )
        weights = source.state_dict() if isinstance(source, nn.Module) else source
        prefix = f"read.{channel}."
        own = {
            name.removeprefix(prefix): weight
            for name, weight in weights.items()
            if name.startswith(prefix)
        }
        encoder = read.get_submodule(channel)
        check_shapes(channel, own, encoder.state_dict())
        encoder.load_state_dict(own)
        encoder.requires_grad_(not freeze)


def check_shapes(channel: str, given: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> None:
    """Refuse weights that do not fit, by the first that does not.

    Raises:
        ModelError: a weight is missing, left over, or of another shape.
    """
    for name in [*wanted, *given]:
        theirs = tuple(given[name].shape) if name in given else "absent"
        ours = tuple(wanted[name].shape) if name in wanted else "absent"
        if theirs != ours:
            raise ModelError(
                f"The encoder that was trained on {channel} does not fit: its {name} is "
                f"{theirs}, here it is {ours}. Give both models the same width, depth and rows."
            )
