"""Models that carry an encoder get the pieces of a store's texts, in training and after it."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tritone.assess.damaged import Damaged
from tritone.core.batch import Sample, Tokens, Track
from tritone.core.clip import Clip
from tritone.core.errors import ModelError
from tritone.core.parts import Rows
from tritone.core.store import Store
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Classes
from tritone.features.damage.rows import DropRows
from tritone.learn.feed import Feed
from tritone.learn.loop import evaluating
from tritone.learn.recipe import Recipe
from tritone.learn.run import train_once
from tritone.learn.settings import Fit
from tritone.learn.trained import load_trained
from tritone.models.bert import BertText

QUICK = Fit(epochs=10, lr=0.02, batch=8, schedule="constant")
SAID = ("i love this", "it is good", "i hate this", "it is bad")


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Clips whose words say their class and whose sound does not; every ninth says nothing."""
    folder = tmp_path_factory.mktemp("spoken") / "s"
    tasks = {"mood": Classes(("good", "bad"))}
    with StoreWriter(folder, {"audio": Rows((3,))}, tasks=tasks) as writer:
        for row in range(96):
            rng = torch.Generator().manual_seed(row)
            kind = int(torch.randint(4, (), generator=rng))
            text = None if row % 9 == 8 else SAID[kind] + " !" * (row % 5)
            track = Track(
                torch.randn(2, 3, generator=rng), torch.ones(2, dtype=torch.bool), torch.zeros(2, 2)
            )
            split = ("train", "train", "val", "test")[row % 4]
            labels = {"mood": "good" if kind < 2 else "bad"}
            clip = Clip(f"c{row}", text=text, labels=labels, split=split)
            writer.append(Sample(clip.id, {"audio": track}), clip)
    return Store(folder)


@pytest.fixture
def recipe(tiny_bert: Path, tmp_path: Path) -> Recipe:
    """The text alone, by a tiny encoder in a folder of its own."""
    folder = tmp_path / "encoder"
    shutil.copytree(tiny_bert, folder)
    arguments = {"folder": str(folder), "trained": -1, "pace": 0.5, "longest": 7, "dropout": 0.0}
    return Recipe("bert", "store:s", arguments, fit=QUICK)


def test_a_feed_cuts_each_text_once(spoken: Store, tiny_bert: Path) -> None:
    model = BertText({"audio": 3}, spoken.task, folder=str(tiny_bert), longest=5)
    asked: list[int] = []

    def cut(texts) -> Tokens | None:
        asked.append(len(texts))
        return model.tokens(texts)

    rows = spoken.rows("train")
    feed = Feed(spoken, rows, 10, cut=cut)
    for batch in [*feed, *feed.epoch(0), *feed.epoch(1)]:
        assert batch.tokens is not None
        for place, id in enumerate(batch.ids):
            own = model.tokens([spoken.text(spoken.ids.index(id))])
            assert own is not None
            seen = batch.tokens.ids[place, batch.tokens.mask[place]]
            assert seen.tolist() == own.ids[0, own.mask[0]].tolist()
    assert asked == [len(rows)]
    assert feed.texts_cut == sum(len((spoken.text(row) or "").split()) > 3 for row in rows)


def test_a_feed_from_the_file_cuts_as_one_in_memory_does(spoken: Store, tiny_bert: Path) -> None:
    cut = BertText({"audio": 3}, spoken.task, folder=str(tiny_bert)).tokens
    rows = spoken.rows("train")
    held, mapped = (Feed(spoken, rows, 10, cut=cut, in_memory=size) for size in (1 << 30, 0))
    for one, other in zip(held.epoch(3), mapped.epoch(3), strict=True):
        assert one.tokens is not None and other.tokens is not None
        for name, value in vars(one.tokens).items():
            torch.testing.assert_close(value, getattr(other.tokens, name))


def test_a_feed_for_other_models_reads_no_text(spoken: Store) -> None:
    feed = Feed(spoken, spoken.rows("val"), 10)
    assert feed.texts_cut is None
    assert all(batch.tokens is None for batch in feed)


