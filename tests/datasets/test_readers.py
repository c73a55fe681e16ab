"""Readers of corpora, on tiny corpora of the published layouts."""

import zipfile
from collections import Counter

import numpy as np
import pytest

from tritone.core.clip import Source
from tritone.core.errors import DataError, RecipeError, UnknownName
from tritone.core.labels import CLASSES
from tritone.datasets.spec import parse_spec, read_corpus

MELD_HEADER = (
    "Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode,"
    "StartTime,EndTime\r\n"
)


def write_emotions(folder):
    (folder / "train.txt").write_text("i feel fine;joy\ni feel; so; low;sadness\n")
    (folder / "val.txt").write_text("i am cross;anger\n")
    return f"emotions:{folder}"


def write_meld(folder):
    rows = '1,"No, I\u2019m fine.",Ross,joy,positive,0,0,1,1,"00:00:01,000","00:00:02,000"\r\n'
    rows += "2,What?,Monica,surprise,negative,0,1,1,1,,\r\n"
    (folder / "dev_sent_emo.csv").write_bytes((MELD_HEADER + rows).encode())
    return f"meld:{folder}"


def write_ravdess(folder):
    for actor in (1, 17, 21):
        below = folder / "audio" / f"Actor_{actor:02}"
        below.mkdir(parents=True)
        (below / f"03-01-05-01-01-01-{actor:02}.wav").touch()
    (folder / "audio" / "03-01-02-02-02-01-01.FLAC").touch()
    return f"ravdess:{folder}"


def write_faces(folder):
    for split, name in (("train", "happy"), ("val", "happy"), ("val", "fearful")):
        (folder / split / name).mkdir(parents=True)
        (folder / split / name / "1.png").touch()
    return f"faces:{folder}"


def write_mosi(folder, **changes):
    arrays = {
        "id": np.array(["v1_1", "v1_2", "v2_1"]),
        "video": np.array(["v1", "v1", "v2"]),
        "transcript": np.array(["IT WAS GREAT", "IT WAS A FILM", "AWFUL"]),
        "y_cont": np.array([2.4, 0.0, -3.0], dtype=np.float32),
        "split": np.array(["train", "dev", "dev"]),
    }
    np.savez(folder / "mosi.npz", **{**arrays, **changes})
    return f"mosi:{folder / 'mosi.npz'}"


WRITERS = [write_emotions, write_meld, write_ravdess, write_faces, write_mosi]


@pytest.fixture(params=WRITERS, ids=lambda writer: writer.__name__.removeprefix("write_"))
def spec(request, tmp_path):
    return request.param(tmp_path)


def test_ids_are_unique_and_labels_are_of_the_classes(spec):
    corpus = read_corpus(spec)
    assert max(Counter(clip.id for clip in corpus.clips).values()) == 1
    for clip in corpus.clips:
        assert corpus.default_target in clip.labels
        if "emotion" in clip.labels:
            assert clip.labels["emotion"] in corpus.classes["emotion"]


def test_the_splits_part_the_whole(spec):
    whole = read_corpus(spec, "all")
    parts = [read_corpus(spec, split) for split in whole.splits if split != "all"]
    assert sorted(c.id for part in parts for c in part.clips) == sorted(c.id for c in whole.clips)
    assert len({part.classes[t] for part in parts for t in part.classes}) == len(whole.classes)


def test_every_clip_gives_the_channels_of_its_corpus(spec):
    corpus = read_corpus(spec)
    for clip in corpus.clips:
        given = {*clip.media, *(["text"] if clip.text is not None else [])}
        assert given == set(corpus.modalities)


@pytest.mark.parametrize("word", ["val", "dev", "valid", "validation", "Dev"])
def test_the_other_names_of_val_are_read(spec, word):
    assert {clip.split for clip in read_corpus(spec, word).clips} == {"val"}


def test_an_absent_split_lists_those_present(tmp_path):
    with pytest.raises(DataError) as raised:
        read_corpus(write_emotions(tmp_path), "test")
    assert str(raised.value) == (
        f"{tmp_path}: emotions has no split 'test' here. Present: train, val, all."
    )


def test_an_unknown_split_lists_those_known(tmp_path):
    with pytest.raises(DataError) as raised:
        read_corpus(write_emotions(tmp_path), "tset")
    assert str(raised.value) == ("No split is named 'tset'. Known: train, val, test (dev is val).")


def test_an_unknown_corpus_offers_the_nearest():
    with pytest.raises(UnknownName, match=r"No dataset is named 'ravdes'\. Did you mean 'ravdess'"):
        parse_spec("ravdes:data")


@pytest.mark.parametrize("spec", ["data/emotions", "emotions:", ":data"])
def test_a_spec_names_a_corpus_and_a_path(spec):
    with pytest.raises(RecipeError, match=r"does not say what it is\. Write it as name:path"):
        parse_spec(spec)


