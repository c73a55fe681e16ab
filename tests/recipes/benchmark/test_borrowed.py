"""Reports on data that a model was not trained on, votes of its branches, and who beats whom."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tritone.core.batch import Batch, Prediction
from tritone.core.errors import DataError, RecipeError
from tritone.core.store import Store
from tritone.core.task import Classes
from tritone.learn.normalise import Normaliser
from tritone.models.base import FusionModel
from tritone.recipes.benchmark.beaten import beaten
from tritone.recipes.benchmark.borrowed import Vote, branches_of, having, only_these
from tritone.recipes.benchmark.cells import MODEL, Cell, Done
from tritone.recipes.benchmark.run import benchmark
from tritone.recipes.benchmark.suite import Contender, Data, Suite
from tritone.recipes.benchmark.table import Row, Table

SETTINGS = ("fit.epochs=3", "fit.lr=0.03", "fit.batch=12", "model.width=8")
TASK = Classes(("no", "yes"))


class Loudest(FusionModel):
    """Says yes where the first numbers of what is there sum to more than 0."""

    def forward(self, batch: Batch) -> Prediction:
        sums = [
            (batch[m].values[..., 0] * batch[m].mask).sum(dim=1) / batch[m].mask.sum(1).clamp(1)
            for m in self.dims
        ]
        score = torch.stack(sums).sum(dim=0)
        return Prediction(torch.stack([-score, score], dim=1))


def row_of(table: Table, place: int, name: str) -> Row:
    return next(row for row in table.blocks[place].rows if row.model == name)


@pytest.mark.slow
def test_models_are_reported_on_data_that_borrow_them(
    made: dict[str, Data], tmp_path: Path
) -> None:
    paired = tmp_path / "paired"
    shutil.copytree(Path(made["noise"].spec.partition(":")[2]), paired)
    head = json.loads((paired / "store.json").read_text())
    head["provenance"]["marks"] = ["synthetic_pairing"]
    (paired / "store.json").write_text(json.dumps(head))
    own = made["noise"]
    data = (
        own,
        replace(own, name="text branch", trained_on="noise", channel="text"),
        Data(f"store:{paired}", name="paired", trained_on="noise"),
    )
    suite = Suite("small", data, (Contender("concat_mlp"),), 1, SETTINGS, draws=20)
    table = benchmark(suite, tmp_path / "b")
    assert [block.data.called for block in table.blocks] == ["noise", "text branch", "paired"]
    first, second, third = (row_of(table, place, "concat_mlp").metrics for place in range(3))
    # All clips of these have text, and the pairs are the same clips.
    assert first["accuracy"] == second["accuracy"] == third["accuracy"]
    vote = row_of(table, 2, "concat_mlp, vote of its branches")
    assert "synthetic_pairing" in vote.marks
    assert not any(row.model.endswith("branches") for row in table.blocks[1].rows)


@pytest.mark.slow
@pytest.mark.parametrize("fold", ["", "fold=report_val:1/8"])
def test_what_chose_the_epoch_is_marked_where_it_is_reported_under_another_name(
    fold: str, made: dict[str, Data], tmp_path: Path
) -> None:
    own = replace(made["xor"], settings=(fold,) if fold else ())
    branch = replace(own, name="branch", trained_on="xor", channel="text")
    copy = tmp_path / "copy"
    shutil.copytree(Path(own.spec.partition(":")[2]), copy)
    elsewhere = Data(f"store:{copy}", name="elsewhere", trained_on="xor")
    suite = Suite("s", (own, branch, elsewhere), (Contender("concat_mlp"),), 1, SETTINGS, draws=9)
    table = benchmark(suite, tmp_path / "b")
    found = [row_of(table, place, "concat_mlp") for place in range(3)]
    peeked = ["selected_on_reported_split" in row.marks for row in found]
    assert peeked == [not fold, not fold, False]


def test_a_vote_is_the_majority_of_what_each_branch_says_alone(
    made: dict[str, Data], tmp_path: Path
) -> None:
    store = Store(made["xor"].spec.partition(":")[2])
    dims = {name: rows.size for name, rows in store.layout.modalities.items()}
    model, normaliser = Loudest(dims, TASK), Normaliser({})
    vote = Vote("loudest", model, normaliser, store.target or "", {}, tmp_path)
    rows = store.rows("val")
    said, _ = vote.predict(store, rows)
    batch = store.batch(rows)
    alone = [
        model(only_these(batch, [m])).score.argmax(dim=1).numpy()
        for m in ("text", "audio", "vision")
    ]
    assert (said.argmax(axis=1) == (np.stack(alone).sum(axis=0) >= 2)).all()


def test_two_readings_of_a_voice_are_one_branch() -> None:
    dims = {"text": 3, "audio": 2, "vision": 4, "audio_context": 5}
    assert branches_of(dims) == [("text",), ("audio", "audio_context"), ("vision",)]


def test_a_channel_that_nobody_has_is_no_branch(made: dict[str, Data]) -> None:
    store = Store(made["noise"].spec.partition(":")[2])
    store.length = lambda row, modality: 0  # type: ignore[method-assign]
    with pytest.raises(DataError, match="has no test clip with text"):
        having(store, "text")


def test_data_cannot_borrow_what_is_not_trained() -> None:
    data = (Data("store:a", name="a"), Data("store:b", name="b", trained_on="c"))
    with pytest.raises(RecipeError, match="b borrows the models of 'c', which are none of the"):
        Suite("x", data, (Contender("concat_mlp"),))


def done_of(data: Data, name: str, right: int, val: float) -> Done:
    """A contender that is right in the first so many of 200 clips."""
    cell = Cell(data, Contender("m", name=name), (), MODEL, Path("s"), Path("f"), 1, (), 9)
    true = np.arange(200) % 2
    said = np.eye(2)[np.where(np.arange(200) < right, true, 1 - true)]
    facts = {"task": TASK.to_json(), "val": {"accuracy": val}}
    return Done(cell, facts, (said,), true, None)


def test_a_contender_that_is_better_beyond_noise_beats_the_one_held_up() -> None:
    data = Data("store:a", against="base")
    cells = [done_of(data, "base", 100, 0.9), done_of(data, "net", 160, 0.8)]
    told = beaten(data, cells, "accuracy", 200)[0]
    assert told.startswith("net did best on val (accuracy 0.800). Against base")
    assert "accuracy +0.300" in told
    assert told.endswith("paired by clip and seed: it beats it.")


def test_the_one_that_did_best_on_val_is_held_against_it_not_the_luckiest() -> None:
    data = Data("store:a", against="base")
    cells = [
        done_of(data, "base", 150, 0.5),
        done_of(data, "lucky", 190, 0.6),
        done_of(data, "chosen", 151, 0.7),
    ]
    told = beaten(data, cells, "accuracy", 200)[0]
    assert told.startswith("chosen did best on val")
    assert told.endswith("it does not beat it beyond noise.")


def test_nobody_is_compared_where_nobody_is_held_up() -> None:
    data = Data("store:a")
    assert beaten(data, [done_of(data, "net", 160, 0.8)], "accuracy", 9) == ()
