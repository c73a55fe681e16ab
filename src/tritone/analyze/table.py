"""A result as a table: one flat row for each segment, and the same as CSV."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tritone.analyze.result import Channel, ClipResult, SegmentResult, number
from tritone.analyze.save import clean

# A spreadsheet would run a cell that begins so; the last four are the full-width forms.
FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def rows_of(clips: Sequence[ClipResult]) -> Iterator[dict[str, Any]]:
    """One flat row for each segment, all with the same columns."""
    segments = [segment for clip in clips for segment in clip.segments]
    emotions = _names(segment.emotions for segment in segments)
    modalities = _names(segment.modalities for segment in segments)
    is_named = any(segment.target is not None for segment in segments)
    for clip in clips:
        for segment in clip.segments:
            yield _row(clip, segment, emotions, modalities, is_named=is_named)


def csv_text(rows: Sequence[dict[str, Any]]) -> str:
    """One line for each row; no cell of the user's text can act as a formula."""
    lines = io.StringIO()
    writer = csv.DictWriter(lines, list(rows[0]) if rows else ["path"])
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return lines.getvalue()


def _row(
    clip: ClipResult,
    segment: SegmentResult,
    emotions: list[str],
    modalities: list[str],
    *,
    is_named: bool,
) -> dict[str, str | float | bool | None]:
    row = {
        "path": clip.path,
        "start": number(segment.start),
        "end": number(segment.end),
        "speaker": segment.speaker,
        "text": segment.text,
        "sentiment": segment.sentiment,
        "valence": number(segment.valence),
        "confidence": number(segment.confidence),
        "conflict": number(segment.conflict),
        "mixed": bool(segment.mixed),
    }
    if is_named:
        said = segment.target or {}
        row["target"] = said.get("name")
        row["label"] = said.get("label", number(said.get("score")))
    row |= {f"probability_{name}": number(p) for name, p in segment.probabilities.items()}
    row |= {f"emotion_{name}": number(segment.emotions.get(name)) for name in emotions}
    for name in modalities:
        channel = segment.modalities.get(name, Channel(False, reason="not given"))
        row[f"{name}_valence"] = number(channel.valence)
        row[f"{name}_contribution"] = number(channel.contribution)
        row[f"{name}_absent"] = None if channel.present else channel.reason
    return row


def _cell(value: str | float | bool | None) -> str | float | bool | None:
    if not isinstance(value, str):
        return value
    text = clean(value).replace("\0", "")
    return "'" + text if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def _names(mappings: Iterable[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for mapping in mappings for name in mapping))
