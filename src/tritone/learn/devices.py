"""Where a model computes, and how a batch gets there."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import torch
from torch import Tensor

from tritone.core.batch import Batch
from tritone.core.devices import device_of as device_of


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
