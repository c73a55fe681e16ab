"""Arrays in .npz and HDF5: utterances, and ICT-MMMO by modality and split."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from tritone.core.errors import DataError
from tritone.core.task import Regression
from tritone.datasets import mmmo
from tritone.datasets.published.reading import read_published
from tritone.datasets.published.table import Published

RowsOf = Callable[[Published], dict[str, list[np.ndarray]]]


@pytest.fixture
def arrays() -> dict[str, np.ndarray]:
    """Utterances of MOSI, one vector for each modality."""
    rng = np.random.default_rng(0)
    return {
        "id": np.array(["a_1", "a_2", "b_1"]),
        "video": np.array(["a", "a", "b"]),
        "utt": np.array([1, 2, 1]),
        "transcript": np.array(["GOOD FILM", "BAD", "WELL"]),
        "text": rng.normal(size=(3, 5)).astype(np.float32),
        "audio": rng.normal(size=(3, 3)).astype(np.float32),
        "video_feat": rng.normal(size=(3, 4)).astype(np.float32),
        "y2": np.array([1, 0, 1]),
        "y_cont": np.array([2.5, -1.5, 0.0], np.float32),
        "split": np.array(["train", "train", "dev"]),
    }


def test_a_vector_is_a_track_of_one_row(
    arrays: dict[str, np.ndarray], tmp_path: Path, rows_of: RowsOf
) -> None:
    np.savez(tmp_path / "features.npz", **arrays)  # type: ignore[arg-type]
    found = read_published(tmp_path / "features.npz")
    rows = rows_of(found)
    assert np.array_equal(rows["vision"][2], arrays["video_feat"][2:3])
    clip = found.clips[1]
    assert (clip.id, clip.text, clip.group, clip.position) == ("a_2", "BAD", "a", 2)
    assert (clip.labels["score"], clip.split) == (-1.5, "train")
    assert found.splits == ("train", "val")
    assert read_published(tmp_path).clips == found.clips


def test_arrays_of_unequal_length_are_named(arrays: dict[str, np.ndarray], tmp_path: Path) -> None:
    file = tmp_path / "features.npz"
    np.savez(file, **arrays | {"audio": arrays["audio"][:2]})  # type: ignore[arg-type]
    with pytest.raises(DataError) as caught:
        read_published(file)
    assert str(caught.value) == (
        f"{file} holds arrays of unequal length: text 3, audio 2, video_feat 3, y_cont 3, "
        f"transcript 3, id 3, split 3."
    )


def test_an_npz_without_features_is_described(tmp_path: Path) -> None:
    file = tmp_path / "features.npz"
    np.savez(file, y=np.ones(3), x=np.ones(3))
    with pytest.raises(DataError) as caught:
        read_published(file)
    assert str(caught.value) == f"{file} holds no features. It holds: x, y."


def test_an_npz_with_pickles_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "features.npz"
    np.savez(file, text=np.array([{}], dtype=object))
    with pytest.raises(DataError, match=r"cannot be read as \.npz without pickle: Object arrays"):
        read_published(file)


SIZES = {"train": 4, "valid": 2, "test": 3}


def hdf5(path: Path, values: Any) -> None:
    with h5py.File(path, "w") as file:
        file["d1"] = values


@pytest.fixture
def ict(tmp_path: Path) -> Path:
    """ICT-MMMO as published: zeros around the words, no words of the training clips."""
    rng = np.random.default_rng(0)
    for split, count in SIZES.items():
        for name, dim in (("audio", 3), ("video", 4), ("text", 5)):
            block = rng.normal(size=(count, 6, dim))
            block[:, 0] = block[:, 5] = 0.0
            if name != "text" or split != "train":
                end = "_emb" if name == "text" else ""
                hdf5(tmp_path / f"{name}_{split}{end}.h5", block)
        hdf5(tmp_path / f"y_{split}.h5", np.linspace(1, 5, count))
    return tmp_path


def test_mmmo_is_read_without_the_words_of_its_training_clips(ict: Path, rows_of: RowsOf) -> None:
    found = read_published(ict)
    rows = rows_of(found)
    assert found.tasks == {"score": Regression(1, 5)}
    assert [len(values) for values in rows["text"]] == [0, 0, 0, 0, 4, 4, 4, 4, 4]
    assert {len(values) for values in rows["audio"] + rows["vision"]} == {4}
    assert found.notes == (
        "Splits without text, which is missing in all their clips: 1 (first: train).",
    )
    assert len(found.sources) == 11


def test_mmmo_is_a_corpus(ict: Path) -> None:
    corpus = mmmo.read(ict, "val")
    assert [(clip.id, clip.labels["score"]) for clip in corpus.clips] == [
        ("val_0", 1.0),
        ("val_1", 5.0),
    ]
    assert corpus.default_target == "score"
    assert corpus.tasks == {"score": Regression(1.0, 5.0)}


def test_files_of_unequal_length_are_named(ict: Path) -> None:
    hdf5(ict / "audio_valid.h5", np.ones((7, 6, 3)))
    with pytest.raises(DataError) as caught:
        read_published(ict)
    assert str(caught.value) == (
        f"{ict} has files of unequal length for val: audio_valid.h5 7, text_valid_emb.h5 2, "
        f"video_valid.h5 2, y_valid.h5 2."
    )


def test_a_corrupt_hdf5_file_is_named(ict: Path) -> None:
    file = ict / "video_test.h5"
    file.write_bytes(file.read_bytes()[:900])
    with pytest.raises(DataError, match=r"video_test\.h5 cannot be read as HDF5: .+ Fetch it"):
        read_published(ict)


def test_an_array_that_lies_in_another_file_is_not_read(ict: Path) -> None:
    secret = ict / "secret"
    secret.write_bytes(bytes(80))
    with h5py.File(ict / "y_test.h5", "w") as file:
        file.create_dataset("d1", (10,), "f8", external=[(str(secret), 0, 80)])
    with pytest.raises(DataError) as caught:
        read_published(ict)
    assert str(caught.value) == (
        f"{ict / 'y_test.h5'}: /d1 lies in another file, which is not read."
    )


def test_links_to_other_files_are_not_followed(ict: Path) -> None:
    with h5py.File(ict / "y_test.h5", "w") as file:
        file["d1"] = h5py.ExternalLink(str(ict / "y_valid.h5"), "/d1")
    with pytest.raises(DataError) as caught:
        read_published(ict)
    assert str(caught.value) == f"{ict / 'y_test.h5'} holds nothing; it should hold one array."


def test_an_array_that_nobody_wrote_is_not_unfolded(tmp_path: Path) -> None:
    file = tmp_path / "audio_train.h5"
    with h5py.File(file, "w") as opened:
        opened.create_dataset("d", (200, 20, 400_000), "f8", chunks=(1, 20, 4000))
    with pytest.raises(DataError) as caught:
        read_published(tmp_path)
    most = 1100 * file.stat().st_size
    assert str(caught.value) == (f"{file}: /d has 12800000000 bytes; {most} at most are read.")


def test_a_folder_where_a_file_of_features_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "audio_train.h5").mkdir()
    with pytest.raises(DataError) as caught:
        read_published(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / 'audio_train.h5'} is no file; an HDF5 file should lie there."
    )


def test_a_few_scores_off_the_scale_of_a_corpus_are_no_labels(
    arrays: dict[str, np.ndarray], tmp_path: Path
) -> None:
    many = {name: np.concatenate([array] * 10) for name, array in arrays.items()}
    many["id"] = np.array([f"a_{row}" for row in range(30)])
    many["y_cont"][7] = 99
    np.savez(tmp_path / "features.npz", **many)  # type: ignore[arg-type]
    found = read_published(tmp_path / "features.npz", name="mosi")
    assert found.tasks["score"] == Regression(-3, 3)
    assert found.clips[7].labels == {}
    assert found.clips[6].labels["sentiment"] == "positive"
    assert found.notes == ("Scores off the scale -3 to 3, left out: 1 (first: 99).",)


def test_scores_on_another_scale_than_the_corpus_has_are_told(
    arrays: dict[str, np.ndarray], tmp_path: Path
) -> None:
    arrays["y_cont"] += 3
    np.savez(tmp_path / "features.npz", **arrays)  # type: ignore[arg-type]
    found = read_published(tmp_path / "features.npz", name="mosi")
    assert found.tasks == {"score": Regression(1, 6)}
    assert found.notes == (
        "Scores off the scale -3 to 3; theirs is taken as it is found: 1 (first: 5.5).",
    )
