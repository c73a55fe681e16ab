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

from tritone.analyze.faces import Seen
from tritone.analyze.front import Cut, Front, Piece
from tritone.analyze.job import Job, Options
from tritone.analyze.streams import (
    Looker,
    Sight,
    Streams,
    file_streams,
    picture_streams,
    sound_streams,
    text_streams,
)
from tritone.core.errors import DataError, MediaError, TranscriptError
from tritone.media.cues import Cue, Transcript
from tritone.media.decode import MediaInfo, probe
from tritone.media.image import read_image
from tritone.media.segments import Segment, segment
from tritone.media.sentences import sentences
from tritone.media.text import read_text
from tritone.media.transcripts import read_transcript

UNREAD = 5.0  # seconds outside all segments that are not worth a word
# A detector sees a face too many now and then: only a steady crowd is worth a warning.
CROWDED_SHARE = 0.2
# Sound and pictures of a sound file end together, but for less than this many seconds.
BROKEN = 1.0


@dataclass
class Reading:
    """A clip while it is read.

    Args:
        job: which clip it is.
        streams: what it holds besides words.
        segments: how it is cut.
        missing: modality to why the whole clip does not have it.
        warnings: grows while the pieces are read.
        breaks_off: seconds at which all sound and pictures end, where that is well before
            the file says; None else.
    """

    job: Job
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
        front: makes the samples.
        options: how media are read.
    """

    def __init__(self, front: Front, options: Options) -> None:
        self.front, self.options = front, options

    @cached_property
    def looker(self) -> Looker | None:
        """Looks at pictures; made when the first one comes, since it may load a detector."""
        return self.front.looker(self.options.detector)

    @property
    def fps(self) -> int | float:
        """Pictures a second: as the options say, else as the model was trained."""
        return self.front.fps if self.options.fps is None else self.options.fps

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
            return self._reading(job, text_streams(), words, warnings, picture=False)
        streams = self._streams(job, info, warnings)
        words = self._words(job, info, streams.duration)
        warnings += words.warnings if words else ()
        is_picture = streams.duration is None and "vision" not in streams.missing
        return self._reading(job, streams, words, warnings, picture=is_picture)

    def pieces(self, reading: Reading) -> Iterator[Piece]:
        """The segments, each read when it is asked for; what lies past a broken end is left out.

        Raises:
            TritoneError: the clip cannot be read on.
        """
        streams, segments = reading.streams, reading.segments
        sounds, sights = streams.sounds(segments), streams.sights(segments)
        crowd = frames = crowded = 0
        for place, (one, sound, sight) in enumerate(zip(segments, sounds, sights, strict=True)):
            job = reading.job
            cut = Cut(job.name, place, one, sound, sight, reading.missing, job.path)
            piece = self.front.piece(cut)
            if isinstance(sight, Seen):
                crowd = max(crowd, sight.crowd)
                frames, crowded = frames + sight.frames, crowded + sight.crowded
            end = self._end(one, sound, sight) if self._follows(streams, sight) else None
            if end is not None and reading.breaks_off is None and not streams.is_guessed:
                reading.breaks_off = end
            if end is None or end > (one.start or 0.0) or one.text:
                yield piece
        if crowded > CROWDED_SHARE * frames:
            reading.warnings.append(
                f"up to {crowd} faces are seen at once; one is followed and read."
            )

    def _follows(self, streams: Streams, sight: Sight | None) -> bool:
        """Whether all that the file holds is read, so that its end would be noticed."""
        is_heard = self.front.hears or "audio" in streams.missing
        is_seen = "vision" in streams.missing or sight is None or is_looked_at(sight)
        return is_heard and is_seen and (self.looker is not None or "vision" in streams.missing)

    def _end(self, one: Segment, sound: np.ndarray | None, sight: Sight | None) -> float | None:
        """Seconds at which sound and pictures end within a segment; None if one goes on."""
        if one.start is None or one.end is None or (sound is None and sight is None):
            return None
        ends = [one.start]
        if sound is not None:
            ends.append(one.start + len(sound) / self.front.rate_hz)
        if sight is not None and sight.frames:
            ends.append(sight.until + 1 / self.fps)
        return None if max(ends) > one.end - BROKEN else max(ends)

    def _streams(self, job: Job, info: MediaInfo | None, warnings: list[str]) -> Streams:
        rate_hz = self.front.rate_hz
        image = job.image
        if info is not None and info.kind == "image":
            image = read_image(info.path, max_side=self.front.picture_side)
        picture = None if image is None else picture_streams(image, self.looker)
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
            self.looker if info.has_video else None,
            rate_hz,
            vad=self.options.vad,
            fps=self.fps,
            is_heard=self.front.hears,
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
        self,
        job: Job,
        streams: Streams,
        words: Transcript | None,
        warnings: list[str],
        *,
        picture: bool,
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
        return Reading(job, streams, segments, missing, warnings)

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


def is_looked_at(sight: Sight) -> bool:
    """Whether pictures were asked for, so that one knows how many there were."""
    return isinstance(sight, Seen) or sight.is_looked_at


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


def _file_text(path: Path) -> str:
    text, _ = read_text(path)
    if not text.strip():
        raise DataError(f"'{path}' holds no words. Write some into it, or leave it out.")
    return text


def _sentences(text: str) -> tuple[Cue, ...]:
    return tuple(Cue(sentence, None, None) for sentence in sentences(text))
