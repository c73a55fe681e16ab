"""Corpora of opinions that have a score (MOSI, MOSEI, CH-SIMS): what their layouts share.

A layout is a function that gives the clips of a folder, or None where the folder is not in it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.labels import SENTIMENTS, sentiment_of_score
from tritone.datasets.corpus import Corpus, Sheet, classes_of, only, splits_of
from tritone.datasets.files import folder_of
from tritone.datasets.findings import Findings

FEATURE_FILES = (".pkl", ".pickle", ".csd", ".h5", ".hdf5", ".pt")
CHANNELS = {"label_T": "text", "label_A": "audio", "label_V": "vision"}
# Folders within a corpus that are given in its place.
WITHIN = ("raw", "transcript", "metadata", "audio", "video", "videos")
# The longer name first: the shorter one is part of it.
NAMES = ("simsv2", "sims", "mosei", "mosi")
SHOWN = 30  # characters of a wrong cell in a message


@dataclass(frozen=True)
class Facts:
    """What the layouts must know of a corpus.

    Args:
        name: as in a spec.
        top: the highest score; the lowest is its negative.
        sheet: what a person must know of it.
        tables: names that its table of labels can have.
        capitals: transcripts are published in capitals, and given in small letters here.
    """

    name: str
    top: float
    sheet: Sheet
    tables: tuple[str, ...] = ("label.csv",)
    capitals: bool = False


Layout = Callable[[Path, Facts, Findings], list[Clip] | None]


def read_scored(path: Path, split: str, facts: Facts, layouts: Sequence[Layout]) -> Corpus:
    """The clips of one split, from the first layout that the folder is in.

    Args:
        path: the corpus's folder, the one above or a known one in it, its table of labels, or a
            published file of features, or a folder of such files.
        split: which split is wanted.
        facts: of the corpus.
        layouts: tried in this order.

    Raises:
        DataError: the path is in none of the layouts, or lacks the split.
    """
    if path.is_file() and is_feature_file(path):
        return read_features(path, split, facts)
    inside = path.is_file() and path.name in facts.tables
    folder, findings = folder_of(path.parent if inside else path, facts.name), Findings()
    for layout in layouts:
        clips = layout(folder, facts, findings)
        if clips is not None:
            return only(corpus_from(clips, facts, findings), split)
    if any(map(is_feature_file, folder.iterdir())):
        return read_features(folder, split, facts)
    raise DataError(f"{folder} holds no {facts.name}. It needs {facts.sheet.needs}.")


def is_feature_file(path: Path) -> bool:
    return path.suffix.lower() in FEATURE_FILES


def read_features(path: Path, split: str, facts: Facts) -> Corpus:
    from tritone.datasets.published.corpus import corpus_of

    return corpus_of(path, name=facts.name, split=split, sheet=facts.sheet)


def corpus_from(clips: list[Clip], facts: Facts, findings: Findings) -> Corpus:
    """The whole corpus; targets are sentiment, score, valence and the channels' own scores."""
    top = facts.top
    held = {name for clip in clips for name in clip.labels}
    scales = {"score": (-top, top), "valence": (-1.0, 1.0)}
    own = [f"score_{channel}" for channel in CHANNELS.values()]
    scales |= {name: (-top, top) for name in own if name in held}
    return Corpus(
        name=facts.name,
        clips=tuple(clips),
        classes=classes_of(clips, {"sentiment": SENTIMENTS}),
        splits=splits_of(clips),
        default_target="sentiment",
        modalities=channels_of(clips),
        sheet=facts.sheet,
        scales=scales,
        notes=findings.notes,
    )


def channels_of(clips: Iterable[Clip]) -> tuple[str, ...]:
    """The channels that at least one clip has."""
    held = set()
    for clip in clips:
        held |= {*clip.media} | ({"text"} if clip.text is not None else set())
    return tuple(name for name in ("text", "audio", "vision") if name in held)


def labels_of(
    row: Mapping[str, str], facts: Facts, place: str, findings: Findings
) -> dict[str, str | float] | None:
    """Score, valence, sentiment and the channels' own scores; None for a row without a score."""
    scale, score = f"[-{facts.top:g}, {facts.top:g}]", score_of(row["label"], facts.top)
    if score is None:
        findings.add(f"no score in {scale}", f"{place}: {row['label'][:SHOWN]!r}")
        return None
    sentiment = sentiment_of_score(score)
    annotation = row.get("annotation", "").strip().lower()
    if annotation and annotation != sentiment:
        findings.note(
            "Annotations that the score contradicts; the score counts",
            f"{place}: {annotation[:SHOWN]} for {score:g}",
        )
    labels = {"score": score, "valence": score / facts.top, "sentiment": sentiment}
    for column, channel in CHANNELS.items():
        cell = row.get(column, "").strip()
        alone = score_of(cell, facts.top)
        if alone is not None:
            labels[f"score_{channel}"] = alone
        elif cell:
            fact = f"{column} that is no score in {scale}, left out"
            findings.note(fact, f"{place}: {cell[:SHOWN]!r}")
    return labels


def score_of(cell: str, top: float) -> float | None:
    """The number that a cell holds, if it is one within the scale."""
    try:
        score = float(cell)
    except ValueError:
        return None
    return score if -top <= score <= top else None


def position_of(clip: str) -> int | None:
    """The place of a clip in its video, where its id is a number."""
    return int(clip) if clip.isdecimal() and len(clip) < 10 else None


def text_of(cell: str, facts: Facts) -> str | None:
    """The words of a clip; None where there are none."""
    text = cell.strip()
    return (text.lower() if facts.capitals else text) or None


def folder_with(path: Path, name: str, holds: Callable[[Path], bool]) -> Path | None:
    """The folder that `holds` a layout: the path itself, the one above it, or the one in it.

    Raises:
        DataError: several folders in it do, and none is plainly the one of `name`.
    """
    if holds(path):
        return path
    if path.name.lower() in WITHIN and holds(path.parent):
        return path.parent
    inside = [folder for folder in sorted(path.iterdir()) if folder.is_dir() and holds(folder)]
    named = [folder for folder in inside if corpus_named(folder) == name]
    candidates = named or [folder for folder in inside if corpus_named(folder) is None]
    if len(candidates) == 1:
        return candidates[0]
    if inside:
        found = ", ".join(folder.name for folder in inside)
        raise DataError(
            f"{path} holds other corpora or several: {found}. "
            f"Give the folder of {name} itself: {name}:FOLDER."
        )
    return None


def corpus_named(folder: Path) -> str | None:
    """Which of these corpora a folder is called after."""
    letters = "".join(letter for letter in folder.name.lower() if letter.isalnum())
    return next((name for name in NAMES if name in letters), None)
