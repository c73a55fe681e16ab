"""How LNLN mends language, and what it learns about how complete it is."""

import pytest
import torch
from torch import nn

from tritone.core.batch import Batch
from tritone.core.errors import ModelError
from tritone.core.task import Regression
from tritone.models.lnln import LNLN, reverse

DIMS = {"text": 5, "audio": 3, "vision": 4}
SMALL = {"width": 8, "heads": 2, "head_width": 3, "tokens": 2}


@pytest.fixture
def model() -> LNLN:
    torch.manual_seed(0)
    return LNLN(DIMS, Regression(), **SMALL, rates=(0.5, 0.5)).eval()


def test_language_is_mended_as_far_as_it_is_incomplete(model: LNLN, batch: Batch) -> None:
    tracks = {m: model.track(batch, m) for m in DIMS}
    tokens = {m: model.embed[m](tracks[m].values, tracks[m].mask) for m in DIMS}
    proxy = model.proxy(torch.cat([tokens["audio"], tokens["vision"]], dim=1))
    share = torch.sigmoid(model.completeness(tokens["text"]))[:, :, None]
    said = share * tokens["text"] + (1 - share) * proxy
    here = torch.ones(4, dtype=torch.bool)
    others = {m: tokens[m] for m in ("audio", "vision")}
    fused, _ = model.hyper(said, others, {"audio": here, "vision": here})
    torch.testing.assert_close(model(batch).score, model.head(fused))


def test_completeness_is_the_share_of_rows_that_are_left(model: LNLN, batch: Batch) -> None:
    whole = {m: model.track(batch, m) for m in DIMS}
    damaged, hidden = model.chance.hide(whole, (0.5, 0.5))
    left = 1 - hidden["text"].sum(dim=1) / batch["text"].mask.sum(dim=1)
    guess = model.judge(damaged)[1]["completeness"][:, 0]
    terms = model.losses(model(batch), batch)
    torch.testing.assert_close(terms["complete"], 0.9 * (guess - left).square().mean())


def test_each_view_is_read_once(model: LNLN, batch: Batch) -> None:
    """The tokens of the whole batch, which the hidden view is to tell, are those of `forward`."""
    read: list[torch.Tensor] = []

    def note(_: nn.Module, __: object, tokens: torch.Tensor) -> None:
        read.append(tokens)

    model.embed["text"].register_forward_hook(note)
    model.losses(model(batch), batch)
    whole = model.track(batch, "text")
    damaged, _ = model.chance.hide({m: model.track(batch, m) for m in DIMS}, (0.5, 0.5))
    assert len(read) == 2
    torch.testing.assert_close(read[0], model.embed["text"](whole.values, whole.mask))
    hidden = damaged["text"]
    torch.testing.assert_close(read[1], model.embed["text"](hidden.values, hidden.mask))


def test_a_reversed_gradient_goes_the_other_way() -> None:
    values = torch.tensor([1.0, -2.0], requires_grad=True)
    turned = reverse(values)
    turned.sum().backward()
    assert turned.tolist() == [1.0, -2.0]
    assert values.grad is not None and values.grad.tolist() == [-1.0, -1.0]


def test_the_proxy_learns_to_pass_for_language(model: LNLN, batch: Batch) -> None:
    """Its step lowers what the judge learns to raise."""
    rows = torch.randn(2, 4, 2, 8, generator=torch.Generator().manual_seed(0))
    proxy = rows[0].clone().requires_grad_()
    every = torch.ones(4, dtype=torch.bool)
    before = model.unlike(proxy, rows[1], every)
    before.backward()
    assert proxy.grad is not None
    assert model.unlike(proxy.detach() - 0.1 * proxy.grad, rows[1], every) > before


def test_language_alone_cannot_be_mended() -> None:
    with pytest.raises(ModelError) as caught:
        LNLN({"text": 5}, Regression())
    assert str(caught.value) == (
        "LNLN mends text by others, and there is no other modality. "
        "Give it a store with another one, "
        "or train one that does with one channel: modality_transformer."
    )
