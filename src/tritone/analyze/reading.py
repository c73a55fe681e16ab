"""One clip on its way to the model: its segments, each as a Sample, one after another.

Job ─ probe ─ words ─┐
      speech ────────┴─ segments ─┬─ sound ─┐
                                  ├─ faces ─┴─▶ Piece, Piece, ...
                                  └─ words ─┘
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from tritone.analyze.faces import FaceReader, Seen
from tritone.analyze.job import Job, Options
from tritone.analyze.streams import (
    Streams,
    file_streams,
    picture_streams,
    sound_streams,
    text_streams,
)
from tritone.core.batch import Sample
from tritone.core.errors import DataError, MediaError, TranscriptError
from tritone.features.preprocess import Preprocessor
from tritone.media.cues import Cue, Transcript
from tritone.media.decode import MediaInfo, probe
from tritone.media.image import read_image
from tritone.media.segments import Segment, segment
from tritone.media.sentences import sentences
from tritone.media.text import read_text
from tritone.media.transcripts import read_transcript

# Full scale is 1: quieter than this everywhere, some 70 dB down, there is nothing to hear.
UNREAD = 5.0  # seconds outside all segments that are not worth a word
SILENT = 3e-4
PICTURE_SIDE = 1280
# A detector sees a face too many now and then: only a steady crowd is worth a warning.
CROWDED_SHARE = 0.2
# Sound and pictures of a sound file end together, but for less than this many seconds.
BROKEN = 1.0


@dataclass(frozen=True)
class Piece:
    """One segment, ready for the model.

    Args:
        segment: its times and words.
        sample: its tensors.
        absent: modality to why it has nothing to read here.
        thumbnail: a small JPEG of the face.
    """

    segment: Segment
    sample: Sample
    absent: dict[str, str]
    thumbnail: bytes | None = None


@dataclass
class Reading:
    """A clip while it is read.

    Args:
        streams: what it holds besides words.
        segments: how it is cut.
        missing: modality to why the whole clip does not have it.
        warnings: grows while the pieces are read.
        breaks_off: seconds at which all sound and pictures end, where that is well before
            the file says; None else.
    """

    streams: Streams
    segments: Sequence[Segment]
    missing: dict[str, str]
    warnings: list[str]
    breaks_off: float | None = None

    @property
    def duration(self) -> float | None:
        """Seconds; None for a picture or a text."""
        return self.streams.duration


class Reader:
    """Reads clips the way the options say, into the samples of one model.

    Args:
        preprocessor: makes the samples.
        options: how media are read.
    """

    def __init__(self, preprocessor: Preprocessor, options: Options) -> None:
        self.preprocessor, self.options = preprocessor, options

    @cached_property
    def faces(self) -> FaceReader:
        """Finds faces; made when the first picture comes, since it loads a detector."""
        return FaceReader(self.preprocessor.face, detector_file=self.options.detector)

    def open(self, job: Job) -> Reading:
        """Find out what a clip holds and how it is cut; nothing is decoded for long yet.

        Raises:
            TritoneError: the clip, or its words, cannot be read.
        """
        warnings: list[str] = []
        info = probe(job.path) if job.path is not None else None
        if info is not None:
            warnings += info.warnings
        if info is not None and info.kind == "text":
            words = Transcript(_sentences(_file_text(info.path)))
            return self._reading(text_streams(), words, warnings, picture=False)
        streams = self._streams(job, info, warnings)
        words = self._words(job, info, streams.duration)
        warnings += words.warnings if words else ()
        is_picture = streams.duration is None and "vision" not in streams.missing
        return self._reading(streams, words, warnings, picture=is_picture)

    def pieces(self, reading: Reading) -> Iterator[Piece]:
        """The segments, each read when it is asked for; what lies past a broken end is left out.

        Raises:
            TritoneError: the clip cannot be read on.
        """
        streams, segments = reading.streams, reading.segments
        sounds, faces = streams.sounds(segments), streams.faces(segments)
        crowd = frames = crowded = 0
        for place, (one, samples, seen) in enumerate(zip(segments, sounds, faces, strict=True)):
            if seen is not None:
                crowd = max(crowd, seen.crowd)
                frames, crowded = frames + seen.frames, crowded + seen.crowded
            end = self._end(one, samples, seen)
            if end is not None and reading.breaks_off is None and not streams.is_guessed:
                reading.breaks_off = end
            if end is None or end > (one.start or 0.0) or one.text:
                yield self._piece(str(place), one, samples, seen, reading.missing)
        if crowded > CROWDED_SHARE * frames:
            reading.warnings.append(
                f"up to {crowd} faces are seen at once; one is followed and read."
            )

    def _end(self, one: Segment, samples: np.ndarray | None, seen: Seen | None) -> float | None:
        """Seconds at which sound and pictures end within a segment; None if one goes on."""
        if one.start is None or one.end is None or (samples is None and seen is None):
            return None
        ends = [one.start]
        if samples is not None:
            ends.append(one.start + len(samples) / self.preprocessor.voice.rate_hz)
        if seen is not None and seen.frames:
            ends.append(seen.until + 1 / self.options.fps)
        return None if max(ends) > one.end - BROKEN else max(ends)

    def _streams(self, job: Job, info: MediaInfo | None, warnings: list[str]) -> Streams:
        rate_hz = self.preprocessor.voice.rate_hz
        image = job.image
        if info is not None and info.kind == "image":
            image = read_image(info.path, max_side=PICTURE_SIDE)
        picture = None if image is None else picture_streams(image, self.faces)
        if job.audio is not None:
            samples, from_hz = job.audio
            return sound_streams(samples, from_hz, rate_hz, vad=self.options.vad, picture=picture)
        if picture is not None:
            return picture
        if info is None:
            return text_streams()
        if info.duration is None:
            raise MediaError(f"'{info.path}' does not tell how long it is. Convert it again.")
        return file_streams(
            info,
            self.faces,
            rate_hz,
            vad=self.options.vad,
            fps=self.options.fps,
            warnings=warnings,
        )

    def _words(self, job: Job, info: MediaInfo | None, duration: float | None) -> Transcript | None:
        """The clip's words: given, found beside it, or heard; None where there are none."""
        if job.text is not None:
            whole = (Cue(job.text, None, None),) if job.text.strip() else ()
            return Transcript(whole if job.is_line else _sentences(job.text))
        if job.transcript is not None:
            return self._transcript(job.transcript, duration)
        if self.options.asr is None or duration is None:
            return None
        from tritone.media.asr import transcribe

        if job.audio is not None:
            from tritone.media.audio import resample

            samples, from_hz = job.audio
            return transcribe(resample(samples, from_hz, 16_000), self.options.asr)
        if info is not None and info.has_audio:
            return transcribe(info.path, self.options.asr)
        return None

    def _transcript(self, path: Path, duration: float | None) -> Transcript:
        try:
            return read_transcript(path, duration=duration)
        except TranscriptError as error:
            if path == self.options.transcript:
                raise
            # It was found beside the media, not asked for: the rest can still be read.
            return Transcript((), (str(error),))

    def _reading(
        self, streams: Streams, words: Transcript | None, warnings: list[str], *, picture: bool
    ) -> Reading:
        if picture:
            said = " ".join(cue.text for cue in words.cues) if words else ""
            segments = [Segment(None, None, said or None)]
        else:
            segments = self._cut(streams, words)
            warnings = [*warnings, *_unread(segments, streams.duration)]
        missing = dict(streams.missing)
        if words is None or not words.cues:
            missing["text"] = "no transcript" if words is None else "the transcript holds no words"
        return Reading(streams, segments, missing, warnings)

    def _cut(self, streams: Streams, words: Transcript | None) -> list[Segment]:
        if streams.duration is None:
            cues = words.cues if words else ()
            return [Segment(None, None, cue.text) for cue in cues]
        how = self.options.segment
        by_cues = words is not None and bool(words.cues) and how in (None, "cues")
        is_needed = how != "windows" and not by_cues
        is_untimed = words is not None and bool(words.cues) and not words.is_timed
        speech = streams.speech() if is_needed or is_untimed else []
        return segment(how=how, duration=streams.duration, transcript=words, speech=speech)

    def _piece(
        self,
        id: str,
        one: Segment,
        samples: np.ndarray | None,
        seen: Seen | None,
        missing: dict[str, str],
    ) -> Piece:
        heard = None if samples is None or is_silent(samples) else samples
        looked = seen if seen is not None and seen.crops else None
        sample = self.preprocessor.sample(
            id,
            text=one.text,
            samples=heard,
            start=one.start or 0.0,
            faces=np.stack(looked.crops) if looked else None,
            face_times=np.array(looked.times) if looked and looked.times else None,
        )
        absent = dict(missing)
        if sample.tokens is None or not len(sample.tokens.ids):
            absent.setdefault("text", "no words here")
        if not len(sample["audio"].mask):
            absent.setdefault("audio", _why_unheard(samples))
        if not len(sample["vision"].mask):
            absent.setdefault("vision", "no face found" if seen else "its pictures end before here")
        return Piece(one, sample, absent, looked.thumbnail if looked else None)


