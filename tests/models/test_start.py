"""A scale whose middle is not 0: models begin there, and what is fitted at once lands there."""

import pytest
import torch

from tritone.catalogue import MODELS, find
from tritone.core.batch import Batch, Track
from tritone.core.task import Regression

SCALE = Regression(1, 5)
SOLVED = ("naive_bayes", "svm", "lexicon", "stacking", "logistic")


@pytest.fixture
def telling() -> Batch:
    """Clips whose one number is their label."""
    target = torch.linspace(1.5, 4.5, 40)[:, None]
    mask, spans = torch.ones(40, 1, dtype=torch.bool), torch.full((40, 1, 2), torch.nan)
    names = tuple(f"clip{i}" for i in range(40))
    return Batch(names, {"text": Track(target[:, :, None].clone(), mask, spans)}, target)


def test_the_same_score_costs_the_same_wherever_the_scale_lies(make_batch) -> None:
    """Every model begins at the middle: on 1 to 5 it is as far off as on -2 to 2."""
    for name in ("concat_mlp", "tfn", "mult", "self_mm", "mtfn", "thmm", "weighted_average"):
        losses = []
        for task in (Regression(-2, 2), SCALE):
            torch.manual_seed(0)
            model = find("model", name)({"text": 5, "audio": 3, "vision": 4}, task).eval()
            batch = make_batch(task=task)
            terms = model.losses(model(batch), batch)
            losses.append(torch.stack(list(terms.values())).sum())
        torch.testing.assert_close(losses[0], losses[1], msg=name)


@pytest.mark.parametrize("name", [name for name in SOLVED if name in MODELS])
def test_what_is_solved_at_once_lands_on_the_scale(name: str, telling: Batch) -> None:
    model = find("model", name)({"text": 1}, SCALE)
    model.prepare([telling])
    said = SCALE.decode(model.eval()(telling).score)
    assert telling.target is not None
    assert abs(said.mean() - telling.target.mean()) < 0.5
