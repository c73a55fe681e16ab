"""MVSA-Single and -Multiple as published, and in one table with an archive."""

import zipfile
from collections import Counter

import pytest

from tritone.core.clip import Source
from tritone.core.errors import DataError
from tritone.datasets import mvsa, mvsa_multiple

SENTIMENTS = ("negative", "neutral", "positive")
SINGLE = {  # id to the judgements of words and picture, and what the usual rule makes of them
    "1": ("positive,positive", "positive"),
    "2": ("neutral,positive", "positive"),
    "3": ("negative,neutral", "negative"),
    "4": ("neutral,neutral", "neutral"),
    "6": ("positive,negative", None),
}


def write_published(folder, rows, header="ID\ttext,image", root="MVSA_Single"):
    """The published tree: tab after the id, ids with gaps, tweets that are not all UTF-8."""
    data = folder / root / "data"
    data.mkdir(parents=True)
    for number in rows:
        (data / f"{number}.jpg").write_bytes(b"\xff\xd8\xff")
        (data / f"{number}.txt").write_bytes(f"tweet {number}: caf\u00e9\n".encode("latin-1"))
    lines = [f"{number}\t{cells}\r\n" for number, cells in rows.items()]
    (data.parent / "labelResultAll.txt").write_text(f"{header}\r\n" + "".join(lines))
    return folder


def write_single(folder, **more):
    return write_published(folder, {name: cells for name, (cells, _) in SINGLE.items()} | more)


def test_the_usual_rule_lets_the_neutral_side_give_way(tmp_path):
    corpus = mvsa.read(write_single(tmp_path))
    assert {clip.id: clip.labels["sentiment"] for clip in corpus.clips} == {
        name: label for name, (_, label) in SINGLE.items() if label
    }
    assert corpus.notes == (
        f"Rule 'usual': {mvsa.RULES['usual']}.",
        "1 skipped, positive against negative (first: labelResultAll.txt line 6).",
        mvsa.BY_TEXT,
    )


def test_the_other_rule_keeps_equal_judgements_alone(tmp_path):
    corpus = mvsa.read(write_single(tmp_path), rule="equal")
    assert [clip.id for clip in corpus.clips] == ["1", "4"]
    assert corpus.notes[1:3] == (
        "2 skipped, neutral against another (first: labelResultAll.txt line 3).",
        "1 skipped, positive against negative (first: labelResultAll.txt line 6).",
    )


@pytest.mark.parametrize("text", SENTIMENTS)
@pytest.mark.parametrize("picture", SENTIMENTS)
def test_the_rules_do_not_care_which_side_says_what(text, picture):
    for rule in mvsa.RULES:
        assert mvsa.combined(text, picture, rule) == mvsa.combined(picture, text, rule)
        assert mvsa.combined(text, picture, rule) in (text, picture, None)


def test_each_channel_keeps_its_own_judgement(tmp_path):
    clip = mvsa.read(write_single(tmp_path)).clips[2]
    assert clip.labels == {
        "sentiment": "negative",
        "sentiment_text": "negative",
        "sentiment_vision": "neutral",
    }
    assert clip.text == "tweet 3: caf\u00e9"
    assert clip.media == {"vision": Source(tmp_path / "MVSA_Single" / "data" / "3.jpg")}


MULTIPLE = {
    "1": "positive,positive\tpositive,neutral\tnegative,neutral",
    "2": "positive,neutral\tnegative,neutral\tneutral,neutral",
    "3": "positive,negative\tpositive,negative\tpositive,negative",
    "5": "neutral,negative\tneutral,negative\tpositive,positive",
}


def test_of_three_judges_the_majority_counts_first(tmp_path):
    header = "id\ttext,image\ttext,image\ttext,image"
    corpus = mvsa_multiple.read(write_published(tmp_path, MULTIPLE, header, "MVSA"))
    assert {clip.id: clip.labels for clip in corpus.clips} == {
        "1": {
            "sentiment": "positive",
            "sentiment_text": "positive",
            "sentiment_vision": "neutral",
        },
        "5": {
            "sentiment": "negative",
            "sentiment_text": "neutral",
            "sentiment_vision": "negative",
        },
    }
    assert corpus.notes[1:3] == (
        "1 skipped, three judges with three opinions of the words or of the picture (first: "
        "labelResultAll.txt line 3).",
        "1 skipped, positive against negative (first: labelResultAll.txt line 4).",
    )
    assert corpus.name == "mvsa_multiple"


