"""Unimodal heads: whose label they learn, and how much each weighs."""

from dataclasses import replace

import pytest
import torch

from tritone.catalogue import find
from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.models.mtfn import MultitaskLowRank
from tritone.models.tensor import LowRankFusion

DIMS = {"text": 5, "audio": 3, "vision": 4}
WEIGHTS = {
    "mtfn": (0.6, {"text": 0.4, "audio": 0.2, "vision": 1.0}),
    "mlf_dnn": (0.6, {"text": 0.2, "audio": 0.8, "vision": 0.8}),
    "mlmf": (1.0, {"text": 1.0, "audio": 1.0, "vision": 1.0}),
}


@pytest.mark.parametrize("name", WEIGHTS)
def test_a_head_learns_its_modalitys_own_label(name: str, batch: Batch) -> None:
    model = find("model", name)(DIMS, Regression()).eval()
    own = torch.tensor([1.0, float("nan"), -2.0, 0.5])
    labelled = replace(batch, targets={"score_audio": own[:, None]})
    said = model(labelled)
    error = (said.parts["score_audio"][:, 0] - own)[[0, 2, 3]].abs().mean()
    whole, shares = WEIGHTS[name]
    terms = model.losses(said, labelled)
    torch.testing.assert_close(terms["unimodal_audio"], shares["audio"] * error)
    assert batch.target is not None
    torch.testing.assert_close(terms["task"], whole * (said.score - batch.target).abs().mean())


@pytest.mark.parametrize("name", WEIGHTS)
def test_without_such_labels_a_head_learns_the_clips(name: str, batch: Batch) -> None:
    model = find("model", name)(DIMS, Regression()).eval()
    said = model(batch)
    assert batch.target is not None
    for m, share in WEIGHTS[name][1].items():
        error = (said.parts[f"score_{m}"] - batch.target).abs().mean()
        torch.testing.assert_close(model.losses(said, batch)[f"unimodal_{m}"], share * error)


@pytest.mark.parametrize("labelled", [False, True])
@pytest.mark.parametrize("name", WEIGHTS)
def test_a_head_learns_nothing_of_a_clip_without_its_modality(
    name: str, labelled: bool, batch: Batch
) -> None:
    model = find("model", name)(DIMS, Regression()).eval()
    mask = batch["vision"].mask.clone()
    mask[1:] = False
    blind = replace(batch, tracks={**batch.tracks, "vision": replace(batch["vision"], mask=mask)})
    assert batch.target is not None
    if labelled:
        blind = replace(blind, targets={"score_vision": batch.target})
    said = model(blind)
    error = (said.parts["score_vision"] - batch.target)[0].abs().mean()
    share = WEIGHTS[name][1]["vision"]
    torch.testing.assert_close(model.losses(said, blind)["unimodal_vision"], share * error)


def test_mlmf_fuses_as_lmf_does(batch: Batch) -> None:
    model = MultitaskLowRank(DIMS, Regression(), width=3, rank=2).eval()
    plain = LowRankFusion(DIMS, Regression(), width=3, rank=2).eval()
    plain.load_state_dict(model.fusion.state_dict())
    torch.testing.assert_close(model(batch).score, plain(batch).score)
