"""MELD with its films, in the ways its archive is unpacked, and with its known faults."""

from pathlib import Path

import pytest

from tritone.core.clip import Source
from tritone.core.errors import DataError
from tritone.datasets.spec import read_corpus

HEADER = (
    "Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode,"
    "StartTime,EndTime"
)
DYADIC = HEADER.replace("Season", "Old_Dialogue_ID,Old_Utterance_ID,Season")
TIMES = '8,21,"00:16:16,059","00:16:21,731"'
# As published: 125_3 is corrupt, 110_7 is absent, 220_0 lasts minutes.
ROWS = {"train": ((0, 0), (0, 1), (125, 3)), "dev": ((0, 0), (110, 7)), "test": ((0, 0), (220, 0))}
FILMS = {
    "train/train_splits": ("dia0_utt0", "dia0_utt1", "dia125_utt3", "._dia0_utt0"),
    "dev/dev_splits_complete": ("dia0_utt0", "dia66_utt9", "dia49_utt4"),
    "test/output_repeated_splits_test": ("dia0_utt0", "dia220_utt0", "final_videos_testdia0_utt0"),
}
FAULTS = (
    "Utterances without a film, kept as text: 1 (first: val dia110_utt7 (absent as published)).",
    "Films without an utterance, left out: 3 (first: val dia49_utt4).",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tables above the films: MELD.Raw unpacked, with the tables of its repository."""
    root = tmp_path / "MELD.Raw"
    for split in ROWS:
        write_table(root / f"{split}_sent_emo.csv", split)
    for place, names in FILMS.items():
        (root / place).mkdir(parents=True)
        for name in names:
            (root / place / f"{name}.mp4").touch()
    return root


def write_table(file: Path, split: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        f'{n},"Oh, I\u2019m {split}.",Ross,joy,positive,{dialogue},{utterance},{TIMES}'
        for n, (dialogue, utterance) in enumerate(ROWS[split], start=1)
    ]
    file.write_bytes("\r\n".join([HEADER, *rows, ""]).encode())


def test_each_utterance_has_its_own_film_as_sound_and_picture(folder: Path) -> None:
    corpus = read_corpus(f"meld:{folder}")
    assert corpus.modalities == ("text", "audio", "vision")
    for clip in corpus.clips:
        if clip.id != "val_dia110_utt7":
            name = clip.id.partition("_")[2]
            assert clip.media["audio"] == clip.media["vision"]
            assert clip.media["vision"].path.name == f"{name}.mp4"
            assert (clip.start, clip.end) == (None, None)


def test_films_of_one_name_are_told_apart_by_split(folder: Path) -> None:
    films = {
        c.split: c.media["vision"] for c in read_corpus(f"meld:{folder}").clips if c.position == 0
    }
    assert films["train"] == Source(folder / "train/train_splits/dia0_utt0.mp4")
    assert films["val"] == Source(folder / "dev/dev_splits_complete/dia0_utt0.mp4")


def test_the_known_faults_are_told(folder: Path) -> None:
    assert read_corpus(f"meld:{folder}").notes == (
        *FAULTS,
        f"{folder / 'train/train_splits/dia125_utt3.mp4'} cannot be decoded: "
        "it is corrupt as published.",
        f"{folder / 'test/output_repeated_splits_test/dia220_utt0.mp4'} is minutes long "
        "as published.",
    )


def test_films_may_lie_beside_the_tables(folder: Path) -> None:
    for place in FILMS:
        (folder / place).rename(folder / Path(place).name)
    clips = read_corpus(f"meld:{folder}").clips
    assert [bool(clip.media) for clip in clips] == [True] * 4 + [False] + [True] * 2


def test_the_folder_may_be_the_one_above_and_tables_may_lie_with_the_films(folder: Path) -> None:
    (folder / "train_sent_emo.csv").rename(folder / "train" / "train_sent_emo.csv")
    corpus = read_corpus(f"meld:{folder.parent}")
    assert (len(corpus.clips), corpus.modalities) == (7, ("text", "audio", "vision"))


def test_a_split_without_films_is_text_and_says_so(folder: Path) -> None:
    films = folder / "test" / "output_repeated_splits_test"
    films.rename(folder / "test" / "films")
    corpus = read_corpus(f"meld:{folder}")
    assert [clip.media for clip in corpus.clips if clip.split == "test"] == [{}, {}]
    assert corpus.notes[-1] == (
        f"test is text alone: no folder output_repeated_splits_test lies in {folder}."
    )


def test_the_dyadic_tables_are_read_where_there_are_no_others(folder: Path) -> None:
    for split in ROWS:
        (folder / f"{split}_sent_emo.csv").unlink()
    row = f"1,Hey!,Ross,joy,positive,7,2,0,1,{TIMES}"
    (folder / "train_sent_emo_dya.csv").write_text(f"{DYADIC}\n{row}\n")
    clip = read_corpus(f"meld:{folder}", "train").clips[0]
    assert (clip.id, clip.group, clip.position) == ("train_dia7_utt2", "train_dia7", 2)
    assert clip.media["vision"].path.name == "dia0_utt1.mp4"


def test_official_tables_are_preferred_to_dyadic_ones(folder: Path) -> None:
    (folder / "train_sent_emo_dya.csv").write_text(
        f"{DYADIC}\n1,Hey!,Ross,joy,positive,7,2,0,1,,,,\n"
    )
    assert len(read_corpus(f"meld:{folder}", "train").clips) == 3


def test_a_folder_of_films_alone_names_the_folder_of_the_tables(folder: Path) -> None:
    films = folder / "train" / "train_splits"
    with pytest.raises(DataError) as raised:
        read_corpus(f"meld:{films}")
    assert str(raised.value) == (
        f"{films} holds none of MELD's tables: train_sent_emo.csv, dev_sent_emo.csv, "
        f"test_sent_emo.csv. They lie above: give meld:{folder}."
    )


def test_a_number_too_long_to_be_one_is_counted(folder: Path) -> None:
    row = f"1,Hey!,Ross,joy,positive,{'9' * 5000},2,,,,"
    (folder / "train_sent_emo.csv").write_text(
        f"{HEADER}\n{row}\n1,Hey!,Ross,joy,positive,0,0,,,,\n"
    )
    assert read_corpus(f"meld:{folder}").notes[0] == (
        "1 skipped, no dialogue and utterance number of its own (first: train_sent_emo.csv line 2)."
    )
