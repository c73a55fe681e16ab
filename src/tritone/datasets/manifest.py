"""The user's own data: a table with a row for each clip, as CSV, JSON lines or Parquet.

    id        unique; by default the name of the media file
    text      what is said or written
    video     path of a film: sound and picture        audio     path of the sound
    image     path of a still picture                  openface  path of OpenFace's CSV
    start     seconds into the media                   end       the same
    speaker   who speaks                               group     what must stay in one split
    position  place in the dialogue, from 0            split     train, val or test
    emotion  sentiment  score  valence  score_text  score_audio  score_vision  label_<name>

Paths are relative to the manifest and stay within its folder, for a manifest from elsewhere
must not reach into the rest of the disk: put it above its media. `tritone init-manifest` writes
one.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tritone.core.clip import Clip, Source
from tritone.core.errors import DataError
from tritone.datasets.corpus import Corpus, Sheet, only, split_name, splits_of
from tritone.datasets.files import is_inside
from tritone.datasets.findings import Findings
from tritone.datasets.manifest_labels import CLASS_COLUMNS, SCORES, own_target, settle
from tritone.datasets.manifest_rows import SUFFIXES, Cells, manifest_rows
from tritone.datasets.scored import channels_of
from tritone.datasets.splitting import hash_splits, text_key

# A later one wins: a film's picture over a still, a sound file over the film's sound.
MEDIA = {
    "image": ("vision",),
    "video": ("audio", "vision"),
    "audio": ("audio",),
    "openface": ("openface",),
}
ABOUT = ("id", "text", "start", "end", "speaker", "group", "position", "split")
COLUMNS = (*ABOUT, *MEDIA, *CLASS_COLUMNS, *SCORES)
BY_HASH = (
    "The splits are ours: 8:1:1 by a hash of the group, else of the speaker, else of the file "
    "that a row is cut from, else of the text where there is nothing but text, else of the id."
)

SHEET = Sheet(
    needs="a CSV, JSON lines or Parquet file with a row for each clip, above its media; "
    "tritone init-manifest FOLDER writes one",
    ask="nobody: it is your own data",
    licence="yours",
    counts="as many as there are rows",
    splits="the column split; without it ours, 8:1:1 by a hash of group or speaker",
    floors="tritone audit tells them",
    source="this project: docs/formats.md",
)


def read(path: Path, split: str = "all") -> Corpus:
    """The clips of one split of a manifest.

    Emotions and sentiments are read through the shared aliases; a column that holds other words
    keeps them as classes of its own. A row whose times or id are wrong is skipped; a channel
    whose file is not there, and a label that cannot be read, are left out of their row. All are
    counted.

    Args:
        path: the manifest, or a folder that holds one manifest.csv, .jsonl or .parquet.
        split: train, val, test or all.

    Raises:
        DataError: it is no manifest, has no channel's column, or lacks the split.
    """
    file, findings = file_of(path), Findings()
    clips = with_groups(file.parent, list(read_rows(file, findings)), findings)
    clips, classes, scales = settle(clips, findings)
    targets = [*classes, *scales]
    corpus = Corpus(
        name="manifest",
        clips=tuple(clips),
        classes=classes,
        splits=splits_of(clips),
        default_target=targets[0] if targets else "emotion",
        modalities=channels_of(clips),
        sheet=SHEET,
        scales=scales,
        notes=findings.notes,
    )
    return only(corpus, split)


def file_of(path: Path) -> Path:
    """The manifest itself, or the one of a folder."""
    if path.is_file():
        return path
    if not path.is_dir():
        raise DataError(f"{path} does not exist. Give the manifest: manifest:FILE.csv.")
    inside = [path / f"manifest{suffix}" for suffix in SUFFIXES]
    found = [file for file in inside if file.is_file()]
    if len(found) != 1:
        held = ", ".join(file.name for file in found) or "no manifest.csv, .jsonl or .parquet"
        raise DataError(
            f"{path} holds {held}. Give one file: manifest:FILE.csv. To have one written: "
            f"tritone init-manifest {path}"
        )
    return found[0]


def read_rows(file: Path, findings: Findings) -> Iterator[Clip]:
    """A clip for each row that can be used; labels are as written."""
    seen: set[str] = set()
    unread: set[str] = set()
    first = True
    for number, (place, cells) in enumerate(manifest_rows(file, findings), start=1):
        if first:
            check_columns(file, cells)
            first = False
        unread |= {name for name in cells if name not in COLUMNS and not own_target(name)}
        clip = clip_of(file.parent, number, place, cells, findings)
        if clip is None:
            continue
        if clip.id in seen:
            findings.add("an id that stood there before", f"{place}: {clip.id}")
            continue
        seen.add(clip.id)
        yield clip
    if unread:
        findings.tell(f"Columns that are not read: {', '.join(sorted(unread))}.")


def check_columns(file: Path, cells: Cells) -> None:
    """Hold the first row to what a manifest has; JSON lines may leave out what is empty."""
    if file.suffix.lower() == ".jsonl" or {"text", *MEDIA} & set(cells):
        return
    raise DataError(
        f"{file} has none of the columns text, {', '.join(MEDIA)}. It has: "
        f"{', '.join(cells) or 'none'}."
    )


def clip_of(folder: Path, number: int, place: str, cells: Cells, findings: Findings) -> Clip | None:
    """The clip of a row; None where it cannot be used, which is counted."""
    start, end = time_of(cells, "start"), time_of(cells, "end")
    if any(seconds is not None and not seconds >= 0 for seconds in (start, end)):
        findings.add("start or end that is no time in seconds", place)
        return None
    if end is not None and end <= (start or 0.0):
        findings.add("an end that is not after its start", place)
        return None
    media = media_of(folder, place, cells, findings)
    text = cells.get("text") or None
    if not media and text is None:
        findings.add("neither text nor a media file", place)
        return None
    files = [cells[name] for name in MEDIA if cells.get(name)]
    split = cells.get("split") or None
    try:
        split = None if split is None else split_name(split)
    except DataError:
        findings.add("a split that is none of train, val, test", f"{place}: {split}")
        return None
    return Clip(
        cells.get("id") or default_id(files, start, number),
        media=media,
        start=start,
        end=end,
        text=text,
        speaker=cells.get("speaker") or None,
        group=cells.get("group") or None,
        position=position_of(place, cells, findings),
        labels=written_labels(place, cells, findings),
        split=split,
    )


def time_of(cells: Cells, name: str) -> float | None:
    """Seconds; None where the cell is empty, NaN where it is no finite number."""
    cell = cells.get(name, "")
    return None if not cell else number_of(cell)


def number_of(cell: str) -> float:
    """The number that a cell holds; NaN where it holds none, or an infinite one."""
    try:
        value = float(cell)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def media_of(folder: Path, place: str, cells: Cells, findings: Findings) -> dict[str, Source]:
    """The files of a row, by channel; those that are not to be had are counted."""
    media = {}
    for column, channels in MEDIA.items():
        name = cells.get(column, "")
        if not name:
            continue
        if not is_inside(name):
            findings.note(
                "Paths that leave the manifest's folder, or are not written with /, left out: put "
                "the manifest above its media",
                f"{place}, {column}",
            )
        elif not (folder / name).is_file():
            findings.note("Media files that are not there", f"{place}, {column}: {name}")
        else:
            media |= dict.fromkeys(channels, Source(folder / name))
    return {name: media[name] for name in ("audio", "vision", "openface") if name in media}


def default_id(files: list[str], start: float | None, number: int) -> str:
    """The file's name without its ending, and where in it the clip begins."""
    if not files:
        return f"row_{number}"
    name = files[-1].rpartition(".")[0] or files[-1]
    return name if start is None else f"{name}_{start:g}"


