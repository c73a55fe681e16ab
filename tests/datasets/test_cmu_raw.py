"""CMU's own layouts of MOSEI and MOSI: transcripts with times into films, and cut films."""

from pathlib import Path

import pytest

from tritone.core.clip import Source
from tritone.core.errors import DataError
from tritone.datasets.spec import read_corpus

LABELS = "video_id,clip_id,text,label,label_T,label_A,label_V,annotation,mode\n"
VIDEO, OTHER = "-3g5yACwYnA", "_0efYOjQYRc"


@pytest.fixture
def mosei(tmp_path: Path) -> Path:
    """Two videos as CMU distributes them: lines with times, whole films, one cut film."""
    return write_mosei(tmp_path / "CMU_MOSEI")


def write_mosei(folder: Path) -> Path:
    words = folder / "Raw" / "Transcript" / "Segmented" / "Combined"
    words.mkdir(parents=True)
    (words / f"{VIDEO}.txt").write_text(
        f"{VIDEO}___0___0.8000___5.2500___I see___ that, a writer.\n"
        f"{VIDEO}___10___5.25___9___Key is part of the people.\n\n"
    )
    (words / f"{OTHER}.txt").write_text(f"{OTHER}___3___1.0___2.5___So good\r\n")
    touch(folder / "Raw" / "Videos" / "Full" / "Combined" / f"{VIDEO}.mp4")
    touch(folder / "Raw" / "Videos" / "Segmented" / "Combined" / f"{OTHER}_3.mp4")
    return folder


def write_mosi(folder: Path) -> Path:
    words = folder / "Transcript" / "Segmented"
    words.mkdir(parents=True)
    (words / "03bSnISJMiM.annotprocessed").write_text("1_DELIM_ANYHOW IT WAS\n2_DELIM_AND I\n")
    touch(folder / "Video" / "Segmented" / "03bSnISJMiM_1.mp4")
    touch(folder / "Audio" / "WAV_16000" / "Segmented" / "03bSnISJMiM_2.wav")
    return folder


