"""MMSA's pickles in all their forms: arrays or lists, with and without lengths, and faulty."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tritone.core.errors import DataError
from tritone.core.task import Regression
from tritone.datasets.published.reading import read_published
from tritone.datasets.published.table import Published

STEPS = {"text": 6, "audio": 9, "vision": 12}
DIMS = {"text": 5, "audio": 3, "vision": 4}
COUNTS = {"train": 4, "valid": 2, "test": 3}


def mmsa(*, aligned: bool = False, sims: bool = False, seed: int = 0) -> dict[str, dict[str, Any]]:
    """A set in MMSA's form: zeros behind, types and names as in the files it gave out."""
    rng = np.random.default_rng(seed)
    data: dict[str, dict[str, Any]] = {}
    for place, (split, count) in enumerate(COUNTS.items()):
        steps = dict.fromkeys(STEPS, STEPS["text"]) if aligned else STEPS
        lengths = {name: 2 + (np.arange(count) * 2 + place) % (n - 1) for name, n in steps.items()}
        if aligned:
            lengths = dict.fromkeys(steps, lengths["text"])
        part: dict[str, Any] = {}
        for name, most in steps.items():
            real = np.arange(most)[None, :, None] < lengths[name][:, None, None]
            part[name] = rng.normal(size=(count, most, DIMS[name])).astype(np.float32) * real
        mask = (np.arange(STEPS["text"])[None] < lengths["text"][:, None]).astype(np.float64)
        ids = np.where(mask > 0, rng.integers(1000, 3000, mask.shape), 0)
        part["text_bert"] = np.stack([ids, mask, 0 * mask], axis=1)
        scores = np.linspace(-1, 1, count) * (0.8 if sims else 2.6)
        part["regression_labels"] = scores.astype(np.float32)
        words = np.array(["Negative", "Neutral", "Positive"])
        part["classification_labels"] = (np.sign(scores) + 1).astype(np.float32)
        part["annotations"] = words[(np.sign(scores) + 1).astype(int)]
        part["raw_text"] = np.array([f"WORDS OF {split} {row}" for row in range(count)])
        part["id"] = np.array([f"v{split}$_${row + 1}" for row in range(count)])
        if sims:
            for letter in "TAV":
                part[f"regression_labels_{letter}"] = np.float32(scores / 2)
        if not aligned:
            part["audio_lengths"] = [int(n) for n in lengths["audio"]]
            part["vision_lengths"] = [int(n) for n in lengths["vision"]]
        data[split] = part
    return data


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Published]:
    """A function that pickles data and reads it."""

    def write_and_read(data: Any, *, name: str | None = None) -> Published:
        file = tmp_path / "features.pkl"
        file.write_bytes(pickle.dumps(data, protocol=4))
        return read_published(file, name=name)

    return write_and_read


def rows(found: Published) -> dict[str, list[np.ndarray]]:
    """The real rows of all clips, by modality."""
    samples = [sample for sample, _ in found.samples()]
    return {
        name: [sample[name].values[sample[name].mask].numpy() for sample in samples]
        for name in found.modalities
    }


def test_the_numbers_are_those_of_the_file_without_its_padding(
    read: Callable[..., Published],
) -> None:
    data = mmsa()
    found = rows(read(data))
    for name in STEPS:
        lengths = [
            int(n)
            for part in data.values()
            for n in (part["text_bert"][:, 1].sum(1) if name == "text" else part[f"{name}_lengths"])
        ]
        clips = [clip for part in data.values() for clip in part[name]]
        assert [len(values) for values in found[name]] == lengths
        for values, clip, length in zip(found[name], clips, lengths, strict=True):
            assert np.array_equal(values, clip[:length])


def test_a_clip_has_its_text_labels_video_and_split(read: Callable[..., Published]) -> None:
    found = read(mmsa())
    first, last = found.clips[0], found.clips[-1]
    assert (first.id, first.group, first.position, first.split) == (
        "vtrain$_$1",
        "vtrain",
        1,
        "train",
    )
    assert first.text == "WORDS OF train 0"
    assert first.labels == {
        "score": pytest.approx(-2.6),
        "sentiment": "negative",
        "valence": pytest.approx(-2.6 / 3),
    }
    assert (last.split, last.labels["sentiment"]) == ("test", "positive")
    assert found.splits == ("train", "val", "test")
    assert list(found.tasks) == ["score", "sentiment", "valence"]
    assert found.tasks["score"] == Regression(-3, 3)


