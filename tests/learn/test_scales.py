"""Parts of a model learn at a pace of their own, or begin later."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from tritone.catalogue import find
from tritone.core.errors import RecipeError
from tritone.core.store import Store
from tritone.core.task import Regression
from tritone.learn.loop import fit
from tritone.learn.recipe import Recipe, from_json
from tritone.learn.run import train_once
from tritone.learn.settings import Fit, spared_groups
from tritone.models.base import FusionModel

DIMS = {"text": 5, "audio": 3}


def model() -> FusionModel:
    torch.manual_seed(0)
    return find("model", "concat_mlp")(DIMS, Regression(), width=4)


def rates(settings: Fit) -> dict[str, float]:
    """Step size of each weight by its name."""
    made = model()
    names = {id(weight): name for name, weight in made.named_parameters()}
    groups = spared_groups(made, settings)
    return {names[id(weight)]: group["lr"] for group in groups for weight in group["params"]}


def test_a_channel_learns_at_its_own_pace() -> None:
    found = rates(Fit(lr=1.0, scales={"text": 0.1, "read": 0.5}))
    assert all(found[name] == pytest.approx(0.05) for name in found if ".text." in name)
    assert all(found[name] == 0.5 for name in found if ".audio." in name)
    rest = [name for name in found if not name.startswith("read.")]
    assert rest and all(found[name] == 1.0 for name in rest)
    assert found.keys() == dict(model().named_parameters()).keys()


def test_a_part_that_the_model_lacks_is_named() -> None:
    with pytest.raises(RecipeError) as caught:
        rates(Fit(scales={"txet": 0.1}))
    assert str(caught.value) == (
        "No weight of the model belongs to 'txet'. Its parts: audio, bias, head, layers, mix, "
        "read, text, weight."
    )


def test_a_part_that_thaws_later_stays_as_it_is_until_then(store: Store, tmp_path: Path) -> None:
    before = dict(model().named_parameters())
    seen: list[dict[str, Tensor]] = []

    def watch(epoch: int, trained: FusionModel) -> None:
        seen.append({name: w.detach().clone() for name, w in trained.named_parameters()})

    settings = Fit(epochs=3, lr=0.01, thaw={"text": 2})
    batches = [store.batch([0, 1, 2, 3]), store.batch([4, 5, 6, 7])]
    fit(model(), lambda epoch: batches, 2, settings, watch=watch)
    for name, weight in before.items():
        still = [torch.equal(weight, each[name]) for each in seen]
        assert still == ([True, True, False] if ".text." in name else [False] * 3)


def test_scales_are_set_kept_and_refused_by_name() -> None:
    made = Recipe("lmf").changed(["fit.scales.text=0.1", "fit.thaw.text=3", "fit.scales.audio=1"])
    assert made.fit.scales == {"text": 0.1, "audio": 1.0}
    assert made.fit.thaw == {"text": 3.0}
    assert from_json(made.to_json()) == made
    with pytest.raises(RecipeError) as caught:
        Recipe("lmf").changed(["fit.scales.text=-1"])
    assert str(caught.value) == "fit.scales.text is a number from 0, got -1.0."
    with pytest.raises(RecipeError, match=r"fit\.scales\.text takes float, got 'slow'"):
        Recipe("lmf").changed(["fit.scales.text=slow"])


def test_a_model_that_reads_counts_is_given_them(store: Store, tmp_path: Path) -> None:
    one = Fit(epochs=1)
    for name, is_normalised in (("naive_bayes", False), ("concat_mlp", True)):
        train_once(Recipe(name, fit=one), store, tmp_path / name, 0)
        config = (tmp_path / name / "model" / "config.json").read_text()
        assert ('"normalised": {}' in config) != is_normalised
