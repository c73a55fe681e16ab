"""Opening media files, and their frames one after another on one clock.

    path ──opened──▶ container ──pick──▶ stream ──decoded──▶ frames, each placed by a Clock

Time zero is where the earliest of the file's sound and picture begins. Both are placed from
there, so that words, sound and faces agree.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Discard, Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from tritone.core.errors import MediaError
from tritone.media.files import SUPPORTED, describe, kind_of, read_head
from tritone.media.upright import UPRIGHT, Turn, turn_of_matrix

SomeFrame = TypeVar("SomeFrame", AudioFrame, VideoFrame)

# Only these demuxers may run: playlists and scripts (hls, concat, ...) open other files.
DEMUXERS = "mov,mp4,m4a,matroska,webm,avi,mpeg,mpegts,mpegvideo,wav,w64,aiff,flac,mp3,ogg,aac"
# A hole in the stamps longer than this is a fault of the stamps, not a pause.
LONGEST_HOLE = 24 * 3600.0
# A step back longer than this starts the stamps anew (joined recordings).
STEP_BACK = 1.0
# Stamps may run this much past the end that the header tells.
PAST_END = 10.0
# An end that comes this much too early, in seconds and as a share, is worth a warning.
EARLY = 1.0
EARLY_SHARE = 0.02
# Beyond this a pixel's width over its height is a fault of the header.
WIDEST_PIXEL = 4.0
# Pictures that are no part of a film.
COVERS = Disposition.attached_pic | Disposition.timed_thumbnails


@dataclass
class Clock:
    """Places frames in seconds from time zero, also where the stamps jump.

    Args:
        zero: the stamp, in seconds, that is time zero.
        end: seconds at which the file says it ends; None if it does not say.
        jumps: how often the stamps started anew so far.
    """

    zero: float
    end: float | None
    jumps: int = 0
    shift: float = field(default=0.0, repr=False)

    def place(self, frame: AudioFrame | VideoFrame, expected: float | None) -> float:
        """Seconds at which a frame starts; `expected` where its stamp cannot be believed.

        Args:
            expected: seconds at which the frame before it ended; None after a seek.
        """
        if frame.pts is None or frame.time_base is None:
            return expected or 0.0
        seconds = float(frame.pts * frame.time_base) - self.zero + self.shift
        if expected is None:
            return seconds
        hole = seconds - expected
        past = self.end is not None and seconds > self.end + PAST_END and hole > PAST_END
        if past or hole > LONGEST_HOLE or hole < -STEP_BACK:
            self.shift -= hole
            self.jumps += 1
            return expected
        return seconds

    def complaints(self, path: Path, what: str, reached: float) -> list[str]:
        """What was odd about the times, once all is decoded, as warnings.

        Args:
            path: the file.
            what: "sound" or "picture".
            reached: seconds at which it really ended.
        """
        told = []
        if self.jumps:
            told.append(f"'{path}': the times of its {what} jump {self.jumps} times; joined anew.")
        if self.end is not None and reached < self.end - max(EARLY, EARLY_SHARE * self.end):
            told.append(
                f"'{path}': its {what} ends at {reached:.1f} s of {self.end:.1f} s; "
                "the file may have been cut off."
            )
        return told


@contextmanager
def opened(path: str | Path) -> Iterator[InputContainer]:
    """The file's container, under limits; it opens no other file and no network address.

    Raises:
        MediaError: as `probe`.
    """
    path = Path(path)
    head = read_head(path)
    options = {"format_whitelist": DEMUXERS, "protocol_whitelist": "file"}
    try:
        container = av.open(f"file:{path.absolute()}", options=options, metadata_errors="replace")
    except (FFmpegError, ValueError) as error:
        raise MediaError(_diagnosis(path, head, error)) from None
    with container:
        yield container


def pick(
    container: InputContainer, kind: Literal["audio", "video"]
) -> AudioStream | VideoStream | None:
    """The stream to read: the default one, else the first; never a cover picture.

    All other streams are told to be skipped, which spares reading them.
    """
    able = [s for s in real_streams(container, kind) if s.codec_context is not None]
    best = max(able, key=lambda s: bool(s.disposition & Disposition.default), default=None)
    for stream in container.streams:
        stream.discard = Discard.default if stream is best else Discard.all
    return best


def clock_of(container: InputContainer) -> Clock:
    """The clock that the file's sound and picture share."""
    starts = [
        float(stream.start_time * stream.time_base)
        for stream in real_streams(container, "audio", "video")
        if stream.start_time is not None and stream.time_base is not None
    ]
    zero = min(starts, default=0.0)
    # A little before zero lies the run-up of a codec, which is not to be heard.
    zero = zero if zero < -STEP_BACK else max(zero, 0.0)
    return Clock(zero, None if is_guess(container) else told_duration(container))


