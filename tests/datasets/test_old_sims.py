"""CH-SIMS's older release: labels by channel, splits by row, words in a table."""

from pathlib import Path

import pytest

from tritone.core.errors import DataError
from tritone.datasets.spec import read_corpus

SCORES = {"M": (-0.8, 1.0, 0.0), "T": (0.2, 1.0, 0.0), "A": (-1.0, 0.8, 0.2), "V": (-0.6, 1, 0)}
CLIPS = (("video_0001", "1"), ("video_0001", "2"), ("video_0002", "1"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three clips; row 0 is of train, row 1 of test, row 2 of val."""
    root, metadata = tmp_path / "CH-SIMS", tmp_path / "CH-SIMS" / "metadata"
    (metadata / "sentiment").mkdir(parents=True)
    for channel, scores in SCORES.items():
        rows = [
            f"{video},{clip},{score}" for (video, clip), score in zip(CLIPS, scores, strict=True)
        ]
        write(metadata / "sentiment" / f"label_{channel}.csv", "video_id,clip_id,label", *rows)
    for split, row in (("train", 0), ("test", 1), ("val", 2)):
        write(metadata / f"{split}_index.csv", "index", str(row))
    words = [f"{video},{clip},\u597d{place},good" for place, (video, clip) in enumerate(CLIPS)]
    write(metadata / "Translation.csv", "video_id,clip_id,Chinese,English", *words)
    for video, clip in CLIPS:
        (root / "Raw" / video).mkdir(parents=True, exist_ok=True)
        (root / "Raw" / video / f"{clip.zfill(4)}.mp4").touch()
    return root


def write(file: Path, *lines: str) -> None:
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_labels_words_splits_and_films_come_together(folder: Path) -> None:
    corpus = read_corpus(f"sims:{folder}")
    assert [(clip.id, clip.text, clip.split) for clip in corpus.clips] == [
        ("video_0001$_$0001", "\u597d0", "train"),
        ("video_0001$_$0002", "\u597d1", "test"),
        ("video_0002$_$0001", "\u597d2", "val"),
    ]
    assert corpus.clips[0].labels == {
        "score": -0.8,
        "valence": -0.8,
        "sentiment": "negative",
        "score_text": 0.2,
        "score_audio": -1.0,
        "score_vision": -0.6,
    }
    assert corpus.clips[1].media["vision"].path == folder / "Raw" / "video_0001" / "0002.mp4"
    assert corpus.notes == ()


@pytest.mark.parametrize("place", ["..", "metadata", "Raw"])
def test_the_folder_may_be_given_a_level_too_high_or_too_low(folder: Path, place: str) -> None:
    assert len(read_corpus(f"sims:{folder / place}").clips) == 3


def test_a_row_of_no_split_and_a_row_of_two_are_counted(folder: Path) -> None:
    write(folder / "metadata" / "train_index.csv", "index", "0", "last", "2")
    (folder / "metadata" / "test_index.csv").unlink()
    corpus = read_corpus(f"sims:{folder}")
    assert [clip.split for clip in corpus.clips] == ["train", "train"]
    assert corpus.notes == (
        "1 skipped, no number of a row in a table of splits (first: train_index.csv line 3).",
        "1 skipped, a row of label_M.csv that is in another split too "
        "(first: val_index.csv line 2).",
        "1 skipped, in none of the tables of splits "
        "(first: label_M.csv line 3: video_0001$_$0002).",
        "Films without a usable row, left out: 1 (first: video_0001$_$0002).",
    )


def test_tables_that_lack_leave_their_labels_out(folder: Path) -> None:
    gone = folder / "metadata" / "sentiment" / "label_T.csv"
    gone.unlink()
    corpus = read_corpus(f"sims:{folder}")
    assert "score_text" not in corpus.scales
    assert corpus.notes == (f"{gone} is not there, so clips lack what it holds.",)


def test_a_clip_that_stands_twice_is_read_once(folder: Path) -> None:
    table = folder / "metadata" / "sentiment" / "label_M.csv"
    write(table, *table.read_text().splitlines(), "video_0001,0001,0.2")
    assert read_corpus(f"sims:{folder}").notes == (
        "1 skipped, the same video and clip id stood there before "
        "(first: label_M.csv line 5: video_0001$_$0001).",
    )


def test_a_renamed_column_is_named(folder: Path) -> None:
    table = folder / "metadata" / "Translation.csv"
    write(table, "video_id,clip_id,chinese,English", "video_0001,1,a,b")
    with pytest.raises(DataError) as raised:
        read_corpus(f"sims:{folder}")
    assert str(raised.value) == (
        f"{table} lacks the column 'Chinese'. It has: video_id, clip_id, chinese, English."
    )
