"""Two views drawn together, and the order of a promotion."""

import torch

from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.models.emt_dlfr import EMTDLFR, Likeness, Promotion

DIMS = {"text": 5, "audio": 3, "vision": 4}


def test_likeness_is_that_of_siamese_views() -> None:
    likeness = Likeness(4)
    one, other = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0))
    there = torch.cosine_similarity(likeness.predict(one), other, dim=1)
    back = torch.cosine_similarity(likeness.predict(other), one, dim=1)
    expected = 1 - 0.5 * there.mean() - 0.5 * back.mean()
    torch.testing.assert_close(likeness(one, other, torch.ones(3, dtype=torch.bool)), expected)


def test_a_view_is_drawn_only_through_its_prediction() -> None:
    likeness = Likeness(4)
    views = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0))
    one, other = (view.clone().requires_grad_() for view in views)
    likeness(one, other, torch.ones(3, dtype=torch.bool)).backward()
    for mine, theirs in ((one, other), (other, one)):
        said = torch.cosine_similarity(likeness.predict(mine), theirs.detach(), dim=1)
        torch.testing.assert_close(mine.grad, torch.autograd.grad(-said.mean() / 2, mine)[0])


def test_tokens_and_rows_read_each_other_as_they_were() -> None:
    unit = Promotion(4, heads=2, dropout=0.0)
    tokens, rows = torch.randn(2, 2, 3, 4, generator=torch.Generator().manual_seed(0))
    every = torch.ones(2, 3, dtype=torch.bool)
    told, made = unit(tokens, rows, every)
    torch.testing.assert_close(told, unit.tokens(unit.down(tokens, every, rows, every), every))
    torch.testing.assert_close(made, unit.rows(unit.up(rows, every, tokens, every), every))


def test_with_nothing_hidden_both_views_score_alike(batch: Batch) -> None:
    model = EMTDLFR(DIMS, Regression(), width=4, heads=2, post=3, rates=(0.0, 0.0)).eval()
    terms = model.losses(model(batch), batch)
    torch.testing.assert_close(terms["damaged"], terms["task"])
    assert terms["restore"] == 0
