"""Where numbers are computed."""

import torch

from tritone.core.errors import ModelError


def device_of(name: str) -> torch.device:
    """A device by name; "auto" takes the GPU where there is one.

    Raises:
        ModelError: there is no such device here.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise ModelError(f"The device {name!r} was asked for, but PyTorch finds no GPU here.")
    if name != "cpu" and not name.startswith("cuda"):
        raise ModelError(f"No device is named {name!r}. Known: auto, cpu, cuda.")
    return torch.device(name)
