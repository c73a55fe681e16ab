"""Folders of faces in every layout, FER2013 as published, and tweets in one table."""

import zipfile
from collections import defaultdict

import numpy as np
import pytest
from PIL import Image

from tritone.core.errors import DataError
from tritone.datasets import emotions, faces


def touch(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def write_classes(folder):
    """AKSNAZAR as it unpacks: one folder too many, a folder for each class."""
    names = [f"aksnazar/{c}/{i}.jpg" for c in ("happy", "Sad", "ANGRY") for i in range(20)]
    return touch(folder, *names)


def write_ck_plus(folder):
    """Three frames of each person and class; contempt is none of the shared emotions."""
    return touch(
        folder,
        *(
            f"CK+48/{c}/S{person:03}_00{i}_000000{frame:02}.png"
            for i, c in enumerate(("anger", "happy", "contempt"))
            for person in range(1, 31)
            for frame in (10, 11, 12)
        ),
    )


@pytest.mark.parametrize("write", [write_classes, write_ck_plus])
def test_folders_without_splits_are_parted_by_a_hash_that_is_told(tmp_path, write):
    corpus = faces.read(write(tmp_path))
    assert corpus.splits == ("train", "val", "test", "all")
    assert corpus.notes[-1] == faces.BY_HASH
    assert [c.split for c in corpus.clips] == [c.split for c in faces.read(tmp_path).clips]


def test_a_person_of_ck_plus_stays_within_one_split(tmp_path):
    corpus = faces.read(write_ck_plus(tmp_path))
    sides = defaultdict(set)
    for clip in corpus.clips:
        assert clip.group == clip.speaker
        sides[clip.group].add(clip.split)
    assert len(sides) == 30
    assert {len(side) for side in sides.values()} == {1}
    assert corpus.notes[0] == (
        "90 skipped, class 'contempt' is not known (first: CK+48/contempt/S001_002_00000010.png)."
    )


def test_one_name_in_two_classes_stays_within_one_split(tmp_path):
    sides = defaultdict(set)
    for clip in faces.read(write_classes(tmp_path)).clips:
        sides[clip.id.rpartition("/")[2]].add(clip.split)
    assert {len(side) for side in sides.values()} == {1}


def test_classes_are_those_of_the_folders(tmp_path):
    assert faces.read(write_classes(tmp_path)).classes["emotion"] == ("anger", "joy", "sadness")


def test_pictures_out_of_place_are_counted(tmp_path):
    touch(tmp_path, "train/happy/1.png", "test/sad/1.png", "happy/2.png", "3.png", "train/4.png")
    touch(tmp_path, "train/happy/._1.png", "train/happy/notes.txt")
    assert faces.read(tmp_path).notes == (
        "2 skipped, not in the folder of a class (first: 3.png).",
        "1 skipped, not in the folder of a split, as others are (first: happy/2.png).",
    )


def test_a_table_without_splits_is_parted_too(tmp_path):
    touch(tmp_path, "a.png", "b.png")
    (tmp_path / "metadata.csv").write_text("path,emotion\na.png,happy\nb.png,sad\n")
    corpus = faces.read(tmp_path)
    assert corpus.notes == (faces.BY_HASH,)
    assert all(clip.split for clip in corpus.clips)


def test_a_folder_without_pictures_names_the_layouts(tmp_path):
    with pytest.raises(DataError) as raised:
        faces.read(tmp_path)
    assert str(raised.value) == (
        f"{tmp_path} holds no pictures as <split>/<class>/*.png or <class>/*.png, no "
        "metadata.csv (path, emotion, split) with images.zip, and no fer2013.csv."
    )


PIXELS = np.arange(48 * 48).reshape(48, 48).astype(np.uint8)


def write_fer2013(folder, extra="", header="emotion,pixels,Usage"):
    """The published table, in the column order of the challenge."""
    rows = [(0, PIXELS, "Training"), (3, PIXELS.T, "PublicTest"), (6, 255 - PIXELS, "PrivateTest")]
    lines = [f"{e},{' '.join(map(str, p.ravel()))},{usage}\n" for e, p, usage in rows]
    (folder / "fer2013.csv").write_text(f"{header}\n" + "".join(lines) + extra)
    return folder


def test_the_pixels_of_fer2013_come_through_whole(tmp_path):
    corpus = faces.read(write_fer2013(tmp_path))
    assert [(c.split, c.labels["emotion"]) for c in corpus.clips] == [
        ("train", "anger"),
        ("val", "joy"),
        ("test", "neutral"),
    ]
    for clip, pixels in zip(corpus.clips, (PIXELS, PIXELS.T, 255 - PIXELS), strict=True):
        source = clip.media["vision"]
        with zipfile.ZipFile(source.path) as archive, archive.open(source.member or "") as file:
            np.testing.assert_array_equal(np.asarray(Image.open(file)), pixels)
    assert corpus.notes == (
        "The pixels of fer2013.csv stand as pictures in fer2013.zip beside it.",
    )


def test_the_pictures_of_fer2013_are_written_once_and_anew_when_the_table_changes(tmp_path):
    faces.read(write_fer2013(tmp_path))
    first = (tmp_path / "fer2013.zip").stat().st_mtime_ns
    faces.read(tmp_path)
    assert (tmp_path / "fer2013.zip").stat().st_mtime_ns == first
    more = f"5,{' '.join(['7'] * 2304)},Training\n"
    assert len(faces.read(write_fer2013(tmp_path, more)).clips) == 4


def test_faces_that_are_not_whole_are_counted(tmp_path):
    wrong = (
        f"3,1 2 3,Training\n3,{' '.join(['300'] * 2304)},Training\n7,1,Training\n3,x,Validation\n"
    )
    corpus = faces.read(write_fer2013(tmp_path, wrong))
    assert len(corpus.clips) == 3
    assert corpus.notes[:2] == (
        "2 skipped, not 48 x 48 pixels of 0..255 (first: fer2013.csv line 5).",
        "2 skipped, no known emotion or usage (first: fer2013.csv line 7).",
    )


def test_the_kaggle_table_with_spaces_in_its_header_is_read(tmp_path):
    write_fer2013(tmp_path, header="emotion, pixels, Usage")
    assert len(faces.read(tmp_path).clips) == 3


def test_a_table_of_faces_without_pixels_says_so(tmp_path):
    (tmp_path / "fer2013.csv").write_text("emotion,Usage\n0,Training\n")
    with pytest.raises(DataError) as raised:
        faces.read(tmp_path)
    assert str(raised.value) == (
        f"{tmp_path / 'fer2013.csv'} lacks the column 'pixels'. It has: emotion, Usage."
    )
    assert not (tmp_path / "fer2013.zip").exists()


def test_a_stranger_in_the_place_of_the_pictures_is_left_alone(tmp_path):
    write_fer2013(tmp_path)
    (tmp_path / "fer2013.zip").write_bytes(b"somebody's")
    with pytest.raises(DataError) as raised:
        faces.read(tmp_path)
    assert str(raised.value) == (
        f"{tmp_path / 'fer2013.zip'} was not made from fer2013.csv, and the pictures of it "
        "would stand there. Move one of them to another folder."
    )
    assert (tmp_path / "fer2013.zip").read_bytes() == b"somebody's"


def write_kaggle(folder, name="text.csv"):
    """An index without a name, text, label as a number; near the end all tweets once more."""
    rows = [f"{i},i feel number {i},{i % 6}" for i in range(60)]
    rows += [f'{60 + i},"I feel,  number {i}!",{i % 6}' for i in range(60)]
    rows += ["120,,1", "121,so so,9"]
    (folder / name).write_text(",text,label\n" + "\n".join(rows) + "\n")
    return folder


@pytest.mark.parametrize("name", ["text.csv", "emotions 416k.csv"])
def test_one_table_of_tweets_is_parted_by_what_they_say(tmp_path, name):
    corpus = emotions.read(write_kaggle(tmp_path, name))
    assert corpus.splits == ("train", "val", "test", "all")
    assert corpus.notes == (
        f"1 skipped, no text (first: {name} line 122).",
        f"1 skipped, no known emotion (first: {name} line 123).",
        emotions.BY_HASH,
    )
    sides = [clip.split for clip in corpus.clips]
    assert sides[:60] == sides[60:]


def test_numbers_are_read_in_the_order_of_the_corpus(tmp_path):
    clips = emotions.read(write_kaggle(tmp_path)).clips[:6]
    assert [clip.labels["emotion"] for clip in clips] == [
        "sadness",
        "joy",
        "love",
        "anger",
        "fear",
        "surprise",
    ]


def test_files_of_splits_win_over_a_table_of_all(tmp_path):
    write_kaggle(tmp_path)
    (tmp_path / "training.csv").write_text("text,label\nfine,1\n")
    corpus = emotions.read(tmp_path)
    assert (len(corpus.clips), corpus.notes) == (1, ())


def test_two_tables_without_splits_are_one_too_many(tmp_path):
    write_kaggle(tmp_path)
    write_kaggle(tmp_path, "more.csv")
    with pytest.raises(DataError) as raised:
        emotions.read(tmp_path)
    assert str(raised.value) == (
        f"{tmp_path} holds none of train.txt, val.txt, test.txt (text;label), and 2 CSV files "
        "where one of all tweets would do."
    )