def test_a_training_learns_what_the_words_say(
    spoken: Store, recipe: Recipe, tmp_path: Path
) -> None:
    run = train_once(recipe, spoken, tmp_path / "r", 0)
    assert run.summary["metrics"]["val"]["accuracy"] > 0.85
    rows = [row for row in spoken.rows("val") if len((spoken.text(row) or "").split()) > 5]
    assert run.summary["texts_cut"]["val"] == run.summary["clips_cut"]["val"] == len(rows) > 0
    assert load_trained(tmp_path / "r" / "model").clips_cut(spoken, spoken.rows("val")) == len(rows)


def test_rows_that_are_cut_count_beside_texts_that_are(
    spoken: Store, recipe: Recipe, tmp_path: Path
) -> None:
    """AAT behind an encoder reads one of the two rows of each sound."""
    options = {"net": "small", "width": 4, "text_width": 3, "time_dim": 1}
    arguments = {"model": "aat", "options": options, "folder": recipe.arguments["folder"]}
    both = Recipe("with_bert", "store:s", {**arguments, "longest": 7}, fit=Fit(epochs=1))
    run = train_once(both, spoken, tmp_path / "r", 0)
    assert run.summary["texts_cut"]["val"] < len(spoken.rows("val"))
    assert run.summary["clips_cut"]["val"] == len(spoken.rows("val"))


def test_words_that_are_lost_do_not_reach_a_model_of_pieces(
    spoken: Store, recipe: Recipe, tmp_path: Path
) -> None:
    train_once(recipe, spoken, tmp_path / "r", 0)
    model = load_trained(tmp_path / "r" / "model")
    rows = [row for row in spoken.rows("val") if spoken.text(row)]
    said = {rate: model.predict(Damaged(spoken, DropRows(rate)), rows)[0] for rate in (0.0, 1.0)}
    assert np.array_equal(said[0.0], model.predict(spoken, rows)[0])
    assert np.ptp(said[0.0], axis=0).max() > 0.1
    assert np.ptp(said[1.0], axis=0).max() < 1e-5  # without a word all say the same


def test_a_trained_model_does_not_need_its_first_folder(
    spoken: Store, recipe: Recipe, tmp_path: Path
) -> None:
    train_once(recipe, spoken, tmp_path / "r", 0)
    rows = spoken.rows("val")
    before, _ = load_trained(tmp_path / "r" / "model").predict(spoken, rows)
    shutil.rmtree(recipe.arguments["folder"])
    (tmp_path / "r" / "model").rename(tmp_path / "elsewhere")
    trained = load_trained(tmp_path / "elsewhere")
    np.testing.assert_array_equal(trained.predict(spoken, rows)[0], before)
    with evaluating(trained.model):
        assert trained.model.tokens(["i love this"]) is not None


def test_a_training_that_was_cut_off_ends_as_one_that_was_not(
    spoken: Store, recipe: Recipe, tmp_path: Path
) -> None:
    whole = train_once(recipe, spoken, tmp_path / "a", 0)
    short = replace(recipe, fit=replace(QUICK, stop=3))
    train_once(short, spoken, tmp_path / "b", 0)
    (tmp_path / "b" / "summary.json").unlink()
    again = train_once(recipe, spoken, tmp_path / "b", 0)
    assert again.summary["metrics"] == whole.summary["metrics"]


def test_a_batch_without_pieces_is_named(spoken: Store, tiny_bert: Path) -> None:
    model = BertText({"audio": 3}, spoken.task, folder=str(tiny_bert))
    with pytest.raises(ModelError) as caught:
        model(spoken.batch([0, 1]))
    assert str(caught.value) == (
        "BertText reads the pieces of texts, and the batch of c0, c1 has none. Give it batches of "
        "a Feed that cuts (cut=model.tokens), or set batch.tokens to model.tokens(texts)."
    )
