"""The guiding level against its formula, and what a missing modality adds."""

import pytest
import torch

from tritone.core.errors import ModelError
from tritone.core.task import Regression
from tritone.models.almt import ALMT, HyperLevel

YES = torch.ones(2, dtype=torch.bool)


def tokens() -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    rng = torch.Generator().manual_seed(0)
    rows = torch.randn(3, 2, 5, 4, generator=rng)
    return rows[0], {"audio": rows[1], "vision": rows[2]}


def test_a_level_adds_what_it_asked_of_each() -> None:
    """W_o of the sum over modalities of softmax(Q K^T / sqrt d) V, head by head."""
    level = HyperLevel(["audio", "vision"], 4, heads=2, head_width=3)
    guide, others = tokens()
    asked = level.query(level.norm["guide"](guide))
    total = torch.zeros(2, 5, 6)
    for m, rows in others.items():
        key, value = (side[m](level.norm[m](rows)) for side in (level.key, level.value))
        for head in range(2):
            here = slice(3 * head, 3 * head + 3)
            weights = torch.softmax(asked[..., here] @ key[..., here].mT / 3**0.5, dim=2)
            total[..., here] += weights @ value[..., here]
    ours = level(guide, others, {"audio": YES, "vision": YES})
    torch.testing.assert_close(ours, level.out(total))


def test_a_missing_modality_adds_nothing() -> None:
    level = HyperLevel(["audio", "vision"], 4, heads=2, head_width=3)
    guide, others = tokens()
    changed = {**others, "vision": others["vision"] + 7}
    present = {"audio": YES, "vision": ~YES}
    torch.testing.assert_close(level(guide, others, present), level(guide, changed, present))


def test_language_alone_has_nothing_to_guide() -> None:
    with pytest.raises(ModelError) as caught:
        ALMT({"text": 5}, Regression())
    assert str(caught.value) == (
        "ALMT guides others by text, and there is no other modality. "
        "Give it a store with another one, "
        "or train one that does with one channel: modality_transformer."
    )


def test_another_modality_can_guide() -> None:
    model = ALMT({"audio": 3, "vision": 4}, Regression(), centre="audio", width=8, heads=2)
    assert set(model.hyper.levels[0].key) == {"vision"}
