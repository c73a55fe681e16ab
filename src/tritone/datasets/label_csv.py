"""label.csv and Raw/<video>/<clip>.mp4: MOSI, MOSEI and CH-SIMS as THUIAR distributes them.

    video_id,clip_id,text,label,label_T,label_A,label_V,annotation,mode

Ids are text: CH-SIMS's films are called 0001.mp4, while its table has lost the zeros.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tritone.core.clip import Clip, Source
from tritone.core.errors import DataError
from tritone.datasets.corpus import split_name
from tritone.datasets.files import read_table
from tritone.datasets.findings import Findings
from tritone.datasets.scored import Facts, folder_with, labels_of, position_of, text_of

COLUMNS = ("video_id", "clip_id", "text", "label", "mode")
FILMS = (".mp4", ".avi", ".mkv", ".mov", ".webm", ".flv")
DIGITS = 4  # of a CH-SIMS clip's file name

Key = tuple[str, str]  # video and clip


@dataclass(frozen=True)
class Row:
    """One row of a table of labels: what is known of a clip besides its media."""

    text: str | None
    labels: Mapping[str, str | float]
    split: str | None


def label_csv(path: Path, facts: Facts, findings: Findings) -> list[Clip] | None:
    """The clips of the layout; without Raw they are text alone."""
    folder = folder_with(path, facts.name, lambda folder: table_in(folder, facts) is not None)
    table = None if folder is None else table_in(folder, facts)
    if folder is None or table is None:
        return None
    return clips_with_films(read_rows(table, facts, findings), folder, findings)


def table_in(folder: Path, facts: Facts) -> Path | None:
    """The table of labels that lies in a folder."""
    return next((folder / name for name in facts.tables if (folder / name).is_file()), None)


def read_rows(table: Path, facts: Facts, findings: Findings) -> dict[Key, Row]:
    """Rows that can be used, by video and clip; the others are counted.

    Raises:
        DataError: the table cannot be read, or lacks a column.
    """
    rows: dict[Key, Row] = {}
    for line, cells in read_table(table, COLUMNS):
        place = f"{table.name} line {line}"
        key = (cells["video_id"].strip(), cells["clip_id"].strip())
        if not all(key):
            findings.add("no video or clip id", place)
            continue
        if key in rows:
            findings.add(
                "the same video and clip id stood there before", f"{place}: {name_of(key)}"
            )
            continue
        try:
            split = split_name(cells["mode"])
        except DataError:
            findings.add("no known split", place)
            continue
        labels = labels_of(cells, facts, place, findings)
        if labels is not None:
            rows[key] = Row(text_of(cells["text"], facts), labels, split)
    return rows


def clips_with_films(rows: Mapping[Key, Row], folder: Path, findings: Findings) -> list[Clip]:
    """Each row with its film from Raw; what lacks its counterpart is counted."""
    films, clips = films_in(folder), []
    there = bool(films)
    for key, row in rows.items():
        film = films.pop(key, None)
        padded = (key[0], key[1].zfill(DIGITS))
        if film is None and padded in films and padded not in rows:
            findings.note("Clip ids that had lost their zeros", name_of(key))
            film, key = films.pop(padded), padded
        if film is None and row.text is None:
            findings.add("neither text nor film", name_of(key))
            continue
        if film is None and there:
            findings.note("Utterances without a film, kept as text", name_of(key))
        media = {} if film is None else {"audio": Source(film), "vision": Source(film)}
        clips.append(clip_of(key, row, media))
    if rows and not there:
        findings.tell(f"No films lie in {folder / 'Raw'}: the clips are text alone.")
    for key in films:
        findings.note("Films without a usable row, left out", name_of(key))
    return clips


def clip_of(
    key: Key,
    row: Row,
    media: Mapping[str, Source],
    start: float | None = None,
    end: float | None = None,
) -> Clip:
    """A clip under the id that feature files of the corpora use: video$_$clip."""
    return Clip(
        name_of(key),
        media=media,
        start=start,
        end=end,
        text=row.text,
        group=key[0],
        position=position_of(key[1]),
        labels=row.labels,
        split=row.split,
    )


def name_of(key: Key) -> str:
    """The id of a clip in feature files, and here."""
    return "$_$".join(key)


def films_in(folder: Path) -> dict[Key, Path]:
    """The films of Raw, by video and clip."""
    return {
        (file.parent.name, file.stem): file
        for raw in sorted(folder.iterdir())
        if raw.name.lower() == "raw" and raw.is_dir()
        for file in sorted(raw.glob("*/*"))
        if file.suffix.lower() in FILMS and not file.name.startswith("._")
    }
