"""SentiCap, MUStARD and UR-FUNNY in their published forms, and with their faults."""

import json
from collections import defaultdict

import pytest

from tritone.core.clip import Source
from tritone.core.errors import DataError
from tritone.core.task import Classes
from tritone.datasets import mustard, senticap, ur_funny


def picture(number):
    return f"COCO_val2014_{number:012}.jpg"


def write_senticap(folder):
    """Pictures with captions of both sentiments, as in the released json."""
    images = [
        {
            "filename": picture(number),
            "imgid": number,
            "split": split,
            "sentences": [
                {
                    "tokens": ["a", word, "dog"],
                    "word_sentiment": [0, 1, 0],
                    "sentiment": sentiment,
                    "raw": f"a {word} dog",
                }
                for word, sentiment in (("lovely", 1), ("dirty", 0))
            ],
        }
        for number, split in ((42, "train"), (73, "val"), (74, "test"))
    ]
    (folder / "senticap_dataset.json").write_text(json.dumps({"images": images}))
    return folder


def test_a_caption_is_a_clip_and_its_picture_the_group(tmp_path):
    (tmp_path / "val2014").mkdir()
    for number in (42, 73, 74):
        (tmp_path / "val2014" / picture(number)).touch()
    corpus = senticap.read(write_senticap(tmp_path))
    assert [
        (c.id[-14:], str(c.group)[-2:], c.split, c.labels["sentiment"]) for c in corpus.clips
    ] == [
        ("000000000042_0", "42", "train", "positive"),
        ("000000000042_1", "42", "train", "negative"),
        ("000000000073_0", "73", "val", "positive"),
        ("000000000073_1", "73", "val", "negative"),
        ("000000000074_0", "74", "test", "positive"),
        ("000000000074_1", "74", "test", "negative"),
    ]
    assert corpus.clips[0].media == {"vision": Source(tmp_path / "val2014" / picture(42))}
    assert corpus.clips[0].text == "a lovely dog"
    assert (corpus.modalities, corpus.notes) == (("text", "vision"), ())


def test_captions_keep_their_text_where_the_picture_is_not_there(tmp_path):
    (tmp_path / "captions").mkdir()
    (tmp_path / "val2014").mkdir()
    (tmp_path / "val2014" / picture(73)).touch()
    corpus = senticap.read(write_senticap(tmp_path / "captions"))
    assert [bool(clip.media) for clip in corpus.clips] == [False, False, True, True, False, False]
    assert corpus.notes == (
        f"Captions without their picture, which is not there: 4 (first: {picture(42)}).",
    )


def test_the_csv_of_senticap_keeps_a_picture_in_one_split(tmp_path):
    rows = [
        f"{picture(n)},{sentiment},a {word} dog\n"
        for n in range(60)
        for word, sentiment in (("nice", 1), ("bad", 0))
    ]
    (tmp_path / "senticap.csv").write_text(
        "filename,is_positive_sentiment,caption\n" + "".join(rows)
    )
    corpus = senticap.read(tmp_path)
    sides = defaultdict(set)
    for clip in corpus.clips:
        sides[clip.group].add(clip.split)
    assert {len(side) for side in sides.values()} == {1}
    assert corpus.splits == ("train", "val", "test", "all")
    assert corpus.notes[-1] == senticap.BY_PICTURE
    assert corpus.modalities == ("text",)


def test_captions_that_cannot_be_used_are_counted(tmp_path):
    write_senticap(tmp_path)
    held = json.loads((tmp_path / "senticap_dataset.json").read_text())
    one = {"raw": "a dog", "sentiment": 1}
    held["images"] += [
        {"filename": picture(1), "split": "train", "sentences": [one | {"sentiment": 2}, "x"]},
        {"filename": "../../etc/passwd", "split": "train", "sentences": [one]},
        {"filename": picture(42), "split": "train", "sentences": [one]},
        {"filename": picture(2), "split": "trial", "sentences": [one]},
        {"filename": picture(3)},
        7,
    ]
    (tmp_path / "senticap_dataset.json").write_text(json.dumps(held))
    corpus = senticap.read(tmp_path)
    assert len(corpus.clips) == 6
    assert corpus.notes[:-1] == (
        "2 skipped, no sentences (first: senticap_dataset.json image 7).",
        "2 skipped, no caption or no known sentiment (first: senticap_dataset.json image 3).",
        "1 skipped, no name of a picture (first: senticap_dataset.json image 4).",
        "1 skipped, a picture that stood there before (first: senticap_dataset.json image 5).",
        "1 skipped, no known split (first: senticap_dataset.json image 6).",
    )


LINES = {
    "1_60": ("PERSON", "FRIENDS", True),
    "1_70": ("SHELDON", "BBT", False),
    "2_107": ("DOROTHY", "GOLDENGIRLS", True),
}


def write_mustard(folder):
    """The table as released: speakers in capitals, a speaker for each line of the context."""
    records = {
        name: {
            "utterance": "It's just  a privilege.",
            "speaker": speaker,
            "context": ["I never would have found this.", "Yes."],
            "context_speakers": ["LEONARD", speaker],
            "show": show,
            "sarcasm": sarcasm,
        }
        for name, (speaker, show, sarcasm) in LINES.items()
    }
    (folder / "sarcasm_data.json").write_text(json.dumps(records))
    return folder


def test_the_lines_of_friends_are_test_and_no_speaker_is_on_two_sides(tmp_path):
    corpus = mustard.read(write_mustard(tmp_path))
    assert {clip.id: clip.labels["sarcasm"] for clip in corpus.clips} == {
        "1_60": "yes",
        "1_70": "no",
        "2_107": "yes",
    }
    assert [clip.split == "test" for clip in corpus.clips] == [True, False, False]
    assert corpus.clips[0].group == "FRIENDS_PERSON"
    assert (corpus.modalities, corpus.notes) == (("text",), ())


