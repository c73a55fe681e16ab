"""The main job: media in, timeline out.

    jobs ─ Reader ─▶ pieces ─ pool ─ Judge ─▶ segments ─▶ ClipResult ─▶ Result

Pieces of many clips are pooled, so that a thousand short texts are as few batches as they
can be. The pool is small: memory does not grow with the length of a film.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tritone.analyze.front import Piece
from tritone.analyze.job import Job, Options, Picture, Sound, jobs_of, parts_job
from tritone.analyze.meaning import named_side
from tritone.analyze.mind import Judging, Mind, mind_of
from tritone.analyze.reading import Reader, Reading
from tritone.analyze.result import ClipResult, Failure, Overall, Result, SegmentResult
from tritone.core.errors import DataError, MissingExtra, ModelError, TritoneError, UnknownName

Tell = Callable[[str, float], None]
# Pieces wait until there are so many, or until their tensors hold so many values (8 MB at most).
POOL, POOL_VALUES = 1024, 2_000_000
# These are faults of the call, not of one input: the next input would meet them too.
FATAL = (MissingExtra, ModelError, UnknownName)


def load(name: str | Path = "default", *, device: str = "auto") -> "Analyzer":
    """A model that is ready to analyse.

    Args:
        name: a model that ships with the package, or a folder: one like its own, or what
            `tritone train` left (of several seeds, the best on val is taken).
        device: "auto", "cpu" or "cuda".

    Raises:
        ModelError: no such model, one that cannot analyse, or the device is absent.
        MissingExtra: an extractor needs a package that is not installed.
    """
    return Analyzer(mind_of(name, device))


class Analyzer:
    """Reads sentiment and emotion from media and text.

    Args:
        mind: the model, with what reads for it.
    """

    def __init__(self, mind: Mind) -> None:
        self.mind = mind

    @property
    def name(self) -> str:
        """The model's name."""
        return str(self.mind.about["name"])

    @property
    def version(self) -> str:
        """The version of its weights."""
        return str(self.mind.about["version"])

    def analyze(
        self,
        media: str | Path | Sequence[str | Path] | None = None,
        *,
        text: str | Sequence[str] | None = None,
        audio: Sound | None = None,
        image: Picture | None = None,
        transcript: str | Path | None = None,
        segment: str | None = None,
        asr: str | None = None,
        vad: bool = False,
        fps: int | float | None = None,
        detector: str | Path | None = None,
        words: bool = False,
    ) -> Result:
        """What was felt, when, and which channel said so; any subset of channels will do.

        What cannot be read stands in the result's `errors`; the rest is done.

        Args:
            media: files, folders or globs; each file is one clip.
            text: the words of the clip; alone, a text or a list of them, each one clip.
            audio: a sound file, or samples in -1 to 1 with their rate in Hz.
            image: a picture file, or (height, width, 3) red, green, blue, 0 to 255.
            transcript: the words of the one media file.
            segment: "cues", "pauses" or "windows"; None takes the first that there is.
            asr: a faster-whisper model's name or folder, for media without words.
            vad: find speech with silero-vad, not by energy.
            fps: pictures read in each second of video; as the model was trained by default.
            detector: another face detector's model file.
            words: also give the valence of each word; slower.

        Raises:
            DataError: words that could belong to more than one input, or no input at all.
            ModelError: the speech model or the face detector cannot be loaded.
            MissingExtra: `asr` or `vad` without the package it needs.
        """
        options = Options(
            segment=segment,
            transcript=None if transcript is None else Path(transcript),
            asr=asr,
            vad=vad,
            fps=fps,
            detector=None if detector is None else Path(detector),
        )
        named = [media] if isinstance(media, str | Path) else list(media or ())
        texts = [text] if isinstance(text, str) else list(text or ())
        if audio is not None or image is not None:
            rate_hz = self.mind.front.rate_hz
            jobs = [parts_job(named, texts, audio, image, rate_hz, options.transcript)]
            return self.run(jobs, options, words=words)
        if not (named or texts):
            raise DataError("Nothing to analyse: give media, text, audio or image.")
        jobs, failures = jobs_of(named, texts, transcript=options.transcript)
        return self.run(jobs, options, failures=failures, words=words)

    def run(
        self,
        jobs: Sequence[Job],
        options: Options | None = None,
        *,
        failures: Sequence[Failure] = (),
        words: bool = False,
        tell: Tell = lambda name, done: None,
    ) -> Result:
        """The result of all jobs, in their order; one that fails does not stop the others.

        Args:
            jobs: the clips.
            options: how media are read.
            failures: inputs that had failed before, to be listed with the others.
            words: also give the valence of each word.
            tell: called with the clip at hand, and the share of the work that is done.
        """
        reader = Reader(self.mind.front, options or Options())
        pool = _Pool(self.mind.judge, words)
        drafts, failed = [], list(failures)
        for place, job in enumerate(jobs):
            draft = _Draft(job, self.mind.front.advice)
            try:
                reading = reader.open(job)
                draft.duration, draft.warnings = reading.duration, reading.warnings
                for number, piece in enumerate(reader.pieces(reading)):
                    tell(job.name, (place + number / len(reading.segments)) / len(jobs))
                    pool.add(draft, piece)
                drafts.append(draft)
                if reading.breaks_off is not None:
                    failed.append(Failure(job.name, broken(reading)))
            except FATAL:
                raise
            except (TritoneError, OSError) as error:
                failed.append(Failure(job.name, str(error)))
        pool.judge_all()
        done = [draft.finish() for draft in drafts]
        failed += [one for one in done if isinstance(one, Failure)]
        clips = tuple(one for one in done if isinstance(one, ClipResult))
        return Result(self.mind.about, clips, tuple(failed))


