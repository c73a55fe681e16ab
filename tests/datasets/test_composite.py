"""A composite of three corpora: what stays apart, what is paired, and what its file may say."""

import json
from collections import Counter

import pytest

from tritone.core.errors import DataError, RecipeError, UnknownName
from tritone.datasets import composite

MARKED = ("synthetic_pairing",)


def write_parts(folder):
    """Tweets, faces and voices in two splits, with classes of different sizes."""
    feelings = {"joy": 9, "anger": 6, "love": 2, "surprise": 1}
    lines = [f"so {name} {i};{name}" for name, count in feelings.items() for i in range(count)]
    for split in ("train", "val"):
        (folder / "tweets").mkdir(exist_ok=True)
        (folder / "tweets" / f"{split}.txt").write_text("\n".join(lines))
        for name, count in {"happy": 5, "sad": 8, "neutral": 3}.items():
            (folder / "faces" / split / name).mkdir(parents=True, exist_ok=True)
            for i in range(count):
                (folder / "faces" / split / name / f"{i}.png").touch()
    for code, channel in (("speech", "01"), ("song", "02")):
        (folder / code).mkdir(exist_ok=True)
        for actor in (1, 2, 17):
            for emotion in ("01", "02", "03", "05"):
                (folder / code / f"03-{channel}-{emotion}-01-01-01-{actor:02}.wav").touch()
    return folder


def write(folder, **changes):
    """The plan of S002 in miniature, with paths from its own folder."""
    write_parts(folder)
    plan = {
        "parts": {
            "text": "emotions:tweets",
            "vision": "faces:faces",
            "audio": ["ravdess:speech", "ravdess:song"],
        },
        "mode": "unpaired",
    }
    file = folder / "plan.json"
    file.write_text(json.dumps(plan | changes))
    return file


def count(corpus, channel):
    return Counter(
        (clip.split, clip.labels[corpus.default_target])
        for clip in corpus.clips
        if channel in clip.origins
    )


def test_unpaired_clips_have_one_channel_each_and_keep_their_split(tmp_path):
    corpus = composite.read(write(tmp_path))
    for clip in corpus.clips:
        given = {*clip.media, *(["text"] if clip.text else [])}
        assert given == set(clip.origins) and len(given) == 1
        assert next(iter(clip.origins.values())).partition(":")[0] == clip.id.partition("/")[0]
    assert count(corpus, "text") == {
        (split, name): n
        for split in ("train", "val")
        for name, n in (("positive", 12), ("negative", 6))
    }
    assert count(corpus, "audio") == {
        ("train", "negative"): 4,
        ("train", "positive"): 4,
        ("val", "negative"): 2,
        ("val", "positive"): 2,
    }
    assert corpus.marks == ()
    assert corpus.classes == {"sentiment": ("negative", "positive")}


def test_speech_and_song_of_two_folders_are_one_channel(tmp_path):
    corpus = composite.read(write(tmp_path))
    codes = {clip.id.rpartition("/")[2][3:5] for clip in corpus.clips if "audio" in clip.origins}
    assert codes == {"01", "02"}


@pytest.mark.parametrize("target", ["sentiment", "emotion"])
def test_paired_clips_have_all_channels_of_one_label_and_split(tmp_path, target):
    file = write(tmp_path, mode="paired_by_label", target=target)
    corpus = composite.read(file)
    alone = {
        origin: clip
        for clip in composite.read(write(tmp_path, target=target)).clips
        for origin in clip.origins.values()
    }
    assert corpus.clips and corpus.marks == MARKED
    for clip in corpus.clips:
        assert list(clip.origins) == ["text", "audio", "vision"]
        assert set(clip.media) == {"audio", "vision"} and clip.text
        for origin in clip.origins.values():
            assert alone[origin].labels == clip.labels
            assert alone[origin].split == clip.split


def test_no_source_is_taken_twice(tmp_path):
    for mode in ("unpaired", "paired_by_label"):
        clips = composite.read(write(tmp_path, mode=mode)).clips
        origins = [(name, origin) for clip in clips for name, origin in clip.origins.items()]
        assert len(set(origins)) == len(origins)
        assert len({clip.id for clip in clips}) == len(clips)


def test_as_many_pairs_as_the_smallest_channel_has(tmp_path):
    corpus = composite.read(write(tmp_path, mode="paired_by_label"))
    assert Counter((clip.split, clip.labels["sentiment"]) for clip in corpus.clips) == {
        ("train", "negative"): 4,
        ("train", "positive"): 4,
        ("val", "negative"): 2,
        ("val", "positive"): 2,
    }


def origins(file):
    return [clip.origins for clip in composite.read(file).clips]


def test_the_same_seed_pairs_alike_and_another_does_not(tmp_path):
    plan = {"mode": "paired_by_label"}
    first = origins(write(tmp_path, **plan, seed=3))
    assert origins(write(tmp_path, **plan, seed=3)) == first
    assert origins(write(tmp_path, **plan, seed=4)) != first


@pytest.mark.parametrize("mode", ["unpaired", "paired_by_label"])
def test_sizes_are_balanced_over_the_classes(tmp_path, mode):
    corpus = composite.read(write(tmp_path, mode=mode, clips={"train": 6, "dev": 2}))
    for channel in ("text", "audio", "vision"):
        assert count(corpus, channel) == {
            ("train", "negative"): 3,
            ("train", "positive"): 3,
            ("val", "negative"): 1,
            ("val", "positive"): 1,
        }


