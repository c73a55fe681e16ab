"""label.csv + Raw, on tiny copies of MOSI, MOSEI and CH-SIMS: ids, labels, films, bad input."""

import pickle
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tritone.core.clip import Source
from tritone.core.errors import DataError
from tritone.datasets.corpus import Corpus
from tritone.datasets.spec import read_corpus

HEADER = "video_id,clip_id,text,label,label_T,label_A,label_V,annotation,mode"
MOSI_ROWS = (
    "03bSnISJMiM,1,ANYHOW IT WAS REALLY GOOD,2.4000000953674316,,,,Positive,train",
    "03bSnISJMiM,11,I SAW IT,0.0,,,,Neutral,train",
    "-yRb-Jum7EQ,2,AWFUL,-3.0,,,,Negative,valid",
    '_dI--eQ6qVU,1,"SO, SO",-0.2,,,,Negative,test',
)
# As published: the films are called 0001.mp4, and the table has lost the zeros.
SIMS_ROWS = (
    "video_0001,1,\u6211\u4e0d\u60f3\u53bb,-0.8,0.2,-1.0,-0.6,Negative,train",
    "video_0001,2,\u597d,1.0,1,0.8,1,Positive,valid",
    "video_0002,1,\u55ef,0.0,0.0,0.0,0.0,Neutral,test",
)


