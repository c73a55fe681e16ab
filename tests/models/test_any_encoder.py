"""Each strategy of S000 and S001 with encoders by name, of any channels, for any task.

Every strategy meets every encoder; tasks and sets of channels go round, so that each of them
meets every strategy and every encoder too.
"""

import inspect
from dataclasses import replace
from itertools import product

import pytest
import torch

from tritone.catalogue import find
from tritone.core.batch import Batch
from tritone.core.errors import RecipeError
from tritone.core.task import Classes, Regression
from tritone.learn.recipe import Recipe
from tritone.models.encoders import ENCODERS

STRATEGIES = (
    "modality_transformer",
    "late_vote",
    "early_concat",
    "modality_attention",
    "sequence_fusion",
    "dynamic_weighting",
    "concat_mlp",
    "concat_lstm",
    "pca_concat",
    "autoencoder_concat",
    "cca_concat",
    "weighted_average",
    "stacking_encoders",
    "intermediate",
    "multimodal_transformer",
    "cross_modal_attention",
    "self_attention",
    "hierarchical_attention",
)
CHANNELS = (
    {"text": 5},
    {"audio": 3, "vision": 4},
    {"text": 5, "audio": 3, "vision": 4},
    {"text": 5, "heart": 2},
)
TASKS = (Regression(1, 5), Classes(("no", "yes")), Classes(("joy", "fear", "anger"), multi=True))
MIXED = ("cnn", "lstm", "transformer")


def trains(name: str, encoders, dims, task, make_batch) -> None:
    """It can be built, fitted and trained, and every encoder learns."""
    torch.manual_seed(0)
    batch: Batch = make_batch(clips=6, rows={m: (dim,) for m, dim in dims.items()}, task=task)
    sizes = {"width": 8, "encoders": encoders}
    model = find("model", name)(dims, task, **sizes)
    model.prepare([batch, batch])
    said = model(batch)
    assert said.score.shape == (6, task.width)
    torch.stack(list(model.losses(said, batch).values())).sum().backward()
    learned = [w.grad for w in model.parameters() if w.grad is not None]
    assert all(grad.isfinite().all() for grad in learned)
    read = [w for n, w in model.named_parameters() if ".read." in f".{n}"]
    assert read and all(w.grad is not None for w in read)
    assert task.decode(model.eval()(batch).score).isfinite().all()


@pytest.mark.parametrize(("name", "encoder"), list(product(STRATEGIES, ENCODERS)))
def test_a_strategy_takes_any_encoder(name: str, encoder: str, make_batch) -> None:
    place = STRATEGIES.index(name) + list(ENCODERS).index(encoder)
    trains(name, encoder, CHANNELS[place % 4], TASKS[place % 3], make_batch)


@pytest.mark.parametrize("task", TASKS, ids=["score", "classes", "many"])
@pytest.mark.parametrize("name", STRATEGIES)
def test_each_channel_can_have_an_encoder_of_its_own(name: str, task, make_batch) -> None:
    for place, dims in enumerate(CHANNELS):
        own = {m: MIXED[(place + i) % 3] for i, m in enumerate(dims)}
        trains(name, own, dims, task, make_batch)


@pytest.mark.parametrize("name", STRATEGIES)
def test_the_encoder_of_a_channel_is_set_from_the_command_line(name: str) -> None:
    recipe = Recipe(name).changed(["model.encoders.text=cnn", "model.encoders.audio=transformer"])
    assert recipe.arguments == {"encoders": {"text": "cnn", "audio": "transformer"}}
    model = find("model", name)({"text": 5, "audio": 3}, Regression(), **recipe.arguments)
    kinds = {type(part) for part in model.modules()}
    assert {ENCODERS["cnn"], ENCODERS["transformer"]} <= kinds


def test_an_entry_of_what_is_no_table_is_refused() -> None:
    with pytest.raises(RecipeError) as caught:
        Recipe("early_concat").changed(["model.encoders=cnn", "model.encoders.text=lstm"])
    assert str(caught.value) == (
        "model.encoders is 'cnn', which has no text. Set model.encoders as a whole, or leave it "
        "out and set model.encoders.text for each."
    )


def test_stacked_bases_do_not_learn_from_the_clips_that_they_answer_for(make_batch) -> None:
    torch.manual_seed(0)
    batch = make_batch(clips=12, rows={"text": (5,)})
    model = find("model", "stacking_encoders")({"text": 5}, Regression(), folds=3, width=4)
    model.train()
    fold = model.folds_in(batch)
    for base in range(3):
        inside = replace(batch, target=batch.target.where((fold == base)[:, None], torch.nan))
        model.zero_grad()
        model.losses(model(inside), inside)["text"].backward()
        grads = [w.grad for w in model.read[base].parameters()]
        assert not any(grad is not None and grad.any() for grad in grads)
        assert any(w.grad is not None and w.grad.any() for w in model.read[3].parameters())


def test_the_meta_classifier_teaches_the_bases_nothing(make_batch) -> None:
    torch.manual_seed(0)
    batch = make_batch(clips=12, rows={"text": (5,)})
    model = find("model", "stacking_encoders")({"text": 5}, Regression(), width=4)
    model.losses(model(batch), batch)["meta"].backward()
    assert all(w.grad is None or not w.grad.any() for w in model.read.parameters())
    assert model.meta.weight.grad.any()


def test_no_strategy_of_the_two_papers_is_left_out() -> None:
    from tritone.catalogue.paper_models import PAPER_MODELS

    fixed = {"stacking"}  # its bases are solved in closed form; stacking_encoders has encoders
    named = {n for n, entry in PAPER_MODELS.items() if entry.source.startswith(("S000", "S001"))}
    assert named - fixed <= set(STRATEGIES)
    assert all("encoders" in inspect.signature(find("model", n)).parameters for n in STRATEGIES)