@pytest.mark.parametrize("name", ["emotions", "meld", "ravdess", "faces", "mosi"])
def test_what_is_not_there_says_so(tmp_path, name):
    with pytest.raises(DataError, match="does not exist"):
        read_corpus(f"{name}:{tmp_path / 'gone'}")


@pytest.mark.parametrize("name", ["emotions", "meld", "ravdess", "faces", "mosi"])
def test_an_empty_folder_says_what_should_be_in_it(tmp_path, name):
    with pytest.raises(DataError, match=r"(holds no|holds 0)"):
        read_corpus(f"{name}:{tmp_path}")


def test_a_tweet_is_split_at_its_last_semicolon(tmp_path):
    clip = read_corpus(write_emotions(tmp_path), "train").clips[1]
    assert (clip.text, clip.labels) == ("i feel; so; low", {"emotion": "sadness"})


def test_tweets_are_read_from_tables_too(tmp_path):
    (tmp_path / "validation.csv").write_text('text,label\n"fine, really",1\nlow,sadness\n')
    clips = read_corpus(f"emotions:{tmp_path}", "val").clips
    assert [(c.text, c.labels["emotion"]) for c in clips] == [
        ("fine, really", "joy"),
        ("low", "sadness"),
    ]


def test_a_small_excerpt_is_judged_on_all_classes_of_its_corpus(tmp_path):
    assert read_corpus(write_emotions(tmp_path)).classes["emotion"] == CLASSES["emotions"]


def test_rows_that_cannot_be_used_are_counted(tmp_path):
    (tmp_path / "train.txt").write_text("fine;joy\nno label\n;joy\nodd;bored\n\n")
    corpus = read_corpus(f"emotions:{tmp_path}")
    assert len(corpus.clips) == 1
    assert corpus.notes == (
        "2 skipped, no known emotion (first: train.txt line 2).",
        "1 skipped, no text (first: train.txt line 3).",
    )


def test_a_corpus_without_one_usable_row_says_why(tmp_path):
    (tmp_path / "train.txt").write_text("fine;bored\n")
    with pytest.raises(DataError) as raised:
        read_corpus(f"emotions:{tmp_path}")
    assert str(raised.value) == (
        f"{tmp_path}: emotions holds no clip that can be used. "
        "1 skipped, no known emotion (first: train.txt line 1)."
    )


def test_a_binary_file_is_no_table(tmp_path):
    (tmp_path / "train.txt").write_bytes(b"\x00\x01\x02")
    with pytest.raises(DataError, match="is no text: it holds a zero byte"):
        read_corpus(f"emotions:{tmp_path}")


def test_dialogues_are_groups_and_utterances_positions(tmp_path):
    first, second = read_corpus(write_meld(tmp_path), "dev").clips
    assert (first.group, first.position, first.speaker) == ("val_dia0", 0, "Ross")
    assert (second.position, second.labels["sentiment"]) == (1, "negative")
    assert first.text == "No, I\u2019m fine."


@pytest.mark.parametrize(
    "data",
    ["I\u2019m".encode("cp1252"), "I\u2019m".encode(), b"I\xc2\x92m", "\ufeffI\u2019m".encode()],
)
def test_a_curly_apostrophe_survives_each_encoding_it_is_published_in(tmp_path, data):
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    row = b"1," + data.removeprefix(mark) + b",Ross,joy,positive,0,0,1,1,,\r\n"
    (tmp_path / "dev_sent_emo.csv").write_bytes(mark + MELD_HEADER.encode() + row)
    assert read_corpus(f"meld:{tmp_path}").clips[0].text == "I\u2019m"


def test_a_table_without_a_column_says_which(tmp_path):
    (tmp_path / "dev_sent_emo.csv").write_text("Utterance,Emotion\nhi,joy\n")
    with pytest.raises(DataError, match="lacks the column 'Sentiment'"):
        read_corpus(f"meld:{tmp_path}")


def test_dialogue_rows_without_numbers_or_labels_are_counted(tmp_path):
    rows = "1,hi,Ross,joy,positive,x,0\n2,hi,Ross,bored,positive,0,0\n3,,Ross,joy,positive,0,0\n"
    rows += "4,hi,Ross,joy,positive,0,1\n5,hi,Ross,joy,positive,0,1\n"
    (tmp_path / "dev_sent_emo.csv").write_text(MELD_HEADER.replace("\r", "") + rows)
    corpus = read_corpus(f"meld:{tmp_path}")
    assert len(corpus.clips) == 1
    assert [note.split(" ")[0] for note in corpus.notes] == ["2", "1", "1"]


def test_actors_decide_the_split_and_group(tmp_path):
    corpus = read_corpus(write_ravdess(tmp_path))
    assert {clip.group: clip.split for clip in corpus.clips} == {
        "actor_01": "train",
        "actor_17": "val",
        "actor_21": "test",
    }
    assert {clip.labels["emotion"] for clip in corpus.clips} == {"anger", "calm"}


