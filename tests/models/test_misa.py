"""MISA's terms against the formulas, over the clips that have both sides."""

from dataclasses import replace

import pytest
import torch

from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.models.domains import moment_discrepancy, overlap
from tritone.models.misa import MISA

DIMS = {"text": 5, "audio": 3, "vision": 4}
PAIRS = [("text", "audio"), ("text", "vision"), ("audio", "vision")]


@pytest.fixture
def model() -> MISA:
    torch.manual_seed(0)
    return MISA(DIMS, Regression(), width=4, hidden=2).eval()


def test_the_terms_are_those_of_the_paper(model: MISA, batch: Batch) -> None:
    said, every = model(batch), torch.ones(4, dtype=torch.bool)
    shared, private = (
        {m: said.parts[f"{kind}_{m}"] for m in DIMS} for kind in ("shared", "private")
    )
    alike = sum(moment_discrepancy(shared[a], shared[b], every) for a, b in PAIRS) / 3
    apart = sum(overlap(private[a], private[b], every) for a, b in PAIRS)
    apart = apart + sum(overlap(private[m], shared[m], every) for m in DIMS)
    lost = sum(
        (model.rebuild[m](private[m] + shared[m]) - said.parts[f"whole_{m}"]).square().mean()
        for m in DIMS
    )
    terms = model.losses(said, batch)
    torch.testing.assert_close(terms["similarity"], 1.0 * alike)
    torch.testing.assert_close(terms["separation"], 0.3 * apart)
    torch.testing.assert_close(terms["reconstruction"], lost / 3)


def test_a_modality_that_is_missing_is_compared_with_none(model: MISA, batch: Batch) -> None:
    gone = replace(batch["audio"], mask=batch["audio"].mask & False)
    blind = replace(batch, tracks={**batch.tracks, "audio": gone})
    said, every = model(blind), torch.ones(4, dtype=torch.bool)
    one, other = said.parts["shared_text"], said.parts["shared_vision"]
    expected = moment_discrepancy(one, other, every) / 3
    torch.testing.assert_close(model.losses(said, blind)["similarity"], expected)


def test_one_encoder_is_shared_and_the_others_are_not(model: MISA, batch: Batch) -> None:
    part = model(batch).parts
    for m in DIMS:
        torch.testing.assert_close(part[f"shared_{m}"], model.shared(part[f"whole_{m}"]))
        torch.testing.assert_close(part[f"private_{m}"], model.private[m](part[f"whole_{m}"]))
