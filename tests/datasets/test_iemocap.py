"""IEMOCAP in miniature: every code and quirk of the release, and layouts that lack parts."""

import shutil
from pathlib import Path

import pytest

from tritone.core.clip import Clip, Source
from tritone.core.errors import DataError
from tritone.datasets.spec import read_corpus

RATERS = (
    "C-E2:\tNeutral;\t()\nC-E3:\tNeutral;\t()\nC-F1:\tNeutral;\t(curious)\n"
    "A-E3:\tval 3; act 2; dom  2;\t()\nA-F1:\tval 3; act 2; dom  1;\t()\n"
)
# Utterance, start, end, code, ratings; the man speaks before the woman's second turn.
TURNS = {
    "Ses01F_impro01": (
        ("F000", 6.2901, 8.2357, "neu", (2.5, 2.5, 2.5)),
        ("F001", 15.5, 18.0, "exc", (5.0, 4.0, 3.0)),
        ("M000", 10.0, 14.0, "fru", (1.0, 3.5, 4.0)),
        ("M001", 19.0, 20.0, "xxx", (3.0, 3.0, 3.0)),
    ),
    "Ses02M_impro05a": (("M000", 1.0, 2.0, "ang", (1.5, 5.0, 5.0)),),
    "Ses03F_script01_1": (("M000", 1.0, 2.0, "hap", (4.0, 3.0, 3.0)),),
    "Ses04M_script01_1b": (("F000", 1.0, 2.0, "oth", (3.0, 3.0, 3.0)),),
    "Ses05M_impro04": (
        ("F000", 1.0, 2.0, "sad", (2.0, 2.0, 2.0)),
        ("F001", 3.0, 4.0, "sur", (3.0, 3.0, 3.0)),
        ("F002", 5.0, 6.0, "fea", (3.0, 3.0, 3.0)),
        ("F003", 7.0, 8.0, "dis", (3.0, 3.0, 3.0)),
    ),
}
COUNTS = "emotion4 has 5, emotion6 has 6, emotion10 has 10 utterances."


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """The release with its films and both kinds of sound."""
    root = tmp_path / "IEMOCAP_full_release"
    for dialogue, turns in TURNS.items():
        write_dialogue(root / f"Session{dialogue[4]}", dialogue, turns)
    (root / "Session1/dialog/EmoEvaluation/._Ses01F_impro01.txt").write_bytes(b"\x00\x05")
    (root / "Session1/dialog/EmoEvaluation/Categorical").mkdir()
    return root


def write_dialogue(session: Path, dialogue: str, turns: tuple) -> None:
    summary = "% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]\n\n"
    words = "F: (laughter)\n"
    for name, start, end, code, ratings in turns:
        rated = ", ".join(f"{rating:.4f}" for rating in ratings)
        summary += f"[{start:.4f} - {end:.4f}]\t{dialogue}_{name}\t{code}\t[{rated}]\n{RATERS}\n"
        words += f"{dialogue}_{name} [{start:08.4f}-{end:08.4f}]: I say {name}: yes.\n"
        touch(session / "sentences" / "wav" / dialogue / f"{dialogue}_{name}.wav")
    write(session / "dialog" / "EmoEvaluation" / f"{dialogue}.txt", summary)
    write(session / "dialog" / "transcriptions" / f"{dialogue}.txt", words)
    touch(session / "dialog" / "wav" / f"{dialogue}.wav")
    touch(session / "dialog" / "avi" / "DivX" / f"{dialogue}.avi")


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def touch(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()


def clips_of(release: Path) -> dict[str, Clip]:
    return {clip.id: clip for clip in read_corpus(f"iemocap:{release}").clips}


def test_turns_follow_each_other_as_they_are_said(release: Path) -> None:
    clips = [clip for clip in clips_of(release).values() if clip.group == "Ses01F_impro01"]
    assert [(clip.id[-4:], clip.position, clip.speaker) for clip in clips] == [
        ("F000", 0, "Ses01F"),
        ("M000", 1, "Ses01M"),
        ("F001", 2, "Ses01F"),
        ("M001", 3, "Ses01M"),
    ]
    assert clips[0].text == "I say F000: yes."


def test_sessions_are_the_splits(release: Path) -> None:
    splits = {(clip.id[:5], clip.split) for clip in clips_of(release).values()}
    assert sorted(splits) == [
        ("Ses01", "train"),
        ("Ses02", "train"),
        ("Ses03", "train"),
        ("Ses04", "val"),
        ("Ses05", "test"),
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Ses01F_impro01_F000", ("neutral", "neutral", "neutral", "neutral", "neutral")),
        ("Ses01F_impro01_F001", ("joy", "joy", "excitement", "excitement", "positive")),
        ("Ses01F_impro01_M000", (None, None, "frustration", "frustration", "negative")),
        ("Ses01F_impro01_M001", (None, None, None, None, None)),
        ("Ses02M_impro05a_M000", ("anger", "anger", "anger", "anger", "negative")),
        ("Ses03F_script01_1_M000", ("joy", "joy", "joy", "joy", "positive")),
        ("Ses04M_script01_1b_F000", (None, None, None, "other", None)),
        ("Ses05M_impro04_F000", ("sadness", "sadness", "sadness", "sadness", "negative")),
        ("Ses05M_impro04_F001", ("surprise", None, None, "surprise", "positive")),
        ("Ses05M_impro04_F002", ("fear", None, None, "fear", "negative")),
        ("Ses05M_impro04_F003", ("disgust", None, None, "disgust", "negative")),
    ],
)
def test_each_label_set_has_its_own_word(release: Path, name: str, words: tuple) -> None:
    labels = clips_of(release)[name].labels
    sets = ("emotion", "emotion4", "emotion6", "emotion10", "sentiment")
    assert tuple(labels.get(target) for target in sets) == words


