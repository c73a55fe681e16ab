"""Computational sequences: cut to clips, averaged over words as CMU's own SDK does."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from tritone.core.errors import DataError
from tritone.core.task import Regression
from tritone.datasets.published.reading import read_published

Videos = Mapping[str, tuple[Any, Any]]


def sequence(path: Path, name: str, videos: Videos) -> None:
    """One .csd file: features and times by video, and metadata as JSON in text."""
    with h5py.File(path, "w") as file:
        for video, (features, times) in videos.items():
            group = file.create_group(f"{name}/data/{video}")
            group.create_dataset("features", data=features, compression="gzip")
            group.create_dataset("intervals", data=times, compression="gzip")
        metadata = file.create_group(f"{name}/metadata")
        metadata.create_dataset("root name", (1,), h5py.string_dtype(), data=[json.dumps(name)])


def steps(count: int, rate_hz: int) -> np.ndarray:
    edges = np.arange(count + 1) / rate_hz
    return np.stack([edges[:-1], edges[1:]], axis=1)


WORDS = [[b"good"], [b"sp"], [b"film"], [b"bad"], [b"end"]]
TIMES = [[0.0, 0.5], [0.5, 1.0], [1.0, 2.0], [2.0, 2.5], [2.5, 3.0]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two videos of two clips each; faces end before the second clip does."""
    audio = np.arange(12.0, dtype=np.float32)[:, None] * np.float32([1, 10, 100])
    faces = np.arange(10.0, dtype=np.float32)[:, None] * np.float32([1, -1])
    videos = ("v1", "v2")
    sequence(
        tmp_path / "CMU_MOSI_TimestampedWords.csd",
        "CMU_MOSI_ModifiedTimestampedWords",
        {video: (np.array(WORDS), np.array(TIMES)) for video in videos},
    )
    sequence(
        tmp_path / "CMU_MOSI_COVAREP.csd", "COAVAREP", {v: (audio, steps(12, 4)) for v in videos}
    )
    sequence(tmp_path / "CMU_MOSI_Visual_Facet_42.csd", "FACET_4.2", {"v1": (faces, steps(10, 4))})
    labels = np.array([[2.4], [-1.8]]), np.array([[0.0, 2.0], [2.0, 3.0]])
    sequence(
        tmp_path / "CMU_MOSI_Opinion_Labels.csd",
        "Opinion Segment Labels",
        dict.fromkeys(videos, labels),
    )
    return tmp_path


def test_each_row_of_the_labels_is_a_clip(folder: Path) -> None:
    found = read_published(folder)
    assert [clip.id for clip in found.clips] == ["v1[0]", "v1[1]", "v2[0]", "v2[1]"]
    clip = found.clips[0]
    assert (clip.text, clip.start, clip.end, clip.group) == ("good film", 0.0, 2.0, "v1")
    assert [word.text for word in clip.words] == ["good", "sp", "film"]
    assert clip.labels["score"] == 2.4
    assert list(found.modalities) == ["audio", "vision"]


def test_streams_are_cut_to_the_clip(folder: Path) -> None:
    samples = [sample for sample, _ in read_published(folder).samples()]
    second = samples[1]
    assert second["audio"].values[:, 0].tolist() == [8.0, 9.0, 10.0, 11.0]
    assert second["audio"].spans[0].tolist() == [2.0, 2.25]
    assert second["vision"].values[:, 0].tolist() == [8.0, 9.0]


def test_rows_are_averaged_over_the_words(folder: Path) -> None:
    samples = [sample for sample, _ in read_published(folder, align="words").samples()]
    first, second = samples[:2]
    assert first["audio"].values[:, 0].tolist() == [0.5, 2.5, 5.5]
    assert second["audio"].spans.tolist() == [[2.0, 2.5], [2.5, 3.0]]
    assert second["vision"].values[:, 0].tolist() == [8.5, 0.0]
    assert second["vision"].mask.tolist() == [True, False]


def test_a_video_that_a_stream_lacks_is_missing_there(folder: Path) -> None:
    found = read_published(folder, align="words")
    samples = [sample for sample, _ in found.samples()]
    assert len(samples[2]["vision"].mask) == 0
    assert found.changes.notes == (
        "Clips whose video has no vision, which is missing: 2 (first: v2[0]).",
    )


def test_keys_of_a_deployed_folder_are_clips(tmp_path: Path) -> None:
    times = np.array([[5.0, 6.0], [6.0, 7.0]])
    sequence(tmp_path / "a_COVAREP.csd", "COVAREP", {"v[3]": (np.ones((2, 3)), times)})
    sequence(tmp_path / "b_labels.csd", "All Labels", {"v[3]": (np.ones((1, 1)), [[5.0, 7.0]])})
    found = read_published(tmp_path)
    assert [(clip.id, clip.group, clip.position) for clip in found.clips] == [("v[3]", "v", 3)]


