"""The store: what is read is what was written, and nothing half-written is read as whole."""

import json
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import torch
from torch import Tensor

from tritone.core.batch import Batch, Sample, Track
from tritone.core.clip import Clip
from tritone.core.collate import collate, missing_track
from tritone.core.errors import DataError
from tritone.core.parts import Rows
from tritone.core.store import Store
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Classes, Regression

MODALITIES = {"text": Rows((5,)), "audio": Rows((3,), "float16"), "vision": Rows((4, 2), "uint8")}
TASKS = {
    "score": Regression(-5, 5),
    "emotion": Classes(tuple("abcdef")),
    "named": Classes(("glad", "sorry"), multi=True),
}
CUT = {4: {"text", "audio"}}
SPLITS = ("train", "val", "train", None, "test", "train")


def track(values: Tensor, mask: list[bool] | None = None) -> Track:
    """Rows of a tenth of a second."""
    edges = torch.arange(len(values) + 1) / 10
    real = torch.ones(len(values), dtype=torch.bool) if mask is None else torch.tensor(mask)
    return Track(values, real, torch.stack([edges[:-1], edges[1:]], dim=1))


def sample(row: int) -> Sample:
    """A sample unlike its neighbours; what the third lacks in audio, the fourth lacks in all."""
    rng = torch.Generator().manual_seed(row)
    full = {
        "text": track(torch.randn(2 + row, 5, generator=rng), [row % 2 == 0] + [True] * (1 + row)),
        "audio": track(torch.randn(3, 3, generator=rng).half().float()),
        "vision": track(torch.randint(0, 256, (1, 4, 2), generator=rng, dtype=torch.uint8)),
    }
    if row >= 2:
        full["audio"] = missing_track((3,))
    if row >= 3:
        full["text"] = missing_track((5,))
        full["vision"] = missing_track((4, 2), torch.uint8)
    return Sample(
        id=f"clip{row}",
        tracks=full,
        target=torch.tensor([row - 0.5]) if row != 1 else None,
        targets={"emotion": torch.tensor(row), "named": torch.tensor([1.0, float(row > 2)])},
        group=f"film{row // 2}" if row else None,
        position=row if row else None,
        speaker=f"speaker{row}" if row else None,
    )


def clip(row: int) -> Clip:
    """What is known of the sample beside its numbers."""
    return Clip(
        f"clip{row}",
        text=f"é {row}",
        speaker=f"speaker{row}" if row else None,
        group=f"film{row // 2}" if row else None,
        position=row if row else None,
        labels={"mood": row / 2},
        split=SPLITS[row],
        origins={"text": f"tweets:{row}"} if row == 2 else {},
    )


def fill(folder: Path, rows: range = range(6), *, part_bytes: int = 1 << 26) -> None:
    """Write samples that are not there yet."""
    with StoreWriter(
        folder, MODALITIES, tasks=TASKS, provenance={"made": "by hand"}, part_bytes=part_bytes
    ) as writer:
        for row in rows:
            if f"clip{row}" not in writer.ids:
                sources = {"audio": f"{row:064x}"}
                writer.append(sample(row), clip(row), sources=sources, cut=CUT.get(row, ()))


