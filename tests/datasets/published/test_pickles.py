"""The pickles of MulT, MultiBench, MAG, MISA, MMIM and the heirs of bc-LSTM."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tritone.core.errors import DataError
from tritone.core.task import Classes
from tritone.datasets.published.reading import read_published
from tritone.datasets.published.table import Published

Read = Callable[..., Published]
RowsOf = Callable[[Published], dict[str, list[np.ndarray]]]


def test_the_zeros_in_front_are_cut(
    mult: dict[str, Any], read_pickled: Read, rows_of: RowsOf
) -> None:
    found = rows_of(read_pickled(mult))
    assert [len(values) for values in found["text"]] == [2, 3, 4, 2, 3, 2, 3]
    assert np.array_equal(found["audio"][2], mult["train"]["audio"][2, 4:])


def test_aligned_modalities_are_cut_at_one_place(
    mult: dict[str, Any], read_pickled: Read, rows_of: RowsOf
) -> None:
    for part in mult.values():
        for name in ("audio", "vision"):
            part[name] = part[name][:, -5:]
        part["vision"][0, -2] = 0.0  # no face at the first word
    found = rows_of(read_pickled(mult))
    assert {name: len(values[0]) for name, values in found.items()} == {
        "text": 2,
        "audio": 2,
        "vision": 2,
    }


def test_an_id_of_video_start_and_end_is_read(mult: dict[str, Any], read_pickled: Read) -> None:
    found = read_pickled(mult)
    clip = found.clips[1]
    assert (clip.id, clip.group, clip.start, clip.end) == (
        "trainvid[1.5,2.5]",
        "trainvid",
        1.5,
        2.5,
    )
    assert clip.labels["score"] == 0.0
    assert found.splits == ("train", "val", "test")


def test_infinite_audio_is_zero(mult: dict[str, Any], read_pickled: Read, rows_of: RowsOf) -> None:
    mult["train"]["audio"][0, -1] = -np.inf
    found = read_pickled(mult)
    assert rows_of(found)["audio"][0][-1].tolist() == [0.0] * 3
    assert found.changes.notes == (
        "Values of audio that are infinite in the file, and 0 here: 3 "
        "(first: 'trainvid[0.5,1.5]').",
    )


def test_iemocap_names_the_one_emotion_of_four(mult: dict[str, Any], read_pickled: Read) -> None:
    for part in mult.values():
        count = len(part["labels"])
        labels = np.zeros((count, 4, 2))
        labels[:, :, 0] = 1
        labels[0, 3] = (0, 1)
        labels[1, 1:3] = (0, 1)
        part["labels"], part["id"] = labels, np.arange(count)
    found = read_pickled(mult)
    assert found.tasks == {"emotion": Classes(("neutral", "joy", "sadness", "anger"))}
    assert [clip.labels for clip in found.clips[:3]] == [{"emotion": "anger"}, {}, {}]
    assert found.clips[3].id == "valid_0"
    assert "Clips with several of the four emotions, which have no label here: 3" in found.notes[0]


@pytest.mark.parametrize(
    ("stem", "low", "target", "names"),
    [
        ("sarcasm", 0, "sarcasm", ("sincere", "sarcastic")),
        ("humor", -1, "humour", ("serious", "humorous")),
        ("ur_funny", 0, "humour", ("serious", "humorous")),
        ("other", 0, "label", ("no", "yes")),
    ],
)
def test_multibench_judgements_are_classes(
    stem: str,
    low: int,
    target: str,
    names: tuple[str, str],
    mult: dict[str, Any],
    read_pickled: Read,
) -> None:
    for split, part in mult.items():
        count = len(part["labels"])
        part["labels"] = np.where(np.arange(count) % 2, 1, low)[:, None]
        part["id"] = np.array([f"{split}x[{row}]" for row in range(count)])
    found = read_pickled(mult, stem=stem)
    assert found.tasks == {target: Classes(names)}
    first, second = found.clips[:2]
    assert (first.labels[target], second.labels[target]) == names
    assert (second.id, second.group, second.position) == ("trainx[1]", "trainx", 1)


def test_mag_words_are_text_without_pauses(
    mag: dict[str, Any], read_pickled: Read, rows_of: RowsOf
) -> None:
    found = read_pickled(mag)
    clip = found.clips[1]
    assert (clip.id, clip.text, clip.group, clip.position) == (
        "trainv[1]",
        "good film",
        "trainv",
        1,
    )
    assert clip.labels["score"] == 0.5
    assert [c.split for c in found.clips] == ["train"] * 4 + ["val"] * 2 + ["test"] * 3
    (_, vision, audio), _, _ = mag["train"][1]
    rows = rows_of(found)
    assert np.array_equal(rows["vision"][1], vision.astype(np.float32))
    assert np.array_equal(rows["audio"][1], audio.astype(np.float32))


@pytest.fixture
def misa(mag: dict[str, Any], tmp_path: Path) -> Path:
    """A folder of MISA's pickles, with the words' ids, and their vectors beside them."""
    ids = {"good": 2, "sp": 0, "film": 4}
    for split, rows in mag.items():
        listed = [
            ((np.array([ids[word] for word in words]), vision, audio, words), label, segment)
            for (words, vision, audio), label, segment in rows
        ]
        (tmp_path / f"{split}.pkl").write_bytes(pickle.dumps(listed))
    return tmp_path


def test_misa_words_become_their_vectors(misa: Path, rows_of: RowsOf) -> None:
    vectors = torch.arange(10.0).reshape(5, 2)
    torch.save((vectors, {"good": 2, "sp": 0, "film": 4}), misa / "embedding_and_mapping.pt")
    found = read_published(misa)
    assert found.layout == "MISA"
    assert rows_of(found)["text"][1].tolist() == [[4.0, 5.0], [0.0, 1.0], [8.0, 9.0]]
    assert [source.name for source in found.sources] == [
        "train.pkl",
        "dev.pkl",
        "test.pkl",
        "embedding_and_mapping.pt",
    ]


def test_misa_is_read_without_vectors_too(misa: Path) -> None:
    found = read_published(misa)
    assert list(found.modalities) == ["audio", "vision"]
    assert found.clips[0].text == "good"


class Harm:
    """Unpickles as a call of print."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return print, ("harm",)