@pytest.mark.parametrize("mode", ["unpaired", "paired_by_label"])
def test_sizes_that_a_label_cannot_fill_stay_balanced(tmp_path, mode):
    # There are 12 positive and 6 negative tweets, 5 and 8 faces.
    parts = {"text": "emotions:tweets", "vision": "faces:faces"}
    corpus = composite.read(write(tmp_path, parts=parts, mode=mode, clips={"train": 100}))
    for channel in parts:
        held = count(corpus, channel)
        assert held["train", "positive"] == held["train", "negative"] > 1


def test_notes_tell_counts_what_was_left_out_and_what_is_lacking(tmp_path):
    file = write(tmp_path, mode="paired_by_label", clips={"train": 100})
    assert composite.read(file).notes == (
        "6 skipped, neutral of ravdess is no sentiment of the composite (first: "
        "03-01-01-01-01-01-01).",
        "6 skipped, calm of ravdess is no sentiment of the composite (first: "
        "03-01-02-01-01-01-01).",
        "6 skipped, neutral of faces is no sentiment of the composite (first: "
        "train/neutral/0.png).",
        "Sentiment is anger, disgust, fear, sadness negative; calm, neutral left out; joy, love, "
        "surprise positive.",
        *(
            note
            for channel in ("text", "audio", "vision")
            for note in (
                f"{channel} has 8 clips in train of the 100 asked for; none is taken twice.",
                f"{channel}: train 4 negative, 4 positive; val 2 negative, 2 positive.",
            )
        ),
        "Synthetic pairing: the channels of a clip come from different corpora and were matched "
        "at random within a label and split (seed 0). Given the label they are independent: a "
        "figure on them says nothing of people who are seen and heard at once.",
    )


def test_a_clip_of_two_parts_is_taken_once(tmp_path):
    parts = {"audio": ["ravdess:speech", "ravdess:speech"]}
    corpus = composite.read(write(tmp_path, parts=parts))
    assert len(corpus.clips) == 6
    assert "6 skipped, a clip that another part holds too" in " ".join(corpus.notes)


def test_pieces_of_longer_recordings_are_not_paired_with_a_film_of_other_times(tmp_path):
    rows = "audio,start,end,emotion,split\n" + "a.wav,0,1,joy,train\na.wav,,,joy,train\n"
    (tmp_path / "manifest.csv").write_text(rows)
    (tmp_path / "a.wav").touch()
    parts = {"audio": "manifest:manifest.csv", "vision": "faces:faces"}
    corpus = composite.read(write(tmp_path, parts=parts, mode="paired_by_label"))
    assert [clip.origins["audio"] for clip in corpus.clips] == ["manifest:a"]
    assert corpus.notes[1] == (
        "1 skipped, audio that is cut from a longer recording cannot be paired (first: "
        "manifest/audio/a_0)."
    )


def test_a_split_is_that_of_the_parts(tmp_path):
    file = write(tmp_path)
    assert {clip.split for clip in composite.read(file, "dev").clips} == {"val"}
    with pytest.raises(DataError) as raised:
        composite.read(file, "test")
    assert str(raised.value) == ("composite has no split 'test' here. Present: train, val, all.")


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        (
            {"part": {}},
            DataError,
            "{0} has the key 'part'. Did you mean 'parts'? Known: parts, mode, target, clips, "
            "seed.",
        ),
        (
            {"parts": {"smell": "faces:faces"}},
            DataError,
            "{0}: parts names a corpus for some of text, audio, vision, such as "
            "{{\"text\": \"emotions:PATH\"}}; got {{'smell': 'faces:faces'}}.",
        ),
        (
            {"parts": {"text": 7}},
            DataError,
            "{0}: the text part is name:path or a list of them, got 7.",
        ),
        (
            {"parts": {"text": "composite:plan.json"}},
            DataError,
            "{0}: a part is a corpus, not another composite, got 'composite:plan.json'.",
        ),
        ({"mode": "paired"}, DataError, "{0}: mode is unpaired or paired_by_label, got 'paired'."),
        (
            {"target": "valence"},
            DataError,
            "{0}: target is sentiment or emotion, got 'valence'.",
        ),
        (
            {"clips": {"train": True}},
            DataError,
            "{0}: clips of train is a number from 2, got True.",
        ),
        ({"clips": 8000}, DataError, "{0}: clips is a number for each split, got 8000."),
        (
            {"clips": {"trial": 80}},
            DataError,
            "No split is named 'trial'. Known: train, val, test (dev is val).",
        ),
        ({"seed": "x"}, DataError, "{0}: seed is a whole number, got 'x'."),
    ],
)
def test_a_wrong_plan_says_what_would_be_right(tmp_path, changes, error, says):
    file = write(tmp_path, **changes)
    with pytest.raises(error) as raised:
        composite.read(file)
    assert str(raised.value) == says.format(file)


def test_parts_that_are_no_corpora_are_named(tmp_path):
    with pytest.raises(
        UnknownName, match=r"No dataset is named 'emotion'\. Did you mean 'emotions'"
    ):
        composite.read(write(tmp_path, parts={"text": "emotion:tweets"}))
    with pytest.raises(RecipeError, match="'tweets' does not say what it is"):
        composite.read(write(tmp_path, parts={"text": "tweets"}))


def test_a_channel_that_its_corpus_lacks_leaves_nothing_and_says_so(tmp_path):
    with pytest.raises(DataError) as raised:
        composite.read(write(tmp_path, parts={"audio": "faces:faces"}))
    assert str(raised.value).startswith(
        "composite holds no clip that can be used. 32 skipped, no audio in faces (first: "
    )


def test_no_plan_at_all_says_what_to_give(tmp_path):
    with pytest.raises(DataError) as raised:
        composite.read(tmp_path)
    assert str(raised.value) == (
        f"{tmp_path} is no file. Give the composite's JSON: composite:FILE.json."
    )
