"""Which factor decides, which ones rebuild, and how far factors are from a normal."""

import torch

from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.models.mfm import MFM, kernel_discrepancy

DIMS = {"text": 5, "audio": 3, "vision": 4}


def test_the_discrepancy_is_the_sum_over_pairs() -> None:
    one, other = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0))

    def kernel(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return (-(x - y).square().sum() / 4).exp()

    expected = sum(
        kernel(one[i], one[j]) + kernel(other[i], other[j]) - 2 * kernel(one[i], other[j])
        for i in range(3)
        for j in range(3)
    )
    every = torch.ones(3, dtype=torch.bool)
    torch.testing.assert_close(kernel_discrepancy(one, other, every), expected / 9)


def test_clips_that_do_not_count_are_in_no_pair() -> None:
    one, other = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0))
    counts = torch.tensor([True, False, True])
    few = kernel_discrepancy(one[counts], other[counts], counts[counts])
    torch.testing.assert_close(kernel_discrepancy(one, other, counts), few)


def test_the_factor_of_all_decides_by_itself(batch: Batch) -> None:
    """The generative factors may say anything; the score stays."""
    model = MFM(DIMS, Regression(), width=3, memory=4, factor=5).eval()
    before = model(batch).score
    for own in model.own.values():
        torch.nn.init.constant_(own.weight, 7.0)
    torch.testing.assert_close(model(batch).score, before)


def test_each_modality_is_told_from_both_factors(batch: Batch) -> None:
    model = MFM(DIMS, Regression(), width=3, memory=4, factor=5).eval()
    said = model(batch)
    joint = model.bring["joint"](said.parts["factor_joint"])
    terms = model.losses(said, batch)
    for m in DIMS:
        both = torch.cat([joint, model.bring[m](said.parts[f"factor_{m}"])], dim=1)
        mask = batch[m].mask
        rows = both[:, None].expand(-1, mask.shape[1], -1)
        told = model.tell[m](model.decode[m](rows, mask)[0])
        error = (told[mask] - batch[m].values[mask]).square().mean()
        torch.testing.assert_close(terms[f"rebuild_{m}"], 0.1 * error)