def broken(reading: Reading) -> str:
    """What is wrong with a file that ends before its time; what there is, is analysed."""
    return (
        f"It says it is {reading.duration or 0.0:.1f} s long, but breaks off at "
        f"{reading.breaks_off or 0.0:.1f} s. What came before was analysed. "
        "Copy or record it again."
    )


@dataclass
class _Draft:
    """A clip's result while its pieces are still on their way."""

    job: Job
    advice: str
    duration: float | None = None
    warnings: list[str] = field(default_factory=list)
    segments: list[SegmentResult | None] = field(default_factory=list)

    def finish(self) -> ClipResult | Failure:
        """The clip's result; a failure if there was nothing at all to read."""
        segments = tuple(one for one in self.segments if one is not None)
        overall = pooled(segments)
        if overall is None and self.job.is_line:
            # Kept, so that the result has as many clips as the file has lines.
            return ClipResult(self.job.name, None, (), None, ("the line is empty.",))
        if overall is None:
            return Failure(self.job.name, self._why_nothing(segments))
        told = tuple(dict.fromkeys(self.warnings))
        return ClipResult(self.job.name, self.duration, segments, overall, told)

    def _why_nothing(self, segments: Sequence[SegmentResult]) -> str:
        if self.duration is None and not segments:
            return "The text is empty. Write some words, or leave it out."
        if not segments:
            return " ".join([*self.warnings, "There is nothing to read: it has no length."])
        reasons = dict.fromkeys(
            f"{name}: {channel.reason}"
            for one in segments
            for name, channel in one.modalities.items()
        )
        told = [warning.rstrip(".") + "." for warning in dict.fromkeys(self.warnings)]
        return " ".join(
            [
                f"There is nothing to read in it ({'; '.join(reasons)}).",
                *told,
                self.advice,
            ]
        )


class _Pool:
    """Pieces that wait for others of their length."""

    def __init__(self, judge: Judging, words: bool) -> None:
        self.judge, self.words = judge, words
        self.waiting: list[tuple[_Draft, int, Piece]] = []
        self.values = 0

    def add(self, draft: _Draft, piece: Piece) -> None:
        # A model that reads a whole conversation is asked between two clips, not within one.
        if self.is_full and not (self.judge.keeps_clips_whole and draft.segments):
            self.judge_all()
        self.waiting.append((draft, len(draft.segments), piece))
        draft.segments.append(None)
        self.values += sum(track.values.numel() for track in piece.sample.tracks.values())

    @property
    def is_full(self) -> bool:
        return len(self.waiting) >= POOL or self.values >= POOL_VALUES

    def judge_all(self) -> None:
        pieces = [piece for _, _, piece in self.waiting]
        for place, result in self.judge.segments(pieces, words=self.words):
            draft, index, _ = self.waiting[place]
            draft.segments[index] = result
        self.waiting, self.values = [], 0


def pooled(segments: Sequence[SegmentResult]) -> Overall | None:
    """The verdict on a clip: its segments' mean, each weighing as much as it is long.

    A segment in which no channel says anything does not count; segments without times count
    alike. None where nothing counts.
    """
    heard = [s for s in segments if any(one.present for one in s.modalities.values())]
    if not heard:
        return None
    weights = np.array([_seconds(one) for one in heard])
    weights = weights / weights.sum() if weights.sum() > 0 else np.full(len(heard), 1 / len(heard))
    valences = [one.valence for one in heard if one.valence is not None]
    valence = float(weights @ np.array(valences)) if len(valences) == len(heard) else None
    sentiment = pooled_name(weights, [one.probabilities for one in heard])
    target = pooled_target(weights, [one.target for one in heard])
    return Overall(sentiment or named_side(valence), valence, target)


def pooled_name(weights: np.ndarray, each: Sequence[Mapping[str, float | None]]) -> str | None:
    """The name with the largest mean share; None where shares are not known."""
    rows = [[share for share in shares.values() if share is not None] for shares in each]
    if not each or any(len(row) < len(each[0]) or not row for row in rows):
        return None
    return list(each[0])[int((weights @ np.array(rows)).argmax())]


def pooled_target(
    weights: np.ndarray, each: Sequence[Mapping[str, Any] | None]
) -> dict[str, Any] | None:
    """What a trained model says of a whole clip in its own words: the mean of its segments."""
    known = [one for one in each if one is not None]
    if len(known) < len(each):
        return None
    first = known[0]
    if "score" in first:
        return {**first, "score": float(weights @ np.array([one["score"] for one in known]))}
    shares = [one["probabilities"] for one in known]
    means = weights @ np.array([list(one.values()) for one in shares])
    named = dict(zip(shares[0], means.tolist(), strict=True))
    return {**first, "label": pooled_name(weights, shares), "probabilities": named}


def _seconds(segment: SegmentResult) -> float:
    return 1.0 if segment.start is None or segment.end is None else segment.end - segment.start