def write(
    folder: Path,
    rows: Sequence[str],
    films: Sequence[str] = (),
    *,
    header: str = HEADER,
    table: str = "label.csv",
) -> Path:
    """A corpus in the layout; films are <video>/<clip> without a suffix."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / table).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    for film in films:
        file = folder / "Raw" / f"{film}.mp4"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return folder


def films_of(rows: Sequence[str], digits: int = 0) -> list[str]:
    cells = [row.split(",") for row in rows]
    return [f"{video}/{clip.zfill(digits)}" for video, clip, *_ in cells]


@pytest.fixture
def mosi(tmp_path: Path) -> Path:
    return write(tmp_path / "MOSI", MOSI_ROWS, films_of(MOSI_ROWS))


@pytest.fixture
def sims(tmp_path: Path) -> Path:
    return write(tmp_path / "SIMS", SIMS_ROWS, films_of(SIMS_ROWS, 4))


def one_row(folder: Path, *rows: str) -> Corpus:
    """A text corpus of one good row and others."""
    return read_corpus(f"mosi:{write(folder, [MOSI_ROWS[0], *rows])}")


def test_each_clip_has_its_film_as_sound_and_as_picture(mosi: Path) -> None:
    corpus = read_corpus(f"mosi:{mosi}")
    assert corpus.modalities == ("text", "audio", "vision")
    for clip in corpus.clips:
        video, name = clip.id.split("$_$")
        film = Source(mosi / "Raw" / video / f"{name}.mp4")
        assert clip.media == {"audio": film, "vision": film}
        assert (clip.start, clip.end, clip.group) == (None, None, video)
    assert corpus.notes == ()


def test_a_score_gives_valence_and_sentiment_and_zero_is_neutral(mosi: Path) -> None:
    good, seen, awful, so = read_corpus(f"mosi:{mosi}").clips
    assert good.labels == {
        "score": pytest.approx(2.4),
        "valence": pytest.approx(0.8),
        "sentiment": "positive",
    }
    assert [clip.labels["sentiment"] for clip in (seen, awful, so)] == [
        "neutral",
        "negative",
        "negative",
    ]
    assert (seen.labels["valence"], awful.labels["valence"]) == (0, -1)


def test_capitals_of_mosi_become_small_and_those_of_mosei_stay(tmp_path: Path) -> None:
    folder = write(tmp_path, ["v,1,I SAW It,1.0,,,,Positive,train"])
    assert read_corpus(f"mosi:{folder}").clips[0].text == "i saw it"
    assert read_corpus(f"mosei:{folder}").clips[0].text == "I SAW It"


def test_the_splits_are_the_shared_ones(mosi: Path) -> None:
    corpus = read_corpus(f"mosi:{mosi}")
    assert Counter(clip.split for clip in corpus.clips) == {"train": 2, "val": 1, "test": 1}
    assert [clip.id for clip in read_corpus(f"mosi:{mosi}", "dev").clips] == ["-yRb-Jum7EQ$_$2"]


def test_places_in_a_video_are_the_numbers_of_its_clips(mosi: Path) -> None:
    assert [clip.position for clip in read_corpus(f"mosi:{mosi}").clips] == [1, 11, 2, 1]


def test_what_can_be_predicted_has_the_scale_of_the_corpus(mosi: Path, sims: Path) -> None:
    assert read_corpus(f"mosi:{mosi}").scales == {"score": (-3, 3), "valence": (-1, 1)}
    corpus = read_corpus(f"sims:{sims}")
    assert next(iter(corpus.tasks)) == corpus.default_target == "sentiment"
    assert corpus.scales == dict.fromkeys(
        ["score", "valence", "score_text", "score_audio", "score_vision"], (-1, 1)
    )


def test_channels_of_sims_have_scores_of_their_own(sims: Path) -> None:
    clip = read_corpus(f"sims:{sims}").clips[0]
    assert clip.labels == {
        "score": -0.8,
        "valence": -0.8,
        "sentiment": "negative",
        "score_text": 0.2,
        "score_audio": -1.0,
        "score_vision": -0.6,
    }


def test_films_are_found_where_the_table_has_lost_the_zeros(sims: Path) -> None:
    corpus = read_corpus(f"sims:{sims}")
    assert [clip.id for clip in corpus.clips] == [
        "video_0001$_$0001",
        "video_0001$_$0002",
        "video_0002$_$0001",
    ]
    assert corpus.clips[0].media["audio"].path.name == "0001.mp4"
    assert corpus.notes == ("Clip ids that had lost their zeros: 3 (first: video_0001$_$1).",)


def test_zeros_of_an_id_are_kept(tmp_path: Path) -> None:
    row = SIMS_ROWS[0].replace(",1,", ",0001,", 1)
    corpus = read_corpus(f"sims:{write(tmp_path, [row], ['video_0001/0001'])}")
    assert (corpus.clips[0].id, corpus.notes) == ("video_0001$_$0001", ())


def test_an_id_with_zeros_has_the_first_right_to_its_film(tmp_path: Path) -> None:
    rows = [SIMS_ROWS[0], SIMS_ROWS[0].replace(",1,", ",0001,", 1)]
    clips = read_corpus(f"sims:{write(tmp_path, rows, ['video_0001/0001'])}").clips
    assert [(clip.id, bool(clip.media)) for clip in clips] == [
        ("video_0001$_$1", False),
        ("video_0001$_$0001", True),
    ]


def test_the_second_sims_may_call_its_table_meta(tmp_path: Path) -> None:
    header = HEADER.replace(",annotation", "")
    row = "aqgy4_0004,00023,\u597d,0.4,0.2,0.4,0.6,train"
    folder = write(tmp_path, [row], ["aqgy4_0004/00023"], header=header, table="meta.csv")
    clip = read_corpus(f"simsv2:{folder}").clips[0]
    assert (clip.id, clip.media["vision"].path.stem) == ("aqgy4_0004$_$00023", "00023")


@pytest.mark.parametrize("place", ["..", ".", "Raw", "label.csv"])
def test_the_folder_may_be_given_a_level_too_high_or_too_low(mosi: Path, place: str) -> None:
    assert len(read_corpus(f"mosi:{mosi / place}").clips) == 4


def test_one_corpus_among_others_is_found_by_its_name(mosi: Path, sims: Path) -> None:
    write(mosi.parent / "CH-SIMS-v2", SIMS_ROWS[:1])
    assert len(read_corpus(f"sims:{mosi.parent}").clips) == 3
    assert len(read_corpus(f"simsv2:{mosi.parent}").clips) == 1


def test_a_corpus_of_another_name_is_not_taken_for_the_one_that_is_meant(mosi: Path) -> None:
    with pytest.raises(DataError) as raised:
        read_corpus(f"sims:{mosi.parent}")
    assert str(raised.value) == (
        f"{mosi.parent} holds other corpora or several: MOSI. "
        "Give the folder of sims itself: sims:FOLDER."
    )


def test_a_folder_without_any_layout_says_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(DataError) as raised:
        read_corpus(f"simsv2:{tmp_path}")
    assert str(raised.value) == (
        f"{tmp_path} holds no simsv2. It needs label.csv or meta.csv with "
        "Raw/<video>/<clip>.mp4, or a feature file (.pkl)."
    )


@pytest.mark.parametrize("name", ["mosi", "mosei", "sims", "simsv2"])
def test_a_path_that_is_not_there_says_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError) as raised:
        read_corpus(f"{name}:{tmp_path / 'gone'}")
    assert str(raised.value) == (
        f"{tmp_path / 'gone'} does not exist. Give the folder of the corpus: {name}:FOLDER."
    )


def test_a_renamed_column_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path, MOSI_ROWS, header=HEADER.replace("clip_id", "segment"))
    with pytest.raises(DataError) as raised:
        read_corpus(f"mosi:{folder}")
    assert str(raised.value) == (
        f"{folder / 'label.csv'} lacks the column 'clip_id'. It has: "
        "video_id, segment, text, label, label_T, label_A, label_V, annotation, mode."
    )


def test_a_table_without_films_is_text_alone_and_says_so(tmp_path: Path) -> None:
    corpus = read_corpus(f"mosi:{write(tmp_path, MOSI_ROWS)}")
    assert corpus.modalities == ("text",)
    assert corpus.notes == (f"No films lie in {tmp_path / 'Raw'}: the clips are text alone.",)


def test_films_and_rows_without_each_other_are_counted(tmp_path: Path) -> None:
    films = [*films_of(MOSI_ROWS)[:2], "stranger/7", "stranger/8"]
    folder = write(tmp_path, MOSI_ROWS, films)
    (folder / "Raw" / "stranger" / "._7.mp4").touch()
    corpus = read_corpus(f"mosi:{folder}")
    assert [bool(clip.media) for clip in corpus.clips] == [True, True, False, False]
    assert corpus.notes == (
        "Utterances without a film, kept as text: 2 (first: -yRb-Jum7EQ$_$2).",
        "Films without a usable row, left out: 2 (first: stranger$_$7).",
    )


def test_neither_words_nor_film_is_no_clip(tmp_path: Path) -> None:
    rows = ["v,1,,1.0,,,,Positive,train", "v,2, ,1.0,,,,Positive,train"]
    corpus = read_corpus(f"mosi:{write(tmp_path, rows, ['v/1'])}")
    assert [(clip.id, clip.text) for clip in corpus.clips] == [("v$_$1", None)]
    assert corpus.modalities == ("audio", "vision")
    assert corpus.notes == ("1 skipped, neither text nor film (first: v$_$2).",)


@pytest.mark.parametrize(
    ("row", "note"),
    [
        ("v,1,W,good,,,,,train", "no score in [-3, 3] (first: label.csv line 3: 'good')"),
        ("v,1,W,3.5,,,,,train", "no score in [-3, 3] (first: label.csv line 3: '3.5')"),
        ("v,1,W,nan,,,,,train", "no score in [-3, 3] (first: label.csv line 3: 'nan')"),
        ("v,1,W,,,,,,train", "no score in [-3, 3] (first: label.csv line 3: '')"),
        ("v,1,W,1,,,,,extra", "no known split (first: label.csv line 3)"),
        ("v,,W,1,,,,,train", "no video or clip id (first: label.csv line 3)"),
        (
            MOSI_ROWS[0],
            "the same video and clip id stood there before "
            "(first: label.csv line 3: 03bSnISJMiM$_$1)",
        ),
    ],
)
def test_rows_that_cannot_be_used_are_counted(tmp_path: Path, row: str, note: str) -> None:
    corpus = one_row(tmp_path, row)
    assert len(corpus.clips) == 1
    assert corpus.notes[0] == f"1 skipped, {note}."


def test_an_annotation_that_the_score_contradicts_is_counted(tmp_path: Path) -> None:
    corpus = one_row(tmp_path, "v,1,W,-0.4,,,,Positive,train")
    assert corpus.clips[1].labels["sentiment"] == "negative"
    assert corpus.notes[0] == (
        "Annotations that the score contradicts; the score counts: 1 "
        "(first: label.csv line 3: positive for -0.4)."
    )


def test_a_channels_score_that_is_none_is_left_out_and_counted(tmp_path: Path) -> None:
    rows = ["v,1,W,0.4,high,-1.2,0.4,Positive,train"]
    corpus = read_corpus(f"sims:{write(tmp_path, rows, ['v/1'])}")
    assert [name for name in corpus.clips[0].labels if "_" in name] == ["score_vision"]
    assert corpus.notes == (
        "label_T that is no score in [-1, 1], left out: 1 (first: label.csv line 2: 'high').",
        "label_A that is no score in [-1, 1], left out: 1 (first: label.csv line 2: '-1.2').",
    )


def test_an_id_that_leaves_the_folder_finds_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "MOSI", ["../..,1,W,1.0,,,,,train"], ["v/1"])
    (tmp_path.parent / "1.mp4").touch()
    assert read_corpus(f"mosi:{folder}").clips[0].media == {}


@pytest.mark.parametrize("place", ["aligned_50.pkl", "."])
@pytest.mark.parametrize("name", ["mosi", "mosei", "sims", "simsv2"])
def test_a_feature_file_or_its_folder_is_read_as_one(tmp_path: Path, name: str, place: str) -> None:
    parts = {
        split: {
            "id": [f"{split}$_$1", f"{split}$_$2"],
            "raw_text": ["Good", "Bad"],
            "text": np.ones((2, 3, 5), dtype=np.float32),
            "audio": np.ones((2, 3, 4), dtype=np.float32),
            "vision": np.ones((2, 3, 6), dtype=np.float32),
            "regression_labels": np.array([0.8, -1.0], dtype=np.float32),
        }
        for split in ("train", "valid", "test")
    }
    (tmp_path / "aligned_50.pkl").write_bytes(pickle.dumps(parts))
    corpus = read_corpus(f"{name}:{tmp_path / place}", "dev")
    assert {clip.id: clip.text for clip in corpus.clips} == {
        "valid$_$1": "Good",
        "valid$_$2": "Bad",
    }
    assert (corpus.name, corpus.default_target) == (name, "sentiment")