def test_ratings_of_one_to_five_are_minus_one_to_one(release: Path) -> None:
    labels = clips_of(release)["Ses01F_impro01_M000"].labels
    assert (labels["valence"], labels["arousal"], labels["dominance"]) == (-1.0, 0.25, 0.5)


def test_every_label_is_one_that_can_be_predicted(release: Path) -> None:
    corpus = read_corpus(f"iemocap:{release}")
    assert next(iter(corpus.tasks)) == "emotion"
    assert {name: len(words) for name, words in corpus.classes.items()} == {
        "emotion": 7,
        "emotion4": 4,
        "emotion6": 6,
        "emotion10": 10,
        "sentiment": 3,
    }
    for clip in corpus.clips:
        for name, label in clip.labels.items():
            if isinstance(label, str):
                assert label in corpus.classes[name]
            else:
                assert corpus.scales[name][0] <= label <= corpus.scales[name][1]


def test_what_has_no_label_is_counted(release: Path) -> None:
    assert read_corpus(f"iemocap:{release}").notes == (
        "Utterances of frustration or other, for which there is no shared emotion: 2 "
        "(first: Ses01F_impro01_M000).",
        "Utterances of which no word had most votes (xxx), without emotion: 1 "
        "(first: Ses01F_impro01_M001).",
        COUNTS,
    )


def test_a_film_shows_the_one_with_the_markers_on_the_left(release: Path) -> None:
    clips = clips_of(release)
    left, right = (0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 1.0, 1.0)
    assert clips["Ses01F_impro01_F000"].region == left
    assert clips["Ses01F_impro01_M000"].region == right
    assert clips["Ses05M_impro04_F000"].region == right
    assert clips["Ses02M_impro05a_M000"].region == left


def test_with_a_film_sound_and_picture_have_one_clock(release: Path) -> None:
    clip, dialog = clips_of(release)["Ses01F_impro01_F000"], release / "Session1" / "dialog"
    assert clip.media == {
        "audio": Source(dialog / "wav" / "Ses01F_impro01.wav"),
        "vision": Source(dialog / "avi" / "DivX" / "Ses01F_impro01.avi"),
    }
    assert (clip.start, clip.end) == (6.2901, 8.2357)
    shutil.rmtree(dialog / "wav")
    film = Source(dialog / "avi" / "DivX" / "Ses01F_impro01.avi")
    assert clips_of(release)["Ses01F_impro01_F000"].media == {"audio": film, "vision": film}


def test_without_a_film_the_sound_is_the_sentences_own(release: Path) -> None:
    shutil.rmtree(release / "Session1" / "dialog" / "avi")
    name = "Ses01F_impro01_F000"
    clip, session = clips_of(release)[name], release / "Session1"
    own = Source(session / "sentences" / "wav" / "Ses01F_impro01" / f"{name}.wav")
    assert (clip.media, clip.start, clip.end, clip.region) == ({"audio": own}, None, None, None)


def test_without_a_sentence_of_its_own_the_sound_is_cut_from_the_dialogue(release: Path) -> None:
    session = release / "Session1"
    shutil.rmtree(session / "dialog" / "avi")
    shutil.rmtree(session / "sentences")
    clip = clips_of(release)["Ses01F_impro01_F000"]
    assert clip.media == {"audio": Source(session / "dialog" / "wav" / "Ses01F_impro01.wav")}
    assert (clip.start, clip.end) == (6.2901, 8.2357)
    shutil.rmtree(session / "dialog" / "wav")
    assert read_corpus(f"iemocap:{release}").notes[0] == (
        "Utterances without sound: 4 (first: Ses01F_impro01_F000)."
    )


def test_the_folder_may_be_the_one_above(release: Path) -> None:
    assert len(clips_of(release.parent)) == len(clips_of(release)) == 11