def test_moseis_seven_labels_are_a_score_and_six_emotions(folder: Path) -> None:
    (folder / "CMU_MOSI_Opinion_Labels.csd").unlink()
    labels = np.array([[1.0, 0.5, 0, 2, 3, 0, 0.25]]), np.array([[0.0, 3.0]])
    sequence(folder / "CMU_MOSEI_Labels.csd", "All Labels", {"v1": labels})
    found = read_published(folder)
    assert found.tasks["surprise"] == Regression(0, 3)
    assert found.clips[0].labels["anger"] == 2.0
    assert found.clips[0].labels["joy"] == 0.5


def test_a_second_stream_of_a_kind_goes_by_its_own_name(folder: Path) -> None:
    rows = {v: (np.ones((4, 2)), steps(4, 1)) for v in ("v1", "v2")}
    sequence(folder / "CMU_MOSI_openSMILE_IS09.csd", "OpenSMILE", rows)
    found = read_published(folder)
    assert list(found.modalities) == ["audio", "vision", "audio_opensmile"]


def test_words_with_vectors_are_the_text(folder: Path) -> None:
    rows = {v: (np.arange(10.0).reshape(5, 2), np.array(TIMES)) for v in ("v1", "v2")}
    sequence(folder / "CMU_MOSI_TimestampedWordVectors.csd", "glove_vectors", rows)
    found = read_published(folder, align="words")
    sample = next(sample for sample, _ in found.samples())
    assert sample["text"].values.tolist() == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]


@pytest.mark.parametrize("form", ["json", "csv"])
def test_splits_come_from_a_list(form: str, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / f"folds.{form}"
    file.write_text(
        '{"train": ["v2"], "dev": ["v1"]}' if form == "json" else "video,split\nv2,train\nv1,dev\n",
        encoding="utf-8",
    )
    found = read_published(folder, splits=file)
    assert [clip.split for clip in found.clips] == ["val", "val", "train", "train"]
    assert found.notes == ()


def test_without_a_list_videos_are_drawn_and_it_is_told(folder: Path) -> None:
    found = read_published(folder)
    by_video = {clip.group: clip.split for clip in found.clips}
    assert all(clip.split == by_video[clip.group] for clip in found.clips)
    assert found.notes == (
        "Videos put in a split drawn here, as the files have none: 2 (first: v1).",
    )


def test_a_video_in_two_splits_is_named(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "folds.json"
    file.write_text('{"train": ["v1"], "test": ["v1"]}', encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_published(folder, splits=file)
    assert str(caught.value) == f"{file} puts 'v1' in train and in test. Choose one."


def test_alignment_needs_words(folder: Path) -> None:
    (folder / "CMU_MOSI_TimestampedWords.csd").unlink()
    with pytest.raises(DataError) as caught:
        read_published(folder, align="words")
    assert str(caught.value) == (
        f"{folder} has no stream of words to align to. Put its words' .csd there."
    )


def test_a_corrupt_file_is_named(folder: Path) -> None:
    file = folder / "CMU_MOSI_COVAREP.csd"
    file.write_bytes(file.read_bytes()[:1500])
    with pytest.raises(DataError, match=r"CMU_MOSI_COVAREP\.csd cannot be read as HDF5"):
        read_published(folder)


def test_an_hdf5_file_that_is_no_sequence_is_named(folder: Path) -> None:
    with h5py.File(folder / "other.csd", "w") as file:
        file["x/y"] = np.ones(3)
    with pytest.raises(DataError) as caught:
        read_published(folder)
    assert str(caught.value) == (f"{folder / 'other.csd'} is no computational sequence: x holds y.")


def test_rows_without_a_time_each_are_named(folder: Path) -> None:
    file = folder / "CMU_MOSI_COVAREP.csd"
    sequence(file, "COVAREP", {"v1": (np.ones((3, 2)), np.ones((2, 2)))})
    with pytest.raises(DataError) as caught:
        read_published(folder)
    assert str(caught.value) == (
        f"{file}: v1 has features (3, 2) and intervals (2, 2); a row has two times."
    )


def test_labels_of_another_width_are_named(folder: Path) -> None:
    file = folder / "CMU_MOSI_Opinion_Labels.csd"
    sequence(file, "labels", {"v1": (np.ones((1, 3)), [[0.0, 1.0]])})
    with pytest.raises(DataError) as caught:
        read_published(folder)
    assert str(caught.value) == (
        f"{file}: v1 has labels (1, 3) of float64; 1 or 7 numbers are read."
    )