def touch(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()


def label(folder: Path, *rows: str) -> None:
    (folder / "label.csv").write_text(LABELS + "".join(f"{row}\n" for row in rows))


def test_a_line_is_its_part_of_the_whole_film(mosei: Path) -> None:
    first, second, _ = read_corpus(f"mosei:{mosei}").clips
    film = Source(mosei / "Raw" / "Videos" / "Full" / "Combined" / f"{VIDEO}.mp4")
    assert first.media == second.media == {"audio": film, "vision": film}
    assert [(clip.start, clip.end) for clip in (first, second)] == [(0.8, 5.25), (5.25, 9)]
    assert (first.id, first.text) == (f"{VIDEO}$_$0", "I see___ that, a writer.")
    assert (second.group, second.position) == (VIDEO, 10)


def test_a_cut_film_is_whole(mosei: Path) -> None:
    clip = read_corpus(f"mosei:{mosei}").clips[2]
    assert clip.media["vision"].path.name == f"{OTHER}_3.mp4"
    assert (clip.start, clip.end) == (None, None)


def test_sound_alone_is_cut_by_the_same_times(mosei: Path) -> None:
    film = mosei / "Raw" / "Videos" / "Full" / "Combined" / f"{VIDEO}.mp4"
    film.unlink()
    touch(mosei / "Raw" / "Audio" / "Full" / "WAV_16000" / f"{VIDEO}.wav")
    clip = read_corpus(f"mosei:{mosei}").clips[0]
    assert ([*clip.media], clip.start, clip.end) == (["audio"], 0.8, 5.25)


@pytest.mark.parametrize("place", [".", "Raw", "Raw/Transcript", ".."])
def test_the_folder_may_be_given_a_level_too_high_or_too_low(mosei: Path, place: str) -> None:
    assert len(read_corpus(f"mosei:{mosei / place}").clips) == 3


def test_without_scores_clips_have_no_labels_and_a_note_says_where_they_are(mosei: Path) -> None:
    corpus = read_corpus(f"mosei:{mosei}")
    assert {(clip.split, *clip.labels) for clip in corpus.clips} == {(None,)}
    assert corpus.notes == (
        f"No label.csv lies beside {mosei / 'Raw' / 'Transcript'}: clips have neither labels nor "
        "split. THUIAR's label.csv has both.",
    )
    with pytest.raises(DataError) as raised:
        read_corpus(f"mosei:{mosei}", "test")
    assert str(raised.value) == f"{mosei}: mosei has no split 'test' here. Present: all."


def test_a_table_beside_the_transcripts_gives_scores_and_splits(mosei: Path) -> None:
    label(
        mosei,
        f"{VIDEO},0,w,1.5,,,,Positive,train",
        f"{OTHER},3,w,0,,,,Neutral,test",
        "g,1,,1,,,,,test",
    )
    corpus = read_corpus(f"mosei:{mosei}")
    assert {clip.id: (clip.labels["score"], clip.split) for clip in corpus.clips} == {
        f"{VIDEO}$_$0": (1.5, "train"),
        f"{OTHER}$_$3": (0, "test"),
    }
    assert corpus.notes == (
        f"1 skipped, no usable row in label.csv (first: {VIDEO}$_$10).",
        "Labels without a line in the transcripts, left out: 1 (first: g$_$1).",
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a line of nothing", "no <video>___<clip>___<start>___<end>___<text>"),
        ("other___0___1.0___2.0___words", "no <video>___<clip>___<start>___<end>___<text>"),
        (f"{OTHER}___0___one___2.0___words", "no <video>___<clip>___<start>___<end>___<text>"),
        (
            f"{OTHER}___0___0___{'9' * 500}___words",
            "no <video>___<clip>___<start>___<end>___<text>",
        ),
        (f"{OTHER}___0___2.0___2.0___words", "an end that is not after its start"),
        (f"{OTHER}___0___2.0___1.0___words", "an end that is not after its start"),
    ],
)
def test_lines_that_cannot_be_used_are_counted(mosei: Path, line: str, reason: str) -> None:
    words = mosei / "Raw" / "Transcript" / "Segmented" / "Combined" / f"{OTHER}.txt"
    words.write_text(line)
    corpus = read_corpus(f"mosei:{mosei}")
    assert len(corpus.clips) == 2
    assert corpus.notes[0] == f"1 skipped, {reason} (first: {OTHER}.txt line 1)."


def test_a_line_that_stands_twice_is_one_clip(mosei: Path) -> None:
    words = mosei / "Raw" / "Transcript" / "Segmented" / "Combined" / f"{OTHER}.txt"
    words.write_text(words.read_text() * 2)
    assert read_corpus(f"mosei:{mosei}").notes[0] == (
        f"1 skipped, the same video and clip id stood there before (first: {OTHER}$_$3)."
    )


def test_mosi_has_cut_films_and_sounds_and_small_letters(tmp_path: Path) -> None:
    folder = write_mosi(tmp_path / "MOSI" / "Raw").parent
    label(folder, "03bSnISJMiM,1,X,2.4,,,,,train", "03bSnISJMiM,2,X,-1,,,,,train")
    first, second = read_corpus(f"mosi:{folder}").clips
    assert (first.text, first.labels["score"], [*first.media]) == (
        "anyhow it was",
        2.4,
        ["audio", "vision"],
    )
    assert (second.text, [*second.media]) == ("and i", ["audio"])


def test_an_utterance_without_film_and_sound_stays_as_text(tmp_path: Path) -> None:
    folder = write_mosi(tmp_path / "MOSI")
    (folder / "Video" / "Segmented" / "03bSnISJMiM_1.mp4").unlink()
    assert read_corpus(f"mosi:{folder}").notes[0] == (
        "Utterances without a film or sound, kept as text: 1 (first: 03bSnISJMiM$_$1)."
    )
