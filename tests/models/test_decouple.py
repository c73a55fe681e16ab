"""The decoupling terms against their formulas, over real rows of known clips."""

import torch

from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.models.decouple import Decouple, decoupling
from tritone.models.dmd import DMD
from tritone.models.domains import margin
from tritone.models.subnets import read_tracks

DIMS = {"audio": 3, "vision": 4}


def test_the_terms_are_those_of_the_paper(batch: Batch) -> None:
    apart = Decouple(DIMS, 4, kernel=3)
    tracks = read_tracks(DMD(DIMS, Regression(), width=4, heads=2), batch)
    group, known = torch.tensor([0, 1, 0, 1]), torch.tensor([True, True, False, True])
    sides = apart(tracks)
    expected, shared = torch.tensor(0.0), []
    for m, side in sides.items():
        real = batch[m].mask & known[:, None]
        expected = expected + (side.again - side.rows)[real].square().mean()
        expected = expected + (side.private_again - side.private)[real].square().mean()
        means = [
            torch.stack([rows[i, batch[m].mask[i]].mean(0) for i in range(4)])
            for rows in (side.shared, side.private)
        ]
        shared.append(means[0])
        expected = expected + 0.1 * torch.cosine_similarity(*means)[known].clamp(min=0).mean()
    expected = expected + 0.1 * margin(torch.stack(shared), group, known.expand(2, 4), gap=0.2)
    torch.testing.assert_close(decoupling(sides, group, known, gap=0.2, share=0.1), expected)


def test_one_encoder_is_shared(batch: Batch) -> None:
    apart = Decouple(DIMS, 4, kernel=3)
    tracks = read_tracks(DMD(DIMS, Regression(), width=4, heads=2), batch)
    for m, side in apart(tracks).items():
        torch.testing.assert_close(side.shared, apart.shared(side.rows, side.mask))
        torch.testing.assert_close(side.private, apart.private[m](side.rows, side.mask))