def test_songs_copies_and_strangers_are_counted(tmp_path):
    write_ravdess(tmp_path)
    (tmp_path / "03-02-02-01-01-01-01.wav").touch()
    (tmp_path / "03-01-05-01-01-01-17.wav").touch()
    (tmp_path / "noise.wav").touch()
    notes = read_corpus(f"ravdess:{tmp_path}").notes
    assert any("song, not speech" in note for note in notes)
    assert any("another file has the same name" in note for note in notes)
    assert any("not named by RAVDESS's code (first: noise.wav)" in note for note in notes)


def test_metadata_decides_the_split_where_it_is_there(tmp_path):
    spec = write_ravdess(tmp_path)
    (tmp_path / "metadata.csv").write_text(
        "path,split\naudio/Actor_01/03-01-05-01-01-01-01.wav,dev\n"
    )
    assert {c.group for c in read_corpus(spec, "val").clips} == {"actor_01", "actor_17"}


def test_classes_of_faces_are_those_held_in_any_split(tmp_path):
    corpus = read_corpus(write_faces(tmp_path), "train")
    assert len(corpus.clips) == 1
    assert corpus.classes["emotion"] == ("fear", "joy")


def write_zip(folder, names, members=None):
    rows = "".join(f"{name},happy,val\n" for name in names)
    (folder / "metadata.csv").write_text("path,emotion,split\n" + rows)
    with zipfile.ZipFile(folder / "images.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (members or dict.fromkeys(names, b"png")).items():
            archive.writestr(name, data)
    return f"faces:{folder}"


def test_faces_are_read_from_an_archive(tmp_path):
    clip = read_corpus(write_zip(tmp_path, ["val/happy/1.png"]), "val").clips[0]
    assert clip.media == {"vision": Source(tmp_path / "images.zip", "val/happy/1.png")}


def test_members_that_leave_or_burst_are_skipped(tmp_path):
    names = ["ok.png", "../out.png", "/etc/passwd", "C:/x.png", "a\\..\\b.png", "bomb.png"]
    members = {"ok.png": b"png", "../out.png": b"x", "bomb.png": bytes(2**20)}
    corpus = read_corpus(write_zip(tmp_path, [*names, "gone.png", "ok.png"], members))
    assert [clip.id for clip in corpus.clips] == ["ok.png"]
    counts = {note.split(", ")[1].split(" (")[0]: int(note.split()[0]) for note in corpus.notes}
    assert counts == {
        "a path that leaves the corpus": 5,
        "no such picture": 1,
        "a path that stood there before": 1,
    }


def test_an_archive_that_is_none_says_so(tmp_path):
    spec = write_zip(tmp_path, ["1.png"])
    (tmp_path / "images.zip").write_bytes(b"not a zip")
    with pytest.raises(DataError, match="cannot be read as a zip archive"):
        read_corpus(spec)


def test_a_class_of_no_shared_emotion_is_left_out(tmp_path):
    spec = write_faces(tmp_path)
    (tmp_path / "val" / "contempt").mkdir()
    (tmp_path / "val" / "contempt" / "1.png").touch()
    corpus = read_corpus(spec)
    assert len(corpus.clips) == 3
    assert "class 'contempt' in split 'val' is not known" in corpus.notes[0]


def test_mosi_gives_words_in_small_letters_and_two_labels(tmp_path):
    great, film, awful = read_corpus(write_mosi(tmp_path)).clips
    assert great.text == "it was great"
    assert great.labels == {"sentiment": "positive", "valence": pytest.approx(0.8)}
    assert film.labels == {"sentiment": "neutral", "valence": 0}
    assert (awful.labels["valence"], awful.group) == (-1, "v2")


def test_mosi_does_not_open_pickles(tmp_path):
    spec = write_mosi(tmp_path, transcript=np.array(["A", "B", None], dtype=object))
    with pytest.raises(DataError, match=r"cannot be read as \.npz without pickle"):
        read_corpus(spec)


def test_mosi_names_the_array_that_is_lacking(tmp_path):
    np.savez(tmp_path / "mosi.npz", transcript=np.array(["A"]), split=np.array(["dev"]))
    with pytest.raises(DataError, match="lacks the array 'y_cont'"):
        read_corpus(f"mosi:{tmp_path}")


def test_mosi_counts_rows_without_a_score_or_text(tmp_path):
    spec = write_mosi(
        tmp_path, y_cont=np.array([np.nan, 7, 1]), transcript=np.array(["A", "B", ""])
    )
    with pytest.raises(DataError, match=r"2 skipped, no score in \[-3, 3\] \(first: row 0\)\."):
        read_corpus(spec)


def test_a_file_that_is_no_archive_of_arrays_says_so(tmp_path):
    (tmp_path / "mosi.npz").write_bytes(b"PK")
    with pytest.raises(DataError, match=r"cannot be read as \.npz"):
        read_corpus(f"mosi:{tmp_path / 'mosi.npz'}")
