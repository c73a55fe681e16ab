"""The user's own table: three forms, one meaning; hostile paths, wrong cells, own classes."""

import csv
import json
from collections import defaultdict
from dataclasses import replace

import pyarrow as pa
import pytest
from pyarrow import parquet

from tritone.core.clip import Source
from tritone.core.errors import DataError
from tritone.core.task import Classes, Regression
from tritone.datasets import manifest

ROWS = [
    {
        "id": "a",
        "text": "so good",
        "video": "films/a.mp4",
        "audio": "a.wav",
        "image": "a.png",
        "start": 1.5,
        "end": 3.0,
        "speaker": "Ann",
        "position": 0,
        "emotion": "happy",
        "sentiment": "POS",
        "score": 2.5,
        "valence": 0.5,
        "score_text": 1.0,
        "split": "train",
    },
    {"id": "b", "text": "meh, \u201cwell\u201d", "emotion": "neutral", "split": "dev"},
    {"id": "c", "image": "a.png", "group": "g", "emotion": "Sadness", "split": "test"},
]
FORMS = ("csv", "jsonl", "parquet")


def write(folder, rows, form="csv", name="manifest"):
    """A manifest with these rows, and the media that the first of them names."""
    (folder / "films").mkdir(exist_ok=True)
    for media in ("films/a.mp4", "a.wav", "a.png"):
        (folder / media).touch()
    file = folder / f"{name}.{form}"
    columns = list(dict.fromkeys(column for row in rows for column in row))
    if form == "csv":
        with file.open("w", newline="", encoding="utf-8") as opened:
            writer = csv.DictWriter(opened, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
    elif form == "jsonl":
        file.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    else:
        table = pa.table({column: [row.get(column) for row in rows] for column in columns})
        parquet.write_table(table, file)
    return file


@pytest.mark.parametrize("form", FORMS)
def test_all_columns_are_read_from_every_form(tmp_path, form):
    corpus = manifest.read(write(tmp_path, ROWS, form))
    first, second, third = corpus.clips
    film = Source(tmp_path / "films" / "a.mp4")
    assert first.media == {"audio": Source(tmp_path / "a.wav"), "vision": film}
    assert (first.start, first.end, first.position) == (1.5, 3.0, 0)
    assert (first.speaker, first.group, first.split) == ("Ann", "a.wav", "train")
    assert first.labels == {
        "emotion": "joy",
        "sentiment": "positive",
        "score": 2.5,
        "valence": 0.5,
        "score_text": 1.0,
    }
    assert (second.text, second.media, second.split) == ("meh, \u201cwell\u201d", {}, "val")
    assert (third.group, third.media) == ("g", {"vision": Source(tmp_path / "a.png")})


@pytest.mark.parametrize("form", FORMS[1:])
def test_every_form_gives_the_same_corpus(tmp_path, form):
    first = manifest.read(write(tmp_path, ROWS))
    other = manifest.read(write(tmp_path, ROWS, form))
    assert other == replace(first, clips=other.clips) and other.clips == first.clips


def test_the_tasks_are_those_that_the_labels_allow(tmp_path):
    corpus = manifest.read(write(tmp_path, ROWS))
    assert corpus.tasks == {
        "emotion": Classes(("joy", "neutral", "sadness")),
        "score": Regression(-3.0, 3.0),
        "score_text": Regression(-3.0, 3.0),
        "valence": Regression(-1.0, 1.0),
    }
    assert corpus.default_target == "emotion"
    assert corpus.modalities == ("text", "audio", "vision")


def test_words_of_ones_own_are_classes_of_ones_own(tmp_path):
    rows = [
        {"text": "t", "emotion": word, "label_topic": topic}
        for word, topic in (("Zen", "b"), ("happy", "a"), ("bored", "b"))
    ]
    corpus = manifest.read(write(tmp_path, rows))
    assert corpus.classes == {"emotion": ("Zen", "bored", "joy"), "topic": ("a", "b")}
    assert "emotion has 2 words that are none of the shared ones: Zen, bored." in corpus.notes


def test_a_column_of_texts_is_no_column_of_classes(tmp_path):
    rows = [{"text": "t", "emotion": f"sentence {i}"} for i in range(501)]
    with pytest.raises(DataError) as raised:
        manifest.read(write(tmp_path, rows))
    assert str(raised.value) == (
        "The column of emotion holds 501 different words; at most 500 are taken for classes. Is "
        "it a text or a number? A number belongs into score or valence."
    )


@pytest.mark.parametrize(
    ("values", "scale", "why"),
    [
        ((0.1, -2), (-3, 3), "as MOSI's"),
        ((1, 5), (1, 5), "the lowest and highest that stand there"),
        ((-1, 80), (-1, 80), "the lowest and highest that stand there"),
        ((7, 7), (0, 7), "the lowest and highest that stand there"),
    ],
)
def test_the_scale_of_a_score_is_told(tmp_path, values, scale, why):
    corpus = manifest.read(write(tmp_path, [{"text": "t", "score": value} for value in values]))
    assert corpus.scales == {"score": scale}
    assert f"Scores are taken to be on [{scale[0]}, {scale[1]}], {why}." in corpus.notes


@pytest.mark.parametrize("form", FORMS)
def test_paths_that_leave_the_folder_are_left_out_and_counted(tmp_path, form):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.wav").touch()
    absolute = str(tmp_path / "secret.wav")
    paths = ["../secret.wav", absolute, "x/../../secret.wav", "films\\..\\a.wav", "C:/a.wav"]
    rows = [{"text": "t", "audio": path} for path in paths]
    corpus = manifest.read(write(tmp_path / "in", rows, form))
    assert all(clip.media == {} for clip in corpus.clips)
    place = "row 1" if form == "parquet" else f"line {2 if form == 'csv' else 1}"
    assert corpus.notes[0] == (
        "Paths that leave the manifest's folder, or are not written with /, left out: put the "
        f"manifest above its media: 5 (first: {place}, audio)."
    )


def test_wrong_cells_are_counted_with_their_rows(tmp_path):
    good = {"text": "t", "start": "1", "end": "2"}
    rows = [
        good | {"id": "a", "audio": "gone.wav"},
        good | {"id": "b", "start": "soon"},
        good | {"id": "c", "end": "nan"},
        good | {"id": "d", "start": "-1"},
        good | {"id": "e", "end": "0.5"},
        good | {"id": "a"},
        {"id": "g", "image": "gone.png"},
        good | {"id": "h", "score": "high", "valence": "7", "position": "1.5"},
        good | {"id": "i", "score": "inf", "valence": "-1", "position": "2.0"},
        good | {"id": "j", "split": "trial"},
    ]
    corpus = manifest.read(write(tmp_path, rows))
    assert [(clip.id, clip.position, dict(clip.labels)) for clip in corpus.clips] == [
        ("a", None, {}),
        ("h", None, {}),
        ("i", 2, {"valence": -1.0}),
    ]
    assert corpus.notes == (
        "3 skipped, start or end that is no time in seconds (first: line 3).",
        "1 skipped, an end that is not after its start (first: line 6).",
        "1 skipped, an id that stood there before (first: line 7: a).",
        "1 skipped, neither text nor a media file (first: line 8).",
        "1 skipped, a split that is none of train, val, test (first: line 11: trial).",
        "Media files that are not there: 2 (first: line 2, audio: gone.wav).",
        "Positions that are no whole number from 0, left out: 1 (first: line 9).",
        "Values of score that are no number, left out: 2 (first: line 9).",
        "Valences that are not in [-1, 1], left out: 1 (first: id h).",
        manifest.BY_HASH,
    )


def test_lines_that_are_cut_off_and_cells_that_are_lists_are_counted(tmp_path):
    file = write(tmp_path, [{"text": "t"}, {"text": ["a", "b"], "audio": "a.wav"}], "jsonl")
    with file.open("a") as opened:
        opened.write('[1]\n\n{"text": "cut o')
    assert manifest.read(file).notes[:2] == (
        "2 skipped, no JSON object, or one that is cut off (first: line 3).",
        "Cells that are neither text nor number, left out: 1 (first: line 2, text).",
    )


def test_unread_columns_are_named(tmp_path):
    notes = manifest.read(write(tmp_path, [{"Text": "t", "mood": "x", "label_score": "y"}])).notes
    assert "Columns that are not read: label_score, mood." in notes


def test_splits_of_ours_keep_groups_speakers_films_and_texts_together(tmp_path):
    rows = [{"group": f"g{i % 20}", "speaker": f"s{i}", "text": f"t{i}"} for i in range(60)]
    rows += [{"speaker": f"p{i % 20}", "text": f"t{i}"} for i in range(60)]
    rows += [{"audio": f"{i}.wav", "start": k, "end": k + 1} for i in range(20) for k in range(3)]
    rows += [{"text": text} for i in range(20) for text in (f"say {i}", f"SAY {i}!", f"say  {i}.")]
    for i in range(20):
        (tmp_path / f"{i}.wav").touch()
    corpus = manifest.read(write(tmp_path, rows))
    sides = defaultdict(set)
    for i, clip in enumerate(corpus.clips):
        text = (clip.text or "").lower().strip("!.").replace("  ", " ") if i >= 180 else ""
        sides[clip.group or clip.speaker or text].add(clip.split)
    assert len(sides) == 80
    assert {len(side) for side in sides.values()} == {1}
    assert corpus.splits == ("train", "val", "test", "all")


def test_few_speakers_still_give_something_to_test_on(tmp_path):
    rows = [{"text": f"t{i}", "speaker": f"s{i % 4}"} for i in range(12)]
    corpus = manifest.read(write(tmp_path, rows))
    assert corpus.splits == ("train", "val", "test", "all")
    assert len({(clip.speaker, clip.split) for clip in corpus.clips}) == 4


def test_rows_without_a_split_among_others_are_counted(tmp_path):
    corpus = manifest.read(write(tmp_path, [{"text": "t", "split": "test"}, {"text": "u"}]))
    assert [clip.id for clip in corpus.clips] == ["row_1"]
    assert corpus.notes == ("1 skipped, no split, as others have (first: id row_2).",)


def test_a_row_without_an_id_is_called_after_its_file(tmp_path):
    rows = [{"video": "films/a.mp4"}, {"audio": "a.wav", "start": 1.25}, {"text": "t"}]
    ids = [clip.id for clip in manifest.read(write(tmp_path, rows)).clips]
    assert ids == ["films/a", "a_1.25", "row_3"]


def test_a_folder_with_one_manifest_will_do(tmp_path):
    write(tmp_path, ROWS, "jsonl")
    assert len(manifest.read(tmp_path).clips) == 3
    write(tmp_path, ROWS, "csv")
    with pytest.raises(DataError) as raised:
        manifest.read(tmp_path)
    assert str(raised.value) == (
        f"{tmp_path} holds manifest.csv, manifest.jsonl. Give one file: manifest:FILE.csv. To "
        f"have one written: tritone init-manifest {tmp_path}"
    )


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("m.xlsx", b"PK", "{0} is no manifest by its name. Read are: .csv, .jsonl, .parquet."),
        (
            "m.csv",
            b"path;emotion\na.wav;joy\n",
            "{0} has none of the columns text, image, video, audio, openface. It has: "
            "path;emotion.",
        ),
        (
            "m.parquet",
            b"PAR1 and then nothing",
            "{0} cannot be read as Parquet: Parquet magic bytes not found in footer. Either the "
            "file is corrupted or this is not a parquet file.",
        ),
        ("m.jsonl", b"\0", "{0} is no text: it holds a zero byte. UTF-8 or cp1252 is read."),
        ("m.csv", b"text,id\n", "manifest holds no clip that can be used."),
    ],
)
def test_what_is_no_manifest_says_so(tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as raised:
        manifest.read(tmp_path / name)
    assert str(raised.value) == says.format(tmp_path / name)


def test_a_table_too_large_to_be_a_manifest_is_not_unpacked(tmp_path, monkeypatch):
    file = write(tmp_path, ROWS, "parquet")
    monkeypatch.setattr("tritone.datasets.manifest_rows.MOST_ROWS", 2)
    with pytest.raises(DataError, match=r"has 3 rows of \d+ bytes; at most 2 rows and"):
        manifest.read(file)


def test_a_small_parquet_file_that_unfolds_to_gigabytes_is_refused(tmp_path) -> None:
    word = pa.array(["y" * 1_000_000])
    places = pa.array([0] * 1000, pa.int32())
    file = tmp_path / "m.parquet"
    parquet.write_table(pa.table({"text": pa.DictionaryArray.from_arrays(places, word)}), file)
    assert file.stat().st_size < 1_000_000
    with pytest.raises(DataError) as caught:
        manifest.read(file)
    assert str(caught.value) == (f"{file} unfolds to more than 536870912 characters, at row 537.")
