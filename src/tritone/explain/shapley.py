"""Which channel said so: the fused valence shared out among the channels, and their quarrel.

A channel's share is what it adds on average, over every order in which the channels could
have been heard. The shares sum to the valence minus that of a model that heard nothing.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import comb
from typing import Protocol, TypeVar, runtime_checkable

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from tritone.core.batch import Prediction

Opinion = TypeVar("Opinion", contravariant=True)


@runtime_checkable
class Combines(Protocol[Opinion]):
    """A model that fuses opinions, each channel's apart, and can do without any of them."""

    def combine(self, opinions: Mapping[str, Opinion], present: Mapping[str, Tensor]) -> Prediction:
        """The fused answer of the channels that are present, (batch) "valence" in its parts."""
        ...


@torch.no_grad()
def contributions(
    model: Combines[Opinion],
    opinions: Mapping[str, Opinion],
    present: Mapping[str, Bool[Tensor, " batch"]],
) -> dict[str, Float[Tensor, " batch"]]:
    """The Shapley share of each channel in the fused valence; 0 for a channel that is absent.

    Exact: the model combines 2**k times for k channels, each time the whole batch.

    Source: Shapley 1953, "A Value for n-Person Games", Contributions to the Theory of Games II.
        https://doi.org/10.1515/9781400881970-018

    Args:
        model: whose `combine` is asked.
        opinions: modality to what its branch says of the whole batch.
        present: modality to True for the clips in which it says anything.
    """
    names = tuple(present)
    heard = {
        group: _valence_of(model, opinions, present, group)
        for size in range(len(names) + 1)
        for group in combinations(names, size)
    }
    return shares(names, heard)


def shares(names: Sequence[str], heard: Mapping[tuple[str, ...], Tensor]) -> dict[str, Tensor]:
    """The Shapley share of each player in anything that every group of them brings about.

    Args:
        names: the players.
        heard: what each group of them is worth, of any shape; the groups in the order of
            `names`, the empty one among them.
    """
    return {name: _share(name, tuple(names), heard) for name in names}


def conflict(
    valences: Mapping[str, Float[Tensor, " batch"]],
    present: Mapping[str, Bool[Tensor, " batch"]],
) -> Float[Tensor, " batch"]:
    """The largest difference between the valences of two present channels, over 2.

    0 where they agree or fewer than two are present, 1 where one says -1 and another 1.

    Args:
        valences: modality to its own valence, -1 to 1; anything where it is absent.
        present: modality to True for the clips in which it says anything.
    """
    values = torch.stack([valences[name] for name in present])
    known = torch.stack(list(present.values()))
    high = values.masked_fill(~known, -torch.inf).amax(dim=0)
    low = values.masked_fill(~known, torch.inf).amin(dim=0)
    return ((high - low) / 2).masked_fill(known.sum(dim=0) < 2, 0.0)


def _valence_of(
    model: Combines[Opinion],
    opinions: Mapping[str, Opinion],
    present: Mapping[str, Tensor],
    group: tuple[str, ...],
) -> Tensor:
    """The fused valence when only the channels of `group` are heard."""
    only = {
        name: known if name in group else torch.zeros_like(known) for name, known in present.items()
    }
    return model.combine(opinions, only).parts["valence"]


def _share(name: str, names: tuple[str, ...], heard: Mapping[tuple[str, ...], Tensor]) -> Tensor:
    """What `name` adds to each group of the others, averaged over the orders of arrival.

    An absent channel adds nothing to any group, so a share over all channels is the share
    over those that are present.
    """
    others = tuple(other for other in names if other != name)
    share = torch.zeros_like(heard[()])
    for size in range(len(others) + 1):
        weight = 1 / (len(names) * comb(len(others), size))
        for group in combinations(others, size):
            joined = tuple(n for n in names if n in group or n == name)
            share = share + weight * (heard[joined] - heard[group])
    return share