def test_lists_are_read_as_arrays_are(read: Callable[..., Published]) -> None:
    data = mmsa()
    listed = {
        split: {
            name: list(value) if value.ndim == 3 else value.tolist()
            for name, value in part.items()
            if isinstance(value, np.ndarray)
        }
        | {name: np.array(value) for name, value in part.items() if isinstance(value, list)}
        for split, part in data.items()
    }
    ours, theirs = read(listed), read(data)
    assert ours.clips == theirs.clips
    for name, clips in rows(theirs).items():
        assert all(map(np.array_equal, rows(ours)[name], clips))


def test_numbers_in_lists_of_lists_are_read(read: Callable[..., Published]) -> None:
    data = mmsa()
    for part in data.values():
        part["text"] = part["text"].tolist()
    assert all(map(np.array_equal, rows(read(data))["text"], rows(read(mmsa()))["text"]))


def test_aligned_modalities_keep_one_length(read: Callable[..., Published]) -> None:
    data = mmsa(aligned=True)
    data["train"]["audio"][0, 1] = 0  # a silent word at the end of its clip
    found = rows(read(data))
    lengths = [len(values) for values in found["text"]]
    assert [len(values) for values in found["audio"]] == lengths
    assert [len(values) for values in found["vision"]] == lengths


def test_lengths_that_are_missing_follow_from_the_zeros(read: Callable[..., Published]) -> None:
    data = mmsa()
    theirs = rows(read(data))
    for part in data.values():
        del part["audio_lengths"], part["vision_lengths"], part["text_bert"]
    ours = rows(read(data))
    for name, clips in theirs.items():
        assert all(map(np.array_equal, ours[name], clips))


def test_swapped_lengths_are_mended_and_told(read: Callable[..., Published]) -> None:
    data = mmsa()
    data["train"]["vision_lengths"][-1] = STEPS["vision"]
    theirs = rows(read(data))
    for part in data.values():
        swapped = part["audio_lengths"], part["vision_lengths"]
        part["vision_lengths"], part["audio_lengths"] = swapped
    found = read(data)
    assert [len(v) for v in rows(found)["vision"]][:4] == [len(v) for v in theirs["vision"]][:4]
    assert found.notes[0].startswith(
        "Splits with the lengths of audio and vision swapped, mended here: "
    )


def test_lengths_beyond_the_rows_are_cut_and_told(read: Callable[..., Published]) -> None:
    data = mmsa()
    data["valid"]["audio_lengths"][1] = 99
    found = read(data)
    assert len(rows(found)["audio"][5]) == STEPS["audio"]
    assert len(found.notes) == 1
    assert found.notes[0].startswith(
        "Lengths of audio beyond the 9 rows there are, cut to these: 1"
    )


def test_what_is_not_finite_is_zero_and_counted(read: Callable[..., Published]) -> None:
    data = mmsa()
    data["train"]["audio"][0, 0, :2] = -np.inf
    data["train"]["vision"][1, 0, 1] = np.nan
    found = read(data)
    values = rows(found)
    assert values["audio"][0][0, :2].tolist() == [0.0, 0.0]
    assert values["vision"][1][0, 1] == 0.0
    assert found.changes.notes == (
        "Values of audio that are infinite in the file, and 0 here: 2 (first: 'vtrain$_$1').",
        "Values of vision that are NaN in the file, and 0 here: 1 (first: 'vtrain$_$2').",
    )
    assert rows(found) and found.changes.counts == {
        "Values of audio that are infinite in the file, and 0 here": 2,
        "Values of vision that are NaN in the file, and 0 here": 1,
    }


def test_a_modality_that_is_all_padding_is_missing(read: Callable[..., Published]) -> None:
    data = mmsa(aligned=True)
    data["train"]["audio"][2] = 0
    found = read(data)
    assert len(rows(found)["audio"][2]) == 0
    assert found.changes.notes == (
        "Clips whose audio is all padding, and so is missing: 1 (first: vtrain$_$3).",
    )


def test_sims_has_its_own_scale_and_a_score_for_each_channel(
    read: Callable[..., Published],
) -> None:
    found = read(mmsa(sims=True))
    assert found.tasks["score"] == found.tasks["score_audio"] == Regression(-1, 1)
    assert list(found.tasks)[3:] == ["score_text", "score_audio", "score_vision"]
    assert found.clips[0].labels["score_vision"] == pytest.approx(-0.4)


def test_the_name_of_a_corpus_tells_its_scale(read: Callable[..., Published]) -> None:
    data = mmsa()
    for part in data.values():
        part["regression_labels"] = part["regression_labels"] / 3
    assert read(data).tasks["score"] == Regression(-1, 1)
    assert read(data, name="mosi").tasks["score"] == Regression(-3, 3)


