"""What `analyze` says: a Result of clips, each a row of segments, and how it is written down.

    Result ─ clips ─ ClipResult ─ segments ─ SegmentResult ─ modalities ─ Channel
           └ errors ─ Failure                              └ words, highlights, thumbnail

The JSON is a contract (schema 1): numbers are rounded, and none is NaN or infinite.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tritone.analyze.save import clean, write_text
from tritone.core.clip import Word
from tritone.core.errors import DataError

if TYPE_CHECKING:
    import pandas
    from rich.console import Console

SCHEMA = 1
DIGITS = 4


@dataclass(frozen=True)
class Channel:
    """What one modality says of a segment, or why it says nothing.

    Args:
        present: whether the channel had anything to read.
        valence: the channel's own opinion, -1 to 1; None when absent.
        contribution: its Shapley share of the fused valence; None when absent.
        reason: why it is absent; None when present.
        emotions: the channel's own emotions and their probabilities, where known.
        share: where the model says nothing of valence, its Shapley share of the score, or of
            the probability of the segment's label; None else.
    """

    present: bool
    valence: float | None = None
    contribution: float | None = None
    reason: str | None = None
    emotions: Mapping[str, float] | None = None
    share: float | None = None


@dataclass(frozen=True)
class SegmentResult:
    """What was felt in one stretch of a clip.

    Args:
        start: seconds from the start of the media; None for a picture or written text.
        end: seconds from the start of the media; None for a picture or written text.
        text: what is said or written; None where that is unknown.
        sentiment: "negative", "neutral" or "positive"; None where the model says nothing of it.
        valence: -1 (bad) to 1 (good); None where the model says nothing of it.
        probabilities: of the three sentiments; they sum to 1, or are None where none is known.
        emotions: probability of each emotion.
        confidence: calibrated probability of the named sentiment, or else of the model's own
            label; None where there is none.
        modalities: channel of each modality, the absent ones too.
        conflict: the largest difference between two channels' valences, over 2; 0 to 1.
        mixed: whether the channels disagree or the model cannot decide.
        speaker: who speaks, where known.
        words: the words with their times, where known.
        highlights: a valence for each word of `text.split()`; None when not asked for.
        thumbnail: a small JPEG of the face; shown on the page, not in the JSON.
        target: what a trained model says in its own words: "name", and "label" with
            "probabilities", or "score" with "low" and "high".

    Raises:
        DataError: `highlights` does not hold one value for each word.
    """

    start: float | None
    end: float | None
    text: str | None
    sentiment: str | None
    valence: float | None
    probabilities: Mapping[str, float | None]
    emotions: Mapping[str, float]
    confidence: float | None
    modalities: Mapping[str, Channel]
    conflict: float = 0.0
    mixed: bool = False
    speaker: str | None = None
    words: tuple[Word, ...] = field(default=(), repr=False)
    highlights: tuple[float, ...] | None = field(default=None, repr=False)
    thumbnail: bytes | None = field(default=None, repr=False)
    target: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        words = len((self.text or "").split())
        if self.highlights is not None and len(self.highlights) != words:
            raise DataError(
                f"highlights holds {len(self.highlights)} values for {words} words. It takes one "
                "for each word of text.split()."
            )

    @property
    def own_words(self) -> str | None:
        """What a trained model says that is neither good nor bad, such as "sarcasm: yes"."""
        return None if self.valence is not None else in_words(self.target)


@dataclass(frozen=True)
class Overall:
    """The verdict on a whole clip.

    Args:
        sentiment: its name; None where the model says nothing of sentiment.
        valence: -1 to 1; None where the model says nothing of it.
        target: what a trained model says in its own words, as in a segment.
    """

    sentiment: str | None
    valence: float | None
    target: Mapping[str, Any] | None = None

    @property
    def own_words(self) -> str | None:
        """What a trained model says that is neither good nor bad, such as "sarcasm: yes"."""
        return None if self.valence is not None else in_words(self.target)


@dataclass(frozen=True)
class ClipResult:
    """One input's segments, in the order of time.

    Args:
        path: the input as the caller named it, such as a file's path.
        duration: seconds; None for a picture or written text.
        segments: may be empty, where nothing could be read; `overall` is None then.
        warnings: what the reader of the result should know, in plain words.
    """

    path: str
    duration: float | None
    segments: tuple[SegmentResult, ...]
    overall: Overall | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failure:
    """An input that could not be analysed, and why."""

    path: str
    error: str

    @property
    def sentence(self) -> str:
        """The error for people; the path is put before it unless it is named there."""
        return self.error if self.path in self.error else f"{self.path}: {self.error}"


@dataclass(frozen=True)
class Result:
    """Everything one call of `analyze` found.

    Args:
        model: "name" and "version" of the model that was asked; of a trained one also what it
            was trained on, and its figures.
        clips: the inputs that were done.
        errors: the inputs that were not.
    """

    model: Mapping[str, Any]
    clips: tuple[ClipResult, ...]
    errors: tuple[Failure, ...] = ()

    def to_json(self) -> dict:
        """The result as plain values, ready for `json.dumps`; no number is NaN or infinite."""
        return {
            "schema": SCHEMA,
            "model": dict(self.model),
            "clips": [_clip_json(clip) for clip in self.clips],
            "errors": [{"path": clean(one.path), "error": clean(one.error)} for one in self.errors],
        }

    def json_text(self, *, ascii_only: bool = False) -> str:
        """The result as strict JSON text; `ascii_only` for a terminal that is not UTF-8."""
        return json.dumps(self.to_json(), ensure_ascii=ascii_only, indent=1, allow_nan=False)

    def rows(self) -> Iterator[dict[str, str | float | bool | None]]:
        """One flat row for each segment, all with the same columns."""
        from tritone.analyze.table import rows_of

        yield from rows_of(self.clips)

    def to_pandas(self) -> "pandas.DataFrame":
        """One row for each segment."""
        import pandas

        return pandas.DataFrame(list(self.rows()))

    def csv_text(self) -> str:
        """One line for each segment; no cell of the user's text can act as a formula."""
        from tritone.analyze.table import csv_text

        return csv_text(list(self.rows()))

    def save_json(self, path: str | Path) -> Path:
        """Write the JSON to `path`, whole or not at all."""
        return write_text(path, self.json_text() + "\n")

    def save_csv(self, path: str | Path) -> Path:
        """Write the table to `path`, whole or not at all."""
        return write_text(path, self.csv_text())

    def save_html(self, path: str | Path) -> Path:
        """Write one self-contained page to `path`, whole or not at all."""
        from tritone.analyze.html import page

        return write_text(path, page(self))

    def print(self, console: "Console | None" = None) -> None:
        """Show the timeline on a terminal."""
        from tritone.analyze.terminal import show

        show(self, console)