def test_the_context_says_who_spoke(tmp_path):
    clip = mustard.read(write_mustard(tmp_path)).clips[1]
    assert clip.text == "It's just a privilege."
    assert clip.labels["context"] == "LEONARD: I never would have found this.\nSHELDON: Yes."


@pytest.mark.parametrize("below", ["utterances_final", "mmsd_raw_data/utterances_final"])
def test_a_film_gives_sound_and_vision_and_the_absent_are_counted(tmp_path, below):
    (tmp_path / "data").mkdir()
    write_mustard(tmp_path / "data")
    (tmp_path / below).mkdir(parents=True)
    (tmp_path / below / "1_60.mp4").touch()
    corpus = mustard.read(tmp_path)
    film = Source(tmp_path / below / "1_60.mp4")
    assert corpus.clips[0].media == {"audio": film, "vision": film}
    assert corpus.notes == ("Lines without their film, which is not there: 2 (first: id 1_70).",)


def test_lines_that_cannot_be_used_are_counted(tmp_path):
    write_mustard(tmp_path)
    held = json.loads((tmp_path / "sarcasm_data.json").read_text())
    held |= {"../x": held["1_60"], "e": {"utterance": " "}, "f": held["1_60"] | {"sarcasm": "no"}}
    (tmp_path / "sarcasm_data.json").write_text(json.dumps(held))
    assert mustard.read(tmp_path).notes == (
        "1 skipped, an id that is no name (first: id ../x).",
        "1 skipped, no utterance (first: id e).",
        "1 skipped, no sarcasm of true or false (first: id f).",
    )


def write_ur_funny(folder, **changes):
    """The three files of the release, as JSON."""
    held = {
        "language_sdk": {
            str(name): {
                "punchline_sentence": f"punch {name}",
                "context_sentences": ["set", "up"],
                "punchline_intervals": [[0.0, 0.5]],
            }
            for name in (1, 2, 3)
        },
        "humor_label_sdk": {"1": 1, "2": 0, "3": 1},
        "data_folds": {"train": [1], "dev": [2], "test": ["3"]},
    }
    for name, content in (held | changes).items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    return folder


def test_punchlines_are_funny_or_not(tmp_path):
    corpus = ur_funny.read(write_ur_funny(tmp_path))
    assert [(c.id, c.text, c.split, c.labels["humor"]) for c in corpus.clips] == [
        ("1", "punch 1", "train", "yes"),
        ("2", "punch 2", "val", "no"),
        ("3", "punch 3", "test", "yes"),
    ]
    assert corpus.clips[0].labels["context"] == "set\nup"
    assert corpus.tasks == {"humor": Classes(("no", "yes"))}


def test_a_pickle_is_not_opened_and_the_message_has_the_command(tmp_path):
    write_ur_funny(tmp_path)
    (tmp_path / "language_sdk.json").unlink()
    (tmp_path / "language_sdk.pkl").write_bytes(b"cos\nsystem\n(S'touch owned'\ntR.")
    with pytest.raises(DataError) as raised:
        ur_funny.read(tmp_path)
    assert str(raised.value) == (
        f"{tmp_path}/language_sdk.pkl is a pickle, which can run code when it is opened, and is "
        'not opened. If you trust it, make JSON of it in its folder: python -c "import json, '
        "pickle; [json.dump(pickle.load(open(f + '.pkl', 'rb')), open(f + '.json', 'w'), "
        "default=list) for f in ('language_sdk', 'humor_label_sdk', 'data_folds')]\""
    )


def test_punchlines_that_cannot_be_used_are_counted(tmp_path):
    write_ur_funny(
        tmp_path,
        humor_label_sdk={"1": 1, "2": 2},
        data_folds={"train": [1, 2], "dev": [1, 3], "extra": [4]},
    )
    assert ur_funny.read(tmp_path).notes == (
        "1 skipped, in two folds, kept in the first (first: id 1).",
        "1 skipped, no known fold (first: fold 'extra').",
        "2 skipped, no humor of 0 or 1 (first: id 2).",
    )


@pytest.mark.parametrize(
    ("read", "file", "content", "says"),
    [
        (
            senticap.read,
            None,
            "",
            "{0} holds no senticap_dataset.json, and 0 csv files where one with filename, "
            "is_positive_sentiment, caption would do.",
        ),
        (
            senticap.read,
            "senticap_dataset.json",
            '{"images": {}}',
            "{0}/senticap_dataset.json holds no list of 'images'; that is no SentiCap.",
        ),
        (
            senticap.read,
            "senticap_dataset.json",
            '{"images": [',
            "{0}/senticap_dataset.json is no JSON, or is cut off: Expecting value: line 1 "
            "column 13 (char 12).",
        ),
        (mustard.read, None, "", "{0} holds no sarcasm_data.json."),
        (
            mustard.read,
            "sarcasm_data.json",
            "[]",
            "{0}/sarcasm_data.json holds a list, not an object by id.",
        ),
        (
            mustard.read,
            "sarcasm_data.json",
            "[" * 100_000,
            "{0}/sarcasm_data.json is no JSON, or is cut off: maximum recursion depth exceeded "
            "while decoding a JSON array from a unicode string.",
        ),
        (
            ur_funny.read,
            None,
            "",
            "{0} holds no language_sdk.json. UR-FUNNY needs: language_sdk, humor_label_sdk, "
            "data_folds (.json).",
        ),
    ],
)
def test_what_is_not_the_corpus_says_so(tmp_path, read, file, content, says):
    if file:
        (tmp_path / file).write_text(content)
    with pytest.raises(DataError) as raised:
        read(tmp_path)
    assert str(raised.value) == says.format(tmp_path)