def _unread(segments: Sequence[Segment], duration: float | None) -> list[str]:
    """A warning where much of a file lies outside its segments, as when cues cover a part."""
    if duration is None or any(one.start is None or one.end is None for one in segments):
        return []
    read, at = 0.0, 0.0
    for one in segments:
        begin, end = one.start or 0.0, one.end or 0.0
        read, at = read + max(0.0, end - max(at, begin)), max(at, end)
    if not segments or duration - read <= max(UNREAD, duration / 2):
        return []
    return [
        f"{duration - read:.0f} s of {duration:.0f} s lie outside the cues or the speech and were "
        "not read; --segment windows reads all"
    ]


def is_silent(samples: np.ndarray) -> bool:
    """Whether there is nothing to hear: no sample, or none above the noise of rounding."""
    return not len(samples) or float(np.abs(samples).max()) < SILENT


def _why_unheard(samples: np.ndarray | None) -> str:
    if samples is None:
        return "its sound cannot be decoded"
    if not len(samples):
        return "its sound ends before here"
    return "silent" if is_silent(samples) else "no voice heard"


def _file_text(path: Path) -> str:
    text, _ = read_text(path)
    if not text.strip():
        raise DataError(f"'{path}' holds no words. Write some into it, or leave it out.")
    return text


def _sentences(text: str) -> tuple[Cue, ...]:
    return tuple(Cue(sentence, None, None) for sentence in sentences(text))
