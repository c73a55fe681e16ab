"""Computational sequences (.csd) of CMU's Multimodal SDK: words, labels and streams of numbers.

    /<name>/data/<video>/{features (row, dim), intervals (row, 2) in seconds}

Each row of the labels is a clip. Streams are read video by video: cut to the clip, or averaged
over its words. Keys "video[i]", as in the folders that the SDK deploys, are clips already.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from tritone.core.align import EPSILON_SECONDS, align_to
from tritone.core.batch import Track
from tritone.core.clip import Clip, Word
from tritone.core.errors import DataError, RecipeError
from tritone.core.parts import Rows
from tritone.core.task import Regression, Task
from tritone.datasets.published.csd_stream import Rowset, Stream
from tritone.datasets.published.folds import split_of
from tritone.datasets.published.labels import scale_of, score_labels, score_tasks, text_of
from tritone.datasets.published.rows import Ledger, Tracks, finite, usual_order
from tritone.datasets.published.table import Published, told_apart

EMOTIONS = ("joy", "sadness", "anger", "surprise", "disgust", "fear")  # MOSEI's columns 1 to 6
STRONGEST = 3  # of an emotion in MOSEI
PAUSE = "sp"
CLIP = re.compile(r"(.+)\[(\d+)\]")
WORDS = "words"


@dataclass(frozen=True)
class Piece:
    """Where a clip lies.

    Args:
        clip: what is known of it.
        keys: the names under which a stream may hold its video, the nearest first.
    """

    clip: Clip
    keys: tuple[str, ...]


def files_in(path: Path) -> list[Path]:
    """The .csd files of a folder, or the one file."""
    return sorted(path.glob("*.csd")) if path.is_dir() else [path]


def read(
    path: Path,
    scale: tuple[int, int] | None = None,
    *,
    folds: Mapping[str, str] | None = None,
    align: str | None = None,
) -> Published:
    """The clips of all videos, in the order of their names.

    Args:
        path: a folder of .csd files, or one of them.
        scale: lowest and highest score; judged by the scores where it is not known.
        folds: video to split; drawn by the name of the video, 7 : 1 : 2, where it is not given.
        align: "words" averages all streams over the words; none leaves them as they are.

    Raises:
        DataError: a file is damaged, or there are no words to align to.
        MissingExtra: h5py is not installed.
    """
    if align not in (None, WORDS):
        raise RecipeError(f"align takes {WORDS!r}, got {align!r}.")
    ledger, changes = Ledger(), Ledger()
    streams = by_role([Stream(file) for file in files_in(path)], ledger)
    words, labels = streams.pop(WORDS, None), streams.pop("labels", None)
    if align and words is None:
        raise DataError(f"{path} has no stream of words to align to. Put its words' .csd there.")
    scores = all_scores(labels) if labels else {}
    scale = scale_of(
        np.concatenate([*(rows[:, 0] for rows in scores.values()), np.empty(0)]), scale, ledger.add
    )
    pieces = pieces_of(scores, labels, streams, scale, folds, ledger)
    if not pieces:
        raise DataError(f"{path} holds no video.")
    pieces = [worded(piece, words) for piece in pieces] if words else pieces
    ids = told_apart([piece.clip for piece in pieces], ledger)
    if ids != [piece.clip.id for piece in pieces]:
        raise DataError(f"{path} holds clips twice: {ledger.notes[-1]}")
    kinds = {name: Rows((dim_of(stream),)) for name, stream in streams.items()}
    if not kinds:
        raise DataError(f"{path} holds no stream of numbers beside words and labels.")

    return Published(
        layout="CMU-SDK csd" + (", aligned to words" if align else ""),
        clips=tuple(piece.clip for piece in pieces),
        modalities=kinds,
        tasks=tasks_of(scores, scale),
        tracks=tracks_in(streams, pieces, kinds, bool(align), changes),
        sources=tuple(files_in(path)),
        notes=ledger.notes,
        changes=changes,
    )


def tracks_in(
    streams: Mapping[str, Stream],
    pieces: Sequence[Piece],
    kinds: Mapping[str, Rows],
    align: bool,
    changes: Ledger,
) -> Tracks:
    """The rows of any clip, cut to it or averaged over its words."""

    def tracks(row: int) -> dict[str, Track]:
        clip, found = pieces[row].clip, {}
        times = np.array([[word.start, word.end] for word in clip.words]).reshape(-1, 2)
        for name, stream in streams.items():
            rows, whose = rows_in(stream, pieces[row]), f"{name} of {clip.id!r}"
            if rows is None:
                changes.add(f"Clips whose video has no {name}, which is missing", clip.id)
            if align:
                found[name] = averaged(rows, times, kinds[name], whose, changes)
            else:
                found[name] = cut(rows, kinds[name], whose, changes)
        return found

    return tracks


def by_role(streams: Sequence[Stream], ledger: Ledger) -> dict[str, Stream]:
    """The streams by what they are; a second one of a kind goes by its own name too."""
    found: dict[str, Stream] = {}
    for stream in streams:
        role = stream.role
        if not role or (role == WORDS and not stream.is_text):
            ledger.add("Streams left out, as they are neither words nor features", stream.name)
        elif role not in found:
            found[role] = stream
        else:
            own = re.sub(r"\W+", "_", f"{role}_{stream.name}".lower())
            ledger.add(f"Streams of {role} beside the first, under their own names", own)
            found[own] = stream
    return {name: found[name] for name in sorted(found, key=usual_order)}


def all_scores(labels: Stream) -> dict[str, np.ndarray]:
    """The labels of every video: (clip, 1), or (clip, 7) with MOSEI's emotions."""
    found = {}
    for video in sorted(labels.videos):
        rows = labels.rows(video)
        values = rows.values if rows else np.empty((0, 1))
        if values.dtype.kind not in "fiu" or values.shape[1:] not in ((1,), (1 + len(EMOTIONS),)):
            shape = f"{values.shape} of {values.dtype}"
            raise DataError(f"{labels.path}: {video} has labels {shape}; 1 or 7 numbers are read.")
        found[video] = values.astype(np.float64)
    return found