@pytest.fixture(params=[1, 200, 1 << 26], ids=["a part each", "some parts", "one part"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    fill(tmp_path / "store", part_bytes=request.param)
    return Store(tmp_path / "store")


def assert_same_sample(one: Sample, other: Sample) -> None:
    assert (one.id, one.group, one.position) == (other.id, other.group, other.position)
    assert one.speaker == other.speaker
    assert list(one.tracks) == list(other.tracks)
    for name, theirs in other.tracks.items():
        for side in ("values", "mask", "spans"):
            ours = getattr(one[name], side)
            assert torch.equal(ours, getattr(theirs, side)), (name, side)
            assert ours.dtype == getattr(theirs, side).dtype
    assert (one.target is None) == (other.target is None)
    assert one.target is None or torch.equal(one.target, other.target)
    assert one.targets.keys() == other.targets.keys()
    assert all(torch.equal(one.targets[name], t) for name, t in other.targets.items())


def test_what_is_read_is_what_was_written(store: Store) -> None:
    assert len(store) == 6
    for row in range(6):
        assert_same_sample(store[row], sample(row))
        assert store.clip(row) == clip(row)
        assert store.sources(row) == {"audio": f"{row:064x}"}
        assert store.cut(row) == CUT.get(row, set())
    assert store.provenance == {"made": "by hand"}


def test_a_batch_of_the_store_is_the_batch_of_its_samples(store: Store) -> None:
    rows = [4, 0, 2]
    ours, theirs = store.batch(rows), collate([sample(row) for row in rows])
    assert ours.ids == theirs.ids == ("clip4", "clip0", "clip2")
    for name in MODALITIES:
        assert torch.equal(ours[name].values, theirs[name].values)
        assert torch.equal(ours[name].mask, theirs[name].mask)
        torch.testing.assert_close(
            ours[name].spans, theirs[name].spans, rtol=0, atol=0, equal_nan=True
        )
    assert torch.equal(ours.target, theirs.target)
    assert ours.targets.keys() == theirs.targets.keys()
    assert all(torch.equal(ours.targets[name], value) for name, value in theirs.targets.items())
    assert ours.dialogues == theirs.dialogues
    assert ours.speakers == theirs.speakers
    assert torch.equal(ours.positions, theirs.positions)


def test_an_unknown_target_of_a_batch_is_not_a_number(store: Store) -> None:
    assert store.batch([1, 0]).target.isnan().tolist() == [[True], [False]]


def test_any_task_can_be_the_target(tmp_path: Path) -> None:
    fill(tmp_path / "s")
    store = Store(tmp_path / "s", target="emotion")
    assert store.task == TASKS["emotion"]
    assert store[4].target == torch.tensor(4)
    assert torch.equal(store.batch([4, 1]).target, torch.tensor([4, 1]))
    assert set(store[4].targets) == {"score", "named"}
    assert pickle.loads(pickle.dumps(store)).target == "emotion"


def test_a_target_that_is_absent_lists_those_present(tmp_path: Path) -> None:
    fill(tmp_path / "s", range(1))
    with pytest.raises(DataError) as caught:
        Store(tmp_path / "s", target="mood")
    assert str(caught.value) == (
        f"{tmp_path / 's'} has no target 'mood'. It has: score, emotion, named."
    )


def test_labels_become_targets_where_the_sample_gives_none(tmp_path: Path) -> None:
    labels = {"emotion": "c", "score": -4.5}
    bare = Sample("x", sample(0).tracks)
    with StoreWriter(tmp_path / "s", MODALITIES, tasks=TASKS) as writer:
        writer.append(bare, Clip("x", labels=labels))
    store = Store(tmp_path / "s")
    assert torch.equal(store[0].target, torch.tensor([-4.5]))
    assert {name: value.item() for name, value in store[0].targets.items()} == {"emotion": 2}


def test_rows_of_a_batch_count_within_the_split(store: Store) -> None:
    assert store.batch([5, 1, 2, 0]).rows.tolist() == [2, 0, 1, 0]


def test_splits_are_read_by_any_of_their_names(store: Store) -> None:
    assert store.rows("train") == [0, 2, 5]
    assert store.rows("dev") == store.rows("validation") == store.rows("val") == [1]
    assert store.rows() == list(range(6))


def test_a_split_that_is_absent_lists_those_present(tmp_path: Path) -> None:
    fill(tmp_path / "s", range(3))
    with pytest.raises(DataError) as caught:
        Store(tmp_path / "s").rows("test")
    assert str(caught.value) == (
        f"{tmp_path / 's'} has no test split. Present: train, val. Take one of these, or say in "
        "the data which clips are test."
    )


def test_reading_does_not_touch_the_file(store: Store) -> None:
    before = store[0]["text"].values.clone()
    store[0]["text"].values.zero_()
    assert torch.equal(store[0]["text"].values, before)


def test_a_store_travels_to_another_process(store: Store) -> None:
    assert_same_sample(pickle.loads(pickle.dumps(store))[1], sample(1))


def test_a_fourth_modality_passes_the_store_untouched(
    tmp_path: Path, make_batch: Callable[..., Batch]
) -> None:
    rows = {"text": (5,), "audio": (3,), "vision": (4,), "physiology": (2,)}
    batch = make_batch(rows=rows)
    with StoreWriter(tmp_path / "s", {name: Rows(row) for name, row in rows.items()}) as writer:
        for i, name in enumerate(batch.ids):
            tracks = {
                m: Track(t.values[i][t.mask[i]], t.mask[i][t.mask[i]], t.spans[i][t.mask[i]])
                for m, t in batch.tracks.items()
            }
            writer.append(Sample(name, tracks))
    again = Store(tmp_path / "s").batch(range(len(batch)))
    assert list(again.tracks) == list(rows)
    for name, theirs in batch.tracks.items():
        real = theirs.mask[:, : again[name].mask.shape[1]]
        assert torch.equal(again[name].mask, real)
        assert torch.equal(again[name].values[real], theirs.values[theirs.mask])


def test_an_empty_store_is_a_store(tmp_path: Path) -> None:
    fill(tmp_path / "s", range(0))
    assert len(Store(tmp_path / "s")) == 0


def test_appending_goes_on_where_it_stopped(tmp_path: Path) -> None:
    fill(tmp_path / "s", range(2))
    fill(tmp_path / "s")
    store = Store(tmp_path / "s")
    assert store.ids == [f"clip{row}" for row in range(6)]
    assert_same_sample(store[5], sample(5))


DIES = """
import os, signal, sys, torch
from tritone.core.batch import Sample, Track
from tritone.core.parts import Rows
from tritone.core.store_writer import StoreWriter

writer = StoreWriter(sys.argv[1], {"text": Rows((2,))}, part_bytes=1)
for row in range(3):
    track = Track(torch.full((1, 2), float(row)), torch.tensor([True]), torch.zeros(1, 2))
    writer.append(Sample(str(row), {"text": track}))
writer.part_bytes = 10**9
writer.append(Sample("3", {"text": track}))
open(os.path.join(sys.argv[1], ".part-00003.arrow.1.tmp"), "w").write("half")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_a_killed_writer_leaves_whole_parts_and_can_go_on(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", DIES, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    with pytest.raises(DataError) as caught:
        Store(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} is not complete: its writer stopped after 3 parts. Run the same "
        "command again; tritone extract with --resume."
    )
    with StoreWriter(tmp_path, {"text": Rows((2,))}) as writer:
        assert writer.ids == {"0", "1", "2"}
        writer.append(Sample("3", {"text": track(torch.full((1, 2), 3.0))}))
    store = Store(tmp_path)
    assert [sample["text"].values.tolist() for sample in store] == [[[i, i]] for i in range(4)]
    assert list(tmp_path.glob(".*")) == []


def test_an_error_keeps_the_samples_but_not_as_a_complete_store(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), StoreWriter(tmp_path, MODALITIES) as writer:
        writer.append(Sample("a", sample(0).tracks))
        raise KeyboardInterrupt
    with pytest.raises(DataError, match="is not complete"):
        Store(tmp_path)
    with StoreWriter(tmp_path, MODALITIES) as writer:
        assert writer.ids == {"a"}
    assert Store(tmp_path).ids == ["a"]


def test_half_floats_halve_the_file_and_keep_three_digits(tmp_path: Path) -> None:
    values, sizes = torch.randn(500, 8), {}
    for dtype in ("float32", "float16"):
        with StoreWriter(tmp_path / dtype, {"text": Rows((8,), dtype)}) as writer:
            writer.append(Sample("a", {"text": track(values)}))
        sizes[dtype] = (tmp_path / dtype / "part-00000.arrow").stat().st_size
        read = Store(tmp_path / dtype)[0]["text"].values
        torch.testing.assert_close(read, values, rtol=1e-3, atol=1e-6)
    assert sizes["float16"] < 0.7 * sizes["float32"]


def test_inf_and_nan_pass_but_an_overflow_does_not(tmp_path: Path) -> None:
    odd = torch.tensor([[float("inf")], [float("-inf")], [float("nan")]])
    with StoreWriter(tmp_path / "s", {"audio": Rows((1,), "float16")}) as writer:
        writer.append(Sample("odd", {"audio": track(odd)}))
        with pytest.raises(DataError) as caught:
            writer.append(Sample("big", {"audio": track(torch.tensor([[1e6]]))}))
    assert str(caught.value) == ("audio of 'big' has values that float16 cannot hold. Use float32.")
    assert torch.equal(Store(tmp_path / "s")[0]["audio"].values.isnan(), odd.isnan())


def wrong(name: str, values: Tensor) -> Sample:
    """The first sample with something else in one track."""
    return Sample("x", {**sample(0).tracks, name: track(values)})


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (sample(0), "Sample 'clip0' is in {folder} already."),
        (wrong("text", torch.ones(2, 4)), "text of 'x' has rows (4,); the store's are (5,)."),
        (
            wrong("text", torch.ones(2, 5, dtype=torch.long)),
            "text of 'x' holds torch.int64; the store's are float32.",
        ),
        (
            wrong("vision", torch.ones(2, 4, 2)),
            "vision of 'x' holds torch.float32; the store's are uint8.",
        ),
        (
            Sample("x", {"text": missing_track((5,))}),
            "Sample 'x' has text; the store holds text, audio, vision. A modality that is "
            "missing is a track without rows.",
        ),
        (
            Sample("x", sample(0).tracks, target=torch.ones(2)),
            "score of 'x' has the shape (2,); the store's is (1,).",
        ),
        (
            Sample("x", sample(0).tracks, targets={"mood": torch.ones(1)}),
            "Sample 'x' has targets the store lacks: ['mood'].",
        ),
        (
            Sample(
                "x",
                {
                    **sample(0).tracks,
                    "text": Track(
                        torch.ones(2, 5), torch.ones(3, dtype=torch.bool), torch.ones(3, 2)
                    ),
                },
            ),
            "text of 'x' has 2 rows, a mask (3,) and spans (3, 2). They are one for each row.",
        ),
    ],
)
def test_a_sample_that_does_not_fit_is_refused(tmp_path: Path, given: Sample, says: str) -> None:
    with StoreWriter(tmp_path, MODALITIES, tasks=TASKS) as writer:
        writer.append(sample(0))
        with pytest.raises(DataError) as caught:
            writer.append(given)
    assert str(caught.value) == says.format(folder=tmp_path)
    assert Store(tmp_path).ids == ["clip0"]


def test_another_layout_is_refused(tmp_path: Path) -> None:
    fill(tmp_path, range(1))
    with pytest.raises(DataError) as caught:
        StoreWriter(tmp_path, MODALITIES | {"text": Rows((6,))}, tasks=TASKS)
    assert str(caught.value) == (
        f"{tmp_path} was begun with another layout: modalities.text.shape was [5], now it is [6]. "
        "Write to a new folder."
    )


def test_other_settings_are_refused(tmp_path: Path) -> None:
    fill(tmp_path, range(1))
    with pytest.raises(DataError) as caught:
        StoreWriter(tmp_path, MODALITIES, tasks=TASKS, provenance={"made": "otherwise"})
    assert str(caught.value) == (
        f"{tmp_path} was begun with another provenance: made was 'by hand', now it is 'otherwise'. "
        "Write to a new folder."
    )


def test_two_writers_do_not_share_a_folder(tmp_path: Path) -> None:
    with StoreWriter(tmp_path, MODALITIES):
        with pytest.raises(DataError) as caught:
            StoreWriter(tmp_path, MODALITIES)
        assert str(caught.value) == f"Another process is writing to {tmp_path}."


def test_a_folder_of_other_things_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(DataError, match="is not a store and not empty"):
        StoreWriter(tmp_path, MODALITIES)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-300])


def said_otherwise(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    head = path.parent / "store.json"
    said = json.loads(head.read_text())
    change(said)
    head.write_text(json.dumps(said))


def swap_width(path: Path) -> None:
    said_otherwise(path, lambda said: said["modalities"]["text"].update(shape=[7]))


def swap_column(path: Path, name: str, cells: list[Any]) -> None:
    """Put other cells in a column of a part."""
    table = pa.ipc.open_file(path).read_all()
    place = table.schema.get_field_index(name)
    kind = table.schema.field(place)
    changed = table.set_column(place, kind, pa.array(cells, kind.type))
    with pa.ipc.new_file(path, changed.schema) as writer:
        writer.write_batch(changed.combine_chunks().to_batches()[0])


def test_a_store_from_before_cuts_were_kept_is_read(tmp_path: Path) -> None:
    fill(tmp_path)
    part = tmp_path / "part-00000.arrow"
    table = pa.ipc.open_file(part).read_all().drop_columns(["cut"])
    with pa.ipc.new_file(part, table.schema) as writer:
        writer.write_batch(table.combine_chunks().to_batches()[0])
    store = Store(tmp_path)
    assert [store.cut(row) for row in range(6)] == [frozenset()] * 6
    assert_same_sample(store[4], sample(4))


@pytest.mark.parametrize("junk", ["{", "[1]", "5", "[" * 100_000])
@pytest.mark.parametrize("column", ["labels", "origins", "sources", "cut"])
def test_what_is_known_of_a_clip_is_an_object_or_damage(
    tmp_path: Path, column: str, junk: str
) -> None:
    fill(tmp_path)
    part = tmp_path / "part-00000.arrow"
    swap_column(part, column, [None] * 5 + [junk])
    store = Store(tmp_path)
    with pytest.raises(DataError) as caught:
        read = {"sources": store.sources, "cut": store.cut}.get(column, store.clip)
        read(5)
    assert str(caught.value) == f"{part} is damaged: {column} of row 5 are no JSON object."


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (cut, "cannot be read"),
        (lambda path: path.write_bytes(b""), "cannot be read"),
        (lambda path: path.unlink(), "it should have 6 samples in 1 parts, and has 0 in 0"),
        (swap_width, "is damaged: text do not fit their shape"),
        (
            lambda path: swap_column(path, "target.emotion", [[0], [1], [6], None, None, [0]]),
            "is damaged: emotion has a class beyond its 6",
        ),
        (
            lambda path: said_otherwise(path, lambda said: said.update(parts=[1])),
            "is damaged: its parts or its provenance are no JSON object",
        ),
        (
            lambda path: said_otherwise(path, lambda said: said.update(provenance=5)),
            "is damaged: its parts or its provenance are no JSON object",
        ),
        (
            lambda path: said_otherwise(
                path, lambda said: said["modalities"]["text"].update(shape=[10**30])
            ),
            f"A row has at most 4294967296 numbers, got {10**30}",
        ),
        (lambda path: (path.parent / "store.json").write_text("[" * 10**6), "cannot be read"),
        (
            lambda path: (path.parent / "store.json").unlink(),
            "is not a store: it has no store.json",
        ),
        (lambda path: (path.parent / "store.json").write_text("{"), "cannot be read"),
        (lambda path: (path.parent / "store.json").write_text("[]"), "does not describe a store"),
        (
            lambda path: (path.parent / "store.json").write_text('{"format": "tritone-store"}'),
            "is of version None",
        ),
        (
            lambda path: (path.parent / "store.json").write_text(
                '{"format": "tritone-store", "version": 1, "modalities": {"text": 3}}'
            ),
            "does not describe a layout",
        ),
    ],
)
def test_a_damaged_store_is_refused(
    tmp_path: Path, harm: Callable[[Path], object], says: str
) -> None:
    fill(tmp_path)
    harm(tmp_path / "part-00000.arrow")
    with pytest.raises(DataError) as caught:
        Store(tmp_path)
    assert says in str(caught.value)


def test_a_row_beyond_the_end_is_an_index_error(tmp_path: Path) -> None:
    fill(tmp_path, range(2))
    for row in (2, -1):
        with pytest.raises(IndexError):
            Store(tmp_path)[row]


@pytest.mark.parametrize("name", ["", "a.b"])
def test_a_name_that_cannot_be_a_column_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match="cannot be a column's name"):
        StoreWriter(tmp_path, {name: Rows((1,))})


def test_a_type_that_cannot_be_stored_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        StoreWriter(tmp_path, {"text": Rows((1,), "int8")})
    assert str(caught.value) == ("text cannot be stored as 'int8'. Types: float32, float16, uint8.")


def test_a_store_without_labels_says_so(tmp_path: Path) -> None:
    with StoreWriter(tmp_path / "bare", MODALITIES) as writer:
        bare = replace(sample(0), target=None, targets={})
        writer.append(bare, replace(clip(0), split="train"))
    with pytest.raises(DataError) as caught:
        Store(tmp_path / "bare").known_rows("train")
    assert str(caught.value) == (
        f"{tmp_path / 'bare'} has nothing to learn or to score by: no labels, or one class "
        "alone. Those of a manifest stand in columns called sentiment, emotion, score or "
        "label_<name>."
    )