def test_ids_that_stand_twice_are_told_apart(read: Callable[..., Published]) -> None:
    data = mmsa()
    data["test"]["id"] = ["vtrain$_$1", "vtest$_$2", "vtest$_$3"]
    found = read(data)
    assert found.clips[6].id == "vtrain$_$1#2"
    assert found.clips[6].group == "vtrain"
    assert found.notes == (
        "Ids that stand more than once, told apart here by #2, #3 ...: 1 (first: vtrain$_$1).",
    )


def test_the_output_of_mmsa_fet_is_read_with_its_word_times(
    read: Callable[..., Published],
) -> None:
    data: dict[str, Any] = mmsa(aligned=True)
    for part in data.values():
        del part["classification_labels"]
        counts = part["text_bert"][:, 1].sum(1).astype(int)
        part["align"] = [
            [{"word": "w", "start": 0.5 * i, "end": 0.5 * i + 0.4} for i in range(n - 2)]
            for n in counts
        ]
    found = read({**data, "config": {"align": {"name": "wav2vec"}}})
    assert found.layout == "MMSA-FET"
    spans = [sample["audio"].spans for sample, _ in found.samples()][1]
    assert spans.isnan().any(1).tolist() == [True, False, False, True]
    assert spans[2].tolist() == pytest.approx([0.5, 0.9])


def test_one_clip_of_mmsa_fet_is_read(read: Callable[..., Published]) -> None:
    part = mmsa()["train"]
    clip = {name: part[name][0] for name in ("audio", "vision", "text", "text_bert")}
    found = read({**clip, "config": {}})
    assert [c.id for c in found.clips] == ["features"]
    assert found.clips[0].split is None
    assert found.tasks == {}
    assert len(rows(found)["text"][0]) == 2


def test_a_file_of_one_modality_is_read(read: Callable[..., Published]) -> None:
    data = {
        split: {name: part[name] for name in ("audio", "audio_lengths")}
        for split, part in mmsa().items()
    }
    found = read(data)
    assert list(found.modalities) == ["audio"]
    assert found.clips[4].id == "valid_0"


def test_an_empty_split_is_told(read: Callable[..., Published]) -> None:
    data = mmsa()
    data["valid"] = {name: value[:0] for name, value in data["valid"].items()}
    found = read(data)
    assert found.splits == ("train", "test")
    assert found.notes == ("Empty splits: 1 (first: valid).",)


def lose_a_label(part: dict[str, Any]) -> None:
    part["regression_labels"] = part["regression_labels"][:-1]


def lose_a_clip(part: dict[str, Any]) -> None:
    part["vision"] = part["vision"][:-1]


def flatten(part: dict[str, Any]) -> None:
    part["audio"] = part["audio"][:, 0, 0]


def tell(part: dict[str, Any]) -> None:
    part["regression_labels"] = ["good", "bad"]


def fray(part: dict[str, Any]) -> None:
    part["text"] = [[[1.0, 2.0], [3.0]], [[1.0]]]


def widen(part: dict[str, Any]) -> None:
    part["text"] = [np.ones((2, 5)), np.ones((2, 7))]


def unmask(part: dict[str, Any]) -> None:
    part["text_bert"] = part["text_bert"][:, 0, 0]


def name_it(part: dict[str, Any]) -> None:
    part["text"] = "text"


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lose_a_label, "valid: regression_labels have the shape (1,); there are 2 clips."),
        (lose_a_clip, "valid: vision has 1 entries; there are 2 clips."),
        (tell, "valid: regression_labels are not numbers."),
        (unmask, "valid: text_bert is not (clip, 3, token) numbers."),
        (name_it, "valid: text is a str; it should be an array or a list."),
    ],
)
def test_fields_that_do_not_fit_are_named(
    damage: Callable[[dict[str, Any]], None],
    message: str,
    read: Callable[..., Published],
    tmp_path: Path,
) -> None:
    data = mmsa()
    damage(data["valid"])
    with pytest.raises(DataError) as caught:
        read(data)
    assert str(caught.value) == f"{tmp_path / 'features.pkl'}, {message}"


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (fray, "text of 'vvalid$_$1' holds no numbers in rows of one length."),
        (widen, "text of 'vvalid$_$2' has the shape (2, 7); it should be (time, 5)."),
        (flatten, "audio of 'vvalid$_$1' has the shape (); it should be (time, 3)."),
    ],
)
def test_rows_that_do_not_fit_are_named(
    damage: Callable[[dict[str, Any]], None],
    message: str,
    read: Callable[..., Published],
    tmp_path: Path,
) -> None:
    data = mmsa()
    damage(data["valid"])
    with pytest.raises(DataError) as caught:
        list(read(data).samples())
    assert str(caught.value) == f"{tmp_path / 'features.pkl'}: {message}"