def test_near_same_tweets_are_in_one_group_and_one_split(tmp_path):
    write_published(tmp_path, {str(i): "neutral,neutral" for i in range(60)})
    data = tmp_path / "MVSA_Single" / "data"
    for i in range(30):
        (data / f"{i}.txt").write_text(f"Saying {i} #now http://t.co/{i}")
        (data / f"{i + 30}.txt").write_text(f"RT @you{i}: saying  {i}, NOW!")
    clips = mvsa.read(tmp_path).clips
    groups = Counter(clip.group for clip in clips)
    assert set(groups.values()) == {2}
    assert len({(clip.group, clip.split) for clip in clips}) == 30
    assert {clip.split for clip in clips} == {"train", "val", "test"}


def test_tweets_that_cannot_be_used_are_counted(tmp_path):
    write_single(
        tmp_path, **{"7": "positive", "8": "good,bad", "9": "positive,positive", "x": "a,b"}
    )
    root = tmp_path / "MVSA_Single"
    for name in ("7", "8"):
        assert (root / "data" / f"{name}.jpg").exists()
    (root / "data" / "9.jpg").unlink()
    (root / "data" / "1.txt").write_bytes(b"\0\0")
    (root / "data" / "2.txt").unlink()
    (root / "data" / "3.txt").write_text("x" * 70_000)
    with (root / "labelResultAll.txt").open("a") as file:
        file.write("4\tneutral,neutral\n\n")
    assert mvsa.read(tmp_path).notes[1:-1] == (
        "3 skipped, no text (first: labelResultAll.txt line 2).",
        "1 skipped, positive against negative (first: labelResultAll.txt line 6).",
        "2 skipped, not 1 known judgements of words and picture (first: labelResultAll.txt "
        "line 7).",
        "1 skipped, no such picture (first: labelResultAll.txt line 9).",
        "2 skipped, no number of its own (first: labelResultAll.txt line 10).",
    )


def write_table(folder, header="id,image,sentiment,split,text", rows=None):
    rows = rows or ["7,7.jpg,positive,train,so good", '8,8.jpg,Negative,dev,"no, not"']
    (folder / "metadata.csv").write_text("\n".join([header, *rows]) + "\n")
    with zipfile.ZipFile(folder / "images.zip", "w") as archive:
        for name in ("7.jpg", "8.jpg"):
            archive.writestr(name, b"\xff\xd8\xff")
    return folder


def test_a_table_with_an_archive_is_read(tmp_path):
    corpus = mvsa.read(write_table(tmp_path))
    assert [(c.id, c.split, c.text, c.labels["sentiment"]) for c in corpus.clips] == [
        ("7", "train", "so good", "positive"),
        ("8", "val", "no, not", "negative"),
    ]
    assert corpus.clips[1].media == {"vision": Source(tmp_path / "images.zip", "8.jpg")}
    assert corpus.notes == ()


def test_rows_of_the_table_that_cannot_be_used_are_counted(tmp_path):
    rows = ["7,7.jpg,positive,train,ok", "7,8.jpg,positive,train,ok", ",8.jpg,positive,train,ok"]
    rows += ["a,../8.jpg,positive,train,ok", "b,9.jpg,positive,train,ok", "c,8.jpg,glad,train,ok"]
    rows += ["d,8.jpg,positive,,ok", "e,8.jpg,positive,train, "]
    corpus = mvsa.read(write_table(tmp_path, rows=rows))
    assert [clip.id for clip in corpus.clips] == ["7"]
    assert corpus.notes == (
        "2 skipped, no id of its own (first: metadata.csv line 3).",
        "1 skipped, a path that leaves the corpus, or a member too large to be a picture "
        "(first: metadata.csv line 5).",
        "1 skipped, no such picture (first: metadata.csv line 6).",
        "1 skipped, no known sentiment (first: metadata.csv line 7).",
        "1 skipped, no known split (first: metadata.csv line 8).",
        "1 skipped, no text (first: metadata.csv line 9).",
    )


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            lambda folder: mvsa.read(folder),
            "{0} holds no labelResultAll.txt with data/<id>.jpg and data/<id>.txt, and no "
            "metadata.csv.",
        ),
        (
            lambda folder: mvsa.read(
                write_published(write_single(folder), {"1": "neutral,neutral"}, root="MVSA")
            ),
            "{0} holds labelResultAll.txt in 2 folders: MVSA, MVSA_Single. Give one of them.",
        ),
        (
            lambda folder: mvsa.read(write_table(folder, "id,picture,sentiment,split,text")),
            "{0}/metadata.csv lacks the column 'image'. It has: id, picture, sentiment, split, "
            "text.",
        ),
        (
            lambda folder: mvsa.read(folder, rule="best"),
            "MVSA's labels are put together by usual or equal, got 'best'.",
        ),
    ],
)
def test_what_is_wrong_is_named(tmp_path, make, says):
    with pytest.raises(DataError) as raised:
        make(tmp_path)
    assert str(raised.value) == says.format(tmp_path)