def decoded(
    path: Path,
    container: InputContainer,
    stream: AudioStream | VideoStream,
    of: type[SomeFrame],
    warnings: list[str],
) -> Iterator[SomeFrame]:
    """Every frame that can be decoded; damaged packets are passed over and counted.

    Args:
        path: the file, for messages.
        container: opened with `opened`.
        stream: from `pick`.
        of: AudioFrame or VideoFrame, as the stream holds.
        warnings: gains a sentence at the end if packets were damaged.
    """
    damaged = 0
    for packet in _packets(path, container, stream, warnings):
        try:
            for frame in stream.decode(packet):
                if isinstance(frame, of):
                    if frame.time_base is None and stream.time_base is not None:
                        # PyAV leaves the unit off the frames that come last.
                        frame.time_base = stream.time_base
                    yield frame
        except FFmpegError:
            damaged += 1
    if damaged:
        warnings.append(f"'{path}': {damaged} damaged packets of {stream.type} were skipped.")


def _packets(
    path: Path,
    container: InputContainer,
    stream: AudioStream | VideoStream,
    warnings: list[str],
) -> Iterator[Packet | None]:
    """The stream's packets, then None, which makes a decoder give what it still holds."""
    try:
        for packet in container.demux(stream):
            if packet.size > 0:
                yield packet
    except FFmpegError as error:
        warnings.append(f"'{path}' cannot be read to its end: {error.strerror}.")
    yield None


def turn_of(frame: VideoFrame) -> Turn:
    """How a video's frame must be turned to be upright."""
    matrix = frame.side_data.get("DISPLAYMATRIX")
    return UPRIGHT if matrix is None else turn_of_matrix(bytes(matrix))


def pixel_ratio(stream: VideoStream) -> float:
    """Width over height of a stored pixel; 1 where the header tells nonsense."""
    ratio = float(stream.sample_aspect_ratio or 1)
    return ratio if 1 / WIDEST_PIXEL <= ratio <= WIDEST_PIXEL else 1.0


def shown_size(frame: VideoFrame, ratio: float) -> tuple[int, int]:
    """Width and height with square pixels, before any turn."""
    return max(1, round(frame.width * ratio)), frame.height


def real_streams(container: InputContainer, *kinds: str) -> list[AudioStream | VideoStream]:
    """Streams of these kinds that are sound or moving pictures, decodable here or not."""
    return [
        stream
        for stream in container.streams
        if isinstance(stream, AudioStream | VideoStream)
        and stream.type in kinds
        and not stream.disposition & COVERS
    ]


def is_guess(container: InputContainer) -> bool:
    """Bare AAC tells no length; FFmpeg guesses it from its first second."""
    return container.format.name == "aac"


def told_duration(container: InputContainer) -> float | None:
    """Seconds that the header tells; None where it tells none."""
    duration = container.duration
    return duration / av.time_base if duration and duration > 0 else None


def _diagnosis(path: Path, head: bytes, error: FFmpegError | ValueError) -> str:
    """Why a file could not be opened, and what to do."""
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return (
            f"'{path}' has no index that can be read (its moov box is missing or damaged): "
            "it was probably cut off. Copy, download or record it again."
        )
    holds = describe(head)
    if holds == "text":
        return f"'{path}' is no media: it holds text. If its words are meant, name it .txt."
    if kind_of(path) is None:
        return f"'{path}' is no media that can be read. Supported are {SUPPORTED}."
    if isinstance(error, EOFError):
        return f"'{path}' ends before its {kind_of(path)} begins: it was cut off. Copy it again."
    if holds.startswith("data"):
        told = error.strerror if isinstance(error, FFmpegError) else str(error)
        return f"'{path}' is no {kind_of(path)} that can be read, or is damaged: {told}."
    return f"'{path}' is no {kind_of(path)}: it holds {holds}."