def in_words(target: Mapping[str, Any] | None) -> str | None:
    """A target and what is said of it."""
    if target is None:
        return None
    return f"{target['name']}: {target['label'] if 'label' in target else number(target['score'])}"


def number(value: float | None) -> float | None:
    """Rounded for people and files; None where there is no finite number."""
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), DIGITS) + 0.0  # + 0.0 turns -0.0 into 0.0


def _clip_json(clip: ClipResult) -> dict:
    overall = clip.overall
    return {
        "path": clean(clip.path),
        "duration": number(clip.duration),
        "segments": [_segment_json(segment) for segment in clip.segments],
        "overall": overall and _overall_json(overall),
        "warnings": [clean(warning) for warning in clip.warnings],
    }


def _overall_json(overall: Overall) -> dict:
    said = {"sentiment": overall.sentiment, "valence": number(overall.valence)}
    return said if overall.target is None else {**said, "target": _target_json(overall.target)}


def _target_json(target: Mapping[str, Any]) -> dict:
    """What a trained model says in its own words, its numbers rounded."""
    return {
        key: _numbers(value)
        if isinstance(value, Mapping)
        else number(value)
        if isinstance(value, float)
        else value
        for key, value in target.items()
    }


def _segment_json(segment: SegmentResult) -> dict:
    said = {
        "start": number(segment.start),
        "end": number(segment.end),
        "text": segment.text if segment.text is None else clean(segment.text),
        "speaker": segment.speaker if segment.speaker is None else clean(segment.speaker),
        "sentiment": segment.sentiment,
        "valence": number(segment.valence),
        "probabilities": _numbers(segment.probabilities),
        "emotions": _numbers(segment.emotions),
        "confidence": number(segment.confidence),
        "modalities": {name: _channel_json(one) for name, one in segment.modalities.items()},
        "conflict": number(segment.conflict),
        "mixed": bool(segment.mixed),
    }
    if segment.target is not None:
        said["target"] = _target_json(segment.target)
    if segment.highlights is not None and segment.text is not None:
        said["words"] = [
            {"text": clean(word), "valence": number(valence)}
            for word, valence in zip(segment.text.split(), segment.highlights, strict=True)
        ]
    return said


def _channel_json(channel: Channel) -> dict:
    if not channel.present:
        return {"present": False, "reason": clean(channel.reason or "not given")}
    said = {
        "present": True,
        "valence": number(channel.valence),
        "contribution": number(channel.contribution),
    }
    if channel.share is not None:
        said["share"] = number(channel.share)
    if channel.emotions is not None:
        said["emotions"] = _numbers(channel.emotions)
    return said


def _numbers(values: Mapping[str, float | None]) -> dict[str, float | None]:
    return {name: number(value) for name, value in values.items()}