@pytest.mark.parametrize("place", ["Session1", "Session1/dialog", "Session1/dialog/EmoEvaluation"])
def test_a_folder_too_deep_names_the_right_one(release: Path, place: str) -> None:
    with pytest.raises(DataError) as raised:
        read_corpus(f"iemocap:{release / place}")
    assert str(raised.value) == (
        f"{release / place} holds no folder Session1 ... Session5 of IEMOCAP. "
        f"Sessions lie above it: give iemocap:{release}."
    )


def test_a_session_without_evaluations_is_told(release: Path) -> None:
    gone = release / "Session5" / "dialog" / "EmoEvaluation"
    shutil.rmtree(gone)
    corpus = read_corpus(f"iemocap:{release}")
    assert corpus.splits == ("train", "val", "all")
    assert corpus.notes[-2] == f"{gone} is not there, so its session is left out."


@pytest.mark.parametrize(
    ("line", "note"),
    [
        (
            "[1.0 - 2.0]\tSes01F_impro01_F009\tneu",
            "1 skipped, no [start - end], utterance of the dialogue, code and [V, A, D] "
            "(first: Ses01F_impro01.txt line 1).",
        ),
        (
            "[1.0 - 2.0]\tSes01F_impro02_F009\tneu\t[1.0, 1.0, 1.0]",
            "1 skipped, no [start - end], utterance of the dialogue, code and [V, A, D] "
            "(first: Ses01F_impro01.txt line 1).",
        ),
        (
            f"[1.0 - 2.0]\tSes01F_impro01_F{'0' * 500}\tneu\t[1.0, 1.0, 1.0]",
            "1 skipped, no [start - end], utterance of the dialogue, code and [V, A, D] "
            "(first: Ses01F_impro01.txt line 1).",
        ),
        (
            f"[1.0 - {'9' * 500}]\tSes01F_impro01_F009\tneu\t[1.0, 1.0, 1.0]",
            "1 skipped, no [start - end], utterance of the dialogue, code and [V, A, D] "
            "(first: Ses01F_impro01.txt line 1).",
        ),
        (
            "[2.0 - 2.0]\tSes01F_impro01_F009\tneu\t[1.0, 1.0, 1.0]",
            "1 skipped, an end that is not after its start (first: Ses01F_impro01.txt line 1).",
        ),
        (
            "[1.0 - 2.0]\tSes01F_impro01_F009\tzzz\t[1.0, 1.0, 1.0]",
            "Utterances with an unknown word, without emotion: 1 "
            "(first: Ses01F_impro01_F009: 'zzz').",
        ),
        (
            "[1.0 - 2.0]\tSes01F_impro01_F009\tneu\t[5.5, low, 1.0]",
            "Ratings of valence that are not from 1 to 5, left out: 1 "
            "(first: Ses01F_impro01_F009).",
        ),
        (
            "[1.0 - 2.0]\tSes01F_impro01_F009\tneu\t[1.0, 1.0]",
            "Ratings of dominance that are not from 1 to 5, left out: 1 "
            "(first: Ses01F_impro01_F009).",
        ),
        (
            "[1.0 - 2.0]\tSes01F_impro01_F009\tneu\t[1.0, 1.0, 1.0]",
            "Utterances without words: 1 (first: Ses01F_impro01_F009).",
        ),
    ],
)
def test_what_is_wrong_in_an_evaluation_is_counted(release: Path, line: str, note: str) -> None:
    file = release / "Session1" / "dialog" / "EmoEvaluation" / "Ses01F_impro01.txt"
    file.write_text(f"{line}\n\n{file.read_text()}")
    assert note in read_corpus(f"iemocap:{release}").notes


def test_an_utterance_that_stands_twice_is_one_clip(release: Path) -> None:
    file = release / "Session2" / "dialog" / "EmoEvaluation" / "Ses02M_impro05a.txt"
    file.write_text(file.read_text() * 2)
    assert read_corpus(f"iemocap:{release}").notes[0] == (
        "1 skipped, the same utterance stood there before "
        "(first: Ses02M_impro05a.txt line 12: Ses02M_impro05a_M000)."
    )


def test_words_without_an_evaluation_are_counted(release: Path) -> None:
    file = release / "Session3" / "dialog" / "transcriptions" / "Ses03F_script01_1.txt"
    file.write_text(file.read_text() + "Ses03F_script01_1_MXX0 [009.0000-010.0000]: Hm.\n")
    (release / "Session4" / "dialog" / "transcriptions" / "Ses04M_script01_1b.txt").unlink()
    notes = read_corpus(f"iemocap:{release}").notes
    assert (
        "Transcribed without an evaluation, left out: 1 (first: Ses03F_script01_1_MXX0)." in notes
    )
    assert "Dialogues without a transcription: 1 (first: Ses04M_script01_1b.txt)." in notes
