"""Corpora whose labels stand in file names: RAVDESS in film, sound and song, and TESS."""

import pytest

from tritone.core.clip import Source
from tritone.core.errors import DataError
from tritone.datasets import ravdess, tess
from tritone.datasets.named_files import Named, read_name


def touch(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def write_ravdess(folder):
    """As the archives unpack: film and sound apart, actor by actor."""
    return touch(
        folder,
        "Video_Speech_Actor_01/Actor_01/01-01-05-02-02-01-01.mp4",
        "Video_Speech_Actor_01/Actor_01/02-01-05-02-02-01-01.mp4",
        "Video_Speech_Actor_17/Actor_17/02-01-01-01-01-01-17.mp4",
        "Audio_Speech_Actors_01-24/Actor_01/03-01-05-02-02-01-01.wav",
        "Audio_Speech_Actors_01-24/Actor_21/03-01-08-01-01-02-21.wav",
    )


def write_songs(folder):
    return touch(
        folder,
        "Audio_Song_Actors_01-24/Actor_01/03-02-03-01-01-01-01.wav",
        "Audio_Song_Actors_01-24/Actor_22/03-02-06-02-02-01-22.wav",
        "Video_Song_Actor_22/Actor_22/01-02-06-02-02-01-22.mp4",
    )


def test_film_and_sound_of_one_recording_are_one_clip(tmp_path):
    corpus = ravdess.read(write_ravdess(tmp_path))
    clip = next(clip for clip in corpus.clips if clip.speaker == "actor_01")
    assert clip.id == "03-01-05-02-02-01-01"
    assert {channel: source.path.name for channel, source in clip.media.items()} == {
        "audio": "03-01-05-02-02-01-01.wav",
        "vision": "01-01-05-02-02-01-01.mp4",
    }
    assert corpus.modalities == ("audio", "vision")
    assert len(corpus.clips) == 3


def test_a_silent_film_gives_no_sound_and_a_film_alone_gives_both(tmp_path):
    clips = {clip.id: clip for clip in ravdess.read(write_ravdess(tmp_path)).clips}
    assert set(clips["02-01-01-01-01-01-17"].media) == {"vision"}
    alone = touch(tmp_path / "alone", "01-01-03-01-01-01-02.mp4")
    clip = ravdess.read(alone).clips[0]
    assert clip.media == dict.fromkeys(
        ("audio", "vision"), Source(alone / "01-01-03-01-01-01-02.mp4")
    )


def test_the_name_tells_sentence_intensity_and_channel_and_no_text(tmp_path):
    clip = next(c for c in ravdess.read(write_ravdess(tmp_path)).clips if c.split == "train")
    assert clip.labels == {
        "emotion": "anger",
        "channel": "speech",
        "intensity": "strong",
        "statement": "Dogs are sitting by the door",
    }
    assert clip.text is None


def test_speech_wins_over_songs_in_one_folder(tmp_path):
    write_songs(write_ravdess(tmp_path))
    corpus = ravdess.read(tmp_path)
    assert {clip.labels["channel"] for clip in corpus.clips} == {"speech"}
    assert corpus.notes == (
        "3 skipped, song, not speech (first: "
        "Audio_Song_Actors_01-24/Actor_01/03-02-03-01-01-01-01.wav).",
    )


def test_a_folder_of_songs_alone_is_read_as_songs(tmp_path):
    corpus = ravdess.read(write_songs(tmp_path))
    assert {clip.labels["channel"] for clip in corpus.clips} == {"song"}
    assert corpus.classes["emotion"] == ("anger", "calm", "fear", "joy", "neutral", "sadness")
    assert [clip.split for clip in corpus.clips] == ["train", "test"]


def test_songs_join_the_speech_where_they_are_asked_for(tmp_path):
    write_songs(write_ravdess(tmp_path))
    both = ravdess.read(tmp_path, songs=True)
    assert sorted(clip.labels["channel"] for clip in both.clips) == ["song"] * 2 + ["speech"] * 3
    assert len(both.classes["emotion"]) == 8
    with pytest.raises(DataError, match=r"holds no clip that can be used\. 3 skipped, song"):
        ravdess.read(write_songs(tmp_path / "songs"), songs=False)


def test_a_film_called_sound_and_a_second_copy_are_counted(tmp_path):
    write_ravdess(tmp_path)
    touch(tmp_path, "03-01-05-02-02-01-01.wav", "03-01-02-01-01-01-04.mp4", "01-01-02.mp4")
    assert ravdess.read(tmp_path).notes == (
        "1 skipped, not named by RAVDESS's code (first: 01-01-02.mp4).",
        "1 skipped, a film that is named as sound alone (first: 03-01-02-01-01-01-04.mp4).",
        "1 skipped, another file has the same name or code (first: "
        "Audio_Speech_Actors_01-24/Actor_01/03-01-05-02-02-01-01.wav).",
    )


def test_written_splits_hold_for_films_too(tmp_path):
    write_ravdess(tmp_path)
    (tmp_path / "metadata.csv").write_text("path,split\nx/02-01-01-01-01-01-17.mp4,test\n")
    clips = {clip.speaker: clip.split for clip in ravdess.read(tmp_path).clips}
    assert clips == {"actor_01": "train", "actor_17": "test", "actor_21": "test"}


EMOTIONS = ("angry", "disgust", "fear", "happy", "neutral", "ps", "sad")
WORDS = [f"{a}{b}" for a in "bdfk" for b in ("ack", "og", "ine", "eel")]


def write_tess(folder):
    """The published folders, with their changing case."""
    for speaker, folders in (("OAF", "OAF_{}"), ("YAF", "YAF_{}")):
        for emotion in EMOTIONS:
            below = "Pleasant_surprise" if emotion == "ps" else emotion.capitalize()
            for word in WORDS:
                touch(folder, f"{folders.format(below)}/{speaker}_{word}_{emotion}.wav")
    return folder


def test_the_younger_speaker_of_tess_is_heard_in_test_alone(tmp_path):
    corpus = tess.read(write_tess(tmp_path))
    assert {(clip.speaker, clip.split) for clip in corpus.clips} == {
        ("OAF", "train"),
        ("OAF", "val"),
        ("YAF", "test"),
    }
    assert len(corpus.clips) == 2 * len(WORDS) * len(EMOTIONS)


def test_a_word_of_tess_is_not_in_train_and_val(tmp_path):
    clips = tess.read(write_tess(tmp_path)).clips
    words = {
        split: {clip.labels["statement"] for clip in clips if clip.split == split}
        for split in ("train", "val")
    }
    assert words["train"] and words["val"] and not words["train"] & words["val"]


def test_tess_has_seven_emotions_and_no_text(tmp_path):
    corpus = tess.read(write_tess(tmp_path))
    assert corpus.classes["emotion"] == tess.EMOTIONS
    clip = next(clip for clip in corpus.clips if clip.id == "YAF_dog_ps")
    assert clip.labels == {"emotion": "surprise", "statement": "Say the word dog"}
    assert (clip.text, clip.group) == (None, "YAF")


def test_the_faults_of_tess_are_read_or_counted(tmp_path):
    write_tess(tmp_path)
    touch(tmp_path, "OAF_Neutral/OA_bite_neutral.wav", "copy/OAF_dog_ps.wav", "OAF_dog_bored.wav")
    corpus = tess.read(tmp_path)
    assert next(c for c in corpus.clips if c.id == "OA_bite_neutral").speaker == "OAF"
    assert corpus.notes == (
        "1 skipped, not named by speaker, word and emotion (first: OAF_dog_bored.wav).",
        "1 skipped, another file has the same name (first: copy/OAF_dog_ps.wav).",
        "The split is ours: OAF is train and val, YAF is test.",
    )


def test_a_folder_without_such_names_says_what_they_are(tmp_path):
    with pytest.raises(DataError) as raised:
        tess.read(tmp_path)
    assert str(raised.value) == (
        f"{tmp_path} holds no wav file named by speaker, word and emotion, such as "
        "OAF_back_angry.wav."
    )


@pytest.mark.parametrize(
    ("file", "named"),
    [
        (
            "1001_DFA_ANG_XX.wav",
            Named("CREMA-D", "actor_1001", "anger", {"statement": "DFA"}),
        ),
        ("S005_001_00000011.png", Named("CK+", "S005")),
        ("OAF_back_angry.wav", Named("TESS", "OAF", "anger", {"statement": "Say the word back"})),
        ("holiday.wav", None),
        ("03-01-09-01-01-01-12.wav", None),
        ("a" * 10_000 + ".wav", None),
    ],
)
def test_known_codes_are_read_from_names(file, named):
    assert read_name(file) == named
