"""Four ways to a figure that is too good, each planted on purpose: each is caught."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.metrics import f1_score

from tritone.assess.page import MARKS
from tritone.assess.trained import evaluate_rows
from tritone.audit.run import audit
from tritone.core.parts import Rows
from tritone.core.store import Store
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Classes, Task
from tritone.metrics import f1_weighted
from tritone.recipes.benchmark.quick import MOODS, WIDTHS, nothing, write_store
from tritone.recipes.benchmark.run import benchmark
from tritone.recipes.benchmark.suite import Contender, Suite
from tritone.recipes.benchmark.table import Table
from tritone.recipes.seen import seen_told

pytestmark = pytest.mark.slow
CLIPS = {"train": 20, "val": 12, "test": 60}


@dataclass
class Says:
    """Says the same of every clip, or what a memory of train has of it."""

    task: Task
    target: str
    memory: dict[bytes, int]
    name: str = "says"

    def predict(self, store: Store, rows: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        batch = store.batch(list(rows))
        assert batch.target is not None
        keys = [key_of(store, row) for row in rows]
        given = np.full((len(rows), len(MOODS)), 0.1)
        given[np.arange(len(rows)), [self.memory.get(key, 1) for key in keys]] = 0.8
        return given, batch.target.numpy()


def key_of(store: Store, row: int) -> bytes:
    return store[row].tracks["text"].values.numpy().tobytes()


@pytest.fixture
def noise(tmp_path: Path) -> Store:
    """Clips of which nothing tells the mood."""
    write_store(tmp_path / "noise", "emotion", Classes(MOODS), nothing, 1, CLIPS)
    return Store(tmp_path / "noise", target="emotion")


def leaking(store: Store, folder: Path) -> Store:
    """The store with every clip of its test part in its train part too, under another id."""
    rows = {name: Rows((width,)) for name, width in WIDTHS.items()}
    with StoreWriter(folder, rows, tasks={"emotion": Classes(MOODS)}) as writer:
        for row in store.rows("all"):
            clip, sample = store.clip(row), store[row]
            writer.append(replace(sample, target=None, targets={}), clip)
            if clip.split == "test":
                copy = replace(clip, id=f"copy-{clip.id}", group=f"c-{clip.group}", split="train")
                sample = replace(sample, id=copy.id, target=None, targets={})
                writer.append(sample, copy)
    return Store(folder, target="emotion")


def test_a_planted_leak_is_an_error_of_the_audit_and_beats_what_noise_can_tell(
    noise: Store, tmp_path: Path
) -> None:
    bad = leaking(noise, tmp_path / "bad")
    learned = {
        key_of(bad, row): int(torch.as_tensor(bad.target_of(row))) for row in bad.rows("train")
    }
    reader = Says(bad.task, "emotion", learned)
    told = evaluate_rows([reader], bad, "test", spec="s", version="0", draws=20)
    assert told.metrics["accuracy"].value == 1.0  # of labels that nothing tells
    found = {one.id: one for one in audit(f"store:{bad.folder}").findings}
    assert found["duplicate_across_splits"].severity == "error"
    assert found["duplicate_across_splits"].count == CLIPS["test"]
    assert "seen_in_train" in seen_told(told, bad, "test", bad).marks
    assert seen_told(told, noise, "test", noise).marks == told.marks
    clean = {one.id for one in audit(f"store:{noise.folder}").findings}
    assert "duplicate_across_splits" not in clean


def test_f1_with_its_arguments_swapped_would_flatter_a_constant_and_ours_does_not(
    noise: Store,
) -> None:
    still = Says(noise.task, "emotion", {})
    told = evaluate_rows([still], noise, "test", spec="s", version="0", draws=20)
    given, true = still.predict(noise, noise.rows("test"))
    called = given.argmax(axis=1)
    swapped = f1_score(called, true, average="weighted", zero_division=0)
    assert told.metrics["f1_weighted"].value == pytest.approx(
        f1_score(true, called, average="weighted", zero_division=0)
    )
    assert f1_weighted(true, called) == pytest.approx(swapped)
    assert swapped > told.metrics["f1_weighted"].value + 0.15
    assert {"below_floor", "degenerate"} <= set(told.marks)


def test_a_constant_predictor_is_marked_in_the_table(found: Table) -> None:
    for block in found.blocks:
        row = next(row for row in block.rows if row.model == "still")
        assert "degenerate" in row.marks


def test_who_peeks_is_marked_whether_by_selection_or_by_a_second_look(
    tmp_path: Path, made, suite: Suite
) -> None:
    plain = replace(suite, models=(Contender("concat_mlp"),), seeds=1, draws=5)
    on_val = benchmark(replace(plain, data=(made["xor"],)), tmp_path / "val")
    assert all("selected_on_reported_split" in row.marks for row in on_val.blocks[0].ranked)
    on_test = replace(plain, data=(made["words"],))
    first = benchmark(on_test, tmp_path / "test")
    assert not {"selected_on_reported_split", "test_reused"} & set(first.blocks[0].ranked[0].marks)
    again = benchmark(replace(on_test, seeds=2), tmp_path / "test", resume=True)
    assert all("test_reused" in row.marks for row in again.blocks[0].ranked)
    assert {"selected_on_reported_split", "test_reused", "degenerate"} <= set(MARKS)
