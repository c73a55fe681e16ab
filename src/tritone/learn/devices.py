"""Where a model computes, and how a batch gets there."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import torch
from torch import Tensor

from tritone.core.batch import Batch
from tritone.core.errors import ModelError


def device_of(name: str) -> torch.device:
    """A device by name; "auto" takes the GPU where there is one."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise ModelError(f"The device {name!r} was asked for, but PyTorch finds no GPU here.")
    if name != "cpu" and not name.startswith("cuda"):
        raise ModelError(f"No device is named {name!r}. Known: auto, cpu, cuda.")
    return torch.device(name)


def moved(batch: Batch, device: torch.device) -> Batch:
    """The batch with all its tensors on a device; itself where that is the CPU."""
    return batch if device.type == "cpu" else carried(batch, device)


def carried(part: Any, device: torch.device) -> Any:
    """A part of a batch, whatever it is made of, with its tensors on a device."""
    if isinstance(part, Tensor):
        return part.to(device, non_blocking=True)
    if isinstance(part, Mapping):
        return {name: carried(value, device) for name, value in part.items()}
    if is_dataclass(part) and not isinstance(part, type):
        changed = {one.name: carried(getattr(part, one.name), device) for one in fields(part)}
        return replace(part, **changed)
    return part