def position_of(place: str, cells: Cells, findings: Findings) -> int | None:
    cell = cells.get("position", "")
    # Tables with gaps come back from pandas with 3.0 for 3.
    value = number_of(cell) if cell else math.nan
    if value >= 0 and value == int(value):
        return int(value)
    if cell:
        findings.note("Positions that are no whole number from 0, left out", place)
    return None


def written_labels(place: str, cells: Cells, findings: Findings) -> dict[str, str | float]:
    """The labels of a row as they are written: words, and finite numbers."""
    labels: dict[str, str | float] = {}
    for name, cell in cells.items():
        if not cell:
            continue
        if name in SCORES:
            value = number_of(cell)
            if math.isnan(value):
                findings.note(f"Values of {name} that are no number, left out", place)
            else:
                labels[name] = value
        elif name in CLASS_COLUMNS:
            labels[name] = cell
        elif own := own_target(name):
            labels[own] = cell
    return labels


def with_groups(folder: Path, clips: list[Clip], findings: Findings) -> list[Clip]:
    """The clips with a group where there is one, and a split each.

    Pieces of one recording are a group, where nothing else is said; splits are as written, or
    ours where the manifest has none.
    """
    ours = all(clip.split is None for clip in clips)
    if ours and clips:
        findings.tell(BY_HASH)
    cuts = {clip.id: cut_from(folder, clip) for clip in clips}
    keys = {clip.id: split_key(clip, cuts[clip.id]) for clip in clips}
    splits = hash_splits(keys.values()) if ours else {}
    kept = []
    for clip in clips:
        if clip.split is None and not ours:
            findings.add("no split, as others have", f"id {clip.id}")
        else:
            split = clip.split or splits[keys[clip.id]]
            kept.append(replace(clip, group=clip.group or cuts[clip.id], split=split))
    return kept


def split_key(clip: Clip, cut: str | None) -> str:
    """What decides a clip's split: all clips of one key stay together."""
    # Who speaks in several recordings is worse to have on two sides than one recording.
    text = text_key(clip.text) if clip.text and not clip.media else None
    return clip.group or clip.speaker or cut or text or clip.id


def cut_from(folder: Path, clip: Clip) -> str | None:
    """The recording that a clip is a piece of."""
    if not clip.media or (clip.start is None and clip.end is None):
        return None
    return next(iter(clip.media.values())).path.relative_to(folder).as_posix()