def test_vectors_that_want_more_are_not_run(misa: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.save((torch.ones(5, 2), Harm()), misa / "embedding_and_mapping.pt")
    found = read_published(misa)
    assert capsys.readouterr().out == ""
    assert found.notes == (
        "Files of word vectors that hold more than numbers, and are not read: 1 "
        "(first: embedding_and_mapping.pt).",
    )


def test_word_ids_beyond_the_vectors_are_named(misa: Path) -> None:
    torch.save((torch.ones(3, 2), {}), misa / "embedding_and_mapping.pt")
    with pytest.raises(DataError) as caught:
        read_published(misa)
    assert str(caught.value) == ("'trainv[1]' has word ids that the 3 word vectors do not hold.")


def test_an_utterance_of_another_form_is_named(mag: dict[str, Any], read_pickled: Read) -> None:
    mag["dev"][1] = (["good"], 1.5)
    with pytest.raises(DataError) as caught:
        read_pickled(mag)
    assert str(caught.value).endswith(
        "features.pkl, dev 1 is a tuple of 2; "
        "it should be ((words, vision, audio), label, segment)."
    )


def test_iemocap_dialogues_keep_their_order_speakers_and_six_classes(
    iemocap: tuple[Any, ...], read_pickled: Read, rows_of: RowsOf
) -> None:
    found = read_pickled(iemocap, protocol=2)
    clip = found.clips[1]
    assert clip.id == "Ses01F_impro01_F001"
    assert (clip.group, clip.position, clip.speaker) == ("Ses01F_impro01", 1, "Ses01_M")
    assert (clip.text, clip.labels, clip.split) == (
        "I said 1.",
        {"emotion6": "frustration"},
        "train",
    )
    assert [c.split for c in found.clips] == ["train"] * 5 + ["test"] * 4
    rows = rows_of(found)
    for name, feature in zip(("text", "audio", "vision"), iemocap[3:6], strict=True):
        assert np.array_equal(rows[name][1][0], feature["Ses01F_impro01"][1].astype(np.float32))


def test_meld_has_emotions_and_sentiments(meld: tuple[Any, ...], read_pickled: Read) -> None:
    found = read_pickled(meld)
    assert list(found.modalities) == ["text", "audio"]
    assert list(found.tasks) == ["emotion", "sentiment"]
    clip = found.clips[-2]
    assert (clip.id, clip.split, clip.speaker) == ("1039_0", "test", "speaker_0")
    assert clip.labels == {"emotion": "anger", "sentiment": "negative"}


def test_a_dialogue_without_features_is_left_out(meld: tuple[Any, ...], read_pickled: Read) -> None:
    del meld[4][1]
    found = read_pickled(meld)
    assert len(found.clips) == 4
    assert found.notes == ("Dialogues without features, left out: 1 (first: 1).",)


def test_dialogues_of_unequal_length_are_named(meld: tuple[Any, ...], read_pickled: Read) -> None:
    meld[4][1].pop()
    with pytest.raises(DataError) as caught:
        read_pickled(meld)
    assert str(caught.value).endswith(
        "features.pkl, train: 5 utterances, but features {'text': 5, 'audio': 4}."
    )


def test_an_entry_that_lacks_an_utterance_is_named(
    meld: tuple[Any, ...], read_pickled: Read
) -> None:
    meld[5][1].pop()
    with pytest.raises(DataError) as caught:
        read_pickled(meld)
    assert str(caught.value).endswith("features.pkl: dialogue 1 has no entry 2 everywhere.")


def test_classes_beyond_the_emotions_are_named(meld: tuple[Any, ...], read_pickled: Read) -> None:
    meld[2][0][0] = 7
    with pytest.raises(DataError) as caught:
        read_pickled(meld)
    assert str(caught.value).endswith("features.pkl: labels of a dialogue are beyond 0 to 6.")
