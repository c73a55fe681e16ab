"""CH-SIMS as it was first released: labels, splits and words in tables of their own.

metadata/sentiment/label_M.csv  label_T.csv  label_A.csv  label_V.csv    video_id, clip_id, label
metadata/train_index.csv  val_index.csv  test_index.csv    index: a row of label_M.csv, from 0
metadata/Translation.csv                                   video_id, clip_id, Chinese, English
Raw/video_0001/0001.mp4
"""

from pathlib import Path

from tritone.core.clip import Clip
from tritone.core.labels import SPLITS
from tritone.datasets.files import read_table
from tritone.datasets.findings import Findings
from tritone.datasets.label_csv import DIGITS, Key, Row, clips_with_films, name_of
from tritone.datasets.scored import CHANNELS, Facts, folder_with, labels_of, text_of

WHOLE = "label_M.csv"


def old_sims(path: Path, facts: Facts, findings: Findings) -> list[Clip] | None:
    """The clips of the older layout; words are the Chinese ones."""
    folder = folder_with(path, facts.name, lambda folder: table_of(folder, WHOLE).is_file())
    if folder is None:
        return None
    return clips_with_films(read_rows(folder, facts, findings), folder, findings)


def table_of(folder: Path, name: str) -> Path:
    return folder / "metadata" / "sentiment" / name


def read_rows(folder: Path, facts: Facts, findings: Findings) -> dict[Key, Row]:
    """The rows of label_M.csv with what the other tables say of the same clip."""
    splits = splits_by_row(folder / "metadata", findings)
    words = column(folder / "metadata" / "Translation.csv", "Chinese", findings)
    alone = {name: column(table_of(folder, f"{name}.csv"), "label", findings) for name in CHANNELS}
    rows: dict[Key, Row] = {}
    table = read_table(table_of(folder, WHOLE), ("video_id", "clip_id", "label"))
    for place, (line, cells) in enumerate(table):
        key, where = key_of(cells), f"{WHOLE} line {line}"
        if key in rows:
            findings.add(
                "the same video and clip id stood there before", f"{where}: {name_of(key)}"
            )
        elif place not in splits:
            findings.add("in none of the tables of splits", f"{where}: {name_of(key)}")
        else:
            whole = {"label": cells["label"], **{name: alone[name].get(key, "") for name in alone}}
            labels = labels_of(whole, facts, where, findings)
            if labels is not None:
                rows[key] = Row(text_of(words.get(key, ""), facts), labels, splits[place])
    return rows


def splits_by_row(metadata: Path, findings: Findings) -> dict[int, str]:
    """The split of each row of label_M.csv; a row in two splits stays in the first."""
    splits: dict[int, str] = {}
    for split in SPLITS:
        table = metadata / f"{split}_index.csv"
        for line, cells in read_table(table, ("index",)) if table.is_file() else ():
            index, place = cells["index"].strip(), f"{table.name} line {line}"
            if not index.isdecimal() or len(index) > 9:
                findings.add("no number of a row in a table of splits", place)
            elif int(index) in splits:
                findings.add("a row of label_M.csv that is in another split too", place)
            else:
                splits[int(index)] = split
    return splits


def column(table: Path, name: str, findings: Findings) -> dict[Key, str]:
    """One column of a table by video and clip; nothing where there is no such table."""
    if not table.is_file():
        findings.tell(f"{table} is not there, so clips lack what it holds.")
        return {}
    needed = ("video_id", "clip_id", name)
    return {key_of(cells): cells[name].strip() for _, cells in read_table(table, needed)}


def key_of(cells: dict[str, str]) -> Key:
    """Video and clip, the clip with the zeros that some of the tables have lost."""
    return cells["video_id"].strip(), cells["clip_id"].strip().zfill(DIGITS)
