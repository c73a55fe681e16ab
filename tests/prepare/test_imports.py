"""A published feature file becomes a store, whole or not at all, and once only."""

import hashlib
import os
import pickle
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tritone.core.errors import DataError
from tritone.core.store import Store
from tritone.prepare.imports import import_features


def features(count: int = 6, width: int = 5) -> dict[str, dict[str, Any]]:
    """A small set in MMSA's form."""
    rng = np.random.default_rng(0)
    data: dict[str, dict[str, Any]] = {}
    for split, size in (("train", count), ("valid", 2), ("test", 3)):
        data[split] = {
            "text": rng.normal(size=(size, 4, width)).astype(np.float32),
            "audio": rng.normal(size=(size, 6, 3)).astype(np.float32),
            "audio_lengths": [1 + row % 6 for row in range(size)],
            "raw_text": [f"text {row}" for row in range(size)],
            "id": [f"{split}$_${row}" for row in range(size)],
            "regression_labels": np.linspace(-2.5, 2.5, size),
        }
    data["train"]["audio"][0, 0, 0] = -np.inf
    return data


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "features.pkl"
    path.write_bytes(pickle.dumps(features()))
    return path


def test_a_store_holds_what_the_file_holds(file: Path, tmp_path: Path) -> None:
    done = import_features(file, tmp_path / "store", name="mosi")
    store, data = Store(tmp_path / "store"), features()
    assert (len(store), done.fresh, done.layout) == (11, 11, "MMSA")
    assert store.splits == ["train"] * 6 + ["val"] * 2 + ["test"] * 3
    for row in range(1, 6):
        sample, clip = store[row], store.clip(row)
        assert np.array_equal(sample["audio"].values, data["train"]["audio"][row, : 1 + row])
        assert np.array_equal(sample["text"].values, data["train"]["text"][row])
        assert (clip.text, clip.group, sample.id) == (f"text {row}", "train", f"train$_${row}")
        assert sample.target is not None
        assert sample.target.item() == pytest.approx(data["train"]["regression_labels"][row])
    assert list(store.layout.tasks) == ["score", "sentiment", "valence"]


def test_the_store_says_where_it_came_from(file: Path, tmp_path: Path) -> None:
    import tritone

    import_features(file, tmp_path / "store", name="mosi")
    assert Store(tmp_path / "store").provenance == {
        "made_by": f"tritone {tritone.__version__} import",
        "dataset": "mosi",
        "layout": "MMSA",
        "sources": [
            {
                "name": "features.pkl",
                "bytes": file.stat().st_size,
                "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            }
        ],
        "notes": [
            "Values of audio that are infinite in the file, and 0 here: 1 (first: 'train$_$0')."
        ],
    }


def test_half_of_the_digits_are_kept_on_request(file: Path, tmp_path: Path) -> None:
    store = import_features(file, tmp_path / "store", float16=True).store
    assert {rows.dtype for rows in store.layout.modalities.values()} == {"float16"}
    expected = features()["train"]["text"][1].astype(np.float16).astype(np.float32)
    assert np.array_equal(store[1]["text"].values, expected)


def test_importing_again_does_nothing(file: Path, tmp_path: Path) -> None:
    import_features(file, tmp_path / "store")
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "store").iterdir()}
    again = import_features(file, tmp_path / "store")
    assert again.fresh == 0
    assert again.notes[0].startswith("Values of audio that are infinite")
    assert {p.name: p.stat().st_mtime_ns for p in (tmp_path / "store").iterdir()} == before


def test_another_file_does_not_go_into_the_same_store(file: Path, tmp_path: Path) -> None:
    import_features(file, tmp_path / "store")
    other = tmp_path / "other.pkl"
    other.write_bytes(pickle.dumps(features(5)))
    with pytest.raises(DataError) as caught:
        import_features(other, tmp_path / "store")
    assert str(caught.value) == (
        f"{tmp_path / 'store'} is a complete store of other files than other.pkl. Name a new one."
    )


def test_the_same_file_in_another_type_needs_a_new_store(file: Path, tmp_path: Path) -> None:
    import_features(file, tmp_path / "store")
    with pytest.raises(DataError) as caught:
        import_features(file, tmp_path / "store", float16=True)
    assert str(caught.value) == (
        f"{tmp_path / 'store'} holds features.pkl already as MMSA in float32; now it would be "
        f"MMSA in float16. Name a new store."
    )


def test_an_import_that_stops_is_gone_on_with(file: Path, tmp_path: Path) -> None:
    whole = import_features(file, tmp_path / "whole").store

    def stop(clip: str, share: float) -> None:
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_features(file, tmp_path / "store", tell=stop)
    with pytest.raises(DataError, match="is not complete"):
        Store(tmp_path / "store")
    done = import_features(file, tmp_path / "store")
    assert done.fresh == 7
    assert done.store.ids == whole.ids
    assert done.store.provenance == whole.provenance
    for row in range(len(whole)):
        assert np.array_equal(done.store[row]["audio"].values, whole[row]["audio"].values)


def test_progress_is_told_clip_by_clip(file: Path, tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    import_features(file, tmp_path / "store", tell=lambda clip, share: told.append((clip, share)))
    assert [clip for clip, _ in told][:2] == ["train$_$0", "train$_$1"]
    assert [share for _, share in told] == pytest.approx([row / 11 for row in range(1, 12)])


SMALL_DISK = """
import resource, signal, sys
from tritone.prepare.imports import import_features
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    import_features(sys.argv[1], sys.argv[2])
except OSError as error:
    print(error)
"""


@pytest.mark.slow
def test_a_full_disk_leaves_nothing_that_reads_as_whole(tmp_path: Path) -> None:
    file, store = tmp_path / "features.pkl", tmp_path / "store"
    file.write_bytes(pickle.dumps(features(200, width=50)))
    told = subprocess.run(
        [sys.executable, "-c", SMALL_DISK, str(file), str(store)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    part = store / "part-00000.arrow"
    assert told.stdout.strip() == f"[Errno 27] File too large: '{part}'"
    with pytest.raises(DataError, match="is not complete"):
        Store(store)
    assert [path.name for path in store.iterdir()] == ["store.json"]
    assert import_features(file, store).fresh == 205
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 20_000