def tasks_of(scores: Mapping[str, np.ndarray], scale: tuple[int, int]) -> dict[str, Task]:
    """What can be predicted."""
    if not scores:
        return {}
    emotions = any(values.shape[1] > 1 for values in scores.values())
    felt: dict[str, Task] = {name: Regression(0, STRONGEST) for name in EMOTIONS}
    return score_tasks(scale) | (felt if emotions else {})


def pieces_of(
    scores: Mapping[str, np.ndarray],
    labels: Stream | None,
    streams: Mapping[str, Stream],
    scale: tuple[int, int],
    folds: Mapping[str, str] | None,
    ledger: Ledger,
) -> list[Piece]:
    """The clips: a row of the labels each; without labels, all of each video."""
    pieces = []
    videos = list(scores) or sorted(
        {video for stream in streams.values() for video in stream.videos}
    )
    for key in videos:
        named = CLIP.fullmatch(key)
        video = named[1] if named else key
        rows = labels.rows(key) if labels else None
        split = split_of(video, folds)
        if folds is None:
            ledger.add("Videos put in a split drawn here, as the files have none", video)
        elif split is None:
            ledger.add("Videos in no split of the list", video)
        for place in range(len(rows.times) if rows else 1):
            number = int(named[2]) if named else place if rows else None
            start, end = rows.times[place] if rows else (None, None)
            known = score_labels(float(scores[key][place, 0]), scale) if rows else {}
            for name, value in zip(EMOTIONS, scores[key][place, 1:] if rows else (), strict=False):
                if 0 <= value <= STRONGEST:
                    known[name] = float(value)
            name = video if number is None else f"{video}[{number}]"
            clip = Clip(
                name,
                start=None if start is None else float(start),
                end=None if end is None else float(end),
                group=video,
                position=None if number is None or number >= 10**6 else number,
                labels=known,
                split=split,
            )
            pieces.append(Piece(clip, tuple(dict.fromkeys((name, key, video)))))
    return pieces


def worded(piece: Piece, words: Stream) -> Piece:
    """A clip with its words and their times; pauses count among them, but are not text."""
    rows = rows_in(words, piece)
    if rows is None:
        return piece
    said = [text_of(row[0]) for row in rows.values]
    timed = tuple(
        Word(text, *map(float, times)) for text, times in zip(said, rows.times, strict=True)
    )
    text = " ".join(word for word in said if word and word != PAUSE)
    return replace(piece, clip=replace(piece.clip, words=timed, text=text or None))


def rows_in(stream: Stream, piece: Piece) -> Rowset | None:
    """The rows of a stream that overlap a clip."""
    rows = next((rows for key in piece.keys if (rows := stream.rows(key)) is not None), None)
    start, end = piece.clip.start, piece.clip.end
    if rows is None or start is None or end is None:
        return rows
    inside = (rows.times[:, 1] - start > EPSILON_SECONDS) & (
        end - rows.times[:, 0] > EPSILON_SECONDS
    )
    return Rowset(rows.values[inside], rows.times[inside])


def averaged(
    rows: Rowset | None, words: np.ndarray, kind: Rows, name: str, changes: Ledger
) -> Track:
    """The rows averaged over each word; a word that none overlaps is not real."""
    if rows is None:
        return cut(None, kind, name, changes)
    values = torch.from_numpy(rows.values.astype(np.float64))
    whole = torch.ones(len(values), dtype=torch.bool)
    mean = align_to(Track(values, whole, torch.from_numpy(rows.times)), torch.from_numpy(words))
    return Track(
        torch.from_numpy(finite(mean.values.numpy(), name, changes)), mean.mask, mean.spans.float()
    )


def cut(rows: Rowset | None, kind: Rows, name: str, changes: Ledger) -> Track:
    """The rows as they are."""
    values = np.empty((0, kind.size), np.float32) if rows is None else rows.values
    times = np.empty((0, 2)) if rows is None else rows.times
    return Track(
        torch.from_numpy(finite(values, name, changes)),
        torch.ones(len(values), dtype=torch.bool),
        torch.from_numpy(times.astype(np.float32)),
    )


def dim_of(stream: Stream) -> int:
    """How many numbers a row of a stream has.

    Raises:
        DataError: it has no row, or its rows are no numbers.
    """
    for video in stream.videos:
        rows = stream.rows(video)
        if rows is not None and rows.values.size:
            if rows.values.dtype.kind not in "fiu":
                raise DataError(f"{stream.path} holds {rows.values.dtype}; a stream has numbers.")
            return rows.values.shape[1]
    raise DataError(f"{stream.path} holds no row of numbers.")
